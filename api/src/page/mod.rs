//! Pages: readable without style and without script, in French and in English.
//!
//! `docs/design.md` (Pages): the answer first, then what is owed, then the steps. A page is made from the same
//! document as `devenir trace`; this module lays it out and decides nothing. Whatever depends on the present says
//! until when a cache may keep it, and nothing that contains text is kept for ever.

mod language;
mod mine;
mod site;
mod templates;

use crate::app::{App, AppError};
use crate::find::{Found, find};
use askama::Template as _;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use devenir_core::event::code::Trust;
use devenir_core::ledger::Position;
use devenir_core::rules::Locale;
use devenir_projections::StoreSource;
use devenir_projections::model::{Subject, SubjectKind};
use devenir_projections::query::{By, Key, Listing, Order, Page};
use devenir_projections::tell::Tale;
use devenir_projections::trail::TrailOrder;
use language::language;
use serde::Deserialize;
use site::site;
use std::sync::Arc;
use templates::{ConsultationPage, Entry, HomePage, MissingPage, Said, TrailPage, VerifyPage};

/// How many contributions a page lists.
const LISTED: usize = 100;

/// What a page may do: style itself, and send the forms of the search and of an author.
const WITHOUT_SCRIPT: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The page that checks receipts runs our own script besides, which can connect to nothing.
const WITH_SCRIPT: &str = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";
/// The verifier in JavaScript, and what binds it to the page.
const SCRIPTS: [(&str, &str); 2] = [
    ("devenir-verify.mjs", include_str!("../../assets/devenir-verify.mjs")),
    ("verify-page.mjs", include_str!("../../assets/verify-page.mjs")),
];

/// The pages.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/c/{reference}", get(trail))
        .route("/consultations/{slug}", get(consultation))
        .route("/find", get(search))
        .route("/verify", get(verify))
        .route("/mine", get(mine::form).post(mine::act).layer(DefaultBodyLimit::max(mine::FORM_BYTES_MAX)))
        .route("/assets/{name}", get(script))
        .with_state(app)
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    lang: Option<String>,
    order: Option<String>,
    q: Option<String>,
    after: Option<u32>,
}

/// What went wrong while a page was made.
struct Trouble(AppError);

impl<E: Into<AppError>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        tracing::error!(error = %self.0, "a page could not be made");
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "Registre momentanément illisible. / The record cannot be read right now.\n",
        )
            .into_response()
    }
}

type Answer = Result<Response, Trouble>;

/// A page, which nobody keeps without asking again: what it shows may be erased the next moment.
fn html(status: StatusCode, page: Result<String, askama::Error>) -> Response {
    let Ok(text) = page else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WITHOUT_SCRIPT));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    (status, headers, text).into_response()
}

