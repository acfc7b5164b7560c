//! What a source says, as plain values that no format and no event type shows through.
//!
//! A reader turns its format into [`Observation`]s (`docs/design.md`, Imports); everything after it
//! is shared: identities, comparison with the record, commands, the report. Words that facts are
//! written in are the record's own; this module knows no file, no store and no event.

use std::collections::BTreeMap;

use devenir_core::codes;
pub use devenir_core::event::code::{
    Choice, ContributionKind, GapCause, Lang, Side, TextFormat, ThresholdKind,
};
pub use devenir_core::rules::ModerationAction;
use devenir_core::time::{Claimed, Precision, Timestamp};
use serde::{Deserialize, Serialize};

/// One fact that a source states, with the identity under which it is recorded once and for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// Which act on which item of which platform.
    pub key: SourceKey,
    /// When it happened, as the source says, never more precise than the source.
    #[serde(with = "claimed")]
    pub claimed: Claimed,
    /// Whether the source states it, or it was inferred from two observations.
    pub trust: Trust,
    /// What is stated.
    pub fact: ObservedFact,
}

/// The identity of one act on one item at its platform.
///
/// Its bytes are the client's key of the import command: a later run finds by it what it wrote. It
/// never holds a digest of content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceKey {
    /// The installation, by its host name where the source has one (`petition.parliament.uk`).
    pub platform: String,
    /// What kind of item, in the platform's own numbering.
    pub kind: ItemKind,
    /// The item's identifier at the platform, unique within its kind only.
    pub external_id: String,
    /// What happened to it.
    pub act: Act,
    /// The source's own revision of the item; empty for what happens once. Where an act can happen
    /// again and the source numbers nothing, the instant of the observation.
    pub revision: String,
}

impl SourceKey {
    /// The item that the act is about.
    #[must_use]
    pub fn item(&self) -> ItemRef {
        ItemRef { kind: self.kind, external_id: self.external_id.clone() }
    }

    /// The five fields, each preceded by its length in bytes as a big-endian `u16`.
    ///
    /// A field longer than 65,535 bytes is cut there; readers refuse identifiers far shorter.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let fields =
            [&self.platform, self.kind.as_str(), &self.external_id, self.act.as_str(), &self.revision];
        let mut bytes = Vec::with_capacity(fields.iter().map(|field| field.len() + 2).sum());
        for field in fields {
            let length = u16::try_from(field.len()).unwrap_or(u16::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend(field.bytes().take(usize::from(length)));
        }
        bytes
    }
}

impl std::fmt::Display for SourceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {} {}", self.platform, self.kind, self.external_id, self.act)?;
        if self.revision.is_empty() { Ok(()) } else { write!(f, " @ {}", self.revision) }
    }
}

/// An item of the same platform, named by another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemRef {
    /// Its kind.
    pub kind: ItemKind,
    /// Its identifier within the kind.
    pub external_id: String,
}

impl ItemRef {
    /// The item `external_id` of this kind.
    #[must_use]
    pub fn new(kind: ItemKind, external_id: impl Into<String>) -> Self {
        Self { kind, external_id: external_id.into() }
    }
}

impl std::fmt::Display for ItemRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, self.external_id)
    }
}

codes! {
    /// The numberings of the platforms: an identifier is unique within one of them only.
    pub enum ItemKind {
        /// Cap Collectif: an article of the authority or a proposal of a citizen, one numbering.
        Opinion = "opinion",
        /// Cap Collectif: what it calls a version is an amendment here.
        Version = "version",
        /// An argument for or against.
        Argument = "argument",
        /// A document that somebody cites.
        Source = "source",
        /// A petition.
        Petition = "petition",
        /// Consul: a citizens' proposal.
        Proposal = "proposal",
    }
}

