//! Undoing edits: everything that nobody touched since goes back.

use diesel::prelude::*;
use roster::db::schema::{notes, users};
use roster::licenses::LicenseType;

use super::{ask, choose, confirm, edit, three, title, used};
use crate::support::{Browser, PageSeen, SignedUp, TestApp};

/// Presses Undo on the result of an operation, and comes to the plan.
pub fn undo(browser: &mut Browser, result: &PageSeen) -> PageSeen {
    let page = browser.get(&result.link("See who and why"));
    let action = "/edits/undo";
    browser.submit(&page, action, &[("act", "undo_edit")])
}

fn change_title(app: &TestApp, person: &SignedUp, title: &str) {
    app.write(|conn| Ok(diesel::update(users::table.find(person.id)).set(users::title.eq(title)).execute(conn)?));
}

#[test]
fn details_levels_and_seats_go_back() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let fields = [("tick", "title"), ("title", "Author"), ("tick", "access_level"), ("access_level", "light")];
    let result = edit(&mut ada, &[&bert, &cleo], &fields);
    assert_eq!(used(&app, LicenseType::Light), 2);
    let plan = undo(&mut ada, &result);
    plan.must_say("Author → Editor").must_say("Light → Standard");
    confirm(&mut ada, &plan).must_say("2 users changed");
    assert_eq!((title(&app, bert.id), title(&app, cleo.id)), ("Editor".into(), String::new()));
    assert_eq!((used(&app, LicenseType::Light), used(&app, LicenseType::Standard)), (0, 3));
}

#[test]
fn what_somebody_changed_since_is_left_alone() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let fields = [("tick", "title"), ("title", "Author"), ("tick", "phone"), ("phone", "123")];
    let result = edit(&mut ada, &[&bert, &cleo], &fields);
    change_title(&app, &bert, "Boss");
    let plan = undo(&mut ada, &result);
    plan.must_say("Only in part: Somebody changed them since.");
    confirm(&mut ada, &plan);
    assert_eq!((title(&app, bert.id), title(&app, cleo.id)), ("Boss".into(), String::new()));
}

#[test]
fn what_is_changed_after_the_undo_was_shown_is_shown_again() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let result = edit(&mut ada, &[&bert, &cleo], &[("tick", "title"), ("title", "Author")]);
    let plan = undo(&mut ada, &result);
    change_title(&app, &bert, "Boss");
    let moved = confirm(&mut ada, &plan);
    assert_eq!(moved.status, 409);
    confirm(&mut ada, &moved).must_say("1 user changed.").must_say("1 skipped: changed by somebody since.");
    assert_eq!(title(&app, bert.id), "Boss");
}

#[test]
fn an_update_is_taken_back() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let page = choose(&mut ada, "updates", &[&bert, &cleo]);
    let plan = ask(&mut ada, &page, &[("body", "Badges are at the desk.")]);
    let result = confirm(&mut ada, &plan);
    let plan = undo(&mut ada, &result);
    confirm(&mut ada, &plan).must_say("2 users relieved of the update.");
    let left: i64 = app.read(|conn| Ok(notes::table.count().get_result(conn)?));
    assert_eq!(left, 0);
}

#[test]
fn an_undo_is_not_undone_and_leads_nowhere_twice() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let result = edit(&mut ada, &[&bert, &cleo], &[("tick", "title"), ("title", "Author")]);
    let plan = undo(&mut ada, &result);
    let undone = confirm(&mut ada, &plan);
    assert!(!undone.has("form[action='/edits/undo']"), "{}", undone.text());
    let again = undo(&mut ada, &result);
    again.must_not_say("Change 2").must_say("2 changed by somebody since");
}
