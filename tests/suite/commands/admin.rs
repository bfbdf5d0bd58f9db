//! `roster admin create`: the first administrator, and the way back in.

use diesel::prelude::*;
use roster::db::schema::{audit_entries, license_types, sessions};
use roster::licenses::{AccessLevel, LicenseType, seats};

use crate::support::program::{run, run_with};
use crate::support::{Browser, PASSWORD, SignedUp, TestApp};

const NEW_PASSWORD: &str = "three lamps near the lake\n";

fn create<'a>(email: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["admin", "create", "--email", email], more].concat()
}

fn sign_in(app: &TestApp, email: &str, password: &str) -> u16 {
    let mut browser = Browser::new(app);
    let page = browser.get("/sign-in");
    let token = page.value_of("csrf");
    browser.post_raw("/sign-in", &[], &[("csrf", &token), ("email", email), ("password", password)]).status
}

#[test]
fn the_first_administrator_is_created_and_can_sign_in() {
    let app = TestApp::start();
    let arguments = create("grace@example.test", &["--first-name", "Grace", "--last-name", "Kim"]);
    run_with(&mut app.roster(&arguments), NEW_PASSWORD)
        .must_end_with(0)
        .must_say("Grace Kim is now a System Administrator and signs in as grace@example.test.");
    assert_eq!(sign_in(&app, "grace@example.test", NEW_PASSWORD.trim()), 303);
    run(&mut app.roster(&["doctor"])).must_end_with(0);
}

#[test]
fn what_is_missing_or_too_weak_is_named_and_nothing_is_created() {
    let app = TestApp::start();
    let whole = create("grace@example.test", &["--first-name", "Grace", "--last-name", "Kim"]);
    run_with(&mut app.roster(&whole), "short\n").must_end_with(1).must_say("Use at least 12 characters");
    run_with(&mut app.roster(&create("grace@example.test", &["--first-name", "Grace"])), NEW_PASSWORD)
        .must_end_with(1)
        .must_say("needs --last-name");
    run_with(&mut app.roster(&create("grace", &[])), NEW_PASSWORD).must_end_with(1).must_say("--email: Enter");
    let entries: i64 = app.read(|conn| Ok(audit_entries::table.count().get_result(conn)?));
    assert_eq!(entries, 0);
}

fn ivo(app: &TestApp) -> SignedUp {
    app.person("Ivo Marsh").level(AccessLevel::Light).deactivated().create()
}

#[test]
fn somebody_who_is_there_is_left_alone_unless_it_is_said() {
    let app = TestApp::start();
    let ivo = ivo(&app);
    run_with(&mut app.roster(&create(&ivo.email, &[])), NEW_PASSWORD)
        .must_end_with(1)
        .must_say("Ivo Marsh (deactivated) has the address ivo.marsh@example.test. Nothing was changed.")
        .must_say("--reactivate");
    assert_eq!(sign_in(&app, &ivo.email, PASSWORD), 422);
}

#[test]
fn a_deactivated_user_comes_back_as_an_active_administrator() {
    let app = TestApp::start();
    let ivo = ivo(&app);
    run_with(&mut app.roster(&create(&ivo.email, &["--reactivate"])), NEW_PASSWORD)
        .must_end_with(0)
        .must_say("Ivo Marsh is now active again, a System Administrator");
    assert_eq!(sign_in(&app, &ivo.email, NEW_PASSWORD.trim()), 303);
    let (act, actor): (String, Option<i64>) =
        app.read(|conn| Ok(audit_entries::table.select((audit_entries::act, audit_entries::actor_id)).first(conn)?));
    assert_eq!((act.as_str(), actor), ("user.made_administrator", None));
    run(&mut app.roster(&["doctor"])).must_end_with(0);
}

#[test]
fn a_light_seat_is_exchanged_and_the_old_sessions_end() {
    let app = TestApp::start();
    let noor = app.person("Noor Haddad").level(AccessLevel::Light).create();
    let _browser = Browser::signed_in(&app, &noor);
    run_with(&mut app.roster(&create(&noor.email, &["--reactivate"])), NEW_PASSWORD)
        .must_end_with(0)
        .must_say("1 ended");
    let used = app.read(|conn| Ok(seats::all(conn)?.iter().map(|seats| seats.used).collect::<Vec<_>>()));
    assert_eq!(used, [1, 0, 0, 0]);
    let open: i64 = app.read(|conn| Ok(sessions::table.count().get_result(conn)?));
    assert_eq!(open, 0);
    run(&mut app.roster(&["doctor"])).must_end_with(0);
}

#[test]
fn without_a_free_seat_it_says_so_and_names_the_way_around() {
    let app = TestApp::start();
    let ivo = ivo(&app);
    let holder = app.person("Sam Okafor").create();
    app.write(|conn| {
        diesel::update(license_types::table.find(LicenseType::Standard))
            .set(license_types::seats_owned.eq(1))
            .execute(conn)?;
        Ok(())
    });
    run_with(&mut app.roster(&create(&ivo.email, &["--reactivate"])), NEW_PASSWORD)
        .must_end_with(1)
        .must_say("All 1 Standard seats are in use.")
        .must_say("Name somebody who holds a Standard seat");
    assert_eq!(sign_in(&app, &ivo.email, PASSWORD), 422);
    run_with(&mut app.roster(&create(&holder.email, &["--reactivate"])), NEW_PASSWORD).must_end_with(0);
    run(&mut app.roster(&["doctor"])).must_end_with(0);
}
