//! What one person cannot do alone, and whose hand is the second: one table.
//!
//! `docs/design.md` (Identities) is the rule. The first hand is that of the credential which the act names as the
//! one that does it; until it has its second the act counts for nothing. When an act needs two, follows from the record:
//! `core/src/consultation/two_hands.rs` says so for the deciders. This table knows no credential and no state.

use super::who_may::{Act, Role};

crate::codes! {
    /// What takes two hands.
    pub enum TwoHands {
        /// Somebody gives a role to themselves.
        GrantToOneself = "grant_to_oneself",
        /// The controller erases what nobody asked to be erased.
        UnaskedErasure = "unasked_erasure",
        /// Texts of a public act are taken down.
        Takedown = "takedown",
        /// A key is replaced by another one.
        KeyReplacement = "key_replacement",
    }
}

crate::codes! {
    /// Whose hand is the second.
    pub enum SecondHand {
        /// That of another person than the first.
        AnotherPerson = "another_person",
        /// That of the new key itself: it shows that somebody has its secret. Its holder may be the same person.
        NewKey = "new_key",
    }
}

impl TwoHands {
    /// The first hand's line in the table of who may do what.
    #[must_use]
    pub const fn act(self) -> Act {
        match self {
            Self::GrantToOneself => Act::GrantRole,
            Self::UnaskedErasure => Act::DecideErasure,
            Self::Takedown => Act::DecideTakedown,
            Self::KeyReplacement => Act::ReplaceKey,
        }
    }

    /// Whose hand is the second.
    #[must_use]
    pub const fn second(self) -> SecondHand {
        match self {
            Self::GrantToOneself | Self::UnaskedErasure | Self::Takedown => SecondHand::AnotherPerson,
            Self::KeyReplacement => SecondHand::NewKey,
        }
    }

    /// The roles in which the second hand acts.
    #[must_use]
    pub const fn second_roles(self) -> &'static [Role] {
        match self.second() {
            SecondHand::AnotherPerson => Act::Countersign.roles(),
            SecondHand::NewKey => Act::ReplaceKey.roles(),
        }
    }
}
