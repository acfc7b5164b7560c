//! In French, why an act has no meaning in the state that the record is in.
//!
//! `docs/design.md` (Native and observed) tells these from the rules of a consultation, which say themselves in both
//! languages. This module decides nothing.

use devenir_core::consultation::Invariant;

/// The reason, as a whole sentence.
pub(super) fn french(invariant: &Invariant) -> String {
    match invariant {
        Invariant::NoConsultation => {
            "Aucune consultation n'est inscrite sous cet identifiant : inscrivez-la d'abord, ou vérifiez-le.".into()
        }
        Invariant::Registered => "Cette consultation est déjà inscrite.".into(),
        Invariant::SlugTaken(slug) => {
            format!("Le nom court « {slug} » est celui d'une autre consultation : choisissez-en un autre.")
        }
        Invariant::BadSlug(slug) => {
            format!("« {slug} » n'est pas un nom court : 3 à 40 signes parmi a-z, 0-9 et le tiret.")
        }
        Invariant::BadZone(zone) => {
            format!("« {zone} » n'est pas un fuseau horaire de la base IANA, tel que Europe/Paris.")
        }
        Invariant::Missing(_) => {
            "Une inscription donne le nom court, le fuseau horaire, un titre et au moins un organisme.".into()
        }
        Invariant::RulesAdopted => "Les règles sont déjà adoptées : modifiez-les.".into(),
        Invariant::NoRules => "Aucune règle n'est encore adoptée : adoptez-les d'abord.".into(),
        Invariant::NoPhase { found, count } => {
            format!("Les règles ont {count} phases, numérotées à partir de 0 : il n'y a pas de phase {found}.")
        }
        Invariant::PhaseOpen(phase) => format!("La phase {phase} est déjà ouverte."),
        Invariant::PhaseNotOpen(phase) => format!("La phase {phase} n'est pas ouverte."),
        Invariant::NoEntry { list: _, found, count } => {
            format!("La liste a {count} entrées, numérotées à partir de 0 : il n'y a pas d'entrée {found}.")
        }
        Invariant::Unknown { .. } => {
            "Ce à quoi l'acte renvoie n'est pas dans le registre : vérifiez l'identifiant.".into()
        }
        Invariant::NoReference(_) => "Il manque à cet acte ce sur quoi il porte.".into(),
        Invariant::WrongKind { .. } | Invariant::WrongAct { .. } => {
            "Ce à quoi l'acte renvoie est d'une autre nature que celle attendue.".into()
        }
        Invariant::Elsewhere { .. } => {
            "L'acte et ce à quoi il renvoie doivent être de la même consultation.".into()
        }
        Invariant::AnotherSubject { .. } => "L'acte visé porte sur un autre texte.".into(),
        Invariant::ChoicesWithheld => {
            "Ce scrutin ne montre pas les choix tant qu'il est ouvert : ses votes ne renvoient qu'à lui.".into()
        }
        Invariant::NoLiveVote => "Cette personne n'a pas de tel vote en cours dans ce scrutin.".into(),
        Invariant::VoteSetAside => {
            "Le vote de cette personne a été écarté et le reste : aucun autre ne prend sa place.".into()
        }
        Invariant::VoterErased => {
            "Les votes de cette personne dans ce scrutin viennent d'être effacés : réessayez dans un instant.".into()
        }
        Invariant::BallotClosed => "Le scrutin est déjà clos.".into(),
        Invariant::Already(_) => "C'est déjà fait.".into(),
        Invariant::ThresholdReached => "Ce seuil est déjà atteint.".into(),
        Invariant::OlderImport => {
            "Une observation plus récente de cette source est déjà reprise : une plus ancienne ne peut plus l'être.".into()
        }
        Invariant::NotFromASource => {
            "Une habilitation se donne et se reprend ici : aucune source ne le fait.".into()
        }
        Invariant::NoCredential(_) => {
            "Aucune habilitation n'a été donnée sous cet identifiant : vérifiez-le.".into()
        }
        Invariant::Granted(_) => "Cette habilitation est déjà donnée : prenez un nouvel identifiant.".into(),
        Invariant::BadGrant(_) => {
            "Ce rôle ne se donne pas ainsi : voyez la portée, la durée et le niveau d'assurance.".into()
        }
        Invariant::NotOfAConsultation => {
            "Cet acte concerne tout le registre : il ne se place pas dans une consultation.".into()
        }
        Invariant::BadErasure(_) => {
            "Cet effacement n'est pas celui qui a été décidé : vérifiez la décision, l'acte visé et les parties.".into()
        }
        Invariant::NotPending => "Cet acte n'attend pas de seconde signature.".into(),
        Invariant::NotACommand => {
            "Un événement du registre lui-même s'écrit à son ouverture, et non par un acte.".into()
        }
    }
}
