//! Files of people and their lines, until they are confirmed or forgotten.

pub mod lookups;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::line::Line;
use super::mapping::{Heading, Headings, Mapping};
use super::{Import, SLICE, SLICE_BYTES};
use crate::db::dialect::insert_all;
use crate::db::schema::{edit_plans, import_lines, imports};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = imports)]
struct ImportRow {
    id: String,
    created_by: UserId,
    created_at: Timestamp,
    expires_at: Timestamp,
    file_name: String,
    sheet: String,
    sheets: String,
    headings: String,
    mapping: String,
    default_level: Option<AccessLevel>,
    lines: i64,
    is_read: bool,
    plan_id: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = import_lines)]
struct LineRow<'a> {
    import_id: &'a str,
    line: i64,
    cells: String,
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

impl From<ImportRow> for Import {
    fn from(row: ImportRow) -> Self {
        let headings: Vec<Heading> = serde_json::from_str(&row.headings).unwrap_or_default();
        Import {
            id: row.id,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            file_name: row.file_name,
            sheet: row.sheet,
            sheets: serde_json::from_str(&row.sheets).unwrap_or_default(),
            headings: Headings(headings),
            mapping: Mapping::from_json(&row.mapping),
            default_level: row.default_level,
            lines: row.lines,
            plan: row.plan_id,
        }
    }
}

/// Begins a file: its lines follow, then `finish`.
pub fn begin(conn: &mut Conn, import: &Import) -> Result<()> {
    let row = ImportRow {
        id: import.id.clone(),
        created_by: import.created_by,
        created_at: import.created_at,
        expires_at: import.expires_at,
        file_name: import.file_name.clone(),
        sheet: String::new(),
        sheets: "[]".into(),
        headings: "[]".into(),
        mapping: "{}".into(),
        default_level: None,
        lines: 0,
        is_read: false,
        plan_id: None,
    };
    diesel::insert_into(imports::table).values(row).execute(conn)?;
    Ok(())
}

pub fn insert_lines(conn: &mut Conn, import: &str, lines: &[Line]) -> Result<()> {
    let rows: Vec<LineRow> =
        lines.iter().map(|line| LineRow { import_id: import, line: line.line, cells: json(&line.cells) }).collect();
    insert_all!(conn, import_lines::table, rows)?;
    Ok(())
}

/// All lines are there: from now on the file can be looked at.
pub fn finish(conn: &mut Conn, import: &Import) -> Result<()> {
    diesel::update(imports::table.find(&import.id))
        .set((
            imports::sheet.eq(&import.sheet),
            imports::sheets.eq(json(&import.sheets)),
            imports::headings.eq(json(&import.headings.0)),
            imports::mapping.eq(import.mapping.to_json()),
            imports::lines.eq(import.lines),
            imports::is_read.eq(true),
        ))
        .execute(conn)?;
    Ok(())
}

/// A file that was read to its end and is still kept.
pub fn find(conn: &mut Conn, id: &str, now: Timestamp) -> Result<Import> {
    let is_there = imports::is_read.eq(true).and(imports::expires_at.gt(now));
    let row: ImportRow = imports::table.find(id).filter(is_there).select(ImportRow::as_select()).first(conn)?;
    Ok(row.into())
}

/// The plan that was made with the latest mapping.
pub fn plan_of(conn: &mut Conn, import: &Import) -> Result<Option<String>> {
    Ok(imports::table.find(&import.id).select(imports::plan_id).first(conn)?)
}

/// The mapping, with the plan that was made with it (`None`: none can be made). Gives the plan that was there before.
pub fn set_mapping(conn: &mut Conn, import: &Import, plan: Option<&str>) -> Result<Option<String>> {
    let row = imports::table.find(&import.id);
    let before = row.select(imports::plan_id).first(conn)?;
    diesel::update(row)
        .set((
            imports::mapping.eq(import.mapping.to_json()),
            imports::default_level.eq(import.default_level),
            imports::plan_id.eq(plan),
        ))
        .execute(conn)?;
    Ok(before)
}

/// The next lines after one of them, in their order: up to a number, and up to a size.
pub fn lines_after(conn: &mut Conn, import: &str, after: i64) -> Result<Vec<Line>> {
    let next = import_lines::table
        .filter(import_lines::import_id.eq(import))
        .filter(import_lines::line.gt(after))
        .order(import_lines::line)
        .limit(SLICE);
    let length = sql::<BigInt>("CAST(LENGTH(cells) AS BIGINT)");
    let mut size = 0;
    let lengths: Vec<(i64, i64)> = next.select((import_lines::line, length)).load(conn)?;
    let fits = lengths.iter().enumerate().take_while(|(at, (_, length))| {
        size += length;
        *at == 0 || size <= SLICE_BYTES as i64
    });
    let Some((_, (last, _))) = fits.last() else { return Ok(Vec::new()) };
    let rows: Vec<(i64, String)> =
        next.filter(import_lines::line.le(*last)).select((import_lines::line, import_lines::cells)).load(conn)?;
    let line = |(line, cells): (i64, String)| Line { line, cells: serde_json::from_str(&cells).unwrap_or_default() };
    Ok(rows.into_iter().map(line).collect())
}

/// Forgets files with all their lines.
pub fn remove(conn: &mut Conn, ids: &[String]) -> Result<()> {
    diesel::delete(import_lines::table.filter(import_lines::import_id.eq_any(ids))).execute(conn)?;
    diesel::delete(imports::table.filter(imports::id.eq_any(ids))).execute(conn)?;
    Ok(())
}

/// Files of this person beyond the newest `kept`.
pub fn beyond_newest(conn: &mut Conn, user: UserId, kept: i64) -> Result<Vec<String>> {
    let of_user = imports::table.filter(imports::created_by.eq(user)).order((imports::created_at.desc(), imports::id));
    Ok(of_user.select(imports::id).offset(kept).limit(100).load(conn)?)
}

/// Files that are forgotten at a time: each may have many lines.
const PRUNED: i64 = 10;

/// Forgets what nobody confirmed in time; and of what was confirmed everything except that it was: the plan holds all that
/// was asked for. Some at a time.
pub fn prune(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let old: Vec<String> =
        imports::table.filter(imports::expires_at.le(now)).select(imports::id).limit(PRUNED).load(conn)?;
    remove(conn, &old)?;
    let confirmed = edit_plans::table.filter(edit_plans::operation_id.is_not_null()).select(edit_plans::id.nullable());
    let done: Vec<String> = imports::table
        .filter(imports::plan_id.eq_any(confirmed))
        .filter(imports::headings.ne("[]"))
        .select(imports::id)
        .limit(PRUNED)
        .load(conn)?;
    diesel::delete(import_lines::table.filter(import_lines::import_id.eq_any(&done))).execute(conn)?;
    diesel::update(imports::table.filter(imports::id.eq_any(&done)))
        .set((
            imports::file_name.eq(""),
            imports::sheet.eq(""),
            imports::sheets.eq("[]"),
            imports::headings.eq("[]"),
            imports::mapping.eq("{}"),
        ))
        .execute(conn)?;
    Ok(())
}
