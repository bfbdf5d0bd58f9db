//! Duties held by people who are off: on a page of their own until somebody hands them over, and a number in the menu.

use super::{confirm, plan};
use crate::support::{Browser, SignedUp, TestApp};

struct Left {
    app: TestApp,
    ada: SignedUp,
    mia: SignedUp,
    bert: SignedUp,
}

/// Bert left some days ago, and kept a task and a project.
fn left() -> Left {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mia = app.person("Mia Sato").create();
    let bert = app.person("Bert Cooper").manager(&mia).deactivated().create();
    let catalogue = app.project("Spring catalogue").owned_by(&bert).create();
    app.task(&catalogue, "Headlines").assigned_to(&bert).create();
    app.person("Olaf Brandt").deactivated().create();
    Left { app, ada, mia, bert }
}

#[test]
fn whoever_is_off_and_has_duties_is_on_the_page_with_their_age() {
    let Left { app, ada, .. } = left();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/duties");
    page.must_say("Bert Cooper").must_say("1 open assignment").must_say("1 owned project").must_say("400 days");
    page.must_not_say("Olaf Brandt");
}

#[test]
fn the_menu_says_how_many_and_nothing_when_there_is_nobody() {
    let Left { app, ada, .. } = left();
    let mut browser = Browser::signed_in(&app, &ada);
    assert_eq!(browser.get("/duties").text_of(".menu__count"), "1 person who is off");
    let page = browser.get("/duties");
    let token = page.value_of("csrf");
    let fields = [("csrf", token.as_str()), ("act", "hand_over"), ("selection", "all"), ("return_to", "/duties")];
    let made = browser.post_raw("/plans", &[], &fields);
    let page = browser.get(&made.headers["location"]);
    page.must_say("Hand over the duties of 1 user?").must_say("1 goes to Mia Sato");
    let done = confirm(&mut browser, &page, &[]);
    done.must_say("Nothing waits for anybody who is off");
    assert!(!done.has(".menu__count"));
}

#[test]
fn handing_over_moves_the_duties_changes_nothing_else_and_can_be_undone() {
    let Left { app, ada, mia, bert } = left();
    let mut browser = Browser::signed_in(&app, &ada);
    let before = app.all_tables();
    let page = plan(&mut browser, "hand_over", &[&bert]);
    confirm(&mut browser, &page, &[]).must_say("1 user relieved of their duties.");
    let owner = app.work_tables().into_iter().find(|row| row.starts_with("projects")).expect("the project");
    assert!(owner.contains(&format!("|{}|", mia.id)), "{owner}");
    browser.get("/operations/1").must_say("All promises kept").must_say("Open assignments handed over 1 of 1");
    let token = browser.get("/operations").value_of("csrf");
    let fields = [("csrf", token.as_str()), ("act", "undo"), ("operation", "1"), ("return_to", "/operations")];
    let made = browser.post_raw("/plans", &[], &fields);
    let page = browser.get(&made.headers["location"]);
    confirm(&mut browser, &page, &[]).must_say("All promises kept");
    assert_eq!(app.all_tables(), before);
}

#[test]
fn a_plan_that_moves_nothing_is_refused() {
    let Left { app, ada, bert, .. } = left();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "hand_over", &[&bert]);
    let leave = [("goes-open_assignments", "leave"), ("goes-owned_projects", "leave"), ("update", "1")];
    let page = browser.submit(&page, &page.attribute("#plan", "action").expect("a plan"), &leave);
    assert_eq!(confirm(&mut browser, &page, &[]).status, 422);
}
