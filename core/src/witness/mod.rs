//! A witness's memory: which checkpoint of each ledger it cosigned last, on the disk before anybody has the cosignature.
//!
//! C2SP tlog-witness asks for it, `docs/operating.md` (A witness) names the files; what may be cosigned is judged by
//! [`Submission::judge`]. One submission of a ledger is dealt with after the other, and no instant is stated that lies
//! before an earlier one. This module does not know who asks, and is given the instants.
//!
//! ```text
//! witness/
//!   seen/SHA256-OF-ORIGIN          the checkpoint cosigned last, with the ledger's signature and our own
//!   evidence/SHA256-OF-ORIGIN/…    forks: what was refused although the ledger had signed it
//!   lock                           held while the witness runs: one key, one memory
//! ```

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::ledger::hex::Hex;
use crate::ledger::{
    CosignError, Cosigner, Fork, KeyName, KeyType, NamedKey, Note, NoteSignature, Refusal, Submission,
    SubmissionError, sha256,
};
use crate::log::disk::{self, Disk};

const SEEN: &str = "seen";
const EVIDENCE: &str = "evidence";
const LOCK: &str = "lock";

/// How many forks of one ledger are kept of each kind: the first say enough, and nobody shall fill a disk.
const FORKS_KEPT_MAX: usize = 64;

/// A witness of some ledgers.
#[derive(Debug)]
pub struct Witness {
    dir: PathBuf,
    key: Cosigner,
    logs: BTreeMap<KeyName, Followed>,
    /// The latest instant that it has stated of any ledger.
    latest_s: Mutex<u64>,
    disk: Disk,
    _lock: File,
}

/// A ledger that a witness follows.
#[derive(Debug)]
struct Followed {
    keys: Vec<NamedKey>,
    /// One submission at a time.
    turn: Mutex<()>,
}

