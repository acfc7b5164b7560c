//! The consultation family: registration, rules, phases, reference texts.
//!
//! `docs/events.md` lists the types. A reference text is a subject like a contribution; the rest concerns the
//! consultation as a whole. Nothing here judges whether a phase opened in time.

use devenir_core::envelope::Recorded;
use devenir_core::event::consultation::{
    ConsultationEvent, ReferenceTextPublished, Registered, RulesAdopted, RulesAmended,
};
use devenir_core::event::part::{Bodies, RuleSet};
use devenir_core::event::{Absence, Part};
use rusqlite::params;

use super::subject::{NewSubject, Words};
use super::{Done, Fold, absent_code, instant, json};
use crate::address::address_key;
use crate::model::SubjectKind;
use crate::views::key;

impl Fold<'_> {
    pub(super) fn consultation(&mut self, it: &Recorded, event: &ConsultationEvent) -> Done {
        if let ConsultationEvent::Registered(event) = event {
            return self.registered(it, event);
        }
        let Some(consultation) = self.consultation_of(it.stream)? else { return Ok(()) };
        match event {
            ConsultationEvent::Registered(_) => Ok(()),
            ConsultationEvent::RulesAdopted(RulesAdopted { facts, rules, bodies }) => {
                self.rules(consultation, facts.version, rules, bodies)?;
                self.step(consultation, it)
            }
            ConsultationEvent::RulesAmended(RulesAmended { facts, reasons: _, rules, bodies }) => {
                self.rules(consultation, facts.version, rules, bodies)?;
                self.step(consultation, it)
            }
            ConsultationEvent::PhaseOpened(event) => {
                self.run(
                    "INSERT INTO phase (consultation, number, opened_at, until) VALUES (?1, ?2, ?3, ?4) \
                     ON CONFLICT DO UPDATE SET opened_at = coalesce(opened_at, excluded.opened_at), \
                     until = coalesce(excluded.until, until), closed_at = NULL",
                    params![
                        consultation,
                        event.facts.phase,
                        instant(it).0,
                        event.facts.until.map(|until| until.0)
                    ],
                )?;
                self.step(consultation, it)
            }
            ConsultationEvent::PhaseExtended(event) => {
                self.run(
                    "INSERT INTO phase (consultation, number, until, extended) VALUES (?1, ?2, ?3, 1) \
                     ON CONFLICT DO UPDATE SET until = excluded.until, extended = extended + 1",
                    params![consultation, event.facts.phase, event.facts.until.0],
                )?;
                self.step(consultation, it)
            }
            ConsultationEvent::PhaseClosed(event) => {
                self.run(
                    "INSERT INTO phase (consultation, number, closed_at) VALUES (?1, ?2, ?3) \
                     ON CONFLICT DO UPDATE SET closed_at = excluded.closed_at",
                    params![consultation, event.facts.phase, instant(it).0],
                )?;
                self.step(consultation, it)
            }
            ConsultationEvent::ReferenceTextPublished(event) => self.reference_text(it, consultation, event),
            ConsultationEvent::Closed(_) => {
                self.run(
                    "UPDATE consultation SET closed = ?2, closed_at = ?3 WHERE position = ?1",
                    params![consultation, key(it.position), instant(it).0],
                )?;
                self.step(consultation, it)
            }
        }
    }

    fn registered(&mut self, it: &Recorded, event: &Registered) -> Done {
        let Registered { facts, presentation, registration, bodies, source } = event;
        let position = key(it.position);
        let registration = registration.open();
        // A registration whose structural part is lost still has a name to be asked by.
        let slug = registration.map_or_else(|| it.stream.to_string(), |known| known.slug.clone());
        let zone = registration.map_or("UTC", |known| &known.timezone);
        let (shown, source) = (presentation.open(), source.open());
        let url = source.and_then(|source| source.url.as_deref());
        self.run(
            "INSERT INTO consultation (position, stream, slug, kind, lang, origin, zone, trust, title, \
             description, absent, platform, url, address, recorded_at, claimed_at, precision) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            params![
                position,
                it.stream.0,
                slug,
                facts.kind.as_str(),
                facts.lang.as_str(),
                facts.rules.as_str(),
                zone,
                it.trust.as_str(),
                shown.map(|shown| &shown.title),
                shown.and_then(|shown| shown.description.as_deref()),
                absent_code(presentation),
                source.map(|source| &source.platform),
                url,
                url.map(address_key),
                it.recorded_at.0,
                it.occurred.at().map(|at| at.0),
                it.occurred.precision().as_str()
            ],
        )?;
        self.name_bodies(position, bodies)?;
        self.step(position, it)
    }

    fn rules(
        &mut self,
        consultation: i64,
        version: u32,
        rules: &Part<RuleSet>,
        bodies: &Part<Bodies>,
    ) -> Done {
        let rules = rules.open().map(json).transpose()?;
        self.run(
            "UPDATE consultation SET rules = ?2, rules_version = ?3 WHERE position = ?1",
            params![consultation, rules, version],
        )?;
        self.cache.forget_rules();
        self.name_bodies(consultation, bodies)
    }

    /// Appends names to a consultation's list of bodies, which never renumbers.
    pub(super) fn name_bodies(&mut self, consultation: i64, bodies: &Part<Bodies>) -> Done {
        let Some(bodies) = bodies.open() else { return Ok(()) };
        for name in &bodies.names {
            self.run(
                "INSERT INTO body SELECT ?1, coalesce(max(number) + 1, 0), ?2 FROM body WHERE consultation = ?1",
                params![consultation, name],
            )?;
        }
        Ok(())
    }

    fn reference_text(&mut self, it: &Recorded, consultation: i64, event: &ReferenceTextPublished) -> Done {
        let ReferenceTextPublished { facts, text, source } = event;
        let nobody = Part::Absent(Absence::NotInSource);
        let article = NewSubject {
            genre: Some(facts.kind.as_str()),
            lang: facts.lang,
            number: Some(facts.number),
            theme: facts.theme,
            source_changed_at: facts.source_changed_at,
            words: Words::official(text),
            ..NewSubject::bare(SubjectKind::Reference, None, &nobody, source)
        };
        self.new_subject(it, consultation, article)
    }
}
