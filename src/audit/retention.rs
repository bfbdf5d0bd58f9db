//! How long entries are kept: for ever, or so many days. What is left after a removal still verifies.

use serde_json::json;

use super::store::marks::{self, Mark};
use super::{Chain, Event, Path};
use crate::db::{Conn, Result, Timestamp};

/// Entries removed in one transaction: some hundredths of a second, so that nobody waits for it.
const SLICE: i64 = 5_000;

/// What is older goes. By whole days, so that it happens once a day.
fn limit(now: Timestamp, days: i64) -> Timestamp {
    const DAY: i64 = 86_400_000_000;
    let midnight = now.micros() - now.micros().rem_euclid(DAY);
    Timestamp::from_micros(midnight).plus_days(-days)
}

/// One removal, slice by slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// So long entries were kept when it began.
    days: i64,
    up_to: i64,
    removed: i64,
}

/// The round that begins now if entries are kept for so many days; `None`: the first entry is not old enough to go.
pub fn due(conn: &mut Conn, days: Option<i64>, now: Timestamp) -> Result<Option<Round>> {
    let Some(days) = days else { return Ok(None) };
    let is_due = marks::first_at(conn)?.is_some_and(|at| at < limit(now, days));
    Ok(is_due.then_some(Round { days, up_to: 0, removed: 0 }))
}

/// Removes the round's next slice, and after the last one records how many went. In an administrative write. `days`: what
/// holds by now; if it is not what the round began with, nothing more goes. `Some`: there is more to remove.
pub fn prune(
    conn: &mut Conn,
    chain: &Chain,
    days: Option<i64>,
    mut round: Round,
    now: Timestamp,
) -> Result<Option<Round>> {
    if days == Some(round.days) {
        let (up_to, removed) = remove_slice(conn, chain, limit(now, round.days), now)?;
        if removed > 0 {
            round = Round { up_to, removed: round.removed + removed, ..round };
        }
        if removed == SLICE {
            return Ok(Some(round));
        }
    }
    if round.removed > 0 {
        let details = json!({ "up_to": round.up_to, "entries": round.removed, "days": round.days });
        chain.record(conn, now, &[Event::new("audit.pruned", None).by_path(Path::Schedule).with(&details)])?;
    }
    Ok(None)
}

/// Removes a slice of entries from before this moment, from the start up to the first younger one, and seals where the
/// chain begins now. What is not as it was written is evidence, and stays. Up to which entry, and how many.
fn remove_slice(conn: &mut Conn, chain: &Chain, limit: Timestamp, now: Timestamp) -> Result<(i64, i64)> {
    let start = match chain.start(conn)? {
        Ok(start) => start,
        Err(finding) => return Ok(stays(&finding.0)),
    };
    let stretch = match chain.read_on(conn, &start, SLICE, |at| at < limit)? {
        Ok(stretch) => stretch,
        Err(finding) => return Ok(stays(&finding.0)),
    };
    let (up_to, removed) = (stretch.to.entries, stretch.to.entries - start.entries);
    if removed > 0 {
        marks::remove_entries(conn, up_to)?;
        let new = Mark {
            name: marks::START.into(),
            entries: up_to,
            link: stretch.to.link,
            at: now,
            whole_at: None,
            finding: String::new(),
            seal: Vec::new(),
        };
        marks::write(conn, &chain.sealed(new))?;
    }
    Ok((up_to, removed))
}

fn stays(finding: &str) -> (i64, i64) {
    tracing::warn!(finding, "old entries of the audit log stay: it is not as it was written");
    (0, 0)
}
