//! Reading: a trail and a page of 50 over GraphQL, beside a plain handler that does the same reads and serialises
//! with serde. Requests go through the router without a socket, on one thread, warm.

use crate::mix;
use crate::report::{Report, median};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::IntoResponse;
use axum::routing::get;
use devenir_api::app::App;
use devenir_api::keyring::Keyring;
use devenir_api::serve::router;
use devenir_api::token::AdminToken;
use devenir_core::rules::Locale;
use devenir_core::writer::SystemClock;
use devenir_projections::query::{By, Listing, Order, Page, Reading};
use devenir_projections::tell::Tale;
use devenir_projections::trail::TrailOrder;
use devenir_projections::{Reference, StoreSource};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

const EVENTS: u64 = 100_000;
const REQUESTS: u32 = 200;
const ROUNDS: usize = 5;

const TRAIL: &str = "query($r: String!) { contribution(reference: $r) { reference title { plain } \
    fate { headline sentence(locale: \"fr\") { text } } \
    trail(first: 50) { nodes { recordedAt sentence(locale: \"fr\") { text } } } } }";
const LIST: &str = "{ consultation(slug: \"velo\") { contributions(first: 50) { edges { cursor node { \
    id reference title { plain } fate { headline } } } } } }";
const LIST_TOLD: &str = "{ consultation(slug: \"velo\") { contributions(first: 50) { edges { cursor node { \
    id reference title { plain } fate { headline sentence(locale: \"fr\") { text } } } } } } }";

pub(crate) fn measure(report: &mut Report) {
    report.doing("read: making a record");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let (instance, mut town) = mix::found(&path);
    town.grow(&instance.writer.handle(), EVENTS);
    drop(instance);
    let (app, ours) = served(&path);
    let plain = Router::new()
        .route("/trail", get(plain_trail))
        .route("/list", get(plain_list))
        .with_state(Arc::clone(&app));
    report.doing("read");
    let trail = json!({ "query": TRAIL, "variables": { "r": reference() } });
    let plain_of = |path: &'static str| move || Request::get(path).body(Body::empty()).unwrap();
    let pairs: [(&str, Value, &'static str); 2] =
        [("trail of one contribution", trail, "/trail"), ("page of 50", json!({ "query": LIST }), "/list")];
    for (name, document, path) in pairs {
        let (mut graphql, mut handler) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            graphql.push(cost(&ours, || asked(&document)));
            handler.push(cost(&plain, plain_of(path)));
        }
        let (graphql, handler) = (median(graphql), median(handler));
        report.note(&format!("{name}: GraphQL, plain handler"), &format!("{graphql:.0?}, {handler:.0?}"));
        report.at_most(name, graphql.as_secs_f64() / handler.as_secs_f64(), 3.0, "x plain");
    }
    let told = json!({ "query": LIST_TOLD });
    report.note(
        "page of 50 with each headline as a sentence",
        &format!("{:.0?}", cost(&ours, || asked(&told))),
    );
    let page = cost(&ours, || Request::get(format!("/c/{}", reference())).body(Body::empty()).unwrap());
    report.note("the page of a contribution", &format!("{page:.0?}"));
}

/// What a trail over GraphQL costs on a record, and how many steps it has: those of a contribution of the first round, or
/// as many as asked for.
pub(crate) fn trail_cost(path: &Path, steps: Option<usize>, report: &Report) -> (Duration, usize) {
    report.doing("growth: opening the views");
    let (app, ours) = served(path);
    let (name, steps) = match steps {
        None => (reference(), steps_of(&app, &reference()).unwrap()),
        Some(steps) => (with_steps(&app, steps), steps),
    };
    let document = json!({ "query": TRAIL, "variables": { "r": name } });
    (median((0..ROUNDS).map(|_| cost(&ours, || asked(&document))).collect()), steps)
}

/// A contribution whose trail has this many steps. One of the first round has more of them the longer the record is, since
/// people go on arguing about it: two records are compared by what has the same length in both.
fn with_steps(app: &App, steps: usize) -> String {
    let names = (1..).step_by(101).map(|number| format!("velo-{number:04}"));
    let found =
        names.map_while(|name| Some((steps_of(app, &name)?, name))).find(|(found, _)| *found == steps);
    found.unwrap_or_else(|| panic!("no contribution has a trail of {steps} steps")).1
}

/// How many steps the trail of a contribution has; none where there is no such contribution.
fn steps_of(app: &App, name: &str) -> Option<usize> {
    let reading = app.read().unwrap();
    let named: Reference = name.parse().unwrap();
    let subject = reading.by_reference(&named).unwrap()?;
    let mut source = StoreSource(app.reader().unwrap());
    Some(Tale::of(&reading, &mut source, subject, app.now()).unwrap().facts().len())
}

fn served(path: &Path) -> (Arc<App>, Router) {
    let app = Arc::new(App::open(path, Arc::new(SystemClock)).unwrap());
    let token = AdminToken::open(path).or_else(|_| AdminToken::create(path)).unwrap();
    let keyring = Keyring::open(path, token).unwrap();
    (Arc::clone(&app), router(app, Arc::new(keyring)))
}

/// A contribution of the first round, which every record has, with its votes and arguments.
fn reference() -> String {
    "velo-0017".to_owned()
}

fn asked(document: &Value) -> Request<Body> {
    Request::post("/graphql")
        .header("content-type", "application/json")
        .body(Body::from(document.to_string()))
        .unwrap()
}

/// The mean of many requests, after some that warm everything up.
fn cost(router: &Router, request: impl Fn() -> Request<Body>) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ask = async |request: Request<Body>| {
        let response = router.clone().oneshot(request).await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
        response.into_body().collect().await.unwrap().to_bytes()
    };
    runtime.block_on(async {
        let answer = ask(request()).await;
        assert!(
            !String::from_utf8_lossy(&answer).contains("\"errors\""),
            "{}",
            String::from_utf8_lossy(&answer)
        );
        for _ in 0..20 {
            ask(request()).await;
        }
        let began = Instant::now();
        for _ in 0..REQUESTS {
            ask(request()).await;
        }
        began.elapsed() / REQUESTS
    })
}

