//! `devenir export`: the record as a file.
//!
//! `docs/operating.md` (Exports). It opens the store for reading only, also beside a running server. The form is
//! asked for by name, so that another form can stand beside this one.

use super::fail;
use crate::app::Lookout;
use crate::export::{ExportError, Scope, ndjson};
use clap::Args;
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
    /// One JSON object a line, one line an event.
    #[arg(long)]
    ndjson: bool,
    /// With the words of contributions, amendments, arguments and comments, as pages show them.
    #[arg(long)]
    with_texts: bool,
    /// The file to write, replaced once the export is whole; else standard output.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

type Failure = Box<dyn std::error::Error>;

impl Export {
    pub(super) fn run(self) -> ExitCode {
        if !self.ndjson {
            eprintln!("devenir: say in which form to export: --ndjson");
            return ExitCode::from(2);
        }
        match self.export() {
            Ok(code) => code,
            Err(error) => fail(error.as_ref(), 1),
        }
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
