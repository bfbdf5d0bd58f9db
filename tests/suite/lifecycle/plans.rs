//! Plans: what they show, how choices change them, and that confirming runs exactly what was shown, once.

use super::{confirm, deactivate, plan, state};
use crate::support::{Browser, TestApp};
use roster::licenses::{AccessLevel, LicenseType, seats};
use roster::users::State;

#[test]
fn a_plan_says_what_will_happen_and_changes_nobody() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").level(AccessLevel::Light).create();
    let cleo = app.person("Cleo Marchetti").create();
    let _session = Browser::signed_in(&app, &bert);
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert, &cleo, &ada]);
    page.must_say("Deactivate 3 users?").must_say("1 session ends, in every browser");
    page.must_say("1 Standard and 1 Light licenses").must_say("2 will be deactivated").must_say("1 skipped");
    page.must_say("You cannot deactivate yourself.");
    assert_eq!(page.text_of(".sheet__foot .button--primary"), "Deactivate 2");
    assert_eq!(state(&app, &bert), State::Active);
}

#[test]
fn deactivating_frees_the_license_ends_the_sessions_and_says_exactly_what_happened() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").level(AccessLevel::Light).create();
    let mut berts = Browser::signed_in(&app, &bert);
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert, &ada]);
    let result = confirm(&mut browser, &page, &[("reason", "Contract ended")]);
    result.must_say("1 user deactivated, 1 license freed. 1 skipped: you cannot deactivate yourself.");
    assert_eq!(state(&app, &bert), State::Deactivated);
    assert_eq!(app.read(|conn| seats::of(conn, LicenseType::Light)).used, 0);
    let out = berts.get("/recycle-bin");
    assert!(out.address.starts_with("/sign-in"), "{}", out.address);
    let refused = berts.get("/sign-in");
    let refused = berts.submit(&refused, "/sign-in", &[("email", &bert.email), ("password", crate::support::PASSWORD)]);
    assert_eq!(refused.status, 422);
    let operation = browser.get(&result.link("See who and why"));
    operation.must_say("Deactivation of 2 people").must_say("Contract ended").must_say("by Ada Lindqvist");
}

#[test]
fn a_fragment_request_of_an_ended_session_is_sent_to_the_sign_in_page() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let ben = app.person("Ben Okafor").administrator().create();
    let mut bens = Browser::signed_in(&app, &ben);
    let mut browser = Browser::signed_in(&app, &ada);
    deactivate(&mut browser, &[&ben]);
    let answer = bens.get_with("/operations", &[("HX-Request", "true"), ("HX-Target", "list")]);
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert!(answer.headers["hx-redirect"].starts_with("/sign-in"));
}

#[test]
fn what_was_typed_comes_along_to_the_next_people_of_a_plan() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    app.history_of_every_kind(&bert);
    super::batches::crowd(&app, 60);
    let mut browser = Browser::signed_in(&app, &ada);
    let page = super::batches::plan_for_all_that_match(&mut browser, "delete", "");
    let fingerprint = page.value_of("fingerprint");
    let next = browser.press(&page, "#plan", "Show the next ones", &[("reason", "Season’s end")]);
    assert_eq!((next.status, next.value_of("reason").as_str()), (200, "Season’s end"));
    assert!(next.has("details.plan__more[open]"), "the list goes on where it was");
    assert_ne!(next.text_of(".plan__more .plan__row"), page.text_of(".plan__more .plan__row"));
    assert_eq!(next.value_of("fingerprint"), fingerprint);
    next.must_say("changed the reason");
    let switch = format!("step-{}", bert.id);
    let switched = browser.press(&page, "#plan", "Show the next ones", &[(&switch, "delete"), ("number", "7")]);
    switched.must_say("You chose to delete 1 person who has history.");
    assert_eq!(switched.value_of("number"), "7");
    assert_eq!(browser.get(&page.address).value_of("reason"), "", "as the form had it");
}

#[test]
fn a_second_click_a_retry_and_the_back_button_lead_to_the_same_operation() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    let first = confirm(&mut browser, &page, &[]);
    let second = confirm(&mut browser, &page, &[]);
    assert_eq!(first.address, second.address);
    let back = browser.get(&page.address);
    assert!(back.address.starts_with("/operations/"), "{}", back.address);
    assert_eq!(browser.get("/operations").count("tbody tr"), 1);
}

#[test]
fn two_clicks_at_the_same_moment_run_the_plan_once() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    let browsers: Vec<Browser> = (0..8).map(|_| browser.clone()).collect();
    let addresses: Vec<String> = std::thread::scope(|scope| {
        let clicks: Vec<_> = browsers
            .into_iter()
            .map(|mut browser| {
                scope.spawn({
                    let page = &page;
                    move || confirm(&mut browser, page, &[]).address
                })
            })
            .collect();
        clicks.into_iter().map(|click| click.join().expect("a click")).collect()
    });
    assert!(addresses.iter().all(|address| *address == addresses[0]), "{addresses:?}");
    assert_eq!(browser.get("/operations").count("tbody tr"), 1);
    assert_eq!(app.read(|conn| seats::of(conn, LicenseType::Standard)).used, 1);
}

#[test]
fn if_something_decisive_changed_nothing_runs_and_the_difference_is_shown() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marchetti").create());
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert, &cleo]);
    deactivate(&mut browser.clone(), &[&bert]);
    let moved = confirm(&mut browser, &page, &[]);
    assert_eq!(moved.status, 409);
    moved.must_say("Nothing ran.").must_say("Bert Cooper was active and is deactivated now.");
    assert_eq!(state(&app, &cleo), State::Active);
    let done = confirm(&mut browser, &moved, &[]);
    done.must_say("1 user deactivated, 1 license freed. 1 skipped: deactivated already.");
}

#[test]
fn history_that_appears_after_the_plan_stops_a_deletion() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let hugo = app.person("Hugo Test").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&hugo]);
    app.history_of_every_kind(&hugo);
    let moved = confirm(&mut browser, &page, &[]);
    assert_eq!(moved.status, 409);
    moved.must_say("Hugo Test has history by now.");
    assert_eq!(moved.text_of(".sheet__foot .button--primary"), "Deactivate 1");
    assert_eq!(state(&app, &hugo), State::Active);
}

#[test]
fn a_forged_fingerprint_runs_nothing() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    let answer = confirm(&mut browser, &page, &[("fingerprint", "0123456789abcdef")]);
    assert_eq!(answer.status, 409);
    assert_eq!(state(&app, &bert), State::Active);
}

#[test]
fn a_plan_that_nobody_confirmed_is_gone_after_a_day() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    app.site.clock.advance_seconds(25 * 3600);
    let mut browser = Browser::signed_in(&app, &ada);
    let answer = browser.get(&page.address);
    assert_eq!(answer.status, 410);
    answer.must_say("This plan is gone");
}

#[test]
fn with_nobody_ticked_no_plan_is_made() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let token = browser.get("/recycle-bin").value_of("csrf");
    let fields = [("csrf", token.as_str()), ("act", "delete"), ("selection", "ticked"), ("return_to", "/recycle-bin")];
    let answer = browser.post_raw("/plans", &[], &fields);
    assert_eq!(answer.headers["location"], "/recycle-bin?nothing=1");
    browser.get("/recycle-bin?nothing=1").must_say("Nobody is ticked");
}
