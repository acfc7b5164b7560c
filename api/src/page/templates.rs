//! The pages' templates, with the few words that are the frame's own in both languages.
//!
//! What is told about a contribution comes as finished sentences; these words are navigation only. askama
//! escapes every value: a text of a participant can bring no markup.

use askama::Template;
use devenir_core::rules::Locale;
use devenir_projections::query::{Candidate, Meant};
use devenir_projections::trail::{Section, TrailDocument};

/// The frame's own words, in one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said(pub(super) Locale);

macro_rules! said {
    ($($name:ident: $fr:literal | $en:literal;)+) => {
        impl Said {
            $(pub(super) const fn $name(self) -> &'static str {
                match self.0 { Locale::Fr => $fr, Locale::En => $en }
            })+
        }
    };
}

said! {
    lang: "fr" | "en";
    other: "en" | "fr";
    other_name: "English" | "Français";
    home: "Tous les registres" | "All records";
    question: "Qu'est devenue mon idée ?" | "What became of my idea?";
    search_label: "Référence, adresse ou mots" | "Reference, address or words";
    search: "Chercher" | "Search";
    text_heading: "Le texte, dans sa dernière version" | "The text, in its last version";
    by_story: "Dans l'ordre des faits" | "In the order of events";
    by_record: "Dans l'ordre d'enregistrement" | "In the order of recording";
    list: "Toutes les contributions" | "All contributions";
    more: "Suite" | "More";
    untitled: "(titre non montré)" | "(title not shown)";
    nothing: "Rien ne porte cette référence ou cette adresse dans ce registre." | "Nothing in this record has this reference or address.";
    meant: "Vouliez-vous dire :" | "Did you mean:";
    demonstration: "Démonstration : tout ceci est inventé." | "Demonstration: all of this is invented.";
    invite: "Le registre d'une consultation publique : chaque idée, chaque vote, chaque réponse, et ce qu'il en est advenu." | "The record of a public consultation: every idea, every vote, every answer, and what became of it.";
    data: "Données, pour les programmes (GraphQL)" | "Data, for programs (GraphQL)";
    verify: "Comment vérifier" | "How to check";
    original_site: "La page sur le site d'origine" | "The page on the original site";
    mine: "J'ai écrit ce texte" | "I wrote this text";
    mine_link: "J'ai écrit ce texte : le remplacer, le retirer, contester, demander son effacement" | "I wrote this text: replace it, withdraw it, contest, ask that it be erased";
    mine_intro: "Pas besoin de compte : le jeton remis avec le reçu de votre dépôt suffit." | "No account is needed: the token that came with the receipt of your submission is enough.";
    mine_reference: "La référence du texte" | "The reference of the text";
    mine_token: "Le jeton d'auteur" | "The author token";
    mine_about_token: "64 signes. Qui l'a peut agir sur ce texte : ne le donnez à personne. Il n'est pas gardé ici." | "64 signs. Whoever has it can act on this text: give it to nobody. It is not kept here.";
    mine_act: "Ce texte, je veux" | "With this text, I want to";
    mine_title: "Le nouveau titre, pour remplacer le texte" | "The new title, to replace the text";
    mine_words: "Le nouveau texte, ou pourquoi vous le retirez ou contestez" | "The new text, or why you withdraw it or contest";
    mine_public: "Les mots écrits ici seront publics, comme le texte ; le jeton, jamais. Une demande d'effacement n'en reprend rien." | "The words written here will be public, like the text; the token never. A request for erasure takes nothing of them.";
    mine_send: "Enregistrer" | "Record it";
    not_recorded: "Rien n'a été enregistré." | "Nothing was recorded.";
    see_text: "Voir la page du texte" | "See the page of the text";
    show_all: "Les montrer tous" | "Show them all";
}

/// One line of a list.
pub(super) struct Entry {
    pub(super) reference: String,
    pub(super) title: String,
    pub(super) headline: String,
}

/// What became of one contribution.
#[derive(Template)]
#[template(path = "trail.html")]
pub(super) struct TrailPage<'a> {
    pub(super) said: Said,
    pub(super) document: &'a TrailDocument,
    pub(super) body: Option<&'a str>,
    pub(super) consultation: &'a str,
    pub(super) reference: &'a str,
    pub(super) by_record: bool,
    /// Whether its author was given a token, with which they can act on it.
    pub(super) has_token: bool,
}

impl TrailPage<'_> {
    fn before(&self) -> Vec<&Section> {
        self.document.sections_before().collect()
    }

    fn after(&self) -> Vec<&Section> {
        self.document.sections_after().collect()
    }
}

/// The contributions of a consultation.
#[derive(Template)]
#[template(path = "consultation.html")]
pub(super) struct ConsultationPage<'a> {
    pub(super) said: Said,
    pub(super) title: &'a str,
    pub(super) slug: &'a str,
    pub(super) entries: &'a [Entry],
    pub(super) next: Option<u32>,
    pub(super) demonstration: bool,
}

/// The consultations of the instance.
#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct HomePage<'a> {
    pub(super) said: Said,
    pub(super) entries: &'a [Entry],
    pub(super) demonstration: bool,
}

/// How to check the record.
#[derive(Template)]
#[template(path = "verify.html")]
pub(super) struct VerifyPage<'a> {
    pub(super) said: Said,
    pub(super) french: bool,
    /// The address of this site.
    pub(super) site: &'a str,
    pub(super) contact: Option<&'a str>,
    pub(super) demonstration: bool,
}

/// What an author can do with a text, and what became of a form that was sent.
#[derive(Template)]
#[template(path = "mine.html")]
pub(super) struct MinePage<'a> {
    pub(super) said: Said,
    /// That it was recorded, where it was; else the form is shown.
    pub(super) done: Option<&'static str>,
    /// Why it was not.
    pub(super) problems: Vec<String>,
    pub(super) reference: &'a str,
    pub(super) title: &'a str,
    pub(super) words: &'a str,
    /// The key under which a form that is sent twice is one asking.
    pub(super) key: &'a str,
    pub(super) choices: Vec<Choice>,
    pub(super) demonstration: bool,
}

/// Something that can be done.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) is_chosen: bool,
}

/// Nothing found, and what may have been meant.
#[derive(Template)]
#[template(path = "missing.html")]
pub(super) struct MissingPage<'a> {
    pub(super) said: Said,
    pub(super) typed: &'a str,
    pub(super) candidates: &'a [Candidate],
}

impl MissingPage<'_> {
    fn titled(&self) -> Vec<Suggestion> {
        let suggestion = |candidate: &Candidate| {
            let reference = candidate.meant.to_string();
            let path = match &candidate.meant {
                Meant::Subject(_) => format!("/c/{reference}"),
                Meant::Consultation(_) => format!("/consultations/{reference}"),
            };
            let title = candidate.meant.title().unwrap_or_else(|| self.said.untitled()).to_owned();
            Suggestion { path, title, reference }
        };
        self.candidates.iter().map(suggestion).collect()
    }
}

/// Something that may have been meant.
struct Suggestion {
    path: String,
    title: String,
    reference: String,
}
