//! `devenir sign`: shows a prepared act in plain words, and signs it; it asks no server anything.
//!
//! `docs/operating.md` (Signing) says who runs it, and where. Every commitment and the name that is signed are computed again
//! here: the server that prepared the act is trusted about nothing. This module decides nothing.

use super::fail;
use super::print::say;
use clap::Args;
use devenir_core::envelope::Recorded;
use devenir_core::event::Event;
use devenir_core::event::ledger::LedgerEvent;
use devenir_core::event::part::PART_KINDS;
use devenir_core::rules::{Labelled as _, Locale};
use devenir_core::signing::{ActFile, OpenedAct};
use devenir_core::writer::read_key_file;
use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `devenir sign`.
#[derive(Debug, Args)]
pub(super) struct Sign {
    /// The document, as `devenir act draft` or the mutation `prepareAct` gives it.
    document: PathBuf,
    /// The file that holds the key, of mode 0600.
    #[arg(long)]
    key: PathBuf,
    /// Where the signed document goes; in place of the document without it.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Sign without asking, once the act was shown.
    #[arg(long)]
    yes: bool,
}

impl Sign {
    pub(super) fn run(self) -> ExitCode {
        self.sign().map_or_else(|error| fail(error.as_ref(), 1), |()| ExitCode::SUCCESS)
    }

    fn sign(self) -> Result<(), Box<dyn std::error::Error>> {
        let mut file = ActFile::parse(&std::fs::read(&self.document)?)?;
        let act = file.open()?;
        let key = read_key_file(&self.key)?;
        let signature = act.sign(&key)?;
        print!("{}", shown(&file, &act));
        if !self.yes && !confirmed()? {
            return Err("not signed: the answer was not `yes`".into());
        }
        file.signature = Some(signature);
        let output = self.output.as_ref().unwrap_or(&self.document);
        std::fs::write(output, file.to_string())?;
        say!("signed: {}; hand it in with `devenir act submit`", output.display());
        Ok(())
    }
}

fn confirmed() -> std::io::Result<bool> {
    print!("Sign this act? Type `yes`: ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

/// The act in words: what it is, of whom, where, every text that it commits to, and what it binds its signer to.
fn shown(file: &ActFile, act: &OpenedAct) -> String {
    let row = act.reading.event.event_type();
    let mut lines = vec![
        format!("You are asked to sign: {} ({})", row.doc.trim(), row.name),
        format!("  in the capacity of: {}", act.reading.actor.label(Locale::En)),
        format!("  ledger:             {} ({})", plain(&file.origin), act.intent.log),
        format!("  stream:             {}", act.intent.stream),
        format!("  facts:              {}", plain(&String::from_utf8_lossy(&act.intent.facts))),
    ];
    lines.extend(act.reading.refs.iter().map(|(role, id)| format!("  refers to, as {}: {id}", role.name())));
    lines.extend(taken_down(&act.reading));
    for (kind, _, bytes) in &file.parts {
        let name =
            PART_KINDS.iter().find(|(other, _)| other == kind).map_or("list of references", |(_, name)| name);
        lines.push(format!("  {name}:"));
        match serde_json::from_slice(bytes) {
            Ok(serde_json::Value::Object(fields)) => {
                lines.extend(fields.iter().flat_map(|(field, value)| words(field, value)));
            }
            // A list of references: its names were shown above.
            Ok(_) | Err(_) => lines.push(format!("    {} bytes", bytes.len())),
        }
    }
    lines.push(format!(
        "  you bind yourself to: this ledger as it stood with {} events, root {}",
        act.signer.seen_size, act.signer.seen_root
    ));
    lines.push(format!("  it may be recorded until: {}", act.signer.expires_at));
    lines.push(format!("  what is signed: {}", act.id));
    lines.join("\n") + "\n"
}

/// Which parts a takedown takes, in place of the number that its facts hold.
fn taken_down(act: &Recorded) -> Option<String> {
    let Event::Ledger(LedgerEvent::TakedownDecided(event)) = &act.event else { return None };
    let parts =
        (0..15).filter(|index| event.facts.mask & 1 << index != 0).map(|index: u16| index.to_string());
    let parts = parts.collect::<Vec<_>>().join(", ");
    Some(format!("  takes down:         of the target, its parts number {parts}, counted from 0"))
}

/// A field of a part, each line of its text on a line of its own.
fn words(field: &str, value: &serde_json::Value) -> Vec<String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut lines = text.lines().map(plain);
    let first = lines.next().unwrap_or_default();
    let rest = lines.map(|line| format!("    {:12} {line}", ""));
    std::iter::once(format!("    {field:12} {first}")).chain(rest).collect()
}

/// A line without what could hide or turn its neighbours on a terminal.
fn plain(line: &str) -> String {
    let hides = |sign: char| {
        sign.is_control()
            || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let shown = |sign: char| if hides(sign) { sign.escape_unicode().to_string() } else { sign.to_string() };
    line.chars().map(shown).collect()
}