impl Witness {
    /// Makes the memory of a witness that has cosigned nothing yet: before its key is drawn.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn make_memory(dir: &Path) -> io::Result<()> {
        Disk::default().create_dir(&dir.join(SEEN))
    }

    /// Opens the witness whose memory lies in `dir`, for the ledgers of these keys; one ledger may have several, in the order
    /// in which they took over from each other.
    ///
    /// # Errors
    ///
    /// [`WitnessError`] says what is missing or held, and what to do.
    pub fn open(dir: &Path, key: Cosigner, logs: &[NamedKey]) -> Result<Self, WitnessError> {
        Self::open_on(Disk::default(), dir, key, logs)
    }

    fn open_on(disk: Disk, dir: &Path, key: Cosigner, logs: &[NamedKey]) -> Result<Self, WitnessError> {
        if !dir.join(SEEN).is_dir() {
            return Err(WitnessError::Forgot { path: dir.join(SEEN) });
        }
        let lock = lock(dir)?;
        let mut followed: BTreeMap<KeyName, Followed> = BTreeMap::new();
        for key in logs {
            if key.purpose() != KeyType::Note {
                return Err(WitnessError::NotALog { key: key.name().clone() });
            }
            let log = followed.entry(key.name().clone());
            log.or_insert_with(|| Followed { keys: Vec::new(), turn: Mutex::default() })
                .keys
                .push(key.clone());
        }
        let mut witness =
            Self { dir: dir.to_owned(), key, logs: followed, latest_s: Mutex::new(0), disk, _lock: lock };
        witness.latest_s = Mutex::new(witness.latest_ever()?);
        Ok(witness)
    }

    /// The public key, for a policy.
    #[must_use]
    pub const fn public(&self) -> &NamedKey {
        self.key.public()
    }

    /// The ledgers that it follows, with the checkpoint that it cosigned last of each.
    ///
    /// # Errors
    ///
    /// [`WitnessError`] when one cannot be read.
    pub fn followed(&self) -> Result<Vec<(&KeyName, Option<Note>)>, WitnessError> {
        self.logs.keys().map(|origin| Ok((origin, self.seen(&self.seen_path(origin))?))).collect()
    }

    /// Judges a submission, remembers its checkpoint, and gives the cosignature. `now_s` is asked for the seconds since
    /// 1970 when the submission's turn has come.
    ///
    /// When this returns `Ok`, the disk has the checkpoint.
    ///
    /// # Errors
    ///
    /// [`Refused`]: no cosignature was made that anybody has.
    pub fn add_checkpoint(&self, body: &[u8], now_s: impl Fn() -> u64) -> Result<NoteSignature, Refused> {
        let submission = Submission::parse(body).map_err(Refused::Malformed)?;
        let origin = submission.origin();
        let Some(log) = self.logs.get(origin) else {
            return Err(Refused::Judged(Refusal::UnknownLog { origin: origin.clone() }));
        };
        // Whoever panicked in here left whole files behind.
        let _turn = log.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.seen_path(origin);
        let seen = self.seen(&path)?;
        let accepted = submission
            .judge(in_turn(&log.keys, seen.as_ref()), seen.as_ref())
            .map_err(|refusal| self.refused(refusal, origin, &log.keys))?;
        let (cosignature, kept) = accepted.cosign(&self.key, self.stamp(now_s())?)?;
        let written = self.disk.replace(&path, kept.to_string().as_bytes());
        written.map_err(|source| WitnessError::Io { doing: "written", path, source })?;
        Ok(cosignature)
    }

    /// The forks that are kept, by the name of their file.
    ///
    /// # Errors
    ///
    /// [`WitnessError`] when one cannot be read.
    pub fn evidence(&self) -> Result<Vec<(String, String)>, WitnessError> {
        let mut found = Vec::new();
        for dir in list(&self.dir.join(EVIDENCE))? {
            for path in list(&dir)?.into_iter().filter(|path| path.extension().is_some_and(|e| e == "fork")) {
                let text = fs::read_to_string(&path).map_err(|source| io_error("read", &path, source))?;
                let name = path.strip_prefix(&self.dir).unwrap_or(&path).display().to_string();
                found.push((name, text));
            }
        }
        Ok(found)
    }

    /// The instant for the next cosignature.
    fn stamp(&self, now_s: u64) -> Result<u64, Refused> {
        let mut latest = self.latest_s.lock().unwrap_or_else(PoisonError::into_inner);
        if now_s < *latest {
            return Err(Refused::Clock { now_s, latest_s: *latest });
        }
        *latest = now_s;
        Ok(now_s)
    }

    /// The latest instant that any file states; of ledgers that are no longer followed too.
    fn latest_ever(&self) -> Result<u64, WitnessError> {
        let mut latest = 0;
        for path in list(&self.dir.join(SEEN))?.into_iter().filter(|path| path.extension().is_none()) {
            let Some(note) = self.seen(&path)? else { continue };
            let opened = note.open(std::slice::from_ref(self.public()));
            let stated = opened.ok().and_then(|opened| opened.by(self.public())?.at_s());
            latest = latest.max(stated.unwrap_or(0));
        }
        Ok(latest)
    }

    /// The checkpoint that was cosigned last, from its file; none before the first.
    fn seen(&self, path: &Path) -> Result<Option<Note>, WitnessError> {
        let Some(bytes) = disk::read(path).map_err(|source| io_error("read", path, source))? else {
            return Ok(None);
        };
        let unreadable = |why: String| WitnessError::Unreadable { path: path.to_owned(), why };
        let note = Note::parse(&bytes).map_err(|error| unreadable(error.to_string()))?;
        note.open(std::slice::from_ref(self.public())).map_err(|error| unreadable(error.to_string()))?;
        Ok(Some(note))
    }

    fn seen_path(&self, origin: &KeyName) -> PathBuf {
        self.dir.join(SEEN).join(file_name(origin.as_str()))
    }

    /// A refusal, with its evidence kept where the ledger itself signed what was refused.
    fn refused(&self, refusal: Refusal, origin: &KeyName, keys: &[NamedKey]) -> Refused {
        let Refusal::Unproven { fork, .. } = &refusal else { return Refused::Judged(refusal) };
        let convicts = keys.iter().any(|key| fork.convicts(key).is_ok());
        let kept = self.keep(fork, origin, convicts);
        Refused::Fork { refusal: Box::new(refusal), convicts, kept }
    }

    fn keep(&self, fork: &Fork, origin: &KeyName, convicts: bool) -> Result<Option<PathBuf>, WitnessError> {
        let dir = self.dir.join(EVIDENCE).join(file_name(origin.as_str()));
        self.disk.create_dir(&dir).map_err(|source| io_error("made", &dir, source))?;
        // What convicts nobody is kept apart, so that it cannot take the place of what does.
        let kind = if convicts { "fork" } else { "unproven" };
        let path = dir.join(format!("{kind}-{}.fork", file_name(fork.notes().1.text())));
        if path.exists() {
            return Ok(Some(path));
        }
        let of_kind =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(kind));
        if list(&dir)?.iter().filter(|path| of_kind(path)).count() >= FORKS_KEPT_MAX {
            return Ok(None);
        }
        let written = self.disk.replace(&path, fork.to_string().as_bytes());
        written.map_err(|source| io_error("written", &path, source))?;
        Ok(Some(path))
    }
}

