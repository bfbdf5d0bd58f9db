//! How long entries are kept: for ever, or so many days. What is left after a removal still verifies.

use serde_json::json;

use super::store::marks::{self, Mark};
use super::{Chain, Event, Path};
use crate::db::{Conn, Result, Timestamp};

/// The setting's name: a number of days. Nothing or 0: entries are kept for ever.
const SETTING: &str = "audit_retention_days";
/// A log that forgets sooner is none: a smaller number, which Preferences does not take, removes nothing.
const SHORTEST_DAYS: i64 = 30;

/// Entries removed in one transaction: some hundredths of a second, so that nobody waits for it.
const SLICE: i64 = 5_000;

/// Days that entries are kept; `None`: for ever, also if the setting is no number of days.
pub fn days(conn: &mut Conn) -> Result<Option<i64>> {
    let setting = marks::setting(conn, SETTING)?.unwrap_or_default();
    Ok(setting.trim().parse().ok().filter(|days| *days >= SHORTEST_DAYS))
}

/// What is older goes. By whole days, so that it happens once a day.
fn limit(now: Timestamp, days: i64) -> Timestamp {
    const DAY: i64 = 86_400_000_000;
    let midnight = now.micros() - now.micros().rem_euclid(DAY);
    Timestamp::from_micros(midnight).plus_days(-days)
}

/// True if the first entry is old enough to go.
pub fn is_due(conn: &mut Conn, now: Timestamp) -> Result<bool> {
    let Some(days) = days(conn)? else { return Ok(false) };
    Ok(marks::first_at(conn)?.is_some_and(|at| at < limit(now, days)))
}

/// Removes a slice of entries that are older than the setting allows, from the start up to the first younger one, and
/// seals where the chain begins now. What is not as it was written is evidence, and stays. In an administrative write.
/// True: there is more to remove.
pub fn prune(conn: &mut Conn, chain: &Chain, now: Timestamp) -> Result<bool> {
    let Some(days) = days(conn)? else { return Ok(false) };
    let limit = limit(now, days);
    let start = match chain.start(conn)? {
        Ok(start) => start,
        Err(finding) => return Ok(stays(&finding.0)),
    };
    let stretch = match chain.read_on(conn, &start, SLICE, |at| at < limit)? {
        Ok(stretch) => stretch,
        Err(finding) => return Ok(stays(&finding.0)),
    };
    let (up_to, removed) = (stretch.to.entries, stretch.to.entries - start.entries);
    if removed == 0 {
        return Ok(false);
    }
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
    let details = json!({ "up_to": up_to, "entries": removed, "days": days });
    chain.record(conn, now, &[Event::new("audit.pruned", None).by_path(Path::Schedule).with(&details)])?;
    Ok(removed == SLICE)
}

fn stays(finding: &str) -> bool {
    tracing::warn!(finding, "old entries of the audit log stay: it is not as it was written");
    false
}
