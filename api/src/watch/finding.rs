//! What a look at a ledger from outside found, the verdict that follows, and the sentences that say it.
//!
//! `docs/verify.md` (Watch) fixes verdicts and exit codes. Every sentence stands here in French and in English; this module
//! finds nothing itself.

use devenir_core::audit::{Report, Verdict};
use devenir_core::ledger::{Evaluation, NamedKey, Position, Quorum, TreeHead, TreeSize};
use devenir_core::rules::Locale;
use std::path::PathBuf;

/// One thing that was found.
#[derive(Debug)]
pub enum Finding {
    /// The key was taken from the ledger's first event: nobody else vouches for it.
    Pinned(NamedKey),
    /// Nobody answers, or not as a log.
    Unreachable(String),
    /// The watcher's own disk gives trouble: nothing was learnt of the ledger.
    MirrorUnusable(String),
    /// So many bundles that the watcher's disk had spoiled were fetched again, and lead to what was accepted.
    Renewed(usize),
    /// The checkpoint is not by the ledger's key, or a witness's line is false.
    NotItsOwn(String),
    /// Nothing new.
    Same(TreeHead),
    /// It has grown, and begins with what was seen before.
    Grown(Option<TreeSize>, TreeHead),
    /// It shows fewer events than before, though the same ones.
    Shrunk(TreeHead, TreeHead),
    /// It has signed two histories.
    Forked(Kept, TreeHead, TreeHead),
    /// What it serves does not lead to what it has signed; what it has signed is kept.
    NotServed(String, Kept),
    /// An event is dated against the instants at which witnesses had seen the ledger.
    Misdated(String),
    /// The envelopes were audited.
    Audited(Box<Report>),
    /// The witnesses of the policy.
    Witnessed(Box<Evaluation>),
    /// No policy was given.
    NoPolicy,
    /// A promise: the file, and how it stands.
    Promised(PathBuf, PromiseState),
}

/// Where evidence is.
#[derive(Debug)]
pub enum Kept {
    /// In a file of the mirror.
    In(PathBuf),
    /// Here alone: the mirror's disk did not take it.
    Nowhere {
        /// Why.
        why: String,
        /// The evidence.
        text: String,
    },
}

impl Kept {
    fn both(&self) -> (String, String) {
        match self {
            Self::In(path) => {
                (format!("gardé dans {}", path.display()), format!("kept in {}", path.display()))
            }
            Self::Nowhere { why, .. } => (
                format!("PAS GARDÉ ({why}) : gardez vous-même le texte qui suit"),
                format!("NOT KEPT ({why}): keep the text below yourself"),
            ),
        }
    }
}

/// How a promise stands.
#[derive(Debug)]
pub enum PromiseState {
    /// The events are where they were promised to be.
    Kept(Position),
    /// The checkpoint does not reach there, and nothing shows that it is from after the term.
    Open(TreeSize),
    /// It was broken; the sentence says how.
    Broken(String),
    /// It is no promise of this ledger.
    Unreadable(String),
}

