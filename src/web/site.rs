//! What every request may use: the database, the clock, the keys and the settings. It holds no other state.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::audit::Chain;
use crate::clock::Clock;
use crate::db::Db;
use crate::secrets::Keys;

pub struct Site {
    pub db: Db,
    pub clock: Clock,
    pub keys: Keys,
    pub chain: Chain,
    /// Where browsers find this installation, if it is set: `https://roster.example.com`, without a slash behind.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// The organization's zone, where it chose none in its preferences.
    pub time_zone: TimeZone,
    /// Folder of uploaded documents.
    pub uploads: PathBuf,
    /// Bytes that one uploaded document may have.
    pub upload_limit: usize,
    /// Hours that a sign-in lasts, where the organization chose none.
    pub session_hours: i64,
    /// Days in the recycle bin, where the organization chose none; 0: deleted people are never erased by themselves.
    pub erase_after_days: i64,
    /// How long a form's body may take to arrive.
    pub patience: Duration,
    /// How long a browser waits for an answer at most; for the end of an upload, fifteen times as long.
    pub time_limit: Duration,
    /// Passwords hashed at the same time, so that a burst of sign-ins cannot take the memory.
    pub hashing: Arc<tokio::sync::Semaphore>,
    /// What one password hash costs: the standard's figures, or next to nothing in tests.
    pub hash_cost: argon2::Params,
    /// Seconds after which an operation of a process that is silent is taken over by another one.
    pub lease_seconds: i64,
    /// Wakes the worker when there is an operation to run.
    pub wake_worker: Arc<tokio::sync::Notify>,
}

impl Site {
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}
