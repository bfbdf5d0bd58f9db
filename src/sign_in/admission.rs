//! Admits somebody whose password was right, if they are still active and the password still is that one.

use super::throttle::{self, Bucket};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::{actor, password};

/// Notes the sign-in. False: deactivated, or given another password, since the password was compared.
pub fn admit(conn: &mut Conn, user: UserId, compared_with: &str, buckets: &[Bucket], now: Timestamp) -> Result<bool> {
    let is_present = actor::present_to_change(conn, user, now)?.is_some();
    if !is_present || password::of_user(conn, user)?.as_deref() != Some(compared_with) {
        return Ok(false);
    }
    password::note_sign_in(conn, user, now)?;
    throttle::succeeded(conn, buckets)?;
    Ok(true)
}
