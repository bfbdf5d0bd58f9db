//! Who takes over the duties of people who leave: chosen kind by kind or person by person, checked, never guessed twice.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::guard::Bounds;
use super::plan::Member;
use super::store::duties::{self, Candidate};
use super::{Step, undo};
use crate::db::{Conn, Result, Timestamp, UserId, text_enum};
use crate::history::{self, Duty};
use crate::users::State;

text_enum! {
    /// Where a kind of duty goes.
    pub enum Goes {
        /// To the person's manager, or the next one above who stays.
        Manager = "manager",
        /// To somebody who was named.
        Person = "person",
        /// To nobody: unassigned.
        Nobody = "nobody",
        /// Nowhere: it stays with the person who leaves.
        Leave = "leave",
        /// Back to whom an operation took it from: undoing.
        Back = "back",
    }
}

text_enum! {
    /// Why somebody who was named cannot have it.
    pub enum Problem {
        /// Nobody by that name or address.
        Unknown = "unknown",
        /// More than one by that name.
        Several = "several",
        Off = "off",
        /// Leaves in this very plan, or earlier than the person whose duties these are.
        Leaving = "leaving",
        /// Their access level does not allow it.
        MayNot = "may_not",
    }
}

/// What an administrator wants for a kind of duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub goes: Goes,
    /// The name or address as typed; kept, even if it is nobody's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub typed: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// All the wishes of a plan. A kind without one goes to the manager if there is one who can have it, else it stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receivers {
    #[serde(default)]
    pub kinds: BTreeMap<String, Wish>,
    /// For single people, by kind: before that of the kind.
    #[serde(default)]
    pub people: BTreeMap<UserId, BTreeMap<String, Wish>>,
}

impl Receivers {
    /// What is wanted for this kind of this person; `None`: nobody said anything.
    pub fn of(&self, duty: &str, user: UserId) -> Option<&Wish> {
        self.own(duty, user).or_else(|| self.kinds.get(duty))
    }

    pub fn own(&self, duty: &str, user: UserId) -> Option<&Wish> {
        self.people.get(&user).and_then(|kinds| kinds.get(duty))
    }
}

/// One kind of duty of one person in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDuty {
    pub user: UserId,
    pub duty: String,
    pub entries: i64,
    /// The sum of the entries' ids.
    pub digest: i64,
    /// Entries that cannot stay unless somebody says so.
    pub pressing: i64,
    pub goes: Goes,
    pub receiver: Option<UserId>,
    /// Somebody said so, for the kind or for this person.
    pub chosen: bool,
    pub problem: Option<Problem>,
}

impl PlanDuty {
    /// True if running the plan moves it.
    pub fn moves(&self) -> bool {
        self.problem.is_none() && (self.receiver.is_some() || matches!(self.goes, Goes::Nobody | Goes::Back))
    }

    /// True if it must not stay, and nobody said that it may.
    pub fn is_blocking(&self) -> bool {
        self.pressing > 0 && !self.chosen && !self.moves()
    }
}

/// How far up a chain of managers a receiver is looked for.
const CLIMB: usize = 8;

