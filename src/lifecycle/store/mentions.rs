//! What somebody typed or chose for an operation or a plan, where it names people who are erased: it goes as a whole.

use std::collections::HashMap;

use diesel::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use crate::db::dialect::among;
use crate::db::schema::{dormant_exemptions, edit_plans, operations, plans, saved_lists, users};
use crate::db::{Conn, OperationId, Result, UserId};
use crate::users::names::fold;

/// Texts read at a time.
const READ: i64 = 2_000;

/// The names and addresses of some people, as words in a row, by the first word of each.
struct Names(HashMap<String, Vec<Vec<String>>>);

impl Names {
    fn of(conn: &mut Conn, ids: &[UserId]) -> Result<Names> {
        let people: Vec<(String, String, String)> = users::table
            .filter(among(users::id, ids))
            .select((users::first_name, users::last_name, users::email))
            .load(conn)?;
        let mut names: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for name in people.iter().flat_map(|(first, last, email)| [first, last, email]) {
            let name = words(name);
            if let Some(first) = name.first() {
                names.entry(first.clone()).or_default().push(name);
            }
        }
        Ok(Names(names))
    }

    fn are_in(&self, text: &str) -> bool {
        let said = words(text);
        let begins =
            |at: usize| self.0.get(&said[at]).is_some_and(|names| names.iter().any(|n| said[at..].starts_with(n)));
        (0..said.len()).any(begins)
    }
}

/// The words of a text, folded as for the search. Only whole words name somebody: a "client" is not of the Li family. In scripts
/// without spaces each sign is a word.
fn words(text: &str) -> Vec<String> {
    let text = fold(text);
    let parts = text.split_word_bounds().flat_map(|part| part.split(|sign: char| !sign.is_alphanumeric()));
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Empties every reason (of exemptions too), search, address to return to and choice of receivers that names one of these
/// people, and takes away every saved filter that does.
pub fn forget(conn: &mut Conn, ids: &[UserId]) -> Result<()> {
    let names = Names::of(conn, ids)?;
    of_operations(conn, &names)?;
    of_plans(conn, &names)?;
    of_exemptions(conn, &names)?;
    of_edits(conn, &names)?;
    of_saved_lists(conn, &names)
}

/// A saved filter that searches for one of them is nothing without its search.
fn of_saved_lists(conn: &mut Conn, names: &Names) -> Result<()> {
    let columns = (saved_lists::id, saved_lists::name, saved_lists::query);
    let rows: Vec<(i64, String, String)> = saved_lists::table.select(columns).load(conn)?;
    let is_naming = |query: &str| names.are_in(&percent_encoding::percent_decode_str(query).decode_utf8_lossy());
    let naming = rows.iter().filter(|(_, name, query)| names.are_in(name) || is_naming(query)).map(|(id, ..)| *id);
    let naming: Vec<i64> = naming.collect();
    diesel::delete(saved_lists::table.filter(among(saved_lists::id, &naming))).execute(conn)?;
    Ok(())
}

fn of_exemptions(conn: &mut Conn, names: &Names) -> Result<()> {
    let mut last = UserId(0);
    loop {
        let rows: Vec<(UserId, String)> = dormant_exemptions::table
            .filter(dormant_exemptions::user_id.gt(last))
            .order(dormant_exemptions::user_id)
            .limit(READ)
            .select((dormant_exemptions::user_id, dormant_exemptions::reason))
            .load(conn)?;
        let Some((end, _)) = rows.last() else { return Ok(()) };
        last = *end;
        let naming = rows.iter().filter(|(_, text)| names.are_in(text)).map(|(user, _)| *user);
        let naming: Vec<UserId> = naming.collect();
        let named = dormant_exemptions::table.filter(among(dormant_exemptions::user_id, &naming));
        diesel::update(named).set(dormant_exemptions::reason.eq("")).execute(conn)?;
    }
}

fn of_operations(conn: &mut Conn, names: &Names) -> Result<()> {
    let mut last = OperationId(0);
    loop {
        let rows: Vec<(OperationId, String)> = operations::table
            .filter(operations::id.gt(last))
            .filter(operations::reason.ne(""))
            .order(operations::id)
            .limit(READ)
            .select((operations::id, operations::reason))
            .load(conn)?;
        let Some((end, _)) = rows.last() else { return Ok(()) };
        last = *end;
        let naming: Vec<i64> = rows.iter().filter(|(_, text)| names.are_in(text)).map(|(id, _)| id.0).collect();
        let named = operations::table.filter(operations::id.eq_any(naming));
        diesel::update(named).set(operations::reason.eq("")).execute(conn)?;
    }
}

fn of_plans(conn: &mut Conn, names: &Names) -> Result<()> {
    let mut last = String::new();
    loop {
        let rows: Vec<(String, String, String, String, String)> = plans::table
            .filter(plans::id.gt(&last))
            .order(plans::id)
            .limit(READ)
            .select((plans::id, plans::reason, plans::selection, plans::return_to, plans::receivers))
            .load(conn)?;
        let Some((end, ..)) = rows.last() else { return Ok(()) };
        last.clone_from(end);
        for (id, reason, selection, return_to, receivers) in &rows {
            if [reason, selection, return_to, receivers].iter().any(|text| names.are_in(text)) {
                let without =
                    |text: &str, empty: &str| if names.are_in(text) { empty.to_owned() } else { text.to_owned() };
                diesel::update(plans::table.find(id))
                    .set((
                        plans::reason.eq(without(reason, "")),
                        plans::selection.eq(without(selection, "")),
                        plans::return_to.eq(without(return_to, "/users")),
                        plans::receivers.eq(without(receivers, "{}")),
                    ))
                    .execute(conn)?;
            }
        }
    }
}

fn of_edits(conn: &mut Conn, names: &Names) -> Result<()> {
    let mut last = String::new();
    loop {
        let rows: Vec<(String, String, String, String, String)> = edit_plans::table
            .filter(edit_plans::id.gt(&last))
            .order(edit_plans::id)
            .limit(READ)
            .select((
                edit_plans::id,
                edit_plans::reason,
                edit_plans::selection,
                edit_plans::return_to,
                edit_plans::wanted,
            ))
            .load(conn)?;
        let Some((end, ..)) = rows.last() else { return Ok(()) };
        last.clone_from(end);
        for (id, reason, selection, return_to, wanted) in &rows {
            if [reason, selection, return_to, wanted].iter().any(|text| names.are_in(text)) {
                let without =
                    |text: &str, empty: &str| if names.are_in(text) { empty.to_owned() } else { text.to_owned() };
                diesel::update(edit_plans::table.find(id))
                    .set((
                        edit_plans::reason.eq(without(reason, "")),
                        edit_plans::selection.eq(without(selection, "")),
                        edit_plans::return_to.eq(without(return_to, "/users")),
                        edit_plans::wanted.eq(without(wanted, "{}")),
                    ))
                    .execute(conn)?;
            }
        }
    }
}
