//! Randomness: the only place of the project that draws it.
//!
//! Keys of parts, voter tags and participants begin here. Nothing else is known here.

use sha2::{Digest as _, Sha256};

/// Where random bytes come from.
pub trait Random: Send {
    /// 32 random bytes.
    ///
    /// # Errors
    /// The system has none to give.
    fn bytes32(&mut self) -> std::io::Result<[u8; 32]>;

    /// 16 random bytes.
    ///
    /// # Errors
    /// The system has none to give.
    fn bytes16(&mut self) -> std::io::Result<[u8; 16]> {
        let mut half = [0; 16];
        for (to, from) in half.iter_mut().zip(self.bytes32()?) {
            *to = from;
        }
        Ok(half)
    }
}

/// The system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn bytes32(&mut self) -> std::io::Result<[u8; 32]> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        Ok(bytes)
    }
}

/// A sequence that follows from a seed: for tests only, where keys must be the same at each run.
#[derive(Debug, Clone)]
pub struct SeededRandom {
    seed: [u8; 32],
    drawn: u64,
}

impl SeededRandom {
    /// The sequence of a seed.
    #[must_use]
    pub fn new(seed: &str) -> Self {
        Self { seed: Sha256::digest(seed.as_bytes()).into(), drawn: 0 }
    }
}

impl Random for SeededRandom {
    fn bytes32(&mut self) -> std::io::Result<[u8; 32]> {
        self.drawn += 1;
        Ok(Sha256::new().chain_update(self.seed).chain_update(self.drawn.to_be_bytes()).finalize().into())
    }
}
