//! What a plan does to licenses, as its page shows it.

use std::collections::BTreeMap;

use super::super::plan::{Plan, shortages};
use super::super::store::plans::{self, Group, Part};
use super::super::{Act, Step, words};
use crate::db::{Conn, Result};
use crate::licenses::{LicenseType, seats};
use crate::users::State;
use crate::web::text::number;

/// Seats of a license type after the plan has run.
pub struct After {
    pub name: &'static str,
    pub figures: String,
    pub is_short: bool,
}

pub fn frees(groups: &[Group]) -> Option<String> {
    let mut seats: BTreeMap<LicenseType, i64> = BTreeMap::new();
    for group in groups {
        if matches!(group.step, Step::Deactivate | Step::Delete) && group.state == State::Active {
            *seats.entry(group.level.license_type()).or_default() += group.users;
        }
    }
    let seats: Vec<(LicenseType, i64)> = seats.into_iter().collect();
    (!seats.is_empty()).then(|| words::licenses(&seats))
}

pub fn short(conn: &mut Conn, plan: &Plan) -> Result<Vec<String>> {
    if !matches!(plan.act, Act::Activate | Act::Undo) {
        return Ok(Vec::new());
    }
    let members = plans::members(conn, &plan.id, Part::ALL)?;
    Ok(shortages(plan.act, &members, &plan.free_seats).iter().map(words::shortage).collect())
}

/// "Standard: 41 of 40", for acts that take seats.
pub fn licenses_after(conn: &mut Conn, plan: &Plan, groups: &[Group]) -> Result<Vec<After>> {
    if !matches!(plan.act, Act::Activate | Act::Restore | Act::Undo) {
        return Ok(Vec::new());
    }
    let takes = |license: LicenseType| -> i64 {
        let taking = groups.iter().filter(|group| matches!(group.step, Step::Activate | Step::Restore));
        taking.filter(|g| g.new_level.is_some_and(|level| level.license_type() == license)).map(|g| g.users).sum()
    };
    let all = seats::all(conn)?.into_iter().filter(|seats| takes(seats.license_type) > 0);
    Ok(all
        .map(|seats| {
            let used = seats.used + takes(seats.license_type);
            let owned = seats.owned.map_or_else(|| "unlimited".to_owned(), |owned| format!("of {}", number(owned)));
            After {
                name: seats.license_type.name(),
                figures: format!("{} {owned}", number(used)),
                is_short: seats.owned.is_some_and(|owned| used > owned),
            }
        })
        .collect())
}
