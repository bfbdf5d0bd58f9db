//! Settings: from the environment and flags, checked before anything starts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::key_file;
use crate::audit::Chain;
use crate::clock::Clock;
use crate::db::{Address, Db};
use crate::secrets::Keys;
use crate::web::Site;

/// Settings that every command shares. Each has a flag and a variable of the environment; the flag wins.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Where the data is: sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "sqlite:roster.db",
        value_name = "URL",
        global = true
    )]
    pub database_url: Address,

    /// Folder of uploaded documents [default: beside a SQLite database, else ./roster-uploads]
    #[arg(long, env = "ROSTER_UPLOADS", hide_env_values = true, value_name = "DIR", global = true)]
    pub uploads: Option<PathBuf>,

    /// File with this installation's secret, made at the first start [default: beside a SQLite database, else ./roster.key]
    #[arg(long, env = "ROSTER_KEY_FILE", hide_env_values = true, value_name = "FILE", global = true)]
    pub key_file: Option<PathBuf>,

    /// Where browsers find this installation, such as https://roster.example.com
    #[arg(long, env = "ROSTER_PUBLIC_URL", hide_env_values = true, value_name = "URL", value_parser = public_url, global = true)]
    pub public_url: Option<String>,

    /// Proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas
    #[arg(long, env = "ROSTER_TRUSTED_PROXIES", hide_env_values = true, value_delimiter = ',', value_parser = network, value_name = "NETS", global = true)]
    pub trusted_proxies: Vec<ipnet::IpNet>,

    /// The time zone, such as Europe/Vienna, where Setup, Preferences has none
    #[arg(long, env = "ROSTER_TIME_ZONE", hide_env_values = true, default_value = "UTC", value_parser = time_zone, value_name = "ZONE", global = true)]
    pub time_zone: jiff::tz::TimeZone,

    /// Hours a sign-in lasts, where Setup, Preferences has no number
    #[arg(long, env = "ROSTER_SESSION_HOURS", hide_env_values = true, default_value_t = 12, value_parser = clap::value_parser!(i64).range(1..=720), value_name = "HOURS", global = true)]
    pub session_hours: i64,

    /// Megabytes that one uploaded document may have
    #[arg(long, env = "ROSTER_UPLOAD_MB", hide_env_values = true, default_value_t = 25, value_parser = clap::value_parser!(u16).range(1..=2000), value_name = "MB", global = true)]
    pub upload_mb: u16,

    /// Seconds after which another process takes over an operation of one that is silent
    #[arg(long, env = "ROSTER_LEASE_SECONDS", hide_env_values = true, default_value_t = 60, value_parser = clap::value_parser!(i64).range(1..=3_600), value_name = "SECONDS", global = true)]
    pub lease_seconds: i64,
    /// Days after which deleted people are erased for good by themselves, where Setup, Preferences has no number; 0: never
    #[arg(long, env = "ROSTER_ERASE_AFTER_DAYS", hide_env_values = true, default_value_t = 30, value_parser = clap::value_parser!(i64).range(0..=3_650), value_name = "DAYS", global = true)]
    pub erase_after_days: i64,
    /// Connections to the database that this process opens for reading
    #[arg(long, env = "ROSTER_CONNECTIONS", hide_env_values = true, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100), value_name = "N", global = true)]
    pub connections: u32,
}

fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => Ok(url.to_owned()),
        _ => Err("expected https://HOST or http://HOST, without a path".into()),
    }
}

fn network(text: &str) -> Result<ipnet::IpNet, String> {
    let text = text.trim();
    text.parse()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(Into::into))
        .map_err(|_| "expected an address such as 127.0.0.1 or a network such as 10.0.0.0/8".into())
}

fn time_zone(text: &str) -> Result<jiff::tz::TimeZone, String> {
    jiff::tz::TimeZone::get(text).map_err(|_| "expected the name of a time zone, such as Europe/Vienna".into())
}

impl Settings {
    /// `roster.db` -> `roster` + the ending, in the same folder.
    fn beside_database(&self, ending: &str) -> PathBuf {
        match self.database_url.sqlite_path() {
            Some(path) => {
                let mut name = path.file_stem().unwrap_or_default().to_owned();
                name.push(ending);
                path.with_file_name(name)
            }
            None => format!("roster{ending}").into(),
        }
    }

    pub fn uploads_folder(&self) -> PathBuf {
        self.uploads.clone().unwrap_or_else(|| self.beside_database("-uploads"))
    }

    pub fn key_path(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.beside_database(".key"))
    }

    /// Opens what a running installation needs, and makes what is missing: the key file and the folder of documents.
    /// Errors are sentences for the terminal.
    pub fn open(&self) -> Result<Site, String> {
        self.check_database_folder()?;
        let secret = key_file::read_or_make(&self.key_path())?;
        let uploads = self.uploads_folder();
        std::fs::create_dir_all(&uploads)
            .map_err(|error| format!("The folder of documents {} cannot be made: {error}", uploads.display()))?;
        Ok(self.site(Keys::new(secret)))
    }

    /// Opens what is there, and makes nothing: for commands that look at an installation. Errors are sentences.
    pub fn open_existing(&self) -> Result<Site, String> {
        self.check_database_is_there()?;
        Ok(self.site(Keys::new(key_file::read(&self.key_path())?)))
    }

    /// SQLite would make an empty database where there is none.
    pub fn check_database_is_there(&self) -> Result<(), String> {
        match self.database_url.sqlite_path() {
            Some(path) if !path.is_file() => Err(format!(
                "There is no database {}. Name it with --database-url sqlite:PATH or DATABASE_URL.",
                path.display()
            )),
            _ => Ok(()),
        }
    }

    fn check_database_folder(&self) -> Result<(), String> {
        let folder = self.database_url.sqlite_path().and_then(Path::parent);
        match folder.filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) if !folder.is_dir() => {
                Err(format!("The folder {} of the database does not exist. Make it first.", folder.display()))
            }
            _ => Ok(()),
        }
    }

    fn site(&self, keys: Keys) -> Site {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Site {
            db: Db::open(&self.database_url, self.connections),
            clock: Clock::default(),
            chain: Chain::new(&keys),
            keys,
            public_url: self.public_url.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
            time_zone: self.time_zone.clone(),
            uploads: self.uploads_folder(),
            upload_limit: usize::from(self.upload_mb) << 20,
            session_hours: self.session_hours,
            erase_after_days: self.erase_after_days,
            patience: Duration::from_secs(30),
            time_limit: Duration::from_secs(60),
            hashing: Arc::new(tokio::sync::Semaphore::new(cores)),
            hash_cost: argon2::Params::default(),
            lease_seconds: self.lease_seconds,
            wake_worker: Arc::default(),
        }
    }
}
