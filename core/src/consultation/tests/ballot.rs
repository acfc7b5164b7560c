//! A ballot: opened, voted in, closed; one live vote per tag.

use crate::consultation::{Book as _, Invariant, SubjectKind, cap_text};
use crate::event::code::{BallotKind, RetractedBy, Trust};
use crate::id::IntentId;
use crate::rules::{Locale, ModerationAction, Norm, Role};
use crate::testing::{Drafting, World, given, given_observed, sample};
use proptest::prelude::*;
use std::collections::BTreeSet;

const UNKNOWN: IntentId = IntentId([0xee; 32]);

/// A contribution with a support ballot on it: the ballot, the contribution.
fn supported(world: &mut World) -> (IntentId, IntentId) {
    let idea = world.contribution();
    (world.support_ballot(idea), idea)
}

/// The same with a vote of the voter number 1: the ballot, the contribution, the vote.
fn voted(world: &mut World) -> (IntentId, IntentId, IntentId) {
    let (ballot, idea) = supported(world);
    (ballot, idea, world.vote(1, ballot, idea))
}

#[test]
fn a_ballot_opens_on_a_text_or_on_none() {
    given(|world| world.contribution())
        .when(|_, idea| sample::support_ballot().about(*idea))
        .then_recorded()
        .and(|world, idea, id| {
            assert!(world.ballot(id).open && world.subject(*idea).supports_opened);
            assert_eq!(world.ballot(id).subject, Some(*idea));
        });
    given(|_| ()).when(|_, ()| sample::withheld_ballot()).then_recorded();
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::argument().under(idea))
    })
    .when(|_, argument| sample::support_ballot().about(*argument))
    .then_impossible(&Invariant::WrongKind { expected: "a text", found: SubjectKind::Argument });
    given(|_| ()).when(|_, ()| sample::support_ballot().by(Role::Citizen)).then_refused(&[Norm::ActorMay]);
}

#[test]
fn only_a_support_ballot_says_that_support_opened() {
    given(|world| world.contribution())
        .when(|_, idea| {
            sample::support_ballot().with(|event| event.facts.kind = BallotKind::Opinion).about(*idea)
        })
        .then_recorded()
        .and(|world, idea, _| assert!(!world.subject(*idea).supports_opened));
}

#[test]
fn a_vote_counts_for_its_subject_by_weight() {
    given(supported)
        .when(|_, (ballot, _)| sample::vote(1).with(|event| event.facts.weight = 2).ballot(*ballot))
        .then_recorded()
        .and(|world, (ballot, idea), id| {
            assert_eq!(world.subject(*idea).supports, 2);
            let live = world.record.book().vote((*ballot, sample::tag(1)));
            assert_eq!(live.map(|vote| (vote.id, vote.subject)), Some((id, Some(*idea))));
        });
}

#[test]
fn a_vote_in_a_ballot_about_one_thing_is_for_that_thing_and_its_current_version() {
    given(|world| {
        let (ballot, idea) = supported(world);
        (ballot, idea, world.happens(sample::revision().about(idea)))
    })
    .when(|_, (ballot, _, _)| sample::vote(1).ballot(*ballot))
    .then_recorded()
    .and(|world, (_, idea, version), id| {
        let refs = &world.record.event(id).refs;
        assert_eq!(refs.one(crate::event::RefRole::Subject), Some(*idea));
        assert_eq!(refs.one(crate::event::RefRole::Version), Some(*version));
    });
    given(|world| (supported(world), world.contribution()))
        .when(|_, ((ballot, _), other)| sample::vote(1).ballot(*ballot).about(*other))
        .then_impossible(&Invariant::AnotherSubject { role: "ballot" });
}

#[test]
fn a_support_without_a_subject_has_no_meaning() {
    given(|world| world.happens(sample::support_ballot()))
        .when(|_, ballot| sample::vote(1).ballot(*ballot))
        .then_impossible(&Invariant::NoReference("subject"));
}

