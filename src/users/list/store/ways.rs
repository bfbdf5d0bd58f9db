//! How to come to those who match: one by one if they are few, else along an index that is in the wanted order.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::super::search::Words;
use super::super::sort::{By, Sort};
use super::super::{Filter, Show};
use super::clauses::{self, Clause};
use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, MultiBackend, Result, Timestamp};
use crate::users::counts;

pub type Query = users::BoxedQuery<'static, MultiBackend>;

/// What each costs with 10,000 and with 1,000,000 people is in `docs/benchmark.md`.
enum Way {
    /// Few enough to be read one by one, and sorted.
    These(Vec<i64>),
    /// So few that match this one of the clauses that all its entries are read, and sorted: its index holds the keys.
    Gather(usize),
    /// So many that reading along the index of the order soon fills a page. It holds all that a filter asks, so nobody's row
    /// is read who does not match.
    Walk,
    /// Along the index of the one field that is asked, which is by name.
    WalkField,
    /// In no order: for counting, and for taking all.
    Any,
}

/// What is looked for once, though each group of a list asks for it.
#[derive(Default)]
pub struct Known {
    /// The hits of the search, if they are few.
    hits: Option<Option<Vec<i64>>>,
    /// What the filter asks, with the operations of those who are off.
    off: Option<Option<Clause>>,
}

impl Known {
    /// The clause with its operations looked for; `None`: there are none, and nobody matches.
    fn resolved(&mut self, conn: &mut Conn, clause: Clause) -> Result<Option<Clause>> {
        if !matches!(clause, Clause::Off { .. }) {
            return Ok(Some(clause));
        }
        if self.off.is_none() {
            self.off = Some(clause.resolve(conn)?);
        }
        Ok(self.off.clone().flatten())
    }

    fn few_hits(&mut self, conn: &mut Conn, words: &Words, few: i64) -> Result<Option<Vec<i64>>> {
        if !words.has_long_word() {
            return Ok(None);
        }
        if self.hits.is_none() {
            let (hits, is_all) = words.find(conn, few)?;
            self.hits = Some(is_all.then_some(hits));
        }
        Ok(self.hits.clone().flatten())
    }
}

/// Everybody who matches a filter, and the way to them.
pub struct Matching<'a> {
    filter: &'a Filter,
    clauses: Vec<Clause>,
    words: Words,
    beginning: Option<Beginning>,
    sort: Option<Sort>,
    way: Way,
    now: Timestamp,
}

impl<'a> Matching<'a> {
    /// `None`: nobody matches. Without an order: for all of them.
    pub fn of(
        conn: &mut Conn,
        filter: &'a Filter,
        sort: Option<Sort>,
        known: &mut Known,
        now: Timestamp,
    ) -> Result<Option<Self>> {
        let words = Words::of(&filter.searched());
        if words.is_empty() && !filter.searched().is_empty() {
            return Ok(None); // nothing that could be part of a name
        }
        let Some(asked) = clauses::of(filter) else { return Ok(None) };
        let mut clauses = Vec::with_capacity(asked.len());
        for clause in asked {
            let Some(clause) = known.resolved(conn, clause)? else { return Ok(None) };
            clauses.push(clause);
        }
        let beginning = words.first().map(|word| beginning(conn, filter.show, word)).transpose()?;
        let mut matching = Matching { filter, clauses, words, beginning, sort, way: Way::Any, now };
        matching.way = matching.choose(conn, known)?;
        Ok(if matches!(&matching.way, Way::These(ids) if ids.is_empty()) { None } else { Some(matching) })
    }

    /// True if rows come in the order of the list by themselves.
    pub fn is_in_order(&self) -> bool {
        matches!(self.way, Way::Walk | Way::WalkField)
    }

    /// True if a walk passes nobody by: only the state is asked.
    pub fn is_everybody(&self) -> bool {
        let is_of_state = matches!(self.filter.show, Show::Active | Show::Deactivated | Show::All);
        matches!(self.way, Way::Walk) && is_of_state && self.clauses.is_empty() && self.filter.searched().is_empty()
    }

