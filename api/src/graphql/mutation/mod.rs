//! The commands: one for each act that people may ask to be recorded.
//!
//! `docs/design.md` (Commands, API) decides them: what the rules refuse is no error of the request, it comes back in
//! `userErrors`; the same key asks the same thing again. What an act is, is the business of [`act`](crate::act); this
//! module decides nothing.

mod french;
pub mod input;
pub mod payload;
pub mod user_error;

pub mod about_amendment;
pub mod about_consultation;
pub mod about_contribution;
pub mod about_debate;
pub mod about_erasure;
pub mod about_moderation;
pub mod about_oversight;
pub mod about_response;
pub mod about_signing;
pub mod about_vote;

use async_graphql::{Context, Object, Result};
use devenir_core::event::code::Trust;
use devenir_core::id::IntentId;
use devenir_core::signing::ActFile;
use devenir_core::writer::WriteError;

pub use payload::CommandPayload;
pub use user_error::UserError;

use about_amendment::{
    DecideAmendmentInput, GiveAmendmentOpinionInput, LapseAmendmentInput, RectifyAmendmentInput,
    SubmitAmendmentInput,
};
use about_consultation::{
    AdoptRulesInput, AmendRulesInput, CloseConsultationInput, ClosePhaseInput, ExtendPhaseInput,
    OpenPhaseInput, PublishReferenceTextInput, RegisterConsultationInput,
};
use about_contribution::{
    ChangeCoauthorInput, PublishContributionInput, RequestRevisionInput, ReviseContributionInput,
    SubmitContributionInput, WithdrawContributionInput,
};
use about_debate::{CiteSourceInput, PostArgumentInput, PostCommentInput, RecordDebateInput};
use about_erasure::{DecideErasureInput, DecideTakedownInput, EraseInput, RequestErasureInput};
use about_moderation::{
    AppealInput, DecideAppealInput, ModerateInput, NotifyAuthorInput, ReportContentInput,
};
use about_oversight::{AnswerRecommendationInput, DeclareGapInput, ObserveInput, RecommendInput};
use about_response::{
    ContestResponseInput, CorrectResponseInput, PublishResponseInput, SupersedeResponseInput,
};
use about_signing::{
    CountersignInput, GrantRoleInput, PrepareActInput, PreparedAct, RevokeRoleInput, SubmitSignedActInput,
};
use about_vote::{
    AddPaperVotesInput, CastVoteInput, ChangeVoteInput, CloseBallotInput, InvalidateVoteInput,
    OpenBallotInput, RetractVoteInput,
};
use input::Asked;

use super::at::At;
use super::guarantor::{HiddenText, read_hidden};
use super::id::MadeId;
use crate::act::{Act, Caller, Malformed, not_beside};
use crate::app::ActError;
use crate::keyring::Identity;
use crate::rights::{RightError, give, may_prepare};
use crate::signing::Preparing;
use crate::transport::{ErrorCode, Refusal, idempotency_key};

/// Declares the commands: the field, the input.
macro_rules! commands {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident($input:ident);)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        $(#[$meta])*
        #[Object]
        impl $name {$(
            $(#[$doc])*
            async fn $field(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "What is asked, with the key under which asking again is the same asking.")]
                input: $input,
            ) -> Result<CommandPayload> {
                ask(ctx, input).await
            }
        )+

            /// Read a text that is hidden from everybody else, as a guarantor or a moderator. Nothing is recorded; the
            /// reading is counted, and the count is public.
            async fn read_hidden_text(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "What somebody wrote: a contribution, an amendment, an argument, a comment.")] id: MadeId,
            ) -> Result<HiddenText> {
                read_hidden(ctx, id.0).await
            }

            /// Prepare an act of an official to be signed away from here; nothing is recorded.
            async fn prepare_act(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "What is to be signed, by whom, until when.")] input: PrepareActInput,
            ) -> Result<PreparedAct> {
                prepare(ctx, input).await
            }

            /// Hand in an act that was signed away from here. It needs no key: the signature is the credential.
            async fn submit_signed_act(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "The signed document.")] input: SubmitSignedActInput,
            ) -> Result<CommandPayload> {
                submit(ctx, input).await
            }
        }
    };
}

