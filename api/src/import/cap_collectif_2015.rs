//! Cap Collectif's JSON interface of 2015, as République numérique published it.
//!
//! A folder: `opinions/<id>.json` (articles of the authority and proposals of citizens, with their
//! arguments and cited documents), `contributions.json` (a second crawl, the only one that lists the
//! amendments), `opinions_not_found` (identifiers that the site did not know) and, for single
//! amendments, `opinion-<id>_version-<id>.json`. What becomes what is in `docs/design.md` (Imports).
//! This module does not know what is recorded already.

use std::collections::BTreeMap;
use std::path::Path;

use devenir_core::time::{Claimed, Timestamp};
use serde_json::Value;

use super::fields::{Item, Problem};
use super::gather::{Gather, Platform, observed};
use super::instant::Calendar;
use super::observed::{
    Act, Amendment, Annex, Argument, Author, Body, Choice, Contribution, ContributionKind, Gap, GapCause,
    ItemKind, ItemRef, LawChange, Moderation, ModerationAction, Observation, ObservedFact, ReferenceText,
    Section, Side, SourceCited, Votes, Wording,
};
use super::source::{Counted, Difference, LeftOut, Source, Stage};
use super::{ImportError, Progress, Pushed, ReadOptions, files};

/// The format's name on the command line.
pub const FORMAT: &str = "cap-collectif-2015";

/// The account under which the authority put its bill: its items are articles, not proposals.
const AUTHORITY: &str = "gouvernement";
const LANG: &str = "fr";
const ZONE: &str = "Europe/Paris";

const EXPECT_FOLDER: &str = "a folder with opinions/ and contributions.json";
const EXPECT_OPINIONS: &str = "a folder of opinions, one JSON file each";
const EXPECT_OPINION: &str = "one opinion";
const EXPECT_CONTRIBUTIONS: &str =
    "contributions.json, an object with one entry for each opinion and amendment";
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
        lang: options.lang.clone().unwrap_or_else(|| LANG.to_owned()),
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
    gather.into_source(FORMAT, platform.name(), &calendar)
}

struct Reader<'a> {
    path: &'a Path,
    lang: String,
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

/// An opinion taken apart: its creation first, then what stands on it.
struct Parts {
    counters: Counters,
    voters_named: u64,
    observations: Vec<Observation>,
}

