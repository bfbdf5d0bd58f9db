//! Slows down guessing of passwords without ever locking anybody out: who fails often waits longer, a minute at most.
//!
//! Attempts are counted per account and per client address. A browser that signed in to the account before is counted
//! by itself, so that nobody can keep a person out by failing on purpose.

use std::net::IpAddr;

use super::store::attempts;
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::secrets::{Keys, authenticate, random_token};

/// Failures of one account that cost no wait, and of one address, behind which a whole office may be.
const FREE_FOR_ACCOUNT: i64 = 5;
const FREE_FOR_ADDRESS: i64 = 20;
/// Seconds that anybody waits at most.
const LONGEST_WAIT: i64 = 60;
/// Seconds after which failures are forgotten.
const MEMORY: i64 = 3_600;

/// What an attempt is counted in, under a name that tells nobody the address or the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    name: String,
    free: i64,
    /// A success empties it. An address is only given back the one attempt: an account of one's own must not buy more
    /// guesses at others.
    emptied_by_success: bool,
}

/// The attempt must wait this many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub i64);

impl Wait {
    pub fn sentence(self) -> String {
        let Wait(seconds) = self;
        let unit = if seconds == 1 { "second" } else { "seconds" };
        format!("Too many attempts did not work. Wait {seconds} {unit}, then try again.")
    }
}

/// Where an attempt to sign in is counted. `known`: the value of this account's cookie, if the browser has one.
pub fn buckets(keys: &Keys, email_key: &str, known: Option<&str>, address: &str) -> Vec<Bucket> {
    if let Some(browser) = known.and_then(|value| known_browser(keys, email_key, value)) {
        return vec![bucket(keys, &["browser", email_key, &browser], FREE_FOR_ACCOUNT, true)];
    }
    let mut buckets = vec![
        bucket(keys, &["account", email_key], FREE_FOR_ACCOUNT, true),
        bucket(keys, &["address", &neighborhood(address)], FREE_FOR_ADDRESS, false),
    ];
    // Always held in the same order: two attempts never wait for each other.
    buckets.sort_by(|a, b| a.name.cmp(&b.name));
    buckets
}

/// Where somebody who is signed in and gives their password again is counted.
pub fn buckets_of_user(keys: &Keys, user: UserId) -> Vec<Bucket> {
    vec![bucket(keys, &["user", &user.to_string()], FREE_FOR_ACCOUNT, true)]
}

/// Where an attempt to open a one-time link is counted: nobody knows yet whose it is.
pub fn buckets_of_address(keys: &Keys, address: &str) -> Vec<Bucket> {
    vec![bucket(keys, &["link", &neighborhood(address)], FREE_FOR_ADDRESS, false)]
}

fn bucket(keys: &Keys, parts: &[&str], free: i64, emptied_by_success: bool) -> Bucket {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    let name = data_encoding::HEXLOWER.encode(&authenticate(&keys.derive("sign-in attempts"), &parts)[..16]);
    Bucket { name, free, emptied_by_success }
}

/// One household has a whole /64 of IPv6.
fn neighborhood(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(ip)) if ip.to_ipv4_mapped().is_none() => format!("{:x?}", &ip.segments()[..4]),
        _ => address.to_owned(),
    }
}

/// Counts the attempt as failed before the password is looked at, so that many at once are no way around; `succeeded`
/// takes it back. `Err(Wait)`: not yet, and nothing is counted.
pub fn begin(conn: &mut Conn, buckets: &[Bucket], now: Timestamp) -> Result<std::result::Result<(), Wait>> {
    let mut failures = Vec::with_capacity(buckets.len());
    let mut wait = 0;
    for bucket in buckets {
        let (count, last) = attempts::hold(conn, &bucket.name, now)?;
        let count = if now.seconds_since(last) > MEMORY { 0 } else { count };
        wait = wait.max(wait_after(count, bucket.free) - now.seconds_since(last));
        failures.push(count + 1);
    }
    if wait > 0 {
        return Ok(Err(Wait(wait.min(LONGEST_WAIT))));
    }
    for (bucket, failures) in buckets.iter().zip(failures) {
        attempts::set(conn, &bucket.name, failures, now)?;
    }
    Ok(Ok(()))
}

/// The password was right: the account starts afresh.
pub fn succeeded(conn: &mut Conn, buckets: &[Bucket]) -> Result<()> {
    for bucket in buckets {
        if bucket.emptied_by_success {
            attempts::remove(conn, &bucket.name)?;
        } else {
            attempts::take_one_back(conn, &bucket.name)?;
        }
    }
    Ok(())
}

/// Takes away what is forgotten.
pub fn prune(conn: &mut Conn, now: Timestamp) -> Result<()> {
    attempts::remove_older(conn, now.plus_seconds(-MEMORY))
}

/// 1, 2, 4 ... seconds after the free ones.
fn wait_after(failures: i64, free: i64) -> i64 {
    match failures - free {
        ..0 => 0,
        over => LONGEST_WAIT.min(1 << over.min(6)),
    }
}

/// The name of the cookie that a browser keeps for an account.
pub fn cookie_name(keys: &Keys, email_key: &str) -> String {
    let digest = authenticate(&keys.derive("known browser name"), &[email_key.as_bytes()]);
    format!("roster-known-{}", data_encoding::HEXLOWER.encode(&digest[..6]))
}

/// What that cookie holds: a random word for this browser, signed for this account.
pub fn cookie_value(keys: &Keys, email_key: &str) -> String {
    let browser = random_token::<10>();
    let signature = signature(keys, email_key, &browser);
    format!("{browser}.{signature}")
}

fn known_browser(keys: &Keys, email_key: &str, value: &str) -> Option<String> {
    let (browser, given) = value.split_once('.')?;
    let right = subtle::ConstantTimeEq::ct_eq(given.as_bytes(), signature(keys, email_key, browser).as_bytes());
    bool::from(right).then(|| browser.to_owned())
}

fn signature(keys: &Keys, email_key: &str, browser: &str) -> String {
    let parts = [email_key.as_bytes(), browser.as_bytes()];
    data_encoding::HEXLOWER.encode(&authenticate(&keys.derive("known browser"), &parts))
}
