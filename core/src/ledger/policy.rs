//! Trust policies: whose signatures make a checkpoint believable, as a text that people write and exchange.
//!
//! C2SP tlog-policy defines the file, `docs/format.md` (Policies) what we take of it. [`evaluation`](super::evaluation)
//! says what a policy makes of a checkpoint; each witness is one public key and counts once. This module does not
//! know whether the policy is a good one.
//!
//! ```text
//! log     example.org/villeneuve+…
//! witness town        witness.example/town+…
//! witness university  witness.example/university+…
//! witness press       witness.example/press+…
//! group   outsiders 2 town university press        all, any, or how many
//! quorum  outsiders                                or one witness, or none
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::evaluation::{Group, Member, Rule};
use super::named_key::{KeyName, KeyTextError, KeyType, NamedKey};

/// Known ledgers, known witnesses, and which of these are enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Party>,
    witnesses: Vec<(PolicyName, Party)>,
    rule: Rule,
}

/// A key, and where whoever holds it can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    key: NamedKey,
    url: Option<PolicyName>,
}

impl Party {
    /// The key.
    #[must_use]
    pub const fn key(&self) -> &NamedKey {
        &self.key
    }

    /// The URL of the line, if it has one: any bytes without white space and control characters.
    #[must_use]
    pub fn url(&self) -> Option<&[u8]> {
        self.url.as_ref().map(|url| url.0.as_slice())
    }
}

/// The name of a witness or group within one policy: any bytes without white space and control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyName(Vec<u8>);

impl PolicyName {
    /// The bytes of the name.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The name as text; bytes that are none show as replacement characters.
impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl Policy {
    /// How many bytes a policy may have.
    pub const MAX_LEN: usize = 1_000_000;

    /// Reads a policy.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] says what is not as it must be, and on which line.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        if bytes.len() > Self::MAX_LEN {
            return Err(PolicyError::Long { found: bytes.len() });
        }
        let lines = bytes.strip_suffix(b"\n").ok_or(PolicyError::NoLineEnd)?;
        let mut reader = Reader::default();
        for (place, line) in lines.split(|byte| *byte == b'\n').enumerate() {
            reader.line(line).map_err(|source| PolicyError::Line { line: place + 1, source })?;
        }
        reader.finish()
    }

    /// The same policy with one ledger more, where the ledger is known from elsewhere.
    ///
    /// # Errors
    ///
    /// [`PolicyLineError`] when the key is not that of a ledger, or there already.
    pub fn with_log(mut self, key: NamedKey) -> Result<Self, PolicyLineError> {
        add_log(&mut self.logs, Party { key, url: None })?;
        Ok(self)
    }

    /// The same policy with this key, and no other, for the ledger of its name.
    #[must_use]
    pub fn with_key_of_log(mut self, key: NamedKey) -> Self {
        self.logs.retain(|log| log.key.name() != key.name());
        self.logs.push(Party { key, url: None });
        self
    }

    /// The ledgers, any of which will do.
    pub fn logs(&self) -> impl Iterator<Item = &Party> {
        self.logs.iter()
    }

    /// The witnesses, with their names in this policy.
    pub fn witnesses(&self) -> impl Iterator<Item = (&PolicyName, &Party)> {
        self.witnesses.iter().map(|(name, witness)| (name, witness))
    }

    /// Which witnesses are enough.
    pub(super) const fn rule(&self) -> &Rule {
        &self.rule
    }
}

/// What the lines so far have defined.
#[derive(Default)]
struct Reader {
    logs: Vec<Party>,
    witnesses: Vec<(PolicyName, Party)>,
    groups: Vec<Group>,
    names: BTreeMap<PolicyName, Member>,
    grouped: BTreeSet<PolicyName>,
    /// `Some(None)`: `quorum none`.
    quorum: Option<Option<Member>>,
}

