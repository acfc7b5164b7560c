//! The words that people read for each code, in French and in English.
//!
//! The tables below are the whole of it (`docs/design.md`, Fates): a code without both words does not
//! compile. French fates agree with *une contribution*, amendments with *un amendement*. This module
//! knows no sentence: sentences are the trail's business.

use super::vocabulary::{
    AmendmentFate, Decision, Delivery, Entry, FateCode, Ground, Linkage, ModerationAction, Outcome,
};

crate::codes! {
    /// A language that the project itself speaks; contributions may be in any.
    pub enum Locale {
        /// French.
        Fr = "fr",
        /// English.
        En = "en",
    }
}

/// A code that has a short name for people.
pub trait Labelled {
    /// The name, without a capital and without a full stop, in the language of `locale`.
    fn label(self, locale: Locale) -> &'static str;
}

/// Turns a table `Code: "français", "English";` into the labels of a vocabulary.
macro_rules! labels {
    ($name:ident { $($variant:ident: $fr:literal, $en:literal;)+ }) => {
        impl $crate::rules::labels::Labelled for $name {
            fn label(self, locale: $crate::rules::labels::Locale) -> &'static str {
                let (fr, en) = match self { $(Self::$variant => ($fr, $en)),+ };
                match locale {
                    $crate::rules::labels::Locale::Fr => fr,
                    $crate::rules::labels::Locale::En => en,
                }
            }
        }
    };
}

pub(crate) use labels;

labels! { FateCode {
    Received: "reçue", "received";
    PendingModeration: "en attente de modération", "awaiting moderation";
    Published: "publiée", "published";
    Inadmissible: "irrecevable", "inadmissible";
    Hidden: "masquée (corbeille ouverte)", "hidden (open bin)";
    Removed: "retirée par la modération", "removed by moderation";
    Redacted: "expurgée en partie", "partly redacted";
    Restored: "rétablie", "restored";
    Erased: "effacée à la demande", "erased on request";
    DuplicateOf: "doublon de…", "duplicate of…";
    MergedInto: "regroupée avec…", "merged into…";
    SplitInto: "scindée en…", "split into…";
    AmendedBy: "amendée par…", "amended by…";
    CitedInSynthesis: "citée dans la synthèse", "cited in the synthesis";
    UnderReview: "en cours d'examen", "under review";
    Referred: "transmise à une autre autorité", "referred";
    Answered: "réponse publiée", "answered";
    Adopted: "retenue", "adopted";
    AdoptedWithChanges: "retenue avec modification", "adopted with changes";
    PartiallyAdopted: "retenue partiellement", "partially adopted";
    AlreadySatisfied: "satisfaite (déjà prévue)", "already satisfied";
    Deferred: "reportée", "deferred";
    Rejected: "non retenue", "rejected";
    Lapsed: "tombée (sans objet)", "lapsed / moot";
    NotSupported: "non soutenue", "not moved";
    NotExamined: "non examinée", "not examined";
    Withdrawn: "retirée par l'auteur", "withdrawn by author";
    ThresholdNotMet: "seuil non atteint", "threshold not met";
    ThresholdMet: "seuil atteint", "threshold met";
    Expired: "caduque", "expired";
    Selected: "lauréate", "selected";
    Planned: "engagée (planifiée)", "planned";
    InProgress: "en cours de réalisation", "in progress";
    PartiallyDone: "réalisée en partie", "partly done";
    Done: "réalisée", "done";
    Abandoned: "abandonnée", "abandoned";
    Slipped: "en retard sur l'engagement", "behind commitment";
    Contested: "contestée par l'auteur", "contested";
    Insufficient: "réponse jugée insuffisante", "answer judged insufficient";
    NoResponseYet: "en attente de réponse", "awaiting response";
    NoResponseOverdue: "sans réponse, délai dépassé", "no answer, overdue";
    NoDuty: "sans obligation de réponse", "no duty to respond";
    ClosedNoAction: "classée sans suite", "closed without action";
    Debated: "débattue", "debated";
    NotVoted: "non votée (motif non précisé)", "not voted (ground not stated)";
    NotFeasible: "jugée infaisable", "judged not feasible";
    UnknownInSource: "suite inconnue ici", "unknown here";
} }

/// Gives a part of the fate vocabulary the words of the whole.
macro_rules! labels_of_fate {
    ($($name:ident),+) => {
        $(impl Labelled for $name {
            fn label(self, locale: Locale) -> &'static str {
                FateCode::from(self).label(locale)
            }
        })+
    };
}

labels_of_fate!(Outcome, Decision, Delivery, Entry, Linkage);

