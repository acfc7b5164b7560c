//! The ledger's own keys as its events state them: the first ones, and each that took over, with the size from which it signs.
//!
//! `docs/format.md` (Rotation of keys) is the law. The deciders' own rules say which key may name which, and the check of
//! signed acts that both signed. Three types of events are enough for that, and none of their parts: so whoever has
//! nothing but envelopes follows the keys too. This module does not know what the keys signed.

use super::check::{Claim, SignatureFault, check, must_sign, takes_over};
use crate::consultation::{Change, GrantStanding, MemoryBook, evolve};
use crate::envelope::{Recorded, Signature, VaultPart, decode, read};
use crate::event::code::KeyPurpose;
use crate::event::ledger::{LedgerEvent, OpenedFacts};
use crate::event::{Absence, Event};
use crate::id::PublicKey;
use crate::ledger::{KeyName, KeyType, LogKeys, NamedKey, Promise, TreeSize, VerifyingKey};

/// Where the type of an event stands in its envelope, and the types of the events that may concern a key of the ledger.
const TYPE: std::ops::Range<usize> = 62..64;
const TYPES: [[u8; 2]; 3] = [[0, 1], [0, 2], [0, 5]];

/// Follows the keys of a ledger through its events.
#[derive(Debug, Default)]
pub struct LedgerKeys {
    book: MemoryBook,
    checkpoints: Option<LogKeys>,
    promises: Option<LogKeys>,
}

impl LedgerKeys {
    /// The keys of checkpoints; none before event 0, or where it states none that is admitted.
    #[must_use]
    pub const fn checkpoints(&self) -> Option<&LogKeys> {
        self.checkpoints.as_ref()
    }

    /// The keys of promises; none where the ledger states none.
    #[must_use]
    pub const fn promises(&self) -> Option<&LogKeys> {
        self.promises.as_ref()
    }

    /// Takes the next envelope in; what concerns no key, or replaces one and does not count, changes nothing.
    pub fn take(&mut self, bytes: &[u8]) {
        if !TYPES.iter().any(|known| bytes.get(TYPE) == Some(known)) {
            return;
        }
        let recorded = read(bytes, &mut |_, _| VaultPart::Absent(Absence::Withheld));
        if let (Ok(envelope), Ok(recorded)) = (decode(bytes), recorded) {
            // What does not count is the audit's to name.
            let _ = self.follow(&recorded, &envelope.signature);
        }
    }

    /// Takes an event in, with its signature.
    ///
    /// # Errors
    ///
    /// [`SignatureFault`] where it would replace a key of the ledger, and does not: the keys stay as they were.
    pub fn follow(&mut self, recorded: &Recorded, signature: &Signature) -> Result<(), SignatureFault> {
        let Event::Ledger(event) = &recorded.event else { return Ok(()) };
        let from = match event {
            LedgerEvent::Opened(opened) => return self.open(recorded, &opened.facts),
            LedgerEvent::KeyIntroduced(event) if event.facts.purpose == KeyPurpose::Signer => return Ok(()),
            LedgerEvent::KeyIntroduced(_) | LedgerEvent::Countersigned(_) => recorded.position.size_through(),
            LedgerEvent::HeadsRecorded(_)
            | LedgerEvent::TakedownDecided(_)
            | LedgerEvent::PartsLost(_)
            | LedgerEvent::Succeeded(_) => return Ok(()),
        };
        // A countersignature of another act concerns no key of ours.
        let Some(expected) = must_sign(&self.book, &recorded.event) else { return Ok(()) };
        let signer = recorded.signer.as_ref().ok_or(SignatureFault::Missing { expected })?;
        let claim = Claim {
            id: recorded.id,
            signer,
            signature,
            actor: recorded.actor,
            stream: recorded.stream,
            event: &recorded.event,
            at: recorded.recorded_at,
            position: recorded.position,
        };
        check(&self.book, &claim)?;
        takes_over(&self.book, recorded)?;
        for change in evolve(&self.book, recorded) {
            if let Change::Grant(_, grant) = &change
                && grant.standing == GrantStanding::Stands
            {
                self.take_over(grant.purpose, grant.key, from);
            }
            self.book.apply(change);
        }
        Ok(())
    }

    fn open(&mut self, recorded: &Recorded, facts: &OpenedFacts) -> Result<(), SignatureFault> {
        let Ok(origin) = facts.origin.parse::<KeyName>() else { return Ok(()) };
        let key = |name, key: PublicKey| {
            let key = VerifyingKey::admit(&key.0).ok()?;
            Some(LogKeys::from(NamedKey::new(name, KeyType::Note, key)))
        };
        self.promises = facts.promise_key.and_then(|it| key(Promise::key_name(&origin), it));
        self.checkpoints = key(origin, facts.key);
        evolve(&self.book, recorded).into_iter().for_each(|change| self.book.apply(change));
        Ok(())
    }

    fn take_over(&mut self, purpose: KeyPurpose, key: Option<PublicKey>, from: TreeSize) {
        let keys = match purpose {
            KeyPurpose::Checkpoint => &mut self.checkpoints,
            KeyPurpose::Promise => &mut self.promises,
            KeyPurpose::Signer => return,
        };
        // What was introduced was admitted.
        let key = key.and_then(|key| VerifyingKey::admit(&key.0).ok());
        if let (Some(keys), Some(key)) = (keys, key) {
            keys.take_over(from, key);
        }
    }
}
