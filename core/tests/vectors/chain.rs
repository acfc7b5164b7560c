//! Does each event follow the one before it in its stream? Two streams, A and B, in a small ledger.

use devenir_core::ledger::{ChainCheck, ChainError, ChainedEvent, Hash, Link, Position, leaf_hash};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kind::{Case, Kind, hex, parsed, verdict};

/// A ledger, or whole streams taken out of one, as far as the chain looks at it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chain {
    /// `ledger`: every position must come; `streams`: others may be left out.
    of: Of,
    events: Vec<Event>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Of {
    Ledger,
    Streams,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    position: String,
    stream: String,
    revision: String,
    prev: String,
    prev_position: String,
    leaf_hash: String,
}

/// Positions 0 to 5: A, B, A, A, B, A. The leaf hash is that of one byte, the position.
fn ledger() -> Chain {
    let places = [
        ('a', 0, None),
        ('b', 0, None),
        ('a', 1, Some(0)),
        ('a', 2, Some(2)),
        ('b', 1, Some(1)),
        ('a', 3, Some(3)),
    ];
    let leaf = |position: u8| leaf_hash(&[position]);
    let event = |(position, (stream, revision, previous)): (usize, (char, u64, Option<u8>))| {
        let link = previous.map_or(Link::FIRST, |place| Link::to(Position::new(place.into()), leaf(place)));
        Event {
            position: position.to_string(),
            stream: hex([if stream == 'a' { 0xaa } else { 0xbb }; 16]),
            revision: revision.to_string(),
            prev: link.prev.to_string(),
            prev_position: link.prev_position.to_string(),
            leaf_hash: leaf(position as u8).to_string(),
        }
    };
    Chain { of: Of::Ledger, events: places.into_iter().enumerate().map(event).collect() }
}

/// Only stream A.
fn excerpt() -> Chain {
    let mut chain = ledger();
    chain.of = Of::Streams;
    chain.events.retain(|event| event.stream.starts_with("aa"));
    chain
}

/// The events after a change.
fn changed(mut chain: Chain, change: impl FnOnce(&mut Vec<Event>)) -> Chain {
    change(&mut chain.events);
    chain
}

impl Event {
    fn read(&self) -> Result<ChainedEvent, String> {
        let stream = devenir_core::ledger::hex::parse(&self.stream).map_err(|_| "malformed".to_owned())?;
        Ok(ChainedEvent {
            position: parsed(&self.position)?,
            stream,
            revision: parsed(&self.revision)?,
            link: Link { prev: parsed(&self.prev)?, prev_position: parsed(&self.prev_position)? },
            leaf_hash: parsed(&self.leaf_hash)?,
        })
    }
}

impl Chain {
    fn check(&self) -> Result<(), String> {
        let mut check = match self.of {
            Of::Ledger => ChainCheck::of_ledger(),
            Of::Streams => ChainCheck::of_streams(),
        };
        for event in &self.events {
            check.follow(&event.read()?).map_err(|error| {
                let what = match error {
                    ChainError::Position { .. } => "position",
                    ChainError::Revision { .. } => "revision",
                    ChainError::Link(_) => "link",
                };
                format!("{what} at {}", error.position())
            })?;
        }
        Ok(())
    }
}

impl Kind for Chain {
    const DIGEST: &str = "d701e4d61e144b45751a3742e3b84aec43ade07fe439fd534779b27e15139e95";

    fn run(&self) -> Value {
        verdict(self.check()).into()
    }

    fn cases() -> Vec<Case<Self>> {
        let accepted = |name, desc, chain| Case::new(name, desc, chain, "accept");
        let refused =
            |name, desc, chain, reason: &str| Case::new(name, desc, chain, format!("refuse: {reason}"));
        let (zero, nowhere) = (Hash::ZERO.to_string(), Position::NOWHERE.to_string());
        vec![
            accepted("two-streams", "two streams, each with its own chain", ledger()),
            accepted("nothing-yet", "a ledger without events", changed(ledger(), Vec::clear)),
            accepted("one-stream-of-two", "a whole stream taken out of the ledger", excerpt()),
            accepted(
                "tail-cut-off",
                "a chain cannot show that its tail is missing: the tree and the heads do",
                changed(ledger(), |events| events.truncate(4)),
            ),
            refused(
                "altered-event",
                "event 2 has other bytes than event 3 says",
                changed(ledger(), |events| events[2].leaf_hash = leaf_hash(b"altered").to_string()),
                "link at 3",
            ),
            refused(
                "link-to-an-older-event",
                "event 3 names the hash and place of event 0, and leaves out event 2",
                changed(ledger(), |events| {
                    (events[3].prev, events[3].prev_position) = (events[0].leaf_hash.clone(), "0".to_owned());
                }),
                "link at 3",
            ),
            refused(
                "link-to-the-other-stream",
                "event 3 names the event just before it in the ledger, which belongs to stream B",
                changed(ledger(), |events| {
                    (events[2].prev, events[2].prev_position) = (events[1].leaf_hash.clone(), "1".to_owned());
                }),
                "link at 2",
            ),
            refused(
                "right-hash-wrong-place",
                "the predecessor's hash with another place",
                changed(ledger(), |events| events[3].prev_position = "1".to_owned()),
                "link at 3",
            ),
            refused(
                "first-event-with-predecessor",
                "the first event of stream B says that event 0 comes before it",
                changed(ledger(), |events| {
                    (events[1].prev, events[1].prev_position) = (events[0].leaf_hash.clone(), "0".to_owned());
                }),
                "link at 1",
            ),
            refused(
                "first-event-with-a-hash-only",
                "no place, but a hash: both say that there is none, or neither",
                changed(ledger(), |events| events[1].prev = events[0].leaf_hash.clone()),
                "link at 1",
            ),
            refused(
                "first-event-with-a-place-only",
                "no hash, but a place",
                changed(ledger(), |events| events[1].prev_position = "0".to_owned()),
                "link at 1",
            ),
            refused(
                "later-event-as-first",
                "a later event that says that nothing comes before it",
                changed(ledger(), |events| (events[3].prev, events[3].prev_position) = (zero, nowhere)),
                "link at 3",
            ),
            refused(
                "revision-skipped",
                "a revision is left out",
                changed(ledger(), |events| events[3].revision = "3".to_owned()),
                "revision at 3",
            ),
            refused(
                "revision-repeated",
                "a revision comes twice",
                changed(ledger(), |events| events[3].revision = "1".to_owned()),
                "revision at 3",
            ),
            refused(
                "stream-not-from-its-beginning",
                "a stream that begins at revision 1: its first event is missing",
                changed(excerpt(), |events| drop(events.remove(0))),
                "revision at 2",
            ),
            refused(
                "event-missing",
                "event 1 is missing",
                changed(ledger(), |events| drop(events.remove(1))),
                "position at 2",
            ),
            refused(
                "event-twice",
                "event 2 comes twice",
                changed(ledger(), |events| events.insert(3, events[2].clone())),
                "position at 2",
            ),
            refused(
                "events-swapped",
                "events 3 and 4 in the wrong order",
                changed(ledger(), |events| events.swap(3, 4)),
                "position at 4",
            ),
            refused(
                "excerpt-out-of-order",
                "an excerpt may leave events out, but keeps their order",
                changed(excerpt(), |events| events.swap(1, 2)),
                "revision at 3",
            ),
            refused(
                "event-moved-to-another-stream",
                "event 2 says that it belongs to stream B, where revision 1 does follow, but not from event 0",
                changed(ledger(), |events| events[2].stream = events[1].stream.clone()),
                "link at 2",
            ),
        ]
    }
}
