//! Carries out the rows of an operation: judges each user again inside the transaction, then acts on the set.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::guard::{self, Bounds, Facts};
use super::plan::{self, Member};
use super::store::facts::{self, Depth};
use super::store::people::Stamp;
use super::{Act, Refusal, Step, activate, deactivate, delete, erase, handover, messages, receipt, restore, undo};
use crate::audit::{Chain, Event, Path};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::history;
use crate::history::duty::Moved;
use crate::licenses::{AccessLevel, LicenseType, Rights, seats};
use crate::operations::engine::{Pace, Runner};
use crate::operations::{Operation, Report, Row, Tally};
use crate::users::actor::Actor;
use crate::users::{State, actor};

/// What a row of an operation needs to know besides its step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<AccessLevel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Deleted in spite of their history, on purpose.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    in_spite_of_history: bool,
}

impl Argument {
    pub fn of(member: &Member) -> Option<String> {
        let argument = Argument {
            level: member.new_level,
            email: member.new_email.clone(),
            in_spite_of_history: member.is_deleted_with_history(),
        };
        (argument != Argument::default()).then(|| serde_json::to_string(&argument).unwrap_or_default())
    }

    fn read(row: &Row) -> Argument {
        row.argument.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }
}

/// One user of a batch, as they are in this transaction.
pub struct Person {
    pub facts: Facts,
    argument: Argument,
    /// What was handed over for them in this batch.
    pub handed_over: Moved,
}

impl Person {
    pub fn level(&self) -> Option<AccessLevel> {
        self.argument.level
    }

    pub fn email(&self) -> Option<&str> {
        self.argument.email.as_deref()
    }

    /// For the audit log.
    pub fn before_and_after(&self, after: &str) -> serde_json::Value {
        let mut details = json!({
            "name": self.facts.name,
            "before": { "state": self.facts.state, "level": self.facts.level },
            "after": { "state": after, "level": self.argument.level, "email": self.argument.email },
        });
        if !self.handed_over.is_empty() {
            details["handed_over"] = json!(self.handed_over);
        }
        details
    }
}

/// What the verbs of a batch share.
pub struct Batch<'a> {
    operation: &'a Operation,
    /// Who answers for it; `None`: Roster itself.
    actor: Option<UserId>,
    /// By the clock, if it was due at a moment or nobody started it.
    path: Path,
    now: Timestamp,
    pub tally: Tally,
    events: Vec<Event>,
}

impl Batch<'_> {
    pub fn stamp(&self) -> Stamp {
        Stamp { operation: self.operation.id, now: self.now }
    }

    /// The plan that is carried out.
    pub fn plan(&self) -> &str {
        &self.operation.plan_id
    }

    /// Who answers for it; `None`: Roster itself.
    pub fn actor(&self) -> Option<UserId> {
        self.actor
    }

    /// Gives back the seats of those who were active.
    pub fn free_seats(&mut self, conn: &mut Conn, people: &[Person]) -> Result<()> {
        for license in LicenseType::ALL {
            let active = people.iter().filter(|person| person.facts.state == State::Active);
            let n = active.filter(|person| person.facts.level.license_type() == *license).count() as i64;
            seats::use_more(conn, *license, -n)?;
            self.tally.add(format!("freed.{}", license.as_str()), n);
        }
        Ok(())
    }

    pub fn record(&mut self, people: &[Person], event: impl Fn(&Person) -> Event) {
        let operation = self.operation;
        self.events.extend(people.iter().map(|person| {
            let mut event = event(person).about(person.facts.user).in_operation(operation.id).by_path(self.path);
            event.actor = self.actor;
            event
        }));
    }
}

/// Runs every act of the lifecycle.
pub struct Lifecycle {
    pub chain: Chain,
}

