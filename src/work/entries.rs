//! Hours and notes: what people leave on a work item, under their own name.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Error, Result, access, store};
use crate::db::{Conn, Timestamp, UserId, WorkItemId};

/// Characters of a note.
pub const NOTE_LENGTH: usize = 10_000;

/// Logs time on a day. `hours` is what was typed: `1.5`, `1,5` or `1:30`; `zone` is where the actor is.
///
/// Errors: `SignedOut`, `Forbidden`, not found, `Invalid` (fields `hours`, `day`).
pub fn log_hours(
    conn: &mut Conn,
    actor: UserId,
    item: WorkItemId,
    hours: &str,
    day: &str,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<()> {
    let actor = access::worker(conn, actor, now)?;
    store::items::find(conn, item)?;
    let minutes = minutes(hours)?;
    let day = the_day(day, now.in_zone(zone).date())?;
    Ok(store::entries::insert_hours(conn, actor.id, item, minutes, &day.to_string())?)
}

/// Errors: `SignedOut`, `Forbidden`, not found, `Invalid` (field `body`).
pub fn write_note(conn: &mut Conn, actor: UserId, item: WorkItemId, body: &str, now: Timestamp) -> Result<()> {
    let actor = access::note_writer(conn, actor, now)?;
    store::items::find(conn, item)?;
    let body = body.replace("\r\n", "\n").replace('\0', "");
    let body = body.trim();
    match body.chars().count() {
        0 => Err(Error::invalid("body", "Write something first.")),
        n if n > NOTE_LENGTH => Err(Error::invalid(
            "body",
            format!("A note has at most 10,000 characters; this has {n}. Attach a document."),
        )),
        _ => Ok(store::entries::insert_note(conn, actor.id, item, body, now)?),
    }
}

/// `1.5` -> 90, `1:30` -> 90, `0,25` -> 15; more than nothing, at most a day.
fn minutes(typed: &str) -> Result<i64> {
    let typed = typed.trim();
    let unreadable = || Error::invalid("hours", "Write the hours as 1.5 or 1:30.");
    let minutes = match typed.split_once(':') {
        Some((hours, minutes)) => {
            let (hours, minutes) = (whole(hours).ok_or_else(unreadable)?, whole(minutes).ok_or_else(unreadable)?);
            if minutes > 59 {
                return Err(unreadable());
            }
            hours * 60 + minutes
        }
        None => {
            let typed = typed.replace(',', ".");
            if typed.is_empty() || !typed.chars().all(|c| c.is_ascii_digit() || c == '.') {
                return Err(unreadable());
            }
            let hours: f64 = typed.parse().map_err(|_| unreadable())?;
            (hours.min(1_000.0) * 60.0).round() as i64
        }
    };
    match minutes {
        0 => Err(Error::invalid("hours", "Log at least a minute.")),
        1..=1_440 => Ok(minutes),
        _ => Err(Error::invalid("hours", "A day has 24 hours.")),
    }
}

fn whole(digits: &str) -> Option<i64> {
    let is_short = (1..=4).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
    if is_short { digits.parse().ok() } else { None }
}

/// A day between 2000 and tomorrow: somewhere it is already tomorrow.
fn the_day(typed: &str, today: Date) -> Result<Date> {
    let day: Date =
        typed.trim().parse().map_err(|_| Error::invalid("day", "Write the day as year, month and day: 2026-11-23."))?;
    if day > today.tomorrow().unwrap_or(today) {
        return Err(Error::invalid("day", "This day is still to come. Log hours once they are done."));
    }
    if day.year() < 2000 {
        return Err(Error::invalid("day", "This day is too long ago."));
    }
    Ok(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (typed, expected) in [("1.5", 90), ("1,5", 90), ("1:30", 90), (" 0.25 ", 15), ("24", 1440), ("0:01", 1)] {
            assert_eq!(minutes(typed).ok(), Some(expected), "{typed}");
        }
        for typed in
            ["", "0", "25", "24:01", "1:60", "-1", "1e3", "nan", "a", "1.2.3", "99999999999999999999", ":", "1:"]
        {
            assert!(minutes(typed).is_err(), "{typed}");
        }
    }
}
