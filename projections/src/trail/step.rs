//! One step of a trail: what happened, told in one sentence, with what goes beside it.
//!
//! `docs/design.md` (Trail) defines it: a step names who, what and when, shows what is missing as missing, and
//! says which rules an observed fact did not respect. Each family of events tells its own in the file of its
//! name; this module knows no sentence and reads no clock.

use devenir_core::envelope::Recorded;
use devenir_core::event::amendment::AmendmentEvent;
use devenir_core::event::code::{PointerKind, Trust};
use devenir_core::event::contribution::ContributionEvent;
use devenir_core::event::part::SectionChange;
use devenir_core::event::{Event, RefRole};
use devenir_core::id::IntentId;
use devenir_core::ledger::Position;
use devenir_core::rules::{Locale, Norm};
use devenir_core::time::{Claimed, Timestamp};

use super::actor::{ActorShown, Vouching};
use super::context::{Changed, SubjectName, TrailContext, VersionName};
use super::message::{Message, capital};
use super::moment::{Moment, lie_apart};
use super::words::Words;
use super::{
    amendment, consultation, contribution, debate, ledger, moderation, oversight, petition, response, vote,
};

devenir_core::codes! {
    /// The sort of a step: what an interface gives a type of its own.
    pub enum StepFamily {
        /// A text was submitted, published, revised, withdrawn; a text of the authority was put to the public.
        Text = "text",
        /// An amendment.
        Amendment = "amendment",
        /// An argument, a comment, a cited source, a debate held.
        Debate = "debate",
        /// A vote, a ballot, a counter, a threshold.
        Vote = "vote",
        /// A report, a measure, an appeal.
        Moderation = "moderation",
        /// A merge, a split, a grouping.
        Lineage = "lineage",
        /// A synthesis.
        Synthesis = "synthesis",
        /// An assessment.
        Assessment = "assessment",
        /// A response, its correction, its replacement.
        Response = "response",
        /// A duty to answer.
        Duty = "duty",
        /// A commitment and what was done of it.
        Delivery = "delivery",
        /// A text of law.
        Law = "law",
        /// Anything else: phases, rules, imports, guarantors.
        Other = "other",
    }
}

/// One step of a trail.
#[derive(Debug, Clone, PartialEq)]
pub struct TrailStep {
    /// Its place in the record.
    pub position: Position,
    /// Its permanent name.
    pub id: IntentId,
    /// The name of its event type.
    pub event_type: &'static str,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it happened, as somebody claims.
    pub occurred: Claimed,
    /// When it happened, as it is shown.
    pub when: Moment,
    /// When it was recorded, where that is more than a day from when it happened, or that is not known.
    pub recorded: Option<Moment>,
    /// When the source was read in which it was found, where that is all that dates it.
    pub found: Option<Timestamp>,
    /// How it came to be recorded.
    pub trust: Trust,
    /// Who acted.
    pub actor: ActorShown,
    /// What sort of step it is.
    pub family: StepFamily,
    /// What goes beside the sentence.
    pub details: Details,
    /// The norms that it did not respect.
    pub irregularities: Vec<Norm>,
    /// The subject from whose trail it comes, where that is another.
    pub inherited_from: Option<SubjectName>,
    /// The earlier facts that it refers to.
    pub refers_to: Vec<IntentId>,
    /// The version of the text that an adopted amendment gave.
    pub(super) gives: Option<u32>,
    /// The reference of the amendment that the step submits.
    pub(super) reference: Option<String>,
    sentence: Message,
    notes: Vec<Note>,
}

/// What goes beside a step's sentence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// The title of the text that the step brings.
    pub title: Option<Words>,
    /// The text that the step brings.
    pub text: Option<Words>,
    /// What somebody says in the step itself: an observation, a recommendation.
    pub said: Option<Words>,
    /// Why, in words.
    pub reason: Option<Words>,
    /// What an act points at.
    pub pointers: Vec<PointerShown>,
    /// The authority's own word for the outcome.
    pub local_status: Option<String>,
    /// Addresses that the step gives.
    pub links: Vec<String>,
    /// The theme.
    pub theme: Option<String>,
    /// The territory.
    pub territory: Option<String>,
    /// The place, in words.
    pub place: Option<String>,
    /// What came and what went with the version that the step brings.
    pub changed: Option<Changed>,
    /// What a text of the authority would change in the law or rule that stands, section by section.
    pub sections: Vec<SectionChange>,
    /// The version before and the one that the step brings, for whoever shows what changed.
    pub changes: Option<(u32, u32)>,
}