/// The duties of everybody who goes off, each with where it goes. A fixed number of statements, however many people.
pub fn weigh(
    conn: &mut Conn,
    bounds: &Bounds,
    members: &[Member],
    wishes: &Receivers,
    now: Timestamp,
) -> Result<Vec<PlanDuty>> {
    if let Some(operation) = bounds.undoes {
        return undo::returning(conn, operation, members);
    }
    let going: HashMap<UserId, Timestamp> = members
        .iter()
        .filter(|member| matches!(member.step, Step::Deactivate | Step::Delete | Step::HandOver))
        .map(|member| (member.user, member.leaves_at.unwrap_or(now)))
        .collect();
    if going.is_empty() {
        return Ok(Vec::new());
    }
    // Whoever only hands over leaves nobody behind by it.
    let leave_somebody = members.iter().any(|member| matches!(member.step, Step::Deactivate | Step::Delete));
    let mut ids: Vec<UserId> = going.keys().copied().collect();
    ids.sort_unstable();
    let mut found = Vec::new();
    for duty in history::duties() {
        let counted = duty.count(conn, &ids)?;
        let holders: Vec<UserId> = counted.iter().map(|(user, _)| *user).collect();
        let pressing: HashMap<UserId, i64> = match holders.is_empty() || !leave_somebody {
            true => HashMap::new(),
            false => duty.pressing(conn, &holders)?.into_iter().collect(),
        };
        found.extend(counted.into_iter().map(|(user, tally)| (*duty, user, tally, pressing.get(&user).copied())));
    }
    let candidates = candidates(conn, found.iter().map(|(_, user, ..)| *user), wishes)?;
    let mut rows: Vec<PlanDuty> = found
        .into_iter()
        .map(|(duty, user, tally, pressing)| {
            let wish = wishes.of(duty.key(), user);
            let fits = |id: UserId| fits(duty, candidates.get(&id), user, &going);
            let (goes, receiver, problem) = match wish {
                None | Some(Wish { goes: Goes::Manager, .. }) => (Goes::Manager, above(&candidates, user, fits), None),
                Some(Wish { goes: Goes::Person, person, problem, .. }) => match person {
                    None => (Goes::Person, None, Some(problem.unwrap_or(Problem::Unknown))),
                    Some(person) => (Goes::Person, Some(*person), fits(*person).err()),
                },
                Some(Wish { goes: Goes::Nobody, .. }) if duty.nobody().is_some() => (Goes::Nobody, None, None),
                Some(Wish { .. }) => (Goes::Leave, None, None),
            };
            PlanDuty {
                user,
                duty: duty.key().to_owned(),
                entries: tally.entries(),
                digest: tally.1,
                pressing: pressing.unwrap_or_default(),
                goes,
                receiver,
                chosen: wish.is_some_and(|wish| wish.goes != Goes::Manager),
                problem,
            }
        })
        .collect();
    rows.sort_by(|a, b| (&a.duty, a.user).cmp(&(&b.duty, b.user)));
    Ok(rows)
}

/// Whether somebody can have this kind of duty of this person.
fn fits(
    duty: &dyn Duty,
    candidate: Option<&Candidate>,
    from: UserId,
    going: &HashMap<UserId, Timestamp>,
) -> std::result::Result<(), Problem> {
    let candidate = candidate.ok_or(Problem::Unknown)?;
    if candidate.state != State::Active {
        return Err(Problem::Off);
    }
    let leaves_first = candidate.leaves_at.zip(going.get(&from)).is_some_and(|(theirs, moment)| theirs <= *moment);
    if going.contains_key(&candidate.id) || leaves_first {
        return Err(Problem::Leaving);
    }
    if !candidate.level.is_some_and(|level| level.rights().include(duty.needs())) {
        return Err(Problem::MayNot);
    }
    Ok(())
}

/// The nearest manager above somebody who can have it.
fn above(
    candidates: &HashMap<UserId, Candidate>,
    user: UserId,
    fits: impl Fn(UserId) -> std::result::Result<(), Problem>,
) -> Option<UserId> {
    let mut manager = candidates.get(&user)?.manager;
    for _ in 0..CLIMB {
        let id = manager?;
        if fits(id).is_ok() {
            return Some(id);
        }
        manager = candidates.get(&id)?.manager;
    }
    None
}

/// The people whose duties these are, whoever was named, and all managers above them.
fn candidates(
    conn: &mut Conn,
    holders: impl Iterator<Item = UserId>,
    wishes: &Receivers,
) -> Result<HashMap<UserId, Candidate>> {
    let named = wishes.kinds.values().chain(wishes.people.values().flat_map(|kinds| kinds.values()));
    let mut next: HashSet<UserId> = holders.chain(named.filter_map(|wish| wish.person)).collect();
    let mut known: HashMap<UserId, Candidate> = HashMap::new();
    for _ in 0..=CLIMB {
        if next.is_empty() {
            break;
        }
        let read = duties::candidates(conn, next.drain())?;
        for candidate in read {
            next.extend(candidate.manager);
            known.insert(candidate.id, candidate);
        }
        next.retain(|id| !known.contains_key(id));
    }
    Ok(known)
}
