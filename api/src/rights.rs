//! The one place where it is asked whether a credential may give a command, and roles are given and taken back.
//!
//! `docs/design.md` (Identities): credential, then role, scope and time, then the table of who may do what
//! (`core/src/rules/who_may.rs`). The deciders ask again, of the role in which the act is recorded. This module knows no
//! secret.

use crate::app::{ActError, App, AppError};
use crate::keyring::Identity;
use devenir_core::consultation::{GrantStanding, asked};
use devenir_core::envelope::{Draft, Reference};
use devenir_core::event::code::{Assurance, Custody, GrantScope, RevocationCause, Trust};
use devenir_core::event::oversight::{RoleGranted, RoleGrantedFacts, RoleRevoked, RoleRevokedFacts};
use devenir_core::event::part::{Holder, Mandate};
use devenir_core::event::{Absence, Event, Part, RefRole};
use devenir_core::id::{CredentialId, HolderId, IntentId, PublicKey, StreamId};
use devenir_core::rules::{Act, Role, capacity, may};
use devenir_core::signing::{UnsoundAct, hand};
use devenir_core::time::{Claimed, Timestamp};
use devenir_core::writer::{Command, Door, Receipt, Target};
use devenir_projections::Reading;
use devenir_projections::query::Credential;
use std::collections::BTreeSet;

/// Why a credential may not give a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Its role is not one of those that may.
    #[error("`{}` is for {}; this credential is of a {role}", act.as_str(), names(act.roles()))]
    Role {
        /// What was asked.
        act: Act,
        /// The role of the credential.
        role: Role,
    },
    /// Somebody has a key for this, and the operator's own key does it in their place no more.
    #[error(
        "`{}` as {role} is for whoever holds that role, now that somebody does; the administrator's first key acts in a role until it is granted", act.as_str()
    )]
    Held {
        /// What was asked.
        act: Act,
        /// The role that somebody holds.
        role: Role,
    },
    /// The record does not know it as a role in force.
    #[error(
        "the role of this credential is not in force: it was taken back, it ended, it begins later, or it waits for its second signature"
    )]
    NotInForce,
    /// It asks for an act to be recorded as entered for somebody.
    #[error("only the administrator enters acts for others (`attested`); this credential is of a {0}")]
    Attested(Role),
    /// It would have an act recorded as somebody else's.
    #[error(
        "this act would be recorded as one of the credential {found}; only whoever holds that one may ask for it, this is {expected}"
    )]
    AnotherHand {
        /// The credential that asks.
        expected: CredentialId,
        /// The credential that the act names.
        found: CredentialId,
    },
    /// It asks for an act to be prepared for somebody else.
    #[error(
        "an act is prepared for its signer, with their own key or an administrator's; this credential is of a {0}"
    )]
    Preparing(Role),
    /// It is for another consultation.
    #[error("this credential is for another consultation")]
    Elsewhere,
    /// It does not sign.
    #[error("the credential {0} has no key that signs; grant it with one")]
    NoKey(CredentialId),
    /// It is a token, and asks for more than its author does.
    #[error("the author token of {0} gives what its author does to that text, and nothing else")]
    NotItsAuthors(IntentId),
    /// Nobody asks for this.
    #[error("nobody asks for this: it follows from the rules")]
    NotAsked,
}

fn names(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}

