//! A ledger in memory, written by the same pure path as the real one, with fixed keys and instants.
//!
//! `docs/design.md` (One writer) gives the steps: number, decide, seal, sequence, evolve. Every entry is read
//! back from its bytes, so whatever is built on a record has been through the codec. It knows no store.

use crate::consultation::{
    Book, MemoryBook, Overlay, Proposed, Rejection, decide, due_after, due_at, evolve, number,
    signing_credential,
};
use crate::envelope::{
    Draft, PartCommitment, PartKey, Place, Recorded, SealError, Sealed, SealedPart, Sealer, Sequence,
    VaultPart, command_id, instance_stream, log_id, read, seal, stream_id,
};
use crate::event::code::Trust;
use crate::event::ledger::{HeadsFacts, LedgerEvent, Opened, OpenedFacts};
use crate::event::oversight::OversightEvent;
use crate::event::{Absence, Event, RefRole};
use crate::id::{Bytes32, CommandId, CredentialId, IntentId, LogId, PublicKey, StreamId};
use crate::ledger::{Hash, Heads, Position, Revision, StreamHead, TreeHead, key_id, leaf_hash, tagged_hash};
use crate::rules::Role;
use crate::store;
use crate::time::{Claimed, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;
use zeroize::Zeroizing;

/// When every record is opened: Monday 1 March 2027, 08:00 UTC.
pub const START: Timestamp = Timestamp(1_803_888_000_000);

/// One event: its envelope, its parts, and both read back.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The envelope.
    pub bytes: Vec<u8>,
    /// The parts, in the order of the envelope.
    pub parts: Vec<SealedPart>,
    /// The event with every part open.
    pub recorded: Recorded,
    /// The parts that were erased since, and so are not stored: bit i is the i-th.
    pub gone: u16,
}

impl Entry {
    /// Reads the event again where some parts are gone: `absent` says of each kind why, if it is.
    #[must_use]
    pub fn read(&self, absent: &dyn Fn(u8) -> Option<Absence>) -> Recorded {
        read_back(&self.bytes, &self.parts, absent)
    }

    /// The entry as a writer hands it to a store.
    #[must_use]
    pub fn stored(&self) -> store::Entry {
        let part = |(index, part): (u8, &SealedPart)| store::SealedPart {
            index,
            kind: part.kind,
            commitment: part.commitment.0,
            key: Zeroizing::new(*part.key.as_bytes()),
            bytes: part.bytes.clone(),
        };
        store::Entry {
            leaf: store::Leaf::new(self.bytes.clone()),
            parts: (0u8..)
                .zip(&self.parts)
                .filter(|(index, _)| self.gone & 1 << index == 0)
                .map(part)
                .collect(),
        }
    }
}

fn read_back(bytes: &[u8], parts: &[SealedPart], absent: &dyn Fn(u8) -> Option<Absence>) -> Recorded {
    let mut vault =
        |index: usize, commitment: &PartCommitment| match (absent(commitment.kind), parts.get(index)) {
            (Some(absence), _) => VaultPart::Absent(absence),
            (None, None) => VaultPart::Absent(Absence::Lost),
            (None, Some(part)) => VaultPart::Open { key: part.key.clone(), bytes: part.bytes.clone() },
        };
    read(bytes, &mut vault).expect("what was sealed reads back")
}

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The rules or the state say no.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// It does not fit the format.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// A whole ledger: what was recorded, and what deciders remember of it.
#[derive(Clone)]
pub struct Record {
    log: LogId,
    now: Timestamp,
    entries: Vec<Entry>,
    book: MemoryBook,
    tails: BTreeMap<StreamId, (Revision, Position, Hash)>,
    commands: u64,
    keys: u64,
}

impl Default for Record {
    fn default() -> Self {
        Self::new()
    }
}

impl Record {
    /// A ledger with its event 0 alone, at [`START`].
    #[must_use]
    pub fn new() -> Self {
        Self::opened(opening())
    }

    /// A ledger with this event 0 alone, at [`START`].
    #[must_use]
    pub fn opened(opened: Opened) -> Self {
        let log = log_id(&Event::from(opened.clone()).facts_bytes());
        let mut record = Self {
            log,
            now: START,
            entries: Vec::new(),
            book: MemoryBook::default(),
            tails: BTreeMap::new(),
            commands: 0,
            keys: 0,
        };
        let place =
            Place { log, stream: instance_stream(log), command: record.next_command(), trust: Trust::Native };
        let draft = Draft {
            event: opened.into(),
            refs: Vec::new(),
            occurred: Claimed::UNKNOWN,
            actor: Role::Administrator,
        };
        let sealed = seal(place, vec![draft], &mut || part_key(0)).expect("event 0 fits the format");
        record.append(sealed);
        for change in record.events().flat_map(|event| evolve(&record.book, event)).collect::<Vec<_>>() {
            record.book.apply(change);
        }
        record
    }

    /// The credential of the key that its event 0 states.
    #[must_use]
    pub fn first_key() -> CredentialId {
        signing_credential(&key_id(&opening().facts.key.0))
    }

