//! The reconciliation report of an import: what was read, written, skipped, refused, and what is missing.
//!
//! For the operator, in English, and with `--json` one line whose last fields are always the same:
//! `read`, `written`, `skipped`, `refused`, `gaps`, `position` (`docs/operating.md`, Imports). The
//! report knows neither formats nor events: it is handed figures.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use devenir_core::codes;
use devenir_core::time::{Claimed, Precision, Timestamp};
use serde_json::{Value, json};

use super::source::{Counted, LeftOut, Refusals, Source, SourceSummary};

/// Refusals printed for a person; the JSON has as many as are listed.
const REFUSALS_SHOWN: usize = 20;

codes! {
    /// Why an observation was not written.
    pub enum Skip {
        /// The record has it already, word for word.
        Unchanged = "unchanged",
        /// The record has it otherwise, and no event of its own for the change; [`Report::changed`] says of what.
        Changed = "changed-not-recorded",
        /// The record had it, and it was erased: an import never brings it back.
        Erased = "erased",
        /// This source was imported before, with the same content.
        AlreadySealed = "already-sealed",
    }
}

codes! {
    /// How an import ended.
    pub enum Outcome {
        /// It went through to the end.
        Complete = "complete",
        /// Nothing was to be written: only a look.
        DryRun = "dry-run",
        /// Somebody stopped it; the same command goes on.
        Stopped = "stopped",
    }
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The format, as the command line names it.
    pub format: &'static str,
    /// The path that was given.
    pub source: String,
    /// The consultation that it went to.
    pub consultation: String,
    /// When the source was observed.
    pub observed_at: Claimed,
    /// The zone in which bare days were read.
    pub zone: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found in the source.
    pub summary: SourceSummary,
    /// Observations read.
    pub read: u64,
    /// Observations written, or that would be in a dry run.
    pub written: u64,
    /// Observations not written, by reason.
    pub skipped: BTreeMap<Skip, u64>,
    /// Items refused.
    pub refused: Refusals,
    /// What the source says otherwise than before and no event records, by kind; the first reading stands.
    pub changed: BTreeMap<String, u64>,
    /// Items of an earlier reading that this one, which is whole, does not have.
    pub vanished: u64,
    /// Items that should be there and are not, the vanished ones among them.
    pub gaps: u64,
    /// The ledger's size afterwards; absent where no store was opened.
    pub position: Option<u64>,
}

impl Report {
    /// The report of `source`, read from the path `path`, before anything is written.
    #[must_use]
    pub fn of(source: &Source, path: &str, consultation: &str) -> Self {
        Self {
            format: source.format,
            source: path.to_owned(),
            consultation: consultation.to_owned(),
            observed_at: source.observed_at,
            zone: source.zone.clone(),
            outcome: Outcome::DryRun,
            summary: source.summary.clone(),
            read: source.observations.total(),
            written: 0,
            skipped: BTreeMap::new(),
            refused: source.refused.clone(),
            changed: BTreeMap::new(),
            vanished: 0,
            gaps: source.summary.counted(Counted::Gaps),
            position: None,
        }
    }

    /// One more observation that was not written.
    pub fn skip(&mut self, why: Skip) {
        let count = self.skipped.entry(why).or_default();
        *count = count.saturating_add(1);
    }

    /// How many were not written.
    #[must_use]
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().fold(0, |total, count| total.saturating_add(*count))
    }

    /// 0, or 1 when something was refused, or [`Report::STOPPED`] when somebody stopped it (`docs/operating.md`).
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.outcome {
            Outcome::Stopped => Self::STOPPED,
            Outcome::Complete | Outcome::DryRun => u8::from(self.refused.total() > 0),
        }
    }

    /// The exit code of what Ctrl-C ended: 128 + SIGINT, what a shell expects.
    pub const STOPPED: u8 = 130;

    /// One line of JSON; `read` to `position` come last, in this order.
    #[must_use]
    pub fn json(&self) -> String {
        let head = self.json_head();
        let tail = [
            ("read", json!(self.read)),
            ("written", json!(self.written)),
            ("skipped", json!(self.skipped_total())),
            ("refused", json!(self.refused.total())),
            ("gaps", json!(self.gaps)),
            // Positions are strings in JSON: they outgrow what a JavaScript number holds.
            ("position", self.position.map_or(Value::Null, |position| json!(position.to_string()))),
        ];
        let fields = head.into_iter().chain(tail).map(|(name, value)| format!("{}:{value}", json!(name)));
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    }

    fn json_head(&self) -> Vec<(&'static str, Value)> {
        let summary = &self.summary;
        let left_out = |list: &[LeftOut]| {
            list.iter().map(|l| json!({"what": l.what, "count": l.count, "why": l.why})).collect::<Vec<_>>()
        };
        let differences = summary.differences.iter();
        let refused = self.refused.listed().iter();
        vec![
            ("format", json!(self.format)),
            ("source", json!(self.source)),
            ("consultation", json!(self.consultation)),
            ("observed_at", json!(self.observed_at.at().map(Timestamp::to_rfc3339))),
            ("observed_precision", json!(self.observed_at.precision())),
            ("zone", json!(self.zone)),
            ("outcome", json!(self.outcome)),
            (
                "files",
                json!(summary.files.iter().map(|f| json!({"name": f.name, "bytes": f.bytes, "sha256": f.sha256})).collect::<Vec<_>>()),
            ),
            ("files_ignored", json!(left_out(&summary.files_ignored))),
            ("found", json!(summary.read)),
            ("copies", json!(summary.copies)),
            (
                "differences",
                json!(differences.map(|d| json!({"what": d.what, "stated": d.stated, "found": d.found, "note": d.note})).collect::<Vec<_>>()),
            ),
            ("left_out", json!(left_out(&summary.left_out))),
            (
                "covered",
                json!(summary.coverage.keys().collect::<Vec<_>>()),
            ),
            ("changed_not_recorded", json!(self.changed)),
            ("vanished", json!(self.vanished)),
            ("skipped_by_reason", json!(self.skipped)),
            (
                "refused_items",
                json!(refused.map(|r| json!({"place": r.place, "item": r.item.as_ref().map(ToString::to_string), "reason": r.reason})).collect::<Vec<_>>()),
            ),
        ]
    }
}

