//! The report for programs: one JSON object, the same fields whatever was found.
//!
//! `docs/verify.md` names the fields. This module decides nothing.

use super::{Anchoring, Scope, Verified};
use crate::audit::{Succession, TakenDown};
use crate::ledger::Quorum;
use serde_json::{Value, json};

impl Verified {
    /// The report as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let verdict = self.verdict();
        let mut all = json!({
            "verdict": verdict.as_str(),
            "exitCode": verdict.exit_code(),
            "problems": self.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "demonstration": self.is_demonstration,
            "checkpoint": checkpoint(&self.anchoring),
            "seenNotCompared": self.uncompared,
            "evidence": self.evidence.as_ref().map(|evidence| json!({ "convicts": evidence.convicted().map(ToString::to_string) })),
            "notProven": self.not_proven().into_iter().map(|(_, english)| english).collect::<Vec<_>>(),
        });
        // What the scope says comes last: of a log it takes back what was not looked at.
        let more = [self.report.as_ref().map(|_| self.audit()), self.scope.map(scope)];
        if let Some(all) = all.as_object_mut() {
            for object in more.into_iter().flatten() {
                if let Value::Object(object) = object {
                    all.extend(object);
                }
            }
        }
        all
    }

    fn audit(&self) -> Value {
        let Some(report) = &self.report else { return Value::Null };
        let faults = report.faults.iter();
        let against = report.against_the_rules.iter();
        json!({
            "ledger": report.log.map(|log| log.to_string()),
            "size": self.head.size,
            "root": self.head.root.to_string(),
            "streams": report.streams,
            "commands": report.commands,
            "parts": {
                "open": report.parts.open,
                "withheld": report.parts.withheld,
                "missing": report.parts.missing,
                "altered": report.parts.altered,
                "erased": report.parts.erased,
                "takenDown": report.parts.taken_down,
                "lost": report.parts.lost,
                "pending": report.parts.pending,
            },
            "takedowns": report.takedowns.iter().map(takedown).collect::<Vec<_>>(),
            "signed": {
                "byHolder": report.signed.by_holder,
                "onBehalf": report.signed.on_behalf,
                "vouched": report.signed.vouched,
                "gapMax": report.signed.gap_max,
                "headsUnchecked": report.signed.heads_unchecked,
            },
            "succeeds": report.succession.as_ref().map(succession),
            "unknownTypes": report.unknown_types,
            "faultCount": report.fault_count,
            "firstBadPosition": report.first_fault().map(|found| found.position)
                .or(report.parts.first_missing),
            "faults": faults
                .map(|found| json!({ "position": found.position, "fault": found.fault.to_string() }))
                .collect::<Vec<_>>(),
            "againstTheRulesCount": report.against_count,
            "againstTheRules": against
                .map(|act| json!({ "position": act.position, "type": act.name, "why": act.rejection.to_string() }))
                .collect::<Vec<_>>(),
        })
    }
}

fn takedown(it: &TakenDown) -> Value {
    json!({
        "position": it.target,
        "type": it.name,
        "part": it.part,
        "ground": it.ground.as_str(),
        "decided": it.decided,
        "countersigned": it.countersigned,
        "at": it.at.to_rfc3339(),
    })
}

fn succession(before: &Succession) -> Value {
    json!({
        "ledger": before.predecessor.to_string(),
        "origin": before.origin,
        "signed": before.signed,
        "cosigned": before.cosigned,
        "held": before.held,
        "cause": before.cause.as_str(),
    })
}

fn scope(scope: Scope) -> Value {
    match scope {
        Scope::Record => json!({ "scope": "record" }),
        Scope::Log => {
            json!({ "scope": "log", "parts": null, "takedowns": null, "againstTheRulesCount": null, "againstTheRules": null })
        }
        Scope::All => json!({ "scope": "all" }),
        Scope::Consultation { stream, heads } => {
            json!({ "scope": "consultation", "stream": stream.to_string(), "completeUpTo": heads })
        }
    }
}

fn checkpoint(anchoring: &Anchoring) -> Value {
    match anchoring {
        Anchoring::Nobody => Value::Null,
        Anchoring::Ledger { head, own_key } => json!({ "size": head.size, "signedByOwnKey": own_key }),
        Anchoring::Policy { head, quorum, cosigned, missing } => json!({
            "size": head.size,
            "quorum": match quorum {
                Quorum::NotAsked => "not asked",
                Quorum::Missing => "missing",
                Quorum::Reached { .. } => "reached",
            },
            "cosigned": cosigned.iter().map(|(who, at_s)| json!({ "witness": who, "at": at_s })).collect::<Vec<_>>(),
            "missing": missing,
        }),
    }
}
