//! Random histories: any order of acts that have a meaning, from the numbers that proptest draws.
//!
//! Each act is three numbers; what they point at is found by remainder among what exists, so every draw is a
//! valid history and shrinks to a shorter one. What should be shown and counted is kept beside, computed in
//! another way than by the fold.

use std::collections::{BTreeMap, BTreeSet};

use devenir_core::event::RefRole;
use devenir_core::event::code::*;
use devenir_core::event::part::{ChoiceMade, RedactedText};
use devenir_core::event::{Part, oversight, vote};
use devenir_core::id::{IntentId, VoterTag};
use devenir_core::rules::tally::{Recount, Vote, VoteAct};
use devenir_core::rules::{AmendmentFate, ModerationAction, Outcome};
use devenir_core::time::{Claimed, Precision};
use proptest::prelude::*;

use super::{History, NATIVE, OBSERVED, Said, day, not_said, plain_rules, words};

/// What one draw is made of.
pub(crate) type Draw = (u8, u16, u16);

/// Draws for a history of up to `length` acts.
pub(crate) fn draws(length: usize) -> impl Strategy<Value = Vec<Draw>> {
    proptest::collection::vec((0_u8..40, any::<u16>(), any::<u16>()), 0..length)
}

/// The votes on one target of one ballot, by tag: recounted by the shared rules.
type Votes = Recount<VoterTag, IntentId, Choice, InvalidVote>;

/// A random history, with what its views should show.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) history: History,
    pub(crate) things: Vec<Thing>,
    pub(crate) ballots: Vec<(IntentId, usize, bool)>,
    pub(crate) votes: BTreeMap<IntentId, Votes>,
    cast: Vec<(IntentId, usize, VoterTag, IntentId)>,
    responses: Vec<(IntentId, u8)>,
    numbers: BTreeMap<u8, u32>,
    amendments: BTreeMap<usize, u32>,
    words: u32,
}

/// A subject, with the words that each of its versions holds alone.
#[derive(Debug)]
pub(crate) struct Thing {
    pub(crate) id: IntentId,
    pub(crate) stream: u8,
    pub(crate) versions: Vec<(IntentId, String)>,
    pub(crate) is_shown: bool,
    /// The number of versions when it was redacted, and the words that are left.
    pub(crate) redacted: Option<(usize, String)>,
    pub(crate) awaits: bool,
    is_contribution: bool,
    root: usize,
}

impl Thing {
    /// The word that stands for the current version, where it may be found.
    pub(crate) fn findable(&self) -> Option<&str> {
        if !self.is_shown || self.awaits {
            return None;
        }
        match &self.redacted {
            Some((versions, left)) if *versions == self.versions.len() => Some(left),
            _ => self.versions.last().map(|(_, word)| word.as_str()),
        }
    }

    /// Every word that may be read in some version.
    pub(crate) fn readable(&self) -> BTreeSet<&str> {
        if !self.is_shown || self.awaits {
            return BTreeSet::new();
        }
        let from = self.redacted.as_ref().map_or(0, |(versions, _)| *versions);
        let left = self.redacted.as_ref().map(|(_, left)| left.as_str());
        self.versions.iter().skip(from).map(|(_, word)| word.as_str()).chain(left).collect()
    }
}

/// The two consultations of every random history: one that moderates first, one that was observed.
pub(crate) const STREAMS: [u8; 2] = [1, 2];

impl World {
    pub(crate) fn of(draws: &[Draw]) -> Self {
        let mut world = Self { history: History::new(), ..Self::default() };
        world.history.register(1, "velo", RulesOrigin::Native);
        let rules = devenir_core::event::part::RuleSet { moderated_before: true, ..plain_rules() };
        world.history.rules(1, rules);
        world.history.register(2, "ancien-site", RulesOrigin::Observed);
        for draw in draws {
            world.act(*draw);
        }
        world
    }

    fn word(&mut self) -> String {
        self.words += 1;
        format!("mot{}é", self.words)
    }

    fn some(&self, draw: u16) -> Option<usize> {
        (!self.things.is_empty()).then(|| usize::from(draw) % self.things.len())
    }

    fn enter(&mut self, id: IntentId, stream: u8, word: String, awaits: bool, root: Option<usize>) {
        self.things.push(Thing {
            id,
            stream,
            versions: vec![(id, word)],
            is_shown: true,
            redacted: None,
            awaits,
            is_contribution: root.is_none(),
            root: root.unwrap_or(self.things.len()),
        });
    }

