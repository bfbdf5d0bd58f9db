//! Delete: the person is gone from the work side at once, whatever the size of their history; 30 days to restore.

use super::run::{Batch, Person};
use super::store::people;
use crate::audit::Event;
use crate::db::{Conn, Result, UserId};
use crate::sign_in;
use crate::users::{State, counts};

/// Makes tombstones of these people. Their seat and address are free; nothing that they did is rewritten.
pub fn delete(conn: &mut Conn, batch: &mut Batch<'_>, people: &[Person]) -> Result<()> {
    let ids: Vec<UserId> = people.iter().map(|person| person.facts.user).collect();
    people::delete(conn, &ids, batch.stamp())?;
    let ended = sign_in::store::end_all(conn, &ids)?;
    batch.tally.add("sessions", ended);
    batch.free_seats(conn, people)?;
    for state in [State::Active, State::Deactivated] {
        let n = people.iter().filter(|person| person.facts.state == state).count() as i64;
        counts::add(conn, state, -n)?;
    }
    counts::add(conn, State::Deleted, ids.len() as i64)?;
    batch.record(people, |person| Event::new("user.deleted", None).with(&person.before_and_after("deleted")));
    Ok(())
}
