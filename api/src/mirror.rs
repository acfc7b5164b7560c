//! A ledger read over HTTP, as C2SP tlog-tiles give it: its checkpoint and its envelopes, a tile at a time.
//!
//! `docs/format.md` (Tiles). Nothing of it is believed: whoever audits it computes every hash again. There are no parts
//! in a log. This module knows no event.

use crate::client::{Client, ClientError};
use devenir_core::ledger::{
    Checkpoint, CheckpointError, Note, NoteError, Position, Tile, TileLevel, TreeHead, TreeSize,
    decode_bundle,
};
use devenir_core::store::{Place, ReadLedger, ReadVault, Request, SealedPart, StoreError};
use std::ops::Range;
use std::time::Duration;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The most bytes of a tile of entries.
const TILE_LEN_MAX: u64 = 256 * (2 + 65_535);

/// A log at a URL, as of one checkpoint.
#[derive(Debug)]
pub struct Mirror {
    client: Client,
    url: String,
    note: Note,
    head: TreeHead,
}

/// Why a log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// Nobody answers.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The server refuses.
    #[error("{url} answered {status}: {said}")]
    Refused {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
        /// What the server says.
        said: String,
    },
    /// The checkpoint is no note.
    #[error("the checkpoint of the log: {0}")]
    Note(#[from] NoteError),
    /// The note is no checkpoint.
    #[error("the checkpoint of the log: {0}")]
    Checkpoint(#[from] CheckpointError),
}

impl Mirror {
    /// Asks the log whose prefix is `url` for its checkpoint.
    ///
    /// # Errors
    /// [`MirrorError`]
    pub fn open(url: &str) -> Result<Self, MirrorError> {
        let client = Client::new(PATIENCE);
        let url = url.trim_end_matches('/').to_owned();
        let bytes = get(&client, &format!("{url}/checkpoint"), Note::MAX_LEN as u64)?;
        let note = Note::parse(&bytes)?;
        let checkpoint: Checkpoint = note.text().parse()?;
        Ok(Self { client, url, note, head: checkpoint.head })
    }

    /// The checkpoint; no signature of it was checked.
    #[must_use]
    pub const fn checkpoint(&self) -> &Note {
        &self.note
    }
}

fn get(client: &Client, url: &str, len_max: u64) -> Result<Vec<u8>, MirrorError> {
    let answer = client.get(url, len_max)?;
    if answer.status == 200 {
        return Ok(answer.body);
    }
    Err(MirrorError::Refused { url: url.to_owned(), status: answer.status, said: answer.said() })
}

impl ReadLedger for Mirror {
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.head)
    }

    /// As many as are left of one tile: whoever needs more asks again.
    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let width = u64::from(Tile::WIDTH);
        let (index, skipped) = (from.get() / width, from.get() % width);
        let Some(tile) = Tile::at(TileLevel::Entries, index, self.head.size) else { return Ok(Vec::new()) };
        let failed = |detail: String| StoreError::Unavailable { doing: format!("read {tile}"), detail };
        let bytes = get(&self.client, &format!("{}/{tile}", self.url), TILE_LEN_MAX)
            .map_err(|error| failed(error.to_string()))?;
        let entries = decode_bundle(&bytes, tile.width()).map_err(|error| failed(error.to_string()))?;
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        Ok(entries.into_iter().skip(skipped).take(count_max).map(<[u8]>::to_vec).collect())
    }

    fn follow(&self, _: TreeSize, _: Duration) -> Result<TreeHead, StoreError> {
        self.head()
    }
}

impl ReadVault for Mirror {
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
