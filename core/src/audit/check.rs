//! The walk over a whole record, event by event, every check on each.
//!
//! `docs/format.md` (What a verifier checks) numbers them. Memory grows with the number of events by their names
//! only. This module reads no store: events come to it in chunks.

use super::around::Around;
use super::chunks::{Bare, Chunk, Chunks, GivenEvent, NextEvent, given};
use super::commands::Commands;
use super::conformity::Conformity;
use super::crew::{Crew, Jobs};
use super::erasures::Erasures;
use super::examine::{Examined, Held, Sound, examine};
use super::fault::{Fault, Found};
use super::heads::stated_heads;
use super::parts;
use super::references::References;
use super::report::{LISTED_MAX, Report};
use super::signed::{Signatures, SignedCounts};
use super::succession::succession;
use crate::envelope::{Envelope, Recorded, instance_stream, log_id, stream_id};
use crate::event::Event;
use crate::event::code::RetractedBy;
use crate::event::vote::VoteEvent;
use crate::ledger::chain::{ChainCheck, ChainError, ChainedEvent, Link};
use crate::ledger::{ConsistencyPass, Frontier, Hash, Heads, Position, TreeHead, TreeSize};
use crate::signing::LedgerKeys;
use crate::store::{ReadLedger, Reader, StoreError};
use crate::time::Timestamp;

/// The type with which the stream of a consultation begins.
const CONSULTATION_REGISTERED: u16 = 0x0101;

/// The types of a vote cast and of one changed, both by the voter.
const OWN_VOTES: [u16; 2] = [0x0502, 0x0503];

/// What an audit notes beside its checks, as far as the record reaches.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// The sizes at which the root is noted, and what was recorded last before each and first after it.
    pub sizes: Vec<TreeSize>,
    /// Two sizes, smaller and larger: that the larger tree begins with the smaller is proven.
    pub between: Option<(TreeSize, TreeSize)>,
}

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
/// [`StoreError`] where the medium does not answer; what it answers wrongly is in the report.
pub fn audit_at(reader: &dyn Reader, now: Timestamp) -> Result<Report, StoreError> {
    audit_with(reader, Walk::new(), now)
}

/// Audits as [`audit_at`], or with `envelopes_only` as [`audit_envelopes`] does, and notes what `marks` ask for.
///
/// # Errors
/// As [`audit_at`].
pub fn audit_marked(
    reader: &dyn Reader,
    marks: &Marks,
    envelopes_only: bool,
    now: Timestamp,
) -> Result<Report, StoreError> {
    audit_with(reader, Walk { is_bare: envelopes_only, ..Walk::marked(marks) }, now)
}

fn audit_with(reader: &dyn Reader, mut walk: Walk, now: Timestamp) -> Result<Report, StoreError> {
    let stated = reader.head()?;
    let mut chunks = Chunks::new(reader, stated);
    walk.all(&mut || chunks.next())?;
    walk.is_cut = chunks.is_cut();
    walk.found(chunks.beyond()?);
    walk.signed(reader);
    Ok(walk.end(stated, now))
}

/// Audits the envelopes alone, as whoever looks from outside has them: parts are not asked about, and what rules say of
/// parts neither. Signed acts are checked as in a whole record; what `marks` ask for is noted.
///
/// # Errors
/// As [`audit`].
pub fn audit_envelopes<L: ReadLedger>(ledger: L, marks: &Marks) -> Result<Report, StoreError> {
    audit_marked(&Bare(ledger), marks, true, Timestamp(i64::MIN))
}

/// Audits a copy of a whole ledger of which somebody states the head, as [`audit_marked`] audits a store. It is read once, so
/// its leaves are kept, 32 bytes for each event.
///
/// # Errors
/// Whatever `next` answers.
pub fn audit_copy<E>(
    stated: TreeHead,
    marks: &Marks,
    now: Timestamp,
    next: NextEvent<'_, E>,
) -> Result<Report, E> {
    let (mut walk, mut position) = (Walk::marked(marks), Position::FIRST);
    walk.signatures = Signatures::of_copy();
    walk.all(&mut || given(next, &mut position))?;
    let (counts, found) = std::mem::take(&mut walk.signatures).end_of_copy();
    walk.report.signed = counts;
    walk.found(found);
    Ok(walk.end(stated, now))
}

