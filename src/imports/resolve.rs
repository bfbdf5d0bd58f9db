//! What each line asks for, as values: names become companies, teams, levels and people, or a problem with its cell.

use std::collections::HashMap;

use super::line::{Asked, Line, on_one_line};
use super::mapping::Mapping;
use super::recognize::{Recognized, Who, excerpt};
use super::store::lookups::{self, Named, Units};
use super::target::Target;
use crate::db::{Conn, Result, Timestamp};
use crate::edits::Step;
use crate::edits::plan::{Problem, Row};
use crate::edits::words::manager_has_an_error;
use crate::licenses::AccessLevel;
use crate::preferences::zones;
use crate::spreadsheet;
use crate::users::fields::{Field, Kind, Unit, Value, Values};
use crate::users::names;
use crate::users::record;

/// What all lines are read with.
pub struct Resolving<'a> {
    pub mapping: &'a Mapping,
    pub recognized: &'a Recognized,
    pub units: &'a Units,
    pub default_level: Option<AccessLevel>,
    pub now: Timestamp,
}

/// The people whom a slice names as managers.
#[derive(Default)]
struct Managers {
    by_email: HashMap<String, i64>,
    by_name: HashMap<String, Vec<(i64, bool)>>,
}

impl Resolving<'_> {
    /// A plan's rows for these lines: what each asks for, not yet weighed. A fixed number of statements.
    pub fn rows(&self, conn: &mut Conn, lines: &[Line]) -> Result<Vec<Row>> {
        let managers = self.managers(conn, lines)?;
        let mut rows: Vec<Row> = lines.iter().map(|line| self.row(line, &managers)).collect();
        self.note_the_bin(conn, lines, &mut rows)?;
        Ok(rows)
    }

    /// Somebody new whose address somebody in the recycle bin has: perhaps they are the same.
    fn note_the_bin(&self, conn: &mut Conn, lines: &[Line], rows: &mut [Row]) -> Result<()> {
        let is_new = |line: &Line| matches!(self.recognized.who(line.line), Some(Who::New { .. }));
        let key = |line: &Line| line.email_key(self.mapping).filter(|_| is_new(line));
        let keys: Vec<Option<String>> = lines.iter().map(key).collect();
        let deleted = lookups::in_the_bin(conn, &keys.iter().flatten().map(String::as_str).collect::<Vec<_>>())?;
        for ((line, key), row) in lines.iter().zip(&keys).zip(rows) {
            if row.step == Step::Create && key.as_ref().is_some_and(|key| deleted.contains(key)) {
                let cell = line.address(self.mapping, Target::Field(Field::Email));
                let text = "Somebody with this email address is in the recycle bin. Restore them there if they are the \
                    same; this creates somebody new.";
                row.problems.push(Problem { cell, field: None, text: text.into() });
            }
        }
        Ok(())
    }

    fn managers(&self, conn: &mut Conn, lines: &[Line]) -> Result<Managers> {
        let typed = lines.iter().filter_map(|line| line.asked_of(self.mapping, Field::Manager).text());
        let (emails, named): (Vec<&str>, Vec<&str>) = typed.partition(|typed| typed.contains('@'));
        let emails: Vec<String> = emails.into_iter().map(names::email_key).collect();
        let named: Vec<String> = named.into_iter().map(names::fold).collect();
        let mut managers = Managers::default();
        if !emails.is_empty() {
            let held = record::holders(conn, &emails.iter().map(String::as_str).collect::<Vec<_>>())?;
            managers.by_email = held.into_iter().map(|(key, user)| (key, user.0)).collect();
        }
        let named: Vec<&str> = named.iter().map(String::as_str).collect();
        managers.by_name = lookups::called(conn, &named, self.now)?;
        Ok(managers)
    }

    fn row(&self, line: &Line, managers: &Managers) -> Row {
        let mut row = Row {
            n: line.line,
            user: None,
            name: line.name(self.mapping),
            step: Step::Error,
            why: None,
            takes: None,
            frees: None,
            version: 0,
            before: Values::new(),
            after: Values::new(),
            problems: Vec::new(),
        };
        row.problems.extend(self.failed_formulas(line));
        let Some(who) = self.recognized.who(line.line) else {
            row.problems.extend(self.recognized.problem(line.line).cloned());
            return row;
        };
        for (_, target) in self.mapping.columns() {
            let Target::Field(field) = target else { continue };
            match self.value(line, field, who, managers) {
                Ok(Some(value)) => drop(row.after.insert(field, value)),
                Ok(None) => {}
                Err(text) => row.problems.push(line.problem(self.mapping, target, text)),
            }
        }
        row.user = who.user();
        row.step = match who {
            _ if !row.problems.is_empty() => Step::Error,
            Who::New { .. } => Step::Create,
            Who::There { .. } => Step::Change,
        };
        if matches!(who, Who::New { .. }) {
            self.complete(line, &mut row);
            if row.step == Step::Error {
                // Nobody is there who could be looked up by the id.
                row.user = None;
            }
        }
        row
    }

    /// Cells of imported columns in which a formula failed.
    fn failed_formulas<'a>(&'a self, line: &'a Line) -> impl Iterator<Item = Problem> + 'a {
        let failed = line.cells.iter().filter(|(_, text)| spreadsheet::is_error(text));
        failed.filter_map(|(column, text)| {
            let target = self.mapping.target(*column)?;
            Some(line.problem(self.mapping, target, format!("The formula in this cell failed ({}).", text.trim())))
        })
    }

    /// What somebody new has without being asked for, and what they lack.
    fn complete(&self, line: &Line, row: &mut Row) {
        if let (Some(level), None) = (self.default_level, row.after.get(&Field::Level)) {
            row.after.insert(Field::Level, Value::of_level(Some(level)));
        }
        for field in Field::ALL.iter().copied().filter(|field| field.is_required()) {
            let is_named = row.problems.iter().any(|problem| problem.field == Some(field));
            if !row.after.contains_key(&field) && !is_named {
                let text = format!("Somebody new needs {}.", with_article(field));
                row.problems.push(line.problem(self.mapping, Target::Field(field), text));
                row.step = Step::Error;
            }
        }
        row.after.retain(|_, value| *value != Value::Nothing);
    }

    /// What a cell asks for; `None`: nothing.
    fn value(
        &self,
        line: &Line,
        field: Field,
        who: Who,
        managers: &Managers,
    ) -> std::result::Result<Option<Value>, String> {
        let text = match line.asked_of(self.mapping, field) {
            Asked::Nothing => return Ok(None),
            Asked::Empty if field.is_required() => return Err(format!("{} cannot be emptied.", field.name())),
            Asked::Empty => return Ok(Some(Value::Nothing)),
            Asked::Text(text) if spreadsheet::is_error(text) => return Ok(None),
            Asked::Text(text) => text,
        };
        match field.kind() {
            Kind::Level => level(text, who),
            Kind::Unit(unit) => self.unit(unit, text).map(|id| Some(Value::of_id(Some(id)))),
            Kind::Units(unit) => {
                let parts = text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
                let ids = parts.map(|part| self.unit(unit, part)).collect::<std::result::Result<Vec<_>, _>>()?;
                Ok(Some(Value::of_ids(ids)))
            }
            Kind::Person => self.manager(text, managers).map(|id| Some(Value::of_id(Some(id)))),
            Kind::TimeZone => match zones::named(text) {
                Some(zone) => Ok(Some(Value::of_text(zone))),
                None => Err(format!("There is no time zone “{}”. Write one like Europe/Vienna.", excerpt(text))),
            },
            Kind::Email if matches!(who, Who::There { has_address: true, .. }) => Ok(None),
            Kind::Text | Kind::Email => {
                let text = on_one_line(field, text);
                field.problem(&text).map_or_else(|| Ok(Some(Value::of_text(&text))), Err)
            }
        }
    }

    fn unit(&self, unit: Unit, name: &str) -> std::result::Result<i64, String> {
        let (noun, shown) = (unit.noun(), excerpt(name));
        match self.units.named(unit, name) {
            Named::One(id) => Ok(id),
            Named::Several => Err(format!("More than one {noun} is called “{shown}”. Rename one in Setup.")),
            // Whoever has it may keep it; the weighing knows.
            Named::Retired => self.units.ids(unit, name).next().ok_or_else(String::new),
            Named::Nothing => Err(format!("No {noun} is called “{shown}”. Create it in Setup first.")),
        }
    }

    /// Whom a cell names: by address, or by a whole name that only one person has; in the file or not.
    fn manager(&self, typed: &str, managers: &Managers) -> std::result::Result<i64, String> {
        let shown = excerpt(typed);
        if typed.contains('@') {
            let key = names::email_key(typed);
            if let Some(line) = self.recognized.line_of(&key) {
                return self.in_line(line);
            }
            let found = managers.by_email.get(&key).copied();
            return found.ok_or_else(|| format!("Nobody has the email address “{shown}”, in Roster or in this file."));
        }
        let key = names::fold(typed);
        let there = managers.by_name.get(&key).map(Vec::as_slice).unwrap_or_default();
        let active: Vec<i64> = there.iter().filter(|(_, has_access)| *has_access).map(|(id, _)| *id).collect();
        let several = || format!("More than one person is called “{shown}”. Write the email address.");
        match (active[..].first(), active.len(), self.recognized.line_called(&key)) {
            (Some(id), 1, None) => Ok(*id),
            (None, _, Some(Some(line))) => self.in_line(line),
            (None, _, None) => match there {
                [] => Err(match self.recognized.line_with_problem(&key) {
                    Some(line) => manager_has_an_error(line),
                    None => format!("Nobody is called “{shown}”, in Roster or in this file. Write the email address."),
                }),
                [(id, _)] => Ok(*id),
                _ => Err(several()),
            },
            _ => Err(several()),
        }
    }

    fn in_line(&self, line: i64) -> std::result::Result<i64, String> {
        let user = self.recognized.who(line).and_then(Who::user);
        user.map(|user| user.0).ok_or_else(|| manager_has_an_error(line))
    }
}

fn level(text: &str, who: Who) -> std::result::Result<Option<Value>, String> {
    let Some(level) = AccessLevel::by_name(text).or_else(|| AccessLevel::parse(text)) else {
        let known: Vec<&str> = AccessLevel::ALL.iter().map(|level| level.name()).collect();
        return Err(format!("No access level is called “{}”. Known: {}.", excerpt(text), known.join(", ")));
    };
    match who {
        // Exported files say which level somebody had; that asks for nothing.
        Who::There { level_while_off: Some(last), .. } if last == level => Ok(None),
        Who::There { level_while_off: Some(_), .. } => {
            Err("This person is deactivated. Activate them to give them an access level.".into())
        }
        _ => Ok(Some(Value::of_level(Some(level)))),
    }
}

/// `an email address`
fn with_article(field: Field) -> &'static str {
    match field {
        Field::FirstName => "a first name",
        Field::LastName => "a last name",
        Field::Email => "an email address",
        Field::Level => "an access level",
        _ => "this",
    }
}
