//! Making, changing and confirming plans of edits. Confirming runs exactly what was shown, once, or nothing.

use std::collections::{HashMap, HashSet};

use super::assess::{SLICE, Weighing};
use super::plan::{Fingerprint, Plan, Row, Shortage, Wanted};
use super::run::Edits;
use super::{Act, Step, Why, store, undo};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::licenses::{AccessLevel, seats};
use crate::lifecycle::confirm::{PROVED_DAYS, REASON_LENGTH};
use crate::lifecycle::{self, plan::KEPT_DAYS};
use crate::operations::engine::{self, run_batch};
use crate::operations::store::{self as operations, NewOperation};
use crate::secrets::random_token;
use crate::users::actor::Actor;
use crate::users::fields::{Field, Kind};
use crate::users::record::Hold;
use crate::web::text::count;

/// A new plan, without rows.
pub fn new(act: Act, actor: UserId, selection: String, return_to: &str, now: Timestamp) -> Plan {
    Plan {
        id: random_token::<15>(),
        act,
        created_by: actor,
        created_at: now,
        expires_at: now.plus_days(KEPT_DAYS),
        selection,
        return_to: return_to.to_owned(),
        reason: String::new(),
        wanted: Wanted::default(),
        fingerprint: String::new(),
        operation: None,
        undoes: None,
    }
}

/// Stores a plan for these people, of whom nothing is asked yet: they become rows once it is.
pub fn choose(conn: &mut Conn, plan: &Plan, people: &[UserId]) -> Result<()> {
    store::insert(conn, plan)?;
    store::keep_chosen(conn, &plan.id, people)
}

/// A plan whose rows are made elsewhere and come a slice at a time: each is weighed before it is stored, so that the memory
/// does not depend on their number.
pub struct Making<'a> {
    plan: &'a mut Plan,
    weighing: Weighing,
    /// The rows of everybody new, by their ids.
    places: HashMap<i64, i64>,
    fingerprint: Fingerprint,
    /// Somebody shall report to somebody: whether they may is only known once all rows are there.
    has_managers: bool,
}

impl<'a> Making<'a> {
    /// Stores the plan. `new_people`: everybody whom its rows will create, because they may be each other's managers.
    pub fn begin(
        conn: &mut Conn,
        actor: &Actor,
        plan: &'a mut Plan,
        new_people: HashSet<i64>,
        now: Timestamp,
    ) -> Result<Self> {
        store::insert(conn, plan)?;
        let weighing = Weighing::new(conn, actor, now, Hold::Not)?.of_file(plan, new_people);
        let fingerprint = Fingerprint::of(plan.act, &plan.wanted);
        Ok(Making { plan, weighing, places: HashMap::new(), fingerprint, has_managers: false })
    }

    /// Says in which rows the new people stand, by their ids: of a manager who does not come, the row is named.
    pub fn knowing(mut self, places: HashMap<i64, i64>) -> Self {
        self.places = places;
        self
    }

    /// The next rows, in the order of their places.
    pub fn add(&mut self, conn: &mut Conn, mut rows: Vec<Row>) -> Result<()> {
        self.has_managers |= rows.iter().any(|row| row.after.contains_key(&Field::Manager));
        self.weighing.weigh(conn, self.plan.act, &mut rows)?;
        rows.iter().for_each(|row| self.fingerprint.include(row));
        store::insert_rows(conn, &self.plan.id, &rows)
    }

    /// All rows are there. Those of a file are weighed once more if they say who reports to whom.
    pub fn finish(self, conn: &mut Conn, actor: &Actor, now: Timestamp) -> Result<()> {
        if self.plan.act == Act::Import && self.has_managers {
            return weigh_stored(conn, actor, self.plan, &self.places, now);
        }
        self.plan.fingerprint = self.fingerprint.finish();
        store::update(conn, self.plan)
    }
}

/// What is asked for is written into the plan, and weighed.
pub fn ask(conn: &mut Conn, actor: &Actor, plan: &mut Plan, wanted: Wanted, now: Timestamp) -> Result<()> {
    plan.wanted = wanted;
    weigh_anew(conn, actor, plan, now)
}

/// Weighs all rows and stores them as they are now, with the fingerprint.
pub fn weigh_anew(conn: &mut Conn, actor: &Actor, plan: &mut Plan, now: Timestamp) -> Result<()> {
    let chosen = store::take_chosen(conn, &plan.id)?;
    if !chosen.is_empty() {
        return weigh_chosen(conn, actor, plan, chosen, now);
    }
    weigh_stored(conn, actor, plan, &HashMap::new(), now)
}

