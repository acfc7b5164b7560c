//! The writer as its callers see it: asked twice, refused, acknowledged, reopened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use devenir_core::consultation::Rejection;
use devenir_core::envelope::{Draft, Reference};
use devenir_core::event::code::{
    Activity, BallotKind, Channel, ConsultationKind, ContributionKind, Lang, RulesOrigin, TextFormat,
    ThresholdKind, Trust,
};
use devenir_core::event::part::{
    Author, BallotDefinition, Bodies, PhaseRule, Presentation, Registration, RuleSet, SupportThreshold,
    TitledText,
};
use devenir_core::event::{Absence, Event, Part, RefRole, consultation, contribution, vote};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::ledger::{Checkpoint, Policy, Position, ProofFile, SignedPromise, TiledTree, TreeSize};
use devenir_core::log::{CheckpointerError, SignError};
use devenir_core::receipt::{MakeError, Placed, ReceiptFile, ReceiptPromise, Vouched, make};
use devenir_core::rules::{Norm, Role};
use devenir_core::store::{EmbeddedReader, ReadLedger as _};
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::{
    Command, Door, Handle, Instance, InstanceError, ManualClock, Opening, PublicKeys, Receipt, SeededRandom,
    Standing, Target, WriteError, read_events,
};
use std::path::Path;
use std::sync::Arc;

const START: Timestamp = Timestamp(1_790_000_000_000);

fn opening() -> Opening {
    Opening { origin: "test.example/devenir".into(), demonstration: true }
}

fn create(dir: &Path, clock: &Arc<ManualClock>) -> Instance {
    let random = || Box::new(SeededRandom::new("writer test"));
    Instance::create(dir, &opening(), Arc::clone(clock) as _, random(), random()).unwrap()
}

fn open(dir: &Path, clock: &Arc<ManualClock>) -> Instance {
    let random = || Box::new(SeededRandom::new("writer test, opened again"));
    Instance::open(dir, Arc::clone(clock) as _, random(), random()).unwrap()
}

fn draft(event: impl Into<Event>, refs: Vec<(RefRole, Reference)>, actor: Role) -> Draft {
    Draft { event: event.into(), refs, occurred: Claimed::UNKNOWN, actor }
}

fn command(key: &str, target: Target, drafts: Vec<Draft>) -> Command {
    Command {
        door: Door { namespace: "admin".into(), trust: Trust::Native },
        key: key.as_bytes().to_vec(),
        request: format!("{drafts:?}").into_bytes(),
        target,
        drafts,
    }
}

fn absent<T>() -> Part<T> {
    Part::Absent(Absence::NotInSource)
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
    let rules = RuleSet {
        moderated_before: false,
        phases: vec![PhaseRule {
            admits: vec![Activity::Submissions, Activity::Votes],
            from: None,
            name: "Idées".into(),
            until: Some(START.plus_days(10)),
        }],
        territories: vec![],
        themes: vec![],
        thresholds: vec![SupportThreshold { brings: ThresholdKind::Response, count: 2 }],
        answer_within: None,
    };
    let adopted = consultation::RulesAdopted {
        facts: consultation::RulesAdoptedFacts { version: 0 },
        rules: Part::Open(rules),
        bodies: absent(),
    };
    let opened = consultation::PhaseOpened {
        facts: consultation::PhaseOpenedFacts { phase: 0, until: Some(START.plus_days(10)) },
    };
    vec![
        draft(registered, vec![], Role::Administrator),
        draft(adopted, vec![], Role::Administrator),
        draft(opened, vec![], Role::Administrator),
    ]
}

fn idea(title: &str) -> Draft {
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
        text: Part::Open(TitledText { body: None, format: TextFormat::Plain, title: Some(title.into()) }),
        author: Part::Open(Author { name: None, participant: None }),
        source: absent(),
        place: absent(),
    };
    draft(submitted, vec![], Role::Citizen)
}

fn register(instance: &Instance) -> StreamId {
    instance.writer.handle().ask(command("register", Target::NewConsultation, registration())).unwrap().stream
}

