//! The only place where SQLite and PostgreSQL differ in what a feature may say.

use diesel::backend::Backend;
use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::deserialize::QueryableByName;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, serialize::ToSql};

use super::{Conn, Lane, MultiBackend, Result};

mod rows;
mod search;

pub use rows::{Cell, Kind, Rows};
pub use search::{is_found, position, search_joined, search_users};

pub(super) const SQLITE_PRAGMAS: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA cache_size = -65536;
    PRAGMA mmap_size = 2147418112;
    PRAGMA temp_store = MEMORY;";
/// A process that hangs in the middle of a transaction gives up its locks, so that another one can go on.
pub(super) const POSTGRES_SETTINGS: &str = "SET client_min_messages = warning; SET lock_timeout = '10s'; \
    SET idle_in_transaction_session_timeout = '20s';";

/// Advisory locks of this application: any numbers, as long as nothing else in the same database uses them.
pub(super) const ADMINISTRATION_LOCK: i64 = 7_001_001;
pub(super) const MIGRATION_LOCK: i64 = 7_001_002;

/// One statement for each database, checked against both: `on!(conn, c => query.execute(c))`. For what the common
/// connection cannot say: batch inserts, ON CONFLICT, UNION.
macro_rules! on {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::db::Conn::Postgres($c) => $body,
            $crate::db::Conn::Sqlite($c) => $body,
        }
    };
}
pub(crate) use on;

/// Inserts rows in chunks that stay below SQLite's 32,766 parameters: `insert_all!(conn, table, &rows)`. Where there are
/// many thousands, `Rows` is several times faster.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {{
        let mut result: diesel::QueryResult<()> = Ok(());
        for chunk in $rows.chunks(1_000) {
            result = $crate::db::dialect::on!(&mut *$conn, c => {
                diesel::RunQueryDsl::execute(diesel::insert_into($table).values(chunk), c)
            })
            .map(|_| ());
            if result.is_err() {
                break;
            }
        }
        result
    }};
}
pub(crate) use insert_all;

/// Statements outside a transaction after which what was deleted is not in the files any more, as far as the database
/// can do that while others work.
pub(super) fn forget(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "PRAGMA wal_checkpoint(TRUNCATE)",
        Conn::Postgres(_) => {
            "VACUUM users, user_search, passwords, sessions, sign_in_links, photos, messages, notes, documents, \
             saved_lists, dormant_exemptions, operations, audit_details, plans, plan_members, plan_duties, plan_changes, \
             edit_plans, edit_rows, imports, import_lines"
        }
    }
}

/// For the connections that only read. On PostgreSQL each transaction says so itself.
pub(super) fn forbid_writing(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => c.batch_execute("PRAGMA query_only = ON")?,
        Conn::Postgres(_) => {}
    }
    Ok(())
}

pub(super) fn begin_read(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED")?,
        Conn::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?
        }
    }
    Ok(())
}

pub(super) fn begin_write(conn: &mut Conn, lane: Lane) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        Conn::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL READ COMMITTED")?;
            if lane == Lane::Administration {
                c.batch_execute(&format!("SELECT pg_advisory_xact_lock({ADMINISTRATION_LOCK})"))?;
            }
        }
    }
    Ok(())
}

/// Loads written SQL with any number of texts as its parameters.
pub fn load_with_texts<T>(conn: &mut Conn, sql: &str, texts: &[String]) -> Result<Vec<T>>
where
    T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
{
    match conn {
        Conn::Postgres(c) => {
            let query = diesel::sql_query(sql).into_boxed::<Pg>();
            Ok(texts.iter().fold(query, |query, text| query.bind::<Text, _>(text)).load(c)?)
        }
        Conn::Sqlite(c) => {
            let query = diesel::sql_query(sql).into_boxed::<Sqlite>();
            Ok(texts.iter().fold(query, |query, text| query.bind::<Text, _>(text)).load(c)?)
        }
    }
}

/// True if `column` is one of `ids`, however many: one parameter, so no limit of either database is met.
pub fn among<C, I>(column: C, ids: I) -> Among<C>
where
    C: Expression<SqlType = BigInt>,
    I: IntoIterator,
    I::Item: std::fmt::Display,
{
    let mut list = String::new();
    for id in ids {
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(&id.to_string());
    }
    let rows = ("unnest(CAST(", " AS bigint[])");
    Among { column, sqlite: format!("[{list}]"), postgres: format!("{{{list}}}"), rows }
}

