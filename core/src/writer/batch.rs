//! One durable group in the making: commands decided and sealed over an overlay of the book.
//!
//! `docs/design.md` (One writer). Nothing here reaches the book or the caller until the store has the group.
//! This module knows no thread and no queue.

use super::command::{Command, EventReceipt, Receipt, Standing, Target, WriteError};
use super::random::Random;
use super::signed::Signed;
use super::token::{AuthorToken, TokenKey};
use crate::consultation::{Book, Change, Overlay, Proposed, VoteKey, decide, evolve, number};
use crate::envelope::{
    Draft, PartKey, Place as CommandPlace, Reference, Sealed, Sealer, Sealing, Sequence, instance_stream,
    stream_id,
};
use crate::event::amendment::AmendmentEvent;
use crate::event::code::Trust;
use crate::event::consultation::ConsultationEvent;
use crate::event::contribution::ContributionEvent;
use crate::event::debate::DebateEvent;
use crate::event::ledger::{HeadsFacts, LedgerEvent};
use crate::event::oversight::OversightEvent;
use crate::event::{Event, RefRole};
use crate::id::{Bytes32, CommandId, IntentId, LogId, StreamId};
use crate::ledger::{Hash, Heads, Position, Revision, StreamHead, TreeHead, TreeSize};
use crate::signing::{SignatureFault, must_sign};
use crate::store::{Entry, Group, Leaf, Request, SealedPart};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use zeroize::Zeroizing;

/// The last event of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tail {
    pub(super) revision: Revision,
    pub(super) position: Position,
    pub(super) leaf: Hash,
}

/// What a batch needs to know of the instance.
pub(super) struct Context<'a> {
    pub(super) log: LogId,
    pub(super) size: TreeSize,
    pub(super) book: &'a dyn Book,
    pub(super) tails: &'a BTreeMap<StreamId, Tail>,
    pub(super) tokens: &'a TokenKey,
}

/// Commands that become durable together.
pub(super) struct Batch<'a> {
    context: Context<'a>,
    pub(super) overlay: Overlay<'a>,
    pub(super) tails: BTreeMap<StreamId, Tail>,
    pub(super) commands: Vec<(CommandId, Position)>,
    /// Votes that events of this group cast, changed or took back.
    pub(super) votes: Vec<(VoteKey, Position)>,
    pub(super) group: Group,
    pub(super) bytes: usize,
    /// The last event of this batch that says how far every stream has come.
    pub(super) heads: Option<Position>,
    /// The first event of each command of this batch.
    firsts: HashMap<CommandId, IntentId>,
    next: Position,
}

/// How a reference to an earlier command is found in the ledger.
pub(super) type Earlier<'a> = &'a dyn Fn(CommandId) -> Option<IntentId>;

/// What a command touched, for the clerk to look at.
pub(super) struct Done {
    pub(super) receipt: Receipt,
    pub(super) voted_on: Vec<IntentId>,
    /// Whether a consultation was closed.
    pub(super) closed: bool,
}

impl<'a> Batch<'a> {
    pub(super) fn new(context: Context<'a>) -> Self {
        Self {
            overlay: Overlay::new(context.book),
            next: context.size.next_position(),
            context,
            tails: BTreeMap::new(),
            commands: Vec::new(),
            votes: Vec::new(),
            group: Group::default(),
            bytes: 0,
            heads: None,
            firsts: HashMap::new(),
        }
    }

    /// Where the next event of this batch will stand.
    pub(super) const fn next(&self) -> Position {
        self.next
    }

    /// Decides and seals a command; on an error the batch is as it was.
    #[expect(clippy::too_many_arguments, reason = "what a command is decided with")]
    pub(super) fn add(
        &mut self,
        command: Command,
        signed: Option<&Signed>,
        id: CommandId,
        mac: [u8; 32],
        at: Timestamp,
        random: &mut dyn Random,
        earlier: Earlier<'_>,
    ) -> Result<Done, WriteError> {
        let (place, drafts) = self.placed(command, id, earlier);
        let unsigned = drafts.iter().filter(|_| signed.is_none());
        if let Some(expected) = unsigned.filter_map(|draft| must_sign(&self.overlay, &draft.event)).next() {
            return Err(WriteError::Signature(SignatureFault::Missing { expected }));
        }
        let stream = place.stream;
        let staged = self.stage(place, drafts, signed, at, random)?;
        self.group.requests.push(Request { command_id: id.0, position: self.next, mac });
        self.commands.push((id, self.next));
        let (events, standing) = (Vec::new(), Standing::InLog);
        let mut receipt = Receipt { command: id, stream, events, replayed: false, standing };
        let (mut voted_on, mut closed) = (Vec::new(), false);
        self.firsts.extend(staged.events.first().map(|event| (id, event.id)));
        for (event, change_set) in staged.events.into_iter().zip(staged.changes) {
            voted_on.extend(vote_subject(&event));
            closed |= matches!(event.event, Event::Consultation(ConsultationEvent::Closed(_)));
            if matches!(event.event, Event::Ledger(LedgerEvent::HeadsRecorded(_))) {
                self.heads = Some(self.next);
            }
            let placed = self.place(event, at);
            for change in change_set {
                if let Change::Vote(key, _) = &change {
                    self.votes.push((*key, placed.position));
                }
                self.overlay.apply(change);
            }
            receipt.events.push(placed);
        }
        Ok(Done { receipt, voted_on, closed })
    }

