//! Records for tests: events put one after another, and random histories that respect the invariants.
//!
//! Ids and hashes are invented, so no vault, key or store is needed. [`random`] never makes an event that a
//! decider would refuse for want of meaning; norms it breaks freely, as sources do.

pub(crate) mod random;

use std::collections::BTreeMap;

use devenir_core::envelope::{Recorded, Refs};
use devenir_core::event::code::*;
use devenir_core::event::part::*;
use devenir_core::event::{Absence, ledger, oversight, petition};
use devenir_core::event::{Event, Part, RefRole};
use devenir_core::event::{amendment, consultation, contribution, debate, moderation, response, vote};
use devenir_core::id::{
    Bytes32, CommandId, CredentialId, IntentId, LogId, Participant, PublicKey, StreamId, VoterTag,
};
use devenir_core::ledger::{Position, Revision, sha256};
use devenir_core::rules::{AmendmentFate, Ground, ModerationAction, Norm, Outcome, Role};
use devenir_core::time::{Claimed, Timestamp};

use rusqlite::types::ValueRef;

use crate::source::{Source, SourceError};
use crate::views::{Queries, Views};

/// 2026-03-01T00:00:00Z: event number n of a history is recorded n minutes later.
pub(crate) const START: Timestamp = Timestamp(1_772_323_200_000);

/// A history on its way.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub(crate) events: Vec<Recorded>,
    revisions: BTreeMap<u8, u64>,
    salt: u8,
}

/// How an event comes in, where it is not native and undated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said {
    pub(crate) trust: Trust,
    pub(crate) occurred: Claimed,
}

pub(crate) const NATIVE: Said = Said { trust: Trust::Native, occurred: Claimed::UNKNOWN };
pub(crate) const OBSERVED: Said = Said { trust: Trust::Observed, occurred: Claimed::UNKNOWN };

pub(crate) fn day(days: i64) -> Timestamp {
    START.plus_days(days)
}

pub(crate) fn stream(number: u8) -> StreamId {
    StreamId([number; 16])
}

fn not_said<T>() -> Part<T> {
    Part::Absent(Absence::NotInSource)
}

pub(crate) fn words(title: &str, body: &str) -> TitledText {
    TitledText { title: Some(title.to_owned()), body: Some(body.to_owned()), format: TextFormat::Plain }
}

impl History {
    /// A history that begins with the opening of a ledger.
    pub(crate) fn new() -> Self {
        Self::salted(0)
    }

    /// Another one, with other ids throughout.
    pub(crate) fn salted(salt: u8) -> Self {
        let mut history = Self { salt, ..Self::default() };
        let facts = ledger::OpenedFacts {
            demonstration: true,
            format: 0,
            idempotency_key_fingerprint: Bytes32([0; 32]),
            key: PublicKey([0; 32]),
            nonce: Bytes32([salt; 32]),
            origin: "test.example".to_owned(),
            promise_key: None,
        };
        history.push(0, NATIVE, ledger::Opened { facts }, &[]);
        history
    }

    /// Puts an event at the end of a stream.
    pub(crate) fn push(
        &mut self,
        number: u8,
        said: Said,
        event: impl Into<Event>,
        refs: &[(RefRole, IntentId)],
    ) -> IntentId {
        let position = self.events.len() as u64;
        let digest =
            |what: u8| *sha256(&[&[what, self.salt][..], &position.to_be_bytes()].concat()).as_bytes();
        let id = IntentId(digest(1));
        let next = self.revisions.entry(number).or_default();
        let revision = Revision::new(*next);
        *next += 1;
        self.events.push(Recorded {
            position: Position::new(position),
            revision,
            log: LogId([self.salt; 32]),
            stream: stream(number),
            id,
            leaf: sha256(&digest(2)),
            recorded_at: START.plus_ms(i64::try_from(position).unwrap() * 60_000),
            occurred: said.occurred,
            trust: said.trust,
            actor: Role::Platform,
            command: CommandId([0; 16]),
            command_index: 0,
            command_count: 1,
            refs: Refs::new(refs.to_vec()),
            signer: None,
            event: event.into(),
        });
        id
    }

