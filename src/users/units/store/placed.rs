//! Where one person is: what their own page names.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use super::super::Unit;
use super::{Named, Row, by_name, find};
use crate::db::{Conn, Result, UserId};
use crate::users::details::Details;

#[derive(Debug, Clone, Default)]
pub struct Placed {
    pub company: Option<Named>,
    pub team: Option<Named>,
    pub group: Option<Named>,
    pub job_role: Option<Named>,
    /// Beside the home team and the home group, by name.
    pub further_teams: Vec<Named>,
    pub further_groups: Vec<Named>,
}

/// Where this person is, by the ids that their row holds.
pub fn placed(conn: &mut Conn, person: &Details) -> Result<Placed> {
    let mut one = |unit, id: Option<i64>| id.map(|id| find(conn, unit, id)).transpose();
    Ok(Placed {
        company: one(Unit::Company, person.company_id)?,
        team: one(Unit::Team, person.team_id)?,
        group: one(Unit::Group, person.group_id)?,
        job_role: one(Unit::JobRole, person.job_role_id)?,
        further_teams: further(conn, Unit::Team, person.id)?,
        further_groups: further(conn, Unit::Group, person.id)?,
    })
}

/// The teams or groups of somebody beside the one that is their home.
fn further(conn: &mut Conn, unit: Unit, user: UserId) -> Result<Vec<Named>> {
    let Some(further) = unit.further() else { return Ok(Vec::new()) };
    let (table, column) = (unit.table(), unit.column());
    let query = format!(
        "SELECT one.id, one.name, one.retired_at FROM {table} AS one JOIN {further} AS further ON further.{column} = one.id \
         WHERE further.user_id = $1"
    );
    let rows: Vec<Row> = sql_query(query).bind::<BigInt, _>(user).load(conn)?;
    Ok(by_name(rows))
}
