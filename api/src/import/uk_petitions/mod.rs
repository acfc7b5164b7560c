//! The JSON of petition.parliament.uk: pages of search results, and single petitions.
//!
//! A folder with `pages/*.json` (lists of petitions) and `petitions/*.json` (one each). The same
//! petition stands on several pages; a single petition may have been fetched later, with a higher
//! counter. What becomes what is in `docs/design.md` (Imports). This module does not know what is
//! recorded already.

mod answer;

use std::collections::BTreeMap;
use std::path::Path;

use devenir_core::time::Claimed;
use serde_json::Value;

use crate::import::fields::{Item, Problem};
use crate::import::gather::{Gather, Platform, observed};
use crate::import::instant::Calendar;
use crate::import::observed::{
    Act, Annex, Author, Body, Choice, Contribution, ContributionKind, Debate, DebateOutcome, ItemKind,
    ItemRef, Lang, Moderation, ModerationAction, Observation, ObservedFact, Organisation, Response,
    ResponseCorrected, Target, ThresholdKind, ThresholdReached, Trust, Votes, Wording,
};
use crate::import::source::{Counted, LeftOut, Source, Stage};
use crate::import::{ImportError, Progress, Pushed, ReadOptions, files};
use answer::First;

/// The format's name on the command line.
pub const FORMAT: &str = "uk-petitions";

const LANG: Lang = Lang::En;
const ZONE: &str = "Europe/London";
/// The states that the site shows; a new one changes nothing but is named in the report.
const STATES: [&str; 3] = ["open", "closed", "rejected"];

const EXPECT_FOLDER: &str = "a folder with pages/ and petitions/, or one of them";
const EXPECT_PAGE: &str = "a page of petitions";
const EXPECT_PETITION: &str = "one petition";

/// Reads the folder at `path`.
///
/// # Errors
///
/// The folder is missing or holds neither pages nor petitions, a page cannot be read, the moment of
/// the observation is not stated, or somebody asked to stop.
pub fn read(path: &Path, options: &ReadOptions, progress: &mut Progress) -> Result<Source, ImportError> {
    files::folder(path, EXPECT_FOLDER)?;
    let calendar = Calendar::of(path, options, ZONE)?;
    let mut reader = Reader {
        lang: options.lang.unwrap_or(LANG),
        platform: Platform::new(options.platform.as_ref()),
        gather: Gather::new()?,
        seen: Seen::default(),
        first_answers: first_answers(&path.join("petitions"))?,
        calendar,
    };
    let mut any = false;
    for (folder, single) in [("pages", false), ("petitions", true)] {
        let names = json_names(&path.join(folder))?;
        any |= !names.is_empty();
        progress.stage(if single { "reading petitions" } else { "reading pages" }, Some(names.len() as u64));
        for name in names {
            progress.advance(1)?;
            reader.file(&path.join(folder).join(&name), &format!("{folder}/{name}"), single)?;
        }
    }
    if !any {
        return Err(ImportError::Missing {
            path: path.into(),
            expected: EXPECT_FOLDER,
            advice: "neither holds a .json file; is this the folder that holds them?".into(),
        });
    }
    reader.conclude(path)?;
    let Reader { gather, platform, calendar, .. } = reader;
    // Pages are the results of a search: what they do not show may well be there.
    gather.into_source(FORMAT, platform.name(), &[], &calendar)
}

/// The JSON files of a folder that may be absent.
fn json_names(folder: &Path) -> Result<Vec<String>, ImportError> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let names = files::names(folder, EXPECT_FOLDER)?;
    Ok(names.into_iter().filter(|name| name.ends_with(".json")).collect())
}

/// The first answers of revised ones, by petition: a page that was read before has the revised one only.
///
/// A file that cannot be read is refused, with its reason, where its petition is taken.
fn first_answers(folder: &Path) -> Result<BTreeMap<String, First>, ImportError> {
    let mut all = BTreeMap::new();
    for name in json_names(folder)? {
        let Ok((value, _)) = files::json(&folder.join(&name), &name, EXPECT_PETITION) else { continue };
        let Some(Ok(item)) = value.get("data").map(|data| Item::new(data, "data")) else { continue };
        let first = item.child("attributes").and_then(|attributes| First::of(&attributes));
        if let (Ok(id), Ok(Some(first))) = (item.id("id"), first) {
            all.insert(id, first);
        }
    }
    Ok(all)
}

