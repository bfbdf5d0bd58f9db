//! Signing in, in a real browser.

use super::{Window, axe, key};
use crate::support::{PASSWORD, TestApp};

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn one_signs_in_with_the_keyboard_alone() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let window = Window::open(&app);
    window.go("/sign-in");
    assert!(window.is_focused("#email"), "{}", window.focused());
    window.press(&ada.email).press(key::TAB).press("not my password").press(key::ENTER);
    window.must_say("Email or password is not right");
    axe::must_be_accessible(&window, "the refused sign-in");
    window.tab_to("#password").press(PASSWORD).press(key::ENTER);
    window.until("Ada is in", || !window.address().starts_with("/sign-in"));
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn one_signs_in_with_scripts_switched_off() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let window = Window::without_scripts(&app).sign_in(&ada);
    window.click("Main Menu").must_say("Users");
}
