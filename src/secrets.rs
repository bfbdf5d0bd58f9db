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
    Authenticator::new(key).authenticate(parts)
}

/// `authenticate` with a key that is made ready once, for many lists of parts.
#[derive(Clone)]
pub struct Authenticator(Hmac<Sha256>);

impl Authenticator {
    pub fn new(key: &[u8; 32]) -> Self {
        #[allow(clippy::expect_used, reason = "HMAC takes a key of any length")]
        Authenticator(Hmac::new_from_slice(key).expect("any length"))
    }

    pub fn authenticate(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

/// `random`, so many times: the system is asked once.
pub fn randoms<const N: usize>(times: usize) -> Vec<[u8; N]> {
    let mut all = vec![[0; N]; times];
    fill(all.as_flattened_mut());
    all
}

fn fill(bytes: &mut [u8]) {
    #[allow(clippy::expect_used, reason = "without randomness nothing here is safe; the system gives it or is broken")]
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

/// A random word for addresses and cookies: `bytes` of randomness in letters and digits.
pub fn random_token<const N: usize>() -> String {
    data_encoding::BASE32_NOPAD.encode(&random::<N>()).to_lowercase()
}
