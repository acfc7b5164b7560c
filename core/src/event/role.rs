//! References: how an event names earlier events, and in which role.
//!
//! `docs/format.md` (References) fixes the numbers; references point backwards only, are unique, and fit
//! their role. This module knows roles and the codes that they may point at, no particular event.

/// The role of a reference in an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RefRole {
    /// What the act is about: a contribution, an article, an amendment, an argument, a comment.
    Subject = 1,
    /// What it stands under: an amendment's parent, an argument's target.
    Parent = 2,
    /// The version of a text that it binds to.
    Version = 3,
    /// The ballot.
    Ballot = 4,
    /// The earlier act that it corrects, supersedes, contests, answers or undoes.
    Act = 5,
    /// The contributions that a response answers.
    Answers = 6,
    /// What brought it about: a report, an event that made an amendment lapse.
    Cause = 7,
    /// The earlier vote of the same tag.
    Vote = 8,
    /// What is erased or taken down.
    Target = 9,
}

impl RefRole {
    /// Every role, in the order of numbers.
    pub const ALL: &'static [Self] = &[
        Self::Subject,
        Self::Parent,
        Self::Version,
        Self::Ballot,
        Self::Act,
        Self::Answers,
        Self::Cause,
        Self::Vote,
        Self::Target,
    ];

    /// The number in the envelope.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The role of a number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.number() == number)
    }

    /// The name, for messages and exports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Parent => "parent",
            Self::Version => "version",
            Self::Ballot => "ballot",
            Self::Act => "act",
            Self::Answers => "answers",
            Self::Cause => "cause",
            Self::Vote => "vote",
            Self::Target => "target",
        }
    }

    /// The event types that a reference in this role may point at; empty: any.
    #[must_use]
    pub const fn points_at(self) -> &'static [u16] {
        const REFERENCE_TEXT: u16 = 0x0107;
        const CONTRIBUTION: u16 = 0x0201;
        const REVISED: u16 = 0x0203;
        const AMENDMENT: u16 = 0x0301;
        const RECTIFIED: u16 = 0x0304;
        const ARGUMENT: u16 = 0x0401;
        const COMMENT: u16 = 0x0402;
        const CITED: u16 = 0x0403;
        const BALLOT: u16 = 0x0501;
        const CAST: u16 = 0x0502;
        const CHANGED: u16 = 0x0503;
        match self {
            Self::Subject => &[REFERENCE_TEXT, CONTRIBUTION, AMENDMENT, ARGUMENT, COMMENT, CITED],
            Self::Parent => &[REFERENCE_TEXT, CONTRIBUTION, AMENDMENT, ARGUMENT, COMMENT],
            Self::Version => &[REFERENCE_TEXT, CONTRIBUTION, REVISED, AMENDMENT, RECTIFIED],
            Self::Ballot => &[BALLOT],
            Self::Answers => &[REFERENCE_TEXT, CONTRIBUTION, AMENDMENT],
            Self::Vote => &[CAST, CHANGED],
            Self::Act | Self::Cause | Self::Target => &[],
        }
    }
}

/// How many references of a role an event type takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// Exactly one.
    One,
    /// One or none.
    Optional,
    /// One or more.
    Some,
    /// Any number.
    Any,
}

impl Arity {
    /// Whether `count` references fit.
    #[must_use]
    pub const fn admits(self, count: usize) -> bool {
        match self {
            Self::One => count == 1,
            Self::Optional => count <= 1,
            Self::Some => count >= 1,
            Self::Any => true,
        }
    }
}

/// One line of a type's references.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefRule {
    /// The role.
    pub role: RefRole,
    /// How many.
    pub arity: Arity,
}
