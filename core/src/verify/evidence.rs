//! Two notes that cannot both be true, as they are kept and handed on, and whether they convict whoever signed them.
//!
//! `docs/format.md` (Forks, Promises) says when notes convict; where they do not, they are a question to the ledger. A file is
//! made anew and never written over. This module finds no contradiction itself.

use crate::ledger::{Fork, KeyName, NamedKey, Note};
use crate::rules::Locale;
use std::fmt;

/// Two notes that cannot both be true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    text: String,
    convicted: Option<KeyName>,
    /// Why they convict nobody, of the last key that was tried.
    why_not: String,
}

impl Evidence {
    /// Two checkpoints of one ledger, held against the keys that are known to be a ledger's.
    pub(super) fn of_fork<'a>(fork: &Fork, keys: impl IntoIterator<Item = &'a NamedKey>) -> Self {
        let mut evidence =
            Self { text: fork.to_string(), convicted: None, why_not: "no key of the ledger is known".into() };
        for key in keys {
            match fork.convicts(key) {
                Ok(_) => return Self { convicted: Some(key.name().clone()), ..evidence },
                Err(error) => evidence.why_not = error.to_string(),
            }
        }
        evidence
    }

    /// A promise, and a believable checkpoint that breaks it.
    pub(super) fn of_breach(promise: &Note, checkpoint: &Note, key: &NamedKey) -> Self {
        let text = format!(
            "A promise, and a checkpoint that breaks it.\n\n--- promise\n{promise}\n--- checkpoint\n{checkpoint}"
        );
        Self { text, convicted: Some(key.name().clone()), why_not: String::new() }
    }

    /// Whose key signed both notes, where they convict its holder before anybody who has it.
    #[must_use]
    pub const fn convicted(&self) -> Option<&KeyName> {
        self.convicted.as_ref()
    }

    /// What the two notes are worth.
    #[must_use]
    pub fn say(&self, locale: Locale) -> String {
        let why = &self.why_not;
        match (&self.convicted, locale) {
            (Some(key), Locale::Fr) => {
                format!("  preuve : les deux notes accablent qui tient la clé de {key}")
            }
            (Some(key), Locale::En) => {
                format!("  evidence: the two notes convict whoever holds the key of {key}")
            }
            (None, Locale::Fr) => format!(
                "  les deux notes n'accablent personne à elles seules ; c'est une question à poser au registre ({why})"
            ),
            (None, Locale::En) => {
                format!(
                    "  the two notes convict nobody by themselves; they are a question to the ledger ({why})"
                )
            }
        }
    }

    /// Writes it to a new file at `path` or, where there is another already, beside it: `name-2.txt` and so on. Gives the
    /// file that holds it.
    ///
    /// # Errors
    /// Whatever the file system answers.
    #[cfg(feature = "files")]
    pub fn keep(&self, path: &std::path::Path) -> std::io::Result<std::path::PathBuf> {
        use std::io::{Error, ErrorKind, Write as _};
        for number in 1..1_000 {
            let path = numbered(path, number);
            match std::fs::File::create_new(&path) {
                Ok(mut file) => {
                    file.write_all(self.text.as_bytes())?;
                    file.sync_all()?;
                    return Ok(path);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    if std::fs::read(&path).is_ok_and(|held| held == self.text.as_bytes()) {
                        return Ok(path);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::other("999 files of that name are there already"))
    }
}

/// The text that is kept and handed on.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The path of the file number `number`, counted from 1.
#[cfg(feature = "files")]
fn numbered(path: &std::path::Path, number: u32) -> std::path::PathBuf {
    if number == 1 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(all(test, feature = "files"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_never_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("evidence.txt");
        let evidence = |text: &str| Evidence { text: text.into(), convicted: None, why_not: String::new() };
        assert_eq!(evidence("one").keep(&path).unwrap(), path);
        assert_eq!(evidence("one").keep(&path).unwrap(), path, "the same is there already");
        let second = evidence("two").keep(&path).unwrap();
        assert_eq!(second, dir.path().join("evidence-2.txt"));
        let held = [&path, &second].map(|path| std::fs::read_to_string(path).unwrap());
        assert_eq!(held, ["one", "two"]);
    }
}
