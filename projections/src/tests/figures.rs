//! Votes counted, set aside, counted by hand, reported: each figure apart, each as the shared rules count it.

use std::collections::BTreeMap;

use devenir_core::event::code::{BallotKind, Choice, InvalidVote, RetractedBy, RulesOrigin};
use devenir_core::event::part::ChoiceMade;
use devenir_core::event::{Absence, Part, RefRole, vote};
use devenir_core::id::VoterTag;
use devenir_core::rules::tally::{Recount, Vote, VoteAct};
use proptest::prelude::*;

use crate::query::{Listing, Order, Page};
use crate::testing::random::{World, draws};
use crate::testing::{Folded, History, NATIVE, words};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_counts_are_those_of_the_shared_rules(draws in draws(160)) {
        let world = World::of(&draws);
        let read = Folded::of(&world.history.events).read();
        for (ballot, at, _) in &world.ballots {
            let target = world.history.position_of(world.things[*at].id);
            let position = world.history.position_of(*ballot);
            let shown = read.ballot(position).unwrap().unwrap();
            let tallies = read.tallies(target).unwrap();
            let mine = tallies.counted.iter().filter(|row| row.ballot == position);
            let mut expected = BTreeMap::new();
            let mut excluded = 0;
            if let Some(recount) = world.votes.get(ballot) {
                for (version, choice, count) in recount.counted().choices() {
                    let is_open_and_withheld = shown.choices_withheld && shown.closed_at.is_none();
                    let choice = if is_open_and_withheld { None } else { Some(*choice) };
                    let key = (Some(world.history.position_of(*version)), choice);
                    let sum: &mut (u64, u64) = expected.entry(key).or_default();
                    *sum = (sum.0 + count.votes, sum.1 + count.weight);
                }
                excluded = recount.counted().excluded().map(|(_, votes)| votes).sum();
            }
            let counted: BTreeMap<_, _> =
                mine.map(|row| ((row.version, row.choice), (row.votes, row.weight))).collect();
            prop_assert_eq!(counted, expected);
            let aside = tallies.excluded.iter().filter(|row| row.ballot == position).map(|row| row.votes).sum::<u64>();
            prop_assert_eq!(aside, excluded);
        }
    }
}

fn two_versions() -> (History, devenir_core::id::IntentId, devenir_core::id::IntentId) {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let first = history.submit(1, 1, words("Titre", "un"));
    let ballot = history.open_ballot(1, first, BallotKind::Support, false);
    history.cast(1, ballot, (first, first), VoterTag([1; 16]), None);
    history.cast(1, ballot, (first, first), VoterTag([2; 16]), None);
    let second = history.revise(1, first, 2, words("Titre", "deux"));
    history.cast(1, ballot, (first, second), VoterTag([3; 16]), None);
    (history, first, second)
}

#[test]
fn votes_stay_on_the_version_they_were_cast_for() {
    let (history, first, second) = two_versions();
    let [first, second] = [first, second].map(|id| history.position_of(id));
    let tallies = Folded::of(&history.events).read().tallies(first).unwrap();
    let by_version: Vec<_> = tallies.counted.iter().map(|row| (row.version, row.choice, row.votes)).collect();
    assert_eq!(
        by_version,
        [(Some(first), Some(Choice::Support), 2), (Some(second), Some(Choice::Support), 1)]
    );
}

#[test]
fn a_reported_counter_belongs_to_the_version_of_its_moment_and_joins_no_count() {
    let (mut history, first, second) = two_versions();
    history.observe(1, first, 700);
    history.observe(1, first, 650);
    let read = Folded::of(&history.events).read();
    let position = history.position_of(first);
    let tallies = read.tallies(position).unwrap();
    let totals: Vec<u64> = tallies.observed.iter().map(|counter| counter.counts[0].count).collect();
    assert_eq!(totals, [700, 650], "a falling counter is an observation too");
    assert_eq!(tallies.latest_observed().unwrap().version, history.position_of(second));
    assert_eq!(tallies.counted.iter().map(|row| row.votes).sum::<u64>(), 3);
    assert_eq!(read.subject(position).unwrap().unwrap().support, 3);
}

