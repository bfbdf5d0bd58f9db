//! Plans of edits and their rows in the database.

pub mod notes;
mod people;

use std::collections::HashMap;

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};

use super::plan::{Plan, Row, Seats};
use super::{Act, Step, Why};
use crate::db::dialect::{Cell, Kind, Rows, among};
use crate::db::schema::{edit_plans, edit_rows, operation_rows, users};
use crate::db::{Conn, MultiBackend, OperationId, Result, Timestamp, UserId};
use crate::licenses::LicenseType;
use crate::operations::{Outcome, store as operations};

pub use people::{managers, new_people, with_other_reports};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = edit_plans)]
struct PlanRow {
    id: String,
    act: Act,
    created_by: UserId,
    created_at: Timestamp,
    expires_at: Timestamp,
    selection: String,
    return_to: String,
    reason: String,
    wanted: String,
    fingerprint: String,
    operation_id: Option<OperationId>,
    undoes: Option<OperationId>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = edit_rows)]
struct RowRow {
    n: i64,
    user_id: Option<UserId>,
    name: String,
    step: Step,
    why: Option<Why>,
    takes: Option<LicenseType>,
    frees: Option<LicenseType>,
    version: i64,
    before: String,
    after: String,
    problems: String,
}

const COLUMNS: [(&str, Kind); 12] = [
    ("n", Kind::Number),
    ("plan_id", Kind::Text),
    ("user_id", Kind::Number),
    ("name", Kind::Text),
    ("step", Kind::Text),
    ("why", Kind::Text),
    ("takes", Kind::Text),
    ("frees", Kind::Text),
    ("version", Kind::Number),
    ("before", Kind::Text),
    ("after", Kind::Text),
    ("problems", Kind::Text),
];

fn to_be_written<'a>(plan: &'a str, rows: &'a [Row]) -> Rows<'a> {
    let cells = |row: &'a Row| {
        [
            Cell::Number(row.n),
            Cell::text(plan),
            Cell::number(row.user.map(|user| user.0)),
            Cell::text(&row.name),
            Cell::text(row.step.as_str()),
            Cell::word(row.why.map(Why::as_str)),
            Cell::word(row.takes.map(LicenseType::as_str)),
            Cell::word(row.frees.map(LicenseType::as_str)),
            Cell::Number(row.version),
            Cell::Text(json(&row.before).into()),
            Cell::Text(json(&row.after).into()),
            Cell::Text(json(&row.problems).into()),
        ]
    };
    Rows::new(&COLUMNS, rows.iter().flat_map(cells).collect())
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn read<T: serde::de::DeserializeOwned + Default>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_default()
}

impl From<RowRow> for Row {
    fn from(row: RowRow) -> Self {
        Row {
            n: row.n,
            user: row.user_id,
            name: row.name,
            step: row.step,
            why: row.why,
            takes: row.takes,
            frees: row.frees,
            version: row.version,
            before: read(&row.before),
            after: read(&row.after),
            problems: read(&row.problems),
        }
    }
}

