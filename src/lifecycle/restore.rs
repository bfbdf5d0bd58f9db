//! Restore: every association is back exactly as it was; with access again if there is a seat.

use super::run::{Batch, Person};
use super::store::people;
use crate::audit::Event;
use crate::db::{Conn, Result, UserId};
use crate::licenses::{AccessLevel, seats};
use crate::users::{State, counts};

/// Brings these deleted people back: as active with the level of their row, or as deactivated without one.
///
/// Errors: `Error::Check` if a seat is missing, `Error::Taken` if an address is.
pub fn restore(conn: &mut Conn, batch: &mut Batch<'_>, people: &[Person]) -> Result<()> {
    for person in people {
        if let Some(email) = person.email() {
            people::give_address(conn, person.facts.user, email)?;
        }
    }
    let with = |level: Option<AccessLevel>| -> Vec<UserId> {
        people.iter().filter(|person| person.level() == level).map(|person| person.facts.user).collect()
    };
    for level in AccessLevel::ALL {
        let active = with(Some(*level));
        if !active.is_empty() {
            seats::use_more(conn, level.license_type(), active.len() as i64)?;
            people::activate(conn, &active, *level, batch.stamp())?;
            counts::add(conn, State::Active, active.len() as i64)?;
            batch.tally.add(format!("taken.{}", level.license_type().as_str()), active.len() as i64);
        }
    }
    let deactivated = with(None);
    people::restore_as_deactivated(conn, &deactivated, batch.stamp())?;
    counts::add(conn, State::Deactivated, deactivated.len() as i64)?;
    batch.tally.add("restored_as_deactivated", deactivated.len() as i64);
    counts::add(conn, State::Deleted, -(people.len() as i64))?;
    batch.record(people, |person| {
        let state = if person.level().is_some() { "active" } else { "deactivated" };
        Event::new("user.restored", None).with(&person.before_and_after(state))
    });
    Ok(())
}
