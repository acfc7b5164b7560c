//! The guard against a tail that goes missing: the last head that was acknowledged, in a file of its own.
//!
//! SQLite's write-ahead log drops everything after its first frame that does not read, and says nothing. After
//! each durable commit this one line is overwritten, without a sync, so it is never ahead of the ledger and
//! costs microseconds; an opening that finds less in the ledger than in the line refuses. The file is
//! disposable: without it, or where it does not read, the guard is lost and nothing else.
//!
//! ```text
//! devenir acknowledged 00000000000000000812 9f2c61…(64 digits)
//! ```

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use super::files;
use super::layout::Layout;
use crate::ledger::{TreeHead, TreeSize};
use crate::store::StoreError;

const TITLE: &str = "devenir acknowledged";

/// The open guard.
#[derive(Debug)]
pub(super) struct Acknowledged {
    file: File,
}

impl Acknowledged {
    /// Opens or makes the guard, and returns the head that it holds, if it reads.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Option<TreeHead>)> {
        let mut file = files::private().open(path)?;
        let mut text = String::new();
        let head = file.read_to_string(&mut text).ok().and_then(|_| parse(&text));
        Ok((Self { file }, head))
    }

    /// Overwrites the line. The length never changes, so neither does the file's size on disk.
    pub(super) fn note(&mut self, head: TreeHead) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(format!("{TITLE} {:020} {}\n", head.size.get(), head.root).as_bytes())
    }
}

/// The head that a store acknowledged last; none where the guard is not there, or does not read.
///
/// It is asked for before the ledger is read: then it is never ahead of a ledger that lost nothing.
///
/// # Errors
///
/// [`StoreError::Unavailable`] where there is a file that cannot be read.
pub fn last_acknowledged(dir: &Path) -> Result<Option<TreeHead>, StoreError> {
    let path = Layout::new(dir).acknowledged();
    match std::fs::read(&path) {
        Ok(bytes) => Ok(std::str::from_utf8(&bytes).ok().and_then(parse)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::Unavailable {
            doing: "read the file of the last acknowledged head".into(),
            detail: error.to_string(),
        }),
    }
}

fn parse(text: &str) -> Option<TreeHead> {
    let (size, root) = text.strip_prefix(TITLE)?.strip_suffix('\n')?.trim_start().split_once(' ')?;
    let size = size.parse::<u64>().ok()?;
    Some(TreeHead { size: TreeSize::new(size), root: root.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sha256;

    #[test]
    fn the_last_head_noted_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("acknowledged");
        let (mut guard, none) = Acknowledged::open(&path).unwrap();
        assert_eq!(none, None);
        for size in [7, 812] {
            guard.note(TreeHead { size: TreeSize::new(size), root: sha256(b"root") }).unwrap();
        }
        let (_, read) = Acknowledged::open(&path).unwrap();
        assert_eq!(read, Some(TreeHead { size: TreeSize::new(812), root: sha256(b"root") }));
        assert_eq!(last_acknowledged(dir.path()).unwrap(), read);
        assert_eq!(last_acknowledged(&dir.path().join("elsewhere")).unwrap(), None);
    }

    #[test]
    fn a_line_that_does_not_read_guards_nothing() {
        for text in ["", "devenir acknowledged 12", "devenir acknowledged 12 zz\n", "something else\n"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
