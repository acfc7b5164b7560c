//! The report in words, French and English: the verdict first, figures, what is wrong, and what all this does not prove.
//!
//! `docs/verify.md` says the same at length. Messages of faults stand as they are, in English: they name bytes. This
//! module decides nothing.

use super::{Anchoring, Scope, Verified};
use crate::audit::{Report, Succession, TakenDown, Verdict};
use crate::ledger::Quorum;
use crate::rules::{Labelled as _, Locale};

/// Says it in the language asked for.
type Say<'a> = &'a dyn Fn(String, String) -> String;

impl Verified {
    /// The report in words.
    #[must_use]
    pub fn say(&self, locale: Locale) -> String {
        let say = |fr: String, en: String| match locale {
            Locale::Fr => fr,
            Locale::En => en,
        };
        let verdict = self.verdict();
        let mut lines = vec![verdict_line(verdict, &say)];
        if self.is_demonstration {
            lines.push(say(
                "  DÉMONSTRATION : ce registre est inventé, comme le dit son premier acte".into(),
                "  DEMONSTRATION: this record is invented, as its first event says".into(),
            ));
        }
        lines.extend(self.coverage(&say));
        if let Some(report) = &self.report {
            lines.extend(self.figures(report, &say));
        }
        lines.extend(self.vouched(&say));
        lines.extend(self.limits_of_checkpoints(&say));
        lines.extend(self.problems.iter().map(|problem| format!("  - {problem}")));
        lines.extend(self.evidence.as_ref().map(|evidence| evidence.say(locale)));
        if let Some(report) = &self.report {
            lines.extend(report.faults.iter().map(|found| format!("  - {}", found.fault)));
            let more = report.fault_count.saturating_sub(report.faults.len() as u64);
            if more > 0 {
                lines.push(say(format!("  … et {more} autres constats."), format!("  … and {more} more.")));
            }
            if self.scope != Some(Scope::Log) {
                lines.extend(conformity(report, &say));
            }
        }
        lines.push(say("Ce que ceci ne prouve pas :".into(), "What this does not prove:".into()));
        lines.extend(self.not_proven().into_iter().map(|(fr, en)| format!("  - {}", say(fr, en))));
        let code = verdict.exit_code();
        lines.push(say(format!("Code de sortie : {code}."), format!("Exit code: {code}.")));
        lines.join("\n") + "\n"
    }

    /// What was looked at, and up to where.
    fn coverage(&self, say: Say<'_>) -> Vec<String> {
        let size = self.head.size;
        match self.scope {
            Some(Scope::Consultation { stream, heads }) => vec![say(
                format!(
                    "  une consultation ({stream}), complète jusqu'à l'acte {heads} du registre ; ce qui a pu suivre est inconnu ici (le registre comptait {size} actes)"
                ),
                format!(
                    "  one consultation ({stream}), complete up to event {heads} of the ledger; what may have come after is unknown here (the ledger had {size} events)"
                ),
            )],
            Some(Scope::Log) => vec![say(
                "  le registre entier, sans textes ni pièces : ce qui en dépend n'a pas été regardé"
                    .to_owned(),
                "  the whole ledger without its parts: what depends on them was not looked at".to_owned(),
            )],
            Some(Scope::Record | Scope::All) => {
                vec![say("  le registre entier".to_owned(), "  the whole ledger".to_owned())]
            }
            None => Vec::new(),
        }
    }

