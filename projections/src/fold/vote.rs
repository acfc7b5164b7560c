//! The vote family: ballots, votes counted one by one, votes on paper, counters reported by others.
//!
//! How the vote of a tag stands is computed by [`rules::tally`](devenir_core::rules::tally); this file keeps the
//! standings and writes the counts once a batch. Counted, counted by hand and reported are three tables that
//! nothing adds together.

use std::collections::{BTreeMap, BTreeSet};

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{BallotKind, Choice, InvalidVote, RulesOrigin};
use devenir_core::event::part::ChoiceMade;
use devenir_core::event::vote::{BallotOpened, Cast, Changed, Count, VoteEvent};
use devenir_core::event::{Part, RefRole};
use devenir_core::id::VoterTag;
use devenir_core::rules::tally::{Standing, Vote, VoteAct};
use rusqlite::params;

use super::cache::Ballot;
use super::{Done, Fold, instant, json};
use crate::row::{code, code_at};
use crate::views::key;

/// What a vote says: the choice's place in its vocabulary, and the option; -1 where it is not known.
type Says = (i64, i64);
type Stand = Standing<i64, Says, InvalidVote>;
type Act = VoteAct<i64, Says, InvalidVote>;

/// Target, ballot, version, choice, option.
type TallyRow = (i64, i64, i64, i64, i64);
/// Votes, and what they weigh together.
type Sum = (i64, i64);

/// What was counted in a batch and is not written yet.
#[derive(Debug, Default)]
pub(super) struct Counted {
    live: BTreeMap<TallyRow, Sum>,
    /// The same by territory, where the ballot counts so.
    by_territory: BTreeMap<(TallyRow, u32), Sum>,
    /// (target, ballot, ground) -> votes set aside.
    excluded: BTreeMap<(i64, i64, InvalidVote), i64>,
    /// Subjects whose support may have changed.
    touched: BTreeSet<i64>,
    /// (consultation, thing) -> how many more.
    figures: BTreeMap<(i64, &'static str), i64>,
}

/// The vote of one tag: in which ballot, on what.
struct Voice {
    ballot: i64,
    target: i64,
    tag: VoterTag,
}

impl Fold<'_> {
    pub(super) fn vote(&mut self, it: &Recorded, event: &VoteEvent) -> Done {
        match event {
            VoteEvent::BallotOpened(event) => return self.ballot_opened(it, event),
            VoteEvent::Observed(event) => return self.votes_observed(it, &event.facts.counts),
            VoteEvent::Cast(_)
            | VoteEvent::Changed(_)
            | VoteEvent::Retracted(_)
            | VoteEvent::Invalidated(_)
            | VoteEvent::PaperAdded(_)
            | VoteEvent::BallotClosed(_) => {}
        }
        let Some(position) = self.find_one(it, RefRole::Ballot)? else { return Ok(()) };
        let Some(ballot) = self.ballot(position)? else { return Ok(()) };
        match event {
            VoteEvent::BallotOpened(_) | VoteEvent::Observed(_) => Ok(()),
            VoteEvent::Cast(Cast { facts, choice, author: _ }) => {
                let target = self.target(it, position, ballot)?;
                let vote = self.vote_of(it, ballot, facts.weight, choice)?;
                // A territory that the ballot does not count is counted nowhere.
                let territory = facts.territory.filter(|_| ballot.per_territory);
                let vote = Vote { territory, ..vote };
                self.take(Voice { ballot: position, target, tag: facts.tag }, VoteAct::Cast(vote))
            }
            VoteEvent::Changed(Changed { facts, choice, author: _ }) => {
                let voice = self.voice(it, (position, ballot), facts.tag)?;
                let vote = self.vote_of(it, ballot, facts.weight, choice)?;
                self.take(voice, VoteAct::Change(vote))
            }
            VoteEvent::Retracted(event) => {
                let voice = self.voice(it, (position, ballot), event.facts.tag)?;
                self.take(voice, VoteAct::Retract)
            }
            VoteEvent::Invalidated(event) => {
                let voice = self.voice(it, (position, ballot), event.facts.tag)?;
                self.take(voice, VoteAct::Invalidate(event.facts.ground))
            }
            VoteEvent::PaperAdded(event) => self.paper_added(it, (position, ballot), &event.facts.counts),
            VoteEvent::BallotClosed(_) => self.ballot_closed(it, (position, ballot)),
        }
    }

