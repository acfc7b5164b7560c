//! One fact of every type and outcome.

use devenir_core::envelope::Recorded;
use devenir_core::event::code::*;
use devenir_core::event::part::*;
use devenir_core::event::vote::Count;
use devenir_core::event::{
    Event, Part, RefRole, amendment, consultation, contribution, debate, ledger, moderation, oversight,
    petition, response, vote,
};
use devenir_core::id::{Bytes32, CredentialId, HolderId, LogId, PublicKey, VoterTag};
use devenir_core::rules::{AmendmentFate, Ground, ModerationAction, Outcome, Role};
use devenir_core::time::{Claimed, Precision};

use super::stage::*;

/// Every example with its name: the type's, and its outcome where it has several.
pub(super) fn examples() -> Vec<(String, Recorded)> {
    let mut all = Vec::new();
    for some in [
        records(),
        consultations(),
        contributions(),
        amendments(),
        debates(),
        votes(),
        moderations(),
        responses(),
        oversights(),
        erasures(),
    ] {
        all.extend(some);
    }
    all
}

type Examples = Vec<(String, Recorded)>;

/// An example named by its type alone.
fn one(it: Recorded) -> (String, Recorded) {
    (it.event.event_type().name.to_owned(), it)
}

/// An example named by its type and its outcome.
fn of(outcome: impl std::fmt::Display, it: Recorded) -> (String, Recorded) {
    (format!("{} {outcome}", it.event.event_type().name), it)
}

fn records() -> Examples {
    let opened = |demonstration| {
        let facts = ledger::OpenedFacts {
            demonstration,
            format: 0,
            idempotency_key_fingerprint: Bytes32([0; 32]),
            key: PublicKey([0; 32]),
            nonce: Bytes32([0; 32]),
            origin: "devenir.example/villeneuve".to_owned(),
            promise_key: None,
        };
        fact(Role::Administrator, &[], ledger::Opened { facts })
    };
    let facts = ledger::CountersignedFacts { credential: CredentialId([1; 16]) };
    let countersigned = ledger::Countersigned { facts, signatory: samia() };
    let countersigned = fact(Role::Authority, &[(RefRole::Act, EARLIER)], countersigned);
    let facts = ledger::HeadsFacts { root: Bytes32([0; 32]), streams: 3 };
    let heads = fact(Role::Clerk, &[], ledger::HeadsRecorded { facts });
    let facts =
        ledger::TakedownDecidedFacts { by: CredentialId([1; 16]), ground: Ground::PersonalData, mask: 1 };
    let takedown = ledger::TakedownDecided { facts, signatory: samia(), reasons: reasons() };
    let takedown = fact(Role::Authority, &[(RefRole::Target, HOME)], takedown);
    let facts = ledger::CountersignedFacts { credential: CredentialId([1; 16]) };
    let second = ledger::Countersigned { facts, signatory: samia() };
    let second = fact(Role::Authority, &[(RefRole::Act, TAKEDOWN)], second);
    let mut all = vec![one(opened(false)), of("demonstration", opened(true))];
    all.extend([one(heads), one(countersigned), one(takedown), of("takedown", second)]);
    for cause in LossCause::ALL {
        let facts = ledger::PartsLostFacts { cause: *cause, mask: 1 };
        let lost = ledger::PartsLost { facts, reasons: reasons() };
        all.push(of(cause, fact(Role::Administrator, &[(RefRole::Target, HOME)], lost)));
    }
    let facts = ledger::SucceededFacts {
        cause: LossCause::BackupTooOld,
        held: 900,
        held_root: Bytes32([1; 32]),
        predecessor: LogId([2; 32]),
        signed: 912,
        signed_root: Bytes32([3; 32]),
    };
    let succeeded = ledger::Succeeded { facts, predecessor: none(), reasons: reasons() };
    all.push(one(fact(Role::Administrator, &[], succeeded)));
    let introduced = KeyPurpose::ALL.iter().map(|purpose| {
        let facts = ledger::KeyIntroducedFacts {
            by: CredentialId([1; 16]),
            custody: Custody::Server,
            key: PublicKey([2; 32]),
            purpose: *purpose,
            valid_from: 12,
        };
        of(purpose, fact(Role::Administrator, &[], ledger::KeyIntroduced { facts }))
    });
    all.extend(introduced);
    all
}

