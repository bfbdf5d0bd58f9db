//! The Users list: who is in it, in which order, page by page, and what is ticked.

use roster::licenses::AccessLevel;

use crate::support::{Browser, PageSeen, TestApp};

fn names(page: &PageSeen) -> Vec<String> {
    let html = page.html();
    let links = scraper::Selector::parse("a.table__name").expect("a selector");
    html.select(&links).map(|link| link.text().collect::<String>()).collect()
}

fn studio(app: &TestApp) -> Browser {
    let now = app.site.clock.now();
    let ada = app.person("Ada Lindqvist").administrator().last_signed_in(now).create();
    app.person("Bert Cooper").level(AccessLevel::Light).title("Copywriter").last_signed_in(now.plus_days(-1)).create();
    app.person("Cleo Marchetti").last_signed_in(now.plus_days(-120)).create();
    app.person("Dora Okafor").create();
    app.person("Emil Hansen").deactivated().create();
    Browser::signed_in(app, &ada)
}

#[test]
fn each_filter_shows_whom_it_names() {
    let app = TestApp::start();
    let mut ada = studio(&app);
    let page = ada.get("/users");
    assert_eq!(names(&page), ["Ada Lindqvist", "Bert Cooper", "Cleo Marchetti", "Dora Okafor"]);
    page.must_say("4 active · 1 deactivated");
    let show = |ada: &mut Browser, text: &str| {
        let there = page.leads_to(text);
        names(&ada.get(&there))
    };
    assert_eq!(show(&mut ada, "Deactivated"), ["Emil Hansen"]);
    assert_eq!(show(&mut ada, "Never signed in"), ["Dora Okafor"]);
    // Dora was made 400 days ago and never came: that is no sign-in for 90 days, too.
    assert_eq!(show(&mut ada, "No sign-in for 90 days"), ["Cleo Marchetti", "Dora Okafor"]);
    assert_eq!(show(&mut ada, "All").len(), 5);
    assert_eq!(names(&ada.get("/users?filter=active&license=light")), ["Bert Cooper"]);
    assert_eq!(ada.get("/users?filter=nonsense").status, 400);
}

#[test]
fn a_row_says_what_there_is_to_know() {
    let app = TestApp::start();
    let mut ada = studio(&app);
    let page = ada.get("/users?q=bert");
    for text in ["Copywriter", "bert.cooper @example.test", "Light", "yesterday", "Active", "BC"] {
        page.must_say(text);
    }
    assert!(ada.get("/users?q=dora").text_of("table .tag").contains("Never signed in"));
    assert!(ada.get("/users?filter=all&q=emil").text_of("table .tag").contains("Deactivated"));
}

#[test]
fn activate_is_offered_where_people_who_are_off_can_be() {
    let app = TestApp::start();
    let mut ada = studio(&app);
    assert!(!ada.get("/users").has("button[value=activate]"));
    for filter in ["deactivated", "all"] {
        assert!(ada.get(&format!("/users?filter={filter}")).has("button[value=activate]"), "{filter}");
    }
}

#[test]
fn every_order_reads_on_over_pages_both_ways() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let now = app.site.clock.now();
    // Equal names and equal times across the borders of pages, and accents that sort as plain letters.
    for i in 0..120 {
        let name = match i % 4 {
            0 => format!("Same Name{}", if i < 60 { "" } else { " " }),
            1 => "Élan Same".to_owned(),
            _ => format!("Person {}", i / 8),
        };
        let person = app.person(&name).email(&format!("p{}x{i}@example.test", i % 7)).without_password();
        person.level(AccessLevel::ExternalUser).last_signed_in(now.plus_days(-(i % 5) - 1)).create();
    }
    let mut ada = Browser::signed_in(&app, &ada);
    for sort in ["name", "-name", "email", "-email", "last-sign-in", "-last-sign-in"] {
        let mut page = ada.get(&format!("/users?sort={sort}"));
        let (mut seen, mut pages) = (Vec::new(), Vec::new());
        loop {
            let ids = ids(&page);
            assert!(ids.len() <= 50);
            seen.extend(ids.clone());
            pages.push(ids);
            match page.attribute("[data-rel=next]", "value") {
                Some(next) => page = ada.get(&next),
                None => break,
            }
        }
        assert_eq!((seen.len(), pages.len()), (121, 3), "{sort}");
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 121, "{sort}: somebody twice");
        for expected in pages.iter().rev().skip(1) {
            let previous = page.attribute("[data-rel=prev]", "value").expect("a page before");
            page = ada.get(&previous);
            assert_eq!(&ids(&page), expected, "{sort}, backwards");
        }
        assert!(!page.has("[data-rel=prev]"), "{sort}: the first page has none before it");
        let mut reversed = match sort.strip_prefix('-') {
            Some(plain) => all_ids(&mut ada, plain),
            None => all_ids(&mut ada, &format!("-{sort}")),
        };
        reversed.reverse();
        assert_eq!(reversed, seen, "{sort} is the other way round");
    }
}

fn ids(page: &PageSeen) -> Vec<i64> {
    let html = page.html();
    let boxes = scraper::Selector::parse("input[name=id]").expect("a selector");
    html.select(&boxes).filter_map(|tick| tick.value().attr("value")?.parse().ok()).collect()
}

