//! A key replaced in a real store: what signs before and after, what is refused, and what a crash leaves.

use super::super::instance::event_zero;
use super::super::keys::InstanceKeys;
use super::*;
use crate::audit::Verdict;
use crate::event::ledger::OpenedFacts;
use crate::id::Bytes32;
use crate::ledger::{
    Checkpoint, LogKeys, NamedKey, Note, NoteSigner, Policy, SignedPromise, TreeHead, sha256,
};
use crate::store::{EmbeddedReader, EmbeddedStore, Entry, Group, ReadLedger as _, Store as _};
use crate::testing::{START, sample};
use crate::verify::{Asked, Beside, Problem, Verified, verify_record};
use crate::writer::{ManualClock, Opening, SeededRandom, Standing};

const ORIGIN: &str = "example.org/villeneuve";

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(START))
}

fn seeded(name: &str) -> Box<dyn Random> {
    Box::new(SeededRandom::new(name))
}

fn create(dir: &Path) -> Instance {
    let opening = Opening { origin: ORIGIN.into(), demonstration: true };
    Instance::create(dir, &opening, clock(), seeded("keys"), seeded("register")).unwrap()
}

fn open(dir: &Path) -> Instance {
    Instance::open(dir, clock(), seeded("again"), seeded("register")).unwrap()
}

fn rotate(dir: &Path, purpose: KeyPurpose) -> Result<Rotated, RotationError> {
    rotate_ledger_key(dir, purpose, clock(), [seeded("next"), seeded("more"), seeded("register")])
}

/// Something happens in the ledger: the note of its promise.
fn act(instance: &Instance, n: u8) -> Arc<Note> {
    let event = if n == 0 { sample::first_grant() } else { sample::grant(n, Role::Administrator) };
    let mut event = event;
    event.facts.scope = crate::event::code::GrantScope::Instance;
    let draft = Draft {
        event: event.into(),
        refs: Vec::new(),
        occurred: Claimed::UNKNOWN,
        actor: Role::Administrator,
    };
    let command = Command {
        door: Door { namespace: "test".into(), trust: Trust::Native },
        key: vec![n],
        request: vec![n],
        target: Target::Instance,
        drafts: vec![draft],
    };
    let receipt = instance.writer.handle().ask(command).unwrap();
    let Standing::Promised(promise) = receipt.standing else { panic!("it is promised") };
    promise.note
}

fn signer(dir: &Path, file: &str) -> NoteSigner {
    let key = read_key_file(&dir.join(KEYS).join(file)).unwrap();
    NoteSigner::new(ORIGIN.parse().unwrap(), key)
}

fn signed(key: &NoteSigner, head: TreeHead) -> Note {
    Checkpoint { origin: ORIGIN.parse().unwrap(), head }.sign(key).unwrap()
}

/// What a guarantor finds who believes one key and is shown one checkpoint.
fn verify(dir: &Path, note: &Note, believed: Option<&NamedKey>) -> Verified {
    let policy = believed.map(|key| Policy::parse(format!("log {key}\nquorum none\n").as_bytes()).unwrap());
    let asked = Asked { policy, now: Some(START), ..Asked::default() };
    let beside = Beside { published: Some(note), ..Beside::default() };
    verify_record(&EmbeddedReader::open(dir).unwrap(), beside, &asked).unwrap()
}

/// A ledger with a checkpoint by its first key, one by its second, and that first key, stolen.
struct Rotation {
    _dir: tempfile::TempDir,
    store: std::path::PathBuf,
    notes: [Note; 2],
    stolen: NoteSigner,
}

impl Rotation {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("store");
        let mut instance = create(&store);
        act(&instance, 0);
        let before = instance.checkpointer.tick(START).unwrap().unwrap();
        drop(instance);
        let stolen = signer(&store, "ledger.key");
        let rotated = rotate(&store, KeyPurpose::Checkpoint).unwrap();
        let mut instance = open(&store);
        assert_eq!(instance.public_keys.checkpoints.key(), &rotated.key);
        assert_eq!(instance.writer.head().size, rotated.from, "the acceptance is the last event");
        let after = instance.checkpointer.tick(START).unwrap().unwrap();
        Self { _dir: dir, store, notes: [before, after], stolen }
    }

    fn keys(&self) -> LogKeys {
        open(&self.store).public_keys.over_time
    }
}

#[test]
fn each_checkpoint_is_by_the_key_of_its_size_and_either_key_is_enough_to_believe_both() {
    let it = Rotation::new();
    let keys = it.keys();
    let [first, second] = [keys.iter().next().unwrap().1.clone(), keys.newest().clone()];
    assert_ne!(first, second);
    for note in &it.notes {
        keys.open(note).unwrap();
        for believed in [None, Some(&first), Some(&second)] {
            let verified = verify(&it.store, note, believed);
            assert!(verified.problems.is_empty(), "{:?} by {believed:?}", verified.problems);
            assert_eq!(verified.verdict(), Verdict::SelfConsistent);
            let report = verified.report.unwrap();
            assert_eq!((report.faults, report.against_the_rules), (Vec::new(), Vec::new()));
        }
    }
    assert!(Checkpoint::open(&it.notes[1], &first).is_err(), "the old key does not sign any more");
}

