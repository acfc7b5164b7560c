//! One plausible act of every type, as the people of an invented town would do it.
//!
//! Each carries all that the rules ask, so that it is accepted wherever it has a meaning; a test takes away
//! what it is about. The numbers are those that the record gives anyway. This module knows no state.

use super::record::START;
use crate::consultation::signing_credential;
use crate::event::code::{
    Activity, AppealOutcome, Assurance, BallotKind, Channel, Choice, CoauthorChange, ConsultationKind,
    ContributionKind, Correction, Custody, DebatePlace, DutyStart, Followed, GapCause, GrantScope,
    ImportFormat, InvalidVote, Lang, Opinion, PointerKind, ReasonCode, ReferenceKind, RetractedBy,
    RevocationCause, RulesOrigin, Side, Stage, TextFormat, ThresholdKind,
};
use crate::event::code::{
    ErasureGround, ErasureOutcome, ErasureScope, KeyPurpose, LossCause, PurgedStore, Requester,
};
use crate::event::part::Ticket;
use crate::event::part::{
    ActText, AnswerWithin, Author, BallotDefinition, Bodies, ChoiceMade, Citation, DebateRecord, Explanation,
    Holder, LocalStatus, Mandate, Manifest, ManifestFile, Minutes, Moderator, OfficialText, PhaseRule,
    PointerText, Presentation, Reasons, RedactedText, Registration, RuleSet, Signatory, Source,
    SupportThreshold, TallyTable, TitledText,
};
use crate::event::{Absence, Part};
use crate::event::{
    amendment, consultation, contribution, debate, ledger, moderation, oversight, petition, response, vote,
};
use crate::id::{Bytes32, CredentialId, HolderId, Participant, PublicKey, VoterTag};
use crate::ledger::SigningKey;
use crate::rules::{AmendmentFate, Ground, ModerationAction, Outcome, Role};
use crate::time::Timestamp;

const fn unsaid<T>() -> Part<T> {
    Part::Absent(Absence::NotInSource)
}

/// The participant number `n`.
#[must_use]
pub const fn participant(n: u8) -> Participant {
    Participant([n; 16])
}

/// The tag of the voter number `n`.
#[must_use]
pub fn tag(n: u64) -> VoterTag {
    let mut tag = [0x7a; 16];
    for (byte, value) in tag.iter_mut().zip(n.to_be_bytes()) {
        *byte = value;
    }
    VoterTag(tag)
}

/// Who acts: a participant who gave no name.
#[must_use]
pub const fn author() -> Part<Author> {
    Part::Open(Author { name: None, participant: Some(participant(7)) })
}

/// A text with its title.
#[must_use]
pub fn text(title: &str, body: &str) -> Part<TitledText> {
    let format = TextFormat::Plain;
    Part::Open(TitledText { body: Some(body.to_owned()), format, title: Some(title.to_owned()) })
}

fn explanation(text: &str) -> Part<Explanation> {
    Part::Open(Explanation { text: text.to_owned() })
}

fn reasons(text: &str) -> Part<Reasons> {
    Part::Open(Reasons { text: text.to_owned() })
}

fn minutes(text: &str) -> Part<Minutes> {
    Part::Open(Minutes { text: text.to_owned(), url: Some("https://villeneuve.example/cr/12".to_owned()) })
}

fn moderator() -> Part<Moderator> {
    Part::Open(Moderator { name: "Nadia Ferrand".to_owned() })
}

fn signatory() -> Part<Signatory> {
    let capacity = Some("adjointe à la voirie".to_owned());
    Part::Open(Signatory { capacity, name: "Claire Morin".to_owned() })
}

/// Where an item stands on the former site of the town.
#[must_use]
pub fn source(external_id: &str) -> Part<Source> {
    Part::Open(Source {
        external_id: external_id.to_owned(),
        kind: "proposal".to_owned(),
        platform: "ancien-site.villeneuve.example".to_owned(),
        url: Some(format!("https://ancien-site.villeneuve.example/p/{external_id}")),
    })
}

