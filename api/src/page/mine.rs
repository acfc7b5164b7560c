//! The page on which an author acts on their own text: one form, without account and without script.
//!
//! `docs/design.md` (Pages), `docs/operating.md` (Erasure, What an author does without an account). The token travels in the
//! body of the request alone and comes back in no answer, so it stands in no address and no log; and since it alone lets
//! anybody act, no other site can send the form for somebody. What is allowed is decided behind [`give`]: this module words it.

use super::language::language;
use super::templates::{Choice, MinePage, Said};
use super::{Answer, html};
use crate::act::{
    Act, Appeal, Caller, ContestResponse, RectifyAmendment, RequestErasure, ReviseContribution,
    WithdrawContribution,
};
use crate::app::{App, AppError};
use crate::find::{Found, find};
use crate::graphql::mutation::not_given;
use crate::keyring::Identity;
use crate::rights::{RightError, give};
use askama::Template as _;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use devenir_core::event::code::{ErasureGround, ErasureScope, Trust};
use devenir_core::id::IntentId;
use devenir_core::ledger::hex::{self, Hex};
use devenir_core::rules::Locale;
use devenir_core::writer::{OsRandom, Random as _};
use devenir_projections::model::{Subject, SubjectKind};
use devenir_projections::query::in_force;
use serde::Deserialize;
use std::sync::Arc;

/// The largest form: the longest text, each sign of it written in the longest way.
pub(super) const FORM_BYTES_MAX: usize = 1 << 20;

/// Declares what can be done: its name in the form, its words, and what is said once it is recorded.
macro_rules! doings {
    ($($doing:ident = $name:literal: $fr:literal | $en:literal, $done_fr:literal | $done_en:literal;)+) => {
        /// What an author can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Doing { $($doing,)+ }

        impl Doing {
            const ALL: &'static [Self] = &[$(Self::$doing,)+];

            const fn name(self) -> &'static str {
                match self { $(Self::$doing => $name,)+ }
            }

            const fn label(self, locale: Locale) -> &'static str {
                match (self, locale) { $((Self::$doing, Locale::Fr) => $fr, (Self::$doing, Locale::En) => $en,)+ }
            }

            const fn done(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$doing, Locale::Fr) => $done_fr, (Self::$doing, Locale::En) => $done_en,)+
                }
            }
        }
    };
}

doings! {
    Revise = "revise": "le remplacer par un nouveau texte" | "replace it by a new text",
        "C'est enregistré : le nouveau texte est en place. Les votes déjà donnés restent à l'ancien."
        | "It is recorded: the new text is in place. Votes already given stay with the old one.";
    Withdraw = "withdraw": "le retirer" | "withdraw it",
        "C'est enregistré : ce texte est retiré. Il n'est pas effacé : s'il était montré, il le reste, avec la mention de son retrait."
        | "It is recorded: this text is withdrawn. It is not erased: where it was shown it stays so, and is said to be withdrawn.";
    Appeal = "appeal": "contester la décision de modération qui pèse sur lui" | "contest the decision of moderation on it",
        "C'est enregistré : la décision de modération est contestée. La modération doit répondre."
        | "It is recorded: the decision of moderation is contested. The moderators must answer.";
    Contest = "contest": "contester la réponse qui y est donnée" | "contest the response to it",
        "C'est enregistré : la réponse est contestée. La page du texte le dit ; personne n'est tenu d'y répondre à une date."
        | "It is recorded: the response is contested. The page of the text says so; nobody must answer by a date.";
    EraseName = "erase_name": "demander l'effacement de mon nom" | "ask that my name be erased",
        "C'est enregistré : vous demandez l'effacement de votre nom. Qui organise doit en décider."
        | "It is recorded: you ask that your name be erased. Whoever runs the consultation must decide.";
    EraseAll = "erase_all": "demander l'effacement du texte et de mon nom" | "ask that the text and my name be erased",
        "C'est enregistré : vous demandez l'effacement du texte et de votre nom. Qui organise doit en décider."
        | "It is recorded: you ask that the text and your name be erased. Whoever runs the consultation must decide.";
}

/// Declares what can be wrong with a form.
macro_rules! problems {
    ($($problem:ident, $status:ident: $fr:literal | $en:literal;)+) => {
        /// Why nothing was recorded, before anybody was asked.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Problem { $($problem,)+ }

        impl Problem {
            const fn status(self) -> StatusCode {
                match self { $(Self::$problem => StatusCode::$status,)+ }
            }

            const fn say(self, locale: Locale) -> &'static str {
                match (self, locale) { $((Self::$problem, Locale::Fr) => $fr, (Self::$problem, Locale::En) => $en,)+ }
            }
        }
    };
}