/// Audits whole streams out of a ledger, the instance's own among them, in ascending order of position: everything but
/// the root over all leaves, and heads events, whose other streams are not there. Of what `marks` ask for it notes what was
/// recorded around each size, and no root.
///
/// # Errors
/// Whatever `next` answers.
pub fn audit_streams<E>(marks: &Marks, next: NextEvent<'_, E>) -> Result<Report, E> {
    let mut walk = Walk { around: Around::sizes(&marks.sizes), ..Walk::new() };
    (walk.chain, walk.excerpt) = (ChainCheck::of_streams(), true);
    let mut expected = Position::FIRST;
    while let Some(GivenEvent { envelope: bytes, parts, withheld }) = next()? {
        let stated = bytes.len().checked_sub(64).and_then(|at| bytes.get(at..)?.split_first_chunk::<8>());
        let position = stated.map_or(expected, |(bytes, _)| Position::new(u64::from_be_bytes(*bytes)));
        expected = position.next();
        walk.event(examine(Held { position, bytes, parts, withheld }));
    }
    walk.report.signed = std::mem::take(&mut walk.signatures).of_excerpt();
    Ok(walk.end(TreeHead::empty(), Timestamp(i64::MIN)))
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
    keys: LedgerKeys,
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
    /// What was recorded around them.
    around: Vec<Around>,
    /// The consistency proof that was asked for.
    proof: Option<ConsistencyPass>,
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
            keys: LedgerKeys::default(),
            last: (Timestamp(i64::MIN), Position::FIRST),
            doubt: None,
            is_bare: false,
            is_cut: false,
            excerpt: false,
            marks: Vec::new(),
            around: Vec::new(),
            proof: None,
            report: Report {
                takedowns: Vec::new(),
                log: None,
                head: TreeHead::empty(),
                roots: Vec::new(),
                around: Vec::new(),
                begins: None,
                heads: Heads::default(),
                streams: 0,
                checkpoint_keys: None,
                promise_keys: None,
                commands: 0,
                faults: Vec::new(),
                fault_count: 0,
                parts: parts::PartCounts::default(),
                signed: SignedCounts::default(),
                succession: None,
                unknown_types: 0,
                against_the_rules: Vec::new(),
                against_count: 0,
            },
        }
    }

    fn marked(marks: &Marks) -> Self {
        let around = Around::sizes(&marks.sizes);
        let mut walk = Self { marks: marks.sizes.clone(), around, ..Self::new() };
        walk.proof = marks.between.and_then(|(old, new)| ConsistencyPass::new(old, new));
        walk.mark();
        walk
    }

    /// Notes the root where it was asked for.
    fn mark(&mut self) {
        if self.marks.contains(&self.frontier.size()) {
            self.report.roots.push(self.frontier.head());
        }
    }

    /// Takes in chunk after chunk, each examined by a crew while the next is read.
    fn all<E>(&mut self, next: &mut dyn FnMut() -> Result<Chunk, E>) -> Result<(), E> {
        let jobs = Jobs::default();
        std::thread::scope(|scope| {
            let mut crew = Crew::start(scope, &jobs);
            let mut under_way = None;
            loop {
                let Chunk { events, faults } = next()?;
                self.found(faults);
                let handed_out = (!events.is_empty()).then(|| crew.examine(events));
                if let Some(before) = under_way {
                    crew.wait(before).into_iter().for_each(|examined| self.event(examined));
                }
                let Some(handed_out) = handed_out else { return Ok(()) };
                under_way = Some(handed_out);
            }
        })
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

    fn found(&mut self, found: Vec<Found>) {
        found.into_iter().for_each(|Found { position, fault }| self.fault(position, fault));
    }

    fn event(&mut self, examined: Examined) {
        let Examined { position, leaf, sound, faults } = examined;
        self.signatures.remember(&self.frontier, leaf);
        self.frontier.push(leaf);
        if let Some(proof) = &mut self.proof {
            proof.push(leaf);
        }
        self.mark();
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
        if let Some(recorded) = &recorded {
            let is_whole = usize::try_from(counts.open).is_ok_and(|open| open == envelope.intent.parts.len());
            let said = succession(recorded, self.report.log, is_whole && !self.is_bare, &mut |fault| {
                faults.push(fault)
            });
            self.report.succession = self.report.succession.take().or(said);
        }
        if let Some(recorded) = &recorded {
            // A key that does not take over is a signed act that does not count: that is named below.
            let _ = self.keys.follow(recorded, &envelope.signature);
        }
        faults.extend(self.signatures.follow(&envelope, id, recorded.as_ref()));
        // What the rules decide follows from structural parts too.
        let recorded = recorded.filter(|_| !self.is_bare);
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
        let Some(found) = stated_heads(&sound.envelope).filter(|_| !self.excerpt) else { return };
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
        self.around.iter_mut().for_each(|around| around.follow(position, sequence.recorded_at));
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
        self.found(found);
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
        let ended = std::mem::take(&mut self.erasures).end(now, self.last.0);
        ended.explain(&mut self.report.parts);
        self.report.takedowns = ended.takedowns;
        self.found(ended.faults);
        self.report.head = head;
        self.report.around = std::mem::take(&mut self.around);
        self.report.begins = self.proof.take().and_then(ConsistencyPass::into_proof);
        self.report.heads = self.chain.heads();
        self.report.streams = self.report.heads.iter().count();
        self.report.checkpoint_keys = self.keys.checkpoints().cloned();
        self.report.promise_keys = self.keys.promises().cloned();
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
