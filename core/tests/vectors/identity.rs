//! How each identifier follows from what it names.

use devenir_core::envelope::{command_id, instance_stream, intent_signature_message, log_id, stream_id};
use devenir_core::id::{Bytes32, CommandId, IntentId, LogId};
use devenir_core::ledger::{Frontier, key_id, leaf_hash, tagged_hash};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kind::{Case, Kind, all_parsed, bytes, hex, parsed};

/// What an identifier is derived from.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Identity {
    /// The ledger, from the facts of its event 0.
    LogId { facts: String },
    /// The stream of the instance.
    InstanceStream { log_id: String },
    /// A consultation's stream, from the command that registered it.
    StreamId { log_id: String, command_id: String },
    /// A command, from the namespace and key of who asked.
    CommandId { instance_key: String, namespace: String, key: String },
    /// An event, from its intent.
    IntentId { intent: String },
    /// The hash of an envelope as a leaf.
    LeafHash { envelope: String },
    /// What an official signs for an intent.
    SignedMessage { intent_id: String },
    /// A public key's name.
    KeyId { public_key: String },
    /// The root of a long list of references.
    ListRoot { ids: Vec<String> },
}

impl Identity {
    fn derive(&self) -> Result<String, String> {
        Ok(match self {
            Self::LogId { facts } => log_id(facts.as_bytes()).to_string(),
            Self::InstanceStream { log_id } => instance_stream(parsed(log_id)?).to_string(),
            Self::StreamId { log_id, command_id } => {
                stream_id(parsed::<LogId>(log_id)?, parsed::<CommandId>(command_id)?).to_string()
            }
            Self::CommandId { instance_key, namespace, key } => {
                command_id(&parsed::<Bytes32>(instance_key)?.0, namespace, &bytes(key)?).to_string()
            }
            Self::IntentId { intent } => tagged_hash("devenir/intent/v1", &[&bytes(intent)?]).to_string(),
            Self::LeafHash { envelope } => leaf_hash(&bytes(envelope)?).to_string(),
            Self::SignedMessage { intent_id } => hex(intent_signature_message(parsed(intent_id)?)),
            Self::KeyId { public_key } => key_id(&parsed::<Bytes32>(public_key)?.0).to_string(),
            Self::ListRoot { ids } => {
                let mut tree = Frontier::new();
                for id in all_parsed::<IntentId>(ids)? {
                    tree.push_leaf(id.as_bytes());
                }
                tree.root().to_string()
            }
        })
    }
}

/// The facts of an event 0.
const OPENED: &str = concat!(
    r#"{"demonstration":true,"format":0,"#,
    r#""idempotency_key_fingerprint":"1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d","#,
    r#""key":"4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b","#,
    r#""nonce":"2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a","#,
    r#""origin":"example.org/villeneuve"}"#,
);

impl Kind for Identity {
    const DIGEST: &str = "55c90eb6706eb0b16445e7ba0577d22640165fb0ab1818c5d83f52cba2396779";

    fn run(&self) -> Value {
        match self.derive() {
            Ok(derived) => derived.into(),
            Err(reason) => format!("refuse: {reason}").into(),
        }
    }

    fn cases() -> Vec<Case<Self>> {
        let log = || hex([0x1a; 32]);
        let command = |namespace: &str, key: &[u8]| Identity::CommandId {
            instance_key: hex((0_u8..32).collect::<Vec<u8>>()),
            namespace: namespace.to_owned(),
            key: hex(key),
        };
        vec![
            Case::new(
                "log-id",
                "a ledger is named by the facts of its event 0",
                Identity::LogId { facts: OPENED.to_owned() },
                "5dcd70492554fc13fd746da2ac5505950b94a67af735e2335790eba7d3bdb3b7",
            ),
            Case::new(
                "instance-stream",
                "the stream of keys, roles and heads",
                Identity::InstanceStream { log_id: log() },
                "a99ccbb68a37dec7916e5b359bbd022f",
            ),
            Case::new(
                "stream-id",
                "the stream of a consultation, from the command of its registration",
                Identity::StreamId { log_id: log(), command_id: hex([0x3c; 16]) },
                "4df727d02cb43a1f3ec60839bb6ee9e2",
            ),
            Case::new(
                "command-id",
                "a command of an importer",
                command("import", b"consul/proposal/118//"),
                "7df838141a4930386c238b79bc928a2d",
            ),
            Case::new(
                "command-id-of-an-empty-key",
                "an empty key is a key",
                command("admin", b""),
                "c126e588ddf2dce7246cd070a1d019fe",
            ),
            Case::new(
                "command-id-lengths-count",
                "the lengths keep `admin` + `x` apart from `adminx` + nothing",
                command("adminx", b""),
                "02be1af5bb3d0d457a7e5904900d56e4",
            ),
            Case::new(
                "command-id-lengths-count-too",
                "the other of the two",
                command("admin", b"x"),
                "40317cd1398e2ad2e79687b9229d43d5",
            ),
            Case::new(
                "intent-id",
                "whatever bytes an intent has",
                Identity::IntentId { intent: hex(b"devenir/ev\0") },
                "033b77c8ea28cdafb60fa477c5f0fb48c6400983e552257c151da76d34997079",
            ),
            Case::new(
                "leaf-hash",
                "a zero byte before the envelope, and no tag",
                Identity::LeafHash { envelope: hex(b"devenir/ev\0") },
                "bd1849eabf6f3c094ea168f9f4e0744a22f9af545236450d2976e95d0d870d54",
            ),
            Case::new(
                "signed-message",
                "the tag, a zero byte, and the intent id: 54 bytes",
                Identity::SignedMessage { intent_id: hex([0x5e; 32]) },
                "646576656e69722f696e74656e742d7369672f7631005e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e",
            ),
            Case::new(
                "key-id",
                "a public key's name",
                Identity::KeyId { public_key: hex([0x4b; 32]) },
                "69137d717217158bc769b9a4b6e0e1eb567d98847de740e6b91800db8f999111",
            ),
            Case::new(
                "list-root-of-one",
                "the root of one reference is the leaf hash of its 32 bytes",
                Identity::ListRoot { ids: vec![hex([0x01; 32])] },
                "dcffe786ded16d283c663846ad0c4ff26558fccde36ca9d30b2ea19eade9fc0e",
            ),
            Case::new(
                "list-root-of-three",
                "the third stands alone on its level",
                Identity::ListRoot { ids: (1..4).map(|n| hex([n; 32])).collect() },
                "df896896c799531f1fd1e556cea26a6989ab06853bcbfdd3e4f5097a611f658f",
            ),
            Case::new(
                "log-id-of-31-bytes",
                "a ledger's id has 32 bytes",
                Identity::InstanceStream { log_id: hex([0x1a; 31]) },
                "refuse: malformed",
            ),
            Case::new(
                "command-id-of-32-bytes",
                "a command's id has 16",
                Identity::StreamId { log_id: log(), command_id: hex([0x3c; 32]) },
                "refuse: malformed",
            ),
        ]
    }
}
