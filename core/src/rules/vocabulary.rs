//! The closed words of the record: what can become of a contribution, and why.
//!
//! [`FateCode`] is the one outcome vocabulary (`docs/design.md`, Fates); the words of platforms and
//! parliaments are mapped to it by the tables of [`crosswalk`](super::crosswalk), never added to it.
//! The smaller enums are the parts of it that one kind of act may state. This module knows no sentence:
//! the words shown to people are in [`labels`](super::labels).

crate::codes! {
    /// One of the five independent axes of a fate, the axis that nobody can write, or any of them.
    pub enum Axis {
        /// How far the contribution has come.
        Stage = "stage",
        /// Whether its text can be read.
        Visibility = "visibility",
        /// What it was tied to.
        Linkage = "linkage",
        /// What somebody entitled decided.
        Decision = "decision",
        /// What was done of it.
        Delivery = "delivery",
        /// What nobody did: computed at reading, never recorded.
        Silence = "silence",
        /// Beside any of the others.
        Any = "any",
    }
}

crate::codes! {
    /// What became of a contribution: the only outcome vocabulary.
    pub enum FateCode {
        /// Taken in; a receipt was given.
        Received = "received",
        /// Waits for a moderator before it can be read.
        PendingModeration = "pending_moderation",
        /// Can be read by everyone.
        Published = "published",
        /// Refused before any examination, on a stated ground.
        Inadmissible = "inadmissible",
        /// Moved by a moderator to a place where it is not shown.
        Hidden = "hidden",
        /// Taken away by moderation.
        Removed = "removed",
        /// Passages were taken out; the rest can be read.
        Redacted = "redacted",
        /// Shown again after a measure was undone.
        Restored = "restored",
        /// Its text was erased on request.
        Erased = "erased",
        /// Says the same as another.
        DuplicateOf = "duplicate_of",
        /// Goes on within another.
        MergedInto = "merged_into",
        /// Goes on as several others.
        SplitInto = "split_into",
        /// Its text was changed by an amendment.
        AmendedBy = "amended_by",
        /// A sentence of a synthesis refers to it.
        CitedInSynthesis = "cited_in_synthesis",
        /// An authority is examining it.
        UnderReview = "under_review",
        /// Sent on to another authority.
        Referred = "referred",
        /// An authority answered, without taking it up or refusing it.
        Answered = "answered",
        /// Taken up as it is, at a stated place.
        Adopted = "adopted",
        /// Taken up with changes.
        AdoptedWithChanges = "adopted_with_changes",
        /// Taken up in part.
        PartiallyAdopted = "partially_adopted",
        /// Was already provided for when it was made.
        AlreadySatisfied = "already_satisfied",
        /// Put off to a stated time or phase.
        Deferred = "deferred",
        /// Not taken up, for reasons of law and fact.
        Rejected = "rejected",
        /// Lost its object through another decision.
        Lapsed = "lapsed",
        /// Nobody spoke for it in session.
        NotSupported = "not_supported",
        /// The phase ended before it was examined.
        NotExamined = "not_examined",
        /// Its author took it back.
        Withdrawn = "withdrawn",
        /// Closed with too little support.
        ThresholdNotMet = "threshold_not_met",
        /// Reached the support that the rules ask.
        ThresholdMet = "threshold_met",
        /// Its time ran out.
        Expired = "expired",
        /// Chosen by a vote or a jury.
        Selected = "selected",
        /// An authority committed to it, with a date.
        Planned = "planned",
        /// Being carried out.
        InProgress = "in_progress",
        /// Carried out in part.
        PartiallyDone = "partially_done",
        /// Carried out.
        Done = "done",
        /// Given up after a commitment.
        Abandoned = "abandoned",
        /// Behind the date that was promised.
        Slipped = "slipped",
        /// Its author, a panel or a guarantor disputes what was decided or done.
        Contested = "contested",
        /// The answer was judged insufficient; the duty goes on.
        Insufficient = "insufficient",
        /// An answer is awaited and not yet late.
        NoResponseYet = "no_response_yet",
        /// An answer that must be given is late.
        NoResponseOverdue = "no_response_overdue",
        /// Nobody has to answer.
        NoDuty = "no_duty",
        /// Closed by an authority without action.
        ClosedNoAction = "closed_no_action",
        /// Debated by an assembly.
        Debated = "debated",
        /// Not put to the vote; the source does not say why.
        NotVoted = "not_voted",
        /// Judged impossible on a ground of law, technique or cost.
        NotFeasible = "not_feasible",
        /// The record does not cover what came after.
        UnknownInSource = "unknown_in_source",
    }
}

