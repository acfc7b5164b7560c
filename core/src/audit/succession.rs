//! A ledger opened in the place of another: what it says of it, held against the other's own signature.
//!
//! `docs/format.md` (Succession) is the law. What the other ledger held is not looked at here: it is verified by itself. This
//! module reads one event and no store.

use super::fault::Fault;
use crate::envelope::Recorded;
use crate::event::code::LossCause;
use crate::event::ledger::{LedgerEvent, Succeeded};
use crate::event::part::Predecessor;
use crate::event::{Event, Part};
use crate::id::LogId;
use crate::ledger::{Checkpoint, Hash, NamedKey, Note, Position, TreeHead, TreeSize};

/// The one place at which a ledger says that it succeeds another: right behind its opening.
const PLACE: u64 = 1;

/// The ledger in whose place another was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// The ledger that ended.
    pub predecessor: LogId,
    /// Its name; none where the part that says it is lost.
    pub origin: Option<String>,
    /// What is left of it.
    pub held: TreeHead,
    /// What it had signed for: what lies between is lost.
    pub signed: TreeHead,
    /// Up to which size witnesses had cosigned it.
    pub cosigned: Option<TreeSize>,
    /// How.
    pub cause: LossCause,
}

/// What an event says of a ledger before this one, and the faults of it; `is_whole` where all its parts are at hand and fit.
pub(super) fn succession(
    it: &Recorded,
    log: Option<LogId>,
    is_whole: bool,
    faults: &mut dyn FnMut(Fault),
) -> Option<Succession> {
    let Event::Ledger(LedgerEvent::Succeeded(event)) = &it.event else { return None };
    let Succeeded { facts, predecessor, .. } = event;
    let mut found = Succession {
        predecessor: facts.predecessor,
        origin: None,
        held: head(facts.held, facts.held_root.0),
        signed: head(facts.signed, facts.signed_root.0),
        cosigned: None,
        cause: facts.cause,
    };
    let mut fault = |why: String| faults(Fault::Succession { position: it.position, why });
    if it.position != Position::new(PLACE) {
        fault(format!("only event {PLACE} may say so"));
    }
    if log == Some(facts.predecessor) {
        fault("it names itself".into());
    }
    if found.held.size >= found.signed.size {
        fault(format!(
            "of {} events that were signed for, {} are left: none is lost",
            found.signed.size, found.held.size
        ));
    }
    match predecessor {
        Part::Open(own) => match own_words(own, found.signed) {
            Ok((origin, cosigned)) => (found.origin, found.cosigned) = (Some(origin), cosigned),
            Err(why) => fault(why),
        },
        Part::Absent(_) if is_whole => fault("the part that names it does not read".into()),
        Part::Absent(_) => {}
    }
    Some(found)
}

fn head(size: u64, root: [u8; Hash::LEN]) -> TreeHead {
    TreeHead { size: TreeSize::new(size), root: Hash::from_bytes(root) }
}

/// The other ledger's name, and up to where it was cosigned, from the notes that it signed.
fn own_words(part: &Predecessor, signed: TreeHead) -> Result<(String, Option<TreeSize>), String> {
    let key: NamedKey = part.key.parse().map_err(|error| format!("its key does not read: {error}"))?;
    let opened = |text: &str| {
        let note = Note::parse(text.as_bytes()).map_err(|error| format!("its checkpoint: {error}"))?;
        let checkpoint = Checkpoint::open(&note, &key).map_err(|error| format!("its checkpoint: {error}"))?;
        Ok::<TreeHead, String>(checkpoint.head)
    };
    let found = opened(&part.signed)?;
    if found != signed {
        return Err(format!("its last checkpoint is of a {found}, and the facts say a {signed}"));
    }
    let cosigned = part.cosigned.as_deref().map(opened).transpose()?.map(|head| head.size);
    if cosigned.is_some_and(|size| size > signed.size) {
        return Err("it was cosigned beyond the last checkpoint that it signed".into());
    }
    Ok((key.name().to_string(), cosigned))
}
