//! An instance: a store's directory with its keys and register, created once, opened many times.
//!
//! `docs/format.md` (Event 0) says what opening a ledger records; `docs/operating.md` what the directory holds.
//! This module serves nothing.

use super::batch::stored;
use super::clock::Clock;
use super::desk::{Desk, Secrets};
use super::keys::{InstanceKeys, KeyFileError, in_force};
use super::promiser::Promiser;
use super::queue::Writer;
use super::random::Random;
use super::register::{Register, RegisterError};
use super::replay::ReplayError;
use super::token::TokenKey;
use crate::envelope::{
    Draft, ENVELOPE_BYTES_MAX, Envelope, Intent, PartKey, Place, SealError, Sequence, Signature, VERSION,
    command_id, decode, encode, instance_stream, log_id, seal,
};
use crate::event::Event;
use crate::event::code::{KeyPurpose, Trust};
use crate::event::ledger::{LedgerEvent, Opened, OpenedFacts, Succeeded};
use crate::id::{Bytes32, CommandId, LogId, PublicKey};
use crate::ledger::{Hash, KeyName, LogKeys, NamedKey, NoteSigner, Position, Revision, SigningKey, sha256};
use crate::log::{Checkpointer, CheckpointerError, SigningKeys};
use crate::signing::LedgerKeys;
use crate::store::{EmbeddedReader, EmbeddedStore, Entry, Group, Leaf, ReadLedger, Store as _, StoreError};
use crate::time::{Claimed, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The tile files, in the store's directory.
const TILES: &str = "tiles";
/// The signer's memory, in the store's directory: may be a mount or a link to another disk.
const SIGNER: &str = "signer";

/// Events read at once where all of them are.
const READ_AT_ONCE: usize = 1_024;

/// What the first event of a new ledger says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The C2SP origin: 1 to 128 of `[a-z0-9./:-]`; it never changes.
    pub origin: String,
    /// Whether the record is invented.
    pub demonstration: bool,
}

/// An instance open for writing.
pub struct Instance {
    /// Tiles and checkpoints; whoever serves the ledger ticks it. Dropped before the writer, which folds the store's log into
    /// its file only once nobody reads any more.
    pub checkpointer: Checkpointer,
    /// The store's directory.
    pub dir: PathBuf,
    /// The ledger.
    pub log: LogId,
    /// What its first event says.
    pub opened: OpenedFacts,
    /// The one writer.
    pub writer: Writer,
    /// The register.
    pub register: Register,
    /// The public keys of the ledger.
    pub public_keys: PublicKeys,
    /// What makes author tokens and checks them.
    pub tokens: TokenKey,
}

/// The public keys of a ledger, as notes name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeys {
    /// Signs checkpoints now.
    pub checkpoints: NamedKey,
    /// Signs promises now.
    pub promises: NamedKey,
    /// Every key that has signed checkpoints, and over which sizes.
    pub over_time: LogKeys,
    /// Every key that has signed promises; none where no event states one, since an earlier draft of this software opened
    /// the ledger.
    pub promises_over_time: Option<LogKeys>,
}