struct Reader {
    lang: Lang,
    calendar: Calendar,
    platform: Platform,
    gather: Gather,
    seen: Seen,
    first_answers: BTreeMap<String, First>,
}

/// What the source contains and the record does not take.
#[derive(Debug, Default)]
struct Seen {
    debates_announced: u64,
    other_business: u64,
    breakdowns: u64,
    states_unknown: BTreeMap<String, u64>,
}

impl Reader {
    fn file(&mut self, path: &Path, place: &str, single: bool) -> Result<(), ImportError> {
        if !single {
            // A page holds many items: where it is cut off, nobody can say what is missing.
            let (value, manifest) = files::json(path, place, EXPECT_PAGE)?;
            self.gather.summary.files.push(manifest);
            let page = Item::new(&value, "").and_then(|page| page.list("data"));
            let rows = page.map_err(|problem| ImportError::Malformed {
                path: path.into(),
                place: problem.place,
                expected: problem.expected,
                found: problem.found,
                advice: "is this a page of petition.parliament.uk/petitions.json?",
            })?;
            for (at, row) in rows {
                self.gather.summary.count(Counted::Rows);
                self.petition(&format!("{place}, {at}"), row, &at)?;
            }
            return Ok(());
        }
        match files::json(path, place, EXPECT_PETITION) {
            Ok((value, manifest)) => {
                self.gather.summary.files.push(manifest);
                match value.get("data") {
                    Some(data) => self.petition(place, data, "data")?,
                    None => self.gather.refuse(place, None, "data: expected an object, found nothing"),
                }
            }
            Err(error) => self.gather.refuse(place, None, error.beside(path)),
        }
        Ok(())
    }

    fn petition(&mut self, place: &str, value: &Value, at: &str) -> Result<(), ImportError> {
        let read = Item::new(value, at).and_then(|item| match item.text("type")? {
            "petition" => Ok((item.id("id")?, item)),
            _ => Err(item.problem("type", "`petition`")),
        });
        let (id, item) = match read {
            Ok(found) => found,
            Err(problem) => {
                self.gather.refuse(place, None, problem);
                return Ok(());
            }
        };
        let petition = ItemRef::new(ItemKind::Petition, id);
        let observations = match self.observations(&item, &petition) {
            Ok(observations) => observations,
            Err(problem) => {
                self.gather.refuse(place, Some(petition), problem);
                return Ok(());
            }
        };
        let (mut fresh, mut first) = (false, false);
        for observation in &observations {
            let pushed = self.gather.take(place, observation)?;
            fresh |= pushed != Pushed::Same;
            if pushed == Pushed::New {
                count(&mut self.gather.summary, &observation.fact);
                first |= observation.key.act == Act::Submitted;
                if let ObservedFact::Votes(votes) = &observation.fact {
                    // Fetched twice, and signed meanwhile: both counters are recorded, one is summed up.
                    let summary = &mut self.gather.summary;
                    let votes = if first { votes.total() } else { 0 };
                    summary.add(Counted::VotesOnItems, votes);
                    summary.add(Counted::CountersMoved, u64::from(!first));
                }
            }
            if pushed == Pushed::Different && observation.key.act == Act::Submitted {
                break; // another text under the same number: nothing of this copy is taken
            }
        }
        if first {
            self.note(&item);
        }
        if !fresh {
            self.gather.summary.copies = self.gather.summary.copies.saturating_add(1);
        }
        self.note_details(&item);
        Ok(())
    }

    /// Everything that the source says of one petition.
    fn observations(&mut self, item: &Item<'_>, petition: &ItemRef) -> Result<Vec<Observation>, Problem> {
        let url = item.optional_child("links")?.map_or(Ok(None), |links| links.optional_words("self"))?;
        let attributes = item.child("attributes")?;
        let platform = match url {
            Some(url) => self.platform.of("links.self", url)?,
            None if !self.platform.name().is_empty() => self.platform.name(),
            None => return Err(item.problem("links", "the address of the petition")),
        };
        let page = format!("https://{platform}/petitions/{}", petition.external_id);
        let at = Acts { platform: &platform, petition, attributes: &attributes, calendar: &self.calendar };
        let mut all = vec![at.submitted(page, self.lang)?];
        all.extend(at.milestones()?);
        all.extend(at.rejection()?);
        all.extend(at.response(self.lang, self.first_answers.get(&petition.external_id))?);
        all.extend(at.debate(self.lang)?);
        all.push(at.votes()?);
        Ok(all)
    }

