//! The list in groups.

use roster::licenses::AccessLevel;

use crate::support::{Browser, PageSeen, TestApp};

/// The heads of the groups, with their sizes.
fn groups(page: &PageSeen) -> Vec<String> {
    let html = page.html();
    let heads = scraper::Selector::parse("details.group > summary").expect("a selector");
    let text =
        |head: scraper::ElementRef| head.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    html.select(&heads).map(text).collect()
}

fn studio(app: &TestApp) -> Browser {
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").level(AccessLevel::Light).create();
    let cleo = app.person("Cleo Marchetti").level(AccessLevel::Light).create();
    app.person("Emil Hansen").deactivated().create();
    app.tamper(
        "INSERT INTO teams (id, name) VALUES (1, 'Motion'), (2, 'Copy'), (3, 'Empty');
         INSERT INTO companies (id, name) VALUES (1, 'Northwind')",
    );
    app.tamper(&format!("UPDATE users SET team_id = 2, company_id = 1 WHERE id = {}", bert.id));
    app.tamper(&format!("UPDATE users SET team_id = 1 WHERE id = {}", cleo.id));
    app.tamper(&format!("INSERT INTO team_members (team_id, user_id) VALUES (2, {})", cleo.id));
    Browser::signed_in(app, &ada)
}

#[test]
fn each_grouping_puts_people_together_with_their_number() {
    let app = TestApp::start();
    let mut ada = studio(&app);
    let mut of =
        |grouping: &str, filter: &str| groups(&ada.get(&format!("/users?filter={filter}&grouping={grouping}")));
    assert_eq!(of("access_level", "active"), ["System Administrator 1", "Light 2"]);
    assert_eq!(of("access_level", "all"), ["System Administrator 1", "Light 2", "None: deactivated 1"]);
    assert_eq!(of("license", "active"), ["Standard 1", "Light 2"]);
    assert_eq!(of("status", "all"), ["Active 3", "Deactivated 1"]);
    assert_eq!(of("company", "active"), ["Northwind 1", "No company 2"]);
    // Somebody is in their home team, and in further ones.
    assert_eq!(of("team", "active"), ["Copy 2", "Motion 1", "No team 1"]);
    assert_eq!(of("nonsense", "active"), Vec::<String>::new());
}

#[test]
fn a_group_leads_to_its_list_and_shows_no_more_than_its_first_rows() {
    let app = TestApp::start();
    let mut ada = studio(&app);
    for i in 0..12 {
        app.person(&format!("Person {i:02}")).level(AccessLevel::ExternalUser).without_password().create();
    }
    let page = ada.get("/users?grouping=license&q=person");
    assert_eq!(groups(&page), ["External 12"]);
    assert_eq!(page.count("tbody tr"), 10);
    let list = ada.get(&page.leads_to("Show all of External"));
    assert_eq!(list.count("tbody tr"), 12);
    assert!(list.address.contains("license=external") && list.address.contains("q=person"), "{}", list.address);
    list.must_say("License: External");
}

#[test]
fn a_large_group_is_counted_by_counters_or_when_asked() {
    let app = TestApp::start();
    let mut ada = studio(&app);
    for i in 0..52 {
        app.person(&format!("Person {i:02}")).level(AccessLevel::ExternalUser).without_password().create();
    }
    app.tamper("UPDATE users SET company_id = 1 WHERE access_level = 'external'");
    assert_eq!(groups(&ada.get("/users?grouping=license")), ["Standard 1", "Light 2", "External 52"]);
    assert_eq!(
        groups(&ada.get("/users?grouping=access_level")),
        ["System Administrator 1", "Light 2", "External User 52"]
    );
    assert_eq!(groups(&ada.get("/users?grouping=status")), ["Active 55"]);
    let page = ada.get("/users?grouping=company");
    assert_eq!(groups(&page), ["Northwind more than 50", "No company 2"]);
    assert_eq!(groups(&ada.get(&page.leads_to("Count all"))), ["Northwind 53", "No company 2"]);
}

#[test]
fn many_teams_go_over_pages() {
    let app = TestApp::start();
    let mut ada = studio(&app);
    for i in 10..25 {
        app.tamper(&format!("INSERT INTO teams (id, name) VALUES ({i}, 'Team {i}')"));
        let person = app.person(&format!("Person {i}")).level(AccessLevel::ExternalUser).without_password().create();
        app.tamper(&format!("UPDATE users SET team_id = {i} WHERE id = {}", person.id));
    }
    let (mut page, mut seen) = (ada.get("/users?grouping=team"), Vec::new());
    loop {
        seen.extend(groups(&page));
        match page.attribute("[data-rel=next]", "value") {
            Some(next) => page = ada.get(&next),
            None => break,
        }
    }
    assert_eq!(seen.len(), 18, "{seen:?}");
    assert_eq!(seen.last().map(String::as_str), Some("No team 1"));
    let back = page.attribute("[data-rel=prev]", "value").expect("a page before");
    assert_eq!(groups(&ada.get(&back)).len(), 9, "nobody is in Empty");
}
