//! Changes one person: their details, their access level with its seat, or their first password.

use serde::Serialize;

use super::actor::{self, Actor};
use super::details::{self, Details};
use super::find::{self, Typed};
use super::units::members::{self, NotAdded};
use super::units::{As, Unit};
use super::{State, names, password, standing, store};
use crate::audit::{Chain, Event};
use crate::db::{self, Conn, Timestamp, UserId};
use crate::licenses::{AccessLevel, LicenseType, Rights, seats};

/// A person's details as an administrator wants them. `level` is left alone for somebody who is off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub title: String,
    pub phone: String,
    pub company_id: Option<i64>,
    pub team_id: Option<i64>,
    pub level: Option<AccessLevel>,
    /// Whom they report to: a name or an address as typed; empty: nobody. Not written down, because it names somebody
    /// else: the id is.
    #[serde(skip)]
    pub manager: String,
    pub manager_id: Option<UserId>,
}

/// Why nothing was changed, each with its sentence.
#[derive(Debug, thiserror::Error)]
pub enum EditRefusal {
    /// Somebody else changed the person since the page was opened: how they are now.
    #[error("Somebody changed this person in the meantime.")]
    Stale(Box<Details>),
    #[error("Somebody who is not deleted uses this address already.")]
    EmailTaken,
    /// The company or the team takes nobody, or not this person.
    #[error("{1}")]
    NotAdded(Unit, NotAdded),
    #[error("Nobody active has this name or address.")]
    NoSuchManager,
    #[error("More than one person fits. Give the email address.")]
    SeveralManagers,
    #[error("Nobody reports to themselves, nor to somebody who reports to them.")]
    ManagerInACircle,
    #[error("You cannot change your own access level. Ask another System Administrator.")]
    OwnLevel,
    #[error("This is the last System Administrator who can sign in. Make another one first.")]
    LastAdministrator,
    #[error("This access level has rights that you do not have.")]
    LevelAboveOwn,
    #[error("No {} license is free: {used} of {owned} are used.", .license_type.name())]
    NoFreeSeat { license_type: LicenseType, owned: i64, used: i64 },
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

impl EditRefusal {
    /// The field of the form that the sentence stands beside; `None`: beside none.
    pub fn field(&self) -> Option<&'static str> {
        use EditRefusal::*;
        match self {
            EmailTaken => Some("email"),
            NotAdded(Unit::Company, _) => Some("company"),
            NotAdded(Unit::Team, _) => Some("team"),
            NoSuchManager | SeveralManagers | ManagerInACircle => Some("manager"),
            OwnLevel | LastAdministrator | LevelAboveOwn | NoFreeSeat { .. } => Some("level"),
            _ => None,
        }
    }
}

impl Changes {
    /// The person as they are: changing nothing.
    pub fn none(details: &Details) -> Self {
        Changes {
            first_name: details.first_name.clone(),
            last_name: details.last_name.clone(),
            email: details.email.clone(),
            title: details.title.clone(),
            phone: details.phone.clone(),
            company_id: details.company_id,
            team_id: details.team_id,
            level: details.level,
            manager: details.manager_email.clone().unwrap_or_default(),
            manager_id: details.manager_id,
        }
    }
}

#[derive(Serialize)]
struct BeforeAndAfter<'a> {
    before: &'a Changes,
    after: &'a Changes,
}

/// Changes a person, if they still are as in `version`. The transaction must be in the administrative lane.
///
/// Errors: a refusal as a sentence; the transaction must then be given up.
pub fn edit(
    conn: &mut Conn,
    chain: &Chain,
    actor: UserId,
    user: UserId,
    version: i64,
    changes: &Changes,
    now: Timestamp,
) -> Result<(), EditRefusal> {
    let (actor, before) = may_change(conn, actor, user, now)?;
    if before.version != version {
        return Err(EditRefusal::Stale(Box::new(before)));
    }
    let mut after = changes.clone();
    if before.state != State::Active {
        after.level = None;
    } else if after.level.is_none() {
        after.level = before.level;
    }
    let old = Changes::none(&before);
    after.manager_id = manager(conn, user, &after.manager, &old, now)?;
    after.manager.clone_from(&old.manager);
    if after == old {
        return Ok(());
    }
    find::hold(conn, &[user])?;
    may_join(conn, user, Unit::Company, old.company_id, after.company_id, now)?;
    may_join(conn, user, Unit::Team, old.team_id, after.team_id, now)?;
    if names::email_key(&after.email) != names::email_key(&old.email) && store::is_email_taken(conn, &after.email)? {
        return Err(EditRefusal::EmailTaken);
    }
    if let (Some(from), Some(to)) = (old.level, after.level)
        && from != to
    {
        move_seat(conn, &actor, user, from, to)?;
        let details = [from, to];
        chain.record(conn, now, &[Event::new("user.level_changed", Some(actor.id)).about(user).with(&details)])?;
    }
    store::change(conn, user, &after)?;
    let details = BeforeAndAfter { before: &old, after: &after };
    chain.record(conn, now, &[Event::new("user.edited", Some(actor.id)).about(user).with(&details)])?;
    Ok(())
}

/// Whom the typed text means: nobody, as before, or an active person who does not report to this one in turn.
fn manager(
    conn: &mut Conn,
    user: UserId,
    typed: &str,
    old: &Changes,
    now: Timestamp,
) -> Result<Option<UserId>, EditRefusal> {
    let typed = typed.trim();
    if typed == old.manager {
        return Ok(old.manager_id);
    }
    if typed.is_empty() {
        return Ok(None);
    }
    let manager = match find::typed(conn, typed, now)? {
        Typed::One(manager) => manager,
        Typed::Nobody => return Err(EditRefusal::NoSuchManager),
        Typed::Several => return Err(EditRefusal::SeveralManagers),
    };
    if manager == user || store::reports_to(conn, manager, user)? {
        return Err(EditRefusal::ManagerInACircle);
    }
    Ok(Some(manager))
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
fn may_change(conn: &mut Conn, actor: UserId, user: UserId, now: Timestamp) -> Result<(Actor, Details), EditRefusal> {
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

/// Nobody who is off is added, and nobody to what is retired.
fn may_join(
    conn: &mut Conn,
    user: UserId,
    unit: Unit,
    before: Option<i64>,
    after: Option<i64>,
    now: Timestamp,
) -> Result<(), EditRefusal> {
    let Some(id) = after.filter(|_| after != before) else { return Ok(()) };
    match members::not_added(conn, (unit, id), As::Home, &[user], now)?.pop() {
        Some((_, why)) => Err(EditRefusal::NotAdded(unit, why)),
        None => Ok(()),
    }
}

fn move_seat(
    conn: &mut Conn,
    actor: &Actor,
    user: UserId,
    from: AccessLevel,
    to: AccessLevel,
) -> Result<(), EditRefusal> {
    if actor.id == user {
        return Err(EditRefusal::OwnLevel);
    }
    if !standing::is_within(actor, to) {
        return Err(EditRefusal::LevelAboveOwn);
    }
    if from == AccessLevel::SystemAdministrator && standing::is_last_administrator(conn, user)? {
        return Err(EditRefusal::LastAdministrator);
    }
    let (old, new) = (from.license_type(), to.license_type());
    if old != new {
        let there = seats::of(conn, new)?;
        if let (Some(owned), Some(..=0)) = (there.owned, there.free()) {
            return Err(EditRefusal::NoFreeSeat { license_type: new, owned, used: there.used });
        }
        seats::use_more(conn, new, 1)?;
        seats::use_more(conn, old, -1)?;
    }
    Ok(())
}
