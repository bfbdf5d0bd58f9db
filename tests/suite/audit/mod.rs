//! The audit chain: whoever edits or removes entries in the database is found out.

mod files;
mod log;
mod paths;
mod retention;
mod verification;

use roster::app::housekeeping::tidy;
use roster::audit::{Event, Finding};

use crate::support::TestApp;

/// Three entries, each with details.
fn app_with_entries() -> TestApp {
    let app = TestApp::start();
    let now = app.site.clock.now();
    for act in ["first", "second", "third"] {
        app.write(|conn| app.site.chain.record(conn, now, &[Event::new(act, None).with(&["details"])]));
    }
    app
}

/// `n` entries, as they would come up to now, `apart` seconds between them; of many, several come at a time.
fn record_many(app: &TestApp, n: i64, apart: i64) {
    let now = app.site.clock.now();
    let event = |i: i64| Event::new("user.edited", None).with(&serde_json::json!({ "after": { "title": i } }));
    let at_a_time = (n / 100).clamp(1, 500);
    app.write(|conn| {
        let mut left = n;
        while left > 0 {
            let events: Vec<Event> = (0..left.min(at_a_time)).map(|i| event(left - i)).collect();
            left -= events.len() as i64;
            app.site.chain.record(conn, now.plus_seconds(-left * apart), &events)?;
        }
        Ok(())
    });
}

/// One round of housekeeping, such as happens every ten minutes.
fn tidy_up(app: &TestApp) {
    actix_web::rt::System::new().block_on(async { tidy(&app.site).await.expect("tidied") });
}

fn finding(app: &TestApp) -> String {
    match app.read(|conn| app.site.chain.verify(conn)) {
        Ok(verified) => panic!("nothing was found in {} entries", verified.entries),
        Err(Finding(words)) => words,
    }
}

#[test]
fn an_untouched_chain_verifies_and_names_its_head() {
    let app = app_with_entries();
    let verified = app.read(|conn| app.site.chain.verify(conn)).expect("whole");
    assert_eq!(verified.entries, 3);
    assert_eq!(verified.head.len(), 64);
}

#[test]
fn an_erasure_of_details_leaves_the_chain_whole() {
    let app = app_with_entries();
    app.tamper("DELETE FROM audit_details WHERE seq = 2");
    assert_eq!(app.read(|conn| app.site.chain.verify(conn)).expect("whole").entries, 3);
}

#[test]
fn an_edited_entry_is_found() {
    let app = app_with_entries();
    app.tamper("UPDATE audit_entries SET act = 'nothing' WHERE seq = 2");
    assert_eq!(finding(&app), "entry 2 was edited");
}

#[test]
fn an_entry_put_on_another_person_is_found() {
    let app = app_with_entries();
    app.tamper("UPDATE audit_entries SET actor_id = 9 WHERE seq = 1");
    assert_eq!(finding(&app), "entry 1 was edited");
}

#[test]
fn a_removed_entry_is_found() {
    let app = app_with_entries();
    app.tamper("DELETE FROM audit_details WHERE seq = 2; DELETE FROM audit_entries WHERE seq = 2");
    assert_eq!(finding(&app), "entry 2 was removed");
}

#[test]
fn a_missing_last_entry_is_found() {
    let app = app_with_entries();
    app.tamper("DELETE FROM audit_details WHERE seq = 3; DELETE FROM audit_entries WHERE seq = 3");
    assert_eq!(finding(&app), "entries 3 to 3 were removed from the end");
}

#[test]
fn a_missing_last_entry_is_found_even_if_the_head_was_put_back_with_it() {
    let app = app_with_entries();
    app.tamper(
        "DELETE FROM audit_details WHERE seq = 3; DELETE FROM audit_entries WHERE seq = 3;
         UPDATE audit_head SET entries = 2, link = (SELECT link FROM audit_entries WHERE seq = 2)",
    );
    assert!(finding(&app).starts_with("the head of the chain was edited"));
}

#[test]
fn an_edited_or_missing_head_is_found() {
    let app = app_with_entries();
    app.tamper("UPDATE audit_head SET entries = 9");
    assert!(finding(&app).starts_with("the head of the chain was edited"));
    app.tamper("DELETE FROM audit_head");
    finding(&app);
}

#[test]
fn edited_details_are_found() {
    let app = app_with_entries();
    app.tamper("UPDATE audit_details SET details = '[\"others\"]' WHERE seq = 1");
    assert_eq!(finding(&app), "the details of entry 1 were edited");
}

#[test]
fn an_entry_that_is_said_to_have_come_another_way_is_found() {
    let app = app_with_entries();
    app.tamper("UPDATE audit_entries SET path = 'import' WHERE seq = 2");
    assert_eq!(finding(&app), "entry 2 was edited");
    app.tamper("UPDATE audit_entries SET path = '' WHERE seq = 2");
    assert_eq!(finding(&app), "entry 2 was edited");
}