problems! {
    NoSuchText, NOT_FOUND:
        "Rien ne porte cette référence ici. Elle est en bas de la page du texte."
        | "Nothing here has this reference. It stands at the bottom of the page of the text.";
    NotItsToken, FORBIDDEN:
        "Ce jeton n'est pas celui de ce texte. Chaque texte a le sien, remis une fois, avec le reçu de son dépôt."
        | "This token is not that of this text. Each text has its own, given once, with the receipt of its submission.";
    NothingChosen, UNPROCESSABLE_ENTITY: "Choisissez ce que vous voulez faire." | "Choose what you want to do.";
    NoText, UNPROCESSABLE_ENTITY:
        "Pour remplacer le texte, écrivez le nouveau titre et le nouveau texte."
        | "To replace the text, write the new title and the new text.";
    NoWords, UNPROCESSABLE_ENTITY: "Écrivez pourquoi vous contestez." | "Write why you contest.";
    NothingToContest, UNPROCESSABLE_ENTITY:
        "Aucune décision de modération ne pèse sur ce texte." | "No decision of moderation weighs on this text.";
    NotAnswered, UNPROCESSABLE_ENTITY:
        "Aucune réponse n'est donnée à ce texte." | "No response is given to this text.";
    CannotNow, SERVICE_UNAVAILABLE:
        "Le registre ne répond pas. Rien n'a été enregistré, ou bien la page du texte le montrera : regardez-la avant de recommencer."
        | "The record does not answer. Nothing was recorded, or the page of the text will show it: look there before trying again.";
}

/// Why nothing was recorded.
enum Refused {
    Problem(Problem),
    /// The rules, in their own words.
    Rules(Vec<String>),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// An address that fills in the reference.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Opening {
    lang: Option<String>,
    reference: String,
}

/// The form as it was sent. It is printed nowhere: it holds a token.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    lang: Option<String>,
    reference: String,
    token: String,
    act: String,
    title: String,
    words: String,
    key: String,
}

impl Sent {
    fn doing(&self) -> Option<Doing> {
        Doing::ALL.iter().copied().find(|doing| doing.name() == self.act)
    }

    /// The key under which a form that is sent twice is one asking.
    fn key(&self) -> Result<[u8; 16], Problem> {
        hex::parse(&self.key).map_or_else(|_| drawn(), Ok)
    }

    fn given(text: &str) -> Option<String> {
        (!text.trim().is_empty()).then(|| text.to_owned())
    }
}

fn drawn() -> Result<[u8; 16], Problem> {
    let drawn = OsRandom.bytes32().map_err(|_| Problem::CannotNow)?;
    let mut key = [0; 16];
    key.iter_mut().zip(drawn).for_each(|(to, from)| *to = from);
    Ok(key)
}

/// The empty form.
pub(super) async fn form(
    State(app): State<Arc<App>>,
    Query(opening): Query<Opening>,
    headers: HeaderMap,
) -> Answer {
    let locale = language(opening.lang.as_deref(), &headers);
    let sent = Sent { reference: opening.reference, ..Sent::default() };
    Ok(shown(&app, locale, StatusCode::OK, &sent, Vec::new()))
}

/// What became of a form that was sent.
pub(super) async fn act(State(app): State<Arc<App>>, headers: HeaderMap, Form(sent): Form<Sent>) -> Answer {
    let locale = language(sent.lang.as_deref(), &headers);
    let behind = Arc::clone(&app);
    // Waiting for the disk is no work for the threads that answer questions.
    let done = tokio::task::spawn_blocking(move || (record(&behind, &sent, locale), sent)).await;
    let Ok((done, sent)) = done else {
        let why = Problem::CannotNow;
        let words = vec![why.say(locale).to_owned()];
        return Ok(shown(&app, locale, why.status(), &Sent::default(), words));
    };
    Ok(match done? {
        Ok((doing, subject)) => {
            let page = MinePage {
                done: Some(doing.done(locale)),
                reference: &subject.to_string(),
                ..empty(&app, locale)
            };
            unkept(html(StatusCode::OK, page.render()))
        }
        Err(Refused::Problem(problem)) => {
            shown(&app, locale, problem.status(), &sent, vec![problem.say(locale).to_owned()])
        }
        Err(Refused::Rules(why)) => shown(&app, locale, StatusCode::UNPROCESSABLE_ENTITY, &sent, why),
    })
}

/// Does what the form asks.
fn record(app: &App, sent: &Sent, locale: Locale) -> Result<Result<(Doing, Subject), Refused>, AppError> {
    let reading = app.read()?;
    let Found::Subject(subject) = find(&reading, &sent.reference)? else {
        return Ok(Err(Problem::NoSuchText.into()));
    };
    let token = sent.token.trim();
    if !app.tokens().admits(subject.id, token) {
        return Ok(Err(Problem::NotItsToken.into()));
    }
    let Some(doing) = sent.doing() else { return Ok(Err(Problem::NothingChosen.into())) };
    let decision = subject.measure.map_or(Ok(None), |measure| reading.id_of(measure))?;
    let response = in_force(&reading.responses(subject.position)?).map(|response| response.id);
    drop(reading);
    let asked = Asked { app, sent, subject: &subject, token, decision, response };
    Ok(match asked.ask(doing, locale) {
        Ok(()) => Ok((doing, *subject)),
        Err(refused) => Err(refused),
    })
}