/// Why a command was not given.
#[derive(Debug, thiserror::Error)]
pub enum RightError {
    /// The credential may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It may, and was refused or failed.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The record or the views do not read.
    #[error(transparent)]
    App(#[from] AppError),
    /// A signed act is not what it says.
    #[error(transparent)]
    Unsound(#[from] UnsoundAct),
    /// The tiles do not read.
    #[error("the tree cannot be read: {0}")]
    Tiles(String),
}

/// Admits a command, each draft in the capacity in which this credential acts.
///
/// # Errors
/// [`Forbidden`] says who may; [`RightError::App`] where the views do not read.
pub fn admit(app: &App, identity: &Identity, command: &mut Command) -> Result<(), RightError> {
    if let Some(text) = identity.author_of {
        return Ok(of_its_author(text, command)?);
    }
    let reading = app.read().map_err(AppError::from)?;
    let known = reading.credential(identity.credential).map_err(AppError::from)?;
    let known =
        known.map(|it| it.is_in_force(app.now()).then_some(it).ok_or(Forbidden::NotInForce)).transpose()?;
    own_hand(identity, command)?;
    if identity.credential == CredentialId::FIRST {
        let held = HeldRoles::of(app, &reading, command.target)?;
        return held.stand_in(command).map_err(RightError::from);
    }
    let credential = known.ok_or(Forbidden::NotInForce)?;
    let reached = match command.target {
        Target::Consultation(stream) => credential.reaches(stream),
        Target::Instance | Target::NewConsultation => credential.facts.scope == GrantScope::Instance,
    };
    if !reached {
        return Err(Forbidden::Elsewhere.into());
    }
    let role = credential.facts.role;
    // An attested act is held to no phase and no clock: the operator alone vouches for it.
    if command.door.trust == Trust::Attested && role != Role::Administrator {
        return Err(Forbidden::Attested(role).into());
    }
    for draft in &mut command.drafts {
        let act = asked(&draft.event).ok_or(Forbidden::NotAsked)?;
        draft.actor = capacity(role, act, draft.actor).ok_or(Forbidden::Role { act, role })?;
    }
    Ok(())
}

/// Refuses what a token does not give: anything but one act of a citizen here and now on the text that it is of, which names
/// no hand.
fn of_its_author(text: IntentId, command: &Command) -> Result<(), Forbidden> {
    let is_on_it = |draft: &Draft| {
        draft.refs.iter().any(|(role, reference)| {
            matches!(role, RefRole::Subject | RefRole::Target) && *reference == Reference::Recorded(text)
        })
    };
    let is_theirs = |draft: &Draft| {
        draft.actor == Role::Citizen
            && hand(&draft.event).is_none()
            && asked(&draft.event).is_some_and(|act| may(Role::Citizen, act))
            && is_on_it(draft)
    };
    let is_one = command.drafts.len() <= 1 && command.drafts.iter().all(is_theirs);
    let given = is_one && command.door.trust == Trust::Native;
    if given { Ok(()) } else { Err(Forbidden::NotItsAuthors(text)) }
}

/// The roles in which others can act on a target, each with a key of their own.
struct HeldRoles(BTreeSet<Role>);

impl HeldRoles {
    fn of(app: &App, reading: &Reading, target: Target) -> Result<Self, AppError> {
        let now = app.now();
        let reaches = |it: &Credential| match target {
            Target::Consultation(stream) => it.reaches(stream),
            Target::Instance | Target::NewConsultation => it.facts.scope == GrantScope::Instance,
        };
        let held = reading.credentials(None)?.into_iter();
        let held = held
            .filter(|it| it.facts.credential != CredentialId::FIRST && it.is_in_force(now) && reaches(it));
        Ok(Self(held.map(|it| it.facts.role).collect()))
    }

    /// Admits what the operator's own key asks for: it vouches for whoever acts through it, in each role until somebody holds
    /// that one, then as the administrator that it is. What came of people on paper (`attested`) it always enters.
    fn stand_in(&self, command: &mut Command) -> Result<(), Forbidden> {
        let is_attested = command.door.trust == Trust::Attested;
        for draft in &mut command.drafts {
            let act = asked(&draft.event).ok_or(Forbidden::NotAsked)?;
            let role = draft.actor;
            if hand(&draft.event).is_some() {
                draft.actor = Role::Administrator;
            } else if self.holds(role) && !(is_attested && role == Role::Citizen) {
                let own = capacity(Role::Administrator, act, role);
                draft.actor = own.ok_or(Forbidden::Held { act, role })?;
            }
        }
        Ok(())
    }

    /// Whether somebody acts in this role: a platform does for the people whom it knows.
    fn holds(&self, role: Role) -> bool {
        self.0.contains(&role) || (role == Role::Citizen && self.0.contains(&Role::Platform))
    }
}

/// Refuses an act that is to be recorded as another credential's: two hands are two people.
fn own_hand(identity: &Identity, command: &Command) -> Result<(), Forbidden> {
    let expected = identity.credential;
    match command.drafts.iter().filter_map(|draft| hand(&draft.event)).find(|found| *found != expected) {
        Some(found) => Err(Forbidden::AnotherHand { expected, found }),
        None => Ok(()),
    }
}

/// Whether a credential may have an act prepared for a signer: their own, or as whoever runs the instance.
///
/// # Errors
/// [`Forbidden`] says who may; [`RightError::App`] where the views do not read.
pub fn may_prepare(app: &App, identity: &Identity, signer: CredentialId) -> Result<(), RightError> {
    let reading = app.read().map_err(AppError::from)?;
    let known = reading.credential(identity.credential).map_err(AppError::from)?;
    let is_first = identity.credential == CredentialId::FIRST;
    match known {
        // The operator's own key is entered in the record with the first role that it gives.
        None if is_first => Ok(()),
        Some(known) if known.is_in_force(app.now()) => {
            let role = known.facts.role;
            let may = identity.credential == signer || role == Role::Administrator;
            if may { Ok(()) } else { Err(Forbidden::Preparing(role).into()) }
        }
        None | Some(_) => Err(Forbidden::NotInForce.into()),
    }
}

/// Whether a credential may read what is hidden in a consultation.
///
/// # Errors
/// [`Forbidden`] says who may; [`RightError::App`] where the views do not read.
pub fn may_read_hidden(app: &App, identity: &Identity, stream: StreamId) -> Result<(), RightError> {
    let reading = app.read().map_err(AppError::from)?;
    let credential = reading.credential(identity.credential).map_err(AppError::from)?;
    let credential = credential.filter(|it| it.is_in_force(app.now())).ok_or(Forbidden::NotInForce)?;
    if !credential.reaches(stream) {
        return Err(Forbidden::Elsewhere.into());
    }
    let (act, role) = (Act::ReadHidden, credential.facts.role);
    if may(role, act) { Ok(()) } else { Err(Forbidden::Role { act, role }.into()) }
}

/// Asks for an act and waits, once it is settled that this credential may.
///
/// # Errors
/// [`RightError`]: nothing was written, but where only the views failed.
pub fn give(
    app: &App,
    identity: &Identity,
    caller: &crate::act::Caller,
    key: &[u8],
    act: &impl crate::act::Act,
) -> Result<Receipt, RightError> {
    app.ask_admitted(caller, key, act, |command| admit(app, identity, command))
}

/// A role to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// The credential, which has none yet.
    pub credential: CredentialId,
    /// Whose it is.
    pub holder: HolderId,
    /// The role.
    pub role: Role,
    /// The consultation; the whole instance where there is none.
    pub consultation: Option<StreamId>,
    /// The holder's name.
    pub name: String,
    /// Who appointed them, and in which words.
    pub mandate: Option<Mandate>,
    /// How sure a platform is of the people it speaks for.
    pub assurance: Option<Assurance>,
    /// The key with which they sign, where they do.
    pub key: Option<PublicKey>,
    /// Who holds the secret of that key.
    pub custody: Custody,
    /// From when it counts.
    pub from: Option<Timestamp>,
    /// Until when it counts.
    pub until: Option<Timestamp>,
}

/// Gives a role, with the administrator's first credential; that one is entered in the record before any other.
///
/// # Errors
/// [`RightError`]: nothing was written but, at most, the first credential's own grant.
pub fn grant(app: &App, new: NewGrant) -> Result<Receipt, RightError> {
    ensure_first(app)?;
    let NewGrant {
        credential,
        holder,
        role,
        consultation,
        name,
        mandate,
        assurance,
        key,
        custody,
        from,
        until,
    } = new;
    let facts = RoleGrantedFacts {
        assurance,
        credential,
        custody,
        from,
        granted_by: Some(CredentialId::FIRST),
        holder,
        key,
        role,
        scope: if consultation.is_some() { GrantScope::Consultation } else { GrantScope::Instance },
        until,
    };
    let holder = Part::Open(Holder { name });
    let event = RoleGranted { facts, holder, mandate: Part::from_option(mandate) };
    let target = consultation.map_or(Target::Instance, Target::Consultation);
    write(app, target, format!("grant {credential}"), event.into(), Vec::new())
}

/// Takes a role back, with the administrator's first credential.
///
/// # Errors
/// [`RightError`]: nothing was written.
pub fn revoke(app: &App, credential: CredentialId, cause: RevocationCause) -> Result<Receipt, RightError> {
    let reading = app.read().map_err(AppError::from)?;
    let known = reading.credential(credential).map_err(AppError::from)?.ok_or(Forbidden::NotInForce)?;
    let grant = reading.id_of(known.position).map_err(AppError::from)?.ok_or(Forbidden::NotInForce)?;
    let target = match known.facts.scope {
        GrantScope::Instance => Target::Instance,
        GrantScope::Consultation => Target::Consultation(known.stream),
    };
    let facts = RoleRevokedFacts { cause, credential, revoked_by: CredentialId::FIRST };
    let event = RoleRevoked { facts, explanation: Part::Absent(Absence::NotInSource) };
    let refs = vec![(RefRole::Act, Reference::Recorded(grant))];
    write(app, target, format!("revoke {credential}"), event.into(), refs)
}

/// Enters the administrator's first credential in the record, once.
pub(crate) fn ensure_first(app: &App) -> Result<(), RightError> {
    if app
        .read()
        .and_then(|reading| reading.credential(CredentialId::FIRST))
        .map_err(AppError::from)?
        .is_some()
    {
        return Ok(());
    }
    let facts = RoleGrantedFacts {
        assurance: None,
        credential: CredentialId::FIRST,
        custody: Custody::Holder,
        from: None,
        granted_by: None,
        holder: HolderId([0; 16]),
        key: None,
        role: Role::Administrator,
        scope: GrantScope::Instance,
        until: None,
    };
    let unsaid = || Part::Absent(Absence::NotInSource);
    let event = RoleGranted { facts, holder: unsaid(), mandate: Part::Absent(Absence::NotInSource) };
    write(app, Target::Instance, "first grant".into(), event.into(), Vec::new()).map(drop)
}

fn write(
    app: &App,
    target: Target,
    key: String,
    event: Event,
    refs: Vec<(RefRole, Reference)>,
) -> Result<Receipt, RightError> {
    let drafts = vec![Draft { event, refs, occurred: Claimed::UNKNOWN, actor: Role::Administrator }];
    let door = Door { namespace: "roles".into(), trust: Trust::Native };
    let command = Command { door, request: key.clone().into_bytes(), key: key.into_bytes(), target, drafts };
    let receipt = app.writer().ask(command).map_err(ActError::from)?;
    app.catch_up()?;
    Ok(receipt)
}

/// What became of a role, in a word.
#[must_use]
pub fn standing(known: &Credential, now: Timestamp) -> &'static str {
    match known.standing {
        GrantStanding::Pending => "waits for its second signature",
        GrantStanding::Revoked => "taken back",
        GrantStanding::Replaced => "replaced by another key",
        GrantStanding::Stands if known.is_in_force(now) => "in force",
        GrantStanding::Stands => "not in force now",
    }
}
