//! Preferences and Licenses in a real browser: also while something is wrong, or was changed meanwhile.

use super::Window;
use super::look::must_look_right;
use crate::support::{Browser, TestApp};

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn what_is_wrong_and_what_was_changed_meanwhile_is_accessible_and_fits() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let window = Window::signed_in(&app, &ada);
    window.expect_status(422).expect_status(409);
    window.go("/preferences");
    window.fill_in("organization_name", "Northwind Studio").fill_in("time_zone", "Europe/Viena");
    window.fill_in("session_hours", "0").fill_in("password_length", "3").click("Save preferences");
    window.must_say("The preferences were not saved.");
    must_look_right(&window, "preferences that are wrong");
    let mut elsewhere = Browser::signed_in(&app, &ada);
    let page = elsewhere.get("/preferences");
    elsewhere.submit(&page, "/preferences", &[("organization_name", "Southwind"), ("session_hours", "24")]);
    window.fill_in("time_zone", "Europe/Vienna").fill_in("session_hours", "8").fill_in("password_length", "14");
    window.click("Save preferences").must_say("Session lifetime: now “24 hours”, you entered “8 hours”");
    must_look_right(&window, "preferences that were changed meanwhile");
    window.click("Save preferences").must_say("The preferences are saved");
    must_look_right(&window, "preferences that are saved");
    window.go("/licenses");
    let page = elsewhere.get("/licenses");
    elsewhere.submit(&page, "/licenses", &[("light", "20")]);
    window.fill_in("light", "15").click("Save seats").must_say("Light: now 20, you entered 15");
    must_look_right(&window, "licenses that were changed meanwhile");
}
