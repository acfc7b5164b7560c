//! The export of a former site, fed through the importer that operators use.
//!
//! It goes to a consultation of its own whose rules are observed, so that nothing imported mixes with what is
//! recorded here. This module reads no row.

use super::{Player, wrong};
use crate::import::record::{Into, RecordError, RecordOptions, record};
use crate::import::{ImportError, Progress, ReadOptions, Report, Stop, consul};
use crate::story::deed::Import;
use crate::story::embedded::FORMER_SITE;
use crate::story::error::StoryError;
use crate::story::timeline::Step;
use devenir_core::event::code::{ConsultationKind, ImportFormat};
use devenir_core::id::StreamId;
use devenir_projections::query::By;

impl Player<'_> {
    pub(super) fn import(&mut self, step: &Step, import: &Import) -> Result<(), StoryError> {
        let (name, content) = FORMER_SITE;
        if import.file != name || import.format != ImportFormat::Consul {
            let found = format!("{} in the format {}", import.file, import.format);
            let advice = "list the file in embedded.rs, and its reader in play/import.rs";
            return Err(wrong(step, format!("{name} in the format consul"), found, advice));
        }
        // What was asked before is recorded before, at its own instants.
        self.settle()?;
        self.clock.then(self.instant(step, step.moment)?);
        let file = self.app.dir().join(name);
        let failed = |source: RecordError| StoryError::Import { place: step.place, source: Box::new(source) };
        let unwritten =
            |cause| failed(RecordError::Import(ImportError::Unreadable { path: file.clone(), cause }));
        std::fs::write(&file, content).map_err(unwritten)?;
        let report = self.import_file(step, import, &file);
        std::fs::remove_file(&file).map_err(unwritten)?;
        let report = report.map_err(failed)?;
        // The importer committed the register as it went: go on in one transaction.
        self.app.register().batch(true)?;
        if report.exit_code() == 0 {
            return Ok(());
        }
        Err(wrong(step, "an export without a row that is refused", report, "mend the file"))
    }

    fn import_file(
        &self,
        step: &Step,
        import: &Import,
        file: &std::path::Path,
    ) -> Result<Report, RecordError> {
        let setting = &self.story.page.story;
        let options = ReadOptions {
            observed_at: Some(import.observed_at.clone()),
            zone: Some(setting.timezone.clone()),
            lang: Some(setting.lang),
            platform: Some(import.into.clone()),
            partial: false,
            site: None,
        };
        let mut progress = Progress::silent(Stop::new());
        let source = consul::read(file, &options, &mut progress)?;
        let organiser = self.story.page.bodies.iter().find(|body| body.id == step.who);
        let into = Into {
            slug: import.into.clone(),
            title: import.title.clone(),
            organiser: organiser.map_or_else(|| step.who.clone(), |body| body.name.clone()),
            kind: ConsultationKind::ProposalRegister,
            lang: setting.lang,
        };
        let options = RecordOptions { into, keep_names: false, dry_run: false };
        record(self.app, source, &import.file, &options, &mut progress)
    }

    /// A consultation that an import brought.
    pub(super) fn imported(&self, step: &Step, slug: &str) -> Result<StreamId, StoryError> {
        let unread = |error| StoryError::App(crate::app::AppError::from(error));
        let found =
            self.app.read().and_then(|reading| reading.consultation(By::Slug(slug))).map_err(unread)?;
        let advice = "put the `import` that brings it before";
        found.map(|found| found.stream).ok_or_else(|| wrong(step, "an imported consultation", slug, advice))
    }
}
