//! What is different between a plan as it was shown and as it is now, in sentences.

use std::collections::HashMap;

use super::plan::{FreeSeats, Member};
use super::words;
use crate::db::UserId;
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
    if all.len() > LISTED {
        let more = all.len() - LISTED;
        all.truncate(LISTED);
        all.push(format!("And {} more.", text::number(more as i64)));
    }
    all
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