    fn ballot_opened(&mut self, it: &Recorded, event: &BallotOpened) -> Done {
        let Some(consultation) = self.consultation_of(it.stream)? else { return Ok(()) };
        let subject = self.find_one(it, RefRole::Subject)?;
        let BallotOpened { facts, definition } = event;
        self.run(
            "INSERT INTO ballot VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, NULL, ?10)",
            params![
                key(it.position),
                consultation,
                subject,
                facts.kind.as_str(),
                facts.choices_withheld,
                facts.votes_per_person,
                definition.open().map(json).transpose()?,
                it.trust.as_str(),
                instant(it).0,
                facts.per_territory
            ],
        )?;
        self.step(subject.unwrap_or(consultation), it)
    }

    fn ballot_closed(&mut self, it: &Recorded, (position, ballot): (i64, Ballot)) -> Done {
        self.run(
            "UPDATE ballot SET closed = ?2, closed_at = ?3 WHERE position = ?1",
            params![position, key(it.position), instant(it).0],
        )?;
        // What a ballot withheld while it was open counts from now on.
        self.counted.touched.extend(ballot.subject);
        self.step(ballot.subject.unwrap_or(ballot.consultation), it)
    }

    fn votes_observed(&mut self, it: &Recorded, counts: &[Count]) -> Done {
        let Some(subject) = self.find_one(it, RefRole::Subject)? else { return Ok(()) };
        let stated = self.find_one(it, RefRole::Version)?;
        // A counter belongs to the version that was current when it was observed.
        self.run(
            "INSERT INTO counter SELECT position, ?2, coalesce(?3, version), ?4, ?5, ?6, ?7 FROM subject WHERE position = ?1",
            params![
                subject,
                key(it.position),
                stated,
                it.recorded_at.0,
                it.occurred.at().map(|at| at.0),
                it.occurred.precision().as_str(),
                json(&counts)?
            ],
        )?;
        self.counted.touched.insert(subject);
        self.step(subject, it)
    }

    fn paper_added(&mut self, it: &Recorded, (position, ballot): (i64, Ballot), counts: &[Count]) -> Done {
        let target = self.target(it, position, ballot)?;
        let version = self.find_one(it, RefRole::Version)?.unwrap_or(-1);
        for count in counts {
            let (choice, option) = says(count.choice, count.option);
            self.run(
                "INSERT INTO paper VALUES (?1, ?2, ?3, ?4, ?5, ?7, ?6) \
                 ON CONFLICT DO UPDATE SET count = count + excluded.count",
                params![
                    target,
                    position,
                    version,
                    choice,
                    option,
                    signed(count.count),
                    count.territory.map_or(-1, i64::from)
                ],
            )?;
        }
        self.step(if target == position { ballot.consultation } else { target }, it)
    }

    fn ballot(&mut self, position: i64) -> Done<Option<Ballot>> {
        if let Some(ballot) = self.cache.ballot(position) {
            return Ok(Some(ballot));
        }
        let sql = "SELECT kind, subject, consultation, per_territory FROM ballot WHERE position = ?1";
        let found = self.ask(sql, [position], |row| {
            Ok(Ballot {
                kind: code(row, 0)?,
                subject: row.get(1)?,
                consultation: row.get(2)?,
                per_territory: row.get(3)?,
            })
        })?;
        if let Some(ballot) = found {
            self.cache.keep_ballot(position, ballot);
        }
        Ok(found)
    }

    /// What a vote is on: the subject that it names, else the ballot's own, else the ballot.
    fn target(&mut self, it: &Recorded, position: i64, ballot: Ballot) -> Done<i64> {
        Ok(self.find_one(it, RefRole::Subject)?.or(ballot.subject).unwrap_or(position))
    }

