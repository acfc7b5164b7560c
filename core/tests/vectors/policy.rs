//! Is this checkpoint believable under that policy?

use devenir_core::ledger::Quorum;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::kind::{Case, Kind};
use crate::parties::{ORIGIN, THREE_OF_FOUR, checkpoint, cosigned, evaluated, log, policy, signer, witness};

/// A policy, and the note of a checkpoint.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Judged {
    policy: String,
    note: String,
}

impl Judged {
    fn judge(&self) -> Result<Value, String> {
        let evaluation = evaluated(&self.policy, &self.note)?;
        let cosigned = evaluation.cosigned().iter();
        let cosigned: Vec<Value> =
            cosigned.map(|by| json!({ "witness": by.witness.to_string(), "at_s": by.at_s })).collect();
        let (quorum, since_s) = match evaluation.quorum() {
            Quorum::NotAsked => ("not asked", None),
            Quorum::Missing => ("missing", None),
            Quorum::Reached { since_s } => ("reached", Some(since_s)),
        };
        Ok(json!({
            "origin": evaluation.checkpoint().origin.as_str(),
            "size": evaluation.checkpoint().head.size,
            "cosigned": cosigned,
            "quorum": quorum,
            "since_s": since_s,
        }))
    }
}

impl Kind for Judged {
    const DIGEST: &str = "b839dbf8e1630d982a98b5229ec3588beb80663e54df79e70e2e98f90c8de4da";

    fn run(&self) -> Value {
        self.judge().unwrap_or_else(|reason| format!("refuse: {reason}").into())
    }

