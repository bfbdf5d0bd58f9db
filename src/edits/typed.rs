//! What somebody typed or chose in the fields of a form, as values.

use super::Why;
use super::plan::Problem;
use crate::db::{Conn, Result, Timestamp};
use crate::licenses::AccessLevel;
use crate::users::fields::{Field, Kind, Value, Values};
use crate::users::find::{self, Found};

/// The texts of each field, as they were sent: several where several can be chosen.
pub type Typed = Vec<(Field, Vec<String>)>;

/// The values, and what is wrong with those that are none. Whether somebody may have them is decided with the plan.
pub fn read(conn: &mut Conn, typed: &Typed, now: Timestamp) -> Result<(Values, Vec<Problem>)> {
    let (mut values, mut problems) = (Values::new(), Vec::new());
    for (field, texts) in typed {
        let text = texts.first().map_or("", |text| text.trim());
        let value = match field.kind() {
            Kind::Person if !text.is_empty() => match find::typed(conn, text, find::Scope::Active, now)? {
                Found::One(user) => Ok(Value::Id(user.0)),
                Found::Nobody => Err(Why::ManagerIsOff.at_field(*field).to_owned()),
                Found::Several => Err("More than one person fits. Give the email address.".to_owned()),
            },
            _ => value(*field, text, texts),
        };
        match value {
            Ok(value) => drop(values.insert(*field, value)),
            Err(text) => problems.push(Problem { cell: String::new(), field: Some(*field), text }),
        }
    }
    Ok((values, problems))
}

fn value(field: Field, text: &str, texts: &[String]) -> std::result::Result<Value, String> {
    let id = |text: &str| text.parse::<i64>().map_err(|_| format!("Choose a {} from the list.", noun(field)));
    match field.kind() {
        Kind::Unit(_) if text.is_empty() => Ok(Value::Nothing),
        Kind::Unit(_) => id(text).map(Value::Id),
        Kind::Units(_) => {
            let chosen = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
            chosen.map(id).collect::<std::result::Result<Vec<i64>, String>>().map(Value::of_ids)
        }
        Kind::Person => Ok(Value::Nothing),
        Kind::Level => AccessLevel::parse(text)
            .map(|level| Value::of_level(Some(level)))
            .ok_or_else(|| "Choose an access level.".into()),
        Kind::Text | Kind::Email | Kind::TimeZone => match field.problem(text) {
            Some(problem) => Err(problem),
            None => Ok(Value::of_text(&text.replace("\r\n", "\n"))),
        },
    }
}

fn noun(field: Field) -> &'static str {
    field.unit().map_or("value", |unit| unit.noun())
}
