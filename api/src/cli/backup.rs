//! `devenir backup`, `verify-backup` and `restore`: a store copied, judged where the copy lies, and brought back.
//!
//! `docs/operating.md` (Backup, The disk died). A restored store that lacks events which were signed is left to `devenir
//! recover`; exit code 12 says so. This module decides nothing.

use super::fail;
use super::lang::{Lang, locale};
use super::print::{print, say};
use crate::app::App;
use crate::backup::{BackupError, Folders, LastSigned, back_up, restore, verify_backup};
use clap::Args;
use devenir_core::audit::Verdict;
use devenir_core::ledger::{Note, Policy};
use devenir_core::verify::Asked;
use devenir_core::writer::{Clock as _, SystemClock};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir backup`.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The store's directory; it may be served meanwhile.
    #[arg(long)]
    store: PathBuf,
    /// The directory to make: ledger, vault and private go into folders of their own.
    #[arg(short, long)]
    output: PathBuf,
}

impl Backup {
    pub(super) fn run(self) -> ExitCode {
        match back_up(&self.store, &self.output, SystemClock.now()) {
            Ok(made) => {
                let Folders { ledger, vault, private } = Folders::of(&self.output);
                say!("backed up: a {}, {} parts", made.head, made.parts);
                say!("ledger:  {} (public; keep it for ever)", ledger.display());
                say!("vault:   {} (encrypt it, and delete it within 30 days)", vault.display());
                say!("private: {} (encrypt it, and keep it apart from both)", private.display());
                say!("next: devenir verify-backup {}", self.output.display());
                ExitCode::SUCCESS
            }
            Err(error) => fail(&error, 1),
        }
    }
}

/// Where a backup lies.
#[derive(Debug, Args)]
struct Where {
    /// The directory of the backup, with the folders ledger, vault and private.
    backup: PathBuf,
    /// The folder of the vault, where it is kept elsewhere.
    #[arg(long)]
    vault: Option<PathBuf>,
    /// The folder of the register and the keys, where it is kept elsewhere.
    #[arg(long)]
    private: Option<PathBuf>,
}

impl Where {
    fn folders(&self) -> Folders {
        let Folders { ledger, vault, private } = Folders::of(&self.backup);
        Folders {
            ledger,
            vault: self.vault.clone().unwrap_or(vault),
            private: self.private.clone().unwrap_or(private),
        }
    }
}

/// Arguments of `devenir verify-backup`.
#[derive(Debug, Args)]
pub(super) struct VerifyBackup {
    #[command(flatten)]
    at: Where,
    /// Whose signatures you believe: a tlog-policy file.
    #[arg(long)]
    policy: Option<PathBuf>,
    /// A checkpoint that you kept from before.
    #[arg(long)]
    seen: Option<PathBuf>,
    /// Print one JSON object in place of the report.
    #[arg(long)]
    json: bool,
    /// The report's language.
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

impl VerifyBackup {
    pub(super) fn run(self) -> ExitCode {
        let asked = match self.asked() {
            Ok(asked) => asked,
            Err(usage) => {
                eprintln!("devenir: {usage}");
                return ExitCode::from(2);
            }
        };
        let verified = verify_backup(&self.at.folders(), asked);
        if self.json {
            print(&format!("{}\n", verified.to_json()));
        } else {
            print(&verified.say(locale(self.lang)));
        }
        ExitCode::from(verified.verdict().exit_code())
    }

    fn asked(&self) -> Result<Asked, String> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
        };
        let policy = self
            .policy
            .as_deref()
            .map(|path| Policy::parse(&read(path)?).map_err(|error| format!("{}: {error}", path.display())));
        let seen = self
            .seen
            .as_deref()
            .map(|path| Note::parse(&read(path)?).map_err(|error| format!("{}: {error}", path.display())));
        Ok(Asked {
            policy: policy.transpose()?,
            seen: seen.transpose()?,
            envelopes_only: false,
            now: Some(SystemClock.now()),
        })
    }
}

/// Arguments of `devenir restore`.
#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    at: Where,
    /// The store to make: a directory that does not exist, or holds nothing but `signer/` and `policy.txt`.
    #[arg(long)]
    store: PathBuf,
    /// The newest checkpoint that anybody has seen, where `signer/` is lost.
    #[arg(long, conflicts_with = "never_signed")]
    last_signed: Option<PathBuf>,
    /// This ledger has never signed a checkpoint.
    #[arg(long)]
    never_signed: bool,
    /// The vault is lost: go on without the parts.
    #[arg(long)]
    without_vault: bool,
}

impl Restore {
    pub(super) fn run(self) -> ExitCode {
        let last_signed = match (&self.last_signed, self.never_signed) {
            (Some(path), _) => LastSigned::File(path.clone()),
            (None, true) => LastSigned::Never,
            (None, false) => LastSigned::Unknown,
        };
        let now = SystemClock.now();
        let restored = match restore(&self.at.folders(), &self.store, &last_signed, self.without_vault, now) {
            Ok(restored) => restored,
            Err(error) => return fail(&error, refusal(&error)),
        };
        say!("restored: a {}", restored.head);
        let store = self.store.display();
        if let Some(signed) = restored.behind {
            let missing = signed.size.get() - restored.head.size.get();
            say!(
                "it is behind what was signed last, a {signed}: {missing} events are missing, and nothing is written to it"
            );
            say!("next: devenir recover --store {store} --from URL (or a bundle, or the folder of a mirror)");
            return ExitCode::from(Verdict::Incomplete.exit_code());
        }
        // Opening it carries out again what its record erased.
        if let Err(error) = App::open(&self.store, Arc::new(SystemClock)) {
            return fail(&error, 1);
        }
        say!("what its record erases is erased in it");
        if restored.is_incomplete {
            say!("parts are missing: `devenir verify --store {store}` counts them");
            return ExitCode::from(Verdict::Incomplete.exit_code());
        }
        say!("next: devenir serve --store {store}");
        ExitCode::SUCCESS
    }
}

/// The verdict's code where a backup was judged, else that of any failure.
fn refusal(error: &BackupError) -> u8 {
    match error {
        BackupError::Refused(verified) => verified.verdict().exit_code(),
        BackupError::Manifest { .. } => Verdict::Unreadable.exit_code(),
        BackupError::Store(_)
        | BackupError::Instance(_)
        | BackupError::Key(_)
        | BackupError::File { .. }
        | BackupError::Database { .. }
        | BackupError::Taken { .. }
        | BackupError::NoVault(_)
        | BackupError::NoKeys(_)
        | BackupError::Unremembered(_)
        | BackupError::LastSigned { .. }
        | BackupError::TwoLastSigned { .. }
        | BackupError::OlderThanBackup { .. } => 1,
    }
}
