//! A bundle from whoever hands one over: audited, held against its own documents, then against checkpoints.
//!
//! `docs/format.md` (Bundles) says what follows from what. A consultation's bundle is complete up to its heads event, and that
//! is all that it can show. This module reads no files of its own.

use super::anchor::{Opening, Shown, judge, marks, stated};
use super::bundled::Tally;
use super::problem::Problem;
use super::{Asked, Scope, Verified};
use crate::audit::{Marks, Report, audit_copy, audit_streams, stated_heads};
use crate::bundle::{BundleError, BundleReader, Files, Kind, Manifest, Proofs};
use crate::envelope::{Envelope, decode, instance_stream};
use crate::id::StreamId;
use crate::ledger::{Hash, Note, Position, StreamHead, TreeHead, leaf_hash};
use crate::time::Timestamp;

/// Verifies a bundle.
#[must_use]
pub fn verify_bundle<F: Files>(files: F, asked: &Asked) -> Verified {
    let bundle = match BundleReader::open(files) {
        Ok(bundle) => bundle,
        Err(error) => return Verified::failed(error.into()),
    };
    let manifest = bundle.manifest().clone();
    let note = bundle.checkpoint().cloned();
    let marks = marks(note.as_ref(), [], asked.seen.as_ref());
    let mut problems = Vec::new();
    let audited = match (bundle.proofs().cloned(), manifest.stream, manifest.heads) {
        (Some(proofs), Some(stream), Some(heads)) => {
            excerpt(bundle, (&proofs, stream, heads), &marks, &mut problems)
        }
        _ => whole(bundle, &marks, asked),
    };
    let (report, opening, tally) = match audited {
        Ok(audited) => audited,
        Err(error) => return Verified::failed(error.into()),
    };
    Judged { manifest, note, report, opening, tally, problems }.judge(asked)
}

type Audited = (Report, Option<Opening>, Tally);

fn whole<F: Files>(
    mut bundle: BundleReader<F>,
    marks: &Marks,
    asked: &Asked,
) -> Result<Audited, BundleError> {
    let (head, now) = (bundle.manifest().head(), asked.now.unwrap_or(Timestamp(i64::MIN)));
    let mut tally = Tally::default();
    let mut next = || Ok::<_, BundleError>(bundle.next_event()?.map(|event| tally.event(event)));
    let report = audit_copy(head, marks, now, &mut next)?;
    let first = tally.first.as_deref().and_then(|bytes| decode(bytes).ok());
    let opening = first.and_then(|envelope| Opening::of(&envelope.intent.facts));
    Ok((report, opening, tally))
}

/// What of an excerpt its proofs are held against.
#[derive(Default)]
struct Ends {
    opening: Option<Opening>,
    /// The consultation's first and last event.
    first: Option<(Position, Hash)>,
    last: Option<(Position, Hash)>,
    /// The last event of all.
    end: Option<(Position, Hash, Envelope)>,
}

impl Ends {
    fn follow(&mut self, bytes: &[u8], manifest: &Manifest, stream: StreamId, problems: &mut Vec<Problem>) {
        // What does not decode is the audit's to name.
        let Ok(envelope) = decode(bytes) else { return };
        let (position, leaf) = (envelope.sequence.position, leaf_hash(bytes));
        let own = envelope.intent.stream;
        if position == Position::FIRST {
            self.opening = Opening::of(&envelope.intent.facts);
        }
        if own == stream {
            self.first.get_or_insert((position, leaf));
            self.last = Some((position, leaf));
        }
        let is_late = manifest.heads.is_some_and(|heads| position > heads);
        if is_late || (own != stream && own != instance_stream(manifest.log_id)) {
            problems.push(Problem::Foreign { position, stream: own });
        }
        self.end = Some((position, leaf, envelope));
    }
}

