//! The writing thread: it drains its queue into one group, commits it, and acknowledges.
//!
//! `docs/design.md` (One writer). A failure that left the file unchanged drops the group, tells each caller,
//! and the store stays open; any doubt stops the writer. This module decides nothing itself.

use super::batch::{Batch, Context, Done, Tail, number_of};
use super::clock::Clock;
use super::command::{Command, Door, EventReceipt, Receipt, Target, WriteError};
use super::index::CommandIndex;
use super::random::Random;
use super::replay::{ReplayError, read_events};
use crate::consultation::{MemoryBook, due_after, due_at, evolve};
use crate::envelope::{Draft, Recorded, command_id};
use crate::event::code::Trust;
use crate::id::{CommandId, IntentId, LogId, StreamId};
use crate::ledger::{Position, TreeHead};
use crate::store::{Reader, Store};
use crate::time::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use zeroize::Zeroizing;

/// The most commands in one group.
const GROUP_COMMANDS_MAX: usize = 1_024;
/// The most bytes of envelopes and parts in one group.
const GROUP_BYTES_MAX: usize = 8 << 20;
/// How far back the clock may stand before nothing is recorded any more.
const CLOCK_BEHIND_MS_MAX: i64 = 2_000;
/// How many commands may wait.
const QUEUE_MAX: usize = 4_096;
/// How often the calendar is looked at while nobody asks anything.
const TICK: Duration = Duration::from_secs(20);

/// How a caller is told: once, from the writing thread.
type Reply = Box<dyn FnOnce(Result<Receipt, WriteError>) + Send>;

enum Message {
    Submit(Command, Reply),
    Known(Vec<CommandId>, SyncSender<Vec<bool>>),
    Calendar(SyncSender<()>),
    Stop,
}

/// A way to the writer, for any number of threads.
#[derive(Clone)]
pub struct Handle {
    queue: SyncSender<Message>,
    idempotency: Arc<Zeroizing<[u8; 32]>>,
}

impl Handle {
    /// Asks for a command; `reply` is called once, when it is durable or refused.
    pub fn submit(&self, command: Command, reply: impl FnOnce(Result<Receipt, WriteError>) + Send + 'static) {
        if let Err(error) = self.queue.send(Message::Submit(command, Box::new(reply)))
            && let Message::Submit(_, reply) = error.0
        {
            reply(Err(WriteError::Stopped));
        }
    }

    /// Asks for a command and waits.
    ///
    /// # Errors
    /// [`WriteError`]: nothing was written.
    pub fn ask(&self, command: Command) -> Result<Receipt, WriteError> {
        let (tell, told) = sync_channel(1);
        self.submit(command, move |answer| {
            // The caller waits on the other end for as long as this thread lives.
            let _ = tell.send(answer);
        });
        told.recv().unwrap_or(Err(WriteError::Stopped))
    }

    /// The id of the command of a door and key, recorded or not: what later commands refer to it by.
    #[must_use]
    pub fn command_id(&self, door: &Door, key: &[u8]) -> CommandId {
        command_id(&self.idempotency, &door.namespace, key)
    }

    /// Which of these commands are recorded; whatever was asked before is recorded or refused first.
    ///
    /// # Errors
    /// [`WriteError::Stopped`].
    pub fn known(&self, commands: Vec<CommandId>) -> Result<Vec<bool>, WriteError> {
        let (tell, told) = sync_channel(1);
        self.queue.send(Message::Known(commands, tell)).map_err(|_| WriteError::Stopped)?;
        told.recv().map_err(|_| WriteError::Stopped)
    }

    /// Lets the clerk look at the calendar now, and waits until it has.
    ///
    /// # Errors
    /// [`WriteError::Stopped`].
    pub fn look_at_calendar(&self) -> Result<(), WriteError> {
        let (tell, told) = sync_channel(1);
        self.queue.send(Message::Calendar(tell)).map_err(|_| WriteError::Stopped)?;
        told.recv().map_err(|_| WriteError::Stopped)
    }
}

/// The writer's thread; dropping it finishes what was asked and stops.
pub struct Writer {
    handle: Handle,
    thread: Option<std::thread::JoinHandle<()>>,
    head: Arc<Mutex<TreeHead>>,
}

