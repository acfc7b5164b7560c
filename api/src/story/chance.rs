//! Chance that follows from a seed: the same story says the same words on every machine.
//!
//! Each use draws from a sequence of its own, named by a label, so that an act added to the story leaves the
//! others as they were (SplitMix64 over an FNV-1a of the label). This module draws no key and no tag.

/// A sequence of numbers that follows from a seed and a label.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    /// The sequence of a seed and a label.
    pub(super) fn new(seed: u64, label: &str) -> Self {
        let start = seed ^ 0xcbf2_9ce4_8422_2325;
        Self(
            label
                .bytes()
                .fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 where nothing is below it.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// Whether something happens that happens `percent` times in a hundred.
    pub(super) fn happens(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `items`; none of none.
    pub(super) fn one_of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.index(items.len()))
    }

    /// An index into something of this length.
    pub(super) fn index(&mut self, length: usize) -> usize {
        // An index below a usize fits one.
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// Puts `items` into another order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.index(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_label_give_the_same_sequence_and_another_label_another_one() {
        let draw = |label: &str| -> Vec<u64> {
            let mut chance = Chance::new(2030, label);
            (0..8).map(|_| chance.below(1_000)).collect()
        };
        assert_eq!(draw("votes"), draw("votes"));
        assert_ne!(draw("votes"), draw("names"));
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut items: Vec<u32> = (0..50).collect();
        Chance::new(1, "shuffle").shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
