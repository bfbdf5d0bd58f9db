//! Checks of operations: their counts beside their rows, and whether what they began will come to its end.

use super::{Finding, Found, Installation, some_of, store};
use crate::db::{Conn, UserId};
use crate::operations::Progress;

pub fn tallies(conn: &mut Conn, _: &Installation) -> Found {
    let mut found = Vec::new();
    for operation in store::operations(conn)? {
        let id = operation.id;
        let counts = [
            ("people in all", operation.total, operation.rows),
            ("done", operation.done, operation.rows_done),
            ("skipped", operation.skipped, operation.rows_skipped),
        ];
        for (what, says, are) in counts.into_iter().filter(|(_, says, are)| says != are) {
            found.push(Finding::Wrong(format!("operation {id} says {says} {what}, its rows say {are}")));
        }
        if operation.state == Progress::Done.as_str() && operation.rows_open() > 0 {
            found.push(Finding::Wrong(format!("operation {id} is over, but {} are not done", operation.rows_open())));
        }
    }
    Ok(found)
}

/// One without a living lease is resumable: the next server that looks goes on with it.
pub fn leases(conn: &mut Conn, installation: &Installation) -> Found {
    let waiting = store::operations(conn)?.into_iter().filter(|operation| {
        operation.state == Progress::Running.as_str()
            && operation.lease_until.is_none_or(|until| until < installation.now)
    });
    let found = waiting.map(|operation| {
        let (id, open) = (operation.id, operation.rows_open());
        Finding::Warning(format!("operation {id} waits with {open} to do: a running server goes on with it"))
    });
    Ok(found.collect())
}

/// A worker looks every two seconds: who is still there after so many has been forgotten.
const LATE: i64 = 300;

/// Access has ended by the clock; the seat and the duties wait for the operation.
pub fn departures(conn: &mut Conn, installation: &Installation) -> Found {
    let late = store::late_departures(conn, installation.now.plus_seconds(-LATE))?;
    let mut found =
        stranded(&late, "have left, but no operation carries it out: cancel their departure, then deactivate them");
    let waiting: Vec<UserId> = late.iter().filter(|begun| begun.will_end).map(|begun| begun.user).collect();
    if !waiting.is_empty() {
        let who = some_of(&waiting);
        found.push(Finding::Warning(format!("users {who} have left and wait: a running server carries it out")));
    }
    Ok(found)
}

/// They can be neither restored nor erased once more.
pub fn erasures(conn: &mut Conn, _: &Installation) -> Found {
    Ok(stranded(
        &store::being_erased(conn)?,
        "are half erased, and no operation goes on: resume it, or retry its failed rows",
    ))
}

fn stranded(begun: &[store::Begun], what: &str) -> Vec<Finding> {
    let users: Vec<UserId> = begun.iter().filter(|begun| !begun.will_end).map(|begun| begun.user).collect();
    if users.is_empty() { Vec::new() } else { vec![Finding::Wrong(format!("users {} {what}", some_of(&users)))] }
}
