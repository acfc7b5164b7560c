//! Everything that happens in a story up to the day of loading, in order of time.
//!
//! Here `count` votes become votes of different people spread over days, an idea gets its publication, free numbers
//! are filled by the generator, and what lies in the future or waits for its family is left aside. The README of
//! the story (Reading an act, Days, Numbers) says how. This module records nothing.

use super::calendar::{self, Moment, later, spread};
use super::chance::Chance;
use super::deed::{Deed, Vote};
use super::error::{Place, StoryError};
use super::generator::{self, Generated};
use super::script::{Doing, Story, Written};
use devenir_core::event::code::Choice;
use std::collections::{BTreeMap, BTreeSet};

/// Something that happens.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) place: Place,
    pub(super) moment: Moment,
    /// Who does it: somebody of the story, or one of the voters.
    pub(super) who: String,
    pub(super) deed: Deed,
}

/// What happens, and what does not yet.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    pub(super) steps: Vec<Step>,
    /// The names that people chose to show.
    pub(super) shown: BTreeMap<String, String>,
    /// Acts left aside, by the family that they wait for.
    pub(super) waiting: BTreeMap<String, usize>,
    /// Acts of later days.
    pub(super) to_come: usize,
}

impl Timeline {
    /// What happens in a story, or in one slice of it.
    pub(super) fn of(story: &Story, slice: Option<&str>) -> Result<Self, StoryError> {
        let mut timeline = Self::default();
        for person in &story.page.people {
            timeline.shown.extend(person.shown.clone().map(|name| (person.id.clone(), name)));
        }
        let mut written = Vec::new();
        let in_slice = |act: &&Written| slice.is_none() || act.slice.as_deref() == slice;
        for act in story.acts.iter().filter(in_slice) {
            match &act.deed {
                _ if act.moment.day > story.page.story.loading_day => timeline.to_come += 1,
                Doing::Waits(family) => *timeline.waiting.entry(family.clone()).or_default() += 1,
                Doing::Now(deed) => written.push(Step {
                    place: Place::Line(act.line),
                    moment: act.moment,
                    who: act.who.clone(),
                    deed: Deed::clone(deed),
                }),
            }
        }
        let mut ideas = match slice {
            None => generator::ideas(story, &written)?,
            Some(_) => Generated::default(),
        };
        written.append(&mut ideas.steps);
        timeline.shown.append(&mut ideas.shown);
        written.extend(publications(story, &written));
        if slice.is_none() {
            written.extend(generator::replies(story, &ideas, &written));
        }
        in_order(&mut written);
        timeline.steps = votes_cast(story, written)?;
        in_order(&mut timeline.steps);
        Ok(timeline)
    }
}

/// In order of time; what happens at the same moment stays as it stands.
fn in_order(steps: &mut [Step]) {
    steps.sort_by_key(|step| (step.moment.day, step.moment.time));
}

/// The publication of every idea that no act publishes, unless its author took it back before.
fn publications(story: &Story, steps: &[Step]) -> Vec<Step> {
    let mut published = BTreeSet::new();
    let mut withdrawn = BTreeMap::new();
    for step in steps {
        match &step.deed {
            Deed::Publish { of } => drop(published.insert(of.clone())),
            Deed::Withdraw { of, .. } => drop(withdrawn.insert(of.clone(), step.moment)),
            _ => {}
        }
    }
    let minutes = story.page.rules.published_after_minutes;
    let publication = |step: &Step| {
        let Deed::Submit(submission) = &step.deed else { return None };
        let of = name_of(submission.number);
        let moment = calendar::after_minutes(step.moment, minutes);
        let gone = withdrawn.get(&of).is_some_and(|gone| later(*gone, moment) == moment);
        let step = Step {
            place: step.place,
            moment,
            who: "moderation".to_owned(),
            deed: Deed::Publish { of: of.clone() },
        };
        (!gone && !published.contains(&of)).then_some(step)
    };
    steps.iter().filter_map(publication).collect()
}

/// Each `count` of votes as that many votes; nobody votes twice on the same text.
fn votes_cast(story: &Story, steps: Vec<Step>) -> Result<Vec<Step>, StoryError> {
    let mut voters = Voters { story, voted: BTreeMap::new() };
    let mut cast = Vec::with_capacity(steps.len() * 2);
    for step in steps {
        match &step.deed {
            Deed::Vote(vote) if vote.count.is_some() => cast.extend(voters.votes(&step, vote)?),
            _ => cast.push(step),
        }
    }
    Ok(cast)
}

/// The people who vote without writing, and what they voted on.
struct Voters<'a> {
    story: &'a Story,
    voted: BTreeMap<(String, String), BTreeSet<u64>>,
}

