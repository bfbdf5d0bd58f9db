//! Dormant users: active people who have not signed in for long, so that their seats can be reclaimed, and who is exempt.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::store::exemptions::{self, Exemption};
use crate::audit::{Chain, Event};
use crate::db::{Conn, Error as DbError, Timestamp, UserId};
use crate::licenses::{AccessLevel, LicenseType};
use crate::users::actor::Actor;
use crate::users::standing;

/// The days that can be chosen.
pub const DAYS: [i64; 5] = [30, 60, 90, 180, 365];
/// What is chosen at first.
const USUAL_DAYS: i64 = 90;
/// Characters of the reason of an exemption.
pub const REASON_LENGTH: usize = 500;

/// Who is meant: active, not exempt, without a sign-in for so many days; whoever never signed in, since they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dormant {
    pub days: i64,
    /// Only people whose access level takes a seat of this type.
    pub license: Option<LicenseType>,
}

impl Dormant {
    /// As an address or a form has it; empty words are the usual. `None`: no such filter.
    pub fn parse(days: &str, license: &str) -> Option<Dormant> {
        let days = if days.is_empty() { USUAL_DAYS } else { days.parse().ok().filter(|days| DAYS.contains(days))? };
        let license = if license.is_empty() { None } else { Some(LicenseType::parse(license)?) };
        Some(Dormant { days, license })
    }

    /// A last sign-in before this moment is too long ago.
    pub fn since(self, now: Timestamp) -> Timestamp {
        now.plus_days(-self.days)
    }

    pub fn levels(self) -> Vec<AccessLevel> {
        let fits = |level: &AccessLevel| self.license.is_none_or(|license| level.license_type() == license);
        AccessLevel::ALL.iter().copied().filter(fits).collect()
    }

    /// `days=90&license=light`, for behind a question mark.
    pub fn query(self) -> String {
        let license = self.license.map_or_else(String::new, |license| format!("&license={}", license.as_str()));
        format!("days={}{license}", self.days)
    }

    /// "without a sign-in for 90 days with a Light license"
    pub fn in_words(self) -> String {
        let license = self.license.map_or_else(String::new, |license| format!(" with a {} license", license.name()));
        format!("without a sign-in for {} days{license}", self.days)
    }
}

/// Why an exemption was not made or not ended.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It has ended already.
    #[error("gone")]
    Gone,
    /// Nobody of these people is active and within one's rights.
    #[error("nobody")]
    Nobody,
    #[error("may not")]
    MayNot,
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Reads the last day of an exemption, in the zone of whoever typed it: the moment at which that day is over. Errors: a
/// sentence for the field.
pub fn read_end(typed: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
    let last: Date = typed.trim().parse().map_err(|_| "Give the last day as YYYY-MM-DD.".to_owned())?;
    let today = now.in_zone(zone).date();
    if last < today {
        return Err("This day is over. Choose a later one.".into());
    }
    let furthest = today.checked_add(jiff::Span::new().years(2)).unwrap_or(Date::MAX);
    if last > furthest {
        return Err("Choose a day within the next two years.".into());
    }
    let end = last.tomorrow().ok().and_then(|day| zone.to_timestamp(day.at(0, 0, 0, 0)).ok());
    end.map(Timestamp::from).ok_or_else(|| "Choose an earlier day.".into())
}

/// Reads why. Errors: a sentence for the field.
pub fn read_reason(typed: &str) -> Result<String, String> {
    let reason = typed.trim();
    if reason.is_empty() {
        return Err("Say why, for whoever looks at this list next.".into());
    }
    if reason.chars().count() > REASON_LENGTH {
        return Err(format!("At most {REASON_LENGTH} characters."));
    }
    Ok(reason.to_owned())
}

/// Exempts those of these people who are active and within the actor's rights; an exemption they have already gives way.
/// How many they are. In an administrative write.
pub fn exempt(
    conn: &mut Conn,
    chain: &Chain,
    actor: &Actor,
    ids: &[UserId],
    (ends_at, reason): (Timestamp, &str),
    now: Timestamp,
) -> Result<i64, Refusal> {
    let mut people = exemptions::active(conn, ids)?;
    people.retain(|person| standing::is_within(actor, person.level));
    if people.is_empty() {
        return Err(Refusal::Nobody);
    }
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    let exemption = Exemption { ends_at, reason: reason.to_owned(), exempted_by: Some(actor.id), exempted_at: now };
    exemptions::put(conn, &ids, &exemption)?;
    let events = people.iter().map(|person| {
        let details = json!({ "name": person.name(), "until": ends_at.in_utc(), "reason": reason });
        Event::new("user.dormancy_exempted", Some(actor.id)).about(person.id).with(&details)
    });
    chain.record(conn, now, &events.collect::<Vec<_>>())?;
    Ok(people.len() as i64)
}

/// Ends somebody's exemption before its day. In an administrative write.
pub fn end(conn: &mut Conn, chain: &Chain, actor: &Actor, user: UserId, now: Timestamp) -> Result<(), Refusal> {
    let (person, ends_at) = exemptions::of(conn, user, now)?.ok_or(Refusal::Gone)?;
    if !standing::is_within(actor, person.level) {
        return Err(Refusal::MayNot);
    }
    exemptions::remove(conn, user)?;
    let details = json!({ "name": person.name(), "before": ends_at.in_utc() });
    let event = Event::new("user.dormancy_exemption_ended", Some(actor.id)).about(user).with(&details);
    chain.record(conn, now, &[event])?;
    Ok(())
}
