//! A consultation as its record stood at an earlier size: the same views, folded to there, in memory.
//!
//! `docs/design.md` (Trail) decides that "as of" an instant means recorded by then, never claimed. What may not be
//! read today is not served about yesterday either: a veil takes from the fold every text, name and address that the
//! present views do not serve. This module answers nothing itself and reads no clock.

use devenir_core::id::StreamId;
use devenir_core::ledger::{Position, TreeSize};
use devenir_core::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::ViewError;
use crate::fold::{Cache, Fold};
use crate::query::Reading;
use crate::source::{Source, place_of};
use crate::views::{Bound, bind, in_memory, key};

/// Events read at once.
const CHUNK: usize = 256;
/// The longest record of which an earlier state is folded on demand: a second or two of work.
pub const HISTORY_MAX: TreeSize = TreeSize::new(200_000);

/// How many events had been recorded by an instant, that instant included.
///
/// # Errors
/// [`ViewError::Source`] where the record cannot be read.
pub fn size_at(source: &mut dyn Source, at: Timestamp) -> Result<TreeSize, ViewError> {
    // Instants of recording never go back along a ledger, so the place can be halved upon.
    let (mut known, mut beyond) = (0, source.size()?.get());
    while known < beyond {
        let middle = known + (beyond - known) / 2;
        match recorded_at(source, Position::new(middle))? {
            Some(recorded) if recorded <= at => known = middle + 1,
            Some(_) | None => beyond = middle,
        }
    }
    Ok(TreeSize::new(known))
}

/// When the event at a position was recorded; none where there is none that this software can read.
///
/// # Errors
/// [`ViewError::Source`] where the record cannot be read.
pub fn recorded_at(source: &mut dyn Source, position: Position) -> Result<Option<Timestamp>, ViewError> {
    let found = source.read(position, 1)?;
    Ok(found.first().and_then(|item| item.as_ref().ok()).map(|it| it.recorded_at))
}

/// The views of one consultation as they stood when the record held `size` events, under the veil of `present`: that
/// is, of views which hold at least as many.
///
/// # Errors
/// [`ViewError::TooLong`] beyond [`HISTORY_MAX`]; [`ViewError::Source`] where the record cannot be read.
pub fn history(
    source: &mut dyn Source,
    stream: StreamId,
    size: TreeSize,
    present: &Reading,
) -> Result<Reading, ViewError> {
    if size > HISTORY_MAX {
        return Err(ViewError::TooLong { size, most: HISTORY_MAX });
    }
    let connection = in_memory()?;
    connection.execute_batch("BEGIN")?;
    let bound = fold(&connection, source, stream, size, present)?;
    veil(&connection, present)?;
    bind(&connection, &bound)?;
    connection.execute_batch("COMMIT")?;
    Ok(Reading::over(connection, bound))
}

/// Folds the events of one stream up to a size.
fn fold(
    connection: &Connection,
    source: &mut dyn Source,
    stream: StreamId,
    size: TreeSize,
    present: &Reading,
) -> Result<Bound, ViewError> {
    let mut bound = Bound { log: None, size: TreeSize::EMPTY, leaf: None };
    let mut cache = Cache::default();
    let mut fold = Fold::new(connection, &mut cache, Position::FIRST);
    while bound.size < size {
        let missing = usize::try_from(size.get() - bound.size.get()).unwrap_or(usize::MAX);
        let chunk = source.read(bound.size.next_position(), CHUNK.min(missing))?;
        if chunk.is_empty() {
            break;
        }
        for item in chunk {
            let (_, leaf, log) = place_of(&item);
            bound = Bound { log: log.or(bound.log), size: bound.size.plus(1), leaf: Some(leaf) };
            // What does not read says nothing, then as now.
            if let Ok(mut recorded) = item
                && recorded.stream == stream
            {
                // What is erased since says nothing any more, deleted or not.
                recorded.event.erase(present.erased_mask(recorded.position)?);
                // Norms are judged in the state before an event: what was found of it then stands.
                fold.apply(&recorded, &present.irregularities(recorded.position)?)?;
            }
        }
    }
    fold.finish()?;
    Ok(bound)
}

