//! Decides what a plan does to each person, from how they are now. Used when a plan is made, confirmed and carried out.

mod new;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::known::{self, Known};
use super::plan::{Plan, Problem, Row, Wanted};
use super::{Act, Step, Why, store, undo, words};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::history::{self, kinds};
use crate::licenses::{AccessLevel, Rights};
use crate::users::actor::Actor;
use crate::users::fields::{Field, Unit, Value, Values};
use crate::users::record::{self, Hold, Record};
use crate::users::{State, names, standing, units};

/// People who are weighed at a time: each slice takes a fixed number of statements.
pub const SLICE: i64 = 2_500;

/// Who acts, what must be kept, and what is known of the rows that were weighed before.
pub struct Weighing {
    actor: (UserId, Rights),
    now: Timestamp,
    hold: Hold,
    administrators: HashSet<UserId>,
    /// Companies, teams and so on that somebody can be given.
    usable: HashMap<Unit, HashSet<i64>>,
    /// Who reports to whom, or to nobody: above the managers that are asked for, with what the plan changes.
    chain: HashMap<i64, Option<i64>>,
    /// The rows of a file come one slice after the other, and may only together be a circle, or none: looked at once
    /// all are there.
    sees_circles: bool,
    /// Of a file: where its cells are.
    wanted: Wanted,
    /// People whom the plan creates: they may be somebody's manager.
    new_people: HashSet<i64>,
    /// Of a file: the rows of its new people, also of those who turn out not to come.
    places: HashMap<i64, i64>,
    /// Addresses of the plan's rows so far.
    addresses: HashMap<String, i64>,
    /// Of an undo: the plan, and what it takes back.
    undoing: Option<(String, OperationId)>,
}

impl Weighing {
    pub fn new(conn: &mut Conn, actor: &Actor, now: Timestamp, hold: Hold) -> Result<Self> {
        Ok(Weighing {
            actor: (actor.id, actor.rights()),
            now,
            hold,
            administrators: standing::administrators_who_can_sign_in(conn)?.into_iter().collect(),
            usable: HashMap::new(),
            chain: HashMap::new(),
            sees_circles: true,
            wanted: Wanted::default(),
            new_people: HashSet::new(),
            places: HashMap::new(),
            addresses: HashMap::new(),
            undoing: None,
        })
    }

    /// All rows of this plan are stored: whom they create, and who will report to whom.
    pub fn of_stored(mut self, conn: &mut Conn, plan: &Plan) -> Result<Self> {
        if plan.act == Act::Import {
            self.new_people = store::new_people(conn, &plan.id)?;
            self.chain = store::managers(conn, &plan.id)?;
            self.wanted = plan.wanted.clone();
            known::leave_out_whom_nobody_leads(conn, &mut self.new_people, &self.chain, self.now)?;
        }
        if plan.act.is_undo() {
            if undo::gives_managers(conn, plan)? {
                self.chain = store::managers(conn, &plan.id)?;
            }
            // Before all rows are weighed for the first time, nobody knows who will report to whom in the end.
            self.sees_circles = !plan.fingerprint.is_empty();
            self.undoing = plan.undoes.map(|undone| (plan.id.clone(), undone));
        }
        Ok(self)
    }

    /// True if the plan creates this person, as far as was known before its rows were weighed.
    pub fn comes(&self, user: Option<UserId>) -> bool {
        user.is_some_and(|user| self.new_people.contains(&user.0))
    }

    /// The rows of a file are about to come; they will create these people.
    pub fn of_file(mut self, plan: &Plan, new_people: HashSet<i64>) -> Self {
        self.new_people = new_people;
        self.sees_circles = plan.act != Act::Import;
        self.wanted = plan.wanted.clone();
        self
    }

    /// Where the new people of the plan's file stand, so that it can be said of a manager who does not come.
    pub fn knowing(mut self, places: &HashMap<i64, i64>) -> Self {
        self.places.clone_from(places);
        self
    }

    fn rights(&self) -> Rights {
        self.actor.1
    }

    /// Weighs rows anew: `after` is what is asked for, and becomes what comes.
    pub fn weigh(&mut self, conn: &mut Conn, act: Act, rows: &mut [Row]) -> Result<()> {
        let known = self.know(conn, rows)?;
        for row in rows {
            let Some(user) = row.user else { continue };
            (row.takes, row.frees) = (None, None);
            match row.step {
                Step::Error => {}
                Step::Create => self.create(act, row, &known),
                _ => match known.records.get(&user) {
                    None => leave(row, Why::Gone),
                    Some(record) => self.existing(act, row, record, &known),
                },
            }
            if let (Act::Import, Step::Skip, Some(why)) = (act, row.step, row.why) {
                self.refuse(row, vec![(Field::Email, why.sentence().to_owned())]);
            }
        }
        Ok(())
    }

    /// A row of a file is carried out whole or not at all.
    fn refuse(&self, row: &mut Row, problems: Vec<(Field, String)>) {
        (row.step, row.why, row.takes, row.frees) = (Step::Error, None, None, None);
        row.before = Values::new();
        row.problems = problems
            .into_iter()
            .map(|(field, text)| Problem { cell: self.wanted.cell(field, row.n), field: Some(field), text })
            .collect();
    }