/// What an act points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointerShown {
    /// What kind of thing.
    pub kind: PointerKind,
    /// Its words.
    pub words: Words,
    /// Its address.
    pub url: Option<String>,
    /// Its day, where one is given.
    pub dated: Option<Moment>,
}

/// A sentence beside the first, and the norms whose breach it says already.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Note {
    message: Message,
    says: &'static [Norm],
}

impl TrailStep {
    /// What happened, in one sentence.
    #[must_use]
    pub fn sentence(&self, locale: Locale) -> String {
        self.sentence.say(locale)
    }

    /// What must be said beside it, one sentence each: what a source leaves unsaid, when it was recorded.
    #[must_use]
    pub fn notes(&self, locale: Locale) -> Vec<String> {
        let recorded = self.recorded.map(|at| Message::new("recorded-here").moment("at", at));
        let signed = match self.actor.vouching {
            Vouching::Holder => Some(Message::new("signed-by-holder")),
            Vouching::OnBehalf => Some(Message::new("signed-on-behalf")),
            // Who vouches for everything else is said once for the whole page.
            Vouching::Operator | Vouching::Source | Vouching::Rules => None,
        };
        let notes = self.notes.iter().map(|note| &note.message).chain(&signed).chain(&recorded);
        notes.map(|it| it.say(locale)).collect()
    }

    /// The rules that it did not respect, one sentence each; those that a note says already are left out.
    #[must_use]
    pub fn remarks(&self, locale: Locale) -> Vec<String> {
        let said = |norm: &Norm| self.notes.iter().any(|note| note.says.contains(norm));
        let breaches = self.irregularities.iter().filter(|norm| !said(norm));
        breaches.map(|norm| format!("{}.", capital(&self.breach(*norm, locale)))).collect()
    }

    /// The words for a breach, as the act that it belongs to is called.
    fn breach(&self, norm: Norm, locale: Locale) -> String {
        if self.family == StepFamily::Debate && norm == Norm::AnsweredBeforeClosing {
            return Message::new("breach-debated-after-closing").say_within(locale);
        }
        norm.breach(locale).to_owned()
    }

    /// Whether a note says that nobody knows the text of before.
    pub(super) fn says_a_text_is_unknown(&self) -> bool {
        self.notes.iter().any(|note| note.says.contains(&Norm::EditsShown))
    }

    /// Whether it only says that an amendment was there: no text, no date, and nothing came of it.
    pub(super) fn is_bare(&self, all: &[Self]) -> bool {
        let textless = self.details.text.as_ref() == Some(&Words::NOT_SAID);
        let is_amendment = self.event_type == "amendment-submitted" && self.reference.is_some();
        is_amendment
            && textless
            && !self.when.is_known()
            && all.iter().all(|it| !it.refers_to.contains(&self.id))
    }

    /// The same with one more sentence beside.
    pub(super) fn noting(mut self, message: Message) -> Self {
        self.notes.push(Note { message, says: &[] });
        self
    }

    /// The same step, told on the trail of a subject that goes on in `from`.
    #[must_use]
    pub fn inherited(self, from: SubjectName) -> Self {
        Self { inherited_from: Some(from), ..self }
    }

    #[cfg(test)]
    pub(super) fn messages(&self) -> impl Iterator<Item = &Message> {
        std::iter::once(&self.sentence).chain(self.notes.iter().map(|note| &note.message))
    }
}