    /// Queries that together find all. Each state has an index of each order, so that a walk through all people is several.
    /// Some people may be found by more than one of them.
    pub fn queries(&self, conn: &Conn) -> Vec<Query> {
        let shows: &[Show] = match (&self.way, self.filter.show) {
            (Way::Walk, Show::All) => &[Show::Active, Show::Deactivated],
            (Way::Any, Show::All) if self.is_of_time() => &[Show::Active, Show::Deactivated],
            (_, show) => &[show],
        };
        // What is asked may leave nobody of one state.
        let can_match = |show: &&Show| clauses::of(&Filter { show: **show, ..self.filter.clone() }).is_some();
        let of_each = shows.iter().filter(can_match).flat_map(|show| {
            let starts = match self.way {
                Way::Gather(by) => self.clauses[by].probes(conn),
                _ => vec![users::table.into_boxed()],
            };
            starts.into_iter().map(|start| self.query(conn, start, *show)).collect::<Vec<_>>()
        });
        of_each.collect()
    }

    fn query(&self, conn: &Conn, start: Query, show: Show) -> Query {
        let is_by_state = match self.way {
            Way::These(_) | Way::WalkField | Way::Gather(_) => false,
            Way::Any => self.clauses.is_empty() || self.is_of_time(),
            Way::Walk => true,
        };
        let mut query = start.filter(of_state(show, !is_by_state));
        if let Some(beginning) = &self.beginning {
            // Off the way, the index of the key would be taken instead, and all who begin so be looked at.
            let is_way = match self.way {
                Way::Walk | Way::WalkField => self.sort.is_some_and(|sort| sort.by == beginning.key),
                Way::Any => true,
                Way::These(_) | Way::Gather(_) => false,
            };
            query = if is_way { beginning.filter(query) } else { beginning.filter_aside(query) };
        }
        let is_by_time = match self.way {
            Way::Walk => self.sort.is_some_and(|sort| sort.by == By::LastSignIn),
            Way::Any => self.clauses.is_empty(),
            _ => false,
        };
        query = signed_in(query, show, is_by_time, self.now);
        if matches!(self.way, Way::WalkField | Way::Any) {
            query = query.filter(sql::<Bool>("users.state <> 'deleted'")); // the condition of the indexes
        }
        for (at, clause) in self.clauses.iter().enumerate() {
            let open = match (&self.way, clause) {
                (Way::Gather(by), _) if *by == at => continue, // the start says it
                (Way::Any | Way::WalkField, _) => true,
                (Way::Walk, Clause::SignedIn(..)) => is_by_time,
                _ => false,
            };
            query = query.filter(clause.condition(conn, open));
        }
        for condition in self.words.conditions(conn) {
            query = query.filter(condition);
        }
        match &self.way {
            Way::These(ids) => query.filter(among(users::id, ids)),
            _ => query,
        }
    }

    /// True if nothing is asked but when somebody last signed in: the index of that begins with the state.
    fn is_of_time(&self) -> bool {
        matches!(self.clauses.as_slice(), [Clause::SignedIn(..)])
    }

    fn choose(&self, conn: &mut Conn, known: &mut Known) -> Result<Way> {
        let clauses = self.clauses.as_slice();
        let is_of_field = matches!(clauses, [clause] if clause.is_by_name())
            && matches!(self.filter.show, Show::Active | Show::All)
            && !self.words.has_long_word()
            && self.beginning.as_ref().is_none_or(|beginning| beginning.key == By::Name);
        if is_of_field && self.sort.is_some_and(|sort| sort.by == By::Name) {
            return Ok(Way::WalkField);
        }
        let few = Few::of(conn)?;
        let is_alone = clauses.len() == 1 && self.words.is_empty();
        for (at, clause) in clauses.iter().enumerate() {
            if is_few(conn, clause, if is_alone { few.entries } else { few.rows })? {
                return Ok(Way::Gather(at));
            }
        }
        let Some(sort) = self.sort else {
            return Ok(known.few_hits(conn, &self.words, few.rows)?.map_or(Way::Any, Way::These));
        };
        if let Some(beginning) = &self.beginning {
            if beginning.key == sort.by {
                return Ok(Way::Walk);
            }
            return these_or_walk(conn, beginning.filter(of_this_state(self.filter.show)), few.rows);
        }
        if let Some(these) = known.few_hits(conn, &self.words, few.rows)? {
            return Ok(Way::These(these));
        }
        let is_by_absence = matches!(self.filter.show, Show::NeverSignedIn | Show::NoSignInFor90Days);
        if is_by_absence && sort.by != By::LastSignIn {
            let absent = signed_in(of_this_state(self.filter.show), self.filter.show, true, self.now);
            return these_or_walk(conn, absent, few.rows);
        }
        Ok(Way::Walk)
    }
}