codes! {
    /// What happened to an item; part of its [`SourceKey`].
    pub enum Act {
        /// It was handed in: the act that creates the item in the record.
        Submitted = "submitted",
        /// It was made public.
        Published = "published",
        /// A threshold of sponsors was reached: the site may examine it.
        ThresholdModeration = "threshold-moderation",
        /// The threshold for an answer was reached.
        ThresholdResponse = "threshold-response",
        /// The threshold for a debate was reached.
        ThresholdDebate = "threshold-debate",
        /// Its collection of support opened.
        BallotOpened = "ballot-opened",
        /// Its collection of support closed.
        BallotClosed = "ballot-closed",
        /// A counter was read.
        Votes = "votes",
        /// Its text was found different from the last one known.
        Revised = "revised",
        /// It was refused, hidden or removed.
        Moderated = "moderated",
        /// An authority answered it.
        Answered = "answered",
        /// The answer's text was changed.
        AnswerCorrected = "answer-corrected",
        /// Another answer took the place of the first one.
        AnswerRevised = "answer-revised",
        /// It was debated.
        Debated = "debated",
        /// A debate has an outcome and no day.
        DebateUndated = "debate-undated",
        /// Its author took it back.
        Withdrawn = "withdrawn",
        /// It should be there and is not.
        Gap = "gap",
        /// It stood in an earlier reading and not in this one.
        Vanished = "vanished",
    }
}

codes! {
    /// How an observation came about. No reader can say `native`: what is imported never becomes so.
    pub enum Trust {
        /// The source states it.
        Observed = "observed",
        /// It was inferred from two observations.
        Reconstructed = "reconstructed",
    }
}

/// What a source states, by what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ObservedFact {
    /// A citizen's proposal or a petition.
    Contribution(Contribution),
    /// A text of the authority that is put to the public, article by article.
    ReferenceText(ReferenceText),
    /// A change that somebody asks for in a proposal or an article.
    Amendment(Amendment),
    /// A reason for or against.
    Argument(Argument),
    /// A document cited under an item.
    SourceCited(SourceCited),
    /// Counters as the site showed them.
    Votes(Votes),
    /// The collection of support opened.
    BallotOpened(Target),
    /// The collection of support closed.
    BallotClosed(Target),
    /// The item was made public.
    Published(Target),
    /// The item was refused, hidden or removed.
    Moderation(Moderation),
    /// A threshold was reached.
    ThresholdReached(ThresholdReached),
    /// An authority answered.
    Response(Response),
    /// The source changed its entry for the answer, and does not say how; the text of before is unknown.
    ResponseCorrected(ResponseCorrected),
    /// An authority answered anew; the first answer no longer stands.
    ResponseRevised(Response),
    /// A debate, or the outcome of one that has no day.
    Debate(Debate),
    /// The text differs from the last one known.
    Revised(Revised),
    /// The author took the item back; the source gives no reason.
    Withdrawn(Target),
    /// An item that should be there and is not.
    Gap(Gap),
}

impl ObservedFact {
    /// The item without which this fact has no meaning, if it is another act than its creation.
    #[must_use]
    pub fn stands_on(&self) -> Option<&ItemRef> {
        match self {
            Self::Contribution(_) | Self::ReferenceText(_) | Self::Gap(_) => None,
            Self::Amendment(amendment) => Some(&amendment.parent),
            Self::Argument(argument) => Some(&argument.parent),
            Self::SourceCited(source) => Some(&source.parent),
            Self::Votes(votes) => Some(&votes.target),
            Self::BallotOpened(on) | Self::BallotClosed(on) | Self::Published(on) | Self::Withdrawn(on) => {
                Some(&on.target)
            }
            Self::Moderation(moderation) => Some(&moderation.target),
            Self::ThresholdReached(reached) => Some(&reached.target),
            Self::Response(response) | Self::ResponseRevised(response) => Some(&response.target),
            Self::ResponseCorrected(corrected) => Some(&corrected.target),
            Self::Debate(debate) => Some(&debate.target),
            Self::Revised(revised) => Some(&revised.target),
        }
    }
}

