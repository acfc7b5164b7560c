//! The types of steps: what all share, written once, and what each family adds.
//!
//! `docs/design.md` (API) asks for one type a family and `OtherStep` for the rest. This module reads facts and no part:
//! the words of a step are the trail's, which shows nothing that may not be served.

use async_graphql::{Context, Enum, ID, Json, Object, Result};
use devenir_core::event::amendment::AmendmentEvent;
use devenir_core::event::code as event;
use devenir_core::event::moderation::ModerationEvent;
use devenir_core::event::petition::PetitionEvent;
use devenir_core::event::response::ResponseEvent;
use devenir_core::event::vote::VoteEvent;
use devenir_core::event::{Event as Recordable, RefRole};
use devenir_core::rules::{AmendmentFate, Ground, ModerationAction};
use devenir_core::time::Timestamp;
use devenir_projections::query::By;

use super::super::actor::Actor;
use super::super::at::At;
use super::super::code::Code;
use super::super::contribution::Contribution;
use super::super::event::{Event, facts};
use super::super::finding::Irregularity;
use super::super::response::Response;
use super::super::scalar::{DateTime, Locale, Position};
use super::super::tally::Ballot;
use super::super::text::{ClaimedTime, Sentence, Text};
use super::super::version::Version;
use super::Told;

