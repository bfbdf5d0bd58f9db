//! Saved filters and views: each is the part of an address behind the question mark, under a name.

use diesel::prelude::*;

use crate::db::schema::{saved_lists, users};
use crate::db::{Conn, Result, Timestamp, UserId, text_enum};
use crate::users::names;

text_enum! {
    /// What is saved: who is shown, or what is shown of them.
    pub enum Kind {
        Filter = "filter",
        View = "view",
    }
}

/// Of one kind that one person may keep, and that are offered to one.
pub const MOST: i64 = 50;

/// A saved filter or view.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Saved {
    pub id: i64,
    pub owner: Option<UserId>,
    pub kind: Kind,
    pub name: String,
    pub query: String,
    pub is_shared: bool,
    first_name: Option<String>,
    last_name: Option<String>,
}

impl Saved {
    pub fn owner_name(&self) -> String {
        [&self.first_name, &self.last_name].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
    }
}

/// One's own and the shared ones, by name.
pub fn offered(conn: &mut Conn, owner: UserId) -> Result<Vec<Saved>> {
    let mine_or_shared = saved_lists::owner_id.eq(owner).assume_not_null().or(saved_lists::is_shared);
    Ok(saved_lists::table
        .left_join(users::table)
        .filter(mine_or_shared)
        .order((saved_lists::kind, saved_lists::name_key, saved_lists::id))
        .select((
            saved_lists::id,
            saved_lists::owner_id,
            saved_lists::kind,
            saved_lists::name,
            saved_lists::query,
            saved_lists::is_shared,
            users::first_name.nullable(),
            users::last_name.nullable(),
        ))
        .limit(4 * MOST)
        .load(conn)?)
}

/// How many of a kind somebody keeps under other names than this.
pub fn others(conn: &mut Conn, owner: UserId, kind: Kind, name: &str) -> Result<i64> {
    Ok(saved_lists::table
        .filter(saved_lists::owner_id.eq(owner))
        .filter(saved_lists::kind.eq(kind))
        .filter(saved_lists::name_key.ne(names::fold(name)))
        .count()
        .get_result(conn)?)
}

/// Saves it in place of the one of the same name, if there is one.
pub fn save(conn: &mut Conn, owner: UserId, new: &New<'_>, now: Timestamp) -> Result<()> {
    let key = names::fold(new.name);
    let same = saved_lists::table
        .filter(saved_lists::owner_id.eq(owner))
        .filter(saved_lists::kind.eq(new.kind))
        .filter(saved_lists::name_key.eq(&key));
    diesel::delete(same).execute(conn)?;
    diesel::insert_into(saved_lists::table)
        .values((
            saved_lists::owner_id.eq(owner),
            saved_lists::kind.eq(new.kind),
            saved_lists::name.eq(new.name),
            saved_lists::name_key.eq(&key),
            saved_lists::query.eq(new.query),
            saved_lists::is_shared.eq(new.is_shared),
            saved_lists::saved_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// What is to be saved.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    pub kind: Kind,
    pub name: &'a str,
    pub query: &'a str,
    pub is_shared: bool,
}

/// Whose it is, and whether all see it. `None`: it is gone.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<(Option<UserId>, bool)>> {
    let columns = (saved_lists::owner_id, saved_lists::is_shared);
    Ok(saved_lists::table.find(id).select(columns).first(conn).optional()?)
}

pub fn delete(conn: &mut Conn, id: i64) -> Result<()> {
    diesel::delete(saved_lists::table.find(id)).execute(conn)?;
    Ok(())
}

/// What nobody sees any more, because its owner is erased.
pub fn prune(conn: &mut Conn) -> Result<()> {
    let nobodys = saved_lists::table.filter(saved_lists::owner_id.is_null()).filter(saved_lists::is_shared.eq(false));
    diesel::delete(nobodys).execute(conn)?;
    Ok(())
}
