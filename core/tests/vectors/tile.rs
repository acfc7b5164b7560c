//! Which tiles a tree has, what they are called, what they hold, and what is read from them.

use std::collections::BTreeMap;

use devenir_core::ledger::{
    Position, Subtrees as _, Tile, TileLevel, TileSource, TiledTree, Tree, TreeSize, decode_bundle, prove,
    prove_inclusion,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::kind::{Case, Kind, bytes, hex, parsed};

/// A question about tiles. Leaf *i* of every tree here is the 8 bytes of *i*, big-endian.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Tiles {
    /// All tiles of a tree of this size.
    All { size: String },
    /// The partial tiles of hashes at its right edge.
    RightEdge { size: String },
    /// What a path names.
    Path { path: String },
    /// The bytes of the tile at this path.
    Hashes { path: String },
    /// The entries of a bundle.
    Bundle { bundle: String, width: u16 },
    /// The root, and the path of the leaf at `position`, read from these tiles.
    Read { size: String, position: String, tiles: BTreeMap<String, String> },
}

/// Tiles by path.
struct Given<'t>(&'t BTreeMap<String, String>);

impl TileSource for Given<'_> {
    type Error = String;
    fn tile(&self, tile: Tile) -> Result<Vec<u8>, String> {
        bytes(self.0.get(&tile.to_string()).ok_or("missing")?)
    }
}

fn tree(size: u64) -> Tree {
    let mut tree = Tree::new();
    for leaf in 0..size {
        tree.push_leaf(&leaf.to_be_bytes());
    }
    tree
}

fn hashes(tree: &Tree, tile: Tile) -> Result<String, String> {
    tile.subtrees()
        .map(|(level, index)| Ok(hex(tree.subtree(level, index).map_err(|_| "malformed")?)))
        .collect()
}

impl Tiles {
    fn answer(&self) -> Result<Value, String> {
        let paths = |tiles: Vec<Tile>| tiles.iter().map(ToString::to_string).collect::<Vec<_>>().into();
        Ok(match self {
            Self::All { size } => paths(Tile::all(parsed(size)?).collect()),
            Self::RightEdge { size } => paths(Tile::right_edge(parsed(size)?).collect()),
            Self::Path { path } => {
                let tile: Tile = parsed(path)?;
                let level = match tile.level() {
                    TileLevel::Entries => "entries".into(),
                    TileLevel::Hashes(level) => Value::from(level),
                };
                json!({ "level": level, "index": tile.index().to_string(), "width": tile.width() })
            }
            Self::Hashes { path } => hashes(&tree(600), parsed(path)?)?.into(),
            Self::Bundle { bundle, width } => {
                let bundle = bytes(bundle)?;
                let entries = decode_bundle(&bundle, *width).map_err(|_| "malformed")?;
                entries.into_iter().map(hex).collect::<Vec<_>>().into()
            }
            Self::Read { size, position, tiles } => {
                let size: TreeSize = parsed(size)?;
                let tree = TiledTree::new(Given(tiles), size);
                let head = prove::head(&tree, size).map_err(|_| "unreadable")?;
                let proof =
                    prove_inclusion(&tree, parsed::<Position>(position)?, size).map_err(|_| "unreadable")?;
                json!({ "root": head.root, "path": proof.path })
            }
        })
    }
}

impl Kind for Tiles {
    const DIGEST: &str = "c742adbd71c8bc612d749a3e1f4b2b8b73a469db184551ed12210d5ccbca104e";

    fn run(&self) -> Value {
        self.answer().unwrap_or_else(|reason| format!("refuse: {reason}").into())
    }