    /// What a petition contains beyond what is taken, counted at its first copy.
    fn note(&mut self, item: &Item<'_>) {
        let Ok(attributes) = item.child("attributes") else { return };
        let announced = attributes.optional_text("scheduled_debate_date").ok().flatten().is_some();
        if announced && attributes.optional_child("debate").ok().flatten().is_none() {
            self.seen.debates_announced = self.seen.debates_announced.saturating_add(1);
        }
        let state = attributes.text("state").unwrap_or_default();
        if !STATES.contains(&state) {
            let known = self.seen.states_unknown.len() < 100 || self.seen.states_unknown.contains_key(state);
            if known {
                let count = self.seen.states_unknown.entry(crate::import::fields::quote(state)).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    /// What only single petitions contain.
    fn note_details(&mut self, item: &Item<'_>) {
        let Ok(attributes) = item.child("attributes") else { return };
        let more = |name| attributes.list(name).map_or(0, |list| list.len() as u64);
        let first = u64::from(First::of(&attributes).is_ok_and(|first| first.is_some()));
        let others = more("other_parliamentary_business").saturating_sub(first);
        self.seen.other_business = self.seen.other_business.saturating_add(others);
        if attributes.has("signatures_by_country") {
            self.seen.breakdowns = self.seen.breakdowns.saturating_add(1);
        }
    }

    fn conclude(&mut self, path: &Path) -> Result<(), ImportError> {
        let summary = &mut self.gather.summary;
        let mut left_out = |count: u64, what: String, why: &str| {
            if count > 0 {
                summary.left_out.push(LeftOut { what, count, why: why.into() });
            }
        };
        left_out(
            self.seen.breakdowns,
            "tables of signatures by country, constituency and region".into(),
            "the record keeps the total that they sum up to",
        );
        left_out(
            self.seen.other_business,
            "notes on other parliamentary business".into(),
            "they are no answer to the petition",
        );
        left_out(
            self.seen.debates_announced,
            "debates announced and not held yet".into(),
            "only what happened is recorded",
        );
        for (state, count) in &self.seen.states_unknown {
            left_out(
                *count,
                format!("petitions in the state {state}"),
                "this reader does not know the state; their dates are taken as they are",
            );
        }
        for name in files::names(path, EXPECT_FOLDER)? {
            if name != "pages" && name != "petitions" {
                let why = "not part of this format".to_owned();
                summary.files_ignored.push(LeftOut { what: name, count: 1, why });
            }
        }
        let until = self.calendar.observed_at();
        let covered = [Stage::Submissions, Stage::Votes, Stage::Moderation, Stage::Responses];
        summary.coverage = covered.map(|stage| (stage, until)).into();
        Ok(())
    }
}

/// The acts on one petition.
struct Acts<'a> {
    platform: &'a str,
    petition: &'a ItemRef,
    attributes: &'a Item<'a>,
    calendar: &'a Calendar,
}

impl Acts<'_> {
    fn act(&self, act: Act, claimed: Claimed, fact: ObservedFact) -> Observation {
        observed(self.platform, self.petition, act, "", claimed, fact)
    }

    fn target(&self) -> Target {
        Target { target: self.petition.clone() }
    }

    fn submitted(&self, page: String, lang: Lang) -> Result<Observation, Problem> {
        let a = self.attributes;
        let paragraphs = [a.optional_words("background")?, a.optional_words("additional_details")?];
        let text = paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
        let note = a.optional_words("committee_note")?;
        let fact = ObservedFact::Contribution(Contribution {
            kind: ContributionKind::Petition,
            wording: Wording {
                title: Some(a.words("action")?.to_owned()),
                body: (!text.is_empty()).then(|| Body::plain(text)),
                annexes: note
                    .map(|note| Annex { title: "Committee note".into(), body: Body::plain(note) })
                    .into_iter()
                    .collect(),
                lang,
            },
            // The site gives a name and no account: two petitions of one name are not known to be one
            // person's.
            author: a
                .optional_words("creator_name")?
                .map(|name| Author { account: None, name: Some(name.to_owned()) }),
            url: Some(page),
            section: None,
            topics: topics(a)?,
            addressed_to: departments(a)?,
            changed_in_source: None, // `updated_at` moves with each signature: it says nothing of the text
        });
        Ok(self.act(Act::Submitted, a.instant("created_at", self.calendar)?, fact))
    }

    /// Published, opened, closed, and the three thresholds.
    fn milestones(&self) -> Result<Vec<Observation>, Problem> {
        let reached = |threshold| {
            ObservedFact::ThresholdReached(ThresholdReached { target: self.petition.clone(), threshold })
        };
        let steps = [
            ("moderation_threshold_reached_at", Act::ThresholdModeration, reached(ThresholdKind::Moderation)),
            ("opened_at", Act::Published, ObservedFact::Published(self.target())),
            ("opened_at", Act::BallotOpened, ObservedFact::BallotOpened(self.target())),
            ("response_threshold_reached_at", Act::ThresholdResponse, reached(ThresholdKind::Response)),
            ("debate_threshold_reached_at", Act::ThresholdDebate, reached(ThresholdKind::Debate)),
            ("closed_at", Act::BallotClosed, ObservedFact::BallotClosed(self.target())),
        ];
        let mut all = Vec::new();
        for (field, act, fact) in steps {
            if let Some(at) = self.attributes.optional_instant(field, self.calendar)? {
                all.push(self.act(act, at, fact));
            }
        }
        Ok(all)
    }

    fn rejection(&self) -> Result<Option<Observation>, Problem> {
        let rejection = self.attributes.optional_child("rejection")?;
        let at = self.attributes.optional_instant("rejected_at", self.calendar)?;
        if rejection.is_none() && at.is_none() {
            return Ok(None);
        }
        let said = |name| rejection.as_ref().map_or(Ok(None), |rejection| rejection.optional_words(name));
        let fact = ObservedFact::Moderation(Moderation {
            target: self.petition.clone(),
            action: ModerationAction::Reject,
            code: said("code")?.map(ToOwned::to_owned),
            text: said("details")?.map(Body::plain),
        });
        Ok(Some(self.act(Act::Moderated, at.unwrap_or(Claimed::UNKNOWN), fact)))
    }

    /// The answer, and what replaced or changed it; of an entry that changed and does not say how, only the later
    /// text is known.
    fn response(&self, lang: Lang, first: Option<&First>) -> Result<Vec<Observation>, Problem> {
        let Some(answer) = self.attributes.optional_child("government_response")? else {
            return Ok(Vec::new());
        };
        let published = answer.instant("created_at", self.calendar)?;
        let updated = answer.optional_instant("updated_at", self.calendar)?;
        let updated = updated.filter(|updated| updated.at() > published.at());
        let details = answer.words("details")?;
        let standing = Response {
            target: self.petition.clone(),
            bodies: answer::signed_by(departments(self.attributes)?, details),
            summary: answer.optional_words("summary")?.map(ToOwned::to_owned),
            text: Some(Body::plain(details)),
            said_of_it: answer::revision(details),
            lang,
        };
        let Some(at) = updated else {
            let given = self.answered(&answer, published)?;
            return Ok(vec![self.act(Act::Answered, given, ObservedFact::Response(standing))]);
        };
        let revision = answer.text("updated_at")?;
        let later = |act, at, fact| observed(self.platform, self.petition, act, revision, at, fact);
        let unknown = Response { summary: None, text: None, said_of_it: None, ..standing.clone() };
        if first.is_none() && standing.said_of_it.is_none() {
            let given = self.answered(&answer, published)?;
            let Response { target, summary, .. } = standing;
            let fact = ResponseCorrected { target, summary, text: Body::plain(details), lang };
            return Ok(vec![
                self.act(Act::Answered, given, ObservedFact::Response(unknown)),
                later(Act::AnswerCorrected, at, ObservedFact::ResponseCorrected(fact)),
            ]);
        }
        let replaced = Response {
            bodies: answer::signed_by(departments(self.attributes)?, first.map_or("", |first| &first.text)),
            text: first.map(|first| Body::plain(&first.text)),
            ..unknown
        };
        let given = first.map_or(published, |first| first.given(published, self.calendar));
        let revised = self.answered(&answer, at)?;
        Ok(vec![
            self.act(Act::Answered, given, ObservedFact::Response(replaced)),
            later(Act::AnswerRevised, revised, ObservedFact::ResponseRevised(standing)),
        ])
    }

    /// The day that the answer bears, where it comes before it was put on the site; else the instant of that.
    ///
    /// The site moves the day forward when the text is changed: a later day is that of the change.
    fn answered(&self, answer: &Item<'_>, published: Claimed) -> Result<Claimed, Problem> {
        let day = answer.optional_day("responded_on", self.calendar)?;
        Ok(day.filter(|day| self.calendar.ends_before(*day, published)).unwrap_or(published))
    }

    /// A debate on its day; an outcome without a day says of no debate that it was held, or refused by anybody.
    fn debate(&self, lang: Lang) -> Result<Option<Observation>, Problem> {
        let Some(debate) = self.attributes.optional_child("debate")? else { return Ok(None) };
        let link = |name| Ok(debate.optional_words(name)?.map(ToOwned::to_owned));
        let of = |outcome| -> Result<ObservedFact, Problem> {
            Ok(ObservedFact::Debate(Debate {
                target: self.petition.clone(),
                outcome,
                overview: debate.optional_words("overview")?.map(Body::plain),
                lang,
                transcript_url: link("transcript_url")?,
                video_url: link("video_url")?,
                pack_url: link("debate_pack_url")?,
            }))
        };
        if let Some(day) = debate.optional_day("debated_on", self.calendar)? {
            return Ok(Some(self.act(Act::Debated, day, of(DebateOutcome::Held)?)));
        }
        let at = self.attributes.optional_instant("debate_outcome_at", self.calendar)?;
        let at = at.unwrap_or(self.calendar.observed_at());
        let inferred = self.act(Act::DebateUndated, at, of(DebateOutcome::Undated)?);
        Ok(Some(Observation { trust: Trust::Reconstructed, ..inferred }))
    }

    /// The counter, under the source's own revision of the petition.
    fn votes(&self) -> Result<Observation, Problem> {
        self.attributes.instant("updated_at", self.calendar)?;
        let revision = self.attributes.text("updated_at")?;
        let counters = BTreeMap::from([(Choice::Support, self.attributes.count("signature_count")?)]);
        let fact = ObservedFact::Votes(Votes { target: self.petition.clone(), counters });
        let at = self.calendar.observed_at();
        Ok(observed(self.platform, self.petition, Act::Votes, revision, at, fact))
    }
}

fn topics(attributes: &Item<'_>) -> Result<Vec<String>, Problem> {
    if !attributes.has("topics") {
        return Ok(Vec::new()); // petitions of former parliaments have none
    }
    let word = |(place, value): (String, &Value)| {
        let text = value.as_str().map(ToOwned::to_owned);
        text.ok_or_else(|| Problem::new(place, "a text", crate::import::fields::describe(value)))
    };
    attributes.list("topics")?.into_iter().map(word).collect()
}

fn departments(attributes: &Item<'_>) -> Result<Vec<Organisation>, Problem> {
    if !attributes.has("departments") {
        return Ok(Vec::new());
    }
    let one = |department: Item<'_>| {
        Ok(Organisation {
            name: department.words("name")?.to_owned(),
            acronym: department.optional_words("acronym")?.map(ToOwned::to_owned),
            url: department.optional_words("url")?.map(ToOwned::to_owned),
        })
    };
    attributes.children("departments")?.into_iter().map(one).collect()
}

