//! Ending sessions before they run out: one's own, or those of people whom one may administer.

use serde::Serialize;

use super::store;
use crate::audit::{Chain, Event};
use crate::db::{Conn, Timestamp, UserId};
use crate::users::actor;
use crate::users::edit::{EditRefusal, may_change};

/// Which of a person's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    One(i64),
    All,
    /// All but the one in which it is asked for.
    AllBut(i64),
}

#[derive(Serialize)]
struct Ended {
    sessions: i64,
}

/// Ends them, and says how many: none, if they had ended by themselves, or are somebody else's. Administrative lane.
///
/// Errors: a refusal as a sentence; the transaction must then be given up.
pub fn end(
    conn: &mut Conn,
    chain: &Chain,
    actor: UserId,
    user: UserId,
    which: Which,
    now: Timestamp,
) -> Result<i64, EditRefusal> {
    if actor == user {
        actor::present_for_write(conn, actor, now)?.ok_or(EditRefusal::ActorIsOff)?;
    } else {
        may_change(conn, actor, user, now)?;
    }
    let sessions = match which {
        Which::One(session) => store::end_one(conn, user, session)?.into(),
        Which::All => store::end_every(conn, user)?,
        Which::AllBut(kept) => store::end_others(conn, user, kept)?,
    };
    if sessions > 0 {
        let event = Event::new("user.sessions_ended", Some(actor)).about(user).with(&Ended { sessions });
        chain.record(conn, now, &[event])?;
    }
    Ok(sessions)
}
