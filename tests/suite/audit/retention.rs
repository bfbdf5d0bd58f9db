//! Old entries go if a setting says so; what is left still verifies, and nobody can pretend that they went.

use diesel::prelude::*;
use roster::db::schema::{audit_details, audit_entries};

use super::{finding, record_many, tidy_up};
use crate::support::program::run;
use crate::support::{Browser, TestApp};

const DAY: i64 = 86_400;

fn keep(app: &TestApp, days: &str) {
    app.tamper(&format!(
        "DELETE FROM settings WHERE name = 'audit_retention_days'; \
         INSERT INTO settings (name, value) VALUES ('audit_retention_days', '{days}')"
    ));
}

fn entries(app: &TestApp) -> Vec<(i64, String)> {
    let columns = (audit_entries::seq, audit_entries::act);
    app.read(|conn| Ok(audit_entries::table.order(audit_entries::seq).select(columns).load(conn)?))
}

/// Ten entries, one every ten days, of which the setting lets the first five go, and they went.
fn shortened() -> TestApp {
    let app = TestApp::start();
    record_many(&app, 10, 10 * DAY);
    keep(&app, "40");
    tidy_up(&app);
    assert_eq!(entries(&app).first().map(|(number, _)| *number), Some(6), "{:?}", entries(&app));
    app
}

#[test]
fn entries_are_kept_for_ever_unless_a_setting_says_otherwise() {
    let app = TestApp::start();
    record_many(&app, 10, 400 * DAY);
    tidy_up(&app);
    for nothing in ["", "0", "-3", "soon", "45.5", "29", "99999999999999999999"] {
        keep(&app, nothing);
        tidy_up(&app);
        assert_eq!(entries(&app).len(), 10, "{nothing}");
    }
}

#[test]
fn old_entries_go_with_their_details_and_the_rest_verifies() {
    let app = shortened();
    let left = entries(&app);
    assert_eq!(left.len(), 6);
    assert_eq!(left[5].1, "audit.pruned", "the removal is an entry itself");
    let details: i64 = app.read(|conn| Ok(audit_details::table.count().get_result(conn)?));
    assert_eq!(details, 6);
    let verified = app.read(|conn| app.site.chain.verify(conn)).expect("whole");
    assert_eq!((verified.entries, verified.removed), (11, 5));
    let ended = run(&mut app.roster(&["audit", "verify"]));
    ended.must_end_with(0).must_say("entries: 11").must_say("removed under the retention: 1 to 5");
    let ada = app.person("Ada Lindqvist").administrator().create();
    let page = Browser::signed_in(&app, &ada).get("/audit-log");
    page.must_say("Roster removed the entries up to 5: the log keeps 40 days.").must_say("Schedule");
    page.must_say("Entries are kept for 40 days. Those up to 5 were removed under this rule");
}

#[test]
fn it_happens_once_a_day_and_goes_on_from_there() {
    let app = shortened();
    tidy_up(&app);
    assert_eq!(entries(&app).len(), 6, "nothing more on the same day");
    app.site.clock.advance_seconds(20 * DAY);
    tidy_up(&app);
    let verified = app.read(|conn| app.site.chain.verify(conn)).expect("whole");
    assert_eq!((verified.entries, verified.removed), (12, 7));
    app.site.clock.advance_seconds(100 * DAY);
    tidy_up(&app);
    let left = entries(&app);
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(app.read(|conn| app.site.chain.verify(conn)).expect("whole").removed, 12);
}

#[test]
fn a_long_log_goes_slice_by_slice_and_is_one_entry_at_the_end() {
    let app = TestApp::start();
    record_many(&app, 11_000, 1);
    keep(&app, "30");
    app.site.clock.advance_seconds(60 * DAY);
    tidy_up(&app);
    let left = entries(&app);
    assert_eq!(left, [(11_001, "audit.pruned".to_owned())]);
    let details: String = app.read(|conn| Ok(audit_details::table.select(audit_details::details).first(conn)?));
    let details: serde_json::Value = serde_json::from_str(&details).expect("JSON");
    assert_eq!(details, serde_json::json!({ "up_to": 11_000, "entries": 11_000, "days": 30 }));
    app.read(|conn| app.site.chain.verify(conn)).expect("whole");
}

#[test]
fn a_round_that_ends_with_a_whole_slice_is_recorded_too() {
    let app = TestApp::start();
    record_many(&app, 5_000, 1);
    keep(&app, "30");
    app.site.clock.advance_seconds(60 * DAY);
    tidy_up(&app);
    assert_eq!(entries(&app), [(5_001, "audit.pruned".to_owned())]);
}

#[test]
fn nobody_can_pretend_that_entries_were_removed_by_the_rule() {
    let remove_more = "DELETE FROM audit_details WHERE seq <= 7; DELETE FROM audit_entries WHERE seq <= 7";
    for (sql, found) in [
        (remove_more.to_owned(), "entry 6 was removed"),
        (
            format!(
                "UPDATE audit_marks SET entries = 7, link = (SELECT link FROM audit_entries WHERE seq = 7) WHERE name = 'start'; {remove_more}"
            ),
            "the start of the chain was edited, or belongs to another key",
        ),
        ("DELETE FROM audit_marks WHERE name = 'start'".to_owned(), "entry 1 was removed"),
        (
            "UPDATE audit_marks SET at = at + 1 WHERE name = 'start'".to_owned(),
            "the start of the chain was edited, or belongs to another key",
        ),
    ] {
        let app = shortened();
        app.tamper(&sql);
        assert_eq!(finding(&app), found, "{sql}");
        run(&mut app.roster(&["audit", "verify"])).must_end_with(1).must_say(found);
        run(&mut app.roster(&["doctor"])).must_say(found);
    }
}

#[test]
fn no_start_of_one_chain_fits_where_none_was_removed() {
    let app = TestApp::start();
    record_many(&app, 5, DAY);
    // Somebody who cannot seal, but copies the head's seal.
    app.tamper(
        "INSERT INTO audit_marks (name, entries, link, at, finding, seal) \
         SELECT 'start', 2, (SELECT link FROM audit_entries WHERE seq = 2), 0, '', seal FROM audit_head; \
         DELETE FROM audit_details WHERE seq <= 2; DELETE FROM audit_entries WHERE seq <= 2",
    );
    assert!(finding(&app).starts_with("the start of the chain was edited"));
}

#[test]
fn what_was_edited_is_evidence_and_stays() {
    let app = TestApp::start();
    record_many(&app, 10, 10 * DAY);
    app.tamper("UPDATE audit_entries SET act = 'nothing' WHERE seq = 3");
    keep(&app, "40");
    tidy_up(&app);
    assert_eq!(entries(&app).len(), 10);
    assert_eq!(finding(&app), "entry 3 was edited");
}
