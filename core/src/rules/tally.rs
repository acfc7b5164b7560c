//! Counting votes: one live vote for each tag, by target and choice, exclusions by ground.
//!
//! `docs/format.md` (Votes) says what a voter tag is and `docs/design.md` what anyone may recount.
//! Counted votes and observed counters are different types that nothing adds together. This module
//! knows neither voters nor ballots: tags, targets, choices and grounds are whatever the caller counts.

use std::collections::BTreeMap;

use crate::time::Timestamp;

/// A vote as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Vote<T, C> {
    /// The version or the option that it binds to.
    pub target: T,
    /// What it says.
    pub choice: C,
    /// What it weighs, 1 unless the rules say otherwise.
    pub weight: u32,
    /// The voter's territory, where the rules count per territory.
    pub territory: Option<u32>,
}

/// What happens to the vote of one tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoteAct<T, C, G> {
    /// It is cast.
    Cast(Vote<T, C>),
    /// It is changed; where the change states no territory, the former one stays.
    Change(Vote<T, C>),
    /// It is taken back.
    Retract,
    /// It is set aside on a ground.
    Invalidate(G),
}

/// How the vote of one tag stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing<T, C, G> {
    /// It counts.
    Live(Vote<T, C>),
    /// It was taken back; the same tag may vote again.
    Retracted,
    /// It was set aside; the same tag has no further vote.
    Excluded(G),
}

/// Why an act on a vote has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum VoteFault {
    /// A second vote beside a live one.
    #[error("this tag already has a live vote; change it or retract it first")]
    AlreadyCast,
    /// A change, a retraction or an exclusion without a live vote.
    #[error("this tag has no live vote to change, retract or set aside")]
    NothingCast,
    /// Any act after an exclusion.
    #[error("the vote of this tag was set aside and stays so")]
    Excluded,
}

impl<T, C, G> Standing<T, C, G> {
    /// How the vote of a tag stands after `act`, where it stood at `before` (none: no vote yet).
    ///
    /// # Errors
    /// [`VoteFault`] if the act has no effect.
    pub fn after(before: Option<&Self>, act: VoteAct<T, C, G>) -> Result<Self, VoteFault> {
        match (before, act) {
            (Some(Self::Excluded(_)), _) => Err(VoteFault::Excluded),
            (Some(Self::Live(_)), VoteAct::Cast(_)) => Err(VoteFault::AlreadyCast),
            (None | Some(Self::Retracted), VoteAct::Cast(vote)) => Ok(Self::Live(vote)),
            (Some(Self::Live(former)), VoteAct::Change(vote)) => {
                Ok(Self::Live(Vote { territory: vote.territory.or(former.territory), ..vote }))
            }
            (Some(Self::Live(_)), VoteAct::Retract) => Ok(Self::Retracted),
            (Some(Self::Live(_)), VoteAct::Invalidate(ground)) => Ok(Self::Excluded(ground)),
            (
                None | Some(Self::Retracted),
                VoteAct::Change(_) | VoteAct::Retract | VoteAct::Invalidate(_),
            ) => Err(VoteFault::NothingCast),
        }
    }
}

/// Votes recounted from the record: how many, and what they weigh together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Count {
    /// Live votes, one for each tag.
    pub votes: u64,
    /// Their weights together.
    pub weight: u64,
}

impl Count {
    const fn plus(self, weight: u32) -> Self {
        Self { votes: self.votes.saturating_add(1), weight: self.weight.saturating_add(weight as u64) }
    }

    const fn minus(self, weight: u32) -> Self {
        Self { votes: self.votes.saturating_sub(1), weight: self.weight.saturating_sub(weight as u64) }
    }
}

/// The counted votes of a ballot.
///
/// Nothing adds an observed counter to it:
///
/// ```compile_fail
/// use devenir_core::rules::tally::{Counted, Observed};
/// fn mix(counted: Counted<u8, u8, u8>, observed: Observed<u8>) {
///     let _ = counted.of(&1, &1) + observed.of(&1);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted<T, C, G> {
    choices: BTreeMap<(T, C), Count>,
    territories: BTreeMap<(T, C, u32), Count>,
    excluded: BTreeMap<G, u64>,
    retracted: u64,
}

