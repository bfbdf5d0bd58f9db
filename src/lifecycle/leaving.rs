//! Leaving on a date: a local date and time becomes a moment in each person's own zone; access ends then by the clock.

use jiff::Timestamp as Instant;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde_json::json;

use super::run::Lifecycle;
use super::store::departures::{self, Departure};
use crate::audit::{Chain, Event};
use crate::db::{Conn, Error as DbError, Timestamp, UserId};
use crate::operations::engine;
use crate::users::actor::Actor;
use crate::users::standing;

/// Days ahead that a departure can be planned.
const FURTHEST_DAYS: i64 = 2 * 366;

/// When people leave: the same time on the clock for everybody, each in their own zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    pub on: DateTime,
    /// The organization's zone, for people who have not chosen one.
    pub organization: TimeZone,
}

impl Leaving {
    /// As a plan keeps it: `2026-12-01T18:00[Europe/Vienna]`; empty: at once.
    pub fn parse(kept: &str) -> Option<Leaving> {
        let (on, zone) = kept.strip_suffix(']')?.split_once('[')?;
        Some(Leaving { on: on.parse().ok()?, organization: TimeZone::get(zone).ok()? })
    }

    pub fn to_text(&self) -> String {
        let zone = self.organization.iana_name().unwrap_or("UTC");
        format!("{}[{zone}]", self.on.strftime("%Y-%m-%dT%H:%M"))
    }

    /// What is preset: the end of the next day.
    pub fn preset(now: Timestamp, organization: &TimeZone) -> Leaving {
        let tomorrow = now.in_zone(organization).date().tomorrow().unwrap_or(Date::MAX);
        Leaving { on: tomorrow.at(18, 0, 0, 0), organization: organization.clone() }
    }

    /// Reads a date and a time as typed. Errors: a sentence for the field.
    pub fn typed(date: &str, time: &str, now: Timestamp, organization: &TimeZone) -> Result<Leaving, String> {
        let date: Date = date.trim().parse().map_err(|_| "Give the day as YYYY-MM-DD.".to_owned())?;
        let time: Time = time.trim().parse().map_err(|_| "Give the time as HH:MM.".to_owned())?;
        let on = date.to_datetime(time);
        let leaving = Leaving { on, organization: organization.clone() };
        let at = leaving.moment("");
        if at <= now.plus_days(-1) {
            return Err("This day is over. Choose a later one, or “Now”.".into());
        }
        if at > now.plus_days(FURTHEST_DAYS) {
            return Err("Choose a day within the next two years.".into());
        }
        Ok(leaving)
    }

    /// The moment for somebody of this zone; empty: the organization's. A local time that does not exist on that day is
    /// the one as much later; of a time that exists twice it is the first.
    pub fn moment(&self, zone: &str) -> Timestamp {
        let zone = self.zone_of(zone);
        let instant: Option<Instant> = zone.to_timestamp(self.on).ok();
        instant.map_or(Timestamp::NEVER, Timestamp::from)
    }

    pub fn zone_of(&self, zone: &str) -> TimeZone {
        match zone {
            "" => self.organization.clone(),
            name => TimeZone::get(name).unwrap_or_else(|_| self.organization.clone()),
        }
    }
}

/// Why a departure was neither moved nor cancelled.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is none any more: it was cancelled, or has happened.
    #[error("gone")]
    Gone,
    #[error("may not")]
    MayNot,
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Database(#[from] DbError),
}

fn planned(conn: &mut Conn, actor: &Actor, user: UserId) -> Result<Departure, Refusal> {
    let departure = departures::of(conn, user)?.ok_or(Refusal::Gone)?;
    if !standing::is_within(actor, departure.level) {
        return Err(Refusal::MayNot);
    }
    Ok(departure)
}

/// Moves somebody's departure to another date and time in the same zone. In an administrative write.
pub fn move_to(
    conn: &mut Conn,
    chain: &Chain,
    actor: &Actor,
    user: UserId,
    (date, time): (&str, &str),
    now: Timestamp,
) -> Result<(), Refusal> {
    let departure = planned(conn, actor, user)?;
    let zone = TimeZone::get(&departure.zone).unwrap_or(TimeZone::UTC);
    let at = Leaving::typed(date, time, now, &zone).map_err(Refusal::Invalid)?.moment(&departure.zone);
    if at <= now {
        return Err(Refusal::Invalid("This moment is over. Choose a later one.".into()));
    }
    departures::set(conn, &departure, at)?;
    let details = json!({ "name": departure.name(), "before": departure.at.in_utc(), "after": at.in_utc() });
    chain.record(conn, now, &[event("user.leave_moved", actor, &departure).with(&details)])?;
    Ok(())
}

/// Somebody stays after all; the operation ends with the last one who does. In an administrative write.
pub fn cancel(conn: &mut Conn, runner: &Lifecycle, actor: &Actor, user: UserId, now: Timestamp) -> Result<(), Refusal> {
    let departure = planned(conn, actor, user)?;
    let is_over = departures::cancel(conn, &departure, now)?;
    let details = json!({ "name": departure.name(), "before": departure.at.in_utc() });
    runner.chain.record(conn, now, &[event("user.leave_cancelled", actor, &departure).with(&details)])?;
    if is_over {
        engine::end(conn, runner, departure.operation, now)?;
    }
    Ok(())
}

fn event(act: &'static str, actor: &Actor, departure: &Departure) -> Event {
    Event::new(act, Some(actor.id)).about(departure.user).in_operation(departure.operation)
}