fn reasons() -> Part<Reasons> {
    Part::Open(Reasons { text: "La crue a fermé la médiathèque huit jours.".to_owned() })
}

fn consultations() -> Examples {
    use consultation::*;
    let mut all = Vec::new();
    for rules in RulesOrigin::ALL {
        let facts = RegisteredFacts { kind: ConsultationKind::Consultation, lang: Lang::Fr, rules: *rules };
        let presentation = Presentation { description: None, title: "Plan vélo 2030".to_owned() };
        let registered = Registered {
            facts,
            presentation: Part::Open(presentation),
            registration: none(),
            bodies: none(),
            source: none(),
        };
        all.push(of(rules, fact(Role::Administrator, &[], registered)));
    }
    let adopted = RulesAdopted { facts: RulesAdoptedFacts { version: 1 }, rules: none(), bodies: none() };
    let amended = RulesAmended {
        facts: RulesAmendedFacts { version: 2 },
        reasons: reasons(),
        rules: none(),
        bodies: none(),
    };
    let until = day("2027-04-20");
    let opened = PhaseOpened { facts: PhaseOpenedFacts { phase: 1, until: Some(until) } };
    let extended = PhaseExtended { facts: PhaseExtendedFacts { phase: 1, until }, reasons: reasons() };
    let closed = PhaseClosed { facts: PhaseClosedFacts { phase: 1 } };
    all.push(one(fact(Role::Authority, &[], adopted)));
    all.push(one(fact(Role::Authority, &[], amended)));
    all.push(one(fact(Role::Facilitator, &[], opened)));
    all.push(one(fact(Role::Authority, &[], extended)));
    all.push(one(fact(Role::Clerk, &[], closed)));
    for kind in ReferenceKind::ALL {
        let facts = ReferenceTextPublishedFacts {
            kind: *kind,
            lang: Lang::Fr,
            number: 61,
            source_changed_at: None,
            theme: Some(0),
        };
        let published = ReferenceTextPublished { facts, text: none(), source: none() };
        all.push(of(kind, fact(Role::Authority, &[], published)));
    }
    let over = Closed { facts: ClosedFacts {}, reasons: reasons() };
    all.push(one(fact(Role::Authority, &[], over)));
    all
}

fn explanation(words: &str) -> Part<Explanation> {
    Part::Open(Explanation { text: words.to_owned() })
}

fn submitted(kind: ContributionKind, channel: Channel, author: Part<Author>) -> contribution::Submitted {
    contribution::Submitted {
        facts: contribution::SubmittedFacts {
            channel,
            kind,
            lang: Lang::Fr,
            number: 7,
            source_changed_at: None,
            territory: Some(0),
            theme: Some(0),
        },
        text: none(),
        author,
        source: none(),
        place: none(),
    }
}

/// The submission of the proposal itself.
pub(super) fn home() -> Recorded {
    let it = submitted(ContributionKind::Proposal, Channel::Web, claire());
    Recorded { id: HOME, ..fact(Role::Citizen, &[], it) }
}

