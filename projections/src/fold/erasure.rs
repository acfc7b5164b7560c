//! Erasures, takedowns and losses: what leaves the views, and what stays to be said of it.
//!
//! `docs/design.md` (Erasure) decides: every derived copy goes in the same change that takes the erasure in, so that a
//! text is not served one more time; that it was erased, when and on which ground stays. A rebuild before the parts are
//! deleted puts words in and takes them out again, with `secure_delete` and before anybody reads. Which bytes a mask
//! names is not known here: the scope says it.

use devenir_core::envelope::Recorded;
use devenir_core::event::RefRole;
use devenir_core::event::code::ErasureScope;
use devenir_core::event::ledger::{PartsLost, TakedownDecided};
use devenir_core::event::oversight::Erased;
use devenir_core::rules::Visibility;
use rusqlite::params;

use super::{Done, Fold};
use crate::views::key;

impl Fold<'_> {
    /// The subject whose text an event gave, where it gave one.
    fn text_of(&self, target: i64) -> Done<Option<i64>> {
        self.ask("SELECT subject FROM version WHERE position = ?1", [target], |row| row.get(0))
    }

    /// The subject whose trail an act on erasures belongs to; none where its targets are no texts.
    pub(super) fn erasure_concerns(&mut self, it: &Recorded) -> Done<Option<i64>> {
        for id in it.refs.all(RefRole::Target) {
            if let Some(target) = self.find(id)?
                && let Some(subject) = self.text_of(target)?
            {
                return Ok(Some(subject));
            }
        }
        Ok(None)
    }

    /// Lists an act on erasures on the trail of the text that it concerns, else of the consultation.
    pub(super) fn on_its_trail(&mut self, it: &Recorded) -> Done {
        let concerned = match self.erasure_concerns(it)? {
            Some(subject) => Some(subject),
            None => self.consultation_of(it.stream)?,
        };
        concerned.map_or(Ok(()), |concerned| self.step(concerned, it))
    }

    pub(super) fn erased(&mut self, it: &Recorded, event: &Erased) -> Done {
        let Some(target) = self.find_one(it, RefRole::Target)? else { return Ok(()) };
        let facts = &event.facts;
        let row = (facts.scope.as_str(), facts.ground.as_str(), Some(facts.requester.as_str()));
        self.erasure_row(it, target, facts.mask, row, true)?;
        if facts.scope != ErasureScope::Content {
            self.forget_who(target)?;
        }
        if facts.scope != ErasureScope::Author {
            self.forget_words(it, target)?;
        }
        Ok(())
    }

    /// A takedown counts from its second hand. It stands on the trail of whatever the act stands on, of which it takes the
    /// words.
    pub(super) fn takedown_decided(&mut self, it: &Recorded, event: &TakedownDecided) -> Done {
        let Some(target) = self.find_one(it, RefRole::Target)? else { return Ok(()) };
        let row = (ErasureScope::Content.as_str(), event.facts.ground.as_str(), None);
        self.erasure_row(it, target, event.facts.mask, row, false)?;
        self.on_trails_of(target, it)
    }

    /// An act has its second hand; whether it is a takedown, which counts from now on.
    pub(super) fn taken_down(&mut self, it: &Recorded, act: i64) -> Done<bool> {
        let sql = "SELECT target FROM erasure WHERE position = ?1 AND since IS NULL";
        let Some(target) = self.ask(sql, [act], |row| row.get::<_, i64>(0))? else { return Ok(false) };
        let sql = "UPDATE erasure SET since = ?2, since_at = ?3 WHERE position = ?1";
        self.run(sql, params![act, key(it.position), it.recorded_at.0])?;
        self.forget_public_words(target)?;
        self.on_trails_of(act, it)?;
        Ok(true)
    }

    /// Lists an act on every trail on which an earlier one stands. Nothing leads from an event to its trails: all are looked
    /// through, which is bearable for what takes two people and their reasons.
    fn on_trails_of(&mut self, earlier: i64, it: &Recorded) -> Done {
        let mut statement =
            self.sql.prepare_cached("SELECT subject FROM step WHERE position = ?1 ORDER BY subject")?;
        let trails = statement.query_map([earlier], |row| row.get(0))?;
        let mut trails = trails.collect::<Done<Vec<i64>>>()?;
        if trails.is_empty() {
            trails.extend(self.consultation_of(it.stream)?);
        }
        trails.into_iter().try_for_each(|trail| self.step(trail, it))
    }

    pub(super) fn erasure_completed(&mut self, it: &Recorded) -> Done {
        for id in it.refs.all(RefRole::Act) {
            if let Some(act) = self.find(id)? {
                self.run(
                    "UPDATE erasure SET completed = ?2 WHERE position = ?1",
                    params![act, key(it.position)],
                )?;
            }
        }
        Ok(())
    }

    /// A loss stands on the trail of every text that it concerns. What is lost shows as lost by itself: it does not read.
    pub(super) fn parts_lost(&mut self, it: &Recorded, event: &PartsLost) -> Done {
        for id in it.refs.all(RefRole::Target) {
            let Some(target) = self.find(id)? else { continue };
            self.run(
                "INSERT OR IGNORE INTO loss VALUES (?1, ?2, ?3)",
                params![target, key(it.position), event.facts.mask],
            )?;
            let concerned = match self.text_of(target)? {
                Some(subject) => Some(subject),
                None => self.consultation_of(it.stream)?,
            };
            concerned.map_or(Ok(()), |concerned| self.step(concerned, it))?;
        }
        Ok(())
    }

    fn erasure_row(
        &mut self,
        it: &Recorded,
        target: i64,
        mask: u16,
        (scope, ground, requester): (&str, &str, Option<&str>),
        stands: bool,
    ) -> Done {
        self.run(
            "INSERT OR REPLACE INTO erasure VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL)",
            params![
                key(it.position),
                it.stream.0,
                target,
                mask,
                scope,
                ground,
                requester,
                it.recorded_at.0,
                stands.then_some(key(it.position)),
                stands.then_some(it.recorded_at.0),
            ],
        )
    }

    /// Names and participants.
    fn forget_who(&mut self, target: i64) -> Done {
        for sql in [
            "UPDATE subject SET author_name = NULL, author_tag = NULL, author_absent = 'erased' WHERE position = ?1",
            "UPDATE response SET signatory = NULL, signatory_absent = 'erased' WHERE position = ?1",
            "UPDATE correction SET signatory = NULL, signatory_absent = 'erased' \
             WHERE position = ?1 AND signatory_absent IS NOT 'not_in_source'",
            "UPDATE decision SET signatory = NULL WHERE position = ?1",
            "UPDATE credential SET name = NULL WHERE granted = ?1",
        ] {
            self.run(sql, [target])?;
        }
        Ok(())
    }

    /// Words, places and addresses.
    fn forget_words(&mut self, it: &Recorded, target: i64) -> Done {
        let redacted = "SELECT subject FROM redaction WHERE position = ?1";
        let redacted: Option<i64> = self.ask(redacted, [target], |row| row.get(0))?;
        for sql in [
            "DELETE FROM text WHERE version = ?1",
            "DELETE FROM withheld WHERE version = ?1",
            "DELETE FROM redaction WHERE version = ?1 OR subject = ?1",
            "UPDATE redaction SET title = NULL, body = NULL WHERE position = ?1",
            "UPDATE version SET absent = 'erased' WHERE position = ?1",
            "UPDATE subject SET place = NULL WHERE position = ?1",
            "DELETE FROM source WHERE subject = ?1",
            "UPDATE consultation SET platform = NULL, url = NULL, address = NULL WHERE position = ?1",
            "UPDATE gap SET platform = NULL, kind = NULL, external_id = NULL, url = NULL WHERE position = ?1",
        ] {
            self.run(sql, [target])?;
        }
        let Some(subject) = self.text_of(target)? else {
            // The words that a redaction left: they stand in the place of its text.
            return redacted.map_or(Ok(()), |subject| self.settle(subject));
        };
        if subject == target {
            self.run(
                "UPDATE subject SET visibility = ?2, measure = ?3 WHERE position = ?1",
                params![subject, Visibility::Erased.as_str(), key(it.position)],
            )?;
        }
        self.settle(subject)
    }

    /// The words of a public act: of one event there is one such text, so a mask names it or nothing. What a moderator's
    /// redaction left of it is no more shown than it.
    fn forget_public_words(&mut self, target: i64) -> Done {
        for sql in [
            "UPDATE response SET act = NULL, act_absent = 'taken_down' WHERE position = ?1",
            "UPDATE correction SET act = NULL, act_absent = 'taken_down' \
             WHERE position = ?1 AND act_absent IS NOT 'not_in_source'",
            "UPDATE decision SET minutes = NULL WHERE position = ?1",
            "UPDATE credential SET mandate = NULL WHERE granted = ?1",
            "UPDATE consultation SET title = NULL, description = NULL, absent = 'taken_down' WHERE position = ?1",
        ] {
            self.run(sql, [target])?;
        }
        let official = "SELECT v.subject FROM version v JOIN subject s ON s.position = v.subject \
                        WHERE v.position = ?1 AND s.kind = 'reference'";
        let Some(subject) = self.ask(official, [target], |row| row.get::<_, i64>(0))? else { return Ok(()) };
        for sql in [
            "DELETE FROM text WHERE version = ?1",
            "DELETE FROM withheld WHERE version = ?1",
            "DELETE FROM redaction WHERE version = ?1",
            "UPDATE version SET absent = 'taken_down' WHERE position = ?1",
        ] {
            self.run(sql, [target])?;
        }
        self.settle(subject)
    }
}
