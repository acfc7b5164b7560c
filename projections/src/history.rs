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
use crate::fold::presence::BLOCK;
use crate::fold::{Cache, Fold};
use crate::query::Reading;
use crate::source::{Source, place_of};
use crate::views::{Bound, bind, in_memory, key};

/// The longest history of one consultation that is folded on demand: some seconds of work.
pub const HISTORY_MAX: u64 = 200_000;

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

/// How many events a consultation had when the record held `size` events, as views say which hold at least as many.
///
/// # Errors
/// [`ViewError::File`] where the views do not read.
pub fn events_by(present: &Reading, stream: StreamId, size: TreeSize) -> Result<u64, ViewError> {
    Ok(counted(&blocks(present, stream, size)?))
}

/// The views of one consultation as they stood when the record held `size` events, under the veil of `present`: that
/// is, of views which hold at least as many. Its own events are read and no others.
///
/// # Errors
/// [`ViewError::TooLong`] beyond [`HISTORY_MAX`] events of the consultation; [`ViewError::Source`] where the record
/// cannot be read.
pub fn history(
    source: &mut dyn Source,
    stream: StreamId,
    size: TreeSize,
    present: &Reading,
) -> Result<Reading, ViewError> {
    history_within(source, stream, size, present, HISTORY_MAX)
}

fn history_within(
    source: &mut dyn Source,
    stream: StreamId,
    size: TreeSize,
    present: &Reading,
    most: u64,
) -> Result<Reading, ViewError> {
    let blocks = blocks(present, stream, size)?;
    let events = counted(&blocks);
    if events > most {
        return Err(ViewError::TooLong { events, most });
    }
    let connection = in_memory()?;
    connection.execute_batch("BEGIN")?;
    fold(&connection, source, stream, &blocks, present)?;
    veil(&connection, present)?;
    let bound = bound_at(source, size)?;
    bind(&connection, &bound)?;
    connection.execute_batch("COMMIT")?;
    Ok(Reading::over(connection, bound))
}

/// Some positions among 32 that follow each other: the first of the 32, and a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    first: u64,
    mask: u32,
}

impl Block {
    /// The positions, as stretches to be read at once: all together where most are wanted, else one by one.
    fn stretches(self) -> Vec<(Position, usize)> {
        let (low, high) = (self.mask.trailing_zeros(), u32::BITS - self.mask.leading_zeros());
        let at = |bit: u32| Position::new(self.first + u64::from(bit));
        if self.mask.count_ones() * 4 >= high.saturating_sub(low) {
            return vec![(at(low), high.saturating_sub(low) as usize)];
        }
        (low..high).filter(|bit| self.mask >> bit & 1 == 1).map(|bit| (at(bit), 1)).collect()
    }
}

/// Where the events of a consultation stand among the first `size` of the record.
fn blocks(present: &Reading, stream: StreamId, size: TreeSize) -> Result<Vec<Block>, ViewError> {
    let sql = "SELECT block, mask FROM presence WHERE block * ?3 < ?2 AND consultation = \
               (SELECT min(position) FROM consultation WHERE stream = ?1) ORDER BY block";
    let end = key(size.next_position());
    let mut blocks = present.all(sql, params![stream.0, end, BLOCK], |row| {
        let (block, mask): (i64, u32) = (row.get(0)?, row.get(1)?);
        Ok(Block { first: u64::try_from(block * BLOCK).unwrap_or_default(), mask })
    })?;
    if let Some(last) = blocks.last_mut() {
        let known = u32::try_from(size.get().saturating_sub(last.first)).unwrap_or(u32::MAX);
        last.mask &= 1_u32.checked_shl(known).map_or(u32::MAX, |beyond| beyond - 1);
    }
    blocks.retain(|block| block.mask != 0);
    Ok(blocks)
}

fn counted(blocks: &[Block]) -> u64 {
    blocks.iter().map(|block| u64::from(block.mask.count_ones())).sum()
}

