//! Inputs of acts on ballots and votes.
//!
//! `docs/events.md`, family vote. Nothing here counts or decides.

use devenir_core::event::code::{BallotKind, Choice, InvalidVote};
use devenir_core::event::part;
use devenir_core::event::vote::Count;

use super::input::{ParticipantInput, Tag, command, given};
use crate::act;
use crate::graphql::code::Code;
use crate::graphql::id::{ConsultationId, MadeId};

given! {
    /// One option of a ballot.
    BallotOptionInput as "BallotOptionInput" for part::BallotOption {
        /// What voters are shown.
        label: String,
        /// The version of a text that it stands for, where it stands for one.
        version: Option<MadeId>,
    }
}

given! {
    /// A total for one choice.
    CountInput as "CountInput" for Count {
        /// The choice.
        choice: Code<Choice>,
        /// How many.
        count: u64,
        /// The index of the option, where the choice is one.
        option: Option<u16>,
        /// The territory that it is of, an index in the rules; the totals of a choice add up to its own.
        territory: Option<u32>,
    }
}

command! {
    /// A ballot to be opened.
    OpenBallotInput for act::OpenBallot {
        /// The consultation.
        consultation: ConsultationId,
        /// What it asks for.
        kind: Code<BallotKind>,
        /// Whether choices are withheld while it is open.
        #[graphql(default)]
        choices_withheld: bool,
        /// The question.
        question: String,
        /// The options; none for a ballot of support or opinion.
        #[graphql(default)]
        options: Vec<BallotOptionInput>,
        /// How many live votes one person may hold in it, on as many things. Above 1, its votes name what they are on.
        votes_per_person: Option<u32>,
        /// Whether its votes are counted by territory too; only then may they say one.
        #[graphql(default)]
        per_territory: bool,
        /// The one thing it is about, if it is about one.
        subject: Option<MadeId>,
    }
}

command! {
    /// A vote to be cast.
    CastVoteInput for act::CastVote {
        /// The consultation.
        consultation: ConsultationId,
        /// The ballot.
        ballot: MadeId,
        /// What it is on; nothing in a ballot about one thing or whose choices are withheld.
        subject: Option<MadeId>,
        /// The version that the voter saw; the current one where it is not said.
        version: Option<MadeId>,
        /// The choice.
        choice: Code<Choice>,
        /// The index of the option.
        option: Option<u16>,
        /// The voter's territory, an index in the rules, where the ballot counts by territory.
        territory: Option<u32>,
        /// The voter.
        on_behalf_of: ParticipantInput,
    }
}

command! {
    /// A vote to be changed.
    ChangeVoteInput for act::ChangeVote {
        /// The consultation.
        consultation: ConsultationId,
        /// The ballot.
        ballot: MadeId,
        /// What it is on.
        subject: Option<MadeId>,
        /// The version that the voter saw; the current one where it is not said.
        version: Option<MadeId>,
        /// The choice from now on.
        choice: Code<Choice>,
        /// The index of the option.
        option: Option<u16>,
        /// The voter.
        on_behalf_of: ParticipantInput,
    }
}

command! {
    /// A vote to be taken back.
    RetractVoteInput for act::RetractVote {
        /// The consultation.
        consultation: ConsultationId,
        /// The ballot.
        ballot: MadeId,
        /// What it is on.
        subject: Option<MadeId>,
        /// The voter.
        on_behalf_of: ParticipantInput,
    }
}

command! {
    /// A vote to be set aside.
    InvalidateVoteInput for act::InvalidateVote {
        /// The consultation.
        consultation: ConsultationId,
        /// The ballot.
        ballot: MadeId,
        /// The vote.
        vote: MadeId,
        /// Its tag.
        tag: Tag,
        /// What it is on.
        subject: Option<MadeId>,
        /// Why, as a code.
        ground: Code<InvalidVote>,
        /// Why, in words.
        explanation: String,
    }
}

command! {
    /// The votes of a count on paper.
    AddPaperVotesInput for act::AddPaperVotes {
        /// The consultation.
        consultation: ConsultationId,
        /// The ballot.
        ballot: MadeId,
        /// What they are on.
        subject: Option<MadeId>,
        /// The totals.
        counts: Vec<CountInput>,
        /// The minutes of the count.
        minutes: String,
        /// Where the minutes are published.
        url: Option<String>,
    }
}

command! {
    /// A ballot to be closed.
    CloseBallotInput for act::CloseBallot {
        /// The consultation.
        consultation: ConsultationId,
        /// The ballot.
        ballot: MadeId,
    }
}
