//! A new user.

use roster::licenses::{AccessLevel, LicenseType, seats};

use crate::support::{Browser, SignedUp, TestApp};

#[test]
fn a_new_user_signs_in_with_the_password_that_is_shown_once_and_must_change_it() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users/new");
    page.must_say("Light (10 of 10 Light seats free)");
    let fields =
        [("first_name", "Cleo"), ("last_name", "Marchetti"), ("email", "Cleo@example.test"), ("level", "light")];
    let created = ada.submit(&page, "/users", &fields);
    created.must_say("Cleo Marchetti was created");
    let password = created.text_of("#first-password");
    let mut cleo = Browser::new(&app);
    let page = cleo.get("/sign-in");
    let page = cleo.submit(&page, "/sign-in", &[("email", "cleo@EXAMPLE.test"), ("password", &password)]);
    assert_eq!(page.address.split('?').next(), Some("/account/password"), "{}", page.text());
    assert_eq!(app.read(|conn| seats::of(conn, LicenseType::Light)).used, 1);
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/users/new");
    let fields = [
        ("first_name", "  "),
        ("last_name", "Marchetti"),
        ("email", "no address"),
        ("title", "Copy"),
        ("level", "light"),
        ("password", "short"),
    ];
    let page = browser.submit(&page, "/users", &fields);
    assert_eq!(page.status, 422);
    for field in ["first_name", "email", "password"] {
        assert!(!page.error_at(field).is_empty(), "{field}: {}", page.text());
    }
    assert_eq!((page.value_of("last_name"), page.value_of("title")), ("Marchetti".into(), "Copy".into()));
    assert!(page.has("option[value=light][selected]"));
    let fields = [("first_name", "Ada"), ("last_name", "Two"), ("email", &*ada.email.to_uppercase())];
    let page = browser.submit(&page, "/users", &[&fields[..], &[("password", "")]].concat());
    assert!(page.error_at("email").contains("uses this address already"), "{}", page.text());
}

#[test]
fn without_a_free_seat_the_numbers_and_the_way_on_are_said() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.write(|conn| seats::set_owned(conn, LicenseType::Light, Some(0)));
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users/new");
    let fields = [("first_name", "Cleo"), ("last_name", "M"), ("email", "c@example.test"), ("level", "light")];
    let page = ada.submit(&page, "/users", &fields);
    assert_eq!(page.status, 422);
    assert!(page.error_at("level").contains("All 0 Light seats are in use"), "{}", page.text());
    assert_eq!(page.attribute("#level-error a", "href").as_deref(), Some("/licenses"));
}

#[test]
fn of_64_at_once_for_10_seats_exactly_10_are_created() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let csrf = browser.get("/users/new").value_of("csrf");
    let session = browser.cookie("roster-session").expect("a session").clone();
    let created = std::thread::scope(|scope| {
        let creators: Vec<_> = (0..64)
            .map(|i| {
                let (app, csrf, session) = (&app, &csrf, &session);
                scope.spawn(move || {
                    let mut browser = Browser::new(app);
                    browser.set_cookie("roster-session", session);
                    let email = format!("p{i}@example.test");
                    let fields = [
                        ("csrf", csrf.as_str()),
                        ("first_name", "Person"),
                        ("last_name", "Parallel"),
                        ("email", &email),
                        ("level", "light"),
                    ];
                    browser.post_raw("/users", &[], &fields).status
                })
            })
            .collect();
        creators.into_iter().map(|creator| creator.join().expect("an answer")).collect::<Vec<_>>()
    });
    assert_eq!(created.iter().filter(|status| **status == 200).count(), 10, "{created:?}");
    assert_eq!(created.iter().filter(|status| **status == 422).count(), 54, "{created:?}");
    let light = app.read(|conn| seats::of(conn, LicenseType::Light));
    assert_eq!((light.used, light.owned), (10, Some(10)));
    let now = app.site.clock.now();
    let filter = roster::users::list::Filter { license: Some(LicenseType::Light), ..Default::default() };
    assert_eq!(app.read(|conn| roster::users::list::count(conn, &filter, now)), 10);
}

#[test]
fn whoever_does_not_administer_creates_nobody() {
    let app = TestApp::start();
    let emil: SignedUp = app.person("Emil Hansen").level(AccessLevel::Light).create();
    let mut emil = Browser::signed_in(&app, &emil);
    let csrf = emil.get("/account/password").value_of("csrf");
    let fields =
        [("csrf", &*csrf), ("first_name", "A"), ("last_name", "B"), ("email", "x@example.test"), ("level", "light")];
    assert_eq!(emil.post_raw("/users", &[], &fields).status, 403);
}
