//! What the rules of a consultation ask of an act, in words.
//!
//! A native command that breaks a norm is refused and the norm is named; an observed fact that breaks
//! one is kept and the breach is said (`docs/design.md`, Native and observed). [`asked_of_response`]
//! and its neighbours say which evidence each fate needs. This module knows no act: whoever holds the
//! facts compares them with the list.

use super::labels::Locale;
use super::vocabulary::{AmendmentFate, ModerationAction, Outcome};

/// What happens to a native act that does not respect a norm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// The act is refused.
    Refuses,
    /// The act is accepted and the breach is said: lateness never refuses.
    Remarks,
}

/// Declares the norms with what each asks and how its breach reads, in both languages.
macro_rules! norms {
    ($($variant:ident = $text:literal, $force:ident:
        $asks_fr:literal | $asks_en:literal, $breach_fr:literal | $breach_en:literal;)+) => {
        crate::codes! {
            /// Something that the rules of a consultation ask.
            pub enum Norm { $(#[doc = $asks_en] $variant = $text,)+ }
        }

        impl Norm {
            /// Whether a native act that breaks this norm is refused or only remarked on.
            #[must_use]
            pub const fn force(self) -> Force {
                match self { $(Self::$variant => Force::$force),+ }
            }

            /// What is asked, as a whole sentence.
            #[must_use]
            pub const fn asks(self, locale: Locale) -> &'static str {
                let (fr, en) = match self { $(Self::$variant => ($asks_fr, $asks_en)),+ };
                match locale { Locale::Fr => fr, Locale::En => en }
            }

            /// What is wrong where it is not respected, without a capital and without a full stop.
            #[must_use]
            pub const fn breach(self, locale: Locale) -> &'static str {
                let (fr, en) = match self { $(Self::$variant => ($breach_fr, $breach_en)),+ };
                match locale { Locale::Fr => fr, Locale::En => en }
            }
        }
    };
}

