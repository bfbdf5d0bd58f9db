//! Sessions: begun at sign-in, gone for good when they end.

use std::collections::HashMap;
use std::sync::Barrier;

use actix_session::storage::SessionStore;
use actix_web::cookie::time::Duration;
use diesel::prelude::*;
use roster::db::Lane;
use roster::db::schema::sessions;
use roster::sign_in::session::{COMPARED_WITH, DatabaseSessions, USER};
use roster::sign_in::store::NewSession;

use super::{sessions_of, switch_off};
use crate::support::{Browser, TestApp};

fn rows(app: &TestApp) -> i64 {
    app.read(|conn| Ok(sessions::table.count().get_result(conn)?))
}

#[test]
fn visitors_leave_no_row() {
    let app = TestApp::start();
    let mut browser = Browser::new(&app);
    for path in ["/", "/sign-in", "/users", "/nothing"] {
        browser.get(path);
    }
    super::attempt(&mut browser, "nobody@example.test", "wrong password");
    assert_eq!(rows(&app), 0);
    assert!(browser.cookie("roster-session").is_none());
}

#[test]
fn cookies_are_kept_from_scripts_and_from_other_sites() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    for cookie in super::forms::cookies_of_a_sign_in(&app, &ada) {
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert!(!cookie.contains("Secure"), "{cookie}");
    }
}

#[test]
fn behind_https_cookies_are_secure() {
    let app = TestApp::start_with(|site| site.public_url = Some("https://roster.example.test".into()));
    let ada = app.person("Ada Lindqvist").create();
    let cookies = super::forms::cookies_of_a_sign_in(&app, &ada);
    assert_eq!(cookies.len(), 3, "visitor, session, known browser: {cookies:?}");
    for cookie in cookies {
        assert!(cookie.contains("Secure") && cookie.contains("HttpOnly"), "{cookie}");
    }
}

#[test]
fn signing_in_rotates_the_session() {
    let app = TestApp::start();
    let (ada, cleo) = (app.person("Ada Lindqvist").create(), app.person("Cleo Marchetti").create());
    let mut browser = Browser::signed_in(&app, &ada);
    let first = browser.cookie("roster-session").expect("a session").clone();
    let page = browser.get("/account");
    let fields =
        [("csrf", page.value_of("csrf")), ("email", cleo.email), ("password", crate::support::PASSWORD.into())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post_raw("/sign-in", &[], &fields).status, 303);
    assert_ne!(browser.cookie("roster-session"), Some(&first));
    assert_eq!((sessions_of(&app, ada.id), sessions_of(&app, cleo.id)), (0, 1));
    browser.set_cookie("roster-session", &first);
    assert!(browser.get("/account").address.starts_with("/sign-in"), "the old key opens nothing");
}

#[test]
fn an_ended_session_is_never_revived_by_a_late_save() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let store = DatabaseSessions(app.site.clone());
    actix_web::rt::System::new().block_on(async {
        let state = HashMap::from([(USER.to_owned(), ada.id.to_string())]);
        let key = store.save(state, &Duration::hours(1)).await.expect("saved");
        let mut state = store.load(&key).await.expect("a lookup").expect("the session");
        state.insert("more".into(), "1".into());
        store.delete(&key).await.expect("deleted");
        store.update(key, state, &Duration::hours(1)).await.expect("refused without a word");
    });
    assert_eq!(rows(&app), 0);
}

#[test]
fn no_session_begins_for_somebody_who_was_deactivated_a_moment_ago() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    switch_off(&app, &ada);
    let store = DatabaseSessions(app.site.clone());
    let state = HashMap::from([(USER.to_owned(), ada.id.to_string())]);
    actix_web::rt::System::new().block_on(async {
        let key = store.save(state, &Duration::hours(1)).await.expect("an answer");
        assert!(store.load(&key).await.expect("a lookup").is_none());
    });
    assert_eq!(rows(&app), 0);
    let hash = app.read(|conn| roster::users::password::of_user(conn, ada.id)).expect("a password");
    let now = app.site.clock.now();
    let admitted = app.write(|conn| roster::sign_in::admission::admit(conn, ada.id, &hash, &[], now));
    assert!(!admitted, "their sign-in is not noted either");
}