fn contributions() -> Examples {
    use contribution::*;
    let about = [(RefRole::Subject, HOME)];
    let own = |it: Submitted| Recorded { id: HOME, ..fact(Role::Citizen, &[], it) };
    let mut all = Vec::new();
    for kind in ContributionKind::ALL {
        all.push(of(kind, own(submitted(*kind, Channel::Web, somebody()))));
    }
    for channel in Channel::ALL {
        let it = own(submitted(ContributionKind::Proposal, *channel, claire()));
        let (actor, trust) = match channel {
            Channel::Web | Channel::Import => (Role::Citizen, Trust::Native),
            Channel::Paper | Channel::Meeting | Channel::Telephone | Channel::Letter => {
                (Role::Facilitator, Trust::Attested)
            }
        };
        let occurred = Claimed::new(day("2027-03-02"), Precision::Day);
        let occurred = if trust == Trust::Attested { occurred } else { it.occurred };
        all.push(of(channel, Recorded { actor, trust, occurred, ..it }));
    }
    let source = Submitted {
        facts: SubmittedFacts {
            source_changed_at: Some(day("2015-09-29")),
            ..submitted(ContributionKind::Opinion, Channel::Import, none()).facts
        },
        ..submitted(ContributionKind::Opinion, Channel::Import, none())
    };
    all.push(of("observed", observed(Some("2015-09-26"), own(source.clone()))));
    all.push(of("observed undated", observed(None, own(source))));
    let published = Published { facts: PublishedFacts {} };
    all.push(one(fact(Role::Moderator, &about, published)));
    let revised = |material, seen_before| Revised {
        facts: RevisedFacts { material, seen_before, version: 2 },
        text: none(),
        author: if seen_before == Some(day("2025-11-03")) { none() } else { claire() },
        explanation: none(),
    };
    let second = |it: Revised, role| Recorded { id: SECOND, ..fact(role, &about, it) };
    all.push(one(second(revised(Some(false), None), Role::Citizen)));
    let seen = second(revised(None, Some(day("2025-11-03"))), Role::Platform);
    all.push(of("observed", observed(Some("2025-11-05"), seen.clone())));
    all.push(of("found", observed(None, seen)));
    let facts = RevisionRequestedFacts { until: Some(day("2027-03-20")) };
    let moderator = Part::Open(Moderator { name: "Bastien Quéroy".to_owned() });
    let requested = RevisionRequested { facts, explanation: explanation("Sans le nom."), moderator };
    all.push(one(fact(Role::Moderator, &about, requested)));
    let withdrawn = |author, explanation: Part<Explanation>| Withdrawn {
        facts: WithdrawnFacts { reason_given: explanation.is_committed() },
        author,
        explanation,
    };
    let taken_back = withdrawn(claire(), explanation("Mon voisin m'a convaincue."));
    all.push(one(fact(Role::Citizen, &about, taken_back)));
    let unsaid = fact(Role::Citizen, &about, withdrawn(none(), none()));
    all.push(of("observed", observed(Some("2025-11-05"), unsaid)));
    for change in CoauthorChange::ALL {
        let changed = CoauthorChanged { facts: CoauthorChangedFacts { change: *change }, author: somebody() };
        all.push(of(change, fact(Role::Citizen, &about, changed)));
    }
    let corrected = ReferenceCorrected { facts: ReferenceCorrectedFacts {}, source: none() };
    all.push(one(fact(Role::Platform, &about, corrected)));
    all
}

fn amendments() -> Examples {
    use amendment::*;
    let about = [(RefRole::Subject, AMENDMENT)];
    let under = [(RefRole::Parent, HOME)];
    let mut all = Vec::new();
    let submitted = Submitted {
        facts: SubmittedFacts { channel: Channel::Web, lang: Lang::Fr, number: 1, source_changed_at: None },
        text: none(),
        author: somebody(),
        source: none(),
        explanation: none(),
    };
    let own = Recorded { id: AMENDMENT, ..fact(Role::Citizen, &under, submitted) };
    all.push(one(own.clone()));
    all.push(of("observed undated", observed(None, own)));
    for opinion in Opinion::ALL {
        let facts = OpinionGivenFacts { body: 2, opinion: *opinion };
        all.push(of(opinion, fact(Role::Authority, &about, OpinionGiven { facts, text: none() })));
    }
    for fate in AmendmentFate::ALL {
        let facts = DecidedFacts {
            body: Some(1),
            fate: *fate,
            ground: (*fate == AmendmentFate::Inadmissible).then_some(Ground::UnrelatedAmendment),
            resulting_version: (*fate == AmendmentFate::Adopted).then_some(3),
        };
        let minutes = Minutes { text: "Par 19 voix contre 12.".to_owned(), url: None };
        let signatory = Part::Open(Signatory {
            capacity: Some("secrétaire de séance du conseil municipal".to_owned()),
            name: "Baptiste Ollier-Renn".to_owned(),
        });
        let decided = Decided { facts, signatory, minutes: Part::Open(minutes), bodies: none() };
        all.push(of(fate, fact(Role::Authority, &about, decided)));
    }
    all.push(of("by the author", adopted_by_the_author()));
    let rectified = Rectified { facts: RectifiedFacts { version: 2 }, text: none(), author: claire() };
    all.push(one(fact(Role::Citizen, &about, rectified)));
    let caused = [(RefRole::Subject, AMENDMENT), (RefRole::Cause, EARLIER)];
    all.push(one(fact(Role::Clerk, &caused, Lapsed { facts: LapsedFacts {} })));
    all
}

