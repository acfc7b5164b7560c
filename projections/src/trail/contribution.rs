//! Steps of a contribution: submitted, published, revised, withdrawn.
//!
//! `docs/design.md` (Trail) asks for one sentence each; the words stand in `sentences.*.ftl`. A text and whoever
//! wrote it are shown only as the views serve them.

use devenir_core::event::RefRole;
use devenir_core::event::code::{Channel, CoauthorChange};
use devenir_core::event::contribution::{ContributionEvent, Revised, Submitted, Withdrawn};
use devenir_core::event::part::Explanation;
use devenir_core::rules::Norm;

use super::actor::ActorShown;
use super::context::{SubjectName, VersionName};
use super::message::Message;
use super::step::{Details, StepFamily, Telling, Told};
use super::words::{Missing, Words};

pub(super) fn tell(event: &ContributionEvent, at: Telling<'_>) -> Told {
    match event {
        ContributionEvent::Submitted(event) => submitted(event, at),
        ContributionEvent::Published(_) => {
            let who = at.by_role();
            let sentence = at.message("contribution-published", &who);
            Told::new(StepFamily::Text, who, sentence.thing("thing", &at.subject(RefRole::Subject)))
        }
        ContributionEvent::Revised(event) => revised(event, at),
        ContributionEvent::RevisionRequested(event) => {
            let who = ActorShown::moderator(at.it.actor, at.it.trust, &event.moderator);
            let sentence = at
                .message("revision-requested", &who)
                .thing("thing", &at.subject(RefRole::Subject))
                .moment("until", at.maybe_day(event.facts.until));
            let reason = Some(Words::of(&event.explanation, |it| Some(it.text.clone())));
            Told::new(StepFamily::Text, who, sentence).details(Details { reason, ..Details::default() })
        }
        ContributionEvent::Withdrawn(event) => withdrawn(event, at),
        ContributionEvent::CoauthorChanged(event) => {
            let shown = at.shows(RefRole::Subject);
            let who = ActorShown::author(at.it.actor, at.it.trust, &event.author, shown);
            let id = match event.facts.change {
                CoauthorChange::Joined => "coauthor-changed-joined",
                CoauthorChange::Left => "coauthor-changed-left",
            };
            let sentence = at.message(id, &who).thing("thing", &at.subject(RefRole::Subject));
            Told::new(StepFamily::Text, who, sentence)
        }
        ContributionEvent::ReferenceCorrected(event) => {
            let who = at.by_role();
            let sentence = at.message("reference-corrected", &who);
            let links = event.source.open().filter(|_| at.shows(RefRole::Subject));
            let links = links.and_then(|source| source.url.clone()).into_iter().collect();
            Told::new(StepFamily::Text, who, sentence.thing("thing", &at.subject(RefRole::Subject)))
                .details(Details { links, ..Details::default() })
        }
    }
}

fn submitted(event: &Submitted, at: Telling<'_>) -> Told {
    let facts = &event.facts;
    let shown = at.is_shown(at.it.id);
    let who = ActorShown::author(at.it.actor, at.it.trust, &event.author, shown);
    let thing = SubjectName { kind: facts.kind.into(), ..at.named(at.it.id) };
    let sentence = at
        .message("contribution-submitted", &who)
        .thing("thing", &thing)
        .code("channel", facts.channel.as_str())
        .words("reference", thing.reference.clone().filter(|_| thing.at_home));
    let source = event.source.open().filter(|_| shown);
    let details = Details {
        theme: facts.theme.and_then(|index| at.context.theme(index)),
        territory: facts.territory.and_then(|index| at.context.territory(index)),
        place: event.place.open().filter(|_| shown).map(|place| place.label.clone()),
        links: source.and_then(|source| source.url.clone()).into_iter().collect(),
        ..at.brought()
    };
    Told::new(StepFamily::Text, who, sentence)
        .details(details)
        .note(typed(facts.channel, at))
        .note_saying(at.changed_in_source(facts.source_changed_at), &[Norm::EditsShown])
}

/// What came by another way than a screen was typed here by whoever entered it.
fn typed(channel: Channel, at: Telling<'_>) -> Option<Message> {
    match channel {
        Channel::Paper | Channel::Meeting | Channel::Telephone | Channel::Letter => {
            Some(Message::new("note-typed").code("role", at.it.actor.as_str()))
        }
        Channel::Web | Channel::Import => None,
    }
}