#[test]
fn a_vote_where_choices_are_withheld_names_its_ballot_alone() {
    let withheld = |world: &mut World| (world.happens(sample::withheld_ballot()), world.contribution());
    given(withheld).when(|_, (ballot, _)| sample::vote(1).ballot(*ballot)).then_recorded();
    given(withheld)
        .when(|_, (ballot, idea)| sample::vote(1).ballot(*ballot).about(*idea))
        .then_impossible(&Invariant::ChoicesWithheld);
    given(withheld)
        .when(|_, (ballot, idea)| sample::vote(1).ballot(*ballot).version(*idea))
        .then_impossible(&Invariant::ChoicesWithheld);
}

#[test]
fn one_voter_has_one_live_vote() {
    given(voted)
        .when(|_, (ballot, _, _)| sample::vote(1).ballot(*ballot))
        .then_refused(&[Norm::OneVotePerVoter]);
    given(voted).when(|_, (ballot, _, _)| sample::vote(2).ballot(*ballot)).then_recorded();
    // A source that counts the same voter twice is kept, and the later vote is the live one.
    given(voted)
        .when_observed(|_, (ballot, _, _)| sample::vote(1).ballot(*ballot))
        .then_recorded_with(&[Norm::OneVotePerVoter])
        .and(|world, (_, idea, _), _| assert_eq!(world.subject(*idea).supports, 1));
}

#[test]
fn nobody_votes_out_of_phase_or_in_a_closed_ballot() {
    given(|world| {
        let ids = supported(world);
        world.happens(sample::phase_closing(1));
        ids
    })
    .when(|_, (ballot, _)| sample::vote(1).ballot(*ballot))
    .then_refused(&[Norm::PhaseOpen]);
    given(|world| {
        let ids = supported(world);
        world.happens(sample::ballot_closing().ballot(ids.0));
        ids
    })
    .when(|_, (ballot, _)| sample::vote(1).ballot(*ballot))
    .then_refused(&[Norm::BallotOpen]);
}

#[test]
fn nobody_votes_on_what_was_withdrawn_hidden_or_refused() {
    let after = |act: fn(IntentId) -> crate::envelope::Draft| {
        move |world: &mut World| {
            let (ballot, idea) = supported(world);
            world.happens(act(idea));
            ballot
        }
    };
    given(after(|idea| sample::withdrawal().about(idea)))
        .when(|_, ballot| sample::vote(1).ballot(*ballot))
        .then_refused(&[Norm::NotWithdrawn]);
    for action in [ModerationAction::Hide, ModerationAction::Remove, ModerationAction::Reject] {
        let measure = move |world: &mut World| {
            let (ballot, idea) = supported(world);
            world.happens(sample::moderation(action).about(idea));
            ballot
        };
        given(measure).when(|_, ballot| sample::vote(1).ballot(*ballot)).then_refused(&[Norm::TextReadable]);
    }
    given(after(|idea| sample::moderation(ModerationAction::Redact).about(idea)))
        .when(|_, ballot| sample::vote(1).ballot(*ballot))
        .then_recorded();
}

#[test]
fn nobody_votes_on_what_waits_for_a_moderator() {
    let moderated = |world: &mut World| {
        let mut rules = sample::rule_set();
        rules.moderated_before = true;
        world.happens(sample::rules_change().with(|event| event.rules = crate::event::Part::Open(rules)));
        let idea = world.happens(sample::submission());
        (world.support_ballot(idea), idea)
    };
    given(moderated)
        .when(|_, (ballot, _)| sample::vote(1).ballot(*ballot))
        .then_refused(&[Norm::TextReadable]);
    given(|world| {
        let (ballot, idea) = moderated(world);
        world.happens(sample::publication().about(idea));
        ballot
    })
    .when(|_, ballot| sample::vote(1).ballot(*ballot))
    .then_recorded();
}

#[test]
fn a_vote_is_for_the_version_in_force() {
    let revised = |world: &mut World| {
        let (ballot, idea) = supported(world);
        world.happens(sample::revision().about(idea));
        (ballot, idea)
    };
    given(revised)
        .when(|_, (ballot, idea)| sample::vote(1).ballot(*ballot).about(*idea).version(*idea))
        .then_refused(&[Norm::CurrentVersion]);
    given(revised)
        .when(|_, (ballot, idea)| sample::vote(1).ballot(*ballot).about(*idea).version(UNKNOWN))
        .then_impossible(&Invariant::Unknown { role: "version", id: UNKNOWN });
    given(|world| (supported(world), world.contribution()))
        .when(|world, ((ballot, _), other)| {
            sample::vote(1).ballot(*ballot).version(world.subject(*other).current)
        })
        .then_impossible(&Invariant::Unknown { role: "version", id: other_contribution() });
}

