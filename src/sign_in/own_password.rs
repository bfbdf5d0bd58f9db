//! Changing one's own password: other browsers are signed out, and the audit chain knows.

use super::{store, throttle};
use crate::audit::{Chain, Event};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::secrets::Keys;
use crate::users::{actor, password};

/// The hash of a user's password; `None`: they are off, or have none.
pub fn stored(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<Option<String>> {
    if actor::present(conn, user, now)?.is_none() {
        return Ok(None);
    }
    password::of_user(conn, user)
}

/// What a change needs beyond the connection: made outside the transaction, because hashing is slow.
pub struct Change {
    pub user: UserId,
    /// The session that stays; all others of the user end.
    pub session_id: i64,
    /// The hash that the current password was compared with.
    pub compared_with: String,
    pub new_hash: String,
}

/// Sets the password. False: the user is off by now, or the password was changed meanwhile; nothing is done.
pub fn change(conn: &mut Conn, chain: &Chain, keys: &Keys, change: &Change, now: Timestamp) -> Result<bool> {
    let is_present = actor::present_for_write(conn, change.user, now)?.is_some();
    if !is_present || password::of_user(conn, change.user)?.as_ref() != Some(&change.compared_with) {
        return Ok(false);
    }
    password::set(conn, change.user, &change.new_hash, false, now)?;
    store::end_others(conn, change.user, change.session_id)?;
    store::links::end(conn, &[change.user])?;
    throttle::succeeded(conn, &throttle::buckets_of_user(keys, change.user))?;
    chain.record(conn, now, &[Event::new("user.password_changed", Some(change.user)).about(change.user)])?;
    Ok(true)
}
