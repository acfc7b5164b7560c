//! The number of the class of who acted, as it stands in the envelope.
//!
//! `docs/format.md` (Actor classes) fixes the numbers, from 1, never reused. This module knows no right of
//! any role.

use crate::rules::Role;

/// The number of a role.
#[must_use]
pub const fn actor_number(role: Role) -> u8 {
    match role {
        Role::Citizen => 1,
        Role::Platform => 2,
        Role::Moderator => 3,
        Role::Facilitator => 4,
        Role::Authority => 5,
        Role::Assessor => 6,
        Role::Guarantor => 7,
        Role::Administrator => 8,
        Role::Clerk => 9,
    }
}

/// The role of a number.
#[must_use]
pub fn actor_role(number: u8) -> Option<Role> {
    Role::ALL.iter().copied().find(|role| actor_number(*role) == number)
}
