//! Keys with a name, as notes use them: which key a signature line is by, and what kind of signature it is.
//!
//! C2SP signed-note defines the texts and the key id, `docs/format.md` (Named keys) says which of it we take: Ed25519 only,
//! admitted as [`VerifyingKey::admit`] says. This module signs nothing: [`note`](super::note) and
//! [`cosignature`](super::cosignature) do.
//!
//! ```text
//! key id          first 4 bytes of SHA-256(name || "\n" || type || public key)
//! public text     name+8 hexadecimal digits of the id+base64(type || public key)
//! secret text     PRIVATE+KEY+name+8 hexadecimal digits of the id+base64(type || seed)
//! ```

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::base64::{self, Base64Error};
use super::hash::sha256;
use super::hex::{self, Hex, HexError};
use super::key::{KeyError, SigningKey, VerifyingKey};

/// The name of a key: not empty, without white space, control characters and `+`.
///
/// The key of a ledger carries the ledger's origin as its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of a key that belongs to this one; `suffix` must hold nothing that a name cannot.
    pub(super) fn followed_by(&self, suffix: &'static str) -> Self {
        Self(format!("{}{suffix}", self.0))
    }
}

impl FromStr for KeyName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        let refused = |c: char| c == '+' || c.is_whitespace() || c.is_control();
        match text.char_indices().find(|(_, c)| refused(*c)) {
            None => Ok(Self(text.to_owned())),
            Some((place, found)) => Err(NameError::Character { place, found }),
        }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The short id of a key (the format's *key number*): with its name it says which key a line is by.
///
/// Anybody can make a key of a given id, so it identifies and proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// Names four bytes as an id.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// The four bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }

    /// The id that follows from a key's name, type and public key.
    #[must_use]
    pub fn of(name: &KeyName, purpose: KeyType, key: &VerifyingKey) -> Self {
        let hashed = [name.as_str().as_bytes(), b"\n", &[purpose.byte()], key.as_bytes()].concat();
        let [a, b, c, d, ..] = *sha256(&hashed).as_bytes();
        Self([a, b, c, d])
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hex(&self.0), f)
    }
}

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyType {
    /// 0x01: the text of a note, as it is.
    Note,
    /// 0x04: the text of a checkpoint and an instant (`cosignature/v1`).
    Cosignature,
}

impl KeyType {
    /// The byte that stands for it.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Note => 0x01,
            Self::Cosignature => 0x04,
        }
    }

    const fn from_byte(byte: u8) -> Result<Self, KeyTextError> {
        match byte {
            0x01 => Ok(Self::Note),
            0x04 => Ok(Self::Cosignature),
            found => Err(KeyTextError::Type { found }),
        }
    }
}

/// A public key with its name and what it signs; its text is that of a C2SP verifier key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedKey {
    name: KeyName,
    purpose: KeyType,
    key: VerifyingKey,
    id: KeyId,
}

impl NamedKey {
    /// Names a key that was admitted.
    #[must_use]
    pub fn new(name: KeyName, purpose: KeyType, key: VerifyingKey) -> Self {
        let id = KeyId::of(&name, purpose, &key);
        Self { name, purpose, key, id }
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// What it signs.
    #[must_use]
    pub const fn purpose(&self) -> KeyType {
        self.purpose
    }

    /// The key alone.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The short id.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }
}

impl FromStr for NamedKey {
    type Err = KeyTextError;
    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        let (name, id, purpose, key) = key_text(text)?;
        let key = VerifyingKey::admit(&key)?;
        let named = Self::new(name, purpose, key);
        if named.id == id { Ok(named) } else { Err(KeyTextError::Id { found: id, computed: named.id }) }
    }
}

impl fmt::Display for NamedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[self.purpose.byte()], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, base64::encode(bytes))
    }
}

/// What a secret key is kept for; a type, so that a witness's key cannot sign a ledger's note by mistake.
pub trait Purpose {
    /// The type that stands in the key's texts.
    const TYPE: KeyType;
}

/// Signs notes.
#[derive(Debug)]
pub enum ForNotes {}

/// Cosigns checkpoints.
#[derive(Debug)]
pub enum ForCosignatures {}

impl Purpose for ForNotes {
    const TYPE: KeyType = KeyType::Note;
}

impl Purpose for ForCosignatures {
    const TYPE: KeyType = KeyType::Cosignature;
}

/// A secret key with its name. It is never printed but by [`to_secret_text`](Self::to_secret_text).
pub struct Signer<P> {
    public: NamedKey,
    secret: SigningKey,
    purpose: PhantomData<P>,
}

