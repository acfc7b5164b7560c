//! From one observed fact to the event that records it.
//!
//! The binding table is in `docs/design.md` (Imports). What a source does not say stays unsaid: no voter, reason,
//! date, signatory or decision is invented. This module compares nothing and writes nothing.

use super::compare::{counts, titled};
use super::{RecordError, opens_an_item};
use crate::app::App;
use crate::import::observed::{
    self, Act, Author as ObservedAuthor, DebateOutcome, ItemKind, ItemRef, Observation, ObservedFact, Wording,
};
use devenir_core::envelope::{Draft, Reference};
use devenir_core::event::code::{BallotKind, Channel, DebatePlace, GapCause, ReferenceKind, TextFormat};
use devenir_core::event::part::{
    ActText, Author, BallotDefinition, Bodies, Citation, DebateRecord, Explanation, LocalStatus,
    OfficialText, SectionChange, Source, TitledText,
};
use devenir_core::event::{
    Absence, Event, Part, RefRole, amendment, consultation, contribution, debate, moderation, oversight,
    petition, response, vote,
};
use devenir_core::id::StreamId;
use devenir_core::rules::crosswalk::UK_REJECTION;
use devenir_core::rules::{Outcome, Role};
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::{Door, Handle};
use devenir_projections::query::By;
use std::collections::BTreeMap;

/// What drafts refer to.
pub(super) struct Context<'a> {
    pub(super) door: &'a Door,
    pub(super) writer: &'a Handle,
    pub(super) observed_at: Timestamp,
    pub(super) platform: &'a str,
    /// The consultation's themes by name.
    pub(super) themes: &'a BTreeMap<String, u32>,
}

/// People and bodies of the source.
pub(super) struct People<'a> {
    app: &'a App,
    stream: StreamId,
    keep_names: bool,
    /// Whether authors and bodies are left out: for a draft that is only looked at.
    nobody: bool,
    /// The consultation's bodies by name, with those that this import appends.
    bodies: Option<BTreeMap<String, u32>>,
}

impl<'a> People<'a> {
    pub(super) const fn new(app: &'a App, stream: StreamId, keep_names: bool) -> Self {
        Self { app, stream, keep_names, nobody: false, bodies: None }
    }

    /// No people and no bodies: nothing is drawn for a draft that is only compared.
    pub(super) const fn nobody(app: &'a App, stream: StreamId) -> Self {
        Self { app, stream, keep_names: false, nobody: true, bodies: None }
    }

    /// The author part: a participant through the register, the name only where names are kept.
    fn author(&self, platform: &str, author: Option<&ObservedAuthor>) -> Result<Part<Author>, RecordError> {
        let Some(author) = author.filter(|_| !self.nobody) else { return Ok(absent()) };
        let person = author.account.as_ref().or(author.name.as_ref());
        let participant = match person {
            Some(person) => Some(self.app.register().participant(self.stream, platform, person)?),
            None => None,
        };
        let name = author.name.clone().filter(|_| self.keep_names);
        if participant.is_none() && name.is_none() {
            return Ok(absent());
        }
        Ok(Part::Open(Author { name, participant }))
    }

    /// The indexes of bodies, and the part that appends those that are new.
    fn bodies(&mut self, names: &[String]) -> Result<(Vec<u32>, Part<Bodies>), RecordError> {
        if self.nobody {
            return Ok((Vec::new(), absent()));
        }
        let known = match &mut self.bodies {
            Some(known) => known,
            None => {
                let found = self.app.read()?.consultation(By::Stream(self.stream))?;
                let names = found.map(|consultation| consultation.bodies).unwrap_or_default();
                self.bodies.insert(names.into_iter().zip(0..).collect())
            }
        };
        let mut indexes = Vec::with_capacity(names.len());
        let mut new = Vec::new();
        for name in names {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            let index = *known.entry(name.clone()).or_insert(next);
            if index == next {
                new.push(name.clone());
            }
            indexes.push(index);
        }
        let part = if new.is_empty() { absent() } else { Part::Open(Bodies { names: new }) };
        Ok((indexes, part))
    }

