//! Cap Collectif's JSON interface of 2015, as République numérique published it.
//!
//! A folder: `opinions/<id>.json` (articles of the authority and proposals of citizens, with their
//! arguments and cited documents), `contributions.json` (a second crawl, the only one that lists the
//! amendments), `opinions_not_found` (identifiers that the site did not know) and, for single
//! amendments, `opinion-<id>_version-<id>.json`. What becomes what is in `docs/design.md` (Imports).
//! This module does not know what is recorded already.

mod amendments;
mod opinions;
mod pieces;

use std::collections::BTreeMap;
use std::path::Path;

use super::fields::Problem;
use super::gather::{Gather, Platform, observed};
use super::instant::Calendar;
use super::observed::{Act, Gap, GapCause, ItemKind, ItemRef, Lang, Observation, ObservedFact, Votes};
use super::source::{Counted, Difference, LeftOut, Source, Stage};
use super::{ImportError, Progress, Pushed, ReadOptions, files};

/// The format's name on the command line.
pub const FORMAT: &str = "cap-collectif-2015";

const LANG: Lang = Lang::Fr;
const ZONE: &str = "Europe/Paris";

const EXPECT_FOLDER: &str = "a folder with opinions/ and contributions.json";
const EXPECT_HOLES: &str = "a list of identifiers, one a line";

/// Reads the folder at `path`.
///
/// # Errors
///
/// The folder or one of its two necessary parts is missing or cannot be read, the moment of the
/// observation is not stated, or somebody asked to stop.
pub fn read(path: &Path, options: &ReadOptions, progress: &mut Progress) -> Result<Source, ImportError> {
    files::folder(path, EXPECT_FOLDER)?;
    let calendar = Calendar::of(path, options, ZONE)?;
    let mut reader = Reader {
        path,
        lang: options.lang.unwrap_or(LANG),
        platform: Platform::new(options.platform.as_ref()),
        gather: Gather::new()?,
        opinions: BTreeMap::new(),
        tally: Tally::default(),
        calendar,
    };
    reader.opinions(progress)?;
    reader.contributions(progress)?;
    reader.holes()?;
    reader.conclude()?;
    let Reader { gather, platform, calendar, .. } = reader;
    // contributions.json lists every amendment; an opinion is a file of its own, and a file may just be absent.
    let lists = if options.partial { &[][..] } else { &[ItemKind::Version] };
    gather.into_source(FORMAT, platform.name(), lists, &calendar)
}

struct Reader<'a> {
    path: &'a Path,
    lang: Lang,
    calendar: Calendar,
    platform: Platform,
    gather: Gather,
    /// The counters of each opinion taken, to compare with the second crawl.
    opinions: BTreeMap<String, Counters>,
    tally: Tally,
}

/// The counters of one opinion.
#[derive(Debug, Clone, Copy, Default)]
struct Counters {
    votes: u64,
    amendments_stated: u64,
    amendments_found: u64,
}

/// What the source counts and does not contain, or contains and the record does not take.
#[derive(Debug, Default)]
struct Tally {
    voters_named: u64,
    votes_on_arguments: u64,
    votes_on_sources: u64,
    arguments_unread: u64,
    sources_unread: u64,
}

