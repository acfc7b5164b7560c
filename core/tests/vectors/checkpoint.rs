//! Is this text a checkpoint, and of what?

use devenir_core::ledger::Checkpoint;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::kind::{Case, Kind};

/// The text of a note.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    text: String,
}

/// The example of C2SP tlog-checkpoint.
const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

impl Kind for Text {
    const DIGEST: &str = "a1cbe05c7aa7e38d6b4d6287cc7dfece74bfc17b5f4f004b7702e887b996e1d9";

    fn run(&self) -> Value {
        match self.text.parse::<Checkpoint>() {
            Ok(read) => {
                json!({ "origin": read.origin.as_str(), "size": read.head.size, "root": read.head.root })
            }
            Err(_) => "refuse: malformed".into(),
        }
    }

    fn cases() -> Vec<Case<Self>> {
        let case = |name, desc, text: String, want: Value| Case::new(name, desc, Self { text }, want);
        let refused = |name, desc, text: String| case(name, desc, text, "refuse: malformed".into());
        let changed = |from: &str, to: &str| EXAMPLE.replacen(from, to, 1);
        let root = "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62";
        vec![
            case(
                "published",
                "the example of C2SP tlog-checkpoint",
                EXAMPLE.to_owned(),
                json!({ "origin": "example.com/behind-the-sofa", "size": "20852163", "root": root }),
            ),
            case(
                "empty",
                "a tree without leaves has the root of no bytes",
                "example.org/a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n".to_owned(),
                json!({
                    "origin": "example.org/a", "size": "0",
                    "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                }),
            ),
            case(
                "largest-size",
                "2^63 - 1 events",
                changed("20852163", "9223372036854775807"),
                json!({ "origin": "example.com/behind-the-sofa", "size": "9223372036854775807", "root": root }),
            ),
            refused("empty-with-another-root", "and no other root", changed("20852163", "0")),
            refused(
                "size-of-64-bits",
                "one more than the largest",
                changed("20852163", "9223372036854775808"),
            ),
            refused("leading-zero", "a size has one text only", changed("20852163", "020852163")),
            refused("plus", "without a sign", changed("20852163", "+20852163")),
            refused("extension-line", "no line stands below the root", format!("{EXAMPLE}extension\n")),
            refused("empty-extension-line", "not even an empty one", format!("{EXAMPLE}\n")),
            refused(
                "two-lines",
                "three lines",
                changed("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", ""),
            ),
            refused("cut-off", "the last line ends", EXAMPLE.trim_end().to_owned()),
            refused("origin-empty", "a ledger has a name", changed("example.com/behind-the-sofa", "")),
            refused("origin-with-a-space", "a name holds no white space", changed("the-sofa", "the sofa")),
            refused("origin-with-a-plus", "nor a plus", changed("the-sofa", "the+sofa")),
            refused("root-of-31-bytes", "a root has 32 bytes", changed("q2I=", "qw==")),
            refused("root-with-stray-bits", "a hash has one text only", changed("q2I=", "q2J=")),
            refused(
                "root-in-hexadecimal",
                "a root is written in base64",
                changed("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", root),
            ),
        ]
    }
}
