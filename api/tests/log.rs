//! The log over HTTP, as an outsider mirrors it: a checkpoint, its tiles, and the envelopes behind them.
//!
//! The mirror trusts the public key alone: it takes every tile, derives the root again, and holds every envelope
//! against its leaf hash.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use devenir_api::app::App;
use devenir_api::watch::{Finding, Mirror, PromiseState, Watch, verdict};
use devenir_core::audit::Verdict;
use devenir_core::event::code::KeyPurpose;
use devenir_core::ledger::{
    Checkpoint, Hash, NamedKey, Note, NoteSigner, Position, Promise, SigningKey, Tile, TileLevel, Tree,
    TreeHead, TreeSize, decode_bundle, leaf_hash,
};
use devenir_core::rules::Locale;
use devenir_core::writer::{OsRandom, Random, read_key_file, rotate_ledger_key};
use std::sync::Arc;
use tower::ServiceExt as _;

struct Log {
    app: Arc<App>,
    router: Router,
    _dir: tempfile::TempDir,
}

impl Log {
    fn new() -> Self {
        let (app, dir) = support::story();
        let router = devenir_api::log::router(Arc::clone(&app));
        Self { app, router, _dir: dir }
    }

    async fn get(&self, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        let request = Request::builder().uri(format!("/log/{path}")).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 24).await.unwrap();
        (head.status, head.headers, bytes.to_vec())
    }

    async fn tile(&self, tile: Tile) -> Vec<u8> {
        let (status, headers, bytes) = self.get(&tile.to_string()).await;
        assert_eq!(status, StatusCode::OK, "{tile}");
        assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable", "{tile}");
        bytes
    }

    async fn checkpoint(&self) -> Checkpoint {
        let (status, headers, note) = self.get("checkpoint").await;
        assert_eq!((status, &headers["cache-control"] == "no-cache"), (StatusCode::OK, true));
        let key: &NamedKey = &self.app.public_keys().checkpoints;
        Checkpoint::open(&Note::parse(&note).unwrap(), key).unwrap()
    }
}

#[tokio::test]
async fn an_outsider_mirrors_the_whole_log_and_derives_its_root() {
    let log = Log::new();
    assert_eq!(log.get("checkpoint").await.0, StatusCode::NOT_FOUND, "none is signed yet");
    log.app.sign_if_due().unwrap();
    let checkpoint = log.checkpoint().await;
    assert_eq!(checkpoint.head, log.app.head());
    let size: TreeSize = checkpoint.head.size;
    let mut tree = Tree::default();
    for at in 0..size.get().div_ceil(u64::from(Tile::WIDTH)) {
        let hashes = log.tile(Tile::at(TileLevel::Hashes(0), at, size).unwrap()).await;
        let entries = Tile::at(TileLevel::Entries, at, size).unwrap();
        let bundle = log.tile(entries).await;
        let envelopes = decode_bundle(&bundle, entries.width()).unwrap();
        for (hash, envelope) in hashes.chunks_exact(32).zip(envelopes) {
            let leaf = leaf_hash(envelope);
            assert_eq!(Hash::try_from(hash).unwrap(), leaf);
            tree.push(leaf);
        }
    }
    assert_eq!(tree.head(), checkpoint.head);
}

#[tokio::test]
async fn what_the_log_does_not_hold_is_not_found_and_says_why() {
    let log = Log::new();
    log.app.sign_if_due().unwrap();
    for (path, why) in [
        ("tile/0/999", "999"),
        ("tile/0/000.p/256", "256"),
        ("tile/9/000", "9"),
        ("tile/entries/../../keys", "keys"),
        ("tile/entries/x001/x002/003.p/1", "003"),
    ] {
        let (status, _, body) = log.get(path).await;
        let body = String::from_utf8(body).unwrap();
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}: {body}");
        assert!(body.is_empty() || body.contains(why), "{path}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_audits_the_whole_story_without_its_texts_and_goes_on_from_there() {
    let log = Log::new();
    log.app.sign_if_due().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/log", listener.local_addr().unwrap());
    let router = log.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mirror = tempfile::tempdir().unwrap();
    let watch = Watch::new(&url, Mirror::open(mirror.path()).unwrap(), None, None, Vec::new()).unwrap();
    let looks = tokio::task::spawn_blocking(move || [watch.look(), watch.look()]).await.unwrap();
    for (look, found) in looks.iter().enumerate() {
        let said: Vec<String> = found.iter().flat_map(|one| one.say(Locale::En)).collect();
        assert_eq!(verdict(found), Verdict::SelfConsistent, "look {look}: {said:#?}");
        let Some(Finding::Audited(report)) = found.iter().find(|one| matches!(one, Finding::Audited(_)))
        else {
            panic!("{said:#?}")
        };
        assert_eq!((report.head, report.fault_count, report.unknown_types), (log.app.head(), 0, 0));
    }
    let kept = Mirror::open(mirror.path()).unwrap();
    assert_eq!(kept.key().unwrap().as_ref(), Some(&log.app.public_keys().checkpoints));
    let size = log.app.head().size;
    // An envelope altered in the mirror is not believed the next time: it is fetched again, and that is said.
    let first = mirror.path().join(Tile::at(TileLevel::Entries, 0, size).unwrap().to_string());
    let mut bytes = std::fs::read(&first).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&first, bytes).unwrap();
    let watch = Watch::new(&url, kept, None, None, Vec::new()).unwrap();
    let found = tokio::task::spawn_blocking(move || watch.look()).await.unwrap();
    assert_eq!(verdict(&found), Verdict::SelfConsistent, "{found:#?}");
    assert!(found.iter().any(|one| matches!(one, Finding::Renewed(1))), "{found:#?}");
}