/// The second contribution of a world that has a ballot on the first.
fn other_contribution() -> IntentId {
    let mut world = World::native();
    supported(&mut world);
    world.contribution()
}

#[test]
fn a_vote_is_changed_by_its_voter_and_binds_to_the_version_of_now() {
    given(|world| {
        let ids = voted(world);
        world.happens(sample::revision().about(ids.1));
        ids
    })
    .when(|_, (ballot, _, _)| sample::vote_change(1).with(|event| event.facts.weight = 3).ballot(*ballot))
    .then_recorded()
    .and(|world, (ballot, idea, _), id| {
        assert_eq!(world.subject(*idea).supports, 3);
        assert_eq!(world.record.book().vote((*ballot, sample::tag(1))).unwrap().id, id);
        let version = world.record.event(id).refs.one(crate::event::RefRole::Version);
        assert_eq!(version, Some(world.subject(*idea).current));
    });
}

#[test]
fn only_the_live_vote_of_a_tag_is_changed_retracted_or_invalidated() {
    given(voted)
        .when(|_, (ballot, _, vote)| sample::vote_change(2).ballot(*ballot).vote(*vote))
        .then_impossible(&Invariant::NoLiveVote);
    given(|world| {
        let ids = voted(world);
        world.happens(sample::vote_retraction(1).ballot(ids.0));
        ids
    })
    .when(|_, (ballot, _, vote)| sample::vote_retraction(1).ballot(*ballot).vote(*vote))
    .then_impossible(&Invariant::NoLiveVote);
    given(voted)
        .when(|_, (ballot, _, _)| sample::vote_invalidation(1).ballot(*ballot).vote(UNKNOWN))
        .then_impossible(&Invariant::NoLiveVote);
}

#[test]
fn a_changed_vote_stays_on_what_it_was_on() {
    given(|world| {
        let ballot = world.happens(sample::support_ballot());
        let (first, second) = (world.contribution(), world.contribution());
        world.vote(1, ballot, first);
        (ballot, second)
    })
    .when(|_, (ballot, second)| sample::vote_change(1).ballot(*ballot).about(*second))
    .then_impossible(&Invariant::AnotherSubject { role: "vote" });
    given(|world| (voted(world), world.contribution()))
        .when(|_, ((ballot, _, _), other)| sample::vote_retraction(1).ballot(*ballot).about(*other))
        .then_impossible(&Invariant::AnotherSubject { role: "vote" });
}

#[test]
fn a_vote_is_taken_back_while_the_ballot_is_open_even_out_of_phase() {
    given(|world| {
        let ids = voted(world);
        world.happens(sample::phase_closing(1));
        ids
    })
    .when(|_, (ballot, _, _)| sample::vote_retraction(1).ballot(*ballot))
    .then_recorded()
    .and(|world, (ballot, idea, _), _| {
        assert_eq!(world.subject(*idea).supports, 0);
        assert_eq!(world.record.book().vote((*ballot, sample::tag(1))), None);
    });
    given(|world| {
        let ids = voted(world);
        world.happens(sample::ballot_closing().ballot(ids.0));
        ids
    })
    .when(|_, (ballot, _, _)| sample::vote_retraction(1).ballot(*ballot))
    .then_refused(&[Norm::BallotOpen]);
}

#[test]
fn who_took_a_vote_back_may_vote_again() {
    given(|world| {
        let ids = voted(world);
        world.happens(sample::vote_retraction(1).ballot(ids.0));
        ids
    })
    .when(|_, (ballot, _, _)| sample::vote(1).ballot(*ballot))
    .then_recorded()
    .and(|world, (_, idea, _), _| assert_eq!(world.subject(*idea).supports, 1));
}

