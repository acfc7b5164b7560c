//! The ledger as bytes and hashes: what is proven, and by what.
//!
//! Defined in `docs/format.md` and, for trees and proofs, RFC 6962 and RFC 9162. It knows no event, no store
//! and no clock, and uses no other module of this crate, so a verifier can run it without our vocabulary.
//!
//! ```text
//! envelope bytes --leaf_hash--> leaf ---+--> chain      each stream's order; an event altered or moved
//!                                       |
//!                                       +--> frontier   the running root: all that a writer needs
//!                                       |
//!                                       +--> tree       every root, every proof
//!                                              |
//!                     proof <--- prove --------+        recursive, over complete subtrees
//!                       |
//!                       +------> verify --> Included, Extended        iterative, shares no code with prove
//!
//! heads    one hash over the ends of all streams: a tail cut off, a stream left out
//! key      who says so: Ed25519, with keys admitted at the door
//!
//! note -------- a text and who signed it: keys with names, signatures of known keys checked, others ignored
//!  +- checkpoint     the ledger's own statement of its head
//!  +- cosignature    a witness's: at this instant it was the newest that I had seen
//!  +- log keys       the ledger's keys, one after the other, and over which sizes each signs
//!  +- promise        the ledger's word that a group has its places
//!  |   +- breach     what convicts whoever signed it
//!  +- policy         whose signatures are enough
//!  |   +- evaluation what that makes of a checkpoint
//!  +- submission     a checkpoint offered to a witness, and what the witness makes of it
//!  |   +- fork       two checkpoints that do not fit together: what convicts a ledger
//!  +- proof file     path and checkpoint in one text, checked offline
//!
//! tile, bundle, tiled    the tree and the envelopes as static files, and proofs read from them
//! ```
//!
//! | claim | proven by |
//! |---|---|
//! | this event stands in that ledger, there | [`InclusionProof`] against a [`TreeHead`] |
//! | that ledger begins with the one I saw before | [`ConsistencyProof`] between two [`TreeHead`]s |
//! | this stream's events are in order and unaltered | [`ChainCheck`] |
//! | this stream has no more events, up to a size | [`Heads`] and an [`InclusionProof`] in its tree |
//! | the holder of a key said so | [`VerifyingKey::verify`] |
//! | the ledger itself stated this head | [`Checkpoint::open`]; with the key of that size, [`LogKeys::open`] |
//! | enough others have seen the same head | [`Policy::evaluate`], as far as one trusts the policy |
//! | this event will stand in the ledger, there | [`SignedPromise::check`], until a checkpoint covers it |
//!
//! What none of these proves: that everything said was recorded.

pub mod base64;
pub mod breach;
pub mod bundle;
pub mod chain;
pub mod checkpoint;
pub mod cosignature;
pub mod evaluation;
pub mod fork;
pub mod frontier;
pub mod hash;
pub mod heads;
pub mod hex;
pub mod key;
pub mod log_keys;
pub mod named_key;
pub mod note;
pub mod number;
pub mod policy;
pub mod promise;
pub mod proof;
pub mod proof_file;
pub mod proof_pass;
pub mod prove;
pub mod submission;
pub mod tile;
pub mod tiled;
pub mod tree;
pub mod verify;

pub use breach::{Breach, NotABreach};
pub use bundle::{BundleError, decode_bundle, encode_bundle};
pub use chain::{BrokenLink, ChainCheck, ChainError, ChainedEvent, Link, Tail};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use cosignature::CosignatureError;
pub use evaluation::{Cosigned, EvaluateError, Evaluation, Quorum};
pub use fork::{Fork, ForkError, NotAFork};
pub use frontier::{Frontier, FrontierError, head_of};
pub use hash::{Hash, HashError, empty_root, leaf_hash, node_hash, sha256, tagged_hash};
pub use heads::{Heads, StreamHead};
pub use key::{BadSignature, KeyError, Signature, SigningKey, VerifyingKey, key_id};
pub use log_keys::LogKeys;
pub use named_key::{
    Cosigner, KeyId, KeyName, KeyTextError, KeyType, NameError, NamedKey, NoteSigner, Signer,
};
pub use note::{Note, NoteError, NoteSignature, OpenError, Opened, SignedBy};
pub use number::{NumberError, Position, Revision, TreeSize};
pub use policy::{Party, Policy, PolicyError, PolicyLineError, PolicyName};
pub use promise::{Promise, PromiseError, Promised, SignedPromise};
pub use proof::{ConsistencyProof, InclusionProof, TreeHead};
pub use proof_file::{ProofFile, ProofFileError, Proven, VerifyError};
pub use proof_pass::{ConsistencyPass, ProofPass};
pub use prove::{ProveError, Subtrees, prove_consistency, prove_inclusion};
pub use submission::{Accepted, CosignError, Refusal, Submission, SubmissionError};
pub use tile::{Tile, TileError, TileLevel};
pub use tiled::{TileSource, TiledError, TiledTree};
pub use tree::{NotHeld, Tree};
pub use verify::{ConsistencyError, Extended, Included, InclusionError};

#[cfg(test)]
mod tests;
