//! The writing thread and the way to it: it drains its queue into groups, and callers wait or are called.
//!
//! `docs/design.md` (One writer). How a group is decided, sealed and made durable is the business of `desk`; this
//! module knows neither book nor store.

use super::command::{Command, Door, Receipt, WriteError};
use super::desk::Desk;
use super::random::Random;
use super::signed::{Signed, SignedCommand};
use crate::envelope::{Sealed, Signer, command_id};
use crate::id::CommandId;
use crate::ledger::{Position, TreeHead};
use crate::store::Place;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

/// The most commands in one group.
const GROUP_COMMANDS_MAX: usize = 1_024;
/// How many commands may wait.
const QUEUE_MAX: usize = 4_096;
/// How often the calendar is looked at while nobody asks anything.
const TICK: Duration = Duration::from_secs(20);

/// How a caller is told: once, from the writing thread.
pub(super) type Reply = Box<dyn FnOnce(Result<Receipt, WriteError>) + Send>;

/// A command, and what was signed where it was.
pub(super) struct Asked {
    pub(super) command: Command,
    pub(super) signed: Option<Box<Signed>>,
}

impl Asked {
    /// A command that nobody signed.
    pub(super) const fn unsigned(command: Command) -> Self {
        Self { command, signed: None }
    }
}

enum Message {
    Submit(Asked, Reply),
    Prepare(Box<Command>, Signer, SyncSender<Result<Sealed, WriteError>>),
    Recorded(Box<Command>, SyncSender<Result<Option<Receipt>, WriteError>>),
    Known(Vec<CommandId>, SyncSender<Result<Vec<Option<Position>>, WriteError>>),
    Erase(Vec<Place>, Vec<Position>, SyncSender<Result<(), WriteError>>),
    Calendar(SyncSender<()>),
    Heads(i64, SyncSender<Result<Position, WriteError>>),
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
        self.send(Asked::unsigned(command), Box::new(reply));
    }

    fn send(&self, asked: Asked, reply: Reply) {
        if let Err(error) = self.queue.send(Message::Submit(asked, reply))
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
        self.wait_for(Asked::unsigned(command))
    }

    /// Asks for an act that was signed away from the server, and waits.
    ///
    /// # Errors
    /// [`WriteError`]: nothing was written.
    pub fn ask_signed(&self, command: SignedCommand) -> Result<Receipt, WriteError> {
        let SignedCommand { command, signed } = command;
        self.wait_for(Asked { command, signed: Some(Box::new(signed)) })
    }

    fn wait_for(&self, asked: Asked) -> Result<Receipt, WriteError> {
        let (tell, told) = sync_channel(1);
        self.send(
            asked,
            Box::new(move |answer| {
                // The caller waits on the other end for as long as this thread lives.
                let _ = tell.send(answer);
            }),
        );
        told.recv().unwrap_or(Err(WriteError::Stopped))
    }

    /// Decides and seals an act of one event for somebody to sign, and records nothing.
    ///
    /// # Errors
    /// [`WriteError`]: the act would be refused, or its key was used.
    pub fn prepare(&self, command: Command, signer: Signer) -> Result<Sealed, WriteError> {
        let (tell, told) = sync_channel(1);
        let message = Message::Prepare(Box::new(command), signer, tell);
        self.queue.send(message).map_err(|_| WriteError::Stopped)?;
        told.recv().unwrap_or(Err(WriteError::Stopped))
    }

    /// The receipt of a command that was recorded before, whatever its drafts are now: what somebody asked for may leave
    /// nothing to ask for again.
    ///
    /// # Errors
    /// [`WriteError::IdempotencyConflict`] where another request has its key, [`WriteError::Store`] where the ledger
    /// cannot be read, [`WriteError::Stopped`].
    pub fn recorded(&self, command: Command) -> Result<Option<Receipt>, WriteError> {
        let (tell, told) = sync_channel(1);
        self.queue.send(Message::Recorded(Box::new(command), tell)).map_err(|_| WriteError::Stopped)?;
        told.recv().unwrap_or(Err(WriteError::Stopped))
    }

    /// The id of the command of a door and key, recorded or not: what later commands refer to it by.
    #[must_use]
    pub fn command_id(&self, door: &Door, key: &[u8]) -> CommandId {
        command_id(&self.idempotency, &door.namespace, key)
    }

    /// Where the first event of each of these commands stands, none where it is not recorded; whatever was asked
    /// before is recorded or refused first.
    ///
    /// # Errors
    /// [`WriteError::Store`] where the ledger cannot be read, [`WriteError::Stopped`].
    pub fn known(&self, commands: Vec<CommandId>) -> Result<Vec<Option<Position>>, WriteError> {
        let (tell, told) = sync_channel(1);
        self.queue.send(Message::Known(commands, tell)).map_err(|_| WriteError::Stopped)?;
        told.recv().unwrap_or(Err(WriteError::Stopped))
    }

    /// Has it recorded how far every stream has come, unless nothing was appended since the last time or that is
    /// younger than `age_ms_min` (milliseconds); gives the position of the event that says so.
    ///
    /// # Errors
    /// [`WriteError`]: nothing was recorded.
    pub fn record_heads(&self, age_ms_min: i64) -> Result<Position, WriteError> {
        let (tell, told) = sync_channel(1);
        self.queue.send(Message::Heads(age_ms_min, tell)).map_err(|_| WriteError::Stopped)?;
        told.recv().unwrap_or(Err(WriteError::Stopped))
    }

    /// Deletes parts with their keys, and what is remembered of the commands whose first events stand at `positions`.
    /// The acts that erase them are recorded before. Asking twice is fine.
    ///
    /// # Errors
    /// [`WriteError::Store`]: as [`Store::erase`](crate::store::Store::erase); [`WriteError::Stopped`].
    pub fn erase(&self, places: Vec<Place>, positions: Vec<Position>) -> Result<(), WriteError> {
        let (tell, told) = sync_channel(1);
        self.queue.send(Message::Erase(places, positions, tell)).map_err(|_| WriteError::Stopped)?;
        told.recv().unwrap_or(Err(WriteError::Stopped))
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
    /// Starts the thread over a desk that has caught up with its ledger.
    pub(super) fn start(mut desk: Desk, mut random: Box<dyn Random>) -> std::io::Result<Self> {
        let head = desk.head();
        let (queue, asked) = sync_channel(QUEUE_MAX);
        let handle = Handle { queue, idempotency: desk.idempotency() };
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || work(&mut desk, random.as_mut(), &asked))?;
        Ok(Self { handle, thread: Some(thread), head })
    }

    /// A way to this writer.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// The head of the last durable group.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        *self.head.lock().unwrap_or_else(PoisonError::into_inner)
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

