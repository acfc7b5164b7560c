//! One random act of a type, in the state that a record is in; none where it would have nothing to be about.
//!
//! The choices come from a [`Pick`], so the same seed proposes the same act. Whether it is accepted is the
//! deciders' business: about one act in four breaks a norm or an invariant on purpose or by chance.

use super::draft::Drafting as _;
use super::record::{Record, START};
use super::sample;
use crate::consultation::{Book as _, GrantStanding};
use crate::envelope::Draft;
use crate::event::code::{
    AppealOutcome, BallotKind, Channel, Choice, ContributionKind, Followed, GapCause, GrantScope,
    InvalidVote, Lang, Opinion, ReferenceKind, Side, ThresholdKind, Trust,
};
use crate::event::code::{ErasureOutcome, ErasureRefusal, ErasureScope};
use crate::event::oversight::OversightEvent;
use crate::event::part::{ChoiceMade, erasure_mask};
use crate::event::vote::VoteEvent;
use crate::event::{Absence, Event, Part, RefRole};
use crate::id::{HolderId, IntentId, StreamId, VoterTag};
use crate::rules::{AmendmentFate, Ground, ModerationAction, Outcome, Role};

/// Choices that follow from a seed: SplitMix64, whose one virtue here is to be short and always the same.
#[derive(Debug, Clone)]
pub(super) struct Pick(u64);

impl Pick {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end)).unwrap_or_default()
    }

    /// True once in `times`.
    pub(super) fn once_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }

    pub(super) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u32) as usize]
    }
}

const TEXTS: &[&str] = &["reference-text-published", "contribution-submitted", "amendment-submitted"];
const WRITTEN: &[&str] =
    &["contribution-submitted", "amendment-submitted", "argument-posted", "comment-posted", "source-cited"];
/// What holds something of a person.
const ERASABLE: &[&str] = &[
    "contribution-submitted",
    "contribution-revised",
    "amendment-submitted",
    "comment-posted",
    "vote-cast",
    "vote-changed",
    "moderation-appealed",
    "response-contested",
];
const DEBATED: &[&str] = &[
    "reference-text-published",
    "contribution-submitted",
    "amendment-submitted",
    "argument-posted",
    "comment-posted",
];

/// A record seen from one consultation, with choices to make.
struct Scene<'a> {
    record: &'a Record,
    stream: StreamId,
    trust: Trust,
    pick: &'a mut Pick,
}

/// The drafts of one command that tries an act of this type.
pub(super) fn propose(
    record: &Record,
    stream: StreamId,
    trust: Trust,
    kind: &str,
    pick: &mut Pick,
) -> Option<Vec<Draft>> {
    let mut scene = Scene { record, stream, trust, pick };
    let drafts = match kind.split_once('-').map_or(kind, |(first, _)| first) {
        "rules" | "phase" | "reference" | "consultation" if kind != "reference-corrected" => {
            scene.register(kind)?
        }
        "contribution" | "revision" | "coauthor" | "reference" => scene.contribution(kind)?,
        "amendment" => vec![scene.amendment(kind)?],
        "argument" | "comment" | "source" | "debate" => vec![scene.debate(kind)?],
        "ballot" | "vote" | "paper" | "votes" | "threshold" => vec![scene.vote(kind)?],
        "content" | "moderation" | "appeal" | "author" => vec![scene.moderation(kind)?],
        "response" => vec![scene.response(kind)?],
        "role" | "act" => vec![scene.role(kind)?],
        "erasure" | "erased" | "takedown" => vec![scene.erasure(kind)?],
        "guarantor" | "recommendation" | "import" | "gap" => vec![scene.oversight(kind)?],
        _ => panic!("no act of type {kind}"),
    };
    Some(drafts.into_iter().map(|draft| scene.told(draft)).collect())
}

