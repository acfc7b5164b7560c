//! Serving: pages, GraphQL and the log on one listener, checkpoints signed meanwhile, and a clean end.
//!
//! `docs/operating.md` (Serving). Servers bind to 127.0.0.1 unless told otherwise; Ctrl-C finishes what was
//! acknowledged. This module knows no page and no field.

use crate::app::App;
use crate::feeder::Feeder;
use crate::keyring::Keyring;
use axum::Router;
use devenir_core::log::CheckpointerError;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How many ports after the one asked for are tried.
const PORTS_TRIED: u16 = 50;
/// How often it is asked whether a checkpoint is due.
const LOOK_AT_PACE: Duration = Duration::from_millis(500);
/// How often it is asked whether the heads of the day are recorded.
const LOOK_AT_HEADS: Duration = Duration::from_secs(600);
/// How often the scrub compares some thousand events with the tiles over them.
const SCRUB_STEP: Duration = Duration::from_secs(2);
/// How long it rests once it has compared all.
const SCRUB_REST: Duration = Duration::from_secs(600);
/// How often it is asked whether an erasure is to be carried out.
const LOOK_AT_ERASURES: Duration = Duration::from_secs(1);

/// Everything that is served.
pub fn router(app: Arc<App>, keyring: Arc<Keyring>) -> Router {
    crate::page::router(Arc::clone(&app))
        .merge(crate::log::router(Arc::clone(&app)))
        .merge(crate::erasure::router(Arc::clone(&app)))
        .merge(crate::receipt::router(Arc::clone(&app)))
        .merge(crate::graphql::router(app, keyring))
}

/// Listens on the port asked for, or on the next free one.
///
/// # Errors
/// [`io::Error`] where none of the ports can be had.
pub async fn listen(address: IpAddr, port: u16, exactly: bool) -> io::Result<TcpListener> {
    let mut last = None;
    let tried = if exactly { 1 } else { PORTS_TRIED };
    for port in (port..=u16::MAX).take(usize::from(tried)) {
        match TcpListener::bind(SocketAddr::new(address, port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("no port was tried")))
}

/// Serves until Ctrl-C or a termination signal; requests under way are finished.
///
/// # Errors
/// [`io::Error`] where the listener fails.
pub async fn serve(listener: TcpListener, app: Arc<App>, keyring: Arc<Keyring>) -> io::Result<()> {
    let feeder = match app.cosigning() {
        Some(cosigning) => Some(Arc::new(Feeder::start(cosigning.policy(), app.tiles(), app.clock())?)),
        None => None,
    };
    let signing = tokio::spawn(sign(Arc::clone(&app), feeder));
    let scrubbing = tokio::spawn(scrub(Arc::clone(&app)));
    let heads = tokio::spawn(record_heads(Arc::clone(&app)));
    let erasing = tokio::spawn(erase(Arc::clone(&app)));
    let served = axum::serve(listener, router(app, keyring)).with_graceful_shutdown(asked_to_stop()).await;
    signing.abort();
    scrubbing.abort();
    heads.abort();
    erasing.abort();
    served
}

/// Signs checkpoints at the pace that the log decides, has them shown to the witnesses, and publishes those that enough have
/// cosigned. What goes wrong is said once, until it is another thing.
async fn sign(app: Arc<App>, feeder: Option<Arc<Feeder>>) {
    let mut seconds = tokio::time::interval(LOOK_AT_PACE);
    let mut said = String::new();
    loop {
        match &feeder {
            None => drop(seconds.tick().await),
            Some(feeder) => tokio::select! {
                _ = seconds.tick() => {}
                () = feeder.ready() => {}
            },
        }
        let (app, feeder) = (Arc::clone(&app), feeder.clone());
        let signed = tokio::task::spawn_blocking(move || {
            sign_and_publish(&app, feeder.as_deref()).map_err(|error| error.to_string())
        });
        match signed.await.unwrap_or_else(|error| Err(error.to_string())) {
            Ok(()) => said.clear(),
            Err(error) if error == said => {}
            Err(error) => {
                tracing::error!(%error, "no checkpoint could be signed");
                said = error;
            }
        }
    }
}

/// Records once a day how far every consultation has come: what a consultation's bundle is complete up to.
async fn record_heads(app: Arc<App>) {
    let mut looks = tokio::time::interval(LOOK_AT_HEADS);
    loop {
        looks.tick().await;
        let app = Arc::clone(&app);
        let recorded =
            tokio::task::spawn_blocking(move || app.record_heads_if_due().map_err(|error| error.to_string()));
        if let Err(error) = recorded.await.unwrap_or_else(|error| Err(error.to_string())) {
            tracing::error!(%error, "the heads of the consultations could not be recorded");
        }
    }
}

fn sign_and_publish(app: &App, feeder: Option<&Feeder>) -> Result<(), CheckpointerError> {
    let signed = app.sign_if_due()?;
    let Some(feeder) = feeder else { return Ok(()) };
    if let Some(note) = signed {
        feeder.offer(note);
    }
    for note in feeder.take() {
        app.publish_cosigned(&note)?;
    }
    Ok(())
}

/// Compares the tiles with the ledger, a little at a time; what differs is written again, and said.
async fn scrub(app: Arc<App>) {
    loop {
        let comparing = Arc::clone(&app);
        let rest = match tokio::task::spawn_blocking(move || comparing.scrub_some()).await {
            Ok(Ok(found)) => {
                if !found.differing.is_empty() || found.missing + found.removed > 0 {
                    let tiles: Vec<String> = found.differing.iter().map(ToString::to_string).collect();
                    let (missing, removed) = (found.missing, found.removed);
                    tracing::error!(differing = %tiles.join(" "), missing, removed, "tiles differed from the ledger; they were written again");
                }
                if found.finished { SCRUB_REST } else { SCRUB_STEP }
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the tiles could not be compared with the ledger");
                SCRUB_REST
            }
            Err(error) => {
                tracing::error!(%error, "the scrub ended");
                SCRUB_REST
            }
        };
        tokio::time::sleep(rest).await;
    }
}

/// Carries out what is erased. What goes wrong is said once, until it is another thing, and tried again.
async fn erase(app: Arc<App>) {
    let mut seconds = tokio::time::interval(LOOK_AT_ERASURES);
    let mut said = String::new();
    loop {
        seconds.tick().await;
        let app = Arc::clone(&app);
        let done =
            tokio::task::spawn_blocking(move || app.carry_out_erasures().map_err(|error| error.to_string()));
        match done.await.unwrap_or_else(|error| Err(error.to_string())) {
            Ok(_) => said.clear(),
            Err(error) if error == said => {}
            Err(error) => {
                tracing::error!(%error, "an erasure could not be carried out; it is tried again");
                said = error;
            }
        }
    }
}

/// Returns at Ctrl-C or a termination signal.
pub(crate) async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
