//! The walk over a whole record, event by event, every check on each.
//!
//! `docs/format.md` (What a verifier checks) numbers them. Memory grows with the number of events by their names
//! only; envelopes and parts are read in chunks.

use super::commands::Commands;
use super::conformity::Conformity;
use super::crew::{Crew, Jobs};
use super::erasures::Erasures;
use super::examine::{Examined, Held, Sound, examine};
use super::fault::{Fault, Found};
use super::parts;
use super::references::References;
use super::report::{LISTED_MAX, Report};
use super::signed::{Signatures, SignedCounts};
use crate::envelope::{Envelope, Recorded, instance_stream, log_id, stream_id};
use crate::event::Event;
use crate::event::code::RetractedBy;
use crate::event::ledger::{HeadsFacts, LedgerEvent};
use crate::event::vote::VoteEvent;
use crate::ledger::chain::{ChainCheck, ChainError, ChainedEvent, Link};
use crate::ledger::{Frontier, Hash, Heads, Position, TreeHead, TreeSize};
use crate::store::{Place, ReadLedger, ReadVault, Reader, Request, SealedPart, StoreError};
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

/// How many events are read at once.
const CHUNK: usize = 2_048;

/// The type with which the stream of a consultation begins.
const CONSULTATION_REGISTERED: u16 = 0x0101;

/// The types of a vote cast and of one changed, both by the voter.
const OWN_VOTES: [u16; 2] = [0x0502, 0x0503];

/// Audits everything that a reader gives, as if at the instant of its last event.
///
/// # Errors
/// As [`audit_at`].
pub fn audit(reader: &dyn Reader) -> Result<Report, StoreError> {
    audit_at(reader, Timestamp(i64::MIN))
}

/// Audits everything that a reader gives at an instant, which says how long what was erased is still held.
///
/// # Errors
/// [`StoreError`] where the medium does not answer at all; what it answers wrongly is in the report.
pub fn audit_at(reader: &dyn Reader, now: Timestamp) -> Result<Report, StoreError> {
    audit_with(reader, Walk::new(), now)
}

/// Audits as [`audit_at`], or with `envelopes_only` as [`audit_envelopes`] does, and notes the roots at the sizes `marks`, as
/// far as the record reaches.
///
/// # Errors
/// As [`audit_at`].
pub fn audit_marked(
    reader: &dyn Reader,
    marks: &[TreeSize],
    envelopes_only: bool,
    now: Timestamp,
) -> Result<Report, StoreError> {
    audit_with(reader, Walk { marks: marks.to_vec(), is_bare: envelopes_only, ..Walk::new() }, now)
}

fn audit_with(reader: &dyn Reader, mut walk: Walk, now: Timestamp) -> Result<Report, StoreError> {
    let stated = reader.head()?;
    let jobs = Jobs::default();
    std::thread::scope(|scope| {
        let mut crew = Crew::start(scope, &jobs);
        let mut from = Position::FIRST;
        let mut under_way = None;
        loop {
            // The next chunk is read while the crew is at the one before.
            let chunk = chunk(reader, from, stated.size, &mut walk);
            from = chunk.last().map_or(from, |held| held.position.next());
            let next = (!chunk.is_empty()).then(|| crew.examine(chunk));
            if let Some(before) = under_way {
                crew.wait(before).into_iter().for_each(|examined| walk.event(examined));
            }
            let Some(next) = next else { break };
            under_way = Some(next);
        }
    });
    beyond(reader, stated, &mut walk)?;
    walk.signed(reader);
    Ok(walk.end(stated, now))
}

/// Audits the envelopes alone, as whoever looks from outside has them: parts are not asked about, and what rules say of
/// parts neither.
///
/// # Errors
/// As [`audit`].
pub fn audit_envelopes<L: ReadLedger>(ledger: L) -> Result<Report, StoreError> {
    let bare = Bare(ledger);
    audit_with(&bare, Walk { is_bare: true, ..Walk::new() }, Timestamp(i64::MIN))
}

/// A ledger whose vault is elsewhere.
struct Bare<L>(L);