impl Reader {
    fn line(&mut self, line: &[u8]) -> Result<(), PolicyLineError> {
        let control = |byte: &u8| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7f;
        if let Some(place) = line.iter().position(control) {
            return Err(PolicyLineError::Control { place });
        }
        let items = line.split(|byte| matches!(*byte, b' ' | b'\t')).filter(|item| !item.is_empty());
        let items: Vec<&[u8]> = items.collect();
        match items.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with(b"#") => Ok(()),
            [b"log", key, url @ ..] => add_log(&mut self.logs, party(key, url)?),
            [b"witness", name, key, url @ ..] => self.witness(name, party(key, url)?),
            [b"group", name, threshold, members @ ..] => self.group(name, threshold, members),
            [b"quorum", name] => self.set_quorum(name),
            [first, ..] => Err(PolicyLineError::Shape { found: shown(first) }),
        }
    }

    fn witness(&mut self, name: &[u8], witness: Party) -> Result<(), PolicyLineError> {
        if witness.key.purpose() != KeyType::Cosignature {
            return Err(PolicyLineError::NotAWitness { key: witness.key.name().clone() });
        }
        if self.witnesses.iter().any(|(_, other)| other.key.key() == witness.key.key()) {
            return Err(PolicyLineError::SameKey { key: witness.key.name().clone() });
        }
        let name = self.define(name, Member::Witness(self.witnesses.len()))?;
        self.witnesses.push((name, witness));
        Ok(())
    }

    fn group(&mut self, name: &[u8], threshold: &[u8], names: &[&[u8]]) -> Result<(), PolicyLineError> {
        let threshold = match threshold {
            b"all" => names.len(),
            b"any" => 1,
            number => decimal(number).ok_or_else(|| PolicyLineError::Threshold { found: shown(number) })?,
        };
        if threshold == 0 || threshold > names.len() {
            return Err(PolicyLineError::Members { threshold, found: names.len() });
        }
        let mut members = Vec::new();
        for member in names {
            members.push(self.defined(member)?);
            if !self.grouped.insert(PolicyName(member.to_vec())) {
                return Err(PolicyLineError::Grouped { name: shown(member) });
            }
        }
        self.define(name, Member::Group(self.groups.len()))?;
        self.groups.push(Group { threshold, members });
        Ok(())
    }

    fn set_quorum(&mut self, name: &[u8]) -> Result<(), PolicyLineError> {
        if self.quorum.is_some() {
            return Err(PolicyLineError::SecondQuorum);
        }
        self.quorum = Some(if name == b"none" { None } else { Some(self.defined(name)?) });
        Ok(())
    }

    fn define(&mut self, name: &[u8], member: Member) -> Result<PolicyName, PolicyLineError> {
        let defined = PolicyName(name.to_vec());
        if name == b"none" || self.names.contains_key(&defined) {
            return Err(PolicyLineError::Taken { name: shown(name) });
        }
        self.names.insert(defined.clone(), member);
        Ok(defined)
    }

    fn defined(&self, name: &[u8]) -> Result<Member, PolicyLineError> {
        let found = self.names.get(&PolicyName(name.to_vec())).copied();
        found.ok_or_else(|| PolicyLineError::Undefined { name: shown(name) })
    }

    fn finish(self) -> Result<Policy, PolicyError> {
        let quorum = self.quorum.ok_or(PolicyError::NoQuorum)?;
        Ok(Policy { logs: self.logs, witnesses: self.witnesses, rule: Rule { groups: self.groups, quorum } })
    }
}

fn add_log(logs: &mut Vec<Party>, log: Party) -> Result<(), PolicyLineError> {
    if log.key.purpose() != KeyType::Note {
        return Err(PolicyLineError::NotALog { key: log.key.name().clone() });
    }
    if logs.iter().any(|other| other.key.key() == log.key.key()) {
        return Err(PolicyLineError::SameKey { key: log.key.name().clone() });
    }
    logs.push(log);
    Ok(())
}

fn party(key: &[u8], url: &[&[u8]]) -> Result<Party, PolicyLineError> {
    let text = std::str::from_utf8(key).map_err(|_| PolicyLineError::KeyNotUtf8)?;
    let url = match url {
        [] => None,
        [url] => Some(PolicyName(url.to_vec())),
        [_, extra, ..] => return Err(PolicyLineError::Extra { found: shown(extra) }),
    };
    Ok(Party { key: text.parse()?, url })
}

