//! What deciders remember: small plain values, no text and no person.
//!
//! `docs/design.md` (Deciders) bounds them: a subject at most 200 bytes. They follow from facts, references
//! and structural parts alone, so they are the same after any erasure. This module decides nothing.

use crate::event::code::{
    BallotKind, ConsultationKind, Custody, ErasureScope, GrantScope, KeyPurpose, Requester, RulesOrigin,
};
use crate::event::part::RuleSet;
use crate::id::{CredentialId, HolderId, IntentId, PublicKey, StreamId, VoterTag};
use crate::rules::{AmendmentFate, Moderated, Role};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A consultation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consultation {
    /// What sort it is.
    pub kind: ConsultationKind,
    /// Whose rules it follows.
    pub origin: RulesOrigin,
    /// Its short name.
    pub slug: Arc<str>,
    /// Its rules, once adopted.
    pub rules: Option<Arc<RuleSet>>,
    /// How many times rules were fixed.
    pub rules_version: u32,
    /// How many bodies its list has.
    pub bodies: u32,
    /// The phases that were opened.
    pub phases: BTreeMap<u32, Phase>,
    /// The last number given to a contribution or a reference text.
    pub last_number: u32,
    /// How many recommendations guarantors made.
    pub recommendations: u32,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The observation instant of the newest sealed import.
    pub newest_import: Option<Timestamp>,
}

/// A phase that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// When it is to close.
    pub until: Option<Timestamp>,
    /// Whether it was closed.
    pub closed: bool,
}

crate::codes! {
    /// What sort of thing acts are about.
    pub enum SubjectKind {
        /// A text of the authority.
        Reference = "reference",
        /// A contribution.
        Contribution = "contribution",
        /// An amendment.
        Amendment = "amendment",
        /// An argument.
        Argument = "argument",
        /// A comment.
        Comment = "comment",
        /// A cited source.
        Citation = "citation",
    }
}

/// Something that acts are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its consultation.
    pub stream: StreamId,
    /// What it is.
    pub kind: SubjectKind,
    /// The numbered thing under which it stands: itself, for what has a number.
    pub root: IntentId,
    /// The last version's number.
    pub version: u32,
    /// The event that gave the last version.
    pub current: IntentId,
    /// The last number given to an amendment under it.
    pub last_amendment: u32,
    /// What moderation left of it.
    pub moderated: Moderated,
    /// Whether it was published.
    pub published: bool,
    /// Whether its author took it back.
    pub withdrawn: bool,
    /// The thresholds that it reached, a bit for each [`ThresholdKind`](crate::event::code::ThresholdKind).
    pub thresholds: u8,
    /// The fate of an amendment.
    pub decided: Option<AmendmentFate>,
    /// The standing response.
    pub response: Option<IntentId>,
    /// Whether its author contests that response.
    pub contested: bool,
    /// Live votes on it in support ballots, by weight.
    pub supports: u64,
    /// When it was recorded or claimed to have happened, first.
    pub since: Timestamp,
    /// Whether a support ballot is known to have opened on it.
    pub supports_opened: bool,
    /// When the ballot on it closed, as its source says.
    pub supports_closed_at: Option<Timestamp>,
}

/// A ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// Its consultation.
    pub stream: StreamId,
    /// What it asks for.
    pub kind: BallotKind,
    /// Whether choices are withheld while it is open.
    pub withheld: bool,
    /// Whether it is open.
    pub open: bool,
    /// The one thing it is about, if it is about one.
    pub subject: Option<IntentId>,
    /// How many live votes one person may hold in it, where its rules cap them.
    pub cap: Option<u32>,
    /// Whether its votes are counted by territory.
    pub per_territory: bool,
}

impl Ballot {
    /// How many things one person may vote on, where that is more than one: a tag is then the person's in the whole
    /// ballot, and each of its votes is on a thing of its own.
    #[must_use]
    pub fn several(&self) -> Option<u32> {
        let names_things = !self.withheld && self.subject.is_none() && self.kind != BallotKind::Options;
        self.cap.filter(|cap| names_things && *cap > 1)
    }
}

/// What the last act on the vote of a tag left of it; nothing is remembered of one that its voter took back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// That act.
    pub id: IntentId,
    /// What it is on.
    pub subject: Option<IntentId>,
    /// What it weighs.
    pub weight: u32,
    /// Whether it counts.
    pub standing: VoteStanding,
}

impl Vote {
    /// Whether it counts.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self.standing, VoteStanding::Live)
    }
}

