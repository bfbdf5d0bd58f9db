//! The documented flow, as an administrator does it: Main Menu, Users, tick, More, the plan, the result.

use super::look::must_look_right;
use super::{Window, key};
use crate::support::{SignedUp, TestApp};
use roster::licenses::AccessLevel;

pub struct Studio {
    pub app: TestApp,
    pub ada: SignedUp,
    pub cleo: SignedUp,
}

/// Cleo has history of every kind, Hugo has none.
pub fn studio() -> Studio {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").title("Contractor, copy").create();
    app.person("Hugo Test").level(AccessLevel::Light).create();
    app.history_of_every_kind(&cleo);
    Studio { app, ada, cleo }
}

impl Studio {
    pub fn window(&self) -> Window {
        Window::signed_in(&self.app, &self.ada)
    }
}

/// From wherever one is to the list, by the menu.
pub fn to_users(window: &Window) {
    window.click("Main Menu").click("Users").must_say("Last sign-in");
}

pub fn open_plan(window: &Window, people: &[&str], act: &str) {
    for name in people {
        window.tick(name);
    }
    window.must_say(&format!("{} selected", people.len()));
    window.click("More").click(act);
    window.until("the plan is open", || window.has("dialog[open] #plan"));
}

pub fn result(window: &Window, text: &str) {
    window.must_say(text);
    assert!(!window.has("dialog[open]"), "the dialog is still open");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_the_mouse_somebody_is_deactivated_and_activated_again() {
    let studio = studio();
    let window = studio.window();
    to_users(&window);
    open_plan(&window, &[&studio.cleo.name], "Deactivate…");
    window.must_say("can no longer sign in");
    must_look_right(&window, "the plan of a deactivation");
    window.click("Deactivate 1");
    result(&window, "1 user deactivated");
    must_look_right(&window, "the list with its message");

    window.click("Filter: Active").click("Deactivated");
    window.must_say("Cleo Marchetti");
    open_plan(&window, &[&studio.cleo.name], "Activate…");
    must_look_right(&window, "the plan of an activation");
    window.click("Activate 1");
    result(&window, "1 user activated");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_the_mouse_people_with_history_are_deleted_only_on_purpose() {
    let studio = studio();
    let window = studio.window();
    to_users(&window);
    open_plan(&window, &["Cleo Marchetti", "Hugo Test"], "Delete…");
    window.must_say("We strongly recommend deactivating instead");
    window.must_say("Deactivate 1, delete 1");
    must_look_right(&window, "the plan of a deletion");

    window.click("Delete anyway");
    window.must_say("You chose to delete 1 person");
    assert!(window.is_focused("input[value=delete]"), "the focus stays on the switch: {}", window.focused());
    window.click("Delete 2");
    window.until("reason and number are asked for", || {
        window.has("#reason[aria-invalid=true]") && window.has("#number[aria-invalid=true]")
    });
    must_look_right(&window, "the plan with what is missing");
    window.fill_in("reason", "Asked for it in writing").fill_in("number", "1");
    window.click("Delete 2");
    result(&window, "2 users deleted");

    window.click("Main Menu").click("Recycle Bin").must_say("Cleo Marchetti");
    must_look_right(&window, "the recycle bin");
    window.click("Main Menu").click("Operations").must_say("Asked for it in writing");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_alone_somebody_is_deactivated() {
    let studio = studio();
    let window = studio.window();
    window.go("/account");
    window.tab_to("[popovertarget=main-menu]").press(key::ENTER);
    window.until("the menu is open", || window.has("#main-menu:popover-open"));
    window.arrow_down_to("#main-menu a[href='/users']").press(key::ENTER);
    window.must_say("Last sign-in");

    window.tab_to("[aria-label='Select Cleo Marchetti']").press(key::SPACE);
    window.must_say("1 selected");
    // Opened, thought better of it: the focus is back where it was, and nothing happened.
    let open = || {
        window.tab_back_to("[popovertarget=more]").press(key::ENTER);
        window.until("the menu is open", || window.has("#more:popover-open"));
        window.arrow_down_to("#more [value=deactivate]").press(key::ENTER);
        window.until("the plan is open", || window.has("dialog[open] #plan"));
        window.until("the focus is in the dialog", || window.is_focused("dialog :is(h1, h1 *)"));
    };
    open();
    window.press(key::ESCAPE);
    window.until("the plan is closed", || !window.has("dialog[open]"));
    window.until("the focus is back on More", || window.is_focused("[popovertarget=more]"));
    assert!(window.has("[aria-label='Select Cleo Marchetti']:checked"), "the tick is still there");

    open();
    window.tab_to("dialog .sheet__foot .button--primary").press(key::ENTER);
    result(&window, "1 user deactivated");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_alone_somebody_with_history_is_deleted() {
    let studio = studio();
    let window = studio.window();
    window.go("/users");
    window.tab_to("[aria-label='Select Cleo Marchetti']").press(key::SPACE);
    window.tab_back_to("[popovertarget=more]").press(key::SPACE);
    window.until("the menu is open", || window.has("#more:popover-open"));
    window.arrow_down_to("#more [value=delete]").press(key::ENTER);
    window.until("the plan is open", || window.has("dialog[open] #plan"));
    window.tab_to("dialog [value=deactivate][type=radio]:checked").press(key::DOWN);
    window.must_say("You chose to delete 1 person");
    window.until("the focus is still on the switch", || window.is_focused("dialog [value=delete]"));
    window.tab_to("#reason").press("Asked for it in writing").tab_to("#number").press("1").press(key::TAB);
    window.tab_to("dialog .sheet__foot .button--danger").press(key::ENTER);
    result(&window, "1 user deleted");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_scripts_switched_off_the_flow_is_the_same_with_whole_pages() {
    let studio = studio();
    let window = Window::without_scripts(&studio.app).sign_in(&studio.ada);
    to_users(&window);
    window.tick("Hugo Test").click("More").click("Deactivate…").must_say("can no longer sign in");
    assert!(window.address().starts_with("/plans/"), "{}", window.address());
    window.click("Deactivate 1").must_say("1 user deactivated");

    window.click("Filter: Active").click("Deactivated").must_say("Hugo Test");
    window.tick("Hugo Test").click("More").click("Activate…").click("Activate 1").must_say("1 user activated");

    to_users(&window);
    window.tick("Cleo Marchetti").click("More").click("Delete…").must_say("We strongly recommend deactivating instead");
    window.click("Delete anyway").click("Update").must_say("You chose to delete 1 person");
    window.click("Delete 1").must_say("Type how many");
    window.until("the reason is asked for", || window.has("#reason[aria-invalid=true]"));
    window.fill_in("reason", "Asked for it in writing").fill_in("number", "1");
    window.click("Delete 1").must_say("1 user deleted");
}
