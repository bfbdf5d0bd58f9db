//! An entry in plain words: its sentence with everybody's name as it is now, and the fields that differ.

use serde_json::Value;

use super::super::Path;
use super::super::acts::{self, Part};
use super::super::changes::{self, Change};
use super::super::store::entries::Entry;
use super::super::store::names::{Names, Of, Wanted};
use crate::db::{self, Conn, OperationId, Timestamp, UserId};
use crate::licenses::{AccessLevel, LicenseType};
use crate::users::State;
use crate::web::text;

const ERASED: &str = "somebody who was erased";

/// A piece of a sentence, perhaps with a link.
#[derive(Debug, Clone)]
pub struct Said {
    pub text: String,
    pub link: Option<String>,
    pub is_erased: bool,
}

/// A field that differs, in words. Empty: nothing.
#[derive(Debug, Clone)]
pub struct Changed {
    pub field: String,
    pub before: String,
    pub after: String,
}

/// An entry in words.
#[derive(Debug, Clone)]
pub struct Line {
    pub number: i64,
    pub at: Timestamp,
    pub act: String,
    pub said: Vec<Said>,
    pub reason: String,
    pub changed: Vec<Changed>,
    pub path: Option<Path>,
    pub actor_id: Option<UserId>,
    pub actor: String,
    pub user_id: Option<UserId>,
    pub user: String,
    pub operation: Option<OperationId>,
    /// `None`: erased with the person.
    pub details: Option<Value>,
}

impl Line {
    pub fn sentence(&self) -> String {
        self.said.iter().map(|said| said.text.as_str()).collect()
    }

    pub fn path_name(&self) -> &'static str {
        self.path.map_or("", Path::name)
    }

    pub fn place(&self) -> (i64, i64) {
        (self.at.micros(), self.number)
    }
}

/// Entries in words, their names read together.
pub fn lines(conn: &mut Conn, entries: Vec<Entry>) -> db::Result<Vec<Line>> {
    let mut wanted = Wanted::new();
    let mut read = Vec::with_capacity(entries.len());
    for entry in entries {
        wanted.extend(entry.actor.into_iter().chain(entry.user).map(|id| (Of::User, id.0)));
        let details = entry
            .details
            .as_deref()
            .map(|json| serde_json::from_str::<Value>(json).unwrap_or_else(|_| Value::String(json.to_owned())));
        let changes = details.as_ref().map(changes::of).unwrap_or_default();
        for change in &changes {
            if let Some(of) = Of::field(&change.field) {
                let ids = [&change.before, &change.after].into_iter().flatten().flat_map(numbers);
                wanted.extend(ids.map(|id| (of, id)));
            }
        }
        read.push((entry, details, changes));
    }
    let names = Names::read(conn, &wanted)?;
    Ok(read.into_iter().map(|(entry, details, changes)| line(entry, details, changes, &names)).collect())
}

fn numbers(value: &Value) -> Vec<i64> {
    match value {
        Value::Number(number) => number.as_i64().into_iter().collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_i64).collect(),
        _ => Vec::new(),
    }
}

fn line(entry: Entry, details: Option<Value>, changes: Vec<Change>, names: &Names) -> Line {
    let name = |id: Option<UserId>| id.map(|id| names.of(Of::User, id.0).unwrap_or(ERASED).to_owned());
    let actor = name(entry.actor).unwrap_or_else(|| by_itself(entry.path).to_owned());
    let user = name(entry.user).unwrap_or_default();
    let parts = acts::sentence(&entry.act, entry.user.is_some());
    let reason = match details.as_ref().and_then(|details| details.get("reason")).and_then(Value::as_str) {
        Some(reason) if !reason.is_empty() => reason.to_owned(),
        _ => entry.reason.clone(),
    };
    let said = parts.iter().map(|part| match *part {
        Part::Text(text) => said(text, None),
        Part::Slot("act") => said(&entry.act, None),
        Part::Slot("actor") => person(&actor, entry.actor),
        Part::Slot("user") => person(if user.is_empty() { "somebody" } else { &user }, entry.user),
        Part::Slot("operation") => match entry.operation {
            Some(id) => said(&format!("operation {id}"), Some(format!("/operations/{id}"))),
            None => said("an operation", None),
        },
        Part::Slot(field) => {
            let value = details.as_ref().and_then(|details| details.pointer(&format!("/{}", field.replace('.', "/"))));
            said(&value.map_or_else(|| "…".into(), |value| word(field, value, names)), None)
        }
    });
    let is_said =
        |change: &Change| parts.iter().any(|part| matches!(part, Part::Slot(slot) if bare(slot) == change.field));
    let changed = changes.iter().filter(|change| !is_said(change)).map(|change| changed(&entry.act, change, names));
    Line {
        number: entry.number,
        at: entry.at,
        said: said.collect(),
        changed: changed.collect(),
        reason,
        path: entry.path,
        actor_id: entry.actor,
        actor,
        user_id: entry.user,
        user,
        operation: entry.operation,
        details,
        act: entry.act,
    }
}