impl<T, C, G> Default for Counted<T, C, G> {
    fn default() -> Self {
        Self {
            choices: BTreeMap::new(),
            territories: BTreeMap::new(),
            excluded: BTreeMap::new(),
            retracted: 0,
        }
    }
}

impl<T: Ord + Clone, C: Ord + Clone, G: Ord + Clone> Counted<T, C, G> {
    /// Takes in that the vote of one tag stood at `before` and now stands at `after`.
    ///
    /// This is all that a view which keeps the standings elsewhere has to call.
    pub fn moved(&mut self, before: Option<&Standing<T, C, G>>, after: &Standing<T, C, G>) {
        match before {
            Some(Standing::Live(vote)) => self.each_count(vote, Count::minus),
            Some(Standing::Retracted) => self.retracted = self.retracted.saturating_sub(1),
            Some(Standing::Excluded(ground)) => {
                change(&mut self.excluded, ground.clone(), |count| count.saturating_sub(1));
            }
            None => {}
        }
        match after {
            Standing::Live(vote) => self.each_count(vote, Count::plus),
            Standing::Retracted => self.retracted = self.retracted.saturating_add(1),
            Standing::Excluded(ground) => {
                change(&mut self.excluded, ground.clone(), |count| count.saturating_add(1));
            }
        }
    }

    /// Changes every count that `vote` is part of.
    fn each_count(&mut self, vote: &Vote<T, C>, by: impl Fn(Count, u32) -> Count) {
        let Vote { target, choice, weight, territory } = vote.clone();
        if let Some(territory) = territory {
            let key = (target.clone(), choice.clone(), territory);
            change(&mut self.territories, key, |count| by(count, weight));
        }
        change(&mut self.choices, (target, choice), |count| by(count, weight));
    }

    /// The live votes for `choice` on `target`.
    #[must_use]
    pub fn of(&self, target: &T, choice: &C) -> Count {
        self.choices.get(&(target.clone(), choice.clone())).copied().unwrap_or_default()
    }

    /// The live votes by target and choice, in their order; none of them is zero.
    pub fn choices(&self) -> impl Iterator<Item = (&T, &C, Count)> {
        self.choices.iter().map(|((target, choice), count)| (target, choice, *count))
    }

    /// The live votes by territory for `choice` on `target`, in the order of territories.
    pub fn territories<'a>(
        &'a self,
        target: &'a T,
        choice: &'a C,
    ) -> impl Iterator<Item = (u32, Count)> + 'a {
        let from = (target.clone(), choice.clone(), 0);
        let to = (target.clone(), choice.clone(), u32::MAX);
        self.territories.range(from..=to).map(|((.., territory), count)| (*territory, *count))
    }

    /// The votes set aside, by ground; none of them is zero.
    pub fn excluded(&self) -> impl Iterator<Item = (&G, u64)> {
        self.excluded.iter().map(|(ground, count)| (ground, *count))
    }

    /// The tags whose vote was taken back and not cast again.
    #[must_use]
    pub const fn retracted(&self) -> u64 {
        self.retracted
    }
}

/// Changes the value at `key`, absent meaning zero; a value that becomes zero leaves the map, so that
/// two counts are equal exactly when they say the same.
fn change<K: Ord, V: Copy + Default + PartialEq>(map: &mut BTreeMap<K, V>, key: K, by: impl FnOnce(V) -> V) {
    let after = by(map.get(&key).copied().unwrap_or_default());
    if after == V::default() {
        map.remove(&key);
    } else {
        map.insert(key, after);
    }
}

/// A whole recount in memory: the standing of every tag, and the counts that follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recount<K, T, C, G> {
    standings: BTreeMap<K, Standing<T, C, G>>,
    counted: Counted<T, C, G>,
}

impl<K, T, C, G> Default for Recount<K, T, C, G> {
    fn default() -> Self {
        Self { standings: BTreeMap::new(), counted: Counted::default() }
    }
}

impl<K: Ord, T: Ord + Clone, C: Ord + Clone, G: Ord + Clone> Recount<K, T, C, G> {
    /// Takes in one act of the voter of `tag`, in the order of the record.
    ///
    /// # Errors
    /// [`VoteFault`] if the act has no effect; the counts are as before.
    pub fn take(&mut self, tag: K, act: VoteAct<T, C, G>) -> Result<(), VoteFault> {
        let before = self.standings.get(&tag);
        let after = Standing::after(before, act)?;
        self.counted.moved(before, &after);
        self.standings.insert(tag, after);
        Ok(())
    }

