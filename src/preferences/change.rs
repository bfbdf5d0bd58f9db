//! Changes what the organization chose, if nobody else did since the page was opened; the audit log has both.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Chosen, Setting, store};
use crate::audit::{Chain, Event};
use crate::db::{self, Conn, Timestamp, UserId};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRefusal {
    /// Somebody else changed them since the page was opened.
    #[error("Somebody changed the preferences in the meantime.")]
    Stale,
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Only what changed. `None`: not chosen, so the default held or holds.
#[derive(Serialize)]
struct BeforeAndAfter<'a> {
    before: BTreeMap<Setting, Option<&'a str>>,
    after: BTreeMap<Setting, Option<&'a str>>,
}

/// Puts `wanted` in place of what was chosen, if that still is as it was `shown`. The transaction must be in the
/// administrative lane; that the actor is there and may do this was asked in it.
///
/// Errors: a refusal; the transaction must then be given up.
pub fn change(
    conn: &mut Conn,
    chain: &Chain,
    actor: UserId,
    shown: &Chosen,
    wanted: &Chosen,
    now: Timestamp,
) -> Result<(), ChangeRefusal> {
    let before = store::all(conn)?;
    let changed = wanted.differences(&before);
    if changed.is_empty() {
        return Ok(());
    }
    if before != *shown {
        return Err(ChangeRefusal::Stale);
    }
    for setting in &changed {
        store::set(conn, *setting, wanted.get(*setting))?;
    }
    let details = BeforeAndAfter { before: values(&before, &changed), after: values(wanted, &changed) };
    chain.record(conn, now, &[Event::new("preferences.changed", Some(actor)).with(&details)])?;
    Ok(())
}

fn values<'a>(chosen: &'a Chosen, settings: &[Setting]) -> BTreeMap<Setting, Option<&'a str>> {
    settings.iter().map(|setting| (*setting, chosen.get(*setting))).collect()
}
