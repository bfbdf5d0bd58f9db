//! The values of one row: each is read as what it must be, or the problem is noted with its line and column.

use csv::ByteRecord;

use super::ids::Ids;
use super::problems::Problems;
use crate::db::Timestamp;

/// Bounds of values, in characters: what the pages can show.
pub const NAME: usize = 100;
pub const TITLE: usize = 300;
pub const ABOUT: usize = 1_000;
pub const NOTE: usize = 20_000;

pub struct Fields<'a> {
    pub file: &'static str,
    pub line: u64,
    columns: &'a [&'static str],
    values: &'a ByteRecord,
    pub problems: &'a mut Problems,
    good: bool,
}

impl<'a> Fields<'a> {
    pub fn new(
        file: &'static str,
        line: u64,
        columns: &'a [&'static str],
        values: &'a ByteRecord,
        problems: &'a mut Problems,
    ) -> Self {
        Fields { file, line, columns, values, problems, good: true }
    }

    /// The row, if nothing was wrong with any of its values.
    pub fn finish<T>(&self, row: T) -> Option<T> {
        self.good.then_some(row)
    }

    pub fn wrong(&mut self, column: &str, text: impl Into<String>) {
        self.good = false;
        self.problems.at(self.file, self.line, column, text);
    }

    /// The value without surrounding spaces; empty if the column is not there.
    pub fn value(&mut self, column: &str) -> &'a str {
        let Some(place) = self.columns.iter().position(|name| *name == column) else { return "" };
        match std::str::from_utf8(&self.values[place]) {
            Ok(text) => text.trim(),
            Err(_) => {
                self.wrong(column, "is not UTF-8");
                ""
            }
        }
    }

    /// One line of text, at most `most` characters.
    pub fn text(&mut self, column: &str, most: usize) -> String {
        let text = self.value(column);
        if text.chars().any(char::is_control) {
            self.wrong(column, "has a line break or a control character");
        }
        self.bounded(column, text, most)
    }

    pub fn required_text(&mut self, column: &str, most: usize) -> String {
        let text = self.text(column, most);
        if text.is_empty() {
            self.missing(column);
        }
        text
    }

    /// Text of several lines.
    pub fn long_text(&mut self, column: &str, most: usize) -> String {
        if self.value(column).is_empty() {
            self.missing(column);
        }
        self.optional_long_text(column, most)
    }

    pub fn optional_long_text(&mut self, column: &str, most: usize) -> String {
        let text = self.value(column);
        if text.contains('\0') {
            self.wrong(column, "has a control character");
        }
        self.bounded(column, text, most)
    }

    fn bounded(&mut self, column: &str, text: &str, most: usize) -> String {
        // Bytes first: counting characters is only needed when there may be too many.
        if text.len() > most {
            let length = text.chars().count();
            if length > most {
                self.wrong(column, format!("has {length} characters; at most {most} fit"));
            }
        }
        text.to_owned()
    }

    fn missing(&mut self, column: &str) {
        // A value that is not UTF-8 has been named already.
        if self.columns.iter().position(|name| *name == column).is_none_or(|place| self.values[place].is_ascii()) {
            self.wrong(column, "is empty");
        }
    }

    pub fn number(&mut self, column: &str, range: std::ops::RangeInclusive<i64>) -> i64 {
        let text = self.value(column);
        if text.is_empty() {
            self.missing(column);
            return *range.start();
        }
        match text.parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                let (start, end) = range.clone().into_inner();
                self.wrong(column, format!("“{}” is not a whole number from {start} to {end}", excerpt(text)));
                start
            }
        }
    }

    /// The row's own id, as a fresh one. While checking, an id that was there before is a problem; while loading, the
    /// id is known from the check.
    pub fn own_id(&mut self, ids: &mut Ids, checking: bool) -> i64 {
        let id = self.number("id", 1..=i64::MAX);
        if checking && !ids.add(id) && self.good {
            self.wrong("id", format!("{id} is there twice"));
        }
        ids.fresh(id).unwrap_or_else(|| {
            if !checking {
                self.wrong("id", "was not there when the file was checked");
            }
            0
        })
    }

    /// The fresh id of a row of another file; `None`: the value is empty.
    pub fn optional_reference(&mut self, column: &str, ids: &Ids, to: &str) -> Option<i64> {
        let text = self.value(column);
        if text.is_empty() {
            return None;
        }
        let found = text.parse().ok().and_then(|id| ids.fresh(id));
        if found.is_none() {
            self.wrong(column, format!("{to} has no row with id “{}”", excerpt(text)));
        }
        found
    }

    pub fn reference(&mut self, column: &str, ids: &Ids, to: &str) -> i64 {
        if self.value(column).is_empty() {
            self.missing(column);
            return 0;
        }
        self.optional_reference(column, ids, to).unwrap_or_default()
    }

    pub fn moment(&mut self, column: &str) -> Timestamp {
        if self.value(column).is_empty() {
            self.missing(column);
            return Timestamp::NEVER;
        }
        self.optional_moment(column).unwrap_or(Timestamp::NEVER)
    }

    pub fn optional_moment(&mut self, column: &str) -> Option<Timestamp> {
        let text = self.value(column);
        if text.is_empty() {
            return None;
        }
        let moment = moment(text);
        if moment.is_none() {
            self.wrong(column, format!("“{}” is not a date and time such as 2026-03-31 14:05:00 (UTC)", excerpt(text)));
        }
        moment
    }

    /// A day, as YYYY-MM-DD.
    pub fn day(&mut self, column: &str) -> String {
        let text = self.value(column);
        let date = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10);
        if date.is_none_or(|date| !(1970..2200).contains(&date.year())) {
            self.wrong(column, format!("“{}” is not a day such as 2026-03-31", excerpt(text)));
        }
        text.to_owned()
    }
}

/// UTC, unless the text says another offset. The day alone means its first moment.
fn moment(text: &str) -> Option<Timestamp> {
    if !text.is_ascii() || text.len() < 10 {
        return None;
    }
    let timestamp = if text.get(10..).is_some_and(|time| time.contains(['+', '-', 'Z'])) {
        text.parse::<jiff::Timestamp>().ok()?
    } else {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        jiff::tz::Offset::UTC.to_timestamp(civil).ok()?
    };
    let moment = Timestamp::from(timestamp);
    let years = 1970..2200;
    (!moment.is_never() && years.contains(&moment.in_zone(&jiff::tz::TimeZone::UTC).year())).then_some(moment)
}

/// Enough of a value to find it by.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
