//! Companies, teams, groups and job roles, as far as a person's own page names them.

use diesel::prelude::*;

use crate::db::schema::{companies, group_members, groups, job_roles, team_members, teams};
use crate::db::{Conn, Result, UserId};

/// Something that a person can be in, or have.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Unit {
    pub id: i64,
    pub name: String,
    /// It stays with whoever has it, and nobody new gets it.
    pub is_retired: bool,
}

/// The teams beside somebody's home team, by name.
pub fn further_teams(conn: &mut Conn, user: UserId) -> Result<Vec<Unit>> {
    Ok(teams::table
        .inner_join(team_members::table.on(team_members::team_id.eq(teams::id)))
        .filter(team_members::user_id.eq(user))
        .order((teams::name, teams::id))
        .select((teams::id, teams::name, teams::retired_at.is_not_null()))
        .load(conn)?)
}

/// The groups beside somebody's home group, by name.
pub fn further_groups(conn: &mut Conn, user: UserId) -> Result<Vec<Unit>> {
    Ok(groups::table
        .inner_join(group_members::table.on(group_members::group_id.eq(groups::id)))
        .filter(group_members::user_id.eq(user))
        .order((groups::name, groups::id))
        .select((groups::id, groups::name, groups::retired_at.is_not_null()))
        .load(conn)?)
}

macro_rules! one {
    ($conn:expr, $table:ident, $id:expr) => {
        match $id {
            None => None,
            Some(id) => $table::table
                .find(id)
                .select(($table::id, $table::name, $table::retired_at.is_not_null()))
                .first::<Unit>($conn)
                .optional()?,
        }
    };
}

/// Where one person is.
#[derive(Debug, Clone, Default)]
pub struct Placed {
    pub company: Option<Unit>,
    pub team: Option<Unit>,
    pub group: Option<Unit>,
    pub job_role: Option<Unit>,
    pub further_teams: Vec<Unit>,
    pub further_groups: Vec<Unit>,
}

/// Where this person is, by the ids that their row holds.
pub fn placed(conn: &mut Conn, person: &crate::users::details::Details) -> Result<Placed> {
    Ok(Placed {
        company: one!(conn, companies, person.company_id),
        team: one!(conn, teams, person.team_id),
        group: one!(conn, groups, person.group_id),
        job_role: one!(conn, job_roles, person.job_role_id),
        further_teams: further_teams(conn, person.id)?,
        further_groups: further_groups(conn, person.id)?,
    })
}
