//! A ledger as an insider rewrites it: whatever can be computed again without a secret of others is computed again.
//!
//! `docs/format.md` says how each follows from the rest: commitments, intent ids, references, lists, heads, revisions,
//! links, leaves and the root. What a forger cannot make again is what outsiders hold; this module makes no signature.

use devenir_core::envelope::{Envelope, PartContext, PartKey, commit, decode, encode, intent_id};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::ledger::{Frontier, Hash, Heads, Position, Revision, TreeHead, head_of, leaf_hash};
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The type of an event that states the heads of all streams.
const HEADS: u16 = 0x0004;

/// A part as the vault holds it.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) index: usize,
    pub(crate) key: [u8; 32],
    pub(crate) bytes: Vec<u8>,
}

/// An event with the parts that are still there.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) envelope: Envelope,
    pub(crate) parts: Vec<Part>,
}

impl Act {
    pub(crate) fn id(&self) -> IntentId {
        intent_id(&self.envelope.intent)
    }

    pub(crate) fn is(&self, event_type: u16) -> bool {
        self.envelope.intent.event_type == event_type
    }

    /// Whether it is a command of its own.
    pub(crate) fn is_alone(&self) -> bool {
        self.envelope.intent.command_count == 1
    }

    fn refers_to_any(&self, ids: &BTreeSet<IntentId>) -> bool {
        let lists = self.envelope.intent.lists.len();
        let listed = self.parts.iter().filter(|part| lists > 0 && part.bytes.len().is_multiple_of(32));
        let mut listed = listed.flat_map(|part| part.bytes.as_chunks::<32>().0);
        self.envelope.intent.refs.iter().any(|(_, id)| ids.contains(id))
            || listed.any(|id| ids.contains(&IntentId(*id)))
    }
}

/// All events of a ledger, in order.
#[derive(Debug, Clone)]
pub(crate) struct Forged(pub(crate) Vec<Act>);

