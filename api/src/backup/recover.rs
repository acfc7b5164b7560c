//! Recovering what a backup lacks: envelopes from whoever mirrored them, each held against the chain and the signed head.
//!
//! `docs/operating.md` (The disk died). Whatever the source is, it is first laid down as a mirror and audited as one; nothing is
//! written to the store before all of it leads to what was signed last. Parts are in no mirror: what the backup lacks of them
//! stays missing. This module signs nothing.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use devenir_core::audit::{Marks, Verdict, audit_envelopes};
use devenir_core::bundle::{BundleReader, Directory, Files, TarReader};
use devenir_core::ledger::{Checkpoint, LogKeys, NamedKey, Note, Tile, TileLevel, TreeHead, encode_bundle};
use devenir_core::log::Disk;
use devenir_core::rules::Locale;
use devenir_core::store::{
    EmbeddedReader, EmbeddedStore, Entry, Group, Leaf, ReadLedger as _, Store as _, StoreError,
};

use super::error::BackupError;
use super::files;
use super::mark::mark;
use super::restore::{LAST_SIGNED, SIGNER, checkpoint_in, keys_of_store};
use crate::watch::{Mirror, Watch, verdict};

/// Where a source is laid down, in the store's directory.
const LAID_DOWN: &str = "recovering";
/// How many envelopes become durable at once.
const GROUP: usize = 1_000;

/// What was recovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovered {
    /// The head before.
    pub from: TreeHead,
    /// The head now.
    pub to: TreeHead,
}

/// Why nothing was recovered.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The store, or a file.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The source does not read, or is not sound.
    #[error("nothing was recovered from {from}: {why}")]
    Source {
        /// The source.
        from: String,
        /// What is wrong.
        why: String,
    },
    /// The source ends too early.
    #[error(
        "{from} holds a {reached}, but this ledger signed a {signed}: the events from {} on are missing there too, and nothing was written. \
         Try another mirror; where nobody has them, this ledger ends here",
        reached.size
    )]
    Short {
        /// The source.
        from: String,
        /// What it holds.
        reached: TreeHead,
        /// What was signed last.
        signed: TreeHead,
    },
    /// The source is of another history.
    #[error("{from} is of another history: its first {} events are a {found}, here they are a {expected}; keep both, and nothing was written", expected.size)]
    Other {
        /// The source.
        from: String,
        /// What is known.
        expected: TreeHead,
        /// What it holds.
        found: TreeHead,
    },
}

/// Fetches what the store in `store` lacks from the log at a URL, a bundle, or the folder of a mirror.
///
/// # Errors
/// [`RecoverError`]: the store is as it was.
pub fn recover(store: &Path, from: &str) -> Result<Recovered, RecoverError> {
    let keys = keys_of_store(&EmbeddedReader::open(store)?)?;
    // Each source is laid down alone: nothing of another one, or of a run that was killed, is taken for its own.
    let laid_down = store.join(LAID_DOWN);
    remove_dir(&laid_down)?;
    let recovered = lay_down(&laid_down, from, keys.newest()).and_then(|mirror| take(store, from, &mirror));
    // What stays costs its room, until the next source is laid down.
    let _ = remove_dir(&laid_down);
    recovered
}

/// Deletes a folder and what is in it; none is fine.
fn remove_dir(dir: &Path) -> Result<(), BackupError> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(files::failed("deleted", dir)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn unsound(from: &str, why: impl std::fmt::Display) -> RecoverError {
    RecoverError::Source { from: from.to_owned(), why: why.to_string() }
}

/// The source as a mirror.
fn lay_down(dir: &Path, from: &str, key: &NamedKey) -> Result<Mirror, RecoverError> {
    let unsound = |why: &dyn std::fmt::Display| unsound(from, why);
    if from.starts_with("http://") || from.starts_with("https://") {
        files::create_dir(dir)?;
        let mirror = Mirror::open(dir).map_err(|error| unsound(&error))?;
        let watch = Watch::new(from, mirror.clone(), Some(key.clone()), None, Vec::new());
        let found = watch.map_err(|error| unsound(&error))?.look();
        return match verdict(&found) {
            Verdict::Anchored | Verdict::SelfConsistent => Ok(mirror),
            Verdict::Unreadable | Verdict::Incomplete | Verdict::Altered | Verdict::Divergent => {
                let said: Vec<String> = found.iter().flat_map(|one| one.say(Locale::En)).collect();
                Err(unsound(&said.join("; ")))
            }
        };
    }
    let path = PathBuf::from(from);
    if path.join("manifest.json").exists() {
        let bundle = Directory::open(&path).map_err(|error| unsound(&error))?;
        unpack(dir, bundle).map_err(|why| unsound(&why))
    } else if path.is_dir() {
        Mirror::open(&path).map_err(|error| unsound(&error))
    } else {
        let file = File::open(&path).map_err(|error| unsound(&error))?;
        unpack(dir, TarReader::new(BufReader::new(file))).map_err(|why| unsound(&why))
    }
}

/// The envelopes of a bundle as a mirror; nothing of it is believed yet.
fn unpack(dir: &Path, files: impl Files) -> Result<Mirror, String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    files::create_dir(dir).map_err(|error| said(&error))?;
    let mirror = Mirror::open(dir).map_err(|error| said(&error))?;
    let mut bundle = BundleReader::open(files).map_err(|error| said(&error))?;
    if bundle.proofs().is_some() {
        return Err(
            "it is a bundle of one consultation; a bundle of the whole ledger is needed (export --all)"
                .into(),
        );
    }
    let checkpoint = bundle.checkpoint().cloned().ok_or("the bundle has no checkpoint")?;
    let size = bundle.manifest().head().size;
    let mut index = 0;
    let mut entries: Vec<Vec<u8>> = Vec::new();
    loop {
        let event = bundle.next_event().map_err(|error| said(&error))?;
        let is_end = event.is_none();
        entries.extend(event.map(|event| event.envelope));
        if entries.len() == usize::from(Tile::WIDTH) || (is_end && !entries.is_empty()) {
            let tile =
                Tile::at(TileLevel::Entries, index, size).ok_or("it holds more events than it says")?;
            let borrowed: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
            let bytes = encode_bundle(&borrowed).map_err(|error| said(&error))?;
            mirror.keep(tile, &bytes).map_err(|error| said(&error))?;
            entries.clear();
            index += 1;
        }
        if is_end {
            break;
        }
    }
    let nothing = devenir_core::ledger::TreeSize::EMPTY;
    mirror.accept(&checkpoint, nothing, size).map_err(|error| said(&error))?;
    Ok(mirror)
}