    /// Decides and seals a command of one event, and leaves the batch as it was.
    pub(super) fn sealed_for(
        &self,
        command: Command,
        id: CommandId,
        at: Timestamp,
        random: &mut dyn Random,
        earlier: Earlier<'_>,
    ) -> Result<Sealed, WriteError> {
        let (place, drafts) = self.placed(command, id, earlier);
        if drafts.len() > 1 {
            return Err(WriteError::NotOneEvent(drafts.len()));
        }
        let staged = self.stage(place, drafts, None, at, random)?;
        staged.events.into_iter().next().ok_or(WriteError::NotOneEvent(0))
    }

    /// Where a command's events go, and its drafts with what they refer to among earlier commands.
    fn placed(&self, command: Command, id: CommandId, earlier: Earlier<'_>) -> (CommandPlace, Vec<Draft>) {
        let stream = match command.target {
            Target::Instance => instance_stream(self.context.log),
            Target::NewConsultation => stream_id(self.context.log, id),
            Target::Consultation(stream) => stream,
        };
        let place = CommandPlace { log: self.context.log, stream, command: id, trust: command.door.trust };
        let mut drafts = command.drafts;
        for (_, reference) in drafts.iter_mut().flat_map(|draft| &mut draft.refs) {
            if let Reference::Command(named) = *reference
                && let Some(id) = self.firsts.get(&named).copied().or_else(|| earlier(named))
            {
                *reference = Reference::Recorded(id);
            }
        }
        (place, drafts)
    }

    /// Decides event by event over an overlay of the overlay, so that a refusal leaves nothing behind.
    fn stage(
        &self,
        place: CommandPlace,
        drafts: Vec<Draft>,
        signed: Option<&Signed>,
        at: Timestamp,
        random: &mut dyn Random,
    ) -> Result<Staged, WriteError> {
        let mut sealer = Sealer::new(place, drafts.len())?;
        let mut above = Overlay::new(&self.overlay);
        let mut changes = Vec::with_capacity(drafts.len());
        let mut keys = Keys { given: signed.map(|signed| signed.keys.iter()), random, failed: None };
        for draft in drafts {
            let mut refs = sealer.resolve(&draft)?;
            let Draft { mut event, occurred, actor, .. } = draft;
            number(&above, place.stream, &mut event, &mut refs);
            if let Event::Ledger(LedgerEvent::HeadsRecorded(heads)) = &mut event {
                heads.facts = self.heads();
            }
            let act = Proposed {
                stream: place.stream,
                event: &event,
                refs: &refs,
                occurred,
                actor,
                trust: place.trust,
                at,
            };
            decide(&above, &act)?;
            let mut sealed = sealer.seal(event, refs, occurred, actor, &mut keys)?;
            if let Some(error) = keys.failed.take() {
                return Err(WriteError::Random(error));
            }
            if let Some(signed) = signed {
                sealed = sealer.sign_last(signed.signer, signed.signature.clone())?;
                signed.admit(&above, sealed, actor, at, self.next)?;
            }
            let change_set = evolve(&above, &provisional(sealed, at, actor));
            for change in &change_set {
                above.apply(change.clone());
            }
            changes.push(change_set);
        }
        Ok(Staged { events: sealer.into_sealed(), changes })
    }

    /// How far every stream has come, with what this batch holds already.
    fn heads(&self) -> HeadsFacts {
        let before = self.context.tails.iter().filter(|(stream, _)| !self.tails.contains_key(*stream));
        let head = |(stream, tail): (&StreamId, &Tail)| StreamHead {
            stream: stream.0,
            count: tail.revision.count_through(),
            last_leaf: tail.leaf,
        };
        let TreeHead { size, root } = before.chain(&self.tails).map(head).collect::<Heads>().tree_head();
        HeadsFacts { root: Bytes32(*root.as_bytes()), streams: u32::try_from(size.get()).unwrap_or(u32::MAX) }
    }

