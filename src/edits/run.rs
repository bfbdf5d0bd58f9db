//! Carries out the rows of an operation on people's details: weighs each again inside the transaction, then acts on the set.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::json;

use super::assess::Weighing;
use super::confirm::{ask_of, goes_by_versions, is_blank};
use super::details::{Details, in_words};
use super::plan::{Plan, Row, Shortage};
use super::{Act, Step, Why, proof, store, words};
use crate::audit::{Chain, Event, Path};
use crate::db::{Conn, Error, Result, Timestamp, UserId, savepoint};
use crate::licenses::{LicenseType, Rights, seats};
use crate::lifecycle::run::Lifecycle;
use crate::lifecycle::store::people::{self as tombstones, Stamp};
use crate::operations::engine::{Pace, Runner};
use crate::operations::{self, Operation, Report};
use crate::sign_in;
use crate::users::actor::{self, Actor};
use crate::users::fields::{Field, Unit, Value, Values};
use crate::users::record::{self, Hold};
use crate::users::units::{self, Named};
use crate::users::{State, counts};
use crate::web::text::count;

/// People in a batch. An edit is about half the work of what happens to somebody who leaves, so twice as many hold
/// the administrative lane no longer; and each batch writes some pages of the database again.
const BATCH: usize = 5_000;
/// People who are carried out at a time, each slice by a fixed number of statements. SQLite writes to its search index
/// when the next statement begins, so there are fewer of them than where people are only read.
const SLICE: usize = 10_000;

/// Runs every act on people's details.
pub struct Edits {
    pub chain: Chain,
}

/// Runs whatever an operation does, by its act.
pub struct EveryAct {
    pub lifecycle: Lifecycle,
    pub edits: Edits,
}

impl EveryAct {
    pub fn new(chain: Chain) -> Self {
        EveryAct { lifecycle: Lifecycle { chain: chain.clone() }, edits: Edits { chain } }
    }

    fn of(&self, operation: &Operation) -> &dyn Runner {
        if Act::parse(&operation.act).is_some() { &self.edits } else { &self.lifecycle }
    }
}

impl Runner for EveryAct {
    fn run(&self, conn: &mut Conn, operation: &Operation, rows: &[operations::Row], now: Timestamp) -> Result<Report> {
        self.of(operation).run(conn, operation, rows, now)
    }

    fn pace(&self, operation: &Operation) -> Pace {
        self.of(operation).pace(operation)
    }

    fn prove(&self, conn: &mut Conn, operation: &Operation, now: Timestamp) -> Result<String> {
        self.of(operation).prove(conn, operation, now)
    }

    fn prove_by_trying(
        &self,
        conn: &mut Conn,
        operation: &Operation,
        receipt: String,
        now: Timestamp,
    ) -> Result<String> {
        self.of(operation).prove_by_trying(conn, operation, receipt, now)
    }
}

impl Runner for Edits {
    fn run(&self, conn: &mut Conn, operation: &Operation, rows: &[operations::Row], now: Timestamp) -> Result<Report> {
        let actor = match operation.run_by {
            Some(by) => actor::present_for_write(conn, by, now)?,
            None => None,
        };
        let Some(actor) = actor.filter(|actor| actor.may(Rights::ADMINISTER_USERS)) else {
            return Ok(stopped("The administrator who started this may no longer administer users."));
        };
        let plan = match store::of_operation(conn, operation.id, now) {
            Ok(plan) => plan,
            Err(Error::NotFound) => return Ok(stopped("What was planned is not kept any more.")),
            Err(error) => return Err(error),
        };
        if let Some(undone) = plan.undoes
            && let Err(Error::NotFound) = store::of_operation(conn, undone, plan.created_at)
        {
            return Ok(stopped("What it would take back is not kept any more."));
        }
        if is_blank(&plan) {
            return Ok(stopped("What was to be posted is not kept any more: it named somebody who was erased."));
        }
        let mut run = Run {
            operation,
            plan: &plan,
            actor: &actor,
            now,
            report: Report::default(),
            seats: Seats::new(),
            events: Vec::new(),
            units: HashMap::new(),
            managed: Vec::new(),
            stopped: None,
        };
        // A savepoint: what has to stop leaves nothing behind.
        match savepoint(conn, |conn| run.all(conn, &self.chain, rows)) {
            Ok(()) => Ok(run.report),
            Err(error) => run.stopped.map_or(Err(error), |because| Ok(stopped(&because))),
        }
    }