impl Reader<'_> {
    fn counted(&self, platform: &str, item: &ItemRef, votes: Votes) -> Observation {
        let (revision, at) = (self.calendar.revision(), self.calendar.observed_at());
        observed(platform, item, Act::Votes, &revision, at, ObservedFact::Votes(votes))
    }

    /// Takes an item's creation, and what belongs to it if the item is new; says whether it was.
    fn take_all(&mut self, place: &str, observations: &[Observation]) -> Result<bool, ImportError> {
        for observation in observations {
            if self.take(place, observation)? != Pushed::New {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes one observation and counts it under its name.
    fn take(&mut self, place: &str, observation: &Observation) -> Result<Pushed, ImportError> {
        let pushed = self.gather.take(place, observation)?;
        let summary = &mut self.gather.summary;
        match (pushed, &observation.fact) {
            (Pushed::Same, _) => summary.copies = summary.copies.saturating_add(1),
            (Pushed::Different, _) => {}
            (Pushed::New, fact) => count(summary, observation.key.kind, fact),
        }
        Ok(pushed)
    }
}

/// What remains to be said.
impl Reader<'_> {
    fn holes(&mut self) -> Result<(), ImportError> {
        let path = self.path.join("opinions_not_found");
        let (text, manifest) = match files::text(&path, "opinions_not_found", EXPECT_HOLES) {
            Ok(found) => found,
            Err(ImportError::Missing { .. } | ImportError::Empty { .. }) => return Ok(()), // no known hole
            Err(error) => return Err(error),
        };
        self.gather.summary.files.push(manifest);
        for (n, line) in (1u64..).zip(text.lines()) {
            let id = line.trim();
            if id.is_empty() {
                continue;
            }
            let place = format!("opinions_not_found, line {n}");
            if id.len() > 20 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
                let problem = Problem::new("the line", "an identifier", super::fields::quote(id));
                self.gather.refuse(&place, None, problem);
                continue;
            }
            let item = ItemRef::new(ItemKind::Opinion, id);
            if self.gather.has(&item)? {
                self.gather.refuse(&place, Some(item), "said to be missing, and read from opinions/");
                continue;
            }
            let fact =
                ObservedFact::Gap(Gap { item: item.clone(), cause: GapCause::NotFound, recorded: false });
            let at = self.calendar.observed_at();
            let gap = observed(&self.platform.name(), &item, Act::Gap, "", at, fact);
            self.take(&place, &gap)?;
        }
        Ok(())
    }

    fn conclude(&mut self) -> Result<(), ImportError> {
        let (stated, found) = self.opinions.values().fold((0u64, 0u64), |(stated, found), counters| {
            (
                stated.saturating_add(counters.amendments_stated),
                found.saturating_add(counters.amendments_found),
            )
        });
        let summary = &mut self.gather.summary;
        if stated != found {
            let on: Vec<String> = self
                .opinions
                .iter()
                .filter(|(_, counters)| counters.amendments_stated != counters.amendments_found)
                .take(20)
                .map(|(id, c)| format!("opinion {id}: {} and {}", c.amendments_stated, c.amendments_found))
                .collect();
            summary.differences.push(Difference {
                what: "amendments".into(),
                stated,
                found,
                note: format!(
                    "the site's own counters say the first, contributions.json holds the second, which is recorded ({})",
                    on.join("; ")
                ),
            });
        }
        let mut left_out = |count: u64, what: &str, why: &str| {
            if count > 0 {
                summary.left_out.push(LeftOut { what: what.into(), count, why: why.into() });
            }
        };
        let tally = &self.tally;
        left_out(
            tally.voters_named,
            "names of voters",
            "the counters include them; the source gives neither their choice nor a date",
        );
        left_out(tally.votes_on_arguments, "votes on arguments", "the record counts votes on texts only");
        left_out(tally.votes_on_sources, "votes on cited documents", "the record counts votes on texts only");
        left_out(
            tally.arguments_unread,
            "arguments under amendments",
            "the source counts them and does not contain them",
        );
        left_out(
            tally.sources_unread,
            "cited documents under amendments",
            "the source counts them and does not contain them",
        );
        for name in files::names(self.path, EXPECT_FOLDER)? {
            let known = name == "opinions" || summary.files.iter().any(|file| file.name == name);
            if !known {
                let why = "not part of this format".to_owned();
                summary.files_ignored.push(LeftOut { what: name, count: 1, why });
            }
        }
        let until = self.calendar.observed_at();
        summary.coverage =
            [Stage::Submissions, Stage::Votes, Stage::Moderation].map(|stage| (stage, until)).into();
        Ok(())
    }
}

fn count(summary: &mut super::SourceSummary, kind: ItemKind, fact: &ObservedFact) {
    let changed = match fact {
        ObservedFact::ReferenceText(text) => {
            summary.count(Counted::Articles);
            summary.add(Counted::LawChanges, text.changes.len() as u64);
            text.changed_in_source
        }
        ObservedFact::Contribution(contribution) => {
            summary.count(Counted::Proposals);
            contribution.changed_in_source
        }
        ObservedFact::Amendment(amendment) => {
            summary.count(Counted::Amendments);
            if amendment.wording.body.is_some() {
                summary.count(Counted::AmendmentTexts);
            }
            None
        }
        ObservedFact::Argument(argument) => {
            summary.count(Counted::Arguments);
            argument.changed_in_source
        }
        ObservedFact::SourceCited(source) => {
            summary.count(Counted::SourcesCited);
            source.changed_in_source
        }
        ObservedFact::Votes(votes) => {
            summary.count(Counted::Counters);
            let on_amendments = kind == ItemKind::Version;
            let counted = if on_amendments { Counted::VotesOnAmendments } else { Counted::VotesOnItems };
            summary.add(counted, votes.total());
            None
        }
        ObservedFact::Moderation(_) => {
            summary.count(Counted::Hidden);
            None
        }
        ObservedFact::Gap(_) => {
            summary.count(Counted::Gaps);
            None
        }
        ObservedFact::BallotOpened(_)
        | ObservedFact::BallotClosed(_)
        | ObservedFact::Published(_)
        | ObservedFact::ThresholdReached(_)
        | ObservedFact::Response(_)
        | ObservedFact::ResponseCorrected(_)
        | ObservedFact::ResponseRevised(_)
        | ObservedFact::Debate(_)
        | ObservedFact::Revised(_)
        | ObservedFact::Withdrawn(_) => None, // this format has none of them
    };
    if changed.is_some() {
        summary.count(Counted::ChangedInSource);
    }
}
