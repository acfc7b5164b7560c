//! Keys: named by the one before, accepted by themselves, and never by the way.

use crate::consultation::{Book as _, GrantStanding, Invariant};
use crate::envelope::{Draft, instance_stream};
use crate::event::code::{KeyPurpose, Trust};
use crate::id::{CredentialId, IntentId};
use crate::rules::{Norm, Role};
use crate::testing::{Drafting, Record, Refused, World, given, sample};

/// An authority that signs with the key number 1.
fn signing(world: &mut World) {
    let instance = instance_stream(world.record.log());
    let first = vec![sample::first_grant().draft()];
    world.record.write(instance, world.trust, first).expect("the first grant");
    let (key, credential) = sample::key(1);
    world.happens(sample::grant(1, Role::Authority).with(|event| {
        event.facts.key = Some(key);
        event.facts.credential = credential;
    }));
}

/// Its key names the key number `n`.
fn names(n: u8) -> Draft {
    sample::introduction(sample::key(1).1, n).by(Role::Authority)
}

/// The key number 2 accepts.
fn accepts(introduction: IntentId) -> Draft {
    sample::acceptance(2).act(introduction).by(Role::Authority)
}

fn introduced(world: &mut World) -> IntentId {
    signing(world);
    world.happens(names(2))
}

fn standing(world: &World, n: u8) -> GrantStanding {
    world.record.book().grant(sample::key(n).1).expect("a key with a role").standing
}

#[test]
fn a_key_that_is_named_waits_and_the_one_before_it_stands() {
    given(signing).when(|_, ()| names(2)).then_recorded().and(|world, (), _| {
        assert_eq!((standing(world, 1), standing(world, 2)), (GrantStanding::Stands, GrantStanding::Pending));
    });
}

#[test]
fn a_key_that_accepts_has_the_role_of_the_one_that_it_replaces() {
    given(introduced).when(|_, id| accepts(*id)).then_recorded().and(|world, _, _| {
        let [old, new] =
            [1, 2].map(|n| world.record.book().grant(sample::key(n).1).expect("a key with a role"));
        assert_eq!((old.standing, new.standing), (GrantStanding::Replaced, GrantStanding::Stands));
        assert_eq!((new.role, new.holder, new.scope), (old.role, old.holder, old.scope));
    });
}

#[test]
fn nobody_accepts_for_a_key() {
    given(introduced)
        .when(|_, id| sample::acceptance(1).act(*id).by(Role::Authority))
        .then_impossible(&Invariant::BadGrant("a key is accepted by itself, and by nobody else"));
}

#[test]
fn of_two_keys_that_were_named_the_first_to_accept_takes_over() {
    given(|world| {
        let second = introduced(world);
        let third = world.happens(names(3));
        world.happens(accepts(second));
        third
    })
    .when(|_, third| sample::acceptance(3).act(*third).by(Role::Authority))
    .then_impossible(&Invariant::BadGrant(
        "the key that named this one is no longer in force: another one took over, or its role was taken back",
    ));
}

#[test]
fn a_key_that_was_replaced_names_nobody_and_cannot_be_taken_back() {
    let replaced = |world: &mut World| {
        let id = introduced(world);
        world.happens(accepts(id));
        world.record.book().grant(sample::key(1).1).expect("the first key").id
    };
    given(replaced).when(|_, _| names(3)).then_refused(&[Norm::CredentialStands]);
    given(replaced)
        .when(|_, grant| {
            sample::revocation(1).with(|event| event.facts.credential = sample::key(1).1).act(*grant)
        })
        .then_impossible(&Invariant::Already("key was replaced"));
}

#[test]
fn a_key_is_named_once_by_a_key_of_its_own_kind_and_in_its_own_place() {
    given(introduced).when(|_, _| names(2)).then_impossible(&Invariant::Granted(sample::key(2).1));
    given(signing)
        .when(|_, ()| {
            sample::introduction(sample::key(1).1, 2)
                .with(|event| event.facts.purpose = KeyPurpose::Checkpoint)
                .by(Role::Authority)
        })
        .then_impossible(&Invariant::BadGrant("a key names one that signs what it signs itself"));
    given(signing)
        .when(|_, ()| sample::introduction(CredentialId::FIRST, 2).by(Role::Administrator))
        .then_impossible(&Invariant::BadGrant("a key names one that signs what it signs itself"));
    given(signing).when(|_, ()| ledgers(Record::first_key(), 2)).then_impossible(&Invariant::BadGrant(
        "a key is introduced in the stream in which the one before it was",
    ));
}

#[test]
fn a_source_replaces_no_key() {
    given(signing).when_observed(|_, ()| names(2)).then_impossible(&Invariant::NotFromASource);
}

/// The key of a credential names the key number `n` for the ledger's checkpoints.
fn ledgers(by: CredentialId, n: u8) -> Draft {
    sample::introduction(by, n)
        .with(|event| event.facts.purpose = KeyPurpose::Checkpoint)
        .by(Role::Administrator)
}

/// Records an act in the instance's own stream.
fn instance(record: &mut Record, draft: Draft) -> Result<IntentId, Refused> {
    let stream = instance_stream(record.log());
    record.write(stream, Trust::Native, vec![draft]).map(|ids| ids[0])
}

#[test]
fn the_ledgers_own_key_is_replaced_as_event_0_states_it_and_signs_nothing_else() {
    let mut record = Record::new();
    let id = instance(&mut record, ledgers(Record::first_key(), 2)).expect("the first key is in force");
    let accepted = sample::acceptance(2).act(id).by(Role::Administrator);
    instance(&mut record, accepted).expect("it accepts");
    let grant = |by| record.book().grant(by).expect("a key of the ledger");
    assert_eq!(grant(Record::first_key()).standing, GrantStanding::Replaced);
    let own = grant(sample::key(2).1);
    assert_eq!((own.standing, own.purpose), (GrantStanding::Stands, KeyPurpose::Checkpoint));

    let refused = instance(
        &mut record,
        sample::revocation(1)
            .with(|event| {
                event.facts.credential = sample::key(2).1;
                event.facts.revoked_by = sample::key(2).1;
            })
            .act(id),
    );
    assert!(refused.unwrap_err().to_string().contains("is replaced, not taken back"));
    let granted = sample::first_grant().with(|event| {
        event.facts.credential = sample::credential(1);
        event.facts.granted_by = Some(sample::key(2).1);
    });
    let refused = instance(&mut record, granted.draft()).unwrap_err().to_string();
    assert!(refused.contains(Norm::CredentialStands.asks(crate::rules::Locale::En)), "{refused}");
}
