//! People as somebody types them into a filter.

use diesel::prelude::*;

use super::super::{Filter, Show, Sort};
use crate::db::schema::users;
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::find::Typed;
use crate::users::{State, names};

/// The one person whom somebody typed by name or address: on or off, but not in the recycle bin.
pub fn typed(conn: &mut Conn, text: &str, now: Timestamp) -> Result<Typed> {
    let there = users::table.filter(users::state.ne(State::Deleted)).select(users::id).order(users::id).limit(2);
    let mut found: Vec<UserId> = there.filter(users::email_key.eq(names::email_key(text))).load(conn)?;
    if found.is_empty() {
        found = there.filter(users::name_key.eq(names::fold(text))).load(conn)?;
    }
    if found.is_empty() && !names::fold(text).is_empty() {
        let filter = Filter { q: text.to_owned(), show: Show::All, ..Filter::default() };
        found = super::chunk(conn, &filter, Sort::BY_NAME, None, 2, now)?.iter().map(|row| row.id).collect();
    }
    Ok(match found[..] {
        [] => Typed::Nobody,
        [one] => Typed::One(one),
        _ => Typed::Several,
    })
}

/// The address of somebody, for a field that takes one.
pub fn email_of(conn: &mut Conn, id: UserId) -> Result<Option<String>> {
    Ok(users::table.find(id).filter(users::state.ne(State::Deleted)).select(users::email).first(conn).optional()?)
}