fn count(summary: &mut crate::import::SourceSummary, fact: &ObservedFact) {
    match fact {
        ObservedFact::Contribution(_) => summary.count(Counted::Petitions),
        ObservedFact::Votes(_) => summary.count(Counted::Counters),
        ObservedFact::Published(_) => summary.count(Counted::Published),
        ObservedFact::BallotClosed(_) => summary.count(Counted::BallotsClosed),
        ObservedFact::Moderation(_) => summary.count(Counted::Rejections),
        ObservedFact::ThresholdReached(_) => summary.count(Counted::Thresholds),
        ObservedFact::Response(_) => summary.count(Counted::Responses),
        ObservedFact::ResponseCorrected(_) => summary.count(Counted::ResponsesCorrected),
        ObservedFact::ResponseRevised(_) => summary.count(Counted::ResponsesRevised),
        ObservedFact::Debate(debate) => match debate.outcome {
            DebateOutcome::Held => summary.count(Counted::DebatesHeld),
            DebateOutcome::Undated => {
                summary.count(Counted::DebatesNotHeld);
                summary.count(Counted::Gaps);
            }
        },
        ObservedFact::BallotOpened(_) // as many as are published
        | ObservedFact::ReferenceText(_)
        | ObservedFact::Amendment(_)
        | ObservedFact::Argument(_)
        | ObservedFact::SourceCited(_)
        | ObservedFact::Revised(_)
        | ObservedFact::Withdrawn(_)
        | ObservedFact::Gap(_) => {} // this format has none of them
    }
}