fn submit(instance: &Instance, stream: StreamId, key: &str, title: &str) -> Result<Receipt, WriteError> {
    submit_through(&instance.writer.handle(), stream, key, title)
}

fn submit_through(writer: &Handle, stream: StreamId, key: &str, title: &str) -> Result<Receipt, WriteError> {
    writer.ask(command(key, Target::Consultation(stream), vec![idea(title)]))
}

#[test]
fn contributions_are_numbered_in_the_order_in_which_they_are_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&dir.path().join("store"), &clock);
    let stream = register(&instance);
    for number in 1..=3 {
        let receipt = submit(&instance, stream, &format!("k{number}"), "Une idée").unwrap();
        assert_eq!(receipt.events[0].number, Some(number));
    }
}

#[test]
fn asking_again_gives_the_first_receipt_and_writes_nothing_even_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&path, &clock);
    let stream = register(&instance);
    let first = submit(&instance, stream, "k", "Une idée").unwrap();
    let size = instance.writer.head().size;
    let again = submit(&instance, stream, "k", "Une idée").unwrap();
    assert_eq!((again.events.clone(), again.replayed), (first.events.clone(), true));
    drop(instance);
    let instance = open(&path, &clock);
    let again = submit(&instance, stream, "k", "Une idée").unwrap();
    assert_eq!((again.events, again.replayed), (first.events, true));
    assert_eq!(instance.writer.head().size, size);
}

#[test]
fn the_same_key_with_another_request_is_a_conflict() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&dir.path().join("store"), &clock);
    let stream = register(&instance);
    submit(&instance, stream, "k", "Une idée").unwrap();
    let error = submit(&instance, stream, "k", "Une autre idée").unwrap_err();
    assert!(matches!(error, WriteError::IdempotencyConflict { .. }), "{error}");
}

#[test]
fn a_refused_command_leaves_nothing_behind_not_even_its_first_events() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&dir.path().join("store"), &clock);
    let stream = register(&instance);
    let size = instance.writer.head().size;
    let mut drafts = vec![idea("Une idée")];
    // The authority may not publish a contribution: the moderators or the platform do.
    let publish = contribution::Published { facts: contribution::PublishedFacts {} };
    drafts.push(draft(publish, vec![(RefRole::Subject, Reference::Own(0))], Role::Authority));
    let error = instance.writer.handle().ask(command("k", Target::Consultation(stream), drafts)).unwrap_err();
    let WriteError::Rejected(Rejection::Norms(norms)) = error else { panic!("{error}") };
    assert_eq!(norms, [Norm::ActorMay]);
    assert_eq!(instance.writer.head().size, size);
    assert_eq!(submit(&instance, stream, "k", "Une idée").unwrap().events[0].number, Some(1));
}

#[test]
fn a_submission_after_the_end_of_its_phase_is_refused_and_the_clerk_closes_the_phase() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&path, &clock);
    let stream = register(&instance);
    clock.set(START.plus_days(11));
    let error = submit(&instance, stream, "k", "Trop tard").unwrap_err();
    assert_eq!(error.to_string(), "An open phase allows this act.");
    instance.writer.handle().look_at_calendar().unwrap();
    instance.writer.handle().look_at_calendar().unwrap();
    let events = read_events(&EmbeddedReader::open(&path).unwrap(), Position::new(0), 100).unwrap();
    let closed = events.iter().filter(|event| event.event.event_type().name == "phase-closed").count();
    assert_eq!(closed, 1);
    assert_eq!(events.last().map(|event| event.actor), Some(Role::Clerk));
}

#[test]
fn a_clock_that_went_back_records_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&dir.path().join("store"), &clock);
    let stream = register(&instance);
    clock.set(START.plus_ms(-2_001));
    let error = submit(&instance, stream, "k", "Une idée").unwrap_err();
    assert!(matches!(error, WriteError::ClockBehind { .. }), "{error}");
    clock.set(START.plus_ms(-1_999));
    assert_eq!(submit(&instance, stream, "k", "Une idée").unwrap().events[0].recorded_at, START);
}

