//! Undo: the whole operation goes back, handovers included; what somebody touched since is listed and left.

use super::{confirm, plan, state};
use crate::support::{Browser, PageSeen, SignedUp, TestApp};
use roster::users::State;

/// Opens the plan that undoes the latest operation.
fn undo(browser: &mut Browser) -> PageSeen {
    let operations = browser.get("/operations");
    let latest = operations.attribute("main a.table__name", "href").expect("an operation");
    let id = latest.rsplit('/').next().expect("its number").to_owned();
    let token = operations.value_of("csrf");
    let made = browser.post_raw(
        "/plans",
        &[],
        &[("csrf", &token), ("act", "undo"), ("operation", &id), ("return_to", "/operations")],
    );
    assert_eq!(made.status, 303, "{}", made.text());
    browser.get(&made.headers["location"])
}

fn run(browser: &mut Browser, act: &str, people: &[&SignedUp]) -> PageSeen {
    let page = plan(browser, act, people);
    confirm(browser, &page, &[("reason", "Studio closes"), ("number", &people.len().to_string())])
}

#[test]
fn undoing_fifty_departures_with_handover_leaves_every_table_as_it_was() {
    let app = TestApp::start();
    app.tamper("UPDATE license_types SET seats_owned = 100");
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mia = app.person("Mia Sato").create();
    let shared = app.project("Shared").owned_by(&mia).create();
    let both = app.task(&shared, "Everybody’s").create();
    let people: Vec<SignedUp> = (0..50)
        .map(|n| {
            let person = app.person(&format!("Person{n:02} Leaving")).manager(&mia).create();
            if n % 2 == 0 {
                app.history_of_every_kind(&person);
            }
            if n % 10 == 0 {
                app.tamper(&format!(
                    "INSERT INTO assignments (work_item_id, user_id, assigned_at) VALUES ({}, {}, {n})",
                    both.id, person.id
                ));
            }
            person
        })
        .collect();
    let everybody: Vec<&SignedUp> = people.iter().collect();
    let mut browser = Browser::signed_in(&app, &ada);
    let before = app.all_tables();
    app.site.clock.advance_seconds(60);
    run(&mut browser, "deactivate", &everybody).must_say("50 users deactivated, 50 licenses freed.");
    assert_ne!(app.all_tables(), before);
    app.site.clock.advance_seconds(60);
    let page = undo(&mut browser);
    page.must_say("Undo this for 50 users?").must_say("50 will be as before").must_say("30 go back");
    confirm(&mut browser, &page, &[]).must_say("50 users activated, 50 licenses taken.");
    assert_eq!(app.all_tables(), before);
    let receipt = browser.get("/operations/2");
    receipt.must_say("All promises kept").must_say("Duties given back");
}

#[test]
fn a_mixed_operation_goes_back_each_in_its_own_way() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (cleo, hugo) = (app.person("Cleo Marchetti").create(), app.person("Hugo Test").create());
    app.history_of_every_kind(&cleo);
    let mut browser = Browser::signed_in(&app, &ada);
    let before = app.all_tables();
    run(&mut browser, "delete", &[&cleo, &hugo]).must_say("1 user deactivated, 1 deleted");
    let page = undo(&mut browser);
    assert_eq!(page.text_of(".sheet__foot .button--primary"), "Activate 1, restore 1");
    confirm(&mut browser, &page, &[]).must_say("1 user activated, 1 restored");
    assert_eq!(app.all_tables(), before);
}

#[test]
fn an_activation_is_undone_too() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let nils = app.person("Nils Okonkwo").deactivated().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let before = app.all_tables();
    run(&mut browser, "activate", &[&nils]);
    let page = undo(&mut browser);
    confirm(&mut browser, &page, &[]).must_say("1 user deactivated");
    assert_eq!(app.all_tables(), before);
}

#[test]
fn whoever_was_changed_since_is_left_as_they_are() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marchetti").create());
    let mut browser = Browser::signed_in(&app, &ada);
    run(&mut browser, "deactivate", &[&bert, &cleo]);
    run(&mut browser, "activate", &[&cleo]);
    run(&mut browser, "deactivate", &[&cleo]);
    // Of the first operation only Bert is still as it left him.
    let token = browser.get("/operations").value_of("csrf");
    let fields = [("csrf", token.as_str()), ("act", "undo"), ("operation", "1"), ("return_to", "/operations")];
    let made = browser.post_raw("/plans", &[], &fields);
    let page = browser.get(&made.headers["location"]);
    page.must_say("1 will be as before").must_say("Somebody changed them since. They are left as they are.");
    confirm(&mut browser, &page, &[]);
    assert_eq!((state(&app, &bert), state(&app, &cleo)), (State::Active, State::Deactivated));
}

#[test]
fn duties_that_somebody_touched_since_are_listed_and_left() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mia = app.person("Mia Sato").create();
    let bert = app.person("Bert Cooper").manager(&mia).create();
    let catalogue = app.project("Spring catalogue").owned_by(&bert).create();
    let headlines = app.task(&catalogue, "Headlines").assigned_to(&bert).create();
    app.task(&catalogue, "Photos").assigned_to(&bert).create();
    let mut browser = Browser::signed_in(&app, &ada);
    run(&mut browser, "deactivate", &[&bert]);
    app.tamper(&format!(
        "UPDATE assignments SET ended_at = 7 WHERE work_item_id = {} AND user_id = {}",
        headlines.id, mia.id
    ));
    let page = undo(&mut browser);
    page.must_say("1 goes back, 1 was changed since and stays");
    let list = browser.get(&page.link("2 open assignments"));
    list.must_say("Changed since: these stay where they are").must_say("Headlines").must_not_say("Photos");
    confirm(&mut browser, &page, &[]);
    let berts = app.work_tables().into_iter().filter(|row| row.starts_with("assignments") && row.ends_with("|-"));
    assert_eq!(berts.count(), 1, "only Photos is open again");
}

#[test]
fn undoing_needs_free_seats_and_says_how_many() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marchetti").create());
    let mut browser = Browser::signed_in(&app, &ada);
    run(&mut browser, "deactivate", &[&bert, &cleo]);
    app.tamper("UPDATE license_types SET seats_owned = 2 WHERE license_type = 'standard'");
    let page = undo(&mut browser);
    page.must_say("2 Standard needed, 1 free.");
    assert_eq!(confirm(&mut browser, &page, &[]).status, 422);
    assert_eq!(state(&app, &bert), State::Deactivated);
}

#[test]
fn an_undo_is_not_undone_and_neither_is_what_never_happened() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    run(&mut browser, "deactivate", &[&bert]);
    let page = undo(&mut browser);
    confirm(&mut browser, &page, &[]);
    let token = browser.get("/operations").value_of("csrf");
    for operation in ["2", "99", "x"] {
        let fields =
            [("csrf", token.as_str()), ("act", "undo"), ("operation", operation), ("return_to", "/operations")];
        let answer = browser.post_raw("/plans", &[], &fields);
        assert!([400, 404].contains(&answer.status), "{operation}: {}", answer.status);
    }
    let ticked = [("csrf", token.as_str()), ("act", "undo"), ("selection", "ticked"), ("id", "2"), ("return_to", "/")];
    assert_eq!(browser.post_raw("/plans", &[], &ticked).status, 400);
}
