//! The themes of a source, as those of the consultation's observed rules.
//!
//! `docs/design.md` (Imports): sections and subjects of a platform become the list of themes, which grows by
//! appending and never renumbers; an item carries an index in it. Nothing else of another platform's rules is
//! known here, and none is invented. This module reads no item.

use std::collections::{BTreeMap, BTreeSet};

use devenir_core::envelope::Draft;
use devenir_core::event::code::{Lang, Trust};
use devenir_core::event::consultation::{RulesAdopted, RulesAdoptedFacts, RulesAmended, RulesAmendedFacts};
use devenir_core::event::part::{Reasons, RuleSet};
use devenir_core::event::{Absence, Event, Part};
use devenir_core::id::StreamId;
use devenir_core::rules::Role;
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::{Command, Door, Target};
use devenir_projections::query::By;

use super::{RecordError, RecordOptions};
use crate::app::App;
use crate::import::observed::Theme;

/// The consultation's themes by name, those of the source recorded first where they are new.
pub(super) fn of(
    app: &App,
    stream: StreamId,
    seen: &BTreeSet<Theme>,
    observed_at: Timestamp,
    options: &RecordOptions,
) -> Result<BTreeMap<String, u32>, RecordError> {
    let rules = app.read()?.consultation(By::Stream(stream))?.and_then(|it| it.rules);
    let known = rules.as_ref().map_or(&[][..], |rules| rules.themes.as_slice());
    let mut names = known.to_vec();
    for theme in seen {
        if !names.contains(&theme.name) {
            names.push(theme.name.clone());
        }
    }
    let is_new = names.len() > known.len();
    let by_name = |names: &[String]| names.iter().cloned().zip(0..).collect();
    if !is_new || options.dry_run {
        return Ok(by_name(&names));
    }
    // A changed file of the same instant may have more of them.
    let key = format!("themes\0{}\0{}\0{}", options.into.slug, observed_at.0, names.len()).into_bytes();
    app.writer().ask(Command {
        door: Door { namespace: "import".into(), trust: Trust::Reconstructed },
        request: key.clone(),
        key,
        target: Target::Consultation(stream),
        drafts: vec![Draft {
            event: event(rules, names.clone(), options.into.lang),
            refs: Vec::new(),
            occurred: Claimed::UNKNOWN,
            actor: Role::Administrator,
        }],
    })?;
    app.catch_up()?;
    Ok(by_name(&names))
}

/// The first themes are adopted, later ones amend; what else the rules say stays.
fn event(rules: Option<RuleSet>, themes: Vec<String>, lang: Lang) -> Event {
    match rules {
        None => RulesAdopted {
            facts: RulesAdoptedFacts { version: 0 },
            rules: Part::Open(RuleSet {
                moderated_before: false,
                phases: Vec::new(),
                territories: Vec::new(),
                themes,
                thresholds: Vec::new(),
                answer_within: None,
            }),
            bodies: Part::Absent(Absence::NotInSource),
        }
        .into(),
        Some(rules) => RulesAmended {
            facts: RulesAmendedFacts { version: 0 },
            reasons: Part::Open(Reasons {
                text: if lang == Lang::Fr {
                    "La source a des rubriques nouvelles.".to_owned()
                } else {
                    "The source has new headings.".to_owned()
                },
            }),
            rules: Part::Open(RuleSet { themes, ..rules }),
            bodies: Part::Absent(Absence::NotInSource),
        }
        .into(),
    }
}
