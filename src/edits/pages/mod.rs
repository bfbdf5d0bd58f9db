//! The pages of edits: the fields that many people are given, the update that is posted, the plan, and its one button.

pub mod fields_view;
pub mod plans;
pub mod selections;
pub mod view;

use crate::db::{Conn, Timestamp, UserId};
use crate::licenses::Rights;
use crate::users::actor::{self, Actor};
use crate::web::Error;

/// The administrator who asks, as they are in this writing transaction. Somebody who is off by now is sent to the door.
pub fn administrator(conn: &mut Conn, id: UserId, now: Timestamp) -> Result<Actor, Error> {
    let actor = actor::present_for_write(conn, id, now)?.ok_or(Error::SignIn { then: "/".into() })?;
    if actor.may(Rights::ADMINISTER_USERS) {
        return Ok(actor);
    }
    Err(Error::forbidden("You may no longer administer users. Ask a System Administrator."))
}