/// `after.name` -> `name`
fn bare(slot: &str) -> &str {
    slot.strip_prefix("before.").or_else(|| slot.strip_prefix("after.")).unwrap_or(slot)
}

/// Who acted where nobody is named.
fn by_itself(path: Option<Path>) -> &'static str {
    match path {
        Some(Path::CommandLine) => "The command line",
        Some(Path::Link) => "Whoever opened the one-time link",
        _ => "Roster",
    }
}

fn said(text: &str, link: Option<String>) -> Said {
    Said { text: text.to_owned(), link, is_erased: false }
}

fn person(name: &str, id: Option<UserId>) -> Said {
    let is_erased = name == ERASED;
    let link = id.filter(|_| !is_erased).map(|id| format!("/users/{id}"));
    Said { text: name.to_owned(), link, is_erased }
}

fn changed(act: &str, change: &Change, names: &Names) -> Changed {
    let field = match (act, change.field.as_str()) {
        ("user.level_changed", "") => "level",
        ("license.seats_changed", "") => "seats",
        ("user.leave_moved" | "user.leave_cancelled", "") => "leaves_at",
        ("user.dormancy_exemption_ended", "") => "until",
        (_, field) => field,
    };
    // Seats without a number are not none, but as many as one likes.
    let nothing = if field == "seats" { "unlimited" } else { "" };
    let word = |value: &Option<Value>| match value {
        Some(value) => word(field, value, names),
        None => nothing.to_owned(),
    };
    Changed { field: label(field), before: word(&change.before), after: word(&change.after) }
}

/// `manager_id` -> `Reports to`; `rows.users` -> `Rows: users`
fn label(field: &str) -> String {
    let known = match field {
        "" => "Value",
        "level" => "Access level",
        "manager" | "manager_id" => "Reports to",
        "about" => "Talk to me about",
        "leaves_at" => "Leaves",
        "step" => "What happens then",
        _ => {
            let thing = |part: &str| {
                let part = part.strip_suffix("_ids").or_else(|| part.strip_suffix("_id")).unwrap_or(part);
                part.replace('_', " ")
            };
            let label = field.split('.').map(thing).collect::<Vec<_>>().join(": ");
            let mut letters = label.chars();
            return letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
        }
    };
    known.to_owned()
}

/// A value as people say it.
fn word(field: &str, value: &Value, names: &Names) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Number(number) => match (Of::field(field), number.as_i64()) {
            (Some(Of::User), Some(id)) => names.of(Of::User, id).unwrap_or(ERASED).to_owned(),
            (Some(of), Some(id)) => names.of(of, id).map_or_else(|| format!("number {id}"), str::to_owned),
            (None, Some(n)) => text::number(n),
            (_, None) => number.to_string(),
        },
        Value::String(text) => known_word(field, text).map_or_else(|| text.clone(), str::to_owned),
        Value::Array(list) => list.iter().map(|value| word(field, value, names)).collect::<Vec<_>>().join(", "),
        Value::Object(_) => value.to_string(),
    }
}

fn known_word(field: &str, text: &str) -> Option<&'static str> {
    match field.rsplit('.').next().unwrap_or(field) {
        "level" | "access_level" => AccessLevel::parse(text).map(AccessLevel::name),
        "license" | "license_type" => LicenseType::parse(text).map(LicenseType::name),
        "state" => State::parse(text).map(State::name),
        _ => None,
    }
}
