//! The feeder: shows each new checkpoint to the witnesses of the policy, and gathers what they cosign.
//!
//! C2SP tlog-witness defines the exchange, `docs/operating.md` (Witnesses) what an operator sees. Each witness has a thread, so
//! that a slow one holds up no other; rounds see to it that all are asked for the same checkpoint. This module
//! publishes nothing: it says what has its quorum.

use crate::client::{Answer, Client, ClientError};
use crate::witness::SIZE_TYPE;
use devenir_core::ledger::{
    Checkpoint, ConsistencyProof, NamedKey, Note, NoteSignature, Policy, PolicyName, Submission, TreeSize,
};
use devenir_core::log::{Gathering, Round, TileReader};
use devenir_core::time::Timestamp;
use devenir_core::writer::Clock;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How long a witness may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a waiting thread looks whether the round is over.
const LOOK: Duration = Duration::from_millis(500);
/// How long an answer may be: a few lines.
const ANSWER_MAX: u64 = 64 << 10;
/// How often a witness may answer that it stands elsewhere before we wait for the next round.
const TRIES_MAX: u32 = 3;

/// A witness as it is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    name: PolicyName,
    key: NamedKey,
    url: String,
}

/// The witnesses of a policy that have a URL.
#[must_use]
pub fn reachable(policy: &Policy) -> Vec<Asked> {
    let asked = |(name, party): (&PolicyName, &devenir_core::ledger::Party)| {
        let url = std::str::from_utf8(party.url()?).ok()?.trim_end_matches('/').to_owned();
        Some(Asked { name: name.clone(), key: party.key().clone(), url })
    };
    policy.witnesses().filter_map(asked).collect()
}

/// Why a witness did not cosign.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// It did not answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// It refused.
    #[error("it answers {status}: {said}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it says.
        said: String,
    },
    /// It has cosigned more than is offered to it.
    #[error("it has cosigned {cosigned} events, and this checkpoint is over {offered}")]
    Ahead {
        /// What it has cosigned.
        cosigned: TreeSize,
        /// What is offered.
        offered: TreeSize,
    },
    /// It goes on answering that it stands elsewhere.
    #[error("it answers each time that it has cosigned another size")]
    Restless,
    /// Its answer holds no cosignature of its own over this checkpoint.
    #[error("its answer holds no cosignature by its key over this checkpoint")]
    NoCosignature,
    /// The proof or the checkpoint could not be read here.
    #[error("the ledger's own files: {0}")]
    Ours(String),
}

/// Offers a checkpoint to a witness, going on from what it cosigned last: `known`, which is kept up to date.
///
/// # Errors
/// [`FeedError`]
pub fn exchange(
    client: &Client,
    witness: &Asked,
    tiles: &TileReader,
    known: &mut TreeSize,
    note: &Note,
) -> Result<NoteSignature, FeedError> {
    let ours = |error: &dyn std::error::Error| FeedError::Ours(error.to_string());
    let checkpoint: Checkpoint = note.text().parse().map_err(|error| ours(&error))?;
    let offered = checkpoint.head.size;
    for _ in 0..TRIES_MAX {
        if *known > offered {
            return Err(FeedError::Ahead { cosigned: std::mem::take(known), offered });
        }
        let proof = if known.is_empty() {
            ConsistencyProof { path: Vec::new() }
        } else {
            tiles.tiles().prove_consistency(*known, offered).map_err(|error| ours(&error))?
        };
        let body = Submission::new(*known, proof, note.clone()).map_err(|error| ours(&error))?;
        let url = format!("{}/add-checkpoint", witness.url);
        let answer = client.post(&url, body.to_string().as_bytes(), ANSWER_MAX)?;
        match answer.status {
            200 => {
                let cosignature = cosignature_in(&answer, note, &witness.key)?;
                *known = offered;
                return Ok(cosignature);
            }
            409 if answer.media_type.as_deref() == Some(SIZE_TYPE) => {
                *known = size_in(&answer).ok_or_else(|| refused(&answer))?;
            }
            _ => return Err(refused(&answer)),
        }
    }
    Err(FeedError::Restless)
}

fn refused(answer: &Answer) -> FeedError {
    FeedError::Refused { status: answer.status, said: answer.said() }
}

fn size_in(answer: &Answer) -> Option<TreeSize> {
    std::str::from_utf8(&answer.body).ok()?.strip_suffix('\n')?.parse().ok()
}

/// The line of an answer that is by this key over this checkpoint; others are ignored.
fn cosignature_in(answer: &Answer, note: &Note, key: &NamedKey) -> Result<NoteSignature, FeedError> {
    let text = std::str::from_utf8(&answer.body).map_err(|_| FeedError::NoCosignature)?;
    let lines = text.lines().filter_map(|line| NoteSignature::parse(line).ok());
    let mut own = lines.filter(|line| {
        let alone = Note::new(note.text(), vec![line.clone()]);
        alone.is_ok_and(|alone| alone.open(std::slice::from_ref(key)).is_ok())
    });
    own.next().ok_or(FeedError::NoCosignature)
}