    pub(crate) fn position_of(&self, id: IntentId) -> Position {
        self.events.iter().find(|event| event.id == id).unwrap().position
    }

    pub(crate) fn register(&mut self, number: u8, slug: &str, rules: RulesOrigin) -> IntentId {
        self.push(
            number,
            if rules == RulesOrigin::Native { NATIVE } else { OBSERVED },
            consultation::Registered {
                facts: consultation::RegisteredFacts {
                    kind: ConsultationKind::Consultation,
                    lang: Lang::Fr,
                    rules,
                },
                presentation: Part::Open(Presentation { title: format!("Plan {slug}"), description: None }),
                registration: Part::Open(Registration {
                    slug: slug.to_owned(),
                    timezone: "Europe/Paris".to_owned(),
                }),
                bodies: Part::Open(Bodies { names: vec!["Ville".to_owned(), "Conseil".to_owned()] }),
                source: not_said(),
            },
            &[],
        )
    }

    pub(crate) fn rules(&mut self, number: u8, rules: RuleSet) -> IntentId {
        self.push(
            number,
            NATIVE,
            consultation::RulesAdopted {
                facts: consultation::RulesAdoptedFacts { version: 1 },
                rules: Part::Open(rules),
                bodies: not_said(),
            },
            &[],
        )
    }

    pub(crate) fn submit(&mut self, stream: u8, number: u32, text: TitledText) -> IntentId {
        self.submit_said(stream, NATIVE, number, text)
    }

    pub(crate) fn submit_said(&mut self, stream: u8, said: Said, number: u32, text: TitledText) -> IntentId {
        let participant = u8::try_from(number % 250).unwrap();
        self.push(
            stream,
            said,
            contribution::Submitted {
                facts: contribution::SubmittedFacts {
                    channel: Channel::Web,
                    kind: ContributionKind::Proposal,
                    lang: Lang::Fr,
                    number,
                    source_changed_at: None,
                    territory: None,
                    theme: Some(number % 3),
                },
                text: Part::Open(text),
                author: Part::Open(Author {
                    name: Some(format!("Auteur {number}")),
                    participant: Some(Participant([participant; 16])),
                }),
                source: Part::Open(devenir_core::event::part::Source {
                    platform: "old.example".to_owned(),
                    kind: "proposal".to_owned(),
                    external_id: format!("{stream}-{number}"),
                    url: Some(format!("https://old.example/s{stream}/p/{number}-un-titre")),
                }),
                place: not_said(),
            },
            &[],
        )
    }

    pub(crate) fn publish(&mut self, stream: u8, subject: IntentId) -> IntentId {
        let event = contribution::Published { facts: contribution::PublishedFacts {} };
        self.push(stream, NATIVE, event, &[(RefRole::Subject, subject)])
    }

    pub(crate) fn revise(
        &mut self,
        stream: u8,
        subject: IntentId,
        version: u32,
        text: TitledText,
    ) -> IntentId {
        let event = contribution::Revised {
            facts: contribution::RevisedFacts { material: Some(true), seen_before: None, version },
            text: Part::Open(text),
            author: not_said(),
            explanation: not_said(),
        };
        self.push(stream, NATIVE, event, &[(RefRole::Subject, subject)])
    }

    pub(crate) fn withdraw(&mut self, stream: u8, subject: IntentId) -> IntentId {
        let event = contribution::Withdrawn {
            facts: contribution::WithdrawnFacts { reason_given: false },
            author: not_said(),
            explanation: not_said(),
        };
        self.push(stream, NATIVE, event, &[(RefRole::Subject, subject)])
    }

    pub(crate) fn amend(&mut self, stream: u8, parent: IntentId, number: u32, text: TitledText) -> IntentId {
        let event = amendment::Submitted {
            facts: amendment::SubmittedFacts {
                channel: Channel::Web,
                lang: Lang::Fr,
                number,
                source_changed_at: None,
            },
            text: Part::Open(text),
            author: not_said(),
            source: not_said(),
            explanation: not_said(),
        };
        self.push(stream, NATIVE, event, &[(RefRole::Parent, parent)])
    }

