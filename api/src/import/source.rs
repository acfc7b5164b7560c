//! A source that was read: its observations in order, and what is to be said about it.
//!
//! `docs/design.md` (Imports): a reconciliation names what was read, left out, refused and missing, and
//! where the source's own counters disagree with what was found. This module knows no format.

use std::collections::{BTreeMap, BTreeSet};

use devenir_core::codes;
pub use devenir_core::event::code::Stage;
use devenir_core::time::Claimed;

use super::ImportError;
use super::observed::{ItemKind, ItemRef, Observation, Theme};
use super::spool::Ordered;

/// A source, read to its end: nothing of it is in the record yet.
#[derive(Debug)]
pub struct Source {
    /// The format, as the command line names it.
    pub format: &'static str,
    /// The installation to which the identifiers belong.
    pub platform: String,
    /// When the source was observed.
    pub observed_at: Claimed,
    /// The zone in which bare days were read.
    pub zone: String,
    /// The numberings of which this reading shows every item that the source has: what it does not show is not
    /// there. Empty where the reading is an extract, or where an item that was refused could be any.
    pub whole: BTreeSet<ItemKind>,
    /// The themes of its items, in the platform's own order.
    pub themes: BTreeSet<Theme>,
    /// What was found, and what to say about it.
    pub summary: SourceSummary,
    /// The items that were refused, with their reasons.
    pub refused: Refusals,
    /// The observations, in the stated order.
    pub observations: Observations,
}

/// Observations in the stated order, read one after another from the temporary file.
///
/// The order: claimed time where there is one, what has none at the end; never before what it stands
/// on; then kind, source id, act, revision. Two runs over the same files yield the same sequence.
#[derive(Debug)]
pub struct Observations(pub(super) Ordered);

impl Observations {
    /// How many there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.total()
    }

    /// Whether anything was observed of this item.
    ///
    /// # Errors
    /// The temporary file does not read.
    pub fn shows(&self, item: &ItemRef) -> Result<bool, ImportError> {
        self.0.shows(item)
    }
}

impl Iterator for Observations {
    type Item = Result<Observation, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

/// What was found in a source, and what to say about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceSummary {
    /// The files that were read.
    pub files: Vec<ManifestFile>,
    /// Files beside them that were not read, with the reason.
    pub files_ignored: Vec<LeftOut>,
    /// What was read, by name.
    pub read: BTreeMap<Counted, u64>,
    /// The same item met again with the same content.
    pub copies: u64,
    /// Where the source contradicts itself.
    pub differences: Vec<Difference>,
    /// What the source contains and the record does not take, with the reason.
    pub left_out: Vec<LeftOut>,
    /// The stages of the consultation about which this source can be silent; all others are unknown.
    pub coverage: BTreeMap<Stage, Claimed>,
}

impl SourceSummary {
    /// Counts one more.
    pub(super) fn count(&mut self, what: Counted) {
        self.add(what, 1);
    }

    /// Counts `more` of them.
    pub(super) fn add(&mut self, what: Counted, more: u64) {
        if more > 0 {
            let total = self.read.entry(what).or_default();
            *total = total.saturating_add(more);
        }
    }

    /// How many there were.
    #[must_use]
    pub fn counted(&self, what: Counted) -> u64 {
        self.read.get(&what).copied().unwrap_or(0)
    }
}

codes! {
    /// What the report counts.
    pub enum Counted {
        /// Articles of an authority's text.
        Articles = "articles",
        /// Provisions of existing law, as they stand and as they would read.
        LawChanges = "law_changes",
        /// Citizens' proposals.
        Proposals = "proposals",
        /// Petitions.
        Petitions = "petitions",
        /// Amendments.
        Amendments = "amendments",
        /// Amendments whose text the source contains.
        AmendmentTexts = "amendment_texts",
        /// Arguments for or against.
        Arguments = "arguments",
        /// Documents cited.
        SourcesCited = "sources_cited",
        /// Items with counters.
        Counters = "counters",
        /// Counters that were read twice and had moved in between.
        CountersMoved = "counters_moved",
        /// Votes in the counters of articles, proposals and petitions.
        VotesOnItems = "votes_on_items",
        /// Votes in the counters of amendments.
        VotesOnAmendments = "votes_on_amendments",
        /// Items whose text the source changed, leaving no trace of what changed.
        ChangedInSource = "changed_in_source",
        /// Items made public.
        Published = "published",
        /// Items rejected with a code.
        Rejections = "rejections",
        /// Items hidden.
        Hidden = "hidden",
        /// Thresholds reached.
        Thresholds = "thresholds",
        /// Collections of support that closed.
        BallotsClosed = "ballots_closed",
        /// Answers of an authority.
        Responses = "responses",
        /// Answers whose entry was changed after publication, the source does not say how.
        ResponsesCorrected = "responses_corrected",
        /// Answers that were replaced by a revised one.
        ResponsesRevised = "responses_revised",
        /// Debates held.
        DebatesHeld = "debates_held",
        /// Requests for a debate that ended without one.
        DebatesNotHeld = "debates_not_held",
        /// Items taken back by their author.
        Withdrawals = "withdrawals",
        /// Items that should be there and are not.
        Gaps = "gaps",
        /// Rows of a table or of a list of results.
        Rows = "rows",
    }
}

/// One file of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestFile {
    /// Its path below the source, with `/`.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// Two statements of one source that cannot both be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// About what.
    pub what: String,
    /// What the source says in one place.
    pub stated: u64,
    /// What is found in the other.
    pub found: u64,
    /// Which of the two is recorded, and why.
    pub note: String,
}

/// Something that is in the source and not in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// What.
    pub what: String,
    /// How many.
    pub count: u64,
    /// Why.
    pub why: String,
}

/// An item that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The file and the line or field.
    pub place: String,
    /// The item, where its identifier could be read.
    pub item: Option<ItemRef>,
    /// Why.
    pub reason: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.item {
            Some(item) => write!(f, "{}: {item} refused: {}", self.place, self.reason),
            None => write!(f, "{}: refused: {}", self.place, self.reason),
        }
    }
}

/// Items that were not taken: the first [`Refusals::LISTED_MAX`] with their reasons, all counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusals {
    total: u64,
    listed: Vec<Refused>,
}

impl Refusals {
    /// How many are listed with their reasons, so that a bad file does not fill the memory.
    pub const LISTED_MAX: usize = 1_000;

    /// One more.
    pub fn push(&mut self, refused: Refused) {
        self.total = self.total.saturating_add(1);
        if self.listed.len() < Self::LISTED_MAX {
            self.listed.push(refused);
        }
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether it is known which items they are.
    #[must_use]
    pub fn are_all_known(&self) -> bool {
        self.total == self.listed.len() as u64 && self.listed.iter().all(|refused| refused.item.is_some())
    }

    /// Whether this item is among them.
    #[must_use]
    pub fn holds(&self, item: &ItemRef) -> bool {
        self.listed.iter().any(|refused| refused.item.as_ref() == Some(item))
    }

    /// The first of them.
    #[must_use]
    pub fn listed(&self) -> &[Refused] {
        &self.listed
    }
}

/// A kind of item as a word for a person.
pub(super) fn noun(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Opinion => "opinion",
        ItemKind::Version => "amendment",
        ItemKind::Argument => "argument",
        ItemKind::Source => "cited document",
        ItemKind::Petition => "petition",
        ItemKind::Proposal => "proposal",
    }
}