/// Tells one recorded fact as a step; `breaches` are the norms that it did not respect, as deciders compute them.
#[must_use]
pub fn step(it: &Recorded, context: &dyn TrailContext, breaches: &[Norm]) -> TrailStep {
    let at = Telling { it, context };
    let told = match &it.event {
        Event::Ledger(event) => ledger::tell(event, at),
        Event::Consultation(event) => consultation::tell(event, at),
        Event::Contribution(event) => contribution::tell(event, at),
        Event::Amendment(event) => amendment::tell(event, at),
        Event::Debate(event) => debate::tell(event, at),
        Event::Vote(event) => vote::tell(event, at),
        Event::Petition(event) => petition::tell(event, at),
        Event::Moderation(event) => moderation::tell(event, at),
        Event::Response(event) => response::tell(event, at),
        Event::Oversight(event) => oversight::tell(event, at),
    };
    let zone = context.zone();
    let found = found_at(it, context);
    let when = found.map_or_else(|| Moment::of(zone, it), |found| Moment::day(zone, found));
    let dated = found.map_or(it.occurred, Claimed::instant);
    let apart = !when.is_known() || lie_apart(dated, it.recorded_at);
    let vouching = Vouching::of(it, |key| context.custody(key));
    TrailStep {
        position: it.position,
        id: it.id,
        event_type: it.event.event_type().name,
        recorded_at: it.recorded_at,
        occurred: it.occurred,
        when,
        found,
        recorded: apart.then(|| Moment::day(zone, it.recorded_at)),
        trust: it.trust,
        actor: ActorShown { vouching, ..told.actor },
        family: told.family,
        details: told.details,
        irregularities: breaches.to_vec(),
        inherited_from: None,
        refers_to: it.refs.iter().map(|(_, id)| id).collect(),
        gives: told.gives,
        reference: context.subject(it.id).and_then(|name| name.reference),
        sentence: told.sentence,
        notes: told.notes,
    }
}

/// What a family tells of one of its events.
pub(super) struct Told {
    actor: ActorShown,
    family: StepFamily,
    sentence: Message,
    notes: Vec<Note>,
    details: Details,
    gives: Option<u32>,
}

/// When a text that changed unseen was found: whatever else is undated keeps its unknown date.
fn found_at(it: &Recorded, context: &dyn TrailContext) -> Option<Timestamp> {
    let is_revision = matches!(
        it.event,
        Event::Contribution(ContributionEvent::Revised(_)) | Event::Amendment(AmendmentEvent::Rectified(_))
    );
    if is_revision && it.occurred.at().is_none() { context.found_at(it) } else { None }
}

impl Told {
    pub(super) fn new(family: StepFamily, actor: ActorShown, sentence: Message) -> Self {
        Self { actor, family, sentence, notes: Vec::new(), details: Details::default(), gives: None }
    }

    pub(super) fn details(self, details: Details) -> Self {
        Self { details, ..self }
    }

    /// Says which version of its text an amendment gave.
    pub(super) fn gives(self, version: Option<u32>) -> Self {
        Self { gives: version, ..self }
    }

    /// Says which few words became which.
    pub(super) fn became(mut self, changed: Option<&Changed>) -> Self {
        let became = changed.map(|changed| changed.became.as_slice()).unwrap_or_default();
        self.notes.extend(became.iter().map(|it| Note { message: became_message(it), says: &[] }));
        self
    }

    /// Adds an address.
    pub(super) fn with_links(mut self, links: impl IntoIterator<Item = String>) -> Self {
        self.details.links.extend(links);
        self
    }

    /// The same, where a sentence beside says already what a source says of it.
    pub(super) fn without_local_status(mut self) -> Self {
        self.details.local_status = None;
        self
    }

    /// Adds a sentence beside, where there is something to say.
    pub(super) fn note(self, message: Option<Message>) -> Self {
        self.note_saying(message, &[])
    }

    /// The same, where the sentence says already that some norms were not respected.
    pub(super) fn note_saying(mut self, message: Option<Message>, says: &'static [Norm]) -> Self {
        self.notes.extend(message.map(|message| Note { message, says }));
        self
    }
}

/// "« article 5 » became « article 3 »".
pub(super) fn became_message((before, after): &(String, String)) -> Message {
    Message::new("became").words("before", Some(before)).words("after", Some(after))
}

