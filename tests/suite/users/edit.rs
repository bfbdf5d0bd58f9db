//! Editing one person: details, access level, first password.

use diesel::prelude::*;
use roster::db::schema::audit_entries;
use roster::licenses::{AccessLevel, LicenseType, seats};

use crate::support::{Browser, PageSeen, SignedUp, TestApp};

fn open(browser: &mut Browser, user: &SignedUp) -> PageSeen {
    browser.get(&format!("/users/{}/edit", user.id))
}

fn save(browser: &mut Browser, page: &PageSeen, user: &SignedUp, fields: &[(&str, &str)]) -> PageSeen {
    browser.submit(page, &format!("/users/{}", user.id), fields)
}

fn acts(app: &TestApp) -> Vec<String> {
    app.read(|conn| Ok(audit_entries::table.order(audit_entries::seq).select(audit_entries::act).load(conn)?))
}

fn used(app: &TestApp, license: LicenseType) -> i64 {
    app.read(|conn| seats::of(conn, license)).used
}

#[test]
fn details_are_changed_and_written_into_the_chain() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = open(&mut ada, &bert);
    let fields = [("last_name", "Åkesson"), ("email", "ake@example.test"), ("title", "Editor"), ("phone", "123")];
    let page = save(&mut ada, &page, &bert, &fields);
    assert_eq!(page.address.split('?').next(), Some(&*format!("/users/{}", bert.id)));
    for text in ["Bert Åkesson", "ake@example.test", "Editor", "123"] {
        page.must_say(text);
    }
    ada.get("/users?q=akes").must_say("Bert Åkesson");
    assert_eq!(acts(&app).last().map(String::as_str), Some("user.edited"));
}

#[test]
fn saving_without_a_change_leaves_no_trace() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut ada = Browser::signed_in(&app, &ada);
    let before = acts(&app);
    let page = open(&mut ada, &bert);
    save(&mut ada, &page, &bert, &[]);
    assert_eq!(acts(&app), before);
}

#[test]
fn two_who_edit_the_same_person_see_both_versions_and_lose_neither() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").title("Copywriter").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let (first, second) = (open(&mut browser, &bert), open(&mut browser, &bert));
    save(&mut browser, &first, &bert, &[("title", "Editor"), ("mobile", "777")]);
    let page = save(&mut browser, &second, &bert, &[("phone", "555"), ("title", "Writer")]);
    assert_eq!(page.status, 409);
    page.must_say("Somebody changed this person in the meantime");
    let rows = page.text_of("table tbody");
    assert!(rows.contains("Title Copywriter Editor Writer In the form"), "{rows}");
    assert!(rows.contains("Phone – – 555 In the form"), "{rows}");
    assert!(rows.contains("Mobile – 777 In the form –"), "{rows}");
    browser.get(&format!("/users/{}", bert.id)).must_not_say("555");
    // What one changed stays in the form; what the other changed comes into it.
    let fields = ["title", "phone", "mobile"].map(|field| page.value_of(field));
    assert_eq!(fields, ["Writer", "555", "777"].map(String::from));
    let page = save(&mut browser, &page, &bert, &[]);
    assert_eq!(page.status, 200);
    page.must_say("Writer").must_say("555").must_say("777");
}

#[test]
fn a_third_version_meanwhile_is_shown_again() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let (first, second, third) = (open(&mut browser, &bert), open(&mut browser, &bert), open(&mut browser, &bert));
    save(&mut browser, &first, &bert, &[("title", "Editor")]);
    let page = save(&mut browser, &second, &bert, &[("phone", "555")]);
    assert_eq!(page.status, 409);
    let newer = save(&mut browser, &third, &bert, &[("mobile", "777")]);
    save(&mut browser, &newer, &bert, &[]);
    let page = save(&mut browser, &page, &bert, &[]);
    assert_eq!(page.status, 409, "{}", page.text());
    let page = save(&mut browser, &page, &bert, &[]);
    page.must_say("Editor").must_say("555").must_say("777");
}