    /// Forgets what was appended: the command that appended it may have been refused.
    pub(super) fn forget_bodies(&mut self) {
        self.bodies = None;
    }
}

const fn absent<T>() -> Part<T> {
    Part::Absent(Absence::NotInSource)
}

/// The events of one observation: one, but for an item whose text changed.
pub(super) fn drafts(
    observation: &Observation,
    context: &Context<'_>,
    people: &mut People<'_>,
) -> Result<Vec<Draft>, RecordError> {
    let of = Observed { observation, context };
    let (event, refs, actor): (Event, Vec<(RefRole, Reference)>, Role) = match &observation.fact {
        ObservedFact::Contribution(fact) => of.contribution(fact, people)?,
        ObservedFact::ReferenceText(fact) => of.reference_text(fact),
        ObservedFact::Amendment(fact) => of.amendment(fact, people)?,
        ObservedFact::Argument(fact) => of.argument(fact, people)?,
        ObservedFact::SourceCited(fact) => of.source_cited(fact, people)?,
        ObservedFact::Votes(fact) => of.votes(fact),
        ObservedFact::BallotOpened(on) => of.ballot_opened(&on.target),
        ObservedFact::BallotClosed(on) => of.ballot_closed(&on.target),
        ObservedFact::Published(on) => of.published(&on.target),
        ObservedFact::Moderation(fact) => of.moderation(fact),
        ObservedFact::ThresholdReached(fact) => of.threshold(fact),
        ObservedFact::Response(fact) => of.response(fact, people)?,
        ObservedFact::ResponseCorrected(fact) => of.corrected(fact),
        ObservedFact::ResponseRevised(fact) => of.superseded(fact, people)?,
        ObservedFact::Debate(fact) => of.debate(fact),
        ObservedFact::Revised(fact) => of.revised(fact),
        ObservedFact::Withdrawn(on) => of.withdrawn(&on.target),
        ObservedFact::Gap(fact) => of.gap(fact),
    };
    let claimed = match (&observation.fact, observation.claimed.at()) {
        // A counter is of the moment at which it was read.
        (ObservedFact::Votes(_), None) => Claimed::instant(context.observed_at),
        _ => observation.claimed,
    };
    Ok(vec![Draft { event, refs, occurred: claimed, actor }])
}

/// One observation, with what it refers to.
struct Observed<'a> {
    observation: &'a Observation,
    context: &'a Context<'a>,
}

type Made = (Event, Vec<(RefRole, Reference)>, Role);

