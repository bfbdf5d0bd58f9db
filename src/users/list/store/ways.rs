//! How to come to those who match: one by one if they are few, else along an index that is in the wanted order.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::super::search::Words;
use super::super::sort::{By, Sort};
use super::super::{Filter, Show};
use super::clauses::{self, Clause};
use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, MultiBackend, Result, Timestamp};
use crate::users::counts;
use crate::web::pagination::ROWS;

pub type Query = users::BoxedQuery<'static, MultiBackend>;

/// What each costs with 10,000 and with 1,000,000 people is in `docs/benchmark.md`.
pub enum Way {
    /// Few enough to be read one by one, and sorted.
    These(Vec<i64>),
    /// So many that reading along the index of the order soon fills a page.
    Walk,
    /// Along the index of one company or job role, which is by name.
    WalkHome,
    /// In no order: for counting, and for taking all.
    Any,
}

impl Way {
    /// True if rows come in the order of the list by themselves.
    pub fn is_in_order(&self) -> bool {
        matches!(self, Way::Walk | Way::WalkHome)
    }
}

/// Everybody who matches, and the way to them; `None` if that is nobody. Without an order: for all of them.
pub fn matching(conn: &mut Conn, filter: &Filter, sort: Option<Sort>, now: Timestamp) -> Result<Option<(Query, Way)>> {
    let words = Words::of(&filter.searched());
    if words.is_empty() && !filter.searched().is_empty() {
        return Ok(None); // nothing that could be part of a name
    }
    let Some(clauses) = clauses::of(filter) else { return Ok(None) };
    let beginning = words.first().map(|word| beginning(conn, filter.show, word)).transpose()?;
    let way = choose(conn, filter, &words, &clauses, beginning.as_ref(), sort, now)?;
    let is_by_state = match way {
        Way::These(_) | Way::WalkHome => false,
        Way::Any => clauses.is_empty(),
        Way::Walk => true,
    };
    let mut query = of_state(filter.show, !is_by_state);
    if let Some(beginning) = &beginning {
        // Along another order, the index of the key would be taken instead, and all who begin so be sorted.
        let is_aside = matches!(way, Way::Walk) && sort.is_some_and(|sort| sort.by != beginning.key);
        query = if is_aside { beginning.filter_aside(query) } else { beginning.filter(query) };
    }
    let is_by_time = match way {
        Way::Walk => sort.is_some_and(|sort| sort.by == By::LastSignIn),
        Way::Any => clauses.is_empty(),
        _ => false,
    };
    query = signed_in(query, filter.show, is_by_time, now);
    if matches!(way, Way::WalkHome | Way::Any) {
        query = query.filter(sql::<Bool>("users.state <> 'deleted'")); // the condition of the indexes
    }
    for clause in &clauses {
        let open = match (&way, clause) {
            (Way::Any, _) => true,
            (Way::WalkHome, Clause::In(..)) => true,
            (Way::Walk, Clause::SignedIn(..)) => is_by_time,
            _ => false,
        };
        query = query.filter(clause.condition(conn, open));
    }
    for condition in words.conditions(conn) {
        query = query.filter(condition);
    }
    if let Way::These(ids) = &way {
        if ids.is_empty() {
            return Ok(None);
        }
        query = query.filter(among(users::id, ids));
    }
    Ok(Some((query, way)))
}

/// Everybody in the states of a filter. Written out, not bound: so the indexes of one state are known to fit.
/// `hidden`: so that none of them is used.
fn of_state(show: Show, hidden: bool) -> Query {
    let state = if hidden { "users.state || ''" } else { "users.state" };
    users::table.into_boxed::<MultiBackend>().filter(sql::<Bool>(&match show {
        Show::Deactivated => format!("{state} = 'deactivated'"),
        Show::All => format!("{state} <> 'deleted'"),
        Show::Active | Show::NeverSignedIn | Show::NoSignInFor90Days => format!("{state} = 'active'"),
    }))
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
        let begins = sql::<Bool>(&format!("({key} || '' >= ")).bind::<Text, _>(from);
        query.filter(begins.sql(&format!(" AND {key} || '' < ")).bind::<Text, _>(to).sql(")"))
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
    let somebody = by_name.filter(of_state(show, false)).limit(1).select(users::id).load::<i64>(conn)?;
    Ok(if somebody.is_empty() { Beginning { key: By::Email, ..by_name } } else { by_name })
}

