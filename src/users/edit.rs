//! Who may change one person, and the first password that somebody else chooses for them.

use super::actor::{self, Actor};
use super::details::{self, Details};
use super::{State, password, standing};
use crate::audit::{Chain, Event};
use crate::db::{self, Conn, Timestamp, UserId};
use crate::licenses::Rights;

/// Why nothing was changed, each with its sentence.
#[derive(Debug, thiserror::Error)]
pub enum EditRefusal {
    #[error("This person has rights that you do not have. Only somebody who has them may change this person.")]
    PersonAboveOwn,
    #[error("You may not edit people.")]
    MayNot,
    /// Whoever asks is off by now.
    #[error("You are signed out.")]
    ActorIsOff,
    #[error("Only an active user can be given a password.")]
    IsOff,
    #[error("Change your own password under Your account.")]
    OwnPassword,
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Gives a person a password that they must change at their next sign-in. Whoever calls this ends their sessions in the
/// same transaction, which must be in the administrative lane.
pub fn set_first_password(
    conn: &mut Conn,
    chain: &Chain,
    actor: UserId,
    user: UserId,
    hash: &str,
    now: Timestamp,
) -> Result<(), EditRefusal> {
    let (actor, person) = may_change(conn, actor, user, now)?;
    if actor.id == user {
        return Err(EditRefusal::OwnPassword);
    }
    if person.state != State::Active {
        return Err(EditRefusal::IsOff);
    }
    password::set(conn, user, hash, true, now)?;
    chain.record(conn, now, &[Event::new("user.password_set", Some(actor.id)).about(user)])?;
    Ok(())
}

/// The actor as they are now, and the person, if the one may change the other.
pub fn may_change(
    conn: &mut Conn,
    actor: UserId,
    user: UserId,
    now: Timestamp,
) -> Result<(Actor, Details), EditRefusal> {
    let actor = actor::present_for_write(conn, actor, now)?.ok_or(EditRefusal::ActorIsOff)?;
    if !actor.may(Rights::ADMINISTER_USERS) {
        return Err(EditRefusal::MayNot);
    }
    let person = details::of(conn, user)?;
    if person.state == State::Deleted {
        return Err(db::Error::NotFound.into());
    }
    if !standing::is_within(&actor, person.level.unwrap_or(person.last_level)) {
        return Err(EditRefusal::PersonAboveOwn);
    }
    Ok((actor, person))
}
