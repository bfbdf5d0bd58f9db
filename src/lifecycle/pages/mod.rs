//! The pages of the lifecycle: plans, operations, the recycle bin.

pub mod departures;
pub mod dormant;
pub mod duties;
pub mod exemptions;
mod handing_view;
pub mod leavers;
mod leavers_form;
pub mod lists;
pub mod messages;
pub mod operations;
mod plan_view;
pub mod plans;
mod receipt_view;
pub mod recycle_bin;
pub mod result;
mod seats_view;

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