async fn plain_trail(State(app): State<Arc<App>>) -> impl IntoResponse {
    let reading = app.read().unwrap();
    let named: Reference = reference().parse().unwrap();
    let subject = reading.by_reference(&named).unwrap().unwrap();
    let title = subject.title.plain.clone();
    let mut source = StoreSource(app.lend_reader().unwrap());
    let tale = Tale::of(&reading, &mut source, subject, app.now()).unwrap();
    app.keep_reader(source.0);
    let document = tale.tell(TrailOrder::Story, Locale::Fr, true);
    let steps: Vec<Value> = document
        .steps
        .iter()
        .zip(tale.facts())
        .take(50)
        .map(|(step, fact)| json!({ "recordedAt": fact.recorded_at.to_rfc3339(), "sentence": step.sentence }))
        .collect();
    axum::Json(
        json!({ "reference": named.to_string(), "title": title, "sentence": document.headline, "steps": steps }),
    )
}

async fn plain_list(State(app): State<Arc<App>>) -> impl IntoResponse {
    let reading: Reading = app.read().unwrap();
    let consultation = reading.consultation(By::Slug("velo")).unwrap().unwrap();
    let listing = Listing {
        consultation: consultation.position,
        kind: None,
        genre: None,
        theme: None,
        order: Order::default(),
    };
    let now = app.now();
    let page = reading.contributions(&listing, Page::first(50, None)).unwrap();
    let rows: Vec<Value> = page
        .items
        .iter()
        .map(|(_, subject)| {
            let fate = reading.fate(subject, &consultation, now).unwrap();
            json!({
                "id": subject.id.to_string(), "reference": subject.to_string(), "title": subject.title.plain,
                "headline": format!("{:?}", fate.headline.code),
            })
        })
        .collect();
    axum::Json(json!({ "contributions": rows }))
}