/// Folds the events of one stream that stand in some blocks.
fn fold(
    connection: &Connection,
    source: &mut dyn Source,
    stream: StreamId,
    blocks: &[Block],
    present: &Reading,
) -> Result<(), ViewError> {
    let mut cache = Cache::default();
    let mut fold = Fold::new(connection, &mut cache, Position::FIRST);
    for (first, count) in blocks.iter().flat_map(|block| block.stretches()) {
        // What does not read says nothing, then as now.
        for mut recorded in source.read(first, count)?.into_iter().flatten().filter(|it| it.stream == stream)
        {
            // What is erased since says nothing any more, deleted or not.
            recorded.event.erase(present.erased_mask(recorded.position)?);
            // Norms are judged in the state before an event: what was found of it then stands.
            fold.apply(&recorded, &present.irregularities(recorded.position)?)?;
        }
    }
    fold.finish()
}

/// What a state of so many events is bound to.
fn bound_at(source: &mut dyn Source, size: TreeSize) -> Result<Bound, ViewError> {
    let size = size.min(source.size()?);
    let last = match size.last_position() {
        Some(last) => source.read(last, 1)?,
        None => Vec::new(),
    };
    let (leaf, log) = last.first().map(place_of).map_or((None, None), |(_, leaf, log)| (Some(leaf), log));
    Ok(Bound { log, size, leaf })
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
    fn a_consultation_that_is_too_long_is_refused_before_it_is_read() {
        let history = World::of(&[]).history;
        let read = Folded::of(&history.events).read();
        let size = TreeSize::new(history.events.len() as u64);
        let events = events_by(&read, stream(1), size).unwrap();
        let within = |most| history_within(&mut history.events.as_slice(), stream(1), size, &read, most);
        assert!(within(events).is_ok());
        let refused = within(events - 1);
        assert!(matches!(refused, Err(ViewError::TooLong { .. })), "{refused:?}");
    }

    /// A record that counts what is read of it.
    struct Counting<'a>(&'a [devenir_core::envelope::Recorded], usize);

    impl Source for Counting<'_> {
        fn size(&mut self) -> Result<TreeSize, crate::source::SourceError> {
            self.0.size()
        }

        fn read(
            &mut self,
            from: Position,
            limit: usize,
        ) -> Result<Vec<crate::source::Item>, crate::source::SourceError> {
            let items = self.0.read(from, limit)?;
            self.1 += items.len();
            Ok(items)
        }
    }

    #[test]
    fn a_short_consultation_of_a_long_record_costs_what_it_holds() {
        let mut history = crate::testing::History::new();
        history.register(1, "court", devenir_core::event::code::RulesOrigin::Native);
        history.register(2, "long", devenir_core::event::code::RulesOrigin::Native);
        let words = || crate::testing::words("Titre", "texte");
        for number in 1..=2_000 {
            history.submit(2, number, words());
            if number % 500 == 0 {
                history.submit(1, number / 500, words());
            }
        }
        let read = Folded::of(&history.events).read();
        let size = TreeSize::new(history.events.len() as u64 - 1);
        let mut source = Counting(&history.events, 0);
        let past = super::history(&mut source, stream(1), size, &read).unwrap();
        assert_eq!(past.size(), size);
        assert_eq!(events_by(&read, stream(1), size).unwrap(), 1 + 3, "the last one came after");
        assert!(source.1 < 60, "{} events were read", source.1);
    }

    #[test]
    fn a_block_is_read_at_once_where_most_of_it_is_wanted() {
        let stretches = |mask| Block { first: 64, mask }.stretches();
        let at = |position, count| (Position::new(position), count);
        assert_eq!(stretches(0b1111_0110), [at(65, 7)]);
        assert_eq!(stretches(0x8000_0001), [at(64, 1), at(95, 1)]);
        assert_eq!(stretches(u32::MAX), [at(64, 32)]);
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
