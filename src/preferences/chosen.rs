//! What was chosen, and what holds where nothing was.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::Setting;
use crate::web::Site;

/// Characters of a password, where nothing else was chosen: length counts more than anything else.
pub const PASSWORD_LENGTH: i64 = 12;

/// What was chosen, as it stands in the table. What is not here was not chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen(BTreeMap<Setting, String>);

impl Chosen {
    pub fn get(&self, setting: Setting) -> Option<&str> {
        self.0.get(&setting).map(String::as_str)
    }

    pub fn number(&self, setting: Setting) -> Option<i64> {
        setting.number(self.get(setting))
    }

    /// The number that holds: chosen, or the default.
    pub fn in_force(&self, setting: Setting, defaults: &Defaults) -> i64 {
        self.number(setting).or_else(|| defaults.value(setting).parse().ok()).unwrap_or_default()
    }

    /// Nothing is no choice either.
    pub fn set(&mut self, setting: Setting, value: Option<String>) {
        match value.filter(|value| !value.is_empty()) {
            Some(value) => self.0.insert(setting, value),
            None => self.0.remove(&setting),
        };
    }

    /// The settings that are other than there.
    pub fn differences(&self, other: &Chosen) -> Vec<Setting> {
        Setting::ALL.iter().copied().filter(|setting| self.get(*setting) != other.get(*setting)).collect()
    }
}

/// What holds where nothing was chosen: what the server was started with, or what is built in.
#[derive(Debug, Clone)]
pub struct Defaults {
    pub time_zone: TimeZone,
    pub session_hours: i64,
    pub erase_after_days: i64,
}

impl Defaults {
    pub fn of(site: &Site) -> Self {
        Defaults {
            time_zone: site.time_zone.clone(),
            session_hours: site.session_hours,
            erase_after_days: site.erase_after_days,
        }
    }

    /// As it would be kept.
    pub fn value(&self, setting: Setting) -> String {
        match setting {
            Setting::OrganizationName => String::new(),
            Setting::TimeZone => self.time_zone.iana_name().unwrap_or("UTC").to_owned(),
            Setting::SessionHours => self.session_hours.to_string(),
            Setting::PasswordLength => PASSWORD_LENGTH.to_string(),
            Setting::EraseAfterDays => self.erase_after_days.to_string(),
            Setting::AuditRetentionDays => "0".into(),
        }
    }

    /// The variable of the server that a default comes from; `None`: it is built in.
    pub fn variable(setting: Setting) -> Option<&'static str> {
        match setting {
            Setting::TimeZone => Some("ROSTER_TIME_ZONE"),
            Setting::SessionHours => Some("ROSTER_SESSION_HOURS"),
            Setting::EraseAfterDays => Some("ROSTER_ERASE_AFTER_DAYS"),
            Setting::OrganizationName | Setting::PasswordLength | Setting::AuditRetentionDays => None,
        }
    }
}
