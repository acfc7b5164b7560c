//! The running instance as everything above sees it: one writer, the register, the views, the clock.
//!
//! `ARCHITECTURE.md` (Life of a contribution) is the walk through it. Asking for an act resolves people, checks
//! that an act on somebody's own text is theirs, hands the drafts to the writer, and returns when the views
//! show what was written. This module knows no GraphQL, no HTTP and no source format.

use crate::act::{Act, Caller, Malformed, OnBehalfOf, not_beside};
use crate::backup::{is_brought_back, unmark};
use crate::cosigning::{Cosigning, PolicyFileError, cosigned_size, policy_of};
use crate::erasure::Waiting;
use crate::folding::Folding;
use crate::past::{PastKey, Pasts};
use crate::people::Resolver;
use devenir_core::consultation::Rejection;
use devenir_core::envelope::Recorded;
use devenir_core::event::Event;
use devenir_core::event::Part;
use devenir_core::event::amendment::AmendmentEvent;
use devenir_core::event::code::Trust;
use devenir_core::event::contribution::ContributionEvent;
use devenir_core::event::debate::DebateEvent;
use devenir_core::event::ledger::OpenedFacts;
use devenir_core::event::part::Author;
use devenir_core::event::vote::VoteEvent;
use devenir_core::id::{CommandId, CredentialId, IntentId, LogId, Participant, StreamId};
use devenir_core::ledger::{Checkpoint, InclusionProof, Note, Policy, Position, TreeHead, TreeSize};
use devenir_core::log::{Checkpointer, CheckpointerError, Scrubbed, TileFileError, TileReader};
use devenir_core::rules::{Norm, Role};
use devenir_core::store::EmbeddedReader;
use devenir_core::time::Timestamp;
use devenir_core::writer::{
    Clock, Command, Door, Handle, Instance, InstanceError, OsRandom, PublicKeys, Register, ReplayError,
    Target, TokenKey, WriteError, Writer, read_events,
};
use devenir_projections::history::history;
use devenir_projections::{Queries, Reading, StoreSource, ViewError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Readers of the record kept when no request uses them.
const READERS_IDLE_MAX: usize = 8;

/// A running instance.
pub struct App {
    dir: PathBuf,
    log: LogId,
    opened: OpenedFacts,
    clock: Arc<dyn Clock>,
    register: Mutex<Register>,
    views: Mutex<Folding>,
    queries: Queries,
    pasts: Pasts,
    turns: RwLock<()>,
    erasure_waiting: Waiting,
    handle: Handle,
    public_keys: PublicKeys,
    tokens: TokenKey,
    tiles: TileReader,
    // These two before the writer, which folds the log of its file when nobody else reads it.
    readers_idle: Mutex<Vec<EmbeddedReader>>,
    checkpointer: Mutex<Checkpointer>,
    cosigning: Option<Cosigning>,
    contact: Option<String>,
    site: Option<String>,
    // Last: dropping it waits for the writing thread.
    writer: Writer,
}

/// Why an instance does not start or answer.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The instance.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The views.
    #[error(transparent)]
    Views(#[from] ViewError),
    /// The store.
    #[error(transparent)]
    Store(#[from] devenir_core::store::StoreError),
    /// The record does not read back.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The policy.
    #[error(transparent)]
    Policy(#[from] PolicyFileError),
    /// The checkpoints.
    #[error(transparent)]
    Checkpoints(#[from] CheckpointerError),
}

/// Why an act was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// A field is not well formed.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The writer refused.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// It was recorded, and cannot be shown yet.
    #[error("recorded, but the views cannot be brought up to date: {0}")]
    Views(AppError),
}

impl App {
    /// Opens the instance in `dir` and brings its views up to date.
    ///
    /// # Errors
    /// [`AppError`] says what is missing, damaged, or held by another process.
    pub fn open(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        Self::open_under(dir, clock, None)
    }

    /// The same under a policy, in place of the one beside the store.
    ///
    /// # Errors
    /// As [`App::open`] and [`App::with_policy`].
    pub fn open_under(dir: &Path, clock: Arc<dyn Clock>, policy: Option<Policy>) -> Result<Self, AppError> {
        let instance = Instance::open(dir, Arc::clone(&clock), Box::new(OsRandom), Box::new(OsRandom))?;
        Self::begin(instance, clock, policy)
    }

    /// Takes an instance that is open already.
    ///
    /// # Errors
    /// [`AppError`] where the views cannot be built.
    pub fn over(instance: Instance, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        Self::begin(instance, clock, None)
    }

    fn begin(instance: Instance, clock: Arc<dyn Clock>, policy: Option<Policy>) -> Result<Self, AppError> {
        let Instance { checkpointer, dir, log, opened, writer, register, public_keys, tokens } = instance;
        let folding = Folding::open(&dir)?;
        let queries = folding.views.queries();
        let app = Self {
            handle: writer.handle(),
            public_keys,
            tokens,
            tiles: checkpointer.tiles(),
            readers_idle: Mutex::default(),
            checkpointer: Mutex::new(checkpointer),
            cosigning: None,
            contact: None,
            site: None,
            register: Mutex::new(register),
            views: Mutex::new(folding),
            dir,
            log,
            opened,
            clock,
            queries,
            pasts: Pasts::default(),
            turns: RwLock::default(),
            erasure_waiting: Waiting::default(),
            writer,
        };
        app.catch_up()?;
        // Before anything is erased: a policy makes it wait.
        let app = match policy.map_or_else(|| policy_of(&app.dir), |policy| Ok(Some(policy)))? {
            Some(policy) => app.with_policy(policy)?,
            // A server may follow a policy that this command was not given.
            None if app.was_cosigned()? => app.waiting(Waiting::LONGEST),
            None => app,
        };
        if is_brought_back(&app.dir) {
            match app.erase_again() {
                Ok(_) => unmark(&app.dir).unwrap_or_else(|error| {
                    tracing::warn!(%error, "the mark of a store that was brought back stays; what is erased is erased again");
                }),
                Err(error) => {
                    tracing::error!(%error, "what the record erased is still in the store that was brought back; it is tried again at the next opening");
                }
            }
        }
        // What was erased and interrupted; a reader who holds it up is waited for by the server, not by the start.
        if let Err(error) = app.carry_out_erasures() {
            tracing::error!(%error, "an erasure could not be carried out at the opening; it is tried again");
        }
        Ok(app)
    }

    /// Whether witnesses have ever cosigned this ledger.
    fn was_cosigned(&self) -> Result<bool, AppError> {
        Ok(self.checkpointer().cosigned().map_err(CheckpointerError::from)?.is_some())
    }

    /// Follows a policy: what is signed is public only once enough of its witnesses have cosigned it, and what is erased
    /// waits until they have seen that it is, and not lost.
    ///
    /// # Errors
    /// [`AppError`] where the cosigned checkpoint cannot be read or published.
    pub fn with_policy(mut self, policy: Policy) -> Result<Self, AppError> {
        let cosigning = Cosigning::new(policy, self.public_keys.over_time.clone());
        let mut checkpointer = self.checkpointer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(note) = checkpointer.cosigned().map_err(CheckpointerError::from)?
            && cosigning.take(&note)
        {
            checkpointer.publish(&note)?;
        }
        drop(checkpointer);
        self.cosigning = Some(cosigning);
        Ok(self.waiting(Waiting::LONGEST))
    }

    /// Gives out an address at which anybody can ask for a copy of the record.
    #[must_use]
    pub fn with_contact(self, contact: Option<String>) -> Self {
        Self { contact, ..self }
    }

    /// The address at which anybody can ask for a copy of the record, where one was given.
    #[must_use]
    pub fn contact(&self) -> Option<&str> {
        self.contact.as_deref()
    }

    /// Tells readers at which address they reach this server.
    #[must_use]
    pub fn with_site(self, site: Option<String>) -> Self {
        Self { site, ..self }
    }

    /// The address at which readers reach this server, where the operator says it.
    #[must_use]
    pub fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// The policy that is followed, and what satisfies it.
    #[must_use]
    pub const fn cosigning(&self) -> Option<&Cosigning> {
        self.cosigning.as_ref()
    }

    /// The same, waiting between an erasure and its carrying out until outsiders have cosigned it.
    #[must_use]
    pub fn waiting(self, erasure_waiting: Waiting) -> Self {
        Self { erasure_waiting, ..self }
    }

    /// How long an erasure waits for a cosignature.
    #[must_use]
    pub const fn erasure_waiting(&self) -> Waiting {
        self.erasure_waiting
    }

    /// Makes sure that no file of the views, and no state kept in memory, holds what was erased.
    pub(crate) fn purge_views(&self) -> Result<(), ViewError> {
        self.pasts.clear();
        self.views.lock().unwrap_or_else(PoisonError::into_inner).views.purge()
    }

    /// The store's directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The ledger.
    #[must_use]
    pub const fn log(&self) -> LogId {
        self.log
    }

    /// What the ledger's first event says.
    #[must_use]
    pub const fn opened(&self) -> &OpenedFacts {
        &self.opened
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The head of the last durable group.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.writer.head()
    }

    /// The clock that the instance follows.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    fn checkpointer(&self) -> MutexGuard<'_, Checkpointer> {
        self.checkpointer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Extends the tiles and signs a checkpoint, where one is due; publishes it where no policy asks for witnesses.
    ///
    /// # Errors
    /// [`CheckpointerError`]: nothing was published, and what was signed before stands.
    pub fn sign_if_due(&self) -> Result<Option<Note>, CheckpointerError> {
        let Some(cosigning) = &self.cosigning else { return self.checkpointer().tick(self.clock.now()) };
        let mut checkpointer = self.checkpointer();
        let signed = checkpointer.sign_if_due(self.clock.now())?;
        // A policy may ask for no witness.
        if let Some(note) = &signed
            && cosigning.take(note)
        {
            checkpointer.publish_cosigned(note)?;
        }
        Ok(signed)
    }

    /// Publishes a checkpoint, where it satisfies the policy and is over no fewer events than the last that did; gives whether
    /// it satisfies it.
    ///
    /// # Errors
    /// [`CheckpointerError`] where it is none of this ledger's, or the disk refuses.
    pub fn publish_cosigned(&self, note: &Note) -> Result<bool, CheckpointerError> {
        let Some(cosigning) = &self.cosigning else { return Ok(false) };
        if !cosigning.is_enough(note) {
            return Ok(false);
        }
        if self.checkpointer().publish_cosigned(note)? {
            cosigning.take(note);
        }
        Ok(true)
    }

    /// The newest checkpoint that the ledger has signed, whoever else has or has not.
    ///
    /// # Errors
    /// [`CheckpointerError`] where it cannot be read.
    pub fn last_signed(&self) -> Result<Option<Note>, CheckpointerError> {
        Ok(self.checkpointer().last_signed()?)
    }

    /// Compares some thousand events with the tiles over them, and writes again what differs.
    ///
    /// # Errors
    /// [`TileFileError`]; the next call goes on where this stopped.
    pub fn scrub_some(&self) -> Result<Scrubbed, TileFileError> {
        self.checkpointer().scrub_some()
    }

    /// Records how far every consultation has come, where that was last done a day ago and something came since.
    ///
    /// # Errors
    /// [`ActError`]: nothing was recorded, but in the case of [`ActError::Views`].
    pub fn record_heads_if_due(&self) -> Result<(), ActError> {
        self.handle.record_heads(Timestamp::DAY_MS)?;
        self.catch_up().map_err(ActError::Views)
    }

    /// The tiles and the newest checkpoint.
    #[must_use]
    pub const fn tiles(&self) -> &TileReader {
        &self.tiles
    }

    /// The keys that checkpoints and promises are signed with.
    #[must_use]
    pub const fn public_keys(&self) -> &PublicKeys {
        &self.public_keys
    }

    /// What knows author tokens again.
    #[must_use]
    pub const fn tokens(&self) -> &TokenKey {
        &self.tokens
    }

    /// How many events the published checkpoint covers, where outside witnesses have cosigned it.
    #[must_use]
    pub fn cosigned_size(&self) -> Option<TreeSize> {
        cosigned_size(&self.tiles.checkpoint().ok()??)
    }

    /// That the event at a position stands in the tree of the newest checkpoint; none until one covers it.
    ///
    /// # Errors
    /// [`TileFileError`] where the tiles do not read.
    pub fn prove_inclusion(
        &self,
        position: Position,
    ) -> Result<Option<(InclusionProof, TreeHead)>, TileFileError> {
        let note = self.tiles.checkpoint()?.and_then(|bytes| Note::parse(&bytes).ok());
        let head = note.and_then(|note| note.text().parse::<Checkpoint>().ok()).map(|it| it.head);
        let Some(head) = head.filter(|head| position.is_within(head.size)) else { return Ok(None) };
        // A tile that is written at this moment: the next asking finds it.
        Ok(self.tiles.tiles().prove_inclusion(position, head.size).ok().map(|proof| (proof, head)))
    }

    /// The way to the writer, for importers that keep many commands under way.
    #[must_use]
    pub fn writer(&self) -> &Handle {
        &self.handle
    }

    /// The register, for importers that resolve many people.
    pub fn register(&self) -> std::sync::MutexGuard<'_, Register> {
        self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One state of the views.
    ///
    /// # Errors
    /// [`ViewError`] where the file does not read.
    pub fn read(&self) -> Result<Reading, ViewError> {
        self.queries.read()
    }

    /// The views of one consultation as they stood when the record held so many events.
    ///
    /// # Errors
    /// [`AppError`] where the record or the views do not read.
    pub fn read_as_of(&self, stream: StreamId, size: TreeSize) -> Result<(PastKey, Reading), AppError> {
        let present = self.read()?;
        let key = PastKey { stream, size, seen_from: present.size() };
        let reading = match self.pasts.take(key) {
            Some(kept) => kept,
            None => history(&mut StoreSource(self.reader()?), stream, size, &present)?,
        };
        Ok((key, reading))
    }

    /// Takes back what [`App::read_as_of`] gave, for whoever asks next.
    pub fn keep_past(&self, key: PastKey, reading: Reading) {
        self.pasts.keep(key, reading);
    }

    /// A reader of the record itself.
    ///
    /// # Errors
    /// [`AppError::Store`] where the store does not open once more.
    pub fn reader(&self) -> Result<EmbeddedReader, AppError> {
        Ok(EmbeddedReader::open(&self.dir)?)
    }

    /// A reader of the record for one request, of those that stay open between requests; [`App::keep_reader`] takes it
    /// back.
    ///
    /// # Errors
    /// As [`App::reader`].
    pub fn lend_reader(&self) -> Result<EmbeddedReader, AppError> {
        let kept = self.readers_idle().pop();
        kept.map_or_else(|| self.reader(), Ok)
    }

    /// Takes back what [`App::lend_reader`] gave, for whoever asks next.
    pub fn keep_reader(&self, reader: EmbeddedReader) {
        let mut idle = self.readers_idle();
        if idle.len() < READERS_IDLE_MAX {
            idle.push(reader);
        }
    }

    fn readers_idle(&self) -> MutexGuard<'_, Vec<EmbeddedReader>> {
        // A list of readers is whole, whoever panicked beside it.
        self.readers_idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings the views up to the record.
    ///
    /// # Errors
    /// [`AppError`] where the record or the views cannot be read or written.
    pub fn catch_up(&self) -> Result<(), AppError> {
        self.views.lock().unwrap_or_else(PoisonError::into_inner).catch_up()
    }

    /// Folds the views anew from the record and the parts as they are: a part that was lost since is shown as lost.
    ///
    /// # Errors
    /// As [`App::catch_up`].
    pub(crate) fn rebuild_views(&self) -> Result<(), AppError> {
        self.pasts.clear();
        self.views.lock().unwrap_or_else(PoisonError::into_inner).rebuild()
    }

    /// Whether somebody holds the token of what they act on: its author, without an account.
    #[must_use]
    pub fn is_by_token(&self, act: &impl Act) -> bool {
        act.token().is_some_and(|(event, token)| self.tokens.admits(event, token))
    }

    /// Who may draft and record now.
    pub(crate) const fn turns(&self) -> &RwLock<()> {
        &self.turns
    }

    /// The command of an act: people resolved, ownership checked.
    ///
    /// # Errors
    /// [`ActError`] where a field is not well formed or the text is somebody else's.
    pub fn command(&self, caller: &Caller, key: &[u8], act: &impl Act) -> Result<Command, ActError> {
        if act.token().is_some() {
            self.check_token(caller, act)?;
        }
        if let Some((text, person)) = act.own() {
            self.check_own(caller, act.target(), text, person)?;
        }
        let bare = bare_command(caller, key, act);
        let mut people = Resolver {
            app: self,
            command: self.handle.command_id(&bare.door, key),
            held_to: self.platform_of(caller.credential).map_err(ActError::Views)?,
        };
        Ok(Command { drafts: act.drafts(caller, &mut people)?, ..bare })
    }

    /// The platform to whose people a credential is held: the name under which it was granted; none for other roles.
    fn platform_of(&self, credential: CredentialId) -> Result<Option<String>, AppError> {
        if credential == CredentialId::FIRST {
            return Ok(None);
        }
        let known = self.read()?.credential(credential)?;
        // A name that was erased names no platform: the key then speaks for nobody.
        Ok(known.filter(|it| it.facts.role == Role::Platform).map(|it| it.name.unwrap_or_default()))
    }

    /// Refuses a token that is not that of the text, and one beside somebody else who is said to ask.
    fn check_token(&self, caller: &Caller, act: &impl Act) -> Result<(), ActError> {
        if act.own().is_some() {
            return Err(not_beside("onBehalfOf").into());
        }
        if caller.trust != Trust::Native {
            return Err(not_beside("attested").into());
        }
        if self.is_by_token(act) {
            return Ok(());
        }
        Err(WriteError::Rejected(Rejection::Norms(vec![Norm::OwnContribution])).into())
    }

    /// Refuses an act on somebody else's text, or in the name of another platform's person.
    fn check_own(
        &self,
        caller: &Caller,
        target: Target,
        text: IntentId,
        person: &OnBehalfOf,
    ) -> Result<(), ActError> {
        let Target::Consultation(stream) = target else { return Ok(()) };
        let held_to = self.platform_of(caller.credential).map_err(ActError::Views)?;
        let mut people = Resolver { app: self, command: CommandId([0; 16]), held_to };
        let participant = person.participant(stream, &mut people)?;
        // What is not found is refused by the deciders, with a better message.
        let Ok(Some(recorded)) = self.event(text) else { return Ok(()) };
        if author_of(&recorded).is_some_and(|author| author == participant) {
            return Ok(());
        }
        Err(WriteError::Rejected(Rejection::Norms(vec![Norm::OwnContribution])).into())
    }

    /// An event of the record by its name.
    ///
    /// # Errors
    /// [`AppError`] where the views or the record cannot be read.
    pub fn event(&self, id: IntentId) -> Result<Option<Recorded>, AppError> {
        let Some(position) = self.read()?.position_of(id)? else { return Ok(None) };
        let mut found = read_events(&self.reader()?, position, 1)?.into_iter().next();
        if let Some(found) = &mut found {
            // What is erased is gone for every reader, before it is deleted.
            found.event.erase(self.read()?.erased_mask(position)?);
        }
        Ok(found)
    }
}

/// The command of an act without what it would record: enough to find it again.
pub(crate) fn bare_command(caller: &Caller, key: &[u8], act: &impl Act) -> Command {
    Command {
        door: Door { namespace: caller.namespace.clone(), trust: caller.trust },
        key: key.to_vec(),
        request: request_bytes(act),
        target: act.target(),
        drafts: Vec::new(),
    }
}

/// The request as it is compared when its key comes again.
fn request_bytes(act: &impl Act) -> Vec<u8> {
    // Acts are plain structs: their JSON form exists.
    serde_json::to_vec(act).unwrap_or_default()
}

/// The participant who wrote a text.
fn author_of(recorded: &Recorded) -> Option<Participant> {
    author_part(recorded)?.open()?.participant
}

/// Who wrote a text, or voted; none for what has no author of its own.
pub(crate) const fn author_part(recorded: &Recorded) -> Option<&Part<Author>> {
    match &recorded.event {
        Event::Contribution(ContributionEvent::Submitted(event)) => Some(&event.author),
        Event::Amendment(AmendmentEvent::Submitted(event)) => Some(&event.author),
        Event::Debate(DebateEvent::ArgumentPosted(event)) => Some(&event.author),
        Event::Debate(DebateEvent::CommentPosted(event)) => Some(&event.author),
        Event::Debate(DebateEvent::SourceCited(event)) => Some(&event.author),
        Event::Vote(VoteEvent::Cast(event)) => Some(&event.author),
        Event::Vote(VoteEvent::Changed(event)) => Some(&event.author),
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