/// An author takes an amendment into version 2 of their own text.
pub(super) fn adopted_by_the_author() -> Recorded {
    use amendment::*;
    let facts =
        DecidedFacts { body: None, fate: AmendmentFate::Adopted, ground: None, resulting_version: Some(2) };
    let decided = Decided { facts, signatory: none(), minutes: none(), bodies: none() };
    fact(Role::Citizen, &[(RefRole::Subject, AMENDMENT)], decided)
}

fn debates() -> Examples {
    use debate::*;
    let on = [(RefRole::Parent, HOME)];
    let mut all = Vec::new();
    for side in Side::ALL {
        let facts = ArgumentPostedFacts {
            channel: Channel::Web,
            lang: Lang::Fr,
            side: *side,
            source_changed_at: None,
        };
        let posted = ArgumentPosted { facts, text: none(), author: claire(), source: none() };
        all.push(of(side, Recorded { id: ARGUMENT, ..fact(Role::Citizen, &on, posted) }));
    }
    let facts = CommentPostedFacts { channel: Channel::Web, lang: Lang::Fr };
    let comment = CommentPosted { facts, text: none(), author: claire(), source: none() };
    all.push(one(Recorded { id: ARGUMENT, ..fact(Role::Citizen, &on, comment) }));
    let facts = SourceCitedFacts { channel: Channel::Web };
    let cited = SourceCited { facts, citation: none(), author: somebody(), source: none() };
    all.push(one(Recorded { id: ARGUMENT, ..fact(Role::Citizen, &on, cited) }));
    for place in DebatePlace::ALL {
        let facts = DebateHeldFacts { place: *place };
        let about = [(RefRole::Subject, HOME)];
        all.push(of(place, fact(Role::Authority, &about, DebateHeld { facts, record: none() })));
    }
    all
}

pub(super) fn total(choice: Choice, count: u64) -> Count {
    Count { choice, count, option: None, territory: None }
}

fn votes() -> Examples {
    use vote::*;
    let tag = VoterTag([1; 16]);
    let about = [(RefRole::Ballot, BALLOT), (RefRole::Subject, HOME), (RefRole::Version, SECOND)];
    let mut all = Vec::new();
    for kind in BallotKind::ALL {
        let facts = BallotOpenedFacts {
            choices_withheld: false,
            kind: *kind,
            per_territory: false,
            votes_per_person: None,
        };
        let opened = BallotOpened { facts, definition: none() };
        all.push(of(kind, fact(Role::Facilitator, &[(RefRole::Subject, HOME)], opened)));
    }
    let facts = CastFacts { tag, territory: None, weight: 1 };
    all.push(one(fact(Role::Citizen, &about, Cast { facts, author: none(), choice: none() })));
    let facts = ChangedFacts { tag, weight: 1 };
    all.push(one(fact(Role::Citizen, &about, Changed { facts, author: none(), choice: none() })));
    for by in RetractedBy::ALL {
        let facts = RetractedFacts { by: *by, tag };
        all.push(of(by, fact(Role::Citizen, &about, Retracted { facts })));
    }
    for ground in InvalidVote::ALL {
        let facts = InvalidatedFacts { ground: *ground, tag };
        all.push(of(ground, fact(Role::Facilitator, &about, Invalidated { facts, explanation: none() })));
    }
    let counts = vec![total(Choice::Support, 12)];
    let paper = PaperAdded { facts: PaperAddedFacts { counts }, minutes: none() };
    all.push(one(fact(Role::Facilitator, &about, paper)));
    let counts = vec![total(Choice::For, 1_824), total(Choice::Mixed, 68), total(Choice::Against, 1_403)];
    let counter = Observed { facts: ObservedFacts { counts }, source: none(), table: none() };
    let on_version = [(RefRole::Subject, HOME), (RefRole::Version, SECOND)];
    all.push(one(observed(Some("2015-10-18"), fact(Role::Platform, &on_version, counter))));
    let closed = BallotClosed { facts: BallotClosedFacts {} };
    all.push(one(fact(Role::Facilitator, &[(RefRole::Ballot, BALLOT)], closed)));
    for brings in ThresholdKind::ALL {
        let facts = petition::ThresholdReachedFacts { brings: *brings, count: Some(50), threshold: Some(50) };
        let reached = petition::ThresholdReached { facts };
        all.push(of(brings, fact(Role::Clerk, &[(RefRole::Subject, HOME)], reached)));
    }
    all
}

