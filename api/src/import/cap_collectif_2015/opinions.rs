//! Opinions: articles of the authority and proposals of citizens, with their arguments and cited documents.
//!
//! One file `opinions/<id>.json` is one opinion; where it cannot be read, it is refused alone. This module
//! does not know the second crawl.

use std::collections::BTreeMap;

use devenir_core::time::{Claimed, Timestamp};
use serde_json::Value;

use super::pieces::{annexes, article_number, author, law_changes, section};
use super::{Counters, Reader};
use crate::import::fields::{Item, Problem};
use crate::import::gather::observed;
use crate::import::observed::{
    Act, Argument, Body, Choice, Contribution, ContributionKind, ItemKind, ItemRef, Moderation,
    ModerationAction, Observation, ObservedFact, ReferenceText, Side, SourceCited, Votes, Wording,
};
use crate::import::{ImportError, Progress, files};

/// The account under which the authority put its bill: its items are articles, not proposals.
const AUTHORITY: &str = "gouvernement";
const EXPECT_OPINIONS: &str = "a folder of opinions, one JSON file each";
const EXPECT_OPINION: &str = "one opinion";

/// An opinion taken apart: its creation first, then what stands on it.
struct Parts {
    counters: Counters,
    voters_named: u64,
    observations: Vec<Observation>,
}

impl Reader<'_> {
    pub(super) fn opinions(&mut self, progress: &mut Progress) -> Result<(), ImportError> {
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
            lang: self.lang,
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
            lang: self.lang,
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
            lang: self.lang,
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