impl Scene<'_> {
    /// An earlier event of this consultation, of one of these types.
    fn one_of(&mut self, names: &[&str]) -> Option<IntentId> {
        let found: Vec<IntentId> = self
            .record
            .events()
            .filter(|event| event.stream == self.stream && names.contains(&event.event.event_type().name))
            .map(|event| event.id)
            .collect();
        if found.is_empty() { None } else { Some(self.pick.of(&found)) }
    }

    /// Some distinct earlier texts.
    fn some_texts(&mut self) -> Option<Vec<IntentId>> {
        let count = if self.pick.once_in(8) { 40 } else { 1 + self.pick.below(3) };
        let mut ids: Vec<IntentId> = (0..count).filter_map(|_| self.one_of(TEXTS)).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() { None } else { Some(ids) }
    }

    fn is_from_a_source(&self) -> bool {
        matches!(self.trust, Trust::Observed | Trust::Reconstructed)
    }

    /// What a source states has its time, mostly; what somebody does here may have one too.
    fn told(&mut self, draft: Draft) -> Draft {
        let told = if self.is_from_a_source() { !self.pick.once_in(4) } else { self.pick.once_in(6) };
        let days = i64::from(self.pick.below(300));
        if told { draft.claimed(START.plus_days(-days)) } else { draft }
    }

    fn channel(&mut self) -> Channel {
        if self.is_from_a_source() { Channel::Import } else { self.pick.of(Channel::ALL) }
    }

    fn title(&mut self) -> String {
        const WHAT: &[&str] =
            &["Piste", "Stationnement", "Éclairage", "Rue scolaire", "Passerelle", "Prêt de vélos"];
        const WHERE: &[&str] = &["avenue Jaurès", "quai de l'Yvelle", "gare", "place du Marché", "rue Basse"];
        format!("{} {} n° {}", self.pick.of(WHAT), self.pick.of(WHERE), self.pick.below(1_000))
    }

    /// Takes a part away now and then, as poor sources do.
    fn maybe<T>(&mut self, part: Part<T>) -> Part<T> {
        if self.pick.once_in(5) { Part::Absent(Absence::NotInSource) } else { part }
    }

    fn register(&mut self, kind: &str) -> Option<Vec<Draft>> {
        let phase = self.pick.below(4);
        Some(vec![match kind {
            "rules-amended" => {
                let bodies = format!("Service n° {}", self.pick.below(100));
                sample::rules_change().with(|event| event.bodies = sample::bodies(&[&bodies])).draft()
            }
            "phase-opened" => sample::phase_opening(phase).draft(),
            "phase-extended" => {
                let until = self.record.now().plus_days(i64::from(self.pick.below(60)));
                sample::phase_extension(phase, until).draft()
            }
            "phase-closed" => sample::phase_closing(phase).draft(),
            "reference-text-published" => {
                let theme = self.theme();
                let kind = self.pick.of(ReferenceKind::ALL);
                sample::reference_text()
                    .with(|event| (event.facts.theme, event.facts.kind) = (theme, kind))
                    .draft()
            }
            // Rare, or nothing would come after it.
            _ if !self.pick.once_in(8) => return None,
            _ => sample::consultation_closing().draft(),
        }])
    }

    fn theme(&mut self) -> Option<u32> {
        if self.is_from_a_source() || self.pick.once_in(3) { None } else { Some(self.pick.below(4)) }
    }

    fn contribution(&mut self, kind: &str) -> Option<Vec<Draft>> {
        if kind == "contribution-submitted" {
            return Some(self.submission());
        }
        let subject = match kind {
            "contribution-revised" => self.one_of(&["contribution-submitted", "reference-text-published"])?,
            _ => self.one_of(&["contribution-submitted"])?,
        };
        let title = self.title();
        Some(vec![match kind {
            "contribution-published" => sample::publication().about(subject),
            "contribution-revised" => {
                let explanation = self.maybe(sample::revision().explanation);
                sample::revision()
                    .with(|event| {
                        (event.text, event.explanation) = (sample::text(&title, "Autrement."), explanation)
                    })
                    .about(subject)
            }
            "revision-requested" => sample::revision_request().about(subject),
            "contribution-withdrawn" => sample::withdrawal().about(subject),
            "coauthor-changed" => sample::coauthor().about(subject),
            _ => sample::reference_correction().about(subject),
        }])
    }

    /// A submission, published in the same command now and then.
    fn submission(&mut self) -> Vec<Draft> {
        let (title, theme, channel) = (self.title(), self.theme(), self.channel());
        let (kind, lang) =
            (self.pick.of(ContributionKind::ALL), self.pick.of(&[Lang::Fr, Lang::En, Lang::Und]));
        let source =
            if self.is_from_a_source() { sample::source(&title) } else { sample::submission().source };
        let author = self.maybe(sample::author());
        let changed = (self.is_from_a_source() && self.pick.once_in(5)).then_some(START);
        let submission = sample::submission().with(|event| {
            event.facts.channel = channel;
            event.facts.kind = kind;
            event.facts.lang = lang;
            event.facts.theme = theme;
            event.facts.source_changed_at = changed;
            event.text = sample::text(&title, "Pour y aller à vélo sans crainte.");
            event.source = source;
            event.author = author;
        });
        let mut drafts = vec![submission.draft()];
        if self.pick.once_in(2) {
            drafts.push(sample::publication().about_own(0));
        }
        drafts
    }

    fn amendment(&mut self, kind: &str) -> Option<Draft> {
        if kind == "amendment-submitted" {
            let (parent, channel, title) = (self.one_of(TEXTS)?, self.channel(), self.title());
            let text = self.maybe(sample::text(&title, "Écrire « deux mètres »."));
            let amendment =
                sample::amendment().with(|event| (event.facts.channel, event.text) = (channel, text));
            return Some(amendment.under(parent));
        }
        let subject = self.one_of(&["amendment-submitted"])?;
        Some(match kind {
            "amendment-opinion-given" => {
                let opinion = self.pick.of(Opinion::ALL);
                sample::opinion().with(|event| event.facts.opinion = opinion).about(subject)
            }
            "amendment-decided" => {
                let (fate, body) = (self.pick.of(AmendmentFate::ALL), self.pick.below(3));
                let ground = (!self.pick.once_in(3)).then_some(Ground::UnrelatedAmendment);
                let decision = sample::amendment_decision().with(|event| {
                    (event.facts.fate, event.facts.ground, event.facts.body) = (fate, ground, Some(body))
                });
                decision.about(subject)
            }
            "amendment-rectified" => sample::rectification().about(subject),
            _ => {
                let cause = self.one_of(TEXTS)?;
                sample::lapse().about(subject).because_of(cause)
            }
        })
    }

    fn debate(&mut self, kind: &str) -> Option<Draft> {
        if kind == "debate-held" {
            return Some(sample::debate_held().about(self.one_of(TEXTS)?));
        }
        let (parent, channel, side) = (self.one_of(DEBATED)?, self.channel(), self.pick.of(Side::ALL));
        Some(match kind {
            "argument-posted" => {
                let argument = sample::argument()
                    .with(|event| (event.facts.channel, event.facts.side) = (channel, side));
                argument.under(parent)
            }
            "comment-posted" => sample::comment().with(|event| event.facts.channel = channel).under(parent),
            _ => sample::citation().with(|event| event.facts.channel = channel).under(parent),
        })
    }

    fn vote(&mut self, kind: &str) -> Option<Draft> {
        match kind {
            "ballot-opened" => return self.ballot(),
            "votes-observed" => {
                let subject = self.one_of(WRITTEN)?;
                return Some(sample::counter(u64::from(self.pick.below(900))).about(subject));
            }
            "threshold-reached" => {
                let subject = self.one_of(TEXTS)?;
                let brings = self.pick.of(ThresholdKind::ALL);
                return Some(sample::threshold().with(|event| event.facts.brings = brings).about(subject));
            }
            _ => {}
        }
        let ballot = self.one_of(&["ballot-opened"])?;
        match kind {
            "vote-cast" => self.cast(ballot),
            "paper-votes-added" => {
                let about = self.record.book().ballot(ballot)?.subject;
                let paper = sample::paper_votes().ballot(ballot);
                Some(about.map_or(paper.clone(), |subject| paper.about(subject)))
            }
            "ballot-closed" => Some(sample::ballot_closing().ballot(ballot)),
            _ => self.on_a_vote(kind),
        }
    }

    fn ballot(&mut self) -> Option<Draft> {
        let kind = self.pick.of(&[BallotKind::Support, BallotKind::Support, BallotKind::Opinion]);
        if self.pick.once_in(4) {
            return Some(sample::withheld_ballot().draft());
        }
        let ballot = sample::support_ballot().with(|event| event.facts.kind = kind);
        if self.pick.once_in(4) { Some(ballot.draft()) } else { Some(ballot.about(self.one_of(TEXTS)?)) }
    }

    /// A vote for the current version of what the ballot is about, or of any text where it is about none.
    fn cast(&mut self, ballot_id: IntentId) -> Option<Draft> {
        let ballot = self.record.book().ballot(ballot_id)?;
        let voter = u64::from(self.pick.below(30));
        let choice = self.pick.of(&[Choice::For, Choice::Mixed, Choice::Against]);
        let opinion = ballot.kind == BallotKind::Opinion;
        let vote = sample::vote(voter).with(|event| {
            if opinion {
                event.choice = Part::Open(ChoiceMade { choice, option: None });
            }
        });
        let vote = vote.ballot(ballot_id);
        if ballot.withheld {
            return Some(vote);
        }
        let subject = ballot.subject.or_else(|| self.one_of(TEXTS))?;
        let version = self.record.book().subject(subject)?.current;
        Some(vote.about(subject).version(version))
    }

    /// Changes, takes back or invalidates a vote, which may be live no longer.
    fn on_a_vote(&mut self, kind: &str) -> Option<Draft> {
        let id = self.one_of(&["vote-cast", "vote-changed"])?;
        let event = self.record.event(id);
        let (ballot, about) = (event.refs.one(RefRole::Ballot)?, event.refs.one(RefRole::Subject));
        let tag = tag_of(&event.event)?;
        let ground = self.pick.of(InvalidVote::ALL);
        let draft = match kind {
            "vote-changed" => sample::vote_change(0).with(|event| event.facts.tag = tag).draft(),
            "vote-retracted" => sample::vote_retraction(0).with(|event| event.facts.tag = tag).draft(),
            _ => sample::vote_invalidation(0)
                .with(|event| (event.facts.tag, event.facts.ground) = (tag, ground))
                .draft(),
        };
        let draft = draft.ballot(ballot).vote(id);
        let Some(subject) = about else { return Some(draft) };
        let draft = draft.about(subject);
        let version = self.record.book().subject(subject)?.current;
        Some(if kind == "vote-changed" { draft.version(version) } else { draft })
    }

    fn moderation(&mut self, kind: &str) -> Option<Draft> {
        Some(match kind {
            "content-reported" => sample::report().about(self.one_of(WRITTEN)?),
            "moderation-decided" => {
                let action = self.pick.of(ModerationAction::ALL);
                let explanation = self.maybe(sample::moderation(action).explanation);
                sample::moderation(action)
                    .with(|event| event.explanation = explanation)
                    .about(self.one_of(WRITTEN)?)
            }
            _ => {
                let earlier = match kind {
                    "appeal-decided" => self.one_of(&["moderation-appealed"])?,
                    _ => self.one_of(&["moderation-decided"])?,
                };
                let subject = self.record.event(earlier).refs.one(RefRole::Subject)?;
                let outcome = self.pick.of(AppealOutcome::ALL);
                match kind {
                    "moderation-appealed" => sample::appeal().about(subject).act(earlier),
                    "appeal-decided" => sample::appeal_decision(outcome).about(subject).act(earlier),
                    _ => sample::notification().about(subject).act(earlier),
                }
            }
        })
    }

    fn response(&mut self, kind: &str) -> Option<Draft> {
        let outcome = self.pick.of(Outcome::ALL);
        if kind == "response-published" {
            let signatory = self.maybe(sample::response(outcome).signatory);
            let said = (!self.pick.once_in(9)).then_some(outcome);
            let response = sample::response(outcome)
                .with(|event| (event.facts.outcome, event.signatory) = (said, signatory));
            return Some(response.answering(&self.some_texts()?));
        }
        let earlier = self.one_of(&["response-published", "response-superseded"])?;
        Some(match kind {
            "response-contested" => {
                let subject = self.record.event(earlier).refs.all(RefRole::Answers).next()?;
                sample::contest().about(subject).act(earlier)
            }
            "response-corrected" => sample::response_correction().act(earlier),
            _ => sample::response_replacement(outcome).act(earlier).answering(&self.some_texts()?),
        })
    }

    /// Five credentials of six people: some grants are to oneself, some to somebody who has one already.
    fn role(&mut self, kind: &str) -> Option<Draft> {
        let n = 1 + self.pick.below(5) as u8;
        let by = self.pick.of(&[0, 0, 0, n, 1, 2]);
        let draft = match kind {
            "role-granted" => {
                let role = if self.pick.once_in(2) { Role::Authority } else { self.pick.of(Role::ALL) };
                let scope =
                    if role == Role::Administrator { GrantScope::Instance } else { GrantScope::Consultation };
                sample::grant(n, role)
                    .with(|event| {
                        event.facts.scope = scope;
                        event.facts.holder = HolderId([self.pick.of(&[0, 0, n, n]); 16]);
                        event.facts.granted_by = Some(sample::credential(by));
                    })
                    .draft()
            }
            "role-revoked" => {
                let grant = self.record.book().grant(sample::credential(n))?;
                let revoked =
                    sample::revocation(n).with(|event| event.facts.revoked_by = sample::credential(by));
                revoked.act(grant.id)
            }
            "act-countersigned" => {
                if let Some(signed) = self.second_hand() {
                    return Some(signed);
                }
                let grant = |n: &u8| self.record.book().grant(sample::credential(*n));
                let waits = |n: &u8| grant(n).is_some_and(|grant| grant.standing == GrantStanding::Pending);
                let waiting = (1..6).find(waits).and_then(|n| grant(&n))?;
                let may = |n: &u8| grant(n).is_some_and(|grant| grant.role == Role::Authority);
                let hand = (1..6).find(may).unwrap_or(n);
                let role = grant(&hand).map(|grant| grant.role);
                let signed = sample::countersignature(hand).act(waiting.id);
                return Some(signed.by(role.unwrap_or(Role::Administrator)));
            }
            _ => panic!("no act of type {kind}"),
        };
        Some(draft.by(Role::Administrator))
    }

    /// An erasure decided unasked gets its second hand, now and then. A takedown gets none: nothing takes parts down here.
    fn second_hand(&mut self) -> Option<Draft> {
        let act = self.one_of(&["erasure-decided"])?;
        let waits = self.record.book().pending(act).is_some();
        let grant = |n: &u8| self.record.book().grant(sample::credential(*n));
        let hand = (1..6).find(|n| grant(n).is_some_and(|grant| grant.role == Role::Authority))?;
        (waits && self.pick.once_in(2)).then(|| sample::countersignature(hand).act(act).by(Role::Authority))
    }

    /// The kinds that the envelope of an earlier event commits to.
    fn kinds(&self, id: IntentId) -> Vec<u8> {
        self.record.event(id).event.committed_kinds()
    }

    fn erasure(&mut self, kind: &str) -> Option<Draft> {
        let scope = self.pick.of(ErasureScope::ALL);
        Some(match kind {
            "erasure-requested" => {
                sample::erasure_request(scope).naming(RefRole::Target, self.one_of(ERASABLE)?)
            }
            "erasure-decided" => match self.one_of(&["erasure-requested"]) {
                Some(request) if !self.pick.once_in(4) => {
                    let target = self.record.event(request).refs.one(RefRole::Target)?;
                    let asked = self.record.book().act(request)?.asks?;
                    // Not always what was asked, and then refused.
                    let scope = if self.pick.once_in(3) { scope } else { asked.scope };
                    let outcome = self.pick.of(ErasureOutcome::ALL);
                    let refusal = (outcome != ErasureOutcome::Granted).then_some(ErasureRefusal::Expression);
                    let decision = sample::erasure_decision(scope)
                        .with(|event| (event.facts.outcome, event.facts.refusal) = (outcome, refusal));
                    decision.act(request).naming(RefRole::Target, target)
                }
                _ => sample::unasked_erasure(0, scope)
                    .naming(RefRole::Target, self.one_of(ERASABLE)?)
                    .by(Role::Administrator),
            },
            "erased" => {
                let decision = self.one_of(&["erasure-decided"])?;
                let Event::Oversight(OversightEvent::ErasureDecided(decided)) =
                    &self.record.event(decision).event
                else {
                    return None;
                };
                let scope = decided.facts.scope;
                let target = self.record.event(decision).refs.one(RefRole::Target)?;
                let mask = erasure_mask(self.kinds(target), scope);
                sample::erased(mask, scope).act(decision).naming(RefRole::Target, target)
            }
            "erasure-completed" => sample::erasure_completion().act(self.one_of(&["erased"])?),
            _ => {
                let target = self.one_of(&["reference-text-published", "response-published"])?;
                let texts = (0_u32..15).zip(self.kinds(target)).filter(|(_, kind)| (128..192).contains(kind));
                let mask = texts.fold(0, |mask, (index, _)| mask | 1 << index);
                sample::takedown(0, mask).naming(RefRole::Target, target).by(Role::Administrator)
            }
        })
    }

    fn oversight(&mut self, kind: &str) -> Option<Draft> {
        Some(match kind {
            "guarantor-observed" => {
                let about = self.one_of(TEXTS);
                about.map_or_else(|| sample::observation().draft(), |id| sample::observation().about(id))
            }
            "guarantor-recommended" => sample::recommendation().draft(),
            "recommendation-answered" => {
                let followed = self.pick.of(Followed::ALL);
                let answer = sample::recommendation_answer().with(|event| event.facts.followed = followed);
                answer.act(self.one_of(&["guarantor-recommended"])?)
            }
            "import-sealed" => {
                let observed_at = self.record.now().plus_days(-i64::from(self.pick.below(3)));
                sample::import(observed_at).by(Role::Administrator)
            }
            _ => {
                let cause = self.pick.of(GapCause::ALL);
                sample::gap().with(|event| event.facts.cause = cause).draft()
            }
        })
    }
}

/// The tag of a vote.
const fn tag_of(event: &Event) -> Option<VoterTag> {
    let Event::Vote(event) = event else { return None };
    match event {
        VoteEvent::Cast(event) => Some(event.facts.tag),
        VoteEvent::Changed(event) => Some(event.facts.tag),
        VoteEvent::Retracted(_)
        | VoteEvent::Invalidated(_)
        | VoteEvent::BallotOpened(_)
        | VoteEvent::PaperAdded(_)
        | VoteEvent::Observed(_)
        | VoteEvent::BallotClosed(_) => None,
    }
}