fn vote_opening() -> vote::BallotOpened {
    vote::BallotOpened {
        facts: vote::BallotOpenedFacts {
            choices_withheld: false,
            kind: BallotKind::Support,
            per_territory: false,
            votes_per_person: None,
        },
        definition: Part::Open(BallotDefinition { options: vec![], question: "Soutenez-vous ?".into() }),
    }
}

fn ballot(instance: &Instance, stream: StreamId) -> IntentId {
    let drafts = vec![draft(vote_opening(), vec![], Role::Administrator)];
    instance.writer.handle().ask(command("ballot", Target::Consultation(stream), drafts)).unwrap().events[0]
        .id
}

#[test]
fn the_vote_that_reaches_the_threshold_brings_it_in_the_same_breath_and_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    let mut instance = create(&path, &clock);
    let stream = register(&instance);
    let subject = submit(&instance, stream, "k", "Une idée").unwrap().events[0].id;
    let ballot = ballot(&instance, stream);
    for voter in ["ana", "ben", "cleo"] {
        let participant = instance.register.participant(stream, "town", voter).unwrap();
        let tag = instance.register.tag(participant, ballot, Some(subject)).unwrap();
        assert_eq!(tag, instance.register.tag(participant, ballot, Some(subject)).unwrap());
        let cast = vote::Cast {
            facts: vote::CastFacts { tag, territory: None, weight: 1 },
            author: absent(),
            choice: absent(),
        };
        let refs = vec![
            (RefRole::Ballot, Reference::Recorded(ballot)),
            (RefRole::Subject, Reference::Recorded(subject)),
        ];
        let drafts = vec![draft(cast, refs, Role::Citizen)];
        instance.writer.handle().ask(command(voter, Target::Consultation(stream), drafts)).unwrap();
    }
    let events = read_events(&EmbeddedReader::open(&path).unwrap(), Position::new(0), 100).unwrap();
    let names: Vec<&str> = events.iter().map(|event| event.event.event_type().name).collect();
    assert_eq!(names[6..], ["vote-cast", "vote-cast", "threshold-reached", "vote-cast"]);
    assert_eq!(events[6].refs.one(RefRole::Version), Some(subject));
}

#[test]
fn many_callers_at_once_each_get_their_own_receipt() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&dir.path().join("store"), &clock);
    let stream = register(&instance);
    let numbers: Vec<u32> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..16)
            .map(|caller| {
                let writer = instance.writer.handle();
                scope.spawn(move || {
                    (0..20)
                        .map(|turn| {
                            let key = format!("{caller}/{turn}");
                            submit_through(&writer, stream, &key, "Une idée").unwrap().events[0]
                                .number
                                .unwrap()
                        })
                        .collect::<Vec<u32>>()
                })
            })
            .collect();
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=320).collect::<Vec<u32>>());
}

#[test]
fn a_start_with_an_older_decision_state_or_with_none_decides_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let state = path.join("state.sqlite3");
    let older = dir.path().join("older");
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&path, &clock);
    let stream = register(&instance);
    submit(&instance, stream, "k1", "Une idée").unwrap();
    drop(instance);
    std::fs::copy(&state, &older).unwrap();
    let instance = open(&path, &clock);
    let second = submit(&instance, stream, "k2", "Une autre idée").unwrap();
    drop(instance);
    for forget in [true, false] {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(path.join(format!("state.sqlite3{suffix}")));
        }
        if !forget {
            std::fs::copy(&older, &state).unwrap();
        }
        let instance = open(&path, &clock);
        let again = submit(&instance, stream, "k2", "Une autre idée").unwrap();
        assert_eq!((again.events, again.replayed), (second.events.clone(), true));
        let next = submit(&instance, stream, &format!("k3 {forget}"), "Encore une").unwrap();
        assert_eq!(next.events[0].number, Some(if forget { 3 } else { 4 }));
    }
}

