//! One Rust file as tokens, and the paths of this workspace that it names.
//!
//! A reader of tokens, not a compiler: comments, literals and white space go, `crate::`, `self::`, `super::`
//! and the names of our packages are followed through `use` trees. This module knows no table and no habit.

/// Where each package's modules hang in the table: `devenir_core::event` and, inside core, `crate::event`
/// are both `core::event`.
const PACKAGES: &[(&str, &str)] =
    &[("devenir_core", "core"), ("devenir_projections", "projections"), ("devenir_api", "api")];

/// A Rust file: its text, its tokens, and its place among the modules.
pub(crate) struct Source {
    /// Path from the root of the workspace.
    pub(crate) path: String,
    /// The file as it is.
    pub(crate) text: String,
    /// The module that the file is, `core::ledger::chain`; the crate's own name for `lib.rs` and `main.rs`.
    pub(crate) module: Vec<String>,
    /// The file's code.
    pub(crate) tokens: Vec<Token>,
}

/// A word or a sign of Rust code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// The word, `::`, or one other sign.
    pub(crate) text: String,
    /// 1-based.
    pub(crate) line: usize,
    /// Whether it stands in an item that only tests compile.
    pub(crate) test: bool,
}

/// A path of ours as a file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// From the package down: `core::ledger::hash::Hash`.
    pub(crate) path: Vec<String>,
    /// 1-based.
    pub(crate) line: usize,
    /// Whether only tests compile it.
    pub(crate) test: bool,
}

/// A name that a module hands on: `pub use hash::Hash` in `core::ledger`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HandedOn {
    /// Where the name can be found.
    pub(crate) at: Vec<String>,
    /// Where it was declared.
    pub(crate) from: Vec<String>,
}

impl Source {
    /// Reads one file; `path` says which module it is.
    pub(crate) fn read(path: &str, text: &str) -> Self {
        let module = module_of(path);
        let tokens = mark_tests(tokens(text));
        Self { path: path.to_owned(), text: text.to_owned(), module, tokens }
    }

    /// Whether the file is the root of a crate, which only lists modules and is free to name all of them.
    pub(crate) fn is_root(&self) -> bool {
        self.module.len() == 1
    }

    /// The modules in files of their own that only tests compile: `#[cfg(test)] mod tests;`.
    pub(crate) fn test_modules(&self) -> Vec<Vec<String>> {
        (0..self.tokens.len())
            .filter(|&at| self.tokens[at].test && self.word(at) == "mod" && self.word(at + 2) == ";")
            .map(|at| self.module.iter().cloned().chain([self.word(at + 1).to_owned()]).collect())
            .collect()
    }

    /// Marks the whole file as one that only tests compile.
    pub(crate) fn mark_as_test(&mut self) {
        self.tokens.iter_mut().for_each(|token| token.test = true);
    }

    /// Every path of this workspace that the file names.
    pub(crate) fn names(&self) -> Vec<Named> {
        let mut found = Vec::new();
        let mut inline = InlineModules::default();
        for (at, token) in self.tokens.iter().enumerate() {
            inline.step(&self.tokens, at);
            let follows_path = at > 0 && self.word(at - 1) == "::";
            if follows_path || self.word(at + 1) != "::" {
                continue;
            }
            let Some((base, next)) = self.start(at, inline.depth()) else { continue };
            let mut paths = Vec::new();
            self.tree(next, &base, &mut paths);
            found.extend(paths.into_iter().map(|(path, _)| Named {
                path,
                line: token.line,
                test: token.test,
            }));
        }
        found
    }

