//! What is owed in a consultation: the duty to answer each of its contributions, as it stands at an instant.
//!
//! `docs/design.md` (Duties) decides that silence and lateness are computed at reading, from an instant that is an
//! argument. The rules of a duty are [`fate`](crate::fate)'s, so that a list and a page never differ; this module
//! only goes through the contributions, a few rows at a time.

use devenir_core::rules::{DutyState, Outcome};
use devenir_core::time::Timestamp;
use rusqlite::Row;

use super::{Answer, Consultation, Key, Page, Paged, Reading};
use crate::fate::{OwedDuty, Owing, duty_of, owed, zone_of};
use crate::model::Subject;
use crate::row;
use crate::views::key;

/// Contributions looked at in one go: a page of duties that are rare reads on until it is full.
const CHUNK: usize = 256;

devenir_core::codes! {
    /// How a duty of a list stands.
    pub enum DutyStanding {
        /// Owed, and not late: in time, without a date, or only encouraged.
        Due = "due",
        /// Owed and late.
        Overdue = "overdue",
        /// Answered, and not late.
        Met = "met",
        /// Answered late.
        MetLate = "met_late",
        /// Nobody knows: the source does not say what came after.
        Unknown = "unknown",
    }
}

/// The duty to answer one contribution.
#[derive(Debug, Clone, PartialEq)]
pub struct DutyOn {
    /// The contribution.
    pub subject: Subject,
    /// The duty.
    pub duty: OwedDuty,
}

impl OwedDuty {
    /// How it stands; none before it began, and once another body owes.
    #[must_use]
    pub fn standing(&self) -> Option<DutyStanding> {
        Some(match self.state? {
            DutyState::Discharged { late: None, .. } => DutyStanding::Met,
            DutyState::Discharged { late: Some(_), .. } => DutyStanding::MetLate,
            DutyState::Transferred { .. } => return None,
            DutyState::Undated
            | DutyState::Due { .. }
            | DutyState::DatePassed { .. }
            | DutyState::Overdue { .. }
                if !self.is_known =>
            {
                DutyStanding::Unknown
            }
            DutyState::Overdue { .. } => DutyStanding::Overdue,
            DutyState::Undated | DutyState::Due { .. } | DutyState::DatePassed { .. } => DutyStanding::Due,
        })
    }
}

impl Reading {
    /// A page, read forwards, of the duties to answer the contributions of a consultation that have begun at `now`, by
    /// the number of the contribution; of one standing, where one is given.
    ///
    /// # Errors
    /// [`ViewError::File`](crate::ViewError::File) where the file does not read.
    pub fn duties(
        &self,
        consultation: &Consultation,
        standing: Option<DutyStanding>,
        now: Timestamp,
        page: Page,
    ) -> Answer<Paged<DutyOn>> {
        let zone = zone_of(consultation);
        let mut from = page.from;
        let mut found: Vec<(Key, OwedDuty)> = Vec::new();
        loop {
            let rows = self.owing(consultation, from)?;
            let Some((last, _)) = rows.last() else { break };
            from = Some(*last);
            let whole = rows.len() == CHUNK;
            let begun = rows.into_iter().filter_map(|(key, owing)| {
                let duty = owed(duty_of(&owing, consultation, &zone)?, consultation, now, &zone);
                let stands = duty.standing()?;
                standing.is_none_or(|wanted| wanted == stands).then_some((key, duty))
            });
            found.extend(begun.take(page.limit.saturating_add(1).saturating_sub(found.len())));
            if !whole || found.len() > page.limit {
                break;
            }
        }
        let has_next = found.len() > page.limit;
        found.truncate(page.limit);
        let mut items = Vec::with_capacity(found.len());
        for (key, duty) in found {
            items.extend(self.subject(key.position)?.map(|subject| (key, DutyOn { subject, duty })));
        }
        Ok(Paged { items, has_next, has_previous: page.from.is_some() })
    }

    /// What is known of the next contributions, in the order of their numbers.
    fn owing(&self, consultation: &Consultation, after: Option<Key>) -> Answer<Vec<(Key, Owing)>> {
        let examining = Outcome::ALL.iter().filter(|outcome| outcome.decision().is_none());
        let examining: Vec<String> = examining.map(|outcome| format!("'{outcome}'")).collect();
        let sql = format!(
            "SELECT s.number, s.position, s.recorded_at, s.published_at, s.awaits, \
             (SELECT t.reached_at FROM threshold t WHERE t.subject = s.position AND t.brings = 'response'), \
             (SELECT min(r.published_at) FROM answer a JOIN response r ON r.position = a.response \
              WHERE a.subject = s.position \
              AND coalesce(json_extract(r.facts, '$.outcome'), '') NOT IN ({})) \
             FROM subject s WHERE s.under = ?1 AND s.kind = 'contribution' AND (s.number, s.position) > (?2, ?3) \
             ORDER BY s.number, s.position LIMIT {CHUNK}",
            examining.join(", ")
        );
        let after = after.map_or((-1, -1), |after| (after.sort, key(after.position)));
        self.all(&sql, (key(consultation.position), after.0, after.1), owing)
    }
}

fn owing(row: &Row<'_>) -> rusqlite::Result<(Key, Owing)> {
    let key = Key { sort: row.get(0)?, position: row::position(row, 1)? };
    let owing = Owing {
        recorded_at: row::instant(row, 2)?,
        published_at: row::maybe_instant(row, 3)?,
        awaits_moderation: row.get(4)?,
        supported_at: row::maybe_instant(row, 5)?,
        answered_at: row::maybe_instant(row, 6)?,
    };
    Ok((key, owing))
}
