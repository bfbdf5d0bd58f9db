//! Notes: what somebody wrote at work items, and on the profiles of others.

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::{Condition, Kind, Line, Tally, When};
use super::{beyond, cutting};
use crate::db::dialect::among;
use crate::db::schema::{notes, users, work_items};
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::web::pagination::{Place, ROWS, Rows, Toward};

/// Characters of a note that a list shows.
const SHOWN: usize = 160;

pub struct Notes;

impl Kind for Notes {
    fn key(&self) -> &'static str {
        "notes"
    }

    fn title(&self) -> &'static str {
        "Notes"
    }

    fn noun(&self, entries: i64) -> &'static str {
        if entries == 1 { "note" } else { "notes" }
    }

    fn second(&self, _: Tally) -> Option<String> {
        None
    }

    fn count(&self, conn: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, Tally)>> {
        let rows: Vec<(UserId, i64)> = notes::table
            .filter(among(notes::author_id.assume_not_null(), users))
            .group_by(notes::author_id)
            .select((notes::author_id.assume_not_null(), count_star()))
            .load(conn)?;
        Ok(rows.into_iter().map(|(user, entries)| (user, Tally(entries, 0))).collect())
    }

    fn exists(&self) -> Condition {
        Box::new(exists(notes::table.filter(notes::author_id.assume_not_null().eq(users::id))))
    }

    fn cut(&self, conn: &mut Conn, users: &[UserId], limit: i64) -> Result<i64> {
        cutting::empty(conn, "notes", "id", "author_id", users, limit)
    }

    fn list(&self, conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Line>> {
        let place = from.and_then(Place::<i64>::from_word);
        let mut query = notes::table
            .left_join(work_items::table)
            .filter(notes::author_id.eq(user))
            .select((
                notes::created_at,
                notes::id,
                notes::body,
                (work_items::id, work_items::title).nullable(),
                notes::about_user_id,
            ))
            .limit(ROWS as i64 + 1)
            .into_boxed::<MultiBackend>();
        if let Some(Place(at, id)) = &place {
            query = query.filter(beyond!("notes.created_at, notes.id", toward, *at, BigInt, *id));
        }
        query = match toward {
            Toward::Next => query.order((notes::created_at.desc(), notes::id.desc())),
            Toward::Previous => query.order((notes::created_at.asc(), notes::id.asc())),
        };
        let rows: Vec<(Timestamp, i64, String, Option<(i64, String)>, Option<UserId>)> = query.load(conn)?;
        let rows = Rows::cut(rows, toward, place.is_some(), |row| Place(row.0.micros(), row.1));
        Ok(rows.map(|(at, _, body, item, person)| {
            let at_item = item.map(|(item, title)| (format!("/work-items/{item}"), title));
            let on_profile = person.map(|person| (format!("/users/{person}/updates"), "On a profile".to_owned()));
            let (address, note) = at_item.or(on_profile).unzip();
            Line { title: shortened(&body), address, note: note.unwrap_or_default(), when: When::Moment(at) }
        }))
    }
}

fn shortened(body: &str) -> String {
    match body.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &body[..end]),
        None => body.to_owned(),
    }
}