/// A consultation enters the record, with its first body, the town.
#[must_use]
pub fn registration(slug: &str) -> consultation::Registered {
    consultation::Registered {
        facts: consultation::RegisteredFacts {
            kind: ConsultationKind::Consultation,
            lang: Lang::Fr,
            rules: RulesOrigin::Native,
        },
        presentation: Part::Open(Presentation {
            description: Some("Où faire passer les pistes d'ici 2030 ?".to_owned()),
            title: "Plan vélo 2030".to_owned(),
        }),
        registration: Part::Open(Registration { slug: slug.to_owned(), timezone: "Europe/Paris".to_owned() }),
        bodies: bodies(&["Ville de Villeneuve-sur-Yvelle"]),
        source: unsaid(),
    }
}

/// Bodies to append to the list.
#[must_use]
pub fn bodies(names: &[&str]) -> Part<Bodies> {
    Part::Open(Bodies { names: names.iter().map(|name| (*name).to_owned()).collect() })
}

/// The rules: phase 0 to write, phase 1 to vote, phase 2 to answer; 3 supports bring an answer, 5 a debate.
#[must_use]
pub fn rule_set() -> RuleSet {
    use Activity::{Amendments, Answers, Debate, Review, Submissions, Votes};
    let phase = |name: &str, admits: &[Activity], from: i64, until: i64| PhaseRule {
        admits: admits.to_vec(),
        from: Some(START.plus_days(from)),
        name: name.to_owned(),
        until: Some(START.plus_days(until)),
    };
    let threshold = |brings, count| SupportThreshold { brings, count };
    RuleSet {
        moderated_before: false,
        phases: vec![
            phase("Proposer", &[Submissions, Amendments, Debate], 0, 60),
            phase("Soutenir", &[Votes], 0, 90),
            phase("Répondre", &[Review, Answers], 60, 180),
        ],
        territories: vec!["Centre".to_owned(), "Quais".to_owned()],
        themes: vec!["Pistes".to_owned(), "Stationnement".to_owned(), "Sécurité".to_owned()],
        thresholds: vec![threshold(ThresholdKind::Response, 3), threshold(ThresholdKind::Debate, 5)],
        answer_within: Some(AnswerWithin {
            body: 0,
            days: 90,
            from: DutyStart::Closing,
            must: true,
            source: "règlement de la consultation, article 9".to_owned(),
        }),
    }
}

/// The rules are fixed.
#[must_use]
pub fn rules() -> consultation::RulesAdopted {
    consultation::RulesAdopted {
        facts: consultation::RulesAdoptedFacts { version: 1 },
        rules: Part::Open(rule_set()),
        bodies: unsaid(),
    }
}

/// The rules are changed.
#[must_use]
pub fn rules_change() -> consultation::RulesAmended {
    consultation::RulesAmended {
        facts: consultation::RulesAmendedFacts { version: 2 },
        reasons: reasons("Le conseil municipal a demandé un débat dès 4 soutiens."),
        rules: Part::Open(rule_set()),
        bodies: unsaid(),
    }
}

/// A phase opens, without a planned end.
#[must_use]
pub const fn phase_opening(phase: u32) -> consultation::PhaseOpened {
    consultation::PhaseOpened { facts: consultation::PhaseOpenedFacts { phase, until: None } }
}

/// A phase lasts longer than planned.
#[must_use]
pub fn phase_extension(phase: u32, until: Timestamp) -> consultation::PhaseExtended {
    consultation::PhaseExtended {
        facts: consultation::PhaseExtendedFacts { phase, until },
        reasons: reasons("La réunion du quartier des quais est reportée de deux semaines."),
    }
}

/// A phase closes.
#[must_use]
pub const fn phase_closing(phase: u32) -> consultation::PhaseClosed {
    consultation::PhaseClosed { facts: consultation::PhaseClosedFacts { phase } }
}

