//! Setup -> Audit Log: entries in plain words, filtered and page by page.

use roster::audit::{Event, Path};
use roster::db::{OperationId, UserId};
use roster::licenses::AccessLevel;
use serde_json::json;

use crate::lifecycle::{confirm, plan};
use crate::support::{Browser, PageSeen, SignedUp, TestApp};

const ROWS: &str = "main table.table > tbody > tr";

struct World {
    app: TestApp,
    ada: SignedUp,
    bert: SignedUp,
    browser: Browser,
}

fn world() -> World {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let browser = Browser::signed_in(&app, &ada);
    World { app, ada, bert, browser }
}

fn record(app: &TestApp, events: &[Event]) {
    let now = app.site.clock.now();
    app.write(|conn| app.site.chain.record(conn, now, events));
}

fn edited(actor: &SignedUp, user: &SignedUp) -> Event {
    Event::new("user.edited", Some(actor.id)).about(user.id)
}

/// The rows that are shown, as text without the entry's own table of changes.
fn shown(page: &PageSeen) -> usize {
    page.count(ROWS)
}

#[test]
fn an_entry_is_a_sentence_with_the_fields_that_differ() {
    let World { app: _app, mut browser, bert, .. } = world();
    let page = browser.get(&format!("/users/{}/edit", bert.id));
    browser.submit(&page, &format!("/users/{}", bert.id), &[("title", "Editor"), ("access_level", "light")]);
    let page = browser.get("/audit-log");
    page.must_say("Ada Lindqvist changed the details of Bert Cooper .");
    page.must_say("Title nothing Editor").must_say("Access level Standard Light");
    assert!(page.has(&format!("main a[href='/users/{}']", bert.id)));
    page.must_not_say("First name");
}

#[test]
fn the_reason_and_the_operation_stand_with_the_entry() {
    let World { app: _app, mut browser, bert, .. } = world();
    let page = plan(&mut browser, "deactivate", &[&bert]);
    confirm(&mut browser, &page, &[("reason", "End of the season")]);
    let page = browser.get("/audit-log?operation=1");
    page.must_say("Ada Lindqvist deactivated Bert Cooper .").must_say("Reason: End of the season");
    page.must_say("State Active Deactivated").must_say("Access level Standard nothing");
    assert!(page.has("main a[href='/operations/1']"));
    let operation = browser.get("/operations/1");
    assert_eq!(operation.link("Audit log"), "/audit-log?operation=1");
}

#[test]
fn names_are_as_they_are_now_and_the_erased_have_none() {
    let World { app, ada, bert, mut browser } = world();
    let gone = SignedUp { id: UserId(4_000), name: String::new(), email: String::new() };
    record(&app, &[edited(&ada, &bert), edited(&gone, &gone), edited(&ada, &gone)]);
    app.tamper(
        "UPDATE users SET last_name = 'Married' WHERE first_name = 'Bert'; DELETE FROM audit_details WHERE seq = 3",
    );
    let page = browser.get("/audit-log");
    page.must_say("Ada Lindqvist changed the details of Bert Married .").must_not_say("Cooper");
    page.must_say("somebody who was erased changed the details of somebody who was erased .");
    page.must_say("The details were erased.");
    assert!(!page.has("main a[href='/users/4000']"));
    assert_eq!(shown(&browser.get("/audit-log?user=4000")), 2);
}

#[test]
fn an_unknown_act_shows_its_word_and_any_details_are_shown() {
    let World { app, bert, mut browser, .. } = world();
    let act = |details| Event::new("moon.landed", None).about(bert.id).with(&details);
    record(
        &app,
        &[
            act(json!(null)),
            act(json!("text")),
            act(json!([1, [2], { "a": "<b>bold</b>" }])),
            act(json!({ "before": 1, "after": { "deep": { "er": { "still": { "more": { "yet": true } } } } } })),
            act(json!({ "before": { "company_id": 99, "manager_id": 77 }, "after": "\u{0}odd" })),
            act(json!({ "after": { "manager_id": bert.id, "team_ids": [1, 2] } })),
        ],
    );
    app.tamper("UPDATE audit_details SET details = 'no JSON' WHERE seq = 1");
    let page = browser.get("/audit-log");
    assert_eq!((page.status, shown(&page)), (200, 6));
    page.must_say("moon.landed of Bert Cooper , by Roster.").must_say("Reports to nothing Bert Cooper");
    page.must_say("<b>bold</b>").must_say("no JSON");
    let file = browser.get("/audit-log.json");
    let read: serde_json::Value = serde_json::from_str(&file.body).expect("JSON");
    assert_eq!(read.as_array().map(Vec::len), Some(6));
}

