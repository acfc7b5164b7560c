//! Author tokens: what lets whoever wrote something act on it later, without an account.
//!
//! `docs/format.md` (Receipts) defines the bytes: a MAC over the intent id under a key of the instance, so a token is never
//! stored, and asking again gives the same. This module does not know what a token allows: the door does.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::id::IntentId;
use crate::ledger::hex::{self, Hex};

const TAG: &[u8] = b"devenir/author-token/v1\0";

/// The token of one event: a secret between the ledger and its author. Never printed but by [`AuthorToken::to_text`].
#[derive(Clone)]
pub struct AuthorToken(Zeroizing<[u8; 32]>);

impl AuthorToken {
    /// 64 lower-case hexadecimal digits, for the receipt.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(Hex(self.0.as_slice()).to_string())
    }
}

/// Takes the same time whatever the tokens are.
impl PartialEq for AuthorToken {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl Eq for AuthorToken {}

impl fmt::Debug for AuthorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorToken(…)")
    }
}

/// The key that makes tokens and checks them.
#[derive(Clone)]
pub struct TokenKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey(…)")
    }
}

impl TokenKey {
    /// The key of these 32 secret bytes.
    #[must_use]
    pub const fn new(secret: Zeroizing<[u8; 32]>) -> Self {
        Self(secret)
    }

    /// The token of an event.
    #[must_use]
    pub fn token(&self, event: IntentId) -> AuthorToken {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("a key of 32 bytes");
        mac.update(TAG);
        mac.update(event.as_bytes());
        AuthorToken(Zeroizing::new(mac.finalize().into_bytes().into()))
    }

    /// Whether `text` is the token of an event, in a time that does not depend on how much of it is right.
    #[must_use]
    pub fn admits(&self, event: IntentId, text: &str) -> bool {
        let Ok(offered) = hex::parse::<32>(text) else { return false };
        self.token(event) == AuthorToken(Zeroizing::new(offered))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_of_one_event_under_one_key() {
        let key = TokenKey::new(Zeroizing::new([1; 32]));
        let [mine, other] = [IntentId([2; 32]), IntentId([3; 32])];
        let text = key.token(mine).to_text();
        assert!(key.admits(mine, &text));
        assert!(!key.admits(other, &text));
        assert!(!TokenKey::new(Zeroizing::new([4; 32])).admits(mine, &text));
        for wrong in ["", &text[..62], &text.to_uppercase(), &format!("{}0", text.as_str())] {
            assert!(!key.admits(mine, wrong), "{wrong}");
        }
        let mut changed = text.to_string();
        changed.replace_range(63.., if text.ends_with('0') { "1" } else { "0" });
        assert!(!key.admits(mine, &changed));
        assert_eq!(format!("{:?} {:?}", key, key.token(mine)), "TokenKey(…) AuthorToken(…)");
    }

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let key = TokenKey::new(Zeroizing::new([1; 32]));
        let mut mac = Hmac::<Sha256>::new_from_slice(&[1; 32]).unwrap();
        mac.update(&[b"devenir/author-token/v1\0".as_slice(), &[2; 32]].concat());
        assert_eq!(key.token(IntentId([2; 32])).0.as_slice(), mac.finalize().into_bytes().as_slice());
    }
}