#[test]
fn a_vote_is_declared_invalid_even_after_the_ballot_closed() {
    given(|world| {
        let ids = voted(world);
        world.happens(sample::ballot_closing().ballot(ids.0));
        ids
    })
    .when(|_, (ballot, _, _)| sample::vote_invalidation(1).ballot(*ballot))
    .then_recorded()
    .and(|world, (_, idea, _), _| assert_eq!(world.subject(*idea).supports, 0));
    given(voted)
        .when(|_, (ballot, _, _)| sample::vote_invalidation(1).ballot(*ballot).by(Role::Citizen))
        .then_refused(&[Norm::ActorMay]);
}

#[test]
fn votes_on_paper_and_counters_of_a_source_are_added_to_no_live_vote() {
    given(voted)
        .when(|_, (ballot, _, _)| sample::paper_votes().ballot(*ballot))
        .then_recorded()
        .and_nothing_changes();
    given(voted)
        .when(|_, (_, idea, _)| sample::counter(512).about(*idea))
        .then_recorded()
        .and_nothing_changes();
}

#[test]
fn a_counter_may_be_of_an_argument_and_in_a_ballot_that_is_known() {
    given(|world| {
        let idea = world.contribution();
        world.happens(sample::argument().under(idea))
    })
    .when_observed(|_, argument| sample::counter(12).about(*argument))
    .then_recorded();
    given(|world| world.contribution())
        .when_observed(|_, idea| sample::counter(12).about(*idea).ballot(UNKNOWN))
        .then_impossible(&Invariant::Unknown { role: "ballot", id: UNKNOWN });
    given(|world| world.contribution())
        .when_observed(|_, idea| sample::counter(12).about(*idea).version(UNKNOWN))
        .then_impossible(&Invariant::Unknown { role: "version", id: UNKNOWN });
}

#[test]
fn a_counter_is_of_the_version_current_when_it_was_observed() {
    given_observed(|world| {
        let idea = world.happens(sample::submission().with(|event| event.facts.theme = None));
        (idea, world.happens(sample::revision().about(idea)))
    })
    .when(|_, (idea, _)| sample::counter(12).about(*idea))
    .then_recorded()
    .and(|world, (_, version), id| {
        assert_eq!(world.record.event(id).refs.one(crate::event::RefRole::Version), Some(*version));
    });
}

#[test]
fn a_ballot_closes_once() {
    given(supported).when(|_, (ballot, _)| sample::ballot_closing().ballot(*ballot)).then_recorded().and(
        |world, (ballot, idea), _| {
            assert!(!world.ballot(*ballot).open);
            assert_eq!(world.subject(*idea).supports_closed_at, Some(world.record.now()));
        },
    );
    given(|world| {
        let (ballot, _) = supported(world);
        world.happens(sample::ballot_closing().ballot(ballot));
        ballot
    })
    .when(|_, ballot| sample::ballot_closing().ballot(*ballot))
    .then_impossible(&Invariant::BallotClosed);
}

#[test]
fn a_vote_in_a_ballot_that_is_not_in_the_record_has_no_meaning() {
    for act in [
        sample::vote(1).ballot(UNKNOWN),
        sample::paper_votes().ballot(UNKNOWN),
        sample::ballot_closing().ballot(UNKNOWN),
    ] {
        given(|_| ())
            .when(|_, ()| act.clone())
            .then_impossible(&Invariant::Unknown { role: "ballot", id: UNKNOWN });
    }
}

#[test]
fn a_vote_says_its_territory_only_where_the_ballot_counts_by_territory() {
    let from = |territory| {
        move |_: &World, (ballot, _): &(IntentId, IntentId)| {
            sample::vote(1).with(move |event| event.facts.territory = Some(territory)).ballot(*ballot)
        }
    };
    given(supported).when(from(1)).then_refused(&[Norm::TerritoryCounted]);
    let by_territory = |world: &mut World| {
        let idea = world.contribution();
        let ballot = sample::support_ballot().with(|event| event.facts.per_territory = true);
        (world.happens(ballot.about(idea)), idea)
    };
    given(by_territory).when(from(1)).then_recorded();
    given(by_territory).when(from(2)).then_impossible(&Invariant::NoEntry {
        list: "territories",
        found: 2,
        count: 2,
    });
    given(by_territory).when(|_, (ballot, _)| sample::vote(1).ballot(*ballot)).then_recorded();
}