crate::codes! {
    /// What became of a vote.
    pub enum VoteStanding {
        /// It counts.
        Live = "live",
        /// It was set aside, and stays so: the same tag casts no other in its place.
        SetAside = "set_aside",
        /// It went with its voter, and stays gone: who votes again does so under another tag.
        Erased = "erased",
    }
}

/// One voter in one ballot.
pub type VoteKey = (IntentId, VoterTag);

/// One voter in one ballot, on one thing: where a person has several votes.
pub type PickKey = (IntentId, VoterTag, IntentId);

/// An act that later acts refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Its consultation.
    pub stream: StreamId,
    /// What it is.
    pub kind: ActKind,
    /// Whether it still stands: not superseded, not undone, not yet answered.
    pub stands: bool,
    /// Until when it can be appealed.
    pub appeal_until: Option<Timestamp>,
    /// What it is about.
    pub subject: Option<IntentId>,
    /// What it asks for, where it is a request for erasure.
    pub asks: Option<ErasureAsked>,
}

/// What somebody asked to have erased of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureAsked {
    /// Which parts.
    pub scope: ErasureScope,
    /// Who asked, as a class.
    pub requester: Requester,
}

crate::codes! {
    /// The acts that later acts refer to.
    pub enum ActKind {
        /// A response.
        Response = "response",
        /// A decision of moderation.
        Moderation = "moderation",
        /// An appeal.
        Appeal = "appeal",
        /// A report.
        Report = "report",
        /// A recommendation.
        Recommendation = "recommendation",
        /// The grant of a role.
        Grant = "grant",
        /// A later version of a text; the first is the text itself.
        Version = "version",
        /// A request for erasure; it stands until it is decided.
        ErasureRequest = "erasure request",
        /// A decision on an erasure; it stands once it has the hands that it needs.
        ErasureDecision = "erasure decision",
        /// An erasure; it stands until it is carried out.
        Erasure = "erasure",
        /// A takedown; it stands from its second hand until it is carried out.
        Takedown = "takedown",
    }
}

/// The role of a credential. The ledger's own keys have one too: they sign for whoever operates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The event that granted it.
    pub id: IntentId,
    /// Where it stands: the instance's stream, or a consultation.
    pub stream: StreamId,
    /// How far it reaches.
    pub scope: GrantScope,
    /// The role.
    pub role: Role,
    /// Whose credential it is.
    pub holder: HolderId,
    /// From when it counts.
    pub from: Option<Timestamp>,
    /// Until when it counts.
    pub until: Option<Timestamp>,
    /// Whether it counts at all.
    pub standing: GrantStanding,
    /// The key with which it signs, where it does.
    pub key: Option<PublicKey>,
    /// Who holds its secret.
    pub custody: Custody,
    /// What it signs: nothing but acts, where it is not one of the ledger's own keys.
    pub purpose: KeyPurpose,
    /// From which key it takes over, where it is not the first.
    pub succeeds: Option<Succession>,
}

/// What a key that takes over from another must respect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succession {
    /// The credential of the key before it.
    pub old: CredentialId,
    /// The least size of the ledger at which it may be in force.
    pub valid_from: u64,
}

crate::codes! {
    /// What became of a grant.
    pub enum GrantStanding {
        /// It waits for the hand of another person.
        Pending = "pending",
        /// It stands.
        Stands = "stands",
        /// It was taken back.
        Revoked = "revoked",
        /// Another key of the same holder took over.
        Replaced = "replaced",
    }
}

impl Grant {
    /// Whether it counts at an instant.
    #[must_use]
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        self.standing == GrantStanding::Stands && self.runs_at(at)
    }

    /// Whether an instant lies in its time, whatever became of it.
    #[must_use]
    pub fn runs_at(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// Whether its key is named by another one and has yet to accept.
    #[must_use]
    pub fn is_to_accept(&self) -> bool {
        self.standing == GrantStanding::Pending && self.succeeds.is_some()
    }

    /// Whether it reaches a stream.
    #[must_use]
    pub fn reaches(&self, stream: StreamId) -> bool {
        match self.scope {
            GrantScope::Instance => true,
            GrantScope::Consultation => self.stream == stream,
        }
    }
}

/// An act that waits for its second hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Where it stands.
    pub stream: StreamId,
    /// Whose the first hand is.
    pub first: HolderId,
    /// The credential whose grant it is, where it is one.
    pub grants: Option<CredentialId>,
}

/// What was decided on erasing parts of one event, and what was erased of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The decision, the latest.
    pub decision: IntentId,
    /// Which parts it is about.
    pub scope: ErasureScope,
    /// The parts that are erased: bit i is the i-th part of the envelope.
    pub mask: u16,
}
