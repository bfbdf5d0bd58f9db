//! One's own account: time zone and password.

use roster::db::Timestamp;
use roster::users::password;

use super::{attempt, sessions_of};
use crate::support::{Browser, PASSWORD, SignedUp, TestApp};

const NEW: &str = "seven swans on a lake";

fn first_password(app: &TestApp, user: &SignedUp) {
    let hash = password::hash(PASSWORD, &app.site.hash_cost).expect("a hash");
    app.write(|conn| password::set(conn, user.id, &hash, true, Timestamp::NEVER));
}

fn change(browser: &mut Browser, current: &str, new: &str, again: &str) -> crate::support::PageSeen {
    let page = browser.get("/account/password");
    browser.submit(&page, "/account/password", &[("current", current), ("new", new), ("again", again)])
}

#[test]
fn a_time_zone_is_saved_and_a_wrong_one_refused() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/account");
    let page = browser.submit(&page, "/account", &[("time_zone", "Europe/Viena")]);
    assert_eq!(page.status, 422);
    assert!(page.error_at("time_zone").contains("no such time zone"));
    assert_eq!(page.value_of("time_zone"), "Europe/Viena");
    let page = browser.submit(&page, "/account", &[("time_zone", "Europe/Vienna")]);
    assert_eq!(page.value_of("time_zone"), "Europe/Vienna");
    page.must_say("Your time zone is saved.");
    let page = browser.submit(&page, "/account", &[("time_zone", "")]);
    assert_eq!(page.value_of("time_zone"), "");
}

#[test]
fn a_new_password_signs_other_browsers_out_and_this_one_stays() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (mut here, mut elsewhere) = (Browser::signed_in(&app, &ada), Browser::signed_in(&app, &ada));
    let before = app.read(|conn| app.site.chain.verify(conn)).expect("whole").entries;
    let page = change(&mut here, PASSWORD, NEW, NEW);
    assert_eq!(page.address, "/users?done=password");
    assert_eq!(here.get("/account?done=password").must_say("Your password is changed.").status, 200);
    assert!(elsewhere.get("/account").address.starts_with("/sign-in"));
    assert_eq!(sessions_of(&app, ada.id), 1);
    assert_eq!(app.read(|conn| app.site.chain.verify(conn)).expect("whole").entries, before + 1);
    assert_eq!(attempt(&mut Browser::new(&app), &ada.email, PASSWORD).status, 422);
    assert_eq!(attempt(&mut Browser::new(&app), &ada.email, NEW).status, 303);
}

#[test]
fn what_is_wrong_with_a_new_password_stands_beside_its_field() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    for (current, new, again, field, message) in [
        ("not my password", NEW, NEW, "current", "not your current password"),
        (PASSWORD, "short", "short", "new", "at least 12"),
        (PASSWORD, PASSWORD, PASSWORD, "new", "Choose another"),
        (PASSWORD, NEW, "seven swans on a late", "again", "differs"),
        ("", NEW, NEW, "current", "Enter your current"),
    ] {
        let page = change(&mut browser, current, new, again);
        assert_eq!(page.status, 422);
        assert!(page.error_at(field).contains(message), "{field}: {}", page.text());
        assert_eq!(page.attribute(&format!("#{field}"), "aria-invalid").as_deref(), Some("true"));
    }
    assert_eq!(attempt(&mut Browser::new(&app), &ada.email, PASSWORD).status, 303, "nothing was changed");
}

#[test]
fn guessing_the_current_password_in_an_open_session_is_slowed() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    for _ in 0..5 {
        assert_eq!(change(&mut browser, "not my password", NEW, NEW).status, 422);
    }
    let page = change(&mut browser, PASSWORD, NEW, NEW);
    assert_eq!(page.status, 429);
    assert!(page.error_at("current").contains("Wait"));
}

#[test]
fn somebody_with_a_first_password_reaches_only_the_page_to_change_it_and_sign_out() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    first_password(&app, &ada);
    let mut browser = Browser::new(&app);
    attempt(&mut browser, &ada.email, PASSWORD);
    for path in ["/", "/account", "/help/deactivate-or-delete"] {
        assert_eq!(browser.get(path).address, "/account/password", "{path}");
    }
    let page = browser.get("/account/password");
    page.must_say("Choose one of your own").must_say("Sign out").must_not_say("Main Menu").must_not_say("Find people");
    let refused = browser.post_raw("/account", &[], &[("csrf", &page.value_of("csrf")), ("time_zone", "UTC")]);
    assert_eq!(refused.headers["location"], "/account/password");
    assert_eq!(change(&mut browser, PASSWORD, PASSWORD, PASSWORD).status, 422);
    change(&mut browser, PASSWORD, NEW, NEW);
    assert_eq!(browser.get("/account").address, "/account");
}
