//! The database goes away and comes back.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use roster::db::{self, Address, Lane};

use crate::support::{Browser, PASSWORD, TestApp, postgres_server};

#[test]
fn a_process_with_its_database_is_up_and_ready() {
    let app = TestApp::start();
    let mut browser = Browser::new(&app);
    assert_eq!(browser.get("/healthz").status, 200);
    assert_eq!(browser.get("/readyz").status, 200);
}

#[test]
fn a_database_that_needs_a_migration_is_not_ready() {
    let app = TestApp::start();
    app.tamper(
        "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
    );
    assert_eq!(Browser::new(&app).get("/readyz").must_say("needs a migration").status, 503);
    app.tamper("DROP TABLE __diesel_schema_migrations");
    assert_eq!(Browser::new(&app).get("/readyz").must_say("needs a migration").status, 503);
}

#[test]
fn with_postgresql_away_every_page_says_so_soon_and_recovers_by_itself() {
    let app = TestApp::start();
    let (Address::Postgres(url), Some(server)) = (&app.database, postgres_server()) else { return };
    let name = url.rsplit('/').next().expect("a database").to_owned();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let run = |sql: String| {
        Address::Postgres(server.clone()).connect().expect("the server").batch_execute(&sql).expect("the SQL runs");
    };
    run(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
    run(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
    for path in ["/account", "/", "/sign-in", "/nothing"] {
        let asked = Instant::now();
        let page = browser.get(path);
        assert_eq!(page.status, 503, "{path}");
        page.must_say("Back in a moment");
        assert!(page.headers.contains_key("retry-after") && page.headers.contains_key("x-request-id"));
        assert!(page.headers.contains_key("content-security-policy"));
        assert!(asked.elapsed() < Duration::from_millis(4_500), "{path}: {:?}", asked.elapsed());
    }
    let fragment = browser.get_with("/account", &[("HX-Request", "true"), ("HX-Target", "rows")]);
    assert_eq!((fragment.status, fragment.headers["hx-retarget"].as_str()), (503, "#messages"));
    assert_eq!(browser.get("/healthz").status, 200);
    assert_eq!(browser.get("/readyz").status, 503);
    run(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
    assert_eq!(browser.get("/account").status, 200, "and they are still signed in");
    assert_eq!(browser.get("/readyz").status, 200);
}

#[test]
fn with_sqlite_held_by_somebody_else_reading_goes_on_and_writing_says_back_in_a_moment() {
    let app = TestApp::start();
    if app.database.sqlite_path().is_none() {
        return;
    }
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/account");
    let mut other = app.database.connect().expect("a connection");
    other.batch_execute("BEGIN IMMEDIATE").expect("the lock");
    assert_eq!(browser.get("/account").status, 200);
    let answer = browser.submit(&page, "/account", &[("time_zone", "Europe/Vienna")]);
    assert_eq!(answer.status, 503);
    answer.must_say("Back in a moment");
    other.batch_execute("ROLLBACK").expect("unlocked");
    assert_eq!(browser.submit(&page, "/account", &[("time_zone", "Europe/Vienna")]).status, 200);
    assert_eq!(super::super::sign_in::attempt(&mut Browser::new(&app), &ada.email, PASSWORD).status, 303);
}

#[test]
fn a_lock_that_somebody_else_holds_for_too_long_is_back_in_a_moment() {
    let app = TestApp::start();
    if app.database.sqlite_path().is_some() {
        return;
    }
    let mut other = app.database.connect().expect("a connection");
    other.batch_execute("BEGIN; LOCK TABLE users IN EXCLUSIVE MODE").expect("the lock");
    let refused: Result<(), db::Error> = app.site.db.write_now(Lane::Work, |conn| {
        conn.batch_execute("SET LOCAL lock_timeout = '100ms'; UPDATE users SET title = ''")?;
        Ok(())
    });
    assert!(matches!(refused, Err(db::Error::Away(_))), "{refused:?}");
}