/// Weighs rows that are stored. `places`: where the new people of a file stand, as far as that is known.
fn weigh_stored(
    conn: &mut Conn,
    actor: &Actor,
    plan: &mut Plan,
    places: &HashMap<i64, i64>,
    now: Timestamp,
) -> Result<()> {
    // Somebody new may turn out not to come only when all rows of a file are seen together: then once more, for whoever would
    // report to them. And who reports to whom after an undo is known once all of its rows are.
    for _ in 0..LONGEST_CHAIN {
        let weighing = Weighing::new(conn, actor, now, Hold::Not)?.of_stored(conn, plan)?.knowing(places);
        let weighed = weigh(conn, weighing, plan, Keep::Rows)?;
        plan.fingerprint = weighed.fingerprint;
        let goes_on =
            if plan.act == Act::Import { weighed.stay_away } else { plan.act.is_undo() && weighed.different > 0 };
        if !goes_on {
            break;
        }
    }
    store::update(conn, plan)
}

/// Weighs the people of a plan for the first time: each row is written once, as it comes out.
fn weigh_chosen(conn: &mut Conn, actor: &Actor, plan: &mut Plan, people: Vec<UserId>, now: Timestamp) -> Result<()> {
    let mut weighing = Weighing::new(conn, actor, now, Hold::Not)?.of_stored(conn, plan)?;
    let mut fingerprint = Fingerprint::of(plan.act, &plan.wanted);
    let rows = (1..).zip(people).map(|(n, user)| Row::of(n, user, String::new()));
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let mut slice: Vec<Row> = rows.by_ref().take(SLICE as usize).collect();
        ask_of(conn, plan, &mut slice)?;
        weighing.weigh(conn, plan.act, &mut slice)?;
        // Erased since they were chosen: there is not even a name.
        slice.retain(|row| row.why != Some(Why::Gone));
        slice.iter().for_each(|row| fingerprint.include(row));
        store::insert_rows(conn, &plan.id, &slice)?;
    }
    plan.fingerprint = fingerprint.finish();
    store::update(conn, plan)
}

/// Managers above one another who are left as they are by an undo. What is left of a longer chain is found when the plan is
/// confirmed.
const LONGEST_CHAIN: usize = 20;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Nothing,
    /// Rows that came out otherwise are stored so.
    Rows,
}

/// How all rows are now.
struct Weighed {
    fingerprint: String,
    /// Rows that are other than stored.
    different: i64,
    /// Somebody new does not come after all, and others had been told that they would.
    stay_away: bool,
}

/// True if nothing decides but what stands in each person's own row, so that whoever has the version that was shown need not
/// be weighed again: plain texts for everybody, given by somebody who has all rights. An undo of the lifecycle puts a version
/// back, so that it may come twice: after one, everybody is weighed.
pub fn goes_by_versions(conn: &mut Conn, actor: &Actor, plan: &Plan) -> Result<bool> {
    let is_plain = |field: &Field| matches!(field.kind(), Kind::Text | Kind::TimeZone) && field.can_be_shared();
    let set = &plan.wanted.set;
    let is_asked = plan.act == Act::Edit && !plan.fingerprint.is_empty() && !set.is_empty();
    let is_plain = is_asked && set.keys().all(is_plain) && actor.level == AccessLevel::SystemAdministrator;
    Ok(is_plain && !operations::has_run_since(conn, lifecycle::Act::Undo.as_str(), plan.created_at)?)
}

/// Weighs all rows as they are now, and stores nothing.
fn look_again(conn: &mut Conn, actor: &Actor, plan: &Plan, now: Timestamp) -> Result<Weighed> {
    if goes_by_versions(conn, actor, plan)? && store::changed_since(conn, &plan.id)? == 0 {
        return Ok(Weighed { fingerprint: plan.fingerprint.clone(), different: 0, stay_away: false });
    }
    let weighing = Weighing::new(conn, actor, now, Hold::Not)?.of_stored(conn, plan)?;
    weigh(conn, weighing, plan, Keep::Nothing)
}

/// In slices, so that the memory does not depend on the number of rows.
fn weigh(conn: &mut Conn, mut weighing: Weighing, plan: &Plan, keep: Keep) -> Result<Weighed> {
    let mut fingerprint = Fingerprint::of(plan.act, &plan.wanted);
    let (mut after, mut different, mut stay_away) = (i64::MIN, 0, false);
    loop {
        let stored = store::rows(conn, &plan.id, None, after, SLICE)?;
        let Some(last) = stored.last() else { break };
        after = last.n;
        let mut rows = stored.clone();
        ask_of(conn, plan, &mut rows)?;
        weighing.weigh(conn, plan.act, &mut rows)?;
        rows.iter().for_each(|row| fingerprint.include(row));
        let other: Vec<(Row, &Row)> = rows.into_iter().zip(&stored).filter(|(new, old)| new != *old).collect();
        different += other.len() as i64;
        stay_away |= other.iter().any(|(new, old)| new.step == Step::Error && weighing.comes(old.user));
        let other: Vec<Row> = other.into_iter().map(|(new, _)| new).collect();
        if keep == Keep::Rows {
            store::replace_rows(conn, &plan.id, &other)?;
        }
    }
    Ok(Weighed { fingerprint: fingerprint.finish(), different, stay_away })
}

