//! Steps of an erasure: asked for, decided, done.
//!
//! `docs/design.md` (Erasure) decides that a trail says that something was erased, when and on which ground, and never
//! what it was. What is named is the thing, as the views still name it; this module reads no part but a signature.

use devenir_core::event::RefRole;
use devenir_core::event::code::{ErasureGround, ErasureScope};
use devenir_core::event::oversight::{Erased, ErasureDecided, ErasureRequested};

use super::actor::ActorShown;
use super::message::Message;
use super::step::{Details, StepFamily, Telling, Told};

pub(super) fn requested(event: &ErasureRequested, at: Telling<'_>) -> Told {
    let facts = &event.facts;
    let who = at.by_role();
    let sentence = about(at.message("erasure-requested", &who), facts.scope, facts.ground, at)
        .code("requester", facts.requester.as_str());
    Told::new(StepFamily::Other, who, sentence)
}

pub(super) fn decided(event: &ErasureDecided, at: Telling<'_>) -> Told {
    let facts = &event.facts;
    let who = ActorShown::signatory(at.it.actor, at.it.trust, &event.signatory, Vec::new());
    let sentence = at.message(format!("erasure-decided-{}", facts.outcome), &who);
    let sentence = about(sentence, facts.scope, facts.ground, at)
        .code("refusal", facts.refusal.map_or("unsaid", |refusal| refusal.as_str()));
    Told::new(StepFamily::Other, who, sentence).details(Details::default())
}

pub(super) fn erased(event: &Erased, at: Telling<'_>) -> Told {
    let facts = &event.facts;
    let who = at.by_role();
    let sentence = about(at.message("erased", &who), facts.scope, facts.ground, at);
    Told::new(StepFamily::Other, who, sentence)
}

/// What is erased of what, and why. A version is named by the thing whose trail this is; what is no text (a vote, a
/// withdrawal) is not named at all.
fn about(message: Message, scope: ErasureScope, ground: ErasureGround, at: Telling<'_>) -> Message {
    let targets = || at.it.refs.all(RefRole::Target);
    let subject = targets().find(|id| at.context.subject(*id).is_some());
    let version = || targets().any(|id| at.context.version(id).is_some());
    let subject = subject.or_else(|| at.context.home().filter(|_| version()));
    let thing = subject.map_or_else(super::context::SubjectName::unknown, |id| at.named(id));
    message
        .code("scope", scope.as_str())
        .code("ground", ground.as_str())
        .flag("known", subject.is_some())
        .thing("thing", &thing)
}
