//! Coming back: the access level, and seats for all of them or none.

use super::{confirm, plan, state};
use crate::support::{Browser, TestApp};
use roster::licenses::{AccessLevel, LicenseType, seats};
use roster::users::State;

#[test]
fn a_freelancer_comes_back_with_the_last_level_preselected() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let gita = app.person("Gita Rao").level(AccessLevel::Light).deactivated().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "activate", &[&gita]);
    assert_eq!(page.attribute(&format!("#level-{} option[selected]", gita.id), "value").as_deref(), Some("light"));
    confirm(&mut browser, &page, &[]).must_say("1 user activated, 1 license taken.");
    assert_eq!(state(&app, &gita), State::Active);
    Browser::signed_in(&app, &gita);
}

#[test]
fn all_are_activated_or_none_and_the_numbers_are_said() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (gita, nils) =
        (app.person("Gita Rao").deactivated().create(), app.person("Nils Okonkwo").deactivated().create());
    app.write(|conn| seats::set_owned(conn, LicenseType::Standard, Some(2)));
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "activate", &[&gita, &nils]);
    page.must_say("2 Standard needed, 1 free.").must_say("3 of 2");
    let refused = confirm(&mut browser, &page, &[]);
    assert_eq!(refused.status, 422);
    assert_eq!((state(&app, &gita), state(&app, &nils)), (State::Deactivated, State::Deactivated));
    let action = refused.attribute("#plan", "action").expect("the plan");
    let page = browser.submit(&refused, &action, &[(&format!("level-{}", nils.id), "light")]);
    page.must_not_say("needed");
    confirm(&mut browser, &page, &[]).must_say("2 users activated, 2 licenses taken.");
}

#[test]
fn the_result_offers_the_way_back_as_a_new_plan() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    let result = confirm(&mut browser, &page, &[]);
    let page = browser.submit(&result, "/plans", &[("act", "activate")]);
    page.must_say("Activate 1 user?").must_say("Bert Cooper");
    confirm(&mut browser, &page, &[]);
    assert_eq!(state(&app, &bert), State::Active);
}