    fn act(&mut self, (what, which, detail): Draw) {
        match (what, self.some(which)) {
            (0..=5, _) | (_, None) => self.submit(which, detail),
            (6, Some(at)) => self.publish(at),
            (7..=8, Some(at)) => self.revise(at),
            (9, Some(at)) => {
                self.history.withdraw(self.things[at].stream, self.things[at].id);
            }
            (10..=11, Some(at)) => self.amend(at),
            (12, Some(at)) => self.argue(at, detail),
            (13..=16, Some(at)) => self.moderate(at, detail),
            (17..=18, Some(at)) => self.open_ballot(at, detail),
            (19..=26, _) => self.cast(which, detail),
            (27..=29, _) => self.change_vote(which, detail),
            (30, _) => self.close(which),
            (31..=32, Some(at)) => {
                self.history.observe(self.things[at].stream, self.things[at].id, u64::from(detail));
            }
            (33..=34, Some(at)) => self.respond(at, detail),
            (35, _) => self.mend(which, detail),
            (36, Some(at)) => {
                self.history.reach_threshold(self.things[at].stream, self.things[at].id);
            }
            (37, Some(at)) => self.decide(at, detail),
            (38, _) => self.gap(detail),
            (_, _) => self.seal(detail),
        }
    }

    fn submit(&mut self, which: u16, detail: u16) {
        let stream = STREAMS[usize::from(which % 2)];
        let number = self.numbers.entry(stream).or_default();
        *number += 1;
        let number = *number;
        let word = self.word();
        let occurred = match detail % 3 {
            0 => Claimed::UNKNOWN,
            _ => Claimed::new(day(i64::from(detail % 40) - 60), Precision::Day),
        };
        let said = if stream == 1 { NATIVE } else { Said { occurred, ..OBSERVED } };
        let text = words(&format!("Titre {word}"), &format!("Du texte avec {word} dedans."));
        let id = self.history.submit_said(stream, said, number, text);
        self.enter(id, stream, word, stream == 1, None);
    }

    fn publish(&mut self, at: usize) {
        let thing = &mut self.things[at];
        if thing.is_contribution {
            thing.awaits = false;
            self.history.publish(thing.stream, thing.id);
        }
    }

    fn revise(&mut self, at: usize) {
        let word = self.word();
        let thing = &mut self.things[at];
        let text = words("Sans titre", &format!("Autrement : {word}."));
        let version = u32::try_from(thing.versions.len()).unwrap() + 1;
        let id = self.history.revise(thing.stream, thing.id, version, text);
        thing.versions.push((id, word));
    }

    fn amend(&mut self, at: usize) {
        let word = self.word();
        let (stream, id, root) = (self.things[at].stream, self.things[at].id, self.things[at].root);
        let number = self.amendments.entry(root).or_default();
        *number += 1;
        let number = *number;
        let id = self.history.amend(stream, id, number, words(&word, "Supprimer l'alinéa."));
        self.enter(id, stream, word, false, Some(root));
    }

    fn argue(&mut self, at: usize, detail: u16) {
        let word = self.word();
        let (stream, id, root) = (self.things[at].stream, self.things[at].id, self.things[at].root);
        let side = if detail.is_multiple_of(2) { Side::For } else { Side::Against };
        let id = self.history.argue(stream, id, side, words("Car", &word));
        self.enter(id, stream, word, false, Some(root));
    }

    fn moderate(&mut self, at: usize, detail: u16) {
        let action = ModerationAction::ALL[usize::from(detail) % ModerationAction::ALL.len()];
        let left = self.word();
        let thing = &mut self.things[at];
        let mut redacted = None;
        match action {
            ModerationAction::Keep | ModerationAction::Reject => {}
            ModerationAction::Hide | ModerationAction::Remove => {
                thing.is_shown = false;
                thing.redacted = None;
            }
            ModerationAction::Restore => {
                thing.is_shown = true;
                thing.redacted = None;
            }
            ModerationAction::Redact => {
                thing.is_shown = true;
                thing.redacted = Some((thing.versions.len(), left.clone()));
                redacted = Some(RedactedText { title: None, body: Some(format!("Reste {left}.")) });
            }
        }
        self.history.moderate(thing.stream, thing.id, action, redacted);
    }

    fn open_ballot(&mut self, at: usize, detail: u16) {
        let kind = if detail.is_multiple_of(2) { BallotKind::Support } else { BallotKind::Opinion };
        let (stream, id) = (self.things[at].stream, self.things[at].id);
        let ballot = self.history.open_ballot(stream, id, kind, detail.is_multiple_of(5));
        self.ballots.push((ballot, at, kind == BallotKind::Support));
    }

    fn cast(&mut self, which: u16, detail: u16) {
        if self.ballots.is_empty() {
            return;
        }
        let (ballot, at, is_support) = self.ballots[usize::from(which) % self.ballots.len()];
        let thing = &self.things[at];
        let version = thing.versions.last().unwrap().0;
        let tag = VoterTag([u8::try_from(detail % 12).unwrap(); 16]);
        let said =
            if is_support { None } else { Some([Choice::For, Choice::Against][usize::from(detail % 2)]) };
        let id = self.history.cast(thing.stream, ballot, (thing.id, version), tag, said);
        let vote =
            Vote { target: version, choice: said.unwrap_or(Choice::Support), weight: 1, territory: None };
        // A second vote beside a live one, or after one that was set aside, has no effect.
        if self.votes.entry(ballot).or_default().take(tag, VoteAct::Cast(vote)).is_ok() {
            self.cast.push((ballot, at, tag, id));
        }
    }