commands! {
    /// Commands: what may be asked to be recorded. Each needs a key whose role may give it.
    Mutation {
        /// Enter a consultation in the record.
        register_consultation(RegisterConsultationInput);
        /// Fix the rules of a consultation.
        adopt_rules(AdoptRulesInput);
        /// Change the rules, with reasons.
        amend_rules(AmendRulesInput);
        /// Open a phase.
        open_phase(OpenPhaseInput);
        /// Put off the end of a phase, with reasons.
        extend_phase(ExtendPhaseInput);
        /// Close a phase.
        close_phase(ClosePhaseInput);
        /// Put a text of the authority to consultation.
        publish_reference_text(PublishReferenceTextInput);
        /// Close a consultation.
        close_consultation(CloseConsultationInput);
        /// Submit a contribution.
        submit_contribution(SubmitContributionInput);
        /// Show a contribution to everybody.
        publish_contribution(PublishContributionInput);
        /// Replace one's own text by a new version, through a platform or with the author's token. Votes stay on the version that
        /// they were cast on.
        revise_contribution(ReviseContributionInput);
        /// Ask an author for another text.
        request_revision(RequestRevisionInput);
        /// Take one's own contribution back, through a platform or with the author's token. It stays readable.
        withdraw_contribution(WithdrawContributionInput);
        /// Add or remove a coauthor of one's own contribution.
        change_coauthor(ChangeCoauthorInput);
        /// Propose an amendment.
        submit_amendment(SubmitAmendmentInput);
        /// Give a body's opinion on an amendment.
        give_amendment_opinion(GiveAmendmentOpinionInput);
        /// Decide an amendment.
        decide_amendment(DecideAmendmentInput);
        /// Mend one's own amendment, through a platform or with the author's token.
        rectify_amendment(RectifyAmendmentInput);
        /// State that an amendment lost its object.
        lapse_amendment(LapseAmendmentInput);
        /// Post an argument for or against.
        post_argument(PostArgumentInput);
        /// Post a comment.
        post_comment(PostCommentInput);
        /// Cite a source in support.
        cite_source(CiteSourceInput);
        /// Record that a debate was held.
        record_debate(RecordDebateInput);
        /// Open a ballot.
        open_ballot(OpenBallotInput);
        /// Cast a vote.
        cast_vote(CastVoteInput);
        /// Change one's vote.
        change_vote(ChangeVoteInput);
        /// Take one's vote back.
        retract_vote(RetractVoteInput);
        /// Set a vote aside, with its ground.
        invalidate_vote(InvalidateVoteInput);
        /// Add the votes of a count on paper.
        add_paper_votes(AddPaperVotesInput);
        /// Close a ballot.
        close_ballot(CloseBallotInput);
        /// Report a text to the moderators.
        report_content(ReportContentInput);
        /// Decide on a text, with a statement of reasons.
        moderate(ModerateInput);
        /// Contest a decision on one's own text, through a platform or with the author's token.
        appeal(AppealInput);
        /// Decide an appeal.
        decide_appeal(DecideAppealInput);
        /// State that an author was told of a decision.
        notify_author(NotifyAuthorInput);
        /// Publish a response to one or several contributions.
        publish_response(PublishResponseInput);
        /// Mend a response without changing its outcome.
        correct_response(CorrectResponseInput);
        /// Replace a response by one with another outcome or list.
        supersede_response(SupersedeResponseInput);
        /// Contest the response to one's own text, through a platform or with the author's token. It obliges nobody to
        /// a date.
        contest_response(ContestResponseInput);
        /// Note something as a guarantor.
        observe(ObserveInput);
        /// Recommend something as a guarantor.
        recommend(RecommendInput);
        /// Answer a guarantor's recommendation.
        answer_recommendation(AnswerRecommendationInput);
        /// Declare what is missing from the record.
        declare_gap(DeclareGapInput);
        /// Ask that a text or a vote be erased: its author, or whoever enters their request.
        request_erasure(RequestErasureInput);
        /// Decide on an erasure, as the controller. What somebody asked for is erased with it; what nobody asked for waits
        /// for another person's signature, then for `erase`.
        decide_erasure(DecideErasureInput);
        /// Erase what was decided, once the decision has its second signature.
        erase(EraseInput);
        /// Decide to take down the text of a public act. It counts once another person has countersigned it: then nobody is
        /// served it any more, it is deleted within the hour, and every verifier says that the record is incomplete.
        decide_takedown(DecideTakedownInput);
        /// Give somebody a role. The key that goes with it is drawn by whoever runs the instance: `devenir key rotate`.
        grant_role(GrantRoleInput);
        /// Take a role back.
        revoke_role(RevokeRoleInput);
        /// Countersign an act that waits for its second hand.
        countersign(CountersignInput);
    }
}

