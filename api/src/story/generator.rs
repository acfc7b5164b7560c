//! The seeded generator: it fills the numbers, votes and comments that the story leaves free.
//!
//! `generated.toml` says what it may say; the README of the story (Numbers) says where. The same seed says the same
//! words, and an act added to the story leaves the others as they were. This module records nothing.

use super::calendar::{Moment, after_minutes, between, later, spread, when_up};
use super::chance::Chance;
use super::deed::{Deed, Submission, Vote};
use super::error::{Place, StoryError};
use super::script::Story;
use super::timeline::{Step, name_of, voter_name};
use devenir_core::event::code::{Activity, ContributionKind};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the generator may say, and how much.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sayings {
    pub(super) seed: u64,
    support_votes: u64,
    pub(super) support_votes_max: u64,
    support_votes_until_day: i64,
    comments: usize,
    comments_until_day: i64,
    pub(super) voters: u64,
    openings_percent: u64,
    closings_percent: u64,
    shown_name_percent: u64,
    openings: Vec<String>,
    closings: Vec<String>,
    names: Vec<String>,
    topics: Vec<Topic>,
}

/// Something that people write about.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    theme: String,
    kind: Option<ContributionKind>,
    places: Vec<Spot>,
    ideas: Vec<Idea>,
    comments: Vec<String>,
}

/// Somewhere in the town, in words that can follow a noun or a verb.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spot {
    ou: String,
    territory: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Idea {
    title: String,
    body: String,
}

/// What the generator adds.
#[derive(Debug, Default)]
pub(super) struct Generated {
    pub(super) steps: Vec<Step>,
    /// The names that people chose to show.
    pub(super) shown: BTreeMap<String, String>,
    /// The topic of each idea, as an index.
    topics: BTreeMap<String, usize>,
}

/// One idea for each free number, between the ideas written by hand before and after it.
pub(super) fn ideas(story: &Story, written: &[Step]) -> Result<Generated, StoryError> {
    let sayings = &story.sayings;
    let free = free_numbers(story, written);
    let mut moments = Vec::new();
    for run in free.chunk_by(|one, next| one + 1 == *next) {
        moments.extend(moments_of(story, written, run)?);
    }
    let mut chance = Chance::new(sayings.seed, "ideas");
    let mut themes = subjects(sayings, &mut chance);
    if themes.len() < free.len() {
        let detail = format!("expected {} ideas for the free numbers, found {}", free.len(), themes.len());
        return Err(StoryError::Unreadable { file: "generated.toml", detail });
    }
    themes.truncate(free.len());
    let mut names = names(sayings);
    let mut generated = Generated::default();
    for ((number, moment), (index, topic, idea, spot)) in free.into_iter().zip(moments).zip(themes) {
        generated.topics.insert(name_of(number), index);
        let who = format!("habitant-{number:03}");
        if chance.happens(sayings.shown_name_percent) {
            generated.shown.extend(names.pop().map(|name| (who.clone(), name)));
        }
        let submission = Submission {
            number,
            kind: topic.kind,
            theme: Some(topic.theme.clone()),
            territory: Some(spot.territory.clone()),
            title: Some(idea.title.replace("{ou}", &spot.ou)),
            body: Some(framed(&idea.body.replace("{ou}", &spot.ou), sayings, &mut chance)),
            ..Submission::default()
        };
        let deed = Deed::Submit(submission);
        generated.steps.push(Step { place: Place::Generated, moment, who, deed });
    }
    Ok(generated)
}

/// The numbers that no act takes.
fn free_numbers(story: &Story, written: &[Step]) -> Vec<u32> {
    let taken: BTreeSet<u32> = written.iter().filter_map(|step| number_of(&step.deed)).collect();
    (1..=story.page.story.last_generated_number).filter(|number| !taken.contains(number)).collect()
}

const fn number_of(deed: &Deed) -> Option<u32> {
    match deed {
        Deed::Submit(submission) => Some(submission.number),
        Deed::PublishReferenceText(text) => Some(text.number),
        _ => None,
    }
}

/// When the ideas of a run of free numbers come in.
fn moments_of(story: &Story, written: &[Step], run: &[u32]) -> Result<Vec<Moment>, StoryError> {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return Ok(Vec::new()) };
    let submissions = |id: &str| {
        let phase = story.page.rules.phases.iter().find(|phase| phase.id == id);
        phase.is_some_and(|phase| phase.admits.contains(&Activity::Submissions))
    };
    let before = written.iter().rfind(|step| number_of(&step.deed).is_some_and(|number| number < *first));
    let ends = |step: &&Step| match &step.deed {
        Deed::ClosePhase { phase } => submissions(phase),
        deed => number_of(deed).is_some_and(|number| number > *last),
    };
    let is_after =
        |step: &&Step| before.is_some_and(|before| later(before.moment, step.moment) != before.moment);
    let after = written.iter().filter(is_after).find(ends);
    let (Some(before), Some(after)) = (before, after) else {
        let detail =
            format!("expected ideas written by hand around the free numbers {first} to {last}, found none");
        return Err(StoryError::Unreadable { file: "story.toml", detail });
    };
    Ok(between(before.moment, after.moment, run.len() as u64))
}

