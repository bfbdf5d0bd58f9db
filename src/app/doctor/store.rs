//! What the doctor reads across rooms: operations beside their rows, and documents beside their files.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use crate::db::schema::documents;
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};

/// Rows read at a time, so that a million need no more memory than a few thousand.
const READ: i64 = 5_000;

/// What an operation says of itself, beside what its rows say.
#[derive(QueryableByName)]
pub struct Tallied {
    #[diesel(sql_type = BigInt)]
    pub id: OperationId,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub lease_until: Option<Timestamp>,
    #[diesel(sql_type = BigInt)]
    pub total: i64,
    #[diesel(sql_type = BigInt)]
    pub done: i64,
    #[diesel(sql_type = BigInt)]
    pub skipped: i64,
    #[diesel(sql_type = BigInt)]
    pub rows: i64,
    #[diesel(sql_type = BigInt)]
    pub rows_done: i64,
    #[diesel(sql_type = BigInt)]
    pub rows_skipped: i64,
}

impl Tallied {
    pub fn rows_open(&self) -> i64 {
        self.rows - self.rows_done - self.rows_skipped
    }
}

pub fn operations(conn: &mut Conn) -> Result<Vec<Tallied>> {
    let sql = "SELECT o.id, o.state, o.lease_until, o.total, o.done, o.skipped, count(r.user_id) AS rows, \
               count(CASE WHEN r.outcome = 'done' THEN 1 END) AS rows_done, \
               count(CASE WHEN r.outcome = 'skipped' THEN 1 END) AS rows_skipped \
               FROM operations o LEFT JOIN operation_rows r ON r.operation_id = o.id GROUP BY o.id ORDER BY o.id";
    Ok(sql_query(sql).load(conn)?)
}

/// Somebody with whom something was begun that an operation must bring to its end.
#[derive(QueryableByName)]
pub struct Begun {
    #[diesel(sql_type = BigInt)]
    pub user: UserId,
    /// An operation is there that will.
    #[diesel(sql_type = Bool)]
    pub will_end: bool,
}

/// Active people whose leave date is before `moment`.
pub fn late_departures(conn: &mut Conn, moment: Timestamp) -> Result<Vec<Begun>> {
    let sql = "SELECT u.id AS \"user\", EXISTS (SELECT 1 FROM operations o WHERE o.id = u.leave_operation_id \
               AND o.state IN ('running', 'scheduled')) AS will_end \
               FROM users u WHERE u.state = 'active' AND u.leaves_at < $1 ORDER BY u.id";
    Ok(sql_query(sql).bind::<BigInt, _>(moment).load(conn)?)
}

/// People whose erasing was begun.
pub fn being_erased(conn: &mut Conn) -> Result<Vec<Begun>> {
    let sql = "SELECT u.id AS \"user\", EXISTS (SELECT 1 FROM operation_rows r JOIN operations o ON o.id = r.operation_id \
               WHERE r.user_id = u.id AND r.step = 'erase' AND r.outcome IS NULL AND o.state = 'running') AS will_end \
               FROM users u WHERE u.erasing_since IS NOT NULL ORDER BY u.id";
    Ok(sql_query(sql).load(conn)?)
}

/// A document that has a file.
#[derive(Queryable)]
pub struct Kept {
    pub id: i64,
    pub name: String,
    pub bytes: i64,
    pub stored_as: String,
}

/// Shows every document with a file to `see`.
pub fn for_each_document(conn: &mut Conn, mut see: impl FnMut(Kept)) -> Result<()> {
    let mut last = i64::MIN;
    loop {
        let rows: Vec<Kept> = documents::table
            .filter(documents::id.gt(last))
            .filter(documents::stored_as.is_not_null())
            .order(documents::id)
            .limit(READ)
            .select((documents::id, documents::name, documents::bytes, documents::stored_as.assume_not_null()))
            .load(conn)?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.id;
        rows.into_iter().for_each(&mut see);
    }
}
