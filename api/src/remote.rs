//! A log below a URL, as C2SP tlog-tiles give it: its checkpoint, and its envelopes a bundle at a time.
//!
//! `docs/format.md` (Tiles). Nothing of it is believed: no signature is checked here, and whoever asks computes every hash
//! again. There are no parts in a log. This module keeps nothing and knows no event.

use crate::client::{Client, ClientError};
use devenir_core::ledger::{
    BundleError, Checkpoint, CheckpointError, Note, NoteError, Position, Tile, TileLevel, TreeHead, TreeSize,
    decode_bundle, encode_bundle,
};
use devenir_core::store::{Place, ReadLedger, ReadVault, Request, SealedPart, StoreError};
use std::ops::Range;
use std::time::Duration;

/// The most bytes of a bundle: 256 entries of 65,535 bytes, each after its length.
const BUNDLE_LEN_MAX: u64 = 256 * (2 + 65_535);

/// A log, asked over HTTP.
#[derive(Debug)]
pub struct RemoteLog {
    client: Client,
    url: String,
}

/// Why a log did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// Nobody answers.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The server answers something else than what was asked for.
    #[error("{url} is answered with {status}: {said}")]
    Refused {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
        /// What the server says.
        said: String,
    },
    /// What is served as a checkpoint is no note.
    #[error("the checkpoint of the log: {0}")]
    Note(#[from] NoteError),
    /// The note is no checkpoint.
    #[error("the checkpoint of the log: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// What is served as a bundle is none.
    #[error("{tile}: {error}")]
    Bundle {
        /// Which.
        tile: Tile,
        /// Why.
        error: BundleError,
    },
}

impl RemoteError {
    /// Whether the log answered, and not with what a log must always be able to give.
    #[must_use]
    pub const fn is_an_answer(&self) -> bool {
        match self {
            Self::Client(_) => false,
            Self::Refused { .. } | Self::Note(_) | Self::Checkpoint(_) | Self::Bundle { .. } => true,
        }
    }
}

impl RemoteLog {
    /// The log below `url`, such as `https://consultations.example.fr/log`, each answer of which may take as long as `patience`.
    #[must_use]
    pub fn new(url: &str, patience: Duration) -> Self {
        Self { client: Client::new(patience), url: url.trim_end_matches('/').to_owned() }
    }

    /// The checkpoint that it shows now.
    ///
    /// # Errors
    /// [`RemoteError`]
    pub fn checkpoint(&self) -> Result<Note, RemoteError> {
        Ok(Note::parse(&self.get("checkpoint", Note::MAX_LEN as u64)?)?)
    }

    /// A bundle of this very width, which reads: where the log has only the full one, its beginning.
    ///
    /// # Errors
    /// [`RemoteError`]
    pub fn bundle(&self, tile: Tile) -> Result<Vec<u8>, RemoteError> {
        let failed = |error| RemoteError::Bundle { tile, error };
        match self.get(&tile.to_string(), BUNDLE_LEN_MAX) {
            Err(RemoteError::Refused { status: 404 | 410, .. }) if !tile.is_full() => {}
            answer => {
                let bytes = answer?;
                decode_bundle(&bytes, tile.width()).map_err(failed)?;
                return Ok(bytes);
            }
        }
        let full = tile.full();
        let bytes = self.get(&full.to_string(), BUNDLE_LEN_MAX)?;
        let entries = decode_bundle(&bytes, full.width()).map_err(failed)?;
        encode_bundle(entries.get(..usize::from(tile.width())).unwrap_or_default()).map_err(failed)
    }

    /// Takes the bundles of a tree of `size`, one after the other, with their bytes and their entries.
    ///
    /// # Errors
    /// [`RemoteError`] at the first that is not given.
    pub fn each_bundle(
        &self,
        size: TreeSize,
        mut take: impl FnMut(Tile, &[u8], Vec<&[u8]>),
    ) -> Result<(), RemoteError> {
        for tile in bundles(TreeSize::EMPTY, size) {
            let bytes = self.bundle(tile)?;
            let entries = decode_bundle(&bytes, tile.width());
            take(tile, &bytes, entries.map_err(|error| RemoteError::Bundle { tile, error })?);
        }
        Ok(())
    }

    fn get(&self, path: &str, len_max: u64) -> Result<Vec<u8>, RemoteError> {
        let url = format!("{}/{path}", self.url);
        let answer = self.client.get(&url, len_max)?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        Err(RemoteError::Refused { url, status: answer.status, said: answer.said() })
    }
}

/// The bundles of a tree of `new` that one of `old` does not have, beginning with the first.
pub fn bundles(old: TreeSize, new: TreeSize) -> impl Iterator<Item = Tile> {
    Tile::grown(old, new).filter(|tile| tile.level() == TileLevel::Entries)
}

/// The ledger of a log, as of the checkpoint that it showed when it was opened.
#[derive(Debug)]
pub struct RemoteLedger {
    log: RemoteLog,
    note: Note,
    head: TreeHead,
}

impl RemoteLedger {
    /// Asks a log for its checkpoint.
    ///
    /// # Errors
    /// [`RemoteError`]
    pub fn open(log: RemoteLog) -> Result<Self, RemoteError> {
        let note = log.checkpoint()?;
        let checkpoint: Checkpoint = note.text().parse()?;
        Ok(Self { log, note, head: checkpoint.head })
    }

    /// The checkpoint; no signature of it was checked.
    #[must_use]
    pub const fn checkpoint(&self) -> &Note {
        &self.note
    }
}

impl ReadLedger for RemoteLedger {
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.head)
    }

    /// As many as are left of one tile: whoever needs more asks again.
    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let width = u64::from(Tile::WIDTH);
        let (index, skipped) = (from.get() / width, from.get() % width);
        let Some(tile) = Tile::at(TileLevel::Entries, index, self.head.size) else { return Ok(Vec::new()) };
        let failed = |detail: String| StoreError::Unavailable { doing: format!("read {tile}"), detail };
        let bytes = self.log.bundle(tile).map_err(|error| failed(error.to_string()))?;
        let entries = decode_bundle(&bytes, tile.width()).map_err(|error| failed(error.to_string()))?;
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        Ok(entries.into_iter().skip(skipped).take(count_max).map(<[u8]>::to_vec).collect())
    }

    fn follow(&self, _: TreeSize, _: Duration) -> Result<TreeHead, StoreError> {
        self.head()
    }
}

impl ReadVault for RemoteLedger {
    fn open(&self, _: Place, _: &[u8; 32]) -> Result<Option<SealedPart>, StoreError> {
        Ok(None)
    }

    fn open_all(&self, _: Range<Position>) -> Result<Vec<(Place, SealedPart)>, StoreError> {
        Ok(Vec::new())
    }

    fn recall(&self, _: Position) -> Result<Option<Request>, StoreError> {
        Ok(None)
    }
}