    fn cases() -> Vec<Case<Self>> {
        let by = |by: &[(u8, u64)]| cosigned(&checkpoint(7), by).to_string();
        let judged = |name, desc, rest: &str, who: &[(u8, u64)], quorum: &str, since_s: Option<u64>| {
            let mut who_by_name = who.to_vec();
            who_by_name.sort_unstable();
            let cosigned: Vec<Value> = who_by_name
                .iter()
                .map(|(n, at_s)| json!({ "witness": format!("w{n}"), "at_s": at_s }))
                .collect();
            let want = json!({
                "origin": ORIGIN, "size": "7", "cosigned": cosigned, "quorum": quorum, "since_s": since_s,
            });
            Case::new(name, desc, Self { policy: policy(rest), note: by(who) }, want)
        };
        let refused = |name, desc, policy: String, note: String, reason: &str| {
            Case::new(name, desc, Self { policy, note }, format!("refuse: {reason}"))
        };
        let line_6 = |name, desc, rest: &str| refused(name, desc, policy(rest), by(&[(1, 1)]), "line 6");
        let nested = "group x all w1 w2\ngroup y any w3 w4\ngroup q 2 x y\nquorum q";
        let forged = signer(ORIGIN, 9).sign(&checkpoint(7).to_string()).expect("a text");
        let lifted = cosigned(&checkpoint(6), &[(1, 5)]).signatures()[1].clone();
        let key = witness(1).public().to_string();
        vec![
            judged(
                "three-of-four",
                "three of four, from when the third had cosigned",
                THREE_OF_FOUR,
                &[(4, 30), (1, 10), (2, 20)],
                "reached",
                Some(30),
            ),
            judged(
                "two-of-four",
                "two do not make three",
                THREE_OF_FOUR,
                &[(1, 10), (2, 20)],
                "missing",
                None,
            ),
            judged(
                "all-of-four",
                "one more than needed: the instant is still that of the third",
                THREE_OF_FOUR,
                &[(1, 10), (2, 20), (3, 40), (4, 30)],
                "reached",
                Some(30),
            ),
            judged(
                "quorum-of-one-witness",
                "a witness is a quorum like any other",
                "quorum w2",
                &[(1, 10), (2, 20)],
                "reached",
                Some(20),
            ),
            judged("quorum-none", "no witness is asked for", "quorum none", &[], "not asked", None),
            judged(
                "groups-of-groups",
                "both of x and one of y",
                nested,
                &[(1, 10), (2, 90), (3, 30), (4, 20)],
                "reached",
                Some(90),
            ),
            judged(
                "groups-of-groups-missing",
                "one of x is not both",
                nested,
                &[(1, 10), (3, 30), (4, 20)],
                "missing",
                None,
            ),
            judged(
                "white-space-and-comments",
                "lines without words, comments, tabs",
                " \t\n\t# group g 1\ngroup\tg  any w1 \n\nquorum g",
                &[(1, 1)],
                "reached",
                Some(1),
            ),
            refused(
                "by-witnesses-only",
                "cosignatures over a checkpoint that no ledger of the policy signed",
                policy(THREE_OF_FOUR),
                forged
                    .with(cosigned(&checkpoint(7), &[(1, 5)]).signatures()[1].clone())
                    .expect("a note")
                    .to_string(),
                "no log",
            ),
            refused(
                "cosignature-lifted-from-another-checkpoint",
                "a false line by a known witness spoils the note",
                policy(THREE_OF_FOUR),
                cosigned(&checkpoint(7), &[]).with(lifted).expect("a note").to_string(),
                "signature",
            ),
            refused(
                "no-checkpoint",
                "a note of the ledger that is no checkpoint",
                policy("quorum none"),
                log().sign("example.org/villeneuve\nseven\n").expect("a text").to_string(),
                "no checkpoint",
            ),
            refused(
                "of-another-ledger",
                "the ledger's key under the name of another",
                policy("quorum none"),
                log()
                    .sign(&checkpoint(7).to_string().replace("villeneuve", "vieilleville"))
                    .expect("a text")
                    .to_string(),
                "no log",
            ),
            refused(
                "no-quorum",
                "every policy says what is enough",
                policy("group q any w1"),
                by(&[]),
                "malformed policy",
            ),
            refused(
                "cut-off",
                "the last line does not end: what is missing could have said more",
                policy("quorum w1").trim_end().to_owned(),
                by(&[(1, 1)]),
                "malformed policy",
            ),
            line_6(
                "second-log-line-of-the-same-key",
                "each key counts once",
                &format!("log {}\nquorum w1", log().public()),
            ),
            line_6("witness-of-the-same-key", "whatever its name", &format!("witness w5 {key}\nquorum w1")),
            line_6("log-with-the-key-of-a-witness", "a ledger signs notes", &format!("log {key}\nquorum w1")),
            line_6(
                "witness-with-the-key-of-a-log",
                "a witness cosigns",
                &format!("witness w5 {}\nquorum w1", signer("x", 8).public()),
            ),
            line_6("group-of-itself", "a group names what stands above it", "group g any g\nquorum g"),
            line_6("group-of-a-later-one", "and nothing below", "group g any h\ngroup h any w1\nquorum g"),
            line_6("group-of-none", "`none` is no member", "group g any none\nquorum g"),
            line_6("group-without-members", "a group has a member", "group g all\nquorum g"),
            line_6("group-of-0", "nobody is not enough", "group g 0 w1\nquorum g"),
            line_6(
                "group-of-3-of-2",
                "nor can more be asked for than there are",
                "group g 3 w1 w2\nquorum g",
            ),
            line_6(
                "threshold-with-a-leading-zero",
                "a number has one text only",
                "group g 02 w1 w2\nquorum g",
            ),
            line_6("member-twice", "a witness counts in one way only", "group g 2 w1 w1\nquorum g"),
            refused(
                "member-of-two-groups",
                "not in two groups either",
                policy("group g any w1\ngroup h any w1\nquorum h"),
                by(&[]),
                "line 7",
            ),
            line_6("name-taken", "a name is defined once", "group w1 any w2\nquorum w1"),
            line_6("named-none", "`none` cannot be defined", "group none any w2\nquorum none"),
            line_6("quorum-undefined", "the quorum names what stands above it", "quorum w5"),
            refused("second-quorum", "one quorum", policy("quorum w1\nquorum w2"), by(&[]), "line 7"),
            line_6("unknown-word", "five kinds of lines", "witnesses w1\nquorum w1"),
            line_6("carriage-return", "no control character but tabs", "quorum w1\r"),
        ]
    }
}
