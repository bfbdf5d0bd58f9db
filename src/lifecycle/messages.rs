//! Messages in the application: what happened to a departure that somebody planned. They keep ids, never names.

use super::store::inbox;
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::operations::Operation;

/// Tells whoever planned a departure that it has happened. Nobody is told about what Roster did by itself.
pub fn left(conn: &mut Conn, operation: &Operation, done: &[UserId], now: Timestamp) -> Result<()> {
    let Some(planner) = operation.started_by else { return Ok(()) };
    let one = if let [one] = done { Some(*one) } else { None };
    inbox::insert(conn, planner, operation.id, one, now)
}
