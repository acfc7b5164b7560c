//! Cosignatures: a witness states when a checkpoint was the newest that it had seen.
//!
//! C2SP tlog-cosignature (`cosignature/v1`, Ed25519) defines the message; `docs/format.md` (Cosignatures) repeats
//! it. The message does not hold the witness's name, so a key must serve one witness only. This module
//! takes the instant as an argument and does not judge it.
//!
//! ```text
//! message     "cosignature/v1\n" || "time " || seconds, decimal || "\n" || text of the checkpoint
//! signature   seconds u64 || Ed25519 over the message [64]      72 bytes
//! ```

use super::checkpoint::Checkpoint;
use super::key::{Signature, VerifyingKey};
use super::named_key::Cosigner;
use super::note::NoteSignature;

/// The largest instant that a cosignature can state, in seconds since 1970.
pub const LATEST_S: u64 = i64::MAX as u64;

/// Length of the bytes that a cosignature line holds after its key id.
pub const LEN: usize = 8 + Signature::LEN;

/// The message that a cosignature signs: the instant, in seconds since 1970, and the whole text of the checkpoint.
#[must_use]
pub fn message(text: &str, at_s: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {at_s}\n{text}").into_bytes()
}

impl Cosigner {
    /// States that at `at_s` seconds since 1970 this was the newest consistent checkpoint seen.
    ///
    /// Whoever calls this must have checked so, and have kept the checkpoint durably.
    ///
    /// # Errors
    ///
    /// [`CosignatureError::Instant`] when the instant is above [`LATEST_S`].
    pub fn cosign(&self, checkpoint: &Checkpoint, at_s: u64) -> Result<NoteSignature, CosignatureError> {
        if at_s > LATEST_S {
            return Err(CosignatureError::Instant { found: at_s });
        }
        let signature = self.secret().sign(&message(&checkpoint.to_string(), at_s));
        let bytes = [at_s.to_be_bytes().as_slice(), signature.as_bytes()].concat();
        Ok(NoteSignature::new(self.public(), bytes))
    }
}

/// Checks a cosignature over the text of a checkpoint, and gives its instant in seconds since 1970.
///
/// # Errors
///
/// [`CosignatureError`] when the bytes are not a cosignature, or not by this key over this text.
pub fn verify(key: &VerifyingKey, text: &str, bytes: &[u8]) -> Result<u64, CosignatureError> {
    let length = || CosignatureError::Length { found: bytes.len() };
    let (at_s, signature) = bytes.split_first_chunk::<8>().ok_or_else(length)?;
    let signature = signature.try_into().map_err(|_| length())?;
    let at_s = u64::from_be_bytes(*at_s);
    if at_s > LATEST_S {
        return Err(CosignatureError::Instant { found: at_s });
    }
    match key.verify(&message(text, at_s), &Signature::from_bytes(signature)) {
        Ok(()) => Ok(at_s),
        Err(_) => Err(CosignatureError::Signature { at_s }),
    }
}

/// Bytes that are not a cosignature by this key over this checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// Not 72 bytes.
    #[error("a cosignature is an instant and a signature, {LEN} bytes in all; found {found}")]
    Length {
        /// How many bytes were found.
        found: usize,
    },
    /// An instant above the largest.
    #[error("a cosignature states an instant of at most {LATEST_S} seconds; found {found}")]
    Instant {
        /// The instant.
        found: u64,
    },
    /// The signature does not verify.
    #[error("the cosignature is not by this key over this checkpoint at {at_s} s")]
    Signature {
        /// The instant that it states.
        at_s: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::key::SigningKey;
    use proptest::prelude::*;

    const TEXT: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn cosigner() -> Cosigner {
        Cosigner::new("witness.example/w1".parse().unwrap(), SigningKey::from_seed(&[9; 32]))
    }

    #[test]
    fn the_message_is_that_of_the_specification() {
        let want = format!("cosignature/v1\ntime 1679315147\n{TEXT}");
        assert_eq!(message(TEXT, 1_679_315_147), want.as_bytes());
    }

    #[test]
    fn what_is_no_cosignature_says_why() {
        let key = cosigner();
        let refused = |bytes: &[u8]| verify(key.public().key(), TEXT, bytes).unwrap_err();
        insta::assert_snapshot!(refused(&[0; 64]), @"a cosignature is an instant and a signature, 72 bytes in all; found 64");
        insta::assert_snapshot!(refused(&[0; 73]), @"a cosignature is an instant and a signature, 72 bytes in all; found 73");
        insta::assert_snapshot!(refused(&[0xff; 72]), @"a cosignature states an instant of at most 9223372036854775807 seconds; found 18446744073709551615");
        insta::assert_snapshot!(refused(&[0; 72]), @"the cosignature is not by this key over this checkpoint at 0 s");
        let checkpoint: Checkpoint = TEXT.parse().unwrap();
        assert_eq!(
            key.cosign(&checkpoint, LATEST_S + 1),
            Err(CosignatureError::Instant { found: LATEST_S + 1 })
        );
    }

    proptest! {
        #[test]
        fn a_cosignature_is_over_one_checkpoint_at_one_instant(at in 0..=LATEST_S, bit in 0usize..8 * LEN) {
            let key = cosigner();
            let checkpoint: Checkpoint = TEXT.parse().unwrap();
            let signature = key.cosign(&checkpoint, at).unwrap();
            prop_assert_eq!(verify(key.public().key(), TEXT, signature.bytes()), Ok(at));
            let mut changed = signature.bytes().to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(verify(key.public().key(), TEXT, &changed).is_err());
            prop_assert!(verify(key.public().key(), &TEXT.replace("20852163", "20852164"), signature.bytes()).is_err());
        }

        #[test]
        fn any_bytes_are_judged_without_a_panic(bytes: Vec<u8>) {
            prop_assert!(verify(cosigner().public().key(), TEXT, &bytes).is_err());
        }
    }
}
