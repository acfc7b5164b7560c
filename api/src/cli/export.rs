//! `devenir export`: the record as a file.
//!
//! `docs/operating.md` (Exports). It opens the store for reading only, also beside a running server. The form is
//! asked for by name, so that another form can stand beside this one.

use super::fail;
use crate::export::bundle::{Choice, bundle, record_heads};
use crate::export::{ExportError, Scope, ndjson};
use crate::lookout::Lookout;
use clap::Args;
use devenir_core::bundle::Written;
use devenir_projections::query::By;
use std::fs::File;
use std::io::{BufWriter, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `devenir export`.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Only this consultation, by its short name.
    consultation: Option<String>,
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// The whole record, as a bundle that can be verified.
    #[arg(long, conflicts_with_all = ["consultation", "ndjson"])]
    all: bool,
    /// In the bundle, every part that the store holds and that is not erased, hidden and personal ones too: for somebody who
    /// may read all.
    #[arg(long, conflicts_with = "ndjson")]
    everything: bool,
    /// One JSON object a line, one line an event, in place of a bundle.
    #[arg(long)]
    ndjson: bool,
    /// With the words of contributions, amendments, arguments and comments, as pages show them.
    #[arg(long)]
    with_texts: bool,
    /// The file to write, replaced once the export is whole; else standard output. A bundle is an archive where the name
    /// ends in .tar, else a new directory.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

type Failure = Box<dyn std::error::Error>;

impl Export {
    pub(super) fn run(self) -> ExitCode {
        let exported = match (&self.output, self.ndjson) {
            (_, true) => self.export(),
            (Some(path), false) if self.all || self.consultation.is_some() => self.bundle(path),
            (_, false) => {
                eprintln!(
                    "devenir: say what to export and where: CONSULTATION or --all with -o FILE.tar for a bundle that can be verified, or --ndjson for lines"
                );
                return ExitCode::from(2);
            }
        };
        match exported {
            Ok(code) => code,
            Err(error) => fail(error.as_ref(), 1),
        }
    }

    fn bundle(&self, path: &Path) -> Result<ExitCode, Failure> {
        let stream = match &self.consultation {
            Some(slug) => {
                let reading = Lookout::open(&self.store)?.read()?;
                match reading.consultation(By::Slug(slug))? {
                    Some(consultation) => Some(consultation.stream),
                    None => {
                        eprintln!("devenir: no consultation is called `{slug}` here");
                        return Ok(ExitCode::from(1));
                    }
                }
            }
            None => None,
        };
        if let Err(error) = record_heads(&self.store) {
            eprintln!(
                "devenir: the bundle goes as far as the newest checkpoint and heads, since none could be made now: {error}"
            );
        }
        let written = bundle(&self.store, Choice { stream, everything: self.everything }, path)?;
        let Written { events, withheld, heads } = written;
        eprintln!("exported: {events} events to {}; {withheld} parts withheld", path.display());
        if let Some(heads) = heads {
            eprintln!("complete up to event {heads} of the ledger, which says so itself");
        }
        Ok(ExitCode::SUCCESS)
    }

    fn export(&self) -> Result<ExitCode, Failure> {
        let lookout = Lookout::open(&self.store)?;
        let reading = lookout.read()?;
        let stream = match &self.consultation {
            Some(slug) => match reading.consultation(By::Slug(slug))? {
                Some(consultation) => Some(consultation.stream),
                None => {
                    eprintln!("devenir: no consultation is called `{slug}` here");
                    return Ok(ExitCode::from(1));
                }
            },
            None => None,
        };
        let (reader, scope) = (lookout.reader()?, Scope { stream, texts: self.with_texts });
        let written = match &self.output {
            Some(path) => whole(path, |file| ndjson(&reader, &reading, scope, file))?,
            None => match ndjson(&reader, &reading, scope, &mut BufWriter::new(std::io::stdout().lock())) {
                // Nobody reads any more (`| head`): there is nobody to tell.
                Err(ExportError::Write(error)) if error.kind() == ErrorKind::BrokenPipe => {
                    return Ok(ExitCode::SUCCESS);
                }
                written => written?,
            },
        };
        eprintln!("exported: {written} of the {} events of the record", reading.size());
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes beside `path` and takes its place only when all of it is there.
fn whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<u64, ExportError>,
) -> Result<u64, Failure> {
    let mut name = path.file_name().ok_or_else(|| format!("`{}` names no file", path.display()))?.to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    let cannot = |error: std::io::Error| format!("could not write `{}`: {error}", partial.display());
    let file = File::create(&partial).map_err(cannot)?;
    let written = write(&mut BufWriter::new(file));
    if written.is_ok() {
        std::fs::rename(&partial, path).map_err(cannot)?;
    } else {
        // What is half written is nobody's export; that it stays behind would be a lesser evil.
        let _ = std::fs::remove_file(&partial);
    }
    Ok(written?)
}