    /// Gives an event its place.
    fn place(&mut self, sealed: Sealed, at: Timestamp) -> EventReceipt {
        let stream = sealed.intent.stream;
        let tail = self.tails.get(&stream).or_else(|| self.context.tails.get(&stream)).copied();
        let sequence = Sequence {
            position: self.next,
            revision: tail.map_or(Revision::new(0), |tail| tail.revision.next()),
            prev: tail.map_or(Hash::ZERO, |tail| tail.leaf),
            prev_position: tail.map(|tail| tail.position),
            recorded_at: at,
        };
        let leaf = Leaf::new(sealed.sequenced(sequence));
        let receipt = EventReceipt {
            position: sequence.position,
            revision: sequence.revision,
            id: sealed.id,
            leaf: leaf.hash(),
            recorded_at: at,
            number: number_of(&sealed.event),
            token: token_of(self.context.tokens, &sealed.event, sealed.id, sealed.intent.trust),
        };
        let tail = Tail { revision: sequence.revision, position: sequence.position, leaf: leaf.hash() };
        self.tails.insert(stream, tail);
        self.next = self.next.next();
        let parts: Vec<SealedPart> =
            (0u8..).zip(sealed.parts).map(|(index, part)| stored(index, part)).collect();
        self.bytes += leaf.bytes().len() + parts.iter().map(|part| part.bytes.len()).sum::<usize>();
        self.group.entries.push(Entry { leaf, parts });
        receipt
    }
}

/// The keys of parts: those of a signed act, or new ones.
struct Keys<'a> {
    given: Option<std::slice::Iter<'a, PartKey>>,
    random: &'a mut dyn Random,
    failed: Option<String>,
}

impl Sealing for Keys<'_> {
    fn part_key(&mut self) -> PartKey {
        // What cannot be drawn fails the command; a key too few gives another name than the one signed.
        let missing = || PartKey::new([0; 32]);
        match &mut self.given {
            Some(given) => given.next().cloned().unwrap_or_else(missing),
            None => self.random.bytes32().map(PartKey::new).unwrap_or_else(|error| {
                self.failed = Some(error.to_string());
                missing()
            }),
        }
    }
}

struct Staged {
    events: Vec<Sealed>,
    changes: Vec<Vec<Change>>,
}

/// The event as deciders see it, before it has a place: they read no place.
fn provisional(sealed: &Sealed, at: Timestamp, actor: crate::rules::Role) -> crate::envelope::Recorded {
    let sequence = Sequence {
        position: Position::new(0),
        revision: Revision::new(0),
        prev: Hash::ZERO,
        prev_position: None,
        recorded_at: at,
    };
    sealed.clone().recorded(sequence, Hash::ZERO, actor)
}

/// A sealed part as a store keeps it.
pub(super) fn stored(index: u8, part: crate::envelope::SealedPart) -> SealedPart {
    SealedPart {
        index,
        kind: part.kind,
        commitment: part.commitment.0,
        key: Zeroizing::new(*part.key.as_bytes()),
        bytes: part.bytes,
    }
}

fn vote_subject(sealed: &Sealed) -> Option<IntentId> {
    matches!(sealed.event, Event::Vote(_)).then(|| sealed.refs.one(RefRole::Subject)).flatten()
}

/// The token of what somebody submitted here: a contribution, an amendment, an argument, a comment. What a source
/// states brings none: its author stands behind no door of ours.
pub(super) fn token_of(tokens: &TokenKey, event: &Event, id: IntentId, trust: Trust) -> Option<AuthorToken> {
    let submitted = matches!(
        event,
        Event::Contribution(ContributionEvent::Submitted(_))
            | Event::Amendment(AmendmentEvent::Submitted(_))
            | Event::Debate(DebateEvent::ArgumentPosted(_) | DebateEvent::CommentPosted(_))
    );
    (submitted && trust == Trust::Native).then(|| tokens.token(id))
}

/// The number that people refer to, where the event opens something that has one.
pub(super) fn number_of(event: &Event) -> Option<u32> {
    match event {
        Event::Consultation(ConsultationEvent::ReferenceTextPublished(event)) => Some(event.facts.number),
        Event::Contribution(ContributionEvent::Submitted(event)) => Some(event.facts.number),
        Event::Amendment(AmendmentEvent::Submitted(event)) => Some(event.facts.number),
        Event::Oversight(OversightEvent::Recommended(event)) => Some(event.facts.number),
        Event::Ledger(_)
        | Event::Consultation(_)
        | Event::Contribution(_)
        | Event::Amendment(_)
        | Event::Debate(_)
        | Event::Vote(_)
        | Event::Petition(_)
        | Event::Moderation(_)
        | Event::Response(_)
        | Event::Oversight(_) => None,
    }
}
