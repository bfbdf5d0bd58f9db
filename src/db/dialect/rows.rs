//! Many rows in one statement: what they all have alike is said once, the rest is one parameter.

use std::borrow::Cow;

use diesel::RunQueryDsl;
use diesel::sql_types::Text;

use super::on;
use crate::db::{Conn, Result};

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    Text,
    Bytes,
}

/// A value of a column, of its kind or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    Nothing,
    Number(i64),
    Text(Cow<'a, str>),
    Bytes(&'a [u8]),
}

impl<'a> Cell<'a> {
    pub fn text(text: &'a str) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }

    pub fn number(number: Option<i64>) -> Self {
        number.map_or(Cell::Nothing, Cell::Number)
    }

    pub fn word(word: Option<&'a str>) -> Self {
        word.map_or(Cell::Nothing, Cell::text)
    }
}

impl Cell<'_> {
    fn write(&self, to: &mut Vec<u8>) {
        // Writing to memory does not fail.
        let _ = match self {
            Cell::Nothing => serde_json::to_writer(to, &()),
            Cell::Number(number) => serde_json::to_writer(to, number),
            Cell::Text(text) => serde_json::to_writer(to, text),
            Cell::Bytes(bytes) => serde_json::to_writer(to, &data_encoding::HEXUPPER.encode(bytes)),
        };
    }
}

/// Rows to be inserted or updated. The first column tells them from each other.
pub struct Rows<'a> {
    columns: &'a [(&'static str, Kind)],
    /// Row by row.
    cells: Vec<Cell<'a>>,
}

impl<'a> Rows<'a> {
    /// `cells`: of each row as many as there are columns, one row after the other.
    pub fn new(columns: &'a [(&'static str, Kind)], cells: Vec<Cell<'a>>) -> Self {
        Rows { columns, cells }
    }

    /// Inserts them in one statement.
    pub fn insert(&self, conn: &mut Conn, table: &str) -> Result<()> {
        self.put(conn, table, "")
    }

    /// Inserts them in one statement, or writes these columns of a row whose `key` is there already.
    pub fn insert_or_update(&self, conn: &mut Conn, table: &str, key: &str, columns: &[&str]) -> Result<()> {
        let set: Vec<String> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        self.put(conn, table, &format!("ON CONFLICT ({key}) DO UPDATE SET {}", set.join(", ")))
    }

    fn put(&self, conn: &mut Conn, table: &str, or: &str) -> Result<()> {
        if self.cells.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let said = self.said(conn);
        let values = said.values.join(", ");
        // With `WHERE true`, SQLite does not take ON for the beginning of a join.
        let sql =
            format!("INSERT INTO {table} ({}) SELECT {values} FROM {} WHERE true {or}", names.join(", "), said.rows);
        execute(conn, &sql, &said.parameters)
    }

    /// Updates them in one statement, found by the first column; `also` is set with them, if it says something.
    pub fn update(&self, conn: &mut Conn, table: &str, also: &str) -> Result<()> {
        let Some(((key, _), _)) = self.columns.split_first().filter(|_| !self.cells.is_empty()) else { return Ok(()) };
        let said = self.said(conn);
        let columns = self.columns.iter().zip(&said.values).skip(1);
        let mut set: Vec<String> = columns.map(|((name, _), value)| format!("{name} = {value}")).collect();
        set.extend((!also.is_empty()).then(|| also.to_owned()));
        let (set, rows, found) = (set.join(", "), &said.rows, &said.values[0]);
        let sql = if said.is_all_alike {
            format!("UPDATE {table} SET {set} WHERE {key} IN (SELECT {found} FROM {rows})")
        } else {
            format!("UPDATE {table} SET {set} FROM {rows} WHERE {table}.{key} = {found}")
        };
        execute(conn, &sql, &said.parameters)
    }

    fn said(&self, conn: &Conn) -> Said {
        let width = self.columns.len();
        let is_alike = |at: usize| {
            let mut cells = self.cells[at..].iter().step_by(width);
            let first = cells.next();
            at > 0 && !matches!(first, Some(Cell::Bytes(_))) && cells.all(|cell| Some(cell) == first)
        };
        let (alike, other): (Vec<usize>, Vec<usize>) = (0..width).partition(|at| is_alike(*at));
        let mut values = vec![String::new(); width];
        let mut parameters = Vec::new();
        // In the order of their numbers, which is what SQLite goes by: those that are said once come first.
        for at in alike {
            let kind = match self.columns[at].1 {
                Kind::Number => "bigint",
                Kind::Text => "text",
                // No value of it is said once but nothing, which SQLite takes for any kind.
                Kind::Bytes => "bytea",
            };
            values[at] = match &self.cells[at] {
                Cell::Number(number) => format!("CAST({number} AS {kind})"),
                Cell::Text(text) => {
                    parameters.push(text.clone().into_owned());
                    format!("CAST(${} AS {kind})", parameters.len())
                }
                Cell::Nothing | Cell::Bytes(_) => format!("CAST(NULL AS {kind})"),
            };
        }
        let number = parameters.len() + 1;
        let is_sqlite = matches!(conn, Conn::Sqlite(_));
        for (place, at) in other.iter().enumerate() {
            let (name, kind) = self.columns[*at];
            values[*at] = match (is_sqlite, kind) {
                (true, Kind::Bytes) => format!("unhex(given.value ->> {place})"),
                (true, _) => format!("given.value ->> {place}"),
                (false, Kind::Bytes) => format!("decode(given.{name}, 'hex')"),
                (false, _) => format!("given.{name}"),
            };
        }
        let rows = if is_sqlite {
            format!("jsonb_each(${number}) AS given")
        } else {
            let typed = other.iter().map(|at| match self.columns[*at] {
                (name, Kind::Number) => format!("{name} bigint"),
                (name, _) => format!("{name} text"),
            });
            let typed: Vec<String> = typed.collect();
            format!("json_to_recordset(CAST(${number} AS json)) AS given({})", typed.join(", "))
        };
        parameters.push(self.written(&other, is_sqlite));
        Said { values, rows, parameters, is_all_alike: other.len() == 1 }
    }

    /// These columns as JSON: PostgreSQL finds a value by its name, SQLite soonest by its place.
    fn written(&self, columns: &[usize], is_sqlite: bool) -> String {
        let mut text = Vec::with_capacity(self.cells.len() * 16);
        for cells in self.cells.chunks(self.columns.len()) {
            text.push(if text.is_empty() { b'[' } else { b',' });
            text.push(if is_sqlite { b'[' } else { b'{' });
            for (place, at) in columns.iter().enumerate() {
                if place > 0 {
                    text.push(b',');
                }
                if !is_sqlite {
                    text.push(b'"');
                    text.extend_from_slice(self.columns[*at].0.as_bytes());
                    text.extend_from_slice(b"\":");
                }
                cells[*at].write(&mut text);
            }
            text.push(if is_sqlite { b']' } else { b'}' });
        }
        text.push(b']');
        String::from_utf8(text).unwrap_or_default()
    }
}

/// What a statement says of the rows.
struct Said {
    /// The value of each column.
    values: Vec<String>,
    /// The table that they are taken from.
    rows: String,
    parameters: Vec<String>,
    /// Only the first column differs.
    is_all_alike: bool,
}

fn execute(conn: &mut Conn, sql: &str, parameters: &[String]) -> Result<()> {
    on!(conn, c => {
        let query = diesel::sql_query(sql).into_boxed();
        parameters.iter().fold(query, |query, text| query.bind::<Text, _>(text)).execute(c)
    })?;
    Ok(())
}
