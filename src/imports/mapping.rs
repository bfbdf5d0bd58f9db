//! Which column of a file is what: guessed from the headings, changed by the administrator.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::target::Target;
use crate::spreadsheet::{self, Row};
use crate::users::fields::Field;

/// Characters of a heading and of an example that are kept.
const SHOWN: usize = 80;
/// Examples of what stands in a column.
const EXAMPLES: usize = 3;

/// A column of the file, as its heading and its first cells show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// From 0.
    pub column: u16,
    /// Empty if nothing stands in the first row.
    pub title: String,
    pub examples: Vec<String>,
}

impl Heading {
    /// `Started`, or `column H` without a heading.
    pub fn name(&self) -> String {
        if self.title.is_empty() { format!("column {}", self.letter()) } else { self.title.clone() }
    }

    /// `C`
    pub fn letter(&self) -> String {
        spreadsheet::column_name(self.column.into())
    }
}

/// All columns in which something stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headings(pub Vec<Heading>);

impl Headings {
    /// Of the first row.
    pub fn of(row: &Row) -> Self {
        let heading = |cell: &spreadsheet::Cell| Heading {
            column: cell.column,
            title: shortened(&cell.text),
            examples: Vec::new(),
        };
        Headings(row.cells.iter().map(heading).collect())
    }

    /// Sees another row: its cells are examples. A column may have no heading.
    pub fn see(&mut self, row: &Row) {
        for cell in &row.cells {
            let at = match self.0.binary_search_by_key(&cell.column, |heading| heading.column) {
                Ok(at) => at,
                Err(at) => {
                    self.0.insert(at, Heading { column: cell.column, title: String::new(), examples: Vec::new() });
                    at
                }
            };
            let examples = &mut self.0[at].examples;
            if examples.len() < EXAMPLES {
                let example = shortened(&cell.text);
                if !examples.contains(&example) {
                    examples.push(example);
                }
            }
        }
    }
}

fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The column of each thing that is imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping(BTreeMap<u16, Target>);

impl Mapping {
    /// From the headings. Where two columns could be the same thing, the one with its very name is; if that does not
    /// tell, neither, and the administrator decides.
    pub fn guess(headings: &Headings) -> Self {
        let known = headings.0.iter().filter_map(|heading| {
            let (target, is_own_name) = Target::known_as(&heading.title)?;
            Some((heading.column, target, is_own_name))
        });
        let known: Vec<(u16, Target, bool)> = known.collect();
        let is_chosen = |(column, target, is_own): &(u16, Target, bool)| {
            let mut rivals = known.iter().filter(|(other, same, _)| same == target && other != column);
            rivals.all(|(_, _, rival_is_own)| *is_own && !rival_is_own)
        };
        Mapping(known.iter().filter(|one| is_chosen(one)).map(|(column, target, _)| (*column, *target)).collect())
    }

    pub fn of(pairs: impl IntoIterator<Item = (u16, Target)>) -> Self {
        Mapping(pairs.into_iter().collect())
    }

    pub fn target(&self, column: u16) -> Option<Target> {
        self.0.get(&column).copied()
    }

    pub fn column(&self, target: Target) -> Option<u16> {
        self.0.iter().find(|(_, mapped)| **mapped == target).map(|(column, _)| *column)
    }

    pub fn has(&self, field: Field) -> bool {
        self.column(Target::Field(field)).is_some()
    }

    pub fn columns(&self) -> impl Iterator<Item = (u16, Target)> {
        self.0.iter().map(|(column, target)| (*column, *target))
    }

    /// Why nothing can be checked with this mapping, in sentences.
    pub fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        for target in Target::all() {
            let columns: Vec<String> = self
                .columns()
                .filter(|(_, mapped)| *mapped == target)
                .map(|(column, _)| spreadsheet::column_name(column.into()))
                .collect();
            if columns.len() > 1 {
                found.push(format!("Columns {} are both “{}”. Keep one.", columns.join(" and "), target.name()));
            }
        }
        let tells_who = [Target::Id, Target::Field(Field::Email), Target::Field(Field::EmployeeNumber)];
        if !tells_who.iter().any(|target| self.column(*target).is_some()) {
            found.push(
                "Say which column is the email address, the ID or the employee number: it tells who is meant.".into(),
            );
        }
        found
    }

    /// What somebody new must have and no column gives. `has_default`: a level was chosen for those without one.
    pub fn missing_for_new(&self, has_default: bool) -> Vec<Field> {
        let needed = Field::ALL.iter().copied().filter(|field| field.is_required());
        needed.filter(|field| !(self.has(*field) || *field == Field::Level && has_default)).collect()
    }

    pub fn to_json(&self) -> String {
        let words: BTreeMap<u16, &str> = self.columns().map(|(column, target)| (column, target.as_str())).collect();
        serde_json::to_string(&words).unwrap_or_default()
    }

    pub fn from_json(text: &str) -> Self {
        let words: BTreeMap<u16, String> = serde_json::from_str(text).unwrap_or_default();
        Mapping(words.iter().filter_map(|(column, word)| Some((*column, Target::parse(word)?))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spreadsheet::Cell;

    fn guess(titles: &[&str]) -> Vec<Option<&'static str>> {
        let cells = titles.iter().enumerate();
        let cells = cells.map(|(column, title)| Cell { column: column as u16, text: (*title).to_owned() }).collect();
        let mapping = Mapping::guess(&Headings::of(&Row { line: 1, cells }));
        (0..titles.len()).map(|column| mapping.target(column as u16).map(Target::as_str)).collect()
    }

    #[test]
    fn headings_are_known_in_all_their_spellings() {
        let found = guess(&[
            " first NAME",
            "Sur-name",
            "E-Mail address:",
            "access_level",
            "Job title",
            "Employee ID",
            "Reports to",
            "Shoe size",
        ]);
        let fields = ["first_name", "last_name", "email", "access_level", "title", "employee_number", "manager"];
        assert_eq!(found[..7], fields.map(Some));
        assert_eq!(found[7], None);
    }

    #[test]
    fn where_two_columns_could_be_the_same_the_name_decides_or_the_administrator() {
        assert_eq!(guess(&["Mail", "Email"]), [None, Some("email")]);
        assert_eq!(guess(&["Mail", "Login"]), [None, None]);
        assert_eq!(guess(&["Phone", "Phone"]), [None, None]);
    }
}
