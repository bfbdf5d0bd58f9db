//! Deactivate: the license is free at once, sessions end, every piece of history stays.

use super::run::{Batch, Person};
use super::store::people;
use crate::audit::Event;
use crate::db::{Conn, Result, UserId};
use crate::sign_in;
use crate::users::{State, counts};

/// Takes these active people off. What they did, and what they are assigned to, stays theirs.
pub fn deactivate(conn: &mut Conn, batch: &mut Batch<'_>, people: &[Person]) -> Result<()> {
    let ids: Vec<UserId> = people.iter().map(|person| person.facts.user).collect();
    people::deactivate(conn, &ids, batch.stamp())?;
    let ended = sign_in::store::end_all(conn, &ids)?;
    batch.tally.add("sessions", ended);
    batch.free_seats(conn, people)?;
    counts::add(conn, State::Active, -(ids.len() as i64))?;
    counts::add(conn, State::Deactivated, ids.len() as i64)?;
    batch.record(people, |person| Event::new("user.deactivated", None).with(&person.before_and_after("deactivated")));
    Ok(())
}
