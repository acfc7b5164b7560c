//! The debate family: arguments, comments, cited sources, debates held.
//!
//! `docs/events.md` lists the types. The first three are subjects under what they are about; a debate held is a
//! step of its subject's trail.

use devenir_core::envelope::Recorded;
use devenir_core::event::RefRole;
use devenir_core::event::debate::DebateEvent;

use super::subject::{NewSubject, Words};
use super::{Done, Fold};
use crate::model::SubjectKind;

impl Fold<'_> {
    pub(super) fn debate(&mut self, it: &Recorded, event: &DebateEvent) -> Done {
        let parent = self.find_one(it, RefRole::Parent)?;
        let posted = match event {
            DebateEvent::DebateHeld(_) => {
                let Some(subject) = self.find_one(it, RefRole::Subject)? else { return Ok(()) };
                return self.step(subject, it);
            }
            DebateEvent::ArgumentPosted(event) => NewSubject {
                genre: Some(event.facts.side.as_str()),
                lang: event.facts.lang,
                channel: Some(event.facts.channel),
                source_changed_at: event.facts.source_changed_at,
                words: Words::titled(&event.text),
                ..NewSubject::bare(SubjectKind::Argument, parent, &event.author, &event.source)
            },
            DebateEvent::CommentPosted(event) => NewSubject {
                lang: event.facts.lang,
                channel: Some(event.facts.channel),
                words: Words::titled(&event.text),
                ..NewSubject::bare(SubjectKind::Comment, parent, &event.author, &event.source)
            },
            DebateEvent::SourceCited(event) => NewSubject {
                channel: Some(event.facts.channel),
                words: Words::cited(&event.citation),
                ..NewSubject::bare(SubjectKind::Citation, parent, &event.author, &event.source)
            },
        };
        let Some(consultation) = self.consultation_of(it.stream)? else { return Ok(()) };
        self.new_subject(it, consultation, posted)
    }
}