/// The authority puts a text to consultation.
#[must_use]
pub fn reference_text() -> consultation::ReferenceTextPublished {
    consultation::ReferenceTextPublished {
        facts: consultation::ReferenceTextPublishedFacts {
            kind: ReferenceKind::Article,
            lang: Lang::Fr,
            number: 1,
            source_changed_at: None,
            theme: Some(0),
        },
        text: Part::Open(OfficialText {
            body: "La ville construit trois kilomètres de pistes séparées.".to_owned(),
            changes: Vec::new(),
            format: TextFormat::Plain,
            title: "Article 4".to_owned(),
        }),
        source: unsaid(),
    }
}

/// The consultation is over.
#[must_use]
pub fn consultation_closing() -> consultation::Closed {
    consultation::Closed {
        facts: consultation::ClosedFacts {},
        reasons: reasons("La délibération est prise."),
    }
}

/// Somebody submits a proposal.
#[must_use]
pub fn submission() -> contribution::Submitted {
    contribution::Submitted {
        facts: contribution::SubmittedFacts {
            channel: Channel::Web,
            kind: ContributionKind::Proposal,
            lang: Lang::Fr,
            number: 1,
            source_changed_at: None,
            territory: None,
            theme: Some(0),
        },
        text: text("Piste protégée avenue Jaurès", "Une piste séparée des voitures, de la gare au pont."),
        author: author(),
        source: unsaid(),
        place: unsaid(),
    }
}

/// A contribution is shown to everybody.
#[must_use]
pub const fn publication() -> contribution::Published {
    contribution::Published { facts: contribution::PublishedFacts {} }
}

/// Its text changes.
#[must_use]
pub fn revision() -> contribution::Revised {
    contribution::Revised {
        facts: contribution::RevisedFacts { material: Some(true), seen_before: None, version: 2 },
        text: text(
            "Piste protégée avenue Jaurès",
            "Une piste séparée, de la gare au pont, dans les deux sens.",
        ),
        author: author(),
        explanation: explanation("Plusieurs personnes ont demandé les deux sens."),
    }
}

/// A moderator asks for another text.
#[must_use]
pub fn revision_request() -> contribution::RevisionRequested {
    contribution::RevisionRequested {
        facts: contribution::RevisionRequestedFacts { until: Some(START.plus_days(10)) },
        explanation: explanation("Le numéro de téléphone est à retirer."),
        moderator: moderator(),
    }
}

/// Its author takes it back.
#[must_use]
pub fn withdrawal() -> contribution::Withdrawn {
    contribution::Withdrawn {
        facts: contribution::WithdrawnFacts { reason_given: true },
        author: author(),
        explanation: explanation("Une autre proposition dit mieux la même chose."),
    }
}

/// Somebody joins the authors.
#[must_use]
pub const fn coauthor() -> contribution::CoauthorChanged {
    contribution::CoauthorChanged {
        facts: contribution::CoauthorChangedFacts { change: CoauthorChange::Joined },
        author: author(),
    }
}

/// Its address at the source was recorded wrongly.
#[must_use]
pub fn reference_correction() -> contribution::ReferenceCorrected {
    contribution::ReferenceCorrected {
        facts: contribution::ReferenceCorrectedFacts {},
        source: source("118"),
    }
}

/// Somebody proposes an amendment.
#[must_use]
pub fn amendment() -> amendment::Submitted {
    amendment::Submitted {
        facts: amendment::SubmittedFacts {
            channel: Channel::Web,
            lang: Lang::Fr,
            number: 1,
            source_changed_at: None,
        },
        text: text("Largeur de la piste", "Écrire « deux mètres » au lieu de « un mètre cinquante »."),
        author: author(),
        source: unsaid(),
        explanation: explanation("Deux vélos doivent pouvoir se croiser."),
    }
}

