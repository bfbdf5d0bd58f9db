//! What a person's profile holds: each field with its name, what may stand in it, and where it is kept.

use std::fmt;

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

pub use super::units::Unit;
use super::{email, names};
use crate::db::text_enum;
use crate::licenses::AccessLevel;

text_enum! {
    /// A field that administrators fill in, in the order of forms and files.
    pub enum Field {
        FirstName = "first_name",
        LastName = "last_name",
        Email = "email",
        Level = "access_level",
        Title = "title",
        Phone = "phone",
        Mobile = "mobile",
        About = "about",
        EmployeeNumber = "employee_number",
        TimeZone = "time_zone",
        Company = "company",
        /// The home team.
        Team = "team",
        /// Teams beside the home team.
        Teams = "teams",
        /// The home group.
        Group = "group",
        /// Groups beside the home group.
        Groups = "groups",
        JobRole = "job_role",
        Manager = "manager",
    }
}

/// What kind of thing stands in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Email,
    Level,
    TimeZone,
    /// One company, team, group or job role.
    Unit(Unit),
    /// Any number of teams or groups.
    Units(Unit),
    /// Somebody else.
    Person,
}

/// What stands in a field. Ids refer to companies, teams, groups, job roles or people, by the field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Value {
    Nothing,
    Id(i64),
    /// In the order of the ids, each once.
    Ids(Vec<i64>),
    Text(String),
}

/// By what it looks like, and not by trying one kind after the other: plans hold many thousands.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct AnyKind;

        impl<'de> Visitor<'de> for AnyKind {
            type Value = Value;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("nothing, an id, a list of ids, or a text")
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Nothing)
            }

            fn visit_i64<E>(self, id: i64) -> Result<Value, E> {
                Ok(Value::Id(id))
            }

            fn visit_u64<E: de::Error>(self, id: u64) -> Result<Value, E> {
                i64::try_from(id).map(Value::Id).map_err(de::Error::custom)
            }

            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Value, E> {
                Ok(Value::Text(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut ids: A) -> Result<Value, A::Error> {
                let mut all = Vec::new();
                while let Some(id) = ids.next_element()? {
                    all.push(id);
                }
                Ok(Value::Ids(all))
            }
        }

        from.deserialize_any(AnyKind)
    }
}

/// Values of some fields.
pub type Values = std::collections::BTreeMap<Field, Value>;

impl Value {
    pub fn text(&self) -> &str {
        match self {
            Value::Text(text) => text,
            _ => "",
        }
    }

    pub fn id(&self) -> Option<i64> {
        match self {
            Value::Id(id) => Some(*id),
            _ => None,
        }
    }

    pub fn ids(&self) -> &[i64] {
        match self {
            Value::Ids(ids) => ids,
            _ => &[],
        }
    }

    pub fn level(&self) -> Option<AccessLevel> {
        AccessLevel::parse(self.text())
    }

    /// Everything that is empty is `Nothing`, so that two ways to say nothing are equal.
    pub fn of_text(text: &str) -> Self {
        if text.is_empty() { Value::Nothing } else { Value::Text(text.to_owned()) }
    }

    pub fn of_id(id: Option<i64>) -> Self {
        id.map_or(Value::Nothing, Value::Id)
    }

    pub fn of_ids(mut ids: Vec<i64>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() { Value::Nothing } else { Value::Ids(ids) }
    }

    pub fn of_level(level: Option<AccessLevel>) -> Self {
        level.map_or(Value::Nothing, |level| Value::Text(level.as_str().to_owned()))
    }
}

/// Characters of a one-line text.
const LINE_LENGTH: usize = 200;
/// Characters of "Talk to me about".
const ABOUT_LENGTH: usize = 1_000;

impl Field {
    /// As forms, files and lists name it.
    pub fn name(self) -> &'static str {
        match self {
            Field::FirstName => "First name",
            Field::LastName => "Last name",
            Field::Email => "Email",
            Field::Level => "Access level",
            Field::Title => "Title",
            Field::Phone => "Phone",
            Field::Mobile => "Mobile",
            Field::About => "Talk to me about",
            Field::EmployeeNumber => "Employee number",
            Field::TimeZone => "Time zone",
            Field::Company => "Company",
            Field::Team => "Home team",
            Field::Teams => "Further teams",
            Field::Group => "Home group",
            Field::Groups => "Further groups",
            Field::JobRole => "Job role",
            Field::Manager => "Manager",
        }
    }

    pub fn kind(self) -> Kind {
        match self {
            Field::Email => Kind::Email,
            Field::Level => Kind::Level,
            Field::TimeZone => Kind::TimeZone,
            Field::Company => Kind::Unit(Unit::Company),
            Field::Team => Kind::Unit(Unit::Team),
            Field::Group => Kind::Unit(Unit::Group),
            Field::JobRole => Kind::Unit(Unit::JobRole),
            Field::Teams => Kind::Units(Unit::Team),
            Field::Groups => Kind::Units(Unit::Group),
            Field::Manager => Kind::Person,
            _ => Kind::Text,
        }
    }

    /// Never empty.
    pub fn is_required(self) -> bool {
        matches!(self, Field::FirstName | Field::LastName | Field::Email | Field::Level)
    }

    /// Several people can have the same: what many can be given at once.
    pub fn can_be_shared(self) -> bool {
        !matches!(self, Field::FirstName | Field::LastName | Field::Email | Field::EmployeeNumber)
    }

    /// Somebody who is off does not get one: it would be access, or new membership.
    pub fn is_for_active_people(self) -> bool {
        matches!(self, Field::Level) || self.unit().is_some()
    }

    pub fn unit(self) -> Option<Unit> {
        match self.kind() {
            Kind::Unit(unit) | Kind::Units(unit) => Some(unit),
            _ => None,
        }
    }

    /// What is wrong with a typed text, in words for the field; `None` if it can be kept. Empty is fine where the field
    /// is not required.
    pub fn problem(self, text: &str) -> Option<String> {
        let text = text.trim();
        match self.kind() {
            Kind::Email => return email::problem(text),
            Kind::Level if AccessLevel::parse(text).is_none() => return Some("Choose an access level.".into()),
            Kind::TimeZone if !text.is_empty() && !is_time_zone(text) => {
                return Some("There is no such time zone. Enter one like Europe/Vienna.".into());
            }
            _ => {}
        }
        if !names::is_visible(text) {
            let is_wrong = self.is_required() || !text.is_empty();
            return is_wrong.then(|| "This cannot be empty.".into());
        }
        let longest = if self == Field::About { ABOUT_LENGTH } else { LINE_LENGTH };
        if text.chars().count() > longest {
            return Some(format!("Use at most {} characters.", crate::web::text::number(longest as i64)));
        }
        let is_shown = |c: char| !c.is_control() || (self == Field::About && matches!(c, '\n' | '\r'));
        (!text.chars().all(is_shown)).then(|| "This holds a character that cannot be shown.".into())
    }
}

/// True if `text` is a name such as `Europe/Vienna`.
pub fn is_time_zone(text: &str) -> bool {
    crate::preferences::zones::is_zone(text)
}
