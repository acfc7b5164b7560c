//! `devenir demo`: the invented consultation, loaded into an empty store and served.
//!
//! What `make run` calls. With `ONCE=1` it checks every address that it would print, and ends: the smoke test.

use super::fail;
use super::print::print;
use crate::app::App;
use crate::keyring::Keyring;
use crate::serve::{listen, serve};
use crate::story::{Loading, Story, create};
use crate::token::AdminToken;
use clap::Args;
use devenir_core::rules::Locale;
use devenir_core::writer::{Clock, OsRandom, SystemClock};
use devenir_projections::StoreSource;
use devenir_projections::query::Page;
use devenir_projections::tell::Tale;
use devenir_projections::trail::TrailOrder;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// The three ideas whose addresses are printed.
const SHOWN: [&str; 3] = ["0007", "0009", "0021"];

/// Arguments of `devenir demo`.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The store's directory, created where there is none.
    #[arg(long, default_value = "demo-store")]
    store: PathBuf,
    /// The port to listen on; without it 8787, or the next free one.
    #[arg(long, env = "PORT")]
    port: Option<u16>,
    /// Load, check every address, and end.
    #[arg(long, env = "ONCE", value_parser = clap::builder::FalseyValueParser::new())]
    once: bool,
}

type Failure = Box<dyn std::error::Error>;

impl Demo {
    pub(super) fn run(self) -> ExitCode {
        match self.demo() {
            Ok(code) => code,
            Err(error) => fail(error.as_ref(), 1),
        }
    }

    fn demo(&self) -> Result<ExitCode, Failure> {
        if !self.store.join("ledger.sqlite3").exists() {
            print(&format!("store: {} (new)\n", self.store.display()));
            load_story(&self.store)?;
        }
        let app = Arc::new(App::open(&self.store, Arc::new(SystemClock))?);
        app.writer().look_at_calendar()?;
        app.catch_up()?;
        app.sign_if_due()?;
        print(&format!("store: {}, {} events\n", self.store.display(), app.head().size));
        let token = Arc::new(Keyring::open(&self.store, AdminToken::open(&self.store)?)?);
        let shown = shown(&app)?;
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(async {
            let listener =
                listen(IpAddr::V4(Ipv4Addr::LOCALHOST), self.port.unwrap_or(8787), self.port.is_some())
                    .await?;
            let address = listener.local_addr()?;
            print(&banner(address, &shown, &self.store));
            if !self.once {
                serve(listener, app, token).await?;
                return Ok(ExitCode::SUCCESS);
            }
            let server = tokio::spawn(serve(listener, app, token));
            let checked = check(address, &shown).await;
            server.abort();
            checked
        })
    }
}

/// One idea to be shown: its reference and its headline in French.
struct Shown {
    reference: String,
    headline: String,
}

fn load_story(store: &Path) -> Result<(), Failure> {
    let story = Story::villeneuve()?;
    let loading = Loading { day: story.day_of(SystemClock.now()), slice: None };
    let loaded = create(store, &story, &loading, Box::new(OsRandom), Box::new(OsRandom))?;
    AdminToken::create(store)?;
    let waiting: usize = loaded.waiting.values().sum();
    print(&format!(
        "loaded: {} contributions, {} votes, {} comments; {waiting} acts wait for families that do not exist yet\n",
        loaded.contributions, loaded.votes, loaded.comments
    ));
    Ok(())
}

fn shown(app: &App) -> Result<Vec<Shown>, Failure> {
    let reading = app.read()?;
    // The demonstration's own consultation is the first registered; imports may have come since.
    let consultations = reading.consultations(None, Page::last(1, None))?;
    let Some((_, consultation)) = consultations.items.last() else { return Ok(Vec::new()) };
    let mut shown = Vec::new();
    for number in SHOWN {
        let reference = format!("{}-{number}", consultation.slug);
        if let crate::find::Found::Subject(subject) = crate::find::find(&reading, &reference)? {
            let tale = Tale::of(&reading, &mut StoreSource(app.reader()?), *subject, app.now())?;
            let headline = tale.tell(TrailOrder::Story, Locale::Fr, true).headline;
            shown.push(Shown { reference, headline });
        }
    }
    Ok(shown)
}

fn banner(address: SocketAddr, shown: &[Shown], store: &Path) -> String {
    let mut lines = vec!["Qu'est devenu… / What became of…".to_owned()];
    for Shown { reference, headline } in shown {
        lines.push(format!("  http://{address}/c/{reference}"));
        lines.push(format!("      {headline}"));
    }
    let store = store.display();
    let reference = shown.first().map_or("plan-velo-0007", |shown| &shown.reference);
    lines.push(format!("everything:   http://{address}/"));
    lines.push(format!("GraphQL:      http://{address}/graphql   (to try it: http://{address}/graphiql)"));
    lines.push(format!(
        "the log:      http://{address}/log/checkpoint   (C2SP tlog-tiles: for whoever watches or mirrors it)"
    ));
    lines.push("in another terminal:".to_owned());
    // By the name under which it runs: whoever unpacked it somewhere calls it there.
    let devenir = std::env::args().next().unwrap_or_else(|| "devenir".to_owned());
    lines.push(format!("  {devenir} trace {reference} --store {store}"));
    lines.push(format!("  {devenir} verify --store {store}"));
    lines.push(format!(
        "admin token:  {} (for mutations; keep it to yourself)",
        AdminToken::path(Path::new(&store.to_string())).display()
    ));
    lines.push(
        "your own data: devenir create --store DIR --origin example.org/registre, then devenir import --help"
            .to_owned(),
    );
    lines.push(format!("to start over: stop this, delete {store}, make run.   Ctrl-C stops."));
    lines.join("\n") + "\n"
}

/// Asks for every address that was printed.
async fn check(address: SocketAddr, shown: &[Shown]) -> Result<ExitCode, Failure> {
    let mut wrong = Vec::new();
    for Shown { reference, headline } in shown {
        let (status, body) = get(address, &format!("/c/{reference}?lang=fr")).await?;
        if status != 200 || !unescaped(&body).contains(headline.as_str()) {
            wrong.push(format!("/c/{reference}: status {status}, expected 200 and \"{headline}\""));
        }
    }
    for path in ["/", "/log/checkpoint", "/graphiql", "/graphql?query=%7B__typename%7D"] {
        let (status, _) = get(address, path).await?;
        if status != 200 {
            wrong.push(format!("{path}: status {status}, expected 200"));
        }
    }
    if shown.len() != SHOWN.len() {
        wrong.push(format!("{} of the {} ideas to show were found", shown.len(), SHOWN.len()));
    }
    if wrong.is_empty() {
        print("checked: every address answers with its headline\n");
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("devenir: {}", wrong.join("\ndevenir: "));
    Ok(ExitCode::from(1))
}

fn unescaped(html: &str) -> String {
    html.replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&amp;", "&")
}

/// One request over HTTP/1.0, which ends with its connection: enough to ask oneself.
async fn get(address: SocketAddr, path: &str) -> Result<(u16, String), Failure> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let request =
        format!("GET {path} HTTP/1.0\r\nHost: {address}\r\nAccept: text/html, application/json\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Ok((status, text))
}