    fn figures(&self, report: &Report, say: Say<'_>) -> Vec<String> {
        let (size, root) = (self.head.size, self.head.root);
        let log = report.log.map_or_else(|| "?".to_owned(), |log| log.to_string());
        let (commands, streams) = (report.commands, report.streams);
        let mut lines = vec![
            say(format!("  registre {log}"), format!("  ledger {log}")),
            say(
                format!("  {size} actes, {commands} commandes, {streams} fils ; racine {root}"),
                format!("  {size} events, {commands} commands, {streams} streams; root {root}"),
            ),
        ];
        lines.extend(report.succession.as_ref().map(|succession| succeeded(succession, say)));
        if self.scope != Some(Scope::Log) {
            lines.extend(parts(report, say));
        }
        lines.extend(signatures(report, say));
        let unknown = report.unknown_types;
        if unknown > 0 {
            lines.push(say(
                format!(
                    "  actes que ce logiciel ne connaît pas entièrement (type, version, rôle ou pièce), vérifiés comme octets seulement : {unknown}"
                ),
                format!(
                    "  events that this software does not know in full (type, version, role or part), verified as bytes only: {unknown}"
                ),
            ));
        }
        lines
    }

    /// Who vouches for it.
    fn vouched(&self, say: Say<'_>) -> Vec<String> {
        match &self.anchoring {
            Anchoring::Nobody => Vec::new(),
            Anchoring::Ledger { head, own_key } => {
                let size = head.size;
                let by = if *own_key {
                    say("par la clé du registre".into(), "by the ledger's own key".into())
                } else {
                    say("par une clé inconnue ici".into(), "by a key unknown here".into())
                };
                vec![say(
                    format!(
                        "  état signé sur {size} actes, {by} ; personne d'autre n'a été demandé (--policy)"
                    ),
                    format!(
                        "  checkpoint over {size} events, signed {by}; nobody else was asked for (--policy)"
                    ),
                )]
            }
            Anchoring::Policy { head, quorum, cosigned, missing } => {
                let size = head.size;
                let who: Vec<&str> = cosigned.iter().map(|(who, _)| who.as_str()).collect();
                let (who, lacking) = (who.join(", "), missing.join(", "));
                let enough = match quorum {
                    Quorum::Reached { .. } => say("assez de témoins".into(), "enough witnesses".into()),
                    Quorum::Missing => say("pas assez de témoins".into(), "too few witnesses".into()),
                    Quorum::NotAsked => {
                        say("votre politique n'en demande aucun".into(), "your policy asks for none".into())
                    }
                };
                vec![say(
                    format!(
                        "  état signé sur {size} actes ; témoins : [{who}], sans : [{lacking}] : {enough}"
                    ),
                    format!(
                        "  checkpoint over {size} events; witnesses: [{who}], without: [{lacking}]: {enough}"
                    ),
                )]
            }
        }
    }

    /// Up to where checkpoints go: that which came with the record, and that which the reader kept.
    fn limits_of_checkpoints(&self, say: Say<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        if let (Some(from), Some(last)) = (self.uncovered(), self.head.size.last_position()) {
            lines.push(say(
                format!(
                    "  les actes {from} à {last} sont venus après cet état signé, et aucun autre ici ne les couvre"
                ),
                format!("  events {from} to {last} came after that checkpoint, and no other here covers them"),
            ));
        }
        if let Some(seen) = self.uncompared {
            let size = self.head.size;
            lines.push(say(
                format!(
                    "  l'état que vous aviez gardé ({seen} actes) n'a pas pu être comparé : ce fichier ne montre le registre entier qu'à {size} actes"
                ),
                format!(
                    "  the checkpoint that you kept ({seen} events) was not compared: this file shows the whole ledger at {size} events only"
                ),
            ));
        }
        lines
    }