/// People who have not signed in: never, or not for 90 days since they were made.
fn signed_in(query: Query, show: Show, by_index: bool, now: Timestamp) -> Query {
    let column = if by_index { "users.last_sign_in_at" } else { "users.last_sign_in_at + 0" };
    let long_ago = now.plus_days(-90);
    match show {
        Show::NeverSignedIn => query.filter(sql::<Bool>(&format!("{column} = 0"))),
        Show::NoSignInFor90Days => query
            .filter(sql::<Bool>(&format!("{column} < ")).bind::<BigInt, _>(long_ago))
            .filter(sql::<Bool>("users.created_at + 0 < ").bind::<BigInt, _>(long_ago)),
        Show::Active | Show::Deactivated | Show::All => query,
    }
}

fn choose(
    conn: &mut Conn,
    filter: &Filter,
    words: &Words,
    clauses: &[Clause],
    beginning: Option<&Beginning>,
    sort: Option<Sort>,
    now: Timestamp,
) -> Result<Way> {
    for clause in clauses {
        if let Some(these) = found_by(conn, clause)? {
            return Ok(Way::These(these));
        }
    }
    let Some(sort) = sort else { return few_by_search(conn, words).map(|few| few.unwrap_or(Way::Any)) };
    if let Some(beginning) = beginning {
        if beginning.key == sort.by {
            return Ok(Way::Walk);
        }
        let few = few(conn)?;
        let query = beginning.filter(of_state(filter.show, false));
        let hits: Vec<i64> = query.limit(few + 1).select(users::id).load(conn)?;
        return Ok(if hits.len() as i64 <= few { Way::These(hits) } else { Way::Walk });
    }
    if let Some(these) = few_by_search(conn, words)? {
        return Ok(these);
    }
    if matches!(filter.show, Show::NeverSignedIn | Show::NoSignInFor90Days) && sort.by != By::LastSignIn {
        let few = few(conn)?;
        let query = of_state(filter.show, false);
        let hits: Vec<i64> = signed_in(query, filter.show, true, now).limit(few + 1).select(users::id).load(conn)?;
        if hits.len() as i64 <= few {
            return Ok(Way::These(hits));
        }
    }
    let is_by_home = matches!(clauses, [Clause::In(home, _)] if home.has_no_further());
    Ok(if is_by_home && sort.by == By::Name && !words.has_long_word() { Way::WalkHome } else { Way::Walk })
}

fn few_by_search(conn: &mut Conn, words: &Words) -> Result<Option<Way>> {
    if !words.has_long_word() {
        return Ok(None);
    }
    let few = few(conn)?;
    let hits = words.find(conn, few + 1)?;
    Ok((hits.len() as i64 <= few).then_some(Way::These(hits)))
}

/// Those who match one clause, if they are few.
fn found_by(conn: &mut Conn, clause: &Clause) -> Result<Option<Vec<i64>>> {
    let few = few(conn)?;
    for probe in clause.probes(conn) {
        // One row tells that there are more; only few are worth being read.
        if !probe.offset(few).limit(1).select(users::id).load::<i64>(conn)?.is_empty() {
            return Ok(None);
        }
    }
    let mut ids: Vec<i64> = Vec::new();
    for probe in clause.probes(conn) {
        ids.extend(probe.limit(few).select(users::id).load::<i64>(conn)?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

/// Up to how many it is less work to read them all and sort than to walk until a page is full: of N people with h
/// hits, a walk reads about 50 N / h rows; sorting reads h, each of which costs a little more.
fn few(conn: &mut Conn) -> Result<i64> {
    let people = counts::read(conn)?;
    let people = (people.active + people.deactivated).max(0) as f64;
    Ok(((ROWS as f64 * people).sqrt() as i64 / 2).max(200))
}