/// Why an instance cannot be created or opened.
#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The register.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The ledger does not read back.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The origin has another form.
    #[error(
        "`{0}` is not an origin: expected 1 to 128 of a-z, 0-9, `.`, `/`, `:` and `-`, such as consultations.example.fr/registre"
    )]
    Origin(String),
    /// The first event is not the opening of a ledger.
    #[error(
        "event 0 does not open a ledger: {0}; this directory is not a Devenir store, or its first event is damaged"
    )]
    EventZero(String),
    /// The keys belong to another ledger.
    #[error("the key files in {} do not belong to this ledger; restore those that were drawn with it", .0.display())]
    ForeignKeys(PathBuf),
    /// The store exists and holds nothing.
    #[error("the store holds no event: its creation was cut short; delete the directory and create it again")]
    Empty,
    /// The ledger does not go on from the last signed head, or its tiles cannot be written.
    #[error(transparent)]
    Checkpoints(#[from] CheckpointerError),
    /// What is said of the ledger before does not fit an event.
    #[error("the second event cannot be written: {0}")]
    Succession(#[from] SealError),
    /// The system gave no randomness.
    #[error("no random bytes: {0}")]
    Random(std::io::Error),
}

impl Instance {
    /// Creates a store with its keys, records its first event, and opens it.
    ///
    /// # Errors
    /// [`InstanceError`]; an existing store is never overwritten.
    pub fn create(
        dir: &Path,
        opening: &Opening,
        clock: Arc<dyn Clock>,
        random: Box<dyn Random>,
        register_random: Box<dyn Random>,
    ) -> Result<Self, InstanceError> {
        Self::found(dir, opening, None, clock, random, register_random)
    }

    /// Creates a store as [`Instance::create`] does, whose second event says in the place of which ledger it is opened.
    ///
    /// # Errors
    /// As [`Instance::create`].
    pub fn succeed(
        dir: &Path,
        opening: &Opening,
        succeeded: Succeeded,
        clock: Arc<dyn Clock>,
        random: Box<dyn Random>,
        register_random: Box<dyn Random>,
    ) -> Result<Self, InstanceError> {
        Self::found(dir, opening, Some(succeeded), clock, random, register_random)
    }

    fn found(
        dir: &Path,
        opening: &Opening,
        succeeded: Option<Succeeded>,
        clock: Arc<dyn Clock>,
        mut random: Box<dyn Random>,
        register_random: Box<dyn Random>,
    ) -> Result<Self, InstanceError> {
        check_origin(&opening.origin)?;
        let mut store = EmbeddedStore::create(dir)?;
        let keys = InstanceKeys::create(&store.keys_dir(), random.as_mut())?;
        let facts = OpenedFacts {
            demonstration: opening.demonstration,
            format: u16::from(VERSION),
            idempotency_key_fingerprint: Bytes32(*sha256(keys.idempotency.as_slice()).as_bytes()),
            key: PublicKey(*keys.ledger.verifying_key().as_bytes()),
            nonce: Bytes32(random.bytes32().map_err(InstanceError::Random)?),
            origin: opening.origin.clone(),
            promise_key: Some(PublicKey(*keys.promise.verifying_key().as_bytes())),
        };
        let now = clock.now();
        let leaf = event_zero(&facts, now);
        let mut entries = vec![Entry { leaf, parts: Vec::new() }];
        if let (Some(succeeded), Some(zero)) = (succeeded, entries.first()) {
            let second = event_one(succeeded, &facts, zero, &keys, now, random.as_mut())?;
            entries.push(second);
        }
        store.commit(store.head().size, &Group { entries, requests: Vec::new() })?;
        Self::start(store, keys, clock, random, register_random)
    }

    /// Opens a store.
    ///
    /// # Errors
    /// [`InstanceError`] says what is missing, damaged, or held by another process.
    pub fn open(
        dir: &Path,
        clock: Arc<dyn Clock>,
        random: Box<dyn Random>,
        register_random: Box<dyn Random>,
    ) -> Result<Self, InstanceError> {
        let store = EmbeddedStore::open(dir)?;
        let keys = InstanceKeys::open(&store.keys_dir())?;
        Self::start(store, keys, clock, random, register_random)
    }

    fn start(
        store: EmbeddedStore,
        keys: InstanceKeys,
        clock: Arc<dyn Clock>,
        random: Box<dyn Random>,
        register_random: Box<dyn Random>,
    ) -> Result<Self, InstanceError> {
        let dir = store.dir().to_owned();
        let (log, opened) = read_opening(&store.embedded_reader()?)?;
        let keys_dir = store.keys_dir();
        let fingerprint = sha256(keys.idempotency.as_slice());
        if opened.idempotency_key_fingerprint.0 != *fingerprint.as_bytes() {
            return Err(InstanceError::ForeignKeys(keys_dir));
        }
        let origin = origin_of(&opened)?;
        let InstanceKeys { ledger: ledger_key, idempotency, register, promise, token } = keys;
        let tokens = TokenKey::new(token);
        let secrets = Secrets { idempotency, tokens: tokens.clone() };
        let ledger = Box::new(store.embedded_reader()?);
        // The desk writes nothing yet but its own disposable state, from which the keys are found that the ledger states.
        let desk = Desk::open(Box::new(store), Some(&dir), log, secrets, clock)?;
        let own = OwnKeys::agreed(&keys_dir, ledger_key, promise, &desk.ledger_keys()?)?;
        let promiser = Promiser::new(origin.clone(), log, own.promise);
        let signer = NoteSigner::new(origin, own.ledger);
        let public_keys = PublicKeys {
            checkpoints: signer.public().clone(),
            promises: promiser.public().clone(),
            over_time: own.over_time.clone(),
            promises_over_time: own.promises_over_time,
        };
        // Before anything is written: a store that lost what was signed stays as it is.
        let signer = SigningKeys::new(signer, own.over_time);
        let checkpointer = Checkpointer::open(&dir.join(TILES), &dir.join(SIGNER), signer, ledger)?;
        let register = Register::open(&dir, register, register_random)?;
        let desk = desk.promising(promiser);
        let writer = Writer::start(desk, random).map_err(|error| StoreError::Unavailable {
            doing: "start the writing thread".into(),
            detail: error.to_string(),
        })?;
        Ok(Self { dir, log, opened, writer, register, checkpointer, public_keys, tokens })
    }
}

/// The keys at hand that the ledger states.
struct OwnKeys {
    ledger: SigningKey,
    promise: SigningKey,
    over_time: LogKeys,
    promises_over_time: Option<LogKeys>,
}

impl OwnKeys {
    /// The keys at hand, where they are those that the ledger states; what it accepted before a crash takes its place.
    fn agreed(
        dir: &Path,
        ledger: SigningKey,
        promise: SigningKey,
        stated: &LedgerKeys,
    ) -> Result<Self, InstanceError> {
        let foreign = || InstanceError::ForeignKeys(dir.to_owned());
        let over_time = stated.checkpoints().ok_or_else(foreign)?.clone();
        let ledger = in_force(dir, KeyPurpose::Checkpoint, ledger, over_time.newest().key())?;
        let promise = match stated.promises() {
            Some(keys) => in_force(dir, KeyPurpose::Promise, promise, keys.newest().key())?,
            None => Some(promise),
        };
        let (ledger, promise) = (ledger.ok_or_else(foreign)?, promise.ok_or_else(foreign)?);
        Ok(Self { ledger, promise, over_time, promises_over_time: stated.promises().cloned() })
    }
}

/// The keys that a ledger states, read from its first event to its last.
///
/// # Errors
/// [`StoreError`] where it cannot be read.
pub fn read_keys(reader: &dyn ReadLedger) -> Result<LedgerKeys, StoreError> {
    let (mut keys, mut from) = (LedgerKeys::default(), Position::FIRST);
    loop {
        let envelopes = reader.read(from, READ_AT_ONCE)?;
        if envelopes.is_empty() {
            return Ok(keys);
        }
        for bytes in envelopes {
            keys.take(&bytes);
            from = from.next();
        }
    }
}

/// The origin of a ledger, as the name of its keys.
fn origin_of(opened: &OpenedFacts) -> Result<KeyName, InstanceError> {
    opened.origin.parse().map_err(|_| InstanceError::Origin(opened.origin.clone()))
}

/// The ledger's id and what its first event says.
///
/// # Errors
/// [`InstanceError::EventZero`] where event 0 is anything else than the opening of a ledger.
pub fn read_opening(reader: &EmbeddedReader) -> Result<(LogId, OpenedFacts), InstanceError> {
    let bytes = reader.read(Position::new(0), 1)?.into_iter().next().ok_or(InstanceError::Empty)?;
    let envelope = decode(&bytes).map_err(|error| InstanceError::EventZero(error.to_string()))?;
    let intent = &envelope.intent;
    let event = Event::decode(intent.event_type, intent.schema, &intent.facts, &mut crate::event::NoParts)
        .map_err(|error| InstanceError::EventZero(error.to_string()))?;
    let name = event.event_type().name;
    let Event::Ledger(LedgerEvent::Opened(opened)) = event else {
        return Err(InstanceError::EventZero(format!("it is `{name}`")));
    };
    Ok((intent.log, opened.facts))
}

fn check_origin(origin: &str) -> Result<(), InstanceError> {
    let admitted = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"./:-".contains(&byte);
    if (1..=128).contains(&origin.len()) && origin.bytes().all(admitted) {
        return Ok(());
    }
    Err(InstanceError::Origin(origin.chars().take(140).collect()))
}

/// Event 0: the one envelope whose ledger id follows from its own facts.
pub(super) fn event_zero(facts: &OpenedFacts, at: Timestamp) -> Leaf {
    let event: Event = Opened { facts: facts.clone() }.into();
    let bytes = event.facts_bytes();
    let log = log_id(&bytes);
    let row = event.event_type();
    let envelope = Envelope {
        intent: Intent {
            trust: Trust::Native,
            ignorable: 0,
            log,
            stream: instance_stream(log),
            event_type: row.code,
            schema: row.version,
            actor_class: crate::envelope::actor_number(crate::rules::Role::Administrator),
            command: CommandId([0; 16]),
            command_index: 0,
            command_count: 1,
            occurred: Claimed::UNKNOWN,
            facts: bytes,
            refs: Vec::new(),
            lists: Vec::new(),
            parts: Vec::new(),
            signer: None,
        },
        signature: Signature::NONE,
        sequence: Sequence {
            position: Position::new(0),
            revision: Revision::new(0),
            prev: Hash::ZERO,
            prev_position: None,
            recorded_at: at,
        },
    };
    let bytes = encode(&envelope);
    debug_assert!(bytes.len() <= ENVELOPE_BYTES_MAX, "{} bytes", bytes.len());
    Leaf::new(bytes)
}

/// Event 1 of a ledger that succeeds another. It is part of the opening, as event 0 is, and no command.
fn event_one(
    succeeded: Succeeded,
    facts: &OpenedFacts,
    zero: &Entry,
    keys: &InstanceKeys,
    at: Timestamp,
    random: &mut dyn Random,
) -> Result<Entry, InstanceError> {
    let log = log_id(&Event::from(Opened { facts: facts.clone() }).facts_bytes());
    let command = command_id(&keys.idempotency, "instance", b"succeeded");
    let place = Place { log, stream: instance_stream(log), command, trust: Trust::Native };
    let draft = Draft {
        event: succeeded.into(),
        refs: Vec::new(),
        occurred: Claimed::UNKNOWN,
        actor: crate::rules::Role::Administrator,
    };
    let mut drawn = Vec::new();
    for _ in 0..draft.event.part_bytes().len() {
        drawn.push(PartKey::new(random.bytes32().map_err(InstanceError::Random)?));
    }
    let mut drawn = drawn.into_iter();
    // As many as there are parts.
    let mut key = || drawn.next().unwrap_or_else(|| PartKey::new([0; 32]));
    let sealed = seal(place, vec![draft], &mut key)?.into_iter().next().ok_or(SealError::Command(0))?;
    let sequence = Sequence {
        position: Position::new(1),
        revision: Revision::new(1),
        prev: zero.leaf.hash(),
        prev_position: Some(Position::new(0)),
        recorded_at: at,
    };
    let leaf = Leaf::new(sealed.sequenced(sequence));
    Ok(Entry { leaf, parts: (0_u8..).zip(sealed.parts).map(|(index, part)| stored(index, part)).collect() })
}
