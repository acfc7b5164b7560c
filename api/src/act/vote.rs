//! Acts on ballots and votes.
//!
//! `docs/events.md`, family vote; `docs/design.md` (Votes) says what a tag is. Nothing here counts or decides.

use super::door::CITIZEN;
use super::malformed::{Malformed, TEXT_MAX, TITLE_MAX, optional, text};
use super::{Act, Caller, OnBehalfOf, People, absent, draft, to};
use devenir_core::envelope::{Draft, Reference};
use devenir_core::event::code::{BallotKind, Choice, InvalidVote, RetractedBy};
use devenir_core::event::part::{BallotDefinition, BallotOption, ChoiceMade, Explanation, Minutes};
use devenir_core::event::vote as event;
use devenir_core::event::{Part, RefRole};
use devenir_core::id::{IntentId, StreamId, VoterTag};
use devenir_core::rules::Role;
use devenir_core::time::Claimed;
use devenir_core::writer::Target;

/// The most votes that a ballot gives one person: above, it is no cap.
const VOTES_PER_PERSON_MAX: u32 = 1_000;

/// Open a ballot.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OpenBallot {
    /// The consultation.
    pub consultation: StreamId,
    /// What it asks for.
    pub kind: BallotKind,
    /// Whether choices are withheld while it is open.
    pub choices_withheld: bool,
    /// The question.
    pub question: String,
    /// The options; none for a support or opinion ballot.
    pub options: Vec<BallotOption>,
    /// How many live votes one person may hold in it; none: one on each thing, without a cap.
    pub votes_per_person: Option<u32>,
    /// Whether its votes are counted by territory too; only then may they say one.
    pub per_territory: bool,
    /// The one thing it is about, if it is about one.
    pub subject: Option<IntentId>,
}

impl Act for OpenBallot {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::BallotOpened {
            facts: event::BallotOpenedFacts {
                choices_withheld: self.choices_withheld,
                kind: self.kind,
                per_territory: self.per_territory,
                votes_per_person: self.cap()?,
            },
            definition: Part::Open(BallotDefinition {
                options: self.options.clone(),
                question: text("question", &self.question, TITLE_MAX)?,
            }),
        };
        let refs = self.subject.map(|subject| to(RefRole::Subject, subject)).into_iter().collect();
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Facilitator)])
    }
}

impl OpenBallot {
    /// A cap on a person's votes that can be held to: several votes of one person are told apart by what they are on.
    fn cap(&self) -> Result<Option<u32>, Malformed> {
        let names_things =
            self.subject.is_none() && !self.choices_withheld && self.kind != BallotKind::Options;
        match self.votes_per_person {
            None | Some(1) => Ok(self.votes_per_person),
            Some(2..=VOTES_PER_PERSON_MAX) if names_things => Ok(self.votes_per_person),
            Some(other) => Err(Malformed {
                field: "votesPerPerson",
                expected: format!(
                    "1, nothing, or up to {VOTES_PER_PERSON_MAX} in a ballot whose votes each name what they are on"
                ),
                found: other.to_string(),
            }),
        }
    }
}

/// The tag of a person, and the references of a vote.
fn vote(
    consultation: StreamId,
    ballot: IntentId,
    subject: Option<IntentId>,
    person: &OnBehalfOf,
    people: &mut dyn People,
) -> Result<(VoterTag, Vec<(RefRole, Reference)>), Malformed> {
    let participant = person.participant(consultation, people)?;
    let tag = people.tag(participant, ballot, subject)?;
    let mut refs = vec![to(RefRole::Ballot, ballot)];
    refs.extend(subject.map(|subject| to(RefRole::Subject, subject)));
    Ok((tag, refs))
}

/// Cast a vote.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CastVote {
    /// The consultation.
    pub consultation: StreamId,
    /// The ballot.
    pub ballot: IntentId,
    /// What it is on; none in a ballot about one thing or whose choices are withheld.
    pub subject: Option<IntentId>,
    /// The version that the voter saw; the current one where it is not said.
    pub version: Option<IntentId>,
    /// The choice.
    pub choice: Choice,
    /// The option's index.
    pub option: Option<u16>,
    /// The voter's territory, an index in the rules.
    pub territory: Option<u32>,
    /// The voter.
    pub on_behalf_of: OnBehalfOf,
}

impl Act for CastVote {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let (tag, mut refs) = vote(self.consultation, self.ballot, self.subject, &self.on_behalf_of, people)?;
        refs.extend(self.version.map(|version| to(RefRole::Version, version)));
        let event = event::Cast {
            facts: event::CastFacts { tag, territory: self.territory, weight: 1 },
            author: self.on_behalf_of.author(self.consultation, people)?,
            choice: chosen(self.choice, self.option),
        };
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, CITIZEN)])
    }
}

