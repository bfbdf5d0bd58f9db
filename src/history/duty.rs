//! Duties: what waits for somebody, and must go to somebody else before they leave.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::Kind;
use crate::db::dialect::{id_list, ids_of};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::licenses::Rights;

/// A kind of duties. As a `Kind` it counts what is open: the second figure of a tally is the sum of the ids, which
/// tells that one entry took another's place.
pub trait Duty: Kind {
    /// What a receiver must be allowed to do.
    fn needs(&self) -> Rights;

    /// The words of the choice "nobody has it", such as "Unassign"; `None` if somebody must.
    fn nobody(&self) -> Option<&'static str>;

    /// Users of whom some entries cannot simply stay, with the number of these: they need a choice. A fixed number of
    /// statements.
    fn pressing(&self, _conn: &mut Conn, _users: &[UserId]) -> Result<Vec<(UserId, i64)>> {
        Ok(Vec::new())
    }

    /// Why they cannot simply stay: "2 reports that other people run would stop."
    fn why_pressing(&self, _entries: i64) -> String {
        String::new()
    }

    /// Moves everything that is open to the receivers of the plan, and writes each thing down in `handovers`. A fixed
    /// number of statements, however many users and entries.
    fn hand_over(&self, conn: &mut Conn, handover: &Handover<'_>) -> Result<()>;

    /// True, in written SQL over a row of `handovers`, if nobody touched since what it moved.
    fn untouched(&self) -> String;

    /// Gives back what was marked as untouched. A fixed number of statements.
    fn carry_back(&self, conn: &mut Conn, return_: &Return<'_>) -> Result<()>;

    /// What its entries are, for lists of them by id.
    fn objects(&self) -> Objects;
}

/// The table of a duty's entries.
pub struct Objects {
    pub table: &'static str,
    /// What an entry is called, in written SQL.
    pub title: &'static str,
    /// In front of the id: the page of an entry.
    pub address: &'static str,
}

/// Gives back what an operation moved and nobody touched since; the rest is marked as touched and stays.
pub fn give_back(conn: &mut Conn, duty: &dyn Duty, return_: &Return<'_>) -> Result<()> {
    return_.mark(conn, duty.key(), &duty.untouched())?;
    duty.carry_back(conn, return_)
}

/// A batch of users whose duties go to the receivers in their plan.
pub struct Handover<'a> {
    pub operation: OperationId,
    pub plan: &'a str,
    pub users: &'a [UserId],
    /// Who does it; `None`: Roster itself.
    pub actor: Option<UserId>,
    pub now: Timestamp,
}

/// A batch of users who get back what `operation` took from them.
pub struct Return<'a> {
    pub operation: OperationId,
    pub users: &'a [UserId],
}

/// The ids of a batch, as the last parameter of written SQL.
macro_rules! run {
    ($conn:expr, $text:expr, $list:expr $(, $before:expr)*) => {{
        let query = sql_query($text);
        $(let query = query.bind::<Text, _>($before);)*
        query.bind::<Text, _>($list).execute($conn)?
    }};
}

impl Handover<'_> {
    /// Writes down what moves: `select` yields, for `plan_duties AS chosen` of this kind, the object, the receiver, how
    /// and what giving it back needs (`object_id, from_user, to_user, how, before`); its WHERE ends with `{chosen}`.
    pub(super) fn write_down(&self, conn: &mut Conn, duty: &str, select: &str) -> Result<usize> {
        let chosen = format!(
            "chosen.plan_id = $1 AND chosen.duty = '{duty}' AND chosen.user_id IN {} AND chosen.problem IS NULL \
             AND (chosen.receiver_id IS NOT NULL OR chosen.choice = 'nobody')",
            ids_of(conn, 2)
        );
        let Handover { operation, now, .. } = self;
        let text = format!(
            "INSERT INTO handovers (operation_id, duty, object_id, from_user, to_user, how, before, at) \
             SELECT {operation}, '{duty}', found.*, {} FROM ({}) AS found",
            now.micros(),
            select.replace("{chosen}", &chosen)
        );
        let list = id_list(conn, self.users);
        Ok(run!(conn, text, list, self.plan))
    }

    /// Carries out what was written down: `{moved}` in the statement is the condition on `handovers`, `{now}` the
    /// moment, `{actor}` who does it.
    pub(super) fn carry_out(&self, conn: &mut Conn, duty: &str, statement: &str) -> Result<usize> {
        let moved =
            format!("operation_id = {} AND duty = '{duty}' AND from_user IN {}", self.operation, ids_of(conn, 1));
        let actor = self.actor.map_or_else(|| "CAST(NULL AS bigint)".to_owned(), |actor| actor.to_string());
        let text = statement
            .replace("{moved}", &moved)
            .replace("{now}", &self.now.micros().to_string())
            .replace("{actor}", &actor);
        let list = id_list(conn, self.users);
        Ok(run!(conn, text, list))
    }
}

