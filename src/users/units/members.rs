//! Who belongs to a company, a team or a group, or has a job role. Nobody who is off is added, on any path; whoever is in
//! it stays when they go off.

use serde::Serialize;

use super::store::{self, members::Candidate};
use super::{As, Named, Unit};
use crate::audit::{Chain, Event};
use crate::db::{self, Conn, Timestamp, UserId};
use crate::licenses::Rights;
use crate::users::actor::{self, Actor};
use crate::users::{State, find, standing};

/// Why somebody is not added, each with its sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAdded {
    #[error("This {} does not exist any more.", .0.noun())]
    NoSuchUnit(Unit),
    #[error("{} is retired. Nobody is added to a retired {}.", .1, .0.noun())]
    Retired(Unit, String),
    /// Deactivated, or past the moment at which they leave.
    #[error("{} is deactivated and cannot be {}.", .1, .0.joined())]
    Off(Unit, String),
    #[error("This person is not there any more. Choose somebody from the list.")]
    Gone,
}

/// Why no membership was changed, each with its sentence.
#[derive(Debug, thiserror::Error)]
pub enum MemberRefusal {
    #[error("Nobody is ticked. Tick the people first.")]
    NobodyTicked,
    #[error("{}{}", .0, and_others(*.1))]
    NotAdded(NotAdded, usize),
    #[error("{0} has rights that you do not have. Only somebody who has them may change this person.")]
    PersonAboveOwn(String),
    #[error("You may not edit people.")]
    MayNot,
    /// Whoever asks is off by now.
    #[error("You are signed out.")]
    ActorIsOff,
    #[error(transparent)]
    Database(#[from] db::Error),
}

fn and_others(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => " One other cannot be added either.".into(),
        others => format!(" {others} others cannot be added either."),
    }
}

impl Unit {
    fn joined(self) -> &'static str {
        match self {
            Unit::Company => "added to a company",
            Unit::Team => "added to a team",
            Unit::Group => "added to a group",
            Unit::JobRole => "given a job role",
        }
    }
}

impl Candidate {
    /// Active, and not past the moment at which they leave; see `actor::has_access`.
    fn has_access(&self, now: Timestamp) -> bool {
        self.state == State::Active && self.leaves_at.is_none_or(|at| at > now)
    }

    fn belongs(&self, id: i64, how: As) -> bool {
        self.home_id == Some(id) || how == As::Further && self.is_further
    }

    fn is_member(&self, id: i64) -> bool {
        self.belongs(id, As::Further)
    }
}

/// Which of these people may not be added, and why. Whoever belongs to it in this way already is not being added, and so
/// not among them. Three statements for a set of any size; the caller holds the people's rows (`find::hold`).
pub fn not_added(
    conn: &mut Conn,
    (unit, id): (Unit, i64),
    how: As,
    users: &[UserId],
    now: Timestamp,
) -> db::Result<Vec<(UserId, NotAdded)>> {
    let there = match store::find(conn, unit, id) {
        Ok(there) => there,
        Err(db::Error::NotFound) => {
            return Ok(users.iter().map(|user| (*user, NotAdded::NoSuchUnit(unit))).collect());
        }
        Err(error) => return Err(error),
    };
    let candidates = store::members::candidates(conn, unit, id, users)?;
    Ok(refused(&there, unit, how, users, &candidates, now))
}

fn refused(
    there: &Named,
    unit: Unit,
    how: As,
    users: &[UserId],
    candidates: &[Candidate],
    now: Timestamp,
) -> Vec<(UserId, NotAdded)> {
    let why = |user: &UserId| match candidates.binary_search_by_key(user, |candidate| candidate.id) {
        Err(_) => Some(NotAdded::Gone),
        Ok(place) => match &candidates[place] {
            gone if gone.state == State::Deleted => Some(NotAdded::Gone),
            member if member.belongs(there.id, how) => None,
            _ if there.is_retired => Some(NotAdded::Retired(unit, there.name.clone())),
            off if !off.has_access(now) => Some(NotAdded::Off(unit, off.name.clone())),
            _ => None,
        },
    };
    users.iter().filter_map(|user| why(user).map(|why| (*user, why))).collect()
}

/// What the audit log keeps: to which one they belonged first, and whether they belonged to this one.
#[derive(Serialize)]
struct Changed<'a> {
    id: i64,
    name: &'a str,
    person: &'a str,
    before: Belonging<'a>,
    after: Belonging<'a>,
}

#[derive(Serialize)]
struct Belonging<'a> {
    home: Option<&'a str>,
    is_member: bool,
}

