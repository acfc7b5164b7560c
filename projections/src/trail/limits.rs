//! What a page does not know or does not prove, and how to check the rest without trusting anybody.
//!
//! `docs/design.md` (Verdicts) asks that every report says its limits; a page is one. This module knows no proof:
//! it looks at what the trail shows and says what cannot follow from it.

use devenir_core::event::code::{Stage, Trust};
use devenir_core::rules::{FateCode, Rank};

use super::actor::Vouching;
use super::context::{Covers, ThingKind};
use super::headline::Story;
use super::message::Message;
use super::step::{StepFamily, TrailStep};
use super::words::{Missing, Words};

/// What the page does not know or prove, one sentence each, the most particular first.
pub(super) fn limits(story: Story<'_>, steps: &[TrailStep]) -> Vec<Message> {
    let inputs = story.inputs;
    let counted = inputs.figures.iter().any(|version| !version.counted.is_empty());
    let observed = inputs.figures.iter().any(|version| !version.observed.is_empty());
    let from_source = steps.iter().any(|step| match step.trust {
        Trust::Observed | Trust::Reconstructed => true,
        Trust::Native | Trust::Attested => false,
    });
    let unsigned = steps
        .iter()
        .any(|step| step.family == StepFamily::Response && step.actor.vouching != Vouching::Holder);
    let group = story.answer().is_some_and(|answer| answer.facts.group_size > 1);
    let after = match (from_source, story.context.covers(Stage::Responses)) {
        (true, Covers::Until(_)) => {
            // What a parliament does beyond answering and debating is of a stage of its own.
            let parliament = story.subject().kind == ThingKind::Petition
                && matches!(story.context.covers(Stage::Law), Covers::Nothing);
            let after = Message::new("limit-after").moment("covered", story.covered_until());
            Some(after.flag("parliament", parliament))
        }
        (true, Covers::Nothing) => Some(Message::new("limit-no-answers")),
        (_, Covers::Live) | (false, Covers::Until(_) | Covers::Nothing) => None,
    };
    let unserved = story.context.version(inputs.subject).filter(|version| !version.served);
    let hidden = unserved.map(|version| {
        let waits = version.body.missing() == Some(Missing::Withheld);
        Message::new("limit-hidden").flag("waits", waits)
    });
    let named = |id: &'static str, holds: bool| holds.then(|| Message::new(id));
    [
        hidden,
        named("limit-overdue", inputs.headline.code == FateCode::NoResponseOverdue),
        named("limit-group", group),
        after,
        named("limit-before-unknown", before_is_unknown(steps)),
        named("limit-answer", inputs.headline.rank == Rank::Decision && story.answer().is_some()),
        named("limit-observed", observed),
        named("limit-counted", counted),
        unsigned.then(|| Message::new("limit-unsigned").flag("taken", from_source)),
        named("limit-outside", true),
        Some(Message::new("limit-witness").code("cosigned", cosigned(story))),
        named("limit-demonstration", inputs.demonstration),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How much of the page outside witnesses have confirmed.
fn cosigned(story: Story<'_>) -> &'static str {
    let Some(size) = story.inputs.cosigned else { return "none" };
    if story.inputs.facts.iter().all(|it| it.position.is_within(size)) { "all" } else { "part" }
}

/// Whether a text is known to have stood otherwise, and nobody kept it.
fn before_is_unknown(steps: &[TrailStep]) -> bool {
    steps.iter().any(|step| {
        let absent = matches!(step.family, StepFamily::Amendment | StepFamily::Text)
            && step.details.text.as_ref().is_some_and(|text| *text == Words::NOT_SAID);
        absent || step.says_a_text_is_unknown()
    })
}

/// How to check what the page says.
pub(super) fn checks(story: Story<'_>, steps: &[TrailStep]) -> Vec<Message> {
    let from_source = steps.iter().any(|step| match step.trust {
        Trust::Observed | Trust::Reconstructed => true,
        Trust::Native | Trust::Attested => false,
    });
    // Receipts are given for what was submitted here.
    let receipted =
        story.inputs.facts.iter().any(|it| it.id == story.inputs.subject && it.trust == Trust::Native);
    let mut said = vec![
        Message::new("check-verify").words("command", story.inputs.check_command.map(str::to_owned)),
        Message::new("check-needs").words("contact", story.inputs.contact.map(str::to_owned)),
    ];
    if receipted {
        said.push(Message::new("check-receipt"));
    }
    said.push(Message::new("check-alone"));
    if from_source {
        said.push(
            Message::new("check-source")
                .words("origin", story.inputs.origin.clone())
                .flag("addressed", story.inputs.is_addressed()),
        );
    }
    said
}
