//! A whole record, where it lies: a store, or a mirror of a log.
//!
//! `docs/verify.md`. Its events are audited, and its root is taken at the size of every checkpoint at hand. This
//! module does not know where the reader reads.

use super::anchor::{Opening, Shown, judge, marks, stated};
use super::problem::Problem;
use super::{Asked, Scope, Verified};
use crate::audit::{Report, audit_marked};
use crate::envelope::decode;
use crate::ledger::{Note, Position, TreeHead};
use crate::store::{Reader, StoreError};
use crate::time::Timestamp;

/// What lies beside a record and says how far it went.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The checkpoint that was published of it.
    pub published: Option<&'a Note>,
    /// Others that its ledger signed.
    pub signed: &'a [Note],
    /// The last head that a store acknowledged.
    pub acknowledged: Option<TreeHead>,
}

/// Verifies a record against what lies beside it.
///
/// # Errors
/// [`StoreError`] where the medium does not answer.
pub fn verify_record(reader: &dyn Reader, beside: Beside<'_>, asked: &Asked) -> Result<Verified, StoreError> {
    let Beside { published, signed, acknowledged } = beside;
    let mut marks = marks(published, signed, asked.seen.as_ref());
    marks.sizes.extend(acknowledged.map(|head| head.size));
    let report =
        audit_marked(reader, &marks, asked.envelopes_only, asked.now.unwrap_or(Timestamp(i64::MIN)))?;
    let mut problems = Vec::new();
    for note in published.into_iter().chain(signed) {
        match stated(note) {
            Some(checkpoint) => problems.extend(against(&report, checkpoint.head, Said::Signed)),
            // Of the published one, that is said by who judges whom it is by.
            None if Some(note) == published => {}
            None => problems.push(Problem::Damaged("what the ledger signed last is no checkpoint".into())),
        }
    }
    problems.extend(acknowledged.and_then(|head| against(&report, head, Said::Acknowledged)));
    let first = reader.read(Position::FIRST, 1)?.into_iter().next();
    let opening = first.and_then(|bytes| decode(&bytes).ok()).and_then(|it| Opening::of(&it.intent.facts));
    let keys = report.checkpoint_keys.as_ref();
    let anchoring = judge(published, asked, (opening.as_ref(), keys), &mut problems);
    let scope = if asked.envelopes_only { Scope::Log } else { Scope::Record };
    let head = report.head;
    let shown = Shown {
        scope,
        note: published,
        origin: opening.as_ref().map_or("", |opening| &opening.origin),
        keys,
        head,
        report: &report,
    };
    shown.dates(asked, &mut problems);
    let compared = shown.compare(asked, &mut problems);
    Ok(Verified {
        scope: Some(scope),
        head,
        problems,
        anchoring,
        uncompared: compared.uncompared,
        is_demonstration: opening.is_some_and(|opening| opening.is_demonstration),
        evidence: compared.evidence,
        report: Some(report),
    })
}

/// Who said how far the record went.
enum Said {
    Signed,
    Acknowledged,
}

/// What is wrong with the record where somebody said that it went as far as `head`.
fn against(report: &Report, head: TreeHead, said: Said) -> Option<Problem> {
    let (size, found) = (head.size, report.head.size);
    if size > found {
        return Some(match said {
            Said::Signed => Problem::Behind { signed: size, found },
            Said::Acknowledged => Problem::Forgotten { acknowledged: size, found },
        });
    }
    let found =
        report.roots.iter().find(|root| root.size == size).filter(|root| root.root != head.root)?.root;
    Some(match said {
        Said::Signed => Problem::Root { size, expected: head.root, found },
        Said::Acknowledged => Problem::Acknowledged { size, expected: head.root, found },
    })
}