/// One fact about to be told, and the names around it.
#[derive(Clone, Copy)]
pub(super) struct Telling<'a> {
    pub(super) it: &'a Recorded,
    pub(super) context: &'a dyn TrailContext,
}

impl Telling<'_> {
    /// A message with when and who.
    pub(super) fn message(&self, id: impl Into<String>, actor: &ActorShown) -> Message {
        let found = self.found();
        let when = if found.is_known() { found } else { Moment::of(self.context.zone(), self.it) };
        Message::new(id).moment("when", when).who(actor)
    }

    /// The same, with hour and minute where they are known.
    pub(super) fn message_to_the_minute(&self, id: impl Into<String>, actor: &ActorShown) -> Message {
        Message::new(id).moment("when", Moment::of_to_the_minute(self.context.zone(), self.it)).who(actor)
    }

    /// Somebody known by their role only.
    pub(super) fn by_role(&self) -> ActorShown {
        ActorShown::role(self.it.actor)
    }

    /// What the fact refers to in a role.
    pub(super) fn subject(&self, role: RefRole) -> SubjectName {
        self.it.refs.one(role).map_or_else(SubjectName::unknown, |id| self.named(id))
    }

    /// The name of a subject, whether or not the views hold it.
    pub(super) fn named(&self, id: IntentId) -> SubjectName {
        let at_home = self.context.home() == Some(id);
        let name = self.context.subject(id).unwrap_or_else(SubjectName::unknown);
        SubjectName { at_home, ..name }
    }

    /// Whether what goes with the text of a subject (a name, words about it) may be shown.
    pub(super) fn is_shown(&self, text: IntentId) -> bool {
        self.context.version(text).is_some_and(|version| version.served)
    }

    /// The version in force of what the fact refers to in a role.
    pub(super) fn text(&self, role: RefRole) -> Option<VersionName> {
        self.it.refs.one(role).and_then(|id| self.context.version(id))
    }

    /// Whether the same holds of what the fact refers to in a role.
    pub(super) fn shows(&self, role: RefRole) -> bool {
        self.it.refs.one(role).is_some_and(|id| self.is_shown(id))
    }

    /// The names of bodies.
    pub(super) fn bodies(&self, indexes: &[u32]) -> Vec<String> {
        indexes.iter().filter_map(|index| self.context.body(*index)).collect()
    }

    /// When a text that changed unseen was found.
    pub(super) fn found(&self) -> Moment {
        self.maybe_day(found_at(self.it, self.context))
    }

    /// The day of an instant.
    pub(super) fn day(&self, at: Timestamp) -> Moment {
        Moment::day(self.context.zone(), at)
    }

    /// The day of an instant that may not be given.
    pub(super) fn maybe_day(&self, at: Option<Timestamp>) -> Moment {
        at.map_or(Moment::UNKNOWN, |at| self.day(at))
    }

    /// Whether a source states the fact, rather than somebody who acted here.
    pub(super) const fn is_from_a_source(&self) -> bool {
        match self.it.trust {
            Trust::Native | Trust::Attested => false,
            Trust::Observed | Trust::Reconstructed => true,
        }
    }

    /// The words that the fact brings, as they may be served now; a title that the subject still has is left
    /// to whoever shows the subject.
    pub(super) fn brought(&self) -> Details {
        let Some(version) = self.context.version(self.it.id) else { return Details::default() };
        let home = self.context.home().and_then(|home| self.context.subject(home));
        let title = Some(version.title).filter(|title| home.is_none_or(|home| home.title != *title));
        let changes = version.number.checked_sub(1).filter(|before| *before > 0);
        Details {
            title,
            text: Some(version.body),
            changed: changes.and_then(|_| self.context.changed(self.it.id)),
            sections: version.sections,
            changes: changes.map(|before| (before, version.number)),
            ..Details::default()
        }
    }

    /// That a source dates a change whose text of before nobody saw.
    pub(super) fn changed_in_source(&self, at: Option<Timestamp>) -> Option<Message> {
        at.map(|at| Message::new("note-changed-in-source").moment("at", self.day(at)))
    }
}
