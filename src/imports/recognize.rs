//! Who is meant by each line: somebody who is there, by ID, email address or employee number, or somebody new. Here
//! also two lines are found that mean the same person.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::line::Line;
use super::mapping::Mapping;
use super::store::lookups::{self, Person};
use super::target::Target;
use crate::db::{Conn, Result, UserId};
use crate::edits::plan::Problem;
use crate::licenses::AccessLevel;
use crate::users::fields::Field;
use crate::users::{State, email, names};

/// Who a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Somebody who is there.
    There {
        user: UserId,
        /// The level they had, if they are deactivated.
        level_while_off: Option<AccessLevel>,
        /// The address of the line is theirs, whatever its case.
        has_address: bool,
    },
    /// Somebody new; with the id that is reserved for them, once all lines were seen.
    New { user: Option<UserId> },
}

impl Who {
    pub fn user(self) -> Option<UserId> {
        match self {
            Who::There { user, .. } => Some(user),
            Who::New { user } => user,
        }
    }
}

/// What all lines together say about who is meant. Of each line only keys are kept.
#[derive(Debug, Default)]
pub struct Recognized {
    /// By line. Lines with a problem are not here.
    who: HashMap<i64, Who>,
    problems: HashMap<i64, Problem>,
    /// The line in which an address, an employee number or a person stands first.
    by_email: HashMap<String, i64>,
    by_number: HashMap<String, i64>,
    by_user: HashMap<UserId, i64>,
    /// New people by their folded names; `None`: several have it.
    by_name: HashMap<String, Option<i64>>,
    /// The first line with a problem in which a folded name stands.
    with_problem_by_name: HashMap<String, i64>,
}

impl Recognized {
    pub fn who(&self, line: i64) -> Option<Who> {
        self.who.get(&line).copied()
    }

    pub fn problem(&self, line: i64) -> Option<&Problem> {
        self.problems.get(&line)
    }

    /// The line in which this address stands.
    pub fn line_of(&self, email_key: &str) -> Option<i64> {
        self.by_email.get(email_key).copied()
    }

    /// The line of the only new person of this name; `Some(None)`: several.
    pub fn line_called(&self, name_key: &str) -> Option<Option<i64>> {
        self.by_name.get(name_key).copied()
    }

    /// A line of which nothing comes, in which this name stands.
    pub fn line_with_problem(&self, name_key: &str) -> Option<i64> {
        self.with_problem_by_name.get(name_key).copied()
    }

    pub fn new_people(&self) -> usize {
        self.who.values().filter(|who| matches!(who, Who::New { .. })).count()
    }

    /// The lines of the new people, by their ids.
    pub fn new_by_id(&self) -> HashMap<i64, i64> {
        let new = self.who.iter().filter(|(_, who)| matches!(who, Who::New { .. }));
        new.filter_map(|(line, who)| Some((who.user()?.0, *line))).collect()
    }

    /// Gives the new people their ids, in the order of the lines.
    pub fn give_ids(&mut self, ids: Vec<i64>) {
        let mut lines: Vec<i64> =
            self.who.iter().filter(|(_, who)| matches!(who, Who::New { .. })).map(|(line, _)| *line).collect();
        lines.sort_unstable();
        for (line, id) in lines.into_iter().zip(ids) {
            self.who.insert(line, Who::New { user: Some(UserId(id)) });
        }
    }

    /// Sees a slice of lines: three statements, however many there are.
    pub fn see(&mut self, conn: &mut Conn, mapping: &Mapping, lines: &[Line]) -> Result<()> {
        let keys: Vec<String> = lines.iter().filter_map(|line| line.email_key(mapping)).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let numbers: Vec<&str> =
            lines.iter().filter_map(|line| line.asked_of(mapping, Field::EmployeeNumber).text()).collect();
        let ids = lines.iter().filter_map(|line| line.asked(mapping, Target::Id).text()?.parse().ok());
        let people = lookups::people(conn, &ids.collect::<Vec<i64>>(), &keys, &numbers)?;
        let known = Known::of(&people);
        for line in lines {
            match self.recognize(mapping, line, &known) {
                Ok(who) => drop(self.who.insert(line.line, who)),
                Err(problem) => {
                    self.problems.insert(line.line, problem);
                    self.with_problem_by_name.entry(typed_name(mapping, line)).or_insert(line.line);
                }
            }
        }
        Ok(())
    }

