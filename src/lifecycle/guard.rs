//! Who may be acted on, by whom, and what an act does to each: decided here, for every path, from facts alone.

use std::collections::HashSet;

use super::leaving::Leaving;
use super::{Act, Step};
use crate::db::{OperationId, Timestamp, UserId, text_enum};
use crate::history::History;
use crate::licenses::{AccessLevel, Rights};
use crate::users::State;

text_enum! {
    /// Why a user is left as they are.
    pub enum Refusal {
        Yourself = "yourself",
        LastAdministrator = "last_administrator",
        BeyondYourRights = "beyond_your_rights",
        AlreadyOff = "already_off",
        AlreadyActive = "already_active",
        InRecycleBin = "in_recycle_bin",
        NotInRecycleBin = "not_in_recycle_bin",
        /// Deactivated, with history: already what deleting recommends instead.
        OffWithHistory = "off_with_history",
        /// Planned as having no history, and has some by now.
        HasHistory = "has_history",
        AddressTaken = "address_taken",
        /// The address given instead is not one.
        AddressUnusable = "address_unusable",
        NoFreeSeat = "no_free_seat",
        Gone = "gone",
        /// Is on the way out for good.
        BeingErased = "being_erased",
        /// An administrator cancelled the operation before it came to them.
        Cancelled = "cancelled",
        /// Has a leave date already.
        AlreadyLeaving = "already_leaving",
        /// The leave date was moved or cancelled meanwhile.
        Stays = "stays",
        /// Somebody changed them after the operation that shall be undone.
        TouchedSince = "touched_since",
        /// An administrator chose to leave this user as they are.
        Chosen = "chosen",
    }
}

impl Refusal {
    /// True if another attempt may succeed.
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Refusal::NoFreeSeat
                | Refusal::HasHistory
                | Refusal::AddressTaken
                | Refusal::Cancelled
                | Refusal::LastAdministrator
        )
    }

    /// True if a choice in the plan can still change it, so that the row is shown with its switch.
    pub fn is_open(self) -> bool {
        matches!(self, Refusal::Chosen | Refusal::OffWithHistory | Refusal::AddressTaken | Refusal::AddressUnusable)
    }
}

/// What is known of a user when an act is weighed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub user: UserId,
    pub name: String,
    pub name_key: String,
    pub email_key: String,
    pub state: State,
    /// What a deleted user was before.
    pub deleted_from: Option<State>,
    /// Of an active user; else the last one.
    pub level: AccessLevel,
    pub sessions: i64,
    pub has_history: bool,
    /// Counted when a plan is made; empty where only `has_history` is asked for.
    pub history: History,
    /// Of the row, and of the last change of the state.
    pub version: i64,
    pub state_changed_at: Timestamp,
    pub state_operation: Option<OperationId>,
    /// Somebody, or their time in the recycle bin, decided that they go for good.
    pub is_being_erased: bool,
    pub leaves_at: Option<Timestamp>,
    pub leave_operation: Option<OperationId>,
    /// Of their own; empty: the organization's.
    pub time_zone: String,
    /// What the operation that shall be undone did to them.
    pub undone: Option<Step>,
}

/// Who acts, and what the organization has to keep.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// `None`: the command line, which may do everything but leave the organization without an administrator.
    pub actor: Option<UserId>,
    pub rights: Rights,
    /// Active System Administrators who can really sign in.
    pub administrators: HashSet<UserId>,
    /// The operation that shall be undone, for `Act::Undo`.
    pub undoes: Option<OperationId>,
    /// Not at once, but on a date.
    pub leaving: Option<Leaving>,
}

impl Bounds {
    pub fn undoing(self, undoes: Option<OperationId>) -> Bounds {
        Bounds { undoes, ..self }
    }

    pub fn on(self, leaving: Option<Leaving>) -> Bounds {
        Bounds { leaving, ..self }
    }

    /// Of the administrators among `users` the one who must stay, if all would go.
    pub fn administrator_to_keep(&self, users: &[Facts]) -> Option<UserId> {
        let leaving = |id: &UserId| Some(*id) != self.actor && users.iter().any(|facts| facts.user == *id);
        if self.administrators.is_empty() || !self.administrators.iter().all(leaving) {
            return None;
        }
        self.administrators.iter().min().copied()
    }
}

