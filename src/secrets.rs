//! The secret of this installation, and randomness: what the chain, the forms and the sessions rest on.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The secret of this installation. It is never in the database: who can write there cannot forge the audit chain.
#[derive(Clone)]
pub struct Keys([u8; 32]);

impl Keys {
    pub fn new(secret: [u8; 32]) -> Self {
        Keys(secret)
    }

    /// A key for one purpose; keys for different purposes tell nothing of each other.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        authenticate(&self.0, &[purpose.as_bytes()])
    }
}

/// HMAC-SHA-256 over the parts, each with its length before it, so that no two lists of parts look alike.
pub fn authenticate(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    #[allow(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[allow(clippy::expect_used, reason = "without randomness nothing here is safe; the system gives it or is broken")]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A random word for addresses and cookies: `bytes` of randomness in letters and digits.
pub fn random_token<const N: usize>() -> String {
    data_encoding::BASE32_NOPAD.encode(&random::<N>()).to_lowercase()
}
