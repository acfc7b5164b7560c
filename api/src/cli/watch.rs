//! `devenir watch`: follows a ledger from outside, and says what it finds.
//!
//! `docs/verify.md` (Watch) fixes the exit codes, which are those of `devenir verify`. With `--once` it looks once, for a
//! timer; else it looks for ever and ends at the first look that finds something wrong.

use super::fail;
use super::lang::{Lang, locale};
use super::print::print;
use crate::cosigning::read_policy;
use crate::watch::{Finding, Mirror, NOT_PROVEN, Watch as Watching, verdict};
use clap::Args;
use devenir_core::audit::Verdict;
use devenir_core::ledger::{NamedKey, Note};
use devenir_core::rules::Locale;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Arguments of `devenir watch`.
#[derive(Debug, Args)]
pub(super) struct Watch {
    /// Where the log is served, such as `https://consultations.example.fr/log`
    url: String,
    /// The folder that keeps what was seen; made where there is none.
    #[arg(long)]
    mirror: PathBuf,
    /// The ledger's public key, from another source than the server; else that of the first look is kept.
    #[arg(long, value_name = "VKEY")]
    key: Option<NamedKey>,
    /// The policy that says which witnesses are enough.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A promise of the ledger, to see whether it is kept; may be given several times.
    #[arg(long = "promise", value_name = "FILE", requires = "promise_key")]
    promises: Vec<PathBuf>,
    /// The public key of the ledger's promises.
    #[arg(long, value_name = "VKEY")]
    promise_key: Option<NamedKey>,
    /// Look once, and end with the verdict.
    #[arg(long)]
    once: bool,
    /// Seconds between two looks.
    #[arg(long, default_value_t = 60)]
    every: u64,
    /// The report's language.
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

impl Watch {
    pub(super) fn run(self) -> ExitCode {
        let locale = locale(self.lang);
        let watching = match self.open() {
            Ok(watching) => watching,
            Err(error) => return fail(error.as_ref(), 2),
        };
        loop {
            let found = watching.look();
            let verdict = verdict(&found);
            print(&report(&found, verdict, locale));
            let is_wrong = match verdict {
                Verdict::Altered | Verdict::Divergent | Verdict::Incomplete => true,
                // A server that does not answer may answer at the next look.
                Verdict::Anchored | Verdict::SelfConsistent | Verdict::Unreadable => false,
            };
            if self.once || is_wrong {
                return ExitCode::from(verdict.exit_code());
            }
            std::thread::sleep(Duration::from_secs(self.every.max(1)));
        }
    }

    fn open(&self) -> Result<Watching, Box<dyn std::error::Error>> {
        let mut promises = Vec::new();
        for (path, key) in self.promises.iter().zip(std::iter::repeat(&self.promise_key)) {
            let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
            let note = Note::parse(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
            let key = key.clone().ok_or("a promise is checked with --promise-key")?;
            promises.push((path.clone(), note, key));
        }
        let policy = self.policy.as_deref().map(read_policy).transpose()?;
        let mirror = Mirror::open(&self.mirror)?;
        Ok(Watching::new(&self.url, mirror, self.key.clone(), policy, promises)?)
    }
}

fn report(found: &[Finding], verdict: Verdict, locale: Locale) -> String {
    let french = locale == Locale::Fr;
    let mut lines = vec![
        match (verdict, french) {
            (Verdict::Anchored, true) => "Verdict : ancré.",
            (Verdict::Anchored, false) => "Verdict: anchored.",
            (Verdict::SelfConsistent, true) => "Verdict : cohérent avec lui-même seulement.",
            (Verdict::SelfConsistent, false) => "Verdict: self-consistent only.",
            (Verdict::Altered, true) => "Verdict : ALTÉRÉ.",
            (Verdict::Altered, false) => "Verdict: ALTERED.",
            (Verdict::Divergent, true) => "Verdict : DIVERGENT.",
            (Verdict::Divergent, false) => "Verdict: DIVERGENT.",
            (Verdict::Incomplete, true) => "Verdict : incomplet.",
            (Verdict::Incomplete, false) => "Verdict: incomplete.",
            (Verdict::Unreadable, true) => "Verdict : illisible.",
            (Verdict::Unreadable, false) => "Verdict: unreadable.",
        }
        .to_owned(),
    ];
    lines.extend(found.iter().flat_map(|one| one.say(locale)).map(|line| format!("  {line}")));
    lines.extend(found.iter().filter_map(Finding::evidence).map(|text| format!("\n{text}")));
    lines.push(if french { "Ce que ceci ne prouve pas :" } else { "What this does not prove:" }.to_owned());
    lines.extend(NOT_PROVEN.iter().map(|(fr, en)| format!("  - {}", if french { fr } else { en })));
    let code = verdict.exit_code();
    lines.push(if french { format!("Code de sortie : {code}.") } else { format!("Exit code: {code}.") });
    lines.join("\n") + "\n"
}
