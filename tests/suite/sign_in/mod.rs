//! Signing in, sessions, passwords, forged forms.

mod account;
mod forms;
mod session;
mod setup;
mod throttle;

use diesel::prelude::*;
use roster::db::UserId;
use roster::db::schema::{sessions, users};
use roster::users::State;

use crate::support::{Browser, PASSWORD, PageSeen, SignedUp, TestApp};

/// Sends the sign-in form of a fresh page.
pub fn attempt(browser: &mut Browser, email: &str, password: &str) -> PageSeen {
    let page = browser.get("/sign-in");
    let token = page.value_of("csrf");
    browser.post_raw("/sign-in", &[], &[("csrf", &token), ("email", email), ("password", password), ("next", "")])
}

/// Deactivates as far as the door is concerned: the row alone, behind the application's back.
fn switch_off(app: &TestApp, user: &SignedUp) {
    app.write(|conn| {
        diesel::update(users::table.find(user.id))
            .set((users::state.eq(State::Deactivated), users::access_level.eq(None::<roster::licenses::AccessLevel>)))
            .execute(conn)?;
        Ok(())
    });
}

fn sessions_of(app: &TestApp, user: UserId) -> i64 {
    app.read(|conn| Ok(sessions::table.filter(sessions::user_id.eq(user)).count().get_result(conn)?))
}

#[test]
fn a_wrong_password_is_refused_and_the_email_kept() {
    let app = TestApp::start();
    app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::new(&app);
    let page = attempt(&mut browser, "ada.lindqvist@example.test", "wrong password");
    assert_eq!(page.status, 422);
    page.must_say("is not right, or the account is off");
    assert_eq!(page.value_of("email"), "ada.lindqvist@example.test");
    assert_eq!(page.value_of("password"), "");
}

#[test]
fn a_wrong_password_an_unknown_address_and_an_account_that_is_off_get_the_same_words() {
    let app = TestApp::start();
    app.person("Ada Lindqvist").create();
    app.person("Bruno Falk").deactivated().create();
    let mut answers = Vec::new();
    for (email, password) in [
        ("ada.lindqvist@example.test", "wrong password"),
        ("nobody@example.test", PASSWORD),
        ("bruno.falk@example.test", PASSWORD),
    ] {
        let page = attempt(&mut Browser::new(&app), email, password);
        answers.push((page.status, page.text()));
    }
    assert_eq!(answers[0].0, 422);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[test]
fn the_email_is_taken_in_any_case() {
    let app = TestApp::start();
    app.person("Ada Lindqvist").create();
    let page = attempt(&mut Browser::new(&app), " Ada.Lindqvist@EXAMPLE.test ", PASSWORD);
    assert_eq!(page.status, 303);
}

#[test]
fn signing_in_opens_the_page_that_was_asked_for() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::new(&app);
    let page = browser.get("/account?saved=1");
    assert_eq!(page.address, "/sign-in?next=%2Faccount%3Fsaved%3D1");
    let page = browser.submit(&page, "/sign-in", &[("email", &ada.email), ("password", PASSWORD)]);
    assert_eq!((page.status, page.address.as_str()), (200, "/account?saved=1"));
}

#[test]
fn nobody_is_led_to_another_site_after_signing_in() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    for next in ["https://evil.test/", "//evil.test", "/\\evil.test", "\\\\evil.test", "/\t/evil.test", "javascript:x"]
    {
        let mut browser = Browser::new(&app);
        let token = browser.get("/sign-in").value_of("csrf");
        let fields = [("csrf", token.as_str()), ("email", &ada.email), ("password", PASSWORD), ("next", next)];
        let answer = browser.post_raw("/sign-in", &[], &fields);
        assert_eq!((answer.status, answer.headers["location"].as_str()), (303, "/"), "{next}");
    }
}

#[test]
fn administrators_start_at_users_and_everybody_else_at_projects() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").create();
    for (person, start) in [(ada, "/users"), (cleo, "/projects")] {
        let mut browser = Browser::signed_in(&app, &person);
        assert_eq!(browser.get("/").address, start);
    }
}

#[test]
fn signing_out_ends_the_session() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let old = browser.cookie("roster-session").expect("signed in").clone();
    let page = browser.get("/account");
    assert_eq!(browser.submit(&page, "/sign-out", &[]).address, "/sign-in");
    assert_eq!(sessions_of(&app, ada.id), 0);
    browser.set_cookie("roster-session", &old);
    assert!(browser.get("/account").address.starts_with("/sign-in"));
}

#[test]
fn the_help_says_when_to_deactivate_and_when_to_delete() {
    let app = TestApp::start();
    let cleo = app.person("Cleo Marchetti").create();
    let page = Browser::signed_in(&app, &cleo).get("/help/deactivate-or-delete");
    page.must_say("Deactivate people who leave. Delete only what never really was a user");
}

#[test]
fn a_refusal_takes_as_long_for_an_unknown_address_and_an_account_that_is_off_as_for_a_wrong_password() {
    let app = TestApp::start_with(|site| site.hash_cost = argon2::Params::new(32 * 1024, 4, 1, None).expect("a cost"));
    let people = [app.person("Ada Lindqvist").create(), app.person("Ivo Marsh").create()];
    for person in &people {
        let hash = roster::users::password::hash(PASSWORD, &app.site.hash_cost).expect("a hash");
        let now = app.site.clock.now();
        app.write(|conn| roster::users::password::set(conn, person.id, &hash, false, now));
    }
    switch_off(&app, &people[1]);
    let mut browser = Browser::new(&app);
    let mut fastest = |email: &str, password: &str| {
        let tries = (0..3).map(|_| {
            let begun = std::time::Instant::now();
            assert_eq!(attempt(&mut browser, email, password).status, 422);
            begun.elapsed()
        });
        tries.min().expect("three tries")
    };
    let wrong = fastest(&people[0].email, "not the password");
    for email in [people[1].email.as_str(), "nobody@example.test"] {
        let other = fastest(email, PASSWORD);
        assert!(other * 2 > wrong && wrong * 3 > other, "{email}: {other:?}, a wrong password: {wrong:?}");
    }
}
