//! Who may see and do what on the work side, decided from the actor's state in the same transaction.

use super::{Error, Result, store};
use crate::db::{Conn, Timestamp, UserId, WorkItemId};
use crate::licenses::Rights;
use crate::users::actor::{self, Actor};

/// Whoever reads. Errors: `SignedOut` if they are off.
pub fn reader(conn: &mut Conn, id: UserId, now: Timestamp) -> Result<Actor> {
    actor::present(conn, id, now)?.ok_or(Error::SignedOut)
}

/// Whoever creates, assigns, logs hours, uploads or changes a status. Errors: `SignedOut`, `Forbidden`.
pub fn worker(conn: &mut Conn, id: UserId, now: Timestamp) -> Result<Actor> {
    let actor = actor::present_for_write(conn, id, now)?.ok_or(Error::SignedOut)?;
    if actor.may(Rights::DO_WORK) {
        return Ok(actor);
    }
    Err(Error::Forbidden("People with a Standard or Light license do this. Ask one of them, or your administrator."))
}

/// Whoever writes a note. Errors: `SignedOut`, `Forbidden`.
pub fn note_writer(conn: &mut Conn, id: UserId, now: Timestamp) -> Result<Actor> {
    let actor = actor::present_for_write(conn, id, now)?.ok_or(Error::SignedOut)?;
    if actor.may(Rights::SEE_WORK) {
        return Ok(actor);
    }
    Err(Error::Forbidden("External Users read notes, they do not write them."))
}

/// Lists show these people only what they are assigned to; `None`: everything.
pub fn only_assigned_to(actor: &Actor) -> Option<UserId> {
    (!actor.may(Rights::SEE_WORK)).then_some(actor.id)
}

/// Errors: not found, for a work item that is not there and for one that the actor may not see.
pub fn see_item(conn: &mut Conn, actor: &Actor, item: WorkItemId) -> Result<()> {
    let sees = match only_assigned_to(actor) {
        None => true,
        Some(user) => store::items::is_assigned(conn, item, user)?,
    };
    if sees { Ok(()) } else { Err(Error::not_found()) }
}

/// Documents of a work item or project: whoever does work, and whoever is assigned to that work item.
pub fn may_download(conn: &mut Conn, actor: &Actor, item: Option<WorkItemId>) -> Result<bool> {
    if actor.may(Rights::DO_WORK) {
        return Ok(true);
    }
    match item {
        Some(item) if actor.may(Rights::SEE_ASSIGNED) => Ok(store::items::is_assigned(conn, item, actor.id)?),
        _ => Ok(false),
    }
}
