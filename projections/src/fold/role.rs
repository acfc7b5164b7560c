//! Roles: which credential was given which, by whom, and what became of it.
//!
//! `docs/design.md` (Identities, Two hands) says when a grant counts. The rows follow from events alone; whether a
//! role is in force at an instant is asked when it is read.

use devenir_core::consultation::{GrantStanding, signing_credential};
use devenir_core::envelope::Recorded;
use devenir_core::event::RefRole;
use devenir_core::event::code::KeyPurpose;
use devenir_core::event::ledger::{KeyIntroduced, KeyIntroducedFacts};
use devenir_core::event::oversight::{RoleGranted, RoleGrantedFacts, RoleRevoked};
use devenir_core::id::CredentialId;
use devenir_core::ledger::key_id;
use rusqlite::params;

use super::{Done, Fold, is_ours, json};
use crate::views::key;

impl Fold<'_> {
    pub(super) fn granted(&mut self, it: &Recorded, event: &RoleGranted) -> Done {
        let RoleGranted { facts, holder, mandate } = event;
        if !is_ours(it.trust) {
            return Ok(());
        }
        let granter = facts.granted_by.map_or(Ok(None), |by| self.holder_of(by))?;
        let to_oneself = granter == Some(facts.holder.0);
        let standing = if to_oneself { GrantStanding::Pending } else { GrantStanding::Stands };
        self.run(
            "INSERT OR IGNORE INTO credential VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?2, NULL)",
            params![
                facts.credential.0,
                key(it.position),
                it.stream.0,
                json(facts)?,
                holder.open().map(|holder| &holder.name),
                mandate.open().map(json).transpose()?,
                mandate.is_committed(),
                it.recorded_at.0,
                standing.as_str()
            ],
        )
    }

    pub(super) fn revoked(&mut self, it: &Recorded, event: &RoleRevoked) -> Done {
        if !is_ours(it.trust) {
            return Ok(());
        }
        self.run(
            "UPDATE credential SET standing = ?2 WHERE id = ?1",
            params![event.facts.credential.0, GrantStanding::Revoked.as_str()],
        )
    }

    /// The key of a role names the one that takes over: it has the same role, once it has accepted.
    pub(super) fn key_introduced(&mut self, it: &Recorded, event: &KeyIntroduced) -> Done {
        let KeyIntroducedFacts { by, custody, key: public, purpose, .. } = event.facts;
        // The ledger's own keys have no credential.
        let old = if purpose == KeyPurpose::Signer { self.facts_of(by)? } else { None };
        let Some(old) = old.filter(|_| is_ours(it.trust)) else { return Ok(()) };
        let credential = signing_credential(&key_id(&public.0));
        let facts = RoleGrantedFacts { credential, custody, key: Some(public), ..old };
        self.run(
            "INSERT OR IGNORE INTO credential
             SELECT ?1, ?2, ?3, ?4, name, mandate, mandated, ?5, ?6, granted, id FROM credential WHERE id = ?7",
            params![
                credential.0,
                key(it.position),
                it.stream.0,
                json(&facts)?,
                it.recorded_at.0,
                GrantStanding::Pending.as_str(),
                by.0
            ],
        )?;
        match self.consultation_of(it.stream)? {
            Some(consultation) => self.step(consultation, it),
            None => Ok(()),
        }
    }

    /// An act has its second hand: where it is a grant or a key, the role counts from now on.
    pub(super) fn countersigned(&mut self, it: &Recorded) -> Done {
        let Some(act) = self.find_one(it, RefRole::Act)? else { return Ok(()) };
        self.run(
            "UPDATE credential SET standing = ?2 WHERE position = ?1 AND standing = ?3",
            params![act, GrantStanding::Stands.as_str(), GrantStanding::Pending.as_str()],
        )?;
        self.run(
            "UPDATE credential SET standing = ?2
             WHERE id = (SELECT succeeds FROM credential WHERE position = ?1 AND standing = ?3) AND standing = ?3",
            params![act, GrantStanding::Replaced.as_str(), GrantStanding::Stands.as_str()],
        )?;
        if self.taken_down(it, act)? {
            return Ok(());
        }
        match self.consultation_of(it.stream)? {
            Some(consultation) => self.step(consultation, it),
            None => Ok(()),
        }
    }

    fn holder_of(&self, credential: CredentialId) -> Done<Option<[u8; 16]>> {
        Ok(self.facts_of(credential)?.map(|facts| facts.holder.0))
    }

    fn facts_of(&self, credential: CredentialId) -> Done<Option<RoleGrantedFacts>> {
        let sql = "SELECT facts FROM credential WHERE id = ?1";
        let facts: Option<String> = self.ask(sql, [credential.0], |row| row.get(0))?;
        // The row holds what this fold wrote: it reads back.
        Ok(facts.and_then(|facts| serde_json::from_str(&facts).ok()))
    }
}
