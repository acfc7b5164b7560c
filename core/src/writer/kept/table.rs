//! A table of the decision state: what changed since the file was written, what was read lately, and the file.
//!
//! `docs/design.md` (Deciders) bounds the memory that it takes. A value that is known to be absent is kept like
//! any other, since most votes are the first of their tag. This module knows neither rows nor SQLite.

use std::collections::HashMap;
use std::hash::Hash;

/// Values read or written lately that stay in memory: so many, and as many of the generation before.
const RECENT_MAX: usize = 1 << 16;

/// What is known of some keys: a value, or that there is none.
type Known<K, V> = HashMap<K, Option<V>>;

/// One kind of value, by key.
#[derive(Debug)]
pub(super) struct Table<K, V> {
    /// Not in the file yet.
    changed: Known<K, V>,
    recent: Known<K, V>,
    older: Known<K, V>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { changed: HashMap::new(), recent: HashMap::new(), older: HashMap::new() }
    }
}

impl<K: Copy + Eq + Hash, V: Copy> Table<K, V> {
    /// The value of a key; `load` asks the file where memory does not know.
    pub(super) fn get<E>(
        &mut self,
        key: K,
        load: impl FnOnce(&K) -> Result<Option<V>, E>,
    ) -> Result<Option<V>, E> {
        if let Some(known) = self.changed.get(&key).or_else(|| self.recent.get(&key)) {
            return Ok(*known);
        }
        let value = match self.older.get(&key) {
            Some(known) => *known,
            None => load(&key)?,
        };
        self.remember(key, value);
        Ok(value)
    }

    /// What memory knows of a key, without asking the file.
    pub(super) fn known(&self, key: K) -> Option<Option<V>> {
        let known = self.changed.get(&key).or_else(|| self.recent.get(&key)).or_else(|| self.older.get(&key));
        known.copied()
    }

    /// Gives a key another value, or none.
    pub(super) fn put(&mut self, key: K, value: Option<V>) {
        self.changed.insert(key, value);
    }

    /// How many values are not in the file.
    pub(super) fn changed_count(&self) -> usize {
        self.changed.len()
    }

    /// Hands each changed value to `write`; on an error they all stay changed.
    pub(super) fn each_changed<E>(
        &self,
        mut write: impl FnMut(&K, Option<&V>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.changed.iter().try_for_each(|(key, value)| write(key, value.as_ref()))
    }

    /// The file has them all now.
    pub(super) fn written(&mut self) {
        for (key, value) in std::mem::take(&mut self.changed) {
            self.remember(key, value);
        }
    }

    fn remember(&mut self, key: K, value: Option<V>) {
        if self.recent.len() >= RECENT_MAX {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn nothing(_: &u32) -> Result<Option<u32>, Infallible> {
        Ok(None)
    }

    #[test]
    fn what_was_put_is_read_before_and_after_it_is_written() {
        let mut table = Table::default();
        table.put(1, Some(10));
        assert_eq!(table.get(1, nothing), Ok(Some(10)));
        table.written();
        assert_eq!((table.changed_count(), table.get(1, nothing)), (0, Ok(Some(10))));
    }

    #[test]
    fn an_absence_is_asked_of_the_file_once() {
        let mut table: Table<u32, u32> = Table::default();
        assert_eq!(table.get(1, nothing), Ok(None));
        assert_eq!(table.get(1, |_| Err("asked again")), Ok(None));
    }

    #[test]
    fn memory_holds_two_generations_and_forgets_what_nobody_reads() {
        let mut table = Table::default();
        let file = |key: &u32| Ok::<_, Infallible>(Some(*key));
        let count = u32::try_from(3 * RECENT_MAX).unwrap();
        for key in 0..count {
            assert_eq!(table.get(key, file), Ok(Some(key)));
        }
        assert!(table.recent.len() + table.older.len() <= 2 * RECENT_MAX);
        assert_eq!(table.get(0, |_| Err("asked again")), Err("asked again"));
        assert_eq!(table.get(count - 1, |_| Err("asked again")), Ok(Some(count - 1)));
    }

    #[test]
    fn a_value_put_anew_hides_what_was_read_before() {
        let mut table = Table::default();
        assert_eq!(table.get(1, |_| Ok::<_, Infallible>(Some(1))), Ok(Some(1)));
        table.put(1, None);
        assert_eq!(table.get(1, nothing), Ok(None));
        table.written();
        assert_eq!(table.get(1, |_| Err("asked again")), Ok(None));
    }
}
