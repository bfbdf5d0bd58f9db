//! The Users list: filtered, with other columns, in groups, and each of these saved.

use serde_json::json;

use super::look::must_look_right;
use super::{Window, key};
use crate::support::TestApp;
use roster::licenses::AccessLevel;

struct Studio {
    window: Window,
    _app: TestApp,
}

/// Ada leads Bert and Cleo, who are Light; Dora is Standard, Emil is off.
fn studio() -> Studio {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().title("Studio director").create();
    let bert = app.person("Bert Cooper").level(AccessLevel::Light).manager(&ada).title("Copywriter").create();
    let cleo = app.person("Cleo Marchetti").level(AccessLevel::Light).create();
    app.person("Dora Okafor").title("Motion designer").create();
    app.person("Emil Hansen").level(AccessLevel::Light).deactivated().create();
    app.tamper("INSERT INTO teams (id, name) VALUES (1, 'Copy'), (2, 'Motion')");
    app.tamper(&format!("UPDATE users SET team_id = 1 WHERE id IN ({}, {})", bert.id, cleo.id));
    Studio { window: Window::signed_in(&app, &ada), _app: app }
}

pub fn open_menu(window: &Window, menu: &str) {
    window.click_opener(menu);
    window.until("the menu is open", || window.has(&format!("#{menu}:popover-open")));
}