/// The same for texts: keys of any number, without a NUL.
pub fn among_texts<C, T: AsRef<str>>(column: C, texts: &[T]) -> Among<C>
where
    C: Expression<SqlType = Text>,
{
    let list = serde_json::Value::from_iter(texts.iter().map(AsRef::as_ref)).to_string();
    Among { column, sqlite: list.clone(), postgres: list, rows: ("json_array_elements_text(CAST(", " AS json)") }
}

/// For written SQL: the ids of a list as rows, `user_id IN (...)`, or a table with the column `id`. The list is parameter
/// `number`, made by `id_list`.
pub fn ids_of(conn: &Conn, number: usize) -> String {
    match conn {
        Conn::Postgres(_) => format!("(SELECT unnest(CAST(${number} AS bigint[])) AS id)"),
        Conn::Sqlite(_) => format!("(SELECT value AS id FROM json_each(${number}))"),
    }
}

/// The function that makes one JSON array of its arguments.
pub fn json_array(conn: &Conn) -> &'static str {
    match conn {
        Conn::Postgres(_) => "json_build_array",
        Conn::Sqlite(_) => "json_array",
    }
}

/// Ids for `n` users who will be inserted with them, in their order. Nobody else gets them, whatever becomes of these.
pub fn reserve_user_ids(conn: &mut Conn, n: i64) -> Result<Vec<i64>> {
    #[derive(diesel::QueryableByName)]
    struct Id {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let ids: Vec<Id> = match conn {
        Conn::Postgres(c) => {
            let next = "SELECT nextval(pg_get_serial_sequence('users', 'id')) AS id FROM generate_series(1, $1)";
            diesel::sql_query(next).bind::<BigInt, _>(n).load(c)?
        }
        Conn::Sqlite(c) => {
            c.batch_execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT 'users', 0 \
                 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'users')",
            )?;
            let next = "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'users' RETURNING seq AS id";
            let last: Id = diesel::sql_query(next).bind::<BigInt, _>(n).get_result(c)?;
            return Ok((last.id - n + 1..=last.id).collect());
        }
    };
    Ok(ids.into_iter().map(|row| row.id).collect())
}

/// Any number of ids as one parameter, for `ids_of`.
pub fn id_list<I>(conn: &Conn, ids: I) -> String
where
    I: IntoIterator,
    I::Item: std::fmt::Display,
{
    let list = ids.into_iter().map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    match conn {
        Conn::Postgres(_) => format!("{{{list}}}"),
        Conn::Sqlite(_) => format!("[{list}]"),
    }
}

#[derive(Debug, Clone, QueryId)]
pub struct Among<C> {
    column: C,
    sqlite: String,
    postgres: String,
    /// What stands before and behind the parameter where PostgreSQL makes rows of it.
    rows: (&'static str, &'static str),
}

impl<C: Expression> Expression for Among<C> {
    type SqlType = Bool;
}
impl<C, T> AppearsOnTable<T> for Among<C> where C: AppearsOnTable<T> {}
impl<C, T> SelectableExpression<T> for Among<C> where C: SelectableExpression<T> {}
impl<C: ValidGrouping<G>, G> ValidGrouping<G> for Among<C> {
    type IsAggregate = is_aggregate::No;
}

/// Implemented for each backend that a query may be walked on, because the text differs.
macro_rules! walk_among {
    ($backend:ty, $is_postgres:expr) => {
        impl<C: QueryFragment<$backend>> QueryFragment<$backend> for Among<C> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                let is_postgres: fn(&$backend) -> bool = $is_postgres;
                let postgres = is_postgres(out.backend());
                self.column.walk_ast(out.reborrow())?;
                if postgres {
                    // Not `= ANY(...)`: where PostgreSQL reads the whole table it would go through the list for
                    // each row, seconds for 10,000 ids. Rows of their own are hashed, or looked up one by one.
                    out.push_sql(" IN (SELECT ");
                    out.push_sql(self.rows.0);
                    out.push_bind_param::<Text, String>(&self.postgres)?;
                    out.push_sql(self.rows.1);
                    out.push_sql("))");
                } else {
                    out.push_sql(" IN (SELECT value FROM json_each(");
                    out.push_bind_param::<Text, String>(&self.sqlite)?;
                    out.push_sql("))");
                }
                Ok(())
            }
        }
    };
}
walk_among!(MultiBackend, |backend| matches!(backend, MultiBackend::Postgres(_)));
walk_among!(diesel::pg::Pg, |_| true);
walk_among!(diesel::sqlite::Sqlite, |_| false);

const _: () = {
    const fn assert<T: Backend>()
    where
        String: ToSql<Text, T>,
    {
    }
    assert::<MultiBackend>();
};
