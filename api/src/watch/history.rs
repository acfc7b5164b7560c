//! Holding what a log shows against what was seen of it: the same again, grown, fewer, or another history.
//!
//! `docs/verify.md` (Watch) says what each is worth. Another history is proven from envelopes, those of the mirror or those that
//! the log serves for what it has signed: no tile of hashes is needed, so a log cannot escape by hiding them. What the
//! watcher's own disk has spoiled is asked for again, and never laid to the ledger's charge. This module checks no signature.

use super::finding::{Finding, Kept};
use super::{Ended, Watch, unreachable, unusable};
use crate::remote::RemoteError;
use devenir_core::ledger::{
    ConsistencyProof, Fork, Frontier, Note, Position, Tree, TreeHead, TreeSize, leaf_hash,
};

/// A signed checkpoint, and the head that it states.
pub(super) type Signed<'a> = (&'a Note, TreeHead);

impl Watch {
    /// A checkpoint that is not larger than the last: the same again, an older one, or another history.
    pub(super) fn not_grown(
        &self,
        (old_note, old): Signed<'_>,
        (note, new): Signed<'_>,
        found: &mut Vec<Finding>,
    ) -> Result<(), Ended> {
        if old.size == new.size && old.root != new.root {
            let proof = ConsistencyProof { path: Vec::new() };
            return Err(self.forked(&Fork::between(old_note, note, &proof), old, new));
        }
        let begins = match self.own(new.size, old, found) {
            Ok(begins) => begins,
            Err(ended) => {
                found.extend((new.size < old.size).then_some(Finding::Shrunk(old, new)));
                return Err(ended);
            }
        };
        if begins == new {
            found.push(if old.size == new.size { Finding::Same(new) } else { Finding::Shrunk(old, new) });
            return Ok(());
        }
        // Our own envelopes show with what the larger tree begins.
        let tree = self.mirror.tree_of(Position::FIRST..old.size.next_position(), old.size);
        let tree = tree.map_err(|error| unusable(&error))?;
        let proof = tree.prove_consistency(new.size, old.size).map_err(|error| unusable(&error))?;
        Err(self.forked(&Fork::begins_with(note, old_note, begins.root, proof), new, old))
    }

    /// Fetches the envelopes up to `new`, and refuses them where they do not lead there from what was seen before.
    pub(super) fn fetch(
        &self,
        before: Option<Signed<'_>>,
        new: Signed<'_>,
        found: &mut Vec<Finding>,
    ) -> Result<(), Ended> {
        let (old, head) = (before.map_or_else(TreeHead::empty, |(_, old)| old), new.1);
        for bundle in self.mirror.wanted(head.size) {
            let bytes = self.log.bundle(bundle).map_err(|error| unreachable(&error))?;
            self.mirror.keep(bundle, &bytes).map_err(|error| unusable(&error))?;
        }
        // The last bundle of before was partial and came anew: what was seen must still be in it.
        let reached = || self.mirror.heads_at(old.size, head.size).ok();
        let mut heads = reached();
        if heads == Some((old, head)) {
            return Ok(());
        }
        let own = self.own(old.size, old, found);
        if own.is_ok() {
            heads = reached();
        }
        if heads == Some((old, head)) {
            return Ok(());
        }
        let ended = self.explain(before, new, heads);
        self.mirror.forget(old.size, head.size);
        // A log is convicted of what can be shown; for anything less, our own disk is named first.
        Err(match (*ended, own) {
            (ended @ Finding::Forked(..), _) => Box::new(ended),
            (_, Err(unusable)) => unusable,
            (ended, Ok(_)) => Box::new(ended),
        })
    }

    /// The head that the mirror's own envelopes lead to at `size`, once they are known to lead to what was accepted: what the
    /// disk has spoiled is asked for again.
    fn own(&self, size: TreeSize, old: TreeHead, found: &mut Vec<Finding>) -> Result<TreeHead, Ended> {
        let reached = || self.mirror.heads_at(size, old.size);
        match reached() {
            Ok((begins, held)) if held == old => return Ok(begins),
            Ok(_) | Err(_) => found.push(self.renew(old)?),
        }
        let (begins, held) = reached().map_err(|error| unusable(&error))?;
        if held == old {
            return Ok(begins);
        }
        Err(unusable(&format!("its events lead to a {held}, not to the {old} that it accepted")))
    }

