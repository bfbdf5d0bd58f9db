//! The audit log as a file: what the filter shows, however long, and nothing that a spreadsheet would run.

use roster::audit::Event;
use serde_json::{Value, json};

use super::record_many;
use crate::support::{Browser, SignedUp, TestApp};

fn world() -> (TestApp, SignedUp, Browser) {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let browser = Browser::signed_in(&app, &ada);
    (app, ada, browser)
}

#[test]
fn the_file_has_the_entries_of_the_filter_in_words() {
    let (app, ada, mut browser) = world();
    let bert = app.person("Bert Cooper").create();
    let now = app.site.clock.now();
    let details = json!({ "before": { "title": "Writer" }, "after": { "title": "Editor, \"chief\"" } });
    let edited = Event::new("user.edited", Some(ada.id)).about(bert.id).with(&details);
    let other = Event::new("user.password_changed", Some(ada.id)).about(ada.id);
    app.write(|conn| app.site.chain.record(conn, now, &[edited, other]));
    let page = browser.get("/audit-log?user=bert");
    let file = browser.get(&page.link("Export CSV"));
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].contains("audit-log.csv"));
    let lines: Vec<&str> = file.body.lines().collect();
    assert_eq!(lines.len(), 2, "{}", file.body);
    assert_eq!(lines[0], "entry,at,act,what,actor_id,actor,user_id,user,operation,path,reason,before,after");
    let line = format!(
        "1,2026-11-25T10:00:00.000Z,user.edited,Ada Lindqvist changed the details of Bert Cooper,{},Ada Lindqvist,{},\
         Bert Cooper,,page,,Title: Writer,\"Title: Editor, \"\"chief\"\"\"",
        ada.id, bert.id
    );
    assert_eq!(lines[1], line);
    let file = browser.get(&page.link("JSON"));
    assert_eq!(file.headers["content-type"], "application/json");
    let read: Value = serde_json::from_str(&file.body).expect("JSON");
    assert_eq!(read.as_array().map(Vec::len), Some(1));
    assert_eq!(read[0]["details"], details);
    assert_eq!(read[0]["changes"][0]["after"], "Editor, \"chief\"");
}

#[test]
fn no_cell_of_the_file_begins_like_a_formula() {
    let (app, ada, mut browser) = world();
    let now = app.site.clock.now();
    let bad = app.person("=cmd X").create();
    app.write(|conn| app.site.chain.record(conn, now, &[Event::new("user.edited", Some(bad.id)).about(ada.id)]));
    let file = browser.get("/audit-log.csv");
    assert!(file.body.contains(",'=cmd X changed the details of Ada Lindqvist,"), "{}", file.body);
    assert!(file.body.contains(",'=cmd X,"), "{}", file.body);
}

#[test]
fn files_longer_than_a_chunk_are_whole_also_if_the_last_chunk_is_full() {
    let (app, _, mut browser) = world();
    record_many(&app, 2_000, 1);
    for _ in 0..2 {
        let entries = app.read(|conn| app.site.chain.verify(conn)).expect("whole").entries;
        let file = browser.get("/audit-log.csv?act=user.edited");
        assert_eq!(file.body.lines().count() as i64, entries + 1);
        let read: Value = serde_json::from_str(&browser.get("/audit-log.json").body).expect("JSON");
        let numbers: Vec<i64> = read.as_array().expect("an array").iter().filter_map(|e| e["entry"].as_i64()).collect();
        assert_eq!(numbers.len() as i64, entries);
        assert!(numbers.is_sorted_by(|a, b| a > b), "the latest first, none twice");
        record_many(&app, 7, 0);
    }
}

#[test]
fn an_empty_file_is_a_file() {
    let (_app, _, mut browser) = world();
    assert_eq!(browser.get("/audit-log.csv?user=9999").body.lines().count(), 1);
    assert_eq!(browser.get("/audit-log.json?user=9999").body.trim(), "[]");
}

#[test]
fn a_filter_that_means_nothing_gives_no_file() {
    let (_app, _, mut browser) = world();
    for address in ["/audit-log.csv?user=nobody+there", "/audit-log.json?since=soon", "/audit-log.csv?path=pigeon"] {
        assert_eq!(browser.get(address).status, 400, "{address}");
    }
}
