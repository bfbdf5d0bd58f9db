//! What an entry says was changed: the fields that differ, before and after, out of whatever its details hold.

use serde_json::{Map, Value};

/// A field that differs. `None`: it had no value, or has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// As in the details: `company_id`; `seats.standard` for a field of a field. Empty: the thing itself.
    pub field: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Fields that stand elsewhere: in the sentence, or as the reason.
const SAID_ELSEWHERE: [&str; 4] = ["id", "name", "person", "reason"];
/// How deep fields within fields are looked into.
const DEPTH: usize = 4;

/// The changes in the details of an entry, which may be any JSON: `{"before": …, "after": …}` compared field by field, a
/// pair as before and after; everything else counts as new.
pub fn of(details: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    match details {
        Value::Array(pair) if pair.len() == 2 => compare("", Some(&pair[0]), Some(&pair[1]), DEPTH, &mut changes),
        Value::Object(fields) => of_object(fields, &mut changes),
        other => compare("", None, Some(other), DEPTH, &mut changes),
    }
    changes
}

fn of_object(fields: &Map<String, Value>, changes: &mut Vec<Change>) {
    let (before, after) = (fields.get("before"), fields.get("after"));
    // Whoever is only told what was before, or what is after, is not told that the rest is gone.
    compare("", before, after, DEPTH, changes);
    for (key, value) in fields {
        if matches!(key.as_str(), "before" | "after") || SAID_ELSEWHERE.contains(&key.as_str()) {
            continue;
        }
        match key.strip_suffix("_before") {
            Some(field) => compare(field, Some(value), None, DEPTH, changes),
            None => compare(key, None, Some(value), DEPTH, changes),
        }
    }
}

fn compare(field: &str, before: Option<&Value>, after: Option<&Value>, depth: usize, changes: &mut Vec<Change>) {
    let (before, after) = (before.filter(|value| !is_nothing(value)), after.filter(|value| !is_nothing(value)));
    if before == after {
        return;
    }
    let objects = (before.map(Value::as_object), after.map(Value::as_object));
    match objects {
        (Some(Some(before)), Some(Some(after))) if depth > 0 => {
            let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
            for key in keys {
                compare(&joined(field, key), before.get(key), after.get(key), depth - 1, changes);
            }
        }
        (Some(Some(only)), None) if depth > 0 => {
            for (key, value) in only {
                compare(&joined(field, key), Some(value), None, depth - 1, changes);
            }
        }
        (None, Some(Some(only))) if depth > 0 => {
            for (key, value) in only {
                compare(&joined(field, key), None, Some(value), depth - 1, changes);
            }
        }
        _ => changes.push(Change { field: field.to_owned(), before: before.cloned(), after: after.cloned() }),
    }
}

fn joined(field: &str, key: &str) -> String {
    if field.is_empty() { key.to_owned() } else { format!("{field}.{key}") }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(details: &Value) -> Vec<(String, String, String)> {
        let text = |value: Option<Value>| value.map_or_else(String::new, |value| value.to_string());
        of(details).into_iter().map(|change| (change.field, text(change.before), text(change.after))).collect()
    }

    fn row(field: &str, before: &str, after: &str) -> (String, String, String) {
        (field.into(), before.into(), after.into())
    }

    #[test]
    fn only_fields_that_differ_are_changes() {
        let details = json!({ "before": { "title": "Writer", "phone": "1", "team_id": null },
                              "after": { "title": "Editor", "phone": "1", "team_id": 3 } });
        assert_eq!(found(&details), [row("team_id", "", "3"), row("title", "\"Writer\"", "\"Editor\"")]);
    }

    #[test]
    fn pairs_single_values_and_fields_without_a_before_are_understood() {
        assert_eq!(found(&json!(["light", "standard"])), [row("", "\"light\"", "\"standard\"")]);
        assert_eq!(
            found(&json!({ "license": "light", "before": 3, "after": null })),
            [row("", "3", ""), row("license", "", "\"light\"")]
        );
        assert_eq!(found(&json!({ "name": "Ada", "email": "a@b.c" })), [row("email", "", "\"a@b.c\"")]);
        assert_eq!(found(&json!({ "state_before": "deleted" })), [row("state", "\"deleted\"", "")]);
        assert_eq!(found(&json!({ "rows": { "users": 3 } })), [row("rows.users", "", "3")]);
    }

    #[test]
    fn any_json_is_understood() {
        for details in [json!(null), json!({}), json!([]), json!("")] {
            assert_eq!(found(&details), []);
        }
        assert_eq!(found(&json!(7)), [row("", "", "7")]);
        assert_eq!(found(&json!([1, 2, 3])), [row("", "", "[1,2,3]")]);
        let mut deep = json!(1);
        for _ in 0..100 {
            deep = json!({ "in": deep });
        }
        assert_eq!(found(&deep).len(), 1);
    }
}
