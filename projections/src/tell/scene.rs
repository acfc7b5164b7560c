//! The names around a trail: what facts refer to by index or by permanent name, found in the views.
//!
//! `docs/format.md` (Facts) says what is referred to so; [`TrailContext`] what a trail asks for. This module tells
//! nothing and reads the views alone.

use std::sync::Arc;

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{Custody, RulesOrigin, Stage, Trust};
use devenir_core::event::part::ActText;
use devenir_core::event::response::ResponseEvent;
use devenir_core::event::{Event, RefRole};
use devenir_core::id::IntentId;
use devenir_core::ledger::{Hash, Position};
use devenir_core::rules::Zone;
use devenir_core::time::Timestamp;

use crate::fate::zone_of;
use crate::mended::changed;
use crate::model::{Genre, Subject, SubjectKind, Text, TextAbsence};
use crate::query::{Consultation, Reading, diff};
use crate::trail::{
    BallotName, Changed, Covers, Missing, Moment, SubjectName, ThingKind, TrailContext, VersionName, Words,
};

/// A subject, the facts that are told of it, and the names around them.
pub(super) struct Scene<'a> {
    pub(super) names: Names<'a>,
    pub(super) subject: Subject,
    /// In the order of the record.
    pub(super) facts: Vec<Recorded>,
}

pub(super) fn words(text: &Text) -> Words {
    match (&text.plain, text.absent) {
        (Some(plain), _) => Words::Said(plain.clone()),
        (None, None) => Words::NOT_SAID,
        (None, Some(absent)) => Words::Missing(match absent {
            TextAbsence::NotInSource => Missing::NotInSource,
            TextAbsence::Hidden => Missing::Hidden,
            TextAbsence::Withheld => Missing::Withheld,
            TextAbsence::Erased => Missing::Erased,
            TextAbsence::TakenDown => Missing::TakenDown,
            TextAbsence::Lost => Missing::Lost,
        }),
    }
}

/// The words of an act of response, where they can be read.
fn act_text(event: &Event) -> Option<ActText> {
    let Event::Response(event) = event else { return None };
    let text = match event {
        ResponseEvent::Published(act) => &act.text,
        ResponseEvent::Superseded(act) => &act.text,
        ResponseEvent::Corrected(act) => &act.text,
        ResponseEvent::Contested(_) => return None,
    };
    text.open().cloned()
}

fn thing(subject: &Subject) -> ThingKind {
    match (subject.kind, subject.genre) {
        (_, Some(Genre::Contribution(kind))) => kind.into(),
        (_, Some(Genre::Reference(kind))) => kind.into(),
        (_, Some(Genre::Argument(side))) => side.into(),
        (SubjectKind::Amendment, None) => ThingKind::Amendment,
        (SubjectKind::Comment, None) => ThingKind::Comment,
        (SubjectKind::Citation, None) => ThingKind::Citation,
        (SubjectKind::Reference | SubjectKind::Contribution | SubjectKind::Argument, None) => ThingKind::Text,
    }
}

impl TrailContext for Scene<'_> {
    fn zone(&self) -> &Zone {
        self.names.zone()
    }

    fn home(&self) -> Option<IntentId> {
        Some(self.subject.id)
    }

    fn body(&self, index: u32) -> Option<String> {
        self.names.body(index)
    }

    fn phase(&self, index: u32) -> Option<String> {
        self.names.phase(index)
    }

    fn theme(&self, index: u32) -> Option<String> {
        self.names.theme(index)
    }

    fn territory(&self, index: u32) -> Option<String> {
        self.names.territory(index)
    }

    fn subject(&self, id: IntentId) -> Option<SubjectName> {
        if id == self.subject.id { Some(named(&self.subject, true)) } else { self.names.subject(id) }
    }

    fn version(&self, id: IntentId) -> Option<VersionName> {
        self.names.version(id)
    }

    fn custody(&self, key: Hash) -> Option<Custody> {
        self.names.custody(key)
    }

    fn changed(&self, version: IntentId) -> Option<Changed> {
        self.names.changed(version)
    }

    fn corrected(&self, correction: &Recorded) -> Option<Changed> {
        let words = |it: &Recorded| act_text(&it.event).and_then(|act| act.reason.or(act.text));
        let after = words(correction)?;
        let act = correction.refs.one(RefRole::Act)?;
        let of_this_act = |it: &&Recorded| it.id == act || it.refs.one(RefRole::Act) == Some(act);
        let earlier = self.facts.iter().take_while(|it| it.position < correction.position);
        let before = earlier.filter(of_this_act).filter_map(words).last()?;
        Some(changed(&diff(&before, &after)))
    }

    fn found_at(&self, it: &Recorded) -> Option<Timestamp> {
        self.names.found_at(it)
    }

    fn ballot(&self, id: IntentId) -> Option<BallotName> {
        self.names.ballot(id)
    }

    fn date_of(&self, id: IntentId) -> Option<Moment> {
        self.facts.iter().find(|fact| fact.id == id).map(|fact| Moment::of(self.zone(), fact))
    }

    fn type_of(&self, id: IntentId) -> Option<&'static str> {
        self.facts.iter().find(|fact| fact.id == id).map(|fact| fact.event.event_type().name)
    }

    fn covers(&self, stage: Stage) -> Covers {
        self.names.covers(stage)
    }
}

