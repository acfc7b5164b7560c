//! Tables from the words of platforms and parliaments to ours.
//!
//! Each table is one field of one source (`docs/design.md`, Fates). A word that stands in none of them
//! is not guessed: it is shown as it is, as a local status. Words for "nothing happened yet" are left
//! out on purpose, since silence is computed and never imported. This module reads no file.

use super::vocabulary::{AmendmentFate, FateCode, Ground, ModerationAction};

/// One field of one source, word by word.
#[derive(Debug, Clone, Copy)]
pub struct Crosswalk<T: 'static> {
    /// The source's name.
    pub source: &'static str,
    /// The field's name there.
    pub field: &'static str,
    /// The words in lower case, and what each means here.
    pub rows: &'static [(&'static str, T)],
}

impl<T: Copy> Crosswalk<T> {
    /// What `word` means here, whatever its case and surrounding spaces; none if it is not mapped.
    #[must_use]
    pub fn meaning_of(&self, word: &str) -> Option<T> {
        let word = word.trim().to_lowercase();
        self.rows.iter().find(|(row, _)| *row == word).map(|(_, meaning)| *meaning)
    }
}

/// Why a UK petition was rejected: `attributes.rejection.code`.
pub const UK_REJECTION: Crosswalk<Ground> = Crosswalk {
    source: "petition.parliament.uk",
    field: "rejection code",
    rows: &[
        ("duplicate", Ground::Duplicate),
        ("no-action", Ground::NoClearRequest),
        ("irrelevant", Ground::OutsideCompetence),
        ("already-happening", Ground::AlreadyHappening),
        ("honours", Ground::HonoursOrAppointments),
        ("fake-name", Ground::FalseIdentity),
        ("foi", Ground::InformationRequest),
        ("libellous", Ground::Defamatory),
        ("offensive", Ground::Offensive),
    ],
};

/// The state of a UK petition. `closed` and `stopped` say only that signatures are no longer taken, not
/// what became of it: they are not mapped.
pub const UK_STATE: Crosswalk<FateCode> = Crosswalk {
    source: "petition.parliament.uk",
    field: "state",
    rows: &[
        ("pending", FateCode::Received),
        ("validated", FateCode::Received),
        ("sponsored", FateCode::PendingModeration),
        ("flagged", FateCode::PendingModeration),
        ("dormant", FateCode::PendingModeration),
        ("open", FateCode::Published),
        ("rejected", FateCode::Inadmissible),
        ("hidden", FateCode::Hidden),
        ("removed", FateCode::Removed),
    ],
};

/// The state of a Decidim proposal. `not_answered` is silence; custom states belong to each instance.
pub const DECIDIM_PROPOSAL: Crosswalk<FateCode> = Crosswalk {
    source: "Decidim",
    field: "proposal state",
    rows: &[
        ("evaluating", FateCode::UnderReview),
        ("accepted", FateCode::Adopted),
        ("rejected", FateCode::Rejected),
        ("withdrawn", FateCode::Withdrawn),
    ],
};

/// The state of a Decidim amendment; `draft` and `evaluating` are no fate.
pub const DECIDIM_AMENDMENT: Crosswalk<AmendmentFate> = Crosswalk {
    source: "Decidim",
    field: "amendment state",
    rows: &[
        ("accepted", AmendmentFate::Adopted),
        ("rejected", AmendmentFate::Rejected),
        ("withdrawn", AmendmentFate::Withdrawn),
    ],
};

/// The state of a Decidim initiative: accepted and rejected speak of signatures, not of a decision.
pub const DECIDIM_INITIATIVE: Crosswalk<FateCode> = Crosswalk {
    source: "Decidim",
    field: "initiative state",
    rows: &[
        ("created", FateCode::Received),
        ("validating", FateCode::PendingModeration),
        ("discarded", FateCode::Inadmissible),
        ("published", FateCode::Published),
        ("open", FateCode::Published),
        ("rejected", FateCode::ThresholdNotMet),
        ("accepted", FateCode::ThresholdMet),
    ],
};

/// Why a Decidim text was reported.
pub const DECIDIM_REPORT: Crosswalk<Ground> = Crosswalk {
    source: "Decidim",
    field: "report reason",
    rows: &[("spam", Ground::Spam), ("offensive", Ground::Offensive), ("does_not_belong", Ground::OffTopic)],
};