#[test]
fn units_are_named_in_the_sentence_and_edits_name_the_manager_as_now() {
    let World { app, ada, bert, mut browser } = world();
    let unit = |act, details| Event::new(act, Some(ada.id)).about(bert.id).with(&details);
    let state = |name: &str| json!({ "name": name, "is_retired": false });
    record(
        &app,
        &[
            unit("team.renamed", json!({ "id": 3, "before": state("Red"), "after": state("Blue") })),
            unit(
                "user.edited",
                json!({ "name": "Bert", "before": { "manager": null }, "after": { "manager": ada.id } }),
            ),
        ],
    );
    let page = browser.get("/audit-log");
    page.must_say("Ada Lindqvist renamed the team Red to Blue.");
    page.must_say("Reports to nothing Ada Lindqvist");
}

#[test]
fn seats_without_a_number_are_unlimited_and_who_is_not_named_is_said_by_the_path() {
    let World { app, mut browser, .. } = world();
    record(
        &app,
        &[
            Event::new("license.seats_changed", None)
                .by_path(Path::CommandLine)
                .with(&json!({ "license": "light", "before": null, "after": 1200 })),
            Event::new("user.created", None).about(UserId(1)).by_path(Path::Link),
        ],
    );
    let page = browser.get("/audit-log");
    page.must_say("The command line changed the number of Light seats.").must_say("Seats unlimited 1,200");
    page.must_say("Whoever opened the one-time link created").must_say("Command line").must_say("One-time link");
}

#[test]
fn the_list_is_filtered_by_act_actor_user_operation_and_path() {
    let World { app, ada, bert, mut browser } = world();
    let cleo = app.person("Cleo Marchetti").email("cleo@example.test").create();
    record(
        &app,
        &[
            edited(&ada, &bert),
            edited(&ada, &cleo),
            edited(&bert, &cleo).by_path(Path::Import),
            Event::new("user.deactivated", Some(bert.id)).about(cleo.id).in_operation(OperationId(7)),
            Event::new("recycle_bin.emptied", None).by_path(Path::Schedule),
        ],
    );
    app.tamper("UPDATE users SET state = 'deleted', access_level = NULL, deleted_from = 'active', deleted_at = 1 WHERE first_name = 'Cleo'");
    for (query, entries) in [
        ("", 5),
        ("act=user.edited", 3),
        ("actor=ada+lindqvist", 2),
        ("actor=Bert", 2),
        ("user=cleo%40example.test", 3),
        ("user=Marchetti", 3),
        (&format!("user={}", cleo.id), 3),
        (&format!("user=%23{}", bert.id), 1),
        ("operation=7", 1),
        ("operation=%237", 1),
        ("path=import", 1),
        ("path=schedule", 1),
        ("act=user.edited&user=cleo&actor=bert&path=import", 1),
        ("act=user.deactivated&user=cleo&actor=ada", 0),
        ("act=nothing.such", 0),
        ("user=987654321", 0),
    ] {
        let page = browser.get(&format!("/audit-log?{query}"));
        assert_eq!((page.status, shown(&page)), (200, entries), "{query}: {}", page.text());
    }
    browser.get("/audit-log?user=Marchetti").must_say(&format!("Cleo Marchetti, number {}", cleo.id));
}

#[test]
fn days_are_those_of_the_viewers_zone_both_included() {
    let World { app, ada, bert, mut browser } = world();
    app.tamper("UPDATE users SET time_zone = 'Pacific/Auckland' WHERE first_name = 'Ada'");
    // In Auckland it is thirteen hours later: the first is the 25th there, the second the 26th.
    let at = |text: &str| roster::db::Timestamp::from(text.parse::<jiff::Timestamp>().expect("a moment"));
    app.write(|conn| {
        app.site.chain.record(conn, at("2026-11-25T10:59:59Z"), &[edited(&ada, &bert)])?;
        app.site.chain.record(conn, at("2026-11-25T11:00:00Z"), &[edited(&ada, &bert), edited(&ada, &bert)])
    });
    for (query, entries) in [
        ("since=2026-11-25", 3),
        ("since=2026-11-26", 2),
        ("since=2026-11-25&until=2026-11-25", 1),
        ("until=2026-11-26", 3),
        ("until=2026-11-24", 0),
        ("since=2026-11-27", 0),
        ("since=2026-11-26&user=bert&act=user.edited", 2),
    ] {
        let page = browser.get(&format!("/audit-log?{query}"));
        assert_eq!((page.status, shown(&page)), (200, entries), "{query}: {}", page.text());
    }
}

