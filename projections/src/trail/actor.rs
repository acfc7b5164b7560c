//! Who acted, as far as the record may show it.
//!
//! `docs/design.md` (Identities) decides: a participant shows the name that they wanted shown, else four digits;
//! an authority shows its body, who signed, and in which capacity. What a source does not say is said to be
//! unsaid. This module knows no credential and no right.

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{Custody, Trust};
use devenir_core::event::part::{Author, Moderator, Signatory};
use devenir_core::event::{Absence, Part};
use devenir_core::ledger::Hash;
use devenir_core::rules::{Locale, Role};

use super::context::ThingKind;
use super::message::{Message, shortened};

/// A name is shown with so many words.
const NAME_WORDS_MAX: usize = 8;
/// A capacity or a body is shown with so many words.
const CAPACITY_WORDS_MAX: usize = 10;

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorShown {
    /// In which role.
    pub role: Role,
    /// The name, where one may be shown.
    pub name: Option<String>,
    /// Four digits that tell participants of one consultation apart, where no name is shown.
    pub tag: Option<String>,
    /// In which capacity a signatory acts.
    pub capacity: Option<String>,
    /// The bodies for which they act.
    pub bodies: Vec<String>,
    /// Who vouches that they did it.
    pub vouching: Vouching,
    /// The text whose author it is, where that is all that is known of them.
    pub author_of: Option<ThingKind>,
    /// Why no name is there; none where there is one, or none was to be expected.
    pub unnamed: Option<Unnamed>,
}

devenir_core::codes! {
    /// Who vouches for an act.
    pub enum Vouching {
        /// Whoever acted: it carries the signature of a key that they alone hold.
        Holder = "signed_by_holder",
        /// The operator signed it with a key kept for whoever acted.
        OnBehalf = "signed_on_behalf",
        /// Nobody signed it: the operator vouches for it.
        Operator = "vouched_by_operator",
        /// Nobody here: a source states it.
        Source = "stated_by_source",
        /// Nobody needs to: it follows from rules and calendar, and can be computed again.
        Rules = "follows_from_rules",
    }
}

impl Vouching {
    /// Who vouches for an event, where `custody` says who holds the key that signed it.
    pub(crate) fn of(it: &Recorded, custody: impl FnOnce(Hash) -> Option<Custody>) -> Self {
        match (it.trust, it.signer.and_then(|signer| custody(signer.key))) {
            (Trust::Observed | Trust::Reconstructed, _) => Self::Source,
            (Trust::Native | Trust::Attested, Some(Custody::Holder)) => Self::Holder,
            (Trust::Native | Trust::Attested, Some(Custody::Server)) => Self::OnBehalf,
            (Trust::Native | Trust::Attested, None) if it.actor == Role::Clerk => Self::Rules,
            (Trust::Native | Trust::Attested, None) => Self::Operator,
        }
    }
}

devenir_core::codes! {
    /// Why no name is shown.
    pub enum Unnamed {
        /// The source does not say it.
        NotSaid = "not_said",
        /// It was erased on request.
        Erased = "erased",
        /// It goes with a text that is not shown.
        Withheld = "withheld",
        /// The record commits to it and no longer has it.
        Lost = "lost",
    }
}

impl ActorShown {
    /// Somebody known by their role only.
    #[must_use]
    pub const fn role(role: Role) -> Self {
        Self {
            role,
            name: None,
            tag: None,
            capacity: None,
            bodies: Vec::new(),
            vouching: Vouching::Operator,
            author_of: None,
            unnamed: None,
        }
    }

    /// A participant; `shown` says whether what goes with their text may be shown.
    #[must_use]
    pub fn author(role: Role, trust: Trust, author: &Part<Author>, shown: bool) -> Self {
        let it = Self::role(role);
        if !shown {
            return Self { unnamed: Some(Unnamed::Withheld), ..it };
        }
        match author {
            Part::Open(Author { name, participant }) => {
                let name = name.as_deref().map(|name| shortened(name, NAME_WORDS_MAX));
                let digits = participant.map(|participant| participant.to_string().split_off(28));
                let tag = digits.filter(|_| name.is_none());
                let unnamed = (name.is_none() && tag.is_none()).then_some(Unnamed::NotSaid);
                Self { name, tag, unnamed, ..it }
            }
            Part::Absent(absence) => Self { unnamed: unnamed(*absence, trust), ..it },
        }
    }

