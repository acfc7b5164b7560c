//! The first sentence of a page: what became of the idea, and what stands right beside it.
//!
//! Which fate it is, is computed by [`rules::fate`](devenir_core::rules::fate); `docs/design.md` (Fates) orders
//! the ranks. This module finds in the recorded facts the words for it: the response that stands, the measure,
//! the withdrawal. It reads no clock.

mod measure;

use devenir_core::envelope::Recorded;
use devenir_core::event::amendment::AmendmentEvent;
use devenir_core::event::code::{Correction, Stage};
use devenir_core::event::contribution::ContributionEvent;
use devenir_core::event::debate::DebateEvent;
use devenir_core::event::oversight::OversightEvent;
use devenir_core::event::part::{ActText, Signatory};
use devenir_core::event::petition::PetitionEvent;
use devenir_core::event::response::{PublishedFacts, ResponseEvent};
use devenir_core::event::{Event, Part, RefRole};
use devenir_core::id::IntentId;
use devenir_core::rules::{AmendmentFate, DutyState, FateCode, Locale, Outcome, Rank};

use super::actor::ActorShown;
use super::amendment::{decider, named};
use super::context::{Covers, SubjectName, ThingKind, TrailContext};
use super::contribution::explained_beside;
use super::document::TrailInputs;
use super::message::{Message, first_sentence, shortened, whole};
use super::moment::Moment;
use super::response::{decides, group, is_from_a_source, pointers, said_of_it, spoken};
use super::step::{PointerShown, Telling, became_message};
use super::words::{Missing, Words};

/// What an act points at, or a body, is cut after so many words in the first sentence.
const PLACE_WORDS_MAX: usize = 16;
/// A quotation of the reasons is cut after so many words in the first sentence.
const QUOTE_WORDS_MAX: usize = 17;
/// The same, where what moderation did stands before it.
const PREFIXED_WORDS_MAX: usize = 9;

/// What became of an idea, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadlineShown {
    /// The fate.
    pub code: FateCode,
    /// Who signed the act that decided it.
    pub actor: Option<ActorShown>,
    /// When the act was published or took place.
    pub at: Option<Moment>,
    /// Why, in whole.
    pub reason: Option<Words>,
    /// Where, exactly.
    pub pointers: Vec<PointerShown>,
    /// What a guarantor put on record about it, quoted beside an answer that did not come.
    pub(super) observation: Option<Words>,
    sentence: Message,
    beside: Vec<Message>,
}

impl HeadlineShown {
    /// The headline of a trail.
    #[must_use]
    pub fn new(inputs: &TrailInputs<'_>, context: &dyn TrailContext) -> Self {
        let story = Story { inputs, context };
        let told = story.headline();
        let sentence = match story.prefix() {
            None => told.sentence,
            Some(prefix) => {
                Message::new("headline-prefixed").code("prefix", prefix).within("rest", told.sentence)
            }
        };
        let appended = inputs.headline.appended.iter();
        let appended = appended.map(|code| Message::new("headline-appended").code("code", code.as_str()));
        Self { sentence, beside: appended.chain(told.beside).collect(), ..told }
    }

    /// The answer, in one sentence.
    #[must_use]
    pub fn sentence(&self, locale: Locale) -> String {
        self.sentence.say(locale)
    }

    /// What stands right beside it: that it is disputed, who signed, when it was decided.
    #[must_use]
    pub fn beside(&self, locale: Locale) -> Vec<String> {
        self.beside.iter().map(|message| message.say(locale)).collect()
    }

    fn bare(code: FateCode, sentence: Message) -> Self {
        Self {
            code,
            actor: None,
            at: None,
            reason: None,
            pointers: vec![],
            observation: None,
            sentence,
            beside: vec![],
        }
    }
}

/// The facts of a trail, searched for those that the headline speaks of.
#[derive(Clone, Copy)]
pub(super) struct Story<'a> {
    pub(super) inputs: &'a TrailInputs<'a>,
    pub(super) context: &'a dyn TrailContext,
}

