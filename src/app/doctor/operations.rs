//! Checks of operations: their counts beside their rows, and whether somebody is carrying out those that run.

use super::{Finding, Found, Installation, store};
use crate::db::Conn;
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