/// Asks for an act and says what came of it.
async fn ask<I: Asked>(ctx: &Context<'_>, input: I) -> Result<CommandPayload> {
    let given_key = input.key();
    let attested = input.is_attested();
    let act = input.act();
    let here = At::of(ctx)?;
    let app = std::sync::Arc::clone(here.app());
    let token = act.as_ref().ok().and_then(|act| Some((act.token()?.0, app.is_by_token(act))));
    if attested && token.is_some() {
        return Ok(CommandPayload::refused(vec![UserError::malformed(not_beside("attested"))]));
    }
    let identity = match (ctx.data_opt::<Identity>().cloned(), token) {
        (Some(_), Some(_)) => return Ok(CommandPayload::refused(vec![UserError::malformed(beside_a_key())])),
        (Some(identity), None) => identity,
        (None, Some((text, true))) => Identity::author(text),
        (None, Some((text, false))) => return Err(not_its_token(text).into()),
        (None, None) => return Err(unidentified().into()),
    };
    let key = idempotency_key(ctx, given_key)?;
    let trust = if attested { Trust::Attested } else { Trust::Native };
    let caller = Caller { namespace: identity.namespace.clone(), trust, credential: identity.credential };
    let act = match act {
        Ok(act) => act,
        Err(malformed) => return Ok(CommandPayload::refused(vec![UserError::malformed(malformed)])),
    };
    // Waiting for the disk is no work for the threads that answer questions.
    let asked =
        tokio::task::spawn_blocking(move || give(&app, &identity, &caller, key.as_bytes(), &act)).await?;
    here.renew();
    Ok(match asked {
        Ok(receipt) => CommandPayload::done(receipt),
        Err(error) => CommandPayload::refused(not_given(error)?),
    })
}

fn not_its_token(text: IntentId) -> Refusal {
    let message = format!(
        "this author token is not that of {text}: each text has its own, given once with the receipt of its submission; a \
         revision, a withdrawal, an appeal or a contest has none, the token of the text is good for them all"
    );
    Refusal::new(ErrorCode::Unauthenticated, message)
}

/// Which of the two asks would be anybody's guess, and the same key to ask again would be two.
fn beside_a_key() -> Malformed {
    Malformed {
        field: "authorToken",
        expected: "no key beside it: send the command without `Authorization`".into(),
        found: "both".into(),
    }
}

/// Whose key the request carries.
fn identified(ctx: &Context<'_>) -> Result<Identity> {
    Ok(ctx.data_opt::<Identity>().cloned().ok_or_else(unidentified)?)
}

fn unidentified() -> Refusal {
    let message = "a command needs a key: `Authorization: Bearer …`, as `devenir key grant` gives it, or the \
                   administrator's from the file `keys/admin.token` of the store";
    Refusal::new(ErrorCode::Unauthenticated, message)
}

