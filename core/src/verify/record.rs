//! A whole record, where it lies: a store, or a mirror of a log.
//!
//! `docs/verify.md`. Its events are audited, and its root is taken at the size of every checkpoint at hand. This
//! module does not know where the reader reads.

use super::anchor::{Opening, compare, judge, stated};
use super::problem::Problem;
use super::{Asked, Scope, Verified};
use crate::audit::audit_marked;
use crate::envelope::decode;
use crate::ledger::{Note, Position, TreeSize};
use crate::store::{Reader, StoreError};
use crate::time::Timestamp;

/// Verifies a record against the checkpoint that was published of it and others that its ledger signed.
///
/// # Errors
/// [`StoreError`] where nothing can be read at all.
pub fn verify_record(
    reader: &dyn Reader,
    published: Option<&Note>,
    signed: &[Note],
    asked: &Asked,
) -> Result<Verified, StoreError> {
    let notes = || published.into_iter().chain(signed).chain(&asked.seen);
    let marks: Vec<TreeSize> = notes().filter_map(stated).map(|it| it.head.size).collect();
    let report =
        audit_marked(reader, &marks, asked.envelopes_only, asked.now.unwrap_or(Timestamp(i64::MIN)))?;
    let head = report.head;
    let mut problems = Vec::new();
    for checkpoint in published.into_iter().chain(signed).filter_map(stated) {
        let size = checkpoint.head.size;
        let behind = Problem::Behind { signed: size, found: head.size };
        match report.roots.iter().find(|root| root.size == size) {
            Some(found) if found.root == checkpoint.head.root => {}
            Some(found) => {
                problems.push(Problem::Root { size, expected: checkpoint.head.root, found: found.root });
            }
            None if size > head.size => problems.push(behind),
            None => {}
        }
    }
    let first = reader.read(Position::FIRST, 1)?.into_iter().next();
    let opening = first.and_then(|bytes| decode(&bytes).ok()).and_then(|it| Opening::of(&it.intent.facts));
    let anchoring = judge(published, asked, opening.as_ref(), &mut problems);
    let origin = opening.as_ref().map_or("", |opening| opening.origin.as_str());
    let scope = if asked.envelopes_only { Scope::Log } else { Scope::Record };
    let evidence = compare(scope, asked, (published, origin), head, &report.roots, &mut problems);
    let scope = Some(scope);
    Ok(Verified { scope, head, report: Some(report), problems, withheld: 0, anchoring, evidence })
}
