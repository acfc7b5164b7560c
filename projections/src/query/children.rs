//! What stands under a subject: its amendments, arguments, comments and cited sources.
//!
//! `docs/events.md` (Amendment, Debate) says what can stand under what. Lists are in the order of the record.

use std::collections::BTreeMap;

use devenir_core::ledger::Position;

use super::page::List;
use super::subject::{FROM, SUBJECT, subject};
use super::{Answer, Page, Paged, Reading};
use crate::model::{Subject, SubjectKind};
use crate::row::{self, code};
use crate::views::key;

/// How many of each kind stand under a subject.
pub type ChildCounts = BTreeMap<SubjectKind, u64>;

impl Reading {
    /// A page of the subjects of one kind that stand right under another.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn children(&self, parent: Position, kind: SubjectKind, page: Page) -> Answer<Paged<Subject>> {
        let select = format!("{SUBJECT}, s.position, s.position {FROM}");
        let list = List {
            select: &select,
            filter: "s.parent = :parent AND s.kind = :kind",
            sort: "s.position",
            position: "s.position",
            descending: false,
        };
        let (parent, kind) = (key(parent), kind.as_str());
        self.page(&list, &[(":parent", &parent), (":kind", &kind)], page, subject)
    }

    /// How many of each kind stand right under a subject.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn child_counts(&self, parent: Position) -> Answer<ChildCounts> {
        let sql = "SELECT kind, count(*) FROM subject WHERE parent = ?1 GROUP BY kind";
        let rows = self.all(sql, [key(parent)], |found| Ok((code(found, 0)?, row::count(found, 1)?)))?;
        Ok(rows.into_iter().collect())
    }
}
