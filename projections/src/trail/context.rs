//! What a step asks of the views around it: names for the indexes and references that facts hold.
//!
//! Facts name bodies, phases and themes by index and subjects by their permanent name (`docs/format.md`, Facts);
//! the views know the words. Whether a text may be served is decided there too (`docs/design.md`, Moderation):
//! a step never reads a text's part itself, so it cannot show what is hidden.

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{BallotKind, ContributionKind, Custody, ReferenceKind, Side, Stage};
use devenir_core::event::part::SectionChange;
use devenir_core::id::IntentId;
use devenir_core::ledger::Hash;
use devenir_core::rules::Zone;
use devenir_core::time::Timestamp;

use super::message::Message;
use super::moment::Moment;
use super::words::Words;

/// The names around one consultation, as the views know them at one state of the record.
pub trait TrailContext {
    /// The zone in which days are read.
    fn zone(&self) -> &Zone;

    /// The subject whose trail is told; none for the trail of the consultation itself.
    fn home(&self) -> Option<IntentId>;

    /// The body of this index in the consultation's list.
    fn body(&self, index: u32) -> Option<String>;

    /// The phase of this index in the rules.
    fn phase(&self, index: u32) -> Option<String>;

    /// The theme of this index in the rules.
    fn theme(&self, index: u32) -> Option<String>;

    /// The territory of this index in the rules.
    fn territory(&self, index: u32) -> Option<String>;

    /// What is known of a subject; none where the views do not hold it.
    fn subject(&self, id: IntentId) -> Option<SubjectName>;

    /// The version that an event gave, with its words as they may be served now.
    fn version(&self, id: IntentId) -> Option<VersionName>;

    /// What came and what went with a version, compared to the one before; asked for revisions only.
    fn changed(&self, version: IntentId) -> Option<Changed> {
        let _ = version;
        None
    }

    /// What a correction changed in the words of the response that it mends.
    fn corrected(&self, correction: &Recorded) -> Option<Changed> {
        let _ = correction;
        None
    }

    /// When the source was read in which a fact was found; none for what is of this record.
    fn found_at(&self, it: &Recorded) -> Option<Timestamp> {
        let _ = it;
        None
    }

    /// The ballot that an event opened.
    fn ballot(&self, id: IntentId) -> Option<BallotName>;

    /// When an earlier act took place: the response that is corrected, the decision that is appealed against.
    fn date_of(&self, id: IntentId) -> Option<Moment>;

    /// The type of an earlier act of the trail, by its name: what was taken down, what was countersigned.
    fn type_of(&self, id: IntentId) -> Option<&'static str> {
        let _ = id;
        None
    }

    /// What the record covers of a stage.
    fn covers(&self, stage: Stage) -> Covers;

    /// Who holds the secret of the key of this id; none where the views know no such key.
    fn custody(&self, key: Hash) -> Option<Custody> {
        let _ = key;
        None
    }
}

/// What the record covers of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    /// It is recorded here as it goes.
    Live,
    /// A source told of it, until this instant.
    Until(Timestamp),
    /// No source tells of it.
    Nothing,
}

/// What a subject is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectName {
    /// What it is.
    pub kind: ThingKind,
    /// Its reference, `plan-velo-0012`, where it has a number.
    pub reference: Option<String>,
    /// Its title, as it may be shown.
    pub title: Words,
    /// Whether the trail is its own: it is then "cette proposition".
    pub at_home: bool,
}

impl SubjectName {
    /// Something that the views do not hold.
    #[must_use]
    pub const fn unknown() -> Self {
        Self { kind: ThingKind::Text, reference: None, title: Words::NOT_SAID, at_home: false }
    }

