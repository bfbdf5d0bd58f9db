//! Takes in a file: its lines go into the database slice by slice, so that any process can go on with it.

use std::fs::File;

use super::line::Line;
use super::mapping::{Headings, Mapping};
use super::{Import, KEPT_HOURS, SLICE_BYTES, store};
use crate::db::{self, Conn, Db, Lane, Timestamp, UserId};
use crate::licenses::Rights;
use crate::secrets::random_token;
use crate::spreadsheet::{self, Row};
use crate::users::actor;

/// Lines written in one transaction: short enough that nobody waits for it.
const SLICE: usize = 1_000;
/// Unconfirmed files of one administrator; the oldest go.
const KEPT: i64 = 4;

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("You may not import people.")]
    MayNot,
    #[error(transparent)]
    File(#[from] spreadsheet::Refusal),
    #[error("Only a first row stands in this file. It is taken for the headings; people come below it.")]
    OnlyHeadings,
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Reads the file (its first sheet, or the one of this name) and keeps its lines. Blocks.
///
/// Errors: a refusal as a sentence; then nothing is kept.
pub fn take_in(
    db: &Db,
    file: File,
    file_name: &str,
    sheet: Option<&str>,
    actor: UserId,
    now: Timestamp,
) -> Result<Import, Refusal> {
    let mut import = Import {
        id: random_token::<20>(),
        created_by: actor,
        created_at: now,
        expires_at: now.plus_seconds(KEPT_HOURS * 3600),
        file_name: file_name.to_owned(),
        sheet: String::new(),
        sheets: Vec::new(),
        headings: Headings::default(),
        mapping: Mapping::default(),
        default_level: None,
        lines: 0,
        plan: None,
    };
    db.write_now(Lane::Work, |conn| begin(conn, &import, now))?;
    match read(db, file, sheet, &mut import) {
        Ok(()) => Ok(import),
        Err(refusal) => {
            db.write_now(Lane::Work, |conn| store::remove(conn, std::slice::from_ref(&import.id)))?;
            Err(refusal)
        }
    }
}

fn begin(conn: &mut Conn, import: &Import, now: Timestamp) -> Result<(), Refusal> {
    let actor = actor::present_for_write(conn, import.created_by, now)?;
    if !actor.is_some_and(|actor| actor.may(Rights::ADMINISTER_USERS)) {
        return Err(Refusal::MayNot);
    }
    // Before the new one is there: several of one moment are in no order.
    let old = store::beyond_newest(conn, import.created_by, KEPT - 1)?;
    store::remove(conn, &old)?;
    Ok(store::begin(conn, import)?)
}

fn read(db: &Db, file: File, sheet: Option<&str>, import: &mut Import) -> Result<(), Refusal> {
    let (mut headings, mut lines) = (None::<Headings>, 0);
    let (mut waiting, mut bytes) = (Vec::with_capacity(SLICE), 0);
    let id = import.id.clone();
    let write = |waiting: &mut Vec<Line>| {
        db.write_now(Lane::Work, |conn| store::insert_lines(conn, &id, waiting))?;
        waiting.clear();
        Ok::<_, Refusal>(())
    };
    let about = spreadsheet::read(file, sheet, |row: Row| {
        let Some(headings) = &mut headings else {
            headings = Some(Headings::of(&row));
            return Ok(());
        };
        headings.see(&row);
        lines += 1;
        bytes += row.bytes();
        let cells = row.cells.into_iter().map(|cell| (cell.column, cell.text)).collect();
        waiting.push(Line { line: row.line.into(), cells });
        if waiting.len() < SLICE && bytes < SLICE_BYTES {
            return Ok(());
        }
        bytes = 0;
        write(&mut waiting)
    })?;
    if lines == 0 {
        return Err(Refusal::OnlyHeadings);
    }
    write(&mut waiting)?;
    import.headings = headings.unwrap_or_default();
    import.mapping = Mapping::guess(&import.headings);
    (import.sheet, import.sheets, import.lines) = (about.sheet, about.sheets, lines);
    Ok(db.write_now(Lane::Work, |conn| store::finish(conn, import))?)
}