norms! {
    ActorMay = "actor_may", Refuses:
        "L'acte revient à qui y est habilité." | "The act belongs to those entitled to it.",
        "l'auteur de l'acte n'y est pas habilité" | "whoever did this is not entitled to it";
    CredentialStands = "credential_stands", Refuses:
        "L'habilitation de qui agit est en vigueur." | "The role of whoever acts is in force.",
        "l'habilitation de qui a agi n'était pas en vigueur" | "the role of whoever did this was not in force";
    AnotherHand = "another_hand", Refuses:
        "L'acte demande l'accord d'une seconde personne." | "The act asks for the agreement of a second person.",
        "une seule et même personne a agi" | "one and the same person acted";
    RulesAdopted = "rules_adopted", Refuses:
        "Les règles sont adoptées avant toute contribution." | "The rules are adopted before any contribution.",
        "aucune règle n'était encore adoptée" | "no rules were adopted yet";
    ConsultationOpen = "consultation_open", Refuses:
        "La consultation n'est pas close." | "The consultation is not closed.",
        "la consultation était close" | "the consultation was closed";
    PhaseOpen = "phase_open", Refuses:
        "Une phase ouverte permet cet acte." | "An open phase allows this act.",
        "aucune phase ouverte ne permettait cet acte" | "no open phase allowed this act";
    KindAllowed = "kind_allowed", Refuses:
        "La phase admet ce genre de contribution." | "The phase takes this kind of contribution.",
        "la phase n'admet pas ce genre de contribution" | "the phase does not take this kind of contribution";
    OwnContribution = "own_contribution", Refuses:
        "On n'agit ainsi que sur sa propre contribution." | "Only an author does this to a contribution.",
        "la contribution est d'une autre personne" | "the contribution is somebody else's";
    NotWithdrawn = "not_withdrawn", Refuses:
        "La contribution n'a pas été retirée par son auteur." | "The contribution was not withdrawn by its author.",
        "la contribution avait été retirée par son auteur" | "the contribution had been withdrawn by its author";
    NotYetTakenUp = "not_yet_taken_up", Refuses:
        "Une contribution déjà reprise ou décidée ne se retire plus." | "A contribution that was taken up or decided is no longer withdrawn.",
        "la contribution était déjà reprise ou décidée" | "the contribution was already taken up or decided";
    TextReadable = "text_readable", Refuses:
        "Le texte visé peut être lu de tous." | "The text concerned can be read by everyone.",
        "le texte visé n'était pas lisible" | "the text concerned could not be read";
    CurrentVersion = "current_version", Refuses:
        "L'acte vise la version en vigueur." | "The act concerns the current version.",
        "l'acte vise une version remplacée" | "the act concerns a version that was replaced";
    BallotOpen = "ballot_open", Refuses:
        "Le scrutin est ouvert." | "The ballot is open.",
        "le scrutin n'était pas ouvert" | "the ballot was not open";
    OneVotePerVoter = "one_vote_per_voter", Refuses:
        "Chaque personne a une voix au plus sur le même texte." | "Each person has at most one vote on the same text.",
        "la même personne a déjà voté" | "the same person has already voted";
    VotesPerPerson = "votes_per_person", Refuses:
        "Chaque personne a au plus autant de voix que le scrutin en donne." | "Each person has at most as many votes as the ballot gives.",
        "la personne a plus de voix que le scrutin n'en donne" | "the person has more votes than the ballot gives";
    TerritoryCounted = "territory_counted", Refuses:
        "Un vote ne dit son secteur que là où le scrutin compte par secteur." | "A vote says its area only where the ballot counts by area.",
        "le vote dit un secteur alors que le scrutin ne compte pas par secteur" | "the vote says an area though the ballot does not count by area";
    ChoiceOffered = "choice_offered", Refuses:
        "Le choix est l'un de ceux que le scrutin propose." | "The choice is one that the ballot offers.",
        "le scrutin ne propose pas ce choix" | "the ballot does not offer this choice";
    BodyNamed = "body_named", Refuses:
        "L'organisme qui agit est nommé." | "The body that acts is named.",
        "l'organisme n'est pas nommé" | "the body is not named";
    SignatoryNamed = "signatory_named", Refuses:
        "La personne qui signe est nommée." | "The person who signs is named.",
        "il n'est pas dit qui a signé" | "it is not said who signed";
    CapacityGiven = "capacity_given", Refuses:
        "La qualité de la personne qui signe est donnée." | "The capacity of the person who signs is given.",
        "il n'est pas dit en quelle qualité" | "it is not said in which capacity";
    ReasonsGiven = "reasons_given", Refuses:
        "Les raisons sont données." | "Reasons are given.",
        "les raisons ne sont pas données" | "no reasons are given";
    DecisionDated = "decision_dated", Refuses:
        "La date de la décision est donnée." | "The date of the decision is given.",
        "la date de la décision n'est pas donnée" | "the date of the decision is not given";
    OutcomeStated = "outcome_stated", Refuses:
        "La réponse dit ce qui est décidé." | "The response says what is decided.",
        "il n'est pas dit ce qui est décidé" | "it is not said what is decided";
    PointerGiven = "pointer_given", Refuses:
        "La réponse dit où la suite se trouve : article, délibération, ligne de budget, compte rendu." | "The response says where the follow-up stands: article, resolution, budget line, record.",
        "il n'est pas dit où la suite se trouve" | "it is not said where the follow-up stands";
    PointerDatedBefore = "pointer_dated_before", Refuses:
        "La mesure déjà prévue est datée d'avant la contribution." | "The measure already provided for is dated before the contribution.",
        "rien ne montre que la mesure existait avant la contribution" | "nothing shows that the measure existed before the contribution";
    PartStated = "part_stated", Refuses:
        "La réponse dit quelle partie est retenue." | "The response says which part is taken up.",
        "il n'est pas dit quelle partie est retenue" | "it is not said which part is taken up";
    UntilStated = "until_stated", Refuses:
        "Le report dit jusqu'à quand, ou jusqu'à quelle phase." | "A deferral says until when, or until which phase.",
        "il n'est pas dit jusqu'à quand" | "it is not said until when";
    RecipientNamed = "recipient_named", Refuses:
        "L'autorité destinataire est nommée." | "The authority it is sent to is named.",
        "l'autorité destinataire n'est pas nommée" | "the authority it was sent to is not named";
    ResultingVersionStated = "resulting_version_stated", Refuses:
        "La version issue de l'amendement est donnée." | "The version that the amendment leads to is given.",
        "la version issue de l'amendement n'est pas donnée" | "the version that the amendment leads to is not given";
    CauseStated = "cause_stated", Refuses:
        "L'acte qui rend l'amendement sans objet est donné." | "The act that leaves the amendment without object is given.",
        "il n'est pas dit ce qui rend l'amendement sans objet" | "it is not said what left the amendment without object";
    GroundStated = "ground_stated", Refuses:
        "Le motif est donné." | "The ground is stated.",
        "le motif n'est pas donné" | "the ground is not stated";
    ExplanationGiven = "explanation_given", Refuses:
        "La mesure est expliquée à l'auteur." | "The measure is explained to the author.",
        "la mesure n'est pas expliquée" | "the measure is not explained";
    PolicyStated = "policy_stated", Refuses:
        "La version de la charte appliquée est donnée." | "The version of the policy applied is given.",
        "la charte appliquée n'est pas donnée" | "the policy applied is not given";
    AppealPathStated = "appeal_path_stated", Refuses:
        "Le recours et son délai sont donnés." | "How to appeal, and until when, is given.",
        "ni recours ni délai ne sont donnés" | "neither an appeal nor its time limit is given";
    AppealPending = "appeal_pending", Refuses:
        "Un recours est en attente de décision." | "An appeal awaits a decision.",
        "aucun recours n'était en attente" | "no appeal was pending";
    ThresholdTrue = "threshold_true", Refuses:
        "Le seuil se vérifie sur les votes comptés." | "The threshold can be checked on the votes counted.",
        "les votes comptés n'atteignaient pas le seuil" | "the votes counted did not reach the threshold";
    AppealInTime = "appeal_in_time", Remarks:
        "Le recours arrive dans son délai." | "The appeal comes within its time limit.",
        "le recours est arrivé après son délai" | "the appeal came after its time limit";
    AnsweredBeforeDeadline = "answered_before_deadline", Remarks:
        "La réponse est publiée dans le délai." | "The response is published within the time limit.",
        "la réponse a été publiée après le délai" | "the response was published after the time limit";
    AnsweredBeforeClosing = "answered_before_closing", Remarks:
        "La réponse est publiée avant la clôture." | "The response is published before the closing.",
        "la réponse a été publiée après la clôture" | "the response was published after the closing";
    DecidedBeforePublication = "decided_before_publication", Remarks:
        "La décision précède sa publication." | "The decision precedes its publication.",
        "la décision est datée d'après sa publication" | "the decision is dated after its publication";
    ModeratedBeforeOpening = "moderated_before_opening", Remarks:
        "L'irrecevabilité est prononcée avant l'ouverture aux soutiens." | "Inadmissibility is declared before support opens.",
        "l'irrecevabilité a été prononcée après l'ouverture aux soutiens" | "inadmissibility was declared after support had opened";
    EditsShown = "edits_shown", Remarks:
        "Chaque changement de texte est montré." | "Every change of text is shown.",
        "le texte a changé sans que le changement soit connu" | "the text was changed and the change is not known";
}

