//! An operation is watched, cancelled, resumed and tried again; each outcome has its reason, also in the file.

use std::time::{Duration, Instant};

use super::{confirm, plan, state};
use crate::support::{Browser, PageSeen, SignedUp, TestApp, postgres_server};
use diesel::prelude::*;
use roster::db::OperationId;
use roster::db::schema::operations;
use roster::users::State;

/// An operation that waits for its worker, as one of more than 1,000 people does: Ada takes Bert and Cleo off.
fn waiting(app: &TestApp, ada: &SignedUp, people: &[&SignedUp]) -> i64 {
    let mut browser = Browser::signed_in(app, ada);
    let page = plan(&mut browser, "deactivate", people);
    confirm(&mut browser, &page, &[]);
    // What ran at once is put back as if nobody had come to it, and a process that died holds it.
    app.tamper("UPDATE operation_rows SET outcome = NULL");
    app.tamper(&format!(
        "UPDATE operations SET state = 'running', done = 0, receipt = NULL, finished_at = NULL, lease_holder = 'dead', \
         lease_until = {}",
        app.site.clock.now().plus_seconds(3_600).micros()
    ));
    app.tamper("UPDATE users SET state = 'active', access_level = last_access_level WHERE state = 'deactivated'");
    app.tamper(&format!(
        "UPDATE license_types SET seats_used = seats_used + {} WHERE license_type = 'standard'",
        people.len()
    ));
    app.tamper(&format!("UPDATE user_counts SET users = users + {} WHERE state = 'active'", people.len()));
    app.tamper(&format!("UPDATE user_counts SET users = users - {} WHERE state = 'deactivated'", people.len()));
    app.read(|conn| Ok(operations::table.order(operations::id.desc()).select(operations::id).first(conn)?))
}

fn post(browser: &mut Browser, address: &str) -> PageSeen {
    let token = browser.get("/operations").value_of("csrf");
    let answer = browser.post_raw(address, &[], &[("csrf", &token)]);
    if answer.status == 303 { browser.get(&answer.headers["location"].clone()) } else { answer }
}

fn until(app: &TestApp, id: i64, wanted: &str) {
    let begun = Instant::now();
    loop {
        let now: (roster::operations::Progress, Option<String>) = app.read(|conn| {
            Ok(operations::table.find(OperationId(id)).select((operations::state, operations::receipt)).first(conn)?)
        });
        if now.0.as_str() == wanted && now.1.is_some() {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{now:?}");
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn cancelling_leaves_the_rest_as_it_was_and_says_so() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marchetti").create());
    let id = waiting(&app, &ada, &[&bert, &cleo]);
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get(&format!("/operations/{id}"));
    page.must_say("Running").must_say("Cancel the rest").must_say("Refresh");
    let page = post(&mut browser, &format!("/operations/{id}/cancel"));
    page.must_say("Cancelled: what was done stays, the rest is as it was.");
    page.must_say("Was not reached: the operation was cancelled.");
    assert_eq!(post(&mut browser, &format!("/operations/{id}/cancel")).status, 200, "twice changes nothing");
    assert_eq!((state(&app, &bert), state(&app, &cleo)), (State::Active, State::Active));
    let page = plan_again(&mut browser, id, "deactivate");
    page.must_say("Deactivate 2 users?");
    let acts: Vec<String> = app.read(|conn| {
        use roster::db::schema::audit_entries;
        Ok(audit_entries::table.select(audit_entries::act).load(conn)?)
    });
    assert_eq!(acts.iter().filter(|act| *act == "operation.cancelled").count(), 1);
}

fn plan_again(browser: &mut Browser, id: i64, act: &str) -> PageSeen {
    let token = browser.get("/operations").value_of("csrf");
    let (id, back) = (id.to_string(), format!("/operations/{id}"));
    let fields =
        [("csrf", token.as_str()), ("act", act), ("selection", "again"), ("operation", &id), ("return_to", &back)];
    let made = browser.post_raw("/plans", &[], &fields);
    assert_eq!(made.status, 303, "{}", made.text());
    browser.get(&made.headers["location"])
}

#[test]
fn a_cancelled_departure_is_nobodys_any_more() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    let action = page.attribute("#plan", "action").expect("a plan");
    let when = [("when", "date"), ("leave_date", "2026-12-01"), ("leave_time", "18:00"), ("update", "1")];
    let page = browser.submit(&page, &action, &when);
    confirm(&mut browser, &page, &[]);
    browser.get("/operations/1").must_say("Scheduled");
    post(&mut browser, "/operations/1/cancel").must_say("Cancelled");
    browser.get("/departures").must_say("Nobody leaves on a date");
}

#[test]
fn what_stops_because_its_starter_is_off_is_resumed_by_another_administrator() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let eve = app.person("Eve Holt").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marchetti").create());
    let id = waiting(&app, &ada, &[&bert, &cleo]);
    let mut eves = Browser::signed_in(&app, &eve);
    let page = plan(&mut eves, "deactivate", &[&ada]);
    confirm(&mut eves, &page, &[]);
    app.tamper("UPDATE operations SET lease_holder = NULL, lease_until = NULL WHERE state = 'running'");
    app.site.wake_worker.notify_one();
    until(&app, id, "stopped");
    let page = eves.get(&format!("/operations/{id}"));
    page.must_say("Stopped: The administrator who started this is no longer active.").must_say("Resume");
    assert_eq!(state(&app, &bert), State::Active);
    let page = post(&mut eves, &format!("/operations/{id}/resume"));
    page.must_say("by Ada Lindqvist").must_say("resumed by Eve Holt");
    until(&app, id, "done");
    assert_eq!((state(&app, &bert), state(&app, &cleo)), (State::Deactivated, State::Deactivated));
    assert_eq!(post(&mut eves, &format!("/operations/{id}/resume")).status, 410, "it is over");
}

