//! Family 0x0E, oversight: roles, guarantors, imports and gaps.
//!
//! `docs/events.md` lists the types. A sealed import states what it read and what its source can know. This
//! module checks nothing.

use super::code::{
    Assurance, Custody, ErasureGround, ErasureOutcome, ErasureRefusal, ErasureScope, Followed, GapCause,
    GrantScope, ImportFormat, PurgedStore, Requester, RevocationCause, Stage,
};
use super::family::{facts, family};
use super::part::{
    DebateRecord, Explanation, Holder, Mandate, Manifest, Minutes, Reasons, Signatory, Source, Ticket,
};
use crate::id::{CredentialId, HolderId, PublicKey};
use crate::rules::Role;
use crate::time::Timestamp;

facts! {
    /// A credential is given a role.
    pub struct RoleGrantedFacts {
        /// How sure a platform is of the people it speaks for; said of platforms only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assurance: Option<Assurance>,
        /// The credential.
        credential: CredentialId,
        /// Who holds its secret.
        custody: Custody,
        /// From when it counts; at once where it is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Timestamp>,
        /// The credential of who grants; not said of the administrator's first, which nobody could grant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        granted_by: Option<CredentialId>,
        /// Whose it is: the same for all credentials of one person.
        holder: HolderId,
        /// The Ed25519 public key, where the credential is one that signs: the credential is then named by it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<PublicKey>,
        /// The role.
        role: Role,
        /// How far it reaches.
        scope: GrantScope,
        /// Until when it counts; until revoked where it is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    }

    /// A role ends.
    pub struct RoleRevokedFacts {
        /// Why.
        cause: RevocationCause,
        /// The credential that loses it.
        credential: CredentialId,
        /// The credential of who revokes.
        revoked_by: CredentialId,
    }

    /// A guarantor notes something.
    pub struct GuarantorObservedFacts {}

    /// A guarantor recommends something.
    pub struct RecommendedFacts {
        /// Its number in the consultation.
        number: u32,
    }

    /// A recommendation is answered.
    pub struct RecommendationAnsweredFacts {
        /// Whether it is followed.
        followed: Followed,
    }

    /// Somebody asks for an erasure; who, is nowhere said.
    pub struct ErasureRequestedFacts {
        /// Why.
        ground: ErasureGround,
        /// Who asks, as a class.
        requester: Requester,
        /// Which parts it is about.
        scope: ErasureScope,
    }

    /// The controller decides on an erasure.
    pub struct ErasureDecidedFacts {
        /// The credential of who decides, where nobody asked: another person then countersigns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<CredentialId>,
        /// Why, if it is granted.
        ground: ErasureGround,
        /// What is decided.
        outcome: ErasureOutcome,
        /// Why not, or not all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refusal: Option<ErasureRefusal>,
        /// Who asked, as a class.
        requester: Requester,
        /// Which parts it is about.
        scope: ErasureScope,
    }

    /// Parts of an event are erased.
    pub struct ErasedFacts {
        /// Why.
        ground: ErasureGround,
        /// Which: bit i is the i-th part of the target's envelope; 15 bits.
        mask: u16,
        /// Who asked, as a class.
        requester: Requester,
        /// Which parts that is, in a word.
        scope: ErasureScope,
    }

    /// What was erased is deleted.
    pub struct ErasureCompletedFacts {
        /// Where.
        stores: Vec<PurgedStore>,
    }

    /// An import is complete.
    pub struct ImportSealedFacts {
        /// The stages that the source covers.
        covers: Vec<Stage>,
        /// The format.
        format: ImportFormat,
        /// Items missing from the source.
        gaps: u64,
        /// When the source was observed.
        observed_at: Timestamp,
        /// Items read.
        read: u64,
        /// Items refused.
        refused: u64,
        /// Items that the record held already.
        skipped: u64,
        /// Events written before this one.
        written: u64,
    }

    /// Something is missing from a source.
    pub struct GapDeclaredFacts {
        /// Why.
        cause: GapCause,
    }
}

family! {
    /// Events of oversight.
    OversightEvent {
        /// A credential was given a role.
        0x0E01 "role-granted" v 1 RoleGranted {
            facts: RoleGrantedFacts,
            refs: [],
            parts: { holder: Holder, mandate: Mandate },
        }
        /// A credential lost its role.
        0x0E02 "role-revoked" v 1 RoleRevoked {
            facts: RoleRevokedFacts,
            refs: [Act One],
            parts: { explanation: Explanation },
        }
        /// A guarantor noted something.
        0x0E04 "guarantor-observed" v 1 GuarantorObserved {
            facts: GuarantorObservedFacts,
            refs: [Act Optional, Subject Optional],
            parts: { signatory: Signatory, reasons: Reasons },
        }
        /// A guarantor recommended something.
        0x0E05 "guarantor-recommended" v 1 Recommended {
            facts: RecommendedFacts,
            refs: [],
            parts: { signatory: Signatory, reasons: Reasons },
        }
        /// A guarantor's recommendation was answered.
        0x0E06 "recommendation-answered" v 1 RecommendationAnswered {
            facts: RecommendationAnsweredFacts,
            refs: [Act One],
            parts: { signatory: Signatory, minutes: Minutes },
        }
        /// Somebody asked for an erasure.
        0x0E07 "erasure-requested" v 1 ErasureRequested {
            facts: ErasureRequestedFacts,
            refs: [Target Some],
            parts: { ticket: Ticket },
        }
        /// An erasure was decided on.
        0x0E08 "erasure-decided" v 1 ErasureDecided {
            facts: ErasureDecidedFacts,
            refs: [Act Optional, Target Some],
            parts: { explanation: Explanation, signatory: Signatory },
        }
        /// Parts of an event were erased.
        0x0E09 "erased" v 1 Erased {
            facts: ErasedFacts,
            refs: [Act One, Target One],
            parts: { ticket: Ticket },
        }
        /// What was erased or taken down was deleted.
        0x0E0A "erasure-completed" v 1 ErasureCompleted {
            facts: ErasureCompletedFacts,
            refs: [Act Some],
            parts: {},
        }
        /// An import of observed facts was completed.
        0x0E0B "import-sealed" v 1 ImportSealed {
            facts: ImportSealedFacts,
            refs: [],
            parts: { manifest: Manifest },
        }
        /// Something was found missing from a source.
        0x0E0C "gap-declared" v 1 GapDeclared {
            facts: GapDeclaredFacts,
            refs: [Subject Optional],
            parts: { source: Source, record: DebateRecord },
        }
    }
}
