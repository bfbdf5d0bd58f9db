//! The fields of a form, each as its kind wants it: what is typed or chosen now, what there is to choose, what is wrong.

use super::super::plan::Problem;
use super::super::typed::Typed;
use crate::db::{Conn, Result};
use crate::licenses::seats;
use crate::preferences::zones;
use crate::users::fields::{Field, Kind, Unit};
use crate::users::pages::new::levels;
use crate::users::units;

/// One field as a form shows it.
pub struct FieldView {
    pub field: Field,
    pub texts: Vec<String>,
    pub options: Vec<Choice>,
    /// It shall be changed, where a form asks for each field whether it shall.
    pub is_ticked: bool,
    pub error: Option<String>,
}

/// Something to choose.
pub struct Choice {
    pub value: String,
    pub name: String,
    pub is_chosen: bool,
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    Line,
    Lines,
    Select,
    Checks,
    /// A line with suggestions.
    Suggest,
}

impl FieldView {
    pub fn name(&self) -> &'static str {
        self.field.as_str()
    }

    pub fn label(&self) -> &'static str {
        self.field.name()
    }

    pub fn text(&self) -> &str {
        self.texts.first().map_or("", String::as_str)
    }

    pub fn control(&self) -> Control {
        match self.field.kind() {
            Kind::Text if self.field == Field::About => Control::Lines,
            Kind::Text | Kind::Email | Kind::Person => Control::Line,
            Kind::Level | Kind::Unit(_) => Control::Select,
            Kind::Units(_) => Control::Checks,
            Kind::TimeZone => Control::Suggest,
        }
    }

    pub fn is_lines(&self) -> bool {
        self.control() == Control::Lines
    }

    pub fn is_select(&self) -> bool {
        self.control() == Control::Select
    }

    pub fn is_checks(&self) -> bool {
        self.control() == Control::Checks
    }

    pub fn hint(&self) -> &'static str {
        match self.field {
            Field::Manager => "Name or email",
            Field::TimeZone => "Empty: the organization’s",
            _ => "",
        }
    }
}

/// The fields with what was typed, and with what there is to choose. Units that are retired are only offered where they
/// are chosen already.
pub fn read(conn: &mut Conn, fields: &[Field], typed: &Typed, problems: &[Problem]) -> Result<Vec<FieldView>> {
    let mut views = Vec::with_capacity(fields.len());
    for field in fields {
        let texts = typed.iter().find(|(of, _)| of == field).map(|(_, texts)| texts.clone()).unwrap_or_default();
        let mut options = match field.kind() {
            Kind::Level => of_levels(conn)?,
            Kind::Unit(unit) | Kind::Units(unit) => of_units(conn, unit, &texts)?,
            Kind::TimeZone => of_zones(),
            _ => Vec::new(),
        };
        options.iter_mut().for_each(|choice| choice.is_chosen = texts.contains(&choice.value));
        let problem = problems.iter().find(|problem| problem.field == Some(*field));
        views.push(FieldView {
            field: *field,
            texts,
            options,
            is_ticked: typed.iter().any(|(of, _)| of == field),
            error: problem.map(|problem| problem.text.clone()),
        });
    }
    Ok(views)
}

fn of_levels(conn: &mut Conn) -> Result<Vec<Choice>> {
    let levels = levels(&seats::all(conn)?);
    let choice = |level: crate::users::pages::new::Level| Choice {
        value: level.level.as_str().to_owned(),
        name: format!("{} ({})", level.level.name(), level.seats),
        is_chosen: false,
    };
    Ok(levels.into_iter().map(choice).collect())
}

fn of_units(conn: &mut Conn, unit: Unit, chosen: &[String]) -> Result<Vec<Choice>> {
    let options = units::all(conn, unit)?
        .into_iter()
        .map(|named| (named.id.to_string(), named))
        .filter(|(value, named)| !named.is_retired || chosen.contains(value))
        .map(|(value, named)| Choice {
            value,
            name: if named.is_retired { format!("{} (retired)", named.name) } else { named.name },
            is_chosen: false,
        });
    Ok(options.collect())
}

fn of_zones() -> Vec<Choice> {
    zones::all().iter().map(|zone| Choice { value: zone.clone(), name: zone.clone(), is_chosen: false }).collect()
}
