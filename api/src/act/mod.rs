//! What people ask for, in plain values: the same for the API, the story and the command line.
//!
//! `docs/design.md` (Commands): an act says what somebody wants; the door adds who asks and under which key;
//! the drafts that follow are what would be recorded. Here, and only here, it is checked that parts are well
//! formed. This module knows no GraphQL and no file format.

mod amendment;
mod consultation;
mod contribution;
mod debate;
mod door;
mod erasure;
mod malformed;
mod moderation;
mod oversight;
mod own;
mod response;
mod rights;
mod takedown;
mod vote;

pub use amendment::{
    DecideAmendment, GiveAmendmentOpinion, LapseAmendment, RectifyAmendment, SubmitAmendment,
};
pub use consultation::{
    AdoptRules, AmendRules, CloseConsultation, ClosePhase, ExtendPhase, OpenPhase, PublishReferenceText,
    RegisterConsultation,
};
pub use contribution::{
    ChangeCoauthor, PublishContribution, RequestRevision, ReviseContribution, SubmitContribution,
    WithdrawContribution,
};
pub use debate::{CiteSource, PostArgument, PostComment, RecordDebate};
pub use door::{Caller, KnownCredential, OnBehalfOf, People};
pub use erasure::{DecideErasure, Erasable, Erasables, Erase, Granted, LiveVote, RequestErasure};
pub use malformed::Malformed;
pub use moderation::{Appeal, DecideAppeal, Moderate, NotifyAuthor, ReportContent};
pub use oversight::{AnswerRecommendation, DeclareGap, DeclareLoss, Observe, Recommend};
pub use response::{
    ContestResponse, CorrectResponse, PublishResponse, ResponsePointer, Signed, SupersedeResponse,
};
pub use rights::{Countersign, GrantRole, RevokeRole, credential_of};
pub use takedown::DecideTakedown;
pub use vote::{AddPaperVotes, CastVote, ChangeVote, CloseBallot, InvalidateVote, OpenBallot, RetractVote};

pub(crate) use erasure::nothing_left;
pub(crate) use own::not_beside;

use devenir_core::envelope::{Draft, Reference};
use devenir_core::event::{Absence, Event, Part, RefRole};
use devenir_core::id::IntentId;
use devenir_core::rules::Role;
use devenir_core::time::Claimed;
use devenir_core::writer::Target;

/// Something that somebody may ask to be recorded.
pub trait Act: serde::Serialize {
    /// The consultation it is for.
    fn target(&self) -> Target;

    /// The contribution or vote that must be the asker's own, with who asks.
    fn own(&self) -> Option<(IntentId, &OnBehalfOf)> {
        None
    }

    /// The token with which an author without an account asks for this, and the text that it must be of.
    fn token(&self) -> Option<(IntentId, &str)> {
        None
    }

    /// Whether nothing else may be recorded between its drafting and its recording: it names everything of a kind.
    fn is_alone(&self) -> bool {
        false
    }

    /// What would be recorded.
    ///
    /// # Errors
    /// [`Malformed`] names the field that is empty, too long, or not what it should be.
    fn drafts(&self, caller: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed>;
}

/// A part that is not given.
const fn absent<T>() -> Part<T> {
    Part::Absent(Absence::NotInSource)
}

fn draft(event: impl Into<Event>, refs: Vec<(RefRole, Reference)>, occurred: Claimed, actor: Role) -> Draft {
    Draft { event: event.into(), refs, occurred, actor }
}

fn to(role: RefRole, id: IntentId) -> (RefRole, Reference) {
    (role, Reference::Recorded(id))
}
