//! Documents: kept below the uploads folder under random names, shown under the name they came with.

use super::{Error, Result, access, store};
use crate::db::{Conn, ProjectId, Timestamp, UserId, WorkItemId};
use crate::licenses::Rights;
use crate::users::State;
use crate::users::names::is_invisible;

/// Characters of a document's name.
const NAME_LENGTH: usize = 200;

/// Where a document lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    WorkItem(WorkItemId),
    Project(ProjectId),
    OwnArea,
}

/// A file that has arrived, under the name it is stored as.
#[derive(Debug, Clone)]
pub struct Arrived {
    pub name: String,
    pub bytes: i64,
    pub stored_as: String,
}

/// Enters an uploaded file. Errors: `SignedOut`, `Forbidden`, not found; the caller then removes the file.
pub fn add(conn: &mut Conn, actor: UserId, place: Place, file: &Arrived, now: Timestamp) -> Result<()> {
    let actor = access::worker(conn, actor, now)?;
    let (project, item) = match place {
        Place::WorkItem(item) => (Some(store::items::find(conn, item)?.project), Some(item)),
        Place::Project(project) => (Some(store::projects::find(conn, project)?.id), None),
        Place::OwnArea => (None, None),
    };
    Ok(store::documents::insert(conn, actor.id, project, item, file, now)?)
}

/// The name of a document and of its file, for whoever may have it.
///
/// Work items' documents: whoever does work, or is assigned there. Documents in somebody's own area: that person and
/// whoever administers users, until the person is deleted.
///
/// Errors: `SignedOut`, not found (also for what the actor may not have), `Invalid` if it came without content.
pub fn to_download(conn: &mut Conn, actor: UserId, id: i64, now: Timestamp) -> Result<(String, String)> {
    let actor = access::reader(conn, actor, now)?;
    let document = store::documents::find(conn, id)?;
    let may = match (document.project, document.owner) {
        (Some(_), _) => access::may_download(conn, &actor, document.item)?,
        (None, Some((owner, State::Active | State::Deactivated))) => {
            owner == actor.id || actor.may(Rights::ADMINISTER_USERS)
        }
        (None, _) => false,
    };
    if !may {
        return Err(Error::not_found());
    }
    match document.stored_as {
        Some(stored_as) => Ok((document.name, stored_as)),
        None => Err(Error::invalid("document", format!("“{}” was loaded without its content.", document.name))),
    }
}

/// A name without folders, control characters and tricks of direction; never empty, at most 200 characters, the ending
/// kept.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    let clean = clean.trim();
    if clean.chars().all(|c| c == '.' || c.is_whitespace()) {
        return "document".into();
    }
    let length = clean.chars().count();
    if length <= NAME_LENGTH {
        return clean.to_owned();
    }
    let ending = clean.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending = if (1..=16).contains(&ending.chars().count()) { format!(".{ending}") } else { String::new() };
    let kept: String = clean.chars().take(NAME_LENGTH - ending.chars().count()).collect();
    kept + &ending
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_become_harmless() {
        for (name, expected) in [
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\ada\brief.pdf", "brief.pdf"),
            ("a\r\nb", "ab"),
            ("..", "document"),
            ("/", "document"),
            ("", "document"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("Prüfung – 東京.txt", "Prüfung – 東京.txt"),
        ] {
            assert_eq!(clean_name(name), expected, "{name:?}");
        }
        let long = clean_name(&format!("{}.pdf", "ä".repeat(300)));
        assert_eq!(long.chars().count(), 200);
        assert!(long.ends_with("ä.pdf"));
    }
}