impl<L: ReadLedger> ReadLedger for Bare<L> {
    fn head(&self) -> Result<TreeHead, StoreError> {
        self.0.head()
    }
    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        self.0.read(from, count_max)
    }
    fn follow(&self, size: TreeSize, patience: Duration) -> Result<TreeHead, StoreError> {
        self.0.follow(size, patience)
    }
}

impl<L: ReadLedger> ReadVault for Bare<L> {
    fn open(&self, _: Place, _: &[u8; 32]) -> Result<Option<SealedPart>, StoreError> {
        Ok(None)
    }
    fn open_all(&self, _: Range<Position>) -> Result<Vec<(Place, SealedPart)>, StoreError> {
        Ok(Vec::new())
    }
    fn recall(&self, _: Position) -> Result<Option<Request>, StoreError> {
        Ok(None)
    }
}

/// The next event of an excerpt with the parts that are at hand, none after the last.
pub type NextEvent<'a, E> = &'a mut dyn FnMut() -> Result<Option<ExcerptEvent>, E>;
/// An envelope and its parts.
pub type ExcerptEvent = (Vec<u8>, Vec<(Place, SealedPart)>);

/// Audits whole streams out of a ledger, the instance's own among them, in ascending order of position: everything but
/// the root over all leaves, and heads events, whose other streams are not there.
///
/// # Errors
/// Whatever `next` answers.
pub fn audit_streams<E>(next: NextEvent<'_, E>) -> Result<Report, E> {
    let mut walk = Walk::new();
    (walk.chain, walk.excerpt) = (ChainCheck::of_streams(), true);
    let mut expected = Position::FIRST;
    while let Some((bytes, parts)) = next()? {
        let stated = bytes.len().checked_sub(64).and_then(|at| bytes.get(at..)?.split_first_chunk::<8>());
        let position = stated.map_or(expected, |(bytes, _)| Position::new(u64::from_be_bytes(*bytes)));
        expected = position.next();
        walk.event(examine(Held { position, bytes, parts }));
    }
    walk.report.signed = std::mem::take(&mut walk.signatures).of_excerpt();
    Ok(walk.end(TreeHead::empty(), Timestamp(i64::MIN)))
}

/// The next events with their parts; none at the end, or where nothing more reads.
fn chunk(reader: &dyn Reader, from: Position, size: TreeSize, walk: &mut Walk) -> Vec<Held> {
    if walk.is_cut || !from.is_within(size) {
        return Vec::new();
    }
    let envelopes = envelopes(reader, from, size, walk);
    let end = Position::new(from.get().saturating_add(envelopes.len() as u64));
    if envelopes.is_empty() {
        return Vec::new();
    }
    let mut parts = parts_held(reader, from..end, walk).into_iter().peekable();
    let held = |(position, bytes): (u64, Vec<u8>)| {
        let mut own = Vec::new();
        while let Some(part) = parts.next_if(|(place, _)| place.position.get() <= position) {
            own.push(part);
        }
        Held { position: Position::new(position), bytes, parts: own }
    };
    (from.get()..).zip(envelopes).map(held).collect()
}

/// What stands beyond the stated head, where no writer moved the head meanwhile.
fn beyond(reader: &dyn Reader, stated: TreeHead, walk: &mut Walk) -> Result<(), StoreError> {
    let next = stated.size.next_position();
    let more = reader.read(next, 1).unwrap_or_default();
    let mut aside = Walk::new();
    let parts = parts_held(reader, next..Position::new(u64::MAX), &mut aside);
    if walk.is_cut || reader.head()? != stated {
        return Ok(());
    }
    if !more.is_empty() {
        walk.fault(next, Fault::Beyond { position: next });
    }
    for Found { position, fault } in aside.report.faults {
        walk.fault(position, fault);
    }
    walk.foreign(&parts);
    Ok(())
}