fn all_ids(browser: &mut Browser, sort: &str) -> Vec<i64> {
    let mut page = browser.get(&format!("/users?sort={sort}"));
    let mut all = ids(&page);
    while let Some(next) = page.attribute("[data-rel=next]", "value") {
        page = browser.get(&next);
        all.extend(ids(&page));
    }
    all
}

#[test]
fn accents_sort_as_the_plain_letters() {
    let app = TestApp::start();
    let ada = app.person("Mona Lind").administrator().create();
    for name in ["Åsa Berg", "Asta Berg", "Zoé Ek", "zoe Ask", "Élodie Z"] {
        app.person(name).create();
    }
    let page = Browser::signed_in(&app, &ada).get("/users");
    assert_eq!(names(&page), ["Åsa Berg", "Asta Berg", "Élodie Z", "Mona Lind", "zoe Ask", "Zoé Ek"]);
}

#[test]
fn a_place_that_is_none_starts_at_the_beginning() {
    let app = TestApp::start();
    let mut ada = studio(&app);
    for place in ["x", "bm9uc2Vuc2U", "WzEsMl0"] {
        assert_eq!(names(&ada.get(&format!("/users?from={place}&toward=next"))).len(), 4, "{place}");
    }
}

#[test]
fn buttons_tick_the_page_or_select_all_that_match_without_scripts() {
    let app = TestApp::start();
    let mut ada = studio(&app);
    let page = ada.get("/users?q=example");
    assert_eq!(page.count("input[data-tick][checked]"), 0);
    let ticked = ada.get(&page.leads_to("Tick this page"));
    assert_eq!(ticked.count("input[data-tick][checked]"), ticked.count("input[data-tick]"));
    assert_eq!(ticked.attribute("form[action='/plans'] [name=selection]", "value").as_deref(), Some("ticked"));
    let all = ada.get(&page.leads_to("Select all that match"));
    all.must_say("All 4 that match selected");
    assert_eq!(all.attribute("form[action='/plans'] [name=selection]", "value").as_deref(), Some("all"));
    assert_eq!(all.attribute("form[data-selection]", "data-selection").as_deref(), Some("all"));
    let cleared = ada.get(&all.leads_to("Clear"));
    assert_eq!(cleared.count("input[data-tick][checked]"), 0);
}

#[test]
fn an_act_without_anybody_ticked_is_answered_in_words() {
    let app = TestApp::start();
    studio(&app).get("/users?filter=active&nothing=1").must_say("Tick the people first");
}

#[test]
fn a_new_organization_is_shown_how_to_begin() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let page = Browser::signed_in(&app, &ada).get("/users");
    page.must_say("Nobody here but you");
    assert!(!page.has("table"));
}

#[test]
fn a_search_without_hits_offers_a_way_on() {
    let app = TestApp::start();
    let mut ada = studio(&app);
    let page = ada.get("/users?q=zebra");
    page.must_say("No active user matches “zebra”");
    assert!(ada.get(&page.leads_to("Search in all users")).address.contains("filter=all"));
    assert_eq!(names(&ada.get(&page.leads_to("Clear the search"))).len(), 4);
}

/// Ada, and `others` more.
fn many(app: &TestApp, others: i32) -> Browser {
    let ada = app.person("Ada Lindqvist").administrator().create();
    for i in 0..others {
        app.person(&format!("Person {i:03}")).without_password().level(AccessLevel::ExternalUser).create();
    }
    Browser::signed_in(app, &ada)
}

#[test]
fn a_count_goes_along_over_pages_and_orders_and_says_how_many_are_selected() {
    let app = TestApp::start();
    let mut ada = many(&app, 60);
    let page = ada.get("/users");
    page.must_not_say("61 match");
    ada.get(&page.leads_to("Select all that match")).must_say("All that match selected");
    let page = ada.get(&page.leads_to("Count all"));
    page.must_say("61 match").must_not_say("Count all");
    let page = ada.go_on(&page, "Next", &[]);
    page.must_say("61 match").must_not_say("Count all");
    let page = ada.go_on(&page, "Email", &[]);
    page.must_say("61 match");
    ada.get(&page.leads_to("Select all that match")).must_say("All 61 that match selected");
    // Others are counted anew.
    let page = ada.go_on(&page, "All", &[]);
    page.must_not_say("61 match").must_say("Count all");
}

#[test]
fn what_is_all_on_one_page_is_not_counted_and_its_number_is_known() {
    let app = TestApp::start();
    let mut ada = many(&app, 3);
    let page = ada.get("/users");
    page.must_say("4 on this page").must_not_say("Count all");
    ada.get(&page.leads_to("Select all that match")).must_say("All 4 that match selected");
    assert_eq!(ada.get("/users?counted=many").status, 400);
}

#[test]
fn the_leaver_list_is_in_the_menu_of_acts_and_not_among_what_makes_users() {
    let app = TestApp::start();
    let mut ada = studio(&app);
    let page = ada.get("/users");
    assert!(page.has("#more a[href='/leavers']") && !page.has("#new a[href='/leavers']"), "{}", page.text());
}