/// A measure of moderation on the proposal.
pub(super) fn measure(action: ModerationAction, ground: Ground) -> Recorded {
    let facts = moderation::DecidedFacts {
        action,
        appeal_until: Some(day("2027-03-27")),
        automated: Some(false),
        ground: Some(ground),
        policy_version: Some(1),
    };
    let decided = moderation::Decided {
        facts,
        explanation: explanation("Votre texte désigne un voisin par son nom."),
        moderator: Part::Open(Moderator { name: "Bastien Quéroy".to_owned() }),
        redacted: none(),
        local: none(),
    };
    fact(Role::Moderator, &[(RefRole::Subject, HOME)], decided)
}

/// An appeal decided on the proposal.
pub(super) fn appeal_decided(outcome: AppealOutcome) -> Recorded {
    let decided = moderation::AppealDecided {
        facts: moderation::AppealDecidedFacts { outcome },
        explanation: explanation("Le reste du texte n'avait pas à être masqué."),
        moderator: Part::Open(Moderator { name: "Honorine Sablé".to_owned() }),
        redacted: none(),
    };
    fact(Role::Moderator, &[(RefRole::Subject, HOME), (RefRole::Act, EARLIER)], decided)
}

fn moderations() -> Examples {
    use moderation::*;
    let about = [(RefRole::Subject, HOME)];
    let on_act = [(RefRole::Subject, HOME), (RefRole::Act, EARLIER)];
    let mut all = Vec::new();
    let facts = ReportedFacts { ground: Some(Ground::PersonalAttack) };
    let reported = Reported { facts, explanation: explanation("Mots du signalement."), author: claire() };
    all.push(one(fact(Role::Citizen, &about, reported)));
    for action in ModerationAction::ALL {
        all.push(of(action, measure(*action, Ground::HonoursOrAppointments)));
    }
    let unsaid = Decided {
        facts: DecidedFacts {
            action: ModerationAction::Hide,
            appeal_until: None,
            automated: None,
            ground: None,
            policy_version: None,
        },
        explanation: none(),
        moderator: none(),
        redacted: none(),
        local: none(),
    };
    let foreign = Part::Open(LocalStatus { words: "trivial".to_owned() });
    let foreign = fact(Role::Moderator, &about, Decided { local: foreign, ..unsaid.clone() });
    all.push(of("observed, in the words of its platform", observed(None, foreign)));
    let unsaid = fact(Role::Moderator, &about, unsaid);
    all.push(of("observed", observed(None, unsaid)));
    let appealed = Appealed {
        facts: AppealedFacts {},
        explanation: explanation("La camionnette est toujours là."),
        author: somebody(),
    };
    all.push(one(fact(Role::Citizen, &on_act, appealed)));
    for outcome in AppealOutcome::ALL {
        all.push(of(outcome, appeal_decided(*outcome)));
    }
    for channel in Channel::ALL {
        let facts = AuthorNotifiedFacts { channel: *channel };
        all.push(of(channel, fact(Role::Facilitator, &on_act, AuthorNotified { facts })));
    }
    all
}

/// The facts of a response with this outcome.
pub(super) fn response_facts(outcome: Option<Outcome>) -> response::PublishedFacts {
    response::PublishedFacts {
        bodies: vec![0],
        decided_at: Some(day("2027-05-03")),
        deferred_until: (outcome == Some(Outcome::Deferred)).then(|| day("2028-01-01")),
        group_size: 1,
        outcome,
        passages: vec![],
        pointers: vec![response::Pointer { dated: None, kind: PointerKind::Article }],
        reasons: vec![ReasonCode::Technical],
        referred_to: (outcome == Some(Outcome::Referred)).then_some(3),
    }
}

/// The words of a response.
pub(super) fn act() -> Part<ActText> {
    Part::Open(ActText {
        local_status: None,
        pointers: vec![PointerText { url: None, words: "délibération DEL-047, article 4".to_owned() }],
        reason: Some(
            "Le conseil municipal a retenu la piste. Les travaux se feront en deux étapes.".to_owned(),
        ),
        text: None,
    })
}

/// A response to the proposal.
pub(super) fn answered(outcome: Option<Outcome>) -> Recorded {
    let published = response::Published {
        facts: response_facts(outcome),
        signatory: samia(),
        text: act(),
        bodies: none(),
        source: none(),
    };
    fact(Role::Authority, &[(RefRole::Answers, HOME)], published)
}