fn excerpt<F: Files>(
    mut bundle: BundleReader<F>,
    (proofs, stream, heads): (&Proofs, StreamId, Position),
    marks: &Marks,
    problems: &mut Vec<Problem>,
) -> Result<Audited, BundleError> {
    let manifest = bundle.manifest().clone();
    let (mut ends, mut tally) = (Ends::default(), Tally::default());
    let report = audit_streams(marks, &mut || {
        let Some(event) = bundle.next_event()? else { return Ok::<_, BundleError>(None) };
        ends.follow(&event.envelope, &manifest, stream, problems);
        Ok(Some(tally.event(event)))
    })?;
    let tree = manifest.head();
    let mut is_short = false;
    match (ends.first, ends.last) {
        (Some(first), Some(last)) => {
            if last.0 < proofs.last.position {
                is_short = true;
                problems.push(Problem::Short { stated: proofs.last.position, found: last.0 });
            } else {
                placed("last", &proofs.last, last, &tree, problems);
            }
            placed("first", &proofs.first, first, &tree, problems);
        }
        _ => problems.push(Problem::Nothing(stream)),
    }
    match ends.end {
        Some((position, leaf, envelope)) if position == heads => {
            placed("heads", &proofs.heads, (position, leaf), &tree, problems);
            let own = report.heads.get(&stream.0);
            // Of a consultation without its end, that is said already.
            // An event that states no heads states an empty tree, to which nothing leads.
            let tree = stated_heads(&envelope).unwrap_or_else(TreeHead::empty);
            if !is_short
                && let Some(own) = own
                && let Err(error) = proofs.stream.verify(&own.to_bytes(), &tree)
            {
                let StreamHead { count, last_leaf: last, .. } = *own;
                problems.push(Problem::Heads { count, last, error });
            }
        }
        Some(_) | None => problems.push(Problem::NoHeads(heads)),
    }
    Ok((report, ends.opening, tally))
}

/// Holds an event against its proof.
fn placed(
    what: &'static str,
    proof: &crate::ledger::InclusionProof,
    (found, leaf): (Position, Hash),
    tree: &TreeHead,
    problems: &mut Vec<Problem>,
) {
    let stated = proof.position;
    if stated != found {
        problems.push(Problem::Place { what, stated, found });
    } else if let Err(error) = proof.verify_leaf_hash(leaf, tree) {
        problems.push(Problem::Proof { what, error });
    }
}

/// A bundle whose events were audited.
struct Judged {
    manifest: Manifest,
    note: Option<Note>,
    report: Report,
    opening: Option<Opening>,
    tally: Tally,
    problems: Vec<Problem>,
}

impl Judged {
    fn judge(self, asked: &Asked) -> Verified {
        let Self { manifest, note, report, opening, tally, mut problems } = self;
        let head = manifest.head();
        let scope = match (manifest.kind, manifest.stream, manifest.heads) {
            (Kind::Consultation, Some(stream), Some(heads)) => Scope::Consultation { stream, heads },
            _ => Scope::All,
        };
        let found_origin = opening.as_ref().map_or_else(String::new, |opening| opening.origin.clone());
        if let Some(found) = report.log
            && (found != manifest.log_id || found_origin != manifest.origin)
        {
            let (stated, origin) = (manifest.log_id, manifest.origin.clone());
            problems.push(Problem::Ledger { stated, origin, found, found_origin });
        }
        if let Some(place) = tally.stray {
            problems.push(Problem::Stray(place));
        }
        if let Some(checkpoint) = note.as_ref().and_then(stated)
            && checkpoint.head != head
        {
            problems.push(Problem::Manifest { stated: head.size, found: checkpoint.head.size });
        }
        let keys = report.checkpoint_keys.as_ref();
        let anchoring = judge(note.as_ref(), asked, (opening.as_ref(), keys), &mut problems);
        let shown =
            Shown { scope, note: note.as_ref(), origin: &manifest.origin, keys, head, report: &report };
        shown.dates(asked, &mut problems);
        let compared = shown.compare(asked, &mut problems);
        Verified {
            scope: Some(scope),
            head,
            problems,
            anchoring,
            uncompared: compared.uncompared,
            is_demonstration: opening.is_some_and(|opening| opening.is_demonstration),
            evidence: compared.evidence,
            report: Some(report),
        }
    }
}
