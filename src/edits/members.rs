//! Who belongs to a company, a team or a group, or has a job role: people are added and removed as their details are
//! edited. Nobody who is off is added; whoever is in it stays when they go off.

use std::collections::BTreeSet;

use super::form::{self, Stopped};
use super::plan::Row;
use super::run::Edits;
use super::{Act, Step, Why, confirm};
use crate::db::{self, Conn, OperationId, Timestamp, UserId};
use crate::licenses::Rights;
use crate::users::State;
use crate::users::actor::{self, Actor};
use crate::users::fields::{Field, Value, Values};
use crate::users::record::{self, Hold, Record};
use crate::users::units::{self, As, Named, Unit};
use crate::web::text::count;

/// Why no membership was changed, each with its sentence.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("Nobody is ticked. Tick the people first.")]
    NobodyTicked,
    #[error("{} is retired. Nobody is added to a retired {}.", .1, .0.noun())]
    Retired(Unit, String),
    /// Deactivated, or past the moment at which they leave; with how many others.
    #[error("{} is deactivated and cannot be {}.{}", .1, .0.joined(), and_others(*.2))]
    Off(Unit, String, usize),
    #[error("This person is not there any more. Choose somebody from the list.")]
    Gone,
    #[error("{0} has rights that you do not have. Only somebody who has them may change this person.")]
    PersonAboveOwn(String),
    #[error("You may not edit people.")]
    MayNot,
    /// Whoever asks is off by now.
    #[error("You are signed out.")]
    ActorIsOff,
    #[error("{0}")]
    Other(&'static str),
    #[error(transparent)]
    Database(#[from] db::Error),
}

fn and_others(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => " One other cannot be added either.".into(),
        others => format!(" {others} others cannot be added either."),
    }
}

impl Unit {
    fn joined(self) -> &'static str {
        match self {
            Unit::Company => "added to a company",
            Unit::Team => "added to a team",
            Unit::Group => "added to a group",
            Unit::JobRole => "given a job role",
        }
    }

    /// The field of who is in it first, and of who is in it beside.
    fn fields(self) -> (Field, Option<Field>) {
        match self {
            Unit::Company => (Field::Company, None),
            Unit::Team => (Field::Team, Some(Field::Teams)),
            Unit::Group => (Field::Group, Some(Field::Groups)),
            Unit::JobRole => (Field::JobRole, None),
        }
    }
}

/// Adds people, all of them or nobody. `As::Home` moves those who have another one; of a home team or group the old one
/// stays one of theirs. Returns the operation, `None` if all of them belong to it so already. The transaction must be in the
/// administrative lane.
///
/// Errors: a refusal as a sentence; the transaction must then be given up.
pub fn add(
    conn: &mut Conn,
    runner: &Edits,
    actor: UserId,
    (unit, id): (Unit, i64),
    how: As,
    users: &[UserId],
    now: Timestamp,
) -> Result<Option<OperationId>, Refusal> {
    let actor = may_change(conn, actor, users, now)?;
    let there = units::find(conn, unit, id)?;
    let retired: BTreeSet<i64> =
        units::all(conn, unit)?.into_iter().filter(|one| one.is_retired).map(|one| one.id).collect();
    let (home, further) = unit.fields();
    let how = if further.is_none() { As::Home } else { how };
    let added = |record: &Record| {
        let was = record.value(home).id();
        let mut beside = further.map_or_else(Vec::new, |further| record.value(further).ids().to_vec());
        let is_home = was == Some(id);
        if is_home || how == As::Further && beside.contains(&id) {
            return Values::new();
        }
        let mut asked = Values::new();
        if how == As::Home {
            beside.retain(|one| *one != id);
            beside.extend(was.filter(|was| !retired.contains(was)));
            asked.insert(home, Value::Id(id));
        } else {
            beside.push(id);
        }
        if let Some(further) = further {
            asked.insert(further, Value::of_ids(beside));
        }
        asked
    };
    let records = held(conn, unit, users)?;
    if records.len() < users.len() || records.iter().any(|record| record.state == State::Deleted) {
        return Err(Refusal::Gone);
    }
    let rows = rows(&records, added);
    carry_out(conn, runner, &actor, (unit, &there, "added to"), rows, now)
}

