//! What the page of a plan of edits shows: numbers, each person with before and after, and what stands in the way.

use std::collections::{BTreeSet, HashMap};

use super::super::confirm;
use super::super::plan::{Plan, Row};
use super::super::{Act, Step, store, words};
use crate::db::{Conn, Result, UserId};
use crate::operations::engine::AT_ONCE;
use crate::users::fields::{Field, Unit, Value};
use crate::users::find;
use crate::users::units::{self, Named};
use crate::web::page::percent_encode;
use crate::web::pagination::ROWS;
use crate::web::text::{count, initials, number};

pub struct View {
    pub plan: Plan,
    pub title: String,
    pub tabs: Vec<Tab>,
    pub rows: Vec<Line>,
    /// Shown within a page that has a heading of its own.
    pub is_part: bool,
    /// Where the plan's form is sent for the list to go on.
    pub more: Option<String>,
    pub button: Option<String>,
    pub is_red: bool,
    pub is_large: bool,
    /// Rows of a file that have errors.
    pub errors: i64,
    pub shortages: Vec<String>,
    /// "2 Standard taken, 2 Light freed", if any.
    pub seats: Vec<String>,
    /// Why people are left as they are, with how many.
    pub left: Vec<String>,
}

/// Rows of one step.
pub struct Tab {
    pub name: String,
    pub n: i64,
    /// Where the plan's form is sent to come to these rows.
    pub address: String,
    pub is_current: bool,
}

/// One person.
pub struct Line {
    /// `None`: nobody who is there yet, so there is no profile.
    pub profile: Option<UserId>,
    pub place: i64,
    pub name: String,
    pub initials: String,
    pub color: i64,
    pub word: &'static str,
    pub tone: &'static str,
    pub changes: Vec<Change>,
    pub notes: Vec<String>,
}

pub struct Change {
    pub field: &'static str,
    /// `None`: somebody new had nothing.
    pub before: Option<String>,
    pub after: String,
}

/// Which rows of the plan the page shows.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Shown {
    #[serde(default)]
    pub only: String,
    pub after: Option<i64>,
}

impl Shown {
    /// The page of the plan with these rows.
    pub fn address(&self, plan: &Plan) -> String {
        let page = address(plan);
        match (self.only.as_str(), self.after) {
            ("", _) => page,
            (only, None) => format!("{page}?only={}", percent_encode(only)),
            (only, Some(after)) => format!("{page}?only={}&after={after}", percent_encode(only)),
        }
    }
}

impl View {
    pub fn read(conn: &mut Conn, plan: Plan, shown: &Shown) -> Result<View> {
        let steps = store::steps(conn, &plan.id)?;
        let of = |step: Step| steps.get(&step).copied().unwrap_or_default();
        let only = Step::parse(&shown.only).filter(|step| of(*step) > 0).or_else(|| {
            // What has to be mended comes first.
            (of(Step::Error) > 0 && shown.only != "all").then_some(Step::Error)
        });
        let all: i64 = steps.values().sum();
        let mut rows = store::rows(conn, &plan.id, only, shown.after.unwrap_or(i64::MIN), ROWS as i64 + 1)?;
        let has_more = rows.len() > ROWS;
        rows.truncate(ROWS);
        let word = only.map_or("all", |step| step.as_str());
        let more =
            rows.last().filter(|_| has_more).map(|row| format!("/edits/{}?only={word}&after={}", plan.id, row.n));
        let names = Names::read(conn, &rows)?;
        let seats = store::seats(conn, &plan.id)?;
        let in_words = |(license, n): (&crate::licenses::LicenseType, &i64)| match n {
            0 => None,
            n if *n > 0 => Some(format!("{} {} taken", number(*n), license.name())),
            n => Some(format!("{} {} freed", number(-n), license.name())),
        };
        let left = store::reasons(conn, &plan.id)?.into_iter();
        Ok(View {
            title: title(&plan, all),
            tabs: tabs(&plan, &steps, only, all),
            rows: rows.into_iter().map(|row| names.line(row)).collect(),
            is_part: false,
            more,
            button: words::button(of),
            is_red: of(Step::Remove) > 0,
            is_large: all > AT_ONCE as i64,
            errors: of(Step::Error),
            shortages: confirm::shortages(conn, &plan.id)?.iter().map(words::shortage).collect(),
            seats: seats.iter().filter_map(in_words).collect(),
            left: left.map(|(why, n)| format!("{} {}", number(n), why.short())).collect(),
            plan,
        })
    }

    pub fn address(&self) -> String {
        address(&self.plan)
    }

    /// Nobody would be changed, and nothing that is wrong explains it.
    pub fn is_nothing(&self) -> bool {
        self.button.is_none() && self.errors == 0 && self.shortages.is_empty()
    }

    /// What nobody can run while it is so, and may leave out.
    pub fn is_blocked_by_errors(&self) -> bool {
        self.errors > 0 && !self.plan.wanted.leaves_errors_out
    }
}

/// Where the plan is shown: that of a file beside its columns.
pub fn address(plan: &Plan) -> String {
    if plan.wanted.page.is_empty() { format!("/edits/{}", plan.id) } else { plan.wanted.page.clone() }
}

