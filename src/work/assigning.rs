//! Assignments: only active people get new ones; whoever is off keeps those they have.

use super::{Error, Result, access, store};
use crate::db::{Conn, Timestamp, UserId, WorkItemId};
use crate::users::{State, find};

/// Assigns somebody, or assigns them again after an assignment that ended. Doing it twice changes nothing.
///
/// Both people's rows are held until the end (PostgreSQL), so that no deactivation slips in between.
///
/// Errors: `SignedOut`, `Forbidden`, not found, `Invalid` (field `user`) for anybody who is not active.
pub fn assign(conn: &mut Conn, actor: UserId, item: WorkItemId, user: UserId, now: Timestamp) -> Result<()> {
    find::hold(conn, &[actor, user])?;
    let actor = access::worker(conn, actor, now)?;
    store::items::find(conn, item)?;
    match find::candidate(conn, user, now)? {
        Some((_, State::Active)) => Ok(store::items::assign(conn, item, user, actor.id, now)?),
        Some((name, State::Deactivated)) => {
            Err(Error::invalid("user", format!("{name} is deactivated and cannot be assigned new work.")))
        }
        // Of a deleted person the work side does not know the name.
        Some((_, State::Deleted)) | None => {
            Err(Error::invalid("user", "This person is not there any more. Choose somebody from the list."))
        }
    }
}

/// Ends an assignment; it stays in the person's history. Doing it twice changes nothing.
pub fn end(conn: &mut Conn, actor: UserId, item: WorkItemId, user: UserId, now: Timestamp) -> Result<()> {
    access::worker(conn, actor, now)?;
    store::items::find(conn, item)?;
    Ok(store::items::end_assignment(conn, item, user, now)?)
}