impl Reader<'_> {
    fn opinions(&mut self, progress: &mut Progress) -> Result<(), ImportError> {
        let folder = self.path.join("opinions");
        let names = files::names(&folder, EXPECT_OPINIONS)?;
        let names: Vec<_> = names.into_iter().filter(|name| name.ends_with(".json")).collect();
        if names.is_empty() {
            return Err(ImportError::Empty { path: folder, expected: EXPECT_OPINIONS });
        }
        progress.stage("reading opinions", Some(names.len() as u64));
        for name in names {
            progress.advance(1)?;
            let place = format!("opinions/{name}");
            // One file is one item: where it cannot be read, the others still can.
            match files::json(&folder.join(&name), &place, EXPECT_OPINION) {
                Ok((value, manifest)) => {
                    self.gather.summary.files.push(manifest);
                    self.opinion(&place, &value)?;
                }
                Err(error) => self.gather.refuse(&place, None, error.beside(&folder.join(&name))),
            }
        }
        Ok(())
    }

    fn opinion(&mut self, place: &str, value: &Value) -> Result<(), ImportError> {
        let parts = Item::new(value, "")
            .and_then(|file| file.child("opinion"))
            .and_then(|item| Ok((item.id("id")?, item)));
        let (id, item) = match parts {
            Ok(found) => found,
            Err(problem) => {
                self.gather.refuse(place, None, problem);
                return Ok(());
            }
        };
        let opinion = ItemRef::new(ItemKind::Opinion, id.clone());
        match self.opinion_parts(&item, &opinion) {
            Ok((platform, parts)) => {
                if !self.take_all(place, &parts.observations)? {
                    return Ok(()); // the same number twice: the first is kept, with what stands on it
                }
                self.opinions.insert(id, parts.counters);
                self.tally.voters_named = self.tally.voters_named.saturating_add(parts.voters_named);
                self.below(place, &platform, &opinion, &item)
            }
            Err(problem) => {
                let below = ["arguments", "sources"].map(|name| item.list(name).map_or(0, |list| list.len()));
                let [arguments, sources] = below;
                let reason = if arguments.saturating_add(sources) == 0 {
                    problem.to_string()
                } else {
                    format!("{problem}; its {arguments} arguments and {sources} sources go with it")
                };
                self.gather.refuse(place, Some(opinion), reason);
                Ok(())
            }
        }
    }

    fn opinion_parts(&mut self, item: &Item<'_>, opinion: &ItemRef) -> Result<(String, Parts), Problem> {
        let url = item.child("_links")?.words("show")?;
        let platform = self.platform.of("opinion._links.show", url)?;
        let created = item.instant("created_at", &self.calendar)?;
        let fact = self.opinion_fact(item, url, created)?;
        let counters = BTreeMap::from([
            (Choice::For, item.count("votes_ok")?),
            (Choice::Mixed, item.count("votes_mitige")?),
            (Choice::Against, item.count("votes_nok")?),
        ]);
        let votes = Votes { target: opinion.clone(), counters };
        let stated = item.count("votes_total")?;
        if votes.total() != stated {
            return Err(Problem::new(
                "opinion.votes_total",
                format!("the sum of its three counters, {}", votes.total()),
                stated.to_string(),
            ));
        }
        let counted =
            Counters { votes: stated, amendments_stated: item.count("versions_count")?, amendments_found: 0 };
        let mut observations = vec![observed(&platform, opinion, Act::Submitted, "", created, fact)];
        if item.flag("is_trashed")? {
            observations.push(hidden(&platform, opinion));
        }
        observations.push(self.counted(&platform, opinion, votes));
        let voters_named = item.list("votes")?.len() as u64;
        Ok((platform, Parts { counters: counted, voters_named, observations }))
    }

    /// An article of the authority, or a citizen's proposal.
    fn opinion_fact(&self, item: &Item<'_>, url: &str, created: Claimed) -> Result<ObservedFact, Problem> {
        let author = author(item)?;
        let title = item.words("title")?;
        let wording = Wording {
            title: Some(title.to_owned()),
            body: item.optional_words("body")?.map(Body::received),
            annexes: annexes(item)?,
            lang: self.lang.clone(),
        };
        let section = section(item)?;
        let changed_in_source = self.changed(item, created)?;
        let url = Some(url.to_owned());
        if author.as_ref().and_then(|author| author.account.as_deref()) == Some(AUTHORITY) {
            let (number, changes) = (article_number(title), law_changes(item)?);
            let text = ReferenceText { number, wording, changes, url, section, changed_in_source };
            return Ok(ObservedFact::ReferenceText(text));
        }
        let contribution = Contribution {
            kind: ContributionKind::Proposal,
            wording,
            author,
            url,
            section,
            topics: Vec::new(),
            addressed_to: Vec::new(),
            changed_in_source,
        };
        Ok(ObservedFact::Contribution(contribution))
    }

    /// The arguments and cited documents of an opinion; each is refused alone.
    fn below(
        &mut self,
        place: &str,
        platform: &str,
        opinion: &ItemRef,
        item: &Item<'_>,
    ) -> Result<(), ImportError> {
        for (name, kind) in [("arguments", ItemKind::Argument), ("sources", ItemKind::Source)] {
            let list = match item.list(name) {
                Ok(list) => list,
                Err(problem) => {
                    self.gather.refuse(place, Some(opinion.clone()), problem);
                    continue;
                }
            };
            for (path, value) in list {
                self.one_below(place, platform, opinion, kind, path, value)?;
            }
        }
        Ok(())
    }

    fn one_below(
        &mut self,
        place: &str,
        platform: &str,
        opinion: &ItemRef,
        kind: ItemKind,
        path: String,
        value: &Value,
    ) -> Result<(), ImportError> {
        let read = Item::new(value, path).and_then(|item| Ok((item.id("id")?, item)));
        let (id, item) = match read {
            Ok(found) => found,
            Err(problem) => {
                self.gather.refuse(place, None, problem);
                return Ok(());
            }
        };
        let reference = ItemRef::new(kind, id);
        let read = item.instant("created_at", &self.calendar).and_then(|created| {
            let votes = item.count("votes_count")?;
            let (fact, hide) = if kind == ItemKind::Argument {
                let hide = item.flag("is_trashed")? || !item.flag("is_enabled")?;
                (ObservedFact::Argument(self.argument(&item, opinion, created)?), hide)
            } else {
                (ObservedFact::SourceCited(self.source_cited(&item, opinion, created)?), false)
            };
            Ok((created, votes, fact, hide))
        });
        match read {
            Ok((created, votes, fact, hide)) => {
                let tally = if kind == ItemKind::Argument {
                    &mut self.tally.votes_on_arguments
                } else {
                    &mut self.tally.votes_on_sources
                };
                *tally = tally.saturating_add(votes);
                self.take(place, &observed(platform, &reference, Act::Submitted, "", created, fact))?;
                if hide {
                    self.take(place, &hidden(platform, &reference))?;
                }
            }
            Err(problem) => self.gather.refuse(place, Some(reference), problem),
        }
        Ok(())
    }

    fn argument(&self, item: &Item<'_>, opinion: &ItemRef, created: Claimed) -> Result<Argument, Problem> {
        Ok(Argument {
            parent: opinion.clone(),
            side: match item.count("type")? {
                1 => Side::For,
                0 => Side::Against,
                _ => return Err(item.problem("type", "1 (for) or 0 (against)")),
            },
            body: Body::plain(item.words("body")?),
            lang: self.lang.clone(),
            author: author(item)?,
            url: item
                .optional_child("_links")?
                .map_or(Ok(None), |links| links.optional_words("show"))?
                .map(ToOwned::to_owned),
            changed_in_source: self.changed(item, created)?,
        })
    }

    fn source_cited(
        &self,
        item: &Item<'_>,
        opinion: &ItemRef,
        created: Claimed,
    ) -> Result<SourceCited, Problem> {
        Ok(SourceCited {
            parent: opinion.clone(),
            title: item.words("title")?.to_owned(),
            link: item.optional_words("link")?.map(ToOwned::to_owned),
            body: Body::received(item.text("body")?),
            lang: self.lang.clone(),
            category: item.optional_words("category")?.map(ToOwned::to_owned),
            author: author(item)?,
            changed_in_source: self.changed(item, created)?,
        })
    }

    /// The instant of the last change, if it is later than the creation.
    fn changed(&self, item: &Item<'_>, created: Claimed) -> Result<Option<Timestamp>, Problem> {
        let updated = item.optional_instant("updated_at", &self.calendar)?;
        Ok(updated.and_then(Claimed::at).filter(|updated| Some(*updated) > created.at()))
    }

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

