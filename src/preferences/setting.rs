//! One thing that can be chosen: what it is called, its limits, and how it is read from a form.

use std::ops::RangeInclusive;

use super::{LONGEST_SESSION_HOURS, zones};
use crate::db::text_enum;
use crate::web::text;

text_enum! {
    /// One thing that the organization chooses. The words are its name in the table and in the form.
    pub enum Setting {
        OrganizationName = "organization_name",
        TimeZone = "time_zone",
        SessionHours = "session_hours",
        PasswordLength = "password_length",
        EraseAfterDays = "erase_after_days",
        AuditRetentionDays = "audit_retention_days",
    }
}

/// Characters of the organization's name.
const NAME_LENGTH: usize = 100;
/// An audit log that forgets sooner is none.
pub(super) const SHORTEST_RETENTION: i64 = 30;

impl Setting {
    pub fn label(self) -> &'static str {
        match self {
            Setting::OrganizationName => "Organization name",
            Setting::TimeZone => "Time zone",
            Setting::SessionHours => "Session lifetime",
            Setting::PasswordLength => "Minimum password length",
            Setting::EraseAfterDays => "Kept in the recycle bin",
            Setting::AuditRetentionDays => "Kept in the audit log",
        }
    }

    /// "hours", behind the field; empty: it has none.
    pub fn unit(self) -> &'static str {
        match self {
            Setting::OrganizationName | Setting::TimeZone => "",
            Setting::SessionHours => "hours",
            Setting::PasswordLength => "characters",
            Setting::EraseAfterDays | Setting::AuditRetentionDays => "days",
        }
    }

    fn limits(self) -> RangeInclusive<i64> {
        match self {
            Setting::OrganizationName | Setting::TimeZone => 0..=0,
            Setting::SessionHours => 1..=LONGEST_SESSION_HOURS,
            Setting::PasswordLength => 8..=64,
            Setting::EraseAfterDays => 0..=3_650,
            Setting::AuditRetentionDays => 0..=36_500,
        }
    }

    /// A kept number; `None`: nothing was chosen, or what stands there is no number within the limits.
    pub fn number(self, kept: Option<&str>) -> Option<i64> {
        kept?.parse().ok().filter(|number| self.limits().contains(number))
    }

    /// The value in words: "12 hours", "for ever".
    pub fn in_words(self, kept: &str) -> String {
        match (self, self.number(Some(kept))) {
            (Setting::SessionHours, Some(n)) => text::count(n, "hour", "hours"),
            (Setting::PasswordLength, Some(n)) => text::count(n, "character", "characters"),
            (Setting::EraseAfterDays, Some(0)) => "never erased by themselves".into(),
            (Setting::AuditRetentionDays, Some(0)) => "for ever".into(),
            (Setting::EraseAfterDays | Setting::AuditRetentionDays, Some(n)) => text::count(n, "day", "days"),
            _ => kept.to_owned(),
        }
    }

    /// What was typed, as it is kept; `None`: nothing was, so the default holds.
    ///
    /// Errors: a sentence for the field.
    pub fn read(self, typed: &str) -> Result<Option<String>, String> {
        let typed = typed.trim();
        match self {
            Setting::OrganizationName => self::name(typed).map(Some),
            _ if typed.is_empty() => Ok(None),
            Setting::TimeZone if zones::is_zone(typed) => Ok(Some(typed.to_owned())),
            Setting::TimeZone => {
                Err("There is no such time zone. Choose one from the list, such as Europe/Vienna.".into())
            }
            _ => self.read_number(typed).map(|number| Some(number.to_string())),
        }
    }

    fn read_number(self, typed: &str) -> Result<i64, String> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
        let (least, most) = (*self.limits().start(), *self.limits().end());
        let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
        match digits.parse::<i64>().ok().filter(|_| is_number) {
            Some(1..SHORTEST_RETENTION) if self == Setting::AuditRetentionDays => {
                Err(format!("Enter {SHORTEST_RETENTION} days or more, or 0 to keep the entries for ever."))
            }
            Some(number) if self.limits().contains(&number) => Ok(number),
            _ => Err(format!("Enter a whole number from {least} to {}.", text::number(most))),
        }
    }
}

fn name(typed: &str) -> Result<String, String> {
    if typed.is_empty() {
        return Err("Enter the name of your organization.".into());
    }
    if typed.chars().count() > NAME_LENGTH {
        return Err(format!("Use at most {NAME_LENGTH} characters."));
    }
    if typed.chars().any(char::is_control) {
        return Err("This holds a character that cannot be shown.".into());
    }
    Ok(typed.to_owned())
}