/// The act that a decision comes from.
pub(super) struct Answer<'a> {
    pub(super) at: Telling<'a>,
    pub(super) facts: &'a PublishedFacts,
    text: &'a Part<ActText>,
    pub(super) actor: ActorShown,
    supersedes: Option<IntentId>,
}

impl<'a> Story<'a> {
    /// What stands before the outcome: what moderation or an erasure did to the text, or that two people took it down, which
    /// changes nothing that rules see.
    fn prefix(&self) -> Option<&'static str> {
        let home = || self.context.subject(self.context.home()?);
        let is_taken_down = || home().is_some_and(|home| home.title.missing() == Some(Missing::TakenDown));
        let prefix = self.inputs.headline.prefix.map(FateCode::as_str);
        prefix.or_else(|| is_taken_down().then_some("taken_down"))
    }

    fn headline(&self) -> HeadlineShown {
        let headline = self.inputs.headline;
        let code = headline.code;
        match headline.rank {
            Rank::Decision => self.decided(),
            Rank::Delivery => HeadlineShown::bare(code, self.plain("headline-delivery")),
            Rank::Linkage => HeadlineShown::bare(code, self.linked()),
            Rank::Withdrawal => self.withdrawn(),
            Rank::Overdue | Rank::Awaiting => self.unanswered(self.owed()),
            Rank::Review => self.under_review(),
            Rank::Threshold => self.unanswered(self.threshold()),
            Rank::Silence => self.unanswered(self.silent()),
            Rank::Entry => HeadlineShown::bare(code, self.entered()),
            Rank::Visibility | Rank::Admissibility => self.moderated(),
        }
    }

    /// A headline that says of no answer.
    fn unanswered(&self, sentence: Message) -> HeadlineShown {
        let bare = HeadlineShown::bare(self.inputs.headline.code, sentence);
        let mut beside = self.unexamined();
        let Some((at, actor, words)) = self.observation() else { return HeadlineShown { beside, ..bare } };
        beside.push(Message::new("headline-observed").who(&actor).moment("at", at));
        HeadlineShown { beside, observation: Some(words), ..bare }
    }

    /// What a guarantor last put on record about the subject.
    pub(super) fn observation(&self) -> Option<(Moment, ActorShown, Words)> {
        self.own().find_map(|it| {
            let Event::Oversight(OversightEvent::GuarantorObserved(event)) = &it.event else { return None };
            let actor = ActorShown::signatory(it.actor, it.trust, &event.signatory, Vec::new());
            Some((self.moment(it), actor, Words::of(&event.reasons, |reasons| Some(reasons.text.clone()))))
        })
    }

    /// The subject of the trail.
    pub(super) fn subject(&self) -> SubjectName {
        let name = self.context.subject(self.inputs.subject).unwrap_or_else(SubjectName::unknown);
        SubjectName { at_home: true, ..name }
    }

    /// A message with the fate, agreeing with the subject; an amendment's has words of its own.
    fn plain(&self, id: &'static str) -> Message {
        let subject = self.subject();
        let code = self.spoken_code(&subject);
        let message = Message::new(id).thing("thing", &subject);
        match code.as_str().parse::<AmendmentFate>() {
            Ok(fate) if subject.kind == ThingKind::Amendment => message.label("fate", fate),
            Ok(_) | Err(_) => message.fate(code, subject.gender()),
        }
    }

    /// The fate as it is said of the subject: a question is answered, never adopted.
    fn spoken_code(&self, subject: &SubjectName) -> FateCode {
        let code = self.inputs.headline.code;
        let outcome = code.as_str().parse::<Outcome>().ok();
        outcome.and_then(|outcome| spoken(subject, outcome).as_str().parse().ok()).unwrap_or(code)
    }

    /// The supports that oblige somebody to answer, where they do for a subject of this kind.
    pub(super) fn answer_threshold(&self) -> Option<u64> {
        let kind = self.subject().kind;
        let is_answered = !kind.is_official() && kind != ThingKind::Amendment;
        self.inputs.open.answer_threshold.filter(|_| is_answered)
    }

    /// What is said beside an answer that did not come: that it was debated, that nobody is known to have
    /// examined it.
    fn unexamined(&self) -> Vec<Message> {
        let debated = self.debated();
        let message = |id: &'static str| Message::new(id).thing("thing", &self.subject());
        let unexamined = match self.context.covers(Stage::Responses) {
            Covers::Live => Some(message("headline-unexamined").flag("debated", debated.is_some())),
            Covers::Until(_) => {
                Some(message("headline-unexamined-until").moment("covered", self.covered_until()))
            }
            Covers::Nothing => None,
        };
        debated.into_iter().chain(unexamined).collect()
    }

    /// How many words of somebody fit into the first sentence.
    fn words_max(&self, alone: usize) -> usize {
        if self.prefix().is_some() { PREFIXED_WORDS_MAX } else { alone }
    }

    fn moment(&self, it: &Recorded) -> Moment {
        Moment::of(self.context.zone(), it)
    }

    /// The facts about the subject itself, the latest first.
    fn own(&self) -> impl Iterator<Item = &'a Recorded> {
        let subject = self.inputs.subject;
        let about = move |it: &&Recorded| it.id == subject || it.refs.iter().any(|(_, id)| id == subject);
        self.inputs.facts.iter().rev().filter(about)
    }

    /// The act that the standing decision comes from, with what was corrected in it.
    pub(super) fn answer(&self) -> Option<Answer<'a>> {
        let decided_by = self.inputs.decided_by?;
        let it = self.inputs.facts.iter().find(|it| it.position == decided_by)?;
        let Event::Response(event) = &it.event else { return None };
        let (facts, text, signatory, bodies) = match event {
            ResponseEvent::Published(act) => (&act.facts, &act.text, &act.signatory, &act.bodies),
            ResponseEvent::Superseded(act) => (&act.facts, &act.text, &act.signatory, &act.bodies),
            ResponseEvent::Corrected(_) | ResponseEvent::Contested(_) => return None,
        };
        let (text, signatory) = self.corrected(it.id, text, signatory);
        let at = Telling { it, context: self.context };
        let listed = at.bodies(&facts.bodies);
        let bodies = if listed.is_empty() { named(bodies) } else { listed };
        let actor = ActorShown::signatory(it.actor, it.trust, signatory, bodies);
        let supersedes = it.refs.one(RefRole::Act);
        Some(Answer { at, facts, text, actor, supersedes })
    }

    /// Text and signatory of an act as its corrections leave them.
    fn corrected(
        &self,
        act: IntentId,
        text: &'a Part<ActText>,
        signatory: &'a Part<Signatory>,
    ) -> (&'a Part<ActText>, &'a Part<Signatory>) {
        self.corrections(act).fold((text, signatory), |(text, signatory), (_, event)| {
            (
                if event.text.is_committed() { &event.text } else { text },
                if event.signatory.is_committed() && event.facts.corrects == Correction::Signatory {
                    &event.signatory
                } else {
                    signatory
                },
            )
        })
    }

    fn corrections(
        &self,
        act: IntentId,
    ) -> impl Iterator<Item = (&'a Recorded, &'a devenir_core::event::response::Corrected)> {
        self.inputs.facts.iter().filter_map(move |it| {
            let Event::Response(ResponseEvent::Corrected(event)) = &it.event else { return None };
            (it.refs.one(RefRole::Act) == Some(act)).then_some((it, event))
        })
    }

    fn decided(&self) -> HeadlineShown {
        match (self.answer(), self.amendment_decision()) {
            (Some(answer), _) => self.answered(&answer),
            (None, Some(shown)) => shown,
            (None, None) => {
                let code = self.inputs.headline.code;
                HeadlineShown::bare(code, self.plain("headline-closed").code("code", code.as_str()))
            }
        }
    }

    fn answered(&self, answer: &Answer<'a>) -> HeadlineShown {
        let Answer { at, facts, text, actor, supersedes } = answer;
        let when = self.moment(at.it);
        let reason = Words::of(text, |act| act.reason.clone().or_else(|| act.text.clone()));
        let pointers = pointers(&facts.pointers, text, self.context);
        let place = pointers.first().and_then(|pointer| pointer.words.said());
        let dated = pointers.first().and_then(|pointer| pointer.dated);
        let sentence = self
            .plain("headline-answered")
            .code("code", self.spoken_code(&self.subject()).as_str())
            .moment("when", when)
            .row("reasons", reasons(facts))
            .flag("reasoned", !facts.reasons.is_empty())
            .words("place", place.map(|words| shortened(words, self.words_max(PLACE_WORDS_MAX))))
            .moment("dated", dated.unwrap_or(Moment::UNKNOWN))
            .words("quote", self.quoted_of_answer(&reason))
            .words("referred", facts.referred_to.and_then(|body| self.context.body(body)))
            .moment("until", at.maybe_day(facts.deferred_until));
        HeadlineShown {
            code: self.inputs.headline.code,
            actor: Some(actor.clone()),
            at: Some(when),
            reason: Some(reason),
            pointers,
            observation: None,
            sentence,
            beside: self.beside_answer(answer, *supersedes),
        }
    }

    /// What the first sentence quotes of an answer: where nothing else says what was decided, the whole or nothing.
    fn quoted_of_answer(&self, reason: &Words) -> Option<String> {
        let words_max = self.words_max(QUOTE_WORDS_MAX);
        if self.inputs.headline.code != FateCode::Answered {
            return quoted(reason, words_max);
        }
        Some(whole(reason.said()?, words_max)?.trim_end_matches('.').to_owned())
    }

    fn beside_answer(&self, answer: &Answer<'a>, supersedes: Option<IntentId>) -> Vec<Message> {
        let Answer { at, facts, actor, .. } = answer;
        let mut beside = supersedes.map(|id| self.replaced(id, at.it)).unwrap_or_default();
        let said = supersedes.and_then(|_| said_of_it(at.it, answer.text));
        beside.extend(said.map(|said| Message::new("headline-revised").words("quote", Some(said))));
        let examined = Message::new("headline-examined")
            .thing("thing", &self.subject())
            .who(actor)
            .moment("at", self.moment(at.it))
            .flag("named", actor.name.is_some())
            .flag("embodied", !actor.bodies.is_empty())
            .code("unsaid", actor.unsigned());
        beside.push(examined);
        beside.extend(self.decided_on(answer));
        beside.extend(group(facts, *at));
        if let Some((it, _)) = self.corrections(at.it.id).last() {
            let told = !is_from_a_source(it);
            beside.push(Message::new("headline-corrected").flag("told", told).moment("at", self.moment(it)));
            let changed = self.context.corrected(it).unwrap_or_default();
            beside.extend(changed.became.iter().map(became_message));
        }
        beside.extend(self.debated());
        beside
    }

    /// When it was decided, and that nobody is named for it: whoever answers is not always who decided.
    fn decided_on(&self, answer: &Answer<'a>) -> Vec<Message> {
        let day = answer.facts.decided_at.map_or(Moment::UNKNOWN, |day| answer.at.day(day));
        let subject = self.subject();
        let decides = decides(&subject, answer.facts.outcome);
        let dated = !decides && day.is_known() && day != self.moment(answer.at.it);
        let dated = dated.then(|| Message::new("note-dated").moment("at", day));
        // A question is answered: nobody decides on it.
        let is_decided_on = decides || !matches!(subject.kind, ThingKind::Question | ThingKind::QuestionPut);
        let by_whom = is_decided_on.then(|| {
            Message::new("headline-decided")
                .flag("decides", decides)
                .flag("worded", answer.text.open().is_some())
                .moment("at", day)
        });
        dated.into_iter().chain(by_whom).collect()
    }

    /// That an earlier answer was replaced, and who had given it.
    fn replaced(&self, id: IntentId, by: &Recorded) -> Vec<Message> {
        let found = self.inputs.facts.iter().find(|it| it.id == id);
        let at = found.map_or(Moment::UNKNOWN, |it| self.moment(it));
        let readable = self.context.corrected(by).is_some();
        let first = Message::new("headline-replaced").moment("earlier", at).flag("readable", readable);
        let by = found.and_then(|it| {
            let (signatory, facts) = match &it.event {
                Event::Response(ResponseEvent::Published(act)) => (&act.signatory, &act.facts),
                Event::Response(ResponseEvent::Superseded(act)) => (&act.signatory, &act.facts),
                Event::Response(ResponseEvent::Corrected(_) | ResponseEvent::Contested(_))
                | Event::Ledger(_)
                | Event::Consultation(_)
                | Event::Contribution(_)
                | Event::Amendment(_)
                | Event::Debate(_)
                | Event::Vote(_)
                | Event::Petition(_)
                | Event::Moderation(_)
                | Event::Oversight(_) => return None,
            };
            let bodies = Telling { it, context: self.context }.bodies(&facts.bodies);
            let actor = ActorShown::signatory(it.actor, it.trust, signatory, bodies);
            actor.name.is_some().then(|| Message::new("headline-replaced-by").who(&actor))
        });
        [first].into_iter().chain(by).collect()
    }

    /// That it was debated, which a later answer leaves true.
    fn debated(&self) -> Option<Message> {
        self.own().find_map(|it| {
            let Event::Debate(DebateEvent::DebateHeld(event)) = &it.event else { return None };
            Some(
                Message::new("headline-debated")
                    .code("place", event.facts.place.as_str())
                    .moment("at", self.moment(it)),
            )
        })
    }

    fn amendment_decision(&self) -> Option<HeadlineShown> {
        let decided_by = self.inputs.decided_by?;
        let it = self.inputs.facts.iter().find(|it| it.position == decided_by)?;
        let Event::Amendment(AmendmentEvent::Decided(event)) = &it.event else { return None };
        let at = Telling { it, context: self.context };
        let bodies = event.facts.body.map(|body| at.bodies(&[body])).unwrap_or_default();
        let bodies = if bodies.is_empty() { named(&event.bodies) } else { bodies };
        let actor = decider(event, at, bodies);
        let reason = Words::of(&event.minutes, |minutes| Some(minutes.text.clone()));
        let when = self.moment(it);
        let sentence = self.plain("headline-amendment").who(&actor).moment("when", when).words(
            "quote",
            quoted(&reason, self.words_max(QUOTE_WORDS_MAX))
                .filter(|_| actor.say(Locale::Fr).split(' ').count() < 10),
        );
        Some(HeadlineShown {
            actor: Some(actor),
            at: Some(when),
            reason: Some(reason),
            ..HeadlineShown::bare(self.inputs.headline.code, sentence)
        })
    }

    fn linked(&self) -> Message {
        let headline = self.inputs.headline;
        let how = headline.through.map_or("merged_into", |through| through.how.as_str());
        let inherits = headline.through.is_some_and(|through| through.hops > 0);
        let name = |heir: &SubjectName| heir.reference.clone();
        let heirs: Vec<String> = self.inputs.heirs.iter().filter_map(name).collect();
        let gender = self.inputs.heirs.first().map_or("f", SubjectName::gender);
        Message::new("headline-linked")
            .code("how", how)
            .code("gender", self.subject().gender())
            .flag("named", !heirs.is_empty())
            .names("heirs", heirs)
            .flag("inherits", inherits)
            .fate(headline.code, gender)
            .words("place", self.inputs.heirs_place.clone().map(|place| shortened(&place, PLACE_WORDS_MAX)))
    }

    fn withdrawn(&self) -> HeadlineShown {
        let found = self.own().find_map(|it| {
            let Event::Contribution(ContributionEvent::Withdrawn(event)) = &it.event else { return None };
            Some((it, event))
        });
        let code = self.inputs.headline.code;
        let readable = self.is_readable() && !self.is_lost();
        let sentence = self.plain("headline-withdrawn").flag("readable", readable);
        let Some((it, event)) = found else {
            let sentence = sentence.moment("when", Moment::UNKNOWN).words("quote", None::<String>);
            return HeadlineShown::bare(code, sentence);
        };
        let at = Telling { it, context: self.context };
        let shown = at.shows(RefRole::Subject);
        let reason = explained_beside(&event.explanation, at.text(RefRole::Subject));
        let when = self.moment(it);
        // An author's own reason often takes more than one sentence to come to its point: whole, or not at all.
        let quote = reason.as_ref().and_then(Words::said);
        let quote = quote.and_then(|words| whole(words, self.words_max(QUOTE_WORDS_MAX)));
        HeadlineShown {
            actor: Some(ActorShown::author(it.actor, it.trust, &event.author, shown)),
            at: Some(when),
            reason,
            beside: self.unexamined(),
            ..HeadlineShown::bare(code, sentence.moment("when", when).words("quote", quote))
        }
    }

    /// Whether nobody has the text any more.
    fn is_lost(&self) -> bool {
        let lost = |words: &Words| words.missing() == Some(Missing::Lost);
        self.context.version(self.inputs.subject).is_some_and(|text| lost(&text.title) || lost(&text.body))
    }

    /// Whether anybody can read the text.
    pub(super) fn is_readable(&self) -> bool {
        self.context.version(self.inputs.subject).is_some_and(|version| version.served)
    }

    fn owed(&self) -> Message {
        let owed = self.inputs.headline.owed;
        let input = owed.and_then(|owed| self.inputs.duties.get(owed.duty));
        let body = input.and_then(|input| input.body.as_deref()).map(|body| shortened(body, PLACE_WORDS_MAX));
        let state = owed.map_or(DutyState::Undated, |owed| owed.state);
        super::owed::dated("headline", state, self.context.zone()).words("body", body)
    }

    fn under_review(&self) -> HeadlineShown {
        let code = self.inputs.headline.code;
        let found = self.own().find_map(|it| {
            let Event::Response(ResponseEvent::Published(event)) = &it.event else { return None };
            Some((it, event))
        });
        let when = found.map_or(Moment::UNKNOWN, |(it, _)| self.moment(it));
        HeadlineShown {
            at: Some(when),
            ..HeadlineShown::bare(code, self.plain("headline-review").moment("when", when))
        }
    }

    fn threshold(&self) -> Message {
        let reached = self.own().find_map(|it| {
            let Event::Petition(PetitionEvent::ThresholdReached(event)) = &it.event else { return None };
            Some((self.moment(it), event.facts.threshold.or(event.facts.count)))
        });
        let (when, threshold) = reached.unwrap_or((Moment::UNKNOWN, None));
        Message::new("headline-threshold")
            .moment("when", when)
            .flag("counted", threshold.is_some())
            .number("threshold", threshold.unwrap_or(0))
            .moment("covered", self.covered_until())
    }

    /// Until when the source of answers was read; unknown where they are recorded as they are given.
    pub(super) fn covered_until(&self) -> Moment {
        match self.context.covers(Stage::Responses) {
            Covers::Until(until) => Moment::day(self.context.zone(), until),
            Covers::Live | Covers::Nothing => Moment::UNKNOWN,
        }
    }

    fn silent(&self) -> Message {
        if self.inputs.headline.code != FateCode::UnknownInSource {
            let threshold = self.answer_threshold();
            return self
                .plain("headline-no-duty")
                .flag("counted", threshold.is_some())
                .number("threshold", threshold.unwrap_or(0));
        }
        self.plain("headline-unknown")
            .flag("official", self.subject().kind.is_official())
            .moment("covered", self.covered_until())
    }

    fn entered(&self) -> Message {
        let published = self.own().find_map(|it| {
            let Event::Contribution(ContributionEvent::Published(_)) = &it.event else { return None };
            Some(self.moment(it))
        });
        let first = self.inputs.facts.iter().find(|it| it.id == self.inputs.subject);
        let when = published.or(first.map(|it| self.moment(it))).unwrap_or(Moment::UNKNOWN);
        self.plain("headline-entered")
            .code("code", self.inputs.headline.code.as_str())
            .flag("official", self.subject().kind.is_official())
            .moment("when", when)
    }
}

/// Why, in the codes that the act gives.
fn reasons(facts: &PublishedFacts) -> Vec<Message> {
    facts.reasons.iter().map(|code| Message::new("reason").code("code", code.as_str())).collect()
}

/// The first sentence of some reasons, to be quoted whole: one that must be cut says nothing.
fn quoted(reason: &Words, words_max: usize) -> Option<String> {
    let words = whole(&first_sentence(reason.said()?), words_max)?;
    Some(words.trim_end_matches('.').to_owned())
}
