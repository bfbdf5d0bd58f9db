//! Checks all lines of a file and makes them the rows of a plan: slice by slice, in short transactions, so that the memory
//! does not depend on the size of the file. At the end all rows are weighed together, in one transaction: once, or twice if
//! people in the file report to each other in a circle. Other writing waits for that, longer for a larger file; so it does
//! when the plan is confirmed.

use super::line::Line;
use super::recognize::Recognized;
use super::resolve::Resolving;
use super::store::lookups::Units;
use super::{Import, Target, store};
use crate::db::{self, Conn, Db, Lane, Timestamp, UserId, dialect};
use crate::edits::confirm::{self, Making};
use crate::edits::plan::{Plan, Wanted};
use crate::edits::{Act, store as plans};
use crate::licenses::Rights;
use crate::spreadsheet;
use crate::users::actor::{self, Actor};

/// Why a file was not checked.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("You may not import people.")]
    MayNot,
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Makes the file's plan, with its mapping, in place of the one before. Blocks.
///
/// Errors: a refusal; then the plan before is still there.
pub fn check(db: &Db, import: &Import, actor: UserId, now: Timestamp) -> Result<(), Refusal> {
    let mut plan = plan(import, actor, now);
    let id = plan.id.clone();
    let made = make(db, import, &mut plan, now);
    if made.is_err() {
        db.write_now(Lane::Work, |conn| plans::remove(conn, &id))?;
    }
    made
}

/// The plan that holds nothing yet.
fn plan(import: &Import, actor: UserId, now: Timestamp) -> Plan {
    let mut plan = confirm::new(Act::Import, actor, format!("from {}", import.file_name), "/users", now);
    let columns = import.mapping.columns().filter_map(|(column, target)| match target {
        Target::Field(field) => Some((field, spreadsheet::column_name(column.into()))),
        Target::Id => None,
    });
    plan.wanted = Wanted { page: format!("/imports/{}", import.id), columns: columns.collect(), ..Wanted::default() };
    plan
}

fn make(db: &Db, import: &Import, plan: &mut Plan, now: Timestamp) -> Result<(), Refusal> {
    let recognized = recognize(db, import)?;
    let (actor, id) = (plan.created_by, plan.id.clone());
    let mut making = db.write_now(Lane::Work, |conn| {
        let actor = present(conn, actor, now)?;
        let places = recognized.new_by_id();
        let new_people = places.keys().copied().collect();
        Ok::<_, Refusal>(Making::begin(conn, &actor, plan, new_people, now)?.knowing(places))
    })?;
    let units = db.read_now(Units::read)?;
    let (mapping, default_level) = (&import.mapping, import.default_level);
    let resolving = Resolving { mapping, recognized: &recognized, units: &units, default_level, now };
    each_slice(db, import, |lines| {
        let rows = db.read_now(|conn| resolving.rows(conn, lines))?;
        Ok(db.write_now(Lane::Work, |conn| making.add(conn, rows))?)
    })?;
    db.write_now(Lane::Work, |conn| {
        let actor = present(conn, actor, now)?;
        making.finish(conn, &actor, now)?;
        // Confirmed in another window while this was checked: it stays what it is.
        if is_confirmed(conn, import, now)? {
            return Ok(plans::remove(conn, &id)?);
        }
        match store::set_mapping(conn, import, Some(&id))? {
            Some(before) => Ok(plans::remove(conn, &before)?),
            None => Ok(()),
        }
    })
}

fn is_confirmed(conn: &mut Conn, import: &Import, now: Timestamp) -> db::Result<bool> {
    let Some(plan) = store::plan_of(conn, import)? else { return Ok(false) };
    match plans::find_to_change(conn, &plan, now) {
        Ok(plan) => Ok(plan.operation.is_some()),
        Err(db::Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Who is meant by each line, with an id for everybody new.
fn recognize(db: &Db, import: &Import) -> Result<Recognized, Refusal> {
    let mut recognized = Recognized::default();
    each_slice(db, import, |lines| Ok(db.read_now(|conn| recognized.see(conn, &import.mapping, lines))?))?;
    let new = recognized.new_people() as i64;
    if new > 0 {
        recognized.give_ids(db.write_now(Lane::Work, |conn| dialect::reserve_user_ids(conn, new))?);
    }
    Ok(recognized)
}

fn each_slice(db: &Db, import: &Import, mut see: impl FnMut(&[Line]) -> Result<(), Refusal>) -> Result<(), Refusal> {
    let mut after = i64::MIN;
    loop {
        let lines = db.read_now(|conn| store::lines_after(conn, &import.id, after))?;
        let Some(last) = lines.last() else { return Ok(()) };
        after = last.line;
        see(&lines)?;
    }
}

fn present(conn: &mut Conn, actor: UserId, now: Timestamp) -> Result<Actor, Refusal> {
    let actor = actor::present_for_write(conn, actor, now)?;
    actor.filter(|actor| actor.may(Rights::ADMINISTER_USERS)).ok_or(Refusal::MayNot)
}