/// Signs notes: the key of a ledger, the key of its promises.
pub type NoteSigner = Signer<ForNotes>;

/// Cosigns checkpoints: the key of a witness.
pub type Cosigner = Signer<ForCosignatures>;

const SECRET_PREFIX: &str = "PRIVATE+KEY+";

impl<P: Purpose> Signer<P> {
    /// Names a secret key.
    #[must_use]
    pub fn new(name: KeyName, secret: SigningKey) -> Self {
        Self { public: NamedKey::new(name, P::TYPE, secret.verifying_key()), secret, purpose: PhantomData }
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &NamedKey {
        &self.public
    }

    /// The secret alone, for what signs with it.
    pub(super) const fn secret(&self) -> &SigningKey {
        &self.secret
    }

    /// The text that keeps the secret, for a file that nobody else may read; wiped when dropped.
    #[must_use]
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(vec![P::TYPE.byte()]);
        bytes.extend_from_slice(self.secret.seed().as_slice());
        let seed = Zeroizing::new(base64::encode(bytes.as_slice()));
        Zeroizing::new(format!("{SECRET_PREFIX}{}+{}+{}", self.public.name, self.public.id, seed.as_str()))
    }

    /// Reads what [`to_secret_text`](Self::to_secret_text) wrote.
    ///
    /// # Errors
    ///
    /// [`KeyTextError`], which never quotes the secret.
    pub fn from_secret_text(text: &str) -> Result<Self, KeyTextError> {
        let text = text.strip_prefix(SECRET_PREFIX).ok_or(KeyTextError::NotSecret)?;
        let (name, id, purpose, seed) = key_text(text)?;
        let seed = Zeroizing::new(seed);
        if purpose != P::TYPE {
            return Err(KeyTextError::Purpose { found: purpose.byte(), expected: P::TYPE.byte() });
        }
        let signer = Self::new(name, SigningKey::from_seed(&seed));
        if signer.public.id == id {
            Ok(signer)
        } else {
            Err(KeyTextError::Id { found: id, computed: signer.public.id })
        }
    }
}

/// Names the key by its public half; the secret never shows.
impl<P> fmt::Debug for Signer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}+{})", self.public.name, self.public.id)
    }
}

/// The fields of a key's text: name, id, type, and 32 bytes that are a public key or a seed.
fn key_text(text: &str) -> Result<(KeyName, KeyId, KeyType, [u8; 32]), KeyTextError> {
    let mut fields = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (fields.next(), fields.next(), fields.next()) else {
        return Err(KeyTextError::Shape);
    };
    let name = name.parse()?;
    let id = KeyId(hex::parse(id).map_err(KeyTextError::IdText)?);
    let bytes = Zeroizing::new(base64::decode(key)?);
    let Some((purpose, key)) = bytes.split_first() else { return Err(KeyTextError::Length { found: 0 }) };
    let purpose = KeyType::from_byte(*purpose)?;
    let key = key.try_into().map_err(|_| KeyTextError::Length { found: bytes.len() })?;
    Ok((name, id, purpose, key))
}

/// A text that is not the name of a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No text.
    #[error("the name of a key is empty")]
    Empty,
    /// White space, a control character or `+`.
    #[error(
        "the name of a key holds {found:?} at byte {place}: white space, control characters and + are refused"
    )]
    Character {
        /// Its 0-based place in bytes.
        place: usize,
        /// What stands there.
        found: char,
    },
}