impl Return<'_> {
    /// Marks what goes back: everything of this kind for which `untouched` holds; the rest is marked as touched.
    fn mark(&self, conn: &mut Conn, duty: &str, untouched: &str) -> Result<usize> {
        let text = format!(
            "UPDATE handovers SET returned = CASE WHEN {untouched} THEN 'returned' ELSE 'touched' END WHERE {}",
            self.of(conn, duty)
        );
        let list = id_list(conn, self.users);
        Ok(run!(conn, text, list))
    }

    /// Carries out what was marked: `{returned}` in the statement is the condition on `handovers`.
    pub(super) fn carry_out(&self, conn: &mut Conn, duty: &str, statement: &str) -> Result<usize> {
        let returned = format!("{} AND returned = 'returned'", self.of(conn, duty));
        let list = id_list(conn, self.users);
        Ok(run!(conn, statement.replace("{returned}", &returned), list))
    }

    fn of(&self, conn: &Conn, duty: &str) -> String {
        format!("operation_id = {} AND duty = '{duty}' AND from_user IN {}", self.operation, ids_of(conn, 1))
    }
}

/// How much of each kind waits for one person.
pub fn count_of(conn: &mut Conn, user: UserId) -> Result<Vec<(&'static dyn Kind, i64)>> {
    let count = |duty: &'static dyn Duty| {
        let tally = duty.count(conn, &[user])?;
        Ok((duty as &dyn Kind, tally.first().map_or(0, |(_, tally)| tally.entries())))
    };
    super::duties().iter().copied().map(count).collect()
}

/// How much of what an operation took from somebody would go back, and how much was touched since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returning {
    pub user: UserId,
    pub back: i64,
    pub touched: i64,
}

#[derive(QueryableByName)]
struct ReturningRow {
    #[diesel(sql_type = BigInt)]
    from_user: UserId,
    #[diesel(sql_type = BigInt)]
    back: i64,
    #[diesel(sql_type = BigInt)]
    touched: i64,
}

/// What undoing would give back of one kind: one statement, however much it is.
pub fn returning(conn: &mut Conn, duty: &dyn Duty, return_: &Return<'_>) -> Result<Vec<Returning>> {
    let text = format!(
        "SELECT from_user, CAST(SUM(CASE WHEN {untouched} THEN 1 ELSE 0 END) AS bigint) AS back, \
         CAST(SUM(CASE WHEN {untouched} THEN 0 ELSE 1 END) AS bigint) AS touched \
         FROM handovers WHERE {} AND returned IS NULL GROUP BY from_user",
        return_.of(conn, duty.key()),
        untouched = duty.untouched()
    );
    let list = id_list(conn, return_.users);
    let rows: Vec<ReturningRow> = sql_query(text).bind::<Text, _>(list).load(conn)?;
    Ok(rows.into_iter().map(|row| Returning { user: row.from_user, back: row.back, touched: row.touched }).collect())
}

/// Something that was touched after an operation moved it, and so stays where it is.
#[derive(Debug, Clone, QueryableByName)]
pub struct Touched {
    #[diesel(sql_type = BigInt)]
    pub object_id: i64,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = BigInt)]
    pub from_user: UserId,
}

/// The first of them, for a list.
pub fn touched(conn: &mut Conn, duty: &dyn Duty, return_: &Return<'_>, limit: i64) -> Result<Vec<Touched>> {
    let Objects { table, title, .. } = duty.objects();
    let text = format!(
        "SELECT object_id, COALESCE((SELECT {title} FROM {table} AS entry WHERE entry.id = object_id), '') AS title, \
         from_user FROM handovers WHERE {} AND (returned = 'touched' OR (returned IS NULL AND NOT ({}))) \
         ORDER BY object_id LIMIT {limit}",
        return_.of(conn, duty.key()),
        duty.untouched()
    );
    let list = id_list(conn, return_.users);
    Ok(sql_query(text).bind::<Text, _>(list).load(conn)?)
}

/// How many entries of these users an undone operation has given back.
pub fn returned(conn: &mut Conn, operation: OperationId, users: &[UserId]) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let text = format!(
        "SELECT COUNT(*) AS number FROM handovers WHERE operation_id = {operation} AND from_user IN {} \
         AND returned = 'returned'",
        ids_of(conn, 1)
    );
    let list = id_list(conn, users);
    let row: Number = sql_query(text).bind::<Text, _>(list).get_result(conn)?;
    Ok(row.number)
}

/// What an operation moved: per kind of duty, the entries.
pub type Moved = BTreeMap<String, i64>;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    user_id: UserId,
    #[diesel(sql_type = Text)]
    duty: String,
    #[diesel(sql_type = BigInt)]
    entries: i64,
}

/// What an operation moved away from each of these users.
pub fn moved(conn: &mut Conn, operation: OperationId, users: &[UserId]) -> Result<HashMap<UserId, Moved>> {
    let text = format!(
        "SELECT from_user AS user_id, duty, COUNT(*) AS entries FROM handovers \
         WHERE operation_id = $1 AND from_user IN {} GROUP BY from_user, duty",
        ids_of(conn, 2)
    );
    let list = id_list(conn, users);
    let rows: Vec<Count> = sql_query(text).bind::<BigInt, _>(operation).bind::<Text, _>(list).load(conn)?;
    let mut all: HashMap<UserId, Moved> = HashMap::new();
    for row in rows {
        all.entry(row.user_id).or_default().insert(row.duty, row.entries);
    }
    Ok(all)
}
