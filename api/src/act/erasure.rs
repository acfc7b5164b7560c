//! Acts of erasure: somebody asks, the controller decides, parts are named one by one.
//!
//! `docs/design.md` (Erasure). Which events and which of their parts a request comes to is found in the record, by
//! whoever implements [`People`]; nothing here deletes.

use std::collections::BTreeSet;

use super::door::CITIZEN;
use super::malformed::{Malformed, TEXT_MAX, TITLE_MAX, optional};
use super::response::Signed;
use super::{Act, Caller, OnBehalfOf, People, draft};
use devenir_core::envelope::{Draft, Reference};
use devenir_core::event::code::{
    ErasureGround, ErasureOutcome, ErasureRefusal, ErasureScope, Requester, RetractedBy,
};
use devenir_core::event::part::{Explanation, Ticket};
use devenir_core::event::{Part, RefRole, oversight as event, vote};
use devenir_core::id::{IntentId, StreamId, VoterTag};
use devenir_core::rules::Role;
use devenir_core::time::Claimed;
use devenir_core::writer::Target;

/// One event of which parts are to be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasable {
    /// The event.
    pub id: IntentId,
    /// Which parts: bit i is the i-th part of its envelope.
    pub mask: u16,
    /// Which parts that is, in a word.
    pub scope: ErasureScope,
}

/// Everything that a request comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasables {
    /// The events, in the order of the record.
    pub events: Vec<Erasable>,
    /// The live votes in an open ballot that go with them: each is taken back in the same command.
    pub live_votes: Vec<LiveVote>,
}

/// A vote that counts, in a ballot that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveVote {
    /// The ballot.
    pub ballot: IntentId,
    /// The vote.
    pub vote: IntentId,
    /// Its tag.
    pub tag: VoterTag,
    /// What it is on.
    pub subject: Option<IntentId>,
}

/// A decision that grants an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// What it says.
    pub facts: event::ErasureDecidedFacts,
    /// What it comes to now.
    pub erasables: Erasables,
}

fn target(id: IntentId) -> (RefRole, Reference) {
    (RefRole::Target, Reference::Recorded(id))
}

fn ticket(number: Option<&str>) -> Result<Part<Ticket>, Malformed> {
    Ok(Part::from_option(optional("ticket", number, TITLE_MAX)?.map(|number| Ticket { number })))
}

/// Ask that something be erased.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RequestErasure {
    /// The consultation.
    pub consultation: StreamId,
    /// The text, or the vote.
    pub target: IntentId,
    /// Which parts.
    pub scope: ErasureScope,
    /// Why.
    pub ground: ErasureGround,
    /// The author, where a platform asks for theirs.
    pub on_behalf_of: Option<OnBehalfOf>,
    /// The author's token, from the receipt of the text: it is asked by the author, who needs no account. Without it and
    /// without a platform, the operator enters a request that came another way.
    pub author_token: Option<String>,
    /// Whether it is asked by somebody whom it is about, and who is not its author.
    pub concerned: Option<bool>,
    /// The number under which the operator keeps the request.
    pub ticket: Option<String>,
}

impl Act for RequestErasure {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    fn own(&self) -> Option<(IntentId, &OnBehalfOf)> {
        self.on_behalf_of.as_ref().map(|person| (self.target, person))
    }

    fn token(&self) -> Option<(IntentId, &str)> {
        self.author_token.as_deref().map(|token| (self.target, token))
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        if self.author_token.is_some() && self.concerned == Some(true) {
            return Err(Malformed {
                field: "concerned",
                expected: "nothing: who holds the token of a text is its author".into(),
                found: "true".into(),
            });
        }
        people.erasables(self.consultation, self.target, self.scope)?;
        let requester = if self.concerned == Some(true) { Requester::Concerned } else { Requester::Author };
        let event = event::ErasureRequested {
            facts: event::ErasureRequestedFacts { ground: self.ground, requester, scope: self.scope },
            ticket: ticket(self.ticket.as_deref())?,
        };
        // Whoever has no account asks the operator, who enters it: only a platform speaks for a participant.
        let theirs = self.on_behalf_of.is_some() || self.author_token.is_some();
        let actor = if theirs { CITIZEN } else { Role::Administrator };
        Ok(vec![draft(event, vec![target(self.target)], Claimed::UNKNOWN, actor)])
    }
}