    pub(crate) fn decide_amendment(
        &mut self,
        stream: u8,
        subject: IntentId,
        fate: AmendmentFate,
    ) -> IntentId {
        let event = amendment::Decided {
            facts: amendment::DecidedFacts { body: Some(1), fate, ground: None, resulting_version: None },
            signatory: not_said(),
            minutes: not_said(),
            bodies: not_said(),
        };
        self.push(stream, NATIVE, event, &[(RefRole::Subject, subject)])
    }

    pub(crate) fn argue(&mut self, stream: u8, parent: IntentId, side: Side, text: TitledText) -> IntentId {
        let event = debate::ArgumentPosted {
            facts: debate::ArgumentPostedFacts {
                channel: Channel::Web,
                lang: Lang::Fr,
                side,
                source_changed_at: None,
            },
            text: Part::Open(text),
            author: not_said(),
            source: not_said(),
        };
        self.push(stream, NATIVE, event, &[(RefRole::Parent, parent)])
    }

    pub(crate) fn moderate(
        &mut self,
        stream: u8,
        subject: IntentId,
        action: ModerationAction,
        redacted: Option<RedactedText>,
    ) -> IntentId {
        self.moderate_said(stream, NATIVE, subject, action, redacted)
    }

    pub(crate) fn moderate_said(
        &mut self,
        stream: u8,
        said: Said,
        subject: IntentId,
        action: ModerationAction,
        redacted: Option<RedactedText>,
    ) -> IntentId {
        let event = moderation::Decided {
            facts: moderation::DecidedFacts {
                action,
                appeal_until: None,
                automated: None,
                ground: None,
                policy_version: None,
            },
            explanation: not_said(),
            moderator: not_said(),
            redacted: Part::from_option(redacted),
            local: not_said(),
        };
        self.push(stream, said, event, &[(RefRole::Subject, subject)])
    }

    pub(crate) fn open_ballot(
        &mut self,
        stream: u8,
        subject: IntentId,
        kind: BallotKind,
        withheld: bool,
    ) -> IntentId {
        let event = vote::BallotOpened {
            facts: vote::BallotOpenedFacts {
                choices_withheld: withheld,
                kind,
                per_territory: false,
                votes_per_person: None,
            },
            definition: Part::Open(BallotDefinition { options: vec![], question: "?".to_owned() }),
        };
        self.push(stream, NATIVE, event, &[(RefRole::Subject, subject)])
    }

    /// A ballot of opinion on a subject that counts by territory.
    pub(crate) fn open_ballot_by_territory(&mut self, stream: u8, subject: IntentId) -> IntentId {
        let event = vote::BallotOpened {
            facts: vote::BallotOpenedFacts {
                choices_withheld: false,
                kind: BallotKind::Opinion,
                per_territory: true,
                votes_per_person: None,
            },
            definition: Part::Open(BallotDefinition { options: vec![], question: "?".to_owned() }),
        };
        self.push(stream, NATIVE, event, &[(RefRole::Subject, subject)])
    }

    pub(crate) fn close_ballot(&mut self, stream: u8, ballot: IntentId) -> IntentId {
        let event = vote::BallotClosed { facts: vote::BallotClosedFacts {} };
        self.push(stream, NATIVE, event, &[(RefRole::Ballot, ballot)])
    }

    pub(crate) fn cast(
        &mut self,
        stream: u8,
        ballot: IntentId,
        on: (IntentId, IntentId),
        tag: VoterTag,
        choice: Option<Choice>,
    ) -> IntentId {
        let event = vote::Cast {
            facts: vote::CastFacts { tag, territory: None, weight: 1 },
            author: not_said(),
            choice: Part::from_option(choice.map(|choice| ChoiceMade { choice, option: None })),
        };
        let refs = [(RefRole::Ballot, ballot), (RefRole::Subject, on.0), (RefRole::Version, on.1)];
        self.push(stream, NATIVE, event, &refs)
    }

    pub(crate) fn observe(&mut self, stream: u8, subject: IntentId, count: u64) -> IntentId {
        let event = vote::Observed {
            facts: vote::ObservedFacts {
                counts: vec![vote::Count { choice: Choice::Support, count, option: None, territory: None }],
            },
            source: not_said(),
            table: not_said(),
        };
        self.push(stream, OBSERVED, event, &[(RefRole::Subject, subject)])
    }