    /// Beside a value, why nobody can have it.
    fn said_of(&self, field: Field, why: Why, value: Option<&Value>) -> String {
        let manager = value.filter(|_| why == Why::ManagerIsOff).and_then(Value::id);
        let place = manager.and_then(|manager| self.places.get(&manager));
        place.map_or_else(|| why.at_field(field).to_owned(), |place| words::manager_has_an_error(*place))
    }

    fn know(&mut self, conn: &mut Conn, rows: &[Row]) -> Result<Known> {
        let fields: BTreeSet<Field> = rows.iter().flat_map(|row| row.after.keys().copied()).collect();
        let mut wanted_managers = Vec::new();
        let mut addresses = Vec::new();
        for row in rows {
            wanted_managers.extend(row.after.get(&Field::Manager).and_then(Value::id).map(UserId));
            addresses.extend(row.after.get(&Field::Email).map(|email| names::email_key(email.text())));
        }
        for unit in fields.iter().filter_map(|field| field.unit()) {
            if let Entry::Vacant(vacant) = self.usable.entry(unit) {
                let usable = units::all(conn, unit)?.into_iter().filter(|named| !named.is_retired);
                vacant.insert(usable.map(|named| named.id).collect());
            }
        }
        let users: Vec<UserId> =
            rows.iter().filter(|row| row.step != Step::Create).filter_map(|row| row.user).collect();
        let records = record::read(conn, &users, &fields, self.hold)?;
        let removed: Vec<UserId> =
            rows.iter().filter(|row| row.step == Step::Remove).filter_map(|row| row.user).collect();
        let keys: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let numbers = rows.iter().filter_map(|row| Some(row.after.get(&Field::EmployeeNumber)?.text()));
        let numbers: Vec<&str> = numbers.filter(|number| !number.is_empty()).collect();
        let mut managers = HashSet::new();
        if !wanted_managers.is_empty() {
            wanted_managers.sort_unstable();
            wanted_managers.dedup();
            managers = record::with_access(conn, &wanted_managers, self.now)?.into_iter().map(|id| id.0).collect();
            for (user, manager) in record::managers_above(conn, &wanted_managers)? {
                self.chain.entry(user).or_insert(Some(manager));
            }
        }
        Ok(Known {
            records: records.into_iter().map(|record| (record.user, record)).collect(),
            holders: if keys.is_empty() { HashMap::new() } else { record::holders(conn, &keys)? },
            number_holders: record::number_holders(conn, &numbers)?,
            managers,
            in_use: self.in_use(conn, &removed)?,
            posted: match &self.undoing {
                Some((_, undone)) if rows.iter().any(|row| row.step == Step::TakeBack) => {
                    store::notes::holders(conn, *undone, &users)?
                }
                _ => HashSet::new(),
            },
        })
    }

    fn in_use(&self, conn: &mut Conn, removed: &[UserId]) -> Result<HashSet<UserId>> {
        if removed.is_empty() {
            return Ok(HashSet::new());
        }
        let mut in_use: HashSet<UserId> = history::any(conn, removed)?.into_iter().collect();
        for duty in history::duties().iter().filter(|duty| duty.key() != kinds::DIRECT_REPORTS) {
            in_use.extend(duty.count(conn, removed)?.into_iter().map(|(user, _)| user));
        }
        // People who come and go together may report to each other.
        if let Some((plan, _)) = &self.undoing {
            in_use.extend(store::with_other_reports(conn, plan, removed)?);
        }
        Ok(in_use)
    }

    fn existing(&mut self, act: Act, row: &mut Row, record: &Record, known: &Known) {
        let version = record.version;
        let was_shown = std::mem::replace(&mut row.version, version);
        row.name.clone_from(&record.name);
        if record.state == State::Deleted {
            return leave(row, Why::Deleted);
        }
        if !self.rights().include(record.level.rights()) {
            return leave(row, Why::BeyondYourRights);
        }
        match row.step {
            Step::Post => {}
            Step::TakeBack if known.posted.contains(&record.user) => {}
            Step::TakeBack => leave(row, Why::TouchedSince),
            Step::Skip if row.after.is_empty() => {}
            Step::Remove => {
                let is_used = !record.last_sign_in_at.is_never() || known.in_use.contains(&record.user);
                if self.actor.0 == record.user || was_shown != version {
                    row.version = was_shown;
                    leave(row, Why::TouchedSince);
                } else if is_used {
                    leave(row, Why::UsedSince);
                } else if self.is_last_administrator(record.user) {
                    leave(row, Why::LastAdministrator);
                } else if record.state == State::Active {
                    self.administrators.remove(&record.user);
                    row.frees = Some(record.level.license_type());
                }
            }
            _ => self.change(act, row, record, known),
        }
    }

