//! What the studio's administrators did lately, through the same plans as everything else: a season ended, somebody
//! left, an account that was never used was deleted.

use super::people::{PEOPLE, place};
use super::store::{add_report_runs, everybody};
use crate::audit::Chain;
use crate::db::{self, Conn, Timestamp, UserId};
use crate::lifecycle::run::Lifecycle;
use crate::lifecycle::store::plans;
use crate::lifecycle::{Act, Confirmation, Confirmed, Request, Selection, confirm, make};
use crate::users::{actor, password};

/// Days before today on which the studio began with Roster: before the first operation.
pub const BEGUN: i64 = 45;

struct Done {
    by: (&'static str, &'static str),
    act: Act,
    people: &'static [(&'static str, &'static str)],
    days_ago: i64,
    reason: &'static str,
}

const OPERATIONS: [Done; 3] = [
    Done {
        by: ("Dora", "Okafor"),
        act: Act::Deactivate,
        people: &[("Tomasz", "Zielinski"), ("Beatriz", "Moura")],
        days_ago: 37,
        reason: "End of the season; both come back for the spring catalogue",
    },
    Done {
        by: ("Ada", "Lindqvist"),
        act: Act::Deactivate,
        people: &[("Nils", "Okonkwo")],
        days_ago: 23,
        reason: "Left the studio",
    },
    Done {
        by: ("Jonas", "Weber"),
        act: Act::Delete,
        people: &[("Åsa", "Öberg")],
        days_ago: 12,
        reason: "The contract fell through; never started",
    },
];

/// Seats of a license that these operations free again.
pub fn seats_given_back(license_type: &str) -> i64 {
    let gone = OPERATIONS.iter().flat_map(|done| done.people).map(|(first, last)| &PEOPLE[place(first, last)]);
    gone.filter(|person| person.level.license_type().name() == license_type).count() as i64
}

/// Gives everybody the demo's password and does what was done. In the transaction that loads the demo.
pub fn add_operations(conn: &mut Conn, chain: &Chain, hash: &str, now: Timestamp) -> db::Result<()> {
    let everybody = everybody(conn)?;
    for (user, _) in &everybody {
        password::set(conn, *user, hash, false, now.plus_days(-BEGUN))?;
    }
    let id = |(first, last): (&str, &str)| {
        let key = crate::users::names::email_key(&PEOPLE[place(first, last)].email());
        everybody.iter().find(|(_, email)| *email == key).map_or(UserId(0), |(id, _)| *id)
    };
    let runner = Lifecycle { chain: chain.clone() };
    for done in OPERATIONS {
        let at = now.plus_days(-done.days_ago);
        let actor = actor::present_for_write(conn, id(done.by), at)?.ok_or(db::Error::NotFound)?;
        let selection = Selection::Ticked(done.people.iter().map(|name| id(*name)).collect());
        let request = Request {
            act: done.act,
            selection,
            return_to: "/users".into(),
            reason: String::new(),
            undoes: None,
            leaving: None,
        };
        let plan = make(conn, &actor, &request, at)?.ok_or(db::Error::NotFound)?;
        let fingerprint = plans::find(conn, &plan, at)?.fingerprint;
        let confirmation = Confirmation { plan, fingerprint, reason: done.reason.into(), typed_number: String::new() };
        let confirmed = confirm(conn, &runner, &actor, &confirmation, at)?;
        if !matches!(confirmed, Confirmed::Operation(_)) {
            return Err(db::Error::Other(format!("the demo's operation “{}” was refused", done.reason)));
        }
    }
    add_report_runs(conn, id(("Ada", "Lindqvist")), now.plus_days(-1))
}
