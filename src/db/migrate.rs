//! Brings an older database up to date at start, one process at a time.

use std::fs::File;
use std::path::Path;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::sql_types::{Bool, Text};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Address, Conn, Error, Result, dialect};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Applies what is missing. A second process that starts meanwhile waits, then finds nothing to do.
pub fn run_migrations(address: &Address) -> Result<()> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| Error::Other(format!("migration failed: {error}"));
    let mut conn = address.connect()?;
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

/// True if this database needs no migration: what `/readyz` and `doctor` ask.
pub fn is_migrated(conn: &mut Conn) -> Result<bool> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| Error::Other(error.to_string());
    // Asked by hand: the library's own question first makes its table, which no reader may.
    let is_there = match conn {
        Conn::Postgres(_) => "to_regclass('__diesel_schema_migrations') IS NOT NULL",
        Conn::Sqlite(_) => "EXISTS (SELECT 1 FROM sqlite_master WHERE name = '__diesel_schema_migrations')",
    };
    if !diesel::select(sql::<Bool>(is_there)).get_result::<bool>(conn)? {
        return Ok(false);
    }
    let known = match conn {
        Conn::Postgres(_) => versions::<Pg>(&POSTGRES),
        Conn::Sqlite(_) => versions::<Sqlite>(&SQLITE),
    };
    let applied: Vec<String> = diesel::select(sql::<Text>("version FROM __diesel_schema_migrations")).load(conn)?;
    Ok(known.map_err(failed)?.iter().all(|version| applied.contains(version)))
}

fn versions<DB: Backend>(
    source: &EmbeddedMigrations,
) -> std::result::Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let migrations = MigrationSource::<DB>::migrations(source)?;
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
