//! The chain of a stream: each event commits to the one before it in its stream, and to where that stands.
//!
//! Defined in `docs/format.md` (Chain). A stream is 16 bytes here and an event is a leaf hash with its two
//! places; what an event *means* is none of this module's business, so anybody can run it on bytes alone.
//!
//! ```text
//! position   0           1           2           3
//! stream     A           B           A           A
//! revision   0           0           1           2
//! link       (0…, ones)  (0…, ones)  (leaf 0, 0) (leaf 2, 2)
//! ```
//!
//! The chain alone does not show a tail that was cut off, nor a stream that was dropped: the tree, its signed
//! heads and the [`heads`](super::heads) of all streams do.

use std::collections::BTreeMap;

use super::hash::Hash;
use super::heads::{Heads, StreamHead};
use super::number::{Position, Revision};

/// What an event says of the one before it in its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The leaf hash of the stream's previous event; 32 zero bytes at revision 0.
    pub prev: Hash,
    /// Where that event stands in the ledger; [`Position::NOWHERE`] at revision 0.
    pub prev_position: Position,
}

impl Link {
    /// The link of a stream's first event.
    pub const FIRST: Self = Self { prev: Hash::ZERO, prev_position: Position::NOWHERE };

    /// The link to the event at `prev_position`, whose leaf hash is `prev`.
    #[must_use]
    pub const fn to(prev_position: Position, prev: Hash) -> Self {
        Self { prev, prev_position }
    }
}

/// What the chain needs to know of a recorded event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainedEvent {
    /// Where it says that it stands in the ledger.
    pub position: Position,
    /// The stream that it says it belongs to.
    pub stream: [u8; 16],
    /// Where it says that it stands in its stream.
    pub revision: Revision,
    /// What it says of the event before it.
    pub link: Link,
    /// The hash of its own bytes.
    pub leaf_hash: Hash,
}

/// The last event seen of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// Where it stands in its stream.
    pub revision: Revision,
    /// Where it stands in the ledger.
    pub position: Position,
    /// Its leaf hash.
    pub leaf_hash: Hash,
}

impl Tail {
    /// What the stream's next event must say.
    #[must_use]
    pub const fn link(&self) -> Link {
        Link::to(self.position, self.leaf_hash)
    }
}

/// Follows the chains of many streams through the ledger, in order of position.
#[derive(Debug, Clone, Default)]
pub struct ChainCheck {
    tails: BTreeMap<[u8; 16], Tail>,
    next: Position,
    excerpt: bool,
}

impl ChainCheck {
    /// Follows a whole ledger: every position from 0 on must come.
    #[must_use]
    pub const fn of_ledger() -> Self {
        Self { tails: BTreeMap::new(), next: Position::FIRST, excerpt: false }
    }

    /// Follows an excerpt that holds whole streams: positions must grow, but may leave others out.
    #[must_use]
    pub const fn of_streams() -> Self {
        Self { tails: BTreeMap::new(), next: Position::FIRST, excerpt: true }
    }

    /// Follows one more event.
    ///
    /// # Errors
    ///
    /// [`ChainError`] when the event does not stand where it says, or does not follow from its stream's
    /// previous event. A refused event is not followed: a verifier stops there, or names it and
    /// [resumes](Self::resume).
    pub fn follow(&mut self, event: &ChainedEvent) -> Result<(), ChainError> {
        let ChainedEvent { position, stream, revision, link, .. } = *event;
        let in_place = if self.excerpt { position >= self.next } else { position == self.next };
        if !in_place {
            return Err(ChainError::Position { expected: self.next, found: position });
        }
        let tail = self.tails.get(&stream);
        let expected = tail.map_or(Revision::FIRST, |tail| tail.revision.next());
        if revision != expected {
            return Err(ChainError::Revision { position, expected, found: revision });
        }
        let expected = tail.map_or(Link::FIRST, Tail::link);
        if link != expected {
            return Err(ChainError::Link(BrokenLink { position, expected, found: link }));
        }
        self.resume(event);
        Ok(())
    }

    /// Takes `event` for the last of its stream, though it was refused: a report that goes on after a fault
    /// names each fault once, and not every event after it.
    pub fn resume(&mut self, event: &ChainedEvent) {
        let ChainedEvent { position, stream, revision, leaf_hash, .. } = *event;
        self.tails.insert(stream, Tail { revision, position, leaf_hash });
        self.next = position.next();
    }

