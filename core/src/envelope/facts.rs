//! The canonical form of facts: one JSON text for each value.
//!
//! `docs/format.md` (Facts) is the law: an object; keys of `[a-z0-9_]` in strictly ascending order; no white
//! space; integers within 2^53 - 1; strings of printable ASCII without quote or backslash; no null. This
//! module knows no schema: it also holds for types that this software does not know.

/// The longest facts, in bytes.
pub const FACTS_BYTES_MAX: usize = 2_048;
/// The largest integer that every JSON reader keeps exact.
const INTEGER_MAX: u64 = (1 << 53) - 1;
/// How many objects and arrays a value may stand inside.
const DEPTH_MAX: u8 = 8;

/// Why facts are not canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: expected {expected}, found {found}")]
pub struct FactsError {
    /// Where.
    pub at: usize,
    /// What the form admits there.
    pub expected: &'static str,
    /// What stands there.
    pub found: String,
}

/// Checks that `facts` are in canonical form.
///
/// # Errors
/// [`FactsError`] names the first byte that does not fit.
pub fn check_canonical(facts: &[u8]) -> Result<(), FactsError> {
    let mut scan = Scan { bytes: facts, at: 0 };
    if facts.len() > FACTS_BYTES_MAX {
        return scan.expected("at most 2048 bytes");
    }
    if scan.peek() != Some(b'{') {
        return scan.expected("`{`");
    }
    scan.value(0)?;
    if scan.at == facts.len() { Ok(()) } else { scan.expected("the end") }
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn expected<T>(&self, expected: &'static str) -> Result<T, FactsError> {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(byte) if byte.is_ascii_graphic() => format!("`{}`", char::from(byte)),
            Some(byte) => format!("byte {byte:#04x}"),
        };
        Err(FactsError { at: self.at, expected, found })
    }

    fn skip(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn value(&mut self, depth: u8) -> Result<(), FactsError> {
        if depth > DEPTH_MAX {
            return self.expected("at most 8 levels");
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.integer(),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            _ => self.expected("a value (null never occurs)"),
        }
    }

    fn object(&mut self, depth: u8) -> Result<(), FactsError> {
        self.skip(b'{');
        let mut last: Option<&'a [u8]> = None;
        if self.skip(b'}') {
            return Ok(());
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.expected("a key");
            }
            let key = self.string()?;
            if key.is_empty() || !key.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')) {
                self.at = start;
                return self.expected("a key of a-z, 0-9 and _");
            }
            if last.is_some_and(|last| last >= key) {
                self.at = start;
                return self.expected("keys in strictly ascending order");
            }
            last = Some(key);
            if !self.skip(b':') {
                return self.expected("`:`");
            }
            self.value(depth + 1)?;
            if self.skip(b'}') {
                return Ok(());
            }
            if !self.skip(b',') {
                return self.expected("`,` or `}`");
            }
        }
    }

    fn array(&mut self, depth: u8) -> Result<(), FactsError> {
        self.skip(b'[');
        if self.skip(b']') {
            return Ok(());
        }
        loop {
            self.value(depth + 1)?;
            if self.skip(b']') {
                return Ok(());
            }
            if !self.skip(b',') {
                return self.expected("`,` or `]`");
            }
        }
    }

    fn string(&mut self) -> Result<&'a [u8], FactsError> {
        self.skip(b'"');
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => return self.expected("a string without escapes"),
                Some(b' '..=b'~') => self.at += 1,
                _ => return self.expected("printable ASCII or `\"`"),
            }
        }
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        self.skip(b'"');
        Ok(text)
    }

    fn integer(&mut self) -> Result<(), FactsError> {
        let start = self.at;
        let negative = self.skip(b'-');
        let digits = self.at;
        let mut value: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        let length = self.at - digits;
        let leading_zero = length > 1 && self.bytes.get(digits) == Some(&b'0');
        if length == 0 || leading_zero || value > INTEGER_MAX || (negative && value == 0) {
            self.at = start;
            return self.expected("an integer within 2^53 - 1 in its shortest form");
        }
        Ok(())
    }

    fn word(&mut self, word: &'static [u8]) -> Result<(), FactsError> {
        if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            self.at += word.len();
            return Ok(());
        }
        self.expected("`true` or `false`")
    }
}
