//! Watching a ledger from outside: its checkpoint, that it goes on from the last one seen, and every envelope behind it.
//!
//! `docs/verify.md` (Watch) describes it to whoever does it. It believes a key and a policy, and nothing that the server says;
//! what it has seen it keeps in a mirror, so that the next look can be held against it. The audit is the one that
//! `devenir verify` runs: this module reads no envelope itself but the first, for its key.

mod finding;
mod history;
mod mirror;

pub use finding::{Finding, Kept, NOT_PROVEN, PromiseState, verdict};
pub use mirror::{Mirror, MirrorError, Mirrored};

use crate::remote::RemoteLog;
use devenir_core::audit::{Marks, audit_envelopes};
use devenir_core::envelope::decode;
use devenir_core::event::ledger::LedgerEvent;
use devenir_core::event::{Event, NoParts};
use devenir_core::ledger::{
    Checkpoint, CheckpointError, Evaluation, KeyType, LogKeys, NamedKey, Note, Policy, SignedPromise, Tile,
    TileLevel, TreeHead, VerifyingKey, decode_bundle,
};
use devenir_core::verify::misdated;
use devenir_core::writer::read_keys;
use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

/// How long a log may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A ledger to watch, and what the watcher knows of it.
#[derive(Debug)]
pub struct Watch {
    log: RemoteLog,
    mirror: Mirror,
    key: Option<NamedKey>,
    policy: Option<Policy>,
    promises: Vec<(PathBuf, Note, NamedKey)>,
}

/// A mirror of one ledger, and the key of another.
#[derive(Debug, thiserror::Error)]
#[error(
    "this mirror is of {kept}, and the key that was given is {given}: give the key that the mirror was begun with, or name another folder"
)]
pub struct OtherKey {
    kept: Box<NamedKey>,
    given: Box<NamedKey>,
}

/// Why a look ended before its end: what was found is its last word.
type Ended = Box<Finding>;

impl Watch {
    /// Watches the log below `url`, `https://consultations.example.fr/log`, into a mirror.
    ///
    /// Without `key` that of the first look is kept; without `policy` nobody outside is consulted. Each promise comes with
    /// its file's name and the key of the ledger's promises.
    ///
    /// # Errors
    /// [`OtherKey`] where the mirror was begun with another key.
    pub fn new(
        url: &str,
        mirror: Mirror,
        key: Option<NamedKey>,
        policy: Option<Policy>,
        promises: Vec<(PathBuf, Note, NamedKey)>,
    ) -> Result<Self, OtherKey> {
        // A mirror that does not read is found by the first look, which says so.
        if let (Some(given), Ok(Some(kept))) = (&key, mirror.key())
            && *given != kept
        {
            return Err(OtherKey { kept: Box::new(kept), given: Box::new(given.clone()) });
        }
        Ok(Self { log: RemoteLog::new(url, PATIENCE), mirror, key, policy, promises })
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
        let note = self.log.checkpoint().map_err(|error| unreachable(&error))?;
        let (key, checkpoint) = self.open(&note, found)?;
        let before = self.before(&key)?;
        let before = before.as_ref().map(|(note, head)| (note, *head));
        let new = checkpoint.head;
        match before {
            Some((note_before, old)) if old.size >= new.size => {
                self.not_grown((note_before, old), (&note, new), found)?;
            }
            Some(_) | None => {
                self.fetch(before, (&note, new), found)?;
                found.push(Finding::Grown(before.map(|(_, old)| old.size), new));
            }
        }
        let old = before.map_or_else(TreeHead::empty, |(_, old)| old);
        let held = if old.size > new.size { old } else { new };
        let marks = Marks { sizes: vec![old.size, new.size], between: None };
        let report = audit_envelopes(self.mirror.ledger(held), &marks).map_err(|error| unusable(&error))?;
        // With all its events at hand: the key that they state for this size, and no other.
        let keys = self.keys(&key, held)?;
        if let Err(error) = keys.open(&note) {
            self.mirror.forget(old.size, new.size);
            return Err(not_its_own(&error));
        }
        let evaluation = self.evaluate(&note, keys.at(new.size))?;
        let evaluation_before =
            before.and_then(|(note, head)| self.evaluate(note, keys.at(head.size)).ok()?);
        let (promise_keys, around) = (report.promise_keys.clone(), report.around.clone());
        found.push(Finding::Audited(Box::new(report)));
        // What contradicts the instants of witnesses is not accepted: the next look finds it again.
        let mut seen = evaluation_before.iter().chain(evaluation.as_ref());
        if let Some(problem) = seen.find_map(|evaluation| misdated(evaluation, &around).pop()) {
            return Err(Box::new(Finding::Misdated(problem.to_string())));
        }
        if held == new {
            self.mirror.accept(&note, old.size, new.size).map_err(|error| unusable(&error))?;
        }
        for (path, promise, key) in &self.promises {
            let state = self.promise(promise, (key, promise_keys.as_ref()), held, evaluation.as_ref());
            found.push(Finding::Promised(path.clone(), state));
        }
        found.push(
            evaluation.map_or(Finding::NoPolicy, |evaluation| Finding::Witnessed(Box::new(evaluation))),
        );
        Ok(())
    }

