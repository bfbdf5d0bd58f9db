//! Deleting and restoring: the warning, the override, the recycle bin.

use super::{confirm, plan, state};
use crate::support::{Browser, TestApp};
use diesel::prelude::*;
use roster::db::schema::users;
use roster::licenses::{AccessLevel, LicenseType, seats};
use roster::users::State;

#[test]
fn people_without_history_get_a_plain_confirmation() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let hugo = app.person("Hugo Test").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&hugo]);
    page.must_say("1 without any history: safe to delete").must_say("recycle bin").must_say("30 days");
    page.must_not_say("strongly recommend");
    let result = confirm(&mut browser, &page, &[]);
    result.must_say("1 user deleted, 1 license freed.");
    assert_eq!(state(&app, &hugo), State::Deleted);
}

#[test]
fn a_mixed_selection_is_sorted_with_exact_numbers_and_one_button() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (cleo, hugo) = (app.person("Cleo Marchetti").create(), app.person("Hugo Test").create());
    app.history_of_every_kind(&cleo);
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&cleo, &hugo, &ada]);
    page.must_say("Cleo Marchetti has history. We strongly recommend deactivating instead.");
    page.must_say("1 with history").must_say("1 without any history").must_say("1 skipped");
    assert_eq!(page.count(".counts dt"), 5);
    assert_eq!(page.text_of(".sheet__foot .button--primary"), "Deactivate 1, delete 1");
    confirm(&mut browser, &page, &[]).must_say("1 user deactivated, 1 deleted, 2 licenses freed. 1 skipped");
    assert_eq!((state(&app, &cleo), state(&app, &hugo)), (State::Deactivated, State::Deleted));
}

#[test]
fn deleting_somebody_with_history_asks_for_a_reason_and_the_number() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").create();
    app.history_of_every_kind(&cleo);
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&cleo]);
    let switch = format!("step-{}", cleo.id);
    let action = page.attribute("#plan", "action").expect("the plan");
    let page = browser.submit(&page, &action, &[(&switch, "delete")]);
    page.must_say("You chose to delete 1 person who has history.");
    assert_eq!(page.text_of(".sheet__foot .button--danger"), "Delete 1");
    let lacking = confirm(&mut browser, &page, &[("number", "2")]);
    assert_eq!(lacking.status, 422);
    assert!(lacking.error_at("reason").contains("Say why"));
    assert!(lacking.error_at("number").contains("Type 1"));
    assert_eq!(lacking.value_of("number"), "2");
    assert_eq!(state(&app, &cleo), State::Active);
    let done = confirm(&mut browser, &lacking, &[("reason", "Duplicate"), ("number", "1")]);
    done.must_say("1 user deleted, 1 license freed.");
    assert_eq!(state(&app, &cleo), State::Deleted);
}

#[test]
fn a_row_switched_without_an_update_is_shown_again_before_it_runs() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let hugo = app.person("Hugo Test").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&hugo]);
    let switch = format!("step-{}", hugo.id);
    let again = confirm(&mut browser, &page, &[(&switch, "deactivate")]);
    assert_eq!(again.status, 409);
    again.must_say("Your choices are part of the plan now.");
    assert_eq!(state(&app, &hugo), State::Active);
    assert_eq!(again.text_of(".sheet__foot .button--primary"), "Deactivate 1");
    confirm(&mut browser, &again, &[]).must_say("1 user deactivated");
}

#[test]
fn deleting_and_restoring_leaves_every_association_exactly_as_before() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").create();
    app.history_of_every_kind(&cleo);
    let before = app.work_tables();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&cleo]);
    let action = page.attribute("#plan", "action").expect("the plan");
    let page = browser.submit(&page, &action, &[(&format!("step-{}", cleo.id), "delete")]);
    confirm(&mut browser, &page, &[("reason", "A test"), ("number", "1")]);
    assert_eq!(app.work_tables(), before, "deleting rewrites nothing");
    let bin = browser.get("/recycle-bin");
    bin.must_say("Cleo Marchetti").must_say("by Ada Lindqvist").must_say("A test").must_say("30 days");
    let page = browser.submit(&bin, "/plans", &[("act", "restore"), ("id", &cleo.id.to_string())]);
    page.must_say("Will be restored, active as Standard.");
    confirm(&mut browser, &page, &[]).must_say("1 user restored, 1 license taken.");
    assert_eq!(app.work_tables(), before);
    let person: (State, Option<AccessLevel>, String, Option<State>) = app.read(|conn| {
        let columns = (users::state, users::access_level, users::email, users::deleted_from);
        Ok(users::table.find(cleo.id).select(columns).first(conn)?)
    });
    assert_eq!(person, (State::Active, Some(AccessLevel::Standard), cleo.email.clone(), None));
    assert!(Browser::signed_in(&app, &cleo).cookie("roster-session").is_some(), "the password is back too");
}

#[test]
fn without_a_free_seat_somebody_is_restored_as_deactivated() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let hugo = app.person("Hugo Test").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&hugo]);
    confirm(&mut browser, &page, &[]);
    app.write(|conn| seats::set_owned(conn, LicenseType::Standard, Some(1)));
    let page = plan(&mut browser, "restore", &[&hugo]);
    page.must_say("Will be restored, deactivated.");
    confirm(&mut browser, &page, &[]).must_say("1 user restored, 1 of them as deactivated.");
    assert_eq!(state(&app, &hugo), State::Deactivated);
}

#[test]
fn somebody_whose_address_is_taken_is_restored_with_another_one() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let hugo = app.person("Hugo Test").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&hugo]);
    confirm(&mut browser, &page, &[]);
    app.person("Hugo Test").create();
    let page = plan(&mut browser, "restore", &[&hugo]);
    page.must_say("Somebody else uses this email address.");
    assert!(!page.has(".sheet__foot .button--primary"), "there is nothing to do yet");
    let action = page.attribute("#plan", "action").expect("the plan");
    let field = format!("email-{}", hugo.id);
    let page = browser.submit(&page, &action, &[(&field, "hugo.first")]);
    page.must_say("Enter an email address like name@example.com.");
    assert_eq!(page.value_of(&field), "hugo.first");
    let page = browser.submit(&page, &action, &[(&field, "hugo.first@example.test")]);
    confirm(&mut browser, &page, &[]).must_say("1 user restored");
    let email: String = app.read(|conn| Ok(users::table.find(hugo.id).select(users::email).first(conn)?));
    assert_eq!(email, "hugo.first@example.test");
}
