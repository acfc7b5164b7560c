//! Pieces of an item that several kinds of items have: author, section, annexes, changes of law.

use crate::import::fields::{Item, Problem};
use crate::import::observed::{Annex, Author, Body, LawChange, Section};

pub(super) fn author(item: &Item<'_>) -> Result<Option<Author>, Problem> {
    let Some(author) = item.optional_child("author")? else { return Ok(None) };
    let account = author.optional_words("uniqueId")?.map(ToOwned::to_owned);
    let name = author.optional_words("displayName")?.map(ToOwned::to_owned);
    Ok((account.is_some() || name.is_some()).then_some(Author { account, name }))
}

pub(super) fn section(item: &Item<'_>) -> Result<Option<Section>, Problem> {
    let Some(part) = item.optional_child("type")? else { return Ok(None) };
    let (title, subtitle) = (part.words("title")?, part.optional_words("subtitle")?);
    let title = subtitle.map_or_else(|| title.to_owned(), |subtitle| format!("{title} - {subtitle}"));
    Ok(Some(Section { external_id: part.id("id")?, title }))
}

pub(super) fn annexes(item: &Item<'_>) -> Result<Vec<Annex>, Problem> {
    let mut annexes = Vec::new();
    for annex in item.children("appendices")? {
        if let Some(text) = annex.optional_words("body")? {
            let title = annex.child("type")?.words("title")?.to_owned();
            annexes.push(Annex { title, body: Body::received(text) });
        }
    }
    Ok(annexes)
}

pub(super) fn law_changes(item: &Item<'_>) -> Result<Vec<LawChange>, Problem> {
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
pub(super) fn article_number(title: &str) -> Option<String> {
    let (number, _) = title.strip_prefix("Article ")?.split_once(" - ")?;
    let number = number.trim();
    let fits = number.len() <= 16 && number.starts_with(|c: char| c.is_ascii_digit());
    fits.then(|| number.to_owned())
}
