//! A one-time link: made by an administrator, opened by whoever it is for, who then chooses a password of their own.

use serde::Serialize;

use super::store::{self, links};
use crate::audit::{Chain, Event, Path};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::licenses::{AccessLevel, Rights};
use crate::secrets::random_token;
use crate::users::actor::{self, Actor};
use crate::users::edit::{EditRefusal, may_change};
use crate::users::{password, standing};

pub use links::Invited;

/// Days that a link is valid.
pub const DAYS: i64 = 7;

/// A link as it is shown, once.
#[derive(Debug, Clone)]
pub struct Link {
    pub token: String,
    pub expires_at: Timestamp,
}

#[derive(Serialize)]
struct Made {
    expires_at: String,
}

#[derive(Serialize)]
struct Used {
    sessions_ended: i64,
}

/// A new link for somebody active; the one they had before ends. Their password and sessions stay as they are until the
/// link is used. Administrative lane.
///
/// Errors: a refusal as a sentence; the transaction must then be given up.
pub fn make(
    conn: &mut Conn,
    chain: &Chain,
    actor: UserId,
    user: UserId,
    now: Timestamp,
) -> std::result::Result<Link, EditRefusal> {
    let (actor, person) = may_change(conn, actor, user, now)?;
    if actor.id == user {
        return Err(EditRefusal::OwnPassword);
    }
    if !person.is_active() {
        return Err(EditRefusal::IsOff);
    }
    let link = Link { token: random_token::<20>(), expires_at: now.plus_days(DAYS) };
    links::put(conn, user, &link.token, actor.id, now, link.expires_at)?;
    let made = Made { expires_at: link.expires_at.in_utc() };
    chain.record(conn, now, &[Event::new("user.link_made", Some(actor.id)).about(user).with(&made)])?;
    Ok(link)
}

/// Whom the link lets in. `None`: there never was such a link, it was used, it is too old, they are off; or whoever made it
/// is off or could not make it today. Looking does not use it up.
pub fn whose(conn: &mut Conn, token: &str, now: Timestamp) -> Result<Option<Invited>> {
    let Some(invited) = links::find(conn, token, now)? else { return Ok(None) };
    Ok(still_opens(conn, (invited.made_by, invited.level), now)?.then_some(invited))
}

/// Until when the person's link lets them in, if they have one that does.
pub fn valid_until(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<Option<Timestamp>> {
    let Some((until, made_by, level)) = links::of(conn, user, now)? else { return Ok(None) };
    Ok(still_opens(conn, (made_by, level), now)?.then_some(until))
}

/// True if whoever made a link could make it today for somebody of this level.
fn still_opens(conn: &mut Conn, made: (Option<UserId>, Option<AccessLevel>), now: Timestamp) -> Result<bool> {
    let (Some(maker), Some(level)) = made else { return Ok(false) };
    let may_let_in = |maker: Actor| maker.may(Rights::ADMINISTER_USERS) && standing::is_within(&maker, level);
    Ok(actor::present(conn, maker, now)?.is_some_and(may_let_in))
}

/// Gives the person the password they chose, signs them out elsewhere, and uses the link up. `None`: as in `whose`.
/// Administrative lane, so that of two who open it at once one comes in.
pub fn use_up(conn: &mut Conn, chain: &Chain, token: &str, hash: &str, now: Timestamp) -> Result<Option<UserId>> {
    let Some(Invited { user, .. }) = whose(conn, token, now)? else { return Ok(None) };
    if actor::present_to_change(conn, user, now)?.is_none() {
        return Ok(None);
    }
    password::set(conn, user, hash, false, now)?;
    let used = Used { sessions_ended: store::end_all(conn, &[user])? };
    password::note_sign_in(conn, user, now)?;
    chain.record(conn, now, &[Event::new("user.link_used", Some(user)).about(user).by_path(Path::Link).with(&used)])?;
    Ok(Some(user))
}