pub fn insert(conn: &mut Conn, plan: &Plan) -> Result<()> {
    let row = PlanRow {
        id: plan.id.clone(),
        act: plan.act,
        created_by: plan.created_by,
        created_at: plan.created_at,
        expires_at: plan.expires_at,
        selection: plan.selection.clone(),
        return_to: plan.return_to.clone(),
        reason: plan.reason.clone(),
        wanted: json(&plan.wanted),
        fingerprint: plan.fingerprint.clone(),
        operation_id: plan.operation,
        undoes: plan.undoes,
    };
    diesel::insert_into(edit_plans::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes what may change before the plan is confirmed.
pub fn update(conn: &mut Conn, plan: &Plan) -> Result<()> {
    diesel::update(edit_plans::table.find(&plan.id))
        .set((
            edit_plans::reason.eq(&plan.reason),
            edit_plans::wanted.eq(json(&plan.wanted)),
            edit_plans::fingerprint.eq(&plan.fingerprint),
        ))
        .execute(conn)?;
    Ok(())
}

/// Marks the plan as confirmed. It is kept until `until`, to be proved and undone.
pub fn set_operation(conn: &mut Conn, id: &str, operation: OperationId, until: Timestamp) -> Result<()> {
    diesel::update(edit_plans::table.find(id))
        .set((edit_plans::operation_id.eq(operation), edit_plans::expires_at.eq(until)))
        .execute(conn)?;
    Ok(())
}

pub fn insert_rows(conn: &mut Conn, plan: &str, rows: &[Row]) -> Result<()> {
    to_be_written(plan, rows).insert(conn, "edit_rows")
}

/// Puts rows that were weighed anew in place of those with the same places: of the same people, or of nobody any more.
pub fn replace_rows(conn: &mut Conn, plan: &str, rows: &[Row]) -> Result<()> {
    let of_nobody: Vec<i64> = rows.iter().filter(|row| row.user.is_none()).map(|row| row.n).collect();
    if !of_nobody.is_empty() {
        let these = edit_rows::table.filter(edit_rows::plan_id.eq(plan)).filter(among(edit_rows::n, of_nobody));
        diesel::update(these).set(edit_rows::user_id.eq(None::<UserId>)).execute(conn)?;
    }
    // Not who it is: two indexes would be written again.
    let weighed = ["name", "step", "why", "takes", "frees", "version", "before", "after", "problems"];
    to_be_written(plan, rows).insert_or_update(conn, "edit_rows", "plan_id, n", &weighed)
}

fn delete_rows(conn: &mut Conn, plan: &str) -> Result<()> {
    diesel::delete(edit_rows::table.filter(edit_rows::plan_id.eq(plan))).execute(conn)?;
    Ok(())
}

/// The plan, if it is still kept.
pub fn find(conn: &mut Conn, id: &str, now: Timestamp) -> Result<Plan> {
    plan(conn, edit_plans::id.eq(id.to_owned()), now)
}

/// `find`, for a transaction that goes on to change or confirm the plan: until it ends nobody else does.
pub fn find_to_change(conn: &mut Conn, id: &str, now: Timestamp) -> Result<Plan> {
    if let Conn::Postgres(c) = conn {
        edit_plans::table.find(id).select(edit_plans::id).for_update().first::<String>(c)?;
    }
    find(conn, id, now)
}

/// The plan that an operation carried out, if it is still kept.
pub fn of_operation(conn: &mut Conn, id: OperationId, now: Timestamp) -> Result<Plan> {
    plan(conn, edit_plans::operation_id.assume_not_null().eq(id), now)
}

fn plan<P>(conn: &mut Conn, which: P, now: Timestamp) -> Result<Plan>
where
    P: diesel::BoxableExpression<edit_plans::table, MultiBackend, SqlType = Bool> + 'static,
{
    let which: Box<dyn BoxableExpression<edit_plans::table, MultiBackend, SqlType = Bool>> = Box::new(which);
    let row: PlanRow = edit_plans::table
        .filter(which)
        .filter(edit_plans::expires_at.gt(now))
        .select(PlanRow::as_select())
        .first(conn)?;
    Ok(Plan {
        id: row.id,
        act: row.act,
        created_by: row.created_by,
        created_at: row.created_at,
        expires_at: row.expires_at,
        selection: row.selection,
        return_to: row.return_to,
        reason: row.reason,
        wanted: read(&row.wanted),
        fingerprint: row.fingerprint,
        operation: row.operation_id,
        undoes: row.undoes,
    })
}

/// Up to `limit` rows behind a place, of one step or of all.
pub fn rows(conn: &mut Conn, plan: &str, step: Option<Step>, after: i64, limit: i64) -> Result<Vec<Row>> {
    let mut query = edit_rows::table
        .filter(edit_rows::plan_id.eq(plan.to_owned()))
        .filter(edit_rows::n.gt(after))
        .order(edit_rows::n)
        .limit(limit)
        .select(RowRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(step) = step {
        query = query.filter(edit_rows::step.eq(step));
    }
    let rows: Vec<RowRow> = query.load(conn)?;
    Ok(rows.into_iter().map(Row::from).collect())
}

/// The rows of these people.
pub fn rows_of(conn: &mut Conn, plan: &str, users: &[UserId]) -> Result<Vec<Row>> {
    let rows: Vec<RowRow> = edit_rows::table
        .filter(edit_rows::plan_id.eq(plan))
        .filter(among(edit_rows::user_id.assume_not_null(), users))
        .order(edit_rows::n)
        .select(RowRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Row::from).collect())
}

/// Up to `limit` rows behind a place that the plan's operation did.
pub fn done_rows(conn: &mut Conn, plan: &Plan, after: i64, limit: i64) -> Result<Vec<Row>> {
    let Some(operation) = plan.operation else { return Ok(Vec::new()) };
    // Asked of each row: the key of an operation's rows begins so.
    let done = operation_rows::table
        .filter(operation_rows::operation_id.eq(operation))
        .filter(operation_rows::user_id.nullable().eq(edit_rows::user_id))
        .filter(operation_rows::outcome.assume_not_null().eq(Outcome::Done));
    let rows: Vec<RowRow> = edit_rows::table
        .filter(edit_rows::plan_id.eq(&plan.id))
        .filter(edit_rows::n.gt(after))
        .filter(diesel::dsl::exists(done))
        .order(edit_rows::n)
        .limit(limit)
        .select(RowRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Row::from).collect())
}

/// Rows whose people are not as they were when they were weighed, or not there any more.
pub fn changed_since(conn: &mut Conn, plan: &str) -> Result<i64> {
    let changed = users::id.nullable().is_null().or(users::version.nullable().ne(edit_rows::version.nullable()));
    Ok(edit_rows::table
        .left_join(users::table.on(users::id.nullable().eq(edit_rows::user_id)))
        .filter(edit_rows::plan_id.eq(plan))
        .filter(changed.assume_not_null())
        .count()
        .get_result(conn)?)
}

/// How many rows there are of each step.
pub fn steps(conn: &mut Conn, plan: &str) -> Result<HashMap<Step, i64>> {
    let rows: Vec<(Step, i64)> = edit_rows::table
        .filter(edit_rows::plan_id.eq(plan))
        .group_by(edit_rows::step)
        .select((edit_rows::step, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// How many are left as they are, for each reason.
pub fn reasons(conn: &mut Conn, plan: &str) -> Result<Vec<(Why, i64)>> {
    Ok(edit_rows::table
        .filter(edit_rows::plan_id.eq(plan))
        .filter(edit_rows::step.eq(Step::Skip))
        .filter(edit_rows::why.is_not_null())
        .group_by(edit_rows::why)
        .order(edit_rows::why)
        .select((edit_rows::why.assume_not_null(), count_star()))
        .load(conn)?)
}

/// Seats that the plan takes on balance.
pub fn seats(conn: &mut Conn, plan: &str) -> Result<Seats> {
    let rows: Vec<(Option<LicenseType>, Option<LicenseType>, i64)> = edit_rows::table
        .filter(edit_rows::plan_id.eq(plan))
        .filter(sql::<Bool>("(takes IS NOT NULL OR frees IS NOT NULL)"))
        .group_by((edit_rows::takes, edit_rows::frees))
        .select((edit_rows::takes, edit_rows::frees, count_star()))
        .load(conn)?;
    let mut seats = Seats::new();
    for (takes, frees, n) in rows {
        for (license, n) in takes.map(|license| (license, n)).into_iter().chain(frees.map(|license| (license, -n))) {
            *seats.entry(license).or_default() += n;
        }
    }
    Ok(seats)
}

/// The rows of an operation, out of the plan's.
pub fn insert_operation_rows(conn: &mut Conn, plan: &str, operation: OperationId) -> Result<()> {
    let select = "SELECT user_id, step, CASE WHEN step IN ('unchanged', 'skip', 'error') THEN 'skipped' END AS outcome, \
         CASE WHEN step IN ('unchanged', 'skip', 'error') THEN COALESCE(why, step) END AS reason \
         FROM edit_rows WHERE plan_id = $1 AND user_id IS NOT NULL";
    operations::insert_rows_of(conn, operation, select, plan)
}

/// Plans that are taken away at a time: each may have a row for everybody.
const PRUNED: i64 = 10;

/// Takes away plans that nobody confirmed, and confirmed ones that ran out; some at a time. True: there are more.
pub fn prune(conn: &mut Conn, now: Timestamp) -> Result<bool> {
    let stale = edit_plans::table.filter(edit_plans::expires_at.le(now)).order(edit_plans::id).limit(PRUNED);
    let stale: Vec<String> = stale.select(edit_plans::id).load(conn)?;
    for plan in &stale {
        delete_rows(conn, plan)?;
        diesel::delete(edit_plans::table.find(plan)).execute(conn)?;
    }
    Ok(stale.len() as i64 == PRUNED)
}

/// Keeps for whom a plan is: those of these people who are there, deleted or not, in the order of their names.
pub fn keep_chosen(conn: &mut Conn, plan: &str, ids: &[UserId]) -> Result<()> {
    let people = users::table.filter(among(users::id, ids)).order((users::name_key, users::id));
    let people: Vec<UserId> = people.select(users::id).load(conn)?;
    let list = people.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    diesel::update(edit_plans::table.find(plan)).set(edit_plans::chosen.eq(list)).execute(conn)?;
    Ok(())
}

/// For whom a plan is that has no rows yet.
pub fn chosen(conn: &mut Conn, plan: &str) -> Result<Vec<UserId>> {
    let list: String = edit_plans::table.find(plan).select(edit_plans::chosen).first(conn)?;
    Ok(list.split(',').filter_map(|id| id.parse().ok().map(UserId)).collect())
}

/// The same, and they are not kept any more.
pub fn take_chosen(conn: &mut Conn, plan: &str) -> Result<Vec<UserId>> {
    let people = chosen(conn, plan)?;
    if !people.is_empty() {
        diesel::update(edit_plans::table.find(plan)).set(edit_plans::chosen.eq("")).execute(conn)?;
    }
    Ok(people)
}

/// People as rows of a plan, in the order of their names: one statement, whatever their number.
pub fn insert_people(conn: &mut Conn, plan: &str, ids: &[UserId]) -> Result<i64> {
    let list = crate::db::dialect::id_list(conn, ids);
    let text = format!(
        "INSERT INTO edit_rows (plan_id, n, user_id, name, step, version, before, after) \
         SELECT $1, ROW_NUMBER() OVER (ORDER BY name_key, id), id, first_name || ' ' || last_name, 'unchanged', version, \
         '{{}}', '{{}}' FROM users WHERE id IN {}",
        crate::db::dialect::ids_of(conn, 2)
    );
    Ok(sql_query(text).bind::<Text, _>(plan).bind::<Text, _>(list).execute(conn)? as i64)
}

/// Takes away a plan that nobody confirmed, with its rows.
pub fn remove(conn: &mut Conn, id: &str) -> Result<()> {
    if let Conn::Postgres(c) = conn {
        let held: Option<String> =
            edit_plans::table.find(id).select(edit_plans::id).for_update().first(c).optional()?;
        drop(held);
    }
    let unconfirmed = edit_plans::table.filter(edit_plans::id.eq(id)).filter(edit_plans::operation_id.is_null());
    let there: Option<String> = unconfirmed.select(edit_plans::id).first(conn).optional()?;
    if there.is_some() {
        delete_rows(conn, id)?;
        diesel::delete(edit_plans::table.find(id)).execute(conn)?;
    }
    Ok(())
}