#[test]
fn what_is_wrong_with_the_filter_stands_beside_the_field_and_what_was_typed_stays() {
    let World { app, bert, mut browser, ada } = world();
    let other = app.person("Bert Cooper").email("other@example.test").create();
    record(&app, &[edited(&ada, &bert)]);
    for (field, typed, message) in [
        ("actor", "nobody of this name", "Nobody has this name or address."),
        ("user", "bert cooper", "More than one person fits."),
        ("user", "ert", "More than one person fits."),
        ("user", "%", "Nobody has this name"),
        ("operation", "seven", "Enter the number of an operation"),
        ("operation", "99999999999999999999", "Enter the number of an operation"),
        ("path", "pigeon", "Choose one of the list."),
        ("since", "yesterday", "Give the day as YYYY-MM-DD."),
        ("until", "2026-02-30", "Give the day as YYYY-MM-DD."),
    ] {
        let encoded = typed.replace('%', "%25").replace(' ', "+");
        let page = browser.get(&format!("/audit-log?{field}={encoded}&act=user.edited"));
        assert_eq!(page.status, 422, "{field}: {}", page.text());
        assert!(page.error_at(field).contains(message), "{field}: {}", page.error_at(field));
        if field != "path" {
            assert_eq!(page.value_of(field), typed);
        }
        assert_eq!(shown(&page), 0);
    }
    let page = browser.get("/audit-log?user=bert+cooper");
    assert!(page.error_at("user").contains(&format!("{} Bert Cooper", other.id)), "{}", page.error_at("user"));
    let page = browser.get("/audit-log?since=2026-11-25&until=2026-11-24");
    assert!(page.error_at("until").contains("before the first one"), "{}", page.text());
}

#[test]
fn no_address_brings_the_page_down() {
    let World { app, ada, bert, mut browser } = world();
    record(&app, &[edited(&ada, &bert)]);
    for query in [
        "act=%00",
        "user=%00",
        "user=a%00b",
        "operation=-1",
        "user=-5",
        "since=-009999-01-01",
        "until=9999-12-31",
        "from=nonsense",
        "from=W251bGwsMV0",
        "toward=previous",
        "user=%F0%9F%99%82",
        "user=%25%27%22%5C",
        "user=a",
        "from=WzAsMF0&toward=previous&since=2030-01-01",
    ] {
        let page = browser.get(&format!("/audit-log?{query}"));
        assert!(matches!(page.status, 200 | 422), "{query}: {} {}", page.status, page.text());
    }
    assert_eq!(browser.get("/audit-log?toward=sideways").status, 400);
}

#[test]
fn pages_meet_without_a_gap_or_an_entry_shown_twice() {
    let World { app, ada, bert, mut browser } = world();
    // Many of one moment, and a clock that was put back: the list is by time.
    let now = app.site.clock.now();
    app.write(|conn| {
        for i in 0..130_i64 {
            let event = if i % 2 == 0 { edited(&ada, &bert) } else { edited(&bert, &ada) };
            app.site.chain.record(conn, now.plus_seconds(-(i / 7) * 60), &[event])?;
        }
        Ok(())
    });
    for (filter, entries) in [("", 130), ("user=bert", 65), ("act=user.edited&actor=ada&since=2026-11-01", 65)] {
        let mut page = browser.get(&format!("/audit-log?{filter}"));
        let (mut seen, mut turned) = (Vec::new(), Vec::new());
        loop {
            let numbers = numbers(&page);
            seen.extend(numbers.clone());
            turned.push(numbers);
            let Some(next) = page.attribute("a[rel=next]", "href") else { break };
            page = browser.get(&next);
        }
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!((seen.len(), sorted.len()), (entries, entries), "{filter}");
        while let Some(back) = page.attribute("a[rel=prev]", "href") {
            turned.pop();
            page = browser.get(&back);
            assert_eq!(Some(&numbers(&page)), turned.last(), "{filter}: {back}");
        }
        assert_eq!(turned.len(), 1);
    }
}

fn numbers(page: &PageSeen) -> Vec<i64> {
    let html = page.html();
    let cell = scraper::Selector::parse("main table.table > tbody > tr > td:first-child").expect("a selector");
    html.select(&cell).map(|cell| cell.text().collect::<String>().trim().parse().expect("a number")).collect()
}

#[test]
fn the_log_is_closed_to_whoever_does_not_administer() {
    let World { app, .. } = world();
    let emil = app.person("Emil Hansen").level(AccessLevel::Light).create();
    let mut browser = Browser::signed_in(&app, &emil);
    for address in ["/audit-log", "/audit-log.csv", "/audit-log.json"] {
        assert_eq!(browser.get(address).status, 403, "{address}");
    }
}
