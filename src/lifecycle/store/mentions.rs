//! What somebody typed or chose for an operation or a plan, where it names people who are erased: it goes as a whole.

mod names;

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use self::names::{Names, texts};
use crate::db::dialect::among;
use crate::db::schema::{
    audit_details, audit_entries, dormant_exemptions, edit_plans, edit_rows, import_lines, imports, operations, plans,
    saved_lists,
};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::users::list::Filter;

/// Texts read at a time.
const READ: i64 = 2_000;

/// Empties every reason (of exemptions too, also in the audit log), search, address to return to and choice of receivers that names one of these
/// people, and takes away every saved filter that does, and what a file that is imported says of them.
pub fn forget(conn: &mut Conn, ids: &[UserId]) -> Result<()> {
    let names = Names::of(conn, ids)?;
    of_operations(conn, &names)?;
    of_plans(conn, &names)?;
    of_exemptions(conn, &names)?;
    of_the_audit_log(conn, &names)?;
    of_edits(conn, &names)?;
    of_edit_rows(conn, &names)?;
    of_imports(conn, &names)?;
    of_import_lines(conn, &names)?;
    of_saved_lists(conn, &names)
}

/// A saved filter that searches for one of them is nothing without its search. The other words of a filter are no names:
/// Paris is also a time zone, Light a license.
fn of_saved_lists(conn: &mut Conn, names: &Names) -> Result<()> {
    let columns = (saved_lists::id, saved_lists::name, saved_lists::query);
    let rows: Vec<(i64, String, String)> = saved_lists::table.select(columns).load(conn)?;
    let is_naming = |query: &str| match Filter::from_query(query) {
        Ok(filter) => names.are_in(&filter.q) || names.are_in(&filter.off_why),
        Err(_) => names.are_in_address(query),
    };
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

/// The audit log repeats the reason of an exemption, in the details of whoever is exempt. They go as a whole; the chain is
/// over their digest, and still verifies.
fn of_the_audit_log(conn: &mut Conn, names: &Names) -> Result<()> {
    let mut last = (i64::MIN, 0);
    loop {
        let beyond = sql::<Bool>("(audit_entries.at, audit_entries.seq) > (").bind::<BigInt, _>(last.0);
        let rows: Vec<(Timestamp, i64, String)> = audit_entries::table
            .inner_join(audit_details::table)
            .filter(audit_entries::act.eq("user.dormancy_exempted"))
            .filter(beyond.sql(", ").bind::<BigInt, _>(last.1).sql(")"))
            .order((audit_entries::at, audit_entries::seq))
            .limit(READ)
            .select((audit_entries::at, audit_entries::seq, audit_details::details))
            .load(conn)?;
        let Some((at, number, _)) = rows.last() else { return Ok(()) };
        last = (at.micros(), *number);
        let is_naming = |details: &str| reason_in(details).is_some_and(|reason| names.are_in(&reason));
        let naming = rows.iter().filter(|(.., details)| is_naming(details)).map(|(_, number, _)| *number);
        let naming: Vec<i64> = naming.collect();
        diesel::delete(audit_details::table.filter(among(audit_details::seq, &naming))).execute(conn)?;
    }
}

fn reason_in(details: &str) -> Option<String> {
    let details: serde_json::Value = serde_json::from_str(details).ok()?;
    details["reason"].as_str().map(str::to_owned)
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
            let (in_address, in_receivers) = (names.are_in_address(return_to), names.are_in_json(receivers));
            if names.are_in(reason) || names.are_in(selection) || in_address || in_receivers {
                diesel::update(plans::table.find(id))
                    .set((
                        plans::reason.eq(without(names.are_in(reason), reason, "")),
                        plans::selection.eq(without(names.are_in(selection), selection, "")),
                        plans::return_to.eq(without(in_address, return_to, "/users")),
                        plans::receivers.eq(without(in_receivers, receivers, "{}")),
                    ))
                    .execute(conn)?;
            }
        }
    }
}

fn without<'a>(is_naming: bool, text: &'a str, empty: &'a str) -> &'a str {
    if is_naming { empty } else { text }
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
            let (in_address, in_wanted) = (names.are_in_address(return_to), are_in_wanted(names, wanted));
            if names.are_in(reason) || names.are_in(selection) || in_address || in_wanted {
                diesel::update(edit_plans::table.find(id))
                    .set((
                        edit_plans::reason.eq(without(names.are_in(reason), reason, "")),
                        edit_plans::selection.eq(without(names.are_in(selection), selection, "")),
                        edit_plans::return_to.eq(without(in_address, return_to, "/users")),
                        edit_plans::wanted.eq(without(in_wanted, wanted, "{}")),
                    ))
                    .execute(conn)?;
            }
        }
    }
}

/// In what is posted or given to many, of which somebody wrote the text. An access level and a time zone are words of ours:
/// Light is a license, Paris a time zone.
fn are_in_wanted(names: &Names, wanted: &str) -> bool {
    let mut wanted: serde_json::Value = serde_json::from_str(wanted).unwrap_or_default();
    for values in ["set", "typed"] {
        if let Some(values) = wanted[values].as_object_mut() {
            values.retain(|field, _| !["access_level", "time_zone"].contains(&field.as_str()));
        }
    }
    ["body", "set", "typed"].into_iter().any(|part| names.are_in_json(&wanted[part].to_string()))
}

