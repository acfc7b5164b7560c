//! The language of what a person reads in a terminal.
//!
//! `--lang` decides; else the environment, as for any other program. This module translates nothing.

use devenir_core::rules::Locale;

/// A language given on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Lang {
    /// French.
    Fr,
    /// English.
    En,
}

/// The language to speak.
pub(super) fn locale(given: Option<Lang>) -> Locale {
    match given {
        Some(Lang::Fr) => Locale::Fr,
        Some(Lang::En) => Locale::En,
        None => {
            let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| std::env::var(name).ok());
            if set.is_some_and(|text| text.starts_with("en")) { Locale::En } else { Locale::Fr }
        }
    }
}
