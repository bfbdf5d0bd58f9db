//! Who reports to whom, over however many managers.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::db::schema::users;
use crate::db::{Conn, MultiBackend, Result, UserId};
use crate::users::State;
use crate::web::pagination::{Place, ROWS, Rows, Toward};

/// Managers that a page names above somebody.
const LEVELS: i64 = 12;

/// A manager above somebody, nearest first.
#[derive(Debug, Clone, QueryableByName)]
pub struct Above {
    #[diesel(sql_type = BigInt)]
    pub id: UserId,
    #[diesel(sql_type = Text)]
    pub first_name: String,
    #[diesel(sql_type = Text)]
    pub last_name: String,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Text)]
    pub state: State,
}

/// The managers above somebody, nearest first, up to the first who is deleted.
pub fn above(conn: &mut Conn, user: UserId) -> Result<Vec<Above>> {
    Ok(diesel::sql_query(format!(
        "WITH RECURSIVE chain(level, id) AS (SELECT CAST(1 AS BIGINT), manager_id FROM users WHERE id = $1 UNION ALL \
         SELECT chain.level + 1, users.manager_id FROM users JOIN chain ON users.id = chain.id \
         WHERE users.state <> 'deleted' AND chain.level < {LEVELS}) \
         SELECT users.id, users.first_name, users.last_name, users.title, users.state FROM chain \
         JOIN users ON users.id = chain.id WHERE users.state <> 'deleted' ORDER BY chain.level",
    ))
    .bind::<BigInt, _>(user)
    .load(conn)?)
}

/// Somebody who reports to a manager.
#[derive(Debug, Clone, Queryable)]
pub struct Report {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub title: String,
    pub state: State,
    name_key: String,
}

/// Who reports to somebody, by name, a page at a time.
pub fn reports(conn: &mut Conn, manager: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Report>> {
    let place = from.and_then(Place::<String>::from_word);
    let mut query = users::table
        .filter(users::manager_id.eq(manager))
        .filter(users::state.ne(State::Deleted))
        .select((users::id, users::first_name, users::last_name, users::title, users::state, users::name_key))
        .limit(ROWS as i64 + 1)
        .into_boxed::<MultiBackend>();
    if let Some(Place(key, id)) = &place {
        let text = match toward {
            Toward::Next => "(name_key, id) > (",
            Toward::Previous => "(name_key, id) < (",
        };
        let beyond = sql::<Bool>(text).bind::<Text, _>(key.clone()).sql(", ").bind::<BigInt, _>(*id).sql(")");
        query = query.filter(beyond);
    }
    query = match toward {
        Toward::Next => query.order((users::name_key.asc(), users::id.asc())),
        Toward::Previous => query.order((users::name_key.desc(), users::id.desc())),
    };
    let rows: Vec<Report> = query.load(conn)?;
    Ok(Rows::cut(rows, toward, place.is_some(), |row| Place(row.name_key.clone(), row.id.0)))
}