    /// What the verdict does not prove, in French and English.
    pub(super) fn not_proven(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        if self.is_vouched_for() {
            lines.push((
                "que les témoins ne se sont pas entendus avec l'opérateur".to_owned(),
                "that the witnesses did not act together with the operator".to_owned(),
            ));
        } else if let (true, Some(from)) = (self.anchoring.is_enough(), self.uncovered()) {
            lines.push((
                format!("que personne d'extérieur n'a vu d'autres actes à partir du n° {from} : les témoins n'ont contresigné que ce qui précède"),
                format!("that nobody outside was shown other events from {from} on: the witnesses have cosigned what is before it only"),
            ));
        } else {
            lines.push((
                "que personne d'extérieur n'a vu un autre registre : pas assez de témoins demandés ne l'ont contresigné".to_owned(),
                "that nobody outside was shown another record: no quorum of witnesses that you asked for has cosigned it".to_owned(),
            ));
        }
        if matches!(self.scope, Some(Scope::Consultation { .. })) {
            lines.push((
                "que rien n'a suivi dans cette consultation".to_owned(),
                "that nothing came after in this consultation".to_owned(),
            ));
            lines.push((
                "que le relevé des têtes dit vrai, dont suit que rien ne manque : seul le journal entier le montre".to_owned(),
                "that the record of heads is true, from which follows that nothing is left out: only the whole log shows that".to_owned(),
            ));
        }
        if let Some(seen) = self.uncompared {
            lines.push((
                format!("que ce registre prolonge l'état de {seen} actes que vous aviez gardé"),
                format!("that this record goes on from the checkpoint of {seen} events that you kept"),
            ));
        }
        if self.report.as_ref().is_some_and(|report| report.unknown_types > 0) {
            lines.push((
                "ce que disent les actes que ce logiciel ne connaît pas entièrement, ni que leurs signatures comptent".to_owned(),
                "what the events say that this software does not know in full, or that their signatures count".to_owned(),
            ));
        }
        if self.scope == Some(Scope::Log) {
            lines.push((
                "ce que disent textes et pièces, donc ce que les signataires ont lu, ni que les règles ont été suivies, celles des rôles comprises : un journal n'en montre rien, demander un paquet".to_owned(),
                "what the parts say, so what the signers of acts read, or that the rules were followed, those on roles among them: a log shows nothing of them, ask for a bundle".to_owned(),
            ));
        }
        if self.withheld() > 0 {
            lines.push((
                "ce que disent les textes non montrés".to_owned(),
                "what the parts say that are not shown".to_owned(),
            ));
        }
        lines.push((
            "que tout ce qui a été dit a été enregistré".to_owned(),
            "that everything that was said was recorded".to_owned(),
        ));
        lines.push((
            "qu'une réponse est bonne, ni que deux participants sont deux personnes".to_owned(),
            "that an answer is good, or that two participants are two people".to_owned(),
        ));
        lines
    }
}

fn verdict_line(verdict: Verdict, say: Say<'_>) -> String {
    let (fr, en) = match verdict {
        Verdict::Anchored => ("Verdict : ancré.", "Verdict: anchored."),
        Verdict::SelfConsistent => {
            ("Verdict : cohérent avec lui-même seulement.", "Verdict: self-consistent only.")
        }
        Verdict::Altered => ("Verdict : ALTÉRÉ.", "Verdict: ALTERED."),
        Verdict::Divergent => ("Verdict : DIVERGENT.", "Verdict: DIVERGENT."),
        Verdict::Incomplete => ("Verdict : incomplet.", "Verdict: incomplete."),
        Verdict::Unreadable => ("Verdict : illisible.", "Verdict: unreadable."),
    };
    say(fr.to_owned(), en.to_owned())
}

/// What of the figures follows from parts.
fn parts(report: &Report, say: Say<'_>) -> Vec<String> {
    let parts = &report.parts;
    let (withheld, missing) = (parts.withheld, parts.missing);
    let mut lines = vec![
        say(
            format!(
                "  textes et pièces : {} conformes à leur engagement, {missing} absents sans explication, {} déclarés perdus, {} modifiés",
                parts.open, parts.lost, parts.altered
            ),
            format!(
                "  parts: {} fit their commitment, {missing} missing without an explanation, {} declared lost, {} altered",
                parts.open, parts.lost, parts.altered
            ),
        ),
        say(
            format!(
                "  effacements : {} parties effacées, {} retirées par deux personnes, {} en cours",
                parts.erased, parts.taken_down, parts.pending
            ),
            format!(
                "  erasures: {} parts erased, {} taken down by two people, {} pending",
                parts.erased, parts.taken_down, parts.pending
            ),
        ),
    ];
    lines.extend(report.takedowns.iter().map(|it| taken_down(it, say)));
    if withheld > 0 {
        lines.push(say(
            format!("  non montrés dans ce fichier (ils existent, rien n'en est dit) : {withheld}"),
            format!("  not shown in this file (they exist, nothing is said of them): {withheld}"),
        ));
    }
    lines
}