impl Observed<'_> {
    /// The act that opened an item, by its key: so nothing waits for anything else to be recorded.
    fn item(&self, role: RefRole, item: &ItemRef) -> (RefRole, Reference) {
        self.act(role, item, Act::Submitted)
    }

    fn act(&self, role: RefRole, item: &ItemRef, act: Act) -> (RefRole, Reference) {
        let key = observed::SourceKey {
            platform: self.context.platform.to_owned(),
            kind: item.kind,
            external_id: item.external_id.clone(),
            act,
            revision: String::new(),
        };
        (role, Reference::Command(self.context.writer.command_id(self.context.door, &key.to_bytes())))
    }

    /// The theme's index in the rules.
    fn theme(&self) -> Option<u32> {
        self.context.themes.get(&self.observation.fact.theme()?.name).copied()
    }

    fn source(&self, url: Option<&String>) -> Part<Source> {
        debug_assert!(opens_an_item(&self.observation.fact) || url.is_none(), "only items have an address");
        let key = &self.observation.key;
        Part::Open(Source {
            external_id: key.external_id.clone(),
            kind: key.kind.as_str().to_owned(),
            platform: key.platform.clone(),
            url: url.cloned(),
        })
    }

    /// Where something is missing.
    fn source_of(&self, item: &ItemRef) -> Part<Source> {
        Part::Open(Source {
            external_id: item.external_id.clone(),
            kind: item.kind.as_str().to_owned(),
            platform: self.context.platform.to_owned(),
            url: None,
        })
    }

    fn contribution(&self, fact: &observed::Contribution, people: &People<'_>) -> Result<Made, RecordError> {
        let event = contribution::Submitted {
            facts: contribution::SubmittedFacts {
                channel: Channel::Import,
                kind: fact.kind,
                lang: fact.wording.lang,
                number: 0,
                source_changed_at: fact.changed_in_source,
                territory: None,
                theme: self.theme(),
            },
            text: text(&fact.wording),
            author: people.author(&self.observation.key.platform, fact.author.as_ref())?,
            source: self.source(fact.url.as_ref()),
            place: absent(),
        };
        Ok((event.into(), vec![], Role::Citizen))
    }

    fn reference_text(&self, fact: &observed::ReferenceText) -> Made {
        let wording = titled(&fact.wording);
        let event = consultation::ReferenceTextPublished {
            facts: consultation::ReferenceTextPublishedFacts {
                kind: ReferenceKind::Article,
                lang: fact.wording.lang,
                number: 0,
                source_changed_at: fact.changed_in_source,
                theme: self.theme(),
            },
            text: Part::Open(OfficialText {
                body: wording.body.unwrap_or_default(),
                changes: fact.changes.iter().map(section).collect(),
                format: wording.format,
                title: wording.title.unwrap_or_default(),
            }),
            source: self.source(fact.url.as_ref()),
        };
        (event.into(), vec![], Role::Authority)
    }

    fn amendment(&self, fact: &observed::Amendment, people: &People<'_>) -> Result<Made, RecordError> {
        let event = amendment::Submitted {
            facts: amendment::SubmittedFacts {
                channel: Channel::Import,
                lang: fact.wording.lang,
                number: 0,
                source_changed_at: None,
            },
            text: text(&fact.wording),
            author: people.author(&self.observation.key.platform, fact.author.as_ref())?,
            source: self.source(fact.url.as_ref()),
            explanation: absent(),
        };
        Ok((event.into(), vec![self.item(RefRole::Parent, &fact.parent)], Role::Citizen))
    }

    fn argument(&self, fact: &observed::Argument, people: &People<'_>) -> Result<Made, RecordError> {
        let event = debate::ArgumentPosted {
            facts: debate::ArgumentPostedFacts {
                channel: Channel::Import,
                lang: fact.lang,
                side: fact.side,
                source_changed_at: fact.changed_in_source,
            },
            text: Part::Open(TitledText {
                body: Some(fact.body.text.clone()),
                format: fact.body.format,
                title: None,
            }),
            author: people.author(&self.observation.key.platform, fact.author.as_ref())?,
            source: self.source(fact.url.as_ref()),
        };
        Ok((event.into(), vec![self.item(RefRole::Parent, &fact.parent)], Role::Citizen))
    }

    fn source_cited(&self, fact: &observed::SourceCited, people: &People<'_>) -> Result<Made, RecordError> {
        let event = debate::SourceCited {
            facts: debate::SourceCitedFacts { channel: Channel::Import },
            citation: Part::Open(Citation {
                text: Some(devenir_projections::plain_text(fact.body.format, &fact.body.text)),
                title: Some(fact.title.clone()),
                url: fact.link.clone(),
            }),
            author: people.author(&self.observation.key.platform, fact.author.as_ref())?,
            source: self.source(None),
        };
        Ok((event.into(), vec![self.item(RefRole::Parent, &fact.parent)], Role::Citizen))
    }

    fn votes(&self, fact: &observed::Votes) -> Made {
        let event = vote::Observed {
            facts: vote::ObservedFacts { counts: counts(fact) },
            source: absent(),
            table: absent(),
        };
        (event.into(), vec![self.item(RefRole::Subject, &fact.target)], Role::Platform)
    }

    fn ballot_opened(&self, target: &ItemRef) -> Made {
        let event = vote::BallotOpened {
            facts: vote::BallotOpenedFacts {
                choices_withheld: false,
                kind: BallotKind::Support,
                per_territory: false,
                votes_per_person: None,
            },
            definition: Part::<BallotDefinition>::Absent(Absence::NotInSource),
        };
        (event.into(), vec![self.item(RefRole::Subject, target)], Role::Platform)
    }

    fn ballot_closed(&self, target: &ItemRef) -> Made {
        let event = vote::BallotClosed { facts: vote::BallotClosedFacts {} };
        (event.into(), vec![self.act(RefRole::Ballot, target, Act::BallotOpened)], Role::Platform)
    }

    fn published(&self, target: &ItemRef) -> Made {
        let event = contribution::Published { facts: contribution::PublishedFacts {} };
        (event.into(), vec![self.item(RefRole::Subject, target)], Role::Platform)
    }

    fn moderation(&self, fact: &observed::Moderation) -> Made {
        let words = fact.text.as_ref().map(|body| devenir_projections::plain_text(body.format, &body.text));
        // A word that the table does not have is kept as it is, and no ground is guessed.
        let ground = fact.code.as_deref().and_then(|code| UK_REJECTION.meaning_of(code));
        let event = moderation::Decided {
            facts: moderation::DecidedFacts {
                action: fact.action,
                appeal_until: None,
                automated: None,
                ground,
                policy_version: None,
            },
            explanation: Part::from_option(words.map(|text| Explanation { text })),
            moderator: absent(),
            redacted: absent(),
            local: match (&fact.code, ground) {
                (Some(words), None) => Part::Open(LocalStatus { words: words.clone() }),
                (Some(_) | None, _) => absent(),
            },
        };
        (event.into(), vec![self.item(RefRole::Subject, &fact.target)], Role::Moderator)
    }

    fn threshold(&self, fact: &observed::ThresholdReached) -> Made {
        let event = petition::ThresholdReached {
            facts: petition::ThresholdReachedFacts { brings: fact.threshold, count: None, threshold: None },
        };
        (event.into(), vec![self.item(RefRole::Subject, &fact.target)], Role::Platform)
    }

    fn response(&self, fact: &observed::Response, people: &mut People<'_>) -> Result<Made, RecordError> {
        let (facts, bodies) = answered(fact, people)?;
        let event =
            response::Published { facts, signatory: absent(), text: words(fact), bodies, source: absent() };
        Ok((event.into(), vec![self.item(RefRole::Answers, &fact.target)], Role::Authority))
    }

    /// A revised answer: whether it decides otherwise is for nobody to say, so both stand in the record.
    fn superseded(&self, fact: &observed::Response, people: &mut People<'_>) -> Result<Made, RecordError> {
        let (facts, bodies) = answered(fact, people)?;
        let event = response::Superseded { facts, signatory: absent(), text: words(fact), bodies };
        let refs = vec![
            self.act(RefRole::Act, &fact.target, Act::Answered),
            self.item(RefRole::Answers, &fact.target),
        ];
        Ok((event.into(), refs, Role::Authority))
    }

    fn corrected(&self, fact: &observed::ResponseCorrected) -> Made {
        let event = response::Corrected {
            facts: response::CorrectedFacts { corrects: devenir_core::event::code::Correction::Text },
            signatory: absent(),
            text: Part::Open(answer(fact.summary.as_ref(), Some(&fact.text))),
        };
        (event.into(), vec![self.act(RefRole::Act, &fact.target, Act::Answered)], Role::Authority)
    }

    fn debate(&self, fact: &observed::Debate) -> Made {
        let links = [&fact.transcript_url, &fact.video_url, &fact.pack_url];
        let overview =
            fact.overview.as_ref().map(|body| devenir_projections::plain_text(body.format, &body.text));
        let record = DebateRecord { links: links.into_iter().flatten().cloned().collect(), overview };
        match fact.outcome {
            DebateOutcome::Held => {
                let event = debate::DebateHeld {
                    facts: debate::DebateHeldFacts { place: DebatePlace::Parliament },
                    record: Part::Open(record),
                };
                (event.into(), vec![self.item(RefRole::Subject, &fact.target)], Role::Authority)
            }
            // Nobody is known to have decided anything: an answer would put words in a mouth.
            DebateOutcome::Undated => {
                let event = oversight::GapDeclared {
                    facts: oversight::GapDeclaredFacts { cause: GapCause::DebateUndated },
                    source: self.source_of(&fact.target),
                    record: if record.links.is_empty() && record.overview.is_none() {
                        absent()
                    } else {
                        Part::Open(record)
                    },
                };
                (event.into(), vec![self.item(RefRole::Subject, &fact.target)], Role::Administrator)
            }
        }
    }

    fn revised(&self, fact: &observed::Revised) -> Made {
        let about = self.item(RefRole::Subject, &fact.target);
        let seen_before = fact.unchanged_at.at();
        match fact.target.kind {
            ItemKind::Version => {
                let event = amendment::Rectified {
                    facts: amendment::RectifiedFacts { version: 0 },
                    text: text(&fact.wording),
                    author: absent(),
                };
                (event.into(), vec![about], Role::Citizen)
            }
            ItemKind::Opinion
            | ItemKind::Argument
            | ItemKind::Source
            | ItemKind::Petition
            | ItemKind::Proposal => {
                let event = contribution::Revised {
                    facts: contribution::RevisedFacts { material: None, seen_before, version: 0 },
                    text: text(&fact.wording),
                    author: absent(),
                    explanation: absent(),
                };
                let actor = if fact.official { Role::Authority } else { Role::Citizen };
                (event.into(), vec![about], actor)
            }
        }
    }

    fn withdrawn(&self, target: &ItemRef) -> Made {
        let event = contribution::Withdrawn {
            facts: contribution::WithdrawnFacts { reason_given: false },
            author: absent(),
            explanation: absent(),
        };
        (event.into(), vec![self.item(RefRole::Subject, target)], Role::Citizen)
    }

    fn gap(&self, fact: &observed::Gap) -> Made {
        let event = oversight::GapDeclared {
            facts: oversight::GapDeclaredFacts { cause: fact.cause },
            source: self.source_of(&fact.item),
            record: absent(),
        };
        let about = fact.recorded.then(|| self.item(RefRole::Subject, &fact.item));
        (event.into(), about.into_iter().collect(), Role::Administrator)
    }
}