/// The next envelopes; where they do not read, those up to the first that does not, which is named.
fn envelopes(reader: &dyn Reader, from: Position, size: TreeSize, walk: &mut Walk) -> Vec<Vec<u8>> {
    let left = usize::try_from(size.get().saturating_sub(from.get())).unwrap_or(usize::MAX);
    let count = left.min(CHUNK);
    if let Ok(envelopes) = reader.read(from, count) {
        return envelopes;
    }
    let mut envelopes = Vec::new();
    let mut position = from;
    while envelopes.len() < count {
        match reader.read(position, 1) {
            Ok(mut one) if !one.is_empty() => envelopes.append(&mut one),
            Ok(_) => break,
            Err(error) => {
                walk.fault(position, Fault::Medium(error.to_string()));
                walk.is_cut = true;
                break;
            }
        }
        position = position.next();
    }
    envelopes
}

/// The parts of the events in `positions`; where they do not read, those of every event that has them.
fn parts_held(
    reader: &dyn Reader,
    positions: Range<Position>,
    walk: &mut Walk,
) -> BTreeMap<Place, SealedPart> {
    let error = match reader.open_all(positions.clone()) {
        Ok(parts) => return parts.into_iter().collect(),
        Err(error) => error,
    };
    let mut held = BTreeMap::new();
    let mut is_named = false;
    // Beyond the last event there is no end to ask one by one for: at most as many as a chunk holds.
    for position in (positions.start.get()..positions.end.get()).take(CHUNK).map(Position::new) {
        match reader.open_all(position..position.next()) {
            Ok(parts) => held.extend(parts),
            Err(error) => {
                is_named = true;
                walk.fault(position, Fault::Medium(error.to_string()));
            }
        }
    }
    if !is_named {
        walk.fault(positions.start, Fault::Medium(error.to_string()));
    }
    held
}

/// What an event says of the heads of all streams; none where it says nothing of them.
fn stated_heads(recorded: &Recorded) -> Option<TreeHead> {
    let Event::Ledger(LedgerEvent::HeadsRecorded(heads)) = &recorded.event else { return None };
    let HeadsFacts { root, streams } = heads.facts;
    Some(TreeHead { size: TreeSize::new(u64::from(streams)), root: Hash::from_bytes(root.0) })
}

/// Whether a voter acts on a vote of their own. A retraction is one only where it says so: an erasure takes votes back too.
fn is_own_vote(envelope: &Envelope, recorded: Option<&Recorded>) -> bool {
    if let Some(Recorded { event: Event::Vote(VoteEvent::Retracted(retracted)), .. }) = recorded {
        return retracted.facts.by == RetractedBy::Voter;
    }
    OWN_VOTES.contains(&envelope.intent.event_type)
}

struct Walk {
    frontier: Frontier,
    chain: ChainCheck,
    commands: Commands,
    references: References,
    erasures: Erasures,
    conformity: Conformity,
    signatures: Signatures,
    /// The latest instant so far, and the event that states it.
    last: (Timestamp, Position),
    /// An event that a later one contradicts: should the root differ, this may be the one that was changed.
    doubt: Option<Position>,
    /// Whether there are no parts to ask about.
    is_bare: bool,
    /// Whether the envelopes stop reading before their end.
    is_cut: bool,
    /// Whether other streams of the ledger are left out.
    excerpt: bool,
    /// The sizes at which the root is noted.
    marks: Vec<TreeSize>,
    report: Report,
}

impl Walk {
    fn new() -> Self {
        Self {
            frontier: Frontier::new(),
            chain: ChainCheck::of_ledger(),
            commands: Commands::default(),
            references: References::default(),
            erasures: Erasures::default(),
            conformity: Conformity::default(),
            signatures: Signatures::default(),
            last: (Timestamp(i64::MIN), Position::FIRST),
            doubt: None,
            is_bare: false,
            is_cut: false,
            excerpt: false,
            marks: Vec::new(),
            report: Report {
                log: None,
                head: TreeHead::empty(),
                roots: Vec::new(),
                heads: Heads::default(),
                streams: 0,
                commands: 0,
                faults: Vec::new(),
                fault_count: 0,
                parts: parts::PartCounts::default(),
                signed: SignedCounts::default(),
                unknown_types: 0,
                against_the_rules: Vec::new(),
                against_count: 0,
            },
        }
    }

    /// Where the next event stands.
    fn next(&self) -> Position {
        self.frontier.size().next_position()
    }

