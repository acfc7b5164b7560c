//! Why a command was not recorded, in words for whoever asked.
//!
//! `docs/design.md` (Native and observed) tells what has no meaning from what a rule refuses. A norm says itself, in both
//! languages; this module adds codes and the names of fields.

use async_graphql::{Enum, Object};
use devenir_core::consultation::{Invariant, Rejection, cap_text};
use devenir_core::rules::{Locale as Spoken, Norm};
use devenir_core::writer::WriteError;

use super::french::french;
use crate::act::Malformed;
use crate::graphql::code::Code;
use crate::graphql::scalar::Locale;

/// Why a command was not recorded. Values may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum UserErrorCode {
    /// A field is empty, too long, or not what it should be.
    Malformed,
    /// A rule of the consultation says no; `rule` names it.
    RuleNotRespected,
    /// It has no meaning in the state that the record is in: it refers to nothing, or is so already.
    NotPossible,
    /// The same key came with another request.
    IdempotencyConflict,
    /// It does not fit into the record's format, for its length.
    TooLarge,
    /// A signed act is not what was signed, or its signature does not count.
    SignatureRefused,
}

/// Why a command was not recorded.
#[derive(Debug, Clone)]
pub struct UserError {
    code: UserErrorCode,
    why: Why,
}

#[derive(Debug, Clone)]
enum Why {
    Norm(Norm),
    Cap(u32),
    Invariant(Invariant),
    Malformed(Malformed),
    Conflict(String),
    TooLarge(String),
    Unsigned(String),
}

impl UserError {
    /// A field that is not well formed.
    #[must_use]
    pub const fn malformed(malformed: Malformed) -> Self {
        Self { code: UserErrorCode::Malformed, why: Why::Malformed(malformed) }
    }

    /// What the rules or the state of the record refuse: one for each rule.
    #[must_use]
    pub fn rejected(rejection: Rejection) -> Vec<Self> {
        let norm = |norm| Self { code: UserErrorCode::RuleNotRespected, why: Why::Norm(norm) };
        match rejection {
            Rejection::Norms(norms) => norms.into_iter().map(norm).collect(),
            Rejection::VotesPerPerson { cap } => {
                vec![Self { code: UserErrorCode::RuleNotRespected, why: Why::Cap(cap) }]
            }
            Rejection::Invariant(invariant) => {
                vec![Self { code: UserErrorCode::NotPossible, why: Why::Invariant(invariant) }]
            }
        }
    }

    /// A key that was used for another request.
    #[must_use]
    pub fn conflict(error: &WriteError) -> Self {
        Self { code: UserErrorCode::IdempotencyConflict, why: Why::Conflict(error.to_string()) }
    }

    /// A signed act that is not what was signed, or whose signature does not count.
    #[must_use]
    pub fn unsigned(error: &dyn std::error::Error) -> Self {
        Self { code: UserErrorCode::SignatureRefused, why: Why::Unsigned(error.to_string()) }
    }

    /// What does not fit into the format.
    #[must_use]
    pub fn too_large(error: &WriteError) -> Self {
        Self { code: UserErrorCode::TooLarge, why: Why::TooLarge(error.to_string()) }
    }

    /// What is asked for, in words.
    pub(crate) fn text(&self, locale: Spoken) -> String {
        match (&self.why, locale) {
            (Why::Norm(norm), _) => norm.asks(locale).to_owned(),
            (Why::Cap(cap), _) => cap_text(*cap, locale),
            (Why::Invariant(invariant), Spoken::Fr) => french(invariant),
            (Why::Invariant(invariant), Spoken::En) => invariant.to_string(),
            (Why::Malformed(malformed), Spoken::Fr) if malformed.field == "authorToken" => {
                "Le jeton d'auteur se donne seul, et n'écrit plus rien dans un texte dont l'auteur·e a été effacé·e.".into()
            }
            (Why::Malformed(malformed), Spoken::Fr) => {
                format!("Le champ « {} » est vide, trop long ou mal formé.", malformed.field)
            }
            (Why::Malformed(malformed), Spoken::En) => malformed.to_string(),
            (Why::Conflict(_), Spoken::Fr) => {
                "Cette clé a déjà servi à une autre demande : prenez-en une nouvelle.".to_owned()
            }
            (Why::TooLarge(_), Spoken::Fr) => "La demande est trop longue pour le registre.".to_owned(),
            (Why::Unsigned(_), Spoken::Fr) => {
                "L'acte n'est pas celui qui a été signé, ou sa signature ne compte pas : faites-le préparer à nouveau.".to_owned()
            }
            (Why::Conflict(words) | Why::TooLarge(words) | Why::Unsigned(words), Spoken::En) => words.clone(),
        }
    }
}

/// Why a command was not recorded. Nothing of it was.
#[Object]
impl UserError {
    /// The sort of reason.
    async fn code(&self) -> UserErrorCode {
        self.code
    }

    /// The rule that says no, where one does.
    async fn rule(&self) -> Option<Code<Norm>> {
        match self.why {
            Why::Norm(norm) => Some(Code(norm)),
            Why::Invariant(_)
            | Why::Malformed(_)
            | Why::Conflict(_)
            | Why::TooLarge(_)
            | Why::Unsigned(_) => None,
            Why::Cap(_) => Some(Code(Norm::VotesPerPerson)),
        }
    }

    /// The way to the field of the input that it is about, where it is about one.
    async fn field(&self) -> Option<Vec<String>> {
        match &self.why {
            Why::Malformed(malformed) => Some(malformed.field.split('.').map(str::to_owned).collect()),
            Why::Invariant(Invariant::BadSlug(_) | Invariant::SlugTaken(_)) => Some(vec!["slug".into()]),
            Why::Invariant(Invariant::BadZone(_)) => Some(vec!["timezone".into()]),
            Why::Invariant(_)
            | Why::Norm(_)
            | Why::Cap(_)
            | Why::Conflict(_)
            | Why::TooLarge(_)
            | Why::Unsigned(_) => None,
        }
    }

    /// What is asked for, in words.
    async fn message(&self, #[graphql(desc = "The language of the words.")] locale: Locale) -> String {
        self.text(locale.said())
    }
}
