//! The two documents of a bundle: what it says that it is, and where a consultation's events stand in the ledger.
//!
//! `docs/format.md` (Bundles) is the law: closed fields, no other ones. Nothing here is believed before it was checked
//! against the envelopes.

use serde::{Deserialize, Serialize};

use super::error::BundleError;
use super::name::FileName;
use crate::id::{LogId, StreamId};
use crate::ledger::{Hash, InclusionProof, Position, TreeHead, TreeSize};

/// The first field of every manifest of this version.
pub const FORMAT: &str = "devenir bundle v0";

/// What a bundle holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The whole ledger up to its size.
    All,
    /// One consultation and the instance's own stream, up to a record of the heads of all streams.
    Consultation,
}

/// What a bundle says that it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version: [`FORMAT`].
    pub format: String,
    /// What it holds.
    pub kind: Kind,
    /// The ledger.
    pub log_id: LogId,
    /// The ledger's name in public.
    pub origin: String,
    /// How many events the tree covers to which everything here leads.
    pub size: TreeSize,
    /// The root of that tree.
    pub root: Hash,
    /// The consultation, of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamId>,
    /// Where the heads event stands up to which a consultation's bundle is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heads: Option<Position>,
}

/// Where the events of a consultation's bundle stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proofs {
    /// The first event of the consultation, in the tree of the manifest.
    pub first: InclusionProof,
    /// Its last event before the heads event, in the same tree.
    pub last: InclusionProof,
    /// The heads event, in the same tree.
    pub heads: InclusionProof,
    /// The head of the consultation's stream, in the tree whose root the heads event states.
    pub stream: InclusionProof,
}

impl Manifest {
    /// The tree to which everything leads.
    #[must_use]
    pub const fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root }
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        /// Read first, so that another version is not refused for its other fields.
        #[derive(Deserialize)]
        struct Version {
            format: String,
        }
        let version: Version = json(FileName::Manifest, bytes)?;
        if version.format != FORMAT {
            let found = version.format.chars().take(60).collect();
            return Err(BundleError::Format { found, expected: FORMAT });
        }
        let manifest: Self = json(FileName::Manifest, bytes)?;
        let is_one = manifest.kind == Kind::Consultation;
        if manifest.stream.is_some() != is_one || manifest.heads.is_some() != is_one {
            let why = "`stream` and `heads` are there for a consultation, and for it alone".to_owned();
            return Err(BundleError::Document { name: FileName::Manifest, why });
        }
        Ok(manifest)
    }
}

pub(super) fn json<T: serde::de::DeserializeOwned>(name: FileName, bytes: &[u8]) -> Result<T, BundleError> {
    serde_json::from_slice(bytes).map_err(|error| BundleError::Document { name, why: error.to_string() })
}

pub(super) fn to_json<T: Serialize>(document: &T) -> Vec<u8> {
    // Structs of numbers, hashes and lists: their JSON form exists.
    let mut bytes = serde_json::to_vec_pretty(document).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