/// A support is its reference: only other choices need a part.
const fn chosen(choice: Choice, option: Option<u16>) -> Part<ChoiceMade> {
    match choice {
        Choice::Support => absent(),
        Choice::For | Choice::Mixed | Choice::Against | Choice::Option | Choice::Blank => {
            Part::Open(ChoiceMade { choice, option })
        }
    }
}

/// Change one's vote.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ChangeVote {
    /// The consultation.
    pub consultation: StreamId,
    /// The ballot.
    pub ballot: IntentId,
    /// What it is on.
    pub subject: Option<IntentId>,
    /// The version that the voter saw; the current one where it is not said.
    pub version: Option<IntentId>,
    /// The choice from now on.
    pub choice: Choice,
    /// The option's index.
    pub option: Option<u16>,
    /// The voter.
    pub on_behalf_of: OnBehalfOf,
}

impl Act for ChangeVote {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let (tag, mut refs) = vote(self.consultation, self.ballot, self.subject, &self.on_behalf_of, people)?;
        refs.extend(self.version.map(|version| to(RefRole::Version, version)));
        let event = event::Changed {
            facts: event::ChangedFacts { tag, weight: 1 },
            author: self.on_behalf_of.author(self.consultation, people)?,
            choice: chosen(self.choice, self.option),
        };
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, CITIZEN)])
    }
}

/// Take one's vote back.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RetractVote {
    /// The consultation.
    pub consultation: StreamId,
    /// The ballot.
    pub ballot: IntentId,
    /// What it is on.
    pub subject: Option<IntentId>,
    /// The voter.
    pub on_behalf_of: OnBehalfOf,
}

impl Act for RetractVote {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let (tag, refs) = vote(self.consultation, self.ballot, self.subject, &self.on_behalf_of, people)?;
        let event = event::Retracted { facts: event::RetractedFacts { by: RetractedBy::Voter, tag } };
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, CITIZEN)])
    }
}

/// Declare a vote invalid.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct InvalidateVote {
    /// The consultation.
    pub consultation: StreamId,
    /// The ballot.
    pub ballot: IntentId,
    /// The vote.
    pub vote: IntentId,
    /// Its tag.
    pub tag: VoterTag,
    /// What it is on.
    pub subject: Option<IntentId>,
    /// Why, as a code.
    pub ground: InvalidVote,
    /// Why, in words.
    pub explanation: String,
}

impl Act for InvalidateVote {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let mut refs = vec![to(RefRole::Ballot, self.ballot), to(RefRole::Vote, self.vote)];
        refs.extend(self.subject.map(|subject| to(RefRole::Subject, subject)));
        let event = event::Invalidated {
            facts: event::InvalidatedFacts { ground: self.ground, tag: self.tag },
            explanation: Part::Open(Explanation { text: text("explanation", &self.explanation, TEXT_MAX)? }),
        };
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Moderator)])
    }
}

/// Add the votes of a paper count.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AddPaperVotes {
    /// The consultation.
    pub consultation: StreamId,
    /// The ballot.
    pub ballot: IntentId,
    /// What they are on.
    pub subject: Option<IntentId>,
    /// The totals.
    pub counts: Vec<event::Count>,
    /// The minutes of the count.
    pub minutes: String,
    /// Where the minutes are published.
    pub url: Option<String>,
}

impl Act for AddPaperVotes {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let mut refs = vec![to(RefRole::Ballot, self.ballot)];
        refs.extend(self.subject.map(|subject| to(RefRole::Subject, subject)));
        let event = event::PaperAdded {
            facts: event::PaperAddedFacts { counts: self.counts.clone() },
            minutes: Part::Open(Minutes {
                text: text("minutes", &self.minutes, TEXT_MAX)?,
                url: optional("url", self.url.as_deref(), TITLE_MAX)?,
            }),
        };
        Ok(vec![draft(event, refs, Claimed::UNKNOWN, Role::Facilitator)])
    }
}

/// Close a ballot.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CloseBallot {
    /// The consultation.
    pub consultation: StreamId,
    /// The ballot.
    pub ballot: IntentId,
}

impl Act for CloseBallot {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn drafts(&self, _: &Caller, _: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let event = event::BallotClosed { facts: event::BallotClosedFacts {} };
        Ok(vec![draft(event, vec![to(RefRole::Ballot, self.ballot)], Claimed::UNKNOWN, Role::Facilitator)])
    }
}
