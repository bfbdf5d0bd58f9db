//! What the audit log says of somebody's values: not copied, because there are many thousands.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::users::fields::{Field, Unit, Value, Values};
use crate::users::units::Named;

#[derive(Serialize)]
pub struct Details<'a> {
    pub after: BTreeMap<&'static str, Said<'a>>,
    /// `None`: somebody new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<BTreeMap<&'static str, Said<'a>>>,
    pub name: &'a str,
}

/// A value in words.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Said<'a> {
    Nothing,
    Text(&'a str),
    Id(i64),
    All(Vec<Said<'a>>),
}

/// Values with the names of `units`. People stay ids: an erasure of somebody else must not have to look for their name here.
pub fn in_words<'a>(
    values: &'a Values,
    units: &'a HashMap<Unit, HashMap<i64, Named>>,
) -> BTreeMap<&'static str, Said<'a>> {
    let name = |field: Field, id: &i64| {
        let units = field.unit().and_then(|unit| units.get(&unit));
        units.and_then(|units| units.get(id)).map_or(Said::Id(*id), |named| Said::Text(&named.name))
    };
    let said = values.iter().map(|(field, value)| {
        let said = match value {
            Value::Nothing => Said::Nothing,
            Value::Text(text) => Said::Text(text),
            Value::Id(id) => name(*field, id),
            Value::Ids(ids) => Said::All(ids.iter().map(|id| name(*field, id)).collect()),
        };
        (field.as_str(), said)
    });
    said.collect()
}