#[test]
fn a_forged_version_of_what_was_opened_changes_only_what_was_sent() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    for opened in ["", "[]", "{\"title\":5}", "{\"king\":[\"x\"]}"] {
        let page = open(&mut browser, &bert);
        app.tamper(&format!("UPDATE users SET version = version + 1 WHERE id = {}", bert.id));
        let page = save(&mut browser, &page, &bert, &[("opened", opened), ("title", "Writer")]);
        assert_eq!((page.status, page.value_of("title").as_str()), (409, "Writer"), "{opened}");
    }
    let csrf = open(&mut browser, &bert).value_of("csrf");
    let there = format!("/users/{}", bert.id);
    assert_eq!(browser.post_raw(&there, &[], &[("csrf", &csrf), ("version", "x")]).status, 400);
}

#[test]
fn teams_and_groups_are_ticked_and_unticked() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    app.tamper("INSERT INTO teams (id, name) VALUES (1, 'Print'), (2, 'Motion'), (3, 'Web')");
    let mut browser = Browser::signed_in(&app, &ada);
    let page = open(&mut browser, &bert);
    save(&mut browser, &page, &bert, &[("teams", ""), ("teams", "1"), ("teams", "2")]);
    browser.get(&format!("/users/{}/organization", bert.id)).must_say("Further teams Motion, Print");
    // A team that is retired by now stays with whoever has it, and is offered to nobody else.
    app.tamper("UPDATE teams SET retired_at = 1 WHERE id = 2");
    let page = open(&mut browser, &bert);
    page.must_say("Motion (retired)");
    save(&mut browser, &page, &bert, &[("title", "Editor")]);
    browser.get(&format!("/users/{}/organization", bert.id)).must_say("Further teams Motion (retired) , Print");
    let page = open(&mut browser, &bert);
    save(&mut browser, &page, &bert, &[("teams", "")]);
    browser.get(&format!("/users/{}/organization", bert.id)).must_not_say("Further teams");
    assert!(!open(&mut browser, &bert).text().contains("Motion"));
}

#[test]
fn an_edit_is_an_operation_that_can_be_undone() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").title("Copywriter").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = open(&mut browser, &bert);
    let page = save(&mut browser, &page, &bert, &[("title", "Editor")]);
    page.must_say("Undo").must_say("Editor");
}

#[test]
fn an_address_belongs_to_one_live_user() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = open(&mut browser, &bert);
    let page = save(&mut browser, &page, &bert, &[("email", "ADA.lindqvist@example.test"), ("title", "Kept")]);
    assert_eq!(page.status, 422);
    assert!(page.error_at("email").contains("uses this address already"));
    assert_eq!(page.value_of("title"), "Kept");
    // The same address in another spelling is still one's own.
    let page = save(&mut browser, &page, &bert, &[("email", "Bert.Cooper@example.test")]);
    assert_eq!(page.status, 200, "{}", page.text());
}

#[test]
fn a_new_access_level_moves_the_seat() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = open(&mut ada, &bert);
    save(&mut ada, &page, &bert, &[("access_level", "light")]).must_say("Light");
    assert_eq!((used(&app, LicenseType::Standard), used(&app, LicenseType::Light)), (1, 1));
    ada.get(&format!("/users/{}/activity", bert.id)).must_say("Access level Standard Light");
    app.write(|conn| seats::set_owned(conn, LicenseType::Contributor, Some(0)));
    let page = open(&mut ada, &bert);
    let page = save(&mut ada, &page, &bert, &[("access_level", "contributor"), ("title", "Kept")]);
    assert_eq!(page.status, 422);
    assert!(page.error_at("access_level").contains("1 Contributor needed, 0 free"), "{}", page.text());
    assert_eq!(page.value_of("title"), "Kept");
    assert_eq!((used(&app, LicenseType::Light), used(&app, LicenseType::Contributor)), (1, 0));
}

#[test]
fn nobody_changes_their_own_access_level() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Zoe Second").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = open(&mut browser, &ada);
    let page = save(&mut browser, &page, &ada, &[("access_level", "light")]);
    assert_eq!(page.status, 422);
    assert!(page.error_at("access_level").contains("your own access level"), "{}", page.text());
}