fn responses() -> Examples {
    use response::*;
    let mut all = Vec::new();
    let outcomes: Vec<Option<Outcome>> = Outcome::ALL.iter().copied().map(Some).chain([None]).collect();
    let named = |outcome: Option<Outcome>| outcome.map_or("unstated", Outcome::as_str);
    for outcome in &outcomes {
        all.push(of(named(*outcome), answered(*outcome)));
    }
    let unsigned = Published {
        facts: PublishedFacts { pointers: vec![], ..response_facts(Some(Outcome::Answered)) },
        signatory: none(),
        text: act(),
        bodies: none(),
        source: none(),
    };
    let unsigned = fact(Role::Authority, &[(RefRole::Answers, HOME)], unsigned);
    all.push(of("observed", observed(Some("2021-08-20"), unsigned)));
    for corrects in Correction::ALL {
        let facts = CorrectedFacts { corrects: *corrects };
        let corrected = Corrected { facts, signatory: none(), text: act() };
        all.push(of(corrects, fact(Role::Authority, &[(RefRole::Act, EARLIER)], corrected)));
    }
    let refs = [(RefRole::Act, EARLIER), (RefRole::Answers, HOME)];
    for outcome in &outcomes {
        let superseded = Superseded {
            facts: PublishedFacts { group_size: 6, ..response_facts(*outcome) },
            signatory: samia(),
            text: act(),
            bodies: none(),
        };
        all.push(of(named(*outcome), fact(Role::Authority, &refs, superseded)));
    }
    let refs = [(RefRole::Subject, HOME), (RefRole::Act, EARLIER)];
    let contested = Contested {
        facts: ContestedFacts {},
        explanation: explanation("Le soir, la barrière reste ouverte."),
        author: somebody(),
    };
    all.push(one(fact(Role::Citizen, &refs, contested)));
    all
}

fn roles() -> Examples {
    use oversight::*;
    let granted = |role, name: Option<&str>, mandate: Option<&str>| {
        let facts = RoleGrantedFacts {
            assurance: (role == Role::Platform).then_some(Assurance::Substantial),
            credential: CredentialId([1; 16]),
            custody: Custody::Holder,
            from: None,
            granted_by: Some(CredentialId::FIRST),
            holder: HolderId([1; 16]),
            key: None,
            role,
            scope: GrantScope::Consultation,
            until: None,
        };
        let holder = Part::from_option(name.map(|name| Holder { name: name.to_owned() }));
        let mandate = mandate.map(|body| Mandate { body: body.to_owned(), text: None });
        let granted = RoleGranted { facts, holder, mandate: Part::from_option(mandate) };
        fact(Role::Administrator, &[], granted)
    };
    let mut all = Vec::new();
    for role in Role::ALL.iter().filter(|role| !matches!(role, Role::Citizen | Role::Clerk)) {
        all.push(of(role, granted(*role, Some("Mathilde Oursel"), None)));
    }
    let body = "Commission nationale du débat public";
    all.push(of("mandated", granted(Role::Guarantor, Some("Mathilde Oursel"), Some(body))));
    all.push(of("unnamed", granted(Role::Moderator, None, None)));
    for cause in RevocationCause::ALL {
        let facts = RoleRevokedFacts {
            cause: *cause,
            credential: CredentialId([1; 16]),
            revoked_by: CredentialId::FIRST,
        };
        let revoked = RoleRevoked { facts, explanation: none() };
        all.push(of(cause, fact(Role::Administrator, &[(RefRole::Act, EARLIER)], revoked)));
    }
    all
}