fn text(wording: &Wording) -> Part<TitledText> {
    let text = titled(wording);
    if text.title.is_none() && text.body.is_none() { absent() } else { Part::Open(text) }
}

/// The facts of an answer, and the part that names the bodies new in them.
fn answered(
    fact: &observed::Response,
    people: &mut People<'_>,
) -> Result<(response::PublishedFacts, Part<Bodies>), RecordError> {
    let names: Vec<String> = fact.bodies.iter().map(|body| body.name.clone()).collect();
    let (bodies, appended) = people.bodies(&names)?;
    let facts = response::PublishedFacts {
        bodies,
        decided_at: None, // the source gives the day of the answer, not of a decision
        deferred_until: None,
        group_size: 0,
        outcome: Some(Outcome::Answered),
        passages: vec![],
        pointers: vec![],
        reasons: vec![],
        referred_to: None,
    };
    Ok((facts, appended))
}

/// The words of an answer, with what the source says of how it came.
fn words(fact: &observed::Response) -> Part<ActText> {
    let text = answer(fact.summary.as_ref(), fact.text.as_ref());
    Part::Open(ActText { local_status: fact.said_of_it.clone(), ..text })
}

fn answer(summary: Option<&String>, text: Option<&observed::Body>) -> ActText {
    let text = text.map(|body| devenir_projections::plain_text(body.format, &body.text));
    let (reason, text) = match (summary, text) {
        (Some(summary), text) => (Some(summary.clone()), text),
        (None, text) => (text, None),
    };
    ActText { local_status: None, pointers: vec![], reason, text }
}

/// A provision that an article would change, before and after, as the source has both.
fn section(change: &observed::LawChange) -> SectionChange {
    let bodies = [change.before.as_ref(), change.after.as_ref()];
    let is_html = bodies.into_iter().flatten().any(|body| body.format == TextFormat::Html);
    let words = |body: Option<&observed::Body>| body.map(|body| body.text.clone());
    SectionChange {
        after: words(change.after.as_ref()),
        before: words(change.before.as_ref()),
        format: if is_html { TextFormat::Html } else { TextFormat::Plain },
        title: change.title.clone(),
    }
}
