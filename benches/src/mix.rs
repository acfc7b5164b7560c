//! The mix of the budgets: 60 % votes, 10 % submissions of 700 characters, 30 % arguments and publications.
//!
//! Commands go through the writer like everybody's, a few hundred under way at once. This module measures
//! nothing.

use devenir_core::envelope::{Draft, Reference};
use devenir_core::event::code::{
    Activity, BallotKind, Channel, ConsultationKind, ContributionKind, Lang, RulesOrigin, Side, TextFormat,
    Trust,
};
use devenir_core::event::part::{
    Author, BallotDefinition, Bodies, PhaseRule, Presentation, Registration, RuleSet, TitledText,
};
use devenir_core::event::{Absence, Event, Part, RefRole, consultation, contribution, debate, vote};
use devenir_core::id::{IntentId, Participant, StreamId, VoterTag};
use devenir_core::ledger::sha256;
use devenir_core::rules::Role;
use devenir_core::time::Claimed;
use devenir_core::writer::{
    Command, Door, Handle, Instance, Opening, OsRandom, Receipt, SystemClock, Target, WriteError,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

/// Commands under way at once while a record is made.
const UNDER_WAY: usize = 512;
/// Events of a round: its submissions come first, since the rest refers to them.
const ROUND: u64 = 20_000;

/// A consultation that grows by the mix.
pub(crate) struct Town {
    stream: StreamId,
    ballot: IntentId,
    pub(crate) contributions: Vec<IntentId>,
    published: usize,
    made: u64,
}

/// A new store with its consultation.
pub(crate) fn found(dir: &Path) -> (Instance, Town) {
    let opening = Opening { origin: "bench.example/devenir".into(), demonstration: true };
    let random = || Box::new(OsRandom);
    let instance = Instance::create(dir, &opening, Arc::new(SystemClock), random(), random()).unwrap();
    let writer = instance.writer.handle();
    let stream = ask(&writer, command("register", Target::NewConsultation, registration())).stream;
    let opened = vote::BallotOpened {
        facts: vote::BallotOpenedFacts {
            choices_withheld: false,
            kind: BallotKind::Support,
            per_territory: false,
            votes_per_person: None,
        },
        definition: Part::Open(BallotDefinition { options: vec![], question: "Soutenez-vous ?".into() }),
    };
    let drafts = vec![draft(opened, vec![], Role::Administrator)];
    let ballot = ask(&writer, command("ballot", Target::Consultation(stream), drafts)).events[0].id;
    (instance, Town { stream, ballot, contributions: Vec::new(), published: 0, made: 0 })
}

/// Opens a store that exists.
pub(crate) fn open(dir: &Path) -> Instance {
    Instance::open(dir, Arc::new(SystemClock), Box::new(OsRandom), Box::new(OsRandom)).unwrap()
}

impl Town {
    /// Records `count` events of the mix.
    pub(crate) fn grow(&mut self, writer: &Handle, count: u64) {
        let mut left = count;
        while left > 0 {
            let round = left.min(ROUND);
            let submissions = (round / 10).max(1);
            let first = (0..submissions).map(|_| self.submission()).collect();
            self.contributions.extend(ids(all(writer, first)));
            let rest = (submissions..round).map(|_| self.next()).collect();
            drop(all(writer, rest));
            left -= round;
        }
    }

    /// The next commands of the mix that refer to what is there: votes for two in three.
    pub(crate) fn some(&mut self, count: usize) -> Vec<Command> {
        (0..count).map(|_| self.next()).collect()
    }

    fn key(&mut self) -> String {
        self.made += 1;
        format!("k{}", self.made)
    }

    fn submission(&mut self) -> Command {
        let key = self.key();
        let submitted = contribution::Submitted {
            facts: contribution::SubmittedFacts {
                channel: Channel::Web,
                kind: ContributionKind::Proposal,
                lang: Lang::Fr,
                number: 0,
                source_changed_at: None,
                territory: None,
                theme: None,
            },
            text: Part::Open(words(&format!("Idée {key}"), &prose(self.made))),
            author: author(self.made),
            place: absent(),
            source: absent(),
        };
        command(&key, Target::Consultation(self.stream), vec![draft(submitted, vec![], Role::Citizen)])
    }

    fn next(&mut self) -> Command {
        let key = self.key();
        let on = self.contributions[scatter(self.made) % self.contributions.len()];
        let subject = (RefRole::Subject, Reference::Recorded(on));
        let draft = match self.made % 18 {
            0..=11 => draft(
                self.vote(),
                vec![(RefRole::Ballot, Reference::Recorded(self.ballot)), subject],
                Role::Citizen,
            ),
            12 if self.published < self.contributions.len() => {
                let next = self.contributions[self.published];
                self.published += 1;
                let refs = vec![(RefRole::Subject, Reference::Recorded(next))];
                draft(
                    contribution::Published { facts: contribution::PublishedFacts {} },
                    refs,
                    Role::Moderator,
                )
            }
            _ => draft(self.argument(), vec![(RefRole::Parent, Reference::Recorded(on))], Role::Citizen),
        };
        command(&key, Target::Consultation(self.stream), vec![draft])
    }

    fn vote(&self) -> vote::Cast {
        let digest = *sha256(&self.made.to_be_bytes()).as_bytes();
        let mut tag = [0; 16];
        tag.copy_from_slice(&digest[..16]);
        vote::Cast {
            facts: vote::CastFacts { tag: VoterTag(tag), territory: None, weight: 1 },
            author: author(self.made),
            choice: absent(),
        }
    }

    fn argument(&self) -> debate::ArgumentPosted {
        debate::ArgumentPosted {
            facts: debate::ArgumentPostedFacts {
                channel: Channel::Web,
                lang: Lang::Fr,
                side: Side::For,
                source_changed_at: None,
            },
            text: Part::Open(words("Pour", "parce que c'est utile à tout le quartier, et depuis longtemps")),
            author: author(self.made),
            source: absent(),
        }
    }
}

/// Asks for commands, many at once, and waits for all the answers.
pub(crate) fn all(writer: &Handle, commands: Vec<Command>) -> Vec<Receipt> {
    let (tell, told) = channel();
    let mut receipts = Vec::with_capacity(commands.len());
    let mut under_way = 0;
    let receive = |receipts: &mut Vec<Receipt>| {
        let answer: Result<Receipt, WriteError> = told.recv().unwrap();
        receipts.push(answer.unwrap_or_else(|error| panic!("{error}")));
    };
    for command in commands {
        if under_way >= UNDER_WAY {
            receive(&mut receipts);
            under_way -= 1;
        }
        let tell = tell.clone();
        writer.submit(command, move |answer| tell.send(answer).unwrap());
        under_way += 1;
    }
    for _ in 0..under_way {
        receive(&mut receipts);
    }
    receipts
}

fn ids(receipts: Vec<Receipt>) -> impl Iterator<Item = IntentId> {
    receipts.into_iter().map(|receipt| receipt.events[0].id)
}

fn ask(writer: &Handle, command: Command) -> Receipt {
    writer.ask(command).unwrap_or_else(|error| panic!("{error}"))
}

fn command(key: &str, target: Target, drafts: Vec<Draft>) -> Command {
    Command {
        door: Door { namespace: "admin".into(), trust: Trust::Native },
        key: key.as_bytes().to_vec(),
        request: key.as_bytes().to_vec(),
        target,
        drafts,
    }
}

fn draft(event: impl Into<Event>, refs: Vec<(RefRole, Reference)>, actor: Role) -> Draft {
    Draft { event: event.into(), refs, occurred: Claimed::UNKNOWN, actor }
}

const fn absent<T>() -> Part<T> {
    Part::Absent(Absence::NotInSource)
}

fn author(seed: u64) -> Part<Author> {
    let digest = *sha256(&seed.to_le_bytes()).as_bytes();
    let mut participant = [0; 16];
    participant.copy_from_slice(&digest[..16]);
    Part::Open(Author { name: None, participant: Some(Participant(participant)) })
}

fn words(title: &str, body: &str) -> TitledText {
    TitledText { body: Some(body.to_owned()), format: TextFormat::Plain, title: Some(title.to_owned()) }
}

/// The same number for the same seed, far from that of its neighbours.
fn scatter(seed: u64) -> usize {
    usize::try_from(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33).unwrap_or(0)
}

/// About 700 characters, each text with some words of its own.
fn prose(seed: u64) -> String {
    const WORDS: [&str; 16] = [
        "piste",
        "cyclable",
        "école",
        "trottoir",
        "carrefour",
        "gare",
        "quai",
        "lumière",
        "sécurité",
        "enfants",
        "avenue",
        "vitesse",
        "halage",
        "budget",
        "riverains",
        "ombrage",
    ];
    let mut text = format!("n{seed}");
    let mut at = seed;
    while text.len() < 700 {
        at += 1;
        text.push(' ');
        text.push_str(WORDS[scatter(at) % WORDS.len()]);
    }
    text
}

fn registration() -> Vec<Draft> {
    let registered = consultation::Registered {
        facts: consultation::RegisteredFacts {
            kind: ConsultationKind::Consultation,
            lang: Lang::Fr,
            rules: RulesOrigin::Native,
        },
        presentation: Part::Open(Presentation { description: None, title: "Plan vélo".into() }),
        registration: Part::Open(Registration { slug: "velo".into(), timezone: "Europe/Paris".into() }),
        bodies: Part::Open(Bodies { names: vec!["Mairie".into()] }),
        source: absent(),
    };
    let phase = PhaseRule {
        admits: vec![Activity::Submissions, Activity::Votes, Activity::Debate],
        from: None,
        name: "Idées".into(),
        until: None,
    };
    let rules = RuleSet {
        moderated_before: false,
        phases: vec![phase],
        territories: vec![],
        themes: vec![],
        thresholds: vec![],
        answer_within: None,
    };
    let adopted = consultation::RulesAdopted {
        facts: consultation::RulesAdoptedFacts { version: 0 },
        rules: Part::Open(rules),
        bodies: absent(),
    };
    let opened =
        consultation::PhaseOpened { facts: consultation::PhaseOpenedFacts { phase: 0, until: None } };
    vec![
        draft(registered, vec![], Role::Administrator),
        draft(adopted, vec![], Role::Administrator),
        draft(opened, vec![], Role::Administrator),
    ]
}
