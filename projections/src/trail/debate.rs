//! Steps of the debate: arguments, comments, cited sources, debates held.
//!
//! `docs/design.md` (Trail) asks for one sentence each; the words stand in `sentences.*.ftl`. Words and names
//! are shown only as the views serve them.

use devenir_core::event::debate::DebateEvent;
use devenir_core::event::part::Author;
use devenir_core::event::{Part, RefRole};
use devenir_core::rules::Norm;

use super::actor::ActorShown;
use super::step::{Details, StepFamily, Telling, Told};
use super::words::Words;

pub(super) fn tell(event: &DebateEvent, at: Telling<'_>) -> Told {
    match event {
        DebateEvent::ArgumentPosted(event) => {
            let id = format!("argument-posted-{}", event.facts.side);
            posted(id, &event.author, at)
                .note_saying(at.changed_in_source(event.facts.source_changed_at), &[Norm::EditsShown])
        }
        DebateEvent::CommentPosted(event) => posted("comment-posted".to_owned(), &event.author, at),
        DebateEvent::SourceCited(event) => {
            let cited = event.citation.open().filter(|_| at.is_shown(at.it.id));
            let links = cited.and_then(|citation| citation.url.clone()).into_iter().collect();
            let told = posted("source-cited".to_owned(), &event.author, at);
            told.details(Details { links, ..at.brought() })
        }
        DebateEvent::DebateHeld(event) => {
            let who = at.by_role();
            let sentence = at
                .message(format!("debate-held-{}", event.facts.place), &who)
                .thing("thing", &at.subject(RefRole::Subject));
            let record = event.record.is_committed();
            let details = Details {
                text: record.then(|| Words::of(&event.record, |record| record.overview.clone())),
                links: event.record.open().map(|record| record.links.clone()).unwrap_or_default(),
                ..Details::default()
            };
            Told::new(StepFamily::Debate, who, sentence).details(details)
        }
    }
}

/// Something that somebody said about a text.
fn posted(id: String, author: &Part<Author>, at: Telling<'_>) -> Told {
    let who = ActorShown::author(at.it.actor, at.it.trust, author, at.is_shown(at.it.id));
    let sentence = at.message(id, &who).thing("thing", &at.subject(RefRole::Parent));
    Told::new(StepFamily::Debate, who, sentence).details(at.brought())
}