/// Every idea with the topic that it belongs to and a spot of it, mixed.
fn subjects<'a>(sayings: &'a Sayings, chance: &mut Chance) -> Vec<(usize, &'a Topic, &'a Idea, &'a Spot)> {
    let mut all = Vec::new();
    for (index, topic) in sayings.topics.iter().enumerate() {
        let mut spots: Vec<&Spot> = topic.places.iter().collect();
        chance.shuffle(&mut spots);
        let ideas = topic.ideas.iter().zip(spots.into_iter().cycle());
        all.extend(ideas.map(|(idea, spot)| (index, topic, idea, spot)));
    }
    chance.shuffle(&mut all);
    all
}

/// The names that may be shown, mixed.
fn names(sayings: &Sayings) -> Vec<String> {
    let mut names = sayings.names.clone();
    Chance::new(sayings.seed, "names").shuffle(&mut names);
    names
}

/// Some people greet, some take their leave.
fn framed(body: &str, sayings: &Sayings, chance: &mut Chance) -> String {
    let opening =
        chance.happens(sayings.openings_percent).then(|| chance.one_of(&sayings.openings)).flatten();
    let closing =
        chance.happens(sayings.closings_percent).then(|| chance.one_of(&sayings.closings)).flatten();
    let said = opening.map(String::as_str).into_iter().chain([body]).chain(closing.map(String::as_str));
    said.collect::<Vec<_>>().join("\n\n")
}

/// Votes and comments on the generated ideas, once they can be read.
pub(super) fn replies(story: &Story, ideas: &Generated, steps: &[Step]) -> Vec<Step> {
    let readable = readable(ideas, steps);
    let mut replies = votes(story, readable.clone());
    replies.extend(comments(story, ideas, &readable));
    replies
}

/// The generated ideas and when they were published.
fn readable<'a>(ideas: &Generated, steps: &'a [Step]) -> Vec<(&'a str, Moment)> {
    let publication = |step: &'a Step| match &step.deed {
        Deed::Publish { of } if ideas.topics.contains_key(of) => Some((of.as_str(), step.moment)),
        _ => None,
    };
    steps.iter().filter_map(publication).collect()
}

fn votes(story: &Story, mut ideas: Vec<(&str, Moment)>) -> Vec<Step> {
    let sayings = &story.sayings;
    let mut chance = Chance::new(sayings.seed, "support");
    let mut counts = vec![0; ideas.len()];
    let mut left = sayings.support_votes.min(sayings.support_votes_max.saturating_mul(ideas.len() as u64));
    while left > 0 {
        // The lower of two draws: some ideas please more than others.
        let index = chance.index(counts.len()).min(chance.index(counts.len()));
        if let Some(count) = counts.get_mut(index).filter(|count| **count < sayings.support_votes_max) {
            *count += 1;
            left -= 1;
        }
    }
    chance.shuffle(&mut ideas);
    let ballot = story.page.ballots.first().map(|ballot| ballot.id.clone()).unwrap_or_default();
    let vote = |((of, published), count): ((&str, Moment), u64)| Step {
        place: Place::Generated,
        moment: when_up(after_minutes(published, 20)),
        who: String::new(),
        deed: Deed::Vote(Vote {
            ballot: ballot.clone(),
            of: of.to_owned(),
            count: Some(count),
            until_day: Some(sayings.support_votes_until_day),
            ..Vote::default()
        }),
    };
    ideas.into_iter().zip(counts).filter(|(_, count)| *count > 0).map(vote).collect()
}

fn comments(story: &Story, ideas: &Generated, readable: &[(&str, Moment)]) -> Vec<Step> {
    let sayings = &story.sayings;
    let mut chance = Chance::new(sayings.seed, "comments");
    let of_topic = |(topic, found): (usize, &'_ Topic)| {
        found.comments.iter().map(move |comment| (topic, comment.clone())).collect::<Vec<_>>()
    };
    let mut said: Vec<(usize, String)> = sayings.topics.iter().enumerate().flat_map(of_topic).collect();
    chance.shuffle(&mut said);
    let mut steps = Vec::new();
    for (topic, text) in said {
        if steps.len() == sayings.comments {
            break;
        }
        let about: Vec<_> = readable.iter().filter(|(of, _)| ideas.topics.get(*of) == Some(&topic)).collect();
        let Some((of, published)) = chance.one_of(&about).copied() else { continue };
        let first = when_up(after_minutes(*published, 60));
        let moments = spread(first, sayings.comments_until_day, 12, &mut chance);
        let Some(moment) = chance.one_of(&moments).copied() else { continue };
        let who = voter_name(1 + chance.below(sayings.voters));
        let deed = Deed::Comment { of: (*of).to_owned(), text };
        steps.push(Step { place: Place::Generated, moment, who, deed });
    }
    steps
}