/// A body gives its opinion on an amendment.
#[must_use]
pub fn opinion() -> amendment::OpinionGiven {
    amendment::OpinionGiven {
        facts: amendment::OpinionGivenFacts { body: 0, opinion: Opinion::Favourable },
        text: act_text("La chaussée le permet."),
    }
}

/// An amendment is adopted: the text takes it in as version 2.
#[must_use]
pub fn amendment_decision() -> amendment::Decided {
    amendment::Decided {
        facts: amendment::DecidedFacts {
            body: Some(0),
            fate: AmendmentFate::Adopted,
            ground: None,
            resulting_version: Some(2),
        },
        signatory: signatory(),
        minutes: minutes("Adopté par le comité du plan vélo, 9 voix sur 11."),
        bodies: unsaid(),
    }
}

/// Its author mends it.
#[must_use]
pub fn rectification() -> amendment::Rectified {
    amendment::Rectified {
        facts: amendment::RectifiedFacts { version: 2 },
        text: text(
            "Largeur de la piste",
            "Écrire « deux mètres cinquante » au lieu de « un mètre cinquante ».",
        ),
        author: author(),
    }
}

/// It lost its object.
#[must_use]
pub const fn lapse() -> amendment::Lapsed {
    amendment::Lapsed { facts: amendment::LapsedFacts {} }
}

/// An argument for.
#[must_use]
pub fn argument() -> debate::ArgumentPosted {
    debate::ArgumentPosted {
        facts: debate::ArgumentPostedFacts {
            channel: Channel::Web,
            lang: Lang::Fr,
            side: Side::For,
            source_changed_at: None,
        },
        text: Part::Open(TitledText {
            body: Some("Mes enfants iraient seuls au collège.".to_owned()),
            format: TextFormat::Plain,
            title: None,
        }),
        author: author(),
        source: unsaid(),
    }
}

/// A comment.
#[must_use]
pub fn comment() -> debate::CommentPosted {
    debate::CommentPosted {
        facts: debate::CommentPostedFacts { channel: Channel::Web, lang: Lang::Fr },
        text: Part::Open(TitledText {
            body: Some("Et les livraisons du matin ?".to_owned()),
            format: TextFormat::Plain,
            title: None,
        }),
        author: author(),
        source: unsaid(),
    }
}

/// A source cited in support.
#[must_use]
pub fn citation() -> debate::SourceCited {
    debate::SourceCited {
        facts: debate::SourceCitedFacts { channel: Channel::Web },
        citation: Part::Open(Citation {
            text: Some("Compte 1 900 passages par jour.".to_owned()),
            title: Some("Comptages vélo 2026".to_owned()),
            url: Some("https://villeneuve.example/comptages-2026".to_owned()),
        }),
        author: author(),
        source: unsaid(),
    }
}

/// A debate was held.
#[must_use]
pub fn debate_held() -> debate::DebateHeld {
    debate::DebateHeld {
        facts: debate::DebateHeldFacts { place: DebatePlace::Council },
        record: Part::Open(DebateRecord {
            links: vec!["https://villeneuve.example/conseil/2027-06".to_owned()],
            overview: Some("Le conseil a débattu de l'avenue Jaurès pendant une heure.".to_owned()),
        }),
    }
}

/// A ballot opens on which people give their support.
#[must_use]
pub fn support_ballot() -> vote::BallotOpened {
    vote::BallotOpened {
        facts: vote::BallotOpenedFacts {
            choices_withheld: false,
            kind: BallotKind::Support,
            per_territory: false,
            votes_per_person: None,
        },
        definition: Part::Open(BallotDefinition {
            options: Vec::new(),
            question: "Soutenez-vous cette proposition ?".to_owned(),
        }),
    }
}

/// A ballot whose choices are withheld while it is open.
#[must_use]
pub fn withheld_ballot() -> vote::BallotOpened {
    let facts = vote::BallotOpenedFacts {
        choices_withheld: true,
        kind: BallotKind::Opinion,
        per_territory: false,
        votes_per_person: None,
    };
    vote::BallotOpened { facts, ..support_ballot() }
}

