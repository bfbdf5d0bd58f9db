//! Projects, work items, hours and notes, as somebody with a Standard license uses them.

use crate::support::{Browser, TestApp};

#[test]
fn a_project_is_made_and_worked_on_from_the_first_page_to_the_last() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/projects");
    page.must_say("No projects yet.");
    let page = browser.get(&page.link("New Project"));
    let page = browser.submit(&page, "/projects", &[("name", "Spring catalogue")]);
    page.must_say("owner Ada Lindqvist").must_say("No tasks yet.");
    let items = format!("{}/items", page.address);
    let page = browser.submit(&page, &items, &[("kind", "task"), ("title", "Headlines, first round")]);
    page.must_say("Headlines, first round Open").must_say("Unassigned").must_say("created by Ada Lindqvist");
    let item = page.address.clone();
    let page = browser.submit(&page, &format!("{item}/status"), &[("status", "doing")]);
    page.must_say("Headlines, first round In progress");
    let page = browser.submit(&page, &format!("{item}/hours"), &[("hours", "1:30"), ("day", "2026-11-24")]);
    page.must_say("1.5 in all").must_say("24 Nov");
    let page = browser.submit(&page, &format!("{item}/notes"), &[("body", "One\r\n<b>two</b>")]);
    page.must_say("<b>two</b>");
    assert_eq!(browser.get("/projects?q=PRING").count("tbody tr"), 1);
    browser.get("/projects?q=100%25").must_say("No project's name contains “100%”");
    browser.get("/projects/1?show=hours").must_say("Ada Lindqvist 1 1.5");
}

#[test]
fn what_cannot_be_right_is_refused_beside_the_field_and_kept() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let project = app.project("Spring catalogue").owned_by(&ada).create();
    let item = app.task(&project, "Headlines").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let path = format!("/work-items/{}", item.id);
    let page = browser.get(&path);
    for (hours, day, field, message) in [
        ("25", "2026-11-24", "hours", "A day has 24 hours."),
        ("0", "2026-11-24", "hours", "at least a minute"),
        ("lots", "2026-11-24", "hours", "1.5 or 1:30"),
        ("1", "2027-03-01", "day", "still to come"),
        ("1", "someday", "day", "year, month and day"),
    ] {
        let page = browser.submit(&page, &format!("{path}/hours"), &[("hours", hours), ("day", day)]);
        assert_eq!(page.status, 422, "{hours} {day}");
        assert!(page.error_at(field).contains(message), "{hours} {day}: {}", page.text());
        assert_eq!((page.value_of("hours").as_str(), page.value_of("day").as_str()), (hours, day));
    }
    let long = "x".repeat(10_001);
    let answer = browser.submit(&page, &format!("{path}/notes"), &[("body", &long)]);
    assert_eq!(answer.status, 422);
    assert_eq!(answer.text_of("textarea"), long);
    let answer = browser.submit(&page, &format!("{path}/notes"), &[("body", " \n ")]);
    assert_eq!(answer.error_at("body"), "Write something first.");
    let page = browser.get("/projects/new");
    let answer = browser.submit(&page, "/projects", &[("name", "  ")]);
    assert_eq!((answer.status, answer.error_at("name").as_str()), (422, "Give the project a name."));
    for nonsense in ["/projects/x", "/work-items/99", "/projects/99", "/documents/99", "/work-items/1?older_than=x"] {
        let status = browser.get(nonsense).status;
        assert!((400..500).contains(&status), "{nonsense}: {status}");
    }
}

#[test]
fn lists_go_on_from_page_to_page_and_back_without_losing_a_row() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let project = app.project("Project 000").owned_by(&ada).create();
    for n in 1..=119 {
        app.project(&format!("Project {n:03}")).owned_by(&ada).create();
        app.task(&project, &format!("Task {n:03}")).assigned_to(&ada).create();
    }
    let mut browser = Browser::signed_in(&app, &ada);
    for (path, rows) in [("/projects", 120), ("/projects/1", 119), ("/my-area", 119)] {
        let mut page = browser.get(path);
        let mut seen = page.count("tbody tr");
        let first = page.text_of("tbody");
        while page.has("a[rel=next]") {
            page = browser.get(&page.attribute("a[rel=next]", "href").expect("a link"));
            seen += page.count("tbody tr");
        }
        assert_eq!(seen, rows, "{path}");
        while page.has("a[rel=prev]") {
            page = browser.get(&page.attribute("a[rel=prev]", "href").expect("a link"));
        }
        assert_eq!(page.text_of("tbody"), first, "{path}");
    }
}

#[test]
fn the_fragments_are_the_blocks_of_their_pages() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let project = app.project("Spring catalogue").owned_by(&ada).create();
    app.task(&project, "Headlines").create();
    let mut browser = Browser::signed_in(&app, &ada);
    for (path, target) in [("/projects?q=spring", "rows"), ("/work-items/1?find=ada", "matches")] {
        let fragment = browser.get_with(path, &[("HX-Request", "true"), ("HX-Target", target)]);
        assert!(!fragment.body.contains("<html"), "{path}");
        assert_eq!(fragment.text(), browser.get(path).text_of(&format!("#{target}")), "{path}");
    }
}
