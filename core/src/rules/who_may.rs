//! Who may do what: one table of acts and roles.
//!
//! The role is the one in which somebody acts (`docs/design.md`, Identities), not the credential that
//! carried the request: a platform acts as itself when it speaks for a participant whom it knows. The
//! table is the whole rule. It knows no phase, no ballot and no author: what else an act asks is a
//! [`Norm`](super::norms::Norm).

use super::labels::labels;

crate::codes! {
    /// The capacity in which somebody acts on the record.
    pub enum Role {
        /// A participant, with an author token or a credential of their own.
        Citizen = "citizen",
        /// A participation platform that speaks for participants it knows.
        Platform = "platform",
        /// Whoever applies the moderation policy.
        Moderator = "moderator",
        /// Whoever runs the consultation from day to day.
        Facilitator = "facilitator",
        /// A body that answers and decides, through named signatories.
        Authority = "authority",
        /// A service that assesses cost or feasibility.
        Assessor = "assessor",
        /// An independent observer: reads everything, changes nothing.
        Guarantor = "guarantor",
        /// Whoever operates the instance.
        Administrator = "administrator",
        /// The system itself, for what follows from rules and calendar alone.
        Clerk = "clerk",
    }
}

labels! { Role {
    Citizen: "participant·e", "participant";
    Platform: "plateforme", "platform";
    Moderator: "modération", "moderator";
    Facilitator: "animation", "facilitator";
    Authority: "autorité", "authority";
    Assessor: "service instructeur", "assessor";
    Guarantor: "garant·e", "guarantor";
    Administrator: "administration du site", "administrator";
    Clerk: "greffe automatique", "automatic clerk";
} }

