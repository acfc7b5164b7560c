//! Versions of a text, what changed between two of them, and who supported which.
//!
//! `docs/design.md` (Votes) binds votes to versions. What may not be served of a version is not served of a
//! comparison either: the views see to both.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use devenir_core::event::{code as event, part};
use devenir_projections::model::TextAbsence;
use devenir_projections::query as views;

use super::at::At;
use super::code::Code;
use super::contribution::Contribution;
use super::event::Event;
use super::id::NodeId;
use super::scalar::{DateTime, Sha256};
use super::tally::Tally;
use super::text::{ClaimedTime, Text};

/// A version of a text.
#[derive(Debug, Clone)]
pub struct Version(pub views::Version);

impl Version {
    /// Its id.
    #[must_use]
    pub const fn node_id(&self) -> NodeId {
        NodeId::Version(self.0.id)
    }
}

/// A version of a text. Votes are bound to one.
#[Object]
impl Version {
    /// Its permanent id.
    pub(super) async fn id(&self) -> ID {
        self.node_id().into()
    }

    /// The name of the event that gave it.
    async fn intent_id(&self) -> Sha256 {
        self.0.id.into()
    }

    /// Its number: 1 for the first.
    async fn number(&self) -> u32 {
        self.0.number
    }

    /// What it is a version of.
    async fn contribution(&self, ctx: &Context<'_>) -> Result<Option<Contribution>> {
        Contribution::at(ctx, self.0.subject)
    }

    /// The title.
    async fn title(&self) -> Text {
        Text::of_version(self.0.title.clone(), self.0.position)
    }

    /// The words.
    async fn body(&self) -> Text {
        Text::of_version(self.0.body.clone(), self.0.position)
    }

    /// What it would change in the law or rule that stands, section by section, for a text of the authority that
    /// changes one. Empty where the words may not be shown.
    async fn changes(&self) -> Vec<SectionChange> {
        let words = |plain: Option<String>| {
            let words = Text::given(plain, self.0.body.lang, TextAbsence::NotInSource);
            Text::of_version(words, self.0.position)
        };
        let section = |it: &part::SectionChange| SectionChange {
            title: words(Some(it.title.clone())),
            before: words(it.before.clone()),
            after: words(it.after.clone()),
        };
        self.0.changes.iter().map(section).collect()
    }

    /// The address of a cited source, where it may be shown.
    async fn link(&self) -> Option<&str> {
        self.0.link.as_deref()
    }

    /// Whether words were taken out by moderation.
    async fn redacted(&self) -> bool {
        self.0.redacted
    }

    /// Whether the meaning changed, as its author says; null where nobody said.
    async fn material(&self) -> Option<bool> {
        self.0.material
    }

    /// The last observation of the text of before, where nobody saw the change.
    async fn seen_before(&self) -> Option<DateTime> {
        self.0.seen_before.map(DateTime)
    }

    /// The figures of this version alone.
    async fn support(&self, ctx: &Context<'_>) -> Result<Tally> {
        Tally::of(ctx, self.0.subject, Some(self.0.position))
    }

    /// What changed since an earlier version; null where one of the two is not there or may not be shown.
    async fn diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the earlier version; the one before where it is not given.")]
        from: Option<u32>,
    ) -> Result<Option<Diff>> {
        let from = from.unwrap_or(self.0.number.saturating_sub(1));
        let question =
            |reading: &devenir_projections::Reading| reading.changes(self.0.subject, from, self.0.number);
        let runs = |changes: Vec<views::Change>| {
            let change = |it: views::Change| Change { kind: Code(it.kind), text: it.text };
            changes.into_iter().map(change).collect()
        };
        let found = At::of(ctx)?.ask(question)?;
        Ok(found.map(|diff| Diff { from, title: runs(diff.title), body: runs(diff.body) }))
    }

    /// How it came to be recorded.
    async fn trust(&self) -> Code<event::Trust> {
        Code(self.0.trust)
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// When it was written, as somebody claims.
    async fn claimed(&self) -> ClaimedTime {
        self.0.claimed.into()
    }

    /// The event that gave it.
    async fn event(&self, ctx: &Context<'_>) -> Result<Option<Event>> {
        Event::at(ctx, self.0.position)
    }
}

/// What a text of the authority would change in one section of the law or rule that stands.
#[derive(Debug, Clone, SimpleObject)]
pub struct SectionChange {
    /// The section.
    pub title: Text,
    /// The section as it stands; not there where it would be new, or where the source does not say.
    pub before: Text,
    /// The section as it would read; not there where it would go, or where the source does not say.
    pub after: Text,
}

/// What changed between two versions, in reading order.
#[derive(Debug, Clone, SimpleObject)]
pub struct Diff {
    /// The number of the earlier version.
    pub from: u32,
    /// In the title.
    pub title: Vec<Change>,
    /// In the words.
    pub body: Vec<Change>,
}

/// A run of words, and what became of it.
#[derive(Debug, Clone, SimpleObject)]
pub struct Change {
    /// What became of it.
    pub kind: Code<views::ChangeKind>,
    /// The words, blanks included.
    pub text: String,
}