    pub(crate) fn respond(&mut self, stream: u8, to: &[IntentId], outcome: Outcome) -> IntentId {
        let event = response::Published {
            facts: answer(to.len(), outcome),
            signatory: Part::Open(Signatory { capacity: Some("maire".to_owned()), name: "A. B.".to_owned() }),
            text: Part::Open(act("Parce que.")),
            bodies: not_said(),
            source: not_said(),
        };
        let refs: Vec<_> = to.iter().map(|id| (RefRole::Answers, *id)).collect();
        self.push(stream, NATIVE, event, &refs)
    }

    pub(crate) fn supersede(
        &mut self,
        stream: u8,
        before: IntentId,
        to: &[IntentId],
        outcome: Outcome,
    ) -> IntentId {
        let event = response::Superseded {
            facts: answer(to.len(), outcome),
            signatory: not_said(),
            text: Part::Open(act("Tout compte fait.")),
            bodies: not_said(),
        };
        let mut refs: Vec<_> = to.iter().map(|id| (RefRole::Answers, *id)).collect();
        refs.push((RefRole::Act, before));
        self.push(stream, NATIVE, event, &refs)
    }

    pub(crate) fn correct(&mut self, stream: u8, response: IntentId, reason: &str) -> IntentId {
        let event = response::Corrected {
            facts: response::CorrectedFacts { corrects: Correction::Text },
            signatory: not_said(),
            text: Part::Open(act(reason)),
        };
        self.push(stream, NATIVE, event, &[(RefRole::Act, response)])
    }

    pub(crate) fn contest(&mut self, stream: u8, subject: IntentId, response: IntentId) -> IntentId {
        let event = response::Contested {
            facts: response::ContestedFacts {},
            explanation: not_said(),
            author: not_said(),
        };
        self.push(stream, NATIVE, event, &[(RefRole::Subject, subject), (RefRole::Act, response)])
    }

    /// Says that somebody else signed.
    pub(crate) fn correct_signatory(&mut self, stream: u8, response: IntentId, name: &str) -> IntentId {
        let event = response::Corrected {
            facts: response::CorrectedFacts { corrects: Correction::Signatory },
            signatory: Part::Open(Signatory { capacity: None, name: name.to_owned() }),
            text: not_said(),
        };
        self.push(stream, NATIVE, event, &[(RefRole::Act, response)])
    }

    /// Erases parts of an event, if it has any of this scope.
    pub(crate) fn erase(&mut self, target: IntentId, scope: ErasureScope) -> u16 {
        let at = self.events.iter().position(|event| event.id == target).unwrap();
        let mask = erasure_mask(self.events[at].event.committed_kinds(), scope);
        let (ground, requester) = (ErasureGround::Objection, Requester::Author);
        let event = oversight::Erased {
            facts: oversight::ErasedFacts { ground, mask, requester, scope },
            ticket: not_said(),
        };
        if mask != 0 {
            self.push(self.events[at].stream.0[0], NATIVE, event, &[(RefRole::Target, target)]);
        }
        mask
    }

    /// Two people take down the text of a public act, if it has one.
    pub(crate) fn take_down(&mut self, target: IntentId) -> u16 {
        let at = self.events.iter().position(|event| event.id == target).unwrap();
        let kinds = (0..15).zip(self.events[at].event.committed_kinds());
        let mask =
            kinds.filter(|(_, kind)| is_public_text(*kind)).fold(0, |mask, (index, _)| mask | 1 << index);
        if mask != 0 {
            let stream = self.events[at].stream.0[0];
            let (first, second) = (CredentialId([1; 16]), CredentialId([2; 16]));
            let facts = ledger::TakedownDecidedFacts { by: first, ground: Ground::PersonalData, mask };
            let event = ledger::TakedownDecided { facts, signatory: not_said(), reasons: not_said() };
            let decided = self.push(stream, NATIVE, event, &[(RefRole::Target, target)]);
            let facts = ledger::CountersignedFacts { credential: second };
            let event = ledger::Countersigned { facts, signatory: not_said() };
            self.push(stream, NATIVE, event, &[(RefRole::Act, decided)]);
        }
        mask
    }

