//! Decides about somebody new: whether they can come as they are asked for.

use super::super::known::Known;
use super::super::plan::{Problem, Row};
use super::super::{Act, Step, Why};
use super::{Weighing, level};
use crate::licenses::AccessLevel;
use crate::users::fields::{Field, Value};
use crate::users::names;

impl Weighing {
    pub(super) fn create(&mut self, act: Act, row: &mut Row, known: &Known) {
        row.takes = level(&row.after).map(AccessLevel::license_type);
        if let (Some(user), Some(manager)) = (row.user, row.after.get(&Field::Manager).and_then(Value::id)) {
            self.chain.insert(user.0, Some(manager));
        }
        let found = self.why_not_new(row, known);
        if found.is_empty() {
            return;
        }
        (row.step, row.takes) = (Step::Error, None);
        let cell = |field| self.wanted.cell(field, row.n);
        row.problems =
            found.into_iter().map(|(field, text)| Problem { cell: cell(field), field: Some(field), text }).collect();
        if act == Act::Import {
            // Nobody is there who could be looked up by the id.
            row.user = None;
        }
    }

    fn why_not_new(&mut self, row: &Row, known: &Known) -> Vec<(Field, String)> {
        let mut found = Vec::new();
        let nothing = Value::Nothing;
        for field in Field::ALL.iter().copied().filter(|field| field.is_required()) {
            if let Some(problem) = field.problem(row.after.get(&field).unwrap_or(&nothing).text()) {
                found.push((field, problem));
            }
        }
        for (field, value) in &row.after {
            let why = match field {
                Field::Email => {
                    let key = names::email_key(value.text());
                    let is_known = known.holders.contains_key(&key);
                    let before = *self.addresses.entry(key).or_insert(row.n);
                    (is_known || before != row.n).then_some(Why::AddressTaken)
                }
                Field::Level => {
                    let is_beyond = value.level().is_some_and(|level| !self.rights().include(level.rights()));
                    is_beyond.then_some(Why::BeyondYourRights)
                }
                Field::EmployeeNumber => known.is_number_taken(value, None).then_some(Why::NumberTaken),
                Field::Manager => row.user.zip(value.id()).and_then(|(user, id)| self.why_not_manager(user, id, known)),
                _ => self.is_unit_gone(*field, value, &nothing).then_some(Why::UnitIsGone),
            };
            if let Some(why) = why {
                found.push((*field, self.said_of(*field, why, Some(value))));
            }
        }
        found
    }
}