/// Declares the acts and, on the same line, the roles that may do them.
macro_rules! acts {
    ($(#[doc = $doc:literal] $act:ident = $text:literal: $($role:ident)+;)+) => {
        crate::codes! {
            /// What somebody may ask to do: one value for each command.
            pub enum Act { $(#[doc = $doc] $act = $text,)+ }
        }

        impl Act {
            /// The roles that may do this, in the order of the table.
            #[must_use]
            pub const fn roles(self) -> &'static [Role] {
                match self { $(Self::$act => &[$(Role::$role),+]),+ }
            }
        }
    };
}

acts! {
    /// Register a consultation.
    RegisterConsultation = "register_consultation": Administrator;
    /// Adopt its rules.
    AdoptRules = "adopt_rules": Authority Administrator;
    /// Change rules already adopted.
    AmendRules = "amend_rules": Authority Administrator;
    /// Open a phase.
    OpenPhase = "open_phase": Facilitator Administrator Clerk;
    /// Put off the end of a phase, with reasons.
    ExtendPhase = "extend_phase": Authority Facilitator Administrator;
    /// Close a phase.
    ClosePhase = "close_phase": Facilitator Administrator Clerk;
    /// Publish a text that the consultation is about.
    PublishReferenceText = "publish_reference_text": Authority Facilitator Administrator;
    /// Close the consultation.
    CloseConsultation = "close_consultation": Authority Administrator;

    /// Submit a contribution; a facilitator enters those on paper.
    Submit = "submit": Citizen Platform Facilitator;
    /// Publish a contribution that waits.
    Publish = "publish": Platform Moderator;
    /// Replace one's own text by a new version.
    Revise = "revise": Citizen Platform;
    /// Ask an author for a revision.
    RequestRevision = "request_revision": Moderator Facilitator;
    /// Take one's own contribution back.
    Withdraw = "withdraw": Citizen Platform;

    /// Propose an amendment.
    SubmitAmendment = "submit_amendment": Citizen Platform Authority;
    /// Give an opinion on an amendment.
    GiveAmendmentOpinion = "give_amendment_opinion": Authority Assessor;
    /// Decide an amendment: the author of the amended text, a facilitator or an authority.
    DecideAmendment = "decide_amendment": Citizen Platform Facilitator Authority;
    /// Rectify one's own amendment.
    RectifyAmendment = "rectify_amendment": Citizen Platform Authority;
    /// State that an amendment lost its object.
    LapseAmendment = "lapse_amendment": Facilitator Authority;

    /// Post an argument.
    Argue = "argue": Citizen Platform Authority;
    /// Post a comment.
    Comment = "comment": Citizen Platform Authority;
    /// Cite a source.
    CiteSource = "cite_source": Citizen Platform Authority;
    /// Record that a debate was held.
    RecordDebate = "record_debate": Authority Facilitator;

    /// Open a ballot.
    OpenBallot = "open_ballot": Facilitator Administrator;
    /// Cast a vote or change it.
    Vote = "vote": Citizen Platform;
    /// Take one's own vote back.
    RetractVote = "retract_vote": Citizen Platform;
    /// Set a vote aside, on a stated ground.
    InvalidateVote = "invalidate_vote": Moderator Administrator;
    /// Add the votes of a paper count.
    AddPaperVotes = "add_paper_votes": Facilitator;
    /// Report a counter that somebody else keeps.
    ObserveVotes = "observe_votes": Platform Administrator;
    /// Close a ballot.
    CloseBallot = "close_ballot": Facilitator Administrator;
    /// Record that a threshold was reached.
    RecordThreshold = "record_threshold": Clerk;

    /// Report a contribution to the moderators.
    Report = "report": Citizen Platform Facilitator Authority Guarantor;
    /// Hide, remove, redact, restore, reject or keep a contribution.
    Moderate = "moderate": Moderator;
    /// Appeal against a moderation of one's own contribution.
    Appeal = "appeal": Citizen Platform;
    /// Decide an appeal.
    DecideAppeal = "decide_appeal": Moderator;
    /// State that the author was told.
    NotifyAuthor = "notify_author": Platform Moderator;

    /// Record that an answer is owed.
    RecordDuty = "record_duty": Clerk;
    /// Put off the date of an answer, with reasons.
    ExtendDuty = "extend_duty": Authority;
    /// Hand a duty over to another body.
    TransferDuty = "transfer_duty": Authority;
    /// Publish a response.
    PublishResponse = "publish_response": Authority;
    /// Mend the text, signatory or pointer of a response.
    CorrectResponse = "correct_response": Authority;
    /// Replace a response by one with another outcome or list.
    SupersedeResponse = "supersede_response": Authority;
    /// Judge whether a response is sufficient.
    JudgeResponse = "judge_response": Guarantor;
    /// Contest a response to one's own contribution.
    ContestResponse = "contest_response": Citizen Platform;

    /// State what was observed of the consultation.
    Observe = "observe": Guarantor;
    /// Recommend something to those who run it.
    Recommend = "recommend": Guarantor;
    /// Answer a recommendation.
    AnswerRecommendation = "answer_recommendation": Authority Facilitator;
    /// Read a text that is hidden; each reading is counted.
    ReadHidden = "read_hidden": Moderator Guarantor;
    /// Give a credential a role.
    GrantRole = "grant_role": Administrator;
    /// Take a role back.
    RevokeRole = "revoke_role": Administrator;
    /// Replace the key with which one signs by another one of one's own, with the hands of both.
    ReplaceKey = "replace_key": Platform Moderator Facilitator Authority Assessor Guarantor Administrator;
    /// Countersign an act that needs two hands, as another person.
    Countersign = "countersign": Authority Administrator;
    /// Record how far every consultation has come.
    RecordHeads = "record_heads": Clerk;
    /// Ask for an erasure: an author, or whoever enters a request that came on paper.
    RequestErasure = "request_erasure": Citizen Platform Facilitator Authority Administrator;
    /// Decide on an erasure, as the controller.
    DecideErasure = "decide_erasure": Authority Administrator;
    /// Erase what was decided, and take back the votes that go with it.
    Erase = "erase": Authority Administrator;
    /// Decide to take down texts of a public act.
    DecideTakedown = "decide_takedown": Authority Administrator;
    /// Declare which parts of the record are lost.
    DeclareLoss = "declare_loss": Administrator;
    /// Import what a source states.
    Import = "import": Administrator;
    /// Declare what is missing from the record.
    DeclareGap = "declare_gap": Administrator;
}

/// Whether somebody who acts as `role` may do `act`.
#[must_use]
pub fn may(role: Role, act: Act) -> bool {
    act.roles().contains(&role)
}

/// The capacity in which a credential of `role` does `act`, drafted for `drafted`; none where it may not.
///
/// A platform speaks for the participants whom it knows, so what only they may do stays theirs; everybody else acts
/// in their own role.
#[must_use]
pub fn capacity(role: Role, act: Act, drafted: Role) -> Option<Role> {
    if role == Role::Platform && drafted == Role::Citizen && may(Role::Citizen, act) {
        return Some(Role::Citizen);
    }
    may(role, act).then_some(role)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every act by every role, to be read: `x` may, `p` may for a participant.
    #[test]
    fn every_act_and_every_role() {
        let mut table = format!("{:24}", "");
        for role in Role::ALL {
            table.push_str(&format!(" {:>5.5}", role.as_str()));
        }
        for act in Act::ALL {
            table.push_str(&format!("\n{:24}", act.as_str()));
            for role in Role::ALL {
                let sign = match (capacity(*role, *act, *role), capacity(*role, *act, Role::Citizen)) {
                    (_, Some(Role::Citizen)) if *role == Role::Platform => "p",
                    (Some(_), _) => "x",
                    (None, _) => ".",
                };
                table.push_str(&format!(" {sign:>5}"));
            }
        }
        insta::assert_snapshot!(table);
    }

    /// Every act that `role` may do, in the order of the table.
    fn acts_of(role: Role) -> Vec<&'static str> {
        Act::ALL.iter().filter(|act| may(role, **act)).map(|act| act.as_str()).collect()
    }

    #[test]
    fn every_act_names_each_of_its_roles_once() {
        for act in Act::ALL {
            let mut roles = act.roles().to_vec();
            roles.sort();
            roles.dedup();
            assert_eq!(roles.len(), act.roles().len(), "{act}");
        }
    }

    #[test]
    fn a_guarantor_speaks_and_never_changes_anything() {
        assert_eq!(
            acts_of(Role::Guarantor),
            ["report", "judge_response", "observe", "recommend", "read_hidden", "replace_key"]
        );
    }

    #[test]
    fn the_clerk_only_records_what_follows_from_rules_and_calendar() {
        assert_eq!(
            acts_of(Role::Clerk),
            ["open_phase", "close_phase", "record_threshold", "record_duty", "record_heads"]
        );
    }

    #[test]
    fn only_an_authority_answers() {
        for act in [Act::PublishResponse, Act::CorrectResponse, Act::SupersedeResponse] {
            assert_eq!(act.roles(), [Role::Authority]);
        }
    }

    #[test]
    fn only_a_moderator_moderates_and_a_moderator_never_answers_for_the_authority() {
        assert_eq!(Act::Moderate.roles(), [Role::Moderator]);
        assert!(!may(Role::Moderator, Act::PublishResponse));
    }

    #[test]
    fn a_platform_may_do_whatever_a_citizen_may() {
        for act in Act::ALL {
            assert!(!may(Role::Citizen, *act) || may(Role::Platform, *act), "{act}");
        }
    }

    #[test]
    fn an_administrator_neither_votes_nor_speaks_nor_answers_for_anyone() {
        for act in [Act::Submit, Act::Revise, Act::Withdraw, Act::Argue, Act::Vote, Act::RetractVote] {
            assert!(!may(Role::Administrator, act), "{act}");
        }
        assert!(!may(Role::Administrator, Act::PublishResponse));
        assert!(!may(Role::Administrator, Act::Moderate));
    }

    #[test]
    fn an_assessor_gives_opinions_and_decides_nothing() {
        assert_eq!(acts_of(Role::Assessor), ["give_amendment_opinion", "replace_key"]);
    }
}