    pub(crate) fn reach_threshold(&mut self, stream: u8, subject: IntentId) -> IntentId {
        let event = petition::ThresholdReached {
            facts: petition::ThresholdReachedFacts {
                brings: ThresholdKind::Response,
                count: Some(50),
                threshold: Some(50),
            },
        };
        self.push(stream, NATIVE, event, &[(RefRole::Subject, subject)])
    }
}

fn act(reason: &str) -> ActText {
    ActText { local_status: None, pointers: vec![], reason: Some(reason.to_owned()), text: None }
}

fn answer(group: usize, outcome: Outcome) -> response::PublishedFacts {
    // Through JSON, so that a field added later with a default does not stop every test.
    let group = u32::try_from(group).unwrap();
    serde_json::from_value(serde_json::json!({ "bodies": [0], "group_size": group, "outcome": outcome }))
        .unwrap()
}

/// Rules that ask nothing.
pub(crate) fn plain_rules() -> RuleSet {
    serde_json::from_value(serde_json::json!({ "moderated_before": false, "phases": [] })).unwrap()
}

/// No norm is broken.
#[expect(clippy::unnecessary_wraps, reason = "it stands for a referee, who may fail")]
pub(crate) fn no_breaches(_: &Recorded) -> Result<Vec<Norm>, SourceError> {
    Ok(Vec::new())
}

/// Views of a history in a directory of their own.
pub(crate) struct Folded {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) views: Views,
}

impl Folded {
    pub(crate) fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let views = Views::open(dir.path()).unwrap();
        Self { dir, views }
    }

    pub(crate) fn of(events: &[Recorded]) -> Self {
        let mut folded = Self::empty();
        folded.catch_up(events);
        folded
    }

    pub(crate) fn catch_up(&mut self, events: &[Recorded]) {
        let mut source = events;
        self.views.catch_up(&mut source, &mut no_breaches).unwrap();
    }

    pub(crate) fn from(&mut self, source: &mut dyn Source) {
        self.views.catch_up(source, &mut no_breaches).unwrap();
    }

    pub(crate) fn queries(&self) -> Queries {
        self.views.queries()
    }

    pub(crate) fn read(&self) -> crate::Reading {
        self.queries().read().unwrap()
    }

    /// Every row of every table, as text: two views are equal exactly when these are.
    pub(crate) fn dump(&self) -> Vec<String> {
        dump(&self.dir.path().join(crate::views::FILE))
    }
}

/// Every row of every table of a file of views. The index of the search is dumped by what it finds: how it lies
/// in its segments depends on the batches that made it.
pub(crate) fn dump(path: &std::path::Path) -> Vec<String> {
    let sql = rusqlite::Connection::open(path).unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search_%' \
                  AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let tables: Vec<String> = sql
        .prepare(tables)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut rows = Vec::new();
    for table in tables {
        let columns = if table == "search" { "rowid, *" } else { "*" };
        let mut statement = sql.prepare(&format!("SELECT {columns} FROM {table} ORDER BY 1, 2")).unwrap();
        let width = statement.column_count();
        let mut found = statement.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let cell = |column| match row.get_ref(column).unwrap() {
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => {
                    format!("{:?}", row.get_ref(column).unwrap())
                }
            };
            let cells: Vec<String> = (0..width).map(cell).collect();
            rows.push(format!("{table}: {}", cells.join(" | ")));
        }
    }
    let broken: Vec<String> = sql
        .prepare("PRAGMA integrity_check")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(broken, ["ok"]);
    rows
}

/// Says which rows one dump has and the other has not.
pub(crate) fn difference(one: &[String], other: &[String]) -> String {
    let only = |these: &[String], those: &[String], mark: &str| -> Vec<String> {
        these.iter().filter(|row| !those.contains(row)).map(|row| format!("{mark} {row}")).collect()
    };
    [only(one, other, "-"), only(other, one, "+")].concat().join("\n")
}
