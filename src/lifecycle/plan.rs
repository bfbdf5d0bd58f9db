//! A plan: what an act would do to a selection. Stored, shown, changed by choices, and run exactly as shown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::guard::{self, Bounds, Facts, Refusal};
use super::leaving::Leaving;
use super::receivers::{PlanDuty, Receivers};
use super::store::facts::{self, Depth};
use super::{Act, Step, undo};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::history::History;
use crate::licenses::{AccessLevel, LicenseType, Rights, seats};
use crate::users::{State, email, names, standing};

/// A plan nobody confirms goes away after a day.
pub const KEPT_DAYS: i64 = 1;

/// The plan without its members.
#[derive(Debug, Clone)]
pub struct Plan {
    pub id: String,
    pub act: Act,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// In words: how the members were chosen.
    pub selection: String,
    pub return_to: String,
    pub reason: String,
    pub free_seats: FreeSeats,
    pub fingerprint: String,
    pub members: i64,
    pub operation: Option<OperationId>,
    /// Who takes over the duties of those who go.
    pub receivers: Receivers,
    /// The operation that this plan would undo.
    pub undoes: Option<OperationId>,
    /// Not at once, but on a date.
    pub leaving: Option<Leaving>,
}

/// One user of a plan: the facts as shown, and what will happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub user: UserId,
    pub name: String,
    pub name_key: String,
    pub state: State,
    pub level: AccessLevel,
    pub has_history: bool,
    pub history: History,
    pub sessions: i64,
    pub step: Step,
    pub refusal: Option<Refusal>,
    /// An administrator switched the row.
    pub chosen: bool,
    /// The level that activating gives; for restoring `None` means: as deactivated.
    pub new_level: Option<AccessLevel>,
    pub new_email: Option<String>,
    /// The moment for this person; `None`: at once.
    pub leaves_at: Option<Timestamp>,
    /// The zone in which it is shown.
    pub zone: String,
}

impl Member {
    /// Deleted although they have history: only on purpose, with a reason.
    pub fn is_deleted_with_history(&self) -> bool {
        self.step == Step::Delete && self.has_history
    }

    /// The license that this step frees.
    pub fn frees(&self) -> Option<LicenseType> {
        let goes_off = matches!(self.step, Step::Deactivate | Step::Delete) && self.state == State::Active;
        goes_off.then(|| self.level.license_type())
    }

    /// The license that this step takes a seat of.
    pub fn takes(&self) -> Option<LicenseType> {
        let comes_back = matches!(self.step, Step::Activate | Step::Restore);
        self.new_level.filter(|_| comes_back).map(AccessLevel::license_type)
    }
}

/// What an administrator chose for one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    pub step: Option<Step>,
    pub level: Option<AccessLevel>,
    pub email: Option<String>,
}

pub type Choices = HashMap<UserId, Choice>;

/// Free seats per license type; a type that is unlimited is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FreeSeats(std::collections::BTreeMap<LicenseType, i64>);

impl FreeSeats {
    pub fn read(conn: &mut Conn) -> Result<Self> {
        let seats = seats::all(conn)?;
        Ok(FreeSeats(seats.iter().filter_map(|seats| Some((seats.license_type, seats.free()?))).collect()))
    }

    /// Takes one seat, if there is one.
    fn take(&mut self, license: LicenseType) -> bool {
        match self.0.get_mut(&license) {
            None => true,
            Some(free) if *free > 0 => {
                *free -= 1;
                true
            }
            Some(_) => false,
        }
    }
}

/// Seats that are missing for an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    pub license: LicenseType,
    pub needed: i64,
    pub free: i64,
}

/// Who acts and what must be kept, as it is in this transaction.
pub fn bounds(conn: &mut Conn, actor: Option<(UserId, Rights)>) -> Result<Bounds> {
    let everything = AccessLevel::SystemAdministrator.rights();
    let (actor, rights) = actor.map_or((None, everything), |(id, rights)| (Some(id), rights));
    let administrators = standing::administrators_who_can_sign_in(conn)?.into_iter().collect();
    Ok(Bounds { actor, rights, administrators, undoes: None, leaving: None })
}

/// Weighs an act on these people anew: the members with what will happen to each, in the order of names.
pub fn assess(
    conn: &mut Conn,
    act: Act,
    bounds: &Bounds,
    ids: &[UserId],
    choices: &Choices,
    free: &FreeSeats,
    depth: Depth,
) -> Result<Vec<Member>> {
    let mut people = facts::read(conn, ids, depth, false)?;
    undo::remember(conn, bounds, &mut people)?;
    people.sort_by(|a, b| (&a.name_key, a.user).cmp(&(&b.name_key, b.user)));
    let keep = bounds.administrator_to_keep(&people);
    let taken = match act {
        Act::Restore | Act::Undo => addresses_in_the_way(conn, &people, choices)?,
        _ => Default::default(),
    };
    let mut free = free.clone();
    let mut claimed = taken;
    let none = Choice::default();
    let members = people.into_iter().map(|facts| {
        let leaves_at = bounds.leaving.as_ref().map(|leaving| leaving.moment(&facts.time_zone));
        let choice = choices.get(&facts.user).unwrap_or(&none);
        let judged = guard::judge(act, &facts, bounds, keep);
        let mut member = as_judged(act, facts, judged, choice);
        match member.step {
            Step::Deactivate | Step::Delete => member.leaves_at = leaves_at,
            Step::Activate => give_level(&mut member, choice, bounds),
            Step::Restore => bring_back(&mut member, choice, &mut free, &mut claimed),
            _ => {}
        }
        member
    });
    Ok(members.collect())
}