/// The second crawl: amendments, and counters to compare.
impl Reader<'_> {
    fn contributions(&mut self, progress: &mut Progress) -> Result<(), ImportError> {
        let path = self.path.join("contributions.json");
        // An amendment names its parent by address, and may stand before it: hence two readings.
        let mut parents = BTreeMap::new();
        progress.stage("resolving amendments", None);
        files::each_entry(&path, "contributions.json", EXPECT_CONTRIBUTIONS, &mut |_, value| {
            progress.advance(1)?;
            if let Ok((address, id)) = parent_entry(&value) {
                parents.insert(address, id);
            }
            Ok(())
        })?;
        let details = self.details()?;
        progress.stage("reading amendments", None);
        let manifest =
            files::each_entry(&path, "contributions.json", EXPECT_CONTRIBUTIONS, &mut |key, value| {
                progress.advance(1)?;
                let place = format!("contributions.json, {key}");
                match entry_kind(&value) {
                    Ok(Entry::Proposition) => self.compare(&place, &value),
                    Ok(Entry::Amendement) => self.amendment(&place, &value, &parents, &details)?,
                    Err(problem) => self.gather.refuse(&place, None, problem),
                }
                Ok(())
            })?;
        self.gather.summary.files.push(manifest);
        Ok(())
    }

    /// Amendments that were fetched one by one: what is known of each beyond its title.
    fn details(&mut self) -> Result<BTreeMap<String, Detail>, ImportError> {
        let mut details = BTreeMap::new();
        for name in files::names(self.path, EXPECT_FOLDER)? {
            if !(name.starts_with("opinion-") && name.contains("_version-") && name.ends_with(".json")) {
                continue;
            }
            match files::json(&self.path.join(&name), &name, "one amendment") {
                Ok((value, manifest)) => {
                    self.gather.summary.files.push(manifest);
                    match Detail::read(&value, &self.calendar) {
                        Ok((id, detail)) => {
                            details.insert(id, detail);
                        }
                        Err(problem) => self.gather.refuse(&name, None, problem),
                    }
                }
                Err(error) => self.gather.refuse(&name, None, error.beside(&self.path.join(&name))),
            }
        }
        Ok(details)
    }

    /// Compares an opinion's counter with the one of the first crawl.
    fn compare(&mut self, place: &str, value: &Value) {
        let read = Item::new(value, "").and_then(|item| Ok((item.id("id")?, item.count("votes_total")?)));
        let (id, votes) = match read {
            Ok(found) => found,
            Err(problem) => {
                self.gather.refuse(place, None, problem);
                return;
            }
        };
        let id = id.trim_start_matches('o');
        let differences = &mut self.gather.summary.differences;
        match self.opinions.get(id) {
            Some(first) if first.votes != votes => differences.push(Difference {
                what: format!("votes on opinion {id}"),
                stated: votes,
                found: first.votes,
                note: "contributions.json says the first, opinions/ the second, which is recorded".into(),
            }),
            Some(_) => {}
            None => differences.push(Difference {
                what: format!("opinion {id}"),
                stated: 1,
                found: 0,
                note: "contributions.json lists it, opinions/ has no readable file of it".into(),
            }),
        }
    }

    fn amendment(
        &mut self,
        place: &str,
        value: &Value,
        parents: &BTreeMap<String, String>,
        details: &BTreeMap<String, Detail>,
    ) -> Result<(), ImportError> {
        let read = Item::new(value, "").and_then(|item| Ok((item.id("id")?, item)));
        let (id, item) = match read {
            Ok((id, item)) => (id.trim_start_matches('v').to_owned(), item),
            Err(problem) => {
                self.gather.refuse(place, None, problem);
                return Ok(());
            }
        };
        let amendment = ItemRef::new(ItemKind::Version, id.clone());
        match self.amendment_parts(&item, &amendment, parents, details.get(&id)) {
            Ok((parent, observations)) => {
                if !self.gather.has(&parent)? {
                    let reason = format!("its parent, opinion {}, was not taken", parent.external_id);
                    self.gather.refuse(place, Some(amendment), reason);
                    return Ok(());
                }
                if !self.take_all(place, &observations)? {
                    return Ok(());
                }
                if let Some(counters) = self.opinions.get_mut(&parent.external_id) {
                    counters.amendments_found = counters.amendments_found.saturating_add(1);
                }
                let unread = |name| item.count(name).unwrap_or(0);
                self.tally.arguments_unread = self.tally.arguments_unread.saturating_add(unread("arguments"));
                self.tally.sources_unread = self.tally.sources_unread.saturating_add(unread("sources"));
            }
            Err(problem) => self.gather.refuse(place, Some(amendment), problem),
        }
        Ok(())
    }

    fn amendment_parts(
        &mut self,
        item: &Item<'_>,
        amendment: &ItemRef,
        parents: &BTreeMap<String, String>,
        detail: Option<&Detail>,
    ) -> Result<(ItemRef, Vec<Observation>), Problem> {
        let url = item.words("url")?;
        let platform = self.platform.of("url", url)?;
        let address = item.words("parent")?;
        let parent = parents
            .get(address)
            .map(|id| ItemRef::new(ItemKind::Opinion, id.clone()))
            .ok_or_else(|| item.problem("parent", "the address of an opinion of this file"))?;
        let counters = BTreeMap::from([
            (Choice::For, item.count("votes_pro")?),
            (Choice::Mixed, item.count("votes_unsure")?),
            (Choice::Against, item.count("votes_against")?),
        ]);
        let votes = Votes { target: amendment.clone(), counters };
        let stated = item.count("votes_total")?;
        if votes.total() != stated {
            return Err(
                item.problem("votes_total", format!("the sum of its three counters, {}", votes.total()))
            );
        }
        let account = item.optional_words("author")?.map(ToOwned::to_owned);
        let name = detail.and_then(|detail| detail.author_name.clone());
        let fact = ObservedFact::Amendment(Amendment {
            parent: parent.clone(),
            wording: Wording {
                title: Some(item.words("name")?.to_owned()),
                body: detail.and_then(|detail| detail.body.clone()),
                annexes: detail.map_or_else(Vec::new, |detail| detail.annexes.clone()),
                lang: self.lang.clone(),
            },
            author: account.map(|account| Author { account: Some(account), name }),
            url: Some(url.to_owned()),
        });
        let claimed = detail.map_or(Claimed::UNKNOWN, |detail| detail.created);
        let created = observed(&platform, amendment, Act::Submitted, "", claimed, fact);
        let counted = self.counted(&platform, amendment, votes);
        Ok((parent, vec![created, counted]))
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
            let fact = ObservedFact::Gap(Gap { item: item.clone(), cause: GapCause::NotFound });
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

/// An amendment that was fetched alone.
struct Detail {
    created: Claimed,
    author_name: Option<String>,
    body: Option<Body>,
    annexes: Vec<Annex>,
}

impl Detail {
    fn read(value: &Value, calendar: &Calendar) -> Result<(String, Self), Problem> {
        let item = Item::new(value, "")?.child("version")?;
        let comment = item.optional_words("comment")?;
        let detail = Self {
            created: item.optional_instant("created_at", calendar)?.unwrap_or(Claimed::UNKNOWN),
            author_name: author(&item)?.and_then(|author| author.name),
            body: item.optional_words("body")?.map(Body::received),
            annexes: comment
                .map(|text| Annex { title: "Explication".into(), body: Body::received(text) })
                .into_iter()
                .collect(),
        };
        Ok((item.id("id")?, detail))
    }
}

enum Entry {
    Proposition,
    Amendement,
}

fn entry_kind(value: &Value) -> Result<Entry, Problem> {
    let item = Item::new(value, "")?;
    match item.text("type")? {
        "proposition" => Ok(Entry::Proposition),
        "amendement" => Ok(Entry::Amendement),
        _ => Err(item.problem("type", "`proposition` or `amendement`")),
    }
}

/// The address of an opinion, by which amendments name it, and its identifier.
fn parent_entry(value: &Value) -> Result<(String, String), Problem> {
    let Entry::Proposition = entry_kind(value)? else {
        return Err(Problem::new("type", "proposition", "amendement"));
    };
    let item = Item::new(value, "")?;
    Ok((item.words("id_str")?.to_owned(), item.id("id")?.trim_start_matches('o').to_owned()))
}

fn author(item: &Item<'_>) -> Result<Option<Author>, Problem> {
    let Some(author) = item.optional_child("author")? else { return Ok(None) };
    let account = author.optional_words("uniqueId")?.map(ToOwned::to_owned);
    let name = author.optional_words("displayName")?.map(ToOwned::to_owned);
    Ok((account.is_some() || name.is_some()).then_some(Author { account, name }))
}

fn section(item: &Item<'_>) -> Result<Option<Section>, Problem> {
    let Some(part) = item.optional_child("type")? else { return Ok(None) };
    let (title, subtitle) = (part.words("title")?, part.optional_words("subtitle")?);
    let title = subtitle.map_or_else(|| title.to_owned(), |subtitle| format!("{title} - {subtitle}"));
    Ok(Some(Section { external_id: part.id("id")?, title }))
}

fn annexes(item: &Item<'_>) -> Result<Vec<Annex>, Problem> {
    let mut annexes = Vec::new();
    for annex in item.children("appendices")? {
        if let Some(text) = annex.optional_words("body")? {
            let title = annex.child("type")?.words("title")?.to_owned();
            annexes.push(Annex { title, body: Body::received(text) });
        }
    }
    Ok(annexes)
}

fn law_changes(item: &Item<'_>) -> Result<Vec<LawChange>, Problem> {
    let change = |modal: Item<'_>| {
        Ok(LawChange {
            title: modal.words("title")?.to_owned(),
            before: modal.optional_words("before")?.map(Body::received),
            after: modal.optional_words("after")?.map(Body::received),
        })
    };
    item.children("modals")?.into_iter().map(change).collect()
}

/// `10` of `Article 10 - Procédure assouplie …`, `8 ter` of `Article 8 ter - …`.
fn article_number(title: &str) -> Option<String> {
    let (number, _) = title.strip_prefix("Article ")?.split_once(" - ")?;
    let number = number.trim();
    let fits = number.len() <= 16 && number.starts_with(|c: char| c.is_ascii_digit());
    fits.then(|| number.to_owned())
}

/// The site put the item in its bin and says neither when nor why.
fn hidden(platform: &str, item: &ItemRef) -> Observation {
    let fact = ObservedFact::Moderation(Moderation {
        target: item.clone(),
        action: ModerationAction::Hide,
        code: None,
        text: None,
    });
    observed(platform, item, Act::Moderated, "", Claimed::UNKNOWN, fact)
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
        | ObservedFact::Debate(_)
        | ObservedFact::Revised(_)
        | ObservedFact::Withdrawn(_) => None, // this format has none of them
    };
    if changed.is_some() {
        summary.count(Counted::ChangedInSource);
    }
}