    /// The first event to which no later one of its stream links, so that the tree alone vouches for it.
    #[must_use]
    pub fn first_tail(&self) -> Option<Position> {
        self.tails.values().map(|tail| tail.position).min()
    }

    /// The last event seen of `stream`; none when it has not begun.
    #[must_use]
    pub fn tail(&self, stream: &[u8; 16]) -> Option<&Tail> {
        self.tails.get(stream)
    }

    /// The smallest position that the next event may have.
    #[must_use]
    pub const fn next_position(&self) -> Position {
        self.next
    }

    /// How long each stream is by now, and with which event it ends.
    #[must_use]
    pub fn heads(&self) -> Heads {
        let head = |(stream, tail): (&[u8; 16], &Tail)| StreamHead {
            stream: *stream,
            count: tail.revision.count_through(),
            last_leaf: tail.leaf_hash,
        };
        self.tails.iter().map(head).collect()
    }
}

/// Where a chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// An event does not stand where it says.
    #[error(
        "event {found} stands where event {expected} should; events are missing, repeated or out of order"
    )]
    Position {
        /// The position that should come next.
        expected: Position,
        /// The position that the event states.
        found: Position,
    },
    /// An event is not the next of its stream.
    #[error("event {position} says it is revision {found} of its stream, but revision {expected} comes next")]
    Revision {
        /// Where the event stands.
        position: Position,
        /// The revision that should come next.
        expected: Revision,
        /// The revision that the event states.
        found: Revision,
    },
    /// An event says something else of its predecessor than is true.
    #[error(transparent)]
    Link(BrokenLink),
}

impl ChainError {
    /// Where the event stands, or says it stands, that does not follow.
    #[must_use]
    pub const fn position(&self) -> Position {
        match self {
            Self::Position { found, .. } => *found,
            Self::Revision { position, .. } => *position,
            Self::Link(broken) => broken.position,
        }
    }
}

/// An event that says something else of its predecessor than is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenLink {
    /// Where the event stands.
    pub position: Position,
    /// What it should say.
    pub expected: Link,
    /// What it says.
    pub found: Link,
}

impl std::error::Error for BrokenLink {}