    fn recognize(&mut self, mapping: &Mapping, line: &Line, known: &Known) -> std::result::Result<Who, Problem> {
        let problem = |target, text: String| Err(line.problem(mapping, target, text));
        let (email, number) = (Target::Field(Field::Email), Target::Field(Field::EmployeeNumber));
        let email_key = line.email_key(mapping);
        let typed_number = line.asked_of(mapping, Field::EmployeeNumber).text();
        if let Some(key) = &email_key
            && let Some(first) = first_line(&mut self.by_email, key.clone(), line.line)
        {
            return problem(email, format!("The same email address as in row {first}."));
        }
        if let Some(typed) = typed_number
            && let Some(first) = first_line(&mut self.by_number, typed.to_owned(), line.line)
        {
            return problem(number, format!("The same employee number as in row {first}."));
        }
        let person = match (line.asked(mapping, Target::Id).text(), &email_key, typed_number) {
            (Some(id), ..) => match id.parse().ok().and_then(|id| known.by_id.get(&id)) {
                None => return problem(Target::Id, format!("Nobody has the ID {}.", excerpt(id))),
                Some(person) if person.state == State::Deleted => {
                    return problem(
                        Target::Id,
                        format!("{} is in the recycle bin. Restore them first.", person.name()),
                    );
                }
                Some(person) => Some(*person),
            },
            (None, Some(key), typed) => {
                known.by_email.get(key.as_str()).copied().or_else(|| typed.and_then(|typed| known.only(typed)))
            }
            (None, None, Some(typed)) => known.only(typed),
            (None, None, None) => None,
        };
        if let Some(typed) = typed_number {
            let others = known.by_number.get(typed).into_iter().flatten();
            let other = others.into_iter().find(|other| person.is_none_or(|person| person.id != other.id));
            if let Some(other) = other {
                let (name, address) = (other.name(), &other.email);
                return problem(number, format!("{name} ({address}) has this employee number."));
            }
        }
        let Some(person) = person else { return self.new_person(mapping, line, email_key) };
        if let Some(first) = first_line(&mut self.by_user, person.id, line.line) {
            return problem(
                known.told_by(mapping, line),
                format!("Row {first} is about the same person, {}.", person.name()),
            );
        }
        let level_while_off = (person.state == State::Deactivated).then_some(person.level);
        let has_address = email_key.is_some_and(|key| key == person.email_key);
        Ok(Who::There { user: person.id, level_while_off, has_address })
    }

    fn new_person(
        &mut self,
        mapping: &Mapping,
        line: &Line,
        email_key: Option<String>,
    ) -> std::result::Result<Who, Problem> {
        let email = Target::Field(Field::Email);
        let Some(_) = email_key else {
            return Err(line.problem(
                mapping,
                email,
                "Nobody is recognized by this row, and without an email address nobody new comes.",
            ));
        };
        let typed = line.asked_of(mapping, Field::Email).text().unwrap_or_default();
        if let Some(problem) = email::problem(typed) {
            return Err(line.problem(
                mapping,
                email,
                format!("“{}” is not an email address. {problem}", excerpt(typed)),
            ));
        }
        let key = typed_name(mapping, line);
        if !key.is_empty() {
            self.by_name.entry(key).and_modify(|line| *line = None).or_insert(Some(line.line));
        }
        Ok(Who::New { user: None })
    }
}

/// The folded name that stands in a line; empty if there is none.
fn typed_name(mapping: &Mapping, line: &Line) -> String {
    let part = |field| line.asked_of(mapping, field).text().unwrap_or_default();
    names::name_key(part(Field::FirstName), part(Field::LastName))
}

/// Notes in which line a key stands; if it stands in an earlier one, that.
fn first_line<K: std::hash::Hash + Eq>(lines: &mut HashMap<K, i64>, key: K, line: i64) -> Option<i64> {
    match lines.entry(key) {
        Entry::Occupied(first) => Some(*first.get()),
        Entry::Vacant(free) => {
            free.insert(line);
            None
        }
    }
}

/// The people of a slice by what tells who they are.
struct Known<'a> {
    by_id: HashMap<i64, &'a Person>,
    by_email: HashMap<&'a str, &'a Person>,
    by_number: HashMap<&'a str, Vec<&'a Person>>,
}

impl<'a> Known<'a> {
    fn of(people: &'a [Person]) -> Self {
        let mut known = Known { by_id: HashMap::new(), by_email: HashMap::new(), by_number: HashMap::new() };
        for person in people {
            known.by_id.insert(person.id.0, person);
            if person.state == State::Deleted {
                continue;
            }
            known.by_email.insert(&person.email_key, person);
            if !person.employee_number.is_empty() {
                known.by_number.entry(&person.employee_number).or_default().push(person);
            }
        }
        known
    }

    /// The only person with this employee number.
    fn only(&self, number: &str) -> Option<&'a Person> {
        match self.by_number.get(number).map(Vec::as_slice) {
            Some([one]) => Some(one),
            _ => None,
        }
    }

    /// What told who is meant by a line.
    fn told_by(&self, mapping: &Mapping, line: &Line) -> Target {
        let order = [Target::Id, Target::Field(Field::Email), Target::Field(Field::EmployeeNumber)];
        let is_there = |target: &Target| line.asked(mapping, *target).text().is_some();
        order.into_iter().find(is_there).unwrap_or(Target::Field(Field::Email))
    }
}

/// Enough of a text to find it by.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
