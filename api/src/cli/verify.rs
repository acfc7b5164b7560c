//! `devenir verify`: every byte, hash and commitment of a store, derived again.
//!
//! `docs/verify.md` says what each verdict means and fixes the exit codes. It opens the store for reading only
//! and asks nothing of the server that runs it.

use super::lang::{Lang, locale};
use super::print::print;
use clap::Args;
use devenir_core::audit::{Report, Verdict, audit_at};
use devenir_core::rules::Locale;
use devenir_core::store::{EmbeddedReader, StoreError};
use devenir_core::writer::{Clock as _, SystemClock};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `devenir verify`.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// Print one JSON object in place of the report.
    #[arg(long)]
    json: bool,
    /// The report's language.
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

/// What verifying gave: a report, or why there is none.
enum Outcome {
    Audited(Report),
    Damaged(StoreError),
    Unreadable(StoreError),
}

impl Outcome {
    const fn verdict(&self) -> Verdict {
        match self {
            Self::Audited(report) => report.verdict(),
            Self::Damaged(_) => Verdict::Altered,
            Self::Unreadable(_) => Verdict::Unreadable,
        }
    }
}

impl Verify {
    pub(super) fn run(self) -> ExitCode {
        let outcome = self.verify();
        if self.json {
            print(&format!("{}\n", as_json(&outcome)));
        } else {
            print(&as_text(&outcome, locale(self.lang)));
        }
        ExitCode::from(outcome.verdict().exit_code())
    }

    fn verify(&self) -> Outcome {
        let failed = |error: StoreError| {
            // Damaged: the medium answered, and what it says does not hold together.
            if matches!(error, StoreError::Damaged(_)) {
                Outcome::Damaged(error)
            } else {
                Outcome::Unreadable(error)
            }
        };
        let reader = match EmbeddedReader::open(&self.store) {
            Ok(reader) => reader,
            Err(error) => return failed(error),
        };
        // Envelopes and parts first: they name the event. Pages that hold neither are looked at last.
        match audit_at(&reader, SystemClock.now()) {
            Ok(report) if report.fault_count > 0 => Outcome::Audited(report),
            Ok(report) => reader.check_pages().map_or_else(failed, |()| Outcome::Audited(report)),
            Err(error) => failed(error),
        }
    }
}

fn as_json(outcome: &Outcome) -> serde_json::Value {
    let verdict = outcome.verdict();
    match outcome {
        Outcome::Damaged(error) | Outcome::Unreadable(error) => {
            json!({ "verdict": verdict.as_str(), "exitCode": verdict.exit_code(), "error": error.to_string() })
        }
        Outcome::Audited(report) => json!({
            "verdict": verdict.as_str(),
            "exitCode": verdict.exit_code(),
            "ledger": report.log.map(|log| log.to_string()),
            "size": report.head.size,
            "root": report.head.root.to_string(),
            "streams": report.streams,
            "commands": report.commands,
            "parts": { "open": report.parts.open, "missing": report.parts.missing, "altered": report.parts.altered,
                "erased": report.parts.erased, "takenDown": report.parts.taken_down, "pending": report.parts.pending },
            "unknownTypes": report.unknown_types,
            "faultCount": report.fault_count,
            "firstBadPosition": report.first_bad(),
            "faults": report.faults.iter()
                .map(|found| json!({ "position": found.position, "fault": found.fault.to_string() }))
                .collect::<Vec<_>>(),
            "againstTheRulesCount": report.against_count,
            "againstTheRules": report.against_the_rules.iter()
                .map(|act| json!({ "position": act.position, "type": act.name, "why": act.rejection.to_string() }))
                .collect::<Vec<_>>(),
            "notProven": NOT_PROVEN.iter().map(|(_, english)| *english).collect::<Vec<_>>(),
        }),
    }
}