/// The voter number `n` gives a support.
#[must_use]
pub fn vote(n: u64) -> vote::Cast {
    vote::Cast {
        facts: vote::CastFacts { tag: tag(n), territory: None, weight: 1 },
        author: author(),
        choice: Part::Open(ChoiceMade { choice: Choice::Support, option: None }),
    }
}

/// The voter number `n` changes the vote.
#[must_use]
pub fn vote_change(n: u64) -> vote::Changed {
    vote::Changed {
        facts: vote::ChangedFacts { tag: tag(n), weight: 1 },
        author: author(),
        choice: Part::Open(ChoiceMade { choice: Choice::Support, option: None }),
    }
}

/// The voter number `n` takes the vote back.
#[must_use]
pub fn vote_retraction(n: u64) -> vote::Retracted {
    vote::Retracted { facts: vote::RetractedFacts { by: RetractedBy::Voter, tag: tag(n) } }
}

/// The vote of the voter number `n` is declared invalid.
#[must_use]
pub fn vote_invalidation(n: u64) -> vote::Invalidated {
    vote::Invalidated {
        facts: vote::InvalidatedFacts { ground: InvalidVote::Twice, tag: tag(n) },
        explanation: explanation("La même personne avait deux comptes."),
    }
}

fn counts(supports: u64) -> Vec<vote::Count> {
    vec![vote::Count { choice: Choice::Support, count: supports, option: None, territory: None }]
}

/// Votes on paper are added.
#[must_use]
pub fn paper_votes() -> vote::PaperAdded {
    vote::PaperAdded {
        facts: vote::PaperAddedFacts { counts: counts(31) },
        minutes: minutes("Dépouillement en mairie, deux scrutateurs."),
    }
}

/// A counter was observed at its source.
#[must_use]
pub fn counter(supports: u64) -> vote::Observed {
    vote::Observed {
        facts: vote::ObservedFacts { counts: counts(supports) },
        source: source("7"),
        table: Part::Open(TallyTable { rows: vec![("Soutiens".to_owned(), supports)] }),
    }
}

/// A ballot closes.
#[must_use]
pub const fn ballot_closing() -> vote::BallotClosed {
    vote::BallotClosed { facts: vote::BallotClosedFacts {} }
}

/// The threshold of an answer is reached.
#[must_use]
pub const fn threshold() -> petition::ThresholdReached {
    petition::ThresholdReached {
        facts: petition::ThresholdReachedFacts {
            brings: ThresholdKind::Response,
            count: Some(3),
            threshold: Some(3),
        },
    }
}

/// Somebody reports a text.
#[must_use]
pub fn report() -> moderation::Reported {
    moderation::Reported {
        facts: moderation::ReportedFacts { ground: Some(Ground::PersonalAttack) },
        explanation: explanation("Le texte accuse un voisin par son nom."),
        author: author(),
    }
}

/// A moderator takes a measure, with all that it must carry.
#[must_use]
pub fn moderation(action: ModerationAction) -> moderation::Decided {
    moderation::Decided {
        facts: moderation::DecidedFacts {
            action,
            appeal_until: Some(START.plus_days(40)),
            automated: Some(false),
            ground: Some(Ground::PersonalAttack),
            policy_version: Some(1),
        },
        explanation: explanation("Le texte nomme une personne privée."),
        moderator: moderator(),
        redacted: match action {
            ModerationAction::Redact => redacted(),
            ModerationAction::Keep
            | ModerationAction::Hide
            | ModerationAction::Remove
            | ModerationAction::Restore
            | ModerationAction::Reject => unsaid(),
        },
        local: Part::Open(LocalStatus { words: "atteinte-aux-personnes".to_owned() }),
    }
}

