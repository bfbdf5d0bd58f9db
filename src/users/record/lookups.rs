//! What a change of people's values is checked against: addresses, numbers, managers.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};

use crate::db::dialect::{among, among_texts};
use crate::db::schema::users;
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::find::LIVE;
use crate::users::{State, actor};

/// Which of these addresses (folded) somebody has who is not deleted, with who it is.
pub fn holders(conn: &mut Conn, email_keys: &[&str]) -> Result<HashMap<String, UserId>> {
    let held = users::table
        .filter(among_texts(users::email_key, email_keys))
        .filter(sql::<Bool>(LIVE))
        .select((users::email_key, users::id));
    Ok(held.load::<(String, UserId)>(conn)?.into_iter().collect())
}

/// Which of these employee numbers somebody has who is not deleted, with who it is: of old numbers several may have the same.
pub fn number_holders(conn: &mut Conn, numbers: &[&str]) -> Result<HashMap<String, Vec<UserId>>> {
    let mut found: HashMap<String, Vec<UserId>> = HashMap::new();
    let held = users::table
        .filter(sql::<Bool>("users.employee_number <> ''"))
        .filter(among_texts(users::employee_number, numbers))
        .filter(users::state.ne(State::Deleted))
        .select((users::employee_number, users::id));
    for (number, user) in held.load::<(String, UserId)>(conn)? {
        found.entry(number).or_default().push(user);
    }
    Ok(found)
}

/// Everybody above these people, each with whom they report to: a fixed number of statements, whatever the depth.
pub fn managers_above(conn: &mut Conn, ids: &[UserId]) -> Result<HashMap<i64, i64>> {
    #[derive(QueryableByName)]
    struct Pair {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        id: i64,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        manager_id: i64,
    }
    let list = crate::db::dialect::id_list(conn, ids);
    let text = format!(
        "WITH RECURSIVE above(id, manager_id) AS (\
         SELECT id, manager_id FROM users WHERE manager_id IS NOT NULL AND id IN {} UNION \
         SELECT users.id, users.manager_id FROM users JOIN above ON users.id = above.manager_id \
         WHERE users.manager_id IS NOT NULL) SELECT id, manager_id FROM above",
        crate::db::dialect::ids_of(conn, 1)
    );
    let pairs: Vec<Pair> = sql_query(text).bind::<Text, _>(list).load(conn)?;
    Ok(pairs.into_iter().map(|pair| (pair.id, pair.manager_id)).collect())
}

/// Those of these people who are active and not past their leave date.
pub fn with_access(conn: &mut Conn, ids: &[UserId], now: Timestamp) -> Result<Vec<UserId>> {
    let active = users::table.filter(actor::has_access(now)).filter(among(users::id, ids));
    Ok(active.select(users::id).load(conn)?)
}
