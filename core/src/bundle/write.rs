//! Writing a bundle from a store: the whole ledger up to a checkpoint, or one consultation up to a heads event.
//!
//! `docs/format.md` (Bundles) is the law. The ledger is read from its beginning as often as the form asks for, a file of
//! entries at a time, so memory stays flat; what goes in of the parts is for the caller to say. This module reads
//! envelopes by their fixed fields only.

use super::manifest::{FORMAT, Kind, Manifest, Proofs, to_json};
use super::name::{ENTRIES_PER_FILE, FileName, Half};
use super::part::{Held, PartRecord};
use super::tar::TarWriter;
use crate::envelope::{EnvelopeError, Intent, decode, instance_stream};
use crate::id::{LogId, StreamId};
use crate::ledger::{
    Frontier, Hash, Heads, InclusionError, InclusionProof, Note, Position, ProofPass, TreeHead, leaf_hash,
};
use crate::store::{Place, Reader, SealedPart, StoreError};
use std::collections::BTreeMap;
use std::io::Write;

/// The type of the events that say how far every stream has come.
const HEADS: u16 = 0x0004;
/// Those with which a key of the ledger is replaced.
const KEY_INTRODUCED: u16 = 0x0002;
const COUNTERSIGNED: u16 = 0x0005;
/// Where the stream and the type stand in an envelope (`docs/format.md`, Envelope).
const STREAM_AT: usize = 46;

/// Where the files of a bundle go.
pub trait Sink {
    /// Takes the next file.
    ///
    /// # Errors
    /// Whatever the medium answers.
    fn file(&mut self, name: FileName, bytes: &[u8]) -> std::io::Result<()>;
}

impl<W: Write> Sink for TarWriter<W> {
    fn file(&mut self, name: FileName, bytes: &[u8]) -> std::io::Result<()> {
        Self::file(self, name, bytes)
    }
}

/// What to write.
pub struct Contents<'a> {
    /// The ledger.
    pub log: LogId,
    /// Its name in public.
    pub origin: &'a str,
    /// The tree to which everything leads: that of `checkpoint`, where there is one.
    pub head: TreeHead,
    /// The newest checkpoint.
    pub checkpoint: Option<&'a Note>,
    /// The consultation; none for the whole ledger.
    pub stream: Option<StreamId>,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// How many events.
    pub events: u64,
    /// How many parts were left out although the store holds them.
    pub withheld: u64,
    /// Up to where a consultation's bundle is complete.
    pub heads: Option<Position>,
}