/// Rows of a file that are about nobody who is here yet, or in which something is wrong.
fn of_edit_rows(conn: &mut Conn, names: &Names) -> Result<()> {
    let mut last = (String::new(), i64::MIN);
    loop {
        let rows: Vec<(String, i64, String, String, String, String)> = edit_rows::table
            .filter(
                sql::<Bool>("(edit_rows.plan_id, edit_rows.n) > (")
                    .bind::<Text, _>(&last.0)
                    .sql(", ")
                    .bind::<BigInt, _>(last.1)
                    .sql(")"),
            )
            .filter(sql::<Bool>(
                "(edit_rows.user_id IS NULL OR edit_rows.step = 'error' OR (edit_rows.step = 'create' AND \
                 edit_rows.plan_id IN (SELECT id FROM edit_plans WHERE operation_id IS NULL)))",
            ))
            .order((edit_rows::plan_id, edit_rows::n))
            .limit(READ)
            .select((
                edit_rows::plan_id,
                edit_rows::n,
                edit_rows::name,
                edit_rows::before,
                edit_rows::after,
                edit_rows::problems,
            ))
            .load(conn)?;
        let Some((plan, n, ..)) = rows.last() else { return Ok(()) };
        last = (plan.clone(), *n);
        let said = rows.into_iter().map(|(plan, n, name, before, after, problems)| {
            let said = [before, after, problems].iter().flat_map(|json| texts(json)).chain([name]).collect();
            (plan, n, said)
        });
        for (plan, numbers) in naming(names, said) {
            let named = edit_rows::table.filter(edit_rows::plan_id.eq(plan)).filter(among(edit_rows::n, &numbers));
            diesel::delete(named).execute(conn)?;
        }
    }
}

/// A file that is called after somebody goes with all its lines.
fn of_imports(conn: &mut Conn, names: &Names) -> Result<()> {
    let columns = (imports::id, imports::file_name, imports::sheet, imports::sheets, imports::headings);
    let rows: Vec<(String, String, String, String, String)> = imports::table.select(columns).load(conn)?;
    for (id, file_name, sheet, sheets, headings) in rows {
        let headings = match without_examples(names, &headings) {
            None => headings,
            Some(rest) => {
                diesel::update(imports::table.find(&id)).set(imports::headings.eq(&rest)).execute(conn)?;
                rest
            }
        };
        let mut said = vec![file_name, sheet];
        said.extend(texts(&sheets).into_iter().chain(texts(&headings)));
        if names.are_whole_in(&said) {
            diesel::delete(import_lines::table.filter(import_lines::import_id.eq(&id))).execute(conn)?;
            diesel::delete(imports::table.find(&id)).execute(conn)?;
        }
    }
    Ok(())
}

/// The headings of a file without the cells, shown as examples, that name one of them; `None`: none does.
fn without_examples(names: &Names, headings: &str) -> Option<String> {
    let mut headings: serde_json::Value = serde_json::from_str(headings).ok()?;
    let mut is_named = false;
    for examples in headings.as_array_mut()?.iter_mut().filter_map(|heading| heading["examples"].as_array_mut()) {
        examples.retain(|example| {
            let is_it = example.as_str().is_some_and(|text| names.are_in(text));
            is_named |= is_it;
            !is_it
        });
    }
    is_named.then(|| headings.to_string())
}

fn of_import_lines(conn: &mut Conn, names: &Names) -> Result<()> {
    let mut last = (String::new(), i64::MIN);
    loop {
        let rows: Vec<(String, i64, String)> = import_lines::table
            .filter(
                sql::<Bool>("(import_lines.import_id, import_lines.line) > (")
                    .bind::<Text, _>(&last.0)
                    .sql(", ")
                    .bind::<BigInt, _>(last.1)
                    .sql(")"),
            )
            .order((import_lines::import_id, import_lines::line))
            .limit(READ)
            .select((import_lines::import_id, import_lines::line, import_lines::cells))
            .load(conn)?;
        let Some((import, line, _)) = rows.last() else { return Ok(()) };
        last = (import.clone(), *line);
        let said = rows.into_iter().map(|(import, line, cells)| (import, line, texts(&cells)));
        for (import, lines) in naming(names, said) {
            let named = import_lines::table.filter(import_lines::import_id.eq(import));
            diesel::delete(named.filter(among(import_lines::line, &lines))).execute(conn)?;
        }
    }
}

/// The rows that are about one of these people, by the first part of their keys.
fn naming(names: &Names, rows: impl Iterator<Item = (String, i64, Vec<String>)>) -> HashMap<String, Vec<i64>> {
    let mut found: HashMap<String, Vec<i64>> = HashMap::new();
    for (key, number, _) in rows.filter(|(.., said)| names.are_whole_in(said)) {
        found.entry(key).or_default().push(number);
    }
    found
}