    fn fault(&mut self, position: Position, fault: Fault) {
        self.report.fault_count += 1;
        if self.report.faults.len() < LISTED_MAX {
            self.report.faults.push(Found { position, fault });
        }
    }

    fn foreign(&mut self, held: &BTreeMap<Place, SealedPart>) {
        for place in held.keys() {
            self.fault(place.position, Fault::ForeignPart { place: *place });
        }
    }

    fn event(&mut self, examined: Examined) {
        let Examined { position, leaf, sound, faults } = examined;
        self.signatures.remember(&self.frontier);
        self.frontier.push(leaf);
        if self.marks.contains(&self.frontier.size()) {
            self.report.roots.push(self.frontier.head());
        }
        // Of several faults of one event, what its place says stands first: it explains the others.
        let mut placed = Vec::new();
        if let Some(sound) = sound {
            self.heads(position, &sound, &mut placed);
            self.opening(position, &sound.envelope, &mut placed);
            self.place(position, leaf, &sound.envelope);
            self.follow(position, sound, &mut placed);
        }
        for fault in placed.into_iter().chain(faults) {
            self.fault(position, fault);
        }
    }

    /// What an event says in the light of those before it.
    fn follow(&mut self, position: Position, sound: Box<Sound>, faults: &mut Vec<Fault>) {
        let Sound { envelope, id, counts, shape, is_known, lists, recorded } = *sound;
        let alone = is_own_vote(&envelope, recorded.as_ref());
        if let Some(cut) = self.commands.follow(position, &envelope, alone, &mut |fault| faults.push(fault)) {
            self.contradicted(cut);
        }
        self.report.commands += u64::from(envelope.intent.command_index == 0);
        self.report.unknown_types += u64::from(!is_known);
        self.references.follow(position, (&envelope, id, shape), &lists, &mut |fault| faults.push(fault));
        if !self.is_bare {
            self.report.parts.add(counts);
            self.erasures.lacks(position, shape);
            if let Some(recorded) = &recorded {
                let known = |id| self.references.known(id);
                self.erasures.follow(recorded, &known, &mut |fault| faults.push(fault));
            }
        }
        // What the rules decide follows from structural parts too.
        let recorded = recorded.filter(|_| !self.is_bare);
        let signature =
            recorded.as_ref().and_then(|it| self.signatures.follow(self.conformity.book(), &envelope, it));
        faults.extend(signature);
        if let Some(refused) = recorded.and_then(|recorded| self.conformity.follow(&recorded)) {
            self.report.against_count += 1;
            if self.report.against_the_rules.len() < LISTED_MAX {
                self.report.against_the_rules.push(refused);
            }
        }
    }

    fn opening(&mut self, position: Position, envelope: &Envelope, faults: &mut Vec<Fault>) {
        let found = envelope.intent.log;
        match self.report.log {
            Some(expected) if expected != found => faults.push(Fault::Ledger { position, expected, found }),
            Some(_) => {}
            None => {
                let opens = envelope.intent.event_type == 0x0001;
                let derived = log_id(&envelope.intent.facts);
                if !opens {
                    faults.push(Fault::Opening(format!("its type is {:#06x}", envelope.intent.event_type)));
                } else if derived != found {
                    faults.push(Fault::Opening(format!("it names ledger {found}, its facts give {derived}")));
                }
                self.report.log = Some(found);
            }
        }
    }

    /// Derives again what an event says of the heads of all streams before it.
    fn heads(&self, position: Position, sound: &Sound, faults: &mut Vec<Fault>) {
        let stated = sound.recorded.as_ref().and_then(stated_heads);
        let Some(found) = stated.filter(|_| !self.excerpt) else { return };
        let expected = self.chain.heads().tree_head();
        if found != expected {
            faults.push(Fault::Heads { position, expected, found });
        }
    }

