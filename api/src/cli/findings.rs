//! `devenir findings`: what the record shows about how consultations were run.
//!
//! `docs/operating.md` (Findings). Irregularities are computed, never stored: observed facts that did not respect
//! a norm. It opens the store for reading only.

use super::fail;
use super::lang::{Lang, locale};
use super::print::print;
use crate::lookout::Lookout;
use clap::Args;
use devenir_core::rules::Locale;
use devenir_projections::query::{By, Finding};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `devenir findings`.
#[derive(Debug, Args)]
pub(super) struct Findings {
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// List observed facts that did not respect a norm, by norm and source.
    #[arg(long)]
    irregularities: bool,
    /// Only this consultation.
    #[arg(long)]
    consultation: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// The language.
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

impl Findings {
    pub(super) fn run(self) -> ExitCode {
        if !self.irregularities {
            eprintln!("devenir: say what to list: --irregularities");
            return ExitCode::from(2);
        }
        match self.list() {
            Ok(code) => code,
            Err(error) => fail(error.as_ref(), 1),
        }
    }

    fn list(&self) -> Result<ExitCode, Box<dyn std::error::Error>> {
        let lookout = Lookout::open(&self.store)?;
        let reading = lookout.read()?;
        let only = match &self.consultation {
            Some(slug) => match reading.consultation(By::Slug(slug))? {
                Some(consultation) => Some(consultation.position),
                None => {
                    eprintln!("devenir: no consultation is called `{slug}` here");
                    return Ok(ExitCode::from(1));
                }
            },
            None => None,
        };
        let findings = reading.findings(only)?;
        if self.json {
            let rows = serde_json::to_string(&findings.iter().map(as_json).collect::<Vec<_>>())?;
            print(&format!("{rows}\n"));
            return Ok(ExitCode::SUCCESS);
        }
        let locale = locale(self.lang);
        for finding in &findings {
            print(&format!("{:>8}  {}: {}\n", finding.count, source(finding), finding.norm.breach(locale)));
        }
        let total: u64 = findings.iter().map(|finding| finding.count).sum();
        print(&format!("{total:>8}  {}\n", if locale == Locale::Fr { "en tout" } else { "in all" }));
        Ok(ExitCode::SUCCESS)
    }
}

fn as_json(finding: &Finding) -> serde_json::Value {
    serde_json::json!({ "norm": finding.norm.as_str(), "source": source(finding), "count": finding.count })
}

/// The consultation that the facts are of, and their platform where it has another name.
fn source(finding: &Finding) -> String {
    match (&finding.slug, &finding.platform) {
        (Some(slug), Some(platform)) if slug != platform => format!("{slug} ({platform})"),
        (Some(slug), _) => slug.clone(),
        (None, platform) => platform.clone().unwrap_or_default(),
    }
}
