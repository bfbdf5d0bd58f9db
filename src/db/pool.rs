//! The two ways in: `read` and `write`. Each is one transaction, and leaves nothing half done.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::r2d2::{ManageConnection, NopErrorHandler, Pool, PooledConnection, R2D2Connection};
use diesel::{Connection, PgConnection, SqliteConnection};

use super::{Conn, Error, Result, dialect};

/// Where the database is: `sqlite:PATH`, or `postgres://user@host/name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Address::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite:") {
            Some(path) if !path.trim_start_matches('/').is_empty() => {
                // sqlite:///var/lib/roster.db and sqlite:/var/lib/roster.db mean the same file.
                let path = path.strip_prefix("//").filter(|rest| rest.starts_with('/')).unwrap_or(path);
                Ok(Address::Sqlite(path.into()))
            }
            _ => Err("expected sqlite:PATH or postgres://USER@HOST/NAME".into()),
        }
    }
}

impl Address {
    pub fn sqlite_path(&self) -> Option<&Path> {
        match self {
            Address::Sqlite(path) => Some(path),
            Address::Postgres(_) => None,
        }
    }

    /// One connection of its own, outside the pools.
    pub fn connect(&self) -> Result<Conn> {
        let away = |error: diesel::ConnectionError| Error::Away(error.to_string());
        match self {
            Address::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(away)?;
                // Of two processes that start on an empty file at once, SQLite refuses the one that comes second to
                // write-ahead logging immediately, whatever its time to wait.
                let mut refused = 0;
                while let Err(error) = conn.batch_execute(dialect::SQLITE_PRAGMAS) {
                    refused += 1;
                    if refused == OPENING_ATTEMPTS || !error.to_string().contains("database is locked") {
                        return Err(error.into());
                    }
                    std::thread::sleep(OPENING_PAUSE);
                }
                Ok(Conn::Sqlite(conn))
            }
            Address::Postgres(url) => {
                let mut conn = PgConnection::establish(url).map_err(away)?;
                conn.batch_execute(dialect::POSTGRES_SETTINGS)?;
                Ok(Conn::Postgres(conn))
            }
        }
    }
}

/// Half a second in all.
const OPENING_ATTEMPTS: u32 = 25;
const OPENING_PAUSE: std::time::Duration = std::time::Duration::from_millis(20);

/// Which lock a write takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Whatever is in the audit chain: lifecycle, seats, access, settings. One at a time, so that seats, the last
    /// administrator, fingerprints and the chain are right by construction.
    Administration,
    /// Projects, notes, sessions, plans: side by side where the database can.
    Work,
}

/// Makes connections for a pool. The address chooses the database, never a guess from what happens to connect.
struct Connector {
    address: Address,
    is_read_only: bool,
}

impl ManageConnection for Connector {
    type Connection = Conn;
    type Error = Error;

    fn connect(&self) -> Result<Conn> {
        let mut conn = self.address.connect()?;
        if self.is_read_only {
            dialect::forbid_writing(&mut conn)?;
        }
        Ok(conn)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<()> {
        Ok(conn.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

/// The database. Cheap to clone; holds its connections open.
#[derive(Clone)]
pub struct Db {
    readers: Pool<Connector>,
    /// On SQLite the one writer; on PostgreSQL the same pool as the readers.
    writers: Pool<Connector>,
}

impl Db {
    /// Opens the pools without waiting for a connection: a database that is away now may come back.
    pub fn open(address: &Address, connections: u32) -> Self {
        let pool = |size: u32, is_read_only: bool| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(0))
                .connection_timeout(Duration::from_secs(3))
                .test_on_check_out(address.sqlite_path().is_none())
                .error_handler(Box::new(NopErrorHandler)) // the log names the cause once per request
                .build_unchecked(Connector { address: address.clone(), is_read_only })
        };
        match address {
            Address::Sqlite(_) => Db { readers: pool(connections, true), writers: pool(1, false) },
            Address::Postgres(_) => {
                let both = pool(connections * 2, false);
                Db { readers: both.clone(), writers: both }
            }
        }
    }

    /// Runs `f` in a read-only transaction that sees one state of the data throughout, off the async threads.
    pub async fn read<T, E, F>(&self, f: F) -> std::result::Result<T, E>
    where
        F: FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let db = self.clone();
        off_the_async_threads(move || db.read_now(f)).await
    }

    /// Runs `f` in one writing transaction, off the async threads: committed if it is `Ok`, as if never begun if not.
    pub async fn write<T, E, F>(&self, lane: Lane, f: F) -> std::result::Result<T, E>
    where
        F: FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let db = self.clone();
        off_the_async_threads(move || db.write_now(lane, f)).await
    }

