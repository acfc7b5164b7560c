//! Why an act is refused: it has no meaning, or a rule says no.
//!
//! `docs/design.md` (Native and observed) keeps the two apart: an invariant binds every fact, a norm refuses
//! native and attested acts and is only remarked on for observed ones. Messages say what to do.

use super::state::{ActKind, SubjectKind};
use crate::id::{CredentialId, IntentId};
use crate::rules::{Locale, Norm};

/// A command was not accepted; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The act has no meaning in the state that the record is in.
    #[error(transparent)]
    Invariant(#[from] Invariant),
    /// The rules of the consultation say no.
    #[error("{}", norms_text(.0, Locale::En))]
    Norms(Vec<Norm>),
    /// The person holds as many votes as the ballot gives.
    #[error("{}", cap_text(*.cap, Locale::En))]
    VotesPerPerson {
        /// How many that is.
        cap: u32,
    },
}

/// What a ballot's cap on the votes of a person asks, in words.
#[must_use]
pub fn cap_text(cap: u32, locale: Locale) -> String {
    match locale {
        Locale::Fr => format!(
            "Chaque personne a au plus {cap} voix dans ce scrutin, et celle-ci les a toutes données\u{a0}: elle peut en \
             reprendre une."
        ),
        Locale::En => format!(
            "Each person has at most {cap} votes in this ballot, and this one has given them all; one can be taken back."
        ),
    }
}

/// The norms that an act does not respect, in words.
#[must_use]
pub fn norms_text(norms: &[Norm], locale: Locale) -> String {
    norms.iter().map(|norm| norm.asks(locale)).collect::<Vec<_>>().join(" ")
}

/// Without these, state has no meaning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invariant {
    /// No such consultation.
    #[error("no consultation is registered under this id; register it first, or check the id")]
    NoConsultation,
    /// The consultation is there already.
    #[error("this consultation is registered already")]
    Registered,
    /// The short name is taken.
    #[error("the short name `{0}` belongs to another consultation of this instance; choose another one")]
    SlugTaken(String),
    /// The short name is not one.
    #[error("`{0}` is not a short name: expected 3 to 40 of a-z, 0-9 and -")]
    BadSlug(String),
    /// The zone does not exist.
    #[error("`{0}` is not a time zone of the IANA database, such as Europe/Paris")]
    BadZone(String),
    /// The registration says too little.
    #[error(
        "a registration gives the short name, the time zone, a title, and at least one body; `{0}` is missing"
    )]
    Missing(&'static str),
    /// Rules were adopted already.
    #[error("rules were adopted already; amend them instead")]
    RulesAdopted,
    /// No rules to amend.
    #[error("no rules were adopted yet; adopt them first")]
    NoRules,
    /// No such phase.
    #[error("the rules have {count} phases, numbered from 0; there is no phase {found}")]
    NoPhase {
        /// The index given.
        found: u32,
        /// How many there are.
        count: usize,
    },
    /// The phase is not in the state for this.
    #[error("phase {0} is open already")]
    PhaseOpen(u32),
    /// The phase is not in the state for this.
    #[error("phase {0} is not open")]
    PhaseNotOpen(u32),
    /// An index beyond its list.
    #[error("the {list} list has {count} entries, numbered from 0; there is no entry {found}")]
    NoEntry {
        /// The list.
        list: &'static str,
        /// The index given.
        found: u32,
        /// How many there are.
        count: u32,
    },
    /// The reference points at nothing known.
    #[error("the {role} {id} is not in the record; check the reference")]
    Unknown {
        /// The role of the reference.
        role: &'static str,
        /// The id given.
        id: IntentId,
    },
    /// A reference is missing.
    #[error("this act needs a reference to its {0}")]
    NoReference(&'static str),
    /// The thing is of another kind.
    #[error("expected {expected}, found {found}")]
    WrongKind {
        /// What the act is about.
        expected: &'static str,
        /// What was found.
        found: SubjectKind,
    },
    /// The act referred to is of another kind.
    #[error("expected a {expected}, found a {found}")]
    WrongAct {
        /// What the act refers to.
        expected: ActKind,
        /// What was found.
        found: ActKind,
    },
    /// The thing belongs to another consultation.
    #[error(
        "the {role} belongs to another consultation; an act and what it refers to belong to the same one"
    )]
    Elsewhere {
        /// The role of the reference.
        role: &'static str,
    },
    /// The thing is not what the ballot, the vote or the earlier act is about.
    #[error("the {role} is about something else than this act names; name the same thing, or leave it out")]
    AnotherSubject {
        /// The role of the reference that is about something else.
        role: &'static str,
    },
    /// A vote names what it is for where that must not be seen.
    #[error("this ballot withholds choices while it is open: its votes refer to the ballot alone")]
    ChoicesWithheld,
    /// The vote to change or retract is not the live vote of this tag.
    #[error("this voter has no such live vote in this ballot")]
    NoLiveVote,
    /// A vote in the place of one that was set aside.
    #[error("the vote of this voter was set aside, and stays so: none takes its place")]
    VoteSetAside,
    /// A vote under a tag whose votes went with their voter.
    #[error("the votes under this tag were erased with their voter; a vote cast now needs another tag")]
    VoterErased,
    /// The ballot is closed already.
    #[error("the ballot is closed already")]
    BallotClosed,
    /// Already so.
    #[error("this {0} already")]
    Already(&'static str),
    /// A threshold that was reached stays reached.
    #[error("this threshold was reached already")]
    ThresholdReached,
    /// An older observation after a newer one.
    #[error("a newer observation of this source is sealed already; an older one can no longer be imported")]
    OlderImport,
    /// A right on this record that somebody else would give.
    #[error("roles on this record are given and taken back here, not by a source")]
    NotFromASource,
    /// The act concerns the whole instance.
    #[error(
        "this act concerns the whole instance and stands in the instance's own stream, not in a consultation's"
    )]
    NotOfAConsultation,
    /// A credential that nobody was granted.
    #[error("no credential {0} was granted; check the id, `devenir key list` shows those that were")]
    NoCredential(CredentialId),
    /// The credential has its grant already.
    #[error("the credential {0} has its role already; one credential has one grant, draw a new one")]
    Granted(CredentialId),
    /// The grant does not say what it must, or says what it must not.
    #[error("{0}")]
    BadGrant(&'static str),
    /// Nothing waits for a second hand.
    #[error("this act does not wait for a second hand: it needs none, or has it already")]
    NotPending,
    /// What an erasure names was not decided, or is not what was decided.
    #[error("{0}")]
    BadErasure(&'static str),
    /// The ledger was opened already, or an event of the ledger is filed in a consultation.
    #[error("an event of the ledger itself is written by opening it, not by a command")]
    NotACommand,
}