/// Whether a source would bring the store to what it signed last: what [`recover`] would take over.
///
/// # Errors
/// [`RecoverError`] says why it would not. Nothing of the store changes in either case.
pub(super) fn reaches(store: &Path, from: &str, signed: TreeHead) -> Result<TreeHead, RecoverError> {
    let keys = keys_of_store(&EmbeddedReader::open(store)?)?;
    let own = EmbeddedStore::open(store)?;
    let laid_down = store.join(LAID_DOWN);
    remove_dir(&laid_down)?;
    let reached = lay_down(&laid_down, from, keys.newest())
        .and_then(|mirror| reach(own.head(), from, &mirror, |_| Ok(Some(signed))));
    let _ = remove_dir(&laid_down);
    Ok(reached?.to)
}

/// A source that leads to what was signed.
struct Reached {
    to: TreeHead,
    shown: Note,
    /// What the store's own signer remembers.
    signed: Option<TreeHead>,
}

/// Holds a source against what the store has and against what was signed.
fn reach(
    begun: TreeHead,
    from: &str,
    mirror: &Mirror,
    signed: impl FnOnce(&LogKeys) -> Result<Option<TreeHead>, BackupError>,
) -> Result<Reached, RecoverError> {
    let unsound = |why: &dyn std::fmt::Display| unsound(from, why);
    let shown = mirror.checkpoint().map_err(|error| unsound(&error))?;
    let shown = shown
        .ok_or_else(|| unsound(&"it has no checkpoint: it is no mirror that `devenir watch` has made"))?;
    let to = shown.text().parse::<Checkpoint>().map_err(|error| unsound(&error))?.head;
    // What the mirror holds may state more keys than the store does; that both begin with the same events is seen below.
    let keys = keys_of_store(&mirror.ledger(to))?;
    keys.open(&shown).map_err(|error| unsound(&error))?;
    let signed = signed(&keys)?;
    for known in [signed, Some(begun)].into_iter().flatten() {
        if known.size > to.size {
            return Err(RecoverError::Short { from: from.to_owned(), reached: to, signed: known });
        }
        let (found, reached) = mirror.heads_at(known.size, to.size).map_err(|error| unsound(&error))?;
        if reached != to {
            return Err(unsound(&format!("its events lead to a {reached}, its checkpoint is of a {to}")));
        }
        if found != known {
            return Err(RecoverError::Other { from: from.to_owned(), expected: known, found });
        }
    }
    let report = audit_envelopes(mirror.ledger(to), &Marks::default()).map_err(|error| unsound(&error))?;
    match report.first_fault() {
        Some(fault) => Err(unsound(&fault.fault)),
        None => Ok(Reached { to, shown, signed }),
    }
}

/// Takes over what the store lacks, once all of it is known to lead to what was signed.
fn take(store: &Path, from: &str, mirror: &Mirror) -> Result<Recovered, RecoverError> {
    let mut own = EmbeddedStore::open(store)?;
    let begun = own.head();
    let memory = store.join(SIGNER).join(LAST_SIGNED);
    // A memory that does not read is no reason to forget what was signed: nothing is taken over before it is back.
    let remembered = |keys: &LogKeys| Ok(checkpoint_in(&memory, keys)?.map(|(head, _)| head));
    let Reached { to, shown, signed } = reach(begun, from, mirror, remembered)?;
    mark(store).map_err(files::failed("marked", store))?;
    if signed.is_none_or(|signed| signed.size < to.size) {
        remember(&memory, &shown)?;
    }
    let ledger = mirror.ledger(to);
    while own.head().size < to.size {
        let envelopes = ledger.read(own.head().size.next_position(), GROUP)?;
        let entries: Vec<Entry> =
            envelopes.into_iter().map(|bytes| Entry { leaf: Leaf::new(bytes), parts: Vec::new() }).collect();
        own.commit(own.head().size, &Group { entries, requests: Vec::new() })?;
    }
    Ok(Recovered { from: begun, to: own.head() })
}

/// Makes a newer checkpoint the signer's memory: nothing older may be signed from now on.
fn remember(memory: &Path, shown: &Note) -> Result<(), BackupError> {
    let disk = Disk::default();
    let made = memory.parent().map_or(Ok(()), |dir| disk.create_dir(dir));
    made.and_then(|()| disk.replace(memory, shown.to_string().as_bytes()))
        .map_err(files::failed("written", memory))
}
