//! `devenir trace`: what became of a contribution, in a terminal.
//!
//! `docs/design.md` (Trail): the same document as the page. It opens the store for reading only.

use super::fail;
use super::lang::{Lang, locale};
use super::print::print;
use crate::find::{Found, find};
use crate::lookout::Lookout;
use clap::Args;
use devenir_core::rules::Locale;
use devenir_core::writer::{Clock as _, SystemClock, read_opening};
use devenir_projections::StoreSource;
use devenir_projections::query::Candidate;
use devenir_projections::tell::Tale;
use devenir_projections::trail::TrailOrder;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `devenir trace`.
#[derive(Debug, Args)]
pub(super) struct Trace {
    /// A reference (`plan-velo-0007`), an address on the site that collected it, that site's own number as
    /// PLATFORM/KIND/ID (`decide-madrid/proposal/39435`), or a permanent name.
    what: String,
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// In the order of the record, rather than of the story.
    #[arg(long)]
    record_order: bool,
    /// How wide lines may be.
    #[arg(long, default_value_t = 90)]
    width: usize,
    /// The language.
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

impl Trace {
    pub(super) fn run(self) -> ExitCode {
        match self.trace() {
            Ok(code) => code,
            Err(error) => fail(error.as_ref(), 1),
        }
    }

    fn trace(&self) -> Result<ExitCode, Box<dyn std::error::Error>> {
        let lookout = Lookout::open(&self.store)?;
        let reading = lookout.read()?;
        let locale = locale(self.lang);
        let subject = match find(&reading, &self.what)? {
            Found::Subject(subject) => *subject,
            Found::Nothing(candidates) => {
                eprint!("{}", nothing(&self.what, &candidates, locale));
                return Ok(ExitCode::from(1));
            }
        };
        let reader = lookout.reader()?;
        let demonstration = read_opening(&reader)?.1.demonstration;
        let tale = Tale::of(&reading, &mut StoreSource(reader), subject, SystemClock.now())?
            .checked_with(check_command(locale))
            .cosigned_up_to(lookout.cosigned_size());
        let order = if self.record_order { TrailOrder::Record } else { TrailOrder::Story };
        print(&format!("{}\n", tale.tell(order, locale, demonstration).render_text(self.width)));
        Ok(ExitCode::SUCCESS)
    }
}

/// The command for whoever is given the record as one file: what is printed may go to somebody who has no store.
fn check_command(locale: Locale) -> String {
    let file = match locale {
        Locale::Fr => "registre.tar",
        Locale::En => "record.tar",
    };
    format!("devenir verify {file} --lang {locale}")
}

fn nothing(typed: &str, candidates: &[Candidate], locale: Locale) -> String {
    let mut lines = vec![match locale {
        Locale::Fr => format!("Rien ne porte la référence ou l'adresse « {typed} » dans ce registre."),
        Locale::En => format!("Nothing in this record has the reference or address \"{typed}\"."),
    }];
    if !candidates.is_empty() {
        lines.push(match locale {
            Locale::Fr => "Vouliez-vous dire :".to_owned(),
            Locale::En => "Did you mean:".to_owned(),
        });
    }
    lines.extend(
        candidates.iter().map(|candidate| {
            format!("  {}  {}", candidate.meant, candidate.meant.title().unwrap_or_default())
        }),
    );
    lines.join("\n") + "\n"
}