#[test]
fn a_row_that_the_database_refuses_fails_alone_and_is_tried_again() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let people: Vec<SignedUp> = (0..5).map(|n| app.person(&format!("Person{n} Leaving")).create()).collect();
    let id = waiting(&app, &ada, &people.iter().collect::<Vec<_>>());
    let refused = people[2].id;
    if postgres_server().is_some() {
        app.tamper("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'");
        app.tamper(&format!(
            "CREATE TRIGGER refuse BEFORE UPDATE ON users FOR EACH ROW WHEN (old.id = {refused}) EXECUTE FUNCTION refuse()"
        ));
    } else {
        app.tamper(&format!(
            "CREATE TRIGGER refuse BEFORE UPDATE ON users WHEN old.id = {refused} BEGIN SELECT RAISE(ABORT, 'no'); END"
        ));
    }
    app.tamper("UPDATE operations SET lease_holder = NULL, lease_until = NULL");
    app.site.wake_worker.notify_one();
    until(&app, id, "done");
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get(&format!("/operations/{id}?only=failed"));
    page.must_say("Done, with failures").must_say("1 person failed").must_say("Person2 Leaving");
    page.must_not_say("Person1 Leaving");
    assert_eq!(state(&app, &people[1]), State::Deactivated);
    let on = if postgres_server().is_some() { " ON users" } else { "" };
    app.tamper(&format!("DROP TRIGGER refuse{on}"));
    let page = plan_again(&mut browser, id, "deactivate");
    page.must_say("Deactivate 1 user?");
    confirm(&mut browser, &page, &[]).must_say("1 user deactivated");
    assert_eq!(state(&app, &people[2]), State::Deactivated);
}

#[test]
fn the_result_is_a_file_in_which_nothing_is_a_formula() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let evil = app.person("=HYPERLINK(1) Evil").create();
    let off = app.person("Nils Okonkwo").deactivated().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&evil, &off]);
    confirm(&mut browser, &page, &[]);
    let file = browser.get("/operations/1/result.csv");
    assert!(file.headers["content-disposition"].contains("operation-1.csv"));
    let lines: Vec<&str> = file.body.lines().collect();
    assert_eq!(lines[0], "id,name,email,step,outcome,reason");
    assert!(lines[1].contains("'=HYPERLINK(1) Evil") && lines[1].contains("deactivate,done,"), "{}", lines[1]);
    assert!(lines[2].contains("skip,skipped,Is deactivated already."), "{}", lines[2]);
    assert_eq!(browser.get("/operations/99/result.csv").status, 404);
}

#[test]
fn the_outcome_is_shown_by_kind() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, off) = (app.person("Bert Cooper").create(), app.person("Nils Okonkwo").deactivated().create());
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert, &off]);
    confirm(&mut browser, &page, &[]);
    browser.get("/operations/1?only=done").must_say("Bert Cooper").must_not_say("Nils Okonkwo");
    browser.get("/operations/1?only=skipped").must_say("Nils Okonkwo").must_not_say("Bert Cooper");
}

#[test]
fn the_page_that_is_watched_is_shown_anew_at_the_end_and_not_before_the_receipt() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    confirm(&mut browser, &page, &[]).must_say("1 user deactivated");
    let asked = [("HX-Request", "true"), ("HX-Target", "progress")];
    let part = browser.get_with("/operations/1", &asked);
    assert_eq!(part.headers.get("hx-refresh").map(String::as_str), Some("true"));
    assert!(!part.body.contains("hx-trigger"), "nothing asks again");
    app.tamper("UPDATE operations SET receipt = NULL");
    let part = browser.get_with("/operations/1", &asked);
    part.must_say("Checking what was promised");
    assert!(!part.headers.contains_key("hx-refresh"), "it is not over yet");
    assert!(part.body.contains("every 2s"), "it asks again");
}
