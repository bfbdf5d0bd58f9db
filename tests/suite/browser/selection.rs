//! What is ticked on the Users list goes along, whatever is done with the list.

use serde_json::json;

use super::list::{must_list, names, open_menu};
use super::look::must_look_right;
use super::{Window, key};
use crate::support::TestApp;
use roster::licenses::AccessLevel;

struct Crowd {
    window: Window,
    _app: TestApp,
}

/// Ada, and sixty others: more than a page.
fn crowd() -> Crowd {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    for i in 0..60 {
        app.person(&format!("Person {i:02}")).level(AccessLevel::ExternalUser).without_password().create();
    }
    Crowd { window: Window::signed_in(&app, &ada), _app: app }
}

fn is_ticked(window: &Window, name: &str) -> bool {
    window.has(&format!("[aria-label='Select {name}']:checked"))
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_the_mouse_ticks_survive_paging_sorting_and_a_changed_search_and_are_counted() {
    let crowd = crowd();
    let window = &crowd.window;
    window.go("/users");
    window.tick("Person 00").tick("Person 01").must_say("2 selected");
    window.click("Next").must_say("2 selected, 2 not shown here");
    must_look_right(window, "a selection outside the view");
    window.tick("Person 55").must_say("3 selected, 2 not shown here");
    window.click("Email").must_say("3 selected, 1 not shown here");
    assert!(is_ticked(window, "Person 00") && is_ticked(window, "Person 01"), "ticked where they are in sight");
    window.fill_in("search", "person 5").must_say("3 selected, 2 not shown here");
    must_list(window, &(50..60).map(|i| format!("Person {i}")).collect::<Vec<_>>());
    assert!(is_ticked(window, "Person 55"));
    window.script("history.back()", json!([]));
    window.must_say("3 selected, 1 not shown here");
    assert!(is_ticked(window, "Person 00") && is_ticked(window, "Person 01"), "the way back keeps them too");
    window.click("Next").must_say("3 selected, 2 not shown here");
    window.tick("Person 55").must_say("2 selected, 2 not shown here");
    open_menu(window, "more");
    window.click("Deactivate…").must_say("Deactivate 2");
    window.must_say("Person 00").must_say("Person 01");
    must_look_right(window, "the plan of a selection outside the view");
    window.press(key::ESCAPE);
    window.until("the plan is closed", || !window.has("dialog[open]"));
    window.click("Clear").must_say("Nothing selected");
    window.click("Previous");
    window.until("nobody is ticked any more", || names(window).len() == 50 && !window.has("[data-tick]:checked"));
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_alone_people_of_several_pages_are_ticked_and_edited() {
    let crowd = crowd();
    let window = &crowd.window;
    window.go("/users");
    window.tab_to("[aria-label='Select Person 03']").press(key::SPACE);
    window.must_say("1 selected").tab_to("[data-rel=next]").press(key::ENTER);
    window.must_say("1 selected, 1 not shown here");
    window.until("the focus is not lost with the page", || window.is_focused("main h1"));
    window.tab_to("[aria-label='Select Person 52']").press(key::SPACE);
    window.must_say("2 selected, 1 not shown here");
    window.tab_back_to("#sort-email").press(key::ENTER);
    window.until("the list begins again, by email", || is_ticked(window, "Person 03"));
    window.until("the focus stays on the head", || window.is_focused("#sort-email"));
    window.tab_back_to("#q").press("person 5").must_say("2 selected, 1 not shown here");
    window.until("the list is searched", || names(window).len() == 10);
    assert!(window.is_focused("#q"), "the focus stays on the search: {}", window.focused());
    window.tab_back_to("[formaction='/edits/new']").press(key::ENTER);
    window.must_say("2 people").must_say("Tick what shall change");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn all_that_match_stay_selected_until_they_are_cleared_and_one_less_is_refused() {
    let crowd = crowd();
    let window = &crowd.window;
    let unticked = || window.script("return document.querySelectorAll('[data-tick]:not(:checked)').length", json!([]));
    window.go("/users");
    window.click("Count all").must_say("61 match");
    window.click("Select all that match").must_say("All 61 that match selected");
    window.click("Next");
    window.until("the next page is ticked", || is_ticked(window, "Person 52"));
    window.must_say("All 61 that match selected");
    must_look_right(window, "all that match are selected");
    window.tick("Person 52").must_say("All that match and single exceptions cannot be combined.");
    window.must_say("Everybody who matches is still selected.").must_say("All 61 that match selected");
    assert_eq!(unticked(), json!(0), "all are ticked as before");
    must_look_right(window, "the refusal of one less than all");
    window.script("document.querySelector('[data-tick-page]').click()", json!([]));
    assert_eq!(unticked(), json!(0), "nor does the page go");
    window.click("Update").must_say("61 people");
    window.click("Cancel").must_say("All 61 that match selected");
    window.fill_in("search", "person 5").must_say("selected");
    window.until("it is not for all any more", || window.text().contains("Nothing selected"));
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_scripts_switched_off_ticks_go_along_too() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    for i in 0..60 {
        app.person(&format!("Person {i:02}")).level(AccessLevel::ExternalUser).without_password().create();
    }
    let window = Window::without_scripts(&app).sign_in(&ada);
    window.go("/users");
    window.tick("Person 00").click("Next").must_say("1 selected, 1 not shown here");
    window.tick("Person 55").click("Email").must_say("2 selected, 1 not shown here");
    window.fill_in("search", "person 5").click("Search").must_say("2 selected, 1 not shown here");
    window.click("Edit").must_say("2 people");
}
