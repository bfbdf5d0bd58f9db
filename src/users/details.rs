//! One person with everything their profile and their edit page show.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::{State, photo};
use crate::db::schema::{operations, passwords, users};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::web::text;

#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Details {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub title: String,
    pub phone: String,
    pub company_id: Option<i64>,
    pub team_id: Option<i64>,
    pub time_zone: String,
    pub state: State,
    pub level: Option<AccessLevel>,
    /// The level of an active user, else the one they had.
    pub last_level: AccessLevel,
    pub created_at: Timestamp,
    pub last_sign_in_at: Timestamp,
    pub state_changed_at: Timestamp,
    pub state_operation_id: Option<OperationId>,
    pub version: i64,
    pub leaves_at: Option<Timestamp>,
    /// The zone in which the date was set.
    pub leaves_zone: String,
    pub manager_id: Option<UserId>,
    /// The manager's address and name, whatever their state.
    pub manager_email: Option<String>,
    pub manager_name: Option<String>,
    pub mobile: String,
    /// "Talk to me about".
    pub about: String,
    pub employee_number: String,
    /// The home group, as `team_id` is the home team.
    pub group_id: Option<i64>,
    pub job_role_id: Option<i64>,
    pub leave_operation_id: Option<OperationId>,
    pub deleted_at: Option<Timestamp>,
    /// The digest of their photo, if they have one.
    pub photo: Option<String>,
}

impl Details {
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    pub fn initials(&self) -> String {
        text::initials(&self.first_name, &self.last_name)
    }

    pub fn avatar(&self) -> i64 {
        text::avatar(self.id.0)
    }

    /// Where their photo is, if they have one: another address for another photo, so that browsers may keep it.
    pub fn photo_address(&self) -> Option<String> {
        self.photo.as_ref().map(|digest| photo::address(self.id, digest))
    }

    pub fn is_active(&self) -> bool {
        self.state == State::Active
    }

    pub fn is_deleted(&self) -> bool {
        self.state == State::Deleted
    }
}

/// The person, deleted or not. Nothing holds the row: whoever changes it goes by its version.
///
/// Errors: `Error::NotFound` if there is nobody with this id.
pub fn of(conn: &mut Conn, id: UserId) -> Result<Details> {
    let of_manager = |what: &str| {
        sql::<Nullable<Text>>(&format!(
            "(SELECT {what} FROM users AS manager WHERE manager.id = users.manager_id AND manager.state <> 'deleted')"
        ))
    };
    Ok(users::table
        .find(id)
        .select((
            users::id,
            users::first_name,
            users::last_name,
            users::email,
            users::title,
            users::phone,
            users::company_id,
            users::team_id,
            users::time_zone,
            users::state,
            users::access_level,
            users::last_access_level,
            users::created_at,
            users::last_sign_in_at,
            users::state_changed_at,
            users::state_operation_id,
            users::version,
            users::leaves_at,
            users::leaves_zone,
            users::manager_id,
            of_manager("manager.email"),
            of_manager("manager.first_name || ' ' || manager.last_name"),
            users::mobile,
            users::about,
            users::employee_number,
            users::group_id,
            users::job_role_id,
            users::leave_operation_id,
            users::deleted_at,
            sql::<Nullable<Text>>("(SELECT digest FROM photos WHERE photos.user_id = users.id)"),
        ))
        .first(conn)?)
}

/// True if they could sign in if they were active.
pub fn has_password(conn: &mut Conn, id: UserId) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(passwords::table.find(id))).get_result(conn)?)
}

/// What brought somebody into the state they are in, or will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    pub operation: OperationId,
    /// The act's word: `deactivate`, `restore`.
    pub act: String,
    /// Empty if whoever did it was erased.
    pub by: String,
    pub reason: String,
}

/// Why somebody is in their state; `None`: no operation brought them there.
pub fn cause(conn: &mut Conn, details: &Details) -> Result<Option<Cause>> {
    details.state_operation_id.map_or(Ok(None), |operation| cause_of(conn, operation))
}

/// Who set the date on which somebody leaves, and why.
pub fn cause_of_leaving(conn: &mut Conn, details: &Details) -> Result<Option<Cause>> {
    details.leave_operation_id.map_or(Ok(None), |operation| cause_of(conn, operation))
}

fn cause_of(conn: &mut Conn, operation: OperationId) -> Result<Option<Cause>> {
    let row: Option<(String, Option<String>, Option<String>, String)> = operations::table
        .left_join(users::table.on(users::id.nullable().eq(operations::started_by)))
        .filter(operations::id.eq(operation))
        .select((operations::act, users::first_name.nullable(), users::last_name.nullable(), operations::reason))
        .first(conn)
        .optional()?;
    Ok(row.map(|(act, first, last, reason)| {
        let by = [first, last].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Cause { operation, act, by, reason }
    }))
}
