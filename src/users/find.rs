//! Finding people for pickers: active ones only, by parts of their name or address, a handful at a time.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use super::State;
use super::actor;
use super::list::{self, Filter, Row, Show, Sort, Words};
use super::names;
use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};

/// People a picker lists at once.
pub const MATCHES: usize = 20;

/// Up to `MATCHES` active people by name, found as in the Users list.
pub fn active(conn: &mut Conn, text: &str, now: Timestamp) -> Result<Vec<Row>> {
    let filter = Filter { q: text.to_owned(), ..Filter::default() };
    let rows = list::chunk(conn, &filter, Sort::BY_NAME, None, MATCHES as i64, now)?;
    Ok(rows.into_iter().filter(|row| row.leaves_at.is_none_or(|at| at > now)).collect())
}

/// Whom somebody meant who typed a name or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Nobody,
    One(UserId),
    Several,
}

/// Among whom somebody is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Who is active, and not past their leave date.
    Active,
    /// On or off, but not in the recycle bin.
    Live,
}

/// The one person of this address or of this whole name; else the only one that a search finds.
pub fn typed(conn: &mut Conn, text: &str, scope: Scope, now: Timestamp) -> Result<Found> {
    let of_scope = || {
        let people = users::table.into_boxed::<MultiBackend>();
        match scope {
            Scope::Active => people.filter(actor::has_access(now)),
            Scope::Live => people.filter(users::state.ne(State::Deleted)),
        }
    };
    let by_email = of_scope().filter(users::email_key.eq(names::email_key(text)));
    let by_name = of_scope().filter(users::name_key.eq(names::fold(text)));
    for query in [by_email, by_name] {
        let found: Vec<UserId> = query.order(users::id).limit(2).select(users::id).load(conn)?;
        match found[..] {
            [] => {}
            [one] => return Ok(Found::One(one)),
            _ => return Ok(Found::Several),
        }
    }
    if names::fold(text).is_empty() { Ok(Found::Nobody) } else { searched(conn, text, scope, now) }
}

/// The only one whom a search finds. Where more are found than are looked through, there may be several.
fn searched(conn: &mut Conn, text: &str, scope: Scope, now: Timestamp) -> Result<Found> {
    let show = if scope == Scope::Active { Show::Active } else { Show::All };
    let filter = Filter { q: text.to_owned(), show, ..Filter::default() };
    let rows = list::chunk(conn, &filter, Sort::BY_NAME, None, MATCHES as i64, now)?;
    let is_meant = |row: &&Row| scope == Scope::Live || row.leaves_at.is_none_or(|at| at > now);
    let found: Vec<UserId> = rows.iter().filter(is_meant).map(|row| row.id).collect();
    Ok(match found[..] {
        _ if rows.len() == MATCHES => Found::Several,
        [] => Found::Nobody,
        [one] => Found::One(one),
        _ => Found::Several,
    })
}

/// Everybody but those in the recycle bin. Written out, so that the indexes of them are known to fit.
pub const LIVE: &str = "users.state <> 'deleted'";
/// Everybody, in two parts that each have indexes.
pub const STATES: [&str; 2] = [LIVE, "users.state = 'deleted'"];

/// Whoever has this address or this whole name, in any state, also deleted; else those whom a search finds. No more than
/// `limit`, by their ids.
pub fn anybody(conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<(String, UserId)>> {
    let (email, name) = (names::email_key(text), names::fold(text));
    let found = in_each_state(conn, limit, |_, query| query.filter(users::email_key.eq(email.clone())))?;
    if !found.is_empty() {
        return Ok(found);
    }
    let found = in_each_state(conn, limit, |_, query| query.filter(users::name_key.eq(name.clone())))?;
    if !found.is_empty() {
        return Ok(found);
    }
    let words = Words::of(text);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let hits = if words.has_long_word() { words.find(conn, SEARCHED)?.0 } else { Vec::new() };
    in_each_state(conn, limit, |conn, query| {
        let query = words.conditions(conn).into_iter().fold(query, |query, condition| query.filter(condition));
        match words.first() {
            _ if words.has_long_word() => query.filter(among(users::id, &hits)),
            None => query,
            Some(first) => query
                .filter(users::name_key.ge(first.to_owned()))
                .filter(users::name_key.lt(format!("{first}\u{10FFFF}"))),
        }
    })
}

/// Hits of a search that are looked through for somebody.
const SEARCHED: i64 = 1_000;

type People = users::BoxedQuery<'static, MultiBackend>;

/// The first of each state, of which the first of all are taken: so each statement is along an index.
fn in_each_state(
    conn: &mut Conn,
    limit: i64,
    narrowed: impl Fn(&Conn, People) -> People,
) -> Result<Vec<(String, UserId)>> {
    let mut rows: Vec<(UserId, String, String)> = Vec::new();
    for state in STATES {
        let people = narrowed(conn, users::table.filter(sql::<Bool>(state)).into_boxed::<MultiBackend>());
        // By the sum, so that nobody is read in the order of the ids until enough fit.
        let ordered = people.order(sql::<BigInt>("users.id + 0")).limit(limit);
        rows.extend(
            ordered.select((users::id, users::first_name, users::last_name)).load::<(UserId, String, String)>(conn)?,
        );
    }
    rows.sort_unstable_by_key(|row| row.0);
    rows.truncate(limit as usize);
    Ok(rows.into_iter().map(|(id, first_name, last_name)| (format!("{first_name} {last_name}"), id)).collect())
}

/// The name of somebody in any state; `None`: they were erased, or never were.
pub fn name_of(conn: &mut Conn, id: UserId) -> Result<Option<String>> {
    let name = users::table.find(id).select((users::first_name, users::last_name)).first(conn).optional()?;
    Ok(name.map(|(first_name, last_name): (String, String)| format!("{first_name} {last_name}")))
}

/// The names of these people, whatever their state.
pub fn names_of(conn: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, String>> {
    let rows: Vec<(UserId, String, String)> = users::table
        .filter(among(users::id, ids))
        .select((users::id, users::first_name, users::last_name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, first, last)| (id, format!("{first} {last}"))).collect())
}

/// Name and state of somebody, whatever that is. Who is past their leave date is as good as deactivated.
pub fn candidate(conn: &mut Conn, id: UserId, now: Timestamp) -> Result<Option<(String, State)>> {
    let columns = (users::first_name, users::last_name, users::state, users::leaves_at);
    let row: Option<(String, String, State, Option<Timestamp>)> =
        users::table.find(id).select(columns).first(conn).optional()?;
    Ok(row.map(|(first_name, last_name, state, leaves_at)| {
        let has_left = state == State::Active && leaves_at.is_some_and(|at| at <= now);
        (format!("{first_name} {last_name}"), if has_left { State::Deactivated } else { state })
    }))
}

/// Keeps these people's state as it is until the writing transaction ends. In the order of their ids, as every act does,
/// so that nobody waits in a circle. SQLite writes one at a time and needs nothing.
pub fn hold(conn: &mut Conn, ids: &[UserId]) -> Result<()> {
    if let Conn::Postgres(c) = conn {
        let held = users::table.filter(among(users::id, ids)).order(users::id).select(users::id).for_share();
        held.load::<UserId>(c)?;
    }
    Ok(())
}