impl ObservedFact {
    /// The part of the consultation to which the item belongs, else the first of its subjects.
    #[must_use]
    pub fn theme(&self) -> Option<Theme> {
        let (section, topics) = match self {
            Self::Contribution(it) => (it.section.as_ref(), it.topics.as_slice()),
            Self::ReferenceText(it) => (it.section.as_ref(), [].as_slice()),
            Self::Amendment(_)
            | Self::Argument(_)
            | Self::SourceCited(_)
            | Self::Votes(_)
            | Self::BallotOpened(_)
            | Self::BallotClosed(_)
            | Self::Published(_)
            | Self::Moderation(_)
            | Self::ThresholdReached(_)
            | Self::Response(_)
            | Self::ResponseCorrected(_)
            | Self::ResponseRevised(_)
            | Self::Debate(_)
            | Self::Revised(_)
            | Self::Withdrawn(_)
            | Self::Gap(_) => return None,
        };
        let numbered = |section: &Section| Theme {
            // Among numbers the shorter is the smaller: the order of the platform.
            length: section.external_id.len(),
            external_id: section.external_id.clone(),
            name: section.title.clone(),
        };
        let named = |topic: &String| Theme { length: 0, external_id: String::new(), name: topic.clone() };
        section.map(numbered).or_else(|| topics.first().map(named))
    }
}

/// What an item is about, in the words of its platform; sorted as the platform numbers it, then by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Theme {
    length: usize,
    external_id: String,
    /// Its name.
    pub name: String,
}

/// The item that a bare act is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The item.
    pub target: ItemRef,
}

/// Words as received: nothing is cleaned, shortened or translated at import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// The title, absent where the source has none.
    pub title: Option<String>,
    /// The text, absent where the source does not contain it.
    pub body: Option<Body>,
    /// Texts that the author put beside it, such as an explanation.
    pub annexes: Vec<Annex>,
    /// The language, stated by the reader for its format.
    pub lang: Lang,
}

/// A text and what it is written in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The characters as received, carriage returns and entities included.
    pub text: String,
    /// What they are.
    pub format: TextFormat,
}

impl Body {
    /// A text that is HTML, never to be shown as it stands.
    #[must_use]
    pub fn html(text: impl Into<String>) -> Self {
        Self { text: text.into(), format: TextFormat::Html }
    }

    /// A text whose field may hold either: HTML as soon as a tag or an entity stands in it.
    #[must_use]
    pub fn received(text: impl Into<String>) -> Self {
        let text = text.into();
        let tag = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        let entity = |rest: &str| {
            let name = rest.split(';').next().unwrap_or_default();
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '#';
            name.len() < rest.len() && (2..=32).contains(&name.len()) && name.chars().all(fits)
        };
        let html = text.split('<').skip(1).any(tag) || text.split('&').skip(1).any(entity);
        if html { Self::html(text) } else { Self::plain(text) }
    }

    /// A text without mark-up.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), format: TextFormat::Plain }
    }
}

/// A text beside the main one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex {
    /// Its heading at the platform.
    pub title: String,
    /// Its text.
    pub body: Body,
}

/// Who wrote something, as far as the source says.
///
/// Where `account` is absent, two items with the same name are not known to be one person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The account at the platform: what the register turns into a participant.
    pub account: Option<String>,
    /// The name shown there; recorded only where names are kept.
    pub name: Option<String>,
}

/// A part of the consultation to which an item belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its identifier at the platform.
    pub external_id: String,
    /// Its heading.
    pub title: String,
}

/// A body, as the source names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its abbreviation, if the source has one.
    pub acronym: Option<String>,
    /// Its page.
    pub url: Option<String>,
}

/// A citizen's proposal or a petition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// Which of the two.
    pub kind: ContributionKind,
    /// Its words.
    pub wording: Wording,
    /// Its author, absent where the source names nobody.
    pub author: Option<Author>,
    /// Its page at the platform.
    pub url: Option<String>,
    /// Where it stands in the consultation.
    pub section: Option<Section>,
    /// Its subjects, in the platform's words.
    pub topics: Vec<String>,
    /// The bodies to which the platform assigned it.
    pub addressed_to: Vec<Organisation>,
    /// When the source changed it after its submission, leaving no trace of what changed.
    pub changed_in_source: Option<Timestamp>,
}

