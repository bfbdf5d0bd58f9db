//! The names behind the ids of a page or a filter: a fixed number of statements, however many rows.

use std::collections::HashMap;

use diesel::prelude::*;

use super::super::value::InUnit;
use super::super::{Column, Columns, Filter};
use super::Row;
use crate::db::dialect::among;
use crate::db::schema::{companies, groups, job_roles, operations, teams, users};
use crate::db::{Conn, OperationId, Result, UserId};
use crate::users::State;

/// Who brought somebody into their state, and why.
#[derive(Debug, Clone)]
pub struct Cause {
    pub by: Option<UserId>,
    pub reason: String,
}

#[derive(Debug, Clone, Default)]
pub struct Names {
    companies: HashMap<i64, String>,
    teams: HashMap<i64, String>,
    groups: HashMap<i64, String>,
    job_roles: HashMap<i64, String>,
    people: HashMap<UserId, (String, State)>,
    causes: HashMap<OperationId, Cause>,
}

impl Names {
    /// What the columns of a view need for these rows.
    pub fn of_rows(conn: &mut Conn, rows: &[&Row], columns: &Columns) -> Result<Names> {
        let ids = |column: Column, id: fn(&Row) -> Option<i64>| -> Vec<i64> {
            if columns.have(column) { each_once(rows.iter().filter_map(|row| id(row))) } else { Vec::new() }
        };
        let mut names = Names::of_units(
            conn,
            [
                ids(Column::Company, |row| row.company_id),
                ids(Column::Team, |row| row.team_id),
                ids(Column::Group, |row| row.group_id),
                ids(Column::JobRole, |row| row.job_role_id),
            ],
        )?;
        let mut people = ids(Column::Manager, |row| row.manager_id.map(|id| id.0));
        if columns.have(Column::OffBy) || columns.have(Column::OffWhy) {
            let off = rows.iter().filter(|row| row.state == State::Deactivated);
            names.read_causes(conn, each_once(off.filter_map(|row| row.state_operation_id.map(|id| id.0))))?;
            people.extend(names.causes.values().filter_map(|cause| cause.by.map(|id| id.0)));
        }
        names.read_people(conn, each_once(people))?;
        Ok(names)
    }

    /// What a filter says, for its words.
    pub fn of_filter(conn: &mut Conn, filter: &Filter) -> Result<Names> {
        let id = |unit: Option<InUnit>| match unit {
            Some(InUnit::Of(id)) => vec![id],
            _ => Vec::new(),
        };
        let units = [id(filter.company), id(filter.team), id(filter.group), id(filter.job_role)];
        let mut names = Names::of_units(conn, units)?;
        let people = [filter.manager, filter.off_by].into_iter().flatten().map(|id| id.0);
        names.read_people(conn, each_once(people))?;
        Ok(names)
    }

    fn of_units(conn: &mut Conn, [of_companies, of_teams, of_groups, of_roles]: [Vec<i64>; 4]) -> Result<Names> {
        macro_rules! named {
            ($table:ident, $ids:expr) => {{
                let ids = $ids;
                let named: Vec<(i64, String)> = if ids.is_empty() {
                    Vec::new()
                } else {
                    $table::table.filter(among($table::id, &ids)).select(($table::id, $table::name)).load(conn)?
                };
                named.into_iter().collect()
            }};
        }
        Ok(Names {
            companies: named!(companies, of_companies),
            teams: named!(teams, of_teams),
            groups: named!(groups, of_groups),
            job_roles: named!(job_roles, of_roles),
            ..Names::default()
        })
    }

    fn read_people(&mut self, conn: &mut Conn, ids: Vec<i64>) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let columns = (users::id, users::first_name, users::last_name, users::state);
        let people: Vec<(UserId, String, String, State)> =
            users::table.filter(among(users::id, &ids)).select(columns).load(conn)?;
        self.people =
            people.into_iter().map(|(id, first, last, state)| (id, (format!("{first} {last}"), state))).collect();
        Ok(())
    }

    fn read_causes(&mut self, conn: &mut Conn, ids: Vec<i64>) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let columns = (operations::id, operations::started_by, operations::reason);
        let causes: Vec<(OperationId, Option<UserId>, String)> =
            operations::table.filter(among(operations::id, &ids)).select(columns).load(conn)?;
        self.causes = causes.into_iter().map(|(id, by, reason)| (id, Cause { by, reason })).collect();
        Ok(())
    }

    pub fn company(&self, id: i64) -> Option<&str> {
        self.companies.get(&id).map(String::as_str)
    }

    pub fn team(&self, id: i64) -> Option<&str> {
        self.teams.get(&id).map(String::as_str)
    }

    pub fn group(&self, id: i64) -> Option<&str> {
        self.groups.get(&id).map(String::as_str)
    }

    pub fn job_role(&self, id: i64) -> Option<&str> {
        self.job_roles.get(&id).map(String::as_str)
    }

    /// Somebody who is not in the recycle bin.
    pub fn person(&self, id: UserId) -> Option<&str> {
        self.people.get(&id).filter(|(_, state)| *state != State::Deleted).map(|(name, _)| name.as_str())
    }

    /// Who answers for something done, whatever became of them since.
    pub fn starter(&self, id: UserId) -> Option<&str> {
        self.people.get(&id).map(|(name, _)| name.as_str())
    }

    /// Why and by whom somebody is off, as far as an operation did it.
    pub fn cause(&self, row: &Row) -> Option<&Cause> {
        if row.state != State::Deactivated {
            return None;
        }
        self.causes.get(&row.state_operation_id?)
    }
}

fn each_once(ids: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
