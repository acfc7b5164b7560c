//! A story loaded into an empty store that its first event marks as a demonstration.
//!
//! `docs/design.md` (The demonstration) says why there only: the clock is the story's. This module reads no clock
//! and draws no key: both arrive as arguments.

use super::calendar::Moment;
use super::clock::StoryClock;
use super::deed::Deed;
use super::error::StoryError;
use super::play::Player;
use super::script::Story;
use super::timeline::Timeline;
use crate::app::App;
use devenir_core::id::{IntentId, StreamId};
use devenir_core::ledger::TreeSize;
use devenir_core::writer::{Instance, Opening, Random};
use jiff::civil::{Date, Time};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The origin of demonstrations: it belongs to nobody.
const ORIGIN: &str = "demonstration.devenir.example";

/// What is loaded, and as if it were which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loading {
    /// The day of loading, in the town of the story.
    pub day: Date,
    /// One slice only, by its name; none for the whole story.
    pub slice: Option<String>,
}

/// What was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The consultation.
    pub consultation: StreamId,
    /// Acts given to the writer.
    pub acts: usize,
    /// Ideas submitted.
    pub contributions: usize,
    /// Votes cast.
    pub votes: usize,
    /// Comments posted.
    pub comments: usize,
    /// Ideas, articles and amendments by their number in the story: `0007`, `0007-a1`.
    pub references: BTreeMap<String, IntentId>,
    /// Acts left aside, by the family of events that they wait for.
    pub waiting: BTreeMap<String, usize>,
    /// Acts of later days, left aside too.
    pub to_come: usize,
}

/// Creates a demonstration in a new directory, loads a story into it, and closes it.
///
/// `random` and `register_random` are what the instance draws its keys, tags and participants from.
///
/// # Errors
/// [`StoryError`] where the directory cannot be used or the record does not take the story; the store then holds a
/// part of it and is worth nothing.
pub fn create(
    dir: &Path,
    story: &Story,
    loading: &Loading,
    random: Box<dyn Random>,
    register_random: Box<dyn Random>,
) -> Result<Loaded, StoryError> {
    let days = story.days(loading.day)?;
    let opening = days.instant(Moment { day: 0, time: Time::midnight() });
    let beyond = || StoryError::Unreadable {
        file: "story.toml",
        detail: format!("its opening lies beyond the calendar when it is loaded on {}", loading.day),
    };
    let clock = Arc::new(StoryClock::new(opening.ok_or_else(beyond)?));
    let opening = Opening { origin: ORIGIN.to_owned(), demonstration: true };
    let instance = Instance::create(dir, &opening, Arc::clone(&clock) as _, random, register_random)?;
    let app = App::over(instance, Arc::clone(&clock) as _)?;
    load(&app, &clock, story, loading)
}

/// Loads a story into an instance that runs on the story's clock and holds its first event only.
///
/// # Errors
/// [`StoryError`] names the act by its line, what was expected and what was found.
pub fn load(app: &App, clock: &StoryClock, story: &Story, loading: &Loading) -> Result<Loaded, StoryError> {
    if !app.opened().demonstration {
        return Err(StoryError::NotADemonstration);
    }
    let size = app.head().size;
    if size != TreeSize::EMPTY.plus(1) {
        return Err(StoryError::NotEmpty { size });
    }
    let timeline = Timeline::of(story, loading.slice.as_deref())?;
    let Timeline { steps, shown, waiting, to_come } = timeline;
    let mut player = Player::new(app, clock, story, story.days(loading.day)?, shown, loading.slice.is_some());
    // One transaction of the register for all people: a demonstration cut short is worth nothing anyway.
    app.register().batch(true)?;
    let played = steps.iter().try_for_each(|step| player.play(step)).and_then(|()| player.settle());
    app.register().batch(false)?;
    played?;
    app.catch_up()?;
    let count = |is: fn(&Deed) -> bool| steps.iter().filter(|step| is(&step.deed)).count();
    let (consultation, references) = player.into_recorded();
    let nothing = || StoryError::Unreadable {
        file: "story.toml",
        detail: "expected acts, found none to play".to_owned(),
    };
    Ok(Loaded {
        consultation: consultation.ok_or_else(nothing)?,
        acts: steps.len(),
        contributions: count(|deed| matches!(deed, Deed::Submit(_))),
        votes: count(|deed| matches!(deed, Deed::Vote(_))),
        comments: count(|deed| matches!(deed, Deed::Comment { .. })),
        references,
        waiting,
        to_come,
    })
}
