//! Reading a bundle strictly, event by event, in as much memory as one file of entries and one event's parts take.
//!
//! `docs/format.md` (Bundles) is the law. What reads here has the form of a bundle and nothing more: whether envelopes,
//! parts and proofs fit is for whoever audits them.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use super::error::BundleError;
use super::files::{Files, Ordered};
use super::manifest::{Kind, Manifest, Proofs, json};
use super::name::{ENTRIES_PER_FILE, FileName, Half};
use super::part::{FIXED, GONE, Held, OPEN, PartRecord, WITHHELD, fixed};
use crate::ledger::{Note, Position};
use crate::store::{Place, SealedPart};

/// Where the position stands in an envelope, counted from its end (`docs/format.md`, Envelope).
const POSITION_FROM_END: usize = 64;

/// A bundle whose front was read.
#[derive(Debug)]
pub struct BundleReader<F> {
    files: Ordered<F>,
    manifest: Manifest,
    checkpoint: Option<Note>,
    proofs: Option<Proofs>,
    /// The number of the next file of entries.
    number: u32,
    entries: VecDeque<Vec<u8>>,
    /// Whether the last file of entries was full: only then can another follow.
    was_full: bool,
    parts: Option<PartsFile>,
    /// A record that was read and whose event has not come yet.
    ahead: Option<PartRecord>,
}

/// The file of parts that is being read.
#[derive(Debug)]
struct PartsFile {
    len: u64,
    at: u64,
    last: Option<Place>,
}

/// An event of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundledEvent {
    /// Its envelope.
    pub envelope: Vec<u8>,
    /// What the bundle says of its parts, in their order.
    pub parts: Vec<PartRecord>,
}

impl<F: Files> BundleReader<F> {
    /// Reads the documents at the front.
    ///
    /// # Errors
    /// [`BundleError`] where they are missing or do not read.
    pub fn open(files: F) -> Result<Self, BundleError> {
        let mut files = Ordered::new(files);
        let Some(bytes) = files.whole(FileName::Manifest)? else {
            return Err(match files.peek()? {
                Some((found, _)) => BundleError::Order { expected: FileName::Manifest.to_string(), found },
                None => BundleError::Missing(FileName::Manifest),
            });
        };
        let manifest = Manifest::parse(&bytes)?;
        let checkpoint = files.whole(FileName::Checkpoint)?.map(|bytes| Note::parse(&bytes)).transpose()?;
        let proofs: Option<Proofs> =
            files.whole(FileName::Proofs)?.map(|bytes| json(FileName::Proofs, &bytes)).transpose()?;
        match (manifest.kind, &proofs) {
            (Kind::Consultation, None) => return Err(BundleError::Missing(FileName::Proofs)),
            (Kind::All, Some(_)) => {
                let why = "a bundle of the whole ledger has none: its root is computed".to_owned();
                return Err(BundleError::Document { name: FileName::Proofs, why });
            }
            (Kind::Consultation, Some(_)) | (Kind::All, None) => {}
        }
        Ok(Self {
            files,
            manifest,
            checkpoint,
            proofs,
            number: 0,
            entries: VecDeque::new(),
            was_full: true,
            parts: None,
            ahead: None,
        })
    }

    /// What it says that it is.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The checkpoint that came with it; nothing of it was checked.
    #[must_use]
    pub const fn checkpoint(&self) -> Option<&Note> {
        self.checkpoint.as_ref()
    }

    /// Where a consultation's events are said to stand.
    #[must_use]
    pub const fn proofs(&self) -> Option<&Proofs> {
        self.proofs.as_ref()
    }

    /// The next event; none after the last, when the bundle was read to its end.
    ///
    /// # Errors
    /// [`BundleError`]; nothing more can be read then.
    pub fn next_event(&mut self) -> Result<Option<BundledEvent>, BundleError> {
        if self.entries.is_empty() {
            self.next_entries()?;
        }
        let Some(envelope) = self.entries.pop_front() else { return Ok(None) };
        let mut parts = Vec::new();
        if let Some(position) = position_of(&envelope) {
            while let Some(record) = self.next_part()? {
                if record.place.position != position {
                    self.ahead = Some(record);
                    break;
                }
                parts.push(record);
            }
        }
        Ok(Some(BundledEvent { envelope, parts }))
    }

