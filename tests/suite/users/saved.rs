//! Saved filters and views.

use crate::support::{Browser, PageSeen, SignedUp, TestApp};

fn two(app: &TestApp) -> (Browser, Browser) {
    let ada: SignedUp = app.person("Ada Lindqvist").administrator().create();
    let zoe = app.person("Zoe Second").administrator().create();
    app.person("Bert Cooper").level(roster::licenses::AccessLevel::Light).create();
    (Browser::signed_in(app, &ada), Browser::signed_in(app, &zoe))
}

fn save(browser: &mut Browser, list: &str, fields: &[(&str, &str)]) -> PageSeen {
    let page = browser.get(list);
    let page = browser.get(&page.leads_to("Save or delete filters…"));
    browser.submit(&page, "/users/saved", fields)
}

#[test]
fn a_saved_filter_keeps_the_view_and_a_saved_view_keeps_the_filter() {
    let app = TestApp::start();
    let (mut ada, _) = two(&app);
    let list = "/users?filter=all&level=light&sort=-name&columns=name,team&grouping=team";
    save(&mut ada, list, &[("kind", "filter"), ("name", "Light ones")]);
    save(&mut ada, list, &[("kind", "view"), ("name", "Teams")]);
    let page = ada.get("/users?columns=name,email&q=x");
    assert_eq!(page.leads_to("Light ones"), "/users?filter=all&level=light&columns=name,email");
    assert_eq!(page.leads_to("Teams"), "/users?filter=active&q=x&sort=-name&columns=name,team&grouping=team");
    ada.get(&page.leads_to("Light ones")).must_say("Bert Cooper").must_not_say("Zoe Second");
}

#[test]
fn saving_under_a_name_again_replaces_what_was_there() {
    let app = TestApp::start();
    let (mut ada, _) = two(&app);
    save(&mut ada, "/users?level=light", &[("kind", "filter"), ("name", "Mine")]);
    let page = save(&mut ada, "/users?level=standard", &[("kind", "filter"), ("name", " MINE ")]);
    assert!(page.leads_to("MINE").contains("level=standard"));
    assert_eq!(ada.get("/users/saved").count("tbody tr"), 1);
}

#[test]
fn a_private_one_is_nobody_elses_and_a_shared_one_is_everybodys() {
    let app = TestApp::start();
    let (mut ada, mut zoe) = two(&app);
    save(&mut ada, "/users?level=light", &[("kind", "filter"), ("name", "My own")]);
    save(&mut ada, "/users?level=light", &[("kind", "filter"), ("name", "Shared one"), ("shared", "1")]);
    let page = zoe.get("/users/saved");
    page.must_say("Shared one").must_say("Saved by Ada Lindqvist").must_not_say("My own");
    // Zoe may take the shared one away, and cannot reach the private one.
    let shared = page.attribute("form[action$='/delete']", "action").expect("a form");
    let token = page.value_of("csrf");
    let private = format!("/users/saved/{}/delete", ada_first(&mut ada));
    assert_eq!(zoe.post_raw(&private, &[], &[("csrf", &token)]).status, 404);
    zoe.submit(&page, &shared, &[]).must_not_say("Shared one");
    ada.get("/users/saved").must_say("My own").must_not_say("Shared one");
}

/// The number of the private one.
fn ada_first(ada: &mut Browser) -> String {
    let page = ada.get("/users/saved");
    let html = page.html();
    let forms = scraper::Selector::parse("tbody tr").expect("a selector");
    let row = html.select(&forms).find(|row| row.text().collect::<String>().contains("My own")).expect("a row");
    let form = scraper::Selector::parse("form").expect("a selector");
    let action = row.select(&form).next().and_then(|form| form.value().attr("action")).expect("a form").to_owned();
    action.split('/').nth(3).expect("a number").to_owned()
}

#[test]
fn a_name_is_needed_and_there_is_an_end_to_how_many() {
    let app = TestApp::start();
    let (mut ada, _) = two(&app);
    let page = save(&mut ada, "/users?level=light", &[("kind", "filter"), ("name", "  "), ("shared", "1")]);
    assert_eq!(page.status, 422);
    assert!(page.error_at("name").contains("Give it a name"), "{}", page.text());
    assert!(page.has("[name=shared][checked]") && page.value_of("query").contains("level=light"));
    let page = save(&mut ada, "/users", &[("kind", "filter"), ("name", &"x".repeat(61))]);
    assert_eq!(page.status, 422);
    for i in 0..50 {
        app.tamper(&format!(
            "INSERT INTO saved_lists (owner_id, kind, name, name_key, query, is_shared, saved_at) \
             SELECT id, 'filter', 'f{i}', 'f{i}', 'filter=all', FALSE, 1 FROM users WHERE first_name = 'Ada'"
        ));
    }
    let page = save(&mut ada, "/users", &[("kind", "filter"), ("name", "One more")]);
    assert_eq!(page.status, 422);
    assert!(page.error_at("name").contains("50 already"), "{}", page.text());
    assert_eq!(save(&mut ada, "/users", &[("kind", "filter"), ("name", "f7")]).status, 200, "in place of another");
    let token = ada.get("/users/saved").value_of("csrf");
    for forged in [("kind", "king"), ("query", "level=king")] {
        let fields = [("csrf", token.as_str()), ("kind", "filter"), ("name", "x"), forged];
        let fields: Vec<_> = fields.into_iter().filter(|(name, _)| *name != "kind" || forged.0 != "kind").collect();
        assert_eq!(ada.post_raw("/users/saved", &[], &fields).status, 400, "{forged:?}");
    }
}