    /// Every name that the file hands on from elsewhere in its crate, and every macro that it exports.
    pub(crate) fn hands_on(&self) -> Vec<HandedOn> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            if self.word(at) == "macro_rules" && self.word(at + 1) == "!" {
                let name = self.word(at + 2).to_owned();
                let root = self.module.first().into_iter().cloned();
                let at = root.chain([name.clone()]).collect();
                found.push(HandedOn { at, from: self.module.iter().cloned().chain([name]).collect() });
            }
            if self.word(at) != "use" || !self.is_public(at) {
                continue;
            }
            let (base, next) = self.start(at + 1, 0).unwrap_or_else(|| (self.module.clone(), at + 1));
            let mut paths = Vec::new();
            self.tree(next, &base, &mut paths);
            for (from, name) in paths {
                found.push(HandedOn { at: self.module.iter().cloned().chain([name]).collect(), from });
            }
        }
        found
    }

    /// The token at `at`, or nothing past the end.
    pub(crate) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    /// Whether `pub` or `pub(…)` stands right before `at`.
    fn is_public(&self, at: usize) -> bool {
        let before = |back: usize| at.checked_sub(back).map_or("", |at| self.word(at));
        before(1) == "pub"
            || (before(1) == ")" && (2..8).any(|back| before(back) == "(" && before(back + 1) == "pub"))
    }

    /// The module that a path starts from, and the token after its first `::`s.
    fn start(&self, at: usize, inline_depth: usize) -> Option<(Vec<String>, usize)> {
        let word = self.word(at);
        if let Some((_, short)) = PACKAGES.iter().find(|(package, _)| *package == word) {
            return Some((vec![(*short).to_owned()], at + 2));
        }
        match word {
            "crate" => Some((self.module.iter().take(1).cloned().collect(), at + 2)),
            "self" => Some((self.module.clone(), at + 2)),
            "super" => {
                let (mut ups, mut next) = (0, at);
                while self.word(next) == "super" && self.word(next + 1) == "::" {
                    (ups, next) = (ups + 1, next + 2);
                }
                // Inline modules (`mod tests {`) are climbed first; what is left climbs files.
                let files = usize::saturating_sub(ups, inline_depth);
                let keep = self.module.len().saturating_sub(files).max(1);
                Some((self.module.iter().take(keep).cloned().collect(), next))
            }
            _ => None,
        }
    }

    /// Follows a use tree (or a plain path) from `at`; pushes each path with the name it ends in or is given.
    /// Returns the token after it.
    fn tree(&self, at: usize, base: &[String], paths: &mut Vec<(Vec<String>, String)>) -> usize {
        let mut path = base.to_vec();
        let mut at = at;
        loop {
            match self.word(at) {
                "{" => {
                    at += 1;
                    while !matches!(self.word(at), "}" | "") {
                        let next = self.tree(at, &path, paths);
                        // A token that no tree starts with is stepped over, so that the walk always ends.
                        at = if self.word(next) == "," || next == at { next + 1 } else { next };
                    }
                    return at + 1;
                }
                "self" => {}
                word if word.starts_with(|c: char| c.is_alphabetic() || c == '_') || word == "*" => {
                    path.push(word.to_owned());
                }
                _ => break,
            }
            at += 1;
            if self.word(at) != "::" {
                break;
            }
            at += 1;
        }
        let mut name = path.last().cloned().unwrap_or_default();
        if self.word(at) == "as" {
            name = self.word(at + 1).to_owned();
            at += 2;
        }
        paths.push((path, name));
        at
    }
}