/// Whoever is cut off learns that, not that the record was altered.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_stops_answering_midway_is_unreadable_and_not_altered() {
    let log = Log::new();
    log.app.sign_if_due().unwrap();
    let broken = |request: axum::extract::Request, next: axum::middleware::Next| async move {
        if request.uri().path().starts_with("/log/tile/entries/001") {
            return axum::response::IntoResponse::into_response(StatusCode::BAD_GATEWAY);
        }
        next.run(request).await
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/log", listener.local_addr().unwrap());
    let router = log.router.clone().layer(axum::middleware::from_fn(broken));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let verify = move || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_devenir"));
        command.args(["verify", &url, "--lang", "en"]).output().unwrap()
    };
    let output = tokio::task::spawn_blocking(verify).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("tile/entries/001") && said.contains("502"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_holds_promises_against_the_log() {
    let log = Log::new();
    log.app.sign_if_due().unwrap();
    let head = log.app.head();
    let hashes = log.tile(Tile::at(TileLevel::Hashes(0), 0, head.size).unwrap()).await;
    let group: Tree =
        hashes.chunks_exact(32).skip(3).take(2).map(|leaf| Hash::try_from(leaf).unwrap()).collect();
    let origin = log.app.public_keys().checkpoints.name().clone();
    let key = NoteSigner::new(Promise::key_name(&origin), SigningKey::from_seed(&[5; 32]));
    let promise = |first: u64, group: TreeHead| {
        let log_id = Hash::from_bytes(log.app.log().0);
        let first = Position::new(first);
        Promise { origin: origin.clone(), log_id, first, group, recorded_at_ms: 0, include_by_ms: 1 }
            .sign(&key)
            .unwrap()
    };
    let notes = [promise(3, group.head()), promise(4, group.head()), promise(head.size.get(), group.head())];
    let promises = notes.map(|note| ("promise".into(), note, key.public().clone())).to_vec();

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/log", listener.local_addr().unwrap());
    let router = log.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mirror = tempfile::tempdir().unwrap();
    let watch = Watch::new(&url, Mirror::open(mirror.path()).unwrap(), None, None, promises).unwrap();
    let found = tokio::task::spawn_blocking(move || watch.look()).await.unwrap();
    let states: Vec<&PromiseState> = found
        .iter()
        .filter_map(|one| if let Finding::Promised(_, state) = one { Some(state) } else { None })
        .collect();
    assert!(
        matches!(states[..], [PromiseState::Kept(_), PromiseState::Broken(_), PromiseState::Open(_)]),
        "{states:?}"
    );
    assert_eq!(verdict(&found), Verdict::Altered, "a promise was broken");
}

/// Serves a log, and looks at it once.
async fn look(router: Router, mirror: Mirror) -> Vec<Finding> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/log", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let watch = Watch::new(&url, mirror, None, None, Vec::new()).unwrap();
    tokio::task::spawn_blocking(move || watch.look()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_follows_a_ledger_to_its_next_key_and_believes_the_one_before_no_more() {
    let log = Log::new();
    log.app.sign_if_due().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(&folder.path().join("mirror")).unwrap();
    assert_eq!(verdict(&look(log.router.clone(), mirror.clone()).await), Verdict::SelfConsistent);

    let store = folder.path().join("store");
    let copied = std::process::Command::new("cp").arg("-r").arg(log.app.dir()).arg(&store).status();
    assert!(copied.unwrap().success());
    let stolen = read_key_file(&store.join("keys/ledger.key")).unwrap();
    let random = [(); 3].map(|()| Box::new(OsRandom) as Box<dyn Random>);
    rotate_ledger_key(&store, KeyPurpose::Checkpoint, log.app.clock(), random).unwrap();
    let app = Arc::new(App::open(&store, log.app.clock()).unwrap());
    app.sign_if_due().unwrap();
    let router = devenir_api::log::router(Arc::clone(&app));
    for _ in 0..2 {
        let found = look(router.clone(), mirror.clone()).await;
        assert_eq!(verdict(&found), Verdict::SelfConsistent, "{found:#?}");
    }

    let origin = app.public_keys().checkpoints.name().clone();
    let forged = Checkpoint { origin: origin.clone(), head: app.head() };
    let forged = forged.sign(&NoteSigner::new(origin, stolen)).unwrap();
    std::fs::write(store.join("tiles/checkpoint"), forged.to_string()).unwrap();
    let fresh = Mirror::open(&folder.path().join("fresh")).unwrap();
    for mirror in [mirror, fresh] {
        let found = look(router.clone(), mirror).await;
        assert_eq!(verdict(&found), Verdict::Altered, "{found:#?}");
        let said: Vec<String> = found.iter().flat_map(|one| one.say(Locale::En)).collect();
        assert!(said.iter().any(|line| line.contains("replaced at")), "{said:#?}");
    }
}