/// What the plan asks of everybody is asked of these rows.
pub fn ask_of(conn: &mut Conn, plan: &Plan, rows: &mut [Row]) -> Result<()> {
    match plan.act {
        // What was asked of all may be gone because it named somebody who was erased: then nothing is asked of anybody.
        Act::Edit if !plan.wanted.by_row => {
            for row in rows.iter_mut() {
                row.after.clone_from(&plan.wanted.set);
                row.step = Step::Change;
            }
        }
        Act::PostUpdate if !plan.wanted.body.is_empty() => {
            rows.iter_mut().for_each(|row| (row.step, row.why) = (Step::Post, None));
        }
        Act::UndoEdit | Act::UndoImport => undo::ask_of(conn, plan, rows)?,
        _ => {}
    }
    Ok(())
}

/// What became of a confirmation.
#[derive(Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// It runs, or ran: also the answer to a second click.
    Operation(OperationId),
    /// Something that decides changed. Nothing ran; the plan now shows what is, and this is different.
    Moved(Vec<String>),
    /// Something is missing or wrong. Nothing ran.
    Refused(Vec<Missing>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    NothingToDo,
    ReasonTooLong,
    Seats(Vec<Shortage>),
    /// Rows of a file that have errors, and nobody said that they are left out.
    Errors(i64),
}

/// Runs the plan as shown. Call it in an administrative write, with the actor as they are in it. Up to 1,000 people are done
/// when it returns; more is left to the worker.
pub fn confirm(
    conn: &mut Conn,
    runner: &Edits,
    actor: &Actor,
    (id, shown, reason): (&str, &str, &str),
    now: Timestamp,
) -> Result<Confirmed> {
    let mut plan = store::find_to_change(conn, id, now)?;
    if let Some(operation) = plan.operation {
        return Ok(Confirmed::Operation(operation));
    }
    plan.reason = reason.trim().to_owned();
    let Weighed { fingerprint, different, .. } = look_again(conn, actor, &plan, now)?;
    if fingerprint != plan.fingerprint || shown != plan.fingerprint {
        let mut differences = Vec::new();
        if different > 0 {
            let are = if different == 1 { "is" } else { "are" };
            differences.push(format!("{} {are} not as the plan showed them.", count(different, "person", "people")));
        }
        if shown != plan.fingerprint {
            differences.push("The plan was changed in another window, or by somebody else.".to_owned());
        }
        weigh_anew(conn, actor, &mut plan, now)?;
        return Ok(Confirmed::Moved(differences));
    }
    let missing = missing(conn, &plan)?;
    if !missing.is_empty() {
        plan.reason = plan.reason.chars().take(REASON_LENGTH).collect();
        store::update(conn, &plan)?;
        return Ok(Confirmed::Refused(missing));
    }
    store::update(conn, &plan)?;
    Ok(Confirmed::Operation(begin(conn, runner, actor, &plan, now)?))
}

/// An update whose text is gone, because it named somebody who was erased.
pub fn is_blank(plan: &Plan) -> bool {
    plan.act == Act::PostUpdate && plan.wanted.body.is_empty()
}

fn missing(conn: &mut Conn, plan: &Plan) -> Result<Vec<Missing>> {
    let mut missing = Vec::new();
    let steps = store::steps(conn, &plan.id)?;
    let errors = steps.get(&Step::Error).copied().unwrap_or_default();
    if errors > 0 && !plan.wanted.leaves_errors_out {
        missing.push(Missing::Errors(errors));
    } else if !steps.keys().any(|step| step.is_done()) || is_blank(plan) {
        missing.push(Missing::NothingToDo);
    }
    if plan.reason.chars().count() > REASON_LENGTH {
        missing.push(Missing::ReasonTooLong);
    }
    let short = shortages(conn, &plan.id)?;
    if !short.is_empty() {
        missing.push(Missing::Seats(short));
    }
    Ok(missing)
}

/// License types with fewer free seats than the plan takes on balance: then nothing runs, all or none.
pub fn shortages(conn: &mut Conn, plan: &str) -> Result<Vec<Shortage>> {
    let taken = store::seats(conn, plan)?;
    let short = seats::all(conn)?.into_iter().filter_map(|seats| {
        let needed = taken.get(&seats.license_type).copied().unwrap_or_default();
        let free = seats.free()?;
        (needed > free).then_some(Shortage { license: seats.license_type, needed, free })
    });
    Ok(short.collect())
}

fn begin(conn: &mut Conn, runner: &Edits, actor: &Actor, plan: &Plan, now: Timestamp) -> Result<OperationId> {
    let new = NewOperation {
        plan_id: &plan.id,
        act: plan.act.as_str(),
        started_by: Some(actor.id),
        reason: &plan.reason,
        created_at: now,
        starts_at: None,
        undoes: plan.undoes,
    };
    let operation = operations::insert(conn, &new)?;
    store::insert_operation_rows(conn, &plan.id, operation)?;
    store::set_operation(conn, &plan.id, operation, now.plus_days(PROVED_DAYS))?;
    if operations::find(conn, operation)?.total <= engine::AT_ONCE as i64 {
        while !run_batch(conn, runner, operation, now)? {}
    }
    Ok(operation)
}