/// What a store that agrees with itself does not prove, in both languages.
const NOT_PROVEN: &[(&str, &str)] = &[
    (
        "que personne d'extérieur n'a vu un autre registre : aucun témoin n'a encore contresigné celui-ci",
        "that nobody outside was shown another record: no witness has cosigned this one yet",
    ),
    ("que tout ce qui a été dit a été enregistré", "that everything that was said was recorded"),
    (
        "qu'une réponse est bonne, ni que deux participants sont deux personnes",
        "that an answer is good, or that two participants are two people",
    ),
];

fn as_text(outcome: &Outcome, locale: Locale) -> String {
    let french = locale == Locale::Fr;
    let say = |fr: &str, en: &str| if french { fr.to_owned() } else { en.to_owned() };
    let mut lines = Vec::new();
    let verdict = outcome.verdict();
    lines.push(match verdict {
        Verdict::SelfConsistent => {
            say("Verdict : cohérent avec lui-même seulement.", "Verdict: self-consistent only.")
        }
        Verdict::Anchored => say("Verdict : ancré.", "Verdict: anchored."),
        Verdict::Divergent => say("Verdict : DIVERGENT.", "Verdict: DIVERGENT."),
        Verdict::Altered => say("Verdict : ALTÉRÉ.", "Verdict: ALTERED."),
        Verdict::Incomplete => say("Verdict : incomplet.", "Verdict: incomplete."),
        Verdict::Unreadable => say("Verdict : illisible.", "Verdict: unreadable."),
    });
    match outcome {
        Outcome::Damaged(error) | Outcome::Unreadable(error) => lines.push(format!("  {error}")),
        Outcome::Audited(report) => {
            lines.extend(figures(report, french));
            lines.extend(report.faults.iter().map(|found| format!("  - {}", found.fault)));
            let more = report.fault_count.saturating_sub(report.faults.len() as u64);
            if more > 0 {
                lines.push(say(&format!("  … et {more} autres constats."), &format!("  … and {more} more.")));
            }
            lines.extend(conformity(report, french));
        }
    }
    lines.push(say("Ce que ceci ne prouve pas :", "What this does not prove:"));
    lines.extend(NOT_PROVEN.iter().map(|(fr, en)| format!("  - {}", if french { fr } else { en })));
    let code = verdict.exit_code();
    lines.push(say(&format!("Code de sortie : {code}."), &format!("Exit code: {code}.")));
    lines.join("\n") + "\n"
}

fn figures(report: &Report, french: bool) -> Vec<String> {
    let (size, root) = (report.head.size, report.head.root);
    let log = report.log.map_or_else(|| "?".to_owned(), |log| log.to_string());
    let parts = &report.parts;
    let (erased, down, pending) = (parts.erased, parts.taken_down, parts.pending);
    if french {
        vec![
            format!("  registre {log}"),
            format!("  {size} actes, {} commandes, {} fils ; racine {root}", report.commands, report.streams),
            format!(
                "  textes et pièces : {} conformes à leur engagement, {} absents sans explication, {} modifiés",
                parts.open, parts.missing, parts.altered
            ),
            format!(
                "  effacements : {erased} parties effacées, {down} retirées par deux personnes, {pending} en cours"
            ),
        ]
    } else {
        vec![
            format!("  ledger {log}"),
            format!("  {size} events, {} commands, {} streams; root {root}", report.commands, report.streams),
            format!(
                "  parts: {} fit their commitment, {} missing without an explanation, {} altered",
                parts.open, parts.missing, parts.altered
            ),
            format!("  erasures: {erased} parts erased, {down} taken down by two people, {pending} pending"),
        ]
    }
}

fn conformity(report: &Report, french: bool) -> Vec<String> {
    if report.against_count == 0 {
        return vec![if french {
            "  conformité : chaque acte fait ici respecte les règles de sa consultation".to_owned()
        } else {
            "  conformity: every act done here respects the rules of its consultation".to_owned()
        }];
    }
    let mut lines = vec![if french {
        format!("  conformité : {} actes enregistrés contre les règles", report.against_count)
    } else {
        format!("  conformity: {} events recorded against the rules", report.against_count)
    }];
    lines.extend(
        report
            .against_the_rules
            .iter()
            .map(|act| format!("  - event {} ({}): {}", act.position, act.name, act.rejection)),
    );
    lines
}
