//! Projects: made by anybody who does work, owned by whoever made them until somebody takes over.

use super::{Error, Result, access, store};
use crate::db::{Conn, ProjectId, Timestamp, UserId};

/// Characters of a project's name or a work item's title.
pub const NAME_LENGTH: usize = 200;

/// Makes a project that the actor owns. Errors: `SignedOut`, `Forbidden`, `Invalid`.
pub fn create(conn: &mut Conn, actor: UserId, name: &str, now: Timestamp) -> Result<ProjectId> {
    let actor = access::worker(conn, actor, now)?;
    let name = one_line("name", name, "Give the project a name.")?;
    Ok(store::projects::insert(conn, &name, actor.id, now)?)
}

/// A name or title: not empty, on one line, not too long.
pub(super) fn one_line(field: &'static str, text: &str, if_empty: &str) -> Result<String> {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().count() {
        0 => Err(Error::invalid(field, if_empty)),
        n if n > NAME_LENGTH => {
            Err(Error::invalid(field, format!("Use at most {NAME_LENGTH} characters; this has {n}.")))
        }
        _ => Ok(text),
    }
}
