//! A small invented town for the trail's tests: its names, and facts that happen there.

use devenir_core::envelope::{Recorded, Refs};
use devenir_core::event::code::{BallotKind, Stage, Trust};
use devenir_core::event::part::{Author, Signatory};
use devenir_core::event::{Absence, Event, Part, RefRole};
use devenir_core::id::{CommandId, IntentId, LogId, Participant, StreamId};
use devenir_core::ledger::{Hash, Position, Revision};
use devenir_core::rules::{Role, Zone};
use devenir_core::time::{Claimed, Precision, Timestamp};

use crate::trail::{
    BallotName, Changed, Covers, Moment, SubjectName, ThingKind, TrailContext, VersionName, Words,
};

/// The proposal whose trail is told.
pub(super) const HOME: IntentId = IntentId([7; 32]);
/// Its second version.
pub(super) const SECOND: IntentId = IntentId([72; 32]);
/// An amendment under it.
pub(super) const AMENDMENT: IntentId = IntentId([70; 32]);
/// An argument on it.
pub(super) const ARGUMENT: IntentId = IntentId([71; 32]);
/// Amendments of which a source gives a title only: the first byte of their names.
pub(super) const TEXTLESS: std::ops::RangeInclusive<u8> = 101..=110;
/// A ballot.
pub(super) const BALLOT: IntentId = IntentId([8; 32]);
/// An earlier act.
pub(super) const EARLIER: IntentId = IntentId([9; 32]);
/// A takedown that waits for its second hand.
pub(super) const TAKEDOWN: IntentId = IntentId([10; 32]);

/// What the views would say of the town.
pub(super) struct Town {
    pub(super) zone: Zone,
    pub(super) kind: ThingKind,
    pub(super) served: bool,
    pub(super) covers: Covers,
    pub(super) delivery: Covers,
}

impl Town {
    pub(super) fn new() -> Self {
        let zone = Zone::named("Europe/Paris").unwrap();
        let (covers, delivery) = (Covers::Live, Covers::Nothing);
        Self { zone, kind: ThingKind::Proposal, served: true, covers, delivery }
    }
}

impl TrailContext for Town {
    fn zone(&self) -> &Zone {
        &self.zone
    }

    fn home(&self) -> Option<IntentId> {
        Some(HOME)
    }

    fn body(&self, index: u32) -> Option<String> {
        let bodies = [
            "Maire de Villeneuve-sur-Yvelle",
            "Conseil municipal",
            "Direction des mobilités et de l'espace public",
            "Département",
        ];
        bodies.get(index as usize).map(|body| (*body).to_owned())
    }

    fn phase(&self, index: u32) -> Option<String> {
        (index == 1).then(|| "Déposer ses idées".to_owned())
    }

    fn theme(&self, index: u32) -> Option<String> {
        (index == 0).then(|| "Itinéraires".to_owned())
    }

    fn territory(&self, index: u32) -> Option<String> {
        (index == 0).then(|| "Centre".to_owned())
    }

    fn subject(&self, id: IntentId) -> Option<SubjectName> {
        let name = |kind, reference: Option<&str>, title: &str| SubjectName {
            kind,
            reference: reference.map(str::to_owned),
            title: Words::Said(title.to_owned()),
            at_home: id == HOME,
        };
        match id {
            HOME => Some(SubjectName {
                title: if self.served {
                    Words::Said("Une piste protégée avenue Jaurès".to_owned())
                } else {
                    Words::Missing(crate::trail::Missing::Hidden)
                },
                ..name(self.kind, Some("plan-velo-0007"), "")
            }),
            AMENDMENT => {
                Some(name(ThingKind::Amendment, Some("plan-velo-0007-a1"), "Commencer par l'hôpital"))
            }
            ARGUMENT => Some(name(ThingKind::ArgumentFor, None, "Pour")),
            IntentId([first, ..]) if TEXTLESS.contains(&first) => {
                Some(name(ThingKind::Amendment, Some(&format!("plan-velo-0007-a{first}")), "Un titre"))
            }
            _ => None,
        }
    }