/// A text of the authority, put to the public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceText {
    /// Its number in the text, such as `10` for "Article 10 - …", where the title has one.
    pub number: Option<String>,
    /// Its words.
    pub wording: Wording,
    /// The law as it stands and as it would read.
    pub changes: Vec<LawChange>,
    /// Its page at the platform.
    pub url: Option<String>,
    /// Where it stands in the consultation.
    pub section: Option<Section>,
    /// When the source changed it, leaving no trace of what changed.
    pub changed_in_source: Option<Timestamp>,
}

/// One provision of existing law that an article would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawChange {
    /// The provision, in the platform's words.
    pub title: String,
    /// As it stands; absent where the provision would be new.
    pub before: Option<Body>,
    /// As it would read; absent where it would be repealed.
    pub after: Option<Body>,
}

/// A change that somebody asks for in a proposal or an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// What it would change.
    pub parent: ItemRef,
    /// Its words; the body is absent where the source has the title only.
    pub wording: Wording,
    /// Its author.
    pub author: Option<Author>,
    /// Its page at the platform.
    pub url: Option<String>,
}

/// A reason for or against an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// What it speaks about.
    pub parent: ItemRef,
    /// On which side.
    pub side: Side,
    /// Its words.
    pub body: Body,
    /// The language.
    pub lang: Lang,
    /// Its author.
    pub author: Option<Author>,
    /// Its page at the platform.
    pub url: Option<String>,
    /// When the source changed it, leaving no trace of what changed.
    pub changed_in_source: Option<Timestamp>,
}

impl Argument {
    /// Its words, as those of a text without a title.
    pub(super) fn wording(&self) -> Wording {
        Wording { title: None, body: Some(self.body.clone()), annexes: Vec::new(), lang: self.lang }
    }
}

/// A document cited under an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCited {
    /// Where it is cited.
    pub parent: ItemRef,
    /// Its title.
    pub title: String,
    /// Where it is found.
    pub link: Option<String>,
    /// What the person who cites it says of it.
    pub body: Body,
    /// The language.
    pub lang: Lang,
    /// Its category, in the platform's words.
    pub category: Option<String>,
    /// Who cites it.
    pub author: Option<Author>,
    /// When the source changed it, leaving no trace of what changed.
    pub changed_in_source: Option<Timestamp>,
}

/// Counters as the site showed them: an aggregate, never so many voters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Votes {
    /// What was voted on.
    pub target: ItemRef,
    /// The count of each choice.
    pub counters: BTreeMap<Choice, u64>,
}

impl Votes {
    /// The sum of the counters.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counters.values().fold(0, |total, count| total.saturating_add(*count))
    }
}

/// A refusal, a hiding or a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moderation {
    /// The item.
    pub target: ItemRef,
    /// What was done to it.
    pub action: ModerationAction,
    /// The ground, in the platform's own code, which may be one that nobody knew before.
    pub code: Option<String>,
    /// The words given for it.
    pub text: Option<Body>,
}

/// A threshold, reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdReached {
    /// The item.
    pub target: ItemRef,
    /// What reaching it brings. How many supports that takes is not in the sources read here.
    pub threshold: ThresholdKind,
}

/// An authority's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// What it answers.
    pub target: ItemRef,
    /// The bodies that answer, as they sign; no person is named.
    pub bodies: Vec<Organisation>,
    /// Its summary.
    pub summary: Option<String>,
    /// Its text; absent where it was changed later and only the later text is known.
    pub text: Option<Body>,
    /// What the source says of how this answer came, in its own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_of_it: Option<String>,
    /// The language.
    pub lang: Lang,
}

