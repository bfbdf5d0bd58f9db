//! Creates a user: one seat, one live address, one entry in the audit chain, all of it or nothing.

use serde::Serialize;

use super::{actor, counts, password, store};
use crate::audit::{Chain, Event, Path};
use crate::db::{self, Conn, Timestamp, UserId};
use crate::licenses::{AccessLevel, LicenseType, Rights, seats};

/// A user to be created. Names and address are taken as they are, without the spaces around them: whoever asks has
/// checked them (`email::problem`, `password_rules`).
#[derive(Debug, Clone)]
pub struct NewUser {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub title: String,
    pub level: AccessLevel,
    /// `None`: cannot sign in until somebody sets a password.
    pub password_hash: Option<String>,
    /// The password was chosen by somebody else and must be replaced at the first sign-in.
    pub must_change: bool,
}

/// Why a user was not created, each with its sentence. The database's own errors are kept apart.
#[derive(Debug, thiserror::Error)]
pub enum CreateRefusal {
    #[error("Somebody who is not deleted uses this address already.")]
    EmailTaken,
    #[error("All {} {} seats are in use. Free one, or raise the number in Licenses.", .owned, .license_type.name())]
    NoFreeSeat { license_type: LicenseType, owned: i64 },
    /// The actor is off by now, or would give rights they do not have.
    #[error("You may not create a user with this access level.")]
    MayNot,
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// What the audit log keeps until the person is erased.
#[derive(Serialize)]
struct Created<'a> {
    name: String,
    email: &'a str,
    access_level: AccessLevel,
}

/// Creates an active user. The transaction must be in the administrative lane. `actor`: `None` is the command line.
///
/// Errors: a refusal as a sentence; the transaction must then be given up.
pub fn create(
    conn: &mut Conn,
    chain: &Chain,
    actor: Option<UserId>,
    new: &NewUser,
    now: Timestamp,
) -> Result<UserId, CreateRefusal> {
    let path = if actor.is_some() { Path::Page } else { Path::CommandLine };
    create_by(conn, chain, actor, path, new, now)
}

/// `create`, for acts that come another way than from a page or the command line.
pub fn create_by(
    conn: &mut Conn,
    chain: &Chain,
    actor: Option<UserId>,
    path: Path,
    new: &NewUser,
    now: Timestamp,
) -> Result<UserId, CreateRefusal> {
    if let Some(actor) = actor {
        let needed = Rights::ADMINISTER_USERS.and(new.level.rights());
        if !actor::present_for_write(conn, actor, now)?.is_some_and(|actor| actor.may(needed)) {
            return Err(CreateRefusal::MayNot);
        }
    }
    if store::is_email_taken(conn, &new.email)? {
        return Err(CreateRefusal::EmailTaken);
    }
    let license_type = new.level.license_type();
    let seats = seats::of(conn, license_type)?;
    if let (Some(owned), Some(..=0)) = (seats.owned, seats.free()) {
        return Err(CreateRefusal::NoFreeSeat { license_type, owned });
    }
    seats::use_more(conn, license_type, 1)?;
    let id = store::insert(conn, new, now)?;
    counts::add(conn, super::State::Active, 1)?;
    if let Some(hash) = &new.password_hash {
        password::set(conn, id, hash, new.must_change, now)?;
    }
    let details = Created {
        name: format!("{} {}", new.first_name.trim(), new.last_name.trim()),
        email: new.email.trim(),
        access_level: new.level,
    };
    let event = Event::new("user.created", actor).about(id).by_path(path).with(&details);
    chain.record(conn, now, &[event])?;
    Ok(id)
}
