//! Guarantors: who observes a consultation, on whose mandate, and what they read that nobody else does.
//!
//! `docs/design.md` (Identities): a guarantor reads everything, each reading of hidden text is counted, and the counts are
//! public. They are no events: they change nothing that the record says of a contribution. This module decides no right.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use devenir_core::event::amendment::AmendmentEvent;
use devenir_core::event::contribution::ContributionEvent;
use devenir_core::event::debate::DebateEvent;
use devenir_core::event::part::TitledText;
use devenir_core::event::{Event, Part};
use devenir_core::id::IntentId;
use devenir_core::rules::Role;
use devenir_projections::query::Credential;

use super::at::At;
use crate::keyring::{Identity, Keyring};
use crate::rights::may_read_hidden;
use crate::transport::{ErrorCode, Refusal};

/// Somebody who observes a consultation independently.
#[derive(Debug, Clone)]
pub struct Guarantor(pub Credential);

/// Somebody who observes a consultation independently.
#[Object]
impl Guarantor {
    /// The name, where it may be shown.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// The body that appointed them, where the record has its words.
    async fn mandated_by(&self) -> Option<&str> {
        self.0.mandate.as_ref().map(|mandate| mandate.body.as_str())
    }

    /// Whether a body appointed them; otherwise they are shown as "non mandaté".
    async fn mandated(&self) -> bool {
        self.0.is_mandated
    }

    /// Whether the role is in force now.
    async fn in_force(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.0.is_in_force(At::of(ctx)?.now()))
    }

    /// How often they read text that is hidden from everybody else.
    async fn hidden_readings(&self, ctx: &Context<'_>) -> Result<u32> {
        let keyring = ctx.data::<Arc<Keyring>>()?;
        keyring.hidden_readings(self.0.facts.credential).map_err(|error| unavailable(&error))
    }
}

/// The guarantors of a consultation, those of the whole instance included, in the order of the record.
///
/// # Errors
/// Where the views cannot be read.
pub fn guarantors(ctx: &Context<'_>, stream: devenir_core::id::StreamId) -> Result<Vec<Guarantor>> {
    let known = At::of(ctx)?.ask(|reading| reading.credentials(None))?;
    let theirs = |it: &Credential| it.facts.role == Role::Guarantor && it.reaches(stream);
    Ok(known.into_iter().filter(theirs).map(Guarantor).collect())
}

/// A text that is hidden, for those who may read it.
#[derive(Debug, Clone, SimpleObject)]
pub struct HiddenText {
    /// The title.
    pub title: Option<String>,
    /// The text.
    pub body: Option<String>,
    /// How often this credential read hidden text, this time included.
    pub readings: u32,
}

/// Opens what people wrote, hidden or not, for a credential that may, and counts it first.
///
/// # Errors
/// Where the credential may not, or nothing was written under this name.
pub async fn read_hidden(ctx: &Context<'_>, id: IntentId) -> Result<HiddenText> {
    let refusal =
        || Refusal::new(ErrorCode::Unauthenticated, "hidden text is read with the key of a guarantor");
    let identity = ctx.data_opt::<Identity>().cloned().ok_or_else(refusal)?;
    let keyring = Arc::clone(ctx.data::<Arc<Keyring>>()?);
    let app = Arc::clone(At::of(ctx)?.app());
    tokio::task::spawn_blocking(move || {
        let event = app.event(id).map_err(|error| unavailable(&error))?;
        let no_text = || Refusal::new(ErrorCode::NotFound, "nobody wrote a text under this id");
        let event = event.ok_or_else(no_text)?;
        may_read_hidden(&app, &identity, event.stream)
            .map_err(|error| Refusal::new(ErrorCode::Forbidden, error.to_string()))?;
        let words = text_of(&event.event).ok_or_else(no_text)?;
        // Counted before it is shown: a reading that cannot be counted does not take place.
        let readings =
            keyring.count_hidden_reading(identity.credential).map_err(|error| unavailable(&error))?;
        let words = words.open();
        Ok(HiddenText {
            title: words.and_then(|words| words.title.clone()),
            body: words.and_then(|words| words.body.clone()),
            readings,
        })
    })
    .await?
}

fn unavailable(error: &dyn std::error::Error) -> async_graphql::Error {
    tracing::error!(%error, "hidden text or its count could not be read");
    Refusal::new(ErrorCode::Unavailable, "this cannot be read now").into()
}

/// The words that people wrote in an event; none where it holds none.
const fn text_of(event: &Event) -> Option<&Part<TitledText>> {
    match event {
        Event::Contribution(event) => match event {
            ContributionEvent::Submitted(event) => Some(&event.text),
            ContributionEvent::Revised(event) => Some(&event.text),
            ContributionEvent::Published(_)
            | ContributionEvent::RevisionRequested(_)
            | ContributionEvent::Withdrawn(_)
            | ContributionEvent::CoauthorChanged(_)
            | ContributionEvent::ReferenceCorrected(_) => None,
        },
        Event::Amendment(event) => match event {
            AmendmentEvent::Submitted(event) => Some(&event.text),
            AmendmentEvent::Rectified(event) => Some(&event.text),
            AmendmentEvent::OpinionGiven(_) | AmendmentEvent::Decided(_) | AmendmentEvent::Lapsed(_) => None,
        },
        Event::Debate(event) => match event {
            DebateEvent::ArgumentPosted(event) => Some(&event.text),
            DebateEvent::CommentPosted(event) => Some(&event.text),
            DebateEvent::SourceCited(_) | DebateEvent::DebateHeld(_) => None,
        },
        Event::Ledger(_)
        | Event::Consultation(_)
        | Event::Vote(_)
        | Event::Petition(_)
        | Event::Moderation(_)
        | Event::Response(_)
        | Event::Oversight(_) => None,
    }
}
