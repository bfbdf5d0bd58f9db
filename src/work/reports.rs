//! Saved reports: hours by person, project or month, run with somebody's rights and no further than these reach.

use super::projects::one_line;
use super::{Error, Result, access, store};
use crate::db::{Conn, Timestamp, UserId, text_enum};
use crate::licenses::Rights;
use crate::users::actor::{self, Actor};

pub use store::reports::{Report, Sum};

text_enum! {
    /// What a report sums hours up by.
    pub enum GroupsBy {
        Person = "person",
        Project = "project",
        Month = "month",
    }
}

impl GroupsBy {
    pub fn name(self) -> &'static str {
        match self {
            GroupsBy::Person => "Person",
            GroupsBy::Project => "Project",
            GroupsBy::Month => "Month",
        }
    }
}

/// What running a report came to.
#[derive(Debug, Clone)]
pub enum Run {
    Sums(Vec<Sum>),
    /// Whose rights it runs with is off: it shows nothing until somebody else takes it over.
    Stopped,
}

/// Saves a report that runs with the actor's rights. Errors: `SignedOut`, `Forbidden`, `Invalid`.
pub fn create(conn: &mut Conn, actor: UserId, name: &str, groups_by: &str, now: Timestamp) -> Result<i64> {
    let actor = access::worker(conn, actor, now)?;
    let name = one_line("name", name, "Give the report a name.")?;
    let groups_by =
        GroupsBy::parse(groups_by).ok_or_else(|| Error::invalid("groups_by", "Choose what it sums up by."))?;
    Ok(store::reports::insert(conn, &name, groups_by, actor.id, now)?)
}

/// Whoever may run reports. Errors: `SignedOut`, `Forbidden`.
pub fn runner(conn: &mut Conn, id: UserId, now: Timestamp) -> Result<Actor> {
    let actor = access::reader(conn, id, now)?;
    if actor.may(Rights::SEE_WORK) {
        return Ok(actor);
    }
    Err(Error::Forbidden("External Users do not run reports. Ask the person who invited you."))
}

/// The report with what it says now. It sees what the person whose rights it runs with may see.
///
/// Errors: `SignedOut`, `Forbidden`, not found.
pub fn run(conn: &mut Conn, actor: UserId, id: i64, now: Timestamp) -> Result<(Report, Run)> {
    runner(conn, actor, now)?;
    let report = store::reports::find(conn, id)?;
    let runs_as = match report.runs_as {
        Some(user) => actor::present(conn, user, now)?,
        None => None,
    };
    let Some(runs_as) = runs_as else { return Ok((report, Run::Stopped)) };
    let only = access::only_assigned_to(&runs_as);
    let sums = store::reports::sums(conn, report.groups_by, only)?;
    Ok((report, Run::Sums(sums)))
}

/// Notes who ran it: whoever takes it away from them is warned.
pub fn note_run(conn: &mut Conn, actor: UserId, id: i64, now: Timestamp) -> Result<()> {
    Ok(store::reports::note_run(conn, id, actor, now)?)
}
