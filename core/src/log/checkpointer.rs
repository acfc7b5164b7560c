//! The checkpointer: extends the tiles, has the head signed, and publishes it, whenever that is due.
//!
//! `docs/format.md` (Checkpoints) states the pace, `docs/operating.md` what an operator sees. Whoever runs it gives it the
//! instants; it holds nobody up, since it reads the ledger beside the writer. It does not know how witnesses are asked.

use std::fmt;
use std::path::Path;

use super::disk::Disk;
use super::files::TileFiles;
use super::gather::replaces;
use super::pace::due;
use super::scrub::{Scrub, Scrubbed};
use super::signer::{SignError, Signer, SigningKeys};
use super::tiles::{TileFileError, TileReader};
use crate::ledger::{Checkpoint, Note, TiledTree, TreeHead, TreeSize};
use crate::store::{ReadLedger, StoreError};
use crate::time::Timestamp;

/// How many events one step of the scrub compares.
const SCRUBBED_AT_ONCE: u64 = 4_096;

/// Tiles, signer and the ledger that they follow.
pub struct Checkpointer {
    ledger: Box<dyn ReadLedger>,
    tiles: TileFiles,
    signer: Signer,
    /// What was signed last, as far as this run knows.
    signed: Option<TreeHead>,
    /// What a signing that failed may have signed all the same.
    attempted: Option<TreeHead>,
    /// When a checkpoint was given out last in this run, and over how many events.
    given: Option<(Timestamp, TreeSize)>,
    scrub: Scrub,
}

/// Shows what was signed; the key never.
impl fmt::Debug for Checkpointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpointer").field("signed", &self.signed).finish_non_exhaustive()
    }
}

impl Checkpointer {
    /// Opens the tiles in `tiles` and the signer's memory in `signer`, and refuses a ledger that is behind what was
    /// signed or does not begin with it.
    ///
    /// # Errors
    ///
    /// [`CheckpointerError`] says what was signed, what is there, and what to do.
    pub fn open(
        tiles: &Path,
        signer: &Path,
        keys: impl Into<SigningKeys>,
        ledger: Box<dyn ReadLedger>,
    ) -> Result<Self, CheckpointerError> {
        Self::open_on(&Disk::default(), tiles, signer, keys, ledger)
    }

    pub(super) fn open_on(
        disk: &Disk,
        tiles: &Path,
        signer: &Path,
        keys: impl Into<SigningKeys>,
        ledger: Box<dyn ReadLedger>,
    ) -> Result<Self, CheckpointerError> {
        let signer = Signer::open_on(disk.clone(), signer, keys.into())?;
        let signed = signer.last()?.map(|(head, _)| head);
        let head = ledger.head()?;
        if let Some(signed) = signed {
            // Before the tiles are touched: they may be all that is left of the missing events' hashes.
            signer.refuse_if_behind(signed, head)?;
        }
        let tiles = TileFiles::open_on(disk.clone(), tiles, ledger.as_ref())?;
        refuse_if_forgotten(&signer, signed, &tiles.reader())?;
        let head = tiles.reader().tiles().head();
        if let Some(signed) = signed {
            signer.follows(Some(signed), head, &TiledTree::new(&tiles.reader().tiles(), head.size))?;
        }
        Ok(Self { ledger, tiles, signer, signed, attempted: None, given: None, scrub: Scrub::new() })
    }

    /// A way to the tiles and to the published checkpoint, for any number of threads.
    #[must_use]
    pub fn tiles(&self) -> TileReader {
        self.tiles.reader()
    }

    /// What the opening of the tiles found different from the ledger, and wrote again.
    #[must_use]
    pub fn repaired(&self) -> &Scrubbed {
        self.tiles.repaired()
    }

    /// Extends, signs and publishes if a checkpoint is due at `now`; gives the note that is public now.
    ///
    /// # Errors
    ///
    /// [`CheckpointerError`]: what is public stays as it was, and the next tick tries again.
    pub fn tick(&mut self, now: Timestamp) -> Result<Option<Note>, CheckpointerError> {
        let note = self.sign_if_due(now)?;
        if let Some(note) = &note
            && let Err(error) = self.publish(note)
        {
            self.given = None;
            return Err(error);
        }
        Ok(note)
    }