    fn pace(&self, operation: &Operation) -> Pace {
        match Act::parse(&operation.act) {
            Some(act) if is_whole(act) || act == Act::UndoImport => Pace::WHOLE,
            _ => Pace { batch: BATCH, ..Pace::USUAL },
        }
    }

    fn prove(&self, conn: &mut Conn, operation: &Operation, now: Timestamp) -> Result<String> {
        proof::prove(conn, operation, now)
    }

    fn prove_by_trying(&self, _: &mut Conn, _: &Operation, receipt: String, _: Timestamp) -> Result<String> {
        Ok(receipt)
    }
}

/// People who come together come all or none.
fn is_whole(act: Act) -> bool {
    matches!(act, Act::Create | Act::Import)
}

fn stopped(because: &str) -> Report {
    Report { stopped: Some(because.to_owned()), ..Report::default() }
}

/// Seats that are taken and freed, by license type.
type Seats = BTreeMap<LicenseType, (i64, i64)>;

/// One batch under way.
struct Run<'a> {
    operation: &'a Operation,
    plan: &'a Plan,
    actor: &'a Actor,
    now: Timestamp,
    report: Report,
    seats: Seats,
    events: Vec<Event>,
    units: HashMap<Unit, HashMap<i64, Named>>,
    /// Whom people report to, for the end of the batch: somebody of a file may report to somebody who comes after them.
    managed: Vec<(UserId, Value)>,
    /// Why nothing of this batch may be done.
    stopped: Option<String>,
}

