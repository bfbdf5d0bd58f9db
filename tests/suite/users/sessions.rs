//! Where somebody is signed in: seen and ended by administrators, and by themselves.

use crate::support::{Browser, PASSWORD, PageSeen, SignedUp, TestApp};
use diesel::prelude::*;
use roster::db::schema::{audit_entries, sessions};
use roster::licenses::AccessLevel;

fn ids(app: &TestApp, user: &SignedUp) -> Vec<i64> {
    let theirs = sessions::table.filter(sessions::user_id.eq(user.id)).order(sessions::id).select(sessions::id);
    app.read(|conn| Ok(theirs.load(conn)?))
}

fn acts(app: &TestApp) -> Vec<String> {
    app.read(|conn| Ok(audit_entries::table.order(audit_entries::seq).select(audit_entries::act).load(conn)?))
}

fn end(browser: &mut Browser, page: &PageSeen, user: &SignedUp, session: i64) -> PageSeen {
    browser.submit(page, &format!("/users/{}/sessions/end", user.id), &[("session", &session.to_string())])
}

#[test]
fn an_administrator_ends_one_session_or_all() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let (mut one, mut two, mut three) =
        (Browser::signed_in(&app, &bert), Browser::signed_in(&app, &bert), Browser::signed_in(&app, &bert));
    let mut ada = Browser::signed_in(&app, &ada);
    let there = format!("/users/{}/sessions", bert.id);
    let page = ada.get(&there);
    assert_eq!(page.count("tbody tr"), 3);
    page.must_say("127.0.0.1");
    let page = end(&mut ada, &page, &bert, ids(&app, &bert)[1]);
    page.must_say("1 session ended.");
    assert!(two.get("/account").address.starts_with("/sign-in"), "this one is over");
    assert_eq!(one.get("/account").address, "/account", "the others go on");
    let page = ada.submit(&page, &format!("{there}/end"), &[]);
    page.must_say("2 sessions ended.").must_say("Signed in nowhere.");
    assert!(
        one.get("/account").address.starts_with("/sign-in") && three.get("/account").address.starts_with("/sign-in")
    );
    assert_eq!(acts(&app).iter().filter(|act| *act == "user.sessions_ended").count(), 2);
    ada.get(&format!("/users/{}/activity", bert.id)).must_say("ended 2 of Bert Cooper");
}

#[test]
fn a_session_of_somebody_else_is_not_ended_by_its_number() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, emil) = (app.person("Bert Cooper").create(), app.person("Emil Hansen").create());
    let mut bert_browser = Browser::signed_in(&app, &bert);
    let mut emil_browser = Browser::signed_in(&app, &emil);
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get(&format!("/users/{}/sessions", emil.id));
    let page = end(&mut ada, &page, &emil, ids(&app, &bert)[0]);
    page.must_say("Nothing to end");
    assert_eq!(bert_browser.get("/account").address, "/account");
    // Nor by Emil, from his own page.
    let page = emil_browser.get("/account");
    let csrf = page.value_of("csrf");
    let theirs = ids(&app, &bert)[0].to_string();
    emil_browser.post_raw("/account/sessions/end", &[], &[("csrf", &csrf), ("session", &theirs)]);
    assert_eq!(bert_browser.get("/account").address, "/account");
    assert!(!acts(&app).contains(&"user.sessions_ended".to_owned()), "nothing happened, nothing is recorded");
}

#[test]
fn whoever_does_not_administer_ends_nobodys_sessions() {
    let app = TestApp::start();
    let bert = app.person("Bert Cooper").create();
    let emil = app.person("Emil Hansen").level(AccessLevel::Light).create();
    let mut bert_browser = Browser::signed_in(&app, &bert);
    let mut emil = Browser::signed_in(&app, &emil);
    let csrf = emil.get("/account").value_of("csrf");
    let answer = emil.post_raw(&format!("/users/{}/sessions/end", bert.id), &[], &[("csrf", &csrf)]);
    assert_eq!(answer.status, 403);
    assert_eq!(bert_browser.get("/account").address, "/account");
}

#[test]
fn the_rule_refuses_an_actor_whose_rights_are_less_than_the_persons() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    Browser::signed_in(&app, &ada);
    let now = app.site.clock.now();
    let ended = app.write(|conn| {
        let which = roster::sign_in::ending::Which::All;
        Ok(roster::sign_in::ending::end(conn, &app.site.chain, bert.id, ada.id, which, now))
    });
    assert!(ended.is_err());
    assert_eq!(ids(&app, &ada).len(), 1);
}

#[test]
fn people_end_their_own_other_sessions() {
    let app = TestApp::start();
    let bert = app.person("Bert Cooper").create();
    let (mut here, mut there) = (Browser::signed_in(&app, &bert), Browser::signed_in(&app, &bert));
    let page = here.get("/account");
    assert_eq!(page.count("tbody tr"), 2);
    page.must_say("This one");
    let page = here.submit(&page, "/account/sessions/end", &[]);
    page.must_say("1 session ended.");
    assert_eq!(page.count("tbody tr"), 1);
    assert!(there.get("/account").address.starts_with("/sign-in"));
    let page = there.get("/sign-in");
    there.submit(&page, "/sign-in", &[("email", &bert.email), ("password", PASSWORD)]);
    let ids = ids(&app, &bert);
    let page = here.get("/account");
    here.submit(&page, "/account/sessions/end", &[("session", &ids[1].to_string())]);
    assert!(there.get("/account").address.starts_with("/sign-in"));
}