/// What the author of a Consul proposal says became of it when retiring it.
///
/// It is the author's word beside [`FateCode::Withdrawn`], never a decision; `other` says nothing.
pub const CONSUL_RETIRED: Crosswalk<FateCode> = Crosswalk {
    source: "Consul",
    field: "retired_reason",
    rows: &[
        ("duplicated", FateCode::DuplicateOf),
        ("started", FateCode::InProgress),
        ("unfeasible", FateCode::NotFeasible),
        ("done", FateCode::Done),
    ],
};

/// Where a Consul budget investment stands. Feasible and selected are steps towards the vote.
pub const CONSUL_INVESTMENT: Crosswalk<FateCode> = Crosswalk {
    source: "Consul",
    field: "investment status",
    rows: &[
        ("unfeasible", FateCode::NotFeasible),
        ("incompatible", FateCode::Lapsed),
        ("winner", FateCode::Selected),
    ],
};

/// Whether a Cap Collectif contribution is in the bin.
pub const CAP_COLLECTIF_PUBLICATION: Crosswalk<ModerationAction> = Crosswalk {
    source: "Cap Collectif",
    field: "publication status",
    rows: &[
        ("trashed", ModerationAction::Hide),
        ("trashed_not_visible", ModerationAction::Remove),
        ("export_proposal_publication_status_trashed", ModerationAction::Hide),
        ("export_proposal_publication_status_trashed_not_visible", ModerationAction::Remove),
    ],
};

/// What a binned contribution of the older Cap Collectif exports shows: the bin, or nothing.
pub const CAP_COLLECTIF_TRASHED: Crosswalk<ModerationAction> = Crosswalk {
    source: "Cap Collectif",
    field: "trashedStatus",
    rows: &[("visible", ModerationAction::Hide), ("invisible", ModerationAction::Remove)],
};

/// Why a Cap Collectif text was reported; `ERROR` says no ground of ours.
pub const CAP_COLLECTIF_REPORT: Crosswalk<Ground> = Crosswalk {
    source: "Cap Collectif",
    field: "reporting status",
    rows: &[
        ("sex", Ground::Offensive),
        ("off", Ground::Offensive),
        ("spam", Ground::Spam),
        ("off_topic", Ground::OffTopic),
    ],
};

/// The status of a Cap Collectif proposal. Installations choose these words; the ones here are those of
/// its sample exports that have one meaning. An opinion, favourable or not, is no decision.
pub const CAP_COLLECTIF_STATUS: Crosswalk<FateCode> = Crosswalk {
    source: "Cap Collectif",
    field: "proposal status",
    rows: &[
        ("en cours", FateCode::UnderReview),
        ("approuvé", FateCode::Adopted),
        ("rejeté", FateCode::Rejected),
        ("vote gagné", FateCode::Selected),
        ("in_progress", FateCode::UnderReview),
        ("too_late", FateCode::NotExamined),
    ],
};

/// The outcome of an amendment in the French Parliament, in words and in the codes of its open data.
///
/// `Indéfini`, `Favorable` and `Effacé` are no outcome. `Rectifié` says that the text adopted is not
/// the one tabled.
pub const AN_AMENDMENT: Crosswalk<AmendmentFate> = Crosswalk {
    source: "Assemblée nationale",
    field: "sort",
    rows: &[
        ("adopté", AmendmentFate::Adopted),
        ("rectifié", AmendmentFate::AdoptedWithChanges),
        ("adopté avec modification", AmendmentFate::AdoptedWithChanges),
        ("rejeté", AmendmentFate::Rejected),
        ("r", AmendmentFate::Rejected),
        ("retiré", AmendmentFate::Withdrawn),
        ("retiré avant séance", AmendmentFate::Withdrawn),
        ("rt", AmendmentFate::Withdrawn),
        ("tombé", AmendmentFate::Lapsed),
        ("tombe", AmendmentFate::Lapsed),
        ("t", AmendmentFate::Lapsed),
        ("non soutenu", AmendmentFate::NotSupported),
        ("non examiné", AmendmentFate::NotExamined),
        ("non discuté", AmendmentFate::NotExamined),
        ("irrecevable", AmendmentFate::Inadmissible),
        ("irrecevable 40", AmendmentFate::Inadmissible),
        ("irrecevable 41", AmendmentFate::Inadmissible),
        ("irrecevable 45", AmendmentFate::Inadmissible),
        ("irr", AmendmentFate::Inadmissible),
        ("satisfait", AmendmentFate::AlreadySatisfied),
        ("satisfait ou sans objet", AmendmentFate::AlreadySatisfied),
        ("non-voté", AmendmentFate::NotVoted),
    ],
};