/// The names around a consultation, for facts that stand on nobody's trail.
pub struct Names<'a> {
    pub(super) reading: &'a Reading,
    pub(super) consultation: Arc<Consultation>,
    pub(super) zone: Zone,
}

impl<'a> Names<'a> {
    /// The names around a consultation, as one state of the views knows them.
    #[must_use]
    pub fn new(reading: &'a Reading, consultation: impl Into<Arc<Consultation>>) -> Self {
        let consultation = consultation.into();
        Self { reading, zone: zone_of(&consultation), consultation }
    }

    /// When the source was read that an observed fact comes from: the import that holds it says so at its end.
    pub(super) fn found_by(&self, position: Position) -> Option<Timestamp> {
        let imports = self.reading.imports(self.consultation.position).ok()?;
        imports.into_iter().find(|(sealed, _)| *sealed > position).map(|(_, facts)| facts.observed_at)
    }
}

fn named(subject: &Subject, at_home: bool) -> SubjectName {
    SubjectName {
        kind: thing(subject),
        reference: subject.reference.as_ref().map(ToString::to_string),
        title: words(&subject.title),
        at_home,
    }
}

impl TrailContext for Names<'_> {
    fn custody(&self, key: Hash) -> Option<Custody> {
        self.reading.custody(key)
    }

    fn zone(&self) -> &Zone {
        &self.zone
    }

    fn home(&self) -> Option<IntentId> {
        None
    }

    fn body(&self, index: u32) -> Option<String> {
        self.consultation.bodies.get(index as usize).cloned()
    }

    fn phase(&self, index: u32) -> Option<String> {
        self.consultation.rules.as_ref()?.phases.get(index as usize).map(|phase| phase.name.clone())
    }

    fn theme(&self, index: u32) -> Option<String> {
        self.consultation.rules.as_ref()?.themes.get(index as usize).cloned()
    }

    fn territory(&self, index: u32) -> Option<String> {
        self.consultation.rules.as_ref()?.territories.get(index as usize).cloned()
    }

    fn subject(&self, id: IntentId) -> Option<SubjectName> {
        self.reading.subject_by_id(id).ok().flatten().map(|found| named(&found, false))
    }

    fn version(&self, id: IntentId) -> Option<VersionName> {
        let position = self.reading.position_of(id).ok().flatten()?;
        let version = self.reading.version(position).ok().flatten()?;
        let served = !matches!(
            version.body.absent.or(version.title.absent),
            Some(TextAbsence::Hidden | TextAbsence::Withheld | TextAbsence::Erased | TextAbsence::TakenDown)
        );
        Some(VersionName {
            number: version.number,
            title: words(&version.title),
            body: words(&version.body),
            sections: version.changes,
            served,
        })
    }

    fn changed(&self, version: IntentId) -> Option<Changed> {
        let position = self.reading.position_of(version).ok().flatten()?;
        let version = self.reading.version(position).ok().flatten()?;
        let before = version.number.checked_sub(1)?;
        let diff = self.reading.changes(version.subject, before, version.number).ok().flatten()?;
        Some(changed(&diff.body))
    }

    fn found_at(&self, it: &Recorded) -> Option<Timestamp> {
        match it.trust {
            Trust::Native | Trust::Attested => None,
            Trust::Observed | Trust::Reconstructed => self.found_by(it.position),
        }
    }

    fn ballot(&self, id: IntentId) -> Option<BallotName> {
        let position = self.reading.position_of(id).ok().flatten()?;
        let ballot = self.reading.ballot(position).ok().flatten()?;
        let question = ballot.definition.as_ref().map(|definition| definition.question.clone());
        Some(BallotName { kind: ballot.kind, question })
    }

    fn date_of(&self, _: IntentId) -> Option<Moment> {
        None
    }

    fn covers(&self, stage: Stage) -> Covers {
        match (self.consultation.origin, self.consultation.coverage.observed.get(&stage)) {
            // No fact of the vocabulary tells of them yet.
            (RulesOrigin::Native, _) if matches!(stage, Stage::Delivery | Stage::Law) => Covers::Nothing,
            (RulesOrigin::Native, _) => Covers::Live,
            (RulesOrigin::Observed, Some(until)) => Covers::Until(*until),
            (RulesOrigin::Observed, None) => Covers::Nothing,
        }
    }
}