    /// The part of what is asked for that differs and may be: that is the change.
    fn change(&mut self, act: Act, row: &mut Row, record: &Record, known: &Known) {
        let (mut before, mut after) = (Values::new(), Values::new());
        let mut all_left_out = Vec::new();
        for (field, value) in &row.after {
            let now = record.value(*field);
            if now == value {
                continue;
            }
            match self.why_not(*field, value, record, known) {
                Some(why) => all_left_out.push((*field, why)),
                None => {
                    before.insert(*field, now.clone());
                    after.insert(*field, value.clone());
                }
            }
        }
        if act == Act::Import && !all_left_out.is_empty() {
            let said = |(field, why): (Field, Why)| (field, self.said_of(field, why, row.after.get(&field)));
            let problems = all_left_out.into_iter().map(said).collect();
            return self.refuse(row, problems);
        }
        let left_out = all_left_out.first().map(|(_, why)| *why);
        if act == Act::Edit {
            let beside = |(field, why): &(Field, Why)| Problem {
                cell: String::new(),
                field: Some(*field),
                text: why.at_field(*field).to_owned(),
            };
            row.problems = all_left_out.iter().map(beside).collect();
        }
        if let (Some(from), Some(to)) = (level(&before), level(&after))
            && from.license_type() != to.license_type()
        {
            (row.takes, row.frees) = (Some(to.license_type()), Some(from.license_type()));
        }
        if after.contains_key(&Field::Manager) {
            self.chain.insert(record.user.0, after.get(&Field::Manager).and_then(Value::id));
        }
        if level(&before) == Some(AccessLevel::SystemAdministrator) && level(&after).is_some() {
            self.administrators.remove(&record.user);
        }
        // What was left out of a row of its own is not asked for again.
        row.why = left_out.or(row.why.filter(|_| act != Act::Edit && !after.is_empty()));
        row.step = match (after.is_empty(), left_out) {
            (false, _) => Step::Change,
            (true, Some(_)) => Step::Skip,
            (true, None) => Step::Unchanged,
        };
        row.before = before;
        // What was asked of somebody who is left out stays with the row, to be weighed again. Of a whole selection the plan knows it.
        if !after.is_empty() || act == Act::Edit || left_out.is_none() {
            row.after = after;
        }
    }

    /// Why this person cannot have this value.
    fn why_not(&self, field: Field, value: &Value, record: &Record, known: &Known) -> Option<Why> {
        let adds = match value {
            Value::Nothing => false,
            Value::Ids(ids) => ids.iter().any(|id| !record.value(field).ids().contains(id)),
            _ => true,
        };
        if field.is_for_active_people() && adds && !record.has_access(self.now) {
            return Some(Why::IsOff);
        }
        match field {
            Field::Level => self.why_not_level(value.level(), record),
            Field::Email => {
                let key = names::email_key(value.text());
                let is_taken = known.holders.get(&key).is_some_and(|holder| *holder != record.user);
                is_taken.then_some(Why::AddressTaken)
            }
            Field::EmployeeNumber => known.is_number_taken(value, Some(record.user)).then_some(Why::NumberTaken),
            Field::Manager => self.why_not_manager(record.user, value.id()?, known),
            _ => self.is_unit_gone(field, value, record.value(field)).then_some(Why::UnitIsGone),
        }
    }

    fn why_not_level(&self, level: Option<AccessLevel>, record: &Record) -> Option<Why> {
        let Some(level) = level else { return Some(Why::IsOff) };
        if self.actor.0 == record.user {
            return Some(Why::OwnLevel);
        }
        if !self.rights().include(level.rights()) {
            return Some(Why::BeyondYourRights);
        }
        self.is_last_administrator(record.user).then_some(Why::LastAdministrator)
    }

    fn is_last_administrator(&self, user: UserId) -> bool {
        self.administrators.len() == 1 && self.administrators.contains(&user)
    }

    fn why_not_manager(&self, user: UserId, manager: i64, known: &Known) -> Option<Why> {
        if !known.managers.contains(&manager) && !self.new_people.contains(&manager) {
            return Some(Why::ManagerIsOff);
        }
        if !self.sees_circles {
            return None;
        }
        let mut above = Some(manager);
        // No chain is longer than all its links; an old circle elsewhere ends the walk too.
        for _ in 0..=self.chain.len() + 1 {
            match above {
                Some(id) if id == user.0 => return Some(Why::ManagerInACircle),
                Some(id) => above = self.chain.get(&id).copied().flatten(),
                None => return None,
            }
        }
        None
    }

    /// A unit that somebody has already may stay with them, retired or not.
    fn is_unit_gone(&self, field: Field, value: &Value, now: &Value) -> bool {
        let Some(usable) = field.unit().and_then(|unit| self.usable.get(&unit)) else { return false };
        let new = value.id().into_iter().chain(value.ids().iter().copied());
        new.into_iter().any(|id| !usable.contains(&id) && !now.ids().contains(&id))
    }
}

fn level(values: &Values) -> Option<AccessLevel> {
    values.get(&Field::Level)?.level()
}

fn leave(row: &mut Row, why: Why) {
    row.step = Step::Skip;
    row.why = Some(why);
    row.before = Values::new();
    row.problems = Vec::new();
}