fn these_or_walk(conn: &mut Conn, query: Query, few: i64) -> Result<Way> {
    let hits: Vec<i64> = query.limit(few + 1).select(users::id).load(conn)?;
    Ok(if hits.len() as i64 <= few { Way::These(hits) } else { Way::Walk })
}

/// The states of a filter. Written out, not bound: so the indexes of one state are known to fit. `hidden`: so that none of
/// them is used.
fn of_state(show: Show, hidden: bool) -> SqlLiteral<Bool> {
    let states = match show {
        Show::Deactivated => "users.state = 'deactivated'",
        Show::All => "users.state <> 'deleted'",
        Show::Active | Show::NeverSignedIn | Show::NoSignInFor90Days => "users.state = 'active'",
    };
    if hidden { sql(&clauses::aside(states)) } else { sql(states) }
}

fn of_this_state(show: Show) -> Query {
    users::table.into_boxed::<MultiBackend>().filter(of_state(show, false))
}

/// One or two characters, and the key that begins with them.
struct Beginning {
    key: By,
    word: String,
}

impl Beginning {
    fn range(&self) -> (String, String) {
        (self.word.clone(), format!("{}\u{10FFFF}", self.word))
    }

    /// The same, written so that no index is taken for it.
    fn filter_aside(&self, query: Query) -> Query {
        let ((from, to), key) =
            (self.range(), if self.key == By::Email { "users.email_key" } else { "users.name_key" });
        let begins = sql::<Bool>(&format!("CASE WHEN {key} >= ")).bind::<Text, _>(from);
        query.filter(begins.sql(&format!(" AND {key} < ")).bind::<Text, _>(to).sql(" THEN TRUE ELSE FALSE END"))
    }

    /// A range, not LIKE: both databases find it in the index of the key.
    fn filter(&self, query: Query) -> Query {
        let (from, to) = self.range();
        match self.key {
            By::Email => query.filter(users::email_key.ge(from)).filter(users::email_key.lt(to)),
            By::Name | By::LastSignIn => query.filter(users::name_key.ge(from)).filter(users::name_key.lt(to)),
        }
    }
}

/// Names first: one key, so that one index serves whatever is typed, however many begin so.
fn beginning(conn: &mut Conn, show: Show, word: &str) -> Result<Beginning> {
    let by_name = Beginning { key: By::Name, word: word.to_owned() };
    let somebody = by_name.filter(of_this_state(show)).limit(1).select(users::id).load::<i64>(conn)?;
    Ok(if somebody.is_empty() { Beginning { key: By::Email, ..by_name } } else { by_name })
}

/// People who have not signed in: never, or not for 90 days since they were made.
fn signed_in(query: Query, show: Show, by_index: bool, now: Timestamp) -> Query {
    let long_ago = now.plus_days(-90).micros();
    let (time, made) = match show {
        Show::NeverSignedIn => ("users.last_sign_in_at = 0".to_owned(), None),
        Show::NoSignInFor90Days => (
            format!("users.last_sign_in_at < {long_ago}"),
            Some(clauses::aside(&format!("users.created_at < {long_ago}"))),
        ),
        Show::Active | Show::Deactivated | Show::All => return query,
    };
    let query = query.filter(sql::<Bool>(&if by_index { time } else { clauses::aside(&time) }));
    match made {
        Some(made) => query.filter(sql::<Bool>(&made)),
        None => query,
    }
}

/// True if no more than `few` match one clause.
fn is_few(conn: &mut Conn, clause: &Clause, few: i64) -> Result<bool> {
    if matches!(clause, Clause::Off { .. }) {
        return Ok(false); // so many operations that there was no end to looking for them
    }
    for probe in clause.probes(conn) {
        // One row tells that there are more.
        if !probe.offset(few).limit(1).select(users::id).load::<i64>(conn)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Up to how many it is less work to read all who match and sort them than to walk until a page is full: of N people with
/// h hits, a walk passes about 50 N / h entries of an index.
struct Few {
    /// Where each is an entry of an index, too, but for further teams and groups.
    entries: i64,
    /// Where each row has to be looked at, which costs ten times as much.
    rows: i64,
}

impl Few {
    fn of(conn: &mut Conn) -> Result<Few> {
        let counts = counts::read(conn)?;
        let root = ((counts.active + counts.deactivated).max(0) as f64).sqrt() as i64;
        Ok(Few { entries: 3 * root + 50, rows: 3 * root / 2 + 50 })
    }
}
