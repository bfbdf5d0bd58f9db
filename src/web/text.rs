//! Numbers, dates and names as people read them.

use jiff::tz::TimeZone;

use crate::db::Timestamp;

/// `1234567` -> `1,234,567`
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `count(1, "user", "users")` -> `1 user`; `count(1200, ..)` -> `1,200 users`
pub fn count(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// Minutes as hours: `29190` -> `486.5`, `60` -> `1`, `20` -> `0.33`
pub fn hours(minutes: i64) -> String {
    let hundredths = (minutes * 100 + 30) / 60;
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match rest {
        0 => number(whole),
        _ => format!("{}.{rest:02}", number(whole)).trim_end_matches('0').to_owned(),
    }
}

/// `["a", "b", "c"]` -> `a, b and c`
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The day, with the year if it is not this one: `12 Nov`, `3 Mar 2024`.
pub fn day(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (at.in_zone(zone), now.in_zone(zone));
    if at.year() == now.year() { at.strftime("%-d %b").to_string() } else { at.strftime("%-d %b %Y").to_string() }
}

/// Day and time: `12 Nov, 14:05`.
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    format!("{}, {}", day(at, now, zone), at.in_zone(zone).strftime("%H:%M"))
}

/// As people say it of a past moment: `today, 08:12`, `yesterday`, `12 Nov`, `3 Mar 2024`.
pub fn recently(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (day_then, today) = (at.in_zone(zone).date(), now.in_zone(zone).date());
    if day_then == today {
        at.in_zone(zone).strftime("today, %H:%M").to_string()
    } else if today.yesterday().is_ok_and(|yesterday| yesterday == day_then) {
        "yesterday".into()
    } else {
        day(at, now, zone)
    }
}

/// The first letters of first and last name, for the round picture.
pub fn initials(first_name: &str, last_name: &str) -> String {
    [first_name, last_name].iter().filter_map(|name| name.trim().chars().next()).flat_map(char::to_uppercase).collect()
}

/// One of the eight avatar colors, always the same for a person.
pub fn avatar(id: i64) -> i64 {
    id.rem_euclid(8)
}

/// `1234` -> `1.2 kB`
pub fn size(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["bytes", "kB", "MB", "GB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 999.5 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    if unit == 0 || size >= 10.0 { format!("{size:.0} {}", UNITS[unit]) } else { format!("{size:.1} {}", UNITS[unit]) }
}
