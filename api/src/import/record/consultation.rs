//! The consultation that an import goes to, registered at the first import with rules that are observed.
//!
//! `docs/design.md` (Imports). The rules of another platform are not known here; what its record covers is said
//! by each sealed import. This module reads no observation.

use super::RecordError;
use crate::app::App;
use crate::import::Source;
use devenir_core::envelope::Draft;
use devenir_core::event::Part;
use devenir_core::event::code::{ConsultationKind, Lang, RulesOrigin, Trust};
use devenir_core::event::consultation::{Registered, RegisteredFacts};
use devenir_core::event::part::{Bodies, Presentation, Registration, Source as SourcePart};
use devenir_core::id::StreamId;
use devenir_core::rules::Role;
use devenir_core::time::Claimed;
use devenir_core::writer::{Command, Door, Target};
use devenir_projections::query::By;

/// The consultation that an import goes to.
#[derive(Debug, Clone)]
pub struct Into {
    /// Its short name.
    pub slug: String,
    /// Its title, where it is new.
    pub title: String,
    /// Who organised it, where it is new.
    pub organiser: String,
    /// What sort it is.
    pub kind: ConsultationKind,
    /// The language of its acts.
    pub lang: Lang,
}

/// The stream of a consultation that is registered.
pub(super) fn find(app: &App, into: &Into) -> Result<Option<StreamId>, RecordError> {
    let found = app.read()?.consultation(By::Slug(&into.slug))?;
    Ok(found.map(|consultation| consultation.stream))
}

/// Registers it.
pub(super) fn register(app: &App, into: &Into, source: &Source) -> Result<StreamId, RecordError> {
    let event = Registered {
        facts: RegisteredFacts { kind: into.kind, lang: into.lang, rules: RulesOrigin::Observed },
        presentation: Part::Open(Presentation { description: None, title: into.title.clone() }),
        registration: Part::Open(Registration { slug: into.slug.clone(), timezone: source.zone.clone() }),
        bodies: Part::Open(Bodies { names: vec![into.organiser.clone()] }),
        source: Part::Open(SourcePart {
            external_id: into.slug.clone(),
            kind: "consultation".into(),
            platform: source.platform.clone(),
            url: None,
        }),
    };
    let key = [b"consultation\0".as_slice(), into.slug.as_bytes()].concat();
    let receipt = app.writer().ask(Command {
        door: Door { namespace: "import".into(), trust: Trust::Observed },
        request: key.clone(),
        key,
        target: Target::NewConsultation,
        drafts: vec![Draft {
            event: event.into(),
            refs: Vec::new(),
            occurred: Claimed::UNKNOWN,
            actor: Role::Administrator,
        }],
    })?;
    app.catch_up()?;
    Ok(receipt.stream)
}