impl Runner for Lifecycle {
    fn run(&self, conn: &mut Conn, operation: &Operation, rows: &[Row], now: Timestamp) -> Result<Report> {
        let acting = match acting(conn, operation, rows, now)? {
            Ok(acting) => acting,
            Err(because) => return Ok(stopped(because)),
        };
        let bounds = plan::bounds(conn, acting.as_ref().map(|actor| (actor.id, actor.rights())))?;
        let bounds = bounds.undoing(operation.undoes);
        let mut report = Report::default();
        let sorted = judge_again(conn, operation, rows, &bounds, &mut report)?;
        let actor = acting.map(|actor| actor.id);
        let is_by_clock = operation.started_by.is_none() || rows.iter().any(|row| row.due_at.is_some());
        let path = if is_by_clock { Path::Schedule } else { Path::Page };
        let mut batch = Batch { operation, actor, path, now, tally: Tally::default(), events: Vec::new() };
        for (step, mut people) in sorted {
            if people.is_empty() {
                continue;
            }
            if matches!(step, Step::Deactivate | Step::Delete | Step::HandOver) {
                handover::hand_over(conn, &mut batch, &mut people)?;
            }
            match step {
                Step::Deactivate => deactivate::deactivate(conn, &mut batch, &people)?,
                Step::Activate => activate::activate(conn, &mut batch, &people)?,
                Step::Delete => delete::delete(conn, &mut batch, &people)?,
                Step::Restore => restore::restore(conn, &mut batch, &people)?,
                Step::HandOver => handover::record(&mut batch, &people),
                Step::Erase => {
                    if !erase::erase(conn, &mut batch, &people)? {
                        continue;
                    }
                }
                Step::GiveBack => undo::record(&mut batch, &people),
                Step::Skip => continue,
            }
            if let Some(undone) = operation.undoes {
                undo::put_back(conn, &mut batch, undone, &people)?;
                if step != Step::GiveBack {
                    undo::row_as_it_was(conn, undone, &people)?;
                }
            }
            batch.tally.add(step.as_str(), people.len() as i64);
            report.done.extend(people.iter().map(|person| person.facts.user));
        }
        self.chain.record(conn, now, &batch.events)?;
        if rows.iter().any(|row| row.due_at.is_some()) {
            messages::left(conn, operation, &report.done, now)?;
        }
        report.tally = batch.tally;
        Ok(report)
    }

    fn pace(&self, operation: &Operation) -> Pace {
        if operation.act == Act::Erase.as_str() {
            return erase::PACE;
        }
        let is_whole = [Act::Activate, Act::Undo].iter().any(|act| operation.act == act.as_str());
        if is_whole { Pace::WHOLE } else { Pace::USUAL }
    }

    fn prove(&self, conn: &mut Conn, operation: &Operation, now: Timestamp) -> Result<String> {
        receipt::prove(conn, operation, now)
    }

    fn prove_by_trying(
        &self,
        conn: &mut Conn,
        operation: &Operation,
        receipt: String,
        now: Timestamp,
    ) -> Result<String> {
        receipt::prove_by_trying(conn, operation, receipt, now)
    }
}

/// Who answers for a batch, as they are now; `None`: Roster itself. A departure that somebody with the rights planned
/// happens even if they have left before: it takes access away, which the clock has done already.
fn acting(
    conn: &mut Conn,
    operation: &Operation,
    rows: &[Row],
    now: Timestamp,
) -> Result<std::result::Result<Option<Actor>, &'static str>> {
    let Some(administrator) = operation.run_by else { return Ok(Ok(None)) };
    let is_departure = rows.iter().all(|row| row.due_at.is_some());
    let actor = actor::present_for_write(conn, administrator, now)?;
    Ok(match actor {
        Some(actor) if actor.may(Rights::ADMINISTER_USERS) => Ok(Some(actor)),
        _ if is_departure => Ok(None),
        Some(_) => Err("The administrator who started this may no longer administer users."),
        None => Err("The administrator who started this is no longer active."),
    })
}

fn stopped(because: &str) -> Report {
    Report { stopped: Some(because.to_owned()), ..Report::default() }
}

