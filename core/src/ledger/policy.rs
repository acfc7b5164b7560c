//! Trust policies: whose signatures make a checkpoint believable, as a text that people write and exchange.
//!
//! C2SP tlog-policy defines the file, `docs/format.md` (Policies) what we take of it. Evaluating a policy says which
//! witnesses cosigned, since when, and whether that makes the quorum; each witness is one public key and counts
//! once. This module does not know whether the policy is a good one.
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

use super::checkpoint::{Checkpoint, CheckpointError};
use super::named_key::{KeyName, KeyTextError, KeyType, NamedKey};
use super::note::Note;

/// Known ledgers, known witnesses, and which of these are enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Party>,
    witnesses: Vec<(PolicyName, Party)>,
    groups: Vec<Group>,
    quorum: Option<Member>,
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

/// So many of these members. A member is always defined before, so groups cannot go round in a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    name: PolicyName,
    threshold: usize,
    members: Vec<Member>,
}

/// An index into the witnesses or the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Member {
    Witness(usize),
    Group(usize),
}

/// What a policy says of a checkpoint; only [`Policy::evaluate`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    checkpoint: Checkpoint,
    log: NamedKey,
    cosigned: Vec<Cosigned>,
    missing: Vec<PolicyName>,
    quorum: Quorum,
}

/// A witness that cosigned, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// Its name in the policy.
    pub witness: PolicyName,
    /// The name of its key.
    pub key: KeyName,
    /// The instant that it states, in seconds since 1970.
    pub at_s: u64,
}

/// Whether enough witnesses cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quorum {
    /// The policy asks for no witness: nothing but the ledger's own word.
    NotAsked,
    /// Too few cosigned.
    Missing,
    /// Enough cosigned.
    Reached {
        /// The instant by which there were enough, in seconds since 1970.
        since_s: u64,
    },
}

impl Evaluation {
    /// The checkpoint that the ledger signed.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The key of the ledger.
    #[must_use]
    pub const fn log(&self) -> &NamedKey {
        &self.log
    }

    /// The witnesses that cosigned, in the order of the policy.
    #[must_use]
    pub fn cosigned(&self) -> &[Cosigned] {
        &self.cosigned
    }

    /// The witnesses that did not, in the order of the policy.
    #[must_use]
    pub fn missing(&self) -> &[PolicyName] {
        &self.missing
    }