/// An author who asks for something, whose token was checked.
struct Asked<'a> {
    app: &'a App,
    sent: &'a Sent,
    subject: &'a Subject,
    token: &'a str,
    /// The act of moderation that weighs on the text.
    decision: Option<IntentId>,
    /// The response in force to the text.
    response: Option<IntentId>,
}

impl Asked<'_> {
    fn ask(&self, doing: Doing, locale: Locale) -> Result<(), Refused> {
        let (sent, subject) = (self.sent, self.subject);
        let (consultation, id) = (subject.stream, subject.id);
        let author_token = Some(self.token.to_owned());
        let erasure = |scope| RequestErasure {
            consultation,
            target: id,
            scope,
            ground: ErasureGround::ConsentWithdrawn,
            on_behalf_of: None,
            author_token: Some(self.token.to_owned()),
            concerned: None,
            ticket: None,
        };
        let words = Sent::given(&sent.words);
        match doing {
            Doing::Revise => {
                let (title, body) = Sent::given(&sent.title).zip(words).ok_or(Problem::NoText)?;
                if subject.kind == SubjectKind::Amendment {
                    let (amendment, on_behalf_of) = (id, None);
                    let act =
                        RectifyAmendment { consultation, amendment, title, body, on_behalf_of, author_token };
                    return self.give(&act, locale);
                }
                self.give(
                    &ReviseContribution {
                        consultation,
                        contribution: id,
                        title,
                        body,
                        material: None,
                        explanation: None,
                        on_behalf_of: None,
                        author_token,
                    },
                    locale,
                )
            }
            Doing::Withdraw => {
                let (contribution, on_behalf_of) = (id, None);
                let act = WithdrawContribution {
                    consultation,
                    contribution,
                    reason: words,
                    on_behalf_of,
                    author_token,
                };
                self.give(&act, locale)
            }
            Doing::Appeal => {
                let decision = self.decision.ok_or(Problem::NothingToContest)?;
                let explanation = words.ok_or(Problem::NoWords)?;
                let (subject, on_behalf_of) = (id, None);
                let act = Appeal { consultation, subject, decision, explanation, on_behalf_of, author_token };
                self.give(&act, locale)
            }
            Doing::Contest => {
                let response = self.response.ok_or(Problem::NotAnswered)?;
                let explanation = words.ok_or(Problem::NoWords)?;
                let (contribution, on_behalf_of) = (id, None);
                let act = ContestResponse {
                    consultation,
                    contribution,
                    response,
                    explanation,
                    on_behalf_of,
                    author_token,
                };
                self.give(&act, locale)
            }
            Doing::EraseName => self.give(&erasure(ErasureScope::Author), locale),
            Doing::EraseAll => self.give(&erasure(ErasureScope::All), locale),
        }
    }

    fn give(&self, act: &impl Act, locale: Locale) -> Result<(), Refused> {
        let identity = Identity::author(self.subject.id);
        let caller = Caller {
            namespace: identity.namespace.clone(),
            trust: Trust::Native,
            credential: identity.credential,
        };
        let key = self.sent.key()?;
        give(self.app, &identity, &caller, &key, act).map(drop).map_err(|error| refused(error, locale))
    }
}

fn refused(error: RightError, locale: Locale) -> Refused {
    match not_given(error) {
        Ok(errors) => Refused::Rules(errors.iter().map(|error| error.text(locale)).collect()),
        Err(_) => Problem::CannotNow.into(),
    }
}

/// The form, with what was typed in it but for the token, and what was wrong with it.
fn shown(app: &App, locale: Locale, status: StatusCode, sent: &Sent, problems: Vec<String>) -> Response {
    // A page without a key is worth as much: the form is then not recognised when it is sent twice.
    let key = drawn().map(|key| Hex(&key).to_string()).unwrap_or_default();
    let chosen = sent.doing();
    let choices = Doing::ALL.iter().map(|doing| Choice {
        name: doing.name(),
        label: doing.label(locale),
        is_chosen: chosen == Some(*doing),
    });
    let page = MinePage {
        problems,
        reference: &sent.reference,
        title: &sent.title,
        words: &sent.words,
        key: &key,
        choices: choices.collect(),
        ..empty(app, locale)
    };
    unkept(html(status, page.render()))
}

fn empty(app: &App, locale: Locale) -> MinePage<'static> {
    MinePage {
        said: Said(locale),
        done: None,
        problems: Vec::new(),
        reference: "",
        title: "",
        words: "",
        key: "",
        choices: Vec::new(),
        demonstration: app.opened().demonstration,
    }
}

/// The same, of which nobody keeps a copy: it may show words that are nobody else's yet.
fn unkept(mut page: Response) -> Response {
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}