/// A decimal without sign or leading zero.
fn decimal(text: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(text).ok()?;
    let number: usize = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// The beginning of what stands there, for a message.
fn shown(item: &[u8]) -> String {
    String::from_utf8_lossy(item).chars().take(60).collect()
}

/// Bytes that are not a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Too many bytes.
    #[error("a policy has at most {} bytes, found {found}", Policy::MAX_LEN)]
    Long {
        /// How many bytes were found.
        found: usize,
    },
    /// The last line does not end.
    #[error("every line of a policy ends in a line end; the last one does not: was the file cut off?")]
    NoLineEnd,
    /// Nothing says what is enough.
    #[error("a policy has one line `quorum NAME`; there is none (`quorum none` asks for no witness)")]
    NoQuorum,
    /// A line is not as it must be.
    #[error("line {line} of the policy: {source}")]
    Line {
        /// The 1-based line.
        line: usize,
        /// What is wrong with it.
        source: PolicyLineError,
    },
}

/// What is wrong with a line of a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyLineError {
    /// A control character.
    #[error("byte {place} is a control character; only tabs and line ends may stand here")]
    Control {
        /// Its 0-based place in the line.
        place: usize,
    },
    /// Not one of the four lines.
    #[error(
        "expected `log KEY [URL]`, `witness NAME KEY [URL]`, `group NAME all|any|NUMBER MEMBER...`, `quorum NAME` or a comment; found a line of another form that begins with {found:?}"
    )]
    Shape {
        /// Its first word.
        found: String,
    },
    /// More than a URL behind the key.
    #[error("nothing stands after the URL; found {found:?}")]
    Extra {
        /// The first word that is too much.
        found: String,
    },
    /// The key is no text.
    #[error("a key is written in UTF-8")]
    KeyNotUtf8,
    /// The key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyTextError),
    /// A witness's key where a ledger's is needed.
    #[error("the key of {key} is of type 0x04, a witness's; a ledger's key is of type 0x01")]
    NotALog {
        /// The key's name.
        key: KeyName,
    },
    /// A ledger's key where a witness's is needed.
    #[error("the key of {key} is of type 0x01, a ledger's; a witness's key is of type 0x04")]
    NotAWitness {
        /// The key's name.
        key: KeyName,
    },
    /// A public key that is there already.
    #[error("the public key of {key} stands on an earlier line: each key counts once, whatever its name")]
    SameKey {
        /// The name under which it is there again.
        key: KeyName,
    },
    /// A name that is there already, or `none`.
    #[error("the name {name:?} is taken by an earlier line, or by `quorum none`")]
    Taken {
        /// The name.
        name: String,
    },
    /// A name that no earlier line defines.
    #[error("{name:?} is no witness or group of an earlier line")]
    Undefined {
        /// The name.
        name: String,
    },
    /// A member of a second group.
    #[error("{name:?} is a member already: each witness counts in one way only")]
    Grouped {
        /// The name.
        name: String,
    },
    /// Not a threshold.
    #[error("expected `all`, `any` or a number without leading zero, found {found:?}")]
    Threshold {
        /// What stands there.
        found: String,
    },
    /// More members asked for than there are, or none.
    #[error("a group asks for at least one and at most all of its members; found {threshold} of {found}")]
    Members {
        /// How many are asked for.
        threshold: usize,
        /// How many there are.
        found: usize,
    },
    /// A second quorum.
    #[error("a policy has one quorum; an earlier line states it")]
    SecondQuorum,
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ledger::key::SigningKey;
    use crate::ledger::named_key::{Cosigner, NoteSigner};
    use proptest::prelude::*;

    pub(in crate::ledger) fn log() -> NoteSigner {
        NoteSigner::new("example.org/a".parse().unwrap(), SigningKey::from_seed(&[1; 32]))
    }

    pub(in crate::ledger) fn witness(number: u8) -> Cosigner {
        let name = format!("witness.example/w{number}");
        Cosigner::new(name.parse().unwrap(), SigningKey::from_seed(&[100 + number; 32]))
    }

    /// A policy over the ledger and four witnesses `w1` to `w4`.
    pub(in crate::ledger) fn policy(rest: &str) -> Result<Policy, PolicyError> {
        let witnesses: String = (1..5).map(|n| format!("witness w{n} {}\n", witness(n).public())).collect();
        Policy::parse(format!("log {}\n{witnesses}{rest}\n", log().public()).as_bytes())
    }

    #[test]
    fn white_space_comments_and_bytes_that_are_no_text_are_as_in_the_specification() {
        let key = witness(1).public().to_string();
        let text =
            [b"\n \t\n # caf\xe9\nwitness\t\xe9  ".as_slice(), key.as_bytes(), b" \xff://x \nquorum \xe9\n"]
                .concat();
        let policy = Policy::parse(&text).unwrap();
        let (name, party) = policy.witnesses().next().unwrap();
        assert_eq!((name.as_bytes(), party.url()), (b"\xe9".as_slice(), Some(b"\xff://x".as_slice())));
    }

    #[test]
    fn what_is_no_policy_says_why_and_where() {
        let refused = |rest: &str| policy(rest).unwrap_err();
        let key = witness(1).public().to_string();
        insta::assert_snapshot!(refused(""), @"a policy has one line `quorum NAME`; there is none (`quorum none` asks for no witness)");
        insta::assert_snapshot!(refused("quorum w5"), @r#"line 6 of the policy: "w5" is no witness or group of an earlier line"#);
        insta::assert_snapshot!(refused("quorum w1\nquorum w1"), @"line 7 of the policy: a policy has one quorum; an earlier line states it");
        insta::assert_snapshot!(refused("group g 0 w1"), @"line 6 of the policy: a group asks for at least one and at most all of its members; found 0 of 1");
        insta::assert_snapshot!(refused("group g 3 w1 w2"), @"line 6 of the policy: a group asks for at least one and at most all of its members; found 3 of 2");
        insta::assert_snapshot!(refused("group g all"), @"line 6 of the policy: a group asks for at least one and at most all of its members; found 0 of 0");
        insta::assert_snapshot!(refused("group g 02 w1 w2"), @r#"line 6 of the policy: expected `all`, `any` or a number without leading zero, found "02""#);
        insta::assert_snapshot!(refused("group g 1 w1 w1"), @r#"line 6 of the policy: "w1" is a member already: each witness counts in one way only"#);
        insta::assert_snapshot!(refused("group g any g"), @r#"line 6 of the policy: "g" is no witness or group of an earlier line"#);
        insta::assert_snapshot!(refused("group w1 any w2"), @r#"line 6 of the policy: the name "w1" is taken by an earlier line, or by `quorum none`"#);
        insta::assert_snapshot!(refused("group g any none"), @r#"line 6 of the policy: "none" is no witness or group of an earlier line"#);
        insta::assert_snapshot!(refused(&format!("witness w5 {key}")), @"line 6 of the policy: the public key of witness.example/w1 stands on an earlier line: each key counts once, whatever its name");
        insta::assert_snapshot!(refused(&format!("log {key}")), @"line 6 of the policy: the key of witness.example/w1 is of type 0x04, a witness's; a ledger's key is of type 0x01");
        insta::assert_snapshot!(refused(&format!("witness x {} u v", log().public())), @r#"line 6 of the policy: nothing stands after the URL; found "v""#);
        insta::assert_snapshot!(refused("quorum w1\r"), @"line 6 of the policy: byte 9 is a control character; only tabs and line ends may stand here");
        insta::assert_snapshot!(refused("witnesses w1"), @r#"line 6 of the policy: expected `log KEY [URL]`, `witness NAME KEY [URL]`, `group NAME all|any|NUMBER MEMBER...`, `quorum NAME` or a comment; found a line of another form that begins with "witnesses""#);
        insta::assert_snapshot!(Policy::parse(b"quorum none").unwrap_err(), @"every line of a policy ends in a line end; the last one does not: was the file cut off?");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, words in "((log|witness|group|quorum|all|none|a|1|#)[ \t\n]){0,12}") {
            let _ = Policy::parse(&bytes);
            let _ = Policy::parse(words.as_bytes());
        }
    }
}
