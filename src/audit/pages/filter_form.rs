//! The filter of the audit log as it stands in the address, and what it means.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::super::Path;
use super::super::store::entries::Filter;
use crate::db::{self, Conn, OperationId, Timestamp, UserId};
use crate::users::find;
use crate::web::FieldErrors;
use crate::web::page::percent_encode;

/// Characters of a field that count; nobody types more.
const LONGEST: usize = 200;
/// People who fit that a message names.
const NAMED: usize = 5;

/// As typed. Empty: not filtered by it.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub act: String,
    /// A name, an address or a number; also of people who are off, deleted or erased.
    pub actor: String,
    pub user: String,
    pub operation: String,
    pub path: String,
    /// Days in the viewer's zone, both included.
    pub since: String,
    pub until: String,
}

/// What the filter means, who was meant, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Meant {
    pub filter: Filter,
    pub errors: FieldErrors,
    /// Name and number of who was typed.
    pub actor: Option<(String, UserId)>,
    pub user: Option<(String, UserId)>,
}

impl Typed {
    fn fields(&self) -> [(&'static str, &str); 7] {
        [
            ("act", &self.act),
            ("actor", &self.actor),
            ("user", &self.user),
            ("operation", &self.operation),
            ("path", &self.path),
            ("since", &self.since),
            ("until", &self.until),
        ]
    }

    pub fn is_empty(&self) -> bool {
        self.fields().iter().all(|(_, text)| text.trim().is_empty())
    }

    /// `act=user.edited&user=12`, for behind a question mark.
    pub fn query(&self) -> String {
        let filled = self.fields().into_iter().filter(|(_, text)| !text.trim().is_empty());
        filled.map(|(name, text)| format!("{name}={}", percent_encode(text.trim()))).collect::<Vec<_>>().join("&")
    }

    pub fn read(&self, conn: &mut Conn, zone: &TimeZone) -> db::Result<Meant> {
        let mut meant = Meant::default();
        let text = |text: &str| -> String { text.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect() };
        meant.filter.act = Some(text(&self.act)).filter(|act| !act.is_empty());
        meant.actor = person(conn, &text(&self.actor), "actor", &mut meant.errors)?;
        meant.user = person(conn, &text(&self.user), "user", &mut meant.errors)?;
        meant.filter.actor = meant.actor.as_ref().map(|(_, id)| *id);
        meant.filter.user = meant.user.as_ref().map(|(_, id)| *id);
        match text(&self.operation) {
            number if number.is_empty() => {}
            number => match number.trim_start_matches('#').parse() {
                Ok(id) => meant.filter.operation = Some(OperationId(id)),
                Err(_) => meant.errors.add("operation", "Enter the number of an operation, such as 12."),
            },
        }
        match text(&self.path) {
            word if word.is_empty() => {}
            word => match Path::parse(&word) {
                Some(path) => meant.filter.path = Some(path),
                None => meant.errors.add("path", "Choose one of the list."),
            },
        }
        self.days(zone, &mut meant);
        Ok(meant)
    }

    fn days(&self, zone: &TimeZone, meant: &mut Meant) {
        let mut day = |typed: &str, field: &'static str| -> Option<Date> {
            let parsed = typed.trim().parse().ok();
            if parsed.is_none() && !typed.trim().is_empty() {
                meant.errors.add(field, "Give the day as YYYY-MM-DD.");
            }
            parsed
        };
        let (since, until) = (day(&self.since, "since"), day(&self.until, "until"));
        if since.zip(until).is_some_and(|(since, until)| since > until) {
            meant.errors.add("until", "This day is before the first one.");
        }
        let midnight = |day: Date| -> Option<Timestamp> {
            zone.to_timestamp(day.to_datetime(Time::midnight())).ok().map(Timestamp::from)
        };
        meant.filter.since = since.and_then(midnight);
        meant.filter.until = until.and_then(|day| day.tomorrow().ok()).and_then(midnight);
    }
}

/// Whom somebody meant. A number is taken as it is: of who was erased nothing else is left.
fn person(
    conn: &mut Conn,
    typed: &str,
    field: &'static str,
    errors: &mut FieldErrors,
) -> db::Result<Option<(String, UserId)>> {
    if typed.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = typed.trim_start_matches('#').parse::<i64>() {
        let name = find::name_of(conn, UserId(id))?;
        return Ok(Some((name.unwrap_or_else(|| "Nobody who is still there".into()), UserId(id))));
    }
    let mut found = find::anybody(conn, typed, NAMED as i64 + 1)?;
    match found.len() {
        0 => errors.add(field, "Nobody has this name or address. Of people who were erased, enter the number."),
        1 => return Ok(found.pop()),
        n => {
            let named = found.iter().take(NAMED).map(|(name, id)| format!("{id} {name}"));
            let named = named.collect::<Vec<_>>().join(", ");
            let more = if n > NAMED { " and more" } else { "" };
            errors.add(field, format!("More than one person fits. Enter the number: {named}{more}."));
        }
    }
    Ok(None)
}