impl Forged {
    /// Reads the store's own file.
    pub(crate) fn read(store: &Path) -> Self {
        let file = open(store);
        let mut statement = file.prepare("SELECT bytes FROM envelope ORDER BY position").unwrap();
        let envelopes = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        let mut acts: Vec<Act> = envelopes
            .map(|bytes| Act { envelope: decode(&bytes.unwrap()).unwrap(), parts: vec![] })
            .collect();
        let mut statement = file.prepare("SELECT place, key, bytes FROM part ORDER BY place").unwrap();
        let row =
            |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?, row.get(2)?));
        for part in statement.query_map([], row).unwrap() {
            let (place, key, bytes) = part.unwrap();
            let place = usize::try_from(place).unwrap();
            acts[place / 16].parts.push(Part { index: place % 16, key, bytes });
        }
        Self(acts)
    }

    /// The place of the first event that is so.
    pub(crate) fn find(&self, is: impl Fn(&Act) -> bool) -> usize {
        self.0.iter().position(is).expect("the story has one")
    }

    /// The stream of most events: the story's consultation.
    pub(crate) fn story(&self) -> StreamId {
        let mut counts: BTreeMap<StreamId, usize> = BTreeMap::new();
        self.0.iter().for_each(|act| *counts.entry(act.envelope.intent.stream).or_default() += 1);
        counts.into_iter().max_by_key(|(_, count)| *count).expect("events").0
    }

    /// Takes out an event with its command, and every command that speaks of what is gone.
    pub(crate) fn remove(&mut self, place: usize) {
        let mut commands = BTreeSet::from([self.0[place].envelope.intent.command]);
        let mut gone = BTreeSet::new();
        loop {
            let before = gone.len();
            for act in &self.0 {
                if commands.contains(&act.envelope.intent.command) || act.refers_to_any(&gone) {
                    commands.insert(act.envelope.intent.command);
                    gone.insert(act.id());
                }
            }
            if gone.len() == before {
                break;
            }
        }
        self.0.retain(|act| !commands.contains(&act.envelope.intent.command));
    }

    /// Computes everything again that follows from the events' order and contents.
    pub(crate) fn mend(&mut self) -> TreeHead {
        let mut names: BTreeMap<IntentId, IntentId> = BTreeMap::new();
        let mut tails: BTreeMap<[u8; 16], (Position, Revision, Hash)> = BTreeMap::new();
        let mut heads = Heads::default();
        let mut root = Frontier::new();
        for (place, act) in self.0.iter_mut().enumerate() {
            let before = act.id();
            let stream = act.envelope.intent.stream.0;
            act.rename(&names);
            if act.is(HEADS) {
                let TreeHead { size, root } = heads.tree_head();
                act.envelope.intent.facts =
                    format!("{{\"root\":\"{root}\",\"streams\":{size}}}").into_bytes();
            }
            act.commit();
            names.entry(before).or_insert_with(|| act.id());
            let position = Position::new(place as u64);
            let sequence = &mut act.envelope.sequence;
            sequence.position = position;
            (sequence.revision, sequence.prev, sequence.prev_position) = match tails.get(&stream) {
                None => (Revision::FIRST, Hash::ZERO, None),
                Some((last, revision, leaf)) => (revision.next(), *leaf, Some(*last)),
            };
            let leaf = leaf_hash(&encode(&act.envelope));
            tails.insert(stream, (position, act.envelope.sequence.revision, leaf));
            heads.extend_stream(stream, leaf);
            root.push(leaf);
        }
        root.head()
    }

    /// Mends, and puts it in the place of what the store holds.
    pub(crate) fn write(&mut self, store: &Path) -> TreeHead {
        let head = self.mend();
        let mut file = open(store);
        let change = file.transaction().unwrap();
        change.execute_batch("DELETE FROM envelope; DELETE FROM part").unwrap();
        let mut before_last = Frontier::new();
        for (place, act) in (0_i64..).zip(&self.0) {
            let bytes = encode(&act.envelope);
            if place + 1 < i64::try_from(self.0.len()).unwrap() {
                before_last.push(leaf_hash(&bytes));
            }
            change.execute("INSERT INTO envelope VALUES (?1, ?2)", params![place, bytes]).unwrap();
            for part in &act.parts {
                let stated = &act.envelope.intent.parts[part.index];
                let key = place * 16 + i64::try_from(part.index).unwrap();
                let row = params![key, stated.kind, stated.commitment.0, part.key, part.bytes];
                change.execute("INSERT INTO part VALUES (?1, ?2, ?3, ?4, ?5)", row).unwrap();
            }
        }
        let size = i64::try_from(self.0.len()).unwrap();
        let sql = "UPDATE head SET size = ?1, root = ?2, before_last = ?3";
        change.execute(sql, params![size, head.root.as_bytes(), before_last.to_bytes()]).unwrap();
        change.execute("DELETE FROM request WHERE position >= ?1", [size]).unwrap();
        change.commit().unwrap();
        let _ = std::fs::remove_file(store.join("acknowledged"));
        head
    }
}

impl Act {
    /// Follows the events that it names to their new names.
    fn rename(&mut self, names: &BTreeMap<IntentId, IntentId>) {
        let now = |id: IntentId| names.get(&id).copied().unwrap_or(id);
        let intent = &mut self.envelope.intent;
        intent.refs.iter_mut().for_each(|(_, id)| *id = now(*id));
        intent.refs.sort_unstable();
        for (kind, list) in (240_u8..).zip(&mut intent.lists) {
            let index = intent.parts.iter().position(|part| part.kind == kind).unwrap();
            let part = self.parts.iter_mut().find(|part| part.index == index).unwrap();
            let mut ids: Vec<IntentId> =
                part.bytes.as_chunks::<32>().0.iter().map(|id| now(IntentId(*id))).collect();
            ids.sort_unstable();
            part.bytes = ids.iter().flat_map(|id| id.0).collect();
            list.root = head_of(ids.iter().map(|id| id.0)).root;
        }
    }

    /// Commits to the parts that are there, as they are.
    fn commit(&mut self) {
        let intent = &mut self.envelope.intent;
        for part in &self.parts {
            let stated = &mut intent.parts[part.index];
            let context = PartContext {
                log: intent.log,
                stream: intent.stream,
                event_type: intent.event_type,
                schema: intent.schema,
                kind: stated.kind,
            };
            stated.commitment = commit(&PartKey::new(part.key), &context, &part.bytes);
        }
    }
}

/// The store's own file, past all its guards.
pub(crate) fn open(store: &Path) -> Connection {
    Connection::open(store.join("ledger.sqlite3")).unwrap()
}