fn redacted() -> Part<RedactedText> {
    Part::Open(RedactedText {
        body: Some("Mon voisin […] se gare sur le trottoir.".to_owned()),
        title: Some("Stationnement rue Basse".to_owned()),
    })
}

/// The author contests a measure.
#[must_use]
pub fn appeal() -> moderation::Appealed {
    moderation::Appealed {
        facts: moderation::AppealedFacts {},
        explanation: explanation("Le nom est celui d'une entreprise."),
        author: author(),
    }
}

/// An appeal is decided.
#[must_use]
pub fn appeal_decision(outcome: AppealOutcome) -> moderation::AppealDecided {
    moderation::AppealDecided {
        facts: moderation::AppealDecidedFacts { outcome },
        explanation: explanation("Le texte est de nouveau lisible, sans le nom."),
        moderator: moderator(),
        redacted: match outcome {
            AppealOutcome::Redacted => redacted(),
            AppealOutcome::Upheld | AppealOutcome::Overturned => unsaid(),
        },
    }
}

/// The author is told of a measure.
#[must_use]
pub const fn notification() -> moderation::AuthorNotified {
    moderation::AuthorNotified { facts: moderation::AuthorNotifiedFacts { channel: Channel::Letter } }
}

fn act_text(reason: &str) -> Part<ActText> {
    Part::Open(ActText {
        local_status: Some("avis favorable".to_owned()),
        pointers: Vec::new(),
        reason: Some(reason.to_owned()),
        text: None,
    })
}

/// The authority answers; the evidence is what any outcome may ask for.
#[must_use]
pub fn response(outcome: Outcome) -> response::Published {
    response::Published {
        facts: response::PublishedFacts {
            bodies: vec![0],
            decided_at: Some(START.plus_days(-400)),
            deferred_until: Some(START.plus_days(365)),
            group_size: 1,
            outcome: Some(outcome),
            passages: vec![response::PassageOutcome { outcome: Outcome::Rejected, passage: 1 }],
            pointers: vec![response::Pointer {
                dated: Some(START.plus_days(-500)),
                kind: PointerKind::Article,
            }],
            reasons: vec![ReasonCode::Safety],
            referred_to: Some(0),
        },
        signatory: signatory(),
        text: Part::Open(ActText {
            local_status: Some("retenue".to_owned()),
            pointers: vec![PointerText {
                url: Some("https://villeneuve.example/deliberations/2027-41".to_owned()),
                words: "délibération 2027-41, article 4".to_owned(),
            }],
            reason: Some("L'avenue est la plus dangereuse de la ville.".to_owned()),
            text: None,
        }),
        bodies: unsaid(),
        source: unsaid(),
    }
}

/// A response is mended.
#[must_use]
pub fn response_correction() -> response::Corrected {
    response::Corrected {
        facts: response::CorrectedFacts { corrects: Correction::Signatory },
        signatory: signatory(),
        text: unsaid(),
    }
}

/// A response is replaced by another.
#[must_use]
pub fn response_replacement(outcome: Outcome) -> response::Superseded {
    let response::Published { facts, signatory, text, bodies, .. } = response(outcome);
    response::Superseded { facts, signatory, text, bodies }
}

/// The author contests a response.
#[must_use]
pub fn contest() -> response::Contested {
    response::Contested {
        facts: response::ContestedFacts {},
        explanation: explanation("La réponse ne parle que du matin ; le soir, rien ne change."),
        author: author(),
    }
}

/// A guarantor notes something.
#[must_use]
pub fn observation() -> oversight::GuarantorObserved {
    oversight::GuarantorObserved {
        facts: oversight::GuarantorObservedFacts {},
        signatory: signatory(),
        reasons: reasons("Le registre papier de la mairie annexe n'est tapé qu'à 60 %."),
    }
}

/// A guarantor recommends something.
#[must_use]
pub fn recommendation() -> oversight::Recommended {
    oversight::Recommended {
        facts: oversight::RecommendedFacts { number: 1 },
        signatory: signatory(),
        reasons: reasons("Prolonger la phase de proposition pour le quartier des quais."),
    }
}