/// A ballot in which each person has two votes, and three texts to give them to.
fn two_votes(world: &mut World) -> (IntentId, [IntentId; 3]) {
    let texts = [world.contribution(), world.contribution(), world.contribution()];
    let ballot = sample::support_ballot().with(|event| event.facts.votes_per_person = Some(2));
    (world.happens(ballot), texts)
}

/// The same, with both votes of the voter number 1 given.
fn both_given(world: &mut World) -> (IntentId, [IntentId; 3]) {
    let (ballot, texts) = two_votes(world);
    world.vote(1, ballot, texts[0]);
    world.vote(1, ballot, texts[1]);
    (ballot, texts)
}

#[test]
fn a_person_has_as_many_votes_as_the_ballot_gives_each_on_a_text_of_its_own() {
    given(both_given)
        .when(|_, (ballot, texts)| sample::vote(1).ballot(*ballot).about(texts[2]))
        .then_refused(&[Norm::VotesPerPerson]);
    given(both_given)
        .when(|_, (ballot, texts)| sample::vote(2).ballot(*ballot).about(texts[2]))
        .then_recorded()
        .and(|world, (ballot, texts), _| {
            assert_eq!(texts.map(|text| world.subject(text).supports), [1, 1, 1]);
            let held = |voter| world.record.book().held((*ballot, sample::tag(voter)));
            assert_eq!([1, 2, 3].map(held), [2, 1, 0]);
        });
    given(both_given)
        .when(|_, (ballot, texts)| sample::vote(1).ballot(*ballot).about(texts[0]))
        .then_refused(&[Norm::OneVotePerVoter]);
    // A source that lets somebody pass its cap is kept, and what it did not respect is said.
    given(both_given)
        .when_observed(|_, (ballot, texts)| sample::vote(1).ballot(*ballot).about(texts[2]))
        .then_recorded_with(&[Norm::VotesPerPerson]);
}

#[test]
fn a_vote_taken_back_frees_one_and_a_changed_one_does_not() {
    let freed = |world: &mut World| {
        let (ballot, texts) = both_given(world);
        world.happens(sample::vote_retraction(1).ballot(ballot).about(texts[0]));
        (ballot, texts)
    };
    given(freed)
        .when(|_, (ballot, texts)| sample::vote(1).ballot(*ballot).about(texts[2]))
        .then_recorded()
        .and(|world, (_, texts), _| {
            assert_eq!(texts.map(|text| world.subject(text).supports), [0, 1, 1]);
        });
    let changed = |world: &mut World| {
        let (ballot, texts) = both_given(world);
        world.happens(sample::vote_change(1).ballot(ballot).about(texts[0]));
        (ballot, texts)
    };
    given(changed)
        .when(|_, (ballot, texts)| sample::vote(1).ballot(*ballot).about(texts[2]))
        .then_refused(&[Norm::VotesPerPerson]);
    // Which of several votes is taken back must be said.
    given(both_given)
        .when(|_, (ballot, _)| sample::vote_retraction(1).ballot(*ballot))
        .then_impossible(&Invariant::NoReference("vote"));
}

