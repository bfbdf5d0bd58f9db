//! Erase: the associations of deleted people are cut for good, a slice at a time; then nothing names them any more.

use std::collections::HashMap;

use super::run::{Batch, Person};
use super::store::erasing;
use crate::audit::{Chain, Event, Path};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::history;
use crate::operations::engine::Pace;
use crate::operations::store::{self as operations, Alike, NewOperation};
use crate::users::{State, counts};

/// Rows cut in one batch: some hundredths of a second, so that nobody waits for it.
const SLICE: i64 = 2_000;

/// Few people at a time, never while a page waits, and with a rest after each batch.
pub const PACE: Pace = Pace { batch: 50, at_once: false, rests: true };

/// People whose time is over that one operation takes.
const BY_ITSELF: i64 = 1_000;

/// Cuts the next slice of these people's associations. True: nothing was left, and they are gone.
pub fn erase(conn: &mut Conn, batch: &mut Batch<'_>, people: &[Person]) -> Result<bool> {
    let users: Vec<UserId> = people.iter().map(|person| person.facts.user).collect();
    let mut left = SLICE;
    for kind in history::everything() {
        while left > 0 {
            let cut = kind.cut(conn, &users, left)?;
            if cut == 0 {
                break;
            }
            batch.tally.add(format!("cut.{}", kind.key()), cut);
            left -= cut;
        }
    }
    if left <= 0 {
        return Ok(false);
    }
    erasing::names(conn, &users)?;
    erasing::rows(conn, &users)?;
    counts::add(conn, State::Deleted, -(users.len() as i64))?;
    // The entry says who was meant by their number alone.
    batch.record(people, |_| Event::new("user.erased", None));
    Ok(true)
}

/// Makes the operation for people whose days in the recycle bin are over. `None`: there is nobody. In an administrative
/// write, so that of several processes one makes it.
pub fn by_itself(conn: &mut Conn, chain: &Chain, days: i64, now: Timestamp) -> Result<Option<OperationId>> {
    let users = erasing::due(conn, now.plus_days(-days), BY_ITSELF)?;
    if users.is_empty() {
        return Ok(None);
    }
    let new = NewOperation {
        plan_id: &format!("erase-{}", now.micros()),
        act: super::Act::Erase.as_str(),
        started_by: None,
        reason: "",
        created_at: now,
        starts_at: None,
        undoes: None,
    };
    let operation = operations::insert(conn, &new)?;
    let alike = Alike { step: super::Step::Erase.as_str(), argument: None, due_at: None, outcome: None, reason: None };
    operations::insert_rows(conn, operation, &HashMap::from([(alike, users.clone())]))?;
    erasing::begin(conn, &users, now)?;
    let event = Event::new("recycle_bin.emptied", None).by_path(Path::Schedule);
    chain.record(conn, now, &[event.in_operation(operation)])?;
    Ok(Some(operation))
}
