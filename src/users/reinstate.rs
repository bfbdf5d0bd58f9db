//! The way back in for a locked-out organization: somebody who is there is made an administrator who can sign in.

use serde::Serialize;

use super::create::CreateRefusal;
use super::store::{self, Live};
use super::{State, counts, password};
use crate::audit::{Chain, Event, Path};
use crate::db::{Conn, Timestamp};
use crate::licenses::{AccessLevel, seats};

#[derive(Serialize)]
struct Reinstated {
    name: String,
    state_before: State,
    access_level_before: Option<AccessLevel>,
}

/// Makes the user an active System Administrator with this password. A seat they hold already is kept or exchanged;
/// else a Standard seat must be free. The transaction must be in the administrative lane, and the caller ends the
/// user's sessions in it.
///
/// Errors: `NoFreeSeat` as a sentence; the transaction must then be given up.
pub fn make_administrator(
    conn: &mut Conn,
    chain: &Chain,
    user: &Live,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), CreateRefusal> {
    let level = AccessLevel::SystemAdministrator;
    let license_type = level.license_type();
    let held = user.level.map(AccessLevel::license_type);
    if held != Some(license_type) {
        let seats = seats::of(conn, license_type)?;
        if let (Some(owned), Some(..=0)) = (seats.owned, seats.free()) {
            return Err(CreateRefusal::NoFreeSeat { license_type, owned });
        }
        if let Some(held) = held {
            seats::use_more(conn, held, -1)?;
        }
        seats::use_more(conn, license_type, 1)?;
    }
    store::set_active_with(conn, user, level, now)?;
    if user.state != State::Active {
        counts::add(conn, user.state, -1)?;
        counts::add(conn, State::Active, 1)?;
    }
    password::set(conn, user.id, password_hash, false, now)?;
    let details = Reinstated {
        name: format!("{} {}", user.first_name, user.last_name),
        state_before: user.state,
        access_level_before: user.level,
    };
    let event = Event::new("user.made_administrator", None).about(user.id).by_path(Path::CommandLine);
    chain.record(conn, now, &[event.with(&details)])?;
    Ok(())
}