labels! { AmendmentFate {
    Adopted: "adopté", "adopted";
    AdoptedWithChanges: "adopté avec modification", "adopted with changes";
    Rejected: "rejeté", "rejected";
    Lapsed: "tombé (sans objet)", "lapsed / moot";
    Withdrawn: "retiré par son auteur", "withdrawn by author";
    NotSupported: "non soutenu", "not moved";
    NotExamined: "non examiné", "not examined";
    Inadmissible: "irrecevable", "inadmissible";
    AlreadySatisfied: "satisfait (déjà dans le texte)", "already satisfied";
    NotVoted: "non voté (motif non précisé)", "not voted (ground not stated)";
} }

labels! { Ground {
    Spam: "publicité ou envoi en nombre", "advertising or flooding";
    Offensive: "propos injurieux ou choquants", "offensive words";
    PersonalAttack: "attaque contre une personne", "attack on a person";
    HateSpeech: "incitation à la haine ou à la discrimination", "incitement to hatred or discrimination";
    Defamatory: "diffamation ou affaire en cours de justice", "defamation or a matter before a court";
    IllegalContent: "contenu interdit par la loi", "content forbidden by law";
    PersonalData: "données personnelles", "personal data";
    Copyright: "atteinte au droit d'auteur", "breach of copyright";
    OffTopic: "hors sujet", "off topic";
    Duplicate: "doublon", "duplicate";
    Incomprehensible: "texte incompréhensible", "text that cannot be understood";
    NoClearRequest: "demande non précisée", "no clear request";
    OutsideCompetence: "hors de la compétence de l'autorité saisie", "outside the competence of the authority asked";
    AlreadyHappening: "déjà fait ou en cours", "already done or under way";
    HonoursOrAppointments: "distinctions ou nominations, qui ont leur propre procédure", "honours or appointments, which have their own procedure";
    InformationRequest: "demande d'information, qui a sa propre procédure", "request for information, which has its own procedure";
    FalseIdentity: "nom faux ou incomplet", "false or incomplete name";
    NotEntitled: "auteur non habilité", "author not entitled";
    FormalDefect: "forme ou délai non respectés", "form or time limit not respected";
    UnrelatedAmendment: "amendement sans lien avec le texte", "amendment unrelated to the text";
    PublicExpense: "création ou aggravation d'une charge publique", "creation or increase of a public expense";
    OutsideLawDomain: "hors du domaine de la loi", "outside the domain of the law";
    HigherLaw: "contraire à une règle supérieure", "contrary to a rule of higher rank";
    AuthorRequest: "demande de l'auteur", "request of the author";
    LegalOrder: "décision de justice ou d'une autorité", "order of a court or of an authority";
    Mistake: "erreur dans la mesure précédente", "mistake in the former measure";
    Unfounded: "signalement ou recours non fondé", "report or appeal not founded";
} }

labels! { ModerationAction {
    Keep: "maintien en l'état", "left as it is";
    Hide: "masquage", "hidden";
    Remove: "retrait", "removed";
    Redact: "expurgation partielle", "partly redacted";
    Restore: "rétablissement", "restored";
    Reject: "déclaration d'irrecevabilité", "declared inadmissible";
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::vocabulary::Axis;

    #[test]
    fn no_two_fates_read_alike_in_either_language() {
        for locale in Locale::ALL {
            let words: std::collections::BTreeSet<_> =
                FateCode::ALL.iter().map(|code| code.label(*locale)).collect();
            assert_eq!(words.len(), FateCode::ALL.len(), "{locale}");
        }
    }

    #[test]
    fn no_two_grounds_read_alike_in_either_language() {
        for locale in Locale::ALL {
            let words: std::collections::BTreeSet<_> =
                Ground::ALL.iter().map(|code| code.label(*locale)).collect();
            assert_eq!(words.len(), Ground::ALL.len(), "{locale}");
        }
    }

    /// Reads the reference vocabulary where it is at hand: codes, axes, words and what is computed.
    #[test]
    fn the_fates_are_those_of_the_reference_vocabulary() {
        let shared = std::env::var("DEVENIR_SHARED")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_owned());
        let path = std::path::Path::new(&shared).join("reference/fates.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("SKIPPED: the reference vocabulary is absent ({}); set DEVENIR_SHARED", path.display());
            return;
        };
        let reference: serde_json::Value = serde_json::from_str(&text).unwrap();
        let fates = reference["fates"].as_array().unwrap();
        assert_eq!(fates.len(), FateCode::ALL.len());
        for (fate, code) in fates.iter().zip(FateCode::ALL) {
            assert_eq!(fate["code"], code.as_str());
            assert_eq!(fate["axis"].as_str().unwrap().parse::<Axis>().unwrap(), code.axis(), "{code}");
            assert_eq!(fate["fr"], code.label(Locale::Fr));
            assert_eq!(fate["en"], code.label(Locale::En));
            assert_eq!(fate["computed"], code.is_computed(), "{code}");
        }
    }
}