/// A change of an answer's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseCorrected {
    /// What the answer is about.
    pub target: ItemRef,
    /// Its summary from then on.
    pub summary: Option<String>,
    /// Its text from then on.
    pub text: Body,
    /// The language.
    pub lang: Lang,
}

/// A debate, as far as the source says that it was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debate {
    /// What it is about.
    pub target: ItemRef,
    /// Whether it has a day.
    pub outcome: DebateOutcome,
    /// What the site says of it.
    pub overview: Option<Body>,
    /// The language.
    pub lang: Lang,
    /// The record of the debate.
    pub transcript_url: Option<String>,
    /// Its recording.
    pub video_url: Option<String>,
    /// The papers written for it.
    pub pack_url: Option<String>,
}

codes! {
    /// What a source says of a debate.
    pub enum DebateOutcome {
        /// It was held, on the day claimed.
        Held = "held",
        /// It has an outcome and no day. That none was held is our inference, and that somebody decided so would be
        /// our invention: the record has a gap, with the source's own words.
        Undated = "undated",
    }
}

/// A text found different from the last one known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revised {
    /// The item.
    pub target: ItemRef,
    /// Whether it is a text of the authority.
    pub official: bool,
    /// Its words from then on.
    pub wording: Wording,
    /// When it was last seen with its former words; unknown where nobody said.
    #[serde(with = "claimed")]
    pub unchanged_at: Claimed,
    /// When it was first seen with these words.
    #[serde(with = "claimed")]
    pub changed_by: Claimed,
}

/// An item that should be there and is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The item.
    pub item: ItemRef,
    /// Why it is missing.
    pub cause: GapCause,
    /// Whether the record holds it: the gap then refers to it. No reader knows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recorded: bool,
}

/// A claimed time as two values, for the readers' temporary files only.
mod claimed {
    use super::{Claimed, Precision, Timestamp};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(claimed: &Claimed, out: S) -> Result<S::Ok, S::Error> {
        (claimed.at(), claimed.precision()).serialize(out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Claimed, D::Error> {
        let (at, precision) = <(Option<Timestamp>, Precision)>::deserialize(from)?;
        Ok(at.map_or(Claimed::UNKNOWN, |at| Claimed::new(at, precision)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(external_id: &str, revision: &str) -> SourceKey {
        SourceKey {
            platform: "example.org".into(),
            kind: ItemKind::Petition,
            external_id: external_id.into(),
            act: Act::Votes,
            revision: revision.into(),
        }
    }

    #[test]
    fn two_keys_have_the_same_bytes_only_if_they_are_the_same() {
        assert_ne!(key("1", "23").to_bytes(), key("12", "3").to_bytes());
        assert_eq!(key("1", "").to_bytes(), b"\0\x0bexample.org\0\x08petition\0\x011\0\x05votes\0\0");
    }

    #[test]
    fn html_is_told_from_plain_text_by_a_tag_or_an_entity() {
        for (text, format) in [
            ("<p>Bonjour</p>", TextFormat::Html),
            ("for&ecirc;t", TextFormat::Html),
            ("l&#39;eau", TextFormat::Html),
            ("a <br/> b", TextFormat::Html),
            ("1 < 2 & 3 > 2; R&D", TextFormat::Plain),
            ("", TextFormat::Plain),
            ("<", TextFormat::Plain),
            ("&;", TextFormat::Plain),
        ] {
            assert_eq!(Body::received(text).format, format, "{text}");
        }
    }

    #[test]
    fn an_observation_survives_the_temporary_file() {
        let observation = Observation {
            key: key("7", "2023-01-03T10:31:10.000Z"),
            claimed: Claimed::new(Timestamp(1_672_704_000_000), Precision::Day),
            trust: Trust::Observed,
            fact: ObservedFact::Votes(Votes {
                target: ItemRef::new(ItemKind::Petition, "7"),
                counters: BTreeMap::from([(Choice::Support, 12)]),
            }),
        };
        let text = serde_json::to_string(&observation).unwrap();
        assert_eq!(serde_json::from_str::<Observation>(&text).unwrap(), observation);
    }
}