    fn version(&self, id: IntentId) -> Option<VersionName> {
        if TEXTLESS.contains(&id.0[0]) {
            let title = Words::Said("Un titre".to_owned());
            return Some(VersionName {
                number: 1,
                title,
                body: Words::NOT_SAID,
                sections: Vec::new(),
                served: true,
            });
        }
        let (number, title, body) = match id {
            HOME => (1, "Une piste protégée avenue Jaurès", "Une piste séparée des voitures, sur 3 km."),
            SECOND => (2, "Une piste protégée avenue Jaurès", "La même, avec les livraisons."),
            AMENDMENT => (1, "Commencer par l'hôpital", "Commencer entre l'hôpital et le collège."),
            ARGUMENT => (1, "", "Une bordure, ça ne s'ouvre pas."),
            _ => return None,
        };
        let words = |words: &str| match self.served {
            true => Words::Said(words.to_owned()),
            false => Words::Missing(crate::trail::Missing::Hidden),
        };
        let (title, body) = (words(title), words(body));
        Some(VersionName { number, title, body, sections: Vec::new(), served: self.served })
    }

    fn changed(&self, version: IntentId) -> Option<Changed> {
        let added = (version == SECOND && self.served).then(|| "avec les livraisons".to_owned());
        Some(Changed { added, ..Changed::default() })
    }

    fn found_at(&self, it: &Recorded) -> Option<Timestamp> {
        (it.trust == Trust::Observed).then(|| day("2025-11-05"))
    }

    fn ballot(&self, id: IntentId) -> Option<BallotName> {
        (id == BALLOT).then(|| BallotName {
            kind: BallotKind::Support,
            question: Some("Soutenez-vous cette proposition ?".to_owned()),
        })
    }

    fn date_of(&self, id: IntentId) -> Option<Moment> {
        (id == EARLIER).then(|| Moment::day(&self.zone, day("2027-04-21")))
    }

    fn type_of(&self, id: IntentId) -> Option<&'static str> {
        match id {
            HOME => Some("response-published"),
            TAKEDOWN => Some("takedown-decided"),
            _ => None,
        }
    }

    fn covers(&self, stage: Stage) -> Covers {
        match stage {
            Stage::Delivery | Stage::Law => self.delivery,
            Stage::Responses | Stage::Submissions | Stage::Versions | Stage::Votes | Stage::Moderation => {
                self.covers
            }
        }
    }
}

/// Noon of a day, in universal time.
pub(super) fn day(day: &str) -> Timestamp {
    let noon: jiff::Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
    Timestamp(noon.as_millisecond())
}

/// A fact of the town, recorded as it happened on the 12th of March 2027.
pub(super) fn fact(actor: Role, refs: &[(RefRole, IntentId)], event: impl Into<Event>) -> Recorded {
    Recorded {
        position: Position::new(0),
        revision: Revision::new(0),
        log: LogId([1; 32]),
        stream: StreamId([2; 16]),
        id: IntentId([100; 32]),
        leaf: Hash::ZERO,
        recorded_at: day("2027-03-12"),
        occurred: Claimed::UNKNOWN,
        trust: Trust::Native,
        actor,
        command: CommandId([3; 16]),
        command_index: 0,
        command_count: 1,
        refs: Refs::new(refs.to_vec()),
        signer: None,
        event: event.into(),
    }
}

/// The same, as a source stated it: claimed to the day, recorded years later.
pub(super) fn observed(claimed: Option<&str>, it: Recorded) -> Recorded {
    let occurred = claimed.map_or(Claimed::UNKNOWN, |at| Claimed::new(day(at), Precision::Day));
    Recorded { trust: Trust::Observed, occurred, recorded_at: day("2029-01-03"), ..it }
}

/// The same at another place, with another name.
pub(super) fn at(position: u64, id: IntentId, recorded: &str, it: Recorded) -> Recorded {
    Recorded { position: Position::new(position), id, recorded_at: day(recorded), ..it }
}

/// A participant who wanted a name shown.
pub(super) fn claire() -> Part<Author> {
    Part::Open(Author {
        name: Some("Claire Vigneron".to_owned()),
        participant: Some(Participant([0x7f; 16])),
    })
}

/// A participant who did not.
pub(super) fn somebody() -> Part<Author> {
    Part::Open(Author { name: None, participant: Some(Participant([0x7f; 16])) })
}

/// The longest signature of the story.
pub(super) fn samia() -> Part<Signatory> {
    Part::Open(Signatory {
        capacity: Some("adjointe à la maire, chargée des mobilités, par délégation".to_owned()),
        name: "Samia Rekkab-Lormier".to_owned(),
    })
}

/// A part that was never given.
pub(super) const fn none<T>() -> Part<T> {
    Part::Absent(Absence::NotInSource)
}
