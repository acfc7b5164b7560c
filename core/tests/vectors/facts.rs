//! Is this text in the canonical form of facts? Nothing is asked about what the facts say.

use devenir_core::envelope::check_canonical;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kind::{Case, Kind, bytes, hex, verdict};

/// A text; or bytes, where they are no text.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
}

impl Facts {
    fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), bytes: None }
    }

    fn check(&self) -> Result<(), String> {
        let found = match (&self.text, &self.bytes) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(hex)) => bytes(hex)?,
            _ => return Err("malformed".to_owned()),
        };
        check_canonical(&found).map_err(|error| format!("{} at {}", error.expected, error.at))
    }
}

/// An object that holds `depth` more, one inside the other.
fn nested(depth: usize) -> String {
    format!("{}{{}}{}", r#"{"a":"#.repeat(depth), "}".repeat(depth))
}

/// An object of exactly `length` bytes.
fn of_length(length: usize) -> String {
    format!(r#"{{"a":"{}"}}"#, "x".repeat(length - r#"{"a":""}"#.len()))
}

impl Kind for Facts {
    const DIGEST: &str = "ba25d8d161a260cc10f5763fe193945463c5934e671a17221a07f0ea20c74cfb";

    fn run(&self) -> Value {
        verdict(self.check()).into()
    }

    fn cases() -> Vec<Case<Self>> {
        let accepted = |name, desc, text: &str| Case::new(name, desc, Facts::text(text), "accept");
        let refused = |name, desc, text: &str, reason: &str| {
            Case::new(name, desc, Facts::text(text), format!("refuse: {reason}"))
        };
        let integer = "an integer within 2^53 - 1 in its shortest form";
        let value = "a value (null never occurs)";
        let order = "keys in strictly ascending order";
        vec![
            accepted("empty-object", "nothing to say is an empty object", "{}"),
            accepted(
                "every-kind-of-value",
                "objects, arrays, strings, integers, true and false",
                r#"{"a":[{"x":true},false,[]],"b":{},"c":-9007199254740991,"d":"fr","e_2":0}"#,
            ),
            accepted(
                "largest-integer",
                "2^53 - 1, which every reader of JSON keeps exact",
                r#"{"a":9007199254740991}"#,
            ),
            accepted(
                "keys-by-bytes",
                "keys ascend by their bytes: digits, then the underscore, then letters; the shorter first",
                r#"{"0":1,"_":1,"a":1,"a0":1,"a_":1,"aa":1,"b":1}"#,
            ),
            accepted(
                "printable-string",
                "a string holds any printable ASCII but the quote and the backslash",
                r#"{"a":" !#[]~./:-{}"}"#,
            ),
            accepted("nested-8-deep", "a value stands inside at most 8 others", &nested(8)),
            accepted("of-2048-bytes", "the longest facts", &of_length(2048)),
            refused("no-object", "facts are an object", "[]", "`{` at 0"),
            refused("nothing", "no bytes are no facts", "", "`{` at 0"),
            refused("space-before", "nothing stands before the object", r#" {"a":1}"#, "`{` at 0"),
            refused(
                "space-inside",
                "no white space stands between anything",
                r#"{"a": 1}"#,
                &format!("{value} at 5"),
            ),
            refused("space-before-a-key", "neither before a key", r#"{ "a":1}"#, "a key at 1"),
            refused("line-end-after", "nothing stands after the object", "{\"a\":1}\n", "the end at 7"),
            refused("two-objects", "facts are one object", "{}{}", "the end at 2"),
            refused("keys-descending", "keys ascend", r#"{"b":1,"a":2}"#, &format!("{order} at 7")),
            refused("key-twice", "a key stands once", r#"{"a":1,"a":2}"#, &format!("{order} at 7")),
            refused(
                "keys-descending-inside",
                "so do those of objects inside",
                r#"{"a":[{"y":1,"x":1}]}"#,
                &format!("{order} at 13"),
            ),
            refused(
                "key-in-upper-case",
                "a key is of a-z, 0-9 and _",
                r#"{"A":1}"#,
                "a key of a-z, 0-9 and _ at 1",
            ),
            refused("key-empty", "and of at least one of them", r#"{"":1}"#, "a key of a-z, 0-9 and _ at 1"),
            refused(
                "null",
                "what is not said has no key; null never occurs",
                r#"{"a":null}"#,
                &format!("{value} at 5"),
            ),
            refused("fraction", "numbers are integers", r#"{"a":1.5}"#, "`,` or `}` at 6"),
            refused("exponent", "written without exponent", r#"{"a":1e3}"#, "`,` or `}` at 6"),
            refused("leading-zero", "without leading zeros", r#"{"a":01}"#, &format!("{integer} at 5")),
            refused("minus-zero", "zero has no sign", r#"{"a":-0}"#, &format!("{integer} at 5")),
            refused("plus", "nor has any other number a plus", r#"{"a":+1}"#, &format!("{value} at 5")),
            refused("minus-alone", "a sign is no number", r#"{"a":-}"#, &format!("{integer} at 5")),
            refused(
                "integer-of-54-bits",
                "2^53 is beyond what every reader keeps exact",
                r#"{"a":9007199254740992}"#,
                &format!("{integer} at 5"),
            ),
            refused(
                "integer-of-many-digits",
                "a very long number does not wrap around",
                &format!(r#"{{"a":{}}}"#, "9".repeat(60)),
                &format!("{integer} at 5"),
            ),
            refused(
                "escape",
                "a string has no escapes, so one text only",
                r#"{"a":"\n"}"#,
                "a string without escapes at 6",
            ),
            refused(
                "escaped-letter",
                "not even of what could stand there",
                "{\"a\":\"\\u0061\"}",
                "a string without escapes at 6",
            ),
            refused(
                "letter-beyond-ascii",
                "words of people do not stand in facts",
                r#"{"a":"é"}"#,
                "printable ASCII or `\"` at 6",
            ),
            refused(
                "control-character",
                "neither do control characters",
                "{\"a\":\"\u{1}\"}",
                "printable ASCII or `\"` at 6",
            ),
            refused("string-without-end", "a string ends", r#"{"a":"fr"#, "printable ASCII or `\"` at 8"),
            refused("comma-at-the-end", "no comma before the brace", r#"{"a":1,}"#, "a key at 7"),
            refused(
                "comma-at-the-end-of-an-array",
                "nor before the bracket",
                r#"{"a":[1,]}"#,
                &format!("{value} at 8"),
            ),
            refused(
                "word-unknown",
                "true and false are the only words",
                r#"{"a":tru}"#,
                "`true` or `false` at 5",
            ),
            refused("brace-missing", "an object ends", r#"{"a":1"#, "`,` or `}` at 6"),
            refused(
                "nested-9-deep",
                "a value inside 9 others is too deep",
                &nested(9),
                "at most 8 levels at 45",
            ),
            refused(
                "of-2049-bytes",
                "one byte more than the longest facts",
                &of_length(2049),
                "at most 2048 bytes at 0",
            ),
            Case::new(
                "byte-order-mark",
                "the bytes of a mark that some editors put first",
                Facts { text: None, bytes: Some(hex([b"\xef\xbb\xbf".as_slice(), b"{}"].concat())) },
                "refuse: `{` at 0",
            ),
            Case::new(
                "bytes-that-are-no-text",
                "half a character",
                Facts { text: None, bytes: Some(hex(b"{\"a\":\"\xc3\"}")) },
                "refuse: printable ASCII or `\"` at 6",
            ),
        ]
    }
}
