//! Many people edited at once, an update posted to them, one person edited by two, and all of it undone.

use super::flow::to_users;
use super::look::must_look_right;
use super::{Window, key};
use crate::support::{Browser, SignedUp, TestApp};

struct Studio {
    window: Window,
    app: TestApp,
    ada: SignedUp,
    bert: SignedUp,
}

fn studio() -> Studio {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").title("Editor").create();
    app.person("Cleo Abara").create();
    Studio { window: Window::signed_in(&app, &ada), app, ada, bert }
}

/// Ticks both in the list.
fn tick_both(window: &Window) -> &Window {
    to_users(window);
    window.tick("Bert Cooper").tick("Cleo Abara").must_say("2 selected")
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_the_mouse_many_people_are_edited_and_it_is_undone() {
    let studio = studio();
    let window = &studio.window;
    tick_both(window).click("Edit").must_say("Tick what shall change.");
    window.click("Show what will change").must_say("Tick at least one field.");
    must_look_right(window, "the fields of an edit, none ticked");
    window.fill_in("title", "Author").fill_in("time_zone", "Mars/Olympus");
    assert!(window.has("[name=tick][value=title]:checked"), "what is filled in is ticked");
    window.click("Show what will change").must_say("There is no such time zone. Enter one like Europe/Vienna.");
    assert!(window.has("[name=tick][value=title]:checked"), "what was ticked stays");
    must_look_right(window, "the fields of an edit, one wrong");
    window.fill_in("time_zone", "Europe/Vienna").click("Show what will change").must_say("Title: Editor → Author");
    window.must_say("Title: nothing → Author");
    must_look_right(window, "the plan of an edit");
    window.click("Back").must_say("Tick what shall change.").fill_in("title", "Writer");
    window.click("Show what will change").must_say("Title: Editor → Writer");
    window.fill_in("reason", "New titles").click("Change 2").must_say("2 users changed");
    must_look_right(window, "the list after an edit");
    window.click("See who and why").must_say("All promises kept");
    must_look_right(window, "the receipt of an edit");
    window.click("Undo…").must_say("Writer → Editor");
    must_look_right(window, "the plan of an edit's undo");
    window.click("Change 2").must_say("Undo of 2 people");
    window.go(&format!("/users/{}", studio.bert.id));
    window.must_say("Editor");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_alone_many_people_are_edited() {
    let studio = studio();
    let window = &studio.window;
    window.go("/users");
    for name in ["Bert Cooper", "Cleo Abara"] {
        window.tab_to(&format!("[aria-label='Select {name}']")).press(key::SPACE);
    }
    window.tab_back_to("[formaction='/edits/new']").press(key::ENTER).must_say("Tick what shall change.");
    window.tab_to("#phone").press("123").tab_to("#plan .button--primary").press(key::ENTER);
    window.must_say("Phone: nothing → 123");
    window.until("the focus is on what came", || window.is_focused("#plan h1"));
    window.tab_to("#plan .button--primary").press(key::ENTER).must_say("2 users changed");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn an_update_is_posted_to_the_selected_and_taken_back() {
    let studio = studio();
    let window = &studio.window;
    tick_both(window).click("Update").must_say("Everybody who administers users reads it");
    must_look_right(window, "an update");
    window.fill_in("body", "Badges are at the desk.\nBring a photo.").click("Show what will change");
    window.must_say("Badges are at the desk.").must_say("Post to 2");
    let lines = window.script("return document.querySelector('.note__body').innerText", serde_json::json!([]));
    assert_eq!(lines, "Badges are at the desk.\nBring a photo.", "line by line, as it was typed");
    assert_eq!(window.text_of(".plan__row .tag"), "Post", "nothing is posted yet");
    must_look_right(window, "the plan of an update");
    window.click("Post to 2").must_say("2 users given the update");
    window.go(&format!("/users/{}/updates", studio.bert.id));
    window.must_say("Bring a photo.").must_say("Ada Lindqvist");
    must_look_right(window, "the updates of a profile");
    window.click("Main Menu").click("Operations").click("Update of 2 people").must_say("All promises kept");
    must_look_right(window, "the receipt of an update");
    window.click("Undo…").must_say("Take back from 2");
    assert_eq!(window.text_of(".plan__row .tag"), "Take back", "nothing is taken back yet");
    window.click("Take back from 2").must_say("2 users relieved of the update");
    window.go(&format!("/users/{}/updates", studio.bert.id));
    window.must_say("Nothing was said about Bert yet.");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn two_who_edit_the_same_person_see_both_versions() {
    let studio = studio();
    let window = &studio.window;
    to_users(window);
    window.tick("Bert Cooper").click("Edit").must_say("Edit Bert Cooper");
    window.fill_in("email", "no address").fill_in("title", "Writer").click("Save");
    window.until("the address is refused", || window.has("#email[aria-invalid=true]"));
    must_look_right(window, "one person's details, one wrong");
    let mut elsewhere = Browser::signed_in(&studio.app, &studio.ada);
    let page = elsewhere.get(&format!("/users/{}/edit", studio.bert.id));
    elsewhere.submit(&page, &format!("/users/{}", studio.bert.id), &[("title", "Chief editor"), ("mobile", "777")]);
    window.fill_in("email", &studio.bert.email).fill_in("phone", "555").click("Save");
    window.must_say("Somebody changed this person in the meantime. Nothing was saved.");
    window.must_say("Title Editor Chief editor Writer In the form").must_say("Mobile – 777 In the form –");
    must_look_right(window, "both versions of a person");
    window.click("Save").must_say("1 user changed");
    window.must_say("Writer").must_say("555").must_say("777");
    must_look_right(window, "the profile after an edit");
    window.click("Undo…").must_say("Writer → Chief editor").click("Change 1").must_say("1 user changed");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_scripts_switched_off_many_people_are_edited_and_it_is_undone() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Bert Cooper").title("Editor").create();
    app.person("Cleo Abara").create();
    let window = Window::without_scripts(&app).sign_in(&ada);
    to_users(&window);
    window.tick("Bert Cooper").tick("Cleo Abara").click("Edit").must_say("Tick what shall change.");
    window.fill_in("title", "Author").click("Show what will change");
    window.must_say("You filled this in, but did not tick it. Tick it, or empty it.");
    window.click("Title").click("Show what will change").must_say("Title: Editor → Author");
    window.click("Change 2").must_say("2 users changed");
    window.click("Undo…").must_say("Author → Editor").click("Change 2").must_say("2 users changed");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn a_reason_that_was_corrected_is_marked_wrong_no_more_and_comes_along_to_other_rows() {
    let studio = studio();
    let window = &studio.window;
    tick_both(window).click("Edit").must_say("Tick what shall change.");
    window.fill_in("title", "Editor").click("Show what will change").must_say("Unchanged 1");
    must_look_right(window, "the plan of an edit, with rows of several kinds");
    // Longer than the field lets anybody type.
    let too_long = "const it = document.getElementById('reason'); it.maxLength = 600; it.value = 'x'.repeat(501)";
    window.script(too_long, serde_json::json!([]));
    window.tab_to("#plan .sheet__foot .button--primary").press(key::ENTER);
    window.until("the reason is refused", || window.has("#reason[aria-invalid=true]"));
    window.fill_in("reason", "New titles").tab_back_to("#plan .tabs button:last-child").press(key::ENTER);
    let unchanged = "#plan .tabs button[aria-current]:last-child";
    window.until("the other rows are shown", || window.has(unchanged));
    assert!(!window.has("#reason[aria-invalid], #reason[aria-describedby]"), "nothing is wrong any more");
    window.until("the focus is on what came", || window.is_focused("#plan h1"));
    window.tab_to("#plan .sheet__foot .button--primary").press(key::ENTER).must_say("1 user changed");
    window.click("See who and why").must_say("New titles");
}