#[test]
fn choices_withheld_are_told_when_the_ballot_closes_and_not_before() {
    let mut history = History::new();
    history.register(1, "velo", RulesOrigin::Native);
    let on = history.submit(1, 1, words("Titre", "un"));
    let ballot = history.open_ballot(1, on, BallotKind::Opinion, true);
    history.cast(1, ballot, (on, on), VoterTag([1; 16]), Some(Choice::For));
    history.cast(1, ballot, (on, on), VoterTag([2; 16]), Some(Choice::Against));
    let position = history.position_of(on);
    let mut folded = Folded::of(&history.events);
    let shown = |folded: &Folded| -> Vec<_> {
        let tallies = folded.read().tallies(position).unwrap();
        tallies.counted.iter().map(|row| (row.choice, row.votes)).collect()
    };
    assert_eq!(shown(&folded), [(None, 2)]);
    assert_eq!(folded.read().subject(position).unwrap().unwrap().support, 0);
    history.close_ballot(1, ballot);
    folded.catch_up(&history.events);
    assert_eq!(shown(&folded), [(Some(Choice::For), 1), (Some(Choice::Against), 1)]);
    assert_eq!(folded.read().subject(position).unwrap().unwrap().support, 1);
}

#[test]
fn the_most_supported_comes_first_by_counts_here_and_by_reports_elsewhere() {
    let mut history = History::new();
    let here = history.register(1, "velo", RulesOrigin::Native);
    let there = history.register(2, "ailleurs", RulesOrigin::Observed);
    for number in 1..=3_u32 {
        let on = history.submit(1, number, words("Titre", "un"));
        let ballot = history.open_ballot(1, on, BallotKind::Support, false);
        for tag in 0..number {
            history.cast(1, ballot, (on, on), VoterTag([u8::try_from(tag).unwrap(); 16]), None);
        }
        history.observe(1, on, u64::from(100 - number));
        let on = history.submit(2, number, words("Titre", "un"));
        history.observe(2, on, u64::from(10 * number));
        history.observe(2, on, u64::from(100 - number));
    }
    let read = Folded::of(&history.events).read();
    let order = |consultation| -> Vec<(u32, u64)> {
        let listing = Listing {
            consultation: history.position_of(consultation),
            kind: None,
            genre: None,
            theme: None,
            order: Order::MostSupported,
        };
        let page = read.contributions(&listing, Page::first(10, None)).unwrap();
        page.items.into_iter().map(|(_, it)| (it.reference.unwrap().number, it.support)).collect()
    };
    assert_eq!(order(here), [(3, 3), (2, 2), (1, 1)]);
    assert_eq!(order(there), [(1, 99), (2, 98), (3, 97)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn counts_by_territory_are_those_of_a_recount(
        acts in prop::collection::vec((0_u8..6, prop::option::of(0_u32..3), 0_u8..4), 0..40),
    ) {
        let mut history = History::new();
        history.register(1, "velo", RulesOrigin::Native);
        let idea = history.submit(1, 1, words("Titre", "texte"));
        let ballot = history.open_ballot_by_territory(1, idea);
        let mut recount: Recount<VoterTag, u8, Choice, InvalidVote> = Recount::default();
        let refs = [(RefRole::Ballot, ballot), (RefRole::Subject, idea), (RefRole::Version, idea)];
        for (voter, territory, act) in acts {
            let tag = VoterTag([voter; 16]);
            let vote = |choice, territory| Vote { target: 1, choice, weight: 1, territory };
            let chosen = |choice| Part::Open(ChoiceMade { choice, option: None });
            let absent = || Part::Absent(Absence::NotInSource);
            let taken = match act {
                0 | 1 => {
                    let facts = vote::CastFacts { tag, territory, weight: 1 };
                    let event = vote::Cast { facts, author: absent(), choice: chosen(Choice::For) };
                    history.push(1, NATIVE, event, &refs);
                    VoteAct::Cast(vote(Choice::For, territory))
                }
                2 => {
                    let facts = vote::ChangedFacts { tag, weight: 1 };
                    let event = vote::Changed { facts, author: absent(), choice: chosen(Choice::Against) };
                    history.push(1, NATIVE, event, &refs);
                    VoteAct::Change(vote(Choice::Against, None))
                }
                _ => {
                    let facts = vote::RetractedFacts { by: RetractedBy::Voter, tag };
                    history.push(1, NATIVE, vote::Retracted { facts }, &refs[..2]);
                    VoteAct::Retract
                }
            };
            let _ = recount.take(tag, taken);
        }
        let tallies = Folded::of(&history.events).read().tallies(history.position_of(idea)).unwrap();
        let viewed: BTreeMap<(u32, Option<Choice>), u64> = tallies
            .by_territory
            .iter()
            .map(|it| ((it.territory, it.votes.choice), it.votes.votes))
            .collect();
        let mut recounted = BTreeMap::new();
        for choice in [Choice::For, Choice::Against] {
            for (territory, count) in recount.counted().territories(&1, &choice) {
                recounted.insert((territory, Some(choice)), count.votes);
            }
        }
        prop_assert_eq!(viewed, recounted);
    }
}
