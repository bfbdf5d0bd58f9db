//! What a field of a filter holds: read from an address, written back into one, never anything that is not known.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::filter::Show;
use crate::db::{Timestamp, UserId};
use crate::licenses::{AccessLevel, LicenseType};

/// A word of an address. `None` from `read` is nonsense: nobody acts on others than they meant.
pub trait Word: Sized {
    fn read(text: &str) -> Option<Self>;
    fn write(&self) -> String;
}

/// A field of the filter: an empty text is the field left out.
pub trait Value: Sized + Default {
    fn read(text: &str) -> Option<Self>;
    /// Empty if it is left out.
    fn write(&self) -> String;
}

impl<T: Word> Value for Option<T> {
    fn read(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { T::read(text).map(Some) }
    }

    fn write(&self) -> String {
        self.as_ref().map(Word::write).unwrap_or_default()
    }
}

/// Characters of a typed text that count; nobody types more.
const LONGEST_TEXT: usize = 200;

/// What was typed, without what cannot be part of it.
pub fn cleaned(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_TEXT).collect();
    text.trim().to_owned()
}

impl Value for String {
    fn read(text: &str) -> Option<Self> {
        Some(cleaned(text))
    }

    fn write(&self) -> String {
        cleaned(self)
    }
}

impl Value for Show {
    fn read(text: &str) -> Option<Self> {
        if text.is_empty() { Some(Show::Active) } else { Show::parse(text) }
    }

    fn write(&self) -> String {
        self.as_str().into()
    }
}

macro_rules! word {
    ($($type:ty: $read:expr, $write:expr;)+) => {$(
        impl Word for $type {
            fn read(text: &str) -> Option<Self> {
                let read: fn(&str) -> Option<$type> = $read;
                read(text)
            }

            fn write(&self) -> String {
                let write: fn(&$type) -> String = $write;
                write(self)
            }
        }
    )+};
}
word! {
    AccessLevel: AccessLevel::parse, |level| level.as_str().into();
    LicenseType: LicenseType::parse, |license| license.as_str().into();
    UserId: |text| text.parse().ok(), |id| id.to_string();
    InUnit: InUnit::parse, |unit| unit.as_word();
    Day: Day::parse, |day| day.0.to_string();
    Zone: Zone::parse, |zone| zone.0.clone();
}

/// A company, a team, a group or a job role; or nobody's: people who have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InUnit {
    Of(i64),
    None,
}

impl InUnit {
    pub fn parse(text: &str) -> Option<Self> {
        if text == "none" { Some(InUnit::None) } else { text.parse().ok().filter(|id| *id > 0).map(InUnit::Of) }
    }

    pub fn as_word(&self) -> String {
        match self {
            InUnit::Of(id) => id.to_string(),
            InUnit::None => "none".into(),
        }
    }
}

/// A day, as a date field of a browser writes it: `2026-11-30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// Within the years that a person can mean.
    pub fn parse(text: &str) -> Option<Self> {
        let date: Date = text.parse().ok()?;
        (text.len() == 10 && (1971..=9000).contains(&date.year())).then_some(Day(date))
    }

    /// The first moment of the day there.
    pub fn begins(self, zone: &TimeZone) -> Timestamp {
        self.0.to_zoned_datetime(zone.clone()).map_or(Timestamp::NEVER, |zoned| zoned.timestamp().into())
    }

    /// `3 Mar 2026`
    pub fn in_words(self) -> String {
        self.0.strftime("%-d %b %Y").to_string()
    }
}

/// The zone in which the days of a filter begin. It travels with them, so that an address means the same to everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(String);

impl Zone {
    pub fn parse(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(|_| Zone(name.to_owned()))
    }

    pub fn name(&self) -> &str {
        &self.0
    }

    pub fn get(&self) -> TimeZone {
        TimeZone::get(&self.0).unwrap_or(TimeZone::UTC)
    }
}
