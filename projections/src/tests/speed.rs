//! How fast views are built, on the mix of the budget: 60 % votes, 10 % submissions, 30 % other.
//!
//! Run with `cargo test -p devenir-projections --release -- --ignored --nocapture speed`.

use std::time::Instant;

use devenir_core::envelope::Recorded;
use devenir_core::event::code::{BallotKind, RulesOrigin, Side};
use devenir_core::id::VoterTag;
use devenir_core::ledger::{TreeSize, sha256};

use crate::testing::{Folded, History, stream, words};

/// Words of about 700 characters, each text with some of its own.
fn text(seed: u32) -> String {
    const WORDS: [&str; 24] = [
        "piste",
        "cyclable",
        "école",
        "trottoir",
        "carrefour",
        "stationnement",
        "gare",
        "quai",
        "lumière",
        "sécurité",
        "enfants",
        "avenue",
        "marquage",
        "vitesse",
        "arceaux",
        "halage",
        "pont",
        "budget",
        "travaux",
        "riverains",
        "commerces",
        "livraison",
        "bus",
        "ombrage",
    ];
    let mut state = seed;
    let mut text = format!("n{seed} ");
    while text.len() < 700 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push_str(WORDS[(state >> 16) as usize % WORDS.len()]);
        text.push(' ');
    }
    text
}

fn tag(number: u32) -> VoterTag {
    let digest = *sha256(&number.to_be_bytes()).as_bytes();
    let mut tag = [0; 16];
    tag.copy_from_slice(&digest[..16]);
    VoterTag(tag)
}

/// The budget's mix. Revisions are not cheap to count, so `History` is built once for all runs.
fn mix(events: u32) -> Vec<Recorded> {
    let mut history = History::new();
    mix_into(&mut history, events);
    history.events
}

fn mix_into(history: &mut History, events: u32) {
    history.register(1, "velo", RulesOrigin::Native);
    let first = history.submit(1, 1, words("Titre", &text(0)));
    let mut ballots = vec![(history.open_ballot(1, first, BallotKind::Support, false), first)];
    let mut number = 1;
    for at in 0..events {
        match at % 20 {
            0..=11 => {
                let (ballot, on) = ballots[(at as usize * 7919) % ballots.len()];
                history.cast(1, ballot, (on, on), tag(at), None);
            }
            12 | 13 => {
                number += 1;
                let id = history.submit(1, number, words(&format!("Idée {number}"), &text(number)));
                ballots.push((id, id));
            }
            14 | 15 => {
                let (ballot, on) = ballots.last_mut().unwrap();
                *ballot = history.open_ballot(1, *on, BallotKind::Support, false);
            }
            16 => drop(history.publish(1, ballots[at as usize % ballots.len()].1)),
            17 => drop(history.observe(1, ballots[at as usize % ballots.len()].1, u64::from(at))),
            18 => {
                let on = ballots[at as usize % ballots.len()].1;
                history.argue(1, on, Side::For, words("Pour", "parce que c'est utile à tout le quartier"));
            }
            _ => drop(history.reach_threshold(1, ballots[at as usize % ballots.len()].1)),
        }
    }
}

#[test]
#[ignore = "a measurement, not a check"]
fn rebuild_at_speed() {
    let events = mix(200_000);
    let began = Instant::now();
    let folded = Folded::of(&events);
    let took = began.elapsed();
    let size = std::fs::metadata(folded.dir.path().join(crate::views::FILE)).unwrap().len();
    println!(
        "{} events in {:.2} s: {:.0} events/s, {} MiB",
        events.len(),
        took.as_secs_f64(),
        events.len() as f64 / took.as_secs_f64(),
        size >> 20
    );
}

#[test]
#[ignore = "a measurement, not a check"]
fn earlier_states_at_speed() {
    let mut history = History::new();
    history.register(2, "court", RulesOrigin::Native);
    history.submit(2, 1, words("Titre", "texte"));
    mix_into(&mut history, 250_000);
    history.submit(2, 2, words("Titre", "texte"));
    let read = Folded::of(&history.events).read();
    let whole = TreeSize::new(history.events.len() as u64);
    for (number, size) in [(2, whole), (1, TreeSize::new(100_000)), (1, TreeSize::new(200_000))] {
        let began = Instant::now();
        let asked = stream(number);
        let _past = crate::history::history(&mut history.events.as_slice(), asked, size, &read).unwrap();
        println!(
            "{} events of a record of {}: {:.3} s",
            crate::history::events_by(&read, asked, size).unwrap(),
            history.events.len(),
            began.elapsed().as_secs_f64()
        );
    }
}