impl Finding {
    /// What it makes of the record, by itself; none where it says nothing.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::Pinned(_) | Self::Same(_) | Self::Grown(..) | Self::Renewed(_) => None,
            Self::Unreachable(_) | Self::MirrorUnusable(_) => Some(Verdict::Unreadable),
            Self::NotItsOwn(_) | Self::NotServed(..) | Self::Misdated(_) => Some(Verdict::Altered),
            Self::Shrunk(..) => Some(Verdict::Incomplete),
            Self::Forked(..) => Some(Verdict::Divergent),
            Self::Audited(report) if report.fault_count > 0 => Some(Verdict::Altered),
            // What this software does not know, it cannot vouch for.
            Self::Audited(report) if report.unknown_types > 0 => Some(Verdict::SelfConsistent),
            Self::Audited(_) => None,
            Self::Witnessed(evaluation) => match evaluation.quorum() {
                Quorum::Reached { .. } => Some(Verdict::Anchored),
                Quorum::NotAsked | Quorum::Missing => Some(Verdict::SelfConsistent),
            },
            Self::NoPolicy => Some(Verdict::SelfConsistent),
            Self::Promised(_, PromiseState::Kept(_) | PromiseState::Open(_)) => None,
            Self::Promised(_, PromiseState::Broken(_)) => Some(Verdict::Altered),
            Self::Promised(_, PromiseState::Unreadable(_)) => Some(Verdict::Unreadable),
        }
    }

    /// The sentences, each a line.
    #[must_use]
    pub fn say(&self, locale: Locale) -> Vec<String> {
        let (french, english) = self.both();
        let chosen = match locale {
            Locale::Fr => french,
            Locale::En => english,
        };
        let mut lines = vec![chosen];
        if let Self::Audited(report) = self {
            lines.extend(report.faults.iter().map(|found| format!("  {}", found.fault)));
        }
        lines
    }

    /// The text that convicts, or asks, where no file of the mirror holds it.
    #[must_use]
    pub fn evidence(&self) -> Option<&str> {
        match self {
            Self::Forked(Kept::Nowhere { text, .. }, ..) | Self::NotServed(_, Kept::Nowhere { text, .. }) => {
                Some(text)
            }
            Self::Forked(Kept::In(_), ..)
            | Self::NotServed(_, Kept::In(_))
            | Self::Pinned(_)
            | Self::Unreachable(_)
            | Self::MirrorUnusable(_)
            | Self::Renewed(_)
            | Self::NotItsOwn(_)
            | Self::Same(_)
            | Self::Grown(..)
            | Self::Shrunk(..)
            | Self::Misdated(_)
            | Self::Audited(_)
            | Self::Witnessed(_)
            | Self::NoPolicy
            | Self::Promised(..) => None,
        }
    }

    fn both(&self) -> (String, String) {
        match self {
            Self::Pinned(key) => (
                format!(
                    "clé du registre prise dans son premier acte, faute d'une autre source, et gardée : {key}"
                ),
                format!(
                    "the ledger's key is taken from its own first event, for want of another source, and kept: {key}"
                ),
            ),
            Self::Unreachable(why) => {
                (format!("le registre ne répond pas : {why}"), format!("the ledger does not answer: {why}"))
            }
            Self::NotItsOwn(why) => (
                format!("le point de contrôle n'est pas signé comme il doit l'être : {why}"),
                format!("the checkpoint is not signed as it must be: {why}"),
            ),
            Self::Same(head) => (
                format!("rien de nouveau : {} actes", head.size),
                format!("nothing new: {} events", head.size),
            ),
            Self::Grown(None, head) => (
                format!("{} actes, vus pour la première fois", head.size),
                format!("{} events, seen for the first time", head.size),
            ),
            Self::Grown(Some(before), head) => (
                format!("{} actes ; les {before} déjà vus sont inchangés", head.size),
                format!("{} events; the {before} seen before are unchanged", head.size),
            ),
            Self::Shrunk(before, now) => (
                format!("le registre ne montre plus que {} actes ; il en a signé {}", now.size, before.size),
                format!("the ledger shows only {} events now; it has signed {}", now.size, before.size),
            ),
            Self::MirrorUnusable(why) => (
                format!(
                    "le miroir lui-même est inutilisable, ce qui ne dit rien du registre : {why} ; réparez son disque, et gardez `checkpoint`, `key` et `evidence/`"
                ),
                format!(
                    "the mirror itself cannot be used, which says nothing of the ledger: {why}; mend its disk, and keep `checkpoint`, `key` and `evidence/`"
                ),
            ),
            Self::Renewed(count) => (
                format!(
                    "{count} paquets d'actes abîmés sur le disque du miroir, redemandés au registre ; ils mènent à ce qui avait été accepté"
                ),
                format!(
                    "{count} bundles of events that the mirror's disk had spoiled, asked for again; they lead to what was accepted"
                ),
            ),
            Self::Forked(kept, one, two) => {
                let (french, english) = kept.both();
                (
                    format!(
                        "LE REGISTRE A SIGNÉ DEUX HISTOIRES : {one} et {two} ; les deux signatures : {french}"
                    ),
                    format!(
                        "THE LEDGER HAS SIGNED TWO HISTORIES: {one} and {two}; both signatures: {english}"
                    ),
                )
            }
            Self::NotServed(why, kept) => {
                let (french, english) = kept.both();
                (
                    format!(
                        "ce que le registre montre n'est pas ce qu'il a signé : {why} ; ce qu'il a signé : {french}"
                    ),
                    format!(
                        "what the ledger shows is not what it has signed: {why}; what it has signed: {english}"
                    ),
                )
            }
            Self::Misdated(problem) => (
                format!("une date contredit ce que les témoins avaient vu : {problem}"),
                format!("a date contradicts what witnesses had seen: {problem}"),
            ),
            Self::Audited(report) => audited(report),
            Self::Witnessed(evaluation) => witnessed(evaluation),
            Self::NoPolicy => (
                "aucune politique de témoins n'est donnée (--policy) : personne d'extérieur n'est consulté"
                    .into(),
                "no policy of witnesses is given (--policy): nobody outside is consulted".into(),
            ),
            Self::Promised(path, state) => promised(&path.display().to_string(), state),
        }
    }
}