/// A text that is not that of a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// Not three fields.
    #[error("a key is written name+id+base64, with two or more plus signs; found fewer")]
    Shape,
    /// Not a secret key.
    #[error("a secret key begins with {SECRET_PREFIX}; this text does not")]
    NotSecret,
    /// The name is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The id is not eight digits.
    #[error("the id of a key: {0}")]
    IdText(#[source] HexError),
    /// The key is not base64.
    #[error("the bytes of a key: {0}")]
    Base64(#[from] Base64Error),
    /// A type that this version does not know.
    #[error(
        "a key of type {found:#04x}; this version knows 0x01 (Ed25519 note) and 0x04 (Ed25519 cosignature)"
    )]
    Type {
        /// The type's byte.
        found: u8,
    },
    /// A key for something else.
    #[error("the secret key is of type {found:#04x}; type {expected:#04x} is needed here")]
    Purpose {
        /// The type's byte.
        found: u8,
        /// The type that is needed.
        expected: u8,
    },
    /// Bytes of another length.
    #[error("a key is its type and 32 bytes, 33 in all; found {found}")]
    Length {
        /// How many bytes were found.
        found: usize,
    },
    /// The public key is not admitted.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The id does not follow from name, type and key.
    #[error(
        "the key has the id {computed}, but its text says {found}: the name, the type or the key was altered"
    )]
    Id {
        /// The id in the text.
        found: KeyId,
        /// The id that follows from the rest.
        computed: KeyId,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The key of the example of Go's `sumdb/note`.
    const PUBLISHED: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    fn named(name: &str) -> KeyName {
        name.parse().unwrap()
    }

    #[test]
    fn a_published_key_is_read_and_written_back() {
        let key: NamedKey = PUBLISHED.parse().unwrap();
        assert_eq!(key.name().as_str(), "PeterNeumann");
        assert_eq!(key.purpose(), KeyType::Note);
        assert_eq!(key.to_string(), PUBLISHED);
    }

    #[test]
    fn the_type_is_part_of_the_id() {
        let key = SigningKey::from_seed(&[7; 32]).verifying_key();
        let name = named("witness.example/w1");
        assert_ne!(KeyId::of(&name, KeyType::Note, &key), KeyId::of(&name, KeyType::Cosignature, &key));
    }

    #[test]
    fn what_is_no_key_says_why() {
        let refused = |text: &str| text.parse::<NamedKey>().unwrap_err();
        insta::assert_snapshot!(refused("a+b"), @"a key is written name+id+base64, with two or more plus signs; found fewer");
        insta::assert_snapshot!(refused(&PUBLISHED.replace("c74f20a3", "c74f20a4")), @"the key has the id c74f20a3, but its text says c74f20a4: the name, the type or the key was altered");
        insta::assert_snapshot!(refused(&PUBLISHED.replace("c74f20a3", "C74F20A3")), @"the id of a key: byte 0 of the text is not one of 0-9a-f (upper-case digits are refused)");
        insta::assert_snapshot!(refused("a b+c74f20a3+AQ=="), @"the name of a key holds ' ' at byte 1: white space, control characters and + are refused");
        insta::assert_snapshot!(refused("+c74f20a3+AQ=="), @"the name of a key is empty");
        insta::assert_snapshot!(refused("a+c74f20a3+AQ=="), @"a key is its type and 32 bytes, 33 in all; found 1");
        insta::assert_snapshot!(refused("a+c74f20a3+BgAA"), @"a key of type 0x06; this version knows 0x01 (Ed25519 note) and 0x04 (Ed25519 cosignature)");
    }

    #[test]
    fn a_key_of_small_order_is_not_admitted() {
        let order_8: [u8; 32] =
            hex::parse("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05").unwrap();
        let hashed = [b"a\n\x01".as_slice(), &order_8].concat();
        let id = &sha256(&hashed).to_string()[..8];
        let text = format!("a+{id}+{}", base64::encode([&[1], order_8.as_slice()].concat()));
        assert_eq!(text.parse::<NamedKey>(), Err(KeyTextError::Key(KeyError::SmallOrder)));
    }

    #[test]
    fn a_secret_is_kept_for_one_purpose_and_never_printed() {
        let signer = NoteSigner::new(named("example.org/a"), SigningKey::from_seed(&[7; 32]));
        let text = signer.to_secret_text();
        assert!(text.starts_with("PRIVATE+KEY+example.org/a+"));
        assert_eq!(NoteSigner::from_secret_text(&text).unwrap().public(), signer.public());
        insta::assert_snapshot!(Cosigner::from_secret_text(&text).unwrap_err(), @"the secret key is of type 0x01; type 0x04 is needed here");
        assert!(!format!("{signer:?}").contains("BwcH"), "{signer:?}");
        assert!(NoteSigner::from_secret_text(&signer.public().to_string()).is_err());
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(seed: [u8; 32], name in "[a-z0-9./:-]{1,40}", cosigns: bool) {
            let name = named(&name);
            let key = SigningKey::from_seed(&seed).verifying_key();
            let purpose = if cosigns { KeyType::Cosignature } else { KeyType::Note };
            let key = NamedKey::new(name, purpose, key);
            prop_assert_eq!(key.to_string().parse::<NamedKey>(), Ok(key));
        }

        #[test]
        fn any_text_is_refused_or_written_back(text in "(\\PC|[+=A-Za-z0-9\n]){0,60}") {
            if let Ok(key) = text.parse::<NamedKey>() {
                prop_assert_eq!(key.to_string(), text.clone());
            }
            let _ = NoteSigner::from_secret_text(&text);
        }
    }
}