    /// The ledger's id.
    #[must_use]
    pub const fn log(&self) -> LogId {
        self.log
    }

    /// The instant at which the next command is recorded.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Moves the clock forward.
    pub fn pass_ms(&mut self, ms: i64) {
        assert!(ms >= 0, "time only passes forward");
        self.now = self.now.plus_ms(ms);
    }

    /// Moves the clock forward by days of 24 hours.
    pub fn pass_days(&mut self, days: i64) {
        self.pass_ms(days * Timestamp::DAY_MS);
    }

    /// What was recorded, in order of position.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The events, in order of position, with every part open.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Recorded> {
        self.entries.iter().map(|entry| &entry.recorded)
    }

    /// An event by its name.
    #[must_use]
    pub fn event(&self, id: IntentId) -> &Recorded {
        self.events().find(|event| event.id == id).expect("an event of this record")
    }

    /// What deciders remember.
    #[must_use]
    pub const fn book(&self) -> &MemoryBook {
        &self.book
    }

    /// Registers a consultation and returns its stream.
    ///
    /// # Errors
    /// [`Refused`]; nothing was written.
    pub fn register(&mut self, trust: Trust, drafts: Vec<Draft>) -> Result<StreamId, Refused> {
        let command = self.next_command();
        let place = Place { log: self.log, stream: stream_id(self.log, command), command, trust };
        self.command(place, drafts)?;
        Ok(place.stream)
    }

    /// Records one command, whole or not at all, and returns the names of its events.
    ///
    /// # Errors
    /// [`Refused`]; nothing was written.
    pub fn write(
        &mut self,
        stream: StreamId,
        trust: Trust,
        drafts: Vec<Draft>,
    ) -> Result<Vec<IntentId>, Refused> {
        let command = self.next_command();
        self.command(Place { log: self.log, stream, command, trust }, drafts)
    }

    /// Records what the clerk owes after the events `ids`, and returns the names of what it wrote.
    pub fn clerk_after(&mut self, ids: &[IntentId]) -> Vec<IntentId> {
        let touched: Vec<(StreamId, IntentId)> = ids
            .iter()
            .filter_map(|id| self.events().find(|event| event.id == *id))
            .filter_map(|event| Some((event.stream, event.refs.one(RefRole::Subject)?)))
            .collect();
        let mut written = Vec::new();
        for (stream, subject) in touched {
            written.extend(self.clerk_writes(stream, due_after(&self.book, stream, subject)));
        }
        written
    }

    /// Records what the calendar asks of a consultation now, and returns the names of what it wrote.
    pub fn clerk_now(&mut self, stream: StreamId) -> Vec<IntentId> {
        self.clerk_writes(stream, due_at(&self.book, stream, self.now))
    }

    fn clerk_writes(&mut self, stream: StreamId, due: Vec<Draft>) -> Vec<IntentId> {
        if due.is_empty() {
            return Vec::new();
        }
        self.write(stream, Trust::Native, due).expect("what the clerk owes is accepted")
    }

    fn next_command(&mut self) -> CommandId {
        self.commands += 1;
        command_id(&[0x1d; 32], "test", &self.commands.to_be_bytes())
    }

    fn command(&mut self, place: Place, drafts: Vec<Draft>) -> Result<Vec<IntentId>, Refused> {
        let mut sealer = Sealer::new(place, drafts.len())?;
        let mut above = Overlay::new(&self.book);
        let mut drawn = self.keys;
        for draft in drafts {
            let mut refs = sealer.resolve(&draft)?;
            let Draft { mut event, occurred, actor, .. } = draft;
            number(&above, place.stream, &mut event, &mut refs);
            if let Event::Ledger(LedgerEvent::HeadsRecorded(heads)) = &mut event {
                heads.facts = self.heads();
            }
            let (stream, trust, at) = (place.stream, place.trust, self.now);
            decide(&above, &Proposed { stream, event: &event, refs: &refs, occurred, actor, trust, at })?;
            let mut key = || {
                drawn += 1;
                part_key(drawn)
            };
            let sealed = sealer.seal(event, refs, occurred, actor, &mut key)?.clone();
            let bytes = sealed.sequenced(unplaced(at));
            for change in evolve(&above, &read_back(&bytes, &sealed.parts, &|_| None)) {
                above.apply(change);
            }
        }
        for change in above.into_changes() {
            self.book.apply(change);
        }
        self.keys = drawn;
        Ok(self.append(sealer.into_sealed()))
    }

    /// How far every stream has come.
    fn heads(&self) -> HeadsFacts {
        let head = |(stream, tail): (&StreamId, &(Revision, Position, Hash))| StreamHead {
            stream: stream.0,
            count: tail.0.count_through(),
            last_leaf: tail.2,
        };
        let TreeHead { size, root } = self.tails.iter().map(head).collect::<Heads>().tree_head();
        HeadsFacts { root: Bytes32(*root.as_bytes()), streams: size.get() as u32 }
    }

    fn append(&mut self, sealed: Vec<Sealed>) -> Vec<IntentId> {
        let mut ids = Vec::with_capacity(sealed.len());
        for event in sealed {
            let stream = event.intent.stream;
            let tail = self.tails.get(&stream).copied();
            let sequence = Sequence {
                position: Position::new(self.entries.len() as u64),
                revision: tail.map_or(Revision::FIRST, |(revision, _, _)| revision.next()),
                prev: tail.map_or(Hash::ZERO, |(_, _, leaf)| leaf),
                prev_position: tail.map(|(_, position, _)| position),
                recorded_at: self.now,
            };
            let bytes = event.sequenced(sequence);
            self.tails.insert(stream, (sequence.revision, sequence.position, leaf_hash(&bytes)));
            let recorded = read_back(&bytes, &event.parts, &|_| None);
            assert_eq!(recorded.event, event.event, "the event reads back otherwise than it was sealed");
            ids.push(event.id);
            let erased = if let Event::Oversight(OversightEvent::Erased(event)) = &recorded.event {
                Some(event.facts.mask)
            } else {
                None
            };
            let target = recorded.refs.one(RefRole::Target).zip(erased);
            self.entries.push(Entry { bytes, parts: event.parts, recorded, gone: 0 });
            if let Some((target, mask)) = target {
                let entry = self.entries.iter_mut().find(|entry| entry.recorded.id == target);
                entry.expect("what is erased is in the record").gone |= mask;
            }
        }
        ids
    }

    /// What deciders remember after reading the whole record again, where some parts are gone.
    #[must_use]
    pub fn replayed(&self, absent: &dyn Fn(u8) -> Option<Absence>) -> MemoryBook {
        let mut book = MemoryBook::default();
        for entry in &self.entries {
            for change in evolve(&book, &entry.read(absent)) {
                book.apply(change);
            }
        }
        book
    }

    /// A consultation of this record.
    #[must_use]
    pub fn consultation(&self, stream: StreamId) -> Arc<crate::consultation::Consultation> {
        self.book.consultation(stream).expect("a consultation of this record")
    }
}