/// Prepares an act to be signed.
async fn prepare(ctx: &Context<'_>, input: PrepareActInput) -> Result<PreparedAct> {
    let identity = identified(ctx)?;
    let PrepareActInput { idempotency_key: key, signer, expires_at, act } = input;
    let asked = Preparing {
        namespace: identity.namespace.clone(),
        key: idempotency_key(ctx, key)?.to_string(),
        signer: signer.0,
        expires_at: expires_at.0,
    };
    let app = std::sync::Arc::clone(At::of(ctx)?.app());
    let prepared = tokio::task::spawn_blocking(move || {
        may_prepare(&app, &identity, asked.signer)?;
        act.prepare(&app, &asked)
    })
    .await?;
    Ok(match prepared {
        Ok(file) => PreparedAct { document: Some(file.to_string()), user_errors: Vec::new() },
        Err(error) => PreparedAct { document: None, user_errors: not_given(error)? },
    })
}

/// Records an act that was signed elsewhere.
async fn submit(ctx: &Context<'_>, input: SubmitSignedActInput) -> Result<CommandPayload> {
    let file = match ActFile::parse(input.document.as_bytes()) {
        Ok(file) => file,
        Err(error) => return Ok(CommandPayload::refused(vec![UserError::unsigned(&error)])),
    };
    let here = At::of(ctx)?;
    let app = std::sync::Arc::clone(here.app());
    let asked = tokio::task::spawn_blocking(move || crate::signing::submit(&app, &file)).await?;
    here.renew();
    Ok(match asked {
        Ok(receipt) => CommandPayload::done(receipt),
        Err(error) => CommandPayload::refused(not_given(error)?),
    })
}

/// Why a command was not given: what the rules refuse is part of the answer, anything else an error of the request.
pub(crate) fn not_given(error: RightError) -> Result<Vec<UserError>, Refusal> {
    match error {
        RightError::Forbidden(forbidden) => Err(Refusal::new(ErrorCode::Forbidden, forbidden.to_string())),
        RightError::Act(error) => refused(error),
        RightError::Unsound(error) => Ok(vec![UserError::unsigned(&error)]),
        error @ (RightError::App(_) | RightError::Tiles(_)) => {
            tracing::error!(%error, "a right could not be read");
            Err(Refusal::new(ErrorCode::Unavailable, "the record cannot be read now; nothing was written"))
        }
    }
}

/// What the rules refuse is part of the answer; what the machine cannot do is an error.
fn refused(error: ActError) -> Result<Vec<UserError>, Refusal> {
    let unavailable = |message: String| Err(Refusal::new(ErrorCode::Unavailable, message));
    match error {
        ActError::Malformed(malformed) => Ok(vec![UserError::malformed(malformed)]),
        ActError::Write(WriteError::Rejected(rejection)) => Ok(UserError::rejected(rejection)),
        ActError::Write(error @ WriteError::IdempotencyConflict { .. }) => {
            Ok(vec![UserError::conflict(&error)])
        }
        ActError::Write(error @ WriteError::Seal(_)) => Ok(vec![UserError::too_large(&error)]),
        ActError::Write(
            error @ (WriteError::Signature(_) | WriteError::NotAsSigned { .. } | WriteError::NotOneEvent(_)),
        ) => Ok(vec![UserError::unsigned(&error)]),
        ActError::Write(error @ WriteError::ClockBehind { .. }) => unavailable(error.to_string()),
        ActError::Write(error @ (WriteError::Store(_) | WriteError::Random(_) | WriteError::Stopped)) => {
            tracing::error!(%error, "a command could not be written");
            unavailable(
                "the record cannot be written now; nothing was, so the same key can be used again".into(),
            )
        }
        ActError::Views(error) => {
            tracing::error!(%error, "a command was written, and cannot be shown yet");
            unavailable(
                "it was recorded, and cannot be shown yet; ask again with the same key for the receipt"
                    .into(),
            )
        }
    }
}

/// What an act must be to be asked for from here.
pub trait Askable: Act + Send + 'static {}
impl<A: Act + Send + 'static> Askable for A {}
