//! Tasks and issues: made in a project, and worked on until they are done.

use super::projects::one_line;
use super::{Kind, Result, Status, access, store};
use crate::db::{Conn, ProjectId, Timestamp, UserId, WorkItemId};

/// Makes a task or an issue. Errors: `SignedOut`, `Forbidden`, `Invalid`, not found.
pub fn create(
    conn: &mut Conn,
    actor: UserId,
    project: ProjectId,
    kind: Kind,
    title: &str,
    now: Timestamp,
) -> Result<WorkItemId> {
    let actor = access::worker(conn, actor, now)?;
    store::projects::find(conn, project)?;
    let title = one_line("title", title, "Say in a few words what is to be done.")?;
    Ok(store::items::insert(conn, project, kind, &title, actor.id, now)?)
}

/// Errors: `SignedOut`, `Forbidden`, not found.
pub fn set_status(conn: &mut Conn, actor: UserId, item: WorkItemId, status: Status, now: Timestamp) -> Result<()> {
    access::worker(conn, actor, now)?;
    Ok(store::items::set_status(conn, item, status)?)
}
