//! One-time links for the first administrator. Only a digest is kept.

use diesel::prelude::*;
use sha2::{Digest, Sha256};

use crate::db::schema::setup_links;
use crate::db::{Conn, Result, Timestamp};

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

pub fn insert(conn: &mut Conn, token: &str, expires_at: Timestamp) -> Result<()> {
    diesel::insert_into(setup_links::table)
        .values((setup_links::token_digest.eq(digest(token)), setup_links::expires_at.eq(expires_at)))
        .execute(conn)?;
    Ok(())
}

pub fn is_valid(conn: &mut Conn, token: &str, now: Timestamp) -> Result<bool> {
    let link: Option<Timestamp> = setup_links::table
        .find(digest(token))
        .filter(setup_links::expires_at.gt(now))
        .select(setup_links::expires_at)
        .first(conn)
        .optional()?;
    Ok(link.is_some())
}

pub fn remove_expired(conn: &mut Conn, now: Timestamp) -> Result<()> {
    diesel::delete(setup_links::table.filter(setup_links::expires_at.le(now))).execute(conn)?;
    Ok(())
}

pub fn remove_all(conn: &mut Conn) -> Result<()> {
    diesel::delete(setup_links::table).execute(conn)?;
    Ok(())
}