/// What every response must carry, whatever it decides.
const SIGNED_AND_REASONED: [Norm; 4] =
    [Norm::BodyNamed, Norm::SignatoryNamed, Norm::CapacityGiven, Norm::ReasonsGiven];

/// The evidence that a response with this outcome must carry.
///
/// Nobody can write "answered" without a body, a name, a capacity and a reason, nor "adopted" without
/// saying where.
#[must_use]
pub fn asked_of_response(outcome: Outcome) -> Vec<Norm> {
    let of_this_outcome: &[Norm] = match outcome {
        Outcome::Answered | Outcome::Rejected | Outcome::ClosedNoAction => &[],
        Outcome::UnderReview => &[Norm::DecisionDated],
        Outcome::Referred => &[Norm::RecipientNamed],
        Outcome::Adopted | Outcome::AdoptedWithChanges | Outcome::Selected => &[Norm::PointerGiven],
        Outcome::PartiallyAdopted => &[Norm::PointerGiven, Norm::PartStated],
        Outcome::AlreadySatisfied => &[Norm::PointerGiven, Norm::PointerDatedBefore],
        Outcome::Deferred => &[Norm::UntilStated],
        Outcome::NotFeasible => &[Norm::GroundStated],
        Outcome::Debated => &[Norm::DecisionDated, Norm::PointerGiven],
    };
    SIGNED_AND_REASONED.iter().chain(of_this_outcome).copied().collect()
}

