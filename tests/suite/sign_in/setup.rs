//! The first administrator, through the one-time link.

use roster::sign_in::setup;
use roster::users::counts;

use super::attempt;
use crate::support::{Browser, PageSeen, TestApp};

const PASSWORD: &str = "seven swans on a lake";

fn link(app: &TestApp) -> String {
    let now = app.site.clock.now();
    let token = app.write(|conn| setup::make_link(conn, now)).expect("a link, as nobody is there");
    format!("/setup/{token}")
}

fn fill_in(browser: &mut Browser, page: &PageSeen, link: &str) -> PageSeen {
    let fields = [
        ("organization", "Northwind Studio"),
        ("first_name", "Ada"),
        ("last_name", "Lindqvist"),
        ("email", "ada@example.test"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    browser.submit(page, link, &fields)
}

#[test]
fn the_link_makes_the_first_administrator_and_signs_them_in() {
    let app = TestApp::start();
    let link = link(&app);
    let mut browser = Browser::new(&app);
    let page = browser.get(&link);
    assert_eq!(fill_in(&mut browser, &page, &link).address, "/users");
    browser.get("/account").must_say("Ada Lindqvist").must_say("System Administrator").must_say("Northwind Studio");
    assert_eq!(app.read(roster::preferences::organization_name), "Northwind Studio");
    assert_eq!(app.read(counts::read).active, 1);
    assert_eq!(app.read(|conn| roster::licenses::seats::of(conn, roster::licenses::LicenseType::Standard)).used, 1);
    assert_eq!(app.read(|conn| app.site.chain.verify(conn)).expect("whole").entries, 2);
    assert_eq!(attempt(&mut Browser::new(&app), "ada@example.test", PASSWORD).status, 303);
}

#[test]
fn a_used_link_opens_nothing_and_says_so() {
    let app = TestApp::start();
    let (link, other) = (link(&app), link(&app));
    let mut browser = Browser::new(&app);
    let (page, late) = (browser.get(&link), Browser::new(&app).get(&other));
    fill_in(&mut browser, &page, &link);
    for link in [&link, &other] {
        let page = Browser::new(&app).get(link);
        assert_eq!(page.status, 410);
        page.must_say("This link was used, or is too old");
    }
    assert_eq!(late.status, 200, "it was open before");
    assert_eq!(app.write(|conn| setup::make_link(conn, roster::db::Timestamp::now())), None);
}

#[test]
fn a_second_use_at_the_same_moment_is_refused() {
    let app = TestApp::start();
    let link = link(&app);
    let (mut one, mut two) = (Browser::new(&app), Browser::new(&app));
    let (first, second) = (one.get(&link), two.get(&link));
    fill_in(&mut one, &first, &link);
    assert_eq!(fill_in(&mut two, &second, &link).status, 410);
    assert_eq!(app.read(counts::read).active, 1);
}

#[test]
fn a_link_is_too_old_after_a_day() {
    let app = TestApp::start();
    let link = link(&app);
    app.site.clock.advance_seconds(24 * 3_600 + 1);
    assert_eq!(Browser::new(&app).get(&link).status, 410);
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_the_rest_is_kept() {
    let app = TestApp::start();
    let link = link(&app);
    let mut browser = Browser::new(&app);
    let page = browser.get(&link);
    let fields = [
        ("organization", ""),
        ("first_name", "Ada"),
        ("last_name", " "),
        ("email", "ada"),
        ("password", PASSWORD),
        ("again", "another"),
    ];
    let page = browser.submit(&page, &link, &fields);
    assert_eq!(page.status, 422);
    for field in ["organization", "last_name", "email", "again"] {
        assert_ne!(page.error_at(field), "", "{field}");
    }
    assert_eq!((page.value_of("first_name"), page.value_of("password")), ("Ada".into(), String::new()));
    assert_eq!(fill_in(&mut browser, &page, &link).address, "/users");
}
