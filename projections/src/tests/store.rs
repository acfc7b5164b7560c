//! A real store, sealed and committed, read through its two ports.

use std::collections::BTreeMap;

use devenir_core::envelope::{Draft, PartKey, Place, Recorded, Reference, Sealed, seal};
use devenir_core::event::{Absence, Part};
use devenir_core::id::{CommandId, IntentId};
use devenir_core::ledger::{Hash, Position, TreeSize, leaf_hash};
use devenir_core::store::{Entry, Group, Leaf, MemoryDisk, SealedPart, Store};
use devenir_core::{envelope, store};

use crate::source::{Source, StoreSource};
use crate::testing::random::World;
use crate::testing::{Folded, History};

/// Seals a history anew, event by event, and commits it; ids become those of the real envelopes.
fn committed(history: &History) -> MemoryDisk {
    let disk = MemoryDisk::default();
    let mut handle = disk.open().unwrap();
    let mut named: BTreeMap<IntentId, IntentId> = BTreeMap::new();
    let mut tails: BTreeMap<[u8; 16], (Hash, Position)> = BTreeMap::new();
    let mut keys = 0_u8;
    for it in &history.events {
        let sealed = sealed(it, &named, &mut || {
            keys = keys.wrapping_add(1);
            PartKey::new([keys; 32])
        });
        named.insert(it.id, sealed.id);
        let before = tails.get(&it.stream.0).copied();
        let bytes = sealed.sequenced(envelope::Sequence {
            position: it.position,
            revision: it.revision,
            prev: before.map_or(Hash::from_bytes([0; 32]), |(leaf, _)| leaf),
            prev_position: before.map(|(_, position)| position),
            recorded_at: it.recorded_at,
        });
        tails.insert(it.stream.0, (leaf_hash(&bytes), it.position));
        let group = Group { entries: vec![entry(bytes, &sealed)], requests: vec![] };
        handle.commit(TreeSize::new(it.position.get()), &group).unwrap();
    }
    disk
}

fn sealed(it: &Recorded, named: &BTreeMap<IntentId, IntentId>, keys: &mut dyn FnMut() -> PartKey) -> Sealed {
    let draft = Draft {
        event: it.event.clone(),
        refs: it.refs.iter().map(|(role, id)| (role, Reference::Recorded(named[&id]))).collect(),
        occurred: it.occurred,
        actor: it.actor,
    };
    let mut command = [0; 16];
    command[..8].copy_from_slice(&it.position.to_be_bytes());
    let place = Place { log: it.log, stream: it.stream, command: CommandId(command), trust: it.trust };
    seal(place, vec![draft], &mut { keys }).unwrap().remove(0)
}

fn entry(bytes: Vec<u8>, sealed: &Sealed) -> Entry {
    let parts = (0..).zip(&sealed.parts).map(|(index, part)| SealedPart {
        index,
        kind: part.kind,
        commitment: part.commitment.0,
        key: (*part.key.as_bytes()).into(),
        bytes: part.bytes.clone(),
    });
    Entry { leaf: Leaf::new(bytes), parts: parts.collect() }
}

fn history() -> History {
    let draws: Vec<_> = (0..60_u16).map(|at| ((at % 40) as u8, at * 7, at * 13)).collect();
    World::of(&draws).history
}

#[test]
fn events_read_from_a_store_are_those_that_were_committed() {
    let history = history();
    let mut source = StoreSource(committed(&history).reader());
    assert_eq!(source.size().unwrap(), TreeSize::new(history.events.len() as u64));
    let items = source.read(Position::new(3), 1_000).unwrap();
    assert_eq!(items.len(), history.events.len() - 3);
    for (item, expected) in items.iter().zip(&history.events[3..]) {
        let read = item.as_ref().unwrap();
        assert_eq!((read.position, &read.event), (expected.position, &expected.event));
    }
    assert_eq!(source.read(Position::new(3), 2).unwrap().len(), 2);
}

#[test]
fn views_of_a_store_know_what_views_of_the_same_history_know() {
    let history = history();
    let mut of_store = Folded::empty();
    of_store.from(&mut StoreSource(committed(&history).reader()));
    let texts = |folded: &Folded| -> Vec<String> {
        let rows = folded.dump().into_iter();
        rows.filter(|row| ["text:", "tally:", "step:", "search:"].iter().any(|it| row.starts_with(it)))
            .collect()
    };
    assert_eq!(texts(&of_store), texts(&Folded::of(&history.events)));
}

#[test]
fn a_part_that_is_gone_is_said_and_stops_nothing() {
    let history = history();
    let disk = committed(&history);
    let at = history.events.iter().find(|it| it.event.event_type().name == "contribution-submitted").unwrap();
    let text = store::Place { position: at.position, index: 0 };
    disk.open().unwrap().erase(&[text], &[]).unwrap();
    let mut source = StoreSource(disk.reader());
    let items = source.read(at.position, 1).unwrap();
    let devenir_core::event::Event::Contribution(event) = &items[0].as_ref().unwrap().event else { panic!() };
    let devenir_core::event::contribution::ContributionEvent::Submitted(event) = event else { panic!() };
    assert_eq!(event.text, Part::Absent(Absence::Lost));
    let mut folded = Folded::empty();
    folded.from(&mut source);
    let versions = folded.read().versions(at.position).unwrap();
    assert_eq!(versions[0].body.absent, Some(crate::model::TextAbsence::Lost));
}
