//! The profile: the state in a line, and in tabs the details, the work, the organization, and what happened.

use crate::lifecycle;
use crate::support::{Browser, TestApp};
use diesel::prelude::*;
use roster::audit::store::entries::{self, Filter, From};
use roster::licenses::AccessLevel;
use roster::web::pagination::{Place, Toward};

#[test]
fn work_has_a_tab_with_a_count_for_every_kind_of_history() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").title("Copywriter").create();
    app.history_of_every_kind(&bert);
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get(&format!("/users/{}", bert.id));
    page.must_say("Copywriter Never signed in, here since 21 October 2025");
    let page = ada.get(&page.link("Work"));
    for kind in roster::history::kinds() {
        let tab = ada.get(&page.link(kind.title()));
        assert!(tab.text_of(".tabs--inner [aria-current]").starts_with(kind.title()), "{}", kind.key());
        assert!(!tab.text_of(".tabs--inner [aria-current] .tabs__count").starts_with('0'), "{}", kind.key());
        assert!(tab.count("tbody tr") > 0, "{}: {}", kind.key(), tab.text());
    }
}

#[test]
fn the_old_address_of_a_kind_leads_to_its_tab() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get(&format!("/users/{}?tab=notes", ada.id));
    assert_eq!(page.address, format!("/users/{}/work?tab=notes", ada.id));
}

#[test]
fn somebody_who_is_off_says_since_when_by_whom_and_why() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let emil = app.person("Emil Hansen").deactivated().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let there = format!("/users/{}", emil.id);
    browser.get(&there).must_say("Deactivated on 21 October 2025");
    app.tamper(&format!(
        "INSERT INTO operations (id, plan_id, act, state, started_by, reason, created_at, total, result) \
         VALUES (7, 'p', 'deactivate', 'done', {}, 'contract ended', 1772532000000000, 1, '{{}}'); \
         UPDATE users SET state_operation_id = 7, state_changed_at = 1772532000000000 WHERE id = {}",
        ada.id, emil.id
    ));
    for tab in ["", "/work", "/updates", "/organization", "/activity", "/sessions"] {
        let page = browser.get(&format!("{there}{tab}"));
        page.must_say("Deactivated by Ada Lindqvist on 3 March 2026: contract ended");
        assert_eq!(page.link("See the operation"), "/operations/7");
        assert!(page.has("button[value=activate]") && !page.has("button[value=deactivate]"));
    }
}

#[test]
fn somebody_who_leaves_says_when_in_their_own_zone_and_who_said_so() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let emil = app.person("Emil Hansen").create();
    app.tamper(&format!(
        "INSERT INTO operations (id, plan_id, act, state, started_by, reason, created_at, total, result) \
         VALUES (7, 'p', 'deactivate', 'done', {}, 'moves away', 1772532000000000, 1, '{{}}'); \
         UPDATE users SET leave_operation_id = 7, leaves_at = 1796058000000000, leaves_zone = 'Europe/Vienna' WHERE id = {}",
        ada.id, emil.id
    ));
    let mut browser = Browser::signed_in(&app, &ada);
    browser
        .get(&format!("/users/{}", emil.id))
        .must_say("Leaving on 30 November 2026, 18:00 (Europe/Vienna), set by Ada Lindqvist: moves away");
}

#[test]
fn activity_tells_what_happened_by_whom_and_why() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let there = format!("/users/{}/activity", bert.id);
    browser.get(&there).must_say("Nothing was recorded about Bert yet.");
    let page = browser.get(&format!("/users/{}/edit", bert.id));
    browser.submit(&page, &format!("/users/{}", bert.id), &[("title", "Editor")]);
    let page = lifecycle::plan(&mut browser, "deactivate", &[&bert]);
    lifecycle::confirm(&mut browser, &page, &[("reason", "contract ended")]);
    let page = browser.get(&there);
    let rows = page.text_of("tbody");
    assert!(rows.find("deactivated") < rows.find("Editor"), "the newest is first: {rows}");
    page.must_say("Ada Lindqvist deactivated Bert Cooper")
        .must_say("contract ended")
        .must_say("Ada Lindqvist")
        .must_say("Title")
        .must_say("Editor");
    assert!(page.link("Operation 2").starts_with("/operations/"));
}

#[test]
fn activity_pages_by_key() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    app.write(|conn| {
        let event = |_| roster::audit::Event::new("user.handed_over", None).about(bert.id);
        let events: Vec<_> = (0..60).map(event).collect();
        app.site.chain.record(conn, app.site.clock.now(), &events)
    });
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get(&format!("/users/{}/activity", bert.id));
    assert_eq!(page.count("tbody tr"), 50);
    let page = browser.get(&page.link("Next"));
    assert_eq!(page.count("tbody tr"), 10);
    let page = browser.get(&page.link("Previous"));
    assert_eq!(page.count("tbody tr"), 50);
}