impl std::fmt::Display for BrokenLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { position, expected, found } = self;
        if *expected == Link::FIRST {
            write!(f, "event {position} is the first of its stream, but says that a predecessor ")?;
            if found.prev_position == Position::NOWHERE {
                write!(f, "hashes to {}", found.prev.short())
            } else {
                write!(f, "stands at {}", found.prev_position)
            }
        } else if *found == Link::FIRST {
            write!(
                f,
                "event {position} says that it is the first of its stream, but event {} stands before it",
                expected.prev_position
            )
        } else if found.prev_position != expected.prev_position {
            write!(
                f,
                "event {position} says its predecessor is event {}, but it is event {}",
                found.prev_position, expected.prev_position
            )
        } else {
            write!(
                f,
                "event {position} says its predecessor hashes to {}, but event {} hashes to {}",
                found.prev.short(),
                expected.prev_position,
                expected.prev.short()
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::hash::leaf_hash;
    use proptest::prelude::*;

    /// A ledger that holds one event for each of `streams`, in that order.
    fn ledger(streams: &[u8]) -> Vec<ChainedEvent> {
        let mut tails: BTreeMap<u8, Tail> = BTreeMap::new();
        let mut events = Vec::new();
        for (place, stream) in streams.iter().enumerate() {
            let position = Position::new(place as u64);
            let tail = tails.get(stream);
            let event = ChainedEvent {
                position,
                stream: [*stream; 16],
                revision: tail.map_or(Revision::FIRST, |tail| tail.revision.next()),
                link: tail.map_or(Link::FIRST, Tail::link),
                leaf_hash: leaf_hash(&position.to_be_bytes()),
            };
            tails.insert(*stream, Tail { revision: event.revision, position, leaf_hash: event.leaf_hash });
            events.push(event);
        }
        events
    }

    fn check(events: &[ChainedEvent]) -> Result<ChainCheck, ChainError> {
        let mut check = ChainCheck::of_ledger();
        events.iter().try_for_each(|event| check.follow(event))?;
        Ok(check)
    }

    fn refusal(events: &[ChainedEvent]) -> ChainError {
        check(events).expect_err("a broken chain was followed to its end")
    }

    #[test]
    fn a_link_to_another_hash_names_both_hashes() {
        let mut events = ledger(&[1, 2, 1, 1]);
        events[3].link.prev = leaf_hash(b"something else");
        insta::assert_snapshot!(refusal(&events), @"event 3 says its predecessor hashes to 776b19…, but event 2 hashes to d81f51…");
    }

    #[test]
    fn a_link_to_another_event_names_both_positions() {
        let mut events = ledger(&[1, 2, 1, 1]);
        events[3].link = Link::to(Position::new(0), events[0].leaf_hash);
        insta::assert_snapshot!(refusal(&events), @"event 3 says its predecessor is event 0, but it is event 2");
    }

    #[test]
    fn a_first_event_has_no_predecessor() {
        let mut events = ledger(&[1, 2]);
        events[1].link = Link::to(Position::new(0), events[0].leaf_hash);
        insta::assert_snapshot!(refusal(&events), @"event 1 is the first of its stream, but says that a predecessor stands at 0");
        events[1].link = Link { prev: events[0].leaf_hash, prev_position: Position::NOWHERE };
        insta::assert_snapshot!(refusal(&events), @"event 1 is the first of its stream, but says that a predecessor hashes to 3e7077…");
        events[1].link = Link { prev: Hash::ZERO, prev_position: Position::new(0) };
        insta::assert_snapshot!(refusal(&events), @"event 1 is the first of its stream, but says that a predecessor stands at 0");
    }

    #[test]
    fn a_later_event_cannot_pass_for_the_first() {
        let mut events = ledger(&[1, 1]);
        events[1].link = Link::FIRST;
        insta::assert_snapshot!(refusal(&events), @"event 1 says that it is the first of its stream, but event 0 stands before it");
        events[1].revision = Revision::FIRST;
        insta::assert_snapshot!(refusal(&events), @"event 1 says it is revision 0 of its stream, but revision 1 comes next");
    }

    #[test]
    fn a_missing_event_is_noticed_in_a_whole_ledger() {
        let mut events = ledger(&[1, 2, 1]);
        events.remove(1);
        insta::assert_snapshot!(refusal(&events), @"event 2 stands where event 1 should; events are missing, repeated or out of order");
    }

    #[test]
    fn an_excerpt_may_leave_out_other_streams_but_keeps_its_order() {
        let mut events = ledger(&[1, 2, 1, 3, 1]);
        events.retain(|event| event.stream == [1; 16]);
        let mut check = ChainCheck::of_streams();
        for event in &events {
            check.follow(event).unwrap();
        }
        assert!(matches!(check.follow(&events[2]), Err(ChainError::Position { .. })));
        assert_eq!(check.tail(&[1; 16]).map(|tail| tail.position), Some(Position::new(4)));
    }

    #[test]
    fn a_refused_event_is_not_followed() {
        let events = ledger(&[1, 1]);
        let mut check = check(&events[..1]).unwrap();
        let broken = ChainedEvent { link: Link::FIRST, ..events[1] };
        assert_eq!(check.follow(&broken).unwrap_err().position(), Position::new(1));
        assert_eq!(check.follow(&events[1]), Ok(()));
    }

    proptest! {
        #[test]
        fn a_chain_that_was_made_right_is_followed_and_counted(
            streams in proptest::collection::vec(0u8..5, 0..60),
        ) {
            let check = check(&ledger(&streams)).unwrap();
            prop_assert_eq!(check.next_position(), Position::new(streams.len() as u64));
            for head in check.heads().iter() {
                let count = streams.iter().filter(|stream| head.stream == [**stream; 16]).count();
                prop_assert_eq!(head.count, count as u64);
            }
        }

        #[test]
        fn an_event_altered_anywhere_is_found_at_the_next_event_of_its_stream(
            streams in proptest::collection::vec(0u8..3, 2..40),
            pick: prop::sample::Index,
        ) {
            let mut events = ledger(&streams);
            let altered = pick.index(events.len());
            events[altered].leaf_hash = leaf_hash(b"altered");
            let next = events[altered + 1..].iter().find(|event| event.stream == events[altered].stream);
            prop_assert_eq!(
                check(&events).err().map(|error| error.position()),
                next.map(|event| event.position)
            );
        }
    }
}
