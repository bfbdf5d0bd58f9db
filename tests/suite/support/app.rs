//! The real application on a free port, with a database of its own and a clock that the test sets.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use actix_web::web::Data;
use diesel::connection::SimpleConnection;
use roster::app::startup;
use roster::audit::Chain;
use roster::clock::Clock;
use roster::db::{Address, Conn, Db, Lane, Timestamp, run_migrations};
use roster::secrets::{Keys, random_token};
use roster::web::Site;
use tempfile::TempDir;

use super::Person;

pub struct TestApp {
    pub site: Data<Site>,
    pub address: SocketAddr,
    pub database: Address,
    pub folder: TempDir,
    server: actix_web::dev::ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// The day on which tests happen, unless they move the clock.
pub fn today() -> Timestamp {
    Timestamp::from(jiff::Timestamp::from_second(1_795_600_800).expect("in range")) // 2026-11-25 10:00 UTC
}

impl TestApp {
    /// Starts with an empty, migrated database.
    pub fn start() -> TestApp {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = fresh_database(&folder);
        Self::start_on(database, folder)
    }

    /// Starts on a database that is already there, such as one that was loaded or restored.
    pub fn start_on(database: Address, folder: TempDir) -> TestApp {
        Self::start_on_with(database, folder, |_| {})
    }

    /// Starts with an empty database and other settings than usual.
    pub fn start_with(change: impl FnOnce(&mut Site)) -> TestApp {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = fresh_database(&folder);
        Self::start_on_with(database, folder, change)
    }

    fn start_on_with(database: Address, folder: TempDir, change: impl FnOnce(&mut Site)) -> TestApp {
        let keys = Keys::new([7; 32]);
        let mut site = Site {
            db: Db::open(&database, 4),
            clock: Clock::set_to(today()),
            chain: Chain::new(&keys),
            keys,
            public_url: None,
            trusted_proxies: Vec::new(),
            time_zone: jiff::tz::TimeZone::UTC,
            uploads: folder.path().join("uploads"),
            upload_limit: 1 << 20,
            session_hours: 12,
            erase_after_days: 30,
            patience: std::time::Duration::from_secs(5),
            time_limit: std::time::Duration::from_secs(60),
            hashing: Arc::new(tokio::sync::Semaphore::new(4)),
            hash_cost: argon2::Params::new(8, 1, 1, None).expect("a light hash"),
            lease_seconds: 60,
            wake_worker: Arc::default(),
        };
        change(&mut site);
        let site = Data::new(site);
        std::fs::create_dir_all(&site.uploads).expect("a folder for documents");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (tell, told) = std::sync::mpsc::channel();
        let for_server = site.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = startup::serve(for_server, listener, 2).expect("the server starts");
                tell.send(server.handle()).expect("the test waits");
                server.await.expect("the server runs");
            });
        });
        let server = told.recv().expect("the server started");
        TestApp { site, address, database, folder, server, thread: Some(thread) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A named person to be created: `app.person("Ada Lindqvist").administrator().create()`.
    pub fn person(&self, name: &str) -> Person<'_> {
        Person::new(self, name)
    }

    pub fn read<T>(&self, f: impl FnOnce(&mut Conn) -> roster::db::Result<T>) -> T {
        self.site.db.read_now(f).expect("a read")
    }

    pub fn write<T>(&self, f: impl FnOnce(&mut Conn) -> roster::db::Result<T>) -> T {
        self.site.db.write_now(Lane::Administration, f).expect("a write")
    }

    /// Ends the server, and with it the worker: what waits goes on waiting.
    pub fn stop(&mut self) {
        // Not gracefully: a test that is over waits for nobody.
        let stop = self.server.stop(false);
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        if let Ok(runtime) = runtime {
            runtime.block_on(stop);
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    /// Runs SQL as an attacker with the database's password would.
    pub fn tamper(&self, sql: &str) {
        self.database.connect().expect("a connection").batch_execute(sql).expect("the SQL runs");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop();
        drop_database(&self.database);
    }
}

/// The PostgreSQL server of this run, if there is one: `postgres://user@host:port/postgres`.
pub fn postgres_server() -> Option<String> {
    std::env::var("ROSTER_TEST_POSTGRES").ok()
}

/// A migrated, empty database: copied from one that was migrated once per run.
pub fn fresh_database(folder: &TempDir) -> Address {
    match postgres_server() {
        Some(server) => fresh_postgres(&server),
        None => {
            static MIGRATED: OnceLock<Vec<u8>> = OnceLock::new();
            let bytes = MIGRATED.get_or_init(|| {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let path = folder.path().join("template.db");
                let address = Address::Sqlite(path.clone());
                run_migrations(&address).expect("migrations run");
                let mut conn = address.connect().expect("a connection");
                conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")
                    .expect("a checkpoint");
                std::fs::read(path).expect("the template")
            });
            let path: PathBuf = folder.path().join("roster.db");
            std::fs::write(&path, bytes).expect("a database file");
            Address::Sqlite(path)
        }
    }
}

fn fresh_postgres(server: &str) -> Address {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    let run = |sql: String| {
        let mut conn = Address::Postgres(server.to_owned()).connect().expect("the PostgreSQL server of this run");
        conn.batch_execute(&sql)
    };
    let at = |name: &str| {
        let (base, _) = server.rsplit_once('/').expect("an address with a database");
        Address::Postgres(format!("{base}/{name}"))
    };
    let template = TEMPLATE.get_or_init(|| {
        let name = format!("template_{}", random_token::<8>());
        run(format!("CREATE DATABASE {name}")).expect("a template database");
        run_migrations(&at(&name)).expect("migrations run");
        name
    });
    let name = format!("test_{}", random_token::<8>());
    run(format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")).expect("a test database");
    at(&name)
}

/// A database in which nothing is yet, not even a table. It goes away with the value.
pub struct EmptyDatabase {
    pub address: Address,
}

pub fn empty_database(folder: &TempDir) -> EmptyDatabase {
    let address = match postgres_server() {
        None => Address::Sqlite(folder.path().join("roster.db")),
        Some(server) => {
            let name = format!("test_{}", random_token::<8>());
            let mut conn = Address::Postgres(server.clone()).connect().expect("the PostgreSQL server of this run");
            conn.batch_execute(&format!("CREATE DATABASE {name}")).expect("an empty database");
            let (base, _) = server.rsplit_once('/').expect("an address with a database");
            Address::Postgres(format!("{base}/{name}"))
        }
    };
    EmptyDatabase { address }
}

impl Drop for EmptyDatabase {
    fn drop(&mut self) {
        drop_database(&self.address);
    }
}

fn drop_database(address: &Address) {
    if let Address::Postgres(url) = address
        && let (Some(server), Some(name)) = (postgres_server(), url.rsplit('/').next())
        && let Ok(mut conn) = Address::Postgres(server).connect()
    {
        let _ = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }
}
