//! A receipt, or a promise, checked offline: what it says, where its event stands, and who vouches for that.
//!
//! `docs/format.md` (Receipts, Promises) says what each check shows; `docs/verify.md` fixes the verdicts, the same as those of
//! records. Nothing is taken from the receipt's own word. This module reads no files.

use super::evidence::Evidence;
use crate::audit::Verdict;
use crate::ledger::{NamedKey, Note, Policy, ProofFile, Quorum, SignedPromise, VerifyError};
use crate::receipt::{CheckedReceipt, ReceiptError, ReceiptFile, Vouched};
use crate::rules::Locale;
use serde_json::{Value, json};

/// What checking a receipt or a promise gave.
#[derive(Debug)]
pub struct Checked {
    /// The verdict.
    pub verdict: Verdict,
    /// Two notes that convict who signed them.
    pub evidence: Option<Evidence>,
    /// What was found, in French and English.
    lines: Vec<(String, String)>,
}

impl Checked {
    fn new(verdict: Verdict, fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { verdict, evidence: None, lines: vec![(fr.into(), en.into())] }
    }

    fn and(mut self, fr: impl Into<String>, en: impl Into<String>) -> Self {
        self.lines.push((fr.into(), en.into()));
        self
    }

    /// The report in words.
    #[must_use]
    pub fn say(&self, locale: Locale) -> String {
        let code = self.verdict.exit_code();
        let verdict = match (self.verdict, locale) {
            (Verdict::Anchored, Locale::Fr) => "ancré",
            (Verdict::SelfConsistent, Locale::Fr) => "cohérent avec lui-même seulement",
            (Verdict::Altered, Locale::Fr) => "ALTÉRÉ",
            (Verdict::Divergent, Locale::Fr) => "DIVERGENT",
            (Verdict::Incomplete, Locale::Fr) => "incomplet",
            (Verdict::Unreadable, Locale::Fr) => "illisible",
            (verdict, Locale::En) => verdict.as_str(),
        };
        let mut text = match locale {
            Locale::Fr => format!("Verdict : {verdict}.\n"),
            Locale::En => format!("Verdict: {verdict}.\n"),
        };
        let evidence = self.evidence.iter().map(|it| (it.say(Locale::Fr), it.say(Locale::En)));
        let lines = self.lines.iter().cloned().chain(evidence).chain(not_proven());
        for (fr, en) in lines {
            text.push_str(match locale {
                Locale::Fr => &fr,
                Locale::En => &en,
            });
            text.push('\n');
        }
        text.push_str(&match locale {
            Locale::Fr => format!("Code de sortie : {code}.\n"),
            Locale::En => format!("Exit code: {code}.\n"),
        });
        text
    }

    /// The report as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "verdict": self.verdict.as_str(),
            "exitCode": self.verdict.exit_code(),
            "found": self.lines.iter().map(|(_, en)| en.trim()).collect::<Vec<_>>(),
        })
    }
}

fn not_proven() -> [(String, String); 2] {
    [
        ("Ce que ceci ne prouve pas :".into(), "What this does not prove:".into()),
        (
            "  - qu'il y a été répondu, ni que tout le reste a été enregistré".into(),
            "  - that it was answered, or that everything else was recorded".into(),
        ),
    ]
}

/// Checks a receipt; with its proof file, where its event stands; with a policy, who vouches for that; with the key of the
/// ledger's promises, its promise.
#[must_use]
pub fn verify_receipt(
    receipt: &[u8],
    proof: Option<&[u8]>,
    policy: Option<&Policy>,
    promise_key: Option<&NamedKey>,
) -> Checked {
    let file = match ReceiptFile::parse(receipt) {
        Ok(file) => file,
        Err(error) => return Checked::new(Verdict::Unreadable, format!("  {error}"), format!("  {error}")),
    };
    let checked = match file.check() {
        Ok(checked) => checked,
        Err(error) => return altered(&error),
    };
    let mut found = match proof.map(ProofFile::parse) {
        None => Checked::new(
            Verdict::SelfConsistent,
            "  pas de preuve jointe : le reçu s'accorde avec lui-même, rien ne dit qu'il est au registre",
            "  no proof file: the receipt agrees with itself, nothing says that it is in the ledger",
        ),
        Some(Err(error)) => {
            return Checked::new(Verdict::Unreadable, format!("  {error}"), format!("  {error}"));
        }
        Some(Ok(proof)) => placed(&checked, &proof, policy),
    };
    if let Some(key) = promise_key {
        found = match checked.promised(key) {
            Ok(Some(promised)) => {
                let (place, until) = (promised.position(), promised.promise().include_by_ms);
                let until = crate::time::Timestamp(until).to_rfc3339();
                found.and(
                    format!("  place {place} promise par le registre, dans un état public avant {until}"),
                    format!("  place {place} promised by the ledger, in a public checkpoint by {until}"),
                )
            }
            Ok(None) => found.and("  pas de promesse dans ce reçu", "  no promise in this receipt"),
            Err(error) => return altered(&error),
        };
    }
    let (id, position, at) = (checked.id, checked.position, checked.recorded_at.to_rfc3339());
    let (open, closed) = (checked.open.len(), checked.closed.len());
    found
        .and(
            format!("  acte {id}, place {position}, enregistré le {at}"),
            format!("  event {id}, position {position}, recorded at {at}"),
        )
        .and(
            format!("  {open} textes et pièces conformes à leur engagement, {closed} non joints"),
            format!("  {open} parts fit their commitment, {closed} not enclosed"),
        )
}

