//! The second crawl, `contributions.json`: amendments, each under its parent, and counters to compare.
//!
//! Amendments stand there with their title only; `opinion-<id>_version-<id>.json` may hold more of one. An amendment whose parent was not taken is refused.

use std::collections::BTreeMap;

use devenir_core::time::Claimed;
use serde_json::Value;

use super::pieces::author;
use super::{EXPECT_FOLDER, Reader};
use crate::import::fields::{Item, Problem};
use crate::import::gather::observed;
use crate::import::instant::Calendar;
use crate::import::observed::{
    Act, Amendment, Annex, Author, Body, Choice, ItemKind, ItemRef, Observation, ObservedFact, Votes, Wording,
};
use crate::import::source::Difference;
use crate::import::{ImportError, Progress, files};

const EXPECT_CONTRIBUTIONS: &str =
    "contributions.json, an object with one entry for each opinion and amendment";

impl Reader<'_> {
    pub(super) fn contributions(&mut self, progress: &mut Progress) -> Result<(), ImportError> {
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
                lang: self.lang,
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