#[test]
fn the_last_administrator_who_can_sign_in_stays_one() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let zoe = app.person("Zoe Second").administrator().create();
    let mut ada_browser = Browser::signed_in(&app, &ada);
    let page = open(&mut ada_browser, &zoe);
    // Ada's password is gone: her session still works, but she could not come back.
    app.tamper(&format!("DELETE FROM passwords WHERE user_id = {}", ada.id));
    let page = save(&mut ada_browser, &page, &zoe, &[("access_level", "light")]);
    assert_eq!(page.status, 422, "{}", page.text());
    assert!(page.error_at("access_level").contains("last System Administrator"), "{}", page.text());
}

#[test]
fn somebody_who_is_off_is_edited_without_a_level() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let emil = app.person("Emil Hansen").deactivated().create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = open(&mut ada, &emil);
    assert!(!page.has("[name=access_level]"));
    let page = save(&mut ada, &page, &emil, &[("title", "Retired"), ("access_level", "standard")]);
    page.must_say("none (was Standard)");
    assert_eq!(used(&app, LicenseType::Standard), 1);
}

#[test]
fn nonsense_is_said_beside_the_fields() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = open(&mut ada, &bert);
    let long = "x".repeat(201);
    let fields = [
        ("first_name", ""),
        ("title", &*long),
        ("phone", "a\u{7}b"),
        ("team", "x"),
        ("company", "y"),
        ("access_level", "king"),
    ];
    let page = save(&mut ada, &page, &bert, &fields);
    assert_eq!(page.status, 422);
    for field in ["first_name", "title", "phone", "team", "company", "access_level"] {
        assert!(!page.error_at(field).is_empty(), "{field}");
    }
    let page = open(&mut ada, &bert);
    let page = save(&mut ada, &page, &bert, &[("team", "4711")]);
    assert_eq!(page.status, 422, "a team that is not there: {}", page.text());
}

#[test]
fn a_new_first_password_ends_the_sessions_and_must_be_changed() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut bert_browser = Browser::signed_in(&app, &bert);
    assert_eq!(bert_browser.get("/account").status, 200);
    let mut ada_browser = Browser::signed_in(&app, &ada);
    let there = format!("/users/{}/password", bert.id);
    let page = ada_browser.get(&there);
    let page = ada_browser.submit(&page, &there, &[]);
    let password = page.text_of("#first-password");
    assert!(bert_browser.get("/account").address.starts_with("/sign-in"));
    let page = bert_browser.get("/sign-in");
    let page = bert_browser.submit(&page, "/sign-in", &[("email", &bert.email), ("password", &password)]);
    assert_eq!(page.address.split('?').next(), Some("/account/password"));
    assert_eq!(acts(&app).last().map(String::as_str), Some("user.password_set"));
    let there = format!("/users/{}/password", ada.id);
    let page = ada_browser.get(&there);
    let page = ada_browser.submit(&page, &there, &[]);
    assert_eq!(page.status, 422);
    page.must_say("under Your account");
}

#[test]
fn whoever_does_not_administer_edits_nobody() {
    let app = TestApp::start();
    let bert = app.person("Bert Cooper").create();
    let emil = app.person("Emil Hansen").level(AccessLevel::Light).create();
    let mut emil = Browser::signed_in(&app, &emil);
    let csrf = emil.get("/account/password").value_of("csrf");
    let fields =
        [("csrf", &*csrf), ("version", "1"), ("first_name", "X"), ("last_name", "Y"), ("email", "x@example.test")];
    assert_eq!(emil.post_raw(&format!("/users/{}", bert.id), &[], &fields).status, 403);
    assert_eq!(emil.post_raw(&format!("/users/{}/password", bert.id), &[], &fields[..1]).status, 403);
}

#[test]
fn a_membership_that_was_added_meanwhile_is_not_lost() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    app.tamper("INSERT INTO teams (name) VALUES ('Blue')");
    let mut browser = Browser::signed_in(&app, &ada);
    let page = open(&mut browser, &bert);
    app.tamper("INSERT INTO team_members (team_id, user_id) SELECT teams.id, users.id FROM teams, users WHERE first_name = 'Bert'");
    let page = save(&mut browser, &page, &bert, &[("title", "Editor")]);
    assert_eq!(page.status, 409);
    save(&mut browser, &page, &bert, &[]);
    let teams: i64 = app.read(|conn| Ok(roster::db::schema::team_members::table.count().get_result(conn)?));
    assert_eq!(teams, 1);
}
