//! `devenir import`: what another platform exported, into the record.
//!
//! `docs/operating.md` (Imports) shows each format. It exits with 1 when something was refused, and asking again
//! with the same source writes nothing.

use super::fail;
use super::print::print;
use crate::app::App;
use crate::import::record::{Into as Destination, RecordOptions, record};
use crate::import::{
    ImportError, Progress, ReadOptions, Report, Source, Stop, cap_collectif_2015, consul, uk_petitions,
};
use clap::{Args, ValueEnum};
use devenir_core::event::code::{ConsultationKind, Lang};
use devenir_core::writer::SystemClock;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir import`.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The format.
    #[arg(value_enum)]
    format: Format,
    /// The file or folder.
    source: PathBuf,
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// The consultation's short name, registered at the first import.
    #[arg(long)]
    consultation: Option<String>,
    /// Its title, where it is new.
    #[arg(long)]
    title: Option<String>,
    /// The body that organised it, where it is new.
    #[arg(long)]
    organiser: Option<String>,
    /// When the source was observed: a day or an instant; else a stamp in the file's name.
    #[arg(long)]
    observed_at: Option<String>,
    /// The zone of dates that say none.
    #[arg(long)]
    zone: Option<String>,
    /// The installation that identifiers belong to, where the source does not say.
    #[arg(long)]
    platform: Option<String>,
    /// Where the installation is found (`https://decide.madrid.es`), for a format that gives no addresses: Consul.
    /// Proposals recorded without it keep none; `devenir trace PLATFORM/proposal/ID` finds them.
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// Keep the names shown at the source; else people are pseudonyms.
    #[arg(long)]
    keep_names: bool,
    /// The source is an extract: what it does not list is not missing.
    #[arg(long)]
    partial: bool,
    /// Look only: say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object at the end, on standard output.
    #[arg(long)]
    json: bool,
}

/// The formats that importers read.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Cap Collectif's JSON of 2015 (République numérique).
    #[value(name = "cap-collectif-2015")]
    CapCollectif2015,
    /// The JSON of petitions.parliament.uk.
    UkPetitions,
    /// Consul's CSV of proposals.
    Consul,
}

/// What a format says of its consultation where the command line says nothing.
struct Known {
    slug: &'static str,
    title: &'static str,
    organiser: &'static str,
    kind: ConsultationKind,
    lang: Lang,
}

impl Format {
    const fn known(self) -> Known {
        match self {
            Self::CapCollectif2015 => Known {
                slug: "republique-numerique",
                title: "Projet de loi pour une République numérique",
                organiser: "Gouvernement",
                kind: ConsultationKind::Bill,
                lang: Lang::Fr,
            },
            Self::UkPetitions => Known {
                slug: "uk-petitions",
                title: "UK Government and Parliament petitions",
                organiser: "UK Parliament",
                kind: ConsultationKind::PetitionSite,
                lang: Lang::En,
            },
            Self::Consul => Known {
                slug: "consul",
                title: "Propuestas ciudadanas",
                organiser: "Ayuntamiento",
                kind: ConsultationKind::ProposalRegister,
                lang: Lang::Es,
            },
        }
    }

    fn read(
        self,
        path: &Path,
        options: &ReadOptions,
        progress: &mut Progress,
    ) -> Result<Source, ImportError> {
        match self {
            Self::CapCollectif2015 => cap_collectif_2015::read(path, options, progress),
            Self::UkPetitions => uk_petitions::read(path, options, progress),
            Self::Consul => consul::read(path, options, progress),
        }
    }
}

impl Import {
    pub(super) fn run(self) -> ExitCode {
        match self.import() {
            Ok(report) => {
                if self.json {
                    print(&format!("{}\n", report.json()));
                } else {
                    print(&format!("{report}\n"));
                }
                ExitCode::from(report.exit_code())
            }
            Err(error) => {
                let stopped = matches!(error.downcast_ref(), Some(ImportError::Stopped));
                fail(error.as_ref(), if stopped { Report::STOPPED } else { 1 })
            }
        }
    }

    fn import(&self) -> Result<Report, Box<dyn std::error::Error>> {
        let known = self.format.known();
        let slug = self.consultation.clone().unwrap_or_else(|| known.slug.to_owned());
        let options = ReadOptions {
            observed_at: self.observed_at.clone(),
            zone: self.zone.clone(),
            lang: None,
            partial: self.partial,
            site: self.site.clone(),
            // A town's export names no installation: its consultation does.
            platform: self
                .platform
                .clone()
                .or_else(|| matches!(self.format, Format::Consul).then(|| slug.clone())),
        };
        if let (Some(site), Format::CapCollectif2015 | Format::UkPetitions) = (&self.site, self.format) {
            let because = "this format gives the address of each item itself; leave --site out";
            return Err(ImportError::BadSite { found: site.clone(), because }.into());
        }
        let stop = Stop::on_ctrl_c()?;
        let mut progress = Progress::on_stderr(stop);
        let source = self.format.read(&self.source, &options, &mut progress)?;
        let app = App::open(&self.store, Arc::new(SystemClock))?;
        let into = Destination {
            slug,
            title: self.title.clone().unwrap_or_else(|| known.title.to_owned()),
            organiser: self.organiser.clone().unwrap_or_else(|| known.organiser.to_owned()),
            kind: known.kind,
            lang: known.lang,
        };
        let options = RecordOptions { into, keep_names: self.keep_names, dry_run: self.dry_run };
        Ok(record(&app, source, &self.source.display().to_string(), &options, &mut progress)?)
    }
}
