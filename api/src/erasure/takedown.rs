//! What a takedown may name: the texts of one public act, and nothing of a person nor anything that rules rest on.
//!
//! `docs/format.md` (Parts, Erasure) draws the line by the kinds of parts, which stand in the envelope; the deciders see a
//! mask alone. So it is held here, for an act that is asked for as for one that was signed elsewhere. Nothing is decided.

use devenir_core::envelope::{Recorded, decode};
use devenir_core::event::part::{is_personal, is_public_text, is_structural};
use devenir_core::event::{Event, RefRole, ledger::LedgerEvent};
use devenir_core::id::{IntentId, StreamId};
use devenir_core::ledger::Position;
use devenir_core::store::ReadLedger as _;

use crate::act::Malformed;
use crate::app::{App, AppError};

/// A part that an act commits to.
struct Committed {
    /// The name that its type gives it.
    name: String,
    kind: u8,
    /// Its bit in a mask.
    bit: u16,
}

fn refused(field: &'static str, expected: impl Into<String>, found: impl Into<String>) -> Malformed {
    Malformed { field, expected: expected.into(), found: found.into() }
}

fn unread(error: &dyn std::error::Error) -> Malformed {
    refused("target", "an answer of the record", error.to_string())
}

impl App {
    /// The texts of a public act that are to be taken down, as a mask; all that it has, where none is named.
    ///
    /// # Errors
    /// [`Malformed`] where the act has no such text, or what is named is a person's, or rules rest on it.
    pub(crate) fn public_texts(
        &self,
        stream: StreamId,
        target: IntentId,
        named: &[String],
    ) -> Result<u16, Malformed> {
        let (position, parts) = self.act_with_parts(stream, target)?;
        let mask = if named.is_empty() { all_texts(&parts)? } else { texts_named(&parts, named)? };
        let gone = self.read().and_then(|reading| reading.erased_mask(position));
        match mask & !gone.map_err(|error| unread(&error))? {
            0 => Err(refused("target", "a text that is still there", "one that was taken down already")),
            left => Ok(left),
        }
    }

    /// Holds a takedown that was signed elsewhere to the same line: whoever signed it named its parts themselves.
    ///
    /// # Errors
    /// [`Malformed`] where it names a part of a person, or one that rules rest on.
    pub(crate) fn is_admissible_takedown(&self, stream: StreamId, act: &Recorded) -> Result<(), Malformed> {
        let Event::Ledger(LedgerEvent::TakedownDecided(event)) = &act.event else { return Ok(()) };
        let Some(target) = act.refs.one(RefRole::Target) else { return Ok(()) };
        let (_, parts) = self.act_with_parts(stream, target)?;
        let (may, found) = (all_texts(&parts)?, event.facts.mask);
        if found & !may == 0 {
            return Ok(());
        }
        Err(refused("mask", format!("{may:#b}, the texts of the act alone"), format!("{found:#b}")))
    }

    /// Where an act of a consultation stands, and the parts that it commits to.
    fn act_with_parts(
        &self,
        stream: StreamId,
        target: IntentId,
    ) -> Result<(Position, Vec<Committed>), Malformed> {
        self.catch_up().map_err(|error| unread(&error))?;
        let found = self.event(target).map_err(|error| unread(&error))?;
        let found = found.filter(|found| found.stream == stream);
        let found =
            found.ok_or_else(|| refused("target", "an act of this consultation", target.to_string()))?;
        Ok((found.position, self.committed(&found).map_err(|error| unread(&error))?))
    }

    fn committed(&self, found: &Recorded) -> Result<Vec<Committed>, AppError> {
        let envelopes = self.reader()?.read(found.position, 1)?;
        let Some(envelope) = envelopes.first().and_then(|bytes| decode(bytes).ok()) else {
            return Ok(Vec::new());
        };
        let known = found.event.event_type().parts;
        let part = |(index, kind): (u16, u8)| {
            let name = known.iter().find(|part| part.kind == kind);
            let name = name.map_or_else(|| format!("part {kind}"), |part| part.name.to_owned());
            Committed { name, kind, bit: 1 << index }
        };
        let kinds = envelope.intent.parts.iter().map(|part| part.kind);
        Ok((0_u16..15).zip(kinds).map(part).collect())
    }
}

fn all_texts(parts: &[Committed]) -> Result<u16, Malformed> {
    let texts = parts.iter().filter(|part| is_public_text(part.kind));
    match texts.fold(0, |mask, part| mask | part.bit) {
        0 if parts.iter().any(|part| is_personal(part.kind)) => Err(refused(
            "target",
            "an act with a text of an authority; what a person wrote is erased (`requestErasure`, `decideErasure`)",
            "parts of a person only",
        )),
        0 => Err(refused("target", "an act with a text of an authority", "an act without one")),
        mask => Ok(mask),
    }
}

fn texts_named(parts: &[Committed], named: &[String]) -> Result<u16, Malformed> {
    let mut mask = 0;
    for name in named {
        let names = || parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(", ");
        let part = parts.iter().find(|part| part.name == *name);
        let part = part.ok_or_else(|| {
            refused("parts", format!("some of the act's own: {}", names()), format!("`{name}`"))
        })?;
        if is_structural(part.kind) {
            let expected = "the text of a public act; rules, lists and tables are never taken down, since what was \
                            decided rests on them";
            return Err(refused("parts", expected, format!("`{name}`")));
        }
        if is_personal(part.kind) {
            let expected = "the text of a public act; what a person wrote or signed is not taken down but erased \
                            (`requestErasure`, `decideErasure`)";
            return Err(refused("parts", expected, format!("`{name}`")));
        }
        mask |= part.bit;
    }
    Ok(mask)
}
