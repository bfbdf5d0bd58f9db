//! A line of the file, seen through the mapping: what stands in which cell, and what that asks for.

use serde::{Deserialize, Serialize};

use super::mapping::Mapping;
use super::target::Target;
use crate::edits::plan::Problem;
use crate::spreadsheet;
use crate::users::fields::{Field, Kind};
use crate::users::names;

/// Characters of what a row is called: more than anybody's name may have.
const LONGEST_NAME: usize = 500;

/// A line as it is kept: only cells in which something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub line: i64,
    pub cells: Vec<(u16, String)>,
}

/// What a cell asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<'a> {
    /// Nothing stands there: whatever is there stays.
    Nothing,
    /// A dash alone: whatever is there goes.
    Empty,
    Text(&'a str),
}

impl<'a> Asked<'a> {
    pub fn text(self) -> Option<&'a str> {
        match self {
            Asked::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Line {
    pub fn asked(&self, mapping: &Mapping, target: Target) -> Asked<'_> {
        let column = mapping.column(target);
        let cell = column.and_then(|column| self.cells.iter().find(|(at, _)| *at == column));
        match cell.map_or("", |(_, text)| plain(text)) {
            "" => Asked::Nothing,
            "-" => Asked::Empty,
            text => Asked::Text(text),
        }
    }

    pub fn asked_of(&self, mapping: &Mapping, field: Field) -> Asked<'_> {
        self.asked(mapping, Target::Field(field))
    }

    /// `C7`; empty if there is no such column.
    pub fn address(&self, mapping: &Mapping, target: Target) -> String {
        let column = mapping.column(target);
        column.map_or_else(String::new, |column| spreadsheet::address(column.into(), self.line as u32))
    }

    pub fn problem(&self, mapping: &Mapping, target: Target, text: impl Into<String>) -> Problem {
        let field = match target {
            Target::Id => None,
            Target::Field(field) => Some(field),
        };
        Problem { cell: self.address(mapping, target), field, text: text.into() }
    }

    /// The folded address, if there is one.
    pub fn email_key(&self, mapping: &Mapping) -> Option<String> {
        self.asked_of(mapping, Field::Email).text().map(names::email_key)
    }

    pub fn name(&self, mapping: &Mapping) -> String {
        let part = |field| self.asked_of(mapping, field).text().unwrap_or_default();
        let name = format!("{} {}", part(Field::FirstName), part(Field::LastName));
        let name = [name.trim(), part(Field::Email)].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        name.chars().take(LONGEST_NAME).collect()
    }
}

/// Without what nobody sees; and without the mark that Roster's own export puts before what a spreadsheet would take
/// for a formula.
fn plain(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_whitespace() || names::is_invisible(c));
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    }
}

/// One line, whatever the cell holds: a break in a title is a slip.
pub fn on_one_line(field: Field, text: &str) -> String {
    match (field, field.kind()) {
        (Field::About, _) | (_, Kind::Email) => text.to_owned(),
        _ => {
            text.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_nobody_sees_does_not_count() {
        assert_eq!(
            [" a\u{a0}", "\u{feff}b", "'+43 1", "'quoted'", "-", "'-"].map(plain),
            ["a", "b", "+43 1", "'quoted'", "-", "-"]
        );
    }
}