    /// Reads the next file of entries, once the parts of the one before are done with.
    fn next_entries(&mut self) -> Result<(), BundleError> {
        if self.next_part()?.is_some() {
            return Err(self.bad_part("belongs to no event of its file of entries"));
        }
        let name = FileName::Record(self.number, Half::Entries);
        let Some(bytes) = self.files.whole(name)? else {
            return match self.files.peek()? {
                None => Ok(()),
                Some((found, _)) => Err(BundleError::Order { expected: name.to_string(), found }),
            };
        };
        if !self.was_full {
            let why =
                format!("the file before holds fewer than {ENTRIES_PER_FILE} envelopes and was the last");
            return Err(BundleError::Entries { name, why });
        }
        self.entries = entries(name, &bytes)?;
        self.was_full = self.entries.len() == ENTRIES_PER_FILE;
        let name = FileName::Record(self.number, Half::Parts);
        self.parts = self.files.take(name)?.map(|len| PartsFile { len, at: 0, last: None });
        self.number = self.number.saturating_add(1);
        Ok(())
    }

    /// The next record of the file of parts; none at its end.
    fn next_part(&mut self) -> Result<Option<PartRecord>, BundleError> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        let Some(file) = &self.parts else { return Ok(None) };
        if file.at == file.len {
            self.parts = None;
            return Ok(None);
        }
        let mut head = [0; FIXED];
        self.part_bytes(&mut head)?;
        let (place, kind, state) = fixed(head);
        let last = self.parts.as_mut().and_then(|file| file.last.replace(place));
        if last.is_some_and(|last| last >= place) {
            return Err(self.bad_part("stands before an earlier one, or is there twice"));
        }
        if place.index > Place::INDEX_MAX {
            return Err(self.bad_part("has an index above 14"));
        }
        let held = match state {
            OPEN => {
                let mut key = Zeroizing::new([0; 32]);
                self.part_bytes(key.as_mut_slice())?;
                let mut len = [0; 4];
                self.part_bytes(&mut len)?;
                let len = usize::try_from(u32::from_be_bytes(len)).unwrap_or(usize::MAX);
                if len > SealedPart::BYTES_MAX {
                    return Err(self.bad_part("says that a part has more than 1,048,576 bytes"));
                }
                let mut bytes = vec![0; len];
                self.part_bytes(&mut bytes)?;
                Held::Open { key, bytes }
            }
            WITHHELD => Held::Withheld,
            GONE => Held::Gone,
            _ => return Err(self.bad_part("has a state that is none")),
        };
        Ok(Some(PartRecord { place, kind, held }))
    }

    fn part_bytes(&mut self, bytes: &mut [u8]) -> Result<(), BundleError> {
        let Some(file) = &mut self.parts else { return Ok(()) };
        let end = file.at.saturating_add(bytes.len() as u64);
        if end > file.len {
            return Err(self.bad_part("reaches beyond the end of the file"));
        }
        file.at = end;
        self.files.fill(bytes)
    }

    fn bad_part(&self, why: &'static str) -> BundleError {
        let name = FileName::Record(self.number.saturating_sub(1), Half::Parts);
        BundleError::Part { name, at: self.parts.as_ref().map_or(0, |file| file.at), why }
    }
}

/// The envelopes of a file of entries.
fn entries(name: FileName, bytes: &[u8]) -> Result<VecDeque<Vec<u8>>, BundleError> {
    let mut entries = VecDeque::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let cut = || BundleError::Entries { name, why: format!("it ends inside entry {}", entries.len()) };
        let (len, after) = rest.split_first_chunk::<2>().ok_or_else(cut)?;
        let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*len))).ok_or_else(cut)?;
        entries.push_back(entry.to_vec());
        rest = after;
    }
    if entries.is_empty() || entries.len() > ENTRIES_PER_FILE {
        let why = format!("it holds {} envelopes; 1 to {ENTRIES_PER_FILE} are expected", entries.len());
        return Err(BundleError::Entries { name, why });
    }
    Ok(entries)
}

/// The position that an envelope states; none where it is too short to state one.
pub(super) fn position_of(envelope: &[u8]) -> Option<Position> {
    let at = envelope.len().checked_sub(POSITION_FROM_END)?;
    let (bytes, _) = envelope.get(at..)?.split_first_chunk::<8>()?;
    Some(Position::new(u64::from_be_bytes(*bytes)))
}
