//! What must always be true of an installation, looked at one by one.

mod files;
mod operations;
mod people;
mod record;
mod store;

use std::path::PathBuf;

use crate::audit::Chain;
use crate::db::{self, Conn, Timestamp};

/// What a check found. A warning is worth knowing, but nothing is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    Wrong(String),
    Warning(String),
}

pub(crate) type Found = db::Result<Vec<Finding>>;

/// What the checks look at beside the database.
pub struct Installation {
    pub chain: Chain,
    pub uploads: PathBuf,
    pub key_file: PathBuf,
    pub now: Timestamp,
}

/// One invariant. `look` only reads.
pub struct Check {
    /// As a sentence that is true if all is right.
    pub name: &'static str,
    look: fn(&mut Conn, &Installation) -> Found,
}

/// Every invariant, in the order of the lines. The first one failing keeps the others from looking: the tables would
/// not be what they expect.
pub const CHECKS: &[Check] = &[
    Check { name: "The database has this program's migrations", look: record::migrations },
    Check { name: "The database is sound", look: record::pages },
    Check { name: "Every reference leads somewhere", look: record::references },
    Check { name: "Seats in use are those that active users hold", look: people::seats_are_held },
    Check { name: "No more seats are used than owned", look: people::seats_are_owned },
    Check { name: "Users are counted right, state by state", look: people::counts },
    Check { name: "Active users have an access level, others none", look: people::levels },
    Check { name: "No two users share an email address", look: people::emails },
    Check { name: "An administrator can sign in", look: people::administrators },
    Check { name: "Sort keys are folded from names and addresses", look: people::keys },
    Check { name: "Every user is found by the search", look: people::search },
    Check { name: "Only active users have sessions", look: people::sessions },
    Check { name: "Operations count what their rows say", look: operations::tallies },
    Check { name: "Running operations are being carried out", look: operations::leases },
    Check { name: "Departures that are due have happened", look: operations::departures },
    Check { name: "Who is being erased will be gone", look: operations::erasures },
    Check { name: "Every document has its file", look: files::documents },
    Check { name: "Every file belongs to a document", look: files::strays },
    Check { name: "The audit log is as it was written", look: record::audit },
    Check { name: "The key file is closed to others", look: files::key_file },
];

/// Looks at everything, each check's result given to `tell` as it comes.
///
/// Errors: the database could not be read.
pub fn examine(
    conn: &mut Conn,
    installation: &Installation,
    mut tell: impl FnMut(&Check, &[Finding]),
) -> db::Result<()> {
    for (place, check) in CHECKS.iter().enumerate() {
        let findings = (check.look)(conn, installation)?;
        let is_wrong = findings.iter().any(|finding| matches!(finding, Finding::Wrong(_)));
        tell(check, &findings);
        if place == 0 && is_wrong {
            break;
        }
    }
    Ok(())
}

/// The first few of many, so that a line stays a line: "3, 5, 9 and 12 more".
fn some_of(items: &[impl std::fmt::Display]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = items.iter().take(SHOWN).map(ToString::to_string).collect();
    match items.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
