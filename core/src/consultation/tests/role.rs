//! Roles: given, taken back, and never to oneself alone.

use crate::consultation::{Book as _, GrantStanding, Invariant};
use crate::envelope::instance_stream;
use crate::event::Part;
use crate::event::code::{Assurance, GrantScope};
use crate::id::{CredentialId, HolderId, IntentId};
use crate::rules::{Norm, Role};
use crate::testing::{Drafting, START, World, given, sample};

/// The administrator's first credential is granted.
fn opened(world: &mut World) {
    let instance = instance_stream(world.record.log());
    let first = vec![sample::first_grant().draft()];
    world.record.write(instance, world.trust, first).expect("the first grant");
}

/// A moderator, number 1.
fn moderator(world: &mut World) -> IntentId {
    opened(world);
    world.happens(sample::grant(1, Role::Moderator))
}

fn standing(world: &World, n: u8) -> GrantStanding {
    world.record.book().grant(sample::credential(n)).expect("a grant").standing
}

#[test]
fn a_role_is_granted_by_a_credential_in_force() {
    given(opened)
        .when(|_, ()| sample::grant(1, Role::Moderator))
        .then_recorded()
        .and(|world, (), _| assert_eq!(standing(world, 1), GrantStanding::Stands));
    given(moderator)
        .when(|_, _| {
            sample::grant(2, Role::Moderator)
                .with(|event| event.facts.granted_by = Some(sample::credential(1)))
        })
        .then_refused(&[Norm::CredentialStands]);
    given(|_| ())
        .when(|_, ()| sample::grant(1, Role::Moderator))
        .then_impossible(&Invariant::NoCredential(CredentialId::FIRST));
}

#[test]
fn only_an_administrator_grants_and_revokes() {
    given(opened)
        .when(|_, ()| sample::grant(1, Role::Moderator).draft().by(Role::Moderator))
        .then_refused(&[Norm::ActorMay, Norm::CredentialStands]);
}

#[test]
fn the_first_credential_is_the_administrators_and_is_granted_once() {
    given(opened)
        .when(|_, ()| sample::first_grant().with(|event| event.facts.scope = GrantScope::Consultation))
        .then_impossible(&Invariant::Granted(CredentialId::FIRST));
    given(|_| ())
        .when(|_, ()| sample::grant(0, Role::Moderator).with(|event| event.facts.granted_by = None))
        .then_impossible(&Invariant::BadGrant("the first credential of a ledger is its administrator's"));
    given(opened)
        .when(|_, ()| sample::grant(1, Role::Moderator).with(|event| event.facts.granted_by = None))
        .then_impossible(&Invariant::BadGrant(
            "only the administrator's first credential, whose id is zero, is granted by nobody",
        ));
}

#[test]
fn a_role_granted_to_oneself_waits_for_another_person() {
    let own = |world: &mut World| {
        opened(world);
        world.happens(sample::grant(2, Role::Authority));
        world.happens(sample::grant(3, Role::Moderator).with(|event| event.facts.holder = HolderId([0; 16])))
    };
    given(own)
        .when(|_, grant| sample::countersignature(0).act(*grant).by(Role::Administrator))
        .then_refused(&[Norm::AnotherHand]);
    given(own)
        .when(|world, grant| {
            assert_eq!(standing(world, 3), GrantStanding::Pending);
            assert!(!world.record.book().act(*grant).unwrap().stands);
            sample::countersignature(2).act(*grant)
        })
        .then_recorded()
        .and(|world, grant, _| {
            assert_eq!(standing(world, 3), GrantStanding::Stands);
            assert_eq!(world.record.book().pending(*grant), None);
            assert!(world.record.book().act(*grant).unwrap().stands);
        });
}

#[test]
fn nothing_is_countersigned_that_needs_no_second_hand_or_has_it() {
    given(moderator)
        .when(|_, grant| sample::countersignature(0).act(*grant).by(Role::Administrator))
        .then_impossible(&Invariant::NotPending);
}