fn revised(event: &Revised, at: Telling<'_>) -> Told {
    let facts = &event.facts;
    let shown = at.is_shown(at.it.id);
    let who = ActorShown::author(at.it.actor, at.it.trust, &event.author, shown);
    let found = at.found();
    let brought = at.brought();
    let id = match (at.is_from_a_source(), found.is_known()) {
        (true, true) => "contribution-revised-found",
        (true, false) => "contribution-revised-seen",
        (false, _) => "contribution-revised",
    };
    let sentence = at
        .message(id, &who)
        .flag("first", is_all_new(&brought))
        .thing("thing", &at.subject(RefRole::Subject))
        .number("version", facts.version)
        .moment("before", at.maybe_day(facts.seen_before));
    let reason = explained_beside(&event.explanation, at.text(RefRole::Subject));
    let unchanged = facts.material.filter(|material| !material);
    let changed = brought.changed.clone();
    Told::new(StepFamily::Text, who, sentence)
        .details(Details { reason, ..brought })
        .became(changed.as_ref())
        .note(unchanged.map(|_| Message::new("note-not-material")))
}

/// Whether there was no text before: all of it came.
fn is_all_new(brought: &Details) -> bool {
    let Some(changed) = &brought.changed else { return false };
    let body = brought.text.as_ref().and_then(Words::said).map(str::trim);
    changed.became.is_empty() && changed.removed.is_none() && changed.added.as_deref() == body
}

fn withdrawn(event: &Withdrawn, at: Telling<'_>) -> Told {
    let shown = at.shows(RefRole::Subject);
    let who = ActorShown::author(at.it.actor, at.it.trust, &event.author, shown);
    let sentence = at.message("contribution-withdrawn", &who).thing("thing", &at.subject(RefRole::Subject));
    let unsaid = at.is_from_a_source() && !event.facts.reason_given;
    Told::new(StepFamily::Text, who, sentence)
        .details(Details {
            reason: explained_beside(&event.explanation, at.text(RefRole::Subject)),
            ..Details::default()
        })
        .note(unsaid.then(|| Message::new("note-withdrawal-unexplained")))
}

/// An author's explanation, where one was given: it is shown with the text beside which it stands, and waits with it.
pub(super) fn explained_beside(
    explanation: &devenir_core::event::Part<Explanation>,
    text: Option<VersionName>,
) -> Option<Words> {
    let waits = text.as_ref().is_some_and(|text| text.body.missing() == Some(Missing::Withheld));
    if waits && explanation.is_committed() {
        return Some(Words::Missing(Missing::Withheld));
    }
    explained(explanation, text.is_some_and(|text| text.served))
}

/// An author's explanation, where one was given and goes with a text that is shown.
pub(super) fn explained(explanation: &devenir_core::event::Part<Explanation>, shown: bool) -> Option<Words> {
    if !explanation.is_committed() {
        return None;
    }
    if !shown {
        return Some(Words::Missing(Missing::Hidden));
    }
    Some(Words::of(explanation, |it| Some(it.text.clone())))
}

#[cfg(test)]
mod tests {
    use super::super::context::Changed;
    use super::*;

    #[test]
    fn a_text_is_all_new_where_all_of_it_came_and_nothing_went() {
        let brought = |changed: Changed| Details {
            text: Some(Words::Said("Une piste verte.\n".to_owned())),
            changed: Some(changed),
            ..Details::default()
        };
        let came = |words: &str| Changed { added: Some(words.to_owned()), ..Changed::default() };
        assert!(is_all_new(&brought(came("Une piste verte."))));
        assert!(!is_all_new(&brought(came("verte."))));
        let went = Changed { removed: Some("bleue".to_owned()), ..came("Une piste verte.") };
        assert!(!is_all_new(&brought(went)));
        assert!(!is_all_new(&Details::default()));
    }

    #[test]
    fn what_an_author_explains_waits_with_the_text_and_is_hidden_with_it() {
        use devenir_core::event::Part;
        let beside = |body: Words, served| {
            let text = VersionName { number: 1, title: Words::NOT_SAID, body, sections: Vec::new(), served };
            explained_beside(&Part::Open(Explanation { text: "Une erreur.".to_owned() }), Some(text))
        };
        let missing = |why| Some(Words::Missing(why));
        assert_eq!(
            beside(Words::Said("Une piste.".to_owned()), true),
            Some(Words::Said("Une erreur.".to_owned()))
        );
        assert_eq!(beside(Words::Missing(Missing::Withheld), false), missing(Missing::Withheld));
        assert_eq!(beside(Words::Missing(Missing::Hidden), false), missing(Missing::Hidden));
    }
}
