//! Sealing: what says that a source was read to its end, when it was observed, and what it can know.
//!
//! `docs/design.md` (Imports): a source sealed already, with the same observation instant and content, writes
//! nothing; an older one is refused. The content is told by the digests in the manifest part, never in facts.

use super::{RecordError, Run};
use crate::app::App;
use crate::import::source::{ManifestFile, SourceSummary};
use devenir_core::envelope::{Draft, Recorded};
use devenir_core::event::code::{ImportFormat, Stage, Trust};
use devenir_core::event::oversight::{ImportSealed, ImportSealedFacts, OversightEvent};
use devenir_core::event::part::{Manifest, ManifestFile as FilePart};
use devenir_core::event::{Event, Part};
use devenir_core::id::{Bytes32, StreamId};
use devenir_core::rules::Role;
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::{Command, Door, Target, read_events};
use devenir_projections::query::By;

/// The imports sealed in a consultation, with their manifests.
fn sealed(app: &App, stream: StreamId) -> Result<Vec<ImportSealed>, RecordError> {
    let reading = app.read()?;
    let Some(consultation) = reading.consultation(By::Stream(stream))? else { return Ok(Vec::new()) };
    let reader = app.reader()?;
    let mut sealed = Vec::new();
    for (position, _) in reading.imports(consultation.position)? {
        let events: Vec<Recorded> = read_events(&reader, position, 1).map_err(crate::app::AppError::from)?;
        for recorded in events {
            if let Event::Oversight(OversightEvent::ImportSealed(event)) = recorded.event {
                sealed.push(event);
            }
        }
    }
    Ok(sealed)
}

/// The newest sealed observation.
pub(super) fn newest(app: &App, stream: StreamId) -> Result<Option<Timestamp>, RecordError> {
    Ok(sealed(app, stream)?.iter().map(|event| event.facts.observed_at).max())
}

/// Whether this very source is sealed.
pub(super) fn is_sealed(
    app: &App,
    stream: StreamId,
    observed_at: Timestamp,
    files: &[ManifestFile],
) -> Result<bool, RecordError> {
    let files = parts(files);
    Ok(sealed(app, stream)?.iter().any(|event| {
        event.facts.observed_at == observed_at
            && event.manifest.open().is_some_and(|manifest| manifest.files == files)
    }))
}

fn parts(files: &[ManifestFile]) -> Vec<FilePart> {
    files
        .iter()
        .map(|file| FilePart {
            bytes: file.bytes,
            name: file.name.clone(),
            sha256: Bytes32(file.sha256.parse::<Bytes32>().map_or([0; 32], |digest| digest.0)),
        })
        .collect()
}

/// The stages that a source covers.
pub(super) fn covers(summary: &SourceSummary) -> Vec<Stage> {
    summary.coverage.keys().copied().collect()
}

/// Seals the import.
pub(super) fn seal(
    run: &mut Run<'_>,
    format: &str,
    platform: &str,
    files: &[ManifestFile],
) -> Result<(), RecordError> {
    let before = sealed(run.app, run.stream)?.len();
    let event = ImportSealed {
        facts: ImportSealedFacts {
            covers: run.summary_covers.clone(),
            format: import_format(format),
            gaps: run.report.gaps,
            observed_at: run.observed_at,
            read: run.report.read,
            refused: run.report.refused.total(),
            skipped: run.report.skipped_total(),
            written: run.report.written,
        },
        manifest: Part::Open(Manifest { files: parts(files), notes: notes(&run.report.summary) }),
    };
    // The observation instant is the revision; a changed file of the same instant is one more seal.
    let key = format!("{platform}\0sealed\0{}\0{before}", run.observed_at.0).into_bytes();
    let drafts = vec![Draft {
        event: event.into(),
        refs: Vec::new(),
        occurred: Claimed::UNKNOWN,
        actor: Role::Administrator,
    }];
    run.app.writer().ask(Command {
        door: Door { namespace: "import".into(), trust: Trust::Observed },
        request: key.clone(),
        key,
        target: Target::Consultation(run.stream),
        drafts,
    })?;
    Ok(())
}

fn notes(summary: &SourceSummary) -> Vec<String> {
    let differences = summary.differences.iter().map(|difference| {
        format!(
            "{}: stated {}, found {}; {}",
            difference.what, difference.stated, difference.found, difference.note
        )
    });
    let left_out = summary.left_out.iter().map(|left| format!("{} {}: {}", left.count, left.what, left.why));
    differences.chain(left_out).collect()
}

fn import_format(format: &str) -> ImportFormat {
    ImportFormat::ALL
        .iter()
        .copied()
        .find(|known| known.as_str().replace('_', "-") == format || known.as_str() == format)
        .unwrap_or(ImportFormat::Consul)
}