/// Asks every witness once, at the same time.
#[must_use]
pub fn ask_all(
    policy: &Policy,
    tiles: &TileReader,
    note: &Note,
) -> Vec<(PolicyName, Result<NoteSignature, FeedError>)> {
    let client = Client::new(PATIENCE);
    std::thread::scope(|scope| {
        let asked: Vec<_> = reachable(policy)
            .into_iter()
            .map(|witness| {
                let client = &client;
                let name = witness.name.clone();
                let ask = move || exchange(client, &witness, tiles, &mut TreeSize::EMPTY.clone(), note);
                (name, scope.spawn(ask))
            })
            .collect();
        let answer = |(name, thread): (PolicyName, std::thread::ScopedJoinHandle<'_, _>)| {
            let ended = thread.join().unwrap_or_else(|_| Err(FeedError::Ours("asking it ended".into())));
            (name, ended)
        };
        asked.into_iter().map(answer).collect()
    })
}

/// Threads that ask the witnesses of a policy, round after round, until it is dropped.
#[derive(Debug)]
pub struct Feeder {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    turned: Condvar,
    ready: Notify,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared(…)")
    }
}

struct State {
    gathering: Gathering,
    round: Option<Round>,
    /// What has its quorum and was not taken yet.
    ready: Vec<Note>,
    is_over: bool,
}

impl Feeder {
    /// Starts asking; nothing is asked before a checkpoint is offered.
    ///
    /// # Errors
    /// [`std::io::Error`] where a thread cannot be had.
    pub fn start(policy: &Policy, tiles: &TileReader, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        let state = State {
            gathering: Gathering::new(policy.clone()),
            round: None,
            ready: Vec::new(),
            is_over: false,
        };
        let shared = Shared { state: Mutex::new(state), turned: Condvar::new(), ready: Notify::new(), clock };
        let feeder = Self { shared: Arc::new(shared) };
        for witness in reachable(policy) {
            let (shared, tiles) = (Arc::clone(&feeder.shared), tiles.clone());
            let thread = std::thread::Builder::new().name(format!("witness {}", witness.name));
            thread.spawn(move || shared.ask_for_ever(&witness, &tiles))?;
        }
        Ok(feeder)
    }

    /// Offers a checkpoint that the ledger has signed.
    pub fn offer(&self, note: Note) {
        let now = self.shared.clock.now();
        let mut state = self.shared.state();
        state.gathering.offer(note);
        state.advance(now);
        drop(state);
        self.shared.turned.notify_all();
    }

    /// The checkpoints that have their quorum since this was asked last.
    #[must_use]
    pub fn take(&self) -> Vec<Note> {
        std::mem::take(&mut self.shared.state().ready)
    }

    /// Returns when a checkpoint has its quorum.
    pub async fn ready(&self) {
        self.shared.ready.notified().await;
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        // A thread that waits for a witness ends when that has answered, or its time is up.
        self.shared.turned.notify_all();
    }
}

impl State {
    fn advance(&mut self, now: Timestamp) {
        if let Some(round) = self.gathering.advance(now) {
            self.round = Some(round);
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask_for_ever(&self, witness: &Asked, tiles: &TileReader) {
        let client = Client::new(PATIENCE);
        let (mut known, mut done, mut said) = (TreeSize::EMPTY, 0, String::new());
        while let Some(round) = self.round_after(done) {
            done = round.number;
            let answer = exchange(&client, witness, tiles, &mut known, &round.checkpoint);
            let error = answer.as_ref().err().map(ToString::to_string).unwrap_or_default();
            // What goes wrong is said once, until it is another thing.
            if error != said && !error.is_empty() {
                tracing::warn!(witness = %witness.name, %error, "no cosignature");
            }
            said = error;
            self.heard(&round, witness, answer.ok());
        }
    }

    /// Waits for a round with a higher number; none when it is over.
    fn round_after(&self, done: u64) -> Option<Round> {
        let mut state = self.state();
        loop {
            if state.is_over {
                return None;
            }
            state.advance(self.clock.now());
            if let Some(round) = state.round.as_ref().filter(|round| round.number > done) {
                return Some(round.clone());
            }
            state = self.turned.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn heard(&self, round: &Round, witness: &Asked, cosignature: Option<NoteSignature>) {
        let mut state = self.state();
        match state.gathering.heard(round.number, &witness.key, cosignature) {
            Ok(Some(note)) => {
                state.ready.push(note);
                self.ready.notify_one();
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(witness = %witness.name, %error, "its cosignature is dropped"),
        }
        state.advance(self.clock.now());
        drop(state);
        self.turned.notify_all();
    }
}
