//! Parts: what an event holds beside its facts, committed to in the envelope and kept in the vault.
//!
//! Kinds 1 to 127 are personal (always erasable), 128 to 191 texts of public acts, 192 to 255 structural
//! (`docs/format.md`, Parts). A part is absent for one of four reasons, and every reader handles it. This
//! module knows no commitment and no vault.

use super::code::{Choice, ErasureScope, TextFormat};
use crate::id::{Bytes32, IntentId, Participant};
use serde::{Deserialize, Serialize};

/// A part: open, or absent for a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<T> {
    /// Its content is at hand.
    Open(T),
    /// It is not, and why.
    Absent(Absence),
}

impl<T> Part<T> {
    /// The content, where it is at hand.
    #[must_use]
    pub const fn open(&self) -> Option<&T> {
        match self {
            Self::Open(content) => Some(content),
            Self::Absent(_) => None,
        }
    }

    /// A part that may not be given.
    #[must_use]
    pub fn from_option(content: Option<T>) -> Self {
        content.map_or(Self::Absent(Absence::NotInSource), Self::Open)
    }

    /// Whether the envelope commits to a part of this kind, whatever became of its content since.
    #[must_use]
    pub const fn is_committed(&self) -> bool {
        !matches!(self, Self::Absent(Absence::NotInSource))
    }
}

/// Why a part is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// The envelope holds no commitment of this kind: the source did not say, or nothing was given.
    NotInSource,
    /// It was erased, and an event says so.
    Erased,
    /// It exists, and is not shown to this reader or not yet.
    Withheld,
    /// The envelope commits to it and the vault has nothing that fits.
    Lost,
}

/// The content of a part: its kind says how to read its bytes.
pub trait PartContent: Serialize + serde::de::DeserializeOwned {
    /// The kind in the envelope.
    const KIND: u8;
}

/// The longest part, in bytes.
pub const PART_BYTES_MAX: usize = 1 << 20;

/// Whether parts of this kind are erasable on a person's request.
#[must_use]
pub const fn is_personal(kind: u8) -> bool {
    kind < 128
}

/// Whether parts of this kind can never be taken down; deciders may read them.
#[must_use]
pub const fn is_structural(kind: u8) -> bool {
    kind >= 192
}

/// Whether parts of this kind are texts of public acts: never erased on a person's request, taken down by two people.
#[must_use]
pub const fn is_public_text(kind: u8) -> bool {
    !is_personal(kind) && !is_structural(kind)
}

/// Which erasure takes parts of this kind: of who acted, or of what they gave; none takes public acts.
#[must_use]
pub const fn erased_with(kind: u8) -> Option<ErasureScope> {
    match kind {
        // Author, moderator, signatory, holder.
        2 | 9 | 11 | 13 => Some(ErasureScope::Author),
        1..128 => Some(ErasureScope::Content),
        _ => None,
    }
}

/// The mask of an erasure on an envelope that commits to these kinds, in their order: bit i is its i-th part.
#[must_use]
pub fn erasure_mask(kinds: impl IntoIterator<Item = u8>, scope: ErasureScope) -> u16 {
    let takes = |kind: u8| erased_with(kind).is_some_and(|own| scope == ErasureScope::All || own == scope);
    (0_u32..15).zip(kinds).filter(|(_, kind)| takes(*kind)).fold(0, |mask, (index, _)| mask | 1 << index)
}

