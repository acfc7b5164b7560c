//! The first sentence alone: what became of one thing in a list of many.
//!
//! `docs/design.md` (Fates) orders the ranks; [`trail`](crate::trail) has the words. Of the facts of a trail only
//! those are read that a headline of its rank speaks of, so that a page of a list costs a few reads for each row, and
//! the words are those of the whole trail all the same.

use std::sync::Arc;

use devenir_core::ledger::Position;
use devenir_core::rules::Rank;
use devenir_core::time::Timestamp;

use super::scene::{Names, Scene};
use super::{duties, inputs, open_now, read_all};
use crate::ViewError;
use crate::fate::Fate;
use crate::model::Subject;
use crate::query::{Consultation, Reading};
use crate::source::Source;
use crate::trail::HeadlineShown;

const PUBLISHED: u16 = 0x0202;
const WITHDRAWN: u16 = 0x0205;
const AMENDMENT_DECIDED: u16 = 0x0303;
const DEBATE_HELD: u16 = 0x0404;
const THRESHOLD_REACHED: u16 = 0x0602;
const MODERATION_DECIDED: u16 = 0x0702;
const APPEAL_DECIDED: u16 = 0x0704;
const RESPONSE_PUBLISHED: u16 = 0x0B04;
const RESPONSE_CORRECTED: u16 = 0x0B05;
const RESPONSE_SUPERSEDED: u16 = 0x0B06;
const GUARANTOR_OBSERVED: u16 = 0x0E04;

/// What became of a subject at an instant, in words: the headline of its trail, without the trail. `fate` is its fate
/// at `now`.
///
/// # Errors
/// [`ViewError`] where the views or the record do not read.
pub fn headline(
    reading: &Reading,
    source: &mut dyn Source,
    (subject, consultation): (&Subject, &Arc<Consultation>),
    fate: &Fate,
    now: Timestamp,
) -> Result<HeadlineShown, ViewError> {
    let facts = read_all(reading, source, spoken_of(reading, subject, fate)?)?;
    let names = Names::new(reading, Arc::clone(consultation));
    let scene = Scene { names, subject: subject.clone(), facts };
    let duties = duties(fate);
    let open = open_now(reading, subject, consultation)?;
    Ok(HeadlineShown::new(&inputs(&scene, fate, &duties, (open, now)), &scene))
}

/// The facts that the headline of a fate speaks of, in the order of the record.
pub(super) fn spoken_of(
    reading: &Reading,
    subject: &Subject,
    fate: &Fate,
) -> Result<Vec<Position>, ViewError> {
    let rank = fate.headline.rank;
    let mut positions = reading.latest_steps(subject.position, types(rank))?;
    // When it came in, where nothing was published since.
    if rank == Rank::Entry && positions.is_empty() {
        positions.push(subject.position);
    }
    Ok(positions)
}

/// The event types that a headline of a rank speaks of.
const fn types(rank: Rank) -> &'static [u16] {
    match rank {
        Rank::Decision => {
            &[AMENDMENT_DECIDED, DEBATE_HELD, RESPONSE_PUBLISHED, RESPONSE_CORRECTED, RESPONSE_SUPERSEDED]
        }
        Rank::Withdrawal => &[WITHDRAWN, DEBATE_HELD],
        Rank::Overdue | Rank::Awaiting | Rank::Silence => &[DEBATE_HELD, GUARANTOR_OBSERVED],
        Rank::Threshold => &[THRESHOLD_REACHED, DEBATE_HELD, GUARANTOR_OBSERVED],
        Rank::Review => &[RESPONSE_PUBLISHED],
        Rank::Entry => &[PUBLISHED],
        Rank::Visibility | Rank::Admissibility => &[MODERATION_DECIDED, APPEAL_DECIDED],
        // No fact of the vocabulary tells of these yet.
        Rank::Delivery | Rank::Linkage => &[],
    }
}

#[cfg(test)]
mod tests {
    use devenir_core::event::event_type;
    use devenir_core::rules::Locale;
    use proptest::prelude::*;

    use super::*;
    use crate::query::By;
    use crate::tell::Tale;
    use crate::testing::random::{World, draws};
    use crate::testing::{Folded, day};
    use crate::trail::TrailOrder;

    #[test]
    fn each_type_is_the_one_that_its_name_says() {
        let named = |code: u16| event_type(code).map(|known| known.name);
        for (code, name) in [
            (PUBLISHED, "contribution-published"),
            (WITHDRAWN, "contribution-withdrawn"),
            (AMENDMENT_DECIDED, "amendment-decided"),
            (DEBATE_HELD, "debate-held"),
            (THRESHOLD_REACHED, "threshold-reached"),
            (MODERATION_DECIDED, "moderation-decided"),
            (APPEAL_DECIDED, "appeal-decided"),
            (RESPONSE_PUBLISHED, "response-published"),
            (RESPONSE_CORRECTED, "response-corrected"),
            (RESPONSE_SUPERSEDED, "response-superseded"),
            (GUARANTOR_OBSERVED, "guarantor-observed"),
        ] {
            assert_eq!(named(code), Some(name), "{code:#06x}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn the_sentence_of_a_list_is_the_headline_of_the_page(draws in draws(60), days in 0_i64..200) {
            let history = World::of(&draws).history;
            let read = Folded::of(&history.events).read();
            let now = day(days);
            for event in &history.events {
                let Some(subject) = read.subject(event.position).unwrap() else { continue };
                let consultation = read.consultation(By::Position(subject.consultation)).unwrap().unwrap();
                let consultation = Arc::new(consultation);
                let fate = read.fate(&subject, &consultation, now).unwrap();
                let mut source = history.events.as_slice();
                let listed = headline(&read, &mut source, (&subject, &consultation), &fate, now).unwrap();
                let tale = Tale::of(&read, &mut source, subject, now).unwrap();
                for locale in [Locale::Fr, Locale::En] {
                    let page = tale.tell(TrailOrder::Story, locale, true);
                    prop_assert_eq!(listed.sentence(locale), page.headline);
                    prop_assert_eq!(listed.beside(locale), page.beside);
                }
            }
        }
    }
}