/// Who is on the list and in sight.
pub fn names(window: &Window) -> Vec<String> {
    let script = "return [...document.querySelectorAll('#list .table__name')]
        .filter((name) => name.checkVisibility()).map((name) => name.innerText)";
    let names = window.script(script, json!([]));
    names.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

#[track_caller]
pub fn must_list(window: &Window, expected: &[impl AsRef<str>]) {
    let expected: Vec<&str> = expected.iter().map(AsRef::as_ref).collect();
    window.until(&format!("the list is {expected:?}"), || names(window) == expected);
}

fn heads(window: &Window) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll('#list thead th')].slice(2).map((head) => head.innerText.trim())";
    let heads = window.script(script, json!([]));
    heads.as_array().into_iter().flatten().filter_map(|head| head.as_str().map(str::to_owned)).collect()
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_the_mouse_the_list_is_filtered_and_each_condition_goes_away_again() {
    let studio = studio();
    let window = &studio.window;
    window.go("/users");
    open_menu(window, "filter");
    window.click("More filters…");
    window.until("the filter is open", || window.has("dialog[open] #filters"));
    must_look_right(window, "the filter");
    window.choose("level", "Light").fill_in("manager_is", "Nobody Atall").click("Filter");
    window.must_say("Nobody here is called “Nobody Atall”");
    assert!(window.is_focused("#f-manager"), "the focus goes to what is wrong: {}", window.focused());
    assert!(window.has("#f-level option[value=light]:checked"), "what was chosen stays");
    must_look_right(window, "the filter with what is wrong");
    window.fill_in("manager_is", "ada lind").click("Filter");
    window.must_say("Access level: Light").must_say("Reports to Ada Lindqvist").must_say("Filter: Active +2");
    must_list(window, &["Bert Cooper"]);
    must_look_right(window, "the filtered list");
    window.click("Remove: Reports to Ada Lindqvist");
    must_list(window, &["Bert Cooper", "Cleo Marchetti"]);
    window.script("history.back()", json!([]));
    must_list(window, &["Bert Cooper"]);
    window.click("Remove all");
    must_list(window, &["Ada Lindqvist", "Bert Cooper", "Cleo Marchetti", "Dora Okafor"]);
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_alone_the_list_is_filtered_and_a_filter_thought_better_of_changes_nothing() {
    let studio = studio();
    let window = &studio.window;
    window.go("/users");
    let open = || {
        window.tab_to("[popovertarget=filter]").press(key::ENTER);
        window.until("the menu is open", || window.has("#filter:popover-open"));
        window.arrow_down_to("#filter [hx-target='#dialog']").press(key::ENTER);
        window.until("the filter is open", || window.has("dialog[open] #filters"));
        window.until("the focus is in the dialog", || window.is_focused("dialog :is(h1, h1 *)"));
        window.tab_to("#f-team").press("c");
    };
    open();
    window.press(key::ESCAPE);
    window.until("the filter is closed", || !window.has("dialog[open]"));
    window.until("the focus is back on Filter", || window.is_focused("[popovertarget=filter]"));
    must_list(window, &["Ada Lindqvist", "Bert Cooper", "Cleo Marchetti", "Dora Okafor"]);
    open();
    window.tab_to("dialog .sheet__foot .button--primary").press(key::ENTER);
    must_list(window, &["Bert Cooper", "Cleo Marchetti"]);
    window.must_say("Team: Copy");
    window.tab_to(".chip__remove").press(key::ENTER);
    must_list(window, &["Ada Lindqvist", "Bert Cooper", "Cleo Marchetti", "Dora Okafor"]);
    window.until("the focus is not lost with the condition", || window.is_focused("main h1"));
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_alone_columns_are_moved_and_others_shown() {
    let studio = studio();
    let window = &studio.window;
    window.go("/users");
    window.tab_to("[popovertarget=view]").press(key::ENTER);
    window.until("the menu is open", || window.has("#view:popover-open"));
    window.arrow_down_to("#view [hx-target='#dialog']").press(key::ENTER);
    window.until("the columns are shown", || window.has("dialog[open] #columns"));
    window.tab_to("#columns [name=column][value=team]").press(key::SPACE);
    must_look_right(window, "the columns of a view");
    window.tab_back_to("#down-name").press(key::ENTER);
    window.until("the name is the second", || window.has(".order__row:nth-child(2) #down-name"));
    window.until("the focus stays on the button", || window.is_focused("#down-name"));
    assert!(window.has("ol [value=team]:checked"), "what was ticked is among those that are shown");
    window.tab_to("dialog .sheet__foot .button--primary").press(key::ENTER);
    window.must_say("View: Custom");
    assert!(window.address().contains("columns="), "a view is an address: {}", window.address());
    assert_eq!((heads(window)[1].as_str(), heads(window).last().map(String::as_str)), ("Name", Some("Team")));
    must_look_right(window, "a list with columns of its own");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn a_group_is_closed_and_opened_and_what_is_ticked_in_it_stays() {
    let studio = studio();
    let window = &studio.window;
    window.go("/users?filter=all");
    open_menu(window, "grouping");
    window.click("Access Level").must_say("Grouping: Access Level");
    let all = ["Ada Lindqvist", "Dora Okafor", "Bert Cooper", "Cleo Marchetti", "Emil Hansen"];
    must_list(window, &all);
    window.must_say("None: deactivated 1");
    window.tick("Bert Cooper").must_say("1 selected");
    must_look_right(window, "the list in groups");
    window.click("Light 2");
    must_list(window, &["Ada Lindqvist", "Dora Okafor", "Emil Hansen"]);
    window.must_say("1 selected");
    must_look_right(window, "the list with a group that is closed");
    window.tab_to("details:not([open]) > summary").press(key::ENTER);
    must_list(window, &all);
    assert!(window.has("[aria-label='Select Bert Cooper']:checked"), "the tick is still there");
    window.tab_back_to("[popovertarget=grouping]").press(key::ENTER);
    window.until("the menu is open", || window.has("#grouping:popover-open"));
    window.arrow_down_to("#grouping button").press(key::ENTER).must_say("Grouping: Nothing");
    window.until("the focus is on the menu's button", || window.is_focused("[popovertarget=grouping]"));
    window.until("the tick came along", || window.has("[aria-label='Select Bert Cooper']:checked"));
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn a_filter_is_saved_under_a_name_used_from_the_menu_and_deleted() {
    let studio = studio();
    let window = &studio.window;
    window.go("/users?filter=all&level=light");
    open_menu(window, "filter");
    window.click("Save or delete filters…").must_say("Save what is on the list now");
    window.click("Save").must_say("Give it a name of up to 60 characters.");
    must_look_right(window, "a filter without a name");
    window.fill_in("name", "Light ones").click("For all administrators").click("Save");
    window.must_say("Access level: Light");
    window.go("/users");
    open_menu(window, "filter");
    window.click("Light ones").must_say("Filter: Light ones");
    must_list(window, &["Bert Cooper", "Cleo Marchetti"]);
    open_menu(window, "filter");
    window.click("Save or delete filters…").must_say("All administrators");
    must_look_right(window, "saved filters");
    window.click("Delete Light ones").must_say("None is saved yet.");
}
