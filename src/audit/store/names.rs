//! The names of whatever entries speak of by number, as they are now.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use crate::db::dialect::among;
use crate::db::schema::{companies, groups, job_roles, teams, users};
use crate::db::{Conn, Result};

/// What a number in an entry is the number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Of {
    User,
    Company,
    Team,
    Group,
    JobRole,
}

impl Of {
    /// By the name of the field that holds it: `manager`, `company_id`, `team_ids`.
    pub fn field(field: &str) -> Option<Of> {
        let field = field.rsplit('.').next().unwrap_or(field);
        if field == "manager" {
            return Some(Of::User);
        }
        let thing = field.strip_suffix("_ids").or_else(|| field.strip_suffix("_id"))?;
        match thing {
            "manager" | "user" | "actor" => Some(Of::User),
            "company" => Some(Of::Company),
            "team" => Some(Of::Team),
            "group" => Some(Of::Group),
            "job_role" => Some(Of::JobRole),
            _ => None,
        }
    }
}

/// Things to be named.
pub type Wanted = BTreeSet<(Of, i64)>;

#[derive(Debug, Default)]
pub struct Names(HashMap<(Of, i64), String>);

impl Names {
    /// A statement for each kind of thing, however many there are of it.
    pub fn read(conn: &mut Conn, wanted: &Wanted) -> Result<Names> {
        let mut names = HashMap::new();
        for kind in [Of::User, Of::Company, Of::Team, Of::Group, Of::JobRole] {
            let ids: Vec<i64> = wanted.iter().filter(|(of, _)| *of == kind).map(|(_, id)| *id).collect();
            if !ids.is_empty() {
                names.extend(named(conn, kind, &ids)?.into_iter().map(|(id, name)| ((kind, id), name)));
            }
        }
        Ok(Names(names))
    }

    /// `None`: it is gone.
    pub fn of(&self, kind: Of, id: i64) -> Option<&str> {
        self.0.get(&(kind, id)).map(String::as_str)
    }
}

fn named(conn: &mut Conn, kind: Of, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    macro_rules! of {
        ($table:ident) => {
            $table::table.filter(among($table::id, ids)).select(($table::id, $table::name)).load(conn)?
        };
    }
    Ok(match kind {
        Of::User => {
            let people: Vec<(i64, String, String)> = users::table
                .filter(among(users::id, ids))
                .select((users::id, users::first_name, users::last_name))
                .load(conn)?;
            people.into_iter().map(|(id, first, last)| (id, format!("{first} {last}"))).collect()
        }
        Of::Company => of!(companies),
        Of::Team => of!(teams),
        Of::Group => of!(groups),
        Of::JobRole => of!(job_roles),
    })
}