    fn place(&mut self, position: Position, leaf: Hash, envelope: &Envelope) {
        let (intent, sequence) = (&envelope.intent, &envelope.sequence);
        let link = match sequence.prev_position {
            Some(position) => Link::to(position, sequence.prev),
            None => Link::FIRST,
        };
        let event = ChainedEvent {
            position: sequence.position,
            stream: intent.stream.0,
            revision: sequence.revision,
            link,
            leaf_hash: leaf,
        };
        if self.chain.tail(&event.stream).is_none() {
            self.stream_begins(position, envelope);
        }
        if let Err(error) = self.chain.follow(&event) {
            self.chain.resume(&event);
            self.fault(trusted_up_to(position, &error), error.into());
        }
        let (before, stated_by) = self.last;
        if sequence.recorded_at < before {
            self.contradicted(stated_by);
            self.fault(position, Fault::Time { position, before, found: sequence.recorded_at });
        }
        self.last = self.last.max((sequence.recorded_at, position));
    }

    /// Remembers the first event that a later one contradicts.
    fn contradicted(&mut self, position: Position) {
        self.doubt = Some(self.doubt.map_or(position, |doubt| doubt.min(position)));
    }

    /// Checks how a stream begins: its name follows from the ledger or from the command that registers a consultation.
    fn stream_begins(&mut self, position: Position, envelope: &Envelope) {
        let (intent, found) = (&envelope.intent, envelope.intent.stream);
        let instance = instance_stream(intent.log);
        let expected =
            if position == Position::FIRST { instance } else { stream_id(intent.log, intent.command) };
        if found != expected && found != instance {
            self.fault(position, Fault::Stream { position, expected, found });
        }
        let kind = intent.event_type;
        if position != Position::FIRST && found != instance && kind != CONSULTATION_REGISTERED {
            self.fault(position, Fault::Unregistered { position, stream: found, kind });
        }
    }

    /// What signers had seen, compared with what was read.
    fn signed(&mut self, reader: &dyn Reader) {
        let (counts, found) = std::mem::take(&mut self.signatures).end(reader);
        self.report.signed = counts;
        found.into_iter().for_each(|Found { position, fault }| self.fault(position, fault));
    }

    fn end(mut self, stated: TreeHead, now: Timestamp) -> Report {
        let head = self.frontier.head();
        // What follows from an envelope that does not read is said by that fault already.
        if !self.is_cut {
            if let Some((last, fault)) = self.commands.end() {
                self.contradicted(last);
                self.fault(self.next(), fault);
            }
            if self.excerpt {
                // Nobody states how many events an excerpt has; whoever asked holds it against proofs.
            } else if head.size != stated.size {
                let position = head.size.min(stated.size).next_position();
                self.fault(position, Fault::Size { expected: stated.size, found: head.size });
            } else if head.root != stated.root {
                let fault = Fault::Root { size: head.size, expected: stated.root, found: head.root };
                self.fault(self.unvouched(), fault);
            }
            if head.size.is_empty() {
                self.fault(Position::FIRST, Fault::Opening("the ledger holds no event".into()));
            }
        }
        let ended = std::mem::take(&mut self.erasures).end(now.max(self.last.0));
        ended.explain(&mut self.report.parts);
        for (position, fault) in ended.faults {
            self.fault(position, fault);
        }
        self.report.head = head;
        self.report.heads = self.chain.heads();
        self.report.streams = self.report.heads.iter().count();
        self.report.faults.sort_by_key(|found| found.position);
        self.report
    }

    /// Where a root that differs can begin: at the first other fault or the event that it contradicts, else at
    /// the first event to which no later one links. A stream rewritten with all its links leaves no earlier
    /// trace: only a head that somebody else keeps bounds that.
    fn unvouched(&self) -> Position {
        let faults = self.report.faults.iter().map(|found| found.position);
        faults.chain(self.doubt).min().or(self.chain.first_tail()).unwrap_or(Position::FIRST)
    }
}

/// The position from which a broken chain leaves doubt: where the event before in the stream hashes to
/// something else than its successor says, either may be the altered one, and the doubt begins at the first.
fn trusted_up_to(position: Position, error: &ChainError) -> Position {
    match error {
        ChainError::Link(broken) if broken.found.prev_position == broken.expected.prev_position => {
            position.min(broken.expected.prev_position)
        }
        ChainError::Link(_) | ChainError::Position { .. } | ChainError::Revision { .. } => position,
    }
}