fn altered(error: &ReceiptError) -> Checked {
    Checked::new(Verdict::Altered, format!("  - {error}"), format!("  - {error}"))
}

fn placed(checked: &CheckedReceipt<'_>, proof: &ProofFile, policy: Option<&Policy>) -> Checked {
    // A receipt brings no key of its ledger: a policy that names none says nothing of it.
    let named = policy.filter(|policy| policy.logs().next().is_some());
    match checked.included(proof, named) {
        Err(ReceiptError::Proof(error @ VerifyError::NoQuorum { .. })) => {
            Checked::new(Verdict::SelfConsistent, format!("  {error}"), format!("  {error}"))
        }
        Err(error @ ReceiptError::Proof(VerifyError::Checkpoint(_))) => altered(&error).and(
            "  si c'est un registre qui a remplacé sa clé, ajoutez à votre politique la ligne `log` de la nouvelle : le registre \
             lui-même, vérifié sous votre politique, y mène",
            "  if it is of a ledger that has replaced its key, add the `log` line of the new one to your policy: the record itself, \
             verified under your policy, leads to it",
        ),
        Err(error) => altered(&error),
        Ok(placed) => match placed.vouched {
            Vouched::ByPolicy(proven) if !matches!(proven.evaluation.quorum(), Quorum::Reached { .. }) => {
                Checked::new(
                    Verdict::SelfConsistent,
                    "  au registre selon sa seule clé : votre politique ne demande aucun témoin",
                    "  in the ledger by its own key alone: your policy asks for no witness",
                )
            }
            Vouched::ByPolicy(proven) => {
                let who: Vec<String> =
                    proven.evaluation.cosigned().iter().map(|by| by.witness.to_string()).collect();
                let who = who.join(", ");
                Checked::new(
                    Verdict::Anchored,
                    format!("  au registre, vu par : {who}"),
                    format!("  in the ledger, seen by: {who}"),
                )
            }
            Vouched::ByNobody(checkpoint) if policy.is_some() => {
                let origin = checkpoint.origin;
                Checked::new(
                    Verdict::SelfConsistent,
                    format!(
                        "  dans l'état joint de {origin}, dont votre politique ne donne pas la clé : ajoutez-y une ligne `log CLÉ`"
                    ),
                    format!(
                        "  in the enclosed checkpoint of {origin}, whose key your policy does not give: add a line `log KEY`"
                    ),
                )
            }
            Vouched::ByNobody(checkpoint) => {
                let size = checkpoint.head.size;
                Checked::new(
                    Verdict::SelfConsistent,
                    format!("  dans l'état joint ({size} actes), dont personne ne répond : donnez --policy"),
                    format!(
                        "  in the enclosed checkpoint ({size} events), for which nobody vouches: give --policy"
                    ),
                )
            }
        },
    }
}

/// Whether a checkpoint breaks a promise: too small, though enough witnesses saw nothing newer after the term.
#[must_use]
pub fn verify_promise(promise: &Note, key: &NamedKey, checkpoint: &Note, policy: &Policy) -> Checked {
    let signed = match SignedPromise::open(promise, key) {
        Ok(signed) => signed,
        Err(error) => return Checked::new(Verdict::Altered, format!("  - {error}"), format!("  - {error}")),
    };
    let evaluation = match policy.evaluate(checkpoint) {
        Ok(evaluation) => evaluation,
        Err(error) => return Checked::new(Verdict::Altered, format!("  - {error}"), format!("  - {error}")),
    };
    match signed.breach_by_absence(&evaluation) {
        Ok(breach) => {
            let evidence = Evidence::of_breach(promise, checkpoint, key);
            let found = Checked::new(
                Verdict::Divergent,
                format!("  - promesse rompue : {breach}"),
                format!("  - a broken promise: {breach}"),
            );
            Checked { evidence: Some(evidence), ..found }
        }
        Err(why) => Checked::new(
            Verdict::SelfConsistent,
            format!("  la promesse n'est pas rompue par cet état : {why}"),
            format!("  this checkpoint does not break the promise: {why}"),
        ),
    }
}