/// The article of the Constitution under which an amendment is inadmissible.
pub const AN_INADMISSIBILITY: Crosswalk<Ground> = Crosswalk {
    source: "Assemblée nationale",
    field: "irrecevabilité",
    rows: &[
        ("irrecevable 40", Ground::PublicExpense),
        ("irrecevable 41", Ground::OutsideLawDomain),
        ("irrecevable 45", Ground::UnrelatedAmendment),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Every table: source and field, and its words in their order.
    fn tables() -> Vec<(String, Vec<&'static str>)> {
        fn words<T>(table: &Crosswalk<T>) -> (String, Vec<&'static str>) {
            let name = format!("{}, {}", table.source, table.field);
            (name, table.rows.iter().map(|(word, _)| *word).collect())
        }
        vec![
            words(&UK_REJECTION),
            words(&UK_STATE),
            words(&DECIDIM_PROPOSAL),
            words(&DECIDIM_AMENDMENT),
            words(&DECIDIM_INITIATIVE),
            words(&DECIDIM_REPORT),
            words(&CONSUL_RETIRED),
            words(&CONSUL_INVESTMENT),
            words(&CAP_COLLECTIF_PUBLICATION),
            words(&CAP_COLLECTIF_TRASHED),
            words(&CAP_COLLECTIF_REPORT),
            words(&CAP_COLLECTIF_STATUS),
            words(&AN_AMENDMENT),
            words(&AN_INADMISSIBILITY),
        ]
    }

    #[test]
    fn every_word_stands_once_in_its_table_and_in_lower_case() {
        for (table, words) in tables() {
            let distinct: std::collections::BTreeSet<_> = words.iter().collect();
            assert_eq!(distinct.len(), words.len(), "{table}");
            for word in words {
                assert_eq!(word, word.trim().to_lowercase(), "{table}");
            }
        }
    }

    #[test]
    fn a_word_is_found_whatever_its_case_and_spaces() {
        assert_eq!(AN_AMENDMENT.meaning_of(" Adopté "), Some(AmendmentFate::Adopted));
        assert_eq!(AN_AMENDMENT.meaning_of("NON-VOTÉ"), Some(AmendmentFate::NotVoted));
        assert_eq!(CAP_COLLECTIF_PUBLICATION.meaning_of("TRASHED"), Some(ModerationAction::Hide));
    }

    #[test]
    fn a_word_that_is_not_mapped_is_not_guessed() {
        assert_eq!(UK_REJECTION.meaning_of("duplicates"), None);
        assert_eq!(DECIDIM_PROPOSAL.meaning_of("a custom state of this town"), None);
        assert_eq!(UK_STATE.meaning_of(""), None);
    }

    #[test]
    fn silence_is_never_imported() {
        for (table, word) in
            [(UK_STATE, "closed"), (DECIDIM_PROPOSAL, "not_answered"), (CONSUL_INVESTMENT, "undecided")]
        {
            assert_eq!(table.meaning_of(word), None, "{}: {word}", table.source);
        }
        for table in [
            UK_STATE,
            DECIDIM_PROPOSAL,
            DECIDIM_INITIATIVE,
            CONSUL_RETIRED,
            CONSUL_INVESTMENT,
            CAP_COLLECTIF_STATUS,
        ] {
            for (word, fate) in table.rows {
                assert!(!fate.is_computed(), "{}: {word} means {fate}", table.source);
            }
        }
    }

    #[test]
    fn all_nine_rejection_codes_of_the_uk_petitions_have_a_ground() {
        let codes =
            "duplicate irrelevant no-action honours fake-name foi libellous offensive already-happening";
        for code in codes.split(' ') {
            assert!(UK_REJECTION.meaning_of(code).is_some(), "{code}");
        }
    }

    #[test]
    fn an_inadmissible_amendment_with_its_article_has_a_ground() {
        for (word, _) in AN_INADMISSIBILITY.rows {
            assert_eq!(AN_AMENDMENT.meaning_of(word), Some(AmendmentFate::Inadmissible), "{word}");
        }
    }
}
