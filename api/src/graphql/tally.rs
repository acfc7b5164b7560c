//! Figures: votes counted here, votes counted by hand, counters that others report; never added together.
//!
//! `docs/design.md` (Votes) binds counts to versions and withholds choices while a ballot asks for it. This module
//! counts nothing: the views did.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use devenir_core::event::code as event;
use devenir_core::ledger::Position;
use devenir_projections::query as views;

use super::at::At;
use super::code::Code;
use super::id::NodeId;
use super::scalar::{DateTime, int};
use super::text::ClaimedTime;

/// Figures of a text, or of one version of it.
#[derive(Debug, Clone)]
pub struct Tally {
    tallies: views::Tallies,
    /// The one version that is asked about.
    version: Option<Position>,
}

impl Tally {
    /// The figures of a text, all versions together; or of one of them.
    ///
    /// # Errors
    /// Where the views cannot be read.
    pub fn of(ctx: &Context<'_>, subject: Position, version: Option<Position>) -> Result<Self> {
        Ok(Self { tallies: At::of(ctx)?.ask(|reading| reading.tallies(subject))?, version })
    }

    fn is_meant(&self, version: Option<Position>) -> bool {
        self.version.is_none_or(|meant| version == Some(meant))
    }
}

/// Figures of a text. Counted: recomputed from votes in the record. Observed: a counter somebody reported. They are
/// never added together.
#[Object]
impl Tally {
    /// Live votes counted here one by one.
    async fn counted(&self) -> Vec<ChoiceCount> {
        let counted = self.tallies.counted.iter().filter(|it| self.is_meant(it.version));
        let count = |it: &views::CountedVotes| ChoiceCount {
            choice: it.choice.map(Code),
            option: it.option.map(i32::from),
            count: int(it.weight),
        };
        merged(counted.map(count))
    }

    /// The same votes by territory, all choices together, in the order of territories; empty where no ballot counts so.
    async fn by_territory(&self) -> Vec<TerritoryCount> {
        let mut all: Vec<TerritoryCount> = Vec::new();
        for it in self.tallies.by_territory.iter().filter(|it| self.is_meant(it.votes.version)) {
            let count = int(it.votes.weight);
            match all.iter_mut().find(|known| known.territory == it.territory) {
                Some(known) => known.count = known.count.saturating_add(count),
                None => all.push(TerritoryCount { territory: it.territory, count }),
            }
        }
        all
    }

    /// Votes on paper, counted by hand.
    async fn paper(&self) -> Vec<ChoiceCount> {
        let paper = self.tallies.paper.iter().filter(|it| self.is_meant(it.version));
        let count = |it: &views::PaperVotes| ChoiceCount {
            choice: it.choice.map(Code),
            option: it.option.map(i32::from),
            count: int(it.count),
        };
        merged(paper.map(count))
    }

    /// The counters that a source reported last.
    async fn observed(&self) -> Vec<ObservedCount> {
        let mut reported = self.tallies.observed.iter().filter(|it| self.is_meant(Some(it.version)));
        reported.next_back().map_or_else(Vec::new, ObservedCount::all)
    }

    /// Votes set aside, whichever version they were cast on.
    async fn set_aside(&self) -> Vec<SetAside> {
        let excluded = self.tallies.excluded.iter();
        excluded.map(|it| SetAside { ground: Code(it.ground), count: int(it.votes) }).collect()
    }

    /// Whether these are the figures of one version of the text rather than of all together.
    async fn bound_to_version(&self) -> bool {
        self.version.is_some()
    }
}

/// Counts of the same choice in one.
fn merged(counts: impl Iterator<Item = ChoiceCount>) -> Vec<ChoiceCount> {
    let mut merged: Vec<ChoiceCount> = Vec::new();
    for count in counts {
        let same = |it: &&mut ChoiceCount| it.choice == count.choice && it.option == count.option;
        match merged.iter_mut().find(same) {
            Some(known) => known.count = known.count.saturating_add(count.count),
            None => merged.push(count),
        }
    }
    merged
}