async fn trail(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer {
    let locale = language(asked.lang.as_deref(), &headers);
    let reading = app.read()?;
    let subject = match find(&reading, &reference)? {
        Found::Subject(subject) => *subject,
        Found::Nothing(candidates) => {
            let page = MissingPage { said: Said(locale), typed: &reference, candidates: &candidates };
            return Ok(html(StatusCode::NOT_FOUND, page.render()));
        }
    };
    let now = app.now();
    let tale = Tale::of(&reading, &mut StoreSource(app.reader()?), subject, now)?
        .checked_with(format!("devenir verify {}/log --lang {locale}", site(app.site(), &headers)))
        .asked_of(app.contact().map(ToOwned::to_owned))
        .cosigned_up_to(app.cosigned_size());
    let order = if asked.order.as_deref() == Some("record") { TrailOrder::Record } else { TrailOrder::Story };
    let document = tale.tell(order, locale, app.opened().demonstration);
    let reference = tale.subject().to_string();
    let page = TrailPage {
        said: Said(locale),
        document: &document,
        // A text with one version stands among the steps already.
        body: tale.subject().body.plain.as_deref().filter(|_| tale.subject().versions > 1),
        consultation: &tale.consultation().slug,
        reference: &reference,
        by_record: order == TrailOrder::Record,
        has_token: has_token(tale.subject()),
    };
    Ok(html(StatusCode::OK, page.render()))
}

/// Whether its author was given a token with the receipt: for what people submitted here themselves.
fn has_token(subject: &Subject) -> bool {
    let is_theirs = matches!(subject.kind, SubjectKind::Contribution | SubjectKind::Amendment);
    is_theirs && subject.trust == Trust::Native
}

async fn home(State(app): State<Arc<App>>, Query(asked): Query<Asked>, headers: HeaderMap) -> Answer {
    let locale = language(asked.lang.as_deref(), &headers);
    let reading = app.read()?;
    let consultations = reading.consultations(None, Page::first(LISTED, None))?;
    let entries: Vec<Entry> = consultations
        .items
        .iter()
        .map(|(_, consultation)| Entry {
            reference: consultation.slug.clone(),
            title: consultation.title.plain.clone().unwrap_or_else(|| consultation.slug.clone()),
            headline: String::new(),
        })
        .collect();
    let page = HomePage { said: Said(locale), entries: &entries, demonstration: app.opened().demonstration };
    Ok(html(StatusCode::OK, page.render()))
}

async fn consultation(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer {
    let locale = language(asked.lang.as_deref(), &headers);
    let reading = app.read()?;
    let Some(consultation) = reading.consultation(By::Slug(&slug))? else {
        let page = MissingPage { said: Said(locale), typed: &slug, candidates: &[] };
        return Ok(html(StatusCode::NOT_FOUND, page.render()));
    };
    // Sorted by number, which no two have: the position of the key never decides.
    let after = asked.after.map(|number| Key { sort: i64::from(number), position: Position::NOWHERE });
    let listing = Listing {
        consultation: consultation.position,
        kind: None,
        genre: None,
        theme: None,
        order: Order::Number,
    };
    let listed = reading.contributions(&listing, Page::first(LISTED, after))?;
    let now = app.now();
    let mut entries = Vec::with_capacity(listed.items.len());
    for (_, subject) in &listed.items {
        let fate = reading.fate(subject, &consultation, now)?;
        entries.push(Entry {
            reference: subject.to_string(),
            title: subject.title.plain.clone().unwrap_or_else(|| Said(locale).untitled().to_owned()),
            headline: devenir_core::rules::Labelled::label(fate.headline.code, locale).to_owned(),
        });
    }
    let next = listed
        .items
        .last()
        .filter(|_| listed.has_next)
        .and_then(|(_, subject)| subject.reference.as_ref().map(|reference| reference.number));
    let title = consultation.title.plain.clone().unwrap_or_else(|| slug.clone());
    let page = ConsultationPage {
        said: Said(locale),
        title: &title,
        slug: &slug,
        entries: &entries,
        next,
        demonstration: app.opened().demonstration,
    };
    Ok(html(StatusCode::OK, page.render()))
}

/// How anybody can check the record, without asking whoever runs this.
async fn verify(State(app): State<Arc<App>>, Query(asked): Query<Asked>, headers: HeaderMap) -> Answer {
    let locale = language(asked.lang.as_deref(), &headers);
    let page = VerifyPage {
        said: Said(locale),
        french: locale == Locale::Fr,
        site: &site(app.site(), &headers),
        contact: app.contact(),
        demonstration: app.opened().demonstration,
    };
    let mut answer = html(StatusCode::OK, page.render());
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WITH_SCRIPT));
    Ok(answer)
}

/// A script, from inside the executable.
async fn script(Path(name): Path<String>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    match SCRIPTS.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => (headers, *text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What a person typed in the form: one thing found leads to its page.
async fn search(State(app): State<Arc<App>>, Query(asked): Query<Asked>, headers: HeaderMap) -> Answer {
    let locale = language(asked.lang.as_deref(), &headers);
    let typed = asked.q.unwrap_or_default();
    let reading = app.read()?;
    match find(&reading, &typed)? {
        Found::Subject(subject) => Ok(Redirect::to(&format!("/c/{subject}?lang={locale}")).into_response()),
        Found::Nothing(candidates) => {
            let page = MissingPage { said: Said(locale), typed: &typed, candidates: &candidates };
            Ok(html(StatusCode::NOT_FOUND, page.render()))
        }
    }
}