/// One line for each event, so that a failing history can be read.
impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "Record of {} events:", self.entries.len())?;
        for event in self.events() {
            let (position, name, trust) = (event.position, event.event.event_type().name, event.trust);
            let facts = String::from_utf8_lossy(&event.event.facts_bytes()).into_owned();
            writeln!(f, "{position:>5} {:?} {trust:<13} {name} {facts} {:?}", event.stream, event.refs)?;
        }
        Ok(())
    }
}

/// Event 0 of a record, unless its test says otherwise. Nobody has the secret of its key.
#[must_use]
pub fn opening() -> Opened {
    Opened {
        facts: OpenedFacts {
            demonstration: true,
            format: 0,
            idempotency_key_fingerprint: Bytes32([0x1d; 32]),
            key: PublicKey([0x4b; 32]),
            nonce: Bytes32([0x2a; 32]),
            origin: "example.org/villeneuve".to_owned(),
            promise_key: None,
        },
    }
}

/// The key of the part number `drawn`: the same in every run.
fn part_key(drawn: u64) -> PartKey {
    PartKey::new(*tagged_hash("devenir/test-part-key/v1", &[&drawn.to_be_bytes()]).as_bytes())
}

/// A place for events that deciders look at before they have one: they read none of it.
const fn unplaced(at: Timestamp) -> Sequence {
    Sequence {
        position: Position::FIRST,
        revision: Revision::FIRST,
        prev: Hash::ZERO,
        prev_position: None,
        recorded_at: at,
    }
}

/// Two books answer alike whatever a record asks of them.
///
/// # Errors
/// The first answer that differs.
pub fn same_answers(
    left: &dyn Book,
    right: &dyn Book,
    record: &Record,
) -> Result<(), proptest::test_runner::TestCaseError> {
    use proptest::prop_assert_eq;
    for event in record.events() {
        prop_assert_eq!(left.consultation(event.stream), right.consultation(event.stream));
        prop_assert_eq!(left.subject(event.id), right.subject(event.id));
        prop_assert_eq!(left.ballot(event.id), right.ballot(event.id));
        prop_assert_eq!(left.act(event.id), right.act(event.id));
        prop_assert_eq!(left.pending(event.id), right.pending(event.id));
        prop_assert_eq!(left.erasure(event.id), right.erasure(event.id));
        for n in 0..30 {
            let key = (event.id, crate::testing::sample::tag(n));
            prop_assert_eq!(left.vote(key), right.vote(key));
            prop_assert_eq!(left.held(key), right.held(key));
        }
    }
    for n in 0..10 {
        let credential = crate::testing::sample::credential(n);
        prop_assert_eq!(left.grant(credential), right.grant(credential));
    }
    for slug in ["plan-velo", "ancien-site", "nowhere"] {
        prop_assert_eq!(left.slug(slug), right.slug(slug));
    }
    Ok(())
}
