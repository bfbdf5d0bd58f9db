//! What every kind of history and every kind of duty keeps, whichever it is: each test goes through the whole list, so a
//! new kind is covered as soon as it can be made here.

use std::collections::HashSet;

use super::{confirm, plan};
use crate::support::{Browser, SignedUp, TestApp};
use diesel::prelude::*;
use roster::db::schema::{audit_details, handovers, users};
use roster::history::{Duty, Kind, duties, everything, kinds};
use roster::web::pagination::{ROWS, Toward};

/// More than a page of a list.
const MANY: usize = ROWS + 10;

struct Studio {
    app: TestApp,
    ada: SignedUp,
    mia: SignedUp,
    zoe: SignedUp,
    bert: SignedUp,
}

fn studio() -> Studio {
    let app = TestApp::start();
    app.tamper("UPDATE license_types SET seats_owned = 500");
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (mia, zoe) = (app.person("Mia Sato").create(), app.person("Zoe Adler").create());
    let bert = app.person("Bert Cooper").create();
    Studio { app, ada, mia, zoe, bert }
}

/// Gives this person so many entries of a duty.
fn make(app: &TestApp, duty: &dyn Duty, person: &SignedUp, entries: usize) {
    let shared = app.project("Shared").create();
    for n in 0..entries {
        match duty.key() {
            "open_assignments" => drop(app.task(&shared, &format!("Task {n}")).assigned_to(person).create()),
            "owned_projects" => drop(app.project(&format!("Project {n}")).owned_by(person).create()),
            "reports" => drop(app.report(person, &format!("Report {n}"))),
            "direct_reports" => drop(app.person(&format!("Member{n:02} Of{}", person.id)).manager(person).create()),
            other => panic!("say here how somebody gets a duty of the kind {other}"),
        }
    }
}

fn entries(app: &TestApp, kind: &dyn Kind, person: &SignedUp) -> i64 {
    app.read(|conn| Ok(kind.count(conn, &[person.id])?.first().map_or(0, |(_, tally)| tally.entries())))
}

fn has_any(app: &TestApp, kind: &dyn Kind, person: &SignedUp) -> bool {
    app.read(|conn| {
        let found = users::table.filter(kind.exists()).filter(users::id.eq(person.id));
        Ok(found.count().get_result::<i64>(conn)? == 1)
    })
}

