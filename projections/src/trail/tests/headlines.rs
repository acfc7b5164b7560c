//! The first sentence: each rank, each fate, in both languages.

use std::collections::BTreeMap;

use devenir_core::envelope::Recorded;
use devenir_core::event::RefRole;
use devenir_core::event::code::AppealOutcome;
use devenir_core::event::contribution::{Withdrawn, WithdrawnFacts};
use devenir_core::event::part::Explanation;
use devenir_core::event::petition::{ThresholdReached, ThresholdReachedFacts};
use devenir_core::event::response::ResponseEvent;
use devenir_core::event::{Event, Part, code};
use devenir_core::id::IntentId;
use devenir_core::ledger::Position;
use devenir_core::rules::fate::{Delivered, LinkedTo};
use devenir_core::rules::{
    Coverage, Decision, Delivery, Duty, DutyKind, Entry, FateInputs, Ground, Headline, Linkage, Locale,
    Moderated, ModerationAction, Outcome, Role, Visibility, Zone, headline,
};
use devenir_core::time::Timestamp;

use super::examples::{answered, appeal_decided, home, measure};
use super::sentences::complaint;
use super::stage::{HOME, Town, at, claire, day, fact};
use crate::trail::{
    Covers, DutyInput, HeadlineShown, Moment, OpenNow, SubjectName, ThingKind, TrailInputs, Words,
};

/// The day on which the headlines are read.
pub(super) const NOW: &str = "2027-08-04";

fn paris() -> Zone {
    Zone::named("Europe/Paris").unwrap()
}

/// Ninety days to answer, which ended on the 24th of June.
pub(super) fn overdue() -> Duty {
    let end = paris().start_of(jiff::civil::date(2027, 6, 25));
    Duty { deadline: end, ..Duty::open_ended(DutyKind::Must, day("2027-03-26")) }
}

/// Inputs around some facts; the rest is nothing.
pub(super) fn inputs<'a>(
    headline: &'a Headline,
    facts: &'a [Recorded],
    duties: &'a [DutyInput],
    breaches: &'a BTreeMap<Position, Vec<devenir_core::rules::Norm>>,
) -> TrailInputs<'a> {
    let mut responses = facts.iter().filter(|it| matches!(it.event, devenir_core::event::Event::Response(_)));
    TrailInputs {
        subject: HOME,
        consultation: Some("Plan vélo 2030".to_owned()),
        organiser: Some("Maire de Villeneuve-sur-Yvelle".to_owned()),
        origin: None,
        origin_number: None,
        taken_over: false,
        changed_in_source: Moment::UNKNOWN,
        check_command: Some("devenir verify https://town.example/log"),
        contact: None,
        cosigned: None,
        headline,
        decided_by: responses.next_back().map(|it| it.position),
        duties,
        heirs: vec![],
        heirs_place: None,
        facts,
        breaches,
        figures: &[],
        open: OpenNow::default(),
        now: day(NOW),
        demonstration: false,
    }
}

pub(super) fn owed_by_the_mayor(duty: Duty) -> DutyInput {
    DutyInput {
        duty,
        body: Some("Maire de Villeneuve-sur-Yvelle".to_owned()),
        rule: "règlement de la consultation, article 5".to_owned(),
        days: Some(90),
    }
}

struct Case {
    facts: Vec<Recorded>,
    fate: FateInputs<'static>,
    duties: Vec<Duty>,
    town: Town,
    heirs: Vec<SubjectName>,
    now: Timestamp,
}

fn case() -> Case {
    let fate = FateInputs { entry: Entry::Published, ..FateInputs::default() };
    let facts = vec![at(1, HOME, "2027-03-12", home())];
    Case { facts, fate, duties: vec![], town: Town::new(), heirs: vec![], now: day(NOW) }
}

impl Case {
    fn and(mut self, it: Recorded) -> Self {
        let position = self.facts.len() as u64 + 1;
        let recorded = it.recorded_at;
        let id = IntentId([u8::try_from(position).unwrap() + 200; 32]);
        self.facts.push(Recorded { position: Position::new(position), id, recorded_at: recorded, ..it });
        self
    }

    fn fate(self, fate: FateInputs<'static>) -> Self {
        Self { fate: FateInputs { entry: Entry::Published, ..fate }, ..self }
    }