#[test]
fn no_session_begins_with_a_password_that_was_changed_a_moment_ago() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let hash = app.read(|conn| roster::users::password::of_user(conn, ada.id)).expect("a password");
    let store = DatabaseSessions(app.site.clone());
    let begin = |compared_with: &str| {
        let words = [(USER, ada.id.to_string()), (COMPARED_WITH, format!("\"{compared_with}\""))];
        let state = HashMap::from(words.map(|(name, value)| (name.to_owned(), value)));
        actix_web::rt::System::new().block_on(async {
            let key = store.save(state, &Duration::hours(1)).await.expect("an answer");
            store.load(&key).await.expect("a lookup")
        })
    };
    let state = begin(&hash).expect("a session");
    assert!(!state.contains_key(COMPARED_WITH), "the hash is not kept with the session");
    let now = app.site.clock.now();
    app.write(|conn| roster::users::password::set(conn, ada.id, "another hash", false, now));
    assert!(begin(&hash).is_none());
    assert_eq!(rows(&app), 1);
}

#[test]
fn a_password_change_that_has_begun_is_waited_for_by_a_session() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let compared_with = app.read(|conn| roster::users::password::of_user(conn, ada.id));
    let (user, data, nothing) = (ada.id, "{}".to_owned(), String::new());
    let session = NewSession { user, compared_with, data, address: nothing.clone(), user_agent: nothing };
    let begun = Barrier::new(2);
    let now = app.site.clock.now();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            app.write(|conn| {
                roster::users::password::set(conn, ada.id, "another hash", false, now)?;
                roster::sign_in::store::end_all(conn, &[ada.id])?;
                begun.wait();
                std::thread::sleep(std::time::Duration::from_millis(300));
                Ok(())
            });
        });
        begun.wait();
        let insert = |conn: &mut _| roster::sign_in::store::insert(conn, "key", &session, now, now.plus_seconds(60));
        app.site.db.write_now(Lane::Work, insert).expect("an answer");
    });
    assert_eq!(rows(&app), 0);
}

#[test]
fn signing_in_from_many_browsers_at_once_is_no_deadlock() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let hash = app.read(|conn| roster::users::password::of_user(conn, ada.id)).expect("a password");
    let now = app.site.clock.now();
    let start = Barrier::new(8);
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                start.wait();
                for _ in 0..10 {
                    let admit = |conn: &mut _| roster::sign_in::admission::admit(conn, ada.id, &hash, &[], now);
                    assert!(app.site.db.write_now(Lane::Work, admit).expect("an answer"));
                }
            });
        }
    });
}

#[test]
fn nobody_is_admitted_with_a_password_that_was_changed_meanwhile() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let now = app.site.clock.now();
    assert!(!app.write(|conn| roster::sign_in::admission::admit(conn, ada.id, "another hash", &[], now)));
}

#[test]
fn somebody_deactivated_is_out_on_the_very_next_request() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/account");
    assert_eq!(page.status, 200);
    switch_off(&app, &ada);
    assert!(browser.get("/account").address.starts_with("/sign-in"));
    let late = browser.submit(&page, "/account", &[("time_zone", "Europe/Vienna")]);
    assert!(late.address.starts_with("/sign-in"), "a form of an earlier page is refused");
}

#[test]
fn a_fragment_request_without_a_session_is_sent_to_the_sign_in_page() {
    let app = TestApp::start();
    let answer = Browser::new(&app).get_with("/account", &[("HX-Request", "true"), ("HX-Target", "rows")]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["hx-redirect"], "/sign-in?next=%2F");
    assert_eq!(answer.body, "");
}

#[test]
fn a_session_runs_out() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    app.site.clock.advance_seconds(12 * 3_600 - 1);
    assert_eq!(browser.get("/account").address, "/account");
    app.site.clock.advance_seconds(2);
    assert!(browser.get("/account").address.starts_with("/sign-in"));
}