fn as_judged(act: Act, facts: Facts, judged: std::result::Result<Step, Refusal>, choice: &Choice) -> Member {
    let possible = guard::choices(act, facts.state, judged);
    let chosen = choice.step.filter(|step| possible.contains(step));
    let step = chosen.or(judged.ok()).unwrap_or(Step::Skip);
    let refusal = match (step, judged) {
        (Step::Skip, Err(refusal)) => Some(refusal),
        (Step::Skip, Ok(_)) => Some(Refusal::Chosen),
        _ => None,
    };
    let was_active = facts.deleted_from == Some(State::Active);
    Member {
        user: facts.user,
        name: facts.name,
        name_key: facts.name_key,
        state: facts.state,
        level: facts.level,
        has_history: facts.has_history,
        history: facts.history,
        sessions: facts.sessions,
        step,
        refusal,
        chosen: chosen.is_some() && chosen != possible.first().copied(),
        new_level: (step == Step::Restore && was_active).then_some(facts.level),
        new_email: (step == Step::Restore).then_some(facts.email_key),
        leaves_at: None,
        zone: facts.time_zone,
    }
}

fn give_level(member: &mut Member, choice: &Choice, bounds: &Bounds) {
    let level = choice.level.unwrap_or(member.level);
    if bounds.rights.include(level.rights()) {
        member.chosen |= level != member.level;
        member.new_level = Some(level);
    } else {
        member.step = Step::Skip;
        member.refusal = Some(Refusal::BeyondYourRights);
    }
}

/// As active if there is a seat, else as deactivated; under another address if theirs is taken.
fn bring_back(
    member: &mut Member,
    choice: &Choice,
    free: &mut FreeSeats,
    claimed: &mut std::collections::HashSet<String>,
) {
    let own = member.new_email.take().unwrap_or_default();
    let other = choice.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
    let wanted = other.map_or_else(|| own.clone(), names::email_key);
    let is_unusable = other.is_some_and(|email| email::problem(email).is_some());
    if is_unusable || !claimed.insert(wanted.clone()) {
        member.step = Step::Skip;
        member.refusal = Some(if is_unusable { Refusal::AddressUnusable } else { Refusal::AddressTaken });
        member.new_level = None;
        member.new_email = other.map(str::to_owned);
        return;
    }
    if wanted != own {
        member.new_email = other.map(str::to_owned);
        member.chosen = true;
    }
    if member.new_level.is_some_and(|level| !free.take(level.license_type())) {
        member.new_level = None;
    }
}

fn addresses_in_the_way(
    conn: &mut Conn,
    people: &[Facts],
    choices: &Choices,
) -> Result<std::collections::HashSet<String>> {
    let typed: Vec<String> =
        choices.values().filter_map(|choice| choice.email.as_deref()).map(names::email_key).collect();
    let own = people.iter().map(|facts| facts.email_key.as_str());
    facts::taken_addresses(conn, own.chain(typed.iter().map(String::as_str)))
}

/// License types with fewer free seats than an activation needs. Restoring never has any: it does without.
pub fn shortages(act: Act, members: &[Member], free: &FreeSeats) -> Vec<Shortage> {
    if !matches!(act, Act::Activate | Act::Undo) {
        return Vec::new();
    }
    let short = free.0.iter().filter_map(|(license, free)| {
        let needed = members.iter().filter(|member| member.takes() == Some(*license)).count() as i64;
        (needed > *free).then_some(Shortage { license: *license, needed, free: *free })
    });
    short.collect()
}

/// Over all that decides: each row's state, level, whether it has history, step and choice; the free seats where an
/// act takes some; the duties that move, or that must not stay, with where they go; and the exact counts only of people
/// who are deleted in spite of history.
pub fn fingerprint(act: Act, members: &[Member], duties: &[PlanDuty], free: &FreeSeats) -> String {
    let mut by_id: Vec<&Member> = members.iter().collect();
    by_id.sort_by_key(|member| member.user);
    let mut hasher = Sha256::new();
    hasher.update(act.as_str());
    for member in by_id {
        let history = if member.is_deleted_with_history() { member.history.in_words() } else { String::new() };
        let decides = (
            (member.user, member.state, member.level, member.has_history),
            (member.step, member.refusal, member.new_level, &member.new_email),
            (history, member.leaves_at.map(Timestamp::micros)),
        );
        hasher.update(serde_json::to_vec(&decides).unwrap_or_default());
    }
    for duty in duties.iter().filter(|duty| duty.moves() || duty.pressing > 0 || duty.problem.is_some()) {
        let decides = (
            (duty.user, &duty.duty, duty.entries, duty.digest, duty.pressing),
            (duty.goes, duty.receiver, duty.chosen, duty.problem),
        );
        hasher.update(serde_json::to_vec(&decides).unwrap_or_default());
    }
    if matches!(act, Act::Activate | Act::Restore | Act::Undo) {
        hasher.update(serde_json::to_vec(free).unwrap_or_default());
    }
    data_encoding::HEXLOWER.encode(&hasher.finalize()[..16])
}