    /// Extends and signs if a checkpoint is due at `now`, and publishes nothing: for a ledger that waits for witnesses.
    ///
    /// # Errors
    ///
    /// [`CheckpointerError`].
    pub fn sign_if_due(&mut self, now: Timestamp) -> Result<Option<Note>, CheckpointerError> {
        let head = self.ledger.head()?;
        if !due(self.given, now, head.size) {
            return Ok(None);
        }
        self.tiles.extend(self.ledger.as_ref(), head)?;
        if let Some(attempted) = self.attempted.take()
            && self.signer.last()?.is_some_and(|(last, _)| last == attempted)
        {
            self.signed = Some(attempted);
        }
        let tiles = self.tiles.reader().tiles();
        match self.signer.sign(self.signed, head, &TiledTree::new(&tiles, head.size)) {
            Ok(note) => {
                self.signed = Some(head);
                self.given = Some((now, head.size));
                Ok(Some(note))
            }
            Err(error) => {
                self.attempted = Some(head);
                Err(error.into())
            }
        }
    }

    /// Publishes a checkpoint that this signer has signed, with whatever cosignatures it carries.
    ///
    /// # Errors
    ///
    /// [`CheckpointerError`] when the key did not sign it, it is larger than what was signed, or the disk refuses.
    pub fn publish(&mut self, note: &Note) -> Result<(), CheckpointerError> {
        self.check_ours(note)?;
        Ok(self.tiles.publish(&note.to_string())?)
    }

    /// Publishes a checkpoint that enough witnesses have cosigned, and keeps it beside the last signed head; one over fewer
    /// events than that which is kept is passed over. Gives whether it is public now.
    ///
    /// # Errors
    ///
    /// As [`Checkpointer::publish`].
    pub fn publish_cosigned(&mut self, note: &Note) -> Result<bool, CheckpointerError> {
        let checkpoint = self.check_ours(note)?;
        let kept = self.signer.cosigned()?.map(|(kept, _)| kept);
        if !replaces(&checkpoint, kept.as_ref()) {
            return Ok(false);
        }
        self.signer.keep_cosigned(note)?;
        self.tiles.publish(&note.to_string())?;
        Ok(true)
    }

    /// The checkpoint that enough witnesses had cosigned last, with its note; none before the first.
    ///
    /// # Errors
    ///
    /// [`SignError`] when it cannot be read.
    pub fn cosigned(&self) -> Result<Option<Note>, SignError> {
        Ok(self.signer.cosigned()?.map(|(_, note)| note))
    }

    /// The note that was signed last, by the ledger alone; none before the first.
    ///
    /// # Errors
    ///
    /// [`SignError`] when it cannot be read.
    pub fn last_signed(&self) -> Result<Option<Note>, SignError> {
        Ok(self.signer.last()?.map(|(_, note)| note))
    }

    /// A checkpoint of this signer, not beyond what it signed last.
    fn check_ours(&self, note: &Note) -> Result<Checkpoint, CheckpointerError> {
        let unsigned = |why: &dyn fmt::Display| CheckpointerError::NotOurs(why.to_string());
        let checkpoint = self.signer.stated().open(note).map_err(|error| unsigned(&error))?;
        if self.signed.is_none_or(|signed| checkpoint.head.size > signed.size) {
            return Err(unsigned(&"it is larger than the last signed head"));
        }
        Ok(checkpoint)
    }

    /// Compares the next few thousand events with the tiles over them; begins again after the last.
    ///
    /// # Errors
    ///
    /// [`TileFileError`]; calling again goes on where it stopped.
    pub fn scrub_some(&mut self) -> Result<Scrubbed, TileFileError> {
        let found = self.tiles.scrub(&mut self.scrub, self.ledger.as_ref(), SCRUBBED_AT_ONCE)?;
        if found.finished {
            self.scrub = Scrub::new();
        }
        Ok(found)
    }
}

/// What is public was signed, so the signer must remember it or something larger.
fn refuse_if_forgotten(
    signer: &Signer,
    signed: Option<TreeHead>,
    tiles: &TileReader,
) -> Result<(), CheckpointerError> {
    let public = tiles.checkpoint()?.and_then(|bytes| Note::parse(&bytes).ok());
    let Some(Ok(public)) = public.map(|note| signer.stated().open(&note)) else {
        return Ok(());
    };
    if signed.is_some_and(|signed| signed.size >= public.head.size) {
        return Ok(());
    }
    Err(SignError::Forgotten { published: public.head, signed, path: signer.path().into() }.into())
}

/// Why there is no new checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointerError {
    /// The ledger.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The tiles.
    #[error(transparent)]
    Tiles(#[from] TileFileError),
    /// The signer.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// A note to publish that is none of this signer's.
    #[error("the checkpoint is not published: {0}")]
    NotOurs(String),
}
