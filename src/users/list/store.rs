//! Reads the Users list: a page at a time along an index, or, where few match, those few.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use serde::{Deserialize, Serialize};

use super::filter::By;
use super::search::Words;
use super::{Filter, Show, Sort};
use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::users::{State, counts};
use crate::web::pagination::{Place, ROWS, Rows, Toward};

/// One person in the list.
#[derive(Debug, Clone, Queryable)]
pub struct Row {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub title: String,
    pub email: String,
    pub state: State,
    pub level: Option<AccessLevel>,
    pub last_sign_in_at: Timestamp,
    pub leaves_at: Option<Timestamp>,
    pub leaves_zone: String,
    name_key: String,
    email_key: String,
}

/// A sort key, as it travels in an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Moment(i64),
    Text(String),
}

/// How to come to those who match. Measured with 10,000 and 100,000 people: each takes about as long for both.
enum Way {
    /// Few enough to be read one by one, and sorted.
    These(Vec<i64>),
    /// Found along the index of the key that begins with what was typed, and sorted.
    Sorted,
    /// So many that reading along the index of the order soon fills a page.
    Walk,
}

type Query = users::BoxedQuery<'static, MultiBackend>;

/// A page of those who match, from a place on.
pub fn page(
    conn: &mut Conn,
    filter: &Filter,
    sort: Sort,
    from: Option<&str>,
    toward: Toward,
    now: Timestamp,
) -> Result<Rows<Row>> {
    let place = from.and_then(Place::from_word).filter(|place| fits(sort, place));
    let toward = if place.is_some() { toward } else { Toward::Next };
    let started_inside = place.is_some();
    let rows = read(conn, filter, sort, place, toward, ROWS as i64 + 1, now)?;
    Ok(Rows::cut(rows, toward, started_inside, |row| place_of(row, sort)))
}