/// Why no bundle was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteBundleError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What stands at a position is no envelope.
    #[error("event {position} does not read as an envelope: {error}; run `devenir verify`")]
    Envelope {
        /// Where.
        position: Position,
        /// What the codec found.
        error: EnvelopeError,
    },
    /// The store ends before the head.
    #[error(
        "the store ends after {found} events, before the tree to export ({expected}); run `devenir verify`"
    )]
    Short {
        /// What should be there.
        expected: TreeHead,
        /// How many events there are.
        found: u64,
    },
    /// The store does not lead to the head.
    #[error(
        "the store's events give the root {found}, not that of the checkpoint ({expected}); run `devenir verify`"
    )]
    Root {
        /// What was signed.
        expected: TreeHead,
        /// What the store gives.
        found: Hash,
    },
    /// No heads event covers the consultation.
    #[error(
        "no record of the heads of all streams covers this consultation yet; stop the server and export again, or ask again after its next one"
    )]
    NoHeads,
    /// A key of the ledger was replaced after the last heads event: the bundle would not state the key of its checkpoint.
    #[error(
        "a key of this ledger was replaced at event {replaced}, after the last record of the heads of all streams ({heads}); stop the server and export again, or ask again after its next one"
    )]
    HeadsBeforeKey {
        /// The last heads event.
        heads: Position,
        /// Where the new key accepted.
        replaced: Position,
    },
    /// The file system.
    #[error("the bundle cannot be written: {0}")]
    Io(#[from] std::io::Error),
    /// A proof does not hold.
    #[error("a proof made from the store does not hold: {0}; run `devenir verify`")]
    Proof(#[from] InclusionError),
}

/// Whether a part that the store holds goes into the bundle: where it stands, in which act, and its kind.
pub type Shows<'a> = &'a mut dyn FnMut(Place, &Intent, u8) -> bool;

/// Writes a bundle; `shows` says of each part that is held whether it goes in.
///
/// # Errors
/// [`WriteBundleError`]; what was written until then is worth nothing.
pub fn write(
    reader: &dyn Reader,
    contents: &Contents<'_>,
    shows: Shows<'_>,
    sink: &mut dyn Sink,
) -> Result<Written, WriteBundleError> {
    let excerpt = match contents.stream {
        Some(stream) => Some(Excerpt::find(reader, contents, stream)?),
        None => {
            check_root(contents, walk(reader, contents.head, |_, _| {})?)?;
            None
        }
    };
    let manifest = Manifest {
        format: FORMAT.into(),
        kind: if excerpt.is_some() { Kind::Consultation } else { Kind::All },
        log_id: contents.log,
        origin: contents.origin.into(),
        size: contents.head.size,
        root: contents.head.root,
        stream: contents.stream,
        heads: excerpt.as_ref().map(|excerpt| excerpt.heads),
    };
    sink.file(FileName::Manifest, &to_json(&manifest))?;
    if let Some(note) = contents.checkpoint {
        sink.file(FileName::Checkpoint, note.to_string().as_bytes())?;
    }
    if let Some(excerpt) = &excerpt {
        sink.file(FileName::Proofs, &to_json(&excerpt.proofs))?;
    }
    let heads = excerpt.as_ref().map(|excerpt| excerpt.heads);
    let mut written = Written { events: 0, withheld: 0, heads };
    let mut files = RecordFiles { reader, sink, shows, number: 0, kept: Vec::new() };
    let end = excerpt.as_ref().map_or(contents.head.size.next_position(), |excerpt| excerpt.heads.next());
    let mut from = Position::FIRST;
    while from < end {
        let left = usize::try_from(end.get() - from.get()).unwrap_or(usize::MAX);
        let envelopes = reader.read(from, left.min(ENTRIES_PER_FILE))?;
        if envelopes.is_empty() {
            return Err(WriteBundleError::Short { expected: contents.head, found: from.get() });
        }
        for bytes in envelopes {
            if excerpt.as_ref().is_none_or(|excerpt| excerpt.holds(&bytes)) {
                written.events += 1;
                files.kept.push((from, bytes));
            }
            if files.kept.len() == ENTRIES_PER_FILE {
                written.withheld += files.flush()?;
            }
            from = from.next();
        }
    }
    written.withheld += files.flush()?;
    Ok(written)
}

/// Reads the leaves of a tree in order, and gives its root.
fn walk(
    reader: &dyn Reader,
    head: TreeHead,
    mut each: impl FnMut(&[u8], Hash),
) -> Result<TreeHead, WriteBundleError> {
    const AT_ONCE: usize = 1_024;
    let mut frontier = Frontier::new();
    while frontier.size() < head.size {
        let left = usize::try_from(head.size.get() - frontier.size().get()).unwrap_or(usize::MAX);
        let envelopes = reader.read(frontier.size().next_position(), left.min(AT_ONCE))?;
        if envelopes.is_empty() {
            return Err(WriteBundleError::Short { expected: head, found: frontier.size().get() });
        }
        for bytes in envelopes {
            let leaf = leaf_hash(&bytes);
            each(&bytes, leaf);
            frontier.push(leaf);
        }
    }
    Ok(frontier.head())
}

fn check_root(contents: &Contents<'_>, found: TreeHead) -> Result<(), WriteBundleError> {
    let expected = contents.head;
    if found == expected { Ok(()) } else { Err(WriteBundleError::Root { expected, found: found.root }) }
}

/// What stands in the fixed fields of an envelope: its stream and its type.
fn fixed(envelope: &[u8]) -> Option<([u8; 16], u16)> {
    let (stream, rest) = envelope.get(STREAM_AT..)?.split_first_chunk::<16>()?;
    let (code, _) = rest.split_first_chunk::<2>()?;
    Some((*stream, u16::from_be_bytes(*code)))
}

/// What of the ledger goes into a consultation's bundle.
struct Excerpt {
    streams: [[u8; 16]; 2],
    heads: Position,
    proofs: Proofs,
}

impl Excerpt {
    fn holds(&self, envelope: &[u8]) -> bool {
        fixed(envelope).is_some_and(|(stream, _)| self.streams.contains(&stream))
    }

    /// Finds the last heads event that covers the consultation, and proves where everything stands.
    fn find(
        reader: &dyn Reader,
        contents: &Contents<'_>,
        StreamId(stream): StreamId,
    ) -> Result<Self, WriteBundleError> {
        let instance = instance_stream(contents.log).0;
        let mut at = Position::FIRST;
        let (mut first, mut heads) = (None, None);
        let (mut is_named, mut replaced) = (false, None);
        walk(reader, contents.head, |envelope, _| {
            match fixed(envelope) {
                Some((found, _)) if found == stream => _ = first.get_or_insert(at),
                Some((found, HEADS)) if found == instance && first.is_some() => heads = Some(at),
                Some((found, KEY_INTRODUCED)) if found == instance => is_named = true,
                Some((found, COUNTERSIGNED)) if found == instance && is_named => replaced = Some(at),
                Some(_) | None => {}
            }
            at = at.next();
        })?;
        let (Some(first), Some(heads)) = (first, heads) else { return Err(WriteBundleError::NoHeads) };
        if let Some(replaced) = replaced.filter(|replaced| *replaced > heads) {
            return Err(WriteBundleError::HeadsBeforeKey { heads, replaced });
        }
        let (mut tree, mut last, mut at) = (Heads::default(), first, Position::FIRST);
        walk(reader, TreeHead { size: heads.size_through(), ..contents.head }, |envelope, leaf| {
            if at < heads
                && let Some((found, _)) = fixed(envelope)
            {
                tree.extend_stream(found, leaf);
                last = if found == stream { at } else { last };
            }
            at = at.next();
        })?;
        let mut pass = ProofPass::new(&[first, last, heads], contents.head.size);
        check_root(contents, walk(reader, contents.head, |_, leaf| pass.push(leaf))?)?;
        let [first, last, heads_proof]: [InclusionProof; 3] =
            pass.into_proofs().try_into().map_err(|_| WriteBundleError::NoHeads)?;
        let stream_proof = tree.prove(&stream).ok_or(WriteBundleError::NoHeads)?;
        let proofs = Proofs { first, last, heads: heads_proof, stream: stream_proof };
        Ok(Self { streams: [stream, instance], heads, proofs })
    }
}

/// The files of envelopes and parts, in the making.
struct RecordFiles<'a> {
    reader: &'a dyn Reader,
    sink: &'a mut dyn Sink,
    shows: Shows<'a>,
    number: u32,
    kept: Vec<(Position, Vec<u8>)>,
}

