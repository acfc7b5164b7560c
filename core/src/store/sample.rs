//! Made-up entries for tests of stores: the same bytes for the same position, whoever asks.
//!
//! Nothing defines them but this file. An envelope here is a title, the commitments of its parts and filler; a
//! store cannot tell it from a real one.

use zeroize::Zeroizing;

use super::group::{Entry, Group, Leaf, Request, SealedPart};
use crate::ledger::{Frontier, Position, TreeHead, TreeSize, sha256};

/// A group of `count` entries from `size` on, each a command of its own with a request.
#[must_use]
pub fn group(size: TreeSize, count: u64) -> Group {
    let mut group = Group::default();
    let mut position = size.next_position();
    for _ in 0..count {
        group.entries.push(entry(position));
        group.requests.push(request(position));
        position = position.next();
    }
    group
}

/// The entry at `position`: 0 to 2 parts, some 500 bytes in all.
#[must_use]
pub fn entry(position: Position) -> Entry {
    let parts: Vec<SealedPart> = (0..position.get() % 3).map(|index| part(position, index as u8)).collect();
    let mut envelope = format!("event {position} of a store's test").into_bytes();
    for part in &parts {
        envelope.extend_from_slice(&part.commitment);
    }
    envelope.extend(bytes("filler", position, 240));
    Entry { leaf: Leaf::new(envelope), parts }
}

/// The part `index` of the event at `position`.
#[must_use]
pub fn part(position: Position, index: u8) -> SealedPart {
    SealedPart {
        index,
        kind: index + 1,
        commitment: fixed(&format!("commitment {index}"), position),
        key: Zeroizing::new(fixed(&format!("key {index}"), position)),
        bytes: bytes(&format!("part {index}"), position, 100 + usize::from(index) * 50),
    }
}

/// The request of the command at `position`.
#[must_use]
pub fn request(position: Position) -> Request {
    let [a, b] = ["command, first half", "command, second half"].map(|what| fixed(what, position));
    let mut command_id = [0; 16];
    for (byte, (a, b)) in command_id.iter_mut().zip(a.iter().zip(b)) {
        *byte = a ^ b;
    }
    Request { command_id, position, mac: fixed("mac", position) }
}

/// The head of a ledger of `size` entries.
#[must_use]
pub fn head(size: TreeSize) -> TreeHead {
    let mut frontier = Frontier::new();
    while frontier.size() < size {
        frontier.push(entry(frontier.size().next_position()).leaf.hash());
    }
    frontier.head()
}

fn fixed(what: &str, position: Position) -> [u8; 32] {
    *sha256(format!("{what} of {position}").as_bytes()).as_bytes()
}

fn bytes(what: &str, position: Position, length: usize) -> Vec<u8> {
    fixed(what, position).into_iter().cycle().take(length).collect()
}