/// Everything that a receipt says of its places, checked with the ledger's public keys alone.
fn assert_promised(instance: &Instance, path: &Path, receipt: &Receipt) {
    let promise = receipt.standing.promise().unwrap();
    let signed = SignedPromise::open(&promise.note, &instance.public_keys.promises).unwrap();
    assert_eq!(signed.promise().log_id.as_bytes(), &instance.log.0);
    assert_eq!(signed.promise().include_by_ms - signed.promise().recorded_at_ms, 120_000);
    assert_eq!(promise.paths.len(), receipt.events.len());
    for (event, path_in_group) in receipt.events.iter().zip(&promise.paths) {
        let leaf = EmbeddedReader::open(path).unwrap().read(event.position, 1).unwrap().remove(0);
        let promised = signed.check(&leaf, path_in_group).unwrap();
        assert_eq!((promised.position(), promised.leaf_hash()), (event.position, event.leaf));
    }
}

#[test]
fn each_receipt_carries_the_promise_of_its_group_and_a_repetition_its_place_in_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&path, &clock);
    let registered = instance.writer.handle();
    let registered = registered.ask(command("register", Target::NewConsultation, registration())).unwrap();
    assert_promised(&instance, &path, &registered);
    let stream = registered.stream;
    // Asked in one breath, so that some share a group.
    let receipts: Vec<Receipt> = std::thread::scope(|scope| {
        let ask = |caller: u32| {
            let writer = instance.writer.handle();
            scope.spawn(move || submit_through(&writer, stream, &caller.to_string(), "Une idée").unwrap())
        };
        let callers: Vec<_> = (0..12).map(ask).collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });
    receipts.iter().for_each(|receipt| assert_promised(&instance, &path, receipt));
    let again = submit(&instance, stream, "3", "Une idée").unwrap();
    assert_eq!((again.events, again.standing), (receipts[3].events.clone(), Standing::InLog));
}

#[test]
fn whoever_submits_holds_a_token_that_stays_the_same_and_an_authority_holds_none() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&path, &clock);
    let stream = register(&instance);
    let [first, second] = ["k1", "k2"].map(|key| submit(&instance, stream, key, "Une idée").unwrap().events);
    let token = first[0].token.clone().unwrap();
    assert!(instance.tokens.admits(first[0].id, &token.to_text()));
    assert!(!instance.tokens.admits(second[0].id, &token.to_text()));
    let registered =
        instance.writer.handle().ask(command("register", Target::NewConsultation, registration()));
    assert!(registered.unwrap().events.iter().all(|event| event.token.is_none()));
    drop(instance);
    let instance = open(&path, &clock);
    let again = submit(&instance, stream, "k1", "Une idée").unwrap();
    assert_eq!(again.events[0].token, Some(token));
}

#[test]
fn a_lost_key_is_never_drawn_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    drop(create(&path, &clock));
    let random = || Box::new(SeededRandom::new("again"));
    for name in ["ledger.key", "promise.key", "token.key"] {
        let (key, aside) = (path.join("keys").join(name), path.join("aside"));
        std::fs::rename(&key, &aside).unwrap();
        let clock: Arc<dyn devenir_core::writer::Clock> = Arc::clone(&clock) as _;
        let Err(refused) = Instance::open(&path, clock, random(), random()) else {
            panic!("opened without {name}")
        };
        assert!(refused.to_string().contains(&format!("{name} is missing; restore it")), "{refused}");
        assert!(!key.exists(), "{name} was drawn again");
        std::fs::rename(&aside, &key).unwrap();
    }
    drop(open(&path, &clock));
}

#[test]
fn a_store_behind_its_last_signed_head_is_not_opened_for_writing_and_can_still_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let [path, backup] = ["store", "backup"].map(|name| dir.path().join(name));
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&path, &clock);
    let stream = register(&instance);
    drop(instance);
    std::fs::create_dir(&backup).unwrap();
    for file in ["ledger.sqlite3", "acknowledged"] {
        std::fs::copy(path.join(file), backup.join(file)).unwrap();
    }
    let mut instance = open(&path, &clock);
    submit(&instance, stream, "k", "Une idée").unwrap();
    let note = instance.checkpointer.tick(START).unwrap().unwrap();
    let checkpoint = Checkpoint::open(&note, &instance.public_keys.checkpoints).unwrap();
    assert_eq!(checkpoint.head, instance.writer.head());
    drop(instance);
    for file in ["ledger.sqlite3", "acknowledged"] {
        std::fs::copy(backup.join(file), path.join(file)).unwrap();
    }
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(path.join(format!("ledger.sqlite3{suffix}")));
    }
    let random = || Box::new(SeededRandom::new("again"));
    let refused = Instance::open(&path, clock, random(), random()).err().unwrap();
    let InstanceError::Checkpoints(CheckpointerError::Sign(SignError::Behind { signed, found, .. })) =
        &refused
    else {
        panic!("{refused}")
    };
    assert_eq!((*signed, found.size), (checkpoint.head, TreeSize::new(4)));
    assert_eq!(EmbeddedReader::open(&path).unwrap().head().unwrap().size, found.size);
}

