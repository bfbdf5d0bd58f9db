//! How SQLite goes about what is asked of it. PostgreSQL does not say so of a statement without its values.

use std::sync::{Arc, Mutex};

use diesel::connection::{Connection, InstrumentationEvent};
use diesel::prelude::*;
use roster::db::{Conn, Result};

/// Each statement about users that this piece of work loads with, and its steps. Nothing on PostgreSQL.
pub fn steps_of<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<Vec<(String, Vec<String>)>> {
    if let Conn::Postgres(_) = conn {
        work(conn)?;
        return Ok(Vec::new());
    }
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = asked.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let query = query.to_string();
            let text = query.split("-- binds").next().unwrap_or_default().trim().to_owned();
            noted.lock().expect("not poisoned").push(text);
        }
    });
    work(conn)?;
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| ());
    let asked = asked.lock().expect("not poisoned").clone();
    let of_users = asked.into_iter().filter(|text| text.contains("`users`"));
    let explained = of_users.map(|text| {
        let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(conn)?;
        Ok((text, steps.into_iter().map(|step| step.detail).collect()))
    });
    explained.collect()
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}
