//! Irregularities: observed facts that did not respect a norm, counted and listed.
//!
//! Breaches are recomputed at every fold and recorded nowhere (`docs/design.md`, Native and observed). This
//! module judges nothing: the fold was told.

use devenir_core::ledger::Position;
use devenir_core::rules::Norm;

use super::page::List;
use super::{Answer, Page, Paged, Reading};
use crate::row::{self, code};
use crate::views::key;

/// How many facts of a source did not respect a norm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The consultation's short name; none for facts outside any.
    pub slug: Option<String>,
    /// The platform that the facts came from, where one is known.
    pub platform: Option<String>,
    /// The norm.
    pub norm: Norm,
    /// How many.
    pub count: u64,
}

/// One fact that did not respect a norm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Irregular {
    /// The event.
    pub position: Position,
    /// What it concerns, where that is a subject.
    pub subject: Option<Position>,
    /// The norm.
    pub norm: Norm,
}

impl Reading {
    /// Irregularities counted by consultation, platform and norm; of one consultation, or of all.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn findings(&self, consultation: Option<Position>) -> Answer<Vec<Finding>> {
        let sql = "SELECT c.slug, coalesce(o.platform, c.platform) AS platform, i.norm, count(*) \
                   FROM irregularity i LEFT JOIN consultation c ON c.position = i.consultation \
                   LEFT JOIN source o ON o.subject = i.subject \
                   WHERE ?1 IS NULL OR i.consultation = ?1 \
                   GROUP BY c.slug, 2, i.norm ORDER BY c.slug, 2, i.norm";
        self.all(sql, [consultation.map(key)], |found| {
            Ok(Finding {
                slug: found.get(0)?,
                platform: found.get(1)?,
                norm: code(found, 2)?,
                count: row::count(found, 3)?,
            })
        })
    }

    /// A page of the facts that did not respect a norm, in the order of the record.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn irregular(
        &self,
        consultation: Option<Position>,
        norm: Norm,
        page: Page,
    ) -> Answer<Paged<Irregular>> {
        let list = List {
            select: "SELECT norm, subject, position, position FROM irregularity",
            filter: "norm = :norm AND (:consultation IS NULL OR consultation = :consultation)",
            sort: "position",
            position: "position",
            descending: false,
        };
        let (consultation, norm) = (consultation.map(key), norm.as_str());
        self.page(&list, &[(":consultation", &consultation), (":norm", &norm)], page, |found| {
            Ok(Irregular {
                position: row::position(found, 3)?,
                subject: row::maybe_position(found, 1)?,
                norm: code(found, 0)?,
            })
        })
    }

    /// The norms that one event did not respect.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn irregularities(&self, event: Position) -> Answer<Vec<Norm>> {
        let sql = "SELECT norm FROM irregularity WHERE position = ?1 ORDER BY norm";
        self.all(sql, [key(event)], |found| code(found, 0))
    }
}