#[test]
fn a_stolen_key_signs_nothing_that_is_believed_after_its_replacement_nor_the_new_one_before() {
    let it = Rotation::new();
    let keys = it.keys();
    let first = keys.iter().next().unwrap().1.clone();
    let [early, late] = it.notes.clone().map(|note| keys.open(&note).unwrap().head);
    for forged in [signed(&it.stolen, late), signed(&signer(&it.store, "ledger.key"), early)] {
        for believed in [None, Some(&first), Some(keys.newest())] {
            let verified = verify(&it.store, &forged, believed);
            assert_eq!(verified.verdict(), Verdict::Altered);
            assert!(matches!(verified.problems[..], [Problem::OtherTerm(_)]), "{:?}", verified.problems);
        }
    }
    let stranger = NoteSigner::new(ORIGIN.parse().unwrap(), SigningKey::from_seed(&[7; 32]));
    let verified = verify(&it.store, &signed(&stranger, late), Some(stranger.public()));
    assert_eq!(
        verified.verdict(),
        Verdict::Altered,
        "the record does not state the key that the policy believes"
    );
}

#[test]
fn promises_are_by_the_key_in_force_before_their_first_event() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let instance = create(&store);
    let before = act(&instance, 0);
    drop(instance);
    let rotated = rotate(&store, KeyPurpose::Promise).unwrap();
    let instance = open(&store);
    let after = act(&instance, 1);
    assert_eq!(instance.public_keys.promises.key(), &rotated.key);
    let keys = instance.public_keys.promises_over_time.clone().unwrap();
    let first = keys.iter().next().unwrap().1.clone();
    for note in [&before, &after] {
        SignedPromise::open_in_term(note, &keys).unwrap();
    }
    assert!(SignedPromise::open(&before, &first).is_ok() && SignedPromise::open(&after, &first).is_err());
}

#[test]
fn what_was_broken_off_is_ended_by_doing_it_again_or_by_opening_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    drop(create(&store));
    let keys = store.join(KEYS);
    let old = read_key_file(&keys.join("ledger.key")).unwrap();
    // The new key is drawn and named, and then the power fails.
    let announced = draw_next_key(&store, KeyPurpose::Checkpoint, seeded("next").as_mut()).unwrap();
    let new = read_key_file(&keys.join("ledger.next.key")).unwrap();
    assert_eq!(new.verifying_key(), announced);
    let replacement = Replacement {
        purpose: KeyPurpose::Checkpoint,
        old: &old,
        new: &new,
        custody: Custody::Server,
        role: Role::Administrator,
        consultation: None,
    };
    let mut instance = open(&store);
    introduction(&replacement, 3).take(&instance, &old, START).unwrap();
    assert!(instance.checkpointer.tick(START).unwrap().is_some(), "the old key signs on");
    drop(instance);
    let size = |store: &Path| EmbeddedReader::open(store).unwrap().head().unwrap().size.get();
    assert_eq!(size(&store), 2);
    let rotated = rotate(&store, KeyPurpose::Checkpoint).unwrap();
    assert_eq!(
        (rotated.key, rotated.from.get(), size(&store)),
        (announced, 3, 3),
        "named once, accepted once"
    );
    // The power fails before the file of the new key has its name.
    std::fs::rename(keys.join("ledger.key"), keys.join("ledger.next.key")).unwrap();
    write_key(&keys.join("ledger.key"), &old);
    let again = rotate(&store, KeyPurpose::Checkpoint).unwrap();
    assert_eq!((again, size(&store)), (rotated, 3), "opening the store ended it");
    assert!(!keys.join("ledger.next.key").exists());
    open(&store).checkpointer.tick(START).unwrap().unwrap();
}

#[test]
fn a_key_that_the_ledger_does_not_state_opens_no_store() {
    let it = Rotation::new();
    let file = it.store.join(KEYS).join("ledger.key");
    std::fs::remove_file(&file).unwrap();
    write_key(&file, &SigningKey::from_seed(&[7; 32]));
    let refused = Instance::open(&it.store, clock(), seeded("again"), seeded("register"));
    assert!(matches!(refused.map(drop), Err(InstanceError::ForeignKeys(_))));
}

#[test]
fn a_store_of_an_earlier_draft_opens_and_its_unstated_key_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let mut store = EmbeddedStore::create(&path).unwrap();
    let keys = InstanceKeys::create(&store.keys_dir(), seeded("keys").as_mut()).unwrap();
    let facts = OpenedFacts {
        demonstration: true,
        format: 0,
        idempotency_key_fingerprint: Bytes32(*sha256(keys.idempotency.as_slice()).as_bytes()),
        key: PublicKey(*keys.ledger.verifying_key().as_bytes()),
        nonce: Bytes32([1; 32]),
        origin: ORIGIN.into(),
        promise_key: None,
    };
    let entries = vec![Entry { leaf: event_zero(&facts, START), parts: Vec::new() }];
    store.commit(store.head().size, &Group { entries, requests: Vec::new() }).unwrap();
    drop(store);
    let instance = open(&path);
    assert_eq!(instance.public_keys.promises_over_time, None);
    drop(instance);
    assert!(matches!(rotate(&path, KeyPurpose::Promise), Err(RotationError::NotStated(_))));
    rotate(&path, KeyPurpose::Checkpoint).unwrap();
}

/// Puts a key where a file was.
fn write_key(path: &Path, key: &SigningKey) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, format!("{}\n", crate::ledger::hex::Hex(key.seed().as_slice()))).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}