impl FateCode {
    /// The axis that this code lies on.
    #[must_use]
    pub const fn axis(self) -> Axis {
        match self {
            Self::Received | Self::PendingModeration | Self::Inadmissible => Axis::Stage,
            Self::UnderReview | Self::Withdrawn | Self::ThresholdMet => Axis::Stage,
            Self::Published | Self::Hidden | Self::Removed => Axis::Visibility,
            Self::Redacted | Self::Restored | Self::Erased => Axis::Visibility,
            Self::DuplicateOf | Self::MergedInto | Self::SplitInto => Axis::Linkage,
            Self::AmendedBy | Self::CitedInSynthesis => Axis::Linkage,
            Self::Referred | Self::Answered | Self::Adopted | Self::AdoptedWithChanges => Axis::Decision,
            Self::PartiallyAdopted | Self::AlreadySatisfied | Self::Deferred => Axis::Decision,
            Self::Rejected | Self::Lapsed | Self::NotSupported | Self::NotExamined => Axis::Decision,
            Self::ThresholdNotMet | Self::Expired | Self::Selected | Self::Insufficient => Axis::Decision,
            Self::ClosedNoAction | Self::Debated | Self::NotVoted | Self::NotFeasible => Axis::Decision,
            Self::Planned | Self::InProgress | Self::PartiallyDone => Axis::Delivery,
            Self::Done | Self::Abandoned | Self::Slipped => Axis::Delivery,
            Self::NoResponseYet | Self::NoResponseOverdue | Self::NoDuty | Self::UnknownInSource => {
                Axis::Silence
            }
            Self::Contested => Axis::Any,
        }
    }

    /// Whether this code is computed at reading and never written by anyone.
    #[must_use]
    pub const fn is_computed(self) -> bool {
        matches!(
            self,
            Self::Expired
                | Self::Slipped
                | Self::NoResponseYet
                | Self::NoResponseOverdue
                | Self::NoDuty
                | Self::UnknownInSource
        )
    }
}