/// `core/src/ledger/chain.rs` is `core::ledger::chain`; `mod.rs` is its folder, `lib.rs` its crate.
fn module_of(path: &str) -> Vec<String> {
    let (package, inside) = path.split_once("/src/").unwrap_or(("", path));
    let mut module = vec![package.to_owned()];
    module.extend(inside.trim_end_matches(".rs").split('/').map(str::to_owned));
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

/// How many inline modules (`mod name {`) stand around the current token.
#[derive(Default)]
struct InlineModules {
    braces: usize,
    opened_at: Vec<usize>,
}

impl InlineModules {
    fn step(&mut self, tokens: &[Token], at: usize) {
        let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
        match word(at) {
            "{" => {
                if at >= 2 && word(at - 2) == "mod" {
                    self.opened_at.push(self.braces);
                }
                self.braces += 1;
            }
            "}" => {
                self.braces = self.braces.saturating_sub(1);
                if self.opened_at.last() == Some(&self.braces) {
                    self.opened_at.pop();
                }
            }
            _ => {}
        }
    }

    fn depth(&self) -> usize {
        self.opened_at.len()
    }
}

/// Marks what `#[cfg(test)]`, `#[cfg(any(test, …))]` and `#[test]` leave to tests.
fn mark_tests(mut tokens: Vec<Token>) -> Vec<Token> {
    let mut braces = 0_usize;
    let mut until: Option<usize> = None; // the depth of braces at which a tests-only block ends
    let mut pending = false;
    for at in 0..tokens.len() {
        if is_test_attribute(&tokens, at) {
            pending = true;
        }
        tokens[at].test = pending || until.is_some();
        match tokens[at].text.as_str() {
            "{" => {
                if pending && until.is_none() {
                    until = Some(braces);
                }
                pending = false;
                braces += 1;
            }
            "}" => {
                braces = braces.saturating_sub(1);
                pending = false;
                if until == Some(braces) {
                    until = None;
                }
            }
            ";" => pending = false,
            _ => {}
        }
    }
    tokens
}

fn is_test_attribute(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    if word(at) != "#" || word(at + 1) != "[" {
        return false;
    }
    let inside: Vec<&str> = (at + 2..).map(word).take_while(|word| !matches!(*word, "]" | "")).collect();
    inside == ["test"]
        || (inside.first() == Some(&"cfg") && inside.contains(&"test") && !inside.contains(&"not"))
}

/// Splits Rust code into words and signs; comments, literals and white space are left out.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let char_at = |at: usize| chars.get(at).copied().unwrap_or('\0');
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let c = char_at(at);
        let end = if c == '/' && char_at(at + 1) == '/' {
            end_of_line(&chars, at)
        } else if c == '/' && char_at(at + 1) == '*' {
            end_of_block_comment(&chars, at)
        } else if let Some(end) = end_of_raw_string(&chars, at) {
            end
        } else if c == '"' {
            end_of_quoted(&chars, at, '"')
        } else if c == '\'' {
            end_of_quote(&chars, at)
        } else if c.is_alphanumeric() || c == '_' {
            let end = (at..chars.len()).find(|&at| !(chars[at].is_alphanumeric() || chars[at] == '_'));
            let end = end.unwrap_or(chars.len());
            let literal_prefix =
                matches!(char_at(end), '"' | '\'') && end - at == 1 && matches!(c, 'b' | 'c');
            if !literal_prefix {
                found.push(Token { text: chars[at..end].iter().collect(), line, test: false });
            }
            end
        } else if c == ':' && char_at(at + 1) == ':' {
            found.push(Token { text: "::".to_owned(), line, test: false });
            at + 2
        } else {
            if !c.is_whitespace() {
                found.push(Token { text: c.to_string(), line, test: false });
            }
            at + 1
        };
        let end = end.min(chars.len());
        line += chars[at..end].iter().filter(|c| **c == '\n').count();
        at = end;
    }
    found
}

fn end_of_line(chars: &[char], at: usize) -> usize {
    (at..chars.len()).find(|&at| chars[at] == '\n').unwrap_or(chars.len())
}

/// Block comments nest.
fn end_of_block_comment(chars: &[char], at: usize) -> usize {
    let (mut depth, mut at) = (0_usize, at);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) if depth == 1 => return at + 2,
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    at
}