/// The thread's life: a drain of the queue at a time, the calendar when nobody asks.
fn work(desk: &mut Desk, random: &mut dyn Random, asked: &Receiver<Message>) {
    loop {
        match asked.recv_timeout(TICK) {
            Ok(first) => {
                if drain(desk, random, std::iter::once(first).chain(asked.try_iter())) {
                    break;
                }
            }
            Err(RecvTimeoutError::Timeout) => desk.calendar(random),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    desk.close();
}

/// Answers what waits, in its order; whether the thread is to stop.
fn drain(desk: &mut Desk, random: &mut dyn Random, messages: impl Iterator<Item = Message>) -> bool {
    let mut waiting = Vec::new();
    let mut stop = false;
    for message in messages {
        match message {
            Message::Submit(asked, reply) => waiting.push((asked, reply)),
            Message::Prepare(command, signer, tell) => {
                desk.take(std::mem::take(&mut waiting), random);
                let _ = tell.send(desk.prepare(*command, signer, random));
            }
            Message::Stop => stop = true,
            Message::Recorded(command, tell) => {
                desk.take(std::mem::take(&mut waiting), random);
                let _ = tell.send(desk.recorded(&command));
            }
            Message::Known(commands, tell) => {
                // What waits in this very drain was asked before: it is recorded first.
                desk.take(std::mem::take(&mut waiting), random);
                let known: Result<_, _> = commands.into_iter().map(|id| desk.find(id)).collect();
                let known = known.map_err(|error| WriteError::Store(Arc::new(error)));
                let _ = tell.send(known);
            }
            Message::Erase(places, positions, tell) => {
                desk.take(std::mem::take(&mut waiting), random);
                let _ = tell.send(
                    desk.erase(&places, &positions).map_err(|error| WriteError::Store(Arc::new(error))),
                );
            }
            Message::Calendar(tell) => {
                desk.take(std::mem::take(&mut waiting), random);
                desk.calendar(random);
                let _ = tell.send(());
            }
            Message::Heads(age_ms_min, tell) => {
                desk.take(std::mem::take(&mut waiting), random);
                let _ = tell.send(desk.record_heads(age_ms_min, random));
            }
        }
        if waiting.len() >= GROUP_COMMANDS_MAX {
            break;
        }
    }
    desk.take(waiting, random);
    stop
}
