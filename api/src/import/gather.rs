//! What a reader collects while it goes through a source: observations, refusals, counts.
//!
//! Shared by all readers, so that a bad item is refused, a copy counted and a contradiction named in
//! the same way for every format (`docs/design.md`, Imports). It knows no format.

use std::collections::BTreeSet;

use devenir_core::time::Claimed;

use super::ImportError;
use super::fields::Problem;
use super::instant::Calendar;
use super::observed::{Act, ItemKind, ItemRef, Observation, ObservedFact, SourceKey, Theme, Trust};
use super::source::{Observations, Refusals, Refused, Source, SourceSummary, noun};
use super::spool::{Pushed, Spool};

/// What was collected so far.
pub(super) struct Gather {
    pub(super) summary: SourceSummary,
    refused: Refusals,
    spool: Spool,
    themes: BTreeSet<Theme>,
}

impl Gather {
    pub(super) fn new() -> Result<Self, ImportError> {
        Ok(Self {
            summary: SourceSummary::default(),
            refused: Refusals::default(),
            spool: Spool::new()?,
            themes: BTreeSet::new(),
        })
    }

    /// Refuses one item.
    pub(super) fn refuse(&mut self, place: &str, item: Option<ItemRef>, reason: impl std::fmt::Display) {
        self.refused.push(Refused { place: place.to_owned(), item, reason: reason.to_string() });
    }

    /// Takes an observation; another one under the same key is refused.
    pub(super) fn take(&mut self, place: &str, observation: &Observation) -> Result<Pushed, ImportError> {
        let pushed = self.spool.push(observation)?;
        if pushed == Pushed::New {
            self.themes.extend(observation.fact.theme());
        }
        if pushed == Pushed::Different {
            let item = observation.key.item();
            let reason = format!(
                "{} {} was read before with another content; the first is kept",
                noun(item.kind),
                item.external_id
            );
            self.refuse(place, Some(item), reason);
        }
        Ok(pushed)
    }

    /// Whether the item was taken.
    pub(super) fn has(&self, item: &ItemRef) -> Result<bool, ImportError> {
        self.spool.has(item)
    }

    /// The source, its observations in order; `lists` are the numberings that it lists whole.
    pub(super) fn into_source(
        self,
        format: &'static str,
        platform: String,
        lists: &[ItemKind],
        calendar: &Calendar,
    ) -> Result<Source, ImportError> {
        Ok(Source {
            format,
            platform,
            observed_at: calendar.observed_at(),
            zone: calendar.zone_name().to_owned(),
            whole: if self.refused.are_all_known() {
                lists.iter().copied().collect()
            } else {
                BTreeSet::new()
            },
            themes: self.themes,
            summary: self.summary,
            refused: self.refused,
            observations: Observations(self.spool.in_order()?),
        })
    }
}

/// An observation that the source itself states.
pub(super) fn observed(
    platform: &str,
    item: &ItemRef,
    act: Act,
    revision: &str,
    claimed: Claimed,
    fact: ObservedFact,
) -> Observation {
    Observation {
        key: SourceKey {
            platform: platform.to_owned(),
            kind: item.kind,
            external_id: item.external_id.clone(),
            act,
            revision: revision.to_owned(),
        },
        claimed,
        trust: Trust::Observed,
        fact,
    }
}

/// The host of a link, in small letters: the installation that an export comes from.
pub(super) fn host_of(link: &str) -> Option<&str> {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next()?;
    let fits = !host.is_empty()
        && host.len() <= 253
        && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:".contains(&b));
    fits.then_some(host)
}

/// The one installation that all items of a source belong to.
#[derive(Debug)]
pub(super) struct Platform(Option<String>);

impl Platform {
    /// The one that the operator names, else the first that an item shows.
    pub(super) fn new(named: Option<&String>) -> Self {
        Self(named.cloned())
    }

    /// The installation of the item whose page is `link`.
    pub(super) fn of(&mut self, place: &str, link: &str) -> Result<String, Problem> {
        let host =
            host_of(link).ok_or_else(|| Problem::new(place, "a web address", super::fields::quote(link)))?;
        match &self.0 {
            Some(known) if known == host => Ok(known.clone()),
            Some(known) => Err(Problem::new(place, format!("a page of {known}"), format!("one of {host}"))),
            None => Ok(self.0.insert(host.to_owned()).clone()),
        }
    }

    /// Its name, empty if no item showed one.
    pub(super) fn name(&self) -> String {
        self.0.clone().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_of_one_installation() {
        let mut platform = Platform::new(None);
        assert_eq!(platform.of("url", "https://a.example/x").as_deref(), Ok("a.example"));
        assert_eq!(
            platform.of("url", "http://b.example/x").unwrap_err().to_string(),
            "url: expected a page of a.example, found one of b.example"
        );
        assert_eq!(
            platform.of("url", "/x").unwrap_err().to_string(),
            "url: expected a web address, found `/x`"
        );
        assert_eq!(host_of("https://user@evil/"), None);
    }
}