    /// Puts what the log serves in the place of what the disk has spoiled, where it leads to what was accepted.
    fn renew(&self, old: TreeHead) -> Result<Finding, Ended> {
        let spoiled = format!("its events no longer lead to the {old} that it accepted");
        let refused = |error: &dyn std::fmt::Display| unusable(&format!("{spoiled}; {error}"));
        let (mut frontier, mut bundles) = (Frontier::new(), Vec::new());
        self.log
            .each_bundle(old.size, |bundle, bytes, entries| {
                frontier.extend(entries.into_iter().map(leaf_hash));
                bundles.extend((!self.mirror.holds(bundle, bytes)).then_some(bundle));
            })
            .map_err(|error| refused(&error))?;
        let served = frontier.head();
        if served != old {
            return Err(refused(&format!("those that the ledger serves today lead to a {served}")));
        }
        for bundle in &bundles {
            let bytes = self.log.bundle(*bundle).map_err(|error| refused(&error))?;
            self.mirror.keep(*bundle, &bytes).map_err(|error| refused(&error))?;
        }
        Ok(Finding::Renewed(bundles.len()))
    }

    /// Why the envelopes do not lead from what was seen to what was signed, where they reached `heads`: another history, or
    /// a server that shows something else than it has signed.
    fn explain(
        &self,
        before: Option<Signed<'_>>,
        (note, new): Signed<'_>,
        heads: Option<(TreeHead, TreeHead)>,
    ) -> Ended {
        let tree = match heads {
            Some((_, held)) if held == new => {
                let own = self.mirror.tree_of(Position::FIRST..new.size.next_position(), new.size);
                match own {
                    Ok(tree) => tree,
                    Err(error) => return unusable(&error),
                }
            }
            Some(_) | None => match self.shown(new.size) {
                Ok(tree) => tree,
                Err(error) => return self.withheld(before, note, &error),
            },
        };
        let served = tree.head();
        if served != new {
            let why = format!("its events lead to a {served}, its checkpoint is of a {new}");
            return Box::new(Finding::NotServed(why, self.keep_notes(before, note)));
        }
        let parts = before.and_then(|(old_note, old)| {
            let begins = tree.head_at(old.size).ok().filter(|begins| *begins != old)?;
            let proof = tree.prove_consistency(old.size, new.size).ok()?;
            Some(self.forked(&Fork::begins_with(old_note, note, begins.root, proof), old, new))
        });
        parts.unwrap_or_else(|| {
            unreachable(
                &"it gave events that do not lead to its checkpoint, and others that do when asked again",
            )
        })
    }

    /// The tree over the envelopes that the log serves today.
    fn shown(&self, size: TreeSize) -> Result<Tree, RemoteError> {
        let mut tree = Tree::new();
        self.log.each_bundle(size, |_, _, entries| tree.extend(entries.into_iter().map(leaf_hash)))?;
        Ok(tree)
    }

    /// A log that does not give the envelopes of what it has signed.
    fn withheld(&self, before: Option<Signed<'_>>, note: &Note, error: &RemoteError) -> Ended {
        if error.is_an_answer() {
            Box::new(Finding::NotServed(error.to_string(), self.keep_notes(before, note)))
        } else {
            unreachable(error)
        }
    }

    /// Keeps two histories that one ledger has signed.
    fn forked(&self, fork: &Fork, one: TreeHead, two: TreeHead) -> Ended {
        Box::new(Finding::Forked(self.keep(fork.to_string(), "fork"), one, two))
    }

    /// Keeps what was signed and is not served, with what was seen before: a question to the ledger.
    fn keep_notes(&self, before: Option<Signed<'_>>, note: &Note) -> Kept {
        match before {
            Some((old, _)) => {
                let unproven = Fork::between(old, note, &ConsistencyProof { path: Vec::new() });
                self.keep(unproven.to_string(), "unproven")
            }
            None => self.keep(note.to_string(), "checkpoint"),
        }
    }

    fn keep(&self, text: String, kind: &str) -> Kept {
        match self.mirror.keep_evidence(&text, kind) {
            Ok(path) => Kept::In(path),
            Err(error) => Kept::Nowhere { why: error.to_string(), text },
        }
    }
}