    /// Whether that is enough.
    #[must_use]
    pub const fn quorum(&self) -> Quorum {
        self.quorum
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

    /// The ledgers, any of which will do.
    pub fn logs(&self) -> impl Iterator<Item = &Party> {
        self.logs.iter()
    }

    /// The witnesses, with their names in this policy.
    pub fn witnesses(&self) -> impl Iterator<Item = (&PolicyName, &Party)> {
        self.witnesses.iter().map(|(name, witness)| (name, witness))
    }

    /// Finds out which ledger signed this checkpoint, which witnesses cosigned it, and whether they are enough.
    ///
    /// # Errors
    ///
    /// [`EvaluateError`] when no known ledger signed, when a known key's signature is false, or when the text is no
    /// checkpoint of the ledger that signed it. Too few witnesses are no error but a [`Quorum::Missing`].
    pub fn evaluate(&self, note: &Note) -> Result<Evaluation, EvaluateError> {
        let keys = self.logs.iter().chain(self.witnesses.iter().map(|(_, witness)| witness));
        let known: Vec<NamedKey> = keys.map(|party| party.key.clone()).collect();
        let opened = note.open(&known).map_err(CheckpointError::Open)?;
        let checkpoint: Checkpoint = opened.text().parse()?;
        let mut signed = self.logs.iter().filter(|log| opened.by(&log.key).is_some());
        let log = signed.find(|log| *log.key.name() == checkpoint.origin);
        let log = log.ok_or_else(|| EvaluateError::NoLog { origin: checkpoint.origin.clone() })?;
        let (mut cosigned, mut missing, mut since) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (place, (name, witness)) in self.witnesses.iter().enumerate() {
            match opened.by(&witness.key).and_then(|signed| signed.at_s()) {
                None => missing.push(name.clone()),
                Some(at_s) => {
                    since.insert(place, at_s);
                    let key = witness.key.name().clone();
                    cosigned.push(Cosigned { witness: name.clone(), key, at_s });
                }
            }
        }
        let quorum = self.quorum(&since);
        Ok(Evaluation { checkpoint, log: log.key.clone(), cosigned, missing, quorum })
    }

    /// Whether the cosignatures of `evaluation` from after `instant_ms` (milliseconds since 1970) alone make the quorum.
    ///
    /// The whole second that a cosignature states must lie after the instant.
    #[must_use]
    pub fn quorum_after(&self, evaluation: &Evaluation, instant_ms: i64) -> Quorum {
        let is_after = |at_s: u64| i128::from(at_s) * 1000 > i128::from(instant_ms);
        let place = |name: &PolicyName| self.witnesses.iter().position(|(witness, _)| witness == name);
        let later = evaluation.cosigned.iter().filter(|cosigned| is_after(cosigned.at_s));
        let since = later.filter_map(|cosigned| Some((place(&cosigned.witness)?, cosigned.at_s))).collect();
        self.quorum(&since)
    }

    /// Whether the witnesses of `since`, each with its instant, are enough.
    fn quorum(&self, since: &BTreeMap<usize, u64>) -> Quorum {
        // Groups name only what stands before them, so one pass in their order settles all.
        let mut groups: Vec<Option<u64>> = Vec::new();
        for group in &self.groups {
            let mut instants: Vec<u64> =
                group.members.iter().filter_map(|member| member.since(since, &groups)).collect();
            instants.sort_unstable();
            // The group has witnessed from when the last of the first `threshold` members had.
            groups.push(group.threshold.checked_sub(1).and_then(|last| instants.get(last).copied()));
        }
        let Some(quorum) = self.quorum else { return Quorum::NotAsked };
        quorum.since(since, &groups).map_or(Quorum::Missing, |since_s| Quorum::Reached { since_s })
    }
}

impl Member {
    fn since(self, witnesses: &BTreeMap<usize, u64>, groups: &[Option<u64>]) -> Option<u64> {
        match self {
            Self::Witness(place) => witnesses.get(&place).copied(),
            Self::Group(place) => groups.get(place).copied().flatten(),
        }
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
        let name = self.define(name, Member::Group(self.groups.len()))?;
        self.groups.push(Group { name, threshold, members });
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
        Ok(Policy { logs: self.logs, witnesses: self.witnesses, groups: self.groups, quorum })
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

/// Why a policy says nothing of a note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// No ledger of the policy signed under its own name.
    #[error(
        "no ledger of the policy signed this checkpoint of {origin}: add a line `log KEY` with its key, or get the checkpoint that it signed"
    )]
    NoLog {
        /// The ledger that the checkpoint names.
        origin: KeyName,
    },
    /// The note is no checkpoint, or a signature is false.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::key::SigningKey;
    use crate::ledger::named_key::{Cosigner, NoteSigner};
    use crate::ledger::number::TreeSize;
    use crate::ledger::proof::TreeHead;
    use proptest::prelude::*;

    fn log() -> NoteSigner {
        NoteSigner::new("example.org/a".parse().unwrap(), SigningKey::from_seed(&[1; 32]))
    }

    fn witness(number: u8) -> Cosigner {
        let name = format!("witness.example/w{number}");
        Cosigner::new(name.parse().unwrap(), SigningKey::from_seed(&[100 + number; 32]))
    }

    fn checkpoint() -> Checkpoint {
        let head = TreeHead { size: TreeSize::new(7), root: [5; 32].into() };
        Checkpoint { origin: "example.org/a".parse().unwrap(), head }
    }

    /// A policy over the ledger and four witnesses `w1` to `w4`.
    fn policy(rest: &str) -> Result<Policy, PolicyError> {
        let witnesses: String = (1..5).map(|n| format!("witness w{n} {}\n", witness(n).public())).collect();
        Policy::parse(format!("log {}\n{witnesses}{rest}\n", log().public()).as_bytes())
    }

    /// The checkpoint, cosigned by these witnesses at these instants.
    fn cosigned(by: &[(u8, u64)]) -> Note {
        by.iter().fold(checkpoint().sign(&log()).unwrap(), |note, (number, at)| {
            note.with(witness(*number).cosign(&checkpoint(), *at).unwrap()).unwrap()
        })
    }

    fn quorum(rest: &str, by: &[(u8, u64)]) -> Quorum {
        policy(rest).unwrap().evaluate(&cosigned(by)).unwrap().quorum()
    }

