//! How people stand to a company, a team, a group or a job role.

use super::Unit;
use super::store::{self, members::Candidate};
use crate::db::{self, Conn, UserId};

/// How somebody who is found for a picker stands to a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Home,
    Further,
    /// Elsewhere: in the one of this name, or in none.
    Elsewhere(Option<String>),
}

/// How each of these people stands to a unit.
pub fn standings(conn: &mut Conn, unit: Unit, id: i64, users: &[UserId]) -> db::Result<Vec<(UserId, Standing)>> {
    let of = |person: Candidate| match person {
        home if home.home_id == Some(id) => (home.id, Standing::Home),
        further if further.is_further => (further.id, Standing::Further),
        other => (other.id, Standing::Elsewhere(other.home_name)),
    };
    Ok(store::members::candidates(conn, unit, id, users)?.into_iter().map(of).collect())
}