/// Declares a vocabulary that is a part of [`FateCode`], with the same texts, and its way back.
macro_rules! part_of_fate {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[doc = $doc:literal])* $variant:ident = $text:literal),+ $(,)?
    }) => {
        crate::codes! { $(#[$meta])* $vis enum $name { $($(#[doc = $doc])* $variant = $text),+ } }

        impl From<$name> for FateCode {
            fn from(code: $name) -> Self {
                match code { $($name::$variant => Self::$variant),+ }
            }
        }
    };
}

part_of_fate! {
    /// What an authority's response may state: the decisions that an authority or a jury takes, and
    /// that it is examining.
    pub enum Outcome {
        /// Being examined; no answer yet.
        UnderReview = "under_review",
        /// Sent on to another authority.
        Referred = "referred",
        /// Answered, without taking it up or refusing it.
        Answered = "answered",
        /// Taken up as it is.
        Adopted = "adopted",
        /// Taken up with changes.
        AdoptedWithChanges = "adopted_with_changes",
        /// Taken up in part.
        PartiallyAdopted = "partially_adopted",
        /// Already provided for.
        AlreadySatisfied = "already_satisfied",
        /// Put off.
        Deferred = "deferred",
        /// Not taken up.
        Rejected = "rejected",
        /// Judged impossible.
        NotFeasible = "not_feasible",
        /// Closed without action.
        ClosedNoAction = "closed_no_action",
        /// Debated by an assembly.
        Debated = "debated",
        /// Chosen by a vote or a jury.
        Selected = "selected",
    }
}

impl Outcome {
    /// The decision that this outcome is; none while the authority is still examining.
    #[must_use]
    pub const fn decision(self) -> Option<Decision> {
        match self {
            Self::UnderReview => None,
            Self::Referred => Some(Decision::Referred),
            Self::Answered => Some(Decision::Answered),
            Self::Adopted => Some(Decision::Adopted),
            Self::AdoptedWithChanges => Some(Decision::AdoptedWithChanges),
            Self::PartiallyAdopted => Some(Decision::PartiallyAdopted),
            Self::AlreadySatisfied => Some(Decision::AlreadySatisfied),
            Self::Deferred => Some(Decision::Deferred),
            Self::Rejected => Some(Decision::Rejected),
            Self::NotFeasible => Some(Decision::NotFeasible),
            Self::ClosedNoAction => Some(Decision::ClosedNoAction),
            Self::Debated => Some(Decision::Debated),
            Self::Selected => Some(Decision::Selected),
        }
    }
}

part_of_fate! {
    /// What became of an amendment.
    pub enum AmendmentFate {
        /// Adopted as it is.
        Adopted = "adopted",
        /// Adopted after it was rectified or sub-amended.
        AdoptedWithChanges = "adopted_with_changes",
        /// Rejected.
        Rejected = "rejected",
        /// Lost its object through another vote.
        Lapsed = "lapsed",
        /// Taken back by its author.
        Withdrawn = "withdrawn",
        /// Nobody spoke for it in session.
        NotSupported = "not_supported",
        /// The phase ended before it was examined.
        NotExamined = "not_examined",
        /// Refused before examination, on a stated ground.
        Inadmissible = "inadmissible",
        /// Already in the text.
        AlreadySatisfied = "already_satisfied",
        /// Not put to the vote; the source does not say why.
        NotVoted = "not_voted",
    }
}

impl AmendmentFate {
    /// The decision that this fate is; none where the amendment never came to one.
    #[must_use]
    pub const fn decision(self) -> Option<Decision> {
        match self {
            Self::Withdrawn | Self::Inadmissible => None,
            Self::Adopted => Some(Decision::Adopted),
            Self::AdoptedWithChanges => Some(Decision::AdoptedWithChanges),
            Self::Rejected => Some(Decision::Rejected),
            Self::Lapsed => Some(Decision::Lapsed),
            Self::NotSupported => Some(Decision::NotSupported),
            Self::NotExamined => Some(Decision::NotExamined),
            Self::AlreadySatisfied => Some(Decision::AlreadySatisfied),
            Self::NotVoted => Some(Decision::NotVoted),
        }
    }
}

part_of_fate! {
    /// Every code that can stand as the decision on a subject, whoever or whatever took it.
    ///
    /// It is the decision axis without [`FateCode::Insufficient`], which judges an answer and decides
    /// nothing.
    pub enum Decision {
        /// Sent on to another authority.
        Referred = "referred",
        /// Answered.
        Answered = "answered",
        /// Taken up as it is.
        Adopted = "adopted",
        /// Taken up with changes.
        AdoptedWithChanges = "adopted_with_changes",
        /// Taken up in part.
        PartiallyAdopted = "partially_adopted",
        /// Already provided for.
        AlreadySatisfied = "already_satisfied",
        /// Put off.
        Deferred = "deferred",
        /// Not taken up.
        Rejected = "rejected",
        /// Lost its object.
        Lapsed = "lapsed",
        /// Nobody spoke for it.
        NotSupported = "not_supported",
        /// Not examined before the end.
        NotExamined = "not_examined",
        /// Closed with too little support.
        ThresholdNotMet = "threshold_not_met",
        /// Its time ran out.
        Expired = "expired",
        /// Chosen by a vote or a jury.
        Selected = "selected",
        /// Closed without action.
        ClosedNoAction = "closed_no_action",
        /// Debated by an assembly.
        Debated = "debated",
        /// Not put to the vote.
        NotVoted = "not_voted",
        /// Judged impossible.
        NotFeasible = "not_feasible",
    }
}

part_of_fate! {
    /// How far a commitment has come, as somebody reported it; being late is computed beside it.
    pub enum Delivery {
        /// Committed to, with a date.
        Planned = "planned",
        /// Being carried out.
        InProgress = "in_progress",
        /// Carried out in part.
        PartiallyDone = "partially_done",
        /// Carried out.
        Done = "done",
        /// Given up.
        Abandoned = "abandoned",
    }
}

part_of_fate! {
    /// How far a contribution came into the record.
    pub enum Entry {
        /// Taken in.
        Received = "received",
        /// Waits for a moderator.
        PendingModeration = "pending_moderation",
        /// Published.
        Published = "published",
    }
}

part_of_fate! {
    /// How a contribution goes on in others.
    pub enum Linkage {
        /// It says the same as another.
        DuplicateOf = "duplicate_of",
        /// It goes on within another: merged or grouped.
        MergedInto = "merged_into",
        /// It goes on as several others.
        SplitInto = "split_into",
    }
}

crate::codes! {
    /// Why a moderator or an admissibility body acted on a contribution or an amendment.
    ///
    /// A source that gives no ground leaves it unsaid; there is no code for that.
    pub enum Ground {
        /// Advertising or flooding.
        Spam = "spam",
        /// Insulting or offensive words.
        Offensive = "offensive",
        /// An attack on a person.
        PersonalAttack = "personal_attack",
        /// Incitement to hatred or discrimination.
        HateSpeech = "hate_speech",
        /// Defamation, or a matter before a court.
        Defamatory = "defamatory",
        /// Content that the law forbids.
        IllegalContent = "illegal_content",
        /// Data about a person who can be recognised.
        PersonalData = "personal_data",
        /// A breach of somebody's copyright.
        Copyright = "copyright",
        /// Not about the subject of the consultation.
        OffTopic = "off_topic",
        /// The same as another.
        Duplicate = "duplicate",
        /// Cannot be understood.
        Incomprehensible = "incomprehensible",
        /// Asks for nothing that the authority could do.
        NoClearRequest = "no_clear_request",
        /// The authority asked is not the one that could act.
        OutsideCompetence = "outside_competence",
        /// Already being done, or already done.
        AlreadyHappening = "already_happening",
        /// About honours or appointments, which have their own procedure.
        HonoursOrAppointments = "honours_or_appointments",
        /// A request for information, which has its own procedure.
        InformationRequest = "information_request",
        /// Made under a false name.
        FalseIdentity = "false_identity",
        /// Its author was not entitled to make it.
        NotEntitled = "not_entitled",
        /// Made outside the period, or without what the form asks.
        FormalDefect = "formal_defect",
        /// An amendment without a link to the text.
        UnrelatedAmendment = "unrelated_amendment",
        /// An amendment that creates or worsens a public expense.
        PublicExpense = "public_expense",
        /// An amendment outside the domain of the law.
        OutsideLawDomain = "outside_law_domain",
        /// Contrary to a rule of higher rank.
        HigherLaw = "higher_law",
        /// Its author asked for it.
        AuthorRequest = "author_request",
        /// A court or an authority ordered it.
        LegalOrder = "legal_order",
        /// The former measure was a mistake.
        Mistake = "mistake",
        /// The report or the appeal was not founded.
        Unfounded = "unfounded",
    }
}

crate::codes! {
    /// What a moderation or an appeal does to a contribution.
    pub enum ModerationAction {
        /// Leave it as it is; the report is dismissed or the measure upheld.
        Keep = "keep",
        /// Move it to the open bin.
        Hide = "hide",
        /// Take it away.
        Remove = "remove",
        /// Take passages out.
        Redact = "redact",
        /// Undo what was done.
        Restore = "restore",
        /// Refuse it as inadmissible.
        Reject = "reject",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every part of the fate vocabulary, as pairs of its own text and the fate's.
    fn parts() -> Vec<(&'static str, FateCode)> {
        let mut pairs: Vec<(&str, FateCode)> = vec![];
        pairs.extend(Outcome::ALL.iter().map(|code| (code.as_str(), (*code).into())));
        pairs.extend(AmendmentFate::ALL.iter().map(|code| (code.as_str(), (*code).into())));
        pairs.extend(Decision::ALL.iter().map(|code| (code.as_str(), (*code).into())));
        pairs.extend(Entry::ALL.iter().map(|code| (code.as_str(), (*code).into())));
        pairs.extend(Linkage::ALL.iter().map(|code| (code.as_str(), (*code).into())));
        pairs.extend(Delivery::ALL.iter().map(|code| (code.as_str(), (*code).into())));
        pairs
    }

    #[test]
    fn there_are_forty_seven_fates() {
        assert_eq!(FateCode::ALL.len(), 47);
    }

    #[test]
    fn a_part_of_the_vocabulary_spells_each_code_as_the_whole_does() {
        for (text, fate) in parts() {
            assert_eq!(text, fate.as_str());
        }
    }

    #[test]
    fn every_code_of_the_decision_axis_can_stand_but_insufficient() {
        for fate in FateCode::ALL {
            let stands = Decision::ALL.iter().any(|decision| FateCode::from(*decision) == *fate);
            let expected = fate.axis() == Axis::Decision && *fate != FateCode::Insufficient;
            assert_eq!(stands, expected, "{fate}");
        }
    }

    #[test]
    fn every_reported_delivery_is_on_its_axis_and_only_slipped_is_left_to_the_clock() {
        for fate in FateCode::ALL {
            let reported = Delivery::ALL.iter().any(|delivery| FateCode::from(*delivery) == *fate);
            assert_eq!(reported, fate.axis() == Axis::Delivery && !fate.is_computed(), "{fate}");
        }
    }

    #[test]
    fn no_response_can_state_what_is_computed() {
        for outcome in Outcome::ALL {
            assert!(!FateCode::from(*outcome).is_computed(), "{outcome}");
        }
    }

    #[test]
    fn the_decision_of_an_outcome_or_of_an_amendment_has_the_same_code() {
        for outcome in Outcome::ALL {
            if let Some(decision) = outcome.decision() {
                assert_eq!(decision.as_str(), outcome.as_str());
            }
        }
        for fate in AmendmentFate::ALL {
            if let Some(decision) = fate.decision() {
                assert_eq!(decision.as_str(), fate.as_str());
            }
        }
    }
}