/// Up to `limit` of those who match, after the last row of the chunk before: for a file of any size.
pub fn chunk(
    conn: &mut Conn,
    filter: &Filter,
    sort: Sort,
    after: Option<&Row>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Row>> {
    read(conn, filter, sort, after.map(|row| place_of(row, sort)), Toward::Next, limit, now)
}

/// All who match, in the order of their ids.
pub fn ids(conn: &mut Conn, filter: &Filter, now: Timestamp) -> Result<Vec<UserId>> {
    let Some((query, _)) = all(conn, filter, now)? else { return Ok(Vec::new()) };
    let mut ids: Vec<UserId> = query.select(users::id).load(conn)?;
    ids.sort_unstable();
    Ok(ids)
}

/// How many match: read when somebody asks for it, never with a page.
pub fn count(conn: &mut Conn, filter: &Filter, now: Timestamp) -> Result<i64> {
    let Some((query, _)) = all(conn, filter, now)? else { return Ok(0) };
    Ok(query.select(count_star()).first(conn)?)
}

fn all(conn: &mut Conn, filter: &Filter, now: Timestamp) -> Result<Option<(Query, Way)>> {
    let by_time = Sort { by: By::LastSignIn, descending: false };
    matching(conn, filter, by_time, now)
}

fn read(
    conn: &mut Conn,
    filter: &Filter,
    sort: Sort,
    place: Option<Place<Key>>,
    toward: Toward,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Row>> {
    let Some((query, way)) = matching(conn, filter, sort, now)? else { return Ok(Vec::new()) };
    let is_walk = matches!(way, Way::Walk);
    let down = sort.descending != (toward == Toward::Previous);
    let columns = (
        users::id,
        users::first_name,
        users::last_name,
        users::title,
        users::email,
        users::state,
        users::access_level,
        users::last_sign_in_at,
        users::leaves_at,
        users::leaves_zone,
        users::name_key,
        users::email_key,
    );
    let query = query.limit(limit);
    let query = match place {
        Some(place) => after(query, sort, is_walk, place, down),
        None => query,
    };
    let direction = if down { "DESC" } else { "ASC" };
    let order = format!("{} {direction}, users.id {direction}", expression(sort, is_walk));
    Ok(query.order(sql::<Text>(&order)).select(columns).load(conn)?)
}

/// The sort key. Off the walk it is written so that no database takes its index, and reads everybody in that order.
fn expression(sort: Sort, is_walk: bool) -> &'static str {
    match (sort.by, is_walk) {
        (By::Name, true) => "users.name_key",
        (By::Name, false) => "users.name_key || ''",
        (By::Email, true) => "users.email_key",
        (By::Email, false) => "users.email_key || ''",
        (By::LastSignIn, true) => "users.last_sign_in_at",
        (By::LastSignIn, false) => "users.last_sign_in_at + 0",
    }
}

/// Row values, so that people with equal keys are neither lost nor shown twice where pages meet.
fn after(query: Query, sort: Sort, is_walk: bool, Place(key, id): Place<Key>, down: bool) -> Query {
    let start = format!("({}, users.id) {} (", expression(sort, is_walk), if down { "<" } else { ">" });
    let start = sql::<Bool>(&start);
    match key {
        Key::Text(key) => query.filter(start.bind::<Text, _>(key).sql(", ").bind::<BigInt, _>(id).sql(")")),
        Key::Moment(key) => query.filter(start.bind::<BigInt, _>(key).sql(", ").bind::<BigInt, _>(id).sql(")")),
    }
}

fn place_of(row: &Row, sort: Sort) -> Place<Key> {
    let key = match sort.by {
        By::Name => Key::Text(row.name_key.clone()),
        By::Email => Key::Text(row.email_key.clone()),
        By::LastSignIn => Key::Moment(row.last_sign_in_at.micros()),
    };
    Place(key, row.id.0)
}

fn fits(sort: Sort, Place(key, _): &Place<Key>) -> bool {
    match key {
        Key::Text(text) => sort.by != By::LastSignIn && !text.contains('\0'),
        Key::Moment(_) => sort.by == By::LastSignIn,
    }
}

/// Everybody who matches, and the way to them; `None` if that is nobody.
fn matching(conn: &mut Conn, filter: &Filter, sort: Sort, now: Timestamp) -> Result<Option<(Query, Way)>> {
    let words = Words::of(&filter.searched());
    if words.is_empty() && !filter.searched().is_empty() {
        return Ok(None); // nothing that could be part of a name
    }
    let beginning = words.first().map(|word| beginning(conn, filter.show, word)).transpose()?;
    let way = choose_way(conn, filter, &words, beginning.as_ref(), sort, now)?;
    let mut query = of_state(filter.show, matches!(way, Way::These(_)));
    if let Some(beginning) = &beginning {
        query = beginning.filter(query);
    }
    let is_in_order = matches!(way, Way::Walk) && sort.by == By::LastSignIn;
    query = signed_in(query, filter.show, is_in_order, now);
    if let Some(license) = filter.license {
        let levels: Vec<AccessLevel> =
            AccessLevel::ALL.iter().copied().filter(|l| l.license_type() == license).collect();
        query = query.filter(users::access_level.eq_any(levels).assume_not_null());
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
    /// A range, not LIKE: both databases find it in the index of the key.
    fn filter(&self, query: Query) -> Query {
        let (from, to) = (self.word.clone(), format!("{}\u{10FFFF}", self.word));
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
            .filter(users::created_at.lt(long_ago)),
        Show::Active | Show::Deactivated | Show::All => query,
    }
}

fn choose_way(
    conn: &mut Conn,
    filter: &Filter,
    words: &Words,
    beginning: Option<&Beginning>,
    sort: Sort,
    now: Timestamp,
) -> Result<Way> {
    if let Some(beginning) = beginning {
        if beginning.key == sort.by {
            return Ok(Way::Walk);
        }
        let few = few(conn)?;
        let query = beginning.filter(of_state(filter.show, false));
        let hits: Vec<i64> = query.limit(few + 1).select(users::id).load(conn)?;
        return Ok(match sort.by {
            _ if hits.len() as i64 <= few => Way::These(hits),
            By::LastSignIn => Way::Walk,
            By::Name | By::Email => Way::Sorted,
        });
    }
    if words.has_long_word() {
        let few = few(conn)?;
        let hits = words.find(conn, few + 1)?;
        if hits.len() as i64 <= few {
            return Ok(Way::These(hits));
        }
    }
    if matches!(filter.show, Show::NeverSignedIn | Show::NoSignInFor90Days) && sort.by != By::LastSignIn {
        let few = few(conn)?;
        let query = of_state(filter.show, false);
        let hits: Vec<i64> = signed_in(query, filter.show, true, now).limit(few + 1).select(users::id).load(conn)?;
        if hits.len() as i64 <= few {
            return Ok(Way::These(hits));
        }
    }
    Ok(Way::Walk)
}

/// Up to how many it is less work to read them all and sort than to walk until a page is full: of N people with h
/// hits, a walk reads about 50 N / h rows; sorting reads h, each of which costs a little more.
fn few(conn: &mut Conn) -> Result<i64> {
    let people = counts::read(conn)?;
    let people = (people.active + people.deactivated).max(0) as f64;
    Ok(((ROWS as f64 * people).sqrt() as i64 / 2).max(200))
}