/// Declares a type of step: what all steps have, then what it adds.
macro_rules! step_type {
    ($(#[$meta:meta])* $name:ident { $($more:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name(pub(super) Told);

        $(#[$meta])*
        #[Object]
        impl $name {
            /// Its permanent id.
            pub(in crate::graphql) async fn id(&self) -> ID {
                self.0.node_id().into()
            }

            /// The event that it tells.
            pub(in crate::graphql) async fn event(&self) -> Event {
                self.0.event()
            }

            /// Where that event stands in the record.
            pub(in crate::graphql) async fn position(&self) -> Position {
                self.0.recorded.position.into()
            }

            /// When it was recorded.
            pub(in crate::graphql) async fn recorded_at(&self) -> DateTime {
                DateTime(self.0.recorded.recorded_at)
            }

            /// When it happened, as somebody claims.
            pub(in crate::graphql) async fn claimed(&self) -> ClaimedTime {
                self.0.recorded.occurred.into()
            }

            /// How it came to be recorded.
            pub(in crate::graphql) async fn trust(&self) -> Code<event::Trust> {
                Code(self.0.recorded.trust)
            }

            /// Who acted, as far as the record may show it.
            pub(in crate::graphql) async fn actor(&self) -> Actor {
                Actor::from(&self.0.step.actor)
            }

            /// What happened, in one sentence.
            pub(in crate::graphql) async fn sentence(
                &self,
                #[graphql(desc = "The language of the sentence.")] locale: Locale,
            ) -> Sentence {
                self.0.sentence(locale)
            }

            /// What must be said beside it: what a source leaves unsaid, when it was recorded.
            pub(in crate::graphql) async fn notes(
                &self,
                #[graphql(desc = "The language of the sentences.")] locale: Locale,
            ) -> Vec<Sentence> {
                self.0.notes(locale)
            }

            /// From whose trail it comes, where that is another's: an amendment, or what it became.
            pub(in crate::graphql) async fn inherited_from(&self) -> Option<Contribution> {
                self.0.inherited.clone().map(Contribution)
            }

            /// The rules that it did not respect, where a source states it.
            pub(in crate::graphql) async fn irregularities(&self) -> Vec<Irregularity> {
                self.0.step.irregularities.iter().copied().map(Irregularity).collect()
            }

            $($more)*
        }
    };
}

/// What an act refers to in a role, where that is something people wrote.
fn referred(ctx: &Context<'_>, told: &Told, role: RefRole) -> Result<Option<Contribution>> {
    let Some(id) = told.recorded.refs.one(role) else { return Ok(None) };
    Ok(At::of(ctx)?.ask(|reading| reading.subject_by_id(id))?.map(Contribution))
}

/// What an event made.
fn made(ctx: &Context<'_>, told: &Told) -> Result<Option<Contribution>> {
    Contribution::at(ctx, told.recorded.position)
}

step_type! {
    /// A text came, changed, was published or taken back.
    TextStep {
        /// The version that it brings; null where it brings none.
        async fn version(&self, ctx: &Context<'_>) -> Result<Option<Version>> {
            let position = self.0.recorded.position;
            Ok(At::of(ctx)?.ask(|reading| reading.version(position))?.map(Version))
        }
    }
}

step_type! {
    /// An amendment was submitted, judged, decided, mended, or lost its object.
    AmendmentStep {
        /// The amendment.
        async fn amendment(&self, ctx: &Context<'_>) -> Result<Option<Contribution>> {
            match made(ctx, &self.0)? {
                None => referred(ctx, &self.0, RefRole::Subject),
                found => Ok(found),
            }
        }

        /// What was decided of it, where this step decides.
        async fn fate(&self) -> Option<Code<AmendmentFate>> {
            let Recordable::Amendment(event) = &self.0.recorded.event else { return None };
            match event {
                AmendmentEvent::Decided(decided) => Some(Code(decided.facts.fate)),
                AmendmentEvent::Lapsed(_) => Some(Code(AmendmentFate::Lapsed)),
                AmendmentEvent::Submitted(_)
                | AmendmentEvent::OpinionGiven(_)
                | AmendmentEvent::Rectified(_) => None,
            }
        }

        /// A body's opinion, where this step gives one.
        async fn opinion(&self) -> Option<Code<event::Opinion>> {
            let Recordable::Amendment(AmendmentEvent::OpinionGiven(given)) = &self.0.recorded.event else {
                return None;
            };
            Some(Code(given.facts.opinion))
        }
    }
}

step_type! {
    /// Somebody argued, commented, cited a source; or a debate was held.
    DebateStep {
        /// What was posted; null for a debate that was held.
        async fn post(&self, ctx: &Context<'_>) -> Result<Option<Contribution>> {
            made(ctx, &self.0)
        }
    }
}

step_type! {
    /// A ballot opened or closed, counters were read at a source, votes on paper were added, a threshold was reached.
    /// Votes cast one by one are no steps: they are counted.
    VoteStep {
        /// The ballot.
        async fn ballot(&self, ctx: &Context<'_>) -> Result<Option<Ballot>> {
            let opens = matches!(&self.0.recorded.event, Recordable::Vote(VoteEvent::BallotOpened(_)));
            let id = if opens { Some(self.0.recorded.id) } else { self.0.recorded.refs.one(RefRole::Ballot) };
            let Some(id) = id else { return Ok(None) };
            let question = |reading: &devenir_projections::Reading| {
                reading.position_of(id)?.map_or(Ok(None), |position| reading.ballot(position))
            };
            Ok(At::of(ctx)?.ask(question)?.map(Ballot))
        }

        /// What reaching the threshold brings, where one was reached.
        async fn threshold(&self) -> Option<Code<event::ThresholdKind>> {
            let Recordable::Petition(PetitionEvent::ThresholdReached(reached)) = &self.0.recorded.event else {
                return None;
            };
            Some(Code(reached.facts.brings))
        }
    }
}

step_type! {
    /// A text was reported, a moderator decided, an author appealed.
    ModerationStep {
        /// What is done, where this step decides.
        async fn action(&self) -> Option<Code<ModerationAction>> {
            let Recordable::Moderation(ModerationEvent::Decided(decided)) = &self.0.recorded.event else {
                return None;
            };
            Some(Code(decided.facts.action))
        }

        /// How an appeal was decided, where this step decides one.
        async fn appeal_outcome(&self) -> Option<Code<event::AppealOutcome>> {
            let Recordable::Moderation(ModerationEvent::AppealDecided(decided)) = &self.0.recorded.event else {
                return None;
            };
            Some(Code(decided.facts.outcome))
        }

        /// On which ground, where one is stated.
        async fn ground(&self) -> Option<Code<Ground>> {
            let Recordable::Moderation(event) = &self.0.recorded.event else { return None };
            match event {
                ModerationEvent::Decided(decided) => decided.facts.ground.map(Code),
                ModerationEvent::Reported(reported) => reported.facts.ground.map(Code),
                ModerationEvent::Appealed(_)
                | ModerationEvent::AppealDecided(_)
                | ModerationEvent::AuthorNotified(_) => None,
            }
        }

        /// The reasons: those of a decision, or of an appeal where the text it is about may be read. Null for a
        /// report, whose words are not shown.
        async fn reason(&self, ctx: &Context<'_>) -> Result<Option<Text>> {
            reason_of(ctx, &self.0)
        }

        /// Until when a decision can be appealed; null where no such date is given.
        async fn appeal_until(&self) -> Option<DateTime> {
            let Recordable::Moderation(ModerationEvent::Decided(decided)) = &self.0.recorded.event else {
                return None;
            };
            decided.facts.appeal_until.map(|until: Timestamp| DateTime(until))
        }
    }
}

/// The words of a step that say why, in the language of its consultation.
fn reason_of(ctx: &Context<'_>, told: &Told) -> Result<Option<Text>> {
    let Some(reason) = &told.step.details.reason else { return Ok(None) };
    let stream = By::Stream(told.recorded.stream);
    let consultation = At::of(ctx)?.ask(|reading| reading.consultation(stream))?;
    let lang = consultation.map_or(event::Lang::Und, |consultation| consultation.lang);
    Ok(Some(Text::of(Text::told(reason, lang))))
}

/// What a response step does. Values may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ResponseAction {
    /// The response is published.
    Published,
    /// It is mended without changing its outcome.
    Corrected,
    /// It takes the place of another.
    Superseded,
    /// The author of a text contests the response to it.
    Contested,
}

step_type! {
    /// An authority answered, mended an answer or replaced it, or an author contested one.
    ResponseStep {
        /// What is done.
        async fn action(&self) -> Option<ResponseAction> {
            let Recordable::Response(event) = &self.0.recorded.event else { return None };
            Some(match event {
                ResponseEvent::Published(_) => ResponseAction::Published,
                ResponseEvent::Corrected(_) => ResponseAction::Corrected,
                ResponseEvent::Superseded(_) => ResponseAction::Superseded,
                ResponseEvent::Contested(_) => ResponseAction::Contested,
            })
        }

        /// The response: the one published, the one mended, or the one contested.
        async fn response(&self, ctx: &Context<'_>) -> Result<Option<Response>> {
            if let Some(found) = Response::at(ctx, self.0.recorded.position)? {
                return Ok(Some(found));
            }
            let Some(act) = self.0.recorded.refs.one(RefRole::Act) else { return Ok(None) };
            let position = At::of(ctx)?.ask(|reading| reading.position_of(act))?;
            position.map_or(Ok(None), |position| Response::at(ctx, position))
        }

        /// Why an author contests it, where the text it answers may be read; the reasons of an authority stand in `response`.
        async fn reason(&self, ctx: &Context<'_>) -> Result<Option<Text>> {
            let Recordable::Response(ResponseEvent::Contested(_)) = &self.0.recorded.event else { return Ok(None) };
            reason_of(ctx, &self.0)
        }
    }
}

step_type! {
    /// Anything else: phases, rules, imports, what guarantors noted.
    OtherStep {
        /// The facts of the event.
        async fn facts(&self) -> Result<Json<serde_json::Value>> {
            facts(&self.0.recorded)
        }
    }
}