fn oversights() -> Examples {
    use oversight::*;
    let guarantor = || {
        Part::Open(Signatory {
            capacity: Some("garante, désignée par le conseil municipal".to_owned()),
            name: "Mathilde Oursel".to_owned(),
        })
    };
    let mut all = roles();
    let facts = GuarantorObservedFacts {};
    let noted = GuarantorObserved { facts, signatory: guarantor(), reasons: reasons() };
    all.push(one(fact(Role::Guarantor, &[(RefRole::Subject, HOME)], noted)));
    let facts = RecommendedFacts { number: 1 };
    let recommended = Recommended { facts, signatory: guarantor(), reasons: reasons() };
    all.push(one(fact(Role::Guarantor, &[], recommended)));
    for followed in Followed::ALL {
        let facts = RecommendationAnsweredFacts { followed: *followed };
        let answered = RecommendationAnswered { facts, signatory: samia(), minutes: none() };
        all.push(of(followed, fact(Role::Authority, &[(RefRole::Act, EARLIER)], answered)));
    }
    let facts = ImportSealedFacts {
        covers: vec![Stage::Submissions],
        format: ImportFormat::Consul,
        gaps: 26,
        observed_at: day("2015-10-18"),
        read: 696,
        refused: 0,
        skipped: 0,
        written: 1_390,
    };
    all.push(one(fact(Role::Administrator, &[], ImportSealed { facts, manifest: none() })));
    for cause in GapCause::ALL {
        let facts = GapDeclaredFacts { cause: *cause };
        let source = Part::Open(Source {
            external_id: "idée n° 104".to_owned(),
            kind: "proposal".to_owned(),
            platform: "ancien-site".to_owned(),
            url: None,
        });
        all.push(of(cause, fact(Role::Facilitator, &[], GapDeclared { facts, source, record: none() })));
    }
    let facts = GapDeclaredFacts { cause: GapCause::Vanished };
    let about = [(RefRole::Subject, HOME)];
    let vanished = fact(Role::Administrator, &about, GapDeclared { facts, source: none(), record: none() });
    all.push(of("vanished, and known", observed(Some("2025-11-03"), vanished)));
    let facts = GapDeclaredFacts { cause: GapCause::DebateUndated };
    let overview = Some("La commission n'a pas inscrit ce débat.".to_owned());
    let record = Part::Open(DebateRecord { links: Vec::new(), overview });
    let undated = fact(Role::Administrator, &about, GapDeclared { facts, source: none(), record });
    all.push(of("debate_undated, and known", observed(Some("2021-07-15"), undated)));
    all
}

fn erasures() -> Examples {
    use oversight::*;
    let mut all = Vec::new();
    let (ground, scope) = (ErasureGround::ConsentWithdrawn, ErasureScope::All);
    let home = [(RefRole::Target, HOME)];
    for requester in Requester::ALL {
        let facts = ErasureRequestedFacts { ground, requester: *requester, scope };
        all.push(of(requester, fact(Role::Citizen, &home, ErasureRequested { facts, ticket: none() })));
    }
    for ground in ErasureGround::ALL {
        let facts = ErasureDecidedFacts {
            by: None,
            ground: *ground,
            outcome: ErasureOutcome::Granted,
            refusal: None,
            requester: Requester::Author,
            scope,
        };
        let decided = ErasureDecided { facts, explanation: none(), signatory: samia() };
        all.push(of(format!("granted, {ground}"), fact(Role::Authority, &home, decided)));
    }
    for outcome in [ErasureOutcome::Partly, ErasureOutcome::Refused] {
        for refusal in ErasureRefusal::ALL.iter().map(|it| Some(*it)).chain([None]) {
            let facts = ErasureDecidedFacts {
                by: None,
                ground,
                outcome,
                refusal,
                requester: Requester::Author,
                scope,
            };
            let decided = ErasureDecided { facts, explanation: none(), signatory: samia() };
            let named = refusal.map_or("unsaid", ErasureRefusal::as_str);
            all.push(of(format!("{outcome}, {named}"), fact(Role::Authority, &home, decided)));
        }
    }
    for (name, target) in [("of a text", HOME), ("of something else", EARLIER)] {
        for scope in ErasureScope::ALL {
            let facts = ErasedFacts { ground, mask: 3, requester: Requester::Author, scope: *scope };
            let erased = Erased { facts, ticket: none() };
            all.push(of(
                format!("{scope} {name}"),
                fact(Role::Administrator, &[(RefRole::Target, target)], erased),
            ));
        }
    }
    let facts = ErasureCompletedFacts { stores: PurgedStore::ALL.to_vec() };
    all.push(one(fact(Role::Administrator, &[(RefRole::Act, EARLIER)], ErasureCompleted { facts })));
    all
}

/// Every type of the vocabulary has an example.
#[test]
fn every_type_has_an_example() {
    let all = examples();
    for (_, _, types) in Event::FAMILIES {
        for row in *types {
            assert!(
                all.iter().any(|(_, it)| it.event.event_type().code == row.code),
                "no example tells `{}`: add one in projections/src/trail/tests/examples.rs",
                row.name
            );
        }
    }
}