pub fn title(plan: &Plan, all: i64) -> String {
    match plan.act {
        Act::Create => "New user".into(),
        Act::Edit => format!("Edit {}", count(all, "person", "people")),
        Act::Import => format!("Import {}", count(all, "row", "rows")),
        Act::PostUpdate => format!("Post an update to {}", count(all, "person", "people")),
        Act::UndoEdit | Act::UndoImport => match plan.undoes {
            Some(undone) => format!("Undo operation {undone} for {}", count(all, "person", "people")),
            None => "Undo".into(),
        },
    }
}

fn tabs(plan: &Plan, steps: &HashMap<Step, i64>, only: Option<Step>, all: i64) -> Vec<Tab> {
    const ORDER: [(Step, &str); 8] = [
        (Step::Error, "Errors"),
        (Step::Create, "New"),
        (Step::Change, "Change"),
        (Step::Post, "Get it"),
        (Step::Remove, "Remove"),
        (Step::TakeBack, "Take back"),
        (Step::Unchanged, "Unchanged"),
        (Step::Skip, "Left as they are"),
    ];
    let address = |word: &str| format!("/edits/{}?only={word}", plan.id);
    let there = ORDER.iter().filter(|(step, _)| steps.contains_key(step));
    let mut tabs: Vec<Tab> = there
        .map(|(step, name)| Tab {
            name: (*name).to_owned(),
            n: steps.get(step).copied().unwrap_or_default(),
            address: address(step.as_str()),
            is_current: only == Some(*step),
        })
        .collect();
    if tabs.len() > 1 {
        tabs.insert(0, Tab { name: "All".into(), n: all, address: address("all"), is_current: only.is_none() });
    }
    tabs
}

/// What the values of some rows refer to, by name.
struct Names {
    units: HashMap<Unit, HashMap<i64, Named>>,
    people: HashMap<UserId, String>,
}

impl Names {
    fn read(conn: &mut Conn, rows: &[Row]) -> Result<Names> {
        let values = || rows.iter().flat_map(|row| row.before.iter().chain(&row.after));
        let units: BTreeSet<Unit> = values().filter_map(|(field, _)| field.unit()).collect();
        let managers = values().filter(|(field, _)| **field == Field::Manager);
        let managers: Vec<UserId> = managers.filter_map(|(_, value)| value.id().map(UserId)).collect();
        let mut names = Names { units: HashMap::new(), people: find::names_of(conn, &managers)? };
        for unit in units {
            names.units.insert(unit, units::by_id(conn, unit)?);
        }
        // Somebody new who will manage somebody new.
        for row in rows {
            if let (Some(user), Step::Create) = (row.user, row.step) {
                names.people.entry(user).or_insert_with(|| row.name.clone());
            }
        }
        Ok(names)
    }

    fn in_words(&self, field: Field, value: &Value) -> String {
        let unit = |id: &i64| {
            let units = field.unit().and_then(|unit| self.units.get(&unit));
            units.and_then(|units| units.get(id)).map_or_else(|| "gone".to_owned(), |named| named.name.clone())
        };
        match value {
            Value::Nothing => "nothing".into(),
            Value::Text(text) if field == Field::Level => {
                value.level().map_or_else(|| text.clone(), |level| level.name().to_owned())
            }
            Value::Text(text) => text.clone(),
            Value::Id(id) if field == Field::Manager => {
                self.people.get(&UserId(*id)).cloned().unwrap_or_else(|| "somebody of this file".into())
            }
            Value::Id(id) => unit(id),
            Value::Ids(ids) => ids.iter().map(unit).collect::<Vec<_>>().join(", "),
        }
    }

    fn line(&self, row: Row) -> Line {
        let is_new = row.step == Step::Create || row.step == Step::Error;
        // Of a row with an error, what is wrong is what counts.
        let asked = row.after.iter().filter(|_| row.step != Step::Error);
        let changes = asked.filter(|(_, value)| !is_new || **value != Value::Nothing);
        let changes = changes.map(|(field, value)| Change {
            field: field.name(),
            before: (!is_new).then(|| self.in_words(*field, row.before.get(field).unwrap_or(&Value::Nothing))),
            after: self.in_words(*field, value),
        });
        let in_part = if row.step == Step::Change && row.why.is_some() { "Only in part: " } else { "" };
        let problems = row.problems.iter().map(|problem| match problem.cell.as_str() {
            "" => format!("{in_part}{}", problem.text),
            cell => format!("{cell}: {}", problem.text),
        });
        // Where problems stand beside fields, they say it.
        let left_out = row.why.filter(|_| row.problems.is_empty());
        let left_out = left_out.map(|why| format!("{in_part}{}", why.sentence()));
        let (first, last) = row.name.rsplit_once(' ').unwrap_or((&row.name, ""));
        let (word, tone) = match row.step {
            Step::Create => ("New", "success"),
            Step::Change => ("Change", "info"),
            Step::Post => ("Post", "info"),
            Step::Remove => ("Remove", "danger"),
            Step::TakeBack => ("Take back", "info"),
            step => step.outcome(),
        };
        Line {
            profile: row.user.filter(|_| !is_new),
            place: row.n,
            initials: initials(first, last),
            color: crate::web::text::avatar(row.user.map_or(row.n, |user| user.0)),
            changes: changes.collect(),
            notes: problems.chain(left_out).collect(),
            word,
            tone,
            name: row.name,
        }
    }
}
