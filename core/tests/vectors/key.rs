//! Is this text a key as notes name them, and which?

use devenir_core::ledger::NamedKey;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::kind::{Case, Kind, hex};
use crate::parties::{log, witness};

/// The text of a verifier key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    key: String,
}

/// The key of the example of Go's `sumdb/note`.
pub(crate) const PUBLISHED: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

impl Kind for Key {
    const DIGEST: &str = "c7092671f954bb4fcbcb93a63ab0b8a9cea3fc7b7258f50d330d191c9470e08f";

    fn run(&self) -> Value {
        match self.key.parse::<NamedKey>() {
            Ok(key) => json!({
                "name": key.name().as_str(),
                "id": key.id().to_string(),
                "type": key.purpose().byte(),
                "public_key": hex(key.key().as_bytes()),
            }),
            Err(_) => "refuse: malformed".into(),
        }
    }

    fn cases() -> Vec<Case<Self>> {
        let case = |name, desc, key: String, want: Value| Case::new(name, desc, Self { key }, want);
        let refused = |name, desc, key: String| case(name, desc, key, "refuse: malformed".into());
        let changed = |from: &str, to: &str| PUBLISHED.replacen(from, to, 1);
        vec![
            case(
                "published",
                "the key of the example of Go's sumdb/note",
                PUBLISHED.to_owned(),
                json!({
                    "name": "PeterNeumann", "id": "c74f20a3", "type": 1,
                    "public_key": "1a5cd907143c384c41e830c5bce12aa8817ec5649aaabf2c31388b35b2d744d6",
                }),
            ),
            case(
                "of-the-ledger",
                "the key of the ledger of these vectors: seed 32 bytes 01",
                log().public().to_string(),
                json!({
                    "name": "example.org/villeneuve", "id": "71399c7f", "type": 1,
                    "public_key": "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
                }),
            ),
            case(
                "of-a-witness",
                "the key of a witness: type 4, so another id than the same key and name would have with type 1",
                witness(1).public().to_string(),
                json!({
                    "name": "witness.example/w1", "id": "ea2ad007", "type": 4,
                    "public_key": "d62f016a1efd1e4fdf793eb42cd84471e1ba9f0cf04d1287b5cc71f616287cb8",
                }),
            ),
            refused("name-altered", "the id follows from the name", changed("Peter", "Petra")),
            refused(
                "id-altered",
                "the id is one that follows from the rest",
                changed("c74f20a3", "c74f20a4"),
            ),
            refused("id-in-upper-case", "an id has one text only", changed("c74f20a3", "C74F20A3")),
            refused("id-of-7-digits", "an id has eight digits", changed("c74f20a3", "c74f20a")),
            refused("name-empty", "a key has a name", changed("PeterNeumann", "")),
            refused(
                "name-with-a-space",
                "a name holds no white space",
                changed("PeterNeumann", "Peter Neumann"),
            ),
            refused(
                "name-with-a-wide-space",
                "nor the white space of other scripts",
                changed("PeterNeumann", "Peter\u{3000}Neumann"),
            ),
            refused("without-an-id", "three fields", changed("+c74f20a3", "")),
            refused("key-altered", "the last bit of the key", changed("10TW", "10TX")),
            refused(
                "of-32-bytes",
                "a type and 32 bytes",
                "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=".to_owned(),
            ),
            refused(
                "of-small-order",
                "a key of small order, with the id that follows from it: anybody can sign for it",
                "a+db3b71de+ASbolY/CsiewRcP0ifLvmPDV36wF08YzObE4AohtU/wF".to_owned(),
            ),
            refused("white-space-after", "nothing stands after the key", format!("{PUBLISHED}\n")),
        ]
    }
}
