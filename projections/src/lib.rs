//! Views folded from the ledger: derived, disposable, rebuilt from position 0.
//!
//! `docs/design.md` (Views) defines them. A [`Source`] gives the record, [`Views`] fold it into one SQLite file
//! beside the store, [`Queries`] answer from it; nothing here writes to the record, and whatever depends on the
//! present is computed from an instant that is an argument.

mod address;
pub mod error;
pub mod fate;
mod fold;
pub mod history;
pub mod html;
mod mended;
pub mod model;
pub mod plain;
pub mod query;
mod referee;
pub mod reference;
mod row;
pub mod source;
pub mod tell;
pub mod trail;
pub mod views;

pub use error::ViewError;
pub use fate::Fate;
pub use plain::plain_text;
pub use query::Reading;
pub use referee::Referee;
pub use reference::Reference;
pub use source::{Source, StoreSource};
pub use views::{CaughtUp, Queries, Rebuilt, Views};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

/// Words as the search compares them: the tokenizer folds accents and capitals, ligatures are left to us.
pub(crate) fn search_form(text: &str) -> String {
    if !text.contains(['œ', 'Œ', 'æ', 'Æ']) {
        return text.to_owned();
    }
    text.replace('œ', "oe").replace('Œ', "Oe").replace('æ', "ae").replace('Æ', "Ae")
}
