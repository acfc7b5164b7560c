//! The desk: commands come in, groups become durable, callers are told.
//!
//! `docs/design.md` (One writer). A failure that left the file unchanged drops the group, tells each caller, and
//! the store stays open; any doubt stops the writer. This module knows no thread and no queue, and the clerk's
//! acts are commands like any other.

use super::batch::{Batch, Context, Done, Tail, number_of, token_of};
use super::clock::Clock;
use super::command::{Command, Door, EventReceipt, Receipt, Standing, Target, WriteError};
use super::kept::KeptBook;
use super::promiser::Promiser;
use super::queue::{Asked, Reply};
use super::random::Random;
use super::replay::{ReplayError, read_events, read_rules};
use super::token::TokenKey;
use crate::consultation::{Change, VoteKey, due_after, due_at, evolve};
use crate::envelope::{
    Draft, Envelope, Recorded, Sealed, Sequence, Signer, command_id, decode, instance_stream, intent_id,
};
use crate::event::code::Trust;
use crate::event::ledger::{HeadsFacts, HeadsRecorded};
use crate::id::{Bytes32, CommandId, IntentId, LogId, StreamId};
use crate::ledger::{Position, TreeHead, TreeSize};
use crate::rules::Role;
use crate::signing::LedgerKeys;
use crate::store::{Damage, Group, Place, Reader, Store, StoreError};
use crate::time::{Claimed, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// The most bytes of envelopes and parts in one group.
const GROUP_BYTES_MAX: usize = 8 << 20;
/// How far back the clock may stand before nothing is recorded any more.
const CLOCK_BEHIND_MS_MAX: i64 = 2_000;
/// The type of the events that say how far every stream has come.
const HEADS: u16 = 0x0004;
/// Events read at once when the ledger is replayed.
const REPLAYED_AT_ONCE: usize = 1_024;

/// What the writing thread works with.
pub(super) struct Desk {
    log: LogId,
    idempotency: Arc<Zeroizing<[u8; 32]>>,
    tokens: TokenKey,
    /// None until the keys that the ledger states are known.
    promiser: Option<Promiser>,
    clock: Arc<dyn Clock>,
    head: Arc<Mutex<TreeHead>>,
    book: KeptBook,
    /// Whether it was said that the book's file cannot be written.
    is_unwritten_said: bool,
    /// The instant of the last event.
    last: Timestamp,
    /// The last event that says how far every stream has come, and when it was recorded.
    heads: Option<(Position, Timestamp)>,
    reader: Box<dyn Reader>,
    store: Box<dyn Store>,
}

/// What the desk makes ids and tokens with.
pub(super) struct Secrets {
    pub(super) idempotency: Zeroizing<[u8; 32]>,
    pub(super) tokens: TokenKey,
}

/// A group that is decided and sealed, and not yet durable.
struct Made {
    group: Group,
    changes: Vec<Change>,
    tails: BTreeMap<StreamId, Tail>,
    commands: Vec<(CommandId, Position)>,
    votes: Vec<(VoteKey, Position)>,
    last: Timestamp,
    heads: Option<Position>,
    answers: Vec<Answer>,
}

/// What a caller will be told.
struct Answer {
    told: Result<Receipt, WriteError>,
    reply: Reply,
    /// Whether a receipt stands on this very group, and is worth nothing without it.
    of_this_group: bool,
}

impl Desk {
    /// Opens the decision state, kept in `dir` or else in memory, and takes in what it lacks of the ledger.
    ///
    /// # Errors
    /// [`ReplayError`] where the ledger cannot be read back.
    pub(super) fn open(
        store: Box<dyn Store>,
        dir: Option<&Path>,
        log: LogId,
        secrets: Secrets,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ReplayError> {
        let Secrets { idempotency, tokens } = secrets;
        let reader = store.reader()?;
        let (mut book, size) = KeptBook::open(dir, log, store.reader()?)?;
        let mut last = replay(&mut book, reader.as_ref(), size)?;
        if book.head() != store.head() && !size.is_empty() {
            // The file was folded from another history: only what came after it shows that.
            book = book.anew(dir)?;
            last = replay(&mut book, reader.as_ref(), TreeSize::EMPTY)?;
        }
        refuse_unless_led_to(store.head(), book.head())?;
        let mut desk = Self {
            log,
            idempotency: Arc::new(idempotency),
            tokens,
            promiser: None,
            clock,
            head: Arc::new(Mutex::new(store.head())),
            book,
            is_unwritten_said: false,
            last,
            heads: None,
            reader,
            store,
        };
        desk.heads = desk.last_heads()?;
        Ok(desk)
    }

    /// The last event that says how far every stream has come.
    fn last_heads(&self) -> Result<Option<(Position, Timestamp)>, StoreError> {
        let mut found = None;
        self.back_along_instance(|_, envelope| {
            let Sequence { position, recorded_at, .. } = envelope.sequence;
            found = (envelope.intent.event_type == HEADS).then_some((position, recorded_at));
            if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(found)
    }

    /// The keys that the ledger itself states.
    ///
    /// # Errors
    /// [`StoreError`] where the ledger cannot be read.
    pub(super) fn ledger_keys(&self) -> Result<LedgerKeys, StoreError> {
        let mut events = Vec::new();
        self.back_along_instance(|bytes, _| {
            events.push(bytes);
            ControlFlow::Continue(())
        })?;
        let mut keys = LedgerKeys::default();
        events.iter().rev().for_each(|bytes| keys.take(bytes));
        Ok(keys)
    }

    /// Shows the events of the instance's own stream, which is short, the last one first.
    fn back_along_instance(
        &self,
        mut show: impl FnMut(Vec<u8>, &Envelope) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut tail = self.book.tails().get(&instance_stream(self.log)).map(|tail| tail.position);
        while let Some(position) = tail {
            let bytes = self.reader.read(position, 1)?.into_iter().next().unwrap_or_default();
            // What does not read is no event of this software's; verification names it.
            let Ok(envelope) = decode(&bytes) else { break };
            tail = envelope.sequence.prev_position;
            if show(bytes, &envelope).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The same desk, which promises from now on what it records.
    pub(super) fn promising(self, promiser: Promiser) -> Self {
        Self { promiser: Some(promiser), ..self }
    }

    /// The head of the last durable group, for whoever asks from outside the thread.
    pub(super) fn head(&self) -> Arc<Mutex<TreeHead>> {
        Arc::clone(&self.head)
    }

    /// The key that command ids are made with.
    pub(super) fn idempotency(&self) -> Arc<Zeroizing<[u8; 32]>> {
        Arc::clone(&self.idempotency)
    }

    /// The instant of a command: never before the last event's, and refused where the clock went back.
    fn instant(&self) -> Result<Timestamp, WriteError> {
        let now = self.clock.now();
        if now.plus_ms(CLOCK_BEHIND_MS_MAX) < self.last {
            return Err(WriteError::ClockBehind { now, last: self.last });
        }
        Ok(now.max(self.last))
    }

    /// Where a command stands and the envelope of its first event, confirmed in the ledger.
    ///
    /// # Errors
    /// [`StoreError`]: a command that cannot be looked up may be there, and is not recorded a second time.
    fn look_up(&self, id: CommandId) -> Result<Option<(Position, Envelope)>, StoreError> {
        for position in self.book.candidates(id) {
            let bytes = self.reader.read(position, 1)?.into_iter().next().unwrap_or_default();
            // What does not read is no command of this software's; verification names it.
            if let Ok(envelope) = decode(&bytes)
                && envelope.intent.command == id
            {
                return Ok(Some((position, envelope)));
            }
        }
        Ok(None)
    }

    /// The first position of a command.
    ///
    /// # Errors
    /// [`StoreError`] where the ledger cannot be read.
    pub(super) fn find(&self, id: CommandId) -> Result<Option<Position>, StoreError> {
        Ok(self.look_up(id)?.map(|(position, _)| position))
    }

    /// The name of the first event of a command in the ledger; what cannot be looked up resolves to nothing, and the
    /// command that refers to it is refused.
    fn first_of(&self, id: CommandId) -> Option<IntentId> {
        let (_, envelope) = self.look_up(id).ok()??;
        Some(intent_id(&envelope.intent))
    }

    fn mac(&self, request: &[u8]) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.idempotency.as_slice()).expect("a key of 32 bytes");
        mac.update(b"devenir/request/v1\0");
        mac.update(request);
        mac.finalize().into_bytes().into()
    }

    /// As [`Handle::recorded`](super::queue::Handle::recorded).
    pub(super) fn recorded(&self, command: &Command) -> Result<Option<Receipt>, WriteError> {
        let id = command_id(&self.idempotency, &command.door.namespace, &command.key);
        self.before(id, self.mac(&command.request))
    }

    /// The receipt of a command if it was recorded before, where the same request comes again.
    fn before(&self, id: CommandId, mac: [u8; 32]) -> Result<Option<Receipt>, WriteError> {
        let found = self.find(id).map_err(|error| WriteError::Store(Arc::new(error)))?;
        found.map(|position| self.again(id, position, mac)).transpose()
    }

    fn again(&self, id: CommandId, position: Position, mac: [u8; 32]) -> Result<Receipt, WriteError> {
        let store = |error| WriteError::Store(Arc::new(error));
        if let Some(request) = self.reader.recall(position).map_err(store)?
            && request.mac != mac
        {
            return Err(WriteError::IdempotencyConflict { command: id });
        }
        let (stream, standing) = (StreamId([0; 16]), Standing::InLog);
        let mut receipt = Receipt { command: id, stream, events: Vec::new(), replayed: true, standing };
        let mut from = position;
        loop {
            let events = read_events(self.reader.as_ref(), from, 256).map_err(|error| match error {
                ReplayError::Store(error) => WriteError::Store(Arc::new(error)),
                ReplayError::Event { .. } => WriteError::Stopped,
            })?;
            let mine: Vec<&Recorded> = events.iter().take_while(|event| event.command == id).collect();
            receipt.stream = mine.first().map_or(receipt.stream, |event| event.stream);
            receipt.events.extend(mine.iter().map(|event| EventReceipt {
                position: event.position,
                revision: event.revision,
                id: event.id,
                leaf: event.leaf,
                recorded_at: event.recorded_at,
                number: number_of(&event.event),
                token: token_of(&self.tokens, &event.event, event.id, event.trust),
            }));
            match mine.last() {
                Some(last) if mine.len() == events.len() && events.len() == 256 => {
                    from = last.position.next()
                }
                Some(_) | None => return Ok(receipt),
            }
        }
    }

    /// Decides, commits and acknowledges: one or several groups, as sizes ask.
    pub(super) fn take(&mut self, waiting: Vec<(Asked, Reply)>, random: &mut dyn Random) {
        let mut waiting = waiting.into_iter().peekable();
        while waiting.peek().is_some() {
            let made = self.make(&mut waiting, random);
            self.settle(made);
        }
    }

    /// What a group is made over.
    fn context(&self) -> Context<'_> {
        Context {
            log: self.log,
            size: self.store.head().size,
            book: &self.book,
            tails: self.book.tails(),
            tokens: &self.tokens,
        }
    }

    /// Decides and seals an act for somebody to sign; nothing is recorded.
    pub(super) fn prepare(
        &self,
        command: Command,
        signer: Signer,
        random: &mut dyn Random,
    ) -> Result<Sealed, WriteError> {
        let id = command_id(&self.idempotency, &command.door.namespace, &command.key);
        if self.find(id).map_err(|error| WriteError::Store(Arc::new(error)))?.is_some() {
            return Err(WriteError::IdempotencyConflict { command: id });
        }
        let batch = Batch::new(self.context());
        let sealed = batch.sealed_for(command, id, self.instant()?, random, &|id| self.first_of(id));
        // A refusal too may rest on a state that could not be read.
        if let Some(error) = self.book.failure() {
            return Err(WriteError::Store(Arc::new(error)));
        }
        Ok(sealed?.for_signer(signer)?)
    }

    /// Decides and seals commands over an overlay of the book, until they end or the group is full.
    fn make(&self, waiting: &mut dyn Iterator<Item = (Asked, Reply)>, random: &mut dyn Random) -> Made {
        let mut batch = Batch::new(self.context());
        let mut last = self.last;
        let mut answers: Vec<Answer> = Vec::new();
        let mut in_group: HashMap<CommandId, (usize, [u8; 32])> = HashMap::new();
        for (Asked { command, signed }, reply) in waiting {
            let id = command_id(&self.idempotency, &command.door.namespace, &command.key);
            let mac = self.mac(&command.request);
            let answer = if let Some((index, first)) = in_group.get(&id) {
                let first = if *first == mac { answers.get(*index) } else { None };
                let told = match first.map(|answer| &answer.told) {
                    Some(Ok(receipt)) => Ok(Receipt { replayed: true, ..receipt.clone() }),
                    Some(Err(_)) | None => Err(WriteError::IdempotencyConflict { command: id }),
                };
                Answer { told, reply, of_this_group: true }
            } else if let Some(told) = self.before(id, mac).transpose() {
                Answer { told, reply, of_this_group: false }
            } else {
                let told = self.instant().and_then(|at| {
                    let at = at.max(last);
                    let done = batch
                        .add(command, signed.as_deref(), id, mac, at, random, &|id| self.first_of(id))?;
                    last = at;
                    self.clerk(&mut batch, &done, at, random);
                    in_group.insert(id, (answers.len(), mac));
                    Ok(done.receipt)
                });
                Answer { told, reply, of_this_group: true }
            };
            answers.push(answer);
            if batch.bytes >= GROUP_BYTES_MAX {
                break;
            }
        }
        let Batch { overlay, tails, commands, votes, group, heads, .. } = batch;
        Made { changes: overlay.into_changes(), group, tails, commands, votes, last, heads, answers }
    }

    /// Makes a group durable, takes its effects in, and tells the callers.
    fn settle(&mut self, made: Made) {
        let Made { group, changes, tails, commands, votes, last, heads, answers } = made;
        let first = self.store.head().size.next_position();
        let failure = self.commit(&group).err().map(Arc::new);
        if failure.is_none() {
            for change in changes {
                self.book.apply(change);
            }
            for (stream, tail) in tails {
                self.book.follow(stream, tail);
            }
            for (id, position) in commands {
                self.book.note(id, position);
            }
            for (key, position) in votes {
                self.book.voted(key, position);
            }
            for entry in &group.entries {
                self.book.append(entry.leaf.hash());
            }
            self.last = last;
            self.heads = heads.map(|position| (position, last)).or(self.heads);
        }
        let leaves = group.entries.iter().map(|entry| entry.leaf.hash());
        let promiser = self.promiser.as_ref().filter(|_| failure.is_none());
        let promised = promiser.and_then(|promiser| promiser.promise(first, leaves, self.last));
        for Answer { told, reply, of_this_group } in answers {
            reply(match (&failure, told) {
                // A refusal too: it may rest on a state that could not be read, or on an act that was dropped.
                (Some(error), _) if of_this_group => Err(WriteError::Store(Arc::clone(error))),
                (None, Ok(mut receipt)) if of_this_group => {
                    let positions = receipt.events.iter().map(|event| event.position);
                    let promise = promised.as_ref().and_then(|group| group.of(positions));
                    receipt.standing = promise.map_or(Standing::InLog, Standing::Promised);
                    Ok(receipt)
                }
                (_, told) => told,
            });
        }
        self.write_some();
    }

    /// Writes what the decision state has new, if that is enough: the callers are answered, and wait for no file.
    fn write_some(&mut self) {
        match self.book.write_some() {
            Ok(is_written) => self.is_unwritten_said &= !is_written,
            // Nothing is lost: memory holds on to it, a later try may write it, and else the next start replays it.
            Err(error) if !self.is_unwritten_said => {
                tracing::warn!(%error, "the decision state is not written; memory grows until it is");
                self.is_unwritten_said = true;
            }
            Err(_) => {}
        }
    }

    fn commit(&mut self, group: &Group) -> Result<(), StoreError> {
        if let Some(error) = self.book.failure() {
            return Err(error);
        }
        if group.entries.is_empty() {
            return Ok(());
        }
        let head = self.store.commit(self.store.head().size, group)?;
        *self.head.lock().unwrap_or_else(PoisonError::into_inner) = head;
        Ok(())
    }

    /// Deletes parts and requests. The calendar and other commands wait meanwhile, half a minute at most.
    pub(super) fn erase(&mut self, places: &[Place], positions: &[Position]) -> Result<(), StoreError> {
        self.store.erase(places, positions)
    }

    /// Writes the decision state, so that the next start has nothing to replay.
    pub(super) fn close(&mut self) {
        // Where it cannot be written, the next start replays.
        let _ = self.book.write();
    }

    /// What follows from a command in the same group: what rules ask after a vote, and the heads at a closing.
    fn clerk(&self, batch: &mut Batch<'_>, done: &Done, at: Timestamp, random: &mut dyn Random) {
        let stream = done.receipt.stream;
        for subject in &done.voted_on {
            for draft in due_after(&batch.overlay, stream, *subject) {
                let command = clerk_command(stream, draft, Some(*subject));
                let id = command_id(&self.idempotency, &command.door.namespace, &command.key);
                let mac = self.mac(&command.request);
                // What the clerk computes follows from the state: a refusal means that it is recorded already.
                let _ = batch.add(command, None, id, mac, at, random, &|_| None);
            }
        }
        if done.closed {
            let command = heads_command(batch.next());
            let id = command_id(&self.idempotency, &command.door.namespace, &command.key);
            let mac = self.mac(&command.request);
            // Without randomness or room there is none: the next export or day brings it.
            let _ = batch.add(command, None, id, mac, at, random, &|_| None);
        }
    }

    /// Records how far every stream has come, unless nothing was appended since the last time or that is younger than
    /// `age_ms_min`; returns where that stands.
    pub(super) fn record_heads(
        &mut self,
        age_ms_min: i64,
        random: &mut dyn Random,
    ) -> Result<Position, WriteError> {
        let (size, now) = (self.store.head().size, self.instant()?);
        if let Some((position, at)) = self.heads
            && (size.last_position() == Some(position) || now < at.plus_ms(age_ms_min))
        {
            return Ok(position);
        }
        let (tell, told) = sync_channel(1);
        let reply: Reply = Box::new(move |answer| {
            // The other end is held until the answer is there.
            let _ = tell.send(answer);
        });
        self.take(vec![(Asked::unsigned(heads_command(size.next_position())), reply)], random);
        let receipt = told.recv().unwrap_or(Err(WriteError::Stopped))?;
        receipt.events.first().map(|event| event.position).ok_or(WriteError::Stopped)
    }

    /// What rules ask by the calendar.
    pub(super) fn calendar(&mut self, random: &mut dyn Random) {
        let Ok(at) = self.instant() else { return };
        let mut waiting = Vec::new();
        for stream in self.book.tails().keys() {
            for draft in due_at(&self.book, *stream, at) {
                let asked = Asked::unsigned(clerk_command(*stream, draft, None));
                waiting.push((asked, Box::new(drop) as Reply));
            }
        }
        self.take(waiting, random);
    }
}

/// Takes in what the book lacks, which has the first `size` events: all of the ledger, where its file was deleted. Gives the
/// instant of the last event.
fn replay(book: &mut KeptBook, reader: &dyn Reader, size: TreeSize) -> Result<Timestamp, ReplayError> {
    let mut latest = Timestamp(i64::MIN);
    // The last event that the book has is read again: it says how late it is.
    let mut from = size.last_position().unwrap_or(Position::FIRST);
    loop {
        let events = read_rules(reader, from, REPLAYED_AT_ONCE)?;
        let Some(last) = events.last() else { break };
        from = last.position.next();
        for event in &events {
            if !event.position.is_within(size) {
                take_in(book, event);
            }
            latest = latest.max(event.recorded_at);
        }
        // What was folded over a reading that failed is worth nothing, and is never written.
        if let Some(error) = book.failure() {
            return Err(error.into());
        }
        if !last.position.is_within(size) {
            book.write_some()?;
        }
    }
    Ok(latest)
}

fn take_in(book: &mut KeptBook, event: &Recorded) {
    for change in evolve(book, event) {
        if let Change::Vote(key, _) = &change {
            book.voted(*key, event.position);
        }
        book.apply(change);
    }
    let tail = Tail { revision: event.revision, position: event.position, leaf: event.leaf };
    book.follow(event.stream, tail);
    book.append(event.leaf);
    if event.command_index == 0 {
        book.note(event.command, event.position);
    }
}

/// Refuses a ledger whose events do not lead to its head: what is chained to them could not be verified.
fn refuse_unless_led_to(stated: TreeHead, computed: TreeHead) -> Result<(), StoreError> {
    match stated.size.last_position() {
        Some(position) if computed != stated => {
            let (computed, stated) = (computed.root, stated.root);
            Err(Damage::RightEdge { position, computed, stated }.into())
        }
        Some(_) | None => Ok(()),
    }
}

/// The clerk's record of how far every stream has come, as of the events before `next`: the writer fills it in.
fn heads_command(next: Position) -> Command {
    let event = HeadsRecorded { facts: HeadsFacts { root: Bytes32([0; 32]), streams: 0 } };
    let (occurred, actor) = (Claimed::UNKNOWN, Role::Clerk);
    let draft = Draft { event: event.into(), refs: Vec::new(), occurred, actor };
    let key = [b"heads".as_slice(), &next.get().to_be_bytes()].concat();
    Command {
        door: Door { namespace: "clerk".into(), trust: Trust::Native },
        request: key.clone(),
        key,
        target: Target::Instance,
        drafts: vec![draft],
    }
}

/// A command of the clerk: its key is the rule and the subject, so it is written once.
fn clerk_command(stream: StreamId, draft: Draft, subject: Option<IntentId>) -> Command {
    let mut key = stream.0.to_vec();
    key.extend(draft.event.event_type().code.to_be_bytes());
    key.extend(subject.map(|id| id.0).unwrap_or_default());
    key.extend(draft.event.facts_bytes());
    Command {
        door: Door { namespace: "clerk".into(), trust: Trust::Native },
        request: key.clone(),
        key,
        target: Target::Consultation(stream),
        drafts: vec![draft],
    }
}
