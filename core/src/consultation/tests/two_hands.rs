//! What takes two hands, as the deciders apply it: every act, its first hand, whose hand counts as the second, what waits.
//!
//! The snapshot is the table, to be read. One person holds the two credentials that act first; each other hand is tried on a
//! copy of the same world, so that a row says what the deciders accept and not what somebody wrote down.

use crate::consultation::{Book as _, GrantStanding};
use crate::envelope::{Draft, instance_stream};
use crate::event::RefRole;
use crate::event::code::{ErasureScope, GrantScope, Trust};
use crate::id::{CredentialId, HolderId, IntentId};
use crate::rules::{Act, Role, TwoHands};
use crate::testing::{Drafting, World, sample};

/// The person who acts first, by an administrator's credential (5) and a key of an authority (the key number 1).
const FIRST: HolderId = HolderId([5; 16]);

/// A consultation, that person, and others: an administrator (0), an authority (7), a moderator (8).
fn town() -> World {
    let mut world = World::native();
    let instance = instance_stream(world.record.log());
    let administrator =
        sample::grant(5, Role::Administrator).with(|it| it.facts.scope = GrantScope::Instance);
    for grant in [sample::first_grant().draft(), administrator.draft()] {
        world.record.write(instance, Trust::Native, vec![grant]).expect("an administrator");
    }
    let (key, credential) = sample::key(1);
    world.happens(sample::grant(1, Role::Authority).with(|it| {
        (it.facts.key, it.facts.credential, it.facts.holder) = (Some(key), credential, FIRST);
    }));
    world.happens(sample::grant(7, Role::Authority));
    world.happens(sample::grant(8, Role::Moderator));
    world
}

/// The first hand of each, who that is in words, and what waits for the second.
fn begun(world: &mut World, what: TwoHands) -> (IntentId, &'static str, &'static str) {
    match what {
        TwoHands::GrantToOneself => {
            let grant = sample::grant(9, Role::Authority).with(|it| {
                (it.facts.granted_by, it.facts.holder) = (Some(CredentialId([5; 16])), FIRST);
            });
            (world.happens(grant), "who grants", "the role")
        }
        TwoHands::UnaskedErasure => {
            let idea = world.contribution();
            let decision = sample::unasked_erasure(5, ErasureScope::Content).naming(RefRole::Target, idea);
            (world.happens(decision.by(Role::Administrator)), "who decides", "the erasure")
        }
        TwoHands::Takedown => {
            let text = world.happens(sample::reference_text());
            let takedown = sample::takedown(5, 1).naming(RefRole::Target, text).by(Role::Administrator);
            (world.happens(takedown), "who decides", "the deletion")
        }
        TwoHands::KeyReplacement => {
            let introduction = sample::introduction(sample::key(1).1, 2).by(Role::Authority);
            (world.happens(introduction), "the key before", "the new key")
        }
    }
}

/// Whether what waits may happen now.
fn counts(world: &World, what: TwoHands, act: IntentId) -> bool {
    let may = |draft: Draft| world.clone().record.write(world.stream, Trust::Native, vec![draft]).is_ok();
    let stands = |credential| {
        world.record.book().grant(credential).is_some_and(|it| it.standing == GrantStanding::Stands)
    };
    match what {
        TwoHands::GrantToOneself => stands(CredentialId([9; 16])),
        TwoHands::UnaskedErasure => {
            let event = world.record.event(act);
            let idea = event.refs.one(RefRole::Target).expect("what it decides on");
            may(sample::erased(1, ErasureScope::Content).act(act).naming(RefRole::Target, idea))
        }
        TwoHands::Takedown => may(sample::erasure_completion().act(act)),
        TwoHands::KeyReplacement => stands(sample::key(2).1),
    }
}

#[test]
fn every_act_its_first_hand_whose_is_the_second_and_what_waits() {
    let hands: [(&str, Draft); 6] = [
        ("same", sample::countersignature(5).by(Role::Administrator)),
        ("same, other credential", sample::acceptance(1).by(Role::Authority)),
        ("another administrator", sample::countersignature(0).by(Role::Administrator)),
        ("another authority", sample::countersignature(7).by(Role::Authority)),
        ("another moderator", sample::countersignature(8).by(Role::Moderator)),
        ("the new key", sample::acceptance(2).by(Role::Authority)),
    ];
    let mut table = String::new();
    for what in TwoHands::ALL {
        let mut world = town();
        let (act, first, waits) = begun(&mut world, *what);
        assert!(!counts(&world, *what, act), "{what} counts before its second hand");
        let mut seconds = Vec::new();
        for (name, hand) in &hands {
            let mut world = world.clone();
            let tried = world.record.write(world.stream, Trust::Native, vec![hand.clone().act(act)]);
            assert_eq!(counts(&world, *what, act), tried.is_ok(), "{what} and the hand of {name}");
            seconds.extend(tried.is_ok().then_some(*name));
        }
        let roles: Vec<&str> = what.second_roles().iter().map(|role| role.as_str()).collect();
        table.push_str(&format!(
            "{}: {what}\n  first hand:  {first}\n  second hand: {} ({})\n  of those tried, counts: {}\n  waits:       {waits}\n",
            what.act(),
            what.second(),
            roles.join(", "),
            seconds.join("; "),
        ));
    }
    let alone = Act::ALL.iter().filter(|act| TwoHands::ALL.iter().all(|what| what.act() != **act));
    table.push_str("one hand is enough, always:\n");
    alone.for_each(|act| table.push_str(&format!("  {act}\n")));
    insta::assert_snapshot!(table);
}