    fn said(&self, locale: Locale) -> String {
        let breaches = BTreeMap::new();
        let fate = FateInputs { duties: &self.duties, ..self.fate };
        let found = headline(&fate, self.now, &paris());
        let duties: Vec<DutyInput> = self.duties.iter().copied().map(owed_by_the_mayor).collect();
        let inputs = TrailInputs {
            heirs: self.heirs.clone(),
            now: self.now,
            ..inputs(&found, &self.facts, &duties, &breaches)
        };
        let shown = HeadlineShown::new(&inputs, &self.town);
        let sentence = shown.sentence(locale);
        assert_eq!(complaint(&sentence), None, "{locale}");
        for beside in shown.beside(locale) {
            assert_eq!(complaint(&beside), None, "{locale}");
        }
        [sentence].into_iter().chain(shown.beside(locale)).collect::<Vec<_>>().join("\n      ")
    }
}

fn decided(outcome: Outcome) -> Case {
    let answer = Recorded { recorded_at: day("2027-05-05"), ..answered(Some(outcome)) };
    case().fate(FateInputs { decision: outcome.decision(), ..FateInputs::default() }).and(answer)
}

fn withdrawn() -> Case {
    let explanation = Explanation { text: "Mon voisin est livreur. Il m'a convaincue.".to_owned() };
    let taken_back = Withdrawn {
        facts: WithdrawnFacts { reason_given: true },
        author: claire(),
        explanation: Part::Open(explanation),
    };
    case().fate(FateInputs { withdrawn: true, ..FateInputs::default() }).and(fact(
        Role::Citizen,
        &[(RefRole::Subject, HOME)],
        taken_back,
    ))
}

fn moderated(visibility: Visibility, it: Recorded) -> Case {
    let moderated = Moderated { visibility, inadmissible: false };
    let seen = case().fate(FateInputs { moderated, ..FateInputs::default() }).and(it);
    Case { town: Town { served: visibility.may_be_served(), ..Town::new() }, ..seen }
}

fn merged(target: Option<&'static Headline>) -> Case {
    let targets = target.map_or(&[][..], std::slice::from_ref);
    let linkage = Some(LinkedTo { how: Linkage::MergedInto, targets });
    let heir = SubjectName {
        kind: ThingKind::Proposal,
        reference: Some("plan-velo-0012".to_owned()),
        title: Words::Said("Un parking à vélos à la gare".to_owned()),
        at_home: false,
    };
    Case { heirs: vec![heir], ..case().fate(FateInputs { linkage, ..FateInputs::default() }) }
}

fn unknown(covers: Covers, coverage: Coverage, kind: ThingKind) -> Case {
    let town = Town { covers, kind, ..Town::new() };
    Case { town, ..case().fate(FateInputs { coverage, ..FateInputs::default() }) }
}

