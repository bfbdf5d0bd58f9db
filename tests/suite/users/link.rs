//! The one-time link by which somebody chooses a password of their own.

use crate::lifecycle;
use crate::support::{Browser, PASSWORD, PageSeen, SignedUp, TestApp};
use diesel::prelude::*;
use roster::db::schema::{audit_entries, passwords, sign_in_links};
use roster::licenses::AccessLevel;

const CHOSEN: &str = "three lamps near the lake";

fn acts(app: &TestApp) -> Vec<String> {
    app.read(|conn| Ok(audit_entries::table.order(audit_entries::seq).select(audit_entries::act).load(conn)?))
}

/// The path of a new link for this person.
fn link(browser: &mut Browser, person: &SignedUp) -> String {
    let there = format!("/users/{}/link", person.id);
    let page = browser.get(&there);
    let page = browser.submit(&page, &there, &[]);
    path_in(&page)
}

pub fn path_in(page: &PageSeen) -> String {
    let address = page.attribute("#link", "value").unwrap_or_else(|| panic!("no link in: {}", page.text()));
    let at = address.find("/welcome/").expect("an address of ours");
    address[at..].to_owned()
}

fn choose(browser: &mut Browser, link: &str) -> PageSeen {
    let page = browser.get(link);
    browser.submit(&page, link, &[("password", CHOSEN), ("again", CHOSEN)])
}

#[track_caller]
fn must_be_over(app: &TestApp, link: &str) {
    let mut browser = Browser::new(app);
    let page = browser.get(link);
    assert_eq!(page.status, 404, "{}", page.text());
    page.must_say("This link does not work");
}

#[test]
fn a_link_lets_its_person_choose_a_password_once() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").without_password().create();
    let mut ada = Browser::signed_in(&app, &ada);
    let link = link(&mut ada, &cleo);
    let mut browser = Browser::new(&app);
    for _ in 0..3 {
        browser.get(&link).must_say("Cleo").must_say(&cleo.email);
    }
    let page = browser.get(&link);
    let page = browser.submit(&page, &link, &[("password", "short"), ("again", "short")]);
    assert_eq!(page.status, 422);
    assert!(page.error_at("password").contains("at least 12"), "{}", page.text());
    let page = browser.submit(&page, &link, &[("password", CHOSEN), ("again", "another thing entirely")]);
    assert!(page.error_at("again").contains("differs"), "{}", page.text());
    let page = choose(&mut browser, &link);
    assert_eq!((page.status, page.address.as_str()), (200, "/projects"), "{}", page.text());
    must_be_over(&app, &link);
    let mut again = Browser::new(&app);
    let page = again.get("/sign-in");
    let page = again.submit(&page, "/sign-in", &[("email", &cleo.email), ("password", CHOSEN)]);
    assert_eq!(page.address, "/projects", "the password is their own: nothing has to be changed");
    assert_eq!(acts(&app), ["user.link_made", "user.link_used"]);
}

#[test]
fn the_token_is_kept_only_as_a_digest() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").without_password().create();
    let link = link(&mut Browser::signed_in(&app, &ada), &cleo);
    let token = link.trim_start_matches("/welcome/").to_owned();
    let kept: Vec<u8> = app.read(|conn| Ok(sign_in_links::table.select(sign_in_links::token_digest).first(conn)?));
    assert_eq!(kept.len(), 32);
    assert_ne!(kept, token.into_bytes());
}

#[test]
fn a_newer_link_ends_the_older_one_and_a_week_ends_both() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").without_password().create();
    let mut ada = Browser::signed_in(&app, &ada);
    let old = link(&mut ada, &cleo);
    ada.get(&format!("/users/{}", cleo.id)).must_say("Sign-in link open until");
    let new = link(&mut ada, &cleo);
    must_be_over(&app, &old);
    assert_eq!(Browser::new(&app).get(&new).status, 200);
    app.site.clock.advance_seconds(7 * 86_400 + 1);
    must_be_over(&app, &new);
}

#[test]
fn a_link_ends_with_a_deactivation_and_stays_ended() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").without_password().create();
    let mut ada = Browser::signed_in(&app, &ada);
    let link = link(&mut ada, &cleo);
    let mut opened = Browser::new(&app);
    let form = opened.get(&link);
    let page = lifecycle::plan(&mut ada, "deactivate", &[&cleo]);
    lifecycle::confirm(&mut ada, &page, &[]);
    must_be_over(&app, &link);
    // Also for whoever had the form open already.
    let page = opened.submit(&form, &link, &[("password", CHOSEN), ("again", CHOSEN)]);
    assert_eq!(page.status, 404);
    let page = lifecycle::plan(&mut ada, "activate", &[&cleo]);
    lifecycle::confirm(&mut ada, &page, &[]);
    must_be_over(&app, &link);
    let hashes: i64 = app.read(|conn| Ok(passwords::table.find(cleo.id).count().get_result(conn)?));
    assert_eq!(hashes, 0, "no password was set");
    assert_eq!(ada.get(&format!("/users/{}/link", cleo.id)).status, 200);
}

