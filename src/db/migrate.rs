//! Brings an older database up to date at start, one process at a time.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Address, Conn, Error, Result, dialect};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Applies what is missing. A second process that starts meanwhile waits, then finds nothing to do.
///
/// Errors: also if a newer program has been here, whose tables this one does not know.
pub fn run_migrations(address: &Address) -> Result<()> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| Error::Other(format!("migration failed: {error}"));
    let mut conn = address.connect()?;
    if standing(&mut conn)?.unknown > 0 {
        return Err(Error::Other("a newer Roster has brought it up to date; use that version".into()));
    }
    match &mut conn {
        Conn::Postgres(c) => {
            c.batch_execute(&format!("SELECT pg_advisory_lock({})", dialect::MIGRATION_LOCK))?;
            let result = c.run_pending_migrations(POSTGRES).map(|_| ()).map_err(failed);
            c.batch_execute(&format!("SELECT pg_advisory_unlock({})", dialect::MIGRATION_LOCK))?;
            result
        }
        Conn::Sqlite(c) => {
            let _lock = lock_beside(address.sqlite_path())?;
            c.run_pending_migrations(SQLITE).map(|_| ()).map_err(failed)
        }
    }
}

/// True if this database needs no migration: what `/readyz` and `doctor` ask. It only reads.
pub fn is_migrated(conn: &mut Conn) -> Result<bool> {
    Ok(standing(conn)?.missing == 0)
}

/// How a database stands to this program, in numbers of migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The program has them, the database does not: it is older.
    pub missing: usize,
    /// The database has them, the program does not: it is newer.
    pub unknown: usize,
}

/// Compares the database's migrations with the program's. It only reads.
pub fn standing(conn: &mut Conn) -> Result<Standing> {
    let (own, table): (Result<BTreeSet<String>>, &str) = match conn {
        Conn::Postgres(_) => (
            versions::<diesel::pg::Pg>(&POSTGRES),
            "SELECT count(*) AS number FROM pg_class WHERE oid = to_regclass('__diesel_schema_migrations')",
        ),
        Conn::Sqlite(_) => (
            versions::<diesel::sqlite::Sqlite>(&SQLITE),
            "SELECT count(*) AS number FROM sqlite_master WHERE name = '__diesel_schema_migrations'",
        ),
    };
    let own = own?;
    let there: Number = sql_query(table).get_result(conn)?;
    let applied: Vec<Version> = match there.number {
        0 => Vec::new(),
        _ => sql_query("SELECT CAST(version AS TEXT) AS version FROM __diesel_schema_migrations").load(conn)?,
    };
    let applied: BTreeSet<String> = applied.into_iter().map(|row| row.version).collect();
    Ok(Standing { missing: own.difference(&applied).count(), unknown: applied.difference(&own).count() })
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

fn versions<DB: diesel::backend::Backend>(embedded: &EmbeddedMigrations) -> Result<BTreeSet<String>> {
    let migrations: Vec<Box<dyn Migration<DB>>> =
        embedded.migrations().map_err(|error| Error::Other(error.to_string()))?;
    Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
}

/// The lock goes with the returned file; its name is the database's with `.lock` behind it.
fn lock_beside(path: Option<&Path>) -> Result<Option<File>> {
    let Some(path) = path else { return Ok(None) };
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options().create(true).append(true).open(&name);
    let file = file.and_then(|file| file.lock().map(|()| file));
    file.map(Some).map_err(|error| Error::Other(format!("cannot lock {}: {error}", name.to_string_lossy())))
}
