//! The events of a bundle as the audit takes them: what is open, and what is said to be withheld.
//!
//! `docs/format.md` (Bundles). That something is withheld is passed on, not believed: the audit says what it excuses. This
//! module checks nothing but that each record names a part of its envelope.

use crate::audit::GivenEvent;
use crate::bundle::{BundledEvent, Held};
use crate::envelope::decode;
use crate::store::{Place, SealedPart};

/// What is taken from the events of a bundle, beside their bytes.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The envelope of the first.
    pub(super) first: Option<Vec<u8>>,
    /// The first record of a part that its envelope does not name.
    pub(super) stray: Option<Place>,
}

impl Tally {
    /// An event as the audit takes it.
    pub(super) fn event(&mut self, event: BundledEvent) -> GivenEvent {
        let BundledEvent { envelope, parts } = event;
        self.first.get_or_insert_with(|| envelope.clone());
        if parts.is_empty() {
            return GivenEvent { envelope, parts: Vec::new(), withheld: 0 };
        }
        let committed = decode(&envelope).map(|it| it.intent.parts).unwrap_or_default();
        let (mut open, mut withheld) = (Vec::new(), 0);
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
                Held::Withheld => withheld |= 1_u16.checked_shl(place.index.into()).unwrap_or(0),
                Held::Gone => {}
            }
        }
        GivenEvent { envelope, parts: open, withheld }
    }
}
