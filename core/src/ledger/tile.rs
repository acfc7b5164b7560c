//! Tiles: a tree cut into static files of up to 256 hashes, and where each is found.
//!
//! C2SP tlog-tiles defines them, `docs/format.md` (Tiles) repeats the rules. A tile of level *l* holds hashes of complete
//! subtrees of 256^l leaves; a full tile never changes, a partial one only gives way to a wider one. This module computes
//! names and places: it neither hashes nor reads anything.
//!
//! ```text
//! size 70,000    level 0   273 full tiles, one of 112 hashes     tile/0/000 ... tile/0/273.p/112
//!                level 1   1 full tile, one of 17                tile/1/000, tile/1/001.p/17
//!                level 2   one of 1                              tile/2/000.p/1
//!                entries   as level 0                            tile/entries/000 ... tile/entries/273.p/112
//! ```

use std::fmt;
use std::str::FromStr;

use super::number::{Position, TreeSize};

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileLevel {
    /// Envelopes, one for each hash of the tile of level 0 with the same index.
    Entries,
    /// Hashes of complete subtrees of 256^level leaves; at most [`Tile::MAX_LEVEL`].
    Hashes(u8),
}

/// Which file: its level, its 0-based index in the level, and how many hashes or envelopes it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: TileLevel,
    index: u64,
    width: u16,
}

impl Tile {
    /// How many hashes or envelopes a full tile holds.
    pub const WIDTH: u16 = 256;

    /// The highest level that a tree of fewer than 2^64 leaves has.
    pub const MAX_LEVEL: u8 = 7;

    /// A tile as it is in a tree of `size`: the full one, or the partial one at the right edge. None where the tree
    /// has nothing.
    #[must_use]
    pub const fn at(level: TileLevel, index: u64, size: TreeSize) -> Option<Self> {
        let hashes = hashes_of_level(level, size);
        let Some(before) = index.checked_mul(Self::WIDTH as u64) else { return None };
        match hashes.checked_sub(before) {
            None | Some(0) => None,
            Some(left) => {
                let width = if left < Self::WIDTH as u64 { left as u16 } else { Self::WIDTH };
                Some(Self { level, index, width })
            }
        }
    }

    /// All tiles of a tree of `size`: hashes level by level, then entries. At each level only the last can be partial.
    pub fn all(size: TreeSize) -> impl Iterator<Item = Self> {
        Self::grown(TreeSize::EMPTY, size)
    }

    /// The tiles of a tree of size `new` that are not yet in that of size `old`: those to write when it has grown.
    pub fn grown(old: TreeSize, new: TreeSize) -> impl Iterator<Item = Self> {
        levels().flat_map(move |level| {
            let first = hashes_of_level(level, old) / u64::from(Self::WIDTH);
            let end = hashes_of_level(level, new).div_ceil(u64::from(Self::WIDTH));
            let same = move |tile: &Self| Self::at(level, tile.index, old) != Some(*tile);
            (first..end).filter_map(move |index| Self::at(level, index, new)).filter(same)
        })
    }

    /// The partial tiles of hashes at the right edge of a tree of `size`, lowest level first: they alone hold all that
    /// its root follows from.
    pub fn right_edge(size: TreeSize) -> impl Iterator<Item = Self> {
        (0..=Self::MAX_LEVEL).filter_map(move |level| {
            let level = TileLevel::Hashes(level);
            let index = hashes_of_level(level, size) / u64::from(Self::WIDTH);
            Self::at(level, index, size)
        })
    }

    /// The tile of hashes in which, in a tree of `size`, the complete subtree `index` of tree level `level` is found,
    /// and which of its hashes lie below that subtree: their 0-based place and their number, a power of two.
    /// None where the tree has no such subtree.
    #[must_use]
    pub fn of_subtree(level: u8, index: u64, size: TreeSize) -> Option<(Self, u16, u16)> {
        let count = 1u16 << (level % 8);
        let first = index.checked_mul(u64::from(count))?;
        let tile = Self::at(TileLevel::Hashes(level / 8), first / u64::from(Self::WIDTH), size)?;
        let place = u16::try_from(first % u64::from(Self::WIDTH)).ok()?;
        (place + count <= tile.width).then_some((tile, place, count))
    }

    /// The bundle of entries that holds the envelope at `position` in a tree of `size`, and its 0-based place there.
    #[must_use]
    pub fn of_entry(position: Position, size: TreeSize) -> Option<(Self, u16)> {
        let tile = Self::at(TileLevel::Entries, position.get() / u64::from(Self::WIDTH), size)?;
        let place = u16::try_from(position.get() % u64::from(Self::WIDTH)).ok()?;
        (place < tile.width).then_some((tile, place))
    }

