//! The oversight family: roles, guarantors, imports with what their source covers, gaps.
//!
//! `docs/events.md` lists the types. Coverage decides elsewhere whether silence can be spoken of.

use devenir_core::envelope::Recorded;
use devenir_core::event::RefRole;
use devenir_core::event::oversight::{GapDeclared, ImportSealed, OversightEvent};
use rusqlite::params;

use super::{Done, Fold, json};
use crate::views::key;

impl Fold<'_> {
    pub(super) fn oversight(&mut self, it: &Recorded, event: &OversightEvent) -> Done {
        match event {
            // Roles of the whole instance stand in no consultation.
            OversightEvent::RoleGranted(event) => self.granted(it, event)?,
            OversightEvent::RoleRevoked(event) => self.revoked(it, event)?,
            OversightEvent::ErasureRequested(_) | OversightEvent::ErasureDecided(_) => {
                return self.on_its_trail(it);
            }
            OversightEvent::Erased(event) => {
                self.erased(it, event)?;
                return self.on_its_trail(it);
            }
            OversightEvent::ErasureCompleted(_) => self.erasure_completed(it)?,
            OversightEvent::GuarantorObserved(_)
            | OversightEvent::Recommended(_)
            | OversightEvent::RecommendationAnswered(_)
            | OversightEvent::ImportSealed(_)
            | OversightEvent::GapDeclared(_) => {}
        }
        let Some(consultation) = self.consultation_of(it.stream)? else { return Ok(()) };
        let concerned = match event {
            OversightEvent::GuarantorObserved(_) => self.find_one(it, RefRole::Subject)?,
            OversightEvent::ImportSealed(event) => {
                self.import_sealed(it, consultation, event)?;
                None
            }
            OversightEvent::GapDeclared(event) => {
                self.gap_declared(it, consultation, event)?;
                self.find_one(it, RefRole::Subject)?
            }
            OversightEvent::RoleGranted(_)
            | OversightEvent::RoleRevoked(_)
            | OversightEvent::Recommended(_)
            | OversightEvent::RecommendationAnswered(_)
            | OversightEvent::ErasureRequested(_)
            | OversightEvent::ErasureDecided(_)
            | OversightEvent::Erased(_)
            | OversightEvent::ErasureCompleted(_) => None,
        };
        self.step(concerned.unwrap_or(consultation), it)
    }

    fn import_sealed(&mut self, it: &Recorded, consultation: i64, event: &ImportSealed) -> Done {
        let facts = &event.facts;
        self.run(
            "INSERT INTO import VALUES (?1, ?2, ?3)",
            params![key(it.position), consultation, json(facts)?],
        )?;
        for stage in &facts.covers {
            self.run(
                "INSERT INTO coverage VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO UPDATE SET observed_until = max(observed_until, excluded.observed_until)",
                params![consultation, stage.as_str(), facts.observed_at.0],
            )?;
        }
        Ok(())
    }

    fn gap_declared(&mut self, it: &Recorded, consultation: i64, event: &GapDeclared) -> Done {
        let source = event.source.open();
        self.run(
            "INSERT INTO gap VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                key(it.position),
                consultation,
                event.facts.cause.as_str(),
                source.map(|source| &source.platform),
                source.map(|source| &source.kind),
                source.map(|source| &source.external_id),
                source.and_then(|source| source.url.as_deref())
            ],
        )
    }
}