    /// The vote that a later act of the same tag is about.
    fn voice(&mut self, it: &Recorded, (position, ballot): (i64, Ballot), tag: VoterTag) -> Done<Voice> {
        let named = self.find_one(it, RefRole::Subject)?;
        let sql = "SELECT target FROM vote WHERE ballot = ?1 AND tag = ?2 LIMIT 1";
        let target = match named {
            Some(target) => target,
            None => self
                .ask(sql, params![position, tag.0], |row| row.get(0))?
                .unwrap_or(ballot.subject.unwrap_or(position)),
        };
        Ok(Voice { ballot: position, target, tag })
    }

    /// What a vote says. In a support ballot the reference is the choice; elsewhere, a choice that is gone is
    /// counted as one that is not known.
    fn vote_of(
        &mut self,
        it: &Recorded,
        ballot: Ballot,
        weight: u32,
        choice: &Part<ChoiceMade>,
    ) -> Done<Vote<i64, Says>> {
        let choice = match (choice.open(), ballot.kind) {
            (Some(made), _) => says(made.choice, made.option),
            (None, BallotKind::Support) => says(Choice::Support, None),
            (None, BallotKind::Opinion | BallotKind::Options) => (-1, -1),
        };
        let target = self.find_one(it, RefRole::Version)?.unwrap_or(-1);
        Ok(Vote { target, choice, weight, territory: None })
    }

    /// Takes in an act on the vote of one tag; one without effect changes nothing.
    fn take(&mut self, voice: Voice, act: Act) -> Done {
        let before = self.standing(&voice)?;
        let Ok(after) = Stand::after(before.as_ref(), act) else { return Ok(()) };
        if let Some(before) = &before {
            self.counted.add(&voice, before, -1);
        }
        self.counted.add(&voice, &after, 1);
        self.keep_standing(&voice, &after)
    }

    fn standing(&self, voice: &Voice) -> Done<Option<Stand>> {
        let sql = "SELECT standing, ground, version, choice, option, weight, territory FROM vote \
                   WHERE ballot = ?1 AND tag = ?2 AND target = ?3";
        self.ask(sql, params![voice.ballot, voice.tag.0, voice.target], |row| {
            Ok(match row.get::<_, i64>(0)? {
                0 => Standing::Live(Vote {
                    target: row.get(2)?,
                    choice: (row.get(3)?, row.get(4)?),
                    weight: row.get(5)?,
                    territory: row.get(6)?,
                }),
                1 => Standing::Retracted,
                _ => Standing::Excluded(code_at(InvalidVote::ALL, row.get(1)?)?),
            })
        })
    }

    fn keep_standing(&mut self, voice: &Voice, standing: &Stand) -> Done {
        let nothing = (-1, (-1, -1), 0, None);
        let (number, ground, (version, (choice, option), weight, territory)) = match standing {
            Standing::Live(vote) => (0, None, (vote.target, vote.choice, vote.weight, vote.territory)),
            Standing::Retracted => (1, None, nothing),
            Standing::Excluded(ground) => (2, Some(place_of(InvalidVote::ALL, ground)), nothing),
        };
        let Voice { ballot, target, tag } = voice;
        self.run(
            "INSERT OR REPLACE INTO vote VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![ballot, tag.0, target, number, ground, version, choice, option, weight, territory],
        )
    }

