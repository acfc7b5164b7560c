//! The head of the ledger: how many events there are, and the one digest that stands for all of them.
//!
//! `docs/format.md` (Tree head) defines it, and (Notes) the text of the keys. Checkpoints and proofs are served below
//! `/log`, not here.

use async_graphql::SimpleObject;

use super::scalar::{DateTime, Position, Sha256};
use crate::app::App;
use crate::cosigning::Cosigning;
use devenir_core::ledger::Evaluation;

/// The head of the ledger: what stands for the whole record at this moment.
#[derive(Debug, Clone, SimpleObject)]
pub struct Head {
    /// How many events the record holds.
    pub size: Position,
    /// The RFC 6962 root over all of them.
    pub root: Sha256,
    /// The ledger's own name, which follows from its first event.
    pub log: Sha256,
    /// The name under which the ledger is known outside.
    pub origin: String,
    /// The key that checkpoints are signed with, as a C2SP verifier key. Whoever trusts nobody has it from elsewhere.
    pub checkpoint_key: String,
    /// The key that promises are signed with, as a C2SP verifier key. Whoever trusts nobody has it from elsewhere.
    pub promise_key: String,
    /// The newest checkpoint that enough witnesses have cosigned, by the policy of whoever runs this server; none where
    /// it has no policy, or nothing satisfies it yet. It says nothing to whoever does not know the witnesses: the
    /// checkpoint itself is at `/log/checkpoint`.
    pub cosigned: Option<Cosigned>,
    /// Whether the record is invented, for a demonstration.
    pub demonstration: bool,
    /// The present instant, from which silence and lateness are computed.
    pub now: DateTime,
}

/// A checkpoint that enough witnesses have cosigned.
#[derive(Debug, Clone, SimpleObject)]
pub struct Cosigned {
    /// How many events it covers.
    pub size: Position,
    /// The names that the policy gives to the witnesses that have cosigned it.
    pub witnesses: Vec<String>,
}

impl Cosigned {
    fn of(evaluation: &Evaluation) -> Self {
        let witnesses = evaluation.cosigned().iter().map(|by| by.witness.to_string()).collect();
        Self { size: Position(evaluation.checkpoint().head.size.get()), witnesses }
    }
}

impl Head {
    /// The head of an application's ledger.
    #[must_use]
    pub fn of(app: &App) -> Self {
        let head = app.head();
        Self {
            size: Position(head.size.get()),
            root: head.root.into(),
            log: app.log().into(),
            origin: app.opened().origin.clone(),
            checkpoint_key: app.public_keys().checkpoints.to_string(),
            promise_key: app.public_keys().promises.to_string(),
            cosigned: app.cosigning().and_then(Cosigning::cosigned).as_ref().map(Cosigned::of),
            demonstration: app.opened().demonstration,
            now: DateTime(app.now()),
        }
    }
}