    /// Whoever signed an act of an authority, and for which bodies.
    #[must_use]
    pub fn signatory(role: Role, trust: Trust, signatory: &Part<Signatory>, bodies: Vec<String>) -> Self {
        let bodies = bodies.iter().map(|body| shortened(body, CAPACITY_WORDS_MAX)).collect();
        let it = Self { bodies, ..Self::role(role) };
        match signatory {
            Part::Open(Signatory { capacity, name }) => Self {
                name: Some(shortened(name, NAME_WORDS_MAX)),
                capacity: capacity.as_deref().map(|capacity| shortened(capacity, CAPACITY_WORDS_MAX)),
                ..it
            },
            Part::Absent(absence) => Self { unnamed: unnamed(*absence, trust), ..it },
        }
    }

    /// Whoever moderated.
    #[must_use]
    pub fn moderator(role: Role, trust: Trust, moderator: &Part<Moderator>) -> Self {
        let it = Self::role(role);
        match moderator {
            Part::Open(Moderator { name }) => Self { name: Some(shortened(name, NAME_WORDS_MAX)), ..it },
            Part::Absent(absence) => Self { unnamed: unnamed(*absence, trust), ..it },
        }
    }

    /// The words, to stand within a sentence: "Samia Rekkab, adjointe à la maire (Ville de Villeneuve)".
    #[must_use]
    pub fn say(&self, locale: Locale) -> String {
        self.message("actor").say_within(locale)
    }

    /// The message `form`: `who` before a verb, `actor` elsewhere.
    pub(super) fn message(&self, form: &'static str) -> Message {
        let known = match (&self.name, &self.tag, self.bodies.is_empty()) {
            (Some(_), _, _) => "named",
            (None, Some(_), _) => "tagged",
            (None, None, false) => "body",
            (None, None, true) if self.author_of.is_some() => "author",
            (None, None, true) => "role",
        };
        Message::new(form)
            .code("known", known)
            .words("name", self.name.as_deref())
            .words("tag", self.tag.as_deref())
            .words("capacity", self.capacity.as_deref())
            .names("bodies", self.bodies.clone())
            .flag("embodied", !self.bodies.is_empty())
            .flag("apposed", self.is_apposed())
            .code("role", self.role.as_str())
            .code("kind", self.author_of.unwrap_or(ThingKind::Text).as_str())
            .code("unnamed", self.unnamed.map_or("no", Unnamed::as_str))
    }

    /// Whether the name is followed by more, which a comma closes before a verb.
    pub(super) fn is_apposed(&self) -> bool {
        self.capacity.is_some() || self.name.as_deref().is_some_and(|name| name.contains(','))
    }

    /// What is not said of who signed: `no`, `capacity`, `signatory`, `erased`.
    pub(super) const fn unsigned(&self) -> &'static str {
        match (&self.name, &self.capacity, self.unnamed) {
            (Some(_), Some(_), _) => "no",
            (Some(_), None, _) => "capacity",
            (None, _, Some(Unnamed::Erased)) => "erased",
            (None, _, Some(Unnamed::NotSaid | Unnamed::Withheld | Unnamed::Lost) | None) => "signatory",
        }
    }
}

/// Why a name is not there; for an act of this record without the part, none was to be expected.
const fn unnamed(absence: Absence, trust: Trust) -> Option<Unnamed> {
    match (absence, trust) {
        (Absence::NotInSource, Trust::Native | Trust::Attested) => None,
        (Absence::NotInSource, Trust::Observed | Trust::Reconstructed) => Some(Unnamed::NotSaid),
        (Absence::Erased, _) => Some(Unnamed::Erased),
        (Absence::Withheld, _) => Some(Unnamed::Withheld),
        (Absence::Lost, _) => Some(Unnamed::Lost),
    }
}