/// Takes from a fold what the present does not serve.
fn veil(past: &Connection, present: &Reading) -> Result<(), ViewError> {
    let positions = |sql: &str| -> Result<Vec<i64>, ViewError> {
        let mut statement = past.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    for version in positions("SELECT version FROM text")? {
        veil_text(past, present, version)?;
    }
    for subject in positions("SELECT position FROM subject")? {
        veil_subject(past, present, subject)?;
    }
    // Nothing in it can be asked for, and nothing is kept that need not be.
    past.execute_batch("DELETE FROM withheld; DELETE FROM redaction;")?;
    Ok(())
}

/// A version is served as it is served now: whole, as it was redacted, or not at all.
fn veil_text(past: &Connection, present: &Reading, version: i64) -> Result<(), ViewError> {
    let sql = "SELECT title, body, changes, link, redacted FROM text WHERE version = ?1";
    let words = |column| move |row: &rusqlite::Row<'_>| row.get::<_, Option<String>>(column);
    let now = present.one(sql, [version], |row| {
        Ok((words(0)(row)?, words(1)(row)?, words(2)(row)?, words(3)(row)?, row.get::<_, bool>(4)?))
    })?;
    match now {
        Some((title, body, changes, link, redacted)) => {
            // What a redaction left then is no more served than what it took, once another or none stands.
            let changed = past.execute(
                "UPDATE text SET title = ?2, body = ?3, changes = ?4, link = ?5, redacted = ?6 \
                 WHERE version = ?1 AND (redacted OR ?6)",
                params![version, title, body, changes, link, redacted],
            )?;
            if changed == 0 {
                return Ok(());
            }
        }
        None => {
            past.execute("DELETE FROM text WHERE version = ?1", [version])?;
            past.execute(
                "UPDATE version SET absent = coalesce(absent, 'hidden') WHERE position = ?1",
                [version],
            )?;
        }
    }
    // The search finds current versions by their subject.
    let sql = "SELECT position FROM subject WHERE version = ?1";
    let subject: Option<i64> = past.query_row(sql, [version], |row| row.get(0)).optional()?;
    if let Some(subject) = subject {
        past.execute("DELETE FROM search WHERE rowid = ?1", [subject])?;
    }
    Ok(())
}

/// A name, a place and an address go where the text goes.
fn veil_subject(past: &Connection, present: &Reading, subject: i64) -> Result<(), ViewError> {
    let position = Position::new(u64::try_from(subject).unwrap_or_default());
    debug_assert_eq!(key(position), subject);
    let now = present.subject(position)?;
    if now.as_ref().is_none_or(|now| now.writer.absent.is_some()) {
        past.execute(
            "UPDATE subject SET author_name = NULL, author_tag = NULL, \
             author_absent = coalesce(author_absent, 'hidden') WHERE position = ?1",
            [subject],
        )?;
    }
    if now.as_ref().is_none_or(|now| now.place.is_none()) {
        past.execute("UPDATE subject SET place = NULL WHERE position = ?1", [subject])?;
    }
    if now.as_ref().is_none_or(|now| now.url.is_none()) {
        past.execute("UPDATE source SET url = NULL, address = NULL WHERE subject = ?1", [subject])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query::{By, Page, StepOrder};
    use crate::testing::random::{STREAMS, World, draws};
    use crate::testing::{Folded, START, day, stream};

    #[test]
    fn the_size_at_an_instant_counts_what_was_recorded_by_then() {
        let history = World::of(&[]).history;
        let mut source = history.events.as_slice();
        let minutes = |minutes: i64| START.plus_ms(minutes * 60_000);
        for (at, expected) in [
            (START.plus_ms(-1), 0),
            (START, 1),
            (START.plus_ms(1), 1),
            (minutes(1), 2),
            (minutes(2).plus_ms(-1), 2),
            (minutes(90), 4),
        ] {
            assert_eq!(size_at(&mut source, at).unwrap(), TreeSize::new(expected), "{at}");
        }
    }

    #[test]
    fn a_record_that_is_too_long_is_refused_before_it_is_read() {
        let history = World::of(&[]).history;
        let read = Folded::of(&history.events).read();
        let size = HISTORY_MAX.plus(1);
        let refused = super::history(&mut history.events.as_slice(), stream(1), size, &read);
        assert!(matches!(refused, Err(ViewError::TooLong { .. })), "{refused:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn the_past_is_what_views_said_then_but_for_what_may_not_be_read_today(
            draws in draws(60), share in 0.0_f64..1.0, days in 0_i64..100,
        ) {
            let world = World::of(&draws);
            let events = &world.history.events;
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
            let size = (events.len() as f64 * share) as usize;
            let present = Folded::of(events).read();
            let then = Folded::of(&events[..size]).read();
            let readable: Vec<&str> = world.things.iter().flat_map(|thing| thing.readable()).collect();
            for number in STREAMS {
                let at = TreeSize::new(size as u64);
                let past = super::history(&mut events.as_slice(), stream(number), at, &present).unwrap();
                prop_assert_eq!(past.size(), at);
                prop_assert_eq!(
                    past.consultation(By::Stream(stream(number))).unwrap(),
                    then.consultation(By::Stream(stream(number))).unwrap()
                );
                for event in events.iter().filter(|event| event.stream == stream(number)) {
                    let (was, is) = (then.subject(event.position).unwrap(), past.subject(event.position).unwrap());
                    prop_assert_eq!(was.is_some(), is.is_some());
                    let (Some(was), Some(is)) = (was, is) else { continue };
                    let consultation = then.consultation(By::Position(was.consultation)).unwrap().unwrap();
                    prop_assert_eq!(
                        past.fate(&is, &consultation, day(days)).unwrap(),
                        then.fate(&was, &consultation, day(days)).unwrap()
                    );
                    let steps = |read: &Reading| {
                        read.steps_with_amendments(was.position, StepOrder::Story, Page::first(100, None)).unwrap()
                    };
                    prop_assert_eq!(steps(&past), steps(&then));
                    for version in past.versions(is.position).unwrap() {
                        let words = [version.title.plain, version.body.plain].into_iter().flatten();
                        let words: Vec<String> = words
                            .flat_map(|text| {
                                let words = text.split(|sign: char| !sign.is_alphanumeric());
                                words.map(str::to_owned).collect::<Vec<_>>()
                            })
                            .filter(|word| word.starts_with("mot"))
                            .collect();
                        for word in words {
                            prop_assert!(readable.contains(&word.as_str()), "{} may not be read today", word);
                        }
                    }
                }
            }
        }
    }
}