#[test]
fn a_password_that_is_set_ends_the_link_and_a_link_that_is_used_ends_the_sessions() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut ada = Browser::signed_in(&app, &ada);
    let first = link(&mut ada, &bert);
    let mut bert_browser = Browser::signed_in(&app, &bert);
    let page = bert_browser.get("/account/password");
    let fields = [("current", PASSWORD), ("new", "an evening by the sea"), ("again", "an evening by the sea")];
    bert_browser.submit(&page, "/account/password", &fields);
    must_be_over(&app, &first);
    let second = link(&mut ada, &bert);
    assert_eq!(bert_browser.get("/account").address, "/account", "a link alone ends nothing");
    choose(&mut Browser::new(&app), &second);
    assert!(bert_browser.get("/account").address.starts_with("/sign-in"));
}

#[test]
fn of_many_who_use_a_link_at_once_one_comes_in() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").without_password().create();
    let link = link(&mut Browser::signed_in(&app, &ada), &cleo);
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let tries = (0..8).map(|_| {
            scope.spawn(|| {
                let mut browser = Browser::new(&app);
                let page = browser.get(&link);
                if page.status != 200 {
                    return page.status;
                }
                let csrf = page.value_of("csrf");
                let fields = [("csrf", csrf.as_str()), ("password", CHOSEN), ("again", CHOSEN)];
                browser.post_raw(&link, &[], &fields).status
            })
        });
        let tries: Vec<_> = tries.collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [303, 404, 429].contains(status)), "{answers:?}");
}

#[test]
fn guessing_links_is_slowed_down() {
    let app = TestApp::start();
    let mut browser = Browser::new(&app);
    let statuses: Vec<u16> = (0..30).map(|n| browser.get(&format!("/welcome/guess{n}")).status).collect();
    assert_eq!(statuses[0], 404);
    assert!(statuses.contains(&429), "{statuses:?}");
    assert!(browser.get("/welcome/more").headers.contains_key("retry-after"));
}

#[test]
fn nobody_makes_a_link_for_themselves_for_somebody_off_or_beyond_their_rights() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let emil = app.person("Emil Hansen").level(AccessLevel::Light).create();
    let off = app.person("Olaf Brandt").deactivated().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let there = format!("/users/{}/link", ada.id);
    let page = browser.get(&there);
    let page = browser.submit(&page, &there, &[]);
    assert_eq!(page.status, 422);
    page.must_say("under Your account");
    assert_eq!(browser.get(&format!("/users/{}/link", off.id)).status, 404);
    let mut emil_browser = Browser::signed_in(&app, &emil);
    let csrf = emil_browser.get("/account").value_of("csrf");
    assert_eq!(emil_browser.post_raw(&there, &[], &[("csrf", &csrf)]).status, 403);
    let links: i64 = app.read(|conn| Ok(sign_in_links::table.count().get_result(conn)?));
    assert_eq!(links, 0);
}

#[test]
fn a_link_ends_with_the_administrator_who_copied_it() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bea = app.person("Bea Quist").administrator().create();
    let cleo = app.person("Cleo Marchetti").without_password().create();
    let link = link(&mut Browser::signed_in(&app, &bea), &cleo);
    lifecycle::deactivate(&mut Browser::signed_in(&app, &ada), &[&bea]);
    must_be_over(&app, &link);
}

#[test]
fn a_link_opens_nothing_once_its_maker_could_not_make_it_any_more() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").administrator().create();
    let cleo = app.person("Cleo Marchetti").without_password().create();
    let link = link(&mut Browser::signed_in(&app, &bert), &cleo);
    Browser::new(&app).get(&link).must_say("Cleo");
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get(&format!("/users/{}/edit", bert.id));
    ada.submit(&page, &format!("/users/{}", bert.id), &[("access_level", "light")]).must_say("Light");
    must_be_over(&app, &link);
    let fields = [("password", CHOSEN), ("again", CHOSEN)];
    assert_eq!(choose_raw(&app, &link, &fields), 404);
}

/// Sends the form of a link without its page, which is not there.
fn choose_raw(app: &TestApp, link: &str, fields: &[(&str, &str)]) -> u16 {
    let mut browser = Browser::new(app);
    let page = browser.get("/sign-in");
    browser.submit_to(&page, "/sign-in", link, fields).status
}

#[test]
fn a_link_that_opens_is_not_kept_waiting_for_what_others_tried() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").without_password().create();
    let link = link(&mut Browser::signed_in(&app, &ada), &cleo);
    let mut stranger = Browser::new(&app);
    let tried = (0..40).map(|n| stranger.get(&format!("/welcome/guess{n}")).status);
    assert!(tried.into_iter().any(|status| status == 429), "guessing is slowed down");
    let page = choose(&mut Browser::new(&app), &link);
    assert_eq!((page.status, page.address.as_str()), (200, "/projects"), "{}", page.text());
}
