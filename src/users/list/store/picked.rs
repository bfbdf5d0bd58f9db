//! Who is ticked on pages of the list that are not in sight any more: kept for each administrator, under a random word.

use diesel::prelude::*;

use crate::db::schema::picked_users;
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::secrets::random_token;

/// Days after which nobody comes back to a selection.
const KEPT_DAYS: i64 = 2;

/// The ids under this word. `None`: nothing is kept under it any more, or it is somebody else's.
pub fn read(conn: &mut Conn, owner: UserId, token: &str) -> Result<Option<Vec<UserId>>> {
    let mine = picked_users::table.find(token).filter(picked_users::owner_id.eq(owner));
    let ids: Option<String> = mine.select(picked_users::ids).first(conn).optional()?;
    Ok(ids.map(|ids| ids.split(',').filter_map(|id| id.parse().ok()).collect()))
}

/// Keeps these ids under the word, if it is one of the owner's, else under a new one. Gives back the word.
pub fn keep(conn: &mut Conn, owner: UserId, token: Option<&str>, ids: &[UserId], now: Timestamp) -> Result<String> {
    let text = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    if let Some(token) = token {
        let mine = picked_users::table.find(token).filter(picked_users::owner_id.eq(owner));
        let kept =
            diesel::update(mine).set((picked_users::ids.eq(&text), picked_users::picked_at.eq(now))).execute(conn)?;
        if kept > 0 {
            return Ok(token.to_owned());
        }
    }
    let token = random_token::<10>();
    diesel::insert_into(picked_users::table)
        .values((
            picked_users::token.eq(&token),
            picked_users::owner_id.eq(owner),
            picked_users::ids.eq(&text),
            picked_users::picked_at.eq(now),
        ))
        .execute(conn)?;
    Ok(token)
}

pub fn forget(conn: &mut Conn, owner: UserId, token: &str) -> Result<()> {
    diesel::delete(picked_users::table.find(token).filter(picked_users::owner_id.eq(owner))).execute(conn)?;
    Ok(())
}

pub fn prune(conn: &mut Conn, now: Timestamp) -> Result<()> {
    diesel::delete(picked_users::table.filter(picked_users::picked_at.lt(now.plus_days(-KEPT_DAYS)))).execute(conn)?;
    Ok(())
}