fn cases() -> Vec<(String, Case)> {
    let named = |name: &str, case: Case| (name.to_owned(), case);
    let mut all: Vec<(String, Case)> = Outcome::ALL
        .iter()
        .filter(|outcome| outcome.decision().is_some())
        .map(|outcome| (format!("decision {outcome}"), decided(*outcome)))
        .collect();
    let adopted = headline(
        &FateInputs { decision: Some(Decision::Adopted), entry: Entry::Published, ..FateInputs::default() },
        day(NOW),
        &paris(),
    );
    let adopted: &'static Headline = Box::leak(Box::new(adopted));
    let review = Recorded { recorded_at: day("2027-05-05"), ..answered(Some(Outcome::UnderReview)) };
    let reached = ThresholdReached {
        facts: ThresholdReachedFacts {
            brings: code::ThresholdKind::Response,
            count: Some(10_000),
            threshold: Some(10_000),
        },
    };
    let reached = fact(Role::Clerk, &[(RefRole::Subject, HOME)], reached);
    let met = || FateInputs { threshold_met: true, ..FateInputs::default() };
    let until = day("2027-06-01");
    let duty = |duty: Duty| Case { duties: vec![duty], ..case() };
    let due = Duty { deadline: paris().start_of(jiff::civil::date(2027, 8, 14)), ..overdue() };
    let decision = |decision| case().fate(FateInputs { decision: Some(decision), ..FateInputs::default() });
    let hidden_and_rejected = Moderated { visibility: Visibility::Hidden, inadmissible: false };
    all.extend([
        named(
            "decision, hidden",
            Case {
                fate: FateInputs {
                    entry: Entry::Published,
                    moderated: hidden_and_rejected,
                    decision: Some(Decision::Rejected),
                    ..FateInputs::default()
                },
                ..decided(Outcome::Rejected)
            },
        ),
        named(
            "decision, contested and insufficient",
            decided(Outcome::Answered).fate(FateInputs {
                decision: Some(Decision::Answered),
                contested: true,
                insufficient: true,
                ..FateInputs::default()
            }),
        ),
        named("decision threshold_not_met", decision(Decision::ThresholdNotMet)),
        named("decision expired", decision(Decision::Expired)),
        named("decision without its act", decision(Decision::Rejected)),
        named("merged, adopted", merged(Some(adopted))),
        named("merged", merged(None)),
        named("withdrawn", withdrawn()),
        named("overdue", duty(overdue())),
        named("due", duty(due)),
        named("undated", duty(Duty { deadline: None, ..overdue() })),
        named("date passed", duty(Duty { kind: DutyKind::Should, ..overdue() })),
        named(
            "under review",
            case().fate(FateInputs { under_review: true, ..FateInputs::default() }).and(review),
        ),
        named("threshold", case().fate(met()).and(reached.clone())),
        named(
            "threshold, observed",
            Case {
                town: Town { covers: Covers::Until(until), ..Town::new() },
                ..case().fate(FateInputs { coverage: Coverage::Until(until), ..met() }).and(reached)
            },
        ),
        named("unknown", unknown(Covers::Nothing, Coverage::None, ThingKind::Proposal)),
        named("unknown, official", unknown(Covers::Nothing, Coverage::None, ThingKind::Article)),
        named("unknown since", unknown(Covers::Until(until), Coverage::Until(until), ThingKind::Petition)),
        named("no duty", case().fate(FateInputs { no_duty: true, ..FateInputs::default() })),
        named("published", case()),
        named("received", Case { fate: FateInputs { entry: Entry::Received, ..case().fate }, ..case() }),
        named(
            "awaiting moderation",
            Case { fate: FateInputs { entry: Entry::PendingModeration, ..case().fate }, ..case() },
        ),
        named("hidden", moderated(Visibility::Hidden, measure(ModerationAction::Hide, Ground::Spam))),
        named("removed", moderated(Visibility::Removed, measure(ModerationAction::Remove, Ground::Spam))),
        named(
            "redacted",
            moderated(Visibility::Redacted, measure(ModerationAction::Hide, Ground::PersonalData))
                .and(appeal_decided(AppealOutcome::Redacted)),
        ),
        named(
            "inadmissible",
            case()
                .fate(FateInputs {
                    moderated: Moderated { visibility: Visibility::Visible, inadmissible: true },
                    ..FateInputs::default()
                })
                .and(measure(ModerationAction::Reject, Ground::OutsideCompetence)),
        ),
    ]);
    for state in Delivery::ALL {
        let delivery = Some(Delivered { state: *state, promised: Some(day("2027-07-01")) });
        let fate = FateInputs { delivery, ..FateInputs::default() };
        all.push((format!("delivery {state}"), case().fate(fate)));
    }
    all
}

