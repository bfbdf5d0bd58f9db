//! A form is only taken from a page that this installation gave to the same browser.

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq;

use crate::secrets::{Keys, authenticate, random};

/// What a token is bound to: the session, or for visitors a random cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    Session(i64),
    Visitor(String),
}

fn secret(keys: &Keys, binding: &Binding) -> [u8; 32] {
    let key = keys.derive("csrf");
    match binding {
        Binding::Session(id) => authenticate(&key, &[b"session", &id.to_be_bytes()]),
        Binding::Visitor(cookie) => authenticate(&key, &[b"visitor", cookie.as_bytes()]),
    }
}

/// A fresh token. It is masked, so that no two pages carry the same bytes and compression gives nothing away.
pub fn token(keys: &Keys, binding: &Binding) -> String {
    let mask: [u8; 32] = random();
    let secret = secret(keys, binding);
    let mut bytes = [0; 64];
    for i in 0..32 {
        bytes[i] = mask[i];
        bytes[32 + i] = mask[i] ^ secret[i];
    }
    BASE64URL_NOPAD.encode(&bytes)
}

pub fn is_valid(keys: &Keys, binding: &Binding, token: &str) -> bool {
    let Ok(bytes) = BASE64URL_NOPAD.decode(token.as_bytes()) else { return false };
    if bytes.len() != 64 {
        return false;
    }
    let unmasked: Vec<u8> = (0..32).map(|i| bytes[i] ^ bytes[32 + i]).collect();
    unmasked.ct_eq(&secret(keys, binding)).into()
}
