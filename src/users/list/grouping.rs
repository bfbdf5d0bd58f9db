//! Grouping the Users list: each group is the list with one thing more said by its filter.

use super::value::InUnit;
use super::{Filter, Show};
use crate::db::text_enum;
use crate::licenses::{AccessLevel, LicenseType};
use crate::users::units::{self, Named};

text_enum! {
    /// By what people are put together.
    pub enum Grouping {
        Level = "access_level",
        License = "license",
        Team = "team",
        Company = "company",
        Status = "status",
    }
}

/// Rows of a group that are shown; the list of the group has them all.
pub const ROWS: usize = 10;
/// Teams or companies on a page.
pub const UNITS: usize = 10;

/// A group, before anybody is read: its name, and who is in it.
#[derive(Debug, Clone)]
pub struct Of {
    pub name: String,
    /// Of a team or a company: where a page of groups can begin.
    pub key: String,
    pub filter: Filter,
}

impl Grouping {
    pub fn name(self) -> &'static str {
        match self {
            Grouping::Level => "Access Level",
            Grouping::License => "License",
            Grouping::Team => "Team",
            Grouping::Company => "Company",
            Grouping::Status => "Status",
        }
    }

    /// The kind of unit whose names are needed.
    pub fn units(self) -> Option<units::Unit> {
        match self {
            Grouping::Team => Some(units::Unit::Team),
            Grouping::Company => Some(units::Unit::Company),
            _ => None,
        }
    }

    /// The groups of a list, in the order of the pages. A filter that names one already has only that one.
    pub fn groups(self, filter: &Filter, units: &[Named]) -> Vec<Of> {
        let narrowed = |name: &str, change: &dyn Fn(&mut Filter)| {
            let mut narrowed = filter.clone();
            change(&mut narrowed);
            Of { name: name.to_owned(), key: String::new(), filter: narrowed }
        };
        let mut groups: Vec<Of> = match self {
            Grouping::Level => {
                let levels = AccessLevel::ALL.iter().filter(|level| filter.level.is_none_or(|only| only == **level));
                levels.map(|level| narrowed(level.name(), &|f| f.level = Some(*level))).collect()
            }
            Grouping::License => {
                let all = LicenseType::ALL.iter().filter(|kind| filter.license.is_none_or(|only| only == **kind));
                all.map(|license| narrowed(license.name(), &|f| f.license = Some(*license))).collect()
            }
            Grouping::Status => match filter.show {
                Show::All => {
                    [Show::Active, Show::Deactivated].map(|show| narrowed(show.name(), &|f| f.show = show)).into()
                }
                show => vec![narrowed(show.name(), &|_| {})],
            },
            Grouping::Team => by_unit(units, "No team", filter.team, &narrowed, &|f, unit| f.team = Some(unit)),
            Grouping::Company => {
                by_unit(units, "No company", filter.company, &narrowed, &|f, unit| f.company = Some(unit))
            }
        };
        let says_nothing_of_off = filter.level.is_none() && filter.license.is_none();
        if matches!(self, Grouping::Level | Grouping::License) && says_nothing_of_off {
            match filter.show {
                Show::Deactivated => groups = vec![narrowed("None: deactivated", &|_| {})],
                Show::All => groups.push(narrowed("None: deactivated", &|f| f.show = Show::Deactivated)),
                _ => {}
            }
        }
        groups
    }
}

fn by_unit(
    units: &[Named],
    none: &str,
    only: Option<InUnit>,
    narrowed: &dyn Fn(&str, &dyn Fn(&mut Filter)) -> Of,
    set: &dyn Fn(&mut Filter, InUnit),
) -> Vec<Of> {
    let named = units.iter().map(|unit| (unit.name.as_str(), InUnit::Of(unit.id)));
    let all = named.chain([(none, InUnit::None)]).filter(|(_, unit)| only.is_none_or(|only| only == *unit));
    all.map(|(name, unit)| Of { key: unit.as_word(), ..narrowed(name, &|filter| set(filter, unit)) }).collect()
}