#[test]
fn activity_is_in_the_order_of_time_also_where_the_clock_was_set_back() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    // The numbers go up, the times down, two entries at each time.
    app.write(|conn| {
        for n in 0..30 {
            let event = |act| roster::audit::Event::new(act, None).about(bert.id);
            let now = app.site.clock.now().plus_seconds(-60 * n);
            app.site.chain.record(conn, now, &[event("user.handed_over"), event("user.photo_changed")])?;
        }
        Ok(())
    });
    let shown = |browser: &mut Browser, address: &str| {
        let toward = if address.contains("previous") { Toward::Previous } else { Toward::Next };
        let from = address.split("from=").nth(1).and_then(|rest| rest.split('&').next()).map(str::to_owned);
        let page = browser.get(address);
        let place = from.as_deref().and_then(Place::<i64>::from_word).map(|Place(at, number)| (at, number));
        let from = match (place, toward) {
            (None, _) => From::Latest,
            (Some(place), Toward::Next) => From::Before(place),
            (Some(place), Toward::Previous) => From::After(place),
        };
        let about = Filter { user: Some(bert.id), ..Filter::default() };
        let mut entries = app.read(|conn| entries::read(conn, &about, from, 50));
        if toward == Toward::Previous {
            entries.reverse();
        }
        assert_eq!(page.count("tbody tr"), entries.len());
        (page, entries.iter().map(|entry| entry.number).collect::<Vec<_>>())
    };
    let first: Vec<i64> = (0..30).flat_map(|n| [2 * n + 2, 2 * n + 1]).collect();
    let mut browser = Browser::signed_in(&app, &ada);
    let (page, rows) = shown(&mut browser, &format!("/users/{}/activity", bert.id));
    assert_eq!(rows, first[..50]);
    let (page, rows) = shown(&mut browser, &page.link("Next"));
    assert_eq!(rows, first[50..]);
    assert_eq!(page.count("tbody tr"), 10);
    let (_, rows) = shown(&mut browser, &page.link("Previous"));
    assert_eq!(rows, first[..50]);
}

#[test]
fn updates_are_posted_and_read_on_the_profile() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let there = format!("/users/{}/updates", bert.id);
    let page = browser.get(&there);
    page.must_say("Nothing was said about Bert yet.");
    let page = browser.submit(&page, "/updates/new", &[]);
    page.must_say("1 person");
    app.write(|conn| {
        for n in 0..55 {
            diesel::sql_query(format!(
                "INSERT INTO notes (author_id, about_user_id, body, created_at) \
                 VALUES ({}, {}, 'Update number {n:02}', 1795600800000000)",
                ada.id, bert.id
            ))
            .execute(conn)?;
        }
        Ok(())
    });
    let page = browser.get(&there);
    assert_eq!(page.count(".note"), 50);
    page.must_say("Ada Lindqvist 25 Nov, 10:00 Update number 54");
    assert_eq!(browser.get(&page.link("Next")).count(".note"), 5);
}

#[test]
fn the_organization_shows_the_managers_above_and_the_people_below() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mia = app.person("Mia Sato").title("Director").manager(&ada).create();
    let bert = app.person("Bert Cooper").manager(&mia).create();
    for n in 0..60 {
        app.person(&format!("Zoe Number{n:02}")).level(AccessLevel::ExternalUser).manager(&bert).create();
    }
    let gone = app.person("Gone Already").level(AccessLevel::ExternalUser).manager(&bert).create();
    app.tamper(&format!(
        "UPDATE users SET state = 'deleted', deleted_from = 'active', deleted_at = 1, access_level = NULL WHERE id = {}",
        gone.id
    ));
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get(&format!("/users/{}/organization", bert.id));
    assert_eq!(page.text_of("ol"), "MS Mia Sato Director AL Ada Lindqvist");
    page.must_not_say("Gone");
    assert_eq!((page.count("tbody tr"), page.text_of("tbody tr:first-child a")), (50, "Zoe Number00".into()));
    let page = browser.get(&page.link("Next"));
    assert_eq!((page.count("tbody tr"), page.text_of("tbody tr:first-child a")), (10, "Zoe Number50".into()));
    let page = browser.get(&page.link("Previous"));
    assert_eq!((page.count("tbody tr"), page.text_of("tbody tr:first-child a")), (50, "Zoe Number00".into()));
    browser.get(&format!("/users/{}/organization", ada.id)).must_say("Ada reports to nobody.");
}

#[test]
fn a_deleted_user_is_only_a_line_that_leads_to_the_recycle_bin() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    app.tamper(&format!(
        "UPDATE users SET state = 'deleted', deleted_from = 'active', deleted_at = 1, access_level = NULL WHERE id = {}",
        bert.id
    ));
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get(&format!("/users/{}", bert.id));
    page.must_not_say("Bert").must_not_say("bert");
    assert_eq!(page.link("Recycle Bin"), "/recycle-bin");
    page.must_say("Deleted on 1 January 1970");
    for tab in ["work", "updates", "organization", "activity", "sessions"] {
        ada.get(&format!("/users/{}/{tab}", bert.id)).must_say("This user is deleted").must_not_say("Bert");
    }
    for page in ["edit", "photo", "photo/edit", "link"] {
        assert_eq!(ada.get(&format!("/users/{}/{page}", bert.id)).status, 404, "{page}");
    }
    ada.get("/users?filter=all").must_not_say("Bert");
    assert_eq!(ada.get("/users/4711").status, 404);
}
