//! The people of a plan beside its rows: whom it creates, who will report to whom, and what they are called.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::read;
use crate::db::dialect::among;
use crate::db::schema::{edit_rows, users};
use crate::db::{Conn, Result, UserId};
use crate::edits::Step;
use crate::users::State;
use crate::users::fields::{Field, Values};

/// JSON of values with a manager.
const MANAGER: &str = "%\"manager\":%";
/// Rows read at a time for what their JSON says.
const MANAGERS: i64 = 5_000;

/// The ids of people whom the plan creates.
pub fn new_people(conn: &mut Conn, plan: &str) -> Result<HashSet<i64>> {
    let ids: Vec<Option<i64>> = edit_rows::table
        .filter(edit_rows::plan_id.eq(plan))
        .filter(edit_rows::step.eq(Step::Create))
        .select(edit_rows::user_id)
        .load(conn)?;
    Ok(ids.into_iter().flatten().collect())
}

/// Who reports to whom, or to nobody any more, once the plan is carried out: of those whose manager it gives or changes.
pub fn managers(conn: &mut Conn, plan: &str) -> Result<HashMap<i64, Option<i64>>> {
    let (mut found, mut last) = (HashMap::new(), i64::MIN);
    loop {
        let rows: Vec<(i64, i64, String)> = edit_rows::table
            .filter(edit_rows::plan_id.eq(plan))
            .filter(edit_rows::n.gt(last))
            .filter(edit_rows::user_id.is_not_null())
            .filter(edit_rows::step.eq_any([Step::Create, Step::Change]))
            .filter(edit_rows::after.like(MANAGER))
            .order(edit_rows::n)
            .limit(MANAGERS)
            .select((edit_rows::n, edit_rows::user_id.assume_not_null(), edit_rows::after))
            .load(conn)?;
        let Some((end, ..)) = rows.last() else { return Ok(found) };
        last = *end;
        for (_, user, after) in rows {
            let after: Values = read(&after);
            if let Some(manager) = after.get(&Field::Manager) {
                found.insert(user, manager.id());
            }
        }
    }
}

/// Those of these people whom somebody goes on reporting to: who is not removed by the plan, nor gets another manager.
pub fn with_other_reports(conn: &mut Conn, plan: &str, ids: &[UserId]) -> Result<Vec<UserId>> {
    let in_plan = edit_rows::table
        .filter(edit_rows::plan_id.eq(plan))
        .filter(edit_rows::user_id.eq(users::id.nullable()))
        .filter(
            edit_rows::step.eq(Step::Remove).or(edit_rows::step.eq(Step::Change).and(edit_rows::after.like(MANAGER))),
        )
        .select(edit_rows::n);
    Ok(users::table
        .filter(among(users::manager_id.assume_not_null(), ids))
        .filter(users::state.ne(State::Deleted))
        .filter(diesel::dsl::not(diesel::dsl::exists(in_plan)))
        .select(users::manager_id.assume_not_null())
        .distinct()
        .load(conn)?)
}
