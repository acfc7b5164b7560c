//! Is this the document of an act that may be signed, and what is signed?

use devenir_core::envelope::{Intent, PartKey, intent_bytes, intent_signature_message};
use devenir_core::ledger::Signature;
use devenir_core::signing::ActFile;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::kind::{Case, Kind, hex, word};
use crate::parties::ORIGIN;
use crate::town::{AUTHORITY, Made, Story, Town, key};

/// The text of a document.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    act: String,
}

impl Document {
    fn open(&self) -> Result<Value, String> {
        let file = ActFile::parse(self.act.as_bytes()).map_err(|_| "malformed".to_owned())?;
        let act = file.open().map_err(|error| word(&error))?;
        Ok(json!({
            "intent_id": act.id,
            "message": hex(intent_signature_message(act.id)),
            "event_type": act.intent.event_type,
            "key_id": act.signer.key,
            "seen_size": act.signer.seen_size.to_string(),
            "seen_root": act.signer.seen_root,
            "expires_at_ms": act.signer.expires_at.0,
            "signature": file.signature.map(|signature| hex(signature.as_bytes())),
        }))
    }
}

/// Kind, key and bytes of each part of a document.
type Parts = Vec<(u8, PartKey, Vec<u8>)>;

/// The document of an event.
fn document(made: &Made) -> ActFile {
    let part =
        |part: &devenir_core::store::SealedPart| (part.kind, PartKey::new(*part.key), part.bytes.clone());
    ActFile {
        origin: ORIGIN.to_owned(),
        namespace: "mairie".to_owned(),
        key: "reponse-7".to_owned(),
        intent: intent_bytes(&made.envelope.intent),
        parts: made.parts.iter().map(part).collect(),
        signature: None,
    }
}

impl Kind for Document {
    const DIGEST: &str = "8f48421f1d972c22724596da6faab04048917def243109d69d124dd3fb3dd2d9";

    fn run(&self) -> Value {
        self.open().unwrap_or_else(|reason| format!("refuse: {reason}").into())
    }

    fn cases() -> Vec<Case<Self>> {
        let town = Story::new().answered(|_| {});
        let made = town.events.last().expect("the answer");
        let file = document(made);
        let signed = {
            let act = file.open().expect("a sound act");
            let signature: Signature = act.sign(&key(AUTHORITY)).expect("its own key");
            ActFile { signature: Some(signature), ..file.clone() }
        };
        let text = file.to_string();
        let told = |file: &ActFile| {
            let of = Self { act: file.to_string() };
            of.open().expect("a sound act")
        };
        let sound =
            |name, desc, file: &ActFile| Case::new(name, desc, Self { act: file.to_string() }, told(file));
        let refused = |name, desc, act: String, why: &str| {
            let said = Self { act: act.clone() }.run();
            assert_eq!(said, format!("refuse: {why}"), "{name}");
            Case::new(name, desc, Self { act }, said)
        };
        // Another intent in the same document.
        let other = |change: &dyn Fn(&mut Intent)| {
            let mut intent = made.envelope.intent.clone();
            change(&mut intent);
            ActFile { intent: intent_bytes(&intent), ..file.clone() }.to_string()
        };
        let parts = |change: &dyn Fn(&mut Parts)| {
            let mut file = file.clone();
            change(&mut file.parts);
            file.to_string()
        };
        let vote = {
            let town: Town = Story::new().town();
            let mut vote = town.events[town.first(0x0502)].clone();
            vote.envelope.intent.signer = made.envelope.intent.signer;
            document(&vote).to_string()
        };
        let changed = |from: &str, to: &str| {
            assert!(text.contains(from), "`{from}` is not in {text}");
            text.replacen(from, to, 1)
        };
        vec![
            sound("unsigned", "an answer to be signed: what the signature will be over", &file),
            sound("signed", "the same, signed", &signed),
            refused(
                "without-a-signer",
                "no key, no head and no term",
                other(&|intent| intent.signer = None),
                "no signer",
            ),
            refused(
                "one-of-two",
                "an act that is not the only one of its command",
                other(&|intent| intent.command_count = 2),
                "several",
            ),
            refused("of-a-vote", "no act that is signed away from the server", vote, "not signable"),
            refused("another-text", "a bit of a text", parts(&|parts| parts[0].2[5] ^= 1), "part"),
            refused(
                "another-key-of-a-part",
                "another key than that of the commitment",
                parts(&|parts| parts[0].1 = PartKey::new([7; 32])),
                "part",
            ),
            refused(
                "a-part-missing",
                "the first part is not there",
                parts(&|parts| drop(parts.remove(0))),
                "parts",
            ),
            refused(
                "a-part-more",
                "a part that the act does not commit to",
                parts(&|parts| parts.push((200, PartKey::new([7; 32]), b"{}".to_vec()))),
                "parts",
            ),
            refused(
                "parts-in-another-order",
                "they stand in the order of the intent",
                parts(&|parts| parts.swap(0, 1)),
                "parts",
            ),
            refused(
                "intent-cut-off",
                "its last byte is missing",
                {
                    let mut file = file.clone();
                    file.intent.pop();
                    file.to_string()
                },
                "intent",
            ),
            refused(
                "bytes-behind-the-intent",
                "a byte more",
                {
                    let mut file = file.clone();
                    file.intent.push(0);
                    file.to_string()
                },
                "intent",
            ),
            refused(
                "another-format",
                "a version that nobody knows",
                changed("act v0", "act v1"),
                "malformed",
            ),
            refused(
                "another-field",
                "its fields are closed",
                changed("\"origin\"", "\"note\": \"x\",\n  \"origin\""),
                "malformed",
            ),
            refused(
                "a-field-missing",
                "the namespace",
                {
                    let without = text.lines().filter(|line| !line.contains("\"namespace\""));
                    without.collect::<Vec<_>>().join("\n")
                },
                "malformed",
            ),
            refused(
                "a-key-in-upper-case",
                "bytes have one text only",
                {
                    // The first `key` is the idempotency key, the second that of a part.
                    let key = text.split("\"key\": \"").nth(2).expect("the key of a part");
                    let key = key.split('"').next().expect("a key");
                    text.replacen(key, &key.to_uppercase(), 1)
                },
                "malformed",
            ),
            refused(
                "a-short-signature",
                "63 bytes",
                signed.to_string().replacen(
                    &devenir_core::ledger::base64::encode(signed.signature.expect("signed").as_bytes()),
                    &devenir_core::ledger::base64::encode([7; 63]),
                    1,
                ),
                "malformed",
            ),
        ]
    }
}
