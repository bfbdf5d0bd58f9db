//! Companies, teams, groups and job roles: what people belong to, and what each is called.
//!
//! A company and a job role is one column of the person: whoever is added to another one moves. A team and a group is
//! the home of some, and has further members beside them.

pub mod change;
pub mod list;
pub mod members;
mod store;

pub use store::counts::{active_members, tally};
pub use store::members::{Member, page as members_page};
pub use store::placed::{Placed, placed};
pub use store::{Named, all, by_id, find};

use crate::db::text_enum;

macro_rules! acts {
    ($unit:literal) => {
        Acts {
            created: concat!($unit, ".created"),
            renamed: concat!($unit, ".renamed"),
            retired: concat!($unit, ".retired"),
            brought_back: concat!($unit, ".brought_back"),
        }
    };
}

text_enum! {
    /// What people belong to, each under the word of its address.
    pub enum Unit {
        Company = "companies",
        Team = "teams",
        Group = "groups",
        JobRole = "job-roles",
    }
}

/// How somebody belongs to a team or a group. To a company and to a job role there is one way only: `Home`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// The one the person has: their company, their job role, their home team, their home group.
    Home,
    /// Beside the one that is their home.
    Further,
}

impl Unit {
    /// `team`
    pub fn noun(self) -> &'static str {
        match self {
            Unit::Company => "company",
            Unit::Team => "team",
            Unit::Group => "group",
            Unit::JobRole => "job role",
        }
    }

    /// `teams`
    pub fn many(self) -> &'static str {
        match self {
            Unit::JobRole => "job roles",
            unit => unit.as_str(),
        }
    }

    /// `Teams`
    pub fn title(self) -> &'static str {
        match self {
            Unit::Company => "Companies",
            Unit::Team => "Teams",
            Unit::Group => "Groups",
            Unit::JobRole => "Job Roles",
        }
    }

    /// True if people may belong to others beside the one that is their home.
    pub fn has_further(self) -> bool {
        self.further().is_some()
    }

    /// `/teams/5`
    pub fn address(self, id: i64) -> String {
        format!("/{}/{id}", self.as_str())
    }

    fn table(self) -> &'static str {
        match self {
            Unit::JobRole => "job_roles",
            unit => unit.as_str(),
        }
    }

    /// The column of `users`, and of the table of further members.
    fn column(self) -> &'static str {
        match self {
            Unit::Company => "company_id",
            Unit::Team => "team_id",
            Unit::Group => "group_id",
            Unit::JobRole => "job_role_id",
        }
    }

    /// The table of further members.
    fn further(self) -> Option<&'static str> {
        match self {
            Unit::Team => Some("team_members"),
            Unit::Group => Some("group_members"),
            Unit::Company | Unit::JobRole => None,
        }
    }

    fn acts(self) -> &'static Acts {
        match self {
            Unit::Company => &acts!("company"),
            Unit::Team => &acts!("team"),
            Unit::Group => &acts!("group"),
            Unit::JobRole => &acts!("job_role"),
        }
    }
}

/// The words of the audit log for what happens to a unit.
struct Acts {
    created: &'static str,
    renamed: &'static str,
    retired: &'static str,
    brought_back: &'static str,
}
