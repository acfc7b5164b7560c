//! Family 0x05, vote: ballots, votes and counters.
//!
//! `docs/events.md` lists the types; `docs/format.md` (Votes) says what a voter tag is. Counted votes and
//! observed counters are different events and are never added together. This module counts nothing.

use super::code::{BallotKind, Choice, InvalidVote, RetractedBy};
use super::family::{facts, family};
use super::part::{Author, BallotDefinition, ChoiceMade, Explanation, Minutes, Source, TallyTable};
use crate::id::VoterTag;

facts! {
    /// A ballot opens.
    pub struct BallotOpenedFacts {
        /// Whether choices are withheld while it is open; its votes then refer to the ballot only.
        choices_withheld: bool,
        /// What it asks for.
        kind: BallotKind,
        /// Whether its votes are counted by territory too; only then do they say one.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        per_territory: bool,
        /// How many live votes one person may hold in it, where the rules cap them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        votes_per_person: Option<u32>,
    }

    /// A vote is cast.
    pub struct CastFacts {
        /// The voter, on this target, in this ballot.
        tag: VoterTag,
        /// The voter's territory, an index in the rules, where votes are counted per territory.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        territory: Option<u32>,
        /// What it weighs, 1 unless the rules say otherwise.
        weight: u32,
    }

    /// A vote is changed.
    pub struct ChangedFacts {
        /// The same voter.
        tag: VoterTag,
        /// What it weighs.
        weight: u32,
    }

    /// A vote is taken back.
    pub struct RetractedFacts {
        /// By what.
        by: RetractedBy,
        /// The same voter.
        tag: VoterTag,
    }

    /// A vote is declared invalid.
    pub struct InvalidatedFacts {
        /// Why.
        ground: InvalidVote,
        /// The voter.
        tag: VoterTag,
    }

    /// Votes on paper, counted by hand.
    pub struct PaperAddedFacts {
        /// Totals by choice.
        counts: Vec<Count>,
    }

    /// A counter that somebody reports.
    pub struct ObservedFacts {
        /// Totals by choice.
        counts: Vec<Count>,
    }

    /// A ballot closes.
    pub struct BallotClosedFacts {}

    /// A total for one choice.
    pub struct Count {
        /// The choice.
        choice: Choice,
        /// How many.
        count: u64,
        /// The option's index, where the choice is an option.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        option: Option<u16>,
        /// The territory that the total is of, an index in the rules; the totals of a choice add up to its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        territory: Option<u32>,
    }
}

family! {
    /// Events of ballots.
    VoteEvent {
        /// A ballot was opened.
        0x0501 "ballot-opened" v 1 BallotOpened {
            facts: BallotOpenedFacts,
            refs: [Subject Optional],
            parts: { definition: BallotDefinition },
        }
        /// A vote was cast.
        0x0502 "vote-cast" v 1 Cast {
            facts: CastFacts,
            refs: [Ballot One, Subject Optional, Version Optional],
            parts: { author: Author, choice: ChoiceMade },
        }
        /// A vote was changed by its voter.
        0x0503 "vote-changed" v 1 Changed {
            facts: ChangedFacts,
            refs: [Ballot One, Vote One, Subject Optional, Version Optional],
            parts: { author: Author, choice: ChoiceMade },
        }
        /// A vote was taken back.
        0x0504 "vote-retracted" v 1 Retracted {
            facts: RetractedFacts,
            refs: [Ballot One, Vote One, Subject Optional],
            parts: {},
        }
        /// A vote was declared invalid.
        0x0505 "vote-invalidated" v 1 Invalidated {
            facts: InvalidatedFacts,
            refs: [Ballot One, Vote One, Subject Optional],
            parts: { explanation: Explanation },
        }
        /// Votes on paper were added to a ballot.
        0x0506 "paper-votes-added" v 1 PaperAdded {
            facts: PaperAddedFacts,
            refs: [Ballot One, Subject Optional, Version Optional],
            parts: { minutes: Minutes },
        }
        /// A counter was observed at its source.
        0x0507 "votes-observed" v 1 Observed {
            facts: ObservedFacts,
            refs: [Subject One, Version Optional, Ballot Optional],
            parts: { source: Source, table: TallyTable },
        }
        /// A ballot was closed.
        0x0508 "ballot-closed" v 1 BallotClosed { facts: BallotClosedFacts, refs: [Ballot One], parts: {} }
    }
}
