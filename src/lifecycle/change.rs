//! Changing a plan before it is confirmed: rows, who takes over, when, the reason. The plan then shows what is.

use super::Step;
use super::confirm::{REASON_LENGTH, choices_of, store_anew};
use super::leaving::Leaving;
use super::plan::{self, Choice, Choices};
use super::receivers::{Goes, Problem, Receivers, Wish};
use super::store::plans::{self, Part};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::actor::Actor;
use crate::users::find::{self, Found};

/// What an administrator changes in a plan: rows, a whole group at once, the reason.
#[derive(Debug, Default)]
pub struct Changes {
    pub rows: Choices,
    /// For everybody with history who can be switched.
    pub all_with_history: Option<Step>,
    pub reason: String,
    pub handing: Vec<Handing>,
    /// Now (`Some(None)`), or on a date. `None`: as it was.
    pub leaving: Option<Option<Leaving>>,
}

/// Where a kind of duty shall go: of everybody, or of one person. `None`: nobody says so any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handing {
    pub duty: String,
    pub of: Option<UserId>,
    pub goes: Option<Goes>,
    /// The name or address of whom it goes to.
    pub typed: String,
}

impl Handing {
    /// True if the plan holds another wish.
    pub fn is_new(&self, receivers: &Receivers) -> bool {
        let stored = match self.of {
            None => receivers.kinds.get(&self.duty),
            Some(user) => receivers.own(&self.duty, user),
        };
        let typed = if self.goes == Some(Goes::Person) { self.typed.as_str() } else { "" };
        match (self.goes, stored) {
            (None, None) => false,
            // What is preset, and nobody said otherwise.
            (Some(Goes::Manager), None) if self.of.is_none() => false,
            (Some(goes), Some(stored)) => goes != stored.goes || typed != stored.typed,
            _ => true,
        }
    }
}

/// True if the plan holds other choices than these: rows switched without scripts and without an update.
pub fn is_new(conn: &mut Conn, id: &str, changes: &Changes, now: Timestamp) -> Result<bool> {
    if changes.rows.is_empty() && changes.handing.is_empty() && changes.leaving.is_none() {
        return Ok(false);
    }
    let plan = plans::find(conn, id, now)?;
    if plan.operation.is_some() {
        return Ok(false);
    }
    let is_other_time = changes.leaving.as_ref().is_some_and(|leaving| *leaving != plan.leaving);
    if is_other_time || changes.handing.iter().any(|handing| handing.is_new(&plan.receivers)) {
        return Ok(true);
    }
    let stored = plans::members(conn, id, Part::ALL)?;
    Ok(stored.iter().any(|member| {
        changes.rows.get(&member.user).is_some_and(|choice| {
            choice.step.is_some_and(|step| step != member.step)
                || choice.level.is_some_and(|level| member.new_level.is_some_and(|new| new != level))
                || choice.email != member.new_email
        })
    }))
}

/// Applies the changes and weighs everything anew; true if that made it another plan. One that was confirmed
/// meanwhile is left as it is.
pub fn change(conn: &mut Conn, actor: &Actor, id: &str, changes: &Changes, now: Timestamp) -> Result<bool> {
    let mut plan = plans::find(conn, id, now)?;
    if plan.operation.is_some() {
        return Ok(false);
    }
    let before = plan.fingerprint.clone();
    let shown = plans::members(conn, id, Part::ALL)?;
    let mut choices = choices_of(&shown);
    if let Some(step) = changes.all_with_history {
        for member in shown.iter().filter(|member| member.has_history) {
            choices.insert(member.user, Choice { step: Some(step), ..Choice::default() });
        }
    }
    for (user, choice) in &changes.rows {
        if shown.iter().any(|member| member.user == *user) {
            choices.insert(*user, choice.clone());
        }
    }
    let is_switched = choices != choices_of(&shown);
    let reason: String = changes.reason.chars().take(REASON_LENGTH).collect();
    let is_other_reason = reason != plan.reason;
    plan.reason = reason;
    let is_other_time = changes.leaving.as_ref().is_some_and(|leaving| *leaving != plan.leaving);
    if let (true, Some(leaving)) = (is_other_time, &changes.leaving) {
        plan.leaving = leaving.clone();
    }
    let mut is_other_receiver = false;
    for handing in &changes.handing {
        if !handing.is_new(&plan.receivers) {
            continue;
        }
        wish(conn, &mut plan.receivers, handing, now)?;
        is_other_receiver = true;
    }
    let bounds = plan::bounds(conn, Some((actor.id, actor.rights())))?.undoing(plan.undoes).on(plan.leaving.clone());
    let ids: Vec<UserId> = shown.iter().map(|member| member.user).collect();
    store_anew(conn, &mut plan, &bounds, &ids, &choices, now)?;
    let what = [
        (is_switched, "switched what happens to people"),
        (is_other_receiver, "chose who takes over"),
        (is_other_reason, "changed the reason"),
        (is_other_time, "chose when"),
    ];
    let what: Vec<&str> = what.into_iter().filter_map(|(is_so, what)| is_so.then_some(what)).collect();
    if !what.is_empty() {
        plans::note_change(conn, id, actor.id, &what.join(", "), now)?;
    }
    Ok(plan.fingerprint != before)
}

/// Keeps the reason that stands in the form of somebody who only looks on in the plan: nothing is weighed for that.
pub fn keep_reason(conn: &mut Conn, actor: &Actor, id: &str, reason: &str, now: Timestamp) -> Result<()> {
    let plan = plans::find(conn, id, now)?;
    let reason: String = reason.chars().take(REASON_LENGTH).collect();
    if plan.operation.is_some() || reason == plan.reason {
        return Ok(());
    }
    plans::set_reason(conn, id, &reason)?;
    plans::note_change(conn, id, actor.id, "changed the reason", now)
}

/// Writes a wish into the plan, with the person that was typed.
fn wish(conn: &mut Conn, receivers: &mut Receivers, handing: &Handing, now: Timestamp) -> Result<()> {
    let wish = match handing.goes {
        None => None,
        Some(Goes::Person) => {
            let (person, problem) = match find::typed(conn, &handing.typed, find::Scope::Active, now)? {
                Found::One(person) => (Some(person), None),
                Found::Nobody => (None, Some(Problem::Unknown)),
                Found::Several => (None, Some(Problem::Several)),
            };
            Some(Wish { goes: Goes::Person, typed: handing.typed.clone(), person, problem })
        }
        Some(goes) => Some(Wish { goes, typed: String::new(), person: None, problem: None }),
    };
    match (handing.of, wish) {
        (None, Some(wish)) => drop(receivers.kinds.insert(handing.duty.clone(), wish)),
        (None, None) => drop(receivers.kinds.remove(&handing.duty)),
        (Some(user), Some(wish)) => {
            receivers.people.entry(user).or_default().insert(handing.duty.clone(), wish);
        }
        (Some(user), None) => {
            if let Some(kinds) = receivers.people.get_mut(&user) {
                kinds.remove(&handing.duty);
            }
            receivers.people.retain(|_, kinds| !kinds.is_empty());
        }
    }
    Ok(())
}
