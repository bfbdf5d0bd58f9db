//! A form of one person, or of a few: made, confirmed and carried out in one step, because the form itself shows what
//! will happen. It is a plan and an operation as all others, with a receipt and an undo.

use std::collections::HashSet;

use super::confirm::{self, Making, confirm};
use super::plan::{Plan, Problem, Row};
use super::run::Edits;
use super::{Act, Confirmed, Missing, Step, Why, store, words};
use crate::db::dialect::reserve_user_ids;
use crate::db::{Conn, Error, OperationId, Result, Timestamp, UserId};
use crate::users::actor::Actor;
use crate::users::fields::{Field, Value, Values};
use crate::users::{find, names, record};

/// Why nothing of a form was done. The transaction must be given up.
#[derive(Debug)]
pub enum Stopped {
    /// These people cannot be changed so.
    Rows(Vec<Row>),
    Missing(Vec<Missing>),
    Database(Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Stopped::Database(error)
    }
}

/// Everybody with the values that their row asks for, or nobody. Call it in an administrative write, and give the
/// transaction up on `Err`.
pub fn carry_out(
    conn: &mut Conn,
    runner: &Edits,
    actor: &Actor,
    mut plan: Plan,
    rows: Vec<Row>,
    now: Timestamp,
) -> std::result::Result<OperationId, Stopped> {
    let people = rows.len() as i64;
    let mut making = Making::begin(conn, actor, &mut plan, HashSet::new(), now)?;
    making.add(conn, rows)?;
    making.finish(conn, actor, now)?;
    let mut rows = store::rows(conn, &plan.id, None, i64::MIN, people)?;
    rows.retain(|row| row.step == Step::Error || row.why.is_some());
    if !rows.is_empty() {
        return Err(Stopped::Rows(rows));
    }
    let shown = plan.fingerprint.clone();
    match confirm(conn, runner, actor, (&plan.id, &shown, ""), now)? {
        Confirmed::Operation(operation) => Ok(operation),
        Confirmed::Refused(missing) => Err(Stopped::Missing(missing)),
        Confirmed::Moved(_) => Err(Error::Other("a plan moved in the transaction that made it".into()).into()),
    }
}

/// One person's form. `user`: `None` creates somebody. `set`: the values that are asked for; of somebody new all of them.
/// Call it in an administrative write, and give the transaction up on `Err`.
///
/// Errors: `Refused::Fields` says what is wrong beside which field; nothing was done then.
pub fn one(
    conn: &mut Conn,
    runner: &Edits,
    actor: &Actor,
    user: Option<UserId>,
    set: Values,
    now: Timestamp,
) -> std::result::Result<(OperationId, UserId), Refused> {
    let (act, id, step) = match user {
        Some(user) => (Act::Edit, user, Step::Change),
        None => (Act::Create, reserve_one(conn)?, Step::Create),
    };
    let problems: Vec<Problem> = set.iter().filter_map(|(field, value)| wrong(*field, value)).collect();
    if !problems.is_empty() {
        return Err(Refused::Fields(problems));
    }
    let mut plan = confirm::new(act, actor.id, "one person".into(), "/users", now);
    let mut row = Row::of(1, id, name_in(&set));
    let address = set.get(&Field::Email).map_or_else(String::new, |value| names::email_key(value.text()));
    (row.step, row.after) = (step, set.clone());
    plan.wanted.set = set;
    match carry_out(conn, runner, actor, plan, vec![row], now) {
        Ok(operation) => Ok((operation, id)),
        Err(Stopped::Rows(mut rows)) => {
            rows.iter_mut().try_for_each(|row| name_the_holder(conn, row, &address))?;
            Err(rows.into_iter().next().map_or(Refused::Nothing, refused_row))
        }
        Err(Stopped::Missing(missing)) => Err(refused(missing)),
        Err(Stopped::Database(error)) => Err(error.into()),
    }
}

/// Why one person was neither created nor changed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("something is wrong in the form")]
    Fields(Vec<Problem>),
    /// A sentence for the head of the form.
    #[error("{0}")]
    Whole(&'static str),
    /// Everything is as it shall be already.
    #[error("nothing to change")]
    Nothing,
    #[error(transparent)]
    Database(#[from] Error),
}

fn reserve_one(conn: &mut Conn) -> Result<UserId> {
    let ids = reserve_user_ids(conn, 1)?;
    ids.first().map(|id| UserId(*id)).ok_or_else(|| Error::Other("no id could be reserved".into()))
}

fn name_in(values: &Values) -> String {
    let text = |field: Field| values.get(&field).unwrap_or(&Value::Nothing).text();
    format!("{} {}", text(Field::FirstName), text(Field::LastName)).trim().to_owned()
}

/// What is wrong with a value by itself.
pub fn wrong(field: Field, value: &Value) -> Option<Problem> {
    let is_text = matches!(value, Value::Text(_)) || (field.is_required() && *value == Value::Nothing);
    let text = if is_text { field.problem(value.text())? } else { return None };
    Some(Problem { cell: String::new(), field: Some(field), text })
}

/// Who has the address that cannot be taken: the administrator would look for them next.
fn name_the_holder(conn: &mut Conn, row: &mut Row, address: &str) -> Result<()> {
    let is_taken = |problem: &&mut Problem| {
        problem.field == Some(Field::Email) && problem.text == Why::AddressTaken.at_field(Field::Email)
    };
    let Some(problem) = row.problems.iter_mut().find(is_taken) else { return Ok(()) };
    if let Some(holder) = record::holders(conn, &[address])?.remove(address)
        && let Some(name) = find::name_of(conn, holder)?
    {
        problem.text = format!("{name} uses this address already.");
    }
    Ok(())
}

/// Beside the fields it speaks of, or as a whole.
fn refused_row(row: Row) -> Refused {
    match row.why {
        Some(why) if row.problems.is_empty() => Refused::Whole(why.sentence()),
        _ => Refused::Fields(row.problems),
    }
}

fn refused(missing: Vec<Missing>) -> Refused {
    for missing in missing {
        match missing {
            Missing::Seats(short) => {
                let text = short.iter().map(words::shortage).collect::<Vec<_>>().join(" ");
                return Refused::Fields(vec![Problem { cell: String::new(), field: Some(Field::Level), text }]);
            }
            Missing::NothingToDo => return Refused::Nothing,
            Missing::ReasonTooLong | Missing::Errors(_) => {}
        }
    }
    Refused::Nothing
}
