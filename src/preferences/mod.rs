//! What the organization chose for itself: its name, its time zone, how long a sign-in lasts, which passwords will do,
//! how long things are kept. Read from the database each time, so that every process holds to it at once.

pub mod change;
mod chosen;
pub mod pages;
mod setting;
pub mod store;
pub mod zones;

pub use chosen::{Chosen, Defaults};
pub use setting::Setting;

use crate::db::{Conn, Result};

/// Hours that a sign-in lasts at the very most: so long lives its cookie. When it ends is decided at each request.
pub const LONGEST_SESSION_HOURS: i64 = 720;

/// The organization's own name; empty before it has one.
pub fn organization_name(conn: &mut Conn) -> Result<String> {
    Ok(store::one(conn, Setting::OrganizationName)?.unwrap_or_default())
}

/// Before anybody can choose it: when the organization is set up or loaded.
pub fn set_organization_name(conn: &mut Conn, name: &str) -> Result<()> {
    store::set(conn, Setting::OrganizationName, Some(name))
}

/// Hours that a sign-in lasts.
pub fn session_hours(conn: &mut Conn, default: i64) -> Result<i64> {
    Ok(Setting::SessionHours.number(store::one(conn, Setting::SessionHours)?.as_deref()).unwrap_or(default))
}

/// Days in the recycle bin, after which deleted people are erased by themselves; 0: never.
pub fn erase_after_days(conn: &mut Conn, default: i64) -> Result<i64> {
    Ok(Setting::EraseAfterDays.number(store::one(conn, Setting::EraseAfterDays)?.as_deref()).unwrap_or(default))
}

/// Days that entries of the audit log are kept; `None`: for ever. Fewer than the setting takes count as nothing.
pub fn audit_retention_days(conn: &mut Conn) -> Result<Option<i64>> {
    let chosen = Setting::AuditRetentionDays.number(store::one(conn, Setting::AuditRetentionDays)?.as_deref());
    Ok(chosen.filter(|days| *days >= setting::SHORTEST_RETENTION))
}

/// Characters that a new password must have.
pub fn password_length(conn: &mut Conn) -> Result<usize> {
    let chosen = Setting::PasswordLength.number(store::one(conn, Setting::PasswordLength)?.as_deref());
    Ok(chosen.unwrap_or(chosen::PASSWORD_LENGTH) as usize)
}
