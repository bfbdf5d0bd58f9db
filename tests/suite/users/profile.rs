//! The profile: details, state, and what a person did, in tabs.

use crate::support::{Browser, TestApp};

#[test]
fn a_profile_has_a_tab_with_a_count_for_every_kind_of_history() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").title("Copywriter").create();
    app.history_of_every_kind(&bert);
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get(&format!("/users/{}", bert.id));
    page.must_say("Copywriter · never signed in");
    for kind in roster::history::kinds() {
        let tab = ada.get(&page.link(kind.title()));
        assert!(tab.text_of(".tabs [aria-current]").starts_with(kind.title()), "{}", kind.key());
        assert!(!tab.text_of(".tabs [aria-current] .tabs__count").starts_with('0'), "{}", kind.key());
        assert!(tab.count("tbody tr") > 0, "{}: {}", kind.key(), tab.text());
    }
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
         UPDATE users SET state_operation_id = 7 WHERE id = {}",
        ada.id, emil.id
    ));
    let page = browser.get(&there);
    page.must_say("Deactivated by Ada Lindqvist on 3 March 2026: contract ended");
    assert_eq!(page.link("See the operation"), "/operations/7");
    assert!(page.has("button[value=activate]") && !page.has("button[value=deactivate]"));
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
    assert_eq!(ada.get(&format!("/users/{}/edit", bert.id)).status, 404);
    ada.get("/users?filter=all").must_not_say("Bert");
    assert_eq!(ada.get("/users/4711").status, 404);
}
