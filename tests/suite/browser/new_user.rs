//! Somebody new: created, given the link, and in.

use super::look::must_look_right;
use super::{Window, key};
use crate::lifecycle;
use crate::support::{Browser, SignedUp, TestApp};

const CHOSEN: &str = "three lamps near the lake";

fn studio() -> (TestApp, SignedUp) {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Bert Cooper").create();
    app.tamper("INSERT INTO teams (id, name) VALUES (1, 'Copy'), (2, 'Motion')");
    (app, ada)
}

/// The path of the link that is shown.
fn link(window: &Window) -> String {
    let shown = window.script("return document.getElementById('link').value", serde_json::json!([]));
    let shown = shown.as_str().unwrap_or_default();
    shown[shown.find("/welcome/").expect("an address of ours")..].to_owned()
}

fn fill_in<'a>(window: &'a Window, email: &str) -> &'a Window {
    window.fill_in("first_name", "Cleo").fill_in("last_name", "Marchetti").fill_in("email", email);
    window.click("Title, phone, time zone and more").fill_in("title", "Writer");
    window.click("Company, teams, groups").choose("team", "Copy").click("Further teams").click("Motion");
    window.choose("access_level", "Light").click("Create user")
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_scripts_switched_off_somebody_is_created_and_comes_in_by_the_link() {
    let (app, ada) = studio();
    let window = Window::without_scripts(&app).sign_in(&ada);
    window.go("/users");
    window.click_opener("new").tab_to("#new a[href='/users/new']").press(key::ENTER).must_say("Create user");
    fill_in(&window, &ada.email).must_say("Ada Lindqvist uses this address already.");
    assert!(window.has("#team option[value='1']:checked"), "what was chosen stays");
    window.fill_in("email", "cleo@example.test").click("Create user").must_say("Cleo Marchetti was created");
    let link = link(&window);
    window.click("To the profile").must_say("Writer").click("Organization").must_say("Motion");

    let invited = Window::without_scripts(&app);
    invited.go(&link);
    invited.must_say("Welcome, Cleo").fill_in("password", "short").fill_in("again", "other").click("Sign in");
    invited.must_say("at least 12");
    invited.fill_in("password", CHOSEN).fill_in("again", CHOSEN).click("Sign in").must_say("Projects");
    assert_eq!(invited.address(), "/projects");
    let late = Window::without_scripts(&app);
    late.go(&link);
    late.must_say("This link does not work");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn each_step_from_the_form_to_the_password_is_accessible_and_fits() {
    let (app, ada) = studio();
    let window = Window::signed_in(&app, &ada);
    window.go("/users/new");
    fill_in(&window, &ada.email).must_say("Ada Lindqvist uses this address already.");
    must_look_right(&window, "a new user whose address is taken");
    window.fill_in("email", "cleo@example.test").click("Create user").must_say("Cleo Marchetti was created");
    must_look_right(&window, "the link of a new user");
    let link = link(&window);
    let invited = Window::open(&app);
    invited.go(&link);
    must_look_right(&invited, "the welcome of a new user");
    assert!(invited.is_focused("#password"), "{}", invited.focused());
    invited.press("short").press(key::TAB).press("other").press(key::ENTER).must_say("at least 12");
    must_look_right(&invited, "a password that is refused");
    invited.fill_in("password", CHOSEN).fill_in("again", CHOSEN).click("Sign in").must_say("Projects");
    invited.expect_status(404).go(&link);
    must_look_right(&invited, "a link that was used");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_alone_somebody_is_created_and_their_link_copied() {
    let (app, ada) = studio();
    let window = Window::signed_in(&app, &ada);
    window.go("/users");
    window.tab_to("[popovertarget=new]").press(key::ENTER);
    window.until("the menu is open", || window.has("#new:popover-open"));
    window.arrow_down_to("#new a[href='/users/new']").press(key::ENTER).must_say("Create user");
    window.tab_to("#first_name").press("Cleo").tab_to("#last_name").press("Marchetti");
    window.tab_to("#email").press("cleo@example.test").tab_to("#access_level").press("l");
    window.tab_to("main form .button--primary").press(key::ENTER).must_say("Cleo Marchetti was created");
    window.tab_to("[data-copies=link]").press(key::ENTER).must_say("Copied");
    window.tab_to("main a.button--primary").press(key::ENTER).must_say("Sign-in link open until");
    must_look_right(&window, "the profile of somebody who is invited");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn the_address_of_somebody_deleted_asks_whether_to_restore_them_or_start_fresh() {
    let (app, ada) = studio();
    let cleo = app.person("Cleo Marchetti").title("Contractor").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let plan = lifecycle::plan(&mut browser, "delete", &[&cleo]);
    lifecycle::confirm(&mut browser, &plan, &[]);
    let window = Window::signed_in(&app, &ada);
    window.go("/users/new");
    window.fill_in("first_name", "Cleo").fill_in("last_name", "Second").fill_in("email", &cleo.email);
    window.click("Create user").must_say("Restore them, or start fresh?");
    must_look_right(&window, "an address that somebody deleted had");
    window.click("Start fresh").must_say("Cleo Second was created");
    window.click("Another like this one").must_say("Copied from Cleo Second");
    must_look_right(&window, "a new user like another");
}
