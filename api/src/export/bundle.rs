//! A bundle of the record, or of one consultation, for whoever wants to check it without the server.
//!
//! `docs/format.md` (Bundles) is the law for its bytes, `docs/operating.md` (Exports) says what goes in. Before it is written
//! the heads of all streams are recorded and a checkpoint is signed over them, where no server holds the store. This
//! module says which parts may be shown, and checks nothing.

use crate::app::AppError;
use crate::cosigning::{Cosigning, PolicyFileError, policy_of};
use crate::lookout::Lookout;
use devenir_core::bundle::{Contents, FileName, Sink, TarWriter, WriteBundleError, Written, write};
use devenir_core::event::PartContent as _;
use devenir_core::event::part::{Citation, OfficialText, TitledText, is_structural};
use devenir_core::id::StreamId;
use devenir_core::ledger::{Checkpoint, CheckpointError, Note, NoteError, Position, TreeSize};
use devenir_core::log::CheckpointerError;
use devenir_core::store::{Place, ReadLedger as _, StoreError};
use devenir_core::writer::{
    Clock as _, Instance, InstanceError, OsRandom, SystemClock, WriteError, read_opening,
};
use devenir_projections::{Reading, ViewError};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often the views are asked again, where a server has yet to bring them up to the checkpoint.
const TRIES_MAX: u32 = 100;
/// How long to wait in between: 10 s in all.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// What to put into a bundle.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// The consultation; none for the whole record.
    pub stream: Option<StreamId>,
    /// Every part that is held and not erased, also hidden and personal ones: for whoever may read everything.
    pub everything: bool,
}

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleExportError {
    /// The record or the views.
    #[error(transparent)]
    App(#[from] AppError),
    /// The views.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The instance.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The published checkpoint is no note.
    #[error("the published checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The published note is no checkpoint.
    #[error("the published checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Whoever writes the store has not shown all of it yet.
    #[error("the views know {seen} events of {size}; export again in a moment")]
    Behind {
        /// How many events the views know.
        seen: TreeSize,
        /// How many the bundle would hold.
        size: TreeSize,
    },
    /// The bundle.
    #[error(transparent)]
    Bundle(#[from] WriteBundleError),
    /// The output.
    #[error("`{}` cannot be written: {source}", path.display())]
    Output {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Why the heads could not be recorded for an export.
#[derive(Debug, thiserror::Error)]
pub enum HeadsError {
    /// Somebody else writes the store, or it does not open.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The writer.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The signer.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointerError),
    /// The policy beside the store.
    #[error(transparent)]
    Policy(#[from] PolicyFileError),
}

/// Records how far every consultation has come and signs a checkpoint over it, where the store is free.
///
/// # Errors
/// [`HeadsError`]: an export then goes as far as the last ones.
pub fn record_heads(store: &Path) -> Result<(), HeadsError> {
    let random = || Box::new(OsRandom);
    let mut instance = Instance::open(store, Arc::new(SystemClock), random(), random())?;
    instance.writer.handle().record_heads(0)?;
    sign(&mut instance)
}

/// Signs the newest head. It is published at once only where no policy asks for witnesses, and none has cosigned before:
/// a cosigned checkpoint never gives way to one that the ledger alone vouches for.
fn sign(instance: &mut Instance) -> Result<(), HeadsError> {
    let policy = policy_of(&instance.dir)?;
    let (checkpointer, now) = (&mut instance.checkpointer, SystemClock.now());
    if policy.is_none() && checkpointer.cosigned().map_err(CheckpointerError::from)?.is_none() {
        checkpointer.tick(now)?;
        return Ok(());
    }
    let signed = checkpointer.sign_if_due(now)?;
    if let (Some(policy), Some(note)) = (policy, signed) {
        let cosigning = Cosigning::new(policy, instance.public_keys.over_time.clone());
        // A policy may ask for no witness.
        if cosigning.is_enough(&note) {
            checkpointer.publish_cosigned(&note)?;
        }
    }
    Ok(())
}

/// Writes a bundle of a store to `path`: an archive where that ends in `.tar`, else a new directory.
///
/// # Errors
/// [`BundleExportError`]; nothing is left under the name then.
pub fn bundle(store: &Path, choice: Choice, path: &Path) -> Result<Written, BundleExportError> {
    let lookout = Lookout::open(store)?;
    let reader = lookout.reader()?;
    let (log, opened) = read_opening(&reader)?;
    let note = match std::fs::read(store.join("tiles").join("checkpoint")) {
        Ok(bytes) => Some(Note::parse(&bytes)?),
        Err(_) => None,
    };
    let head = match &note {
        Some(note) => note.text().parse::<Checkpoint>()?.head,
        None => reader.head()?,
    };
    let contents =
        Contents { log, origin: &opened.origin, head, checkpoint: note.as_ref(), stream: choice.stream };
    let reading = views_of(&lookout, head.size)?;
    let erased = erased(&reading)?;
    let mut shows = |place: Place, _: &_, kind| {
        let decided = erased.get(&place.position).is_some_and(|mask| mask & 1 << place.index != 0);
        // What is structural is never erased, whatever a mask says.
        let is_erased = decided && !is_structural(kind);
        !is_erased && (choice.everything || is_public(&reading, place.position, kind))
    };
    let output = |source| BundleExportError::Output { path: path.to_owned(), source };
    let partial = partial(path).map_err(output)?;
    let written = if path.extension().is_some_and(|extension| extension == "tar") {
        let mut tar = TarWriter::new(BufWriter::new(File::create(&partial).map_err(output)?));
        let written = write(&reader, &contents, &mut shows, &mut tar);
        written.and_then(|written| tar.finish().map(|_| written).map_err(WriteBundleError::from))
    } else {
        std::fs::create_dir(&partial).map_err(output)?;
        write(&reader, &contents, &mut shows, &mut Directory(&partial))
    };
    match written {
        Ok(written) => std::fs::rename(&partial, path).map(|()| written).map_err(output),
        Err(error) => {
            // What is half written is nobody's bundle; that it stays behind would be a lesser evil.
            let _ = std::fs::remove_file(&partial).or_else(|_| std::fs::remove_dir_all(&partial));
            Err(error.into())
        }
    }
}

/// A state of the views that knows all that goes into the bundle: what was erased a moment ago must not.
fn views_of(lookout: &Lookout, size: TreeSize) -> Result<Reading, BundleExportError> {
    for _ in 0..TRIES_MAX {
        let reading = lookout.read()?;
        if reading.size() >= size {
            return Ok(reading);
        }
        std::thread::sleep(BETWEEN_TRIES);
    }
    Err(BundleExportError::Behind { seen: lookout.read()?.size(), size })
}

/// The parts that were decided erased, whether or not they are deleted already: bit i is the i-th part of the envelope.
fn erased(reading: &Reading) -> Result<BTreeMap<Position, u16>, ViewError> {
    let mut masks: BTreeMap<Position, u16> = BTreeMap::new();
    for erasure in reading.erasures_from(Position::FIRST, u32::MAX)? {
        *masks.entry(erasure.target).or_default() |= erasure.mask;
    }
    Ok(masks)
}

/// The name under which a bundle grows; a directory must not be there yet.
fn partial(path: &Path) -> std::io::Result<PathBuf> {
    if path.is_dir() {
        return Err(std::io::Error::other("it is there already; name another, or delete it"));
    }
    let mut name = path.file_name().ok_or_else(|| std::io::Error::other("it names no file"))?.to_owned();
    name.push(".partial");
    Ok(path.with_file_name(name))
}

/// Whether pages show today what this part says, unaltered.
fn is_public(reading: &Reading, position: Position, kind: u8) -> bool {
    const RECORD_KIND_MIN: u8 = 128;
    if ![TitledText::KIND, Citation::KIND, OfficialText::KIND].contains(&kind) {
        return kind >= RECORD_KIND_MIN;
    }
    // Where the views cannot say, nothing is shown.
    let version = reading.version(position).ok().flatten();
    version.is_some_and(|it| !it.redacted && (it.title.plain.is_some() || it.body.plain.is_some()))
}

/// A bundle as files below a directory.
struct Directory<'a>(&'a Path);

impl Sink for Directory<'_> {
    fn file(&mut self, name: FileName, bytes: &[u8]) -> std::io::Result<()> {
        let path = self.0.join(name.to_string());
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir)?;
        }
        std::fs::write(path, bytes)
    }
}
