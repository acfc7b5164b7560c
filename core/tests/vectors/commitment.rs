//! Does this part, under this key, fit that commitment? Whoever lacks the key cannot even ask.

use devenir_core::envelope::{PartContext, PartKey, commit};
use devenir_core::id::{Bytes32, Commitment as Committed, LogId, StreamId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kind::{Case, Kind, bytes, hex, parsed, verdict};

/// A part, its key, where it belongs, and the commitment that an envelope holds.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Commitment {
    key: String,
    log_id: String,
    stream_id: String,
    event_type: u16,
    schema: u16,
    kind: u8,
    part: String,
    commitment: String,
}

/// What Jeanne wrote, and what stands in the envelope for it.
fn honest() -> Commitment {
    let part = r#"{"body":"Une piste protégée.","format":"plain","title":"Avenue Jaurès"}"#;
    Commitment {
        key: hex((0_u8..32).collect::<Vec<u8>>()),
        log_id: hex([0x1a; 32]),
        stream_id: hex([0x2b; 16]),
        event_type: 0x0201,
        schema: 1,
        kind: 1,
        part: hex(part),
        commitment: "621108c8a41d289601b0c6bfc0fa42fdc54f5a192ac2f20b881f01a90c421271".to_owned(),
    }
}

/// The same after a change.
fn changed(change: impl FnOnce(&mut Commitment)) -> Commitment {
    let mut commitment = honest();
    change(&mut commitment);
    commitment
}

impl Commitment {
    fn check(&self) -> Result<(), String> {
        let key = PartKey::new(parsed::<Bytes32>(&self.key)?.0);
        let context = PartContext {
            log: parsed::<LogId>(&self.log_id)?,
            stream: parsed::<StreamId>(&self.stream_id)?,
            event_type: self.event_type,
            schema: self.schema,
            kind: self.kind,
        };
        let made = commit(&key, &context, &bytes(&self.part)?);
        if made == parsed::<Committed>(&self.commitment)? { Ok(()) } else { Err("commitment".to_owned()) }
    }
}

impl Kind for Commitment {
    const DIGEST: &str = "65febf219aaa87ec9c45c91160739f57c43ee6f51ba266746a090d3f3b343210";

    fn run(&self) -> Value {
        verdict(self.check()).into()
    }

    fn cases() -> Vec<Case<Self>> {
        let accepted = |name, desc, commitment| Case::new(name, desc, commitment, "accept");
        let refused = |name, desc, commitment| Case::new(name, desc, commitment, "refuse: commitment");
        let malformed = |name, desc, commitment| Case::new(name, desc, commitment, "refuse: malformed");
        vec![
            accepted("a-text", "a text with its title, as the vault keeps it", honest()),
            accepted(
                "empty-part",
                "a part of no bytes is a part",
                changed(|it| {
                    (it.part, it.commitment) = (
                        String::new(),
                        "bb4e11eca35c0b8b242b8032592d6453b5a591620e2ff16a8dd080820a72be2e".to_owned(),
                    )
                }),
            ),
            accepted(
                "a-list-of-two-references",
                "a long list of references is a part of kind 240 and more, of 32 bytes for each",
                changed(|it| {
                    it.kind = 240;
                    it.event_type = 0x0b04;
                    it.part = hex([[0x01_u8; 32], [0x02; 32]].concat());
                    it.commitment =
                        "7407a2a18709f34778ad010db4946a88a94b5c010a36b254c07b6dff9f0f807a".to_owned();
                }),
            ),
            refused(
                "another-key",
                "the key is drawn for this part alone",
                changed(|it| it.key = hex([0_u8; 32])),
            ),
            refused(
                "another-part",
                "one letter changed",
                changed(|it| it.part = it.part.replace("6e", "6d")),
            ),
            refused(
                "another-ledger",
                "a part cannot be moved to another ledger",
                changed(|it| it.log_id = hex([0x1b; 32])),
            ),
            refused(
                "another-stream",
                "nor to another consultation",
                changed(|it| it.stream_id = hex([0x2c; 16])),
            ),
            refused("another-type", "nor to an event of another type", changed(|it| it.event_type = 0x0203)),
            refused("another-schema", "or of another version of its schema", changed(|it| it.schema = 2)),
            refused("another-kind", "nor be passed off as another kind of part", changed(|it| it.kind = 8)),
            refused(
                "a-byte-more",
                "the length is bound before the digest",
                changed(|it| it.part.push_str("00")),
            ),
            refused(
                "digest-of-the-part-alone",
                "an unkeyed digest is no commitment: anybody could try out what the part says",
                changed(|it| {
                    it.commitment =
                        "9ad25ac2403471a7597411a5611010da33cc9a84900a28074cdae5e3929c136f".to_owned()
                }),
            ),
            malformed("key-of-31-bytes", "a key has 32 bytes", changed(|it| it.key.truncate(62))),
            malformed(
                "commitment-in-upper-case",
                "a commitment has one text only",
                changed(|it| it.commitment = it.commitment.to_uppercase()),
            ),
        ]
    }
}