    /// Checks who signed a checkpoint, by the key that was given, or kept, else by that of the ledger's first event. A key is
    /// kept once it is known to have signed: nothing holds on to one that was mistyped, or shown by somebody else.
    fn open(&self, note: &Note, found: &mut Vec<Finding>) -> Result<(NamedKey, Checkpoint), Ended> {
        let kept = self.mirror.key().map_err(|error| unusable(&error))?;
        let key = match self.key.as_ref().or(kept.as_ref()) {
            Some(key) => key.clone(),
            None => self.key_of_first_event(note)?,
        };
        let accepted = self.mirror.checkpoint().map_err(|error| unusable(&error))?;
        let accepted = accepted.and_then(|note| note.text().parse::<Checkpoint>().ok());
        let old = accepted.map_or_else(TreeHead::empty, |checkpoint| checkpoint.head);
        let checkpoint = match self.keys(&key, old)?.open(note) {
            Ok(checkpoint) => checkpoint,
            Err(error) => self.open_by_later(note, &key, old, error)?,
        };
        if kept.is_none() {
            self.mirror.pin(&key).map_err(|error| unusable(&error))?;
            found.extend(self.key.is_none().then(|| Finding::Pinned(key.clone())));
        }
        Ok((key, checkpoint))
    }

    /// The keys that the envelopes at hand state, of which the one that is believed must be one; where none are at hand, that
    /// one alone.
    fn keys(&self, key: &NamedKey, held: TreeHead) -> Result<LogKeys, Ended> {
        let stated = read_keys(&self.mirror.ledger(held)).map_err(|error| unusable(&error))?;
        let Some(stated) = stated.checkpoints() else { return Ok(key.clone().into()) };
        if stated.iter().any(|(_, one)| one == key) {
            return Ok(stated.clone());
        }
        let why = format!("none of the keys that its events state is {key}: it is another ledger");
        Err(Box::new(Finding::NotItsOwn(why)))
    }

    /// A checkpoint by a key that is not known yet: its own events may state it. They are fetched before anything is believed,
    /// and thrown away where they do not.
    fn open_by_later(
        &self,
        note: &Note,
        key: &NamedKey,
        old: TreeHead,
        error: CheckpointError,
    ) -> Result<Checkpoint, Ended> {
        let stated: Checkpoint = note.text().parse().map_err(|error: CheckpointError| not_its_own(&error))?;
        let new = stated.head;
        if matches!(error, CheckpointError::OtherTerm { .. }) || new.size <= old.size {
            return Err(not_its_own(&error));
        }
        for bundle in self.mirror.wanted(new.size) {
            let bytes = self.log.bundle(bundle).map_err(|error| unreachable(&error))?;
            self.mirror.keep(bundle, &bytes).map_err(|error| unusable(&error))?;
        }
        let reached = self.mirror.heads_at(old.size, new.size).map_err(|error| unusable(&error))?;
        let opened = if reached == (old, new) { self.keys(key, new)?.open(note) } else { Err(error) };
        opened.map_err(|error| {
            self.mirror.forget(old.size, new.size);
            not_its_own(&error)
        })
    }

    fn key_of_first_event(&self, note: &Note) -> Result<NamedKey, Ended> {
        let why = |what: &dyn Display| unreachable(&format!("its first event: {what}"));
        let checkpoint: Checkpoint = note.text().parse().map_err(|error| why(&error))?;
        let bundle =
            Tile::at(TileLevel::Entries, 0, checkpoint.head.size).ok_or_else(|| why(&"there is none"))?;
        let bytes = self.log.bundle(bundle).map_err(|error| unreachable(&error))?;
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
        let policy = policy.with_key_of_log(key.clone());
        policy.evaluate(note).map(Some).map_err(|error| not_its_own(&error))
    }

    /// What was accepted last, by the same ledger.
    fn before(&self, key: &NamedKey) -> Result<Option<(Note, TreeHead)>, Ended> {
        let Some(note) = self.mirror.checkpoint().map_err(|error| unusable(&error))? else {
            return Ok(None);
        };
        let last =
            |error: CheckpointError| unusable(&format!("the checkpoint that it accepted last: {error}"));
        let stated: Checkpoint = note.text().parse().map_err(last)?;
        self.keys(key, stated.head)?.open(&note).map_err(last)?;
        Ok(Some((note, stated.head)))
    }

    fn promise(
        &self,
        note: &Note,
        (key, keys): (&NamedKey, Option<&LogKeys>),
        head: TreeHead,
        evaluation: Option<&Evaluation>,
    ) -> PromiseState {
        // Where the record states the key that was given, it states too which one promised then.
        let keys = keys.filter(|keys| keys.iter().any(|(_, one)| one == key));
        let opened = match keys {
            Some(keys) => SignedPromise::open_in_term(note, keys),
            None => SignedPromise::open(note, key),
        };
        let signed = match opened {
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
}

fn not_its_own(error: &dyn std::error::Error) -> Ended {
    Box::new(Finding::NotItsOwn(error.to_string()))
}

fn unreachable(why: &dyn Display) -> Ended {
    Box::new(Finding::Unreachable(why.to_string()))
}

fn unusable(why: &dyn Display) -> Ended {
    Box::new(Finding::MirrorUnusable(why.to_string()))
}

#[cfg(test)]
mod tests;