#[test]
fn a_role_taken_back_counts_no_more() {
    given(|world| {
        let grant = moderator(world);
        world.happens(sample::revocation(1).act(grant));
        grant
    })
    .when(|world, grant| {
        assert_eq!(standing(world, 1), GrantStanding::Revoked);
        sample::revocation(1).act(*grant)
    })
    .then_impossible(&Invariant::Already("role was taken back"));
}

#[test]
fn a_credential_that_was_revoked_while_it_waited_is_not_brought_back() {
    given(|world| {
        opened(world);
        world.happens(sample::grant(2, Role::Authority));
        let own = sample::grant(3, Role::Moderator).with(|event| event.facts.holder = HolderId([0; 16]));
        let grant = world.happens(own);
        world.happens(sample::revocation(3).act(grant));
        grant
    })
    .when(|_, grant| sample::countersignature(2).act(*grant))
    .then_impossible(&Invariant::NotPending);
}

#[test]
fn an_administrator_does_not_take_back_their_own_role() {
    given(|world| {
        opened(world);
        world.stream = instance_stream(world.record.log());
        world.record.book().grant(CredentialId::FIRST).unwrap().id
    })
    .when(|_, first| sample::revocation(0).act(*first))
    .then_refused(&[Norm::AnotherHand]);
}

#[test]
fn a_role_has_its_time_and_its_reach() {
    given(|world| {
        opened(world);
        let until = world.record.now().plus_days(1);
        world.happens(sample::grant(2, Role::Authority).with(|event| event.facts.until = Some(until)));
        let own = sample::grant(3, Role::Moderator).with(|event| event.facts.holder = HolderId([0; 16]));
        let grant = world.happens(own);
        world.record.pass_days(1);
        grant
    })
    .when(|_, grant| sample::countersignature(2).act(*grant))
    .then_refused(&[Norm::CredentialStands]);
    let end = Invariant::BadGrant("a role ends after it begins");
    given(opened)
        .when(|_, ()| {
            sample::grant(1, Role::Moderator).with(|event| {
                event.facts.from = Some(START);
                event.facts.until = Some(START);
            })
        })
        .then_impossible(&end);
}

#[test]
fn a_platform_alone_says_how_sure_it_is_of_its_people() {
    let why = "a platform, and nobody else, says how sure it is of the people it speaks for";
    given(opened)
        .when(|_, ()| sample::grant(1, Role::Platform).with(|event| event.facts.assurance = None))
        .then_impossible(&Invariant::BadGrant(why));
    given(opened)
        .when(|_, ()| {
            sample::grant(1, Role::Moderator).with(|event| event.facts.assurance = Some(Assurance::High))
        })
        .then_impossible(&Invariant::BadGrant(why));
}

#[test]
fn nobody_is_made_a_participant_or_the_clerk() {
    for (role, why) in [
        (Role::Citizen, "participants act through a platform; no credential makes one"),
        (Role::Clerk, "the clerk is the software itself; no credential makes one"),
    ] {
        let refused = given(opened).when(|_, ()| sample::grant(1, role));
        refused.then_impossible(&Invariant::BadGrant(why));
    }
}

#[test]
fn a_source_gives_no_role_on_this_record() {
    given(opened)
        .when_observed(|_, ()| sample::grant(1, Role::Moderator))
        .then_impossible(&Invariant::NotFromASource);
}

#[test]
fn a_grant_needs_no_mandate_and_no_name_to_count() {
    given(opened)
        .when(|_, ()| {
            sample::grant(1, Role::Guarantor).with(|event| {
                event.holder = Part::Absent(crate::event::Absence::NotInSource);
                event.mandate = Part::Absent(crate::event::Absence::NotInSource);
            })
        })
        .then_recorded();
}

#[test]
fn the_heads_are_the_clerks_alone_and_stand_in_no_consultation() {
    given(opened).when(|_, ()| sample::heads()).then_impossible(&Invariant::NotOfAConsultation);
    given(opened).when_observed(|_, ()| sample::heads()).then_impossible(&Invariant::NotFromASource);
}