/// A recommendation is answered.
#[must_use]
pub fn recommendation_answer() -> oversight::RecommendationAnswered {
    oversight::RecommendationAnswered {
        facts: oversight::RecommendationAnsweredFacts { followed: Followed::Yes },
        signatory: signatory(),
        minutes: minutes("La phase est prolongée de deux semaines."),
    }
}

/// An import of a source observed at an instant is complete.
#[must_use]
pub fn import(observed_at: Timestamp) -> oversight::ImportSealed {
    oversight::ImportSealed {
        facts: oversight::ImportSealedFacts {
            covers: vec![Stage::Submissions, Stage::Votes],
            format: ImportFormat::Consul,
            gaps: 1,
            observed_at,
            read: 9,
            refused: 0,
            skipped: 0,
            written: 17,
        },
        manifest: Part::Open(Manifest {
            files: vec![ManifestFile {
                bytes: 4_096,
                name: "ancien-site.csv".to_owned(),
                sha256: Bytes32([0x5c; 32]),
            }],
            notes: vec!["La ligne 6 n'a pas de date.".to_owned()],
        }),
    }
}

/// Something is missing from a source.
#[must_use]
pub fn gap() -> oversight::GapDeclared {
    oversight::GapDeclared {
        facts: oversight::GapDeclaredFacts { cause: GapCause::DebateUndated },
        source: source("119"),
        record: Part::Open(DebateRecord {
            links: vec!["https://ancien-site.villeneuve.example/119/debat".to_owned()],
            overview: Some("La commission a examiné la demande.".to_owned()),
        }),
    }
}

/// The credential number `n`; the first is the administrator's.
#[must_use]
pub const fn credential(n: u8) -> CredentialId {
    CredentialId([n; 16])
}

/// A credential gets a role in a consultation, from the administrator's first.
#[must_use]
pub fn grant(n: u8, role: Role) -> oversight::RoleGranted {
    oversight::RoleGranted {
        facts: oversight::RoleGrantedFacts {
            assurance: (role == Role::Platform).then_some(Assurance::Substantial),
            credential: credential(n),
            custody: Custody::Holder,
            from: None,
            granted_by: Some(CredentialId::FIRST),
            holder: HolderId([n; 16]),
            key: None,
            role,
            scope: GrantScope::Consultation,
            until: None,
        },
        holder: Part::Open(Holder { name: "Anne Le Goff".to_owned() }),
        mandate: Part::Open(Mandate {
            body: "Commission nationale du débat public".to_owned(),
            text: Some("décision n° 2027/12 du 3 février 2027".to_owned()),
        }),
    }
}

/// The administrator's first credential, which nobody grants.
#[must_use]
pub fn first_grant() -> oversight::RoleGranted {
    let mut first = grant(0, Role::Administrator);
    first.facts.granted_by = None;
    first.facts.scope = GrantScope::Instance;
    first
}

/// A credential loses its role.
#[must_use]
pub fn revocation(n: u8) -> oversight::RoleRevoked {
    oversight::RoleRevoked {
        facts: oversight::RoleRevokedFacts {
            cause: RevocationCause::Ended,
            credential: credential(n),
            revoked_by: CredentialId::FIRST,
        },
        explanation: explanation("La mission de garantie est terminée."),
    }
}

/// Another person, with the credential number `n`, agrees to an act that needs two hands.
#[must_use]
pub fn countersignature(n: u8) -> ledger::Countersigned {
    ledger::Countersigned {
        facts: ledger::CountersignedFacts { credential: credential(n) },
        signatory: signatory(),
    }
}

/// The public key number `n`, and the credential that signs with it.
#[must_use]
pub fn key(n: u8) -> (PublicKey, CredentialId) {
    let key = SigningKey::from_seed(&[n; 32]).verifying_key();
    (PublicKey(*key.as_bytes()), signing_credential(&key.id()))
}