#[test]
fn the_headlines_of_every_rank() {
    let told = |(name, case): (String, Case)| {
        let both = Locale::ALL.iter().map(|locale| format!("  {locale}: {}", case.said(*locale)));
        format!("{name}\n{}", both.collect::<Vec<_>>().join("\n"))
    };
    let all: Vec<String> = cases().into_iter().map(told).collect();
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn every_rank_has_a_case() {
    use devenir_core::rules::Rank;
    let seen: std::collections::BTreeSet<Rank> = cases()
        .iter()
        .map(|(_, case)| headline(&FateInputs { duties: &case.duties, ..case.fate }, case.now, &paris()).rank)
        .collect();
    assert_eq!(seen.len(), Rank::ALL.len(), "{seen:?}");
}

#[test]
fn an_amendment_is_spoken_of_as_masculine() {
    let town = Town { kind: ThingKind::Amendment, ..Town::new() };
    let case = Case { town, ..decided(Outcome::Adopted) };
    assert!(case.said(Locale::Fr).starts_with("Adopté, selon"), "{}", case.said(Locale::Fr));
}

#[test]
fn the_first_sentence_alone_answers_the_first_question() {
    for (outcome, words) in [
        (Outcome::Adopted, "Retenue"),
        (Outcome::AdoptedWithChanges, "Retenue avec modification"),
        (Outcome::Rejected, "Non retenue"),
        (Outcome::Referred, "Transmise"),
        (Outcome::Deferred, "Reportée"),
        (Outcome::AlreadySatisfied, "Satisfaite (déjà prévue)"),
        (Outcome::Answered, "Réponse donnée"),
    ] {
        let said = decided(outcome).said(Locale::Fr);
        assert!(said.starts_with(words), "{outcome}: {said}");
        let first = said.lines().next().unwrap_or_default();
        assert!(first.contains("délibération DEL-047, article 4"), "{outcome}: {first}");
    }
}

#[test]
fn a_late_answer_says_who_owed_it_when_and_by_how_many_days() {
    let case = Case { duties: vec![overdue()], ..case() };
    assert_eq!(
        case.said(Locale::Fr).replace('\u{a0}', " ").lines().next(),
        Some(
            "Aucune réponse : elle était due au plus tard le 24 juin 2027 (Maire de Villeneuve-sur-Yvelle), \
             soit 41 jours de retard."
        )
    );
}

fn answered_by(
    outcome: Outcome,
    change: impl FnOnce(&mut devenir_core::event::response::PublishedFacts),
) -> Case {
    let mut answer = Recorded { recorded_at: day("2027-05-05"), ..answered(Some(outcome)) };
    if let Event::Response(ResponseEvent::Published(act)) = &mut answer.event {
        change(&mut act.facts);
    }
    case().fate(FateInputs { decision: outcome.decision(), ..FateInputs::default() }).and(answer)
}

#[test]
fn a_question_is_answered_never_adopted() {
    let town = Town { kind: ThingKind::Question, ..Town::new() };
    let case = Case { town, ..decided(Outcome::Adopted) };
    for (locale, words) in [(Locale::Fr, "Retenue"), (Locale::En, "Adopted")] {
        assert!(!case.said(locale).contains(words), "{}", case.said(locale));
    }
    assert!(case.said(Locale::Fr).starts_with("Réponse donnée le 5 mai 2027"), "{}", case.said(Locale::Fr));
}

#[test]
fn a_decision_is_dated_only_where_something_was_decided() {
    let on = |facts: &mut devenir_core::event::response::PublishedFacts| {
        facts.decided_at = Some(day("2027-05-03"))
    };
    let adopted = answered_by(Outcome::Adopted, on).said(Locale::En);
    assert!(
        adopted.contains("Decision taken on 3 May 2027; by whom was not recorded separately"),
        "{adopted}"
    );
    let only_answered = answered_by(Outcome::Answered, on).said(Locale::En);
    assert!(!only_answered.contains("Decision taken"), "{only_answered}");
    assert!(
        only_answered
            .contains("No decision was recorded separately; the text of the response, below, may state one."),
        "{only_answered}"
    );
    assert!(only_answered.contains("Answer dated 3 May 2027."), "{only_answered}");
}

#[test]
fn the_first_sentence_gives_the_grounds_in_words_and_no_quotation_that_must_be_cut() {
    let grounds = answered_by(Outcome::Rejected, |facts| {
        facts.pointers = Vec::new();
        facts.reasons = vec![code::ReasonCode::Law, code::ReasonCode::Technical];
    });
    let said = grounds.said(Locale::Fr);
    let first = said.lines().next().unwrap_or_default();
    assert_eq!(
        first,
        "Non retenue, selon la réponse du 5 mai 2027, pour ces motifs\u{a0}: le droit et la faisabilité."
    );
    for (name, case) in cases() {
        let first = case.said(Locale::Fr).lines().next().unwrap_or_default().to_owned();
        assert!(!first.contains('…'), "{name}: {first}");
    }
}

#[test]
fn an_answer_says_who_examined_it() {
    let said = decided(Outcome::Rejected).said(Locale::Fr);
    assert!(said.contains("Examinée par\u{a0}: ") && said.contains("qui a répondu le 5 mai 2027"), "{said}");
}