impl Voters<'_> {
    fn votes(&mut self, step: &Step, vote: &Vote) -> Result<Vec<Step>, StoryError> {
        let Vote { ballot, of, .. } = vote;
        let count = vote.count.unwrap_or(0);
        let wrong = |expected: String, found: String, advice| StoryError::Act {
            place: step.place,
            what: "vote",
            expected,
            found,
            advice,
        };
        let label = format!("votes on {of} in {ballot} from day {}", step.moment.day);
        let mut chance = Chance::new(self.story.sayings.seed, &label);
        let mut choices = match &vote.choices {
            None => Vec::new(),
            Some(choices) => each(choices),
        };
        if vote.choices.is_some() && choices.len() as u64 != count {
            let (expected, found) = (format!("{count} choices"), choices.len().to_string());
            return Err(wrong(expected, found, "let `choices` add up to `count`"));
        }
        chance.shuffle(&mut choices);
        let until_day = vote.until_day.unwrap_or(step.moment.day);
        let voted = self.voted.entry((ballot.clone(), of.clone())).or_default();
        let mut left: Vec<u64> =
            (1..=self.story.sayings.voters).filter(|voter| !voted.contains(voter)).collect();
        if (left.len() as u64) < count {
            let (expected, found) = (format!("at most {} votes", left.len()), count.to_string());
            return Err(wrong(expected, found, "give `voters` in generated.toml more people"));
        }
        chance.shuffle(&mut left);
        let moments = spread(step.moment, until_day, count, &mut chance);
        let mut choices = choices.into_iter();
        let mut votes = Vec::new();
        for (moment, voter) in moments.into_iter().zip(left) {
            voted.insert(voter);
            let choice = choices.next();
            let one = Vote { ballot: ballot.clone(), of: of.clone(), choice, ..Vote::default() };
            let who = voter_name(voter);
            votes.push(Step { place: step.place, moment, who, deed: Deed::Vote(one) });
        }
        Ok(votes)
    }
}

/// `{for: 2, against: 1}` as for, for, against.
fn each(choices: &BTreeMap<Choice, u64>) -> Vec<Choice> {
    let times = |(choice, count): (&Choice, &u64)| {
        std::iter::repeat_n(*choice, usize::try_from(*count).unwrap_or(0)).collect::<Vec<_>>()
    };
    choices.iter().flat_map(times).collect()
}

/// What the story calls the idea of a number.
pub(super) fn name_of(number: u32) -> String {
    format!("{number:04}")
}

/// What the platform calls one of those who vote without writing.
pub(super) fn voter_name(voter: u64) -> String {
    format!("votant-{voter:03}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Timeline {
        Timeline::of(&Story::villeneuve().unwrap(), None).unwrap()
    }

    fn votes(timeline: &Timeline) -> Vec<(&Vote, &Step)> {
        let vote = |step: &'_ Step| matches!(step.deed, Deed::Vote(_));
        let steps = timeline.steps.iter().filter(|step| vote(step));
        steps
            .map(|step| if let Deed::Vote(vote) = &step.deed { (vote, step) } else { unreachable!() })
            .collect()
    }

    #[test]
    fn there_are_nine_hundred_votes_and_nobody_supports_the_same_text_twice() {
        let timeline = whole();
        let votes = votes(&timeline);
        assert_eq!(votes.len(), 900);
        let pairs: BTreeSet<_> =
            votes.iter().map(|(vote, step)| (&vote.ballot, &vote.of, &step.who)).collect();
        assert_eq!(pairs.len(), 900);
    }

    #[test]
    fn every_number_is_taken_once_in_the_order_of_time() {
        let number = |step: &Step| match &step.deed {
            Deed::Submit(submission) => Some(submission.number),
            Deed::PublishReferenceText(text) => Some(text.number),
            _ => None,
        };
        let numbers: Vec<u32> = whole().steps.iter().filter_map(number).collect();
        assert_eq!(numbers, (1..=67).collect::<Vec<_>>());
    }

    #[test]
    fn the_same_seed_gives_the_same_town() {
        assert_eq!(format!("{:?}", whole().steps), format!("{:?}", whole().steps));
    }

    #[test]
    fn no_generated_words_serve_twice() {
        let mut said = BTreeSet::new();
        for step in &whole().steps {
            let words = match (&step.place, &step.deed) {
                (Place::Generated, Deed::Submit(submission)) => submission.body.clone().unwrap(),
                (Place::Generated, Deed::Comment { text, .. }) => text.clone(),
                _ => continue,
            };
            assert!(!words.contains("{ou}"), "{words}");
            assert!(said.insert(words.clone()), "twice: {words}");
        }
        assert_eq!(said.len(), 31 + 20);
    }

    #[test]
    fn generated_support_stays_far_from_the_threshold() {
        let story = Story::villeneuve().unwrap();
        let mut counts = BTreeMap::new();
        for (vote, step) in votes(&whole()) {
            if step.place == Place::Generated {
                *counts.entry(vote.of.clone()).or_insert(0_u64) += 1;
            }
        }
        assert_eq!(counts.values().sum::<u64>(), 110);
        assert!(counts.values().all(|count| *count <= story.sayings.support_votes_max), "{counts:?}");
    }

    #[test]
    fn the_first_slice_is_ten_ideas_without_the_generator() {
        let timeline = Timeline::of(&Story::villeneuve().unwrap(), Some("a")).unwrap();
        let ideas = timeline.steps.iter().filter(|step| matches!(step.deed, Deed::Submit(_))).count();
        assert_eq!(ideas, 10);
        assert!(timeline.steps.iter().all(|step| step.place != Place::Generated));
    }
}