fn audited(report: &Report) -> (String, String) {
    let (size, streams, faults, unknown) =
        (report.head.size, report.streams, report.fault_count, report.unknown_types);
    let mut both = if faults == 0 {
        (
            format!(
                "{size} actes relus octet par octet, en {streams} fils : chaque lien et chaque renvoi tient"
            ),
            format!(
                "{size} events read again byte by byte, in {streams} streams: every link and reference holds"
            ),
        )
    } else {
        (format!("{faults} anomalies dans les actes :"), format!("{faults} faults in the events:"))
    };
    let signed = &report.signed;
    both.0 += &format!(
        " ; signatures : {} actes signés par leur auteur, {} par l'exploitant au nom d'un autre, {} dont l'exploitant répond seul",
        signed.by_holder, signed.on_behalf, signed.vouched
    );
    both.1 += &format!(
        "; signatures: {} acts signed by their holders, {} by the operator on behalf of somebody, {} vouched for by the operator alone",
        signed.by_holder, signed.on_behalf, signed.vouched
    );
    if signed.heads_unchecked > 0 {
        let count = signed.heads_unchecked;
        both.0 += &format!(" ; ce que {count} signataires avaient vu n'a pas pu être comparé");
        both.1 += &format!("; what {count} signers had seen could not be compared");
    }
    if unknown > 0 {
        both.0 += &format!(" ; {unknown} sont d'un type inconnu de ce logiciel");
        both.1 += &format!("; {unknown} are of types that this software does not know");
    }
    both
}

fn witnessed(evaluation: &Evaluation) -> (String, String) {
    let names = |names: Vec<String>| if names.is_empty() { "-".to_owned() } else { names.join(", ") };
    let by = names(evaluation.cosigned().iter().map(|by| by.witness.to_string()).collect());
    let missing = names(evaluation.missing().iter().map(ToString::to_string).collect());
    let (french, english) = match evaluation.quorum() {
        Quorum::Reached { .. } => ("assez de témoins ont contresigné", "enough witnesses have cosigned"),
        Quorum::Missing => ("trop peu de témoins ont contresigné", "too few witnesses have cosigned"),
        Quorum::NotAsked => ("la politique ne demande aucun témoin", "the policy asks for no witness"),
    };
    (format!("{french} : {by} ; sans : {missing}"), format!("{english}: {by}; without: {missing}"))
}

fn promised(path: &str, state: &PromiseState) -> (String, String) {
    match state {
        PromiseState::Kept(position) => (
            format!("{path} : promesse tenue, à partir de la position {position}"),
            format!("{path}: the promise was kept, from position {position} on"),
        ),
        PromiseState::Open(size) => (
            format!(
                "{path} : la promesse porte jusqu'à {size} actes, que ce point de contrôle n'atteint pas ; rien ne montre que le délai soit passé"
            ),
            format!(
                "{path}: the promise reaches to {size} events, and this checkpoint does not; nothing shows that its term has passed"
            ),
        ),
        PromiseState::Broken(how) => {
            (format!("{path} : PROMESSE ROMPUE : {how}"), format!("{path}: THE PROMISE WAS BROKEN: {how}"))
        }
        PromiseState::Unreadable(why) => (
            format!("{path} : ceci n'est pas une promesse de ce registre : {why}"),
            format!("{path}: this is no promise of this ledger: {why}"),
        ),
    }
}

/// The verdict over all that was found: the gravest.
#[must_use]
pub fn verdict(found: &[Finding]) -> Verdict {
    found.iter().filter_map(Finding::verdict).max().unwrap_or(Verdict::Unreadable)
}

/// What looking from outside does not prove, in both languages.
pub const NOT_PROVEN: &[(&str, &str)] = &[
    (
        "les textes et les noms ne sont pas publics dans le journal : leurs engagements n'ont pas été ouverts, ni donc ce que les signataires ont lu",
        "texts and names are not public in the log: their commitments were not opened, nor was what signers read",
    ),
    (
        "que les règles ont été suivies, celles qui donnent les rôles comprises",
        "that the rules were followed, those by which roles are given among them",
    ),
    ("que tout ce qui a été dit a été enregistré", "that everything that was said was recorded"),
    (
        "qu'une réponse est bonne, ni que deux participants sont deux personnes",
        "that an answer is good, or that two participants are two people",
    ),
];