    /// Writes what was counted in the batch.
    pub(super) fn write_counts(&mut self) -> Done {
        let counted = std::mem::take(&mut self.counted);
        for ((target, ballot, version, choice, option), (votes, weight)) in &counted.live {
            self.run(
                "INSERT INTO tally VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
                 ON CONFLICT DO UPDATE SET votes = votes + excluded.votes, weight = weight + excluded.weight",
                params![target, ballot, version, choice, option, votes, weight],
            )?;
            if *votes <= 0 {
                self.run("DELETE FROM tally WHERE target = ?1 AND votes = 0 AND weight = 0", [target])?;
            }
        }
        for (((target, ballot, version, choice, option), territory), (votes, weight)) in &counted.by_territory
        {
            self.run(
                "INSERT INTO tally_by_territory VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
                 ON CONFLICT DO UPDATE SET votes = votes + excluded.votes, weight = weight + excluded.weight",
                params![target, ballot, version, territory, choice, option, votes, weight],
            )?;
            if *votes <= 0 {
                let sql = "DELETE FROM tally_by_territory WHERE target = ?1 AND votes = 0 AND weight = 0";
                self.run(sql, [target])?;
            }
        }
        for ((target, ballot, ground), votes) in &counted.excluded {
            self.run(
                "INSERT INTO set_aside VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT DO UPDATE SET votes = votes + excluded.votes",
                params![target, ballot, ground.as_str(), votes],
            )?;
        }
        for ((consultation, thing), count) in &counted.figures {
            self.run(
                "INSERT INTO figure VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO UPDATE SET count = count + excluded.count",
                params![consultation, thing, count],
            )?;
        }
        for subject in &counted.touched {
            self.write_support(*subject)?;
        }
        Ok(())
    }

    /// Notes how much support a subject has: counted here, or in an observed consultation last reported. A
    /// ballot that withholds its choices supports nothing while it is open.
    fn write_support(&self, subject: i64) -> Done {
        let [support, favour] = [Choice::Support, Choice::For].map(|choice| place_of(Choice::ALL, &choice));
        self.run(
            "UPDATE subject SET support = CASE \
               WHEN (SELECT origin FROM consultation c WHERE c.position = subject.consultation) = ?2 THEN \
                 coalesce((SELECT sum(json_extract(value, '$.count')) FROM json_each( \
                   (SELECT counts FROM counter WHERE counter.subject = ?1 ORDER BY position DESC LIMIT 1)) \
                   WHERE json_extract(value, '$.choice') IN (?5, ?6)), 0) \
               ELSE \
                 coalesce((SELECT sum(weight) FROM tally JOIN ballot b ON b.position = tally.ballot \
                   WHERE target = ?1 AND choice IN (?3, ?4) AND (NOT b.withheld OR b.closed IS NOT NULL)), 0) \
             END WHERE position = ?1",
            params![
                subject,
                RulesOrigin::Observed.as_str(),
                support,
                favour,
                Choice::Support.as_str(),
                Choice::For.as_str()
            ],
        )
    }
}

impl Counted {
    /// One more of something in a consultation.
    pub(super) fn one_more(&mut self, consultation: i64, thing: &'static str) {
        *self.figures.entry((consultation, thing)).or_default() += 1;
    }

    /// Adds the vote of one tag as it stands, or takes it away.
    fn add(&mut self, voice: &Voice, standing: &Stand, sign: i64) {
        match standing {
            Standing::Live(vote) => {
                let (choice, option) = vote.choice;
                let row = (voice.target, voice.ballot, vote.target, choice, option);
                let (votes, weight) = self.live.entry(row).or_default();
                *votes += sign;
                *weight += sign * i64::from(vote.weight);
                if let Some(territory) = vote.territory {
                    let (votes, weight) = self.by_territory.entry((row, territory)).or_default();
                    *votes += sign;
                    *weight += sign * i64::from(vote.weight);
                }
                self.touched.insert(voice.target);
            }
            Standing::Retracted => {}
            Standing::Excluded(ground) => {
                *self.excluded.entry((voice.target, voice.ballot, *ground)).or_default() += sign;
            }
        }
    }
}

fn says(choice: Choice, option: Option<u16>) -> Says {
    (place_of(Choice::ALL, &choice), option.map_or(-1, i64::from))
}

/// The place of a value in its vocabulary, which only grows at its end.
fn place_of<T: PartialEq>(all: &[T], value: &T) -> i64 {
    all.iter().position(|other| other == value).and_then(|place| i64::try_from(place).ok()).unwrap_or(-1)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
