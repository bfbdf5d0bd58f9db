//! Passwords: kept as argon2id hashes, in a table of their own that no list reads.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use diesel::prelude::*;

use super::actor;
use crate::db::dialect::on;
use crate::db::schema::{passwords, users};
use crate::db::{Conn, Error, Result, Timestamp, UserId};

/// Slow by design (tens of milliseconds): never inside a transaction.
pub fn hash(password: &str, cost: &Params) -> Result<String> {
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.clone());
    let hash = argon.hash_password(password.as_bytes()).map_err(|error| Error::Other(error.to_string()))?;
    Ok(hash.to_string())
}

/// Slow by design, and as slow for a wrong password as for the right one.
pub fn is_right(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Sets the password. `must_change`: it was chosen by somebody else and must be replaced at the first sign-in.
pub fn set(conn: &mut Conn, user: UserId, hash: &str, must_change: bool, now: Timestamp) -> Result<()> {
    let values = (passwords::hash.eq(hash), passwords::must_change.eq(must_change), passwords::changed_at.eq(now));
    on!(conn, c => diesel::insert_into(passwords::table)
        .values((passwords::user_id.eq(user), values))
        .on_conflict(passwords::user_id)
        .do_update()
        .set(values)
        .execute(c))?;
    Ok(())
}

/// The user and hash for a sign-in address (folded), if that user is active and has a password.
pub fn of_active(conn: &mut Conn, email_key: &str, now: Timestamp) -> Result<Option<(UserId, String)>> {
    Ok(passwords::table
        .inner_join(users::table)
        .filter(users::email_key.eq(email_key))
        .filter(actor::has_access(now))
        .select((users::id, passwords::hash))
        .first(conn)
        .optional()?)
}

/// The hash of this user's password, if they have one.
pub fn of_user(conn: &mut Conn, user: UserId) -> Result<Option<String>> {
    Ok(passwords::table.find(user).select(passwords::hash).first(conn).optional()?)
}

/// `of_user`, held as it is until the writing transaction ends (PostgreSQL).
pub fn of_user_for_write(conn: &mut Conn, user: UserId) -> Result<Option<String>> {
    let query = passwords::table.find(user).select(passwords::hash);
    Ok(match conn {
        Conn::Postgres(c) => query.for_share().first(c).optional()?,
        conn => query.first(conn).optional()?,
    })
}

/// Notes the moment of a sign-in.
pub fn note_sign_in(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<()> {
    diesel::update(users::table.find(user)).set(users::last_sign_in_at.eq(now)).execute(conn)?;
    Ok(())
}