impl Run<'_> {
    /// All rows of the batch, in slices. `Err` with `stopped` set: nothing may be kept of it.
    fn all(&mut self, conn: &mut Conn, chain: &Chain, rows: &[operations::Row]) -> Result<()> {
        let weighing = Weighing::new(conn, self.actor, self.now, Hold::ToChange)?;
        let mut weighing = weighing.of_stored(conn, self.plan)?;
        let by_version = goes_by_versions(conn, self.actor, self.plan)?;
        for slice in rows.chunks(SLICE) {
            let users: Vec<UserId> = slice.iter().map(|row| row.user).collect();
            let shown = store::rows_of(conn, &self.plan.id, &users)?;
            let weighed = self.weigh_anew(conn, &mut weighing, &shown, by_version)?;
            let still = self.sort(&users, shown, weighed)?;
            self.write(conn, &still)?;
            chain.record(conn, self.now, &std::mem::take(&mut self.events))?;
        }
        record::set_managers(conn, &std::mem::take(&mut self.managed))?;
        self.move_seats(conn)
    }

    /// How these rows come out now. Whoever need not be weighed, because their version says that they are as they were, is not:
    /// `None`.
    fn weigh_anew(
        &self,
        conn: &mut Conn,
        weighing: &mut Weighing,
        shown: &[Row],
        by_version: bool,
    ) -> Result<Vec<Option<Row>>> {
        let mut is_open = vec![true; shown.len()];
        if by_version {
            let users: Vec<UserId> = shown.iter().filter_map(|row| row.user).collect();
            let now: HashMap<UserId, i64> = record::versions(conn, &users, Hold::ToChange)?.into_iter().collect();
            let is_other = |row: &Row| row.user.and_then(|user| now.get(&user)) != Some(&row.version);
            is_open = shown.iter().map(is_other).collect();
        }
        let open = shown.iter().zip(&is_open).filter(|(_, is_open)| **is_open);
        let mut rows: Vec<Row> = open.map(|(row, _)| row.clone()).collect();
        if !rows.is_empty() {
            ask_of(conn, self.plan, &mut rows)?;
            weighing.weigh(conn, self.plan.act, &mut rows)?;
        }
        let mut rows = rows.into_iter();
        Ok(is_open.into_iter().map(|is_open| if is_open { rows.next() } else { None }).collect())
    }

    /// The rows that are still as the plan showed them. The others are skipped, with the reason; where it is all or nothing,
    /// nothing goes on.
    fn sort(&mut self, users: &[UserId], shown: Vec<Row>, weighed: Vec<Option<Row>>) -> Result<Vec<Row>> {
        let there: HashSet<UserId> = shown.iter().filter_map(|row| row.user).collect();
        let gone = users.iter().filter(|user| !there.contains(user)).map(|user| (*user, Why::Gone.as_str()));
        self.report.skipped.extend(gone);
        let mut still = Vec::with_capacity(weighed.len());
        for (old, new) in shown.into_iter().zip(weighed) {
            let Some(new) = new else {
                still.push(old);
                continue;
            };
            if (old.step, &old.before, &old.after) == (new.step, &new.before, &new.after) {
                still.push(new);
                continue;
            }
            let why = if new.step == Step::Skip { new.why } else { None };
            // A row that cannot be carried out names nobody any more.
            if let Some(user) = old.user {
                self.report.skipped.push((user, why.unwrap_or(Why::ChangedMeanwhile).as_str()));
            }
        }
        if !self.report.skipped.is_empty() && is_whole(self.plan.act) {
            let n = count(self.report.skipped.len() as i64, "person", "people");
            return Err(self.stop(format!("{n} changed since it was confirmed. Nothing was done: make a new plan.")));
        }
        Ok(still)
    }

    /// Remembers why, and gives the error that takes back what this batch wrote.
    fn stop(&mut self, because: String) -> Error {
        self.stopped = Some(because.clone());
        Error::Other(because)
    }

    fn write(&mut self, conn: &mut Conn, rows: &[Row]) -> Result<()> {
        for step in words::IN_WORDS {
            let people: Vec<(UserId, &Row)> =
                rows.iter().filter(|row| row.step == step).filter_map(|row| Some((row.user?, row))).collect();
            if people.is_empty() {
                continue;
            }
            let ids: Vec<UserId> = people.iter().map(|(user, _)| *user).collect();
            match step {
                Step::Create => self.create(conn, &people)?,
                Step::Change => self.change(conn, &people)?,
                Step::Post => {
                    store::notes::post(conn, self.actor.id, &ids, &self.plan.wanted.body, self.operation.id, self.now)?;
                    self.record(&people, "user.update_posted", |row| json!({ "name": row.name }));
                }
                Step::TakeBack => {
                    let posted = self.plan.undoes.unwrap_or(self.operation.id);
                    store::notes::take_back(conn, posted, &ids)?;
                    self.record(&people, "user.update_taken_back", |row| json!({ "name": row.name }));
                }
                Step::Remove => self.remove(conn, &people)?,
                Step::Unchanged | Step::Skip | Step::Error => {}
            }
            for (_, row) in &people {
                if let Some(license) = row.takes {
                    self.seats.entry(license).or_default().0 += 1;
                }
                if let Some(license) = row.frees {
                    self.seats.entry(license).or_default().1 += 1;
                }
            }
            self.report.tally.add(step.as_str(), people.len() as i64);
            self.report.done.extend(ids);
        }
        Ok(())
    }

    fn create(&mut self, conn: &mut Conn, people: &[(UserId, &Row)]) -> Result<()> {
        let new: Vec<(UserId, &Values)> = people.iter().map(|(user, row)| (*user, &row.after)).collect();
        record::insert(conn, &new, self.now)?;
        counts::add(conn, State::Active, people.len() as i64)?;
        self.put_off_managers(people);
        self.name_units(conn, people)?;
        let events = people.iter().map(|(user, row)| {
            let details = Details { after: in_words(&row.after, &self.units), before: None, name: &row.name };
            self.event("user.created", *user).with(&details)
        });
        let events: Vec<Event> = events.collect();
        self.events.extend(events);
        Ok(())
    }

    fn change(&mut self, conn: &mut Conn, people: &[(UserId, &Row)]) -> Result<()> {
        let mut new: Vec<(UserId, Cow<'_, Values>)> =
            people.iter().map(|(user, row)| (*user, Cow::Borrowed(&row.after))).collect();
        if self.plan.act == Act::Import {
            self.put_off_managers(people);
            for (_, values) in new.iter_mut().filter(|(_, values)| values.contains_key(&Field::Manager)) {
                values.to_mut().remove(&Field::Manager);
            }
        }
        record::write(conn, &new)?;
        self.name_units(conn, people)?;
        let events = people.iter().map(|(user, row)| {
            let (before, after) = (in_words(&row.before, &self.units), in_words(&row.after, &self.units));
            self.event("user.edited", *user).with(&Details { after, before: Some(before), name: &row.name })
        });
        let events: Vec<Event> = events.collect();
        self.events.extend(events);
        Ok(())
    }

    fn put_off_managers(&mut self, people: &[(UserId, &Row)]) {
        let of = |(user, row): &(UserId, &Row)| Some((*user, row.after.get(&Field::Manager)?.clone()));
        self.managed.extend(people.iter().filter_map(of));
    }

    /// The opposite of creating: into the recycle bin, from where they are erased or restored as everybody.
    fn remove(&mut self, conn: &mut Conn, people: &[(UserId, &Row)]) -> Result<()> {
        let ids: Vec<UserId> = people.iter().map(|(user, _)| *user).collect();
        let active = people.iter().filter(|(_, row)| row.frees.is_some()).count() as i64;
        tombstones::delete(conn, &ids, Stamp { operation: self.operation.id, now: self.now })?;
        sign_in::store::end_all(conn, &ids)?;
        counts::add(conn, State::Active, -active)?;
        counts::add(conn, State::Deactivated, active - ids.len() as i64)?;
        counts::add(conn, State::Deleted, ids.len() as i64)?;
        self.record(people, "user.deleted", |row| {
            let state = if row.frees.is_some() { State::Active } else { State::Deactivated };
            json!({ "name": row.name, "before": { "state": state }, "after": { "state": State::Deleted } })
        });
        Ok(())
    }

    /// The counters of seats, once for the whole batch: what some free, others take.
    fn move_seats(&mut self, conn: &mut Conn) -> Result<()> {
        let free = seats::all(conn)?;
        for (license, (taken, freed)) in std::mem::take(&mut self.seats) {
            let free = free.iter().find(|seats| seats.license_type == license).and_then(|seats| seats.free());
            if let Some(free) = free.filter(|free| taken - freed > *free) {
                let short = Shortage { license, needed: taken - freed, free };
                return Err(self.stop(words::shortage(&short)));
            }
            seats::use_more(conn, license, taken - freed)?;
            self.report.tally.add(format!("taken.{}", license.as_str()), taken);
            self.report.tally.add(format!("freed.{}", license.as_str()), freed);
        }
        Ok(())
    }

    fn event(&self, act: &'static str, user: UserId) -> Event {
        let path = if self.plan.act == Act::Import { Path::Import } else { Path::Page };
        Event::new(act, Some(self.actor.id)).about(user).in_operation(self.operation.id).by_path(path)
    }

    fn record(&mut self, people: &[(UserId, &Row)], act: &'static str, details: impl Fn(&Row) -> serde_json::Value) {
        let events: Vec<Event> = people.iter().map(|(user, row)| self.event(act, *user).with(&details(row))).collect();
        self.events.extend(events);
    }

    /// Reads the names of the companies, teams and so on that these rows are about.
    fn name_units(&mut self, conn: &mut Conn, people: &[(UserId, &Row)]) -> Result<()> {
        let fields = people.iter().flat_map(|(_, row)| row.before.keys().chain(row.after.keys()));
        let units: HashSet<Unit> = fields.filter_map(|field| field.unit()).collect();
        for unit in units {
            if let Entry::Vacant(vacant) = self.units.entry(unit) {
                vacant.insert(units::by_id(conn, unit)?);
            }
        }
        Ok(())
    }
}
