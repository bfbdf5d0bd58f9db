//! Two databases, one schema.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use roster::db::Conn;

use super::{nothing, root};
use crate::support::TestApp;

/// Table -> column -> may it be NULL.
type Tables = BTreeMap<String, BTreeMap<String, bool>>;

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| {
        let entries = std::fs::read_dir(root().join("migrations").join(folder)).expect("migrations");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn the_schema_is_what_the_migrations_make() {
    let app = TestApp::start();
    let (code, database) = (in_code(), in_database(&app));
    let mut found = Vec::new();
    for (table, columns) in &database {
        match code.get(table) {
            None => found.push(format!("{table}: not in schema.rs")),
            Some(known) if known != columns => found.push(format!("{table}: {known:?}\n  but {columns:?}")),
            Some(_) => {}
        }
    }
    found.extend(
        code.keys().filter(|table| !database.contains_key(*table)).map(|table| format!("{table}: no such table")),
    );
    nothing("schema.rs and the database differ (true: may be NULL):", found);
}

fn in_code() -> Tables {
    let text = std::fs::read_to_string(root().join("src/db/schema.rs")).expect("the schema");
    let mut tables = Tables::new();
    for block in text.split("diesel::table! {").skip(1) {
        let mut lines =
            block.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['/', '#', '}']));
        let name = lines.next().and_then(|line| line.split([' ', '(']).next()).expect("a name").to_owned();
        let columns = lines.take_while(|line| !line.contains('!')).filter_map(|line| line.split_once(" -> "));
        let columns = columns.map(|(column, kind)| (column.to_owned(), kind.starts_with("Nullable")));
        tables.insert(name, columns.collect());
    }
    assert!(tables.len() > 10, "the schema cannot be read: {tables:?}");
    tables
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

fn in_database(app: &TestApp) -> Tables {
    let columns: Vec<Column> = app.read(|conn| {
        Ok(match conn {
            Conn::Sqlite(conn) => diesel::sql_query(
                "SELECT m.name AS table_name, c.name AS column_name, c.\"notnull\" = 0 AND c.pk = 0 AS nullable \
                 FROM sqlite_schema m, pragma_table_info(m.name) c \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
            )
            .load(conn)?,
            Conn::Postgres(conn) => diesel::sql_query(
                "SELECT table_name::text, column_name::text, is_nullable = 'YES' AS nullable \
                 FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'",
            )
            .load(conn)?,
        })
    });
    let mut tables = Tables::new();
    // The index of the search is SQLite's own affair; PostgreSQL keeps its beside the table.
    for column in columns.into_iter().filter(|column| !column.table_name.starts_with("user_search")) {
        tables.entry(column.table_name).or_default().insert(column.column_name, column.nullable);
    }
    tables
}