/// A count of one choice.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct ChoiceCount {
    /// The choice; null where it is withheld until the ballot closes, or can no longer be read.
    pub choice: Option<Code<event::Choice>>,
    /// The index of the option, where the choice is one.
    pub option: Option<i32>,
    /// How many.
    pub count: i32,
}

/// Votes of one territory.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct TerritoryCount {
    /// The territory, an index in the rules of the consultation.
    pub territory: u32,
    /// How many.
    pub count: i32,
}

/// A count of one choice as a source reported it.
#[derive(Debug, Clone, SimpleObject)]
pub struct ObservedCount {
    /// The choice.
    pub choice: Code<event::Choice>,
    /// The index of the option, where the choice is one.
    pub option: Option<i32>,
    /// How many.
    pub count: i32,
    /// The territory that it is of, an index in the rules, where the source says one.
    pub territory: Option<u32>,
    /// When the counter was read at its source.
    pub observed_at: ClaimedTime,
    /// When that was recorded here.
    pub recorded_at: DateTime,
}

impl ObservedCount {
    fn all(counter: &views::ObservedCounter) -> Vec<Self> {
        let count = |it: &devenir_core::event::vote::Count| Self {
            choice: Code(it.choice),
            option: it.option.map(i32::from),
            count: int(it.count),
            territory: it.territory,
            observed_at: counter.claimed.into(),
            recorded_at: DateTime(counter.recorded_at),
        };
        counter.counts.iter().map(count).collect()
    }
}

/// Votes set aside on one ground.
#[derive(Debug, Clone, SimpleObject)]
pub struct SetAside {
    /// Why.
    pub ground: Code<event::InvalidVote>,
    /// How many.
    pub count: i32,
}

/// A ballot.
#[derive(Debug, Clone)]
pub struct Ballot(pub views::Ballot);

impl Ballot {
    /// Its id.
    #[must_use]
    pub const fn node_id(&self) -> NodeId {
        NodeId::Ballot(self.0.id)
    }
}

/// A ballot: what people vote on, and until when.
#[Object]
impl Ballot {
    /// Its permanent id.
    pub(super) async fn id(&self) -> ID {
        self.node_id().into()
    }

    /// What it asks for.
    async fn kind(&self) -> Code<event::BallotKind> {
        Code(self.0.kind)
    }

    /// Its question; null where it cannot be read.
    async fn question(&self) -> Option<&str> {
        self.0.definition.as_ref().map(|definition| definition.question.as_str())
    }

    /// Its options, in the order of their indexes; none in a ballot of support or opinion.
    async fn options(&self) -> Vec<BallotOption> {
        let options = self.0.definition.iter().flat_map(|definition| &definition.options);
        let option = |it: &devenir_core::event::part::BallotOption| BallotOption {
            label: it.label.clone(),
            version: it.version.map(|version| NodeId::Version(version).into()),
        };
        options.map(option).collect()
    }

    /// Whether choices are withheld while it is open.
    async fn choices_withheld(&self) -> bool {
        self.0.choices_withheld
    }

    /// How many votes one person may hold in it, where the rules cap them.
    async fn votes_per_person(&self) -> Option<u32> {
        self.0.votes_per_person
    }

    /// Whether its votes are counted by territory too.
    async fn per_territory(&self) -> bool {
        self.0.per_territory
    }

    /// How it came to be recorded.
    async fn trust(&self) -> Code<event::Trust> {
        Code(self.0.trust)
    }

    /// When it opened.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.opened_at)
    }

    /// When it closed; null while it is open.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }
}

/// One option of a ballot.
#[derive(Debug, Clone, SimpleObject)]
pub struct BallotOption {
    /// What voters are shown.
    pub label: String,
    /// The id of the version of a text that it stands for, where it stands for one.
    pub version: Option<ID>,
}
