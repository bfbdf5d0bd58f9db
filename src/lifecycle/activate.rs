//! Activate: somebody who was off has access again, with a level that takes a free seat.

use super::run::{Batch, Person};
use super::store::people;
use crate::audit::Event;
use crate::db::{Conn, Result, UserId};
use crate::licenses::{AccessLevel, seats};
use crate::users::{State, counts};

/// Gives these deactivated people access again, each with the level of their row.
///
/// Errors: `Error::Check` if a seat is missing; then none of them is activated.
pub fn activate(conn: &mut Conn, batch: &mut Batch<'_>, people: &[Person]) -> Result<()> {
    for level in AccessLevel::ALL {
        let of_level: Vec<UserId> =
            people.iter().filter(|person| person.level() == Some(*level)).map(|person| person.facts.user).collect();
        if !of_level.is_empty() {
            seats::use_more(conn, level.license_type(), of_level.len() as i64)?;
            people::activate(conn, &of_level, *level, batch.stamp())?;
            batch.tally.add(format!("taken.{}", level.license_type().as_str()), of_level.len() as i64);
        }
    }
    let n = people.len() as i64;
    counts::add(conn, State::Deactivated, -n)?;
    counts::add(conn, State::Active, n)?;
    batch.record(people, |person| Event::new("user.activated", None).with(&person.before_and_after("active")));
    Ok(())
}
