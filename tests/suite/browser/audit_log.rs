//! The audit log read by an administrator: filtered, before and after, taken along as a file, page by page.

use serde_json::json;

use super::look::must_look_right;
use super::{Window, key};
use crate::support::{Browser, SignedUp, TestApp};
use roster::audit::Event;

struct Studio {
    app: TestApp,
    ada: SignedUp,
    bert: SignedUp,
}

/// Bert was given a title and much more; Cleo was changed sixty times.
fn studio() -> Studio {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let cleo = app.person("Cleo Abara").create();
    let mut browser = Browser::signed_in(&app, &ada);
    for fields in
        [&[("title", "Editor")][..], &[("title", "Author"), ("phone", "1"), ("mobile", "2"), ("about", "Jazz")]]
    {
        let page = browser.get(&format!("/users/{}/edit", bert.id));
        browser.submit(&page, &format!("/users/{}", bert.id), fields);
    }
    let event = |i: i32| {
        let details =
            json!({ "before": { "title": format!("Title {i}") }, "after": { "title": format!("Title {}", i + 1) } });
        Event::new("user.edited", Some(ada.id)).about(cleo.id).with(&details)
    };
    let events: Vec<Event> = (0..60).map(event).collect();
    app.write(|conn| app.site.chain.record(conn, app.site.clock.now().plus_days(-1), &events));
    Studio { app, ada, bert }
}

/// What the link with this text leads to: the type of the file and its text.
fn file(window: &Window, link: &str) -> (String, String) {
    let fetch = "const [text, done] = arguments;
        const link = [...document.querySelectorAll('a')].find((link) => link.innerText.trim() === text);
        fetch(link.href).then(async (file) => done([file.headers.get('content-disposition') ?? '', await file.text()]));";
    let got = window.script_that_calls_back(fetch, json!([link]));
    let part = |n: usize| got[n].as_str().unwrap_or_default().to_owned();
    (part(0), part(1))
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn the_story_of_one_person_is_filtered_read_and_taken_along() {
    let studio = studio();
    let window = Window::signed_in(&studio.app, &studio.ada);
    window.click("Main Menu").click("Audit Log").must_say("who did what to whom, and why");
    must_look_right(&window, "the audit log");
    window.choose("act", "User edited").fill_in("user", "Nobody Atall").click("Filter");
    window.must_say("Nobody has this name or address.").must_say("Nothing is shown until the filter is right.");
    assert!(window.has("#act option[value='user.edited']:checked"), "what was chosen stays");
    must_look_right(&window, "a filter of the log that is wrong");
    window.fill_in("user", "bert").click("Filter").must_say(&format!("Bert Cooper, number {}", studio.bert.id));
    window.must_say("Ada Lindqvist changed the details of Bert Cooper.").must_say("Title nothing Editor");
    assert!(!window.text().contains("Cleo Abara"), "{}", window.text());
    assert!(!window.text().contains("Jazz"), "many fields are folded: {}", window.text());
    window.click("4 fields").must_say("Title Editor Author").must_say("Jazz");
    must_look_right(&window, "before and after in the log");

    let (as_what, text) = file(&window, "Export CSV");
    assert!(as_what.contains("attachment") && as_what.contains(".csv"), "{as_what}");
    assert!(text.contains("Jazz") && !text.contains("Cleo"), "the file has the filter's entries: {text}");
    let (as_what, text) = file(&window, "JSON");
    assert!(as_what.contains(".json") && text.contains("Jazz") && !text.contains("Cleo"), "{as_what} {text}");
    window.click("Clear").must_say("Cleo Abara");
    window.click("Verify now").must_say("Verified up to entry");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_alone_the_log_is_filtered_and_its_pages_turned() {
    let studio = studio();
    let window = Window::signed_in(&studio.app, &studio.ada);
    window.go("/audit-log");
    window.tab_to("#user").press("cleo").press(key::ENTER).must_say("50 on this page");
    window.must_say("Title 59 Title 60");
    window.tab_back_to("[rel=next]").press(key::ENTER).must_say("10 on this page");
    window.must_say("Title 0 Title 1");
    must_look_right(&window, "the last page of the log");
    window.tab_back_to("[rel=prev]").press(key::ENTER).must_say("50 on this page");
    window.tab_to("#since").press("11252026").press(key::ENTER).must_say("No entry matches this filter.");
    must_look_right(&window, "a filter of the log that finds nothing");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_scripts_switched_off_the_log_is_filtered_too() {
    let studio = studio();
    let window = Window::without_scripts(&studio.app).sign_in(&studio.ada);
    window.click("Main Menu").click("Audit Log").must_say("Cleo Abara").click("Next").must_say("Title 0 Title 1");
    window.fill_in("user", "bert").click("Filter").must_say("Title nothing Editor").click("4 fields").must_say("Jazz");
}
