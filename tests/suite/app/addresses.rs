//! Addresses that hold something else than their page asks for: each is answered with a page of ours.

use crate::support::{Browser, PageSeen, TestApp};

fn administrator(app: &TestApp) -> Browser {
    let ada = app.person("Ada Lindqvist").administrator().create();
    Browser::signed_in(app, &ada)
}

/// A page with a heading and a way on, and none of the framework's own words.
#[track_caller]
fn must_be_a_page(seen: &PageSeen, status: u16, heading: &str) {
    assert_eq!(seen.status, status, "{}: {}", seen.address, seen.body);
    assert_eq!(seen.text_of("main h1"), heading, "{}: {}", seen.address, seen.body);
    assert!(seen.has("main a[href='/']"), "{}: {}", seen.address, seen.body);
    for word in ["deserialize", "parse", "invalid", "Query"] {
        assert!(!seen.body.contains(word), "{}: {}", seen.address, seen.text());
    }
}

#[test]
fn a_path_that_leads_nowhere_is_answered_with_the_page_for_that() {
    let app = TestApp::start();
    let mut ada = administrator(&app);
    for path in ["/users/abc", "/users/1x/edit", "/operations/abc", "/teams/abc", "/companies/abc", "/nothing/here"] {
        must_be_a_page(&ada.get(path), 404, "Nothing here");
    }
}

#[test]
fn a_query_that_cannot_be_read_is_answered_with_a_sentence_and_the_way_to_the_page_without_it() {
    let app = TestApp::start();
    let mut ada = administrator(&app);
    for path in ["/leavers?operation=abc", "/users?operation=abc", "/users?toward=up", "/operations?toward=up"] {
        let seen = ada.get(path);
        must_be_a_page(&seen, 400, "This address cannot be read");
        seen.must_say("something that this page does not know");
        let without = path.split('?').next().unwrap_or_default();
        assert_eq!(seen.link("Open the page without it"), without);
        assert_eq!(ada.get(without).status, 200);
    }
}

#[test]
fn a_filter_that_cannot_be_read_names_the_word_that_is_wrong_and_offers_the_list_without_it() {
    let app = TestApp::start();
    let mut ada = administrator(&app);
    for (query, word) in [
        ("filter=bogus", "filter=bogus"),
        ("filter=all&level=bogus", "level=bogus"),
        ("off_since=2026-13-45", "off_since=2026-13-45"),
        ("q=kept&company=%3Cb%3E", "company=<b>"),
    ] {
        for page in ["/users", "/users.csv", "/users.json", "/users/saved", "/users/view"] {
            let seen = ada.get(&format!("{page}?{query}"));
            must_be_a_page(&seen, 400, "This address cannot be read");
            seen.must_say(&format!("No list of users can be filtered by “{word}”."));
            assert_eq!(seen.link("Show the list without a filter"), "/users");
        }
    }
}

#[test]
fn what_htmx_asked_for_wrongly_comes_as_a_notice() {
    let app = TestApp::start();
    let mut ada = administrator(&app);
    for (path, status) in [("/users/abc", 404), ("/users?operation=abc", 400), ("/users?filter=bogus", 400)] {
        let seen = ada.get_with(path, &[("HX-Request", "true"), ("HX-Target", "list")]);
        assert_eq!(seen.status, status, "{path}");
        assert!(seen.has(".notice[role=alert]") && !seen.has("h1"), "{path}: {}", seen.body);
        assert_eq!(seen.headers.get("hx-retarget").map(String::as_str), Some("#messages"), "{path}");
    }
}
