//! Watching a ledger from outside: its checkpoint, that it goes on from the last one seen, and every envelope behind it.
//!
//! `docs/verify.md` (Watch) describes it to whoever does it. It believes a key and a policy, and nothing that the server says;
//! what it has seen it keeps in a mirror, so that the next look can be held against it. The audit is the one that
//! `devenir verify` runs: this module reads no envelope itself but the first, for its key.

mod finding;
mod mirror;

pub use finding::{Finding, NOT_PROVEN, PromiseState, verdict};
pub use mirror::{Mirror, Mirrored};

use crate::client::{Client, ClientError};
use devenir_core::audit::audit_envelopes;
use devenir_core::envelope::decode;
use devenir_core::event::ledger::LedgerEvent;
use devenir_core::event::{Event, NoParts};
use devenir_core::ledger::{
    Checkpoint, ConsistencyProof, Evaluation, Fork, KeyType, NamedKey, Note, Policy, Position, SignedPromise,
    Tile, TileLevel, TileSource, TiledTree, TreeHead, VerifyingKey, decode_bundle, encode_bundle, prove,
    prove_consistency,
};
use std::path::PathBuf;
use std::time::Duration;

/// How long a log may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a note may be.
const NOTE_MAX: u64 = Note::MAX_LEN as u64;
/// How long a bundle of 256 entries of 65,535 bytes is.
const BUNDLE_MAX: u64 = 256 * (65_535 + 2);
/// How long a tile of hashes is.
const TILE_MAX: u64 = 256 * 32;

/// A ledger to watch, and what the watcher knows of it.
#[derive(Debug)]
pub struct Watch {
    client: Client,
    url: String,
    mirror: Mirror,
    key: Option<NamedKey>,
    policy: Option<Policy>,
    promises: Vec<(PathBuf, Note, NamedKey)>,
}

/// Why a look ended before its end: what was found is its last word.
type Ended = Box<Finding>;

impl Watch {
    /// Watches the log below `url`, `https://consultations.example.fr/log`, into a mirror.
    ///
    /// Without `key` that of the first look is kept; without `policy` nobody outside is consulted. Each promise comes with
    /// its file's name and the key of the ledger's promises.
    #[must_use]
    pub fn new(
        url: &str,
        mirror: Mirror,
        key: Option<NamedKey>,
        policy: Option<Policy>,
        promises: Vec<(PathBuf, Note, NamedKey)>,
    ) -> Self {
        let url = url.trim_end_matches('/').to_owned();
        Self { client: Client::new(PATIENCE), url, mirror, key, policy, promises }
    }

    /// Looks once; what was found, in the order in which it was.
    #[must_use]
    pub fn look(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if let Err(last) = self.look_into(&mut found) {
            found.push(*last);
        }
        found
    }

    fn look_into(&self, found: &mut Vec<Finding>) -> Result<(), Ended> {
        let note = self.checkpoint()?;
        let key = self.key(found)?;
        let checkpoint = Checkpoint::open(&note, &key).map_err(|error| not_its_own(&error))?;
        let evaluation = self.evaluate(&note, &key)?;
        let before = self.before(&key)?;
        let new = checkpoint.head;
        match &before {
            Some((old_note, old)) if old.size >= new.size => {
                self.not_grown((old_note, *old), (&note, new), found)?
            }
            Some((old_note, old)) => {
                self.fetch(Some((old_note, *old)), (&note, new))?;
                found.push(Finding::Grown(Some(old.size), new));
            }
            None => {
                self.fetch(None, (&note, new))?;
                found.push(Finding::Grown(None, new));
            }
        }
        let old = before.map_or_else(TreeHead::empty, |(_, old)| old);
        let held = if old.size > new.size { old } else { new };
        let report = audit_envelopes(self.mirror.ledger(held)).map_err(|error| unreadable(&error))?;
        found.push(Finding::Audited(Box::new(report)));
        if held == new {
            self.mirror.accept(&note, old.size, new.size).map_err(|error| unreadable(&error))?;
        }
        for (path, promise, key) in &self.promises {
            let state = self.promise(promise, key, held, evaluation.as_ref());
            found.push(Finding::Promised(path.clone(), state));
        }
        found.push(
            evaluation.map_or(Finding::NoPolicy, |evaluation| Finding::Witnessed(Box::new(evaluation))),
        );
        Ok(())
    }

    fn checkpoint(&self) -> Result<Note, Ended> {
        let bytes = self.get("checkpoint", NOTE_MAX)?;
        Note::parse(&bytes)
            .map_err(|error| Box::new(Finding::Unreachable(format!("its checkpoint: {error}"))))
    }

