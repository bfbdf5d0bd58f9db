//! The users an act is for: ticked ones, all that match a filter, or those of an earlier operation.

use super::dormant::Dormant;
use super::store::{bin, dormant, facts, left_behind};
use super::{Refusal, Step};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::operations;
use crate::users::list::{self, Filter, Names};
use crate::web::text;

#[derive(Debug, Clone)]
pub enum Selection {
    Ticked(Vec<UserId>),
    /// Sent as the filter, never as ids: who matches is looked up when the plan is made.
    Matching(Filter),
    /// Everybody who has not signed in for so long: sent as the filter, too.
    Dormant(Dormant),
    /// Everybody in the recycle bin.
    Deleted,
    /// Everybody who is off and still has duties.
    LeftBehind,
    /// Those for whom an operation failed, or who were skipped for a reason that may have passed.
    Again(OperationId),
    /// Those for whom an operation did one of these steps.
    OfOperation(OperationId, Vec<Step>),
}

impl Selection {
    /// The ids, each once. Unknown ids are left out.
    pub fn users(&self, conn: &mut Conn, now: Timestamp) -> Result<Vec<UserId>> {
        match self {
            Selection::Ticked(ids) => {
                let mut ids = ids.clone();
                ids.sort_unstable();
                ids.dedup();
                facts::known(conn, &ids)
            }
            Selection::Matching(filter) => list::ids(conn, filter, now),
            Selection::Dormant(dormant) => dormant::ids(conn, dormant, now),
            Selection::Deleted => bin::ids(conn),
            Selection::LeftBehind => left_behind::ids(conn),
            Selection::Again(id) => {
                let passing: Vec<&str> =
                    Refusal::ALL.iter().filter(|why| why.may_pass()).map(|why| why.as_str()).collect();
                operations::store::not_done_users(conn, *id, &passing)
            }
            Selection::OfOperation(id, steps) => {
                let steps: Vec<&str> = steps.iter().map(|step| step.as_str()).collect();
                operations::store::done_users(conn, *id, &steps)
            }
        }
    }

    pub fn in_words(&self, conn: &mut Conn, found: usize) -> Result<String> {
        Ok(match self {
            Selection::Ticked(_) => text::count(found as i64, "person ticked", "people ticked"),
            Selection::Matching(filter) => {
                format!("all that match: {}", filter.in_words(&Names::of_filter(conn, filter)?))
            }
            Selection::Dormant(dormant) => format!("all {}", dormant.in_words()),
            Selection::Deleted => "everybody in the recycle bin".into(),
            Selection::LeftBehind => "everybody who is off and has duties".into(),
            Selection::Again(id) => format!("whom operation {id} did not come to"),
            Selection::OfOperation(id, _) => format!("the people of operation {id}"),
        })
    }
}