impl Writer {
    /// Replays the ledger and starts the thread.
    ///
    /// # Errors
    /// [`ReplayError`] where the ledger cannot be read back.
    pub fn start(
        store: Box<dyn Store>,
        log: LogId,
        idempotency: Zeroizing<[u8; 32]>,
        clock: Arc<dyn Clock>,
        random: Box<dyn Random>,
    ) -> Result<Self, ReplayError> {
        let reader = store.reader()?;
        let head = Arc::new(Mutex::new(store.head()));
        let shared = Arc::new(idempotency.clone());
        let mut state = State {
            log,
            idempotency,
            clock,
            random,
            head: Arc::clone(&head),
            book: MemoryBook::default(),
            streams: Vec::new(),
            tails: HashMap::new(),
            index: CommandIndex::default(),
            last: Timestamp(i64::MIN),
            reader,
            store,
        };
        state.replay()?;
        let (queue, asked) = sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || state.run(&asked))
            .map_err(|error| crate::store::StoreError::Unavailable {
                doing: "start the writing thread".into(),
                detail: error.to_string(),
            })?;
        Ok(Self { handle: Handle { queue, idempotency: shared }, thread: Some(thread), head })
    }

    /// A way to this writer.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// The head of the last durable group.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        *self.head.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // A full queue is drained first: what was asked before is answered.
        let _ = self.handle.queue.send(Message::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct State {
    log: LogId,
    idempotency: Zeroizing<[u8; 32]>,
    clock: Arc<dyn Clock>,
    random: Box<dyn Random>,
    head: Arc<Mutex<TreeHead>>,
    book: MemoryBook,
    streams: Vec<StreamId>,
    tails: HashMap<StreamId, Tail>,
    index: CommandIndex,
    last: Timestamp,
    reader: Box<dyn Reader>,
    store: Box<dyn Store>,
}

impl State {
    fn replay(&mut self) -> Result<(), ReplayError> {
        let mut from = Position::new(0);
        loop {
            let events = read_events(self.reader.as_ref(), from, 4_096)?;
            let Some(last) = events.last() else { return Ok(()) };
            from = last.position.next();
            for event in &events {
                self.take_in(event);
            }
        }
    }

    fn take_in(&mut self, event: &Recorded) {
        for change in evolve(&self.book, event) {
            self.book.apply(change);
        }
        let tail = Tail { revision: event.revision, position: event.position, leaf: event.leaf };
        if self.tails.insert(event.stream, tail).is_none() {
            self.streams.push(event.stream);
        }
        if event.command_index == 0 {
            self.index.insert(event.command, event.position);
        }
        self.last = self.last.max(event.recorded_at);
    }

    fn run(&mut self, asked: &Receiver<Message>) {
        loop {
            let first = match asked.recv_timeout(TICK) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let Some(first) = first else {
                self.calendar();
                continue;
            };
            let mut waiting = Vec::new();
            let mut stop = false;
            for message in std::iter::once(first).chain(asked.try_iter()) {
                match message {
                    Message::Submit(command, reply) => waiting.push((command, reply)),
                    Message::Stop => stop = true,
                    Message::Known(commands, tell) => {
                        // What waits in this very drain was asked before: it is recorded first.
                        self.group(std::mem::take(&mut waiting));
                        let known = commands.into_iter().map(|id| self.find(id).is_some()).collect();
                        let _ = tell.send(known);
                    }
                    Message::Calendar(tell) => {
                        self.group(std::mem::take(&mut waiting));
                        self.calendar();
                        let _ = tell.send(());
                    }
                }
                if waiting.len() >= GROUP_COMMANDS_MAX {
                    break;
                }
            }
            self.group(waiting);
            if stop {
                return;
            }
        }
    }

    /// The instant of a command: never before the last event's, and refused where the clock went back.
    fn instant(&self) -> Result<Timestamp, WriteError> {
        let now = self.clock.now();
        if now.plus_ms(CLOCK_BEHIND_MS_MAX) < self.last {
            return Err(WriteError::ClockBehind { now, last: self.last });
        }
        Ok(now.max(self.last))
    }

    /// The first position of a command, confirmed in the ledger.
    fn find(&self, id: CommandId) -> Option<Position> {
        self.index.candidates(id).find(|position| {
            let events = self.reader.read(*position, 1).unwrap_or_default();
            let envelope = events.first().and_then(|bytes| crate::envelope::decode(bytes).ok());
            envelope.is_some_and(|envelope| envelope.intent.command == id)
        })
    }

    /// The name of the first event of a command in the ledger.
    fn first_of(&self, id: CommandId) -> Option<IntentId> {
        let bytes = self.reader.read(self.find(id)?, 1).ok()?;
        let envelope = crate::envelope::decode(bytes.first()?).ok()?;
        Some(crate::envelope::intent_id(&envelope.intent))
    }

    fn mac(&self, request: &[u8]) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.idempotency.as_slice()).expect("a key of 32 bytes");
        mac.update(b"devenir/request/v1\0");
        mac.update(request);
        mac.finalize().into_bytes().into()
    }

    /// The receipt of a command recorded before, where the same request comes again.
    fn again(&self, id: CommandId, position: Position, mac: [u8; 32]) -> Result<Receipt, WriteError> {
        let store = |error| WriteError::Store(Arc::new(error));
        if let Some(request) = self.reader.recall(position).map_err(store)?
            && request.mac != mac
        {
            return Err(WriteError::IdempotencyConflict { command: id });
        }
        let mut receipt =
            Receipt { command: id, stream: StreamId([0; 16]), events: Vec::new(), replayed: true };
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
    fn group(&mut self, waiting: Vec<(Command, Reply)>) {
        let mut waiting = waiting.into_iter().peekable();
        while waiting.peek().is_some() {
            self.one_group(&mut waiting);
        }
    }

    fn one_group(&mut self, waiting: &mut dyn Iterator<Item = (Command, Reply)>) {
        let mut random = std::mem::replace(&mut self.random, Box::new(super::random::OsRandom));
        let mut replies: Vec<(Result<Receipt, WriteError>, Reply)> = Vec::new();
        let mut last = self.last;
        let context =
            Context { log: self.log, size: self.store.head().size, book: &self.book, tails: &self.tails };
        let mut batch = Batch::new(context);
        let mut in_group: HashMap<CommandId, (usize, [u8; 32])> = HashMap::new();
        for (command, reply) in waiting {
            let id = command_id(&self.idempotency, &command.door.namespace, &command.key);
            let mac = self.mac(&command.request);
            if let Some((index, first)) = in_group.get(&id) {
                let answer = match replies.get(*index) {
                    Some((Ok(receipt), _)) if *first == mac => {
                        Ok(Receipt { replayed: true, ..receipt.clone() })
                    }
                    _ => Err(WriteError::IdempotencyConflict { command: id }),
                };
                replies.push((answer, reply));
                continue;
            }
            let answer = match self.find(id) {
                Some(position) => self.again(id, position, mac),
                None => self.instant().and_then(|at| {
                    let at = at.max(last);
                    let done = batch.add(command, id, mac, at, random.as_mut(), &|id| self.first_of(id))?;
                    last = at;
                    self.clerk(&mut batch, &done, at, random.as_mut());
                    in_group.insert(id, (replies.len(), mac));
                    Ok(done.receipt)
                }),
            };
            replies.push((answer, reply));
            if batch.bytes >= GROUP_BYTES_MAX {
                break;
            }
        }
        let Batch { overlay, tails, commands, group, .. } = batch;
        let changes = overlay.into_changes();
        let failure = if group.entries.is_empty() {
            None
        } else {
            match self.store.commit(self.store.head().size, &group) {
                Ok(head) => {
                    *self.head.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = head;
                    None
                }
                Err(error) => Some(Arc::new(error)),
            }
        };
        self.random = random;
        if failure.is_none() {
            for change in changes {
                self.book.apply(change);
            }
            for (stream, tail) in tails {
                if self.tails.insert(stream, tail).is_none() {
                    self.streams.push(stream);
                }
            }
            for (id, position) in commands {
                self.index.insert(id, position);
            }
            self.last = last;
        }
        for (answer, reply) in replies {
            // A receipt of this group is worth nothing if the group was dropped; earlier ones stand.
            reply(match (&failure, answer) {
                (Some(error), Ok(receipt))
                    if !receipt.replayed || in_group.contains_key(&receipt.command) =>
                {
                    Err(WriteError::Store(Arc::clone(error)))
                }
                (_, answer) => answer,
            });
        }
    }

    /// What rules ask after a vote, in the same group.
    fn clerk(&self, batch: &mut Batch<'_>, done: &Done, at: Timestamp, random: &mut dyn Random) {
        for subject in &done.voted_on {
            for draft in due_after(&batch.overlay, done.receipt.stream, *subject) {
                self.write_as_clerk(batch, done.receipt.stream, draft, Some(*subject), at, random);
            }
        }
    }

    fn calendar(&mut self) {
        let Ok(at) = self.instant() else { return };
        let mut commands = Vec::new();
        for stream in &self.streams {
            for draft in due_at(&self.book, *stream, at) {
                commands.push(self.clerk_command(*stream, draft, None));
            }
        }
        let waiting = commands.into_iter().map(|command| (command, Box::new(drop) as Reply)).collect();
        self.group(waiting);
    }

    fn write_as_clerk(
        &self,
        batch: &mut Batch<'_>,
        stream: StreamId,
        draft: Draft,
        subject: Option<IntentId>,
        at: Timestamp,
        random: &mut dyn Random,
    ) {
        let command = self.clerk_command(stream, draft, subject);
        let id = command_id(&self.idempotency, &command.door.namespace, &command.key);
        let mac = self.mac(&command.request);
        // What the clerk computes follows from the state: a refusal means that it is recorded already.
        let _ = batch.add(command, id, mac, at, random, &|_| None);
    }

    /// A command of the clerk: its key is the rule and the subject, so it is written once.
    fn clerk_command(&self, stream: StreamId, draft: Draft, subject: Option<IntentId>) -> Command {
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
}
