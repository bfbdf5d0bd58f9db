//! The pages of the lifecycle: plans, operations, the recycle bin.

pub mod duties;
mod handing_view;
pub mod lists;
pub mod operations;
mod plan_view;
pub mod plans;
mod receipt_view;
pub mod recycle_bin;
pub mod result;

use crate::db::{Conn, UserId};
use crate::licenses::Rights;
use crate::users::actor::{self, Actor};
use crate::web::Error;

/// The administrator who asks, as they are in this writing transaction. Somebody who is off by now is sent to the door.
fn administrator(conn: &mut Conn, id: UserId) -> Result<Actor, Error> {
    let actor = actor::present_for_write(conn, id)?.ok_or(Error::SignIn { then: "/".into() })?;
    if actor.may(Rights::ADMINISTER_USERS) {
        return Ok(actor);
    }
    Err(Error::forbidden("You may no longer administer users. Ask a System Administrator."))
}