/// A submission with its receipt, proof and keys, as an author keeps them.
struct Kept {
    receipt: ReceiptFile,
    proof: ProofFile,
    policy: Policy,
    keys: PublicKeys,
}

impl Kept {
    fn of_a_submission() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store");
        let clock = Arc::new(ManualClock::new(START));
        let mut instance = create(&path, &clock);
        let stream = register(&instance);
        let told = submit(&instance, stream, "k", "Une piste protégée").unwrap();
        submit(&instance, stream, "k2", "Une autre idée").unwrap();
        let note = instance.checkpointer.tick(START).unwrap().unwrap();
        let keys = instance.public_keys.clone();
        let tiles = instance.checkpointer.tiles().tiles();
        let tree = TiledTree::new(&tiles, tiles.head().size);
        let reader = EmbeddedReader::open(&path).unwrap();
        let position = told.events[0].position;
        let (receipt, proof) = make(&reader, &tree, position, &note, &keys.over_time, 0).unwrap();
        let promise = told.standing.promise().unwrap();
        let promise = ReceiptPromise { note: (*promise.note).clone(), path: promise.paths[0].clone() };
        let (envelope, openings) = (receipt.envelope_bytes().to_vec(), receipt.openings().to_vec());
        let receipt = ReceiptFile::new(envelope, openings, Some(promise)).unwrap();
        let policy = format!("log {}\nquorum none\n", keys.checkpoints);
        Self { receipt, proof, policy: Policy::parse(policy.as_bytes()).unwrap(), keys }
    }

    /// Everything that an author can check, from the two texts.
    fn check(&self, receipt: &str, proof: &str) -> Result<Placed, String> {
        let receipt = ReceiptFile::parse(receipt.as_bytes()).map_err(|error| error.to_string())?;
        let proof = ProofFile::parse(proof.as_bytes()).map_err(|error| error.to_string())?;
        let checked = receipt.check().map_err(|error| error.to_string())?;
        checked.promised(&self.keys.promises).map_err(|error| error.to_string())?;
        checked.included(&proof, Some(&self.policy)).map_err(|error| error.to_string())
    }
}

#[test]
fn a_receipt_is_checked_offline_from_its_two_texts() {
    let kept = Kept::of_a_submission();
    let (receipt, proof) = (kept.receipt.to_string(), kept.proof.to_string());
    let placed = kept.check(&receipt, &proof).unwrap();
    assert_eq!(placed.included.position(), kept.receipt.envelope().sequence.position);
    let read = ReceiptFile::parse(receipt.as_bytes()).unwrap();
    assert_eq!(read, kept.receipt);
    let checked = read.check().unwrap();
    assert_eq!((checked.open.as_slice(), checked.closed.as_slice()), (&[1u8, 2][..], &[][..]));
    assert!(matches!(checked.included(&kept.proof, None).unwrap().vouched, Vouched::ByNobody(_)));
    // An author may keep a part to herself: the rest is proven all the same.
    let fewer = vec![read.openings()[0].clone()];
    let fewer = ReceiptFile::new(read.envelope_bytes().to_vec(), fewer, None).unwrap();
    assert_eq!(fewer.check().unwrap().closed, [2]);
    assert_eq!(fewer.check().unwrap().promised(&kept.keys.promises), Ok(None));
}