    /// The grammatical gender of what it is, in French.
    #[must_use]
    pub const fn gender(&self) -> &'static str {
        match self.kind {
            ThingKind::Proposal
            | ThingKind::Question
            | ThingKind::Petition
            | ThingKind::Initiative
            | ThingKind::Observation
            | ThingKind::Measure
            | ThingKind::QuestionPut
            | ThingKind::Citation => "f",
            ThingKind::Opinion
            | ThingKind::Article
            | ThingKind::Project
            | ThingKind::Amendment
            | ThingKind::ArgumentFor
            | ThingKind::ArgumentAgainst
            | ThingKind::Comment
            | ThingKind::Text => "m",
        }
    }

    pub(super) fn message(&self, id: &'static str) -> Message {
        let place = match (self.at_home, &self.reference) {
            (true, _) => "home",
            (false, Some(_)) => "numbered",
            (false, None) => "other",
        };
        Message::new(id)
            .code("place", place)
            .code("kind", self.kind.as_str())
            .words("reference", self.reference.as_deref())
    }
}

devenir_core::codes! {
    /// What something is, as people call it.
    pub enum ThingKind {
        /// An idea of something to do.
        Proposal = "proposal",
        /// An opinion.
        Opinion = "opinion",
        /// A question to the authority.
        Question = "question",
        /// A petition.
        Petition = "petition",
        /// An initiative.
        Initiative = "initiative",
        /// An observation in a public inquiry.
        Observation = "observation",
        /// An article put to the public.
        Article = "article",
        /// A measure put to the public.
        Measure = "measure",
        /// A question put to the public.
        QuestionPut = "question_put",
        /// A project put to the public.
        Project = "project",
        /// An amendment.
        Amendment = "amendment",
        /// An argument for.
        ArgumentFor = "argument_for",
        /// An argument against.
        ArgumentAgainst = "argument_against",
        /// A comment.
        Comment = "comment",
        /// A cited source.
        Citation = "citation",
        /// Something whose kind is not known.
        Text = "text",
    }
}

impl ThingKind {
    /// Whether it is a text of the authority, put to the public.
    #[must_use]
    pub const fn is_official(self) -> bool {
        matches!(self, Self::Article | Self::Measure | Self::QuestionPut | Self::Project)
    }
}

impl From<ContributionKind> for ThingKind {
    fn from(kind: ContributionKind) -> Self {
        match kind {
            ContributionKind::Proposal => Self::Proposal,
            ContributionKind::Opinion => Self::Opinion,
            ContributionKind::Question => Self::Question,
            ContributionKind::Petition => Self::Petition,
            ContributionKind::Initiative => Self::Initiative,
            ContributionKind::Observation => Self::Observation,
        }
    }
}

impl From<ReferenceKind> for ThingKind {
    fn from(kind: ReferenceKind) -> Self {
        match kind {
            ReferenceKind::Article => Self::Article,
            ReferenceKind::Measure => Self::Measure,
            ReferenceKind::Question => Self::QuestionPut,
            ReferenceKind::Project => Self::Project,
        }
    }
}

impl From<Side> for ThingKind {
    fn from(side: Side) -> Self {
        match side {
            Side::For => Self::ArgumentFor,
            Side::Against => Self::ArgumentAgainst,
        }
    }
}

/// A version of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionName {
    /// 1 for the first.
    pub number: u32,
    /// The title, as it may be shown.
    pub title: Words,
    /// The words, plain, as they may be shown.
    pub body: Words,
    /// What it would change in the law or rule that stands, as it may be shown.
    pub sections: Vec<SectionChange>,
    /// Whether what goes with the words (a name, a place) may be shown.
    pub served: bool,
}

/// What changed from one text to the next, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed {
    /// Few words that stand in the place of few others, each with the word before them: (before, after).
    pub became: Vec<(String, String)>,
    /// The words that came.
    pub added: Option<String>,
    /// The words that went.
    pub removed: Option<String>,
}

/// A ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotName {
    /// What it asks for.
    pub kind: BallotKind,
    /// Its question, where one is known.
    pub question: Option<String>,
}