/// What `act` does to this user by itself, before anybody chooses otherwise.
pub fn judge(act: Act, facts: &Facts, bounds: &Bounds, keep: Option<UserId>) -> Result<Step, Refusal> {
    if act == Act::Undo {
        return judge_undo(facts, bounds, keep);
    }
    if let Some(refusal) = not_in_a_state_for(act, facts) {
        return Err(refusal);
    }
    if facts.is_being_erased && act != Act::Erase {
        return Err(Refusal::BeingErased);
    }
    if Some(facts.user) == bounds.actor && act != Act::HandOver {
        return Err(Refusal::Yourself);
    }
    if !bounds.rights.include(facts.level.rights()) {
        return Err(Refusal::BeyondYourRights);
    }
    if matches!(act, Act::Deactivate | Act::Delete) && keep == Some(facts.user) {
        return Err(Refusal::LastAdministrator);
    }
    if bounds.leaving.is_some() && facts.leaves_at.is_some() {
        return Err(Refusal::AlreadyLeaving);
    }
    match act {
        Act::Deactivate => Ok(Step::Deactivate),
        Act::Activate => Ok(Step::Activate),
        Act::Restore => Ok(Step::Restore),
        Act::Delete if !facts.has_history => Ok(Step::Delete),
        Act::Delete if facts.state == State::Active => Ok(Step::Deactivate),
        Act::Delete => Err(Refusal::OffWithHistory),
        Act::HandOver => Ok(Step::HandOver),
        Act::Erase => Ok(Step::Erase),
        Act::Undo => Err(Refusal::TouchedSince),
    }
}

/// The opposite of what was done, if nobody changed them since; under the same rules as if it were asked for.
fn judge_undo(facts: &Facts, bounds: &Bounds, keep: Option<UserId>) -> Result<Step, Refusal> {
    let opposite = match facts.undone {
        Some(Step::Deactivate) => Act::Activate,
        Some(Step::Activate) => Act::Deactivate,
        Some(Step::Delete) => Act::Restore,
        Some(Step::Restore) => Act::Delete,
        // Each thing that moved knows by itself whether it was touched.
        Some(Step::HandOver) => return Ok(Step::GiveBack),
        Some(Step::Skip | Step::GiveBack | Step::Erase) | None => return Err(Refusal::TouchedSince),
    };
    if facts.state_operation.is_none() || facts.state_operation != bounds.undoes {
        return Err(Refusal::TouchedSince);
    }
    match (opposite, judge(opposite, facts, bounds, keep)) {
        // Somebody with history who came out of the recycle bin goes back into it.
        (Act::Delete, Ok(_) | Err(Refusal::OffWithHistory)) => Ok(Step::Delete),
        (_, judged) => judged,
    }
}

fn not_in_a_state_for(act: Act, facts: &Facts) -> Option<Refusal> {
    match (act, facts.state) {
        (Act::Deactivate, State::Deactivated) => Some(Refusal::AlreadyOff),
        (Act::Activate, State::Active) => Some(Refusal::AlreadyActive),
        (Act::Restore | Act::Erase, State::Active | State::Deactivated) => Some(Refusal::NotInRecycleBin),
        (Act::Deactivate | Act::Activate | Act::Delete, State::Deleted) => Some(Refusal::InRecycleBin),
        _ => None,
    }
}

/// The steps an administrator may choose for a row; the first is the default. One: there is nothing to choose.
pub fn choices(act: Act, state: State, judged: Result<Step, Refusal>) -> Vec<Step> {
    match (act, judged) {
        (Act::Delete, Ok(_)) if state == State::Active => {
            let default = judged.unwrap_or(Step::Deactivate);
            let other = if default == Step::Delete { Step::Deactivate } else { Step::Delete };
            vec![default, other]
        }
        (Act::Delete, Ok(Step::Delete)) => vec![Step::Delete, Step::Skip],
        (Act::Delete, Err(Refusal::OffWithHistory)) => vec![Step::Skip, Step::Delete],
        (_, Ok(step)) => vec![step],
        (_, Err(_)) => vec![Step::Skip],
    }
}
