//! What is known beside the people themselves before rows are weighed: who holds what already, and who comes.

use std::collections::{HashMap, HashSet};

use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::fields::Value;
use crate::users::record::{self, Record};

/// What a slice needs to know beside the people themselves.
pub struct Known {
    pub records: HashMap<UserId, Record>,
    pub holders: HashMap<String, UserId>,
    /// Who has the employee numbers that are asked for: of old ones several may have the same.
    pub number_holders: HashMap<String, Vec<UserId>>,
    pub managers: HashSet<i64>,
    /// Of those who would be removed: who has history, or something that waits for them.
    pub in_use: HashSet<UserId>,
    /// With whom the update stands that is taken back.
    pub posted: HashSet<UserId>,
}

impl Known {
    /// True if somebody else who is not deleted has this employee number.
    pub fn is_number_taken(&self, number: &Value, user: Option<UserId>) -> bool {
        let holders = self.number_holders.get(number.text()).into_iter().flatten();
        holders.into_iter().any(|holder| Some(*holder) != user)
    }
}

/// Of a file: whoever would report to somebody who does not come has an error, and so has whoever would report to them. Known
/// before the first row is weighed, so that once is enough however long the chain is.
pub fn leave_out_whom_nobody_leads(
    conn: &mut Conn,
    new_people: &mut HashSet<i64>,
    chain: &HashMap<i64, Option<i64>>,
    now: Timestamp,
) -> Result<()> {
    let mut led: HashMap<i64, Vec<i64>> = HashMap::new();
    for (user, manager) in chain {
        if let (Some(manager), true) = (manager, new_people.contains(user)) {
            led.entry(*manager).or_default().push(*user);
        }
    }
    let others: Vec<UserId> = led.keys().filter(|id| !new_people.contains(id)).copied().map(UserId).collect();
    let there: HashSet<UserId> = record::with_access(conn, &others, now)?.into_iter().collect();
    let mut missing: Vec<i64> = others.into_iter().filter(|id| !there.contains(id)).map(|id| id.0).collect();
    while let Some(manager) = missing.pop() {
        for user in led.remove(&manager).unwrap_or_default() {
            new_people.remove(&user);
            missing.push(user);
        }
    }
    Ok(())
}
