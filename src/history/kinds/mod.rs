//! The list of kinds. One file each.

mod assignments;
mod created_objects;
mod cutting;
mod direct_reports;
mod documents;
mod hours;
mod notes;
mod open_assignments;
mod owned_projects;
mod reports;

pub use direct_reports::KEY as DIRECT_REPORTS;

use super::duty::{Handover, Return};
use super::{Duty, Kind};
use crate::db::{Conn, Result, UserId};

/// Every kind of history, in the order of the pages.
pub fn kinds() -> &'static [&'static dyn Kind] {
    &[&assignments::Assignments, &hours::Hours, &notes::Notes, &documents::Documents, &created_objects::CreatedObjects]
}

/// Every kind of duty, in the order of the pages.
pub fn duties() -> &'static [&'static dyn Duty] {
    &[
        &open_assignments::OpenAssignments,
        &owned_projects::OwnedProjects,
        &reports::Reports,
        &direct_reports::DirectReports,
    ]
}

/// The kind of duty with this key, as forms and the database name it.
pub fn duty_by_key(key: &str) -> Option<&'static dyn Duty> {
    duties().iter().copied().find(|duty| duty.key() == key)
}

/// The kind of history with this key, as addresses name it.
pub fn by_key(key: &str) -> Option<&'static dyn Kind> {
    kinds().iter().copied().find(|kind| kind.key() == key)
}

/// Where a list sorted by `columns`, newest first, goes on: `(columns) < (place)`, or `>` toward the newer ones.
macro_rules! beyond {
    ($columns:literal, $toward:expr, $key:expr, $sql_type:ty, $id:expr) => {{
        let text = match $toward {
            $crate::web::pagination::Toward::Next => concat!("(", $columns, ") < ("),
            $crate::web::pagination::Toward::Previous => concat!("(", $columns, ") > ("),
        };
        diesel::dsl::sql::<diesel::sql_types::Bool>(text)
            .bind::<$sql_type, _>($key)
            .sql(", ")
            .bind::<diesel::sql_types::BigInt, _>($id)
            .sql(")")
    }};
}
use beyond;

/// A duty that is a column: the row's person is the one who has it.
struct Column {
    duty: &'static str,
    table: &'static str,
    column: &'static str,
    /// Which rows can move to whom, in written SQL over `given` and `chosen`.
    entries: &'static str,
}

impl Column {
    fn hand_over(&self, conn: &mut Conn, handover: &Handover<'_>) -> Result<()> {
        let Column { duty, table, column, entries } = self;
        let theirs = format!(
            "SELECT given.id, chosen.user_id, chosen.receiver_id, 'moved', CAST(NULL AS bigint) \
             FROM plan_duties AS chosen JOIN {table} AS given ON given.{column} = chosen.user_id \
             WHERE {entries} AND {{chosen}}"
        );
        handover.write_down(conn, duty, &theirs)?;
        let give = format!(
            "UPDATE {table} SET {column} = moved.to_user FROM (SELECT object_id, to_user FROM handovers WHERE {{moved}}) \
             AS moved WHERE moved.object_id = {table}.id"
        );
        handover.carry_out(conn, duty, &give)?;
        Ok(())
    }

    fn cut(&self, conn: &mut Conn, users: &[UserId], limit: i64) -> Result<i64> {
        cutting::empty(conn, self.table, "id", self.column, users, limit)
    }

    fn untouched(&self) -> String {
        let Column { table, column, .. } = self;
        format!(
            "EXISTS (SELECT 1 FROM {table} AS given WHERE given.id = object_id \
             AND given.{column} IS NOT DISTINCT FROM to_user)"
        )
    }

    fn carry_back(&self, conn: &mut Conn, return_: &Return<'_>) -> Result<()> {
        let Column { duty, table, column, .. } = self;
        let back = format!(
            "UPDATE {table} SET {column} = gone.from_user FROM (SELECT object_id, from_user FROM handovers \
             WHERE {{returned}}) AS gone WHERE gone.object_id = {table}.id"
        );
        return_.carry_out(conn, duty, &back)?;
        Ok(())
    }
}