    /// The key that was given, or kept; else that of the ledger's first event, which is kept.
    fn key(&self, found: &mut Vec<Finding>) -> Result<NamedKey, Ended> {
        let kept = self.mirror.key().map_err(|error| unreadable(&error))?;
        match (&self.key, kept) {
            (Some(given), Some(kept)) if *given != kept => {
                Err(Box::new(Finding::NotItsOwn(format!("this mirror is of {kept}, not of {given}"))))
            }
            (None, Some(kept)) => Ok(kept),
            (Some(given), _) => {
                self.mirror.pin(given).map_err(|error| unreadable(&error))?;
                Ok(given.clone())
            }
            (None, None) => {
                let key = self.key_of_first_event()?;
                self.mirror.pin(&key).map_err(|error| unreadable(&error))?;
                found.push(Finding::Pinned(key.clone()));
                Ok(key)
            }
        }
    }

    fn key_of_first_event(&self) -> Result<NamedKey, Ended> {
        let why =
            |what: &dyn std::fmt::Display| Box::new(Finding::Unreachable(format!("its first event: {what}")));
        let note = self.checkpoint()?;
        let checkpoint: Checkpoint = note.text().parse().map_err(|error| why(&error))?;
        let bundle =
            Tile::at(TileLevel::Entries, 0, checkpoint.head.size).ok_or_else(|| why(&"there is none"))?;
        let bytes = self.bundle(bundle)?;
        let entries = decode_bundle(&bytes, bundle.width()).map_err(|error| why(&error))?;
        let envelope = decode(entries.first().copied().unwrap_or_default()).map_err(|error| why(&error))?;
        let intent = &envelope.intent;
        let event = Event::decode(intent.event_type, intent.schema, &intent.facts, &mut NoParts);
        let Event::Ledger(LedgerEvent::Opened(opened)) = event.map_err(|error| why(&error))? else {
            return Err(why(&"it opens no ledger"));
        };
        let name = opened.facts.origin.parse().map_err(|error| why(&error))?;
        let key = VerifyingKey::admit(&opened.facts.key.0).map_err(|error| why(&error))?;
        Ok(NamedKey::new(name, KeyType::Note, key))
    }

    fn evaluate(&self, note: &Note, key: &NamedKey) -> Result<Option<Evaluation>, Ended> {
        let Some(policy) = self.policy.clone() else { return Ok(None) };
        let policy = policy.following(key).map_err(|error| not_its_own(&error))?;
        policy.evaluate(note).map(Some).map_err(|error| not_its_own(&error))
    }

    /// What was accepted last, by the same key.
    fn before(&self, key: &NamedKey) -> Result<Option<(Note, TreeHead)>, Ended> {
        let Some(note) = self.mirror.checkpoint().map_err(|error| unreadable(&error))? else {
            return Ok(None);
        };
        let head = Checkpoint::open(&note, key).map_err(|error| unreadable(&error))?.head;
        Ok(Some((note, head)))
    }

    /// A checkpoint that is not larger than the last: the same again, an older one, or another history.
    fn not_grown(
        &self,
        (old_note, old): (&Note, TreeHead),
        (note, new): (&Note, TreeHead),
        found: &mut Vec<Finding>,
    ) -> Result<(), Ended> {
        let (kept, held) = self.mirror.heads_at(new.size, old.size).map_err(|error| unreadable(&error))?;
        if held != old {
            let why = format!(
                "the mirror holds a {held}, not the {old} that it accepted: delete it and begin anew"
            );
            return Err(Box::new(Finding::Unreachable(why)));
        }
        if kept == new {
            found.push(if old.size == new.size { Finding::Same(new) } else { Finding::Shrunk(old, new) });
            return Ok(());
        }
        if old.size == new.size {
            let proof = ConsistencyProof { path: Vec::new() };
            return Err(self.forked(&Fork::between(old_note, note, &proof), old, new));
        }
        // Our own envelopes show with what the larger tree begins.
        let tree = self.mirror.tree_of(Position::FIRST..old.size.next_position(), old.size);
        let tree = tree.map_err(|error| unreadable(&error))?;
        let proof = tree.prove_consistency(new.size, old.size).map_err(|error| unreadable(&error))?;
        Err(self.forked(&Fork::begins_with(note, old_note, kept.root, proof), new, old))
    }

    /// Fetches the envelopes up to `new`, and refuses them where they do not lead there.
    fn fetch(&self, before: Option<(&Note, TreeHead)>, (note, new): (&Note, TreeHead)) -> Result<(), Ended> {
        for bundle in self.mirror.wanted(new.size) {
            let bytes = self.bundle(bundle)?;
            self.mirror.keep(bundle, &bytes).map_err(|error| unreadable(&error))?;
        }
        let old = before.map_or_else(TreeHead::empty, |(_, old)| old);
        // The last bundle of before was partial and came anew: what was seen must still be in it.
        let reached = self.mirror.heads_at(old.size, new.size).map_err(|error| unreadable(&error))?;
        if reached == (old, new) {
            return Ok(());
        }
        let ended = self.explain(before, (note, new));
        self.mirror.forget(old.size, new.size);
        Err(ended)
    }