/// Who vouches for the acts: that follows from envelopes alone.
fn signatures(report: &Report, say: Say<'_>) -> Vec<String> {
    let signed = &report.signed;
    let mut lines = vec![say(
        format!(
            "  signatures : {} actes signés par leur auteur, {} signés par l'exploitant au nom d'un autre, {} dont l'exploitant répond seul ; au plus {} actes entre ce qu'un signataire avait vu et le sien",
            signed.by_holder, signed.on_behalf, signed.vouched, signed.gap_max
        ),
        format!(
            "  signatures: {} acts signed by their holders, {} signed by the operator on behalf of somebody, {} vouched for by the operator alone; at most {} events between what a signer had seen and their act",
            signed.by_holder, signed.on_behalf, signed.vouched, signed.gap_max
        ),
    )];
    if signed.heads_unchecked > 0 {
        let count = signed.heads_unchecked;
        lines.push(say(
            format!("  ce que {count} signataires avaient vu n'a pas pu être comparé ici"),
            format!("  what {count} signers had seen could not be compared here"),
        ));
    }
    lines
}

/// Which text two people took down, and why.
fn taken_down(it: &TakenDown, say: Say<'_>) -> String {
    let TakenDown { target, name, part, ground, decided, countersigned, at } = it;
    say(
        format!(
            "  retiré par deux personnes : la partie `{part}` de l'acte {target} ({name}), motif : {} ; décidé à l'acte {decided}, contresigné à l'acte {countersigned}, le {at}",
            ground.label(Locale::Fr)
        ),
        format!(
            "  taken down by two people: part `{part}` of event {target} ({name}), ground: {}; decided at event {decided}, countersigned at event {countersigned}, {at}",
            ground.label(Locale::En)
        ),
    )
}

/// What came before this ledger.
fn succeeded(before: &Succession, say: Say<'_>) -> String {
    let Succession { predecessor, origin, held, signed, cosigned, cause } = before;
    let name = origin.as_deref().unwrap_or("?");
    let lost = signed.size.get().saturating_sub(held.size.get());
    let seen = cosigned.map_or(0, |size| size.get());
    say(
        format!(
            "  ouvert à la suite du registre {predecessor} ({name}), qui s'arrête : des {} actes qu'il avait signés (témoins : {seen}), {} restent et {lost} sont perdus ({cause})",
            signed.size, held.size
        ),
        format!(
            "  opened in the place of ledger {predecessor} ({name}), which ended: of {} events that it had signed for (witnesses: {seen}), {} are left and {lost} are lost ({cause})",
            signed.size, held.size
        ),
    )
}

fn conformity(report: &Report, say: Say<'_>) -> Vec<String> {
    let count = report.against_count;
    if count == 0 {
        return vec![say(
            "  conformité : chaque acte fait ici respecte les règles de sa consultation".into(),
            "  conformity: every act done here respects the rules of its consultation".into(),
        )];
    }
    let mut lines = vec![say(
        format!("  conformité : {count} actes enregistrés contre les règles"),
        format!("  conformity: {count} events recorded against the rules"),
    )];
    let acts = report.against_the_rules.iter();
    lines.extend(acts.map(|act| format!("  - event {} ({}): {}", act.position, act.name, act.rejection)));
    lines
}
