//! "Verified up to entry N": said on the page, kept sealed, and never said of a log that was edited.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use roster::db::Timestamp;
use roster::db::schema::audit_marks;
use roster::licenses::AccessLevel;

use super::{record_many, tidy_up};
use crate::support::{Browser, PageSeen, TestApp};

fn world(entries: i64) -> (TestApp, Browser) {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let browser = Browser::signed_in(&app, &ada);
    record_many(&app, entries, 1);
    (app, browser)
}

fn verify_now(browser: &mut Browser) -> PageSeen {
    let page = browser.get("/audit-log");
    browser.submit(&page, "/audit-log/verification", &[])
}

fn mark(app: &TestApp) -> (i64, Option<Timestamp>) {
    let columns = (audit_marks::entries, audit_marks::whole_at);
    app.read(|conn| Ok(audit_marks::table.find("verified").select(columns).first(conn)?))
}

#[test]
fn the_page_says_up_to_which_entry_the_log_is_verified_and_when() {
    let (app, mut browser) = world(3);
    tidy_up(&app);
    browser.get("/audit-log").must_say("Verified up to entry 3 today, 10:00").must_not_say("newer");
    record_many(&app, 2, 0);
    browser.get("/audit-log").must_say("Verified up to entry 3").must_say("2 newer");
    tidy_up(&app);
    browser.get("/audit-log").must_say("Verified up to entry 5");
}

#[test]
fn new_entries_are_read_as_they_come_and_all_of_them_once_a_day() {
    let (app, _) = world(3);
    tidy_up(&app);
    let (_, first) = mark(&app);
    // Once read, an old entry is not read again an hour later.
    app.site.clock.advance_seconds(3_600);
    record_many(&app, 1, 0);
    tidy_up(&app);
    assert_eq!(mark(&app), (4, first));
    app.site.clock.advance_seconds(86_400);
    tidy_up(&app);
    let (entries, again) = mark(&app);
    assert_eq!(entries, 4);
    assert!(again > first, "{again:?}");
}

#[test]
fn an_old_entry_that_is_edited_later_is_found_within_a_day_and_shown_in_red() {
    let (app, _) = world(3);
    tidy_up(&app);
    app.tamper("UPDATE audit_entries SET act = 'user.created' WHERE seq = 2");
    app.site.clock.advance_seconds(86_400);
    tidy_up(&app);
    // A day later, nobody's session is valid any more.
    let dora = app.person("Dora Okafor").administrator().create();
    let page = Browser::signed_in(&app, &dora).get("/audit-log");
    assert!(page.text_of(".notice[data-tone=danger]").contains("not as it was written: entry 2 was edited"));
    page.must_say("roster audit verify").must_say("Verified up to entry 1 ");
}

#[test]
fn verify_now_reads_everything_and_a_finding_goes_when_all_is_right_again() {
    let (app, mut browser) = world(3);
    tidy_up(&app);
    app.tamper("UPDATE audit_entries SET act = 'user.created' WHERE seq = 2");
    let page = verify_now(&mut browser);
    assert!(page.has(".notice[data-tone=danger]"), "{}", page.text());
    // The finding stays, however often one looks, and since when it is known.
    app.site.clock.advance_seconds(600);
    tidy_up(&app);
    browser.get("/audit-log").must_say("entry 2 was edited").must_say("Found 25 Nov, 10:00");
    app.tamper("UPDATE audit_entries SET act = 'user.edited' WHERE seq = 2");
    let page = verify_now(&mut browser);
    assert!(!page.has(".notice[data-tone=danger]"), "{}", page.text());
    page.must_say("Verified up to entry 3 today, 10:10");
}

#[test]
fn a_long_log_is_verified_in_the_background() {
    let (_app, mut browser) = world(20_500);
    verify_now(&mut browser);
    let begun = Instant::now();
    loop {
        let page = browser.get("/audit-log");
        if page.text().contains("Verified up to entry 20,500") && !page.text().contains("Being verified now") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", page.text());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn asking_twice_reads_once() {
    let (app, mut browser) = world(3);
    let ask = "INSERT INTO audit_marks (name, entries, link, at, finding, seal) \
               SELECT 'asked', 0, link, 1795600800000000, '', seal FROM audit_head";
    // The round with which a process begins may be under way, and take the first ones.
    let mut page = browser.get("/audit-log");
    for _ in 0..20 {
        app.tamper(&format!("DELETE FROM audit_marks WHERE name = 'asked'; {ask}"));
        page = browser.get("/audit-log");
        if page.text().contains("Being verified now.") {
            break;
        }
    }
    page.must_say("Being verified now.");
    assert!(!page.has("form[action='/audit-log/verification']"));
    // A request whose process ended is carried out by the next round.
    tidy_up(&app);
    browser.get("/audit-log").must_say("Verified up to entry 3").must_not_say("Being verified now.");
}

#[test]
fn a_forged_note_of_the_verification_is_not_believed() {
    let (app, mut browser) = world(3);
    tidy_up(&app);
    for sql in [
        "UPDATE audit_marks SET entries = 99 WHERE name = 'verified'",
        "UPDATE audit_marks SET at = at + 1 WHERE name = 'verified'",
        "UPDATE audit_marks SET finding = 'nothing at all' WHERE name = 'verified'",
    ] {
        app.tamper(sql);
        let page = browser.get("/audit-log");
        assert!(
            page.text_of(".notice[data-tone=danger]").contains("the note of the last verification was edited"),
            "{sql}"
        );
        verify_now(&mut browser).must_say("Verified up to entry 3").must_not_say("not as it was written");
    }
}

#[test]
fn a_log_that_was_put_back_to_an_earlier_state_is_found() {
    let (app, mut browser) = world(3);
    app.tamper("CREATE TABLE kept AS SELECT * FROM audit_head");
    record_many(&app, 2, 0);
    tidy_up(&app);
    app.tamper(
        "DELETE FROM audit_details WHERE seq > 3; DELETE FROM audit_entries WHERE seq > 3; DELETE FROM audit_head; \
         INSERT INTO audit_head SELECT * FROM kept; DROP TABLE kept",
    );
    tidy_up(&app);
    browser.get("/audit-log").must_say("entries 4 to 5 were there before and are missing");
    verify_now(&mut browser).must_say("entries 4 to 5 were there before and are missing");
}

#[test]
fn entries_that_are_removed_before_they_were_verified_do_not_stop_it() {
    let (app, _) = world(3);
    tidy_up(&app);
    record_many(&app, 3, 0);
    app.tamper("INSERT INTO settings (name, value) VALUES ('audit_retention_days', '30')");
    app.site.clock.advance_seconds(60 * 86_400);
    let dora = app.person("Dora Okafor").administrator().create();
    tidy_up(&app);
    Browser::signed_in(&app, &dora)
        .get("/audit-log")
        .must_say("Verified up to entry 7")
        .must_not_say("not as it was written");
}

#[test]
fn only_administrators_have_it_verified() {
    let (app, mut browser) = world(1);
    let emil = app.person("Emil Hansen").level(AccessLevel::Light).create();
    let mut emil = Browser::signed_in(&app, &emil);
    let token = emil.get("/account").value_of("csrf");
    assert_eq!(emil.post_raw("/audit-log/verification", &[], &[("csrf", &token)]).status, 403);
    assert_eq!(browser.post_raw("/audit-log/verification", &[], &[("csrf", "forged")]).status, 403);
}