/// Decide on an erasure, as the controller. What somebody asked for is erased with the decision; what nobody asked for
/// waits for another person.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DecideErasure {
    /// The consultation.
    pub consultation: StreamId,
    /// The request that it answers.
    pub request: Option<IntentId>,
    /// The text, or the vote.
    pub target: IntentId,
    /// Which parts.
    pub scope: ErasureScope,
    /// Why, if it is granted.
    pub ground: ErasureGround,
    /// What is decided.
    pub outcome: ErasureOutcome,
    /// Why not, or not all.
    pub refusal: Option<ErasureRefusal>,
    /// Why, in words for whoever asked.
    pub explanation: Option<String>,
    /// Who decides.
    pub signatory: Signed,
    /// The number under which the operator keeps the request.
    pub ticket: Option<String>,
}

impl Act for DecideErasure {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    /// It names every vote of a voter, or every act of an author: one that is under way is waited for, and is among them.
    fn is_alone(&self) -> bool {
        true
    }

    fn drafts(&self, caller: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let erasables = people.erasables(self.consultation, self.target, self.scope)?;
        let asked = self.request.map(|request| people.requested(self.consultation, request)).transpose()?;
        let facts = event::ErasureDecidedFacts {
            // Who asks is the first hand; where nobody does, whoever decides.
            by: self.request.is_none().then_some(caller.credential),
            ground: self.ground,
            outcome: self.outcome,
            refusal: self.refusal,
            requester: asked.map_or(Requester::Controller, |asked| asked.requester),
            // A live vote goes whole, whatever was asked of it.
            scope: if erasables.live_votes.is_empty() { self.scope } else { ErasureScope::All },
        };
        let explanation = optional("explanation", self.explanation.as_deref(), TEXT_MAX)?;
        let decided = event::ErasureDecided {
            facts: facts.clone(),
            explanation: Part::from_option(explanation.map(|text| Explanation { text })),
            signatory: Part::Open(self.signatory.part()?),
        };
        let named = erasables.events.iter().map(|event| event.id).chain([self.target]);
        let named: BTreeSet<IntentId> = named.collect();
        let mut refs: Vec<_> = named.into_iter().map(target).collect();
        refs.extend(self.request.map(|request| (RefRole::Act, Reference::Recorded(request))));
        let mut drafts = vec![draft(decided, refs, Claimed::UNKNOWN, Role::Authority)];
        let is_asked = self.request.is_some() && self.outcome != ErasureOutcome::Refused;
        if is_asked {
            let ticket = ticket(self.ticket.as_deref())?;
            drafts.extend(erased(&facts, &erasables, Reference::Own(0), &ticket));
        }
        Ok(drafts)
    }
}

/// Erase what was decided, once the decision has the hands that it needs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Erase {
    /// The consultation.
    pub consultation: StreamId,
    /// The decision.
    pub decision: IntentId,
    /// The number under which the operator keeps the request.
    pub ticket: Option<String>,
}

impl Act for Erase {
    fn target(&self) -> Target {
        Target::Consultation(self.consultation)
    }

    /// It names every vote of a voter, or every act of an author: one that is under way is waited for, and is among them.
    fn is_alone(&self) -> bool {
        true
    }

    fn drafts(&self, _: &Caller, people: &mut dyn People) -> Result<Vec<Draft>, Malformed> {
        let Granted { facts, erasables } = people.granted(self.consultation, self.decision)?;
        let ticket = ticket(self.ticket.as_deref())?;
        Ok(erased(&facts, &erasables, Reference::Recorded(self.decision), &ticket))
    }
}

/// What is recorded when parts are erased: first the live votes that go with them are taken back.
fn erased(
    facts: &event::ErasureDecidedFacts,
    erasables: &Erasables,
    decision: Reference,
    ticket: &Part<Ticket>,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for &LiveVote { ballot, vote: id, tag, subject } in &erasables.live_votes {
        let event = vote::Retracted { facts: vote::RetractedFacts { by: RetractedBy::Erasure, tag } };
        let mut refs =
            vec![(RefRole::Ballot, Reference::Recorded(ballot)), (RefRole::Vote, Reference::Recorded(id))];
        refs.extend(subject.map(|subject| (RefRole::Subject, Reference::Recorded(subject))));
        drafts.push(draft(event, refs, Claimed::UNKNOWN, Role::Authority));
    }
    for Erasable { id, mask, scope } in &erasables.events {
        let event = event::Erased {
            facts: event::ErasedFacts {
                ground: facts.ground,
                mask: *mask,
                requester: facts.requester,
                scope: *scope,
            },
            ticket: ticket.clone(),
        };
        let refs = vec![(RefRole::Act, decision), target(*id)];
        drafts.push(draft(event, refs, Claimed::UNKNOWN, Role::Authority));
    }
    drafts
}

/// A name for messages: whoever gave nothing to erase is told so.
pub(crate) fn nothing_left() -> Malformed {
    Malformed {
        field: "target",
        expected: "something of a person that is not erased yet".into(),
        found: "nothing of this scope".into(),
    }
}