/// The evidence that the decision of an amendment must carry.
#[must_use]
pub const fn asked_of_amendment(fate: AmendmentFate) -> &'static [Norm] {
    match fate {
        AmendmentFate::Adopted | AmendmentFate::AdoptedWithChanges => &[Norm::ResultingVersionStated],
        AmendmentFate::Rejected => &[Norm::ReasonsGiven],
        AmendmentFate::Inadmissible => &[Norm::GroundStated, Norm::ReasonsGiven],
        AmendmentFate::AlreadySatisfied => &[Norm::PointerGiven],
        AmendmentFate::Lapsed => &[Norm::CauseStated],
        AmendmentFate::Withdrawn
        | AmendmentFate::NotSupported
        | AmendmentFate::NotExamined
        | AmendmentFate::NotVoted => &[],
    }
}

/// The evidence that a moderation must carry: a measure against a text carries a statement of reasons.
#[must_use]
pub const fn asked_of_moderation(action: ModerationAction) -> &'static [Norm] {
    match action {
        ModerationAction::Hide
        | ModerationAction::Remove
        | ModerationAction::Redact
        | ModerationAction::Reject => {
            &[Norm::GroundStated, Norm::ExplanationGiven, Norm::PolicyStated, Norm::AppealPathStated]
        }
        ModerationAction::Restore => &[Norm::GroundStated],
        ModerationAction::Keep => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_norm_asks_in_a_whole_sentence_of_at_most_thirty_words() {
        for norm in Norm::ALL {
            for locale in Locale::ALL {
                let asks = norm.asks(*locale);
                assert!(asks.ends_with('.') && asks.chars().next().unwrap().is_uppercase(), "{norm}: {asks}");
                assert!(asks.split_whitespace().count() <= 30, "{norm}: {asks}");
            }
        }
    }

    #[test]
    fn a_breach_can_stand_inside_a_sentence() {
        for norm in Norm::ALL {
            for locale in Locale::ALL {
                let breach = norm.breach(*locale);
                assert!(!breach.ends_with('.') && breach.chars().next().unwrap().is_lowercase(), "{breach}");
            }
        }
    }

    #[test]
    fn no_norm_speaks_of_the_machine_room() {
        for norm in Norm::ALL {
            for locale in Locale::ALL {
                let said = format!("{} {}", norm.asks(*locale), norm.breach(*locale)).to_lowercase();
                for word in ["hash", "merkle", "event", "payload", "stream", "projection", "ledger"] {
                    assert!(!said.contains(word), "{norm} says `{word}`: {said}");
                }
            }
        }
    }

    #[test]
    fn lateness_never_refuses() {
        for norm in [Norm::AnsweredBeforeDeadline, Norm::AnsweredBeforeClosing, Norm::AppealInTime] {
            assert_eq!(norm.force(), Force::Remarks, "{norm}");
        }
    }

    #[test]
    fn every_response_names_its_body_its_signatory_their_capacity_and_its_reasons() {
        for outcome in Outcome::ALL {
            let asked = asked_of_response(*outcome);
            for norm in [Norm::BodyNamed, Norm::SignatoryNamed, Norm::CapacityGiven, Norm::ReasonsGiven] {
                assert!(asked.contains(&norm), "{outcome} without {norm}");
            }
        }
    }

    #[test]
    fn nothing_is_taken_up_without_saying_where() {
        for outcome in [Outcome::Adopted, Outcome::AdoptedWithChanges, Outcome::PartiallyAdopted] {
            assert!(asked_of_response(outcome).contains(&Norm::PointerGiven), "{outcome}");
        }
    }

    #[test]
    fn what_was_already_provided_for_must_have_existed_before() {
        assert!(asked_of_response(Outcome::AlreadySatisfied).contains(&Norm::PointerDatedBefore));
    }

    #[test]
    fn whatever_evidence_is_asked_refuses_when_it_is_missing() {
        let responses = Outcome::ALL.iter().flat_map(|outcome| asked_of_response(*outcome));
        let amendments = AmendmentFate::ALL.iter().flat_map(|fate| asked_of_amendment(*fate)).copied();
        let measures = ModerationAction::ALL.iter().flat_map(|action| asked_of_moderation(*action)).copied();
        for norm in responses.chain(amendments).chain(measures) {
            assert_eq!(norm.force(), Force::Refuses, "{norm}");
        }
    }

    #[test]
    fn a_measure_against_a_text_carries_a_statement_of_reasons() {
        for action in [
            ModerationAction::Hide,
            ModerationAction::Remove,
            ModerationAction::Redact,
            ModerationAction::Reject,
        ] {
            let asked = asked_of_moderation(action);
            assert!(
                asked.contains(&Norm::GroundStated) && asked.contains(&Norm::AppealPathStated),
                "{action}"
            );
        }
    }
}
