//! Creates, renames and retires companies, teams, groups and job roles. No two that are in use have the same name.

use serde::Serialize;

use super::{Named, Unit, all, find, store};
use crate::audit::{Chain, Event};
use crate::db::{self, Conn, Timestamp, UserId};
use crate::licenses::Rights;
use crate::users::actor::{self, Actor};
use crate::users::names;

/// Characters of a name.
pub const LONGEST: usize = 100;

/// Why nothing was changed, each with its sentence.
#[derive(Debug, thiserror::Error)]
pub enum UnitRefusal {
    #[error("Enter a name.")]
    NoName,
    #[error("Use at most {LONGEST} characters.")]
    TooLong,
    #[error("This holds a character that cannot be shown.")]
    Unreadable,
    #[error("There is a {} of this name already.", .0.noun())]
    Taken(Unit),
    /// Somebody else renamed it since the page was opened: what it is called now.
    #[error("Somebody renamed this {} in the meantime: it is called “{}” now. Save again to rename it once more.", .0.noun(), .1)]
    Renamed(Unit, String),
    #[error("Only System Administrators change the organization.")]
    MayNot,
    /// Whoever asks is off by now.
    #[error("You are signed out.")]
    ActorIsOff,
    #[error(transparent)]
    Database(#[from] db::Error),
}

type Result<T> = std::result::Result<T, UnitRefusal>;

#[derive(Serialize)]
struct Changed<'a> {
    id: i64,
    before: Option<State<'a>>,
    after: State<'a>,
}

#[derive(Serialize)]
struct State<'a> {
    name: &'a str,
    is_retired: bool,
}

impl<'a> From<&'a Named> for State<'a> {
    fn from(one: &'a Named) -> Self {
        State { name: &one.name, is_retired: one.is_retired }
    }
}

/// Creates one of this name. The transaction must be in the administrative lane, as for all that follow.
pub fn create(conn: &mut Conn, chain: &Chain, actor: UserId, unit: Unit, name: &str, now: Timestamp) -> Result<i64> {
    let actor = may_change(conn, actor, now)?;
    let name = checked(name)?;
    is_free(conn, unit, &name, None)?;
    let id = store::insert(conn, unit, &name)?;
    let details = Changed { id, before: None, after: State { name: &name, is_retired: false } };
    chain.record(conn, now, &[Event::new(unit.acts().created, Some(actor.id)).with(&details)])?;
    Ok(id)
}

/// A name as typed, and the one it was typed in place of.
#[derive(Debug, Clone)]
pub struct NewName {
    pub was: String,
    pub name: String,
}

/// Renames it, if it is still called what the page said. Retired ones too.
pub fn rename(
    conn: &mut Conn,
    chain: &Chain,
    actor: UserId,
    (unit, id): (Unit, i64),
    new: &NewName,
    now: Timestamp,
) -> Result<()> {
    let actor = may_change(conn, actor, now)?;
    let before = find(conn, unit, id)?;
    let name = checked(&new.name)?;
    if before.name != new.was {
        return Err(UnitRefusal::Renamed(unit, before.name));
    }
    if before.name == name {
        return Ok(());
    }
    if !before.is_retired {
        is_free(conn, unit, &name, Some(id))?;
    }
    store::rename(conn, unit, id, &name)?;
    let after = Named { name, ..before.clone() };
    record(conn, chain, unit.acts().renamed, &actor, (&before, &after), now)
}

/// From now on nobody is added. Whoever is in it stays. Doing it twice changes nothing.
pub fn retire(conn: &mut Conn, chain: &Chain, actor: UserId, unit: Unit, id: i64, now: Timestamp) -> Result<()> {
    let actor = may_change(conn, actor, now)?;
    let before = find(conn, unit, id)?;
    if before.is_retired {
        return Ok(());
    }
    store::set_retired(conn, unit, id, Some(now))?;
    let after = Named { is_retired: true, ..before.clone() };
    record(conn, chain, unit.acts().retired, &actor, (&before, &after), now)
}

/// Back in use, if no other one has taken its name. Doing it twice changes nothing.
pub fn bring_back(conn: &mut Conn, chain: &Chain, actor: UserId, unit: Unit, id: i64, now: Timestamp) -> Result<()> {
    let actor = may_change(conn, actor, now)?;
    let before = find(conn, unit, id)?;
    if !before.is_retired {
        return Ok(());
    }
    is_free(conn, unit, &before.name, Some(id))?;
    store::set_retired(conn, unit, id, None)?;
    let after = Named { is_retired: false, ..before.clone() };
    record(conn, chain, unit.acts().brought_back, &actor, (&before, &after), now)
}

fn may_change(conn: &mut Conn, actor: UserId, now: Timestamp) -> Result<Actor> {
    let actor = actor::present_for_write(conn, actor, now)?.ok_or(UnitRefusal::ActorIsOff)?;
    if actor.may(Rights::ADMINISTER_SETUP) { Ok(actor) } else { Err(UnitRefusal::MayNot) }
}

/// The name with single spaces.
fn checked(name: &str) -> Result<String> {
    if name.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(UnitRefusal::Unreadable);
    }
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if names::fold(&name).is_empty() {
        return Err(UnitRefusal::NoName);
    }
    if name.chars().count() > LONGEST { Err(UnitRefusal::TooLong) } else { Ok(name) }
}

/// Without regard to case and accents, among those in use.
fn is_free(conn: &mut Conn, unit: Unit, name: &str, except: Option<i64>) -> Result<()> {
    let key = names::fold(name);
    let others = all(conn, unit)?;
    let mut others = others.iter().filter(|other| !other.is_retired && Some(other.id) != except);
    if others.any(|other| names::fold(&other.name) == key) { Err(UnitRefusal::Taken(unit)) } else { Ok(()) }
}

fn record(
    conn: &mut Conn,
    chain: &Chain,
    act: &'static str,
    actor: &Actor,
    (before, after): (&Named, &Named),
    now: Timestamp,
) -> Result<()> {
    let details = Changed { id: before.id, before: Some(before.into()), after: after.into() };
    Ok(chain.record(conn, now, &[Event::new(act, Some(actor.id)).with(&details)])?)
}