/// The key of a credential names the key number `n` as its successor.
#[must_use]
pub fn introduction(by: CredentialId, n: u8) -> ledger::KeyIntroduced {
    let (key, _) = key(n);
    let (custody, purpose) = (Custody::Holder, KeyPurpose::Signer);
    ledger::KeyIntroduced { facts: ledger::KeyIntroducedFacts { by, custody, key, purpose, valid_from: 0 } }
}

/// The key number `n` accepts.
#[must_use]
pub fn acceptance(n: u8) -> ledger::Countersigned {
    let (_, credential) = key(n);
    let facts = ledger::CountersignedFacts { credential };
    ledger::Countersigned { facts, signatory: Part::Absent(Absence::NotInSource) }
}

/// How far every stream has come; the numbers are the record's to fill in.
#[must_use]
pub fn heads() -> ledger::HeadsRecorded {
    ledger::HeadsRecorded { facts: ledger::HeadsFacts { root: Bytes32([0; 32]), streams: 0 } }
}

/// Its author asks that something be erased.
#[must_use]
pub fn erasure_request(scope: ErasureScope) -> oversight::ErasureRequested {
    let (ground, requester) = (ErasureGround::ConsentWithdrawn, Requester::Author);
    oversight::ErasureRequested {
        facts: oversight::ErasureRequestedFacts { ground, requester, scope },
        ticket: Part::Open(Ticket { number: "2027-117".to_owned() }),
    }
}

/// What its author asked to be erased will be.
#[must_use]
pub fn erasure_decision(scope: ErasureScope) -> oversight::ErasureDecided {
    oversight::ErasureDecided {
        facts: oversight::ErasureDecidedFacts {
            by: None,
            ground: ErasureGround::ConsentWithdrawn,
            outcome: ErasureOutcome::Granted,
            refusal: None,
            requester: Requester::Author,
            scope,
        },
        explanation: explanation("La personne a retiré son accord."),
        signatory: signatory(),
    }
}

/// The controller decides unasked, with the credential number `n`.
#[must_use]
pub fn unasked_erasure(n: u8, scope: ErasureScope) -> oversight::ErasureDecided {
    let mut decision = erasure_decision(scope);
    decision.facts.by = Some(credential(n));
    decision.facts.requester = Requester::Controller;
    decision.facts.ground = ErasureGround::Unlawful;
    decision
}

/// Parts of an event are erased.
#[must_use]
pub fn erased(mask: u16, scope: ErasureScope) -> oversight::Erased {
    let (ground, requester) = (ErasureGround::ConsentWithdrawn, Requester::Author);
    oversight::Erased {
        facts: oversight::ErasedFacts { ground, mask, requester, scope },
        ticket: Part::Open(Ticket { number: "2027-117".to_owned() }),
    }
}

/// What was erased is deleted.
#[must_use]
pub fn erasure_completion() -> oversight::ErasureCompleted {
    let stores = vec![PurgedStore::Vault, PurgedStore::Register, PurgedStore::Views, PurgedStore::Snapshots];
    oversight::ErasureCompleted { facts: oversight::ErasureCompletedFacts { stores } }
}

/// Parts of events are declared lost.
#[must_use]
pub fn loss(mask: u16) -> ledger::PartsLost {
    ledger::PartsLost {
        facts: ledger::PartsLostFacts { cause: LossCause::DiskFailed, mask },
        reasons: reasons("Le disque du serveur est mort, et la dernière copie datait de la veille."),
    }
}

/// Texts of a public act are to be taken down, as the credential number `n` decides.
#[must_use]
pub fn takedown(n: u8, mask: u16) -> ledger::TakedownDecided {
    ledger::TakedownDecided {
        facts: ledger::TakedownDecidedFacts { by: credential(n), ground: Ground::PersonalData, mask },
        signatory: signatory(),
        reasons: reasons("Le texte publié nommait une riveraine."),
    }
}