/// The keys of a ledger from the one on that signed what was cosigned last: once a key has taken over, those before it are
/// believed no more.
fn in_turn<'k>(keys: &'k [NamedKey], seen: Option<&Note>) -> &'k [NamedKey] {
    let signed = |note: &Note| keys.iter().rposition(|key| note.open(std::slice::from_ref(key)).is_ok());
    seen.and_then(signed).and_then(|newest| keys.get(newest..)).unwrap_or(keys)
}

/// A name for a file that any text can be turned into.
fn file_name(text: &str) -> String {
    Hex(sha256(text.as_bytes()).as_bytes()).to_string()
}

/// What a directory holds, in order; nothing where there is none.
fn list(dir: &Path) -> Result<Vec<PathBuf>, WitnessError> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(|source| io_error("listed", dir, source))?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> =
        paths.collect::<io::Result<_>>().map_err(|source| io_error("listed", dir, source))?;
    paths.sort();
    Ok(paths)
}

fn lock(dir: &Path) -> Result<File, WitnessError> {
    let path = dir.join(LOCK);
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(|source| io_error("opened", &path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(WitnessError::Held { path }),
        Err(fs::TryLockError::Error(source)) => Err(io_error("locked", &path, source)),
    }
}

fn io_error(doing: &'static str, path: &Path, source: io::Error) -> WitnessError {
    WitnessError::Io { doing, path: path.to_owned(), source }
}

/// Why a witness does not run.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// The file system refuses.
    #[error("{} cannot be {doing}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is a key and no memory.
    #[error(
        "{} is missing: this witness no longer knows what it has cosigned, and could be made to cosign a second history. \
         Restore it; where it is lost, this key must never cosign again: start a new witness, and have it take the place of this one \
         in the policies",
        path.display()
    )]
    Forgot {
        /// The directory.
        path: PathBuf,
    },
    /// Another process has it.
    #[error("another process runs this witness ({} is locked): one key cosigns from one memory", path.display())]
    Held {
        /// The lock.
        path: PathBuf,
    },
    /// A file of the memory does not read.
    #[error(
        "{} is not a checkpoint that this witness cosigned: {why}; restore it, never delete it", path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A key of a witness where that of a ledger is needed.
    #[error("the key of {key} is of type 0x04, a witness's; a ledger's key is of type 0x01")]
    NotALog {
        /// The key's name.
        key: KeyName,
    },
}

/// Why a submission got no cosignature.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It is none.
    #[error(transparent)]
    Malformed(SubmissionError),
    /// It was judged.
    #[error(transparent)]
    Judged(#[from] Refusal),
    /// It was judged, and the ledger had signed it.
    #[error("{refusal}")]
    Fork {
        /// The judgement.
        refusal: Box<Refusal>,
        /// Whether the two checkpoints convict the ledger by themselves.
        convicts: bool,
        /// Where they are kept; none where enough are.
        kept: Result<Option<PathBuf>, WitnessError>,
    },
    /// The clock went back.
    #[error(
        "the clock of this witness shows {now_s} s, before the {latest_s} s of its last cosignature: nothing is cosigned until it has caught up"
    )]
    Clock {
        /// What it shows, in seconds since 1970.
        now_s: u64,
        /// What was stated last.
        latest_s: u64,
    },
    /// It cannot be cosigned.
    #[error(transparent)]
    Cosign(#[from] CosignError),
    /// The memory fails.
    #[error(transparent)]
    Memory(#[from] WitnessError),
}

impl Refused {
    /// The HTTP status: that of C2SP tlog-witness where it states one.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::Judged(refusal) => refusal.status(),
            Self::Fork { refusal, .. } => refusal.status(),
            Self::Clock { .. } => 503,
            Self::Cosign(_) | Self::Memory(_) => 500,
        }
    }
}

#[cfg(test)]
mod tests;