    /// What it holds.
    #[must_use]
    pub const fn level(self) -> TileLevel {
        self.level
    }

    /// Its 0-based place in its level.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.index
    }

    /// How many hashes or envelopes it holds, from 1 to 256.
    #[must_use]
    pub const fn width(self) -> u16 {
        self.width
    }

    /// Whether it is full, and so never changes.
    #[must_use]
    pub const fn is_full(self) -> bool {
        self.width == Self::WIDTH
    }

    /// The full tile in which this one will end, or has ended.
    #[must_use]
    pub const fn full(self) -> Self {
        Self { width: Self::WIDTH, ..self }
    }

    /// How many bytes a tile of hashes has; none for entries, whose lengths differ.
    #[must_use]
    pub fn len_of_hashes(self) -> Option<usize> {
        match self.level {
            TileLevel::Entries => None,
            TileLevel::Hashes(_) => Some(usize::from(self.width) * super::hash::Hash::LEN),
        }
    }

    /// The complete subtrees whose hashes it holds, in order, as (tree level, index); for entries, the leaves.
    pub fn subtrees(self) -> impl Iterator<Item = (u8, u64)> {
        let level = match self.level {
            TileLevel::Entries => 0,
            TileLevel::Hashes(level) => level,
        };
        let first = self.index.saturating_mul(u64::from(Self::WIDTH));
        (0..u64::from(self.width)).map(move |place| (8 * level, first.saturating_add(place)))
    }
}

fn levels() -> impl Iterator<Item = TileLevel> {
    (0..=Tile::MAX_LEVEL).map(TileLevel::Hashes).chain([TileLevel::Entries])
}

/// How many hashes a level has: one for each complete subtree of 256^level leaves.
const fn hashes_of_level(level: TileLevel, size: TreeSize) -> u64 {
    match level {
        TileLevel::Entries => size.get(),
        TileLevel::Hashes(level) => match size.get().checked_shr(8 * level as u32) {
            Some(hashes) => hashes,
            None => 0,
        },
    }
}

/// The path of the file below the prefix of the ledger.
impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            TileLevel::Entries => f.write_str("tile/entries/")?,
            TileLevel::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        // Three digits a folder, the first ones marked with an x: no folder has the name of a file.
        let mut thousands = 1;
        while self.index / thousands >= 1000 {
            thousands *= 1000;
        }
        while thousands > 1 {
            write!(f, "x{:03}/", self.index / thousands % 1000)?;
            thousands /= 1000;
        }
        write!(f, "{:03}", self.index % 1000)?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for Tile {
    type Err = TileError;
    fn from_str(path: &str) -> Result<Self, TileError> {
        let refused = || TileError::Path { found: path.chars().take(80).collect() };
        let (level, rest) =
            path.strip_prefix("tile/").and_then(|rest| rest.split_once('/')).ok_or_else(refused)?;
        let level = match level {
            "entries" => TileLevel::Entries,
            number => TileLevel::Hashes(number.parse().map_err(|_| refused())?),
        };
        let (index, width) = match rest.split_once(".p/") {
            None => (rest, Self::WIDTH),
            Some((index, width)) => (index, width.parse().map_err(|_| refused())?),
        };
        let index = read_index(index).ok_or_else(refused)?;
        let tile = Self { level, index, width };
        let known = match level {
            TileLevel::Entries => true,
            TileLevel::Hashes(level) => level <= Self::MAX_LEVEL,
        };
        // Writing it back settles leading zeros, signs, superfluous folders and a full width written out.
        if known && (1..=Self::WIDTH).contains(&width) && tile.to_string() == path {
            Ok(tile)
        } else {
            Err(refused())
        }
    }
}