#[test]
fn every_alteration_of_a_receipt_or_its_proof_is_refused() {
    let kept = Kept::of_a_submission();
    let (receipt, proof) = (kept.receipt.to_string(), kept.proof.to_string());
    let mut tried = 0;
    for (place, was) in receipt.char_indices().filter(|(_, c)| c.is_ascii_graphic()) {
        let put = if was == '1' { '2' } else { '1' };
        let mut altered = receipt.clone();
        altered.replace_range(place..=place, &put.to_string());
        assert!(kept.check(&altered, &proof).is_err(), "{was} at {place} of {receipt}");
        tried += 1;
    }
    for (place, was) in proof.char_indices() {
        let put = if was == '1' { "2" } else { "1" };
        let mut altered = proof.clone();
        altered.replace_range(place..place + was.len_utf8(), put);
        assert!(kept.check(&receipt, &altered).is_err(), "{was} at {place} of {proof}");
        tried += 1;
    }
    assert!(tried > 1_000, "only {tried} places");
    let first = kept.receipt.openings()[0].clone();
    let twice = vec![first.clone(), first];
    assert!(ReceiptFile::new(kept.receipt.envelope_bytes().to_vec(), twice, None).is_err());
    let other = Kept::of_a_submission();
    assert_eq!(other.keys, kept.keys, "the same seeds");
    let (text, more) = (receipt.trim_end().trim_end_matches('}'), ", \"extra\": 1}");
    assert!(ReceiptFile::parse(format!("{text}{more}").as_bytes()).is_err(), "no other field");
}

#[test]
fn an_event_that_no_checkpoint_covers_has_no_proof_yet() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    let mut instance = create(&path, &clock);
    let note = instance.checkpointer.tick(START).unwrap().unwrap();
    let stream = register(&instance);
    let tiles = instance.checkpointer.tiles().tiles();
    let tree = TiledTree::new(&tiles, tiles.head().size);
    let position = submit(&instance, stream, "k", "Une idée").unwrap().events[0].position;
    let reader = EmbeddedReader::open(&path).unwrap();
    let refused = make(&reader, &tree, position, &note, &instance.public_keys.over_time, 0).unwrap_err();
    assert!(matches!(refused, MakeError::NotCovered { .. }), "{refused}");
}

/// Runs a statement on a file of the store, behind the back of the instance that has it open.
fn behind(path: &Path, file: &str, sql: &str) {
    rusqlite::Connection::open(path.join(file)).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_command_that_cannot_be_looked_up_is_not_recorded_a_second_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&path, &clock);
    let stream = register(&instance);
    let first = submit(&instance, stream, "k", "Une idée").unwrap();
    submit(&instance, stream, "k2", "Une autre idée").unwrap();
    let size = instance.writer.head().size;
    behind(
        &path,
        "ledger.sqlite3",
        &format!("DELETE FROM envelope WHERE position = {}", first.events[0].position),
    );
    let error = submit(&instance, stream, "k", "Une idée").unwrap_err();
    assert!(matches!(error, WriteError::Store(_)), "{error}");
    assert_eq!(instance.writer.head().size, size);
}

#[test]
fn what_was_decided_on_a_state_that_cannot_be_read_is_neither_recorded_nor_refused_by_a_rule() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&path, &clock);
    let stream = register(&instance);
    let idea = submit(&instance, stream, "k", "Une idée").unwrap().events[0].id;
    drop(instance);
    let instance = open(&path, &clock);
    let size = instance.writer.head().size;
    behind(&path, "state.sqlite3", "DROP TABLE subject");
    let publish = |instance: &Instance| {
        let publish = contribution::Published { facts: contribution::PublishedFacts {} };
        let drafts =
            vec![draft(publish, vec![(RefRole::Subject, Reference::Recorded(idea))], Role::Moderator)];
        instance.writer.handle().ask(command("p", Target::Consultation(stream), drafts))
    };
    let error = publish(&instance).unwrap_err();
    assert!(error.to_string().contains("decision state"), "{error}");
    assert_eq!(instance.writer.head().size, size);
    drop(instance);
    // The file can be deleted, and here it is: a replay makes it anew.
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(path.join(format!("state.sqlite3{suffix}")));
    }
    publish(&open(&path, &clock)).unwrap();
}