#[test]
fn the_refusal_names_the_cap() {
    let mut world = World::native();
    let (ballot, texts) = both_given(&mut world);
    let third = sample::vote(1).ballot(ballot).about(texts[2]).draft();
    let refused = world.record.write(world.stream, Trust::Native, vec![third]).unwrap_err().to_string();
    assert!(refused.contains("at most 2 votes in this ballot"), "{refused}");
    assert!(cap_text(2, Locale::Fr).contains("au plus 2 voix"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn live_votes_of_a_person_never_pass_the_cap(
        acts in prop::collection::vec((0_u64..3, 0_usize..3, 0_u8..4), 0..40),
    ) {
        let mut world = World::native();
        let (ballot, texts) = two_votes(&mut world);
        let mut live: BTreeSet<(u64, usize)> = BTreeSet::new();
        for (voter, text, act) in acts {
            let held = |live: &BTreeSet<(u64, usize)>| live.iter().filter(|(of, _)| *of == voter).count();
            let is_live = live.contains(&(voter, text));
            let (draft, accepted) = match act {
                0 | 1 => {
                    (sample::vote(voter).ballot(ballot).about(texts[text]).draft(), !is_live && held(&live) < 2)
                }
                2 => (sample::vote_change(voter).ballot(ballot).about(texts[text]).draft(), is_live),
                _ => (sample::vote_retraction(voter).ballot(ballot).about(texts[text]).draft(), is_live),
            };
            let written = world.record.write(world.stream, Trust::Native, vec![draft]);
            prop_assert_eq!(written.is_ok(), accepted);
            match act {
                0 | 1 if accepted => drop(live.insert((voter, text))),
                3 if accepted => drop(live.remove(&(voter, text))),
                _ => {}
            }
            prop_assert_eq!(world.record.book().held((ballot, sample::tag(voter))) as usize, held(&live));
        }
        for (text, id) in texts.iter().enumerate() {
            let supports = live.iter().filter(|(_, on)| *on == text).count() as u64;
            prop_assert_eq!(world.subject(*id).supports, supports);
        }
        prop_assert_eq!(&world.record.replayed(&|_| None), world.record.book());
    }
}

#[test]
fn no_vote_takes_the_place_of_one_that_was_set_aside() {
    let set_aside = |world: &mut World| {
        let (ballot, idea, _) = voted(world);
        world.happens(sample::vote_invalidation(1).ballot(ballot));
        (ballot, idea)
    };
    given(set_aside)
        .when(|_, (ballot, _)| sample::vote(1).ballot(*ballot))
        .then_impossible(&Invariant::VoteSetAside);
    given(set_aside).when(|_, (ballot, _)| sample::vote(2).ballot(*ballot)).then_recorded();
    // Where a person has several, the others are theirs still.
    let one_of_two = |world: &mut World| {
        let (ballot, texts) = both_given(world);
        world.happens(sample::vote_invalidation(1).ballot(ballot).about(texts[0]));
        (ballot, texts)
    };
    given(one_of_two)
        .when(|_, (ballot, texts)| sample::vote(1).ballot(*ballot).about(texts[0]))
        .then_impossible(&Invariant::VoteSetAside);
    given(one_of_two)
        .when(|_, (ballot, texts)| sample::vote(1).ballot(*ballot).about(texts[2]))
        .then_recorded()
        .and(|world, (ballot, texts), _| {
            assert_eq!(texts.map(|text| world.subject(text).supports), [0, 1, 1]);
            assert_eq!(world.record.book().held((*ballot, sample::tag(1))), 2);
        });
}

#[test]
fn a_tag_whose_votes_went_with_their_voter_casts_no_other() {
    let gone = |by: RetractedBy| sample::vote_retraction(1).with(|event| event.facts.by = by);
    let erased = |world: &mut World| {
        let (ballot, _, vote) = voted(world);
        world.happens(gone(RetractedBy::Erasure).ballot(ballot).vote(vote).by(Role::Authority));
        ballot
    };
    given(erased).when(|_, ballot| sample::vote(1).ballot(*ballot)).then_impossible(&Invariant::VoterErased);
    given(erased).when(|_, ballot| sample::vote(2).ballot(*ballot)).then_recorded();
    // With one of several, those that the tag could still cast.
    given(|world| {
        let (ballot, texts) = both_given(world);
        world.happens(gone(RetractedBy::Erasure).ballot(ballot).about(texts[0]).by(Role::Authority));
        (ballot, texts)
    })
    .when(|_, (ballot, texts)| sample::vote(1).ballot(*ballot).about(texts[2]))
    .then_impossible(&Invariant::VoterErased);
    // What its voter takes back can be given again.
    given(|world| {
        let (ballot, _, _) = voted(world);
        world.happens(gone(RetractedBy::Voter).ballot(ballot));
        ballot
    })
    .when(|_, ballot| sample::vote(1).ballot(*ballot))
    .then_recorded();
}