    #[test]
    fn a_quorum_is_reached_when_the_last_needed_witness_has_cosigned() {
        let three = "group q 3 w1 w2 w3 w4\nquorum q";
        assert_eq!(quorum(three, &[(1, 10), (2, 30)]), Quorum::Missing);
        assert_eq!(quorum(three, &[(1, 10), (2, 30), (4, 20)]), Quorum::Reached { since_s: 30 });
        assert_eq!(quorum(three, &[(1, 10), (2, 30), (4, 20), (3, 40)]), Quorum::Reached { since_s: 30 });
        assert_eq!(quorum("quorum none", &[]), Quorum::NotAsked);
        assert_eq!(quorum("quorum w2", &[(1, 10)]), Quorum::Missing);
        assert_eq!(quorum("quorum w2", &[(2, 10)]), Quorum::Reached { since_s: 10 });
    }

    #[test]
    fn groups_count_like_witnesses() {
        let nested = "group x all w1 w2\ngroup y any w3 w4\ngroup q all x y\nquorum q";
        assert_eq!(quorum(nested, &[(1, 1), (3, 2), (4, 3)]), Quorum::Missing);
        assert_eq!(quorum(nested, &[(1, 1), (2, 9), (4, 3)]), Quorum::Reached { since_s: 9 });
    }

    #[test]
    fn it_is_said_who_cosigned_and_who_did_not() {
        let evaluation = policy("quorum none").unwrap().evaluate(&cosigned(&[(3, 7), (1, 8)])).unwrap();
        let who: Vec<_> = evaluation.cosigned().iter().map(|c| (c.witness.to_string(), c.at_s)).collect();
        assert_eq!(who, [("w1".to_owned(), 8), ("w3".to_owned(), 7)]);
        let missing: Vec<_> = evaluation.missing().iter().map(ToString::to_string).collect();
        assert_eq!(missing, ["w2", "w4"]);
        assert_eq!(*evaluation.checkpoint(), checkpoint());
    }

    #[test]
    fn a_witness_that_cosigns_twice_is_one_witness() {
        assert_eq!(quorum("group q 2 w1 w2\nquorum q", &[(1, 1), (1, 2)]), Quorum::Missing);
    }

    #[test]
    fn only_cosignatures_after_the_instant_count_where_that_is_asked() {
        let policy = policy("group q 2 w1 w2 w3\nquorum q").unwrap();
        let evaluation = policy.evaluate(&cosigned(&[(1, 10), (2, 20), (3, 30)])).unwrap();
        assert_eq!(policy.quorum_after(&evaluation, 9_999), Quorum::Reached { since_s: 20 });
        assert_eq!(policy.quorum_after(&evaluation, 10_000), Quorum::Reached { since_s: 30 });
        assert_eq!(policy.quorum_after(&evaluation, 20_000), Quorum::Missing);
    }

    #[test]
    fn a_witness_alone_does_not_make_a_checkpoint() {
        let text = checkpoint().to_string();
        let stranger = NoteSigner::new("example.org/a".parse().unwrap(), SigningKey::from_seed(&[2; 32]));
        let note = stranger.sign(&text).unwrap().with(witness(1).cosign(&checkpoint(), 1).unwrap()).unwrap();
        insta::assert_snapshot!(policy("quorum w1").unwrap().evaluate(&note).unwrap_err(), @"no ledger of the policy signed this checkpoint of example.org/a: add a line `log KEY` with its key, or get the checkpoint that it signed");
        assert!(
            policy("quorum w1").unwrap().with_log(stranger.public().clone()).unwrap().evaluate(&note).is_ok()
        );
    }

    #[test]
    fn a_false_cosignature_by_a_known_witness_refuses_the_checkpoint() {
        let mut other = checkpoint();
        other.head.root = [6; 32].into();
        let note = cosigned(&[(1, 1)]).with(witness(2).cosign(&other, 2).unwrap()).unwrap();
        assert!(policy("quorum w1").unwrap().evaluate(&note).is_err());
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
        fn a_group_is_the_count_of_its_members(threshold in 1usize..5, who in proptest::collection::btree_map(1u8..5, 0u64..1000, 0..5)) {
            let by: Vec<(u8, u64)> = who.into_iter().collect();
            let mut instants: Vec<u64> = by.iter().map(|(_, at)| *at).collect();
            instants.sort_unstable();
            let want = instants.get(threshold - 1).map_or(Quorum::Missing, |since_s| Quorum::Reached { since_s: *since_s });
            prop_assert_eq!(quorum(&format!("group q {threshold} w1 w2 w3 w4\nquorum q"), &by), want);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, words in "((log|witness|group|quorum|all|none|a|1|#)[ \t\n]){0,12}") {
            let _ = Policy::parse(&bytes);
            let _ = Policy::parse(words.as_bytes());
        }
    }
}
