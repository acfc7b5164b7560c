//! The ledger, its keys and its witnesses in the vectors of notes: invented, with seeds that everybody can see.

use devenir_core::ledger::{
    Checkpoint, Cosigner, Evaluation, Note, NoteSigner, Policy, Position, SigningKey, TreeHead, TreeSize,
};

use crate::inclusion::tree;

/// The name of the ledger.
pub(crate) const ORIGIN: &str = "example.org/villeneuve";

/// Signs for the ledger.
pub(crate) fn log() -> NoteSigner {
    signer(ORIGIN, 1)
}

/// Signs the ledger's promises.
pub(crate) fn promiser() -> NoteSigner {
    signer("example.org/villeneuve/promise", 2)
}

/// Signs notes under this name.
pub(crate) fn signer(name: &str, seed: u8) -> NoteSigner {
    NoteSigner::new(name.parse().expect("a name"), SigningKey::from_seed(&[seed; 32]))
}

/// A witness: 1 the town, 2 the university, 3 the press, 4 a neighbour.
pub(crate) fn witness(number: u8) -> Cosigner {
    let name = format!("witness.example/w{number}");
    Cosigner::new(name.parse().expect("a name"), SigningKey::from_seed(&[100 + number; 32]))
}

/// A policy over the ledger and the four witnesses, `w1` to `w4`, with these lines at its end.
pub(crate) fn policy(rest: &str) -> String {
    let witnesses: String = (1..5).map(|n| format!("witness w{n} {}\n", witness(n).public())).collect();
    format!("log {}\n{witnesses}{rest}\n", log().public())
}

/// Three of the four witnesses.
pub(crate) const THREE_OF_FOUR: &str = "group q 3 w1 w2 w3 w4\nquorum q";

/// The checkpoint of the first `size` leaves of Certificate Transparency's tests.
pub(crate) fn checkpoint(size: u64) -> Checkpoint {
    of(tree().head_at(TreeSize::new(size)).expect("a size of the tree"))
}

/// The checkpoint of this tree.
pub(crate) fn of(head: TreeHead) -> Checkpoint {
    Checkpoint { origin: ORIGIN.parse().expect("a name"), head }
}

/// This checkpoint, signed by the ledger and cosigned by these witnesses at these seconds.
pub(crate) fn cosigned(checkpoint: &Checkpoint, by: &[(u8, u64)]) -> Note {
    let signed = checkpoint.sign(&log()).expect("the ledger's own key");
    by.iter().fold(signed, |note, (number, at)| {
        let line = witness(*number).cosign(checkpoint, *at).expect("an instant");
        note.with(line).expect("a short note")
    })
}

/// What a policy says of a note.
pub(crate) fn evaluated(policy: &str, note: &str) -> Result<Evaluation, String> {
    use devenir_core::ledger::{CheckpointError, EvaluateError, OpenError, PolicyError};
    let policy = Policy::parse(policy.as_bytes()).map_err(|error| match error {
        PolicyError::Line { line, .. } => format!("line {line}"),
        PolicyError::Long { .. } | PolicyError::NoLineEnd | PolicyError::NoQuorum => {
            "malformed policy".to_owned()
        }
    })?;
    let note = Note::parse(note.as_bytes()).map_err(|_| "malformed".to_owned())?;
    let evaluation = policy.evaluate(&note).map_err(|error| {
        match error {
            EvaluateError::NoLog { .. } => "no log",
            EvaluateError::Checkpoint(CheckpointError::Open(OpenError::NoKnownKey { .. })) => "unknown",
            EvaluateError::Checkpoint(CheckpointError::Open(_)) => "signature",
            EvaluateError::Checkpoint(_) => "no checkpoint",
        }
        .to_owned()
    })?;
    Ok(evaluation)
}

/// The path of the leaf at `position` in the tree of the first `size`, as texts.
pub(crate) fn path(position: u64, size: u64) -> Vec<String> {
    let proof =
        tree().prove_inclusion(Position::new(position), TreeSize::new(size)).expect("a leaf of the tree");
    proof.path.iter().map(ToString::to_string).collect()
}