impl RecordFiles<'_> {
    /// Writes what is kept as the next files; says how many parts were left out.
    fn flush(&mut self) -> Result<u64, WriteBundleError> {
        let kept = std::mem::take(&mut self.kept);
        if kept.is_empty() {
            return Ok(0);
        }
        let (mut entries, mut records, mut withheld) = (Vec::new(), Vec::new(), 0);
        for (position, bytes) in kept {
            let envelope = decode(&bytes).map_err(|error| WriteBundleError::Envelope { position, error })?;
            // What decodes has at most 8,192 bytes.
            entries.extend_from_slice(&u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes());
            entries.extend_from_slice(&bytes);
            if !envelope.intent.parts.is_empty() {
                withheld += self.records(position, &envelope.intent, &mut records)?;
            }
        }
        self.sink.file(FileName::Record(self.number, Half::Entries), &entries)?;
        if !records.is_empty() {
            self.sink.file(FileName::Record(self.number, Half::Parts), &records)?;
        }
        self.number = self.number.saturating_add(1);
        Ok(withheld)
    }

    fn records(&mut self, position: Position, intent: &Intent, out: &mut Vec<u8>) -> Result<u64, StoreError> {
        let held = self.reader.open_all(position..position.next())?;
        let mut held: BTreeMap<u8, SealedPart> =
            held.into_iter().map(|(place, part)| (place.index, part)).collect();
        let mut withheld = 0;
        for (index, committed) in (0u8..).zip(&intent.parts) {
            let part = held.remove(&index).filter(|part| part.commitment == committed.commitment.0);
            let place = Place { position, index };
            let shown = part.map(|part| ((self.shows)(place, intent, committed.kind), part));
            let held = match shown {
                Some((true, part)) => Held::Open { key: part.key, bytes: part.bytes },
                Some((false, _)) => {
                    withheld += 1;
                    Held::Withheld
                }
                None => Held::Gone,
            };
            PartRecord { place, kind: committed.kind, held }.write(out);
        }
        Ok(withheld)
    }
}