macro_rules! parts {
    ($($(#[$meta:meta])* $kind:literal $name:ident { $($(#[$fmeta:meta])* $field:ident : $type:ty),* $(,)? })+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            #[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
            pub struct $name { $($(#[$fmeta])* pub $field: $type),* }

            impl PartContent for $name {
                const KIND: u8 = $kind;
            }
        )+

        /// Every kind with its name, ascending.
        pub const PART_KINDS: &[(u8, &str)] = &[$(($kind, stringify!($name))),+];

        /// The JSON Schema of every part, by kind.
        #[cfg(feature = "schemas")]
        #[must_use]
        pub fn part_schemas() -> Vec<(u8, &'static str, schemars::Schema)> {
            vec![$(($kind, stringify!($name), schemars::schema_for!($name))),+]
        }
    };
}

parts! {
    /// A text with its title, as a person wrote it.
    1 TitledText {
        /// The text; absent where the source has the title only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        /// How the text is written.
        format: TextFormat,
        /// The title; absent where the kind of text has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
    }
    /// Who acted, as a participant of this consultation.
    2 Author {
        /// The name shown, where the author wanted one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The participant; absent where the source does not tell its authors apart.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        participant: Option<Participant>,
    }
    /// Where the item stands on the platform that collected it.
    3 Source {
        /// The platform's own identifier.
        external_id: String,
        /// The platform's kind of item.
        kind: String,
        /// The platform.
        platform: String,
        /// The item's address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    }
    /// A place, in words.
    4 Place {
        /// The words.
        label: String,
    }
    /// A source that somebody cites in support.
    6 Citation {
        /// What the source says, in the words of who cites it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// The source's title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// The source's address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    }
    /// What a voter chose.
    7 ChoiceMade {
        /// The choice.
        choice: Choice,
        /// The option's index in the ballot's definition, where the ballot has options.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        option: Option<u16>,
    }
    /// Why, in words about a person's text: never without a way to erase them.
    8 Explanation {
        /// The words.
        text: String,
    }
    /// Who moderated.
    9 Moderator {
        /// The name.
        name: String,
    }
    /// A text with the words that had to go taken out.
    10 RedactedText {
        /// The text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        /// The title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
    }
    /// Who signed an act, and in which capacity.
    11 Signatory {
        /// The capacity, `maire-adjointe à la voirie`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        capacity: Option<String>,
        /// The name.
        name: String,
    }
    /// The files that an import read.
    12 Manifest {
        /// The files, in the order of their names.
        files: Vec<ManifestFile>,
        /// What the importer noticed, one sentence each.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        notes: Vec<String>,
    }
    /// Who holds a credential.
    13 Holder {
        /// The name.
        name: String,
    }
    /// Under which number an operator keeps a request.
    14 Ticket {
        /// The number.
        number: String,
    }
    /// What a consultation is about, in the words of who organises it.
    128 Presentation {
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// The title.
        title: String,
    }
    /// Why an authority or the organiser did something.
    129 Reasons {
        /// The words.
        text: String,
    }
    /// A text that the authority put to consultation.
    130 OfficialText {
        /// The text.
        body: String,
        /// What it would change in the law or rule that stands, section by section, in its own order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<SectionChange>,
        /// How the text is written.
        format: TextFormat,
        /// The title.
        title: String,
    }
    /// Minutes of a decision or a count.
    131 Minutes {
        /// The words.
        text: String,
        /// Where they are published.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    }
    /// What is known of a debate.
    132 DebateRecord {
        /// Where it is published.
        links: Vec<String>,
        /// What it was about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        overview: Option<String>,
    }
    /// The words of an authority's response.
    133 ActText {
        /// The authority's own word for the outcome.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        local_status: Option<String>,
        /// The words of the pointers, in the order of the facts.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pointers: Vec<PointerText>,
        /// Why, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// The whole text, where there is more than the reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    }
    /// Who appointed the holder of a role, and in which words.
    134 Mandate {
        /// The appointing body.
        body: String,
        /// The words of the appointment, or where they stand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    }
    /// What a platform or a parliament says in its own words, where no code here means the same.
    135 LocalStatus {
        /// The words, as the source has them.
        words: String,
    }
    /// What a consultation's registration fixes for ever.
    192 Registration {
        /// The short name in references and addresses: `[a-z0-9-]{3,40}`.
        slug: String,
        /// The zone in which days are read, `Europe/Paris`.
        timezone: String,
    }
    /// Bodies appended to the consultation's list, which never renumbers.
    193 Bodies {
        /// The names, appended in this order.
        names: Vec<String>,
    }
    /// The rules of a consultation, frozen when adopted.
    194 RuleSet {
        /// Whether a first publication needs a moderator.
        moderated_before: bool,
        /// The phases, in order.
        phases: Vec<PhaseRule>,
        /// The consultation's territories.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        territories: Vec<String>,
        /// The consultation's themes.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        themes: Vec<String>,
        /// The thresholds of support.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        thresholds: Vec<SupportThreshold>,
        /// The days that the authority has to answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer_within: Option<AnswerWithin>,
    }
    /// What a ballot asks.
    196 BallotDefinition {
        /// The options, in the order of their indexes; none for a support or opinion ballot.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        options: Vec<BallotOption>,
        /// The question.
        question: String,
    }
    /// A full table of observed counters, beyond what facts hold.
    200 TallyTable {
        /// The rows: label and count.
        rows: Vec<(String, u64)>,
    }
    /// The ledger in whose place this one was opened, in its own words.
    201 Predecessor {
        /// The newest checkpoint that witnesses had cosigned, a note; absent where there was none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cosigned: Option<String>,
        /// Its key, under its name, as notes name keys.
        key: String,
        /// The last checkpoint that it signed, a note.
        signed: String,
    }
}

/// One file of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ManifestFile {
    /// Its length in bytes.
    pub bytes: u64,
    /// Its name, relative to what was imported.
    pub name: String,
    /// The SHA-256 of its bytes.
    pub sha256: Bytes32,
}

/// The words of a pointer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PointerText {
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it points at, `délibération 2027-41, article 4`.
    pub words: String,
}

/// What a text of the authority would change in one section of the law or rule that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct SectionChange {
    /// The section as it would read; absent where it would go, or where nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The section as it stands; absent where it would be new, or where nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// How the two are written.
    pub format: TextFormat,
    /// The section, `article L. 312-1`.
    pub title: String,
}

/// One phase of a consultation's rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PhaseRule {
    /// What the phase admits.
    pub admits: Vec<super::code::Activity>,
    /// When it is planned to open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<crate::time::Timestamp>,
    /// Its name.
    pub name: String,
    /// When it is planned to close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<crate::time::Timestamp>,
}

/// A threshold of support, and what it brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct SupportThreshold {
    /// What reaching it brings.
    pub brings: super::code::ThresholdKind,
    /// The number of supports.
    pub count: u64,
}

/// How long the authority has to answer, and from when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct AnswerWithin {
    /// The body that must answer, an index in the list of bodies.
    pub body: u32,
    /// Days of the calendar after the start: the first is not counted, the last counts to its end.
    pub days: u32,
    /// What starts the delay.
    pub from: super::code::DutyStart,
    /// Whether the rule obliges or encourages.
    pub must: bool,
    /// Where the rule stands, `règlement de la consultation, article 9`.
    pub source: String,
}

/// One option of a ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct BallotOption {
    /// What is shown to voters.
    pub label: String,
    /// The version of the text that the option stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<IntentId>,
}
