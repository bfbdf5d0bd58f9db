//! Licenses: seats owned, used, free.

use roster::licenses::{AccessLevel, LicenseType, seats};

use crate::support::{Browser, TestApp};

#[test]
fn each_type_shows_owned_used_and_free_and_leads_to_the_people() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Bert Cooper").level(AccessLevel::Light).create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/licenses");
    assert!(page.has("[aria-label='1 of 10 Light seats used']"), "{}", page.body);
    let people = page.attribute("[aria-label='1 people with a Light license']", "href").expect("a link");
    let people = ada.get(&people);
    people.must_say("Bert Cooper").must_say("License: Light");
    assert_eq!(people.count("tbody tr"), 1);
}

#[test]
fn the_number_owned_is_changed_and_empty_means_unlimited() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/licenses");
    ada.submit(&page, "/licenses", &[("light", "1,200"), ("contributor", "")]);
    let owned = |license| app.read(|conn| seats::of(conn, license)).owned;
    assert_eq!((owned(LicenseType::Light), owned(LicenseType::Contributor)), (Some(1200), None));
}

#[test]
fn seats_are_never_set_below_those_in_use() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    for name in ["Bert Cooper", "Cleo Marchetti"] {
        app.person(name).level(AccessLevel::Light).create();
    }
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/licenses");
    let page = ada.submit(&page, "/licenses", &[("light", "1"), ("standard", "20")]);
    assert_eq!(page.status, 422);
    assert!(page.error_at("light").contains("Not below 2: that many are in use"), "{}", page.text());
    assert_eq!(page.value_of("standard"), "20", "what was typed is kept");
    assert_eq!(app.read(|conn| seats::of(conn, LicenseType::Standard)).owned, Some(10), "all or nothing");
    for nonsense in ["-1", "1.5", "many", "99999999999999999999"] {
        let page = ada.submit(&page, "/licenses", &[("light", nonsense)]);
        assert_eq!(page.status, 422, "{nonsense}");
        assert_eq!(page.value_of("light"), nonsense);
    }
    // And the database itself holds it.
    let refused = app
        .site
        .db
        .write_now(roster::db::Lane::Administration, |conn| seats::set_owned(conn, LicenseType::Light, Some(1)));
    assert!(matches!(refused, Err(roster::db::Error::Check(_))), "{refused:?}");
}

#[test]
fn of_fewer_seats_and_a_new_user_at_the_same_moment_only_one_comes_through() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.write(|conn| seats::set_owned(conn, LicenseType::Light, Some(1)));
    let mut browser = Browser::signed_in(&app, &ada);
    let csrf = browser.get("/licenses").value_of("csrf");
    let session = browser.cookie("roster-session").expect("a session").clone();
    let post = |path: &'static str, fields: &'static [(&str, &str)]| {
        let mut browser = Browser::new(&app);
        browser.set_cookie("roster-session", &session);
        let fields: Vec<_> = [&[("csrf", csrf.as_str())], fields].concat();
        browser.post_raw(path, &[], &fields).status
    };
    let (fewer, created) = std::thread::scope(|scope| {
        let fewer = scope.spawn(|| {
            post(
                "/licenses",
                &[
                    ("standard", "10"),
                    ("light", "0"),
                    ("contributor", "10"),
                    ("shown_standard", "10"),
                    ("shown_light", "1"),
                    ("shown_contributor", "10"),
                ],
            )
        });
        let created = scope.spawn(|| {
            post(
                "/users",
                &[("first_name", "A"), ("last_name", "B"), ("email", "a@example.test"), ("access_level", "light")],
            )
        });
        (fewer.join().expect("an answer"), created.join().expect("an answer"))
    });
    assert!(matches!((fewer, created), (303, 422) | (422, 200)), "{fewer} {created}");
    let light = app.read(|conn| seats::of(conn, LicenseType::Light));
    assert!(light.used <= light.owned.expect("a number"));
}

#[test]
fn an_old_form_does_not_undo_what_somebody_else_saved() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").administrator().create();
    let (mut ada, mut bert) = (Browser::signed_in(&app, &ada), Browser::signed_in(&app, &bert));
    let (first, second) = (ada.get("/licenses"), bert.get("/licenses"));
    ada.submit(&first, "/licenses", &[("light", "20")]);
    let told = bert.submit(&second, "/licenses", &[("light", "many")]);
    assert_eq!(told.status, 422);
    let told = bert.submit(&told, "/licenses", &[("light", "15"), ("contributor", "12")]);
    assert_eq!(told.status, 409, "a correction in between does not make the form newer");
    told.must_say("Light: now 20, you entered 15").must_not_say("Contributor: now");
    let owned = || {
        let owned = |license| app.read(|conn| seats::of(conn, license)).owned;
        (owned(LicenseType::Light), owned(LicenseType::Contributor))
    };
    assert_eq!(owned(), (Some(20), Some(10)), "nothing was saved");
    assert_eq!((told.value_of("light"), told.value_of("contributor")), ("15".into(), "12".into()));
    assert_eq!(bert.submit(&told, "/licenses", &[]).status, 200, "saving again is a decision");
    assert_eq!(owned(), (Some(15), Some(12)));
    let old = bert.submit(&second, "/licenses", &[("standard", "30")]);
    old.must_say("Light: now 15, it was 10");
    assert_eq!((old.status, old.value_of("light")), (409, "15".into()), "a number that was not touched follows");
}
