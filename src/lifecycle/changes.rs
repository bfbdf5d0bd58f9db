//! What is different between a plan as it was shown and as it is now, in sentences.

use std::collections::HashMap;

use super::plan::{FreeSeats, Member};
use super::receivers::PlanDuty;
use super::words;
use crate::db::UserId;
use crate::history::kinds;
use crate::web::text;

/// Differences that a page lists; more are counted.
const LISTED: usize = 20;

/// The differences that decide, in the order of names.
pub fn between(shown: &[Member], now: &[Member], seats_shown: &FreeSeats, seats_now: &FreeSeats) -> Vec<String> {
    let mut before: HashMap<UserId, &Member> = shown.iter().map(|member| (member.user, member)).collect();
    let mut all: Vec<String> = Vec::new();
    for member in now {
        if let Some(old) = before.remove(&member.user) {
            all.extend(of_member(old, member));
        }
    }
    all.extend(before.into_values().map(|gone| format!("{} is gone: erased meanwhile.", gone.name)));
    if seats_shown != seats_now {
        all.push("The number of free seats changed.".into());
    }
    shortened(all)
}

fn shortened(mut all: Vec<String>) -> Vec<String> {
    if all.len() > LISTED {
        let more = all.len() - LISTED;
        all.truncate(LISTED);
        all.push(format!("And {} more.", text::number(more as i64)));
    }
    all
}

/// The same for the duties: "Ada Lindqvist: 15 open assignments now."
pub fn of_duties(shown: &[PlanDuty], now: &[PlanDuty], members: &[Member]) -> Vec<String> {
    let key = |row: &PlanDuty| (row.user, row.duty.clone());
    let mut before: HashMap<(UserId, String), &PlanDuty> = shown.iter().map(|row| (key(row), row)).collect();
    let names: HashMap<UserId, &str> = members.iter().map(|member| (member.user, member.name.as_str())).collect();
    let name = |user: UserId| names.get(&user).copied().unwrap_or("Somebody");
    let said = |user: UserId, duty: &str, entries: i64| {
        let noun = kinds::duty_by_key(duty).map_or("duties", |kind| kind.noun(entries));
        format!("{}: {} {noun} now.", name(user), text::number(entries))
    };
    let mut all = Vec::new();
    for row in now {
        match before.remove(&key(row)) {
            Some(old) if (old.entries, old.digest) != (row.entries, row.digest) => {
                all.push(said(row.user, &row.duty, row.entries));
            }
            Some(old) if (old.receiver, old.goes, old.problem) != (row.receiver, row.goes, row.problem) => {
                all.push(format!("{}: somebody else takes over now, or nobody can.", name(row.user)));
            }
            Some(_) => {}
            None => all.push(said(row.user, &row.duty, row.entries)),
        }
    }
    all.extend(before.into_values().map(|old| said(old.user, &old.duty, 0)));
    shortened(all)
}

fn of_member(old: &Member, new: &Member) -> Option<String> {
    let name = &new.name;
    if old.state != new.state {
        let (was, is) = (old.state.name().to_lowercase(), new.state.name().to_lowercase());
        return Some(format!("{name} was {was} and is {is} now."));
    }
    if old.level != new.level {
        return Some(format!("{name} was {} and is {} now.", old.level.name(), new.level.name()));
    }
    if old.has_history != new.has_history {
        let what = if new.has_history { "has history by now" } else { "has no history any more" };
        return Some(format!("{name} {what}."));
    }
    if (old.step, old.refusal) != (new.step, new.refusal) {
        let will = words::what_will_happen(new);
        return Some(format!("{name}: {will}"));
    }
    if new.is_deleted_with_history() && old.history != new.history {
        return Some(format!("{name}’s history changed: {} now.", new.history.in_words()));
    }
    ((&old.new_level, &old.new_email) != (&new.new_level, &new.new_email))
        .then(|| format!("{name}: {}", words::what_will_happen(new)))
}
