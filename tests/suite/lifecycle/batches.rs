//! Many people: in the background, in batches, each wholly done or not at all.

use super::{confirm, plan, state};
use crate::support::{Browser, PageSeen, TestApp};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use roster::app::housekeeping;
use roster::db::Conn;
use roster::db::schema::{plans, sessions, users};
use roster::licenses::{LicenseType, seats};
use roster::users::{State, counts};

/// So many active people without a license that is counted, made by one statement.
pub fn crowd(app: &TestApp, people: i64) {
    app.write(|conn: &mut Conn| {
        let series = match conn {
            Conn::Sqlite(_) => format!(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people}) SELECT i FROM n"
            ),
            Conn::Postgres(_) => format!("SELECT i FROM generate_series(1, {people}) AS n(i)"),
        };
        conn.batch_execute(&format!(
            "INSERT INTO users (first_name, last_name, email, state, access_level, last_access_level, created_at, \
             state_changed_at, name_key, email_key) \
             SELECT 'Crowd', 'Number' || i, 'crowd' || i || '@example.test', 'active', 'external', 'external', 1, 1, \
             'crowd number' || i, 'crowd' || i || '@example.test' FROM ({series}) AS s"
        ))?;
        counts::add(conn, State::Active, people)?;
        seats::use_more(conn, LicenseType::External, people)
    });
}

pub fn plan_for_all_that_match(browser: &mut Browser, act: &str, q: &str) -> PageSeen {
    let token = browser.get("/recycle-bin").value_of("csrf");
    let fields = [
        ("csrf", token.as_str()),
        ("act", act),
        ("selection", "all"),
        ("filter", "active"),
        ("q", q),
        ("return_to", "/recycle-bin"),
    ];
    let made = browser.post_raw("/plans", &[], &fields);
    assert_eq!(made.status, 303, "{}", made.text());
    browser.get(&made.headers["location"])
}

fn in_state(app: &TestApp, wanted: State) -> i64 {
    app.read(|conn| Ok(users::table.filter(users::state.eq(wanted)).count().get_result(conn)?))
}

#[test]
fn more_than_a_thousand_people_are_handled_in_the_background() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    crowd(&app, 2_300);
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan_for_all_that_match(&mut browser, "deactivate", "crowd");
    page.must_say("Deactivate 2,300 users?").must_say("2,300 External licenses").must_say("in the background");
    assert_eq!(page.count(".plan__row"), 50);
    let next = browser.press(&page, "#plan", "Show the next ones", &[]);
    assert_eq!(next.count(".plan__row"), 50);
    assert_ne!(
        next.text_of(".plan__row:first-child .person__name"),
        page.text_of(".plan__row:first-child .person__name")
    );
    let mut operation = confirm(&mut browser, &page, &[("reason", "Season’s end")]);
    assert!(operation.address.starts_with("/operations/"), "{}", operation.address);
    let address = operation.address.clone();
    for _ in 0..600 {
        if operation.text_of(".panel__head").contains("Done") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
        operation = browser.get(&address);
    }
    operation.must_say("2,300 users deactivated, 2,300 licenses freed.");
    assert_eq!(in_state(&app, State::Deactivated), 2_300);
    let counted = app.read(counts::read);
    assert_eq!((counted.active, counted.deactivated), (1, 2_300));
    let verified = app.read(|conn| app.site.chain.verify(conn)).expect("the chain verifies");
    assert_eq!(verified.entries, 2_300);
}

#[test]
fn a_batch_is_wholly_done_or_not_at_all() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marchetti").create());
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert, &cleo]);
    // The database refuses the last thing a batch writes.
    app.tamper("ALTER TABLE audit_entries RENAME TO audit_entries_away");
    let answer = confirm(&mut browser, &page, &[]);
    assert_eq!(answer.status, 500);
    answer.must_say("Nothing was changed").must_say("Incident");
    app.tamper("ALTER TABLE audit_entries_away RENAME TO audit_entries");
    assert_eq!((state(&app, &bert), state(&app, &cleo)), (State::Active, State::Active));
    assert_eq!(app.read(|conn| seats::of(conn, LicenseType::Standard)).used, 3);
    assert_eq!(browser.get("/operations").count("tbody tr"), 0);
    confirm(&mut browser, &page, &[]).must_say("2 users deactivated");
}

#[test]
fn what_nobody_needs_any_more_is_taken_away() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    plan(&mut browser, "deactivate", &[&bert]);
    let count = || -> (i64, i64) {
        app.read(|conn| Ok((plans::table.count().get_result(conn)?, sessions::table.count().get_result(conn)?)))
    };
    let tidy = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(housekeeping::tidy(&app.site)).expect("tidied");
    };
    tidy();
    assert_eq!(count(), (1, 1));
    app.site.clock.advance_seconds(25 * 3600);
    tidy();
    assert_eq!(count(), (0, 0));
}