/// Removes people, whether it is their home or not; off or not. As `add` in all else.
pub fn remove(
    conn: &mut Conn,
    runner: &Edits,
    actor: UserId,
    (unit, id): (Unit, i64),
    users: &[UserId],
    now: Timestamp,
) -> Result<Option<OperationId>, Refusal> {
    let actor = may_change(conn, actor, users, now)?;
    let there = units::find(conn, unit, id)?;
    let (home, further) = unit.fields();
    let removed = |record: &Record| {
        let mut asked = Values::new();
        if record.value(home).id() == Some(id) {
            asked.insert(home, Value::Nothing);
        }
        let beside = further.map(|further| (further, record.value(further).ids()));
        if let Some((further, ids)) = beside.filter(|(_, ids)| ids.contains(&id)) {
            let rest = ids.iter().copied().filter(|one| *one != id);
            asked.insert(further, Value::of_ids(rest.collect()));
        }
        asked
    };
    // Whoever is deleted or gone belongs to nothing that a page shows: there is nothing to remove.
    let mut records = held(conn, unit, users)?;
    records.retain(|record| record.state != State::Deleted);
    let rows = rows(&records, removed);
    carry_out(conn, runner, &actor, (unit, &there, "removed from"), rows, now)
}

/// These people with what belongs to this kind, in the order of their ids; their rows are held.
fn held(conn: &mut Conn, unit: Unit, users: &[UserId]) -> Result<Vec<Record>, Refusal> {
    let (home, further) = unit.fields();
    let fields: BTreeSet<Field> = [Some(home), further].into_iter().flatten().collect();
    let mut records = record::read(conn, users, &fields, Hold::ToChange)?;
    records.sort_by_key(|record| record.user);
    Ok(records)
}

/// What is asked for of each. Whoever is asked nothing has no row.
fn rows(records: &[Record], asked: impl Fn(&Record) -> Values) -> Vec<Row> {
    let asked = records.iter().map(|record| (record, asked(record))).filter(|(_, asked)| !asked.is_empty());
    let rows = asked.zip(1..).map(|((record, after), n)| Row {
        step: Step::Change,
        after,
        ..Row::of(n, record.user, record.name.clone())
    });
    rows.collect()
}

fn carry_out(
    conn: &mut Conn,
    runner: &Edits,
    actor: &Actor,
    (unit, there, done): (Unit, &Named, &str),
    rows: Vec<Row>,
    now: Timestamp,
) -> Result<Option<OperationId>, Refusal> {
    if rows.is_empty() {
        return Ok(None);
    }
    let people = count(rows.len() as i64, "person", "people");
    let selection = format!("{people} {done} the {} {}", unit.noun(), there.name);
    let mut plan = confirm::new(Act::Edit, actor.id, selection, &unit.address(there.id), now);
    plan.wanted.by_row = true;
    match form::carry_out(conn, runner, actor, plan, rows, now) {
        Ok(operation) => Ok(Some(operation)),
        Err(Stopped::Rows(rows)) => Err(refused(unit, there, &rows)),
        // Nothing but what is asked of the rows could be missing, and that is said of them.
        Err(Stopped::Missing(_)) => Err(Refusal::Gone),
        Err(Stopped::Database(error)) => Err(error.into()),
    }
}

/// What is said of the first person whom it cannot be done to.
fn refused(unit: Unit, there: &Named, rows: &[Row]) -> Refusal {
    let Some(row) = rows.first() else { return Refusal::Gone };
    match row.why {
        Some(Why::IsOff) => Refusal::Off(unit, row.name.clone(), rows.len() - 1),
        Some(Why::UnitIsGone) => Refusal::Retired(unit, there.name.clone()),
        Some(Why::BeyondYourRights) => Refusal::PersonAboveOwn(row.name.clone()),
        Some(Why::Gone | Why::Deleted) | None => Refusal::Gone,
        Some(why) => Refusal::Other(why.sentence()),
    }
}

/// The actor as they are now.
fn may_change(conn: &mut Conn, actor: UserId, users: &[UserId], now: Timestamp) -> Result<Actor, Refusal> {
    if users.is_empty() {
        return Err(Refusal::NobodyTicked);
    }
    let actor = actor::present_for_write(conn, actor, now)?.ok_or(Refusal::ActorIsOff)?;
    if actor.may(Rights::ADMINISTER_USERS) { Ok(actor) } else { Err(Refusal::MayNot) }
}
