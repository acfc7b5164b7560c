//! Is this a note, and who signed it? Cosignatures are judged here too: the note of a checkpoint carries them.

use devenir_core::ledger::{NamedKey, Note, OpenError, base64};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::key::PUBLISHED;
use crate::kind::{Case, Kind};
use crate::parties::{checkpoint, cosigned, log, of, signer, witness};

/// A note, and the keys that the reader knows.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signed {
    note: String,
    keys: Vec<String>,
}

impl Signed {
    fn open(&self) -> Result<Value, &'static str> {
        let note = Note::parse(self.note.as_bytes()).map_err(|_| "malformed")?;
        let keys: Vec<NamedKey> = self.keys.iter().map(|key| key.parse().expect("a key")).collect();
        let opened = note.open(&keys).map_err(|error| match error {
            OpenError::NoKnownKey { .. } => "unknown",
            OpenError::Ambiguous { .. } => "ambiguous",
            OpenError::Length { .. } | OpenError::Signature { .. } | OpenError::Cosignature { .. } => {
                "signature"
            }
        })?;
        let signed = opened.signed().iter();
        let signed: Vec<Value> = signed
            .map(|signed| json!({ "name": signed.key().name().as_str(), "at_s": signed.at_s() }))
            .collect();
        Ok(json!({ "text": opened.text(), "signed": signed }))
    }
}

/// The example of Go's `sumdb/note`.
const EXAMPLE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

/// The note after a change of the bytes (key id, instant, signature) of its second signature.
fn with_changed_line(note: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let line = note.lines().nth(5).expect("a second signature");
    let (name, text) = line.rsplit_once(' ').expect("a signature line");
    let mut bytes = base64::decode(text).expect("base64");
    change(&mut bytes);
    note.replacen(line, &format!("{name} {}", base64::encode(bytes)), 1)
}

impl Kind for Signed {
    const DIGEST: &str = "6dd659f7555fde1c31a06452b24cdc5706ccf93954494138828f3557118b8296";

    fn run(&self) -> Value {
        self.open().unwrap_or_else(|reason| format!("refuse: {reason}").into())
    }

    fn cases() -> Vec<Case<Self>> {
        let known = || {
            vec![log().public().to_string(), witness(1).public().to_string(), witness(2).public().to_string()]
        };
        let case =
            |name, desc, note: String, want: Value| Case::new(name, desc, Self { note, keys: known() }, want);
        let malformed = |name, desc, note: String| case(name, desc, note, "refuse: malformed".into());
        let published = |name, desc, note: String, want: Value| {
            Case::new(name, desc, Self { note, keys: vec![PUBLISHED.to_owned()] }, want)
        };
        let by_log = json!({ "name": "example.org/villeneuve", "at_s": null });
        let text = checkpoint(7).to_string();
        let plain = cosigned(&checkpoint(7), &[]).to_string();
        let two = cosigned(&checkpoint(7), &[(1, 1_803_888_060), (3, 1_803_888_061)]).to_string();
        let line = |note: &str, number: usize| format!("{}\n", note.lines().nth(number).expect("a line"));
        let other = of(checkpoint(6).head);
        let stale = line(&cosigned(&other, &[(1, 1_803_888_060)]).to_string(), 5);
        let early = cosigned(&checkpoint(7), &[(1, 1_803_888_070), (1, 1_803_888_060)]).to_string();
        let impostor = signer("example.org/villeneuve", 9).sign(&text).expect("a text").to_string();
        let stranger = line(&signer("example.net/x", 9).sign("b\n").expect("a text").to_string(), 2);
        let odd = "a\n\n— b c\n\n\nd\n";
        vec![
            published(
                "published",
                "the example of Go's sumdb/note",
                EXAMPLE.to_owned(),
                json!({
                    "text": EXAMPLE.split_once("\n—").expect("a signature").0,
                    "signed": [{ "name": "PeterNeumann", "at_s": null }],
                }),
            ),
            published(
                "published-altered",
                "one letter of the text",
                EXAMPLE.replace("answer", "Answer"),
                "refuse: signature".into(),
            ),
            case(
                "one-signature",
                "a checkpoint that the ledger signed",
                plain.clone(),
                json!({ "text": text, "signed": [by_log] }),
            ),
            case(
                "cosigned",
                "a known witness cosigned, an unknown one too: its line is ignored",
                two.clone(),
                json!({ "text": text, "signed": [by_log, { "name": "witness.example/w1", "at_s": 1_803_888_060 }] }),
            ),
            case(
                "cosigned-twice",
                "the same witness at two instants: it counts once, from the first on",
                early,
                json!({ "text": text, "signed": [by_log, { "name": "witness.example/w1", "at_s": 1_803_888_060 }] }),
            ),
            case(
                "unknown-key-of-a-known-name",
                "a key with a known name and another id is unknown, and its line ignored",
                format!("{plain}{}", line(&impostor, 4)),
                json!({ "text": text, "signed": [by_log] }),
            ),
            case(
                "empty-lines-and-a-dash-in-the-text",
                "the last empty line ends the text, whatever stands above",
                log().sign(odd).expect("a text").to_string(),
                json!({ "text": odd, "signed": [by_log] }),
            ),
            case("by-a-stranger", "nobody whom the reader knows", impostor, "refuse: unknown".into()),
            case(
                "cosignature-of-another-checkpoint",
                "a known witness's line, lifted from another checkpoint of the same ledger",
                format!("{plain}{stale}"),
                "refuse: signature".into(),
            ),
            case(
                "cosignature-of-another-instant",
                "the last bit of the instant",
                with_changed_line(&two, |bytes| bytes[11] ^= 1),
                "refuse: signature".into(),
            ),
            case(
                "cosignature-after-the-largest-instant",
                "an instant of 2^63 seconds and more does not exist",
                with_changed_line(&two, |bytes| bytes[4] |= 0x80),
                "refuse: signature".into(),
            ),
            case(
                "signature-of-another-text",
                "the ledger's signature over one size, under another",
                plain.replacen("\n7\n", "\n8\n", 1),
                "refuse: signature".into(),
            ),
            malformed("no-signature", "a text and an empty line", format!("{text}\n")),
            malformed(
                "no-empty-line",
                "nothing separates the text from its signatures",
                plain.replacen("\n\n", "\n", 1),
            ),
            malformed("cut-off", "the last line does not end", plain.trim_end().to_owned()),
            malformed("carriage-return", "no control character but line ends", plain.replace('\n', "\r\n")),
            malformed("tab-in-the-text", "not even a tab", plain.replacen('7', "7\t", 1)),
            malformed("hyphen-for-a-dash", "a signature begins with an em dash", plain.replace("— ", "- ")),
            malformed(
                "two-spaces",
                "one space stands between name and signature",
                plain.replace("villeneuve ", "villeneuve  "),
            ),
            malformed(
                "signature-not-base64",
                "a line that cannot be read spoils the note, whoever it is by",
                format!("{plain}— example.net/x AAAA*AAA\n"),
            ),
            malformed(
                "signature-of-4-bytes",
                "a key id and no signature",
                format!("{plain}— example.net/x AAAAAA==\n"),
            ),
            malformed(
                "text-after-the-signatures",
                "nothing stands below the signatures",
                format!("{plain}end\n"),
            ),
            malformed("101-signatures", "at most 100 signatures", format!("{plain}{}", stranger.repeat(100))),
            case(
                "100-signatures",
                "as many as there may be, 99 of them unknown",
                format!("{plain}{}", stranger.repeat(99)),
                json!({ "text": text, "signed": [by_log] }),
            ),
        ]
    }
}