/// One character of the hash of each stream's last event: the next event would be chained to something that never was.
#[test]
fn a_bad_byte_in_the_disposable_state_never_reaches_the_ledger() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&path, &clock);
    let stream = register(&instance);
    submit(&instance, stream, "k1", "Une idée").unwrap();
    drop(instance);
    let file = rusqlite::Connection::open(path.join("state.sqlite3")).unwrap();
    let mut tails = file.prepare("SELECT key, value FROM tail").unwrap();
    let rows = tails.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let rows: Vec<(Vec<u8>, Vec<u8>)> = rows.map(Result::unwrap).collect();
    drop(tails);
    assert_eq!(rows.len(), 2, "the consultation's stream and the instance's");
    for (key, mut value) in rows {
        let last = value.last_mut().unwrap();
        *last = if *last == b'0' { b'1' } else { b'0' };
        file.execute("UPDATE tail SET value = ?2 WHERE key = ?1", rusqlite::params![key, value]).unwrap();
    }
    file.close().unwrap();
    let instance = open(&path, &clock);
    let second = submit(&instance, stream, "k2", "Une autre idée").unwrap();
    assert_eq!(second.events[0].number, Some(2));
    drop(instance);
    let report = devenir_core::audit::audit(&EmbeddedReader::open(&path).unwrap()).unwrap();
    assert_eq!(report.fault_count, 0, "{:?}", report.first_fault());
}

/// Every file below a directory.
#[cfg(unix)]
fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[cfg(unix)]
#[test]
fn every_file_of_a_store_is_its_owners_alone_while_it_is_open_and_after() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    let mut instance = create(&path, &clock);
    let stream = register(&instance);
    submit(&instance, stream, "k", "Une idée").unwrap();
    instance.register.participant(stream, "town", "ana").unwrap();
    instance.checkpointer.tick(START).unwrap();
    let others_may = |path: &std::path::PathBuf| path.metadata().unwrap().permissions().mode() & 0o077 != 0;
    let open: Vec<_> = files(&path).into_iter().filter(others_may).collect();
    assert_eq!(open, [] as [std::path::PathBuf; 0]);
    drop(instance);
    let closed: Vec<_> = files(&path).into_iter().filter(others_may).collect();
    assert_eq!(closed, [] as [std::path::PathBuf; 0]);
}

/// The names of all events of a store, in order.
fn names(path: &Path) -> Vec<&'static str> {
    let events = read_events(&EmbeddedReader::open(path).unwrap(), Position::FIRST, 100).unwrap();
    events.iter().map(|event| event.event.event_type().name).collect()
}

#[test]
fn the_heads_are_recorded_at_a_closing_once_a_day_and_never_twice_over_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let clock = Arc::new(ManualClock::new(START));
    let instance = create(&path, &clock);
    let stream = register(&instance);
    let closed = consultation::Closed { facts: consultation::ClosedFacts {}, reasons: absent() };
    let drafts = vec![draft(closed, vec![], Role::Administrator)];
    let writer = instance.writer.handle();
    writer.ask(command("close", Target::Consultation(stream), drafts)).unwrap();
    assert_eq!(names(&path)[4..], ["consultation-closed", "heads-recorded"]);
    assert_eq!(writer.record_heads(0).unwrap(), Position::new(5), "nothing was appended since");
    let response = draft(vote_opening(), vec![], Role::Administrator);
    writer.ask(command("ballot", Target::Consultation(stream), vec![response])).unwrap();
    assert_eq!(writer.record_heads(Timestamp::DAY_MS).unwrap(), Position::new(5), "the day is not over");
    drop(instance);
    clock.set(START.plus_days(1));
    let instance = open(&path, &clock);
    assert_eq!(instance.writer.handle().record_heads(Timestamp::DAY_MS).unwrap(), Position::new(7));
    assert_eq!(instance.writer.handle().record_heads(0).unwrap(), Position::new(7));
    let report = devenir_core::audit::audit(&EmbeddedReader::open(&path).unwrap()).unwrap();
    assert_eq!((report.fault_count, report.against_count), (0, 0), "{report:#?}");
}
