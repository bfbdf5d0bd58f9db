//! The first administrator: made through a one-time link, only while the organization has nobody.

use serde::Serialize;

use super::store::setup_links;
use crate::audit::{Chain, Event, Path};
use crate::db::{self, Conn, Timestamp, UserId};
use crate::preferences;
use crate::secrets::random_token;
use crate::users::create::{CreateRefusal, NewUser, create_by};
use crate::users::store as people;

/// Hours that a link is valid.
pub const HOURS: i64 = 24;

/// Why the link made nobody.
#[derive(Debug, thiserror::Error)]
pub enum SetupRefusal {
    /// It was used, is too old, or the organization has somebody by now.
    #[error("This link was used, or is too old.")]
    Stale,
    #[error(transparent)]
    NotCreated(#[from] CreateRefusal),
    #[error(transparent)]
    Database(#[from] db::Error),
}

#[derive(Serialize)]
struct Founded<'a> {
    organization: &'a str,
}

/// A new link's token, if there is nobody yet. Earlier links stay valid for their time: two processes may have started.
pub fn make_link(conn: &mut Conn, now: Timestamp) -> db::Result<Option<String>> {
    if people::is_anybody_there(conn)? {
        return Ok(None);
    }
    setup_links::remove_expired(conn, now)?;
    let token = random_token::<20>();
    setup_links::insert(conn, &token, now.plus_seconds(HOURS * 3_600))?;
    Ok(Some(token))
}

/// True if the link may still make the first administrator.
pub fn is_open(conn: &mut Conn, token: &str, now: Timestamp) -> db::Result<bool> {
    Ok(setup_links::is_valid(conn, token, now)? && !people::is_anybody_there(conn)?)
}

/// Creates the first administrator and names the organization; every link is used up. Administrative lane.
///
/// Errors: a refusal; the transaction must then be given up.
pub fn use_link(
    conn: &mut Conn,
    chain: &Chain,
    token: &str,
    organization_name: &str,
    first: &NewUser,
    now: Timestamp,
) -> Result<UserId, SetupRefusal> {
    if !is_open(conn, token, now)? {
        return Err(SetupRefusal::Stale);
    }
    setup_links::remove_all(conn)?;
    preferences::set_organization_name(conn, organization_name)?;
    let user = create_by(conn, chain, None, Path::Link, first, now)?;
    let founded = Event::new("organization.founded", Some(user)).by_path(Path::Link);
    chain.record(conn, now, &[founded.with(&Founded { organization: organization_name })])?;
    Ok(user)
}