    /// Why the envelopes do not lead to what was signed: another history, or a server that shows something else.
    fn explain(&self, before: Option<(&Note, TreeHead)>, (note, new): (&Note, TreeHead)) -> Ended {
        let tree = TiledTree::new(HashTiles(self), new.size);
        let is_signed = prove::root(&tree, new.size).is_ok_and(|root| root == new.root);
        if let (true, Some((old_note, old))) = (is_signed, before)
            && let Ok(root) = prove::root(&tree, old.size)
            && root != old.root
            && let Ok(proof) = prove_consistency(&tree, old.size, new.size)
        {
            return self.forked(&Fork::begins_with(old_note, note, root, proof), old, new);
        }
        let of = if is_signed {
            "its tiles lead to its checkpoint, its events do not"
        } else {
            "neither its events nor its tiles lead to its checkpoint"
        };
        Box::new(Finding::NotServed(format!("{of} ({new})")))
    }

    fn forked(&self, fork: &Fork, one: TreeHead, two: TreeHead) -> Ended {
        Box::new(match self.mirror.keep_evidence(&fork.to_string()) {
            Ok(path) => Finding::Forked(path, one, two),
            Err(error) => Finding::Forked(PathBuf::from(error.to_string()), one, two),
        })
    }

    fn promise(
        &self,
        note: &Note,
        key: &NamedKey,
        head: TreeHead,
        evaluation: Option<&Evaluation>,
    ) -> PromiseState {
        let signed = match SignedPromise::open(note, key) {
            Ok(signed) => signed,
            Err(error) => return PromiseState::Unreadable(error.to_string()),
        };
        let promise = signed.promise();
        let through = promise.size_through();
        if through > head.size {
            let breach = evaluation.map(|evaluation| signed.breach_by_absence(evaluation));
            return match breach {
                Some(Ok(breach)) => PromiseState::Broken(breach.to_string()),
                Some(Err(_)) | None => PromiseState::Open(through),
            };
        }
        match self.mirror.tree_of(promise.first..through.next_position(), head.size) {
            Ok(group) if group.head() == promise.group => PromiseState::Kept(promise.first),
            Ok(group) => PromiseState::Broken(format!(
                "a {} was promised from position {} on, a {} is there",
                promise.group,
                promise.first,
                group.head()
            )),
            Err(error) => PromiseState::Unreadable(error.to_string()),
        }
    }

    /// A bundle of this very width: where the log has only the full one, its beginning.
    fn bundle(&self, bundle: Tile) -> Result<Vec<u8>, Ended> {
        let refused =
            |why: &dyn std::fmt::Display| Box::new(Finding::Unreachable(format!("{bundle}: {why}")));
        let answer = self.ask(&bundle.to_string(), BUNDLE_MAX).map_err(|error| unreadable(&error))?;
        if let Some(bytes) = answer {
            decode_bundle(&bytes, bundle.width()).map_err(|error| refused(&error))?;
            return Ok(bytes);
        }
        let full = bundle.full();
        let bytes = self.get(&full.to_string(), BUNDLE_MAX)?;
        let entries = decode_bundle(&bytes, full.width()).map_err(|error| refused(&error))?;
        let width = usize::from(bundle.width());
        encode_bundle(entries.get(..width).unwrap_or_default()).map_err(|error| refused(&error))
    }

    fn get(&self, path: &str, len_max: u64) -> Result<Vec<u8>, Ended> {
        let answer = self.ask(path, len_max).map_err(|error| unreadable(&error))?;
        answer.ok_or_else(|| Box::new(Finding::Unreachable(format!("{}/{path} is not there", self.url))))
    }

    /// What is at a path; none where it is not found.
    fn ask(&self, path: &str, len_max: u64) -> Result<Option<Vec<u8>>, AskError> {
        let answer = self.client.get(&format!("{}/{path}", self.url), len_max)?;
        match answer.status {
            200 => Ok(Some(answer.body)),
            404 | 410 => Ok(None),
            status => Err(AskError::Status { path: path.to_owned(), status, said: answer.said() }),
        }
    }
}

fn not_its_own(error: &dyn std::error::Error) -> Ended {
    Box::new(Finding::NotItsOwn(error.to_string()))
}

fn unreadable(error: &dyn std::error::Error) -> Ended {
    Box::new(Finding::Unreachable(error.to_string()))
}

/// The tiles of hashes that the log serves: only to explain why its envelopes do not fit.
struct HashTiles<'a>(&'a Watch);

impl TileSource for HashTiles<'_> {
    type Error = AskError;
    fn tile(&self, tile: Tile) -> Result<Vec<u8>, AskError> {
        let asked = |tile: Tile| self.0.ask(&tile.to_string(), TILE_MAX);
        match asked(tile)? {
            Some(bytes) => Ok(bytes),
            None => asked(tile.full())?.ok_or_else(|| AskError::Missing(tile.to_string())),
        }
    }
}

/// Why a log did not give what was asked for.
#[derive(Debug, thiserror::Error)]
enum AskError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("{path} is answered with {status}: {said}")]
    Status { path: String, status: u16, said: String },
    #[error("{0} is not there")]
    Missing(String),
}
