//! A field of a person as every form shows it: how it is filled in, what stands in it, what there is to choose, what is
//! wrong.

use std::collections::BTreeMap;

use crate::db::{Conn, Result};
use crate::licenses::seats::{self, Seats};
use crate::licenses::{AccessLevel, LicenseType};
use crate::preferences::zones;
use crate::users::fields::{Field, Kind, Unit};
use crate::users::units::{self, Named};
use crate::web::text::number;

/// One field in a form of one person, or of many.
pub struct FieldView {
    pub field: Field,
    pub label: &'static str,
    /// As typed or chosen: several where several can be chosen.
    pub texts: Vec<String>,
    pub choices: Vec<Choice>,
    pub error: Option<String>,
    /// The label stands above the control. Else something else stands there, and the control names itself.
    pub is_labelled: bool,
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
    /// With suggestions, if there are some.
    Line,
    Lines,
    Select,
    Checks,
}

impl FieldView {
    pub fn name(&self) -> &'static str {
        self.field.as_str()
    }

    pub fn text(&self) -> &str {
        self.texts.first().map_or("", String::as_str)
    }

    fn control(&self) -> Control {
        match self.field.kind() {
            Kind::Text if self.field == Field::About => Control::Lines,
            Kind::Text | Kind::Email | Kind::Person | Kind::TimeZone => Control::Line,
            Kind::Level | Kind::Unit(_) => Control::Select,
            Kind::Units(_) => Control::Checks,
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

    pub fn is_level(&self) -> bool {
        self.field == Field::Level
    }

    pub fn is_email(&self) -> bool {
        self.field == Field::Email
    }

    /// Characters that a line takes.
    pub fn limit(&self) -> usize {
        match self.field.kind() {
            Kind::Text => 200,
            // Addresses are that long, and managers are named by theirs.
            _ => 254,
        }
    }

    /// In an empty line.
    pub fn hint(&self) -> &'static str {
        match self.field {
            Field::Manager => "Name or email of their manager",
            Field::TimeZone => "The organization’s",
            _ => "",
        }
    }

    /// Between the label and the control.
    pub fn explanation(&self) -> Option<&'static str> {
        (self.is_email() && self.is_labelled).then_some("They sign in with it.")
    }

    /// The ids of what is said about the control.
    pub fn described_by(&self) -> Option<String> {
        let explanation = self.explanation().map(|_| format!("{}-hint", self.name()));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name()));
        let ids: Vec<String> = explanation.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// What a list begins with, where nothing of it is chosen.
    pub fn nothing(&self) -> Option<&'static str> {
        match (self.field.is_required(), self.is_labelled) {
            (false, _) => Some("None"),
            (true, false) => Some("Choose…"),
            // In a form of one person something is chosen from the first.
            (true, true) => None,
        }
    }
}

/// What the forms offer.
pub struct Offer {
    units: BTreeMap<Unit, Vec<Named>>,
    levels: Vec<Choice>,
}

impl Offer {
    pub fn read(conn: &mut Conn) -> Result<Offer> {
        let mut units = BTreeMap::new();
        for unit in [Unit::Company, Unit::Team, Unit::Group, Unit::JobRole] {
            units.insert(unit, units::all(conn, unit)?);
        }
        Ok(Offer { units, levels: levels(&seats::all(conn)?) })
    }

    /// All companies, teams, groups or job roles that there are for a field.
    pub fn of(&self, field: Field) -> &[Named] {
        field.unit().and_then(|unit| self.units.get(&unit)).map_or(&[], Vec::as_slice)
    }

    /// What there is to choose in a field in which `texts` are chosen. Of companies, teams and so on those that `is_open`
    /// says.
    pub fn choices(&self, field: Field, texts: &[String], is_open: impl Fn(&Named) -> bool) -> Vec<Choice> {
        let choice = |value: String, name: String| Choice { is_chosen: texts.contains(&value), value, name };
        match field.kind() {
            Kind::Level => self.levels.iter().map(|level| choice(level.value.clone(), level.name.clone())).collect(),
            Kind::TimeZone => zones::all().iter().map(|zone| choice(zone.clone(), zone.clone())).collect(),
            Kind::Unit(_) | Kind::Units(_) => {
                let open = self.of(field).iter().filter(|unit| is_open(unit));
                open.map(|unit| choice(unit.id.to_string(), with_its_mark(unit))).collect()
            }
            Kind::Text | Kind::Email | Kind::Person => Vec::new(),
        }
    }

    /// What a field holds, as people read it.
    pub fn in_words(&self, field: Field, texts: &[String]) -> String {
        let name = |text: &String| match field.unit() {
            Some(_) => self.of(field).iter().find(|choice| choice.id.to_string() == *text).map(|c| c.name.clone()),
            None if field == Field::Level => AccessLevel::parse(text).map(|level| level.name().to_owned()),
            None => Some(text.clone()),
        };
        let words: Vec<String> = texts.iter().map(|text| name(text).unwrap_or_else(|| text.clone())).collect();
        if words.is_empty() { "–".into() } else { words.join(", ") }
    }
}

fn with_its_mark(unit: &Named) -> String {
    if unit.is_retired { format!("{} (retired)", unit.name) } else { unit.name.clone() }
}

/// All access levels, each with its free seats in words.
fn levels(seats: &[Seats]) -> Vec<Choice> {
    let words = |license_type: LicenseType| {
        let seats = seats.iter().find(|seats| seats.license_type == license_type);
        match seats.and_then(|seats| seats.owned.map(|owned| (owned, seats.used))) {
            Some((owned, used)) => {
                format!("{} of {} {} seats free", number(owned - used), number(owned), license_type.name())
            }
            None => format!("{} seats are unlimited", license_type.name()),
        }
    };
    let choice = |level: &AccessLevel| Choice {
        value: level.as_str().to_owned(),
        name: format!("{} ({})", level.name(), words(level.license_type())),
        is_chosen: false,
    };
    AccessLevel::ALL.iter().map(choice).collect()
}
