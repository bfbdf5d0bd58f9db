//! Signing in, sessions, passwords, forged forms.

use crate::support::{Browser, TestApp};

#[test]
fn a_wrong_password_is_refused_and_the_email_kept() {
    let app = TestApp::start();
    app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::new(&app);
    let page = browser.get("/sign-in");
    let page =
        browser.submit(&page, "/sign-in", &[("email", "ada.lindqvist@example.test"), ("password", "wrong password")]);
    assert_eq!(page.status, 422);
    assert!(page.text().contains("is not right, or the account is off"), "{}", page.text());
    assert_eq!(page.value_of("email"), "ada.lindqvist@example.test");
}

#[test]
fn the_right_password_opens_the_page_that_was_asked_for() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::new(&app);
    browser.sign_in(&ada);
    assert!(browser.cookie("roster-session").is_some());
}