/// Opens a plan for one person in which this duty goes to that one and every other stays, and runs it.
fn hand_over(browser: &mut Browser, duty: &dyn Duty, from: &SignedUp, to: &SignedUp) {
    let page = plan(browser, "deactivate", &[from]);
    let (goes, to_whom) = (format!("goes-{}", duty.key()), format!("to-{}", duty.key()));
    let mut fields = vec![("update".to_owned(), "1".to_owned()), (goes, "person".into()), (to_whom, to.email.clone())];
    for other in duties().iter().filter(|other| other.key() != duty.key()) {
        fields.push((format!("goes-{}", other.key()), "leave".into()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let action = page.attribute("#plan", "action").expect("a plan’s page");
    let page = browser.submit(&page, &action, &fields);
    confirm(browser, &page, &[]).must_say("1 user deactivated");
}

fn undo(browser: &mut Browser, operation: &str) {
    let token = browser.get("/operations").value_of("csrf");
    let fields = [("csrf", token.as_str()), ("act", "undo"), ("operation", operation), ("return_to", "/operations")];
    let made = browser.post_raw("/plans", &[], &fields);
    assert_eq!(made.status, 303, "{}", made.text());
    let page = browser.get(&made.headers["location"]);
    confirm(browser, &page, &[]).must_say("1 user activated");
}

#[test]
fn every_duty_is_counted_found_and_listed_page_by_page() {
    let Studio { app, mia, bert, .. } = studio();
    for duty in duties() {
        let key = duty.key();
        assert_eq!((entries(&app, *duty, &bert), has_any(&app, *duty, &bert)), (0, false), "{key}");
        make(&app, *duty, &bert, MANY);
        assert_eq!((entries(&app, *duty, &bert), has_any(&app, *duty, &bert)), (MANY as i64, true), "{key}");
        assert_eq!((entries(&app, *duty, &mia), has_any(&app, *duty, &mia)), (0, false), "{key}: nobody else’s");
        app.read(|conn| {
            let first = duty.list(conn, bert.id, None, Toward::Next)?;
            let second = duty.list(conn, bert.id, first.next.as_deref(), Toward::Next)?;
            let back = duty.list(conn, bert.id, second.previous.as_deref(), Toward::Previous)?;
            assert_eq!((first.rows.len(), second.rows.len()), (ROWS, MANY - ROWS), "{key}");
            assert!(first.previous.is_none() && second.next.is_none(), "{key}");
            assert_eq!(first.rows, back.rows, "{key}");
            let titles: HashSet<&str> = first.rows.iter().chain(&second.rows).map(|line| line.title.as_str()).collect();
            assert_eq!(titles.len(), MANY, "{key}: each once");
            Ok(())
        });
    }
}

#[test]
fn every_duty_is_handed_over_written_down_and_given_back() {
    for duty in duties() {
        let key = duty.key();
        let Studio { app, ada, mia, bert, .. } = studio();
        make(&app, *duty, &bert, MANY);
        let mut browser = Browser::signed_in(&app, &ada);
        let before = app.all_tables();
        hand_over(&mut browser, *duty, &bert, &mia);
        assert_eq!((entries(&app, *duty, &bert), entries(&app, *duty, &mia)), (0, MANY as i64), "{key}");
        let (written, details): (i64, Vec<String>) = app.read(|conn| {
            let written = handovers::table.filter(handovers::duty.eq(key)).count().get_result(conn)?;
            Ok((written, audit_details::table.select(audit_details::details).load(conn)?))
        });
        assert_eq!(written, MANY as i64, "{key}");
        let said = format!(r#""{key}":{MANY}"#);
        assert!(details.iter().any(|text| text.contains(&said)), "{key}: {details:?}");
        browser.get("/operations/1").must_say("All promises kept");
        undo(&mut browser, "1");
        assert_eq!(app.all_tables(), before, "{key}");
    }
}

#[test]
fn every_duty_that_went_on_to_somebody_else_stays_there() {
    for duty in duties() {
        let key = duty.key();
        let Studio { app, ada, mia, zoe, bert } = studio();
        make(&app, *duty, &bert, 3);
        let mut browser = Browser::signed_in(&app, &ada);
        hand_over(&mut browser, *duty, &bert, &mia);
        hand_over(&mut browser, *duty, &mia, &zoe);
        undo(&mut browser, "1");
        assert_eq!((entries(&app, *duty, &bert), entries(&app, *duty, &zoe)), (0, 3), "{key}");
    }
}

#[test]
fn every_kind_is_cut_in_slices_until_nothing_is_left_and_nobody_elses_with_it() {
    let Studio { app, mia, bert, .. } = studio();
    for person in [&bert, &mia] {
        app.history_of_every_kind(person);
        for duty in duties() {
            make(&app, *duty, person, 5);
        }
    }
    let others: Vec<i64> = everything().map(|kind| entries(&app, kind, &mia)).collect();
    assert!(others.iter().all(|entries| *entries > 0), "{others:?}");
    // History first: what is open is a part of it.
    for kind in duties().iter().map(|duty| *duty as &dyn Kind).chain(kinds().iter().copied()) {
        let had = entries(&app, kind, &bert);
        let mut slices = Vec::new();
        while let cut @ 1.. = app.write(|conn| kind.cut(conn, &[bert.id], 2)) {
            slices.push(cut);
            assert!(slices.len() < 100, "{}: it never ends", kind.key());
        }
        assert!(slices.iter().all(|cut| *cut <= 2), "{}: {slices:?}", kind.key());
        assert!(had == 0 || kind.key() == "open_assignments" || !slices.is_empty(), "{}: nothing was cut", kind.key());
        if kind.key() != "open_assignments" {
            assert_eq!((entries(&app, kind, &bert), has_any(&app, kind, &bert)), (0, false), "{}", kind.key());
        }
    }
    for kind in everything() {
        assert_eq!((entries(&app, kind, &bert), has_any(&app, kind, &bert)), (0, false), "{}", kind.key());
    }
    let still: Vec<i64> = everything().map(|kind| entries(&app, kind, &mia)).collect();
    assert_eq!(still, others);
}