    /// The counts so far.
    #[must_use]
    pub const fn counted(&self) -> &Counted<T, C, G> {
        &self.counted
    }
}

/// A counter that somebody reported, as of an instant. It is never counted here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed<C> {
    /// When it was observed.
    pub at: Timestamp,
    /// The totals as reported, by choice.
    pub totals: BTreeMap<C, u64>,
}

/// A figure as reported by somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ObservedCount(pub u64);

impl<C: Ord + Clone> Observed<C> {
    /// The figure reported for `choice`; none where none was.
    #[must_use]
    pub fn of(&self, choice: &C) -> Option<ObservedCount> {
        self.totals.get(choice).copied().map(ObservedCount)
    }

    /// The choices whose figure fell since `former`: an observation like another, worth being said.
    #[must_use]
    pub fn fallen_since(&self, former: &Self) -> Vec<C> {
        let fell = |choice: &C| self.of(choice) < former.of(choice);
        former.totals.keys().filter(|choice| fell(choice)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Act = VoteAct<u8, char, u8>;
    type Tally = Recount<u16, u8, char, u8>;

    fn vote(target: u8, choice: char) -> Vote<u8, char> {
        Vote { target, choice, weight: 1, territory: None }
    }

    /// The counts after `acts`; acts without effect are left out, as a reader does.
    fn counted(acts: &[(u16, Act)]) -> Counted<u8, char, u8> {
        let mut tally = Tally::default();
        for (tag, act) in acts {
            let _ = tally.take(*tag, *act);
        }
        tally.counted().clone()
    }

    #[test]
    fn a_vote_stays_on_the_version_it_was_cast_for() {
        let counted = counted(&[
            (1, VoteAct::Cast(vote(1, '+'))),
            (2, VoteAct::Cast(vote(1, '+'))),
            (2, VoteAct::Change(vote(2, '+'))),
            (3, VoteAct::Cast(vote(2, '-'))),
        ]);
        assert_eq!(counted.of(&1, &'+').votes, 1);
        assert_eq!(counted.of(&2, &'+').votes, 1);
        assert_eq!(counted.of(&2, &'-').votes, 1);
    }

    #[test]
    fn weights_are_added_beside_the_number_of_votes() {
        let heavy = Vote { weight: 5, ..vote(1, '+') };
        let counted = counted(&[(1, VoteAct::Cast(heavy)), (2, VoteAct::Cast(vote(1, '+')))]);
        assert_eq!(counted.of(&1, &'+'), Count { votes: 2, weight: 6 });
    }

    #[test]
    fn a_change_without_a_territory_keeps_the_former_one() {
        let from_seven = Vote { territory: Some(7), ..vote(1, '+') };
        let counted = counted(&[(1, VoteAct::Cast(from_seven)), (1, VoteAct::Change(vote(1, '-')))]);
        assert_eq!(counted.territories(&1, &'+').count(), 0);
        let seven = Count { votes: 1, weight: 1 };
        assert_eq!(counted.territories(&1, &'-').collect::<Vec<_>>(), [(7, seven)]);
    }

    #[test]
    fn each_act_out_of_place_says_why_it_has_no_effect() {
        let mut tally = Tally::default();
        assert_eq!(tally.take(1, VoteAct::Retract), Err(VoteFault::NothingCast));
        assert_eq!(tally.take(1, VoteAct::Change(vote(1, '+'))), Err(VoteFault::NothingCast));
        assert_eq!(tally.take(1, VoteAct::Cast(vote(1, '+'))), Ok(()));
        assert_eq!(tally.take(1, VoteAct::Cast(vote(1, '-'))), Err(VoteFault::AlreadyCast));
        assert_eq!(tally.take(1, VoteAct::Invalidate(9)), Ok(()));
        assert_eq!(tally.take(1, VoteAct::Cast(vote(1, '+'))), Err(VoteFault::Excluded));
        assert_eq!(tally.take(1, VoteAct::Retract), Err(VoteFault::Excluded));
    }

    #[test]
    fn whoever_took_a_vote_back_may_vote_again() {
        let acts =
            [(1, VoteAct::Cast(vote(1, '+'))), (1, VoteAct::Retract), (1, VoteAct::Cast(vote(1, '-')))];
        assert_eq!(counted(&acts[..2]).retracted(), 1);
        assert_eq!(counted(&acts).retracted(), 0);
        assert_eq!(counted(&acts).of(&1, &'-').votes, 1);
    }

    #[test]
    fn exclusions_are_shown_by_ground() {
        let acts: Vec<_> = [(1, 4), (2, 4), (3, 9)]
            .into_iter()
            .flat_map(|(tag, ground)| {
                [(tag, VoteAct::Cast(vote(1, '+'))), (tag, VoteAct::Invalidate(ground))]
            })
            .collect();
        assert_eq!(counted(&acts).excluded().collect::<Vec<_>>(), [(&4, 2), (&9, 1)]);
        assert_eq!(counted(&acts).choices().count(), 0);
    }

    #[test]
    fn a_counter_that_falls_is_an_observation_too() {
        let seen = |at, totals: &[(char, u64)]| Observed {
            at: Timestamp(at),
            totals: totals.iter().copied().collect(),
        };
        let (before, after) = (seen(1, &[('+', 10), ('-', 3), ('o', 1)]), seen(2, &[('+', 9), ('-', 3)]));
        assert_eq!(after.fallen_since(&before), ['+', 'o']);
        assert_eq!(before.fallen_since(&after), []);
    }

    fn any_act() -> impl Strategy<Value = Act> {
        let vote = (0_u8..3, "[+o-]", 1_u32..5, proptest::option::of(0_u32..4)).prop_map(
            |(target, choice, weight, territory)| Vote {
                target,
                choice: choice.chars().next().unwrap(),
                weight,
                territory,
            },
        );
        prop_oneof![
            4 => vote.clone().prop_map(VoteAct::Cast),
            2 => vote.prop_map(VoteAct::Change),
            2 => Just(VoteAct::Retract),
            1 => (0_u8..3).prop_map(VoteAct::Invalidate),
        ]
    }

    fn any_acts() -> impl Strategy<Value = Vec<(u16, Act)>> {
        proptest::collection::vec((0_u16..12, any_act()), 0..120)
    }

    proptest! {
        #[test]
        fn the_order_in_which_different_voters_act_makes_no_difference(
            acts in any_acts(), seed in proptest::collection::vec(proptest::num::u16::ANY, 12),
        ) {
            // Each voter's own acts keep their order; the voters are taken one after another, shuffled.
            let mut voters: Vec<u16> = (0..12).collect();
            voters.sort_by_key(|tag| seed[usize::from(*tag)]);
            let regrouped: Vec<_> = voters
                .iter()
                .flat_map(|voter| acts.iter().filter(move |(tag, _)| tag == voter))
                .copied()
                .collect();
            prop_assert_eq!(counted(&acts), counted(&regrouped));
        }

        #[test]
        fn the_running_counts_equal_a_count_of_the_final_standings(acts in any_acts()) {
            let mut tally = Tally::default();
            for (tag, act) in &acts {
                let _ = tally.take(*tag, *act);
            }
            let mut anew = Counted::default();
            for standing in tally.standings.values() {
                anew.moved(None, standing);
            }
            prop_assert_eq!(tally.counted(), &anew);
        }

        #[test]
        fn every_tag_is_counted_taken_back_or_set_aside_and_never_twice(acts in any_acts()) {
            let counted = counted(&acts);
            let live: u64 = counted.choices().map(|(.., count)| count.votes).sum();
            let excluded: u64 = counted.excluded().map(|(_, count)| count).sum();
            let voters: std::collections::BTreeSet<_> =
                acts.iter().filter(|(_, act)| matches!(act, VoteAct::Cast(_))).map(|(tag, _)| tag).collect();
            prop_assert_eq!(live + excluded + counted.retracted(), voters.len() as u64);
        }

        #[test]
        fn a_retraction_takes_exactly_one_vote_away(acts in any_acts(), tag in 0_u16..12) {
            let mut tally = Tally::default();
            for (tag, act) in &acts {
                let _ = tally.take(*tag, *act);
            }
            let votes = |tally: &Tally| tally.counted().choices().map(|(.., count)| count.votes).sum::<u64>();
            let before = votes(&tally);
            let taken = tally.take(tag, VoteAct::Retract).is_ok();
            prop_assert_eq!(votes(&tally), before - u64::from(taken));
        }
    }
}
