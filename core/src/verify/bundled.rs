//! A bundle as the audit reads a record: in order, once, a little at a time.
//!
//! `docs/format.md` (Bundles). What the bundle withholds is counted, not believed: it is as absent as what is lost. This
//! module checks nothing.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use crate::bundle::{BundleError, BundleReader, BundledEvent, Files, Held};
use crate::envelope::decode;
use crate::ledger::{Position, TreeHead, TreeSize};
use crate::store::{Place, ReadLedger, ReadVault, Request, SealedPart, StoreError};

/// Once so many bytes of parts are at hand, they are looked at before more are read.
const PART_BYTES_AT_ONCE: usize = 32 << 20;
/// The kinds from here on are structural: nobody may withhold them.
const STRUCTURAL: u8 = 192;

/// What is taken from the events of a bundle, beside their bytes.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Parts that are withheld and may be.
    pub(super) withheld: u64,
    /// The first record of a part that its envelope does not name.
    pub(super) stray: Option<Place>,
}

impl Tally {
    /// An event as the audit takes it.
    pub(super) fn event(&mut self, event: BundledEvent) -> (Vec<u8>, Vec<(Place, SealedPart)>) {
        let BundledEvent { envelope, parts } = event;
        if parts.is_empty() {
            return (envelope, Vec::new());
        }
        let committed = decode(&envelope).map(|it| it.intent.parts).unwrap_or_default();
        let mut open = Vec::new();
        for part in parts {
            let place = part.place;
            match part.held {
                Held::Open { key, bytes } => {
                    let commitment = committed.get(usize::from(place.index));
                    let commitment = commitment.map_or([0; 32], |it| it.commitment.0);
                    let (index, kind) = (place.index, part.kind);
                    open.push((place, SealedPart { index, kind, commitment, key, bytes }));
                }
                Held::Withheld | Held::Gone
                    if committed.get(usize::from(place.index)).is_none_or(|it| it.kind != part.kind) =>
                {
                    self.stray.get_or_insert(place);
                }
                Held::Withheld => self.withheld += u64::from(part.kind < STRUCTURAL),
                Held::Gone => {}
            }
        }
        (envelope, open)
    }
}

/// A bundle of a whole ledger as a reader.
pub(super) struct Bundled<F>(RefCell<Inner<F>>);

struct Inner<F> {
    bundle: BundleReader<F>,
    head: TreeHead,
    next: Position,
    parts: BTreeMap<Place, SealedPart>,
    tally: Tally,
    first: Option<Vec<u8>>,
    error: Option<BundleError>,
}

impl<F: Files> Bundled<F> {
    pub(super) fn new(bundle: BundleReader<F>) -> Self {
        Self(RefCell::new(Inner {
            head: bundle.manifest().head(),
            bundle,
            next: Position::FIRST,
            parts: BTreeMap::new(),
            tally: Tally::default(),
            first: None,
            error: None,
        }))
    }

    /// What was counted, and event 0; or why reading stopped early.
    pub(super) fn end(self) -> Result<(Tally, Option<Vec<u8>>), BundleError> {
        let Inner { tally, first, error, .. } = self.0.into_inner();
        error.map_or(Ok((tally, first)), Err)
    }
}

impl<F: Files + Send> ReadLedger for Bundled<F> {
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.0.borrow().head)
    }

    fn read(&self, from: Position, count_max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let inner = &mut *self.0.borrow_mut();
        let (mut envelopes, mut bytes) = (Vec::new(), 0);
        if from != inner.next || inner.error.is_some() {
            return Ok(envelopes);
        }
        while envelopes.len() < count_max && bytes < PART_BYTES_AT_ONCE {
            match inner.bundle.next_event() {
                Ok(Some(event)) => {
                    let (envelope, parts) = inner.tally.event(event);
                    bytes += parts.iter().map(|(_, part)| part.bytes.len()).sum::<usize>();
                    inner.parts.extend(parts);
                    inner.first.get_or_insert_with(|| envelope.clone());
                    envelopes.push(envelope);
                    inner.next = inner.next.next();
                }
                Ok(None) => break,
                Err(error) => {
                    inner.error = Some(error);
                    break;
                }
            }
        }
        Ok(envelopes)
    }

    fn follow(&self, _: TreeSize, _: Duration) -> Result<TreeHead, StoreError> {
        self.head()
    }
}

impl<F: Files + Send> ReadVault for Bundled<F> {
    fn open(&self, _: Place, _: &[u8; 32]) -> Result<Option<SealedPart>, StoreError> {
        Ok(None)
    }

    fn open_all(&self, positions: Range<Position>) -> Result<Vec<(Place, SealedPart)>, StoreError> {
        let parts = &mut self.0.borrow_mut().parts;
        let until = parts.split_off(&Place { position: positions.end, index: 0 });
        Ok(std::mem::replace(parts, until).into_iter().collect())
    }

    fn recall(&self, _: Position) -> Result<Option<Request>, StoreError> {
        Ok(None)
    }
}