    /// `read` for callers that may block: the command line, the worker, tests.
    pub fn read_now<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&mut Conn) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        in_transaction(&mut *checked_out(&self.readers)?, dialect::begin_read, f)
    }

    /// `write` for callers that may block.
    pub fn write_now<T, E: From<Error>>(
        &self,
        lane: Lane,
        f: impl FnOnce(&mut Conn) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        in_transaction(&mut *checked_out(&self.writers)?, |conn| dialect::begin_write(conn, lane), f)
    }
}

fn checked_out(pool: &Pool<Connector>) -> Result<PooledConnection<Connector>> {
    pool.get().map_err(|error| Error::Away(error.to_string()))
}

/// Commits if `f` is `Ok`, rolls back if not. A panic leaves the transaction open; the pool drops such a connection.
fn in_transaction<T, E: From<Error>>(
    conn: &mut Conn,
    begin: impl FnOnce(&mut Conn) -> Result<()>,
    f: impl FnOnce(&mut Conn) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    type Manager = <Conn as Connection>::TransactionManager;
    begin(conn)?;
    match f(conn) {
        Ok(value) => match Manager::commit_transaction(conn) {
            Ok(()) => Ok(value),
            Err(error) => Err(E::from(error.into())),
        },
        Err(error) => {
            if let Err(rollback) = Manager::rollback_transaction(conn) {
                tracing::warn!(%rollback, "a transaction could not be rolled back; its connection is dropped");
            }
            Err(error)
        }
    }
}

impl Db {
    /// After an erasure: what was overwritten leaves the write-ahead log too (SQLite), dead rows leave the tables
    /// (PostgreSQL). What fails is done at the next checkpoint or vacuum of the database itself.
    pub async fn forget_what_was_deleted(&self) {
        let db = self.clone();
        let forget = move || -> Result<()> {
            let mut conn = checked_out(&db.writers)?;
            Ok(conn.batch_execute(dialect::forget(&conn))?)
        };
        if let Err(error) = off_the_async_threads(forget).await {
            tracing::warn!(%error, "what was deleted leaves the log of the database later");
        }
    }
}

/// Runs `f` inside the transaction under way and takes back whatever it did.
pub fn tried<T>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    type Manager = <Conn as Connection>::TransactionManager;
    Manager::begin_transaction(conn)?;
    let result = f(conn);
    Manager::rollback_transaction(conn)?;
    result
}

/// Inside a transaction: what `f` did is kept if it is `Ok`, and as if never begun if not.
pub fn savepoint<T>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    type Manager = <Conn as Connection>::TransactionManager;
    Manager::begin_transaction(conn)?;
    let result = f(conn);
    match &result {
        Ok(_) => Manager::commit_transaction(conn)?,
        Err(_) => Manager::rollback_transaction(conn)?,
    }
    result
}

async fn off_the_async_threads<T: Send + 'static, E: From<Error> + Send + 'static>(
    f: impl FnOnce() -> std::result::Result<T, E> + Send + 'static,
) -> std::result::Result<T, E> {
    let span = tracing::Span::current();
    let run = tokio::task::spawn_blocking(move || span.in_scope(f)).await;
    run.unwrap_or_else(|panic| Err(E::from(Error::Other(format!("a transaction panicked: {panic}")))))
}