    fn change_vote(&mut self, which: u16, detail: u16) {
        if self.cast.is_empty() {
            return;
        }
        let (ballot, at, tag, earlier) = self.cast[usize::from(which) % self.cast.len()];
        let thing = &self.things[at];
        let refs = [(RefRole::Ballot, ballot), (RefRole::Vote, earlier)];
        let stream = thing.stream;
        let act = match detail % 3 {
            0 => {
                let version = thing.versions.last().unwrap().0;
                let event = vote::Changed {
                    facts: vote::ChangedFacts { tag, weight: 3 },
                    author: not_said(),
                    choice: Part::Open(ChoiceMade { choice: Choice::Against, option: None }),
                };
                let more = [(RefRole::Subject, thing.id), (RefRole::Version, version)];
                self.history.push(stream, NATIVE, event, &[&refs[..], &more[..]].concat());
                VoteAct::Change(Vote { target: version, choice: Choice::Against, weight: 3, territory: None })
            }
            1 => {
                let facts = vote::RetractedFacts { by: RetractedBy::Voter, tag };
                self.history.push(stream, NATIVE, vote::Retracted { facts }, &refs);
                VoteAct::Retract
            }
            _ => {
                let facts = vote::InvalidatedFacts { ground: InvalidVote::Twice, tag };
                let event = vote::Invalidated { facts, explanation: not_said() };
                self.history.push(stream, NATIVE, event, &refs);
                VoteAct::Invalidate(InvalidVote::Twice)
            }
        };
        // What has no effect in the shared rules has none in the views.
        let _ = self.votes.entry(ballot).or_default().take(tag, act);
    }

    fn close(&mut self, which: u16) {
        if let Some((ballot, at, _)) = self.ballots.get(usize::from(which) % self.ballots.len().max(1)) {
            self.history.close_ballot(self.things[*at].stream, *ballot);
        }
    }

    fn respond(&mut self, at: usize, detail: u16) {
        let stream = self.things[at].stream;
        let outcome = Outcome::ALL[usize::from(detail) % Outcome::ALL.len()];
        let to = self.group(at, detail);
        let response = self.history.respond(stream, &to, outcome);
        self.responses.push((response, stream));
    }

    /// The subject, and perhaps its neighbours in the same consultation.
    fn group(&self, at: usize, detail: u16) -> Vec<IntentId> {
        let stream = self.things[at].stream;
        let neighbours = self.things.iter().skip(at).filter(|thing| thing.stream == stream);
        neighbours.take(1 + usize::from(detail % 3)).map(|thing| thing.id).collect()
    }

    fn mend(&mut self, which: u16, detail: u16) {
        if self.responses.is_empty() {
            return;
        }
        let (response, stream) = self.responses[usize::from(which) % self.responses.len()];
        if detail.is_multiple_of(2) {
            if detail.is_multiple_of(4) {
                self.history.correct(stream, response, "Mieux dit.");
            } else {
                self.history.correct_signatory(stream, response, "C. D.");
            }
            return;
        }
        let Some(at) = self.things.iter().position(|thing| thing.stream == stream) else { return };
        let to = self.group(at, detail / 2);
        let response = self.history.supersede(stream, response, &to, Outcome::Adopted);
        self.responses.push((response, stream));
    }

    fn decide(&mut self, at: usize, detail: u16) {
        let fate = AmendmentFate::ALL[usize::from(detail) % AmendmentFate::ALL.len()];
        let (stream, id) = (self.things[at].stream, self.things[at].id);
        self.history.decide_amendment(stream, id, fate);
    }

    fn gap(&mut self, detail: u16) {
        let cause = GapCause::ALL[usize::from(detail) % GapCause::ALL.len()];
        let facts = oversight::GapDeclaredFacts { cause };
        let event = oversight::GapDeclared { facts, source: not_said(), record: not_said() };
        self.history.push(2, OBSERVED, event, &[]);
    }

    fn seal(&mut self, detail: u16) {
        let event = oversight::ImportSealed {
            facts: oversight::ImportSealedFacts {
                covers: vec![Stage::Submissions, Stage::ALL[usize::from(detail) % Stage::ALL.len()]],
                format: ImportFormat::Consul,
                gaps: 0,
                observed_at: day(i64::from(detail % 9)),
                read: 1,
                refused: 0,
                skipped: 0,
                written: 1,
            },
            manifest: not_said(),
        };
        self.history.push(2, OBSERVED, event, &[]);
    }
}