fn read_index(text: &str) -> Option<u64> {
    let mut index = 0u64;
    for digits in text.split('/').map(|folder| folder.strip_prefix('x').unwrap_or(folder)) {
        let digits = Some(digits).filter(|digits| digits.len() == 3)?;
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    Some(index)
}

/// A path that names no tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// Not in the one form that a tile's path has.
    #[error(
        "expected tile/LEVEL/INDEX or tile/entries/INDEX, with LEVEL up to 7, INDEX like x001/067 and .p/1 to .p/255 where partial; found {found:?}"
    )]
    Path {
        /// How it begins.
        found: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn size(size: u64) -> TreeSize {
        TreeSize::new(size)
    }

    #[test]
    fn the_example_of_the_specification() {
        let tiles: Vec<Tile> = Tile::all(size(70_000)).collect();
        let count =
            |level, full| tiles.iter().filter(|tile| tile.level() == level && tile.is_full() == full).count();
        assert_eq!(count(TileLevel::Hashes(0), true), 273);
        assert_eq!(count(TileLevel::Entries, true), 273);
        assert_eq!(count(TileLevel::Hashes(1), true), 1);
        assert_eq!(tiles.len(), 273 + 1 + 1 + 1 + 1 + 273 + 1);
        let edge: Vec<String> = Tile::right_edge(size(70_000)).map(|tile| tile.to_string()).collect();
        assert_eq!(edge, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
        let of_256: Vec<String> = Tile::all(size(256)).map(|tile| tile.to_string()).collect();
        assert_eq!(of_256, ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]);
        assert_eq!(Tile::all(TreeSize::EMPTY).count(), 0);
    }

    #[test]
    fn a_long_index_is_cut_in_threes() {
        let tile: Tile = "tile/3/x001/x234/067".parse().unwrap();
        assert_eq!((tile.level(), tile.index(), tile.width()), (TileLevel::Hashes(3), 1_234_067, 256));
    }

    #[test]
    fn a_tile_has_one_path_only() {
        for path in [
            "tile/0/0",
            "tile/0/0000",
            "tile/0/x000/000",
            "tile/00/000",
            "tile/8/000",
            "tile/-1/000",
            "tile/+1/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/+1",
            "tile/0/001/000",
            "tile/0/x001",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/..",
            "tile/Entries/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/é0",
            "tile//000",
            "tile/0/",
            "checkpoint",
            "",
        ] {
            assert!(path.parse::<Tile>().is_err(), "{path:?} was read");
        }
        insta::assert_snapshot!("tile/0/0".parse::<Tile>().unwrap_err(), @r#"expected tile/LEVEL/INDEX or tile/entries/INDEX, with LEVEL up to 7, INDEX like x001/067 and .p/1 to .p/255 where partial; found "tile/0/0""#);
    }

    #[test]
    fn a_subtree_is_found_where_the_tree_has_it_and_only_there() {
        let (tile, place, count) = Tile::of_subtree(9, 3, size(70_000)).unwrap();
        assert_eq!((tile.to_string().as_str(), place, count), ("tile/1/000", 6, 2));
        assert_eq!(Tile::of_subtree(0, 70_000, size(70_000)), None);
        assert_eq!(Tile::of_subtree(4, 70_000 / 16, size(70_000)), None, "not complete");
        assert_eq!(Tile::of_subtree(255, u64::MAX, size(u64::MAX)), None);
        let (bundle, place) = Tile::of_entry(Position::new(257), size(258)).unwrap();
        assert_eq!((bundle.to_string().as_str(), place), ("tile/entries/001.p/2", 1));
        assert_eq!(Tile::of_entry(Position::new(258), size(258)), None);
    }

    #[test]
    fn the_largest_tree_has_its_edge() {
        assert_eq!(Tile::right_edge(size(u64::MAX)).count(), 8);
        assert!(Tile::right_edge(size(u64::MAX)).all(|tile| tile.width() == 255));
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(level in 0u8..9, index: u64, width in 1u16..=256) {
            let level = if level == 8 { TileLevel::Entries } else { TileLevel::Hashes(level) };
            let tile = Tile { level, index, width };
            prop_assert_eq!(tile.to_string().parse(), Ok(tile));
        }

        #[test]
        fn any_path_is_refused_or_written_back(path in "(tile/|entries/|x|[0-9/]|\\.p/){0,12}", other in "\\PC*") {
            for path in [path, other] {
                if let Ok(tile) = path.parse::<Tile>() {
                    prop_assert_eq!(tile.to_string(), path);
                }
            }
        }

        #[test]
        fn what_a_tree_has_after_growing_is_what_it_had_and_what_grew(old in 0u64..2000, more in 0u64..2000) {
            let (old, new) = (size(old), size(old + more));
            let had: std::collections::BTreeSet<Tile> = Tile::all(old).collect();
            let grown: std::collections::BTreeSet<Tile> = Tile::grown(old, new).collect();
            for tile in Tile::all(new) {
                prop_assert!(had.contains(&tile) != grown.contains(&tile), "{tile}");
            }
            prop_assert!(grown.iter().all(|tile| Tile::at(tile.level(), tile.index(), new) == Some(*tile)));
        }
    }
}
