//! Guessing is slowed down; nobody is locked out.

use diesel::prelude::*;
use roster::db::schema::sign_in_attempts;

use super::attempt;
use crate::support::{Browser, PASSWORD, SignedUp, TestApp};

fn fail(app: &TestApp, email: &str, times: usize) {
    for _ in 0..times {
        attempt(&mut Browser::new(app), email, "wrong password");
    }
}

/// Through a trusted proxy, from this address.
fn attempt_from(app: &TestApp, address: &str, email: &str, password: &str) -> u16 {
    let mut browser = Browser::new(app);
    let token = browser.get("/sign-in").value_of("csrf");
    let fields = [("csrf", token.as_str()), ("email", email), ("password", password)];
    browser.post_raw("/sign-in", &[("X-Forwarded-For", address)], &fields).status
}

fn app_with_ada() -> (TestApp, SignedUp) {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    (app, ada)
}

fn behind_a_proxy() -> TestApp {
    TestApp::start_with(|site| site.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")])
}

#[test]
fn who_fails_often_waits_and_is_told_how_long() {
    let (app, ada) = app_with_ada();
    fail(&app, &ada.email, 5);
    let page = attempt(&mut Browser::new(&app), &ada.email, PASSWORD);
    assert_eq!(page.status, 429);
    page.must_say("Wait 1 second, then try again.");
    assert_eq!(page.headers["retry-after"], "1");
    assert_eq!(page.value_of("email"), ada.email);
    app.site.clock.advance_seconds(1);
    assert_eq!(attempt(&mut Browser::new(&app), &ada.email, PASSWORD).status, 303);
}

#[test]
fn an_unknown_account_is_slowed_in_the_same_way() {
    let (app, _) = app_with_ada();
    fail(&app, "nobody@example.test", 5);
    assert_eq!(attempt(&mut Browser::new(&app), "nobody@example.test", "x").status, 429);
}

#[test]
fn the_wait_grows_to_a_minute_and_no_further() {
    let (app, ada) = app_with_ada();
    let mut waits = Vec::new();
    for _ in 0..15 {
        let page = attempt(&mut Browser::new(&app), &ada.email, "wrong password");
        if page.status == 429 {
            let wait: i64 = page.headers["retry-after"].parse().expect("seconds");
            waits.push(wait);
            app.site.clock.advance_seconds(wait);
            attempt(&mut Browser::new(&app), &ada.email, "wrong password");
        }
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    app.site.clock.advance_seconds(60);
    assert_eq!(attempt(&mut Browser::new(&app), &ada.email, PASSWORD).status, 303);
}

#[test]
fn an_attempt_while_waiting_does_not_make_the_wait_longer() {
    let (app, ada) = app_with_ada();
    fail(&app, &ada.email, 30);
    app.site.clock.advance_seconds(1);
    assert_eq!(attempt(&mut Browser::new(&app), &ada.email, PASSWORD).status, 303);
}

#[test]
fn a_browser_that_signed_in_before_cannot_be_kept_out_by_others_who_fail() {
    let (app, ada) = app_with_ada();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/account");
    browser.submit(&page, "/sign-out", &[]);
    fail(&app, &ada.email, 40);
    assert_eq!(attempt(&mut Browser::new(&app), &ada.email, PASSWORD).status, 429);
    assert_eq!(attempt(&mut browser, &ada.email, PASSWORD).status, 303);
}

#[test]
fn a_browser_that_signed_in_before_is_slowed_when_it_fails_itself() {
    let (app, ada) = app_with_ada();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/account");
    browser.submit(&page, "/sign-out", &[]);
    for _ in 0..5 {
        attempt(&mut browser, &ada.email, "wrong password");
    }
    assert_eq!(attempt(&mut browser, &ada.email, PASSWORD).status, 429);
}

#[test]
fn a_forged_cookie_of_a_known_browser_buys_nothing() {
    let (app, ada) = app_with_ada();
    fail(&app, &ada.email, 5);
    let mut browser = Browser::new(&app);
    let name = roster::sign_in::throttle::cookie_name(&app.site.keys, &ada.email);
    browser.set_cookie(&name, "abcdefgh.0000000000000000000000000000000000000000000000000000000000000000");
    assert_eq!(attempt(&mut browser, &ada.email, PASSWORD).status, 429);
    // One that was made for another account.
    let other = roster::sign_in::throttle::cookie_value(&app.site.keys, "bruno.falk@example.test");
    browser.set_cookie(&name, &other);
    assert_eq!(attempt(&mut browser, &ada.email, PASSWORD).status, 429);
}

#[test]
fn one_address_that_tries_many_accounts_is_slowed_and_others_are_not() {
    let app = behind_a_proxy();
    let ada = app.person("Ada Lindqvist").create();
    for n in 0..20 {
        assert_eq!(attempt_from(&app, "203.0.113.7", &format!("user{n}@example.test"), "guess"), 422);
    }
    assert_eq!(attempt_from(&app, "203.0.113.7", &ada.email, PASSWORD), 429);
    assert_eq!(attempt_from(&app, "203.0.113.8", &ada.email, PASSWORD), 303);
}

#[test]
fn behind_a_trusted_proxy_the_last_address_that_it_did_not_vouch_for_counts() {
    let app = behind_a_proxy();
    for n in 0..20 {
        // What the client wrote itself changes each time; what the proxy added does not.
        attempt_from(&app, &format!("198.51.100.{n}, 203.0.113.7"), &format!("user{n}@example.test"), "guess");
    }
    assert_eq!(attempt_from(&app, "198.51.100.99, 203.0.113.7", "ada@example.test", "guess"), 429);
}

#[test]
fn without_a_trusted_proxy_the_header_is_not_believed() {
    let app = TestApp::start();
    for n in 0..20 {
        attempt_from(&app, &format!("203.0.113.{n}"), &format!("user{n}@example.test"), "guess");
    }
    assert_eq!(attempt_from(&app, "203.0.113.99", "ada@example.test", "guess"), 429);
}

#[test]
fn signing_in_to_an_account_of_ones_own_does_not_buy_more_guesses_at_others() {
    let app = behind_a_proxy();
    let ada = app.person("Ada Lindqvist").create();
    for n in 0..20 {
        if n % 5 == 0 {
            assert_eq!(attempt_from(&app, "203.0.113.7", &ada.email, PASSWORD), 303);
        }
        attempt_from(&app, "203.0.113.7", &format!("user{n}@example.test"), "guess");
    }
    assert_eq!(attempt_from(&app, "203.0.113.7", &ada.email, PASSWORD), 429);
}

#[test]
fn many_guesses_at_once_are_no_way_around() {
    let (app, ada) = app_with_ada();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let guess = || attempt(&mut Browser::new(&app), &ada.email, "wrong password").status;
        let guesses: Vec<_> = (0..16).map(|_| scope.spawn(guess)).collect();
        guesses.into_iter().map(|guess| guess.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 5, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 11, "{statuses:?}");
}

#[test]
fn failures_are_forgotten_after_an_hour_and_their_rows_go() {
    let (app, ada) = app_with_ada();
    fail(&app, &ada.email, 5);
    app.site.clock.advance_seconds(3_700);
    attempt(&mut Browser::new(&app), "nobody@example.test", "wrong password");
    let rows: i64 = app.read(|conn| Ok(sign_in_attempts::table.count().get_result(conn)?));
    assert_eq!(rows, 2, "the address and the account of just now");
}
