//! What erasing takes away beside the history: the rows that are a person's own, and every text that names them.

use diesel::prelude::*;

use super::mentions;
use crate::db::dialect::among;
use crate::db::schema::{
    audit_details, audit_entries, doomed_files, dormant_exemptions, edit_rows, group_members, messages, notes,
    passwords, photos, plan_changes, plan_duties, plan_members, report_runs, sessions, sign_in_links, team_members,
    users,
};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::State;

/// People in the recycle bin since `before` whom nobody erases yet; the first ones.
pub fn due(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<Vec<UserId>> {
    Ok(users::table
        .filter(users::state.eq(State::Deleted))
        .filter(users::deleted_at.assume_not_null().le(before))
        .filter(users::erasing_since.is_null())
        .order((users::deleted_at, users::id))
        .select(users::id)
        .limit(limit)
        .load(conn)?)
}

/// How many people `due` would find.
pub fn count_due(conn: &mut Conn, before: Timestamp) -> Result<i64> {
    Ok(users::table
        .filter(users::state.eq(State::Deleted))
        .filter(users::deleted_at.assume_not_null().le(before))
        .filter(users::erasing_since.is_null())
        .count()
        .get_result(conn)?)
}

/// From now on they cannot be restored.
pub fn begin(conn: &mut Conn, ids: &[UserId], now: Timestamp) -> Result<()> {
    diesel::update(users::table.filter(among(users::id, ids))).set(users::erasing_since.eq(now)).execute(conn)?;
    Ok(())
}

/// Takes these people's names out of the audit log's details and out of old plans and operations. The chain is over ids
/// and digests, and still verifies.
pub fn names(conn: &mut Conn, ids: &[UserId]) -> Result<()> {
    let about =
        audit_entries::table.filter(among(audit_entries::user_id.assume_not_null(), ids)).select(audit_entries::seq);
    diesel::delete(audit_details::table.filter(audit_details::seq.eq_any(about))).execute(conn)?;
    mentions::forget(conn, ids)?;
    diesel::delete(plan_members::table.filter(among(plan_members::user_id, ids))).execute(conn)?;
    diesel::delete(plan_duties::table.filter(among(plan_duties::user_id, ids))).execute(conn)?;
    diesel::delete(plan_changes::table.filter(among(plan_changes::user_id, ids))).execute(conn)?;
    diesel::delete(edit_rows::table.filter(among(edit_rows::user_id.assume_not_null(), ids))).execute(conn)?;
    Ok(())
}

/// The rows that are theirs alone, and last the people themselves.
pub fn rows(conn: &mut Conn, ids: &[UserId]) -> Result<()> {
    diesel::delete(sessions::table.filter(among(sessions::user_id, ids))).execute(conn)?;
    diesel::delete(passwords::table.filter(among(passwords::user_id, ids))).execute(conn)?;
    diesel::delete(notes::table.filter(among(notes::about_user_id.assume_not_null(), ids))).execute(conn)?;
    diesel::delete(sign_in_links::table.filter(among(sign_in_links::user_id, ids))).execute(conn)?;
    let made = sign_in_links::table.filter(among(sign_in_links::made_by.assume_not_null(), ids));
    diesel::update(made).set(sign_in_links::made_by.eq(None::<UserId>)).execute(conn)?;
    diesel::delete(photos::table.filter(among(photos::user_id, ids))).execute(conn)?;
    diesel::delete(messages::table.filter(among(messages::user_id, ids))).execute(conn)?;
    diesel::delete(report_runs::table.filter(among(report_runs::user_id, ids))).execute(conn)?;
    diesel::delete(team_members::table.filter(among(team_members::user_id, ids))).execute(conn)?;
    diesel::delete(group_members::table.filter(among(group_members::user_id, ids))).execute(conn)?;
    diesel::delete(dormant_exemptions::table.filter(among(dormant_exemptions::user_id, ids))).execute(conn)?;
    diesel::update(dormant_exemptions::table.filter(among(dormant_exemptions::exempted_by.assume_not_null(), ids)))
        .set(dormant_exemptions::exempted_by.eq(None::<UserId>))
        .execute(conn)?;
    diesel::delete(users::table.filter(among(users::id, ids))).execute(conn)?;
    Ok(())
}

/// How many of these people are still there.
pub fn left(conn: &mut Conn, ids: &[UserId]) -> Result<i64> {
    Ok(users::table.filter(among(users::id, ids)).count().get_result(conn)?)
}

/// Names of files whose documents are gone.
pub fn doomed_files(conn: &mut Conn) -> Result<Vec<String>> {
    Ok(doomed_files::table.select(doomed_files::stored_as).limit(1_000).load(conn)?)
}

/// Their files are gone too.
pub fn forget_files(conn: &mut Conn, names: &[String]) -> Result<()> {
    diesel::delete(doomed_files::table.filter(doomed_files::stored_as.eq_any(names))).execute(conn)?;
    Ok(())
}
