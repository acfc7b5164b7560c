//! Arguments, comments, sources, and debates in a room.
//!
//! Each stands under the idea that the story names. This module decides nothing.

use super::{Learns, Player};
use crate::act::{CiteSource, PostArgument, PostComment, RecordDebate};
use crate::story::error::StoryError;
use crate::story::timeline::Step;
use devenir_core::event::code::{Channel, DebatePlace, Side};

impl Player<'_> {
    pub(super) fn argue(&mut self, step: &Step, of: &str, side: Side, text: &str) -> Result<(), StoryError> {
        let act = PostArgument {
            consultation: self.consultation(step)?,
            parent: self.text(step, of)?,
            side,
            channel: Channel::Web,
            lang: self.story.page.story.lang,
            text: self.words(step, text)?.body,
            on_behalf_of: self.person(step),
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn comment(&mut self, step: &Step, of: &str, text: &str) -> Result<(), StoryError> {
        let act = PostComment {
            consultation: self.consultation(step)?,
            parent: self.text(step, of)?,
            channel: Channel::Web,
            lang: self.story.page.story.lang,
            text: self.words(step, text)?.body,
            on_behalf_of: self.person(step),
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn cite_source(
        &mut self,
        step: &Step,
        of: &str,
        title: &str,
        url: Option<&String>,
        text: Option<&String>,
    ) -> Result<(), StoryError> {
        let act = CiteSource {
            consultation: self.consultation(step)?,
            parent: self.text(step, of)?,
            title: title.to_owned(),
            url: url.cloned(),
            text: text.cloned(),
            on_behalf_of: self.person(step),
        };
        self.give(step, &act, Learns::nothing())
    }

    pub(super) fn hold_debate(
        &mut self,
        step: &Step,
        of: &str,
        place: DebatePlace,
        text: &str,
    ) -> Result<(), StoryError> {
        let act = RecordDebate {
            consultation: self.consultation(step)?,
            subject: self.text(step, of)?,
            place,
            held_on: Some(self.start_of(step, step.moment.day)?),
            overview: self.words(step, text)?.body,
            links: Vec::new(),
        };
        self.give(step, &act, Learns::nothing())
    }
}
