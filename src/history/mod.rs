//! What a user did, and what waits for them, in kinds: counted for a plan, listed on a profile, handed over, cut.
//!
//! Everything that shows or weighs history loops over `kinds()`, everything about duties over `duties()`. A new kind is
//! one file and one line in a list.

pub mod duty;
pub mod kinds;

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};

use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::web::pagination::{Rows, Toward};
use crate::web::text;

pub use duty::Duty;
pub use kinds::{duties, kinds};

/// How much of one kind: the entries, and one more figure whose meaning the kind knows (open ones, minutes).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally(pub i64, pub i64);

impl Tally {
    pub fn entries(self) -> i64 {
        self.0
    }

    fn plus(self, other: Tally) -> Tally {
        Tally(self.0 + other.0, self.1 + other.1)
    }
}

/// One entry, as a line in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub title: String,
    /// The page where it is.
    pub address: Option<String>,
    /// What else there is to know in a few words: the project, the state, the hours.
    pub note: String,
    pub when: When,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    Moment(Timestamp),
    /// A day as it was entered, without a zone: `2026-03-01`.
    Day(String),
}

/// A condition on rows of `users`, for both databases.
pub type Condition = Box<dyn BoxableExpression<users::table, MultiBackend, SqlType = Bool>>;

/// A kind of history or of duties.
pub trait Kind: Sync {
    /// Its word in addresses and in the database.
    fn key(&self) -> &'static str;
    /// The heading of its tab.
    fn title(&self) -> &'static str;
    /// `1`: "work assignment", else "work assignments".
    fn noun(&self, entries: i64) -> &'static str;
    /// What the second figure of a tally says, such as "9 of them open"; `None` if it says nothing.
    fn second(&self, tally: Tally) -> Option<String>;
    /// A tally for each of these users who has any. One statement (or a fixed few), however many users.
    fn count(&self, conn: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, Tally)>>;
    /// True for users who have at least one entry: the condition for a query over `users`.
    fn exists(&self) -> Condition;
    /// Cuts these users' part in up to `limit` entries for good; how many it was. 0: nothing is left.
    fn cut(&self, conn: &mut Conn, users: &[UserId], limit: i64) -> Result<i64>;
    /// A user's entries, newest first, a page at a time.
    fn list(&self, conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Line>>;
}

/// All that one user, or many together, did. Kinds without entries are not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History(BTreeMap<String, Tally>);

impl History {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn of(&self, kind: &dyn Kind) -> Tally {
        self.0.get(kind.key()).copied().unwrap_or_default()
    }

    pub fn entries(&self) -> i64 {
        self.0.values().map(|tally| tally.entries()).sum()
    }

    fn add(&mut self, kind: &dyn Kind, tally: Tally) {
        if tally.entries() > 0 {
            let sum = self.of(kind).plus(tally);
            self.0.insert(kind.key().to_owned(), sum);
        }
    }

    pub fn include(&mut self, other: &History) {
        for kind in kinds() {
            self.add(*kind, other.of(*kind));
        }
    }

    /// "37 work assignments (9 of them open), 64 notes"
    pub fn in_words(&self) -> String {
        let parts = kinds().iter().filter(|kind| self.of(**kind).entries() > 0).map(|kind| {
            let tally = self.of(*kind);
            let second = kind.second(tally).map(|words| format!(" ({words})")).unwrap_or_default();
            format!("{} {}{second}", text::number(tally.entries()), kind.noun(tally.entries()))
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// All kinds, of history and of duties.
pub fn everything() -> impl Iterator<Item = &'static dyn Kind> {
    let waiting = duties().iter().map(|duty| *duty as &dyn Kind);
    kinds().iter().copied().chain(waiting)
}

/// The history of each of these users who has any: a fixed number of statements, however many users.
pub fn count(conn: &mut Conn, users: &[UserId]) -> Result<HashMap<UserId, History>> {
    let mut all: HashMap<UserId, History> = HashMap::new();
    for kind in kinds() {
        for (user, tally) in kind.count(conn, users)? {
            all.entry(user).or_default().add(*kind, tally);
        }
    }
    Ok(all)
}

/// Those of these users who have any history: stops at each user's first entry, so it costs far less than counting.
pub fn any(conn: &mut Conn, ids: &[UserId]) -> Result<HashSet<UserId>> {
    let conditions = kinds().iter().map(|kind| kind.exists());
    let Some(has_any) = conditions.reduce(|one, other| Box::new(one.or(other))) else { return Ok(HashSet::new()) };
    let found: Vec<UserId> = users::table.filter(among(users::id, ids)).filter(has_any).select(users::id).load(conn)?;
    Ok(found.into_iter().collect())
}