/// Sends all of these at once, and tells what was answered.
fn at_once(ada: &Browser, names: &[String]) -> Vec<u16> {
    let csrf = ada.clone().get("/users/saved").value_of("csrf");
    let start = std::sync::Barrier::new(names.len());
    std::thread::scope(|scope| {
        let send = |name: &String| {
            let (mut browser, start, csrf, name) = (ada.clone(), &start, &csrf, name.clone());
            scope.spawn(move || {
                let fields = [("csrf", csrf.as_str()), ("kind", "filter"), ("name", &name), ("query", "filter=all")];
                start.wait();
                browser.post_raw("/users/saved", &[], &fields).status
            })
        };
        let sent: Vec<_> = names.iter().map(send).collect();
        sent.into_iter().map(|sent| sent.join().expect("an answer")).collect()
    })
}

#[test]
fn of_many_who_save_at_once_each_name_is_there_once_and_no_more_than_fifty() {
    let app = TestApp::start();
    let (ada, _) = two(&app);
    let kept = || -> i64 {
        app.read(|conn| {
            use diesel::prelude::*;
            Ok(roster::db::schema::saved_lists::table.count().get_result(conn)?)
        })
    };
    for _ in 0..3 {
        let answers = at_once(&ada, &vec!["Mine".to_owned(); 8]);
        assert!(answers.iter().all(|status| *status == 303), "{answers:?}");
        assert_eq!(kept(), 1);
    }
    for i in 0..48 {
        app.tamper(&format!(
            "INSERT INTO saved_lists (owner_id, kind, name, name_key, query, is_shared, saved_at) \
             SELECT id, 'filter', 'f{i}', 'f{i}', 'filter=all', FALSE, 1 FROM users WHERE first_name = 'Ada'"
        ));
    }
    let answers = at_once(&ada, &(0..8).map(|i| format!("More {i}")).collect::<Vec<_>>());
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
    assert_eq!(kept(), 50);
}

#[test]
fn whoever_does_not_administer_saves_and_deletes_nothing() {
    let app = TestApp::start();
    let emil = app.person("Emil Hansen").level(roster::licenses::AccessLevel::Light).create();
    let mut emil = Browser::signed_in(&app, &emil);
    let csrf = emil.get("/account/password").value_of("csrf");
    let fields = [("csrf", csrf.as_str()), ("kind", "filter"), ("name", "x"), ("query", "filter=all")];
    for path in ["/users/saved", "/users/saved/1/delete", "/users/selection", "/users/export", "/users/copy"] {
        assert_eq!(emil.post_raw(path, &[], &fields).status, 403, "{path}");
    }
}

#[test]
fn what_an_erased_administrator_shared_stays() {
    let app = TestApp::start();
    let (mut ada, mut zoe) = two(&app);
    save(&mut zoe, "/users?level=light", &[("kind", "filter"), ("name", "Shared one"), ("shared", "1")]);
    save(&mut zoe, "/users?level=light", &[("kind", "filter"), ("name", "Hers")]);
    app.tamper("UPDATE saved_lists SET owner_id = NULL");
    ada.get("/users/saved").must_say("Shared one").must_not_say("Hers");
    app.write(roster::users::list::saved::prune);
    assert_eq!(app.read(|conn| roster::users::list::saved::find(conn, 2)), None);
}

#[test]
fn a_saved_filter_or_view_is_known_again_by_its_name() {
    let app = TestApp::start();
    let (mut ada, _) = two(&app);
    let list = "/users?filter=all&level=light&created_before=2026-11-01&zone=UTC&sort=-name&columns=name,team";
    let marked = |page: &PageSeen, menu: &str| page.text_of(&format!("#{menu} [aria-current]"));
    let page = save(&mut ada, list, &[("kind", "filter"), ("name", "Light ones")]);
    page.must_say("The filter is saved.").must_say("Filter: Light ones").must_say("View: Custom");
    assert_eq!((marked(&page, "filter"), marked(&page, "view")), ("Light ones".into(), String::new()));
    let page = save(&mut ada, list, &[("kind", "view"), ("name", "Teams")]);
    page.must_say("The view is saved.").must_say("View: Teams");
    assert_eq!(marked(&page, "view"), "Teams");
    // Chosen from elsewhere, in another view; and with one thing more it is another filter.
    let page = ada.get("/users");
    page.must_say("Filter: Active").must_say("View: Standard").must_not_say("is saved");
    assert_eq!((marked(&page, "filter"), marked(&page, "view")), ("Active".into(), "Standard".into()));
    let page = ada.get(&page.leads_to("Light ones"));
    page.must_say("Filter: Light ones").must_say("View: Standard");
    let page = ada.get(&page.leads_to("Remove: Access level: Light"));
    page.must_say("Filter: All +1");
    assert_eq!(marked(&page, "filter"), "All");
}