/// `r"…"`, `r#"…"#`, with `b` or `c` before; a raw identifier (`r#type`) is none.
fn end_of_raw_string(chars: &[char], at: usize) -> Option<usize> {
    let starts_word = at == 0 || !(chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    let mut next = at + usize::from(matches!(chars.get(at), Some('b' | 'c')));
    if !starts_word || chars.get(next) != Some(&'r') {
        return None;
    }
    next += 1;
    let hashes = chars[next..].iter().take_while(|c| **c == '#').count();
    next += hashes;
    if chars.get(next) != Some(&'"') {
        return None;
    }
    next += 1;
    let closes = |at: &usize| {
        chars[*at] == '"' && chars[*at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
    };
    Some((next..chars.len()).find(closes).map_or(chars.len(), |at| at + 1 + hashes))
}

fn end_of_quoted(chars: &[char], at: usize, quote: char) -> usize {
    let mut at = at + 1;
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// After `'`: a character literal, or a lifetime, whose name is left out too.
fn end_of_quote(chars: &[char], at: usize) -> usize {
    if chars.get(at + 1) == Some(&'\\') || chars.get(at + 2) == Some(&'\'') {
        return end_of_quoted(chars, at, '\'');
    }
    (at + 1..chars.len())
        .find(|&at| !(chars[at].is_alphanumeric() || chars[at] == '_'))
        .unwrap_or(chars.len())
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn named(path: &str, text: &str) -> Vec<String> {
        let names = Source::read(path, text).names();
        names.iter().map(|named| format!("{}@{}", named.path.join("::"), named.line)).collect()
    }

    #[test]
    fn paths_are_found_in_use_trees_and_in_expressions() {
        let text = "use crate::{ledger::{self, hash::Hash}, time as clock};\nfn f() { crate::rules::due::<u8>(devenir_core::id::X { a }) }";
        let want = [
            "core::ledger@1",
            "core::ledger::hash::Hash@1",
            "core::time@1",
            "core::rules::due@2",
            "core::id::X@2",
        ];
        assert_eq!(named("core/src/event/text.rs", text), want);
    }

    #[test]
    fn super_climbs_inline_modules_before_files() {
        let text = "use super::role;\nmod inner { use super::super::codes; use super::here; }";
        let want = ["core::event::role@1", "core::event::codes@2", "core::event::text::here@2"];
        assert_eq!(named("core/src/event/text.rs", text), want);
        assert_eq!(named("core/src/event/mod.rs", "use super::ledger::Hash;"), ["core::ledger::Hash@1"]);
    }

    #[test]
    fn comments_literals_and_lifetimes_name_nothing() {
        let text = concat!(
            "// crate::a::b\n/* crate::a /* crate::b */ crate::c */\n",
            "const A: &'static str = \"crate::d\\\"crate::e\";\n",
            "const B: &str = r#\"crate::f \" crate::g\"#; const C: char = '\"'; const D: &[u8] = b\"crate::h\";\n",
            "use crate::i;\n"
        );
        assert_eq!(named("core/src/event/text.rs", text), ["core::i@5"]);
    }

    #[test]
    fn what_only_tests_compile_is_marked() {
        let text = "use crate::a;\n#[cfg(test)]\nmod tests { use crate::b; fn f() { } }\nuse crate::c;\n#[cfg(not(test))]\nuse crate::d;\n#[cfg(any(test, feature = \"testing\"))]\nuse crate::e;";
        let source = Source::read("core/src/event/text.rs", text);
        let tests: Vec<_> = source
            .names()
            .into_iter()
            .filter(|named| named.test)
            .map(|named| named.path.join("::"))
            .collect();
        assert_eq!(tests, ["core::b", "core::e"]);
    }

    #[test]
    fn modules_of_tests_in_files_of_their_own_are_known() {
        let text = "mod a;\n#[cfg(test)]\nmod tests;\nmod b;";
        let found = Source::read("core/src/ledger/mod.rs", text).test_modules();
        assert_eq!(found, [["core", "ledger", "tests"]]);
    }

    #[test]
    fn names_handed_on_are_known_where_they_stand() {
        let text = "mod hash;\npub use hash::{Hash, Leaf as LeafHash};\npub(crate) use crate::id::Id;\nuse private::X;";
        let found: Vec<_> = Source::read("core/src/ledger/mod.rs", text)
            .hands_on()
            .iter()
            .map(|handed| format!("{} = {}", handed.at.join("::"), handed.from.join("::")))
            .collect();
        let want = [
            "core::ledger::Hash = core::ledger::hash::Hash",
            "core::ledger::LeafHash = core::ledger::hash::Leaf",
            "core::ledger::Id = core::id::Id",
        ];
        assert_eq!(found, want);
    }
}
