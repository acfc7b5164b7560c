//! Ed25519 keys: which are admitted, what they sign, and how they are named.
//!
//! `docs/format.md` (Keys) defines the key id and the rule of admission. Implementations of Ed25519 disagree
//! about odd keys, so a key is admitted only if every one of them reads it alike; after that the common check
//! of RFC 8032 is used, never a stricter one, so that no two verifiers part over one signature. This module
//! knows neither who holds a key nor what is signed.
//!
//! ```text
//! 32 bytes --admit--> VerifyingKey     canonical, not of small order, no torsion: checked once, at the door
//! key id = SHA-256("devenir/key/v1\0" || public key)
//! ```

use std::fmt;

use ed25519_dalek::{Signer as _, Verifier as _};
use zeroize::Zeroizing;

use super::hash::{Hash, tagged_hash};
use super::hex::Hex;

/// The secret half of a key. It is never printed, and is wiped from memory when dropped.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key of these 32 secret bytes, which must come from a source that nobody can guess.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The 32 secret bytes, for the file that keeps them; wiped when dropped.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        // A point made from a seed is canonical, of large order and without torsion by construction.
        VerifyingKey(self.0.verifying_key())
    }

    /// Signs `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

/// Names the key by its public half; the secret never shows.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(of {})", self.verifying_key().id().short())
    }
}

/// An admitted public key; its text is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// Admits a public key if every implementation would read it alike.
    ///
    /// # Errors
    ///
    /// [`KeyError`] says which rule the key breaks.
    pub fn admit(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        let point = key.to_edwards();
        if point.compress().as_bytes() != bytes {
            return Err(KeyError::NotCanonical);
        }
        if key.is_weak() {
            return Err(KeyError::SmallOrder);
        }
        if !point.is_torsion_free() {
            return Err(KeyError::Torsion);
        }
        Ok(Self(key))
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The name of the key in the record: SHA-256("devenir/key/v1\0" || public key).
    #[must_use]
    pub fn id(&self) -> Hash {
        key_id(self.as_bytes())
    }

    /// Checks that this key signed `message`.
    ///
    /// # Errors
    ///
    /// [`BadSignature`], which does not say why: there is nothing to learn from it.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), BadSignature> {
        // Never `verify_strict`: it refuses signatures that OpenSSL, Go, ring and Node accept, so a malicious
        // signer could make one guarantor accept what another refuses.
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0.verify(message, &signature).map_err(|_| BadSignature { key: self.id() })
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hex(self.as_bytes()), f)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({}…)", Hex(self.as_bytes().get(..3).unwrap_or_default()))
    }
}

/// The name in the record of a public key that may not have been admitted.
#[must_use]
pub fn key_id(public_key: &[u8; 32]) -> Hash {
    tagged_hash("devenir/key/v1", &[public_key])
}

/// 64 bytes that claim to be a signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Signature {
    /// How many bytes a signature has.
    pub const LEN: usize = 64;

    /// Names 64 bytes as a signature; nothing is checked.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hex(&self.0), f)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({}…)", Hex(self.0.get(..3).unwrap_or_default()))
    }
}

/// Why a public key is not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are no point of the curve.
    #[error("these 32 bytes are not an Ed25519 public key")]
    NotAPoint,
    /// The point has another, canonical, spelling.
    #[error("the public key is not in its canonical form, so implementations would disagree about it")]
    NotCanonical,
    /// The point has small order: anybody can sign for it.
    #[error("the public key has small order: anybody can make signatures that it accepts")]
    SmallOrder,
    /// The point has a part of small order.
    #[error(
        "the public key has a part of small order, so implementations would disagree about its signatures"
    )]
    Torsion,
}

/// A signature that its key did not make over these bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not by key {} over these bytes", key.short())]
pub struct BadSignature {
    /// The id of the key that was asked.
    pub key: Hash,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: [u8; 32] = [7; 32];

    fn bytes(text: &str) -> [u8; 32] {
        crate::ledger::hex::parse(text).unwrap()
    }

    #[test]
    fn the_first_vector_of_rfc_8032_is_signed_as_published() {
        let seed = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        let key = SigningKey::from_seed(&seed);
        assert_eq!(
            key.verifying_key().to_string(),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );
        assert_eq!(
            key.sign(b"").to_string(),
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b\
             d25bf5f0595bbe24655141438e7a100b"
        );
    }

    #[test]
    fn a_signature_is_by_one_key_over_one_message() {
        let key = SigningKey::from_seed(&SEED);
        let signature = key.sign(b"adopted");
        let public = VerifyingKey::admit(key.verifying_key().as_bytes()).unwrap();
        assert_eq!(public.verify(b"adopted", &signature), Ok(()));
        assert!(public.verify(b"rejected", &signature).is_err());
        let other = SigningKey::from_seed(&[8; 32]).verifying_key();
        insta::assert_snapshot!(other.verify(b"adopted", &signature).unwrap_err(), @"the signature is not by key f61766… over these bytes");
    }

    #[test]
    fn every_bit_of_a_signature_counts() {
        let key = SigningKey::from_seed(&SEED);
        let signature = key.sign(b"adopted");
        for bit in 0..8 * Signature::LEN {
            let mut changed = *signature.as_bytes();
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = Signature::from_bytes(changed);
            assert!(key.verifying_key().verify(b"adopted", &changed).is_err(), "bit {bit} does not count");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        let key = SigningKey::from_seed(&SEED);
        let printed = format!("{key:?} {:?} {:?}", key.verifying_key(), key.sign(b""));
        assert!(!printed.contains("0707") && !printed.contains("[7, 7"), "{printed}");
        assert_eq!(*key.seed(), SEED);
    }

    #[test]
    fn a_key_is_named_by_its_tagged_hash() {
        let public = SigningKey::from_seed(&SEED).verifying_key();
        let preimage = [b"devenir/key/v1\0".as_slice(), public.as_bytes()].concat();
        assert_eq!(public.id(), crate::ledger::hash::sha256(&preimage));
    }

    #[test]
    fn keys_that_implementations_read_differently_are_not_admitted() {
        let refused = |text| VerifyingKey::admit(&bytes(text)).unwrap_err();
        let no_point = "0200000000000000000000000000000000000000000000000000000000000000";
        assert_eq!(refused(no_point), KeyError::NotAPoint);
        // y = p + 1, another spelling of the identity.
        let large_y = "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
        assert_eq!(refused(large_y), KeyError::NotCanonical);
        // x = -0, yet another.
        let minus_zero = "0100000000000000000000000000000000000000000000000000000000000080";
        assert_eq!(refused(minus_zero), KeyError::NotCanonical);
        let order_8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
        assert_eq!(refused(order_8), KeyError::SmallOrder);
    }

    #[test]
    fn a_key_with_a_part_of_small_order_is_not_admitted() {
        let point = |bytes: &[u8; 32]| ed25519_dalek::VerifyingKey::from_bytes(bytes).unwrap().to_edwards();
        let good = point(SigningKey::from_seed(&SEED).verifying_key().as_bytes());
        let order_8 = point(&bytes("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"));
        let mixed = (good + order_8).compress().to_bytes();
        assert_eq!(VerifyingKey::admit(&mixed), Err(KeyError::Torsion));
    }
}