/// Adds people, all of them or nobody; `As::Home` moves those who have another one. Returns how many were not there
/// before. The transaction must be in the administrative lane.
///
/// Errors: a refusal as a sentence; the transaction must then be given up.
pub fn add(
    conn: &mut Conn,
    chain: &Chain,
    actor: UserId,
    (unit, id): (Unit, i64),
    how: As,
    users: &[UserId],
    now: Timestamp,
) -> Result<usize, MemberRefusal> {
    let how = if unit.has_further() { how } else { As::Home };
    let actor = may_change(conn, actor, users, now)?;
    let there = store::find(conn, unit, id)?;
    let candidates = store::members::candidates(conn, unit, id, users)?;
    let mut refused = refused(&there, unit, how, users, &candidates, now);
    if !refused.is_empty() {
        let others = refused.len() - 1;
        return Err(MemberRefusal::NotAdded(refused.swap_remove(0).1, others));
    }
    let added: Vec<&Candidate> = candidates.iter().filter(|candidate| !candidate.belongs(id, how)).collect();
    are_within(&actor, &added)?;
    let ids: Vec<UserId> = added.iter().map(|candidate| candidate.id).collect();
    match how {
        As::Home => store::members::set_home(conn, unit, &ids, Some(id))?,
        As::Further => store::members::add_further(conn, unit, id, &ids)?,
    }
    let events = added.iter().map(|person| {
        let before = Belonging { home: person.home_name.as_deref(), is_member: person.is_member(id) };
        let home = if how == As::Home { Some(there.name.as_str()) } else { before.home };
        let act = if before.is_member { unit.acts().home_set } else { unit.acts().member_added };
        let after = Belonging { home, is_member: true };
        let details = Changed { id, name: &there.name, person: &person.name, before, after };
        Event::new(act, Some(actor.id)).about(person.id).with(&details)
    });
    chain.record(conn, now, &events.collect::<Vec<_>>())?;
    Ok(added.len())
}

/// Removes people, whether it is their home or not; off or not. Returns how many were there. The transaction must be in
/// the administrative lane.
pub fn remove(
    conn: &mut Conn,
    chain: &Chain,
    actor: UserId,
    (unit, id): (Unit, i64),
    users: &[UserId],
    now: Timestamp,
) -> Result<usize, MemberRefusal> {
    let actor = may_change(conn, actor, users, now)?;
    let there = store::find(conn, unit, id)?;
    let candidates = store::members::candidates(conn, unit, id, users)?;
    let is_there = |one: &&Candidate| one.state != State::Deleted && one.is_member(id);
    let removed: Vec<&Candidate> = candidates.iter().filter(is_there).collect();
    are_within(&actor, &removed)?;
    let at_home: Vec<UserId> = removed.iter().filter(|one| one.home_id == Some(id)).map(|one| one.id).collect();
    let ids: Vec<UserId> = removed.iter().map(|one| one.id).collect();
    store::members::set_home(conn, unit, &at_home, None)?;
    store::members::remove_further(conn, unit, id, &ids)?;
    let events = removed.iter().map(|person| {
        let home = person.home_name.as_deref();
        let before = Belonging { home, is_member: true };
        let after = Belonging { home: home.filter(|_| person.home_id != Some(id)), is_member: false };
        let details = Changed { id, name: &there.name, person: &person.name, before, after };
        Event::new(unit.acts().member_removed, Some(actor.id)).about(person.id).with(&details)
    });
    chain.record(conn, now, &events.collect::<Vec<_>>())?;
    Ok(removed.len())
}

/// The actor as they are now, with all rows held, so that nobody goes off in between.
fn may_change(conn: &mut Conn, actor: UserId, users: &[UserId], now: Timestamp) -> Result<Actor, MemberRefusal> {
    if users.is_empty() {
        return Err(MemberRefusal::NobodyTicked);
    }
    let mut held = users.to_vec();
    held.push(actor);
    find::hold(conn, &held)?;
    let actor = actor::present_for_write(conn, actor, now)?.ok_or(MemberRefusal::ActorIsOff)?;
    if actor.may(Rights::ADMINISTER_USERS) { Ok(actor) } else { Err(MemberRefusal::MayNot) }
}

fn are_within(actor: &Actor, people: &[&Candidate]) -> Result<(), MemberRefusal> {
    match people.iter().find(|person| !standing::is_within(actor, person.level)) {
        Some(person) => Err(MemberRefusal::PersonAboveOwn(person.name.clone())),
        None => Ok(()),
    }
}

/// How somebody who is found for a picker stands to a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Home,
    Further,
    /// Elsewhere: in the one of this name, or in none.
    Elsewhere(Option<String>),
}

/// How each of these people stands to a unit.
pub fn standings(conn: &mut Conn, unit: Unit, id: i64, users: &[UserId]) -> db::Result<Vec<(UserId, Standing)>> {
    let of = |person: Candidate| match person {
        home if home.home_id == Some(id) => (home.id, Standing::Home),
        further if further.is_further => (further.id, Standing::Further),
        other => (other.id, Standing::Elsewhere(other.home_name)),
    };
    Ok(store::members::candidates(conn, unit, id, users)?.into_iter().map(of).collect())
}