/// For a person.
impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let summary = &self.summary;
        writeln!(f, "import {} {} -> {}", self.format, self.source, self.consultation)?;
        writeln!(f, "  observed   {}", moment(self.observed_at, &self.zone))?;
        let bytes = summary.files.iter().fold(0u64, |total, file| total.saturating_add(file.bytes));
        writeln!(f, "  files      {}, {} bytes", figure(summary.files.len() as u64), figure(bytes))?;
        writeln!(f, "  found      {}", found(&summary.read))?;
        if summary.copies > 0 {
            writeln!(f, "  copies     {} of items read before, all the same", figure(summary.copies))?;
        }
        for difference in &summary.differences {
            let (stated, found) = (figure(difference.stated), figure(difference.found));
            writeln!(f, "  differs    {}: {stated} and {found}; {}", difference.what, difference.note)?;
        }
        for left in summary.left_out.iter().chain(&summary.files_ignored) {
            writeln!(f, "  left out   {} {}: {}", figure(left.count), left.what, left.why)?;
        }
        writeln!(f, "  covers     {}; whatever else happened is unknown here", covered(summary))?;
        for (what, count) in &self.changed {
            let count = figure(*count);
            writeln!(f, "  changed    not recorded: {count} {what}; the record keeps what was read first")?;
        }
        if self.vanished > 0 {
            let count = figure(self.vanished);
            writeln!(
                f,
                "  vanished   {count} of an earlier reading are not in this one: gaps, not withdrawals"
            )?;
        }
        self.refusals(f)?;
        self.last_line(f)
    }
}

impl Report {
    fn refusals(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for refused in self.refused.listed().iter().take(REFUSALS_SHOWN) {
            writeln!(f, "  refused    {refused}")?;
        }
        let more = self.refused.total().saturating_sub(REFUSALS_SHOWN as u64);
        if more > 0 {
            writeln!(f, "  refused    {} more; --json lists them", figure(more))?;
        }
        Ok(())
    }

    fn last_line(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut skipped = figure(self.skipped_total());
        if !self.skipped.is_empty() {
            let reasons: Vec<String> =
                self.skipped.iter().map(|(why, count)| format!("{} {why}", figure(*count))).collect();
            let _ = write!(skipped, " ({})", reasons.join(", ")); // writing to a String cannot fail
        }
        let verb = match self.outcome {
            Outcome::Complete | Outcome::Stopped => "written",
            Outcome::DryRun => "to write (nothing was written: --dry-run)",
        };
        write!(
            f,
            "  {} read, {} {verb}, {skipped} skipped, {} refused, {} gaps",
            figure(self.read),
            figure(self.written),
            figure(self.refused.total()),
            figure(self.gaps)
        )?;
        if let Some(position) = self.position {
            write!(f, "; the ledger stands at {}", figure(position))?;
        }
        match self.outcome {
            Outcome::Stopped => write!(
                f,
                "\n  stopped on request; what is written stays; run the same command again to go on"
            ),
            Outcome::Complete | Outcome::DryRun => Ok(()),
        }
    }
}

fn moment(claimed: Claimed, zone: &str) -> String {
    let Some(at) = claimed.at() else { return "at an unknown time".to_owned() };
    if claimed.precision() != Precision::Day {
        return format!("{at}; bare days read in {zone}");
    }
    let day = jiff::Timestamp::from_millisecond(at.0).ok().and_then(|at| at.in_tz(zone).ok());
    day.map_or_else(|| at.to_string(), |day| format!("on {}, in {zone}", day.date()))
}

fn found(read: &BTreeMap<Counted, u64>) -> String {
    let one =
        |(what, count): (&Counted, &u64)| format!("{} {}", what.as_str().replace('_', " "), figure(*count));
    if read.is_empty() { "nothing".to_owned() } else { read.iter().map(one).collect::<Vec<_>>().join(", ") }
}

fn covered(summary: &SourceSummary) -> String {
    summary.coverage.keys().map(|stage| stage.as_str()).collect::<Vec<_>>().join(", ")
}

/// A number with a comma between the thousands.
pub(super) fn figure(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_commas_between_the_thousands() {
        let all = [0, 7, 999, 1_000, 88_622, 1_234_567].map(figure);
        assert_eq!(all, ["0", "7", "999", "1,000", "88,622", "1,234,567"]);
    }
}