    fn cases() -> Vec<Case<Self>> {
        let all = |name, desc, size: &str, want: &[&str]| {
            Case::new(name, desc, Self::All { size: size.to_owned() }, want)
        };
        let edge = |name, desc, size: &str, want: &[&str]| {
            Case::new(name, desc, Self::RightEdge { size: size.to_owned() }, want)
        };
        let path = |name, desc, path: &str, level: Value, index: &str, width: u16| {
            Case::new(
                name,
                desc,
                Self::Path { path: path.to_owned() },
                json!({ "level": level, "index": index, "width": width }),
            )
        };
        let no_path = |name, desc, path: &str| {
            Case::new(name, desc, Self::Path { path: path.to_owned() }, "refuse: malformed")
        };
        let bundle = |name, desc, bundle: &str, width, want: Value| {
            Case::new(name, desc, Self::Bundle { bundle: bundle.to_owned(), width }, want)
        };
        let of_600 = tree(600);
        let tiles = || -> BTreeMap<String, String> {
            let all = Tile::all(TreeSize::new(600)).filter(|tile| tile.level() != TileLevel::Entries);
            all.map(|tile| (tile.to_string(), hashes(&of_600, tile).expect("a tile of the tree"))).collect()
        };
        let read = |name, desc, position: &str, tiles, want: Value| {
            Case::new(
                name,
                desc,
                Self::Read { size: "600".to_owned(), position: position.to_owned(), tiles },
                want,
            )
        };
        let mut missing = tiles();
        missing.remove("tile/1/000.p/2");
        let mut short = tiles();
        short.insert("tile/1/000.p/2".to_owned(), "00".repeat(33));
        let proof = of_600.prove_inclusion(Position::new(437), of_600.size()).expect("a leaf of the tree");
        vec![
            all("tiles-of-nothing", "an empty tree has no tile", "0", &[]),
            all("tiles-of-one", "one hash, one entry", "1", &["tile/0/000.p/1", "tile/entries/000.p/1"]),
            all(
                "tiles-of-256",
                "a full tile, and its root in a partial one above",
                "256",
                &["tile/0/000", "tile/1/000.p/1", "tile/entries/000"],
            ),
            all(
                "tiles-of-600",
                "two full tiles and a partial one",
                "600",
                &[
                    "tile/0/000",
                    "tile/0/001",
                    "tile/0/002.p/88",
                    "tile/1/000.p/2",
                    "tile/entries/000",
                    "tile/entries/001",
                    "tile/entries/002.p/88",
                ],
            ),
            edge(
                "right-edge-of-70000",
                "the example of C2SP tlog-tiles",
                "70000",
                &["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"],
            ),
            edge("right-edge-of-65536", "a power of 256: one hash", "65536", &["tile/2/000.p/1"]),
            path("path", "a full tile", "tile/0/000", 0.into(), "0", 256),
            path("path-of-a-partial-tile", "a partial one", "tile/1/001.p/17", 1.into(), "1", 17),
            path(
                "path-of-a-long-index",
                "three digits a folder",
                "tile/entries/x001/x234/067",
                "entries".into(),
                "1234067",
                256,
            ),
            path(
                "path-of-1000",
                "the first index of two folders",
                "tile/0/x001/000.p/1",
                0.into(),
                "1000",
                1,
            ),
            no_path("path-of-two-digits", "an index has three digits at least", "tile/0/00"),
            no_path("path-of-four-digits", "and three at most in a folder", "tile/0/1234"),
            no_path("path-with-a-superfluous-folder", "an index has one text only", "tile/0/x000/067"),
            no_path("path-without-an-x", "all folders but the last begin with an x", "tile/0/001/067"),
            no_path("path-of-level-8", "no tree below 2^64 leaves has it", "tile/8/000"),
            no_path("path-of-level-01", "a level has one text only", "tile/01/000"),
            no_path("path-of-width-0", "no tile is empty", "tile/0/000.p/0"),
            no_path("path-of-width-256", "a full tile does not say its width", "tile/0/000.p/256"),
            no_path("path-upwards", "a path names nothing above", "tile/0/../000"),
            no_path("path-with-a-slash", "nothing stands before", "/tile/0/000"),
            no_path(
                "path-of-21-digits",
                "an index lies below 2^64",
                "tile/0/x999/x999/x999/x999/x999/x999/999",
            ),
            Case::new(
                "hashes-of-level-1",
                "two subtrees of 256 leaves of the tree of 600",
                Self::Hashes { path: "tile/1/000.p/2".to_owned() },
                "15e2dd4973ae44de8c8cf3048fd98d17adaaea6287f4e0606a55a643617408c0c42c6bf62f30402d4a6061aff79ef074a73d27404d78790ad1e75a5a0950c3a7",
            ),
            Case::new(
                "hashes-of-level-0",
                "the first two leaves",
                Self::Hashes { path: "tile/0/000.p/2".to_owned() },
                "3e7077fd2f66d689e0cee6a7cf5b37bf2dca7c979af356d0a31cbc5c85605c7d2ae1c19c0cbd378e46c927a9f3611923ec07cc1ae357502a09536d455275cf21",
            ),
            Case::new(
                "hashes-beyond-the-tree",
                "the third subtree of 256 leaves is not complete",
                Self::Hashes { path: "tile/1/000.p/3".to_owned() },
                "refuse: malformed",
            ),
            bundle("bundle", "lengths of two bytes, big-endian", "0001ff00020102", 2, json!(["ff", "0102"])),
            bundle("bundle-of-an-empty-entry", "an entry may be empty", "0000", 1, json!([""])),
            bundle(
                "bundle-cut-in-an-entry",
                "the bytes end inside an entry",
                "0001ff000201",
                2,
                "refuse: malformed".into(),
            ),
            bundle("bundle-cut-in-a-length", "or inside a length", "0001ff00", 2, "refuse: malformed".into()),
            bundle(
                "bundle-of-more",
                "more entries than its width",
                "0001ff00020102",
                1,
                "refuse: malformed".into(),
            ),
            bundle("bundle-of-fewer", "or fewer", "0001ff", 2, "refuse: malformed".into()),
            read(
                "read-437-of-600",
                "root and path from the tiles alone",
                "437",
                tiles(),
                json!({ "root": of_600.head().root, "path": proof.path }),
            ),
            read("read-without-a-tile", "a tile is missing", "437", missing, "refuse: unreadable".into()),
            read(
                "read-a-tile-of-33-bytes",
                "a tile of another length",
                "437",
                short,
                "refuse: unreadable".into(),
            ),
        ]
    }
}
