//! `roster demo`: a sample organization in a folder of its own, to try everything with.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use clap::Args;

use super::serve::{cannot_open, serve_until_told};
use crate::app::config::Settings;
use crate::db::{Address, run_migrations};
use crate::demo::{self, ADMINISTRATOR, PASSWORD};
use crate::kick_start;
use crate::users::{counts, password};
use crate::web::Site;

/// By this file a folder is known as a demo's; nothing else is ever cleared.
const MARK: &str = "about-this-demo.txt";
const MARK_TEXT: &str = "The data of a Roster demo. `roster demo --fresh` clears this folder and starts over.\n";
/// What a demo makes beside the mark.
const FILES: [&str; 6] = ["demo.db", "demo.db-wal", "demo.db-shm", "demo.db.lock", "demo.key", "uploads"];
/// Ports that are tried if the first is taken.
const PORTS: u16 = 20;

#[derive(Args, Debug)]
pub struct Demo {
    /// Folder of the demo's own database, key and documents
    #[arg(long, default_value = "roster-demo", value_name = "DIR")]
    pub dir: PathBuf,

    /// Start over: clear what was done in this demo
    #[arg(long)]
    pub fresh: bool,

    /// Address and port to listen on; this machine's own only
    #[arg(long, default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080), value_name = "ADDRESS")]
    pub listen: SocketAddr,
}

pub fn run(settings: &Settings, demo: &Demo) -> Result<(), String> {
    if !demo.listen.ip().is_loopback() {
        return Err(format!(
            "Everybody in the demo has the same password, which is printed here, so it listens on this machine only: \
             {} is not a loopback address.",
            demo.listen.ip()
        ));
    }
    if settings.public_url.is_some()
        || !matches!(&settings.database_url, Address::Sqlite(path) if path == Path::new("roster.db"))
    {
        eprintln!(
            "The demo has a database and an address of its own: DATABASE_URL and ROSTER_PUBLIC_URL are not used."
        );
    }
    let (site, _lock) = open(settings, &demo.dir, demo.fresh)?;
    let (listener, taken) = listen(demo.listen)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    if taken {
        println!("Port {} is taken; the demo uses {} instead.", demo.listen.port(), address.port());
    }
    println!("Northwind Studio, the demo organization, is at http://{address}");
    println!("  Email     {ADMINISTRATOR}");
    println!("  Password  {PASSWORD}");
    println!("Everybody in the demo has this password: sign in as somebody else to see what they see.");
    let folder = demo.dir.display();
    println!("What you do is kept in {folder}. Start over with: roster demo --dir {folder} --fresh");
    serve_until_told(site, listener)
}

/// Opens the demo of a folder, and makes it if it is not there. The file is held while the demo runs.
///
/// Errors: a folder that is not a demo's; starting over while it runs.
pub fn open(settings: &Settings, dir: &Path, fresh: bool) -> Result<(Site, File), String> {
    let lock = claim(dir, fresh)?;
    let settings = Settings {
        database_url: Address::Sqlite(dir.join("demo.db")),
        uploads: Some(dir.join("uploads")),
        key_file: Some(dir.join("demo.key")),
        public_url: None,
        trusted_proxies: Vec::new(),
        ..settings.clone()
    };
    run_migrations(&settings.database_url).map_err(|error| cannot_open(&settings, &error))?;
    let site = settings.open()?;
    let there = site.db.read_now(counts::read).map_err(|error| cannot_open(&settings, &error))?;
    if there.active == 0 {
        fill(&site).map_err(|error| format!("The demo could not be made: {error}"))?;
    }
    Ok((site, lock))
}

fn fill(site: &Site) -> Result<(), kick_start::Refusal> {
    let now = site.clock.now();
    let hash = password::hash(PASSWORD, &site.hash_cost)?;
    let folder = demo::folder(now);
    kick_start::load(site, &folder, now.plus_days(-demo::BEGUN), &mut |_| {}, |conn| {
        Ok(demo::add_operations(conn, &site.chain, &hash, now)?)
    })?;
    Ok(())
}

/// Makes the folder this demo's, or finds that it is; cleared if asked.
fn claim(dir: &Path, fresh: bool) -> Result<File, String> {
    let cannot = |error: std::io::Error| format!("The demo's folder {} cannot be used: {error}", dir.display());
    std::fs::create_dir_all(dir).map_err(cannot)?;
    let mark = dir.join(MARK);
    if !mark.exists() {
        if std::fs::read_dir(dir).map_err(cannot)?.next().is_some() {
            return Err(format!("The folder {} has other things in it. Choose another with --dir.", dir.display()));
        }
        std::fs::write(&mark, MARK_TEXT).map_err(cannot)?;
    }
    let lock = File::open(&mark).map_err(cannot)?;
    let held = if fresh { lock.try_lock() } else { lock.try_lock_shared() };
    match held {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(format!("A demo is running in {}. Stop it before you start over.", dir.display()));
        }
        Err(TryLockError::Error(error)) => return Err(cannot(error)),
    }
    if fresh {
        for name in FILES {
            let path = dir.join(name);
            let removed = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
            match removed {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(cannot(error)),
                _ => {}
            }
        }
        lock.unlock().and_then(|()| lock.lock_shared()).map_err(cannot)?;
    }
    Ok(lock)
}

/// The address asked for, or the next one whose port is free; true if it is another.
fn listen(asked: SocketAddr) -> Result<(TcpListener, bool), String> {
    for step in 0..PORTS {
        let Some(port) = asked.port().checked_add(step) else { break };
        match TcpListener::bind(SocketAddr::new(asked.ip(), port)) {
            Ok(listener) => return Ok((listener, step > 0)),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(format!("Cannot listen on {asked}: {error}. Choose another with --listen.")),
        }
    }
    Err(format!("Port {} and the {PORTS} after it are taken. Choose another with --listen.", asked.port()))
}