/// Sorts the rows by step; whoever changed since the plan is skipped, with the reason.
fn judge_again(
    conn: &mut Conn,
    operation: &Operation,
    rows: &[Row],
    bounds: &Bounds,
    report: &mut Report,
) -> Result<Vec<(Step, Vec<Person>)>> {
    let ids: Vec<UserId> = rows.iter().map(|row| row.user).collect();
    let mut people = facts::read(conn, &ids, Depth::None, true)?;
    if operation.act == Act::Delete.as_str() {
        // Who is deleted in spite of their history need not be asked about it.
        let arguments = rows.iter().map(|row| (row.user, Argument::read(row)));
        let unasked: Vec<UserId> =
            arguments.filter(|(_, argument)| !argument.in_spite_of_history).map(|(user, _)| user).collect();
        let any = history::any(conn, &unasked)?;
        people.iter_mut().for_each(|facts| facts.has_history = any.contains(&facts.user));
    }
    undo::remember(conn, bounds, &mut people)?;
    undo::note_what_was(conn, operation, rows, &people)?;
    let keep = bounds.administrator_to_keep(&people);
    let mut people: std::collections::HashMap<UserId, Facts> =
        people.into_iter().map(|facts| (facts.user, facts)).collect();
    let mut sorted: Vec<(Step, Vec<Person>)> = Step::ALL.iter().map(|step| (*step, Vec::new())).collect();
    let is_short =
        matches!(operation.act.as_str(), "activate" | "restore" | "undo") && is_any_seat_missing(conn, rows)?;
    for row in rows {
        let argument = Argument::read(row);
        let verdict = match (Step::parse(&row.step), people.remove(&row.user)) {
            (Some(_), Some(facts)) if row.due_at.is_some() && facts.leave_operation != Some(operation.id) => {
                Err(Refusal::Stays)
            }
            (Some(step), Some(facts)) => match refusal(step, &facts, &argument, bounds, keep) {
                None if is_short && argument.level.is_some() => Err(Refusal::NoFreeSeat),
                None => Ok((step, facts)),
                Some(refusal) => Err(refusal),
            },
            _ => Err(Refusal::Gone),
        };
        match verdict {
            Ok((step, facts)) => {
                if let Some((_, people)) = sorted.iter_mut().find(|(of, _)| *of == step) {
                    people.push(Person { facts, argument, handed_over: Moved::new() });
                }
            }
            Err(refusal) => report.skipped.push((row.user, refusal.as_str())),
        }
    }
    Ok(sorted)
}

/// Why this step can no longer be done to this user.
fn refusal(step: Step, facts: &Facts, argument: &Argument, bounds: &Bounds, keep: Option<UserId>) -> Option<Refusal> {
    let act = match step {
        Step::Deactivate => Act::Deactivate,
        Step::Activate => Act::Activate,
        Step::Delete => Act::Delete,
        Step::Restore => Act::Restore,
        Step::HandOver | Step::GiveBack => Act::HandOver,
        Step::Erase => Act::Erase,
        Step::Skip => return Some(Refusal::Chosen),
    };
    if bounds.undoes.is_some() {
        return match guard::judge(Act::Undo, facts, bounds, keep) {
            Ok(judged) if judged == step => None,
            Ok(_) => Some(Refusal::TouchedSince),
            Err(refusal) => Some(refusal),
        };
    }
    if step == Step::Delete && facts.has_history && !argument.in_spite_of_history {
        return Some(Refusal::HasHistory);
    }
    match guard::judge(act, facts, bounds, keep) {
        Err(Refusal::OffWithHistory) if argument.in_spite_of_history => None,
        Err(refusal) => Some(refusal),
        Ok(_) if argument.level.is_some_and(|level| !bounds.rights.include(level.rights())) => {
            Some(Refusal::BeyondYourRights)
        }
        Ok(_) => None,
    }
}

/// True if the free seats do not suffice for all of these rows.
fn is_any_seat_missing(conn: &mut Conn, rows: &[Row]) -> Result<bool> {
    let levels: Vec<AccessLevel> = rows.iter().filter_map(|row| Argument::read(row).level).collect();
    Ok(seats::all(conn)?.iter().any(|seats| {
        let needed = levels.iter().filter(|level| level.license_type() == seats.license_type).count() as i64;
        seats.free().is_some_and(|free| needed > free)
    }))
}
