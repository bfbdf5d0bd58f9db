//! A new user.

use roster::licenses::{AccessLevel, LicenseType, seats};

use crate::support::{Browser, SignedUp, TestApp};

#[test]
fn a_new_user_comes_in_by_a_link_that_is_shown_once() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users/new");
    page.must_say("Light (10 of 10 Light seats free)");
    let fields =
        [("first_name", "Cleo"), ("last_name", "Marchetti"), ("email", "Cleo@example.test"), ("access_level", "light")];
    let created = ada.submit(&page, "/users", &fields);
    created.must_say("Cleo Marchetti was created").must_say("Works once, until 2 Dec, 10:00");
    let link = super::link::path_in(&created);
    let mut cleo = Browser::new(&app);
    let page = cleo.get(&link);
    let chosen = [("password", "three lamps near the lake"), ("again", "three lamps near the lake")];
    let page = cleo.submit(&page, &link, &chosen);
    assert_eq!(page.address, "/projects", "{}", page.text());
    assert_eq!(app.read(|conn| seats::of(conn, LicenseType::Light)).used, 1);
    ada.get("/users?q=cleo").must_say("Active");
}

#[test]
fn a_creation_is_an_operation_that_can_be_undone_until_they_come_in() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users/new");
    let fields =
        [("first_name", "Cleo"), ("last_name", "Marchetti"), ("email", "cleo@example.test"), ("access_level", "light")];
    let created = ada.submit(&page, "/users", &fields);
    let page = ada.get(&created.link("See the operation"));
    page.must_say("Cleo Marchetti");
    assert!(page.text().contains("Undo"), "{}", page.text());
    let profile = ada.get(&created.link("To the profile"));
    let activity = ada.get(&profile.link("Activity"));
    activity
        .must_say("created Cleo Marchetti")
        .must_say("Access level nothing Light")
        .must_say("gave Cleo Marchetti a sign-in link");
}

#[test]
fn a_new_user_gets_everything_that_the_form_asks() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    units(&app);
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/users/new");
    let fields = [
        ("first_name", "Cleo"),
        ("last_name", "Marchetti"),
        ("email", "cleo@example.test"),
        ("title", "Writer"),
        ("phone", "+43 1 234"),
        ("mobile", "+43 660 1"),
        ("about", "Rivers\nand bridges"),
        ("employee_number", "E-77"),
        ("time_zone", "Europe/Vienna"),
        ("company", "1"),
        ("team", "1"),
        ("teams", "2"),
        ("teams", "3"),
        ("group", "1"),
        ("groups", "2"),
        ("job_role", "1"),
        ("manager", "Ada Lindqvist"),
    ];
    let created = browser.submit(&page, "/users", &fields);
    let page = browser.get(&created.link("To the profile"));
    for text in ["Writer", "+43 1 234", "+43 660 1", "Rivers and bridges", "E-77", "Europe/Vienna", "Studio North"] {
        page.must_say(text);
    }
    page.must_say("Reports to Ada Lindqvist").must_say("Job role Designer");
    let page = browser.get(&page.link("Managers, direct reports"));
    page.must_say("Home team Print").must_say("Further teams Motion, Web").must_say("Further groups Vienna");
}

#[test]
fn somebody_new_is_copied_from_somebody_who_is_there() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let olaf = app.person("Olaf Brandt").deactivated().create();
    let bert = app.person("Bert Cooper").title("Copywriter").manager(&ada).level(AccessLevel::Light).create();
    units(&app);
    app.tamper(&format!(
        "UPDATE users SET company_id = 1, team_id = 1, group_id = 1, job_role_id = 1, phone = '555', mobile = '666', \
         about = 'Jazz', employee_number = 'E1', time_zone = 'Europe/Vienna' WHERE id = {0}; \
         INSERT INTO team_members (team_id, user_id) VALUES (2, {0}), (3, {0}); \
         UPDATE teams SET retired_at = 1 WHERE id = 3; UPDATE users SET manager_id = {0} WHERE id = {1}",
        bert.id, olaf.id
    ));
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get(&format!("/users/new?from={}", bert.id));
    page.must_say("Copied from Bert Cooper").must_say("Web (further teams)");
    assert_eq!((page.value_of("title"), page.value_of("time_zone")), ("Copywriter".into(), "Europe/Vienna".into()));
    assert_eq!(page.value_of("manager"), ada.email);
    for field in ["first_name", "last_name", "email", "phone", "mobile", "employee_number"] {
        assert_eq!(page.value_of(field), "", "{field} is asked for anew");
    }
    page.must_not_say("Jazz");
    for chosen in ["company] option[value=\"1\"]", "team] option[value=\"1\"]", "job_role] option[value=\"1\"]"] {
        assert!(page.has(&format!("[name={chosen}[selected]")), "{chosen}");
    }
    assert!(page.has("[name=teams][value=\"2\"][checked]") && !page.has("[name=teams][value=\"3\"]"));
    assert!(page.has("option[value=light][selected]"));
    let fields = [("first_name", "Cleo"), ("last_name", "New"), ("email", "cleo@example.test")];
    browser.submit(&page, "/users", &fields).must_say("Cleo New was created");
    // Also from somebody who is off: with the level they had.
    let page = browser.get(&format!("/users/new?from={}", olaf.id));
    assert!(page.has("option[value=standard][selected]"));
    assert_eq!(page.value_of("manager"), bert.email);
    assert_eq!(browser.get("/users/new?from=4711").status, 404);
}

#[test]
fn an_address_of_somebody_deleted_is_asked_about() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").title("Contractor").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let plan = crate::lifecycle::plan(&mut browser, "delete", &[&cleo]);
    crate::lifecycle::confirm(&mut browser, &plan, &[]);
    let page = browser.get("/users/new");
    let fields = [("first_name", "Cleo"), ("last_name", "Again"), ("email", &*cleo.email), ("title", "Kept")];
    let page = browser.submit(&page, "/users", &fields);
    assert_eq!(page.status, 422);
    page.must_say("Restore them, or start fresh?").must_say("Restore Cleo Marchetti…").must_say("Contractor, deleted");
    assert_eq!((page.value_of("title"), page.value_of("last_name")), ("Kept".into(), "Again".into()));
    let now = app.site.clock.now();
    let filter = roster::users::list::Filter::default();
    assert_eq!(app.read(|conn| roster::users::list::count(conn, &filter, now)), 1, "nobody was created yet");

    let restored = browser.submit(&page, "/plans", &[("act", "restore")]);
    restored.must_say("Restore");
    assert!(restored.address.starts_with("/plans/"), "{}", restored.address);

    browser.submit(&page, "/users", &[("fresh", "1")]).must_say("Cleo Again was created");
    browser.get("/recycle-bin").must_say("Cleo Marchetti");
}

/// Companies, teams, groups and job roles by number.
fn units(app: &TestApp) {
    app.tamper(
        "INSERT INTO companies (id, name) VALUES (1, 'Studio North'); \
         INSERT INTO teams (id, name) VALUES (1, 'Print'), (2, 'Motion'), (3, 'Web'); \
         INSERT INTO groups (id, name) VALUES (1, 'Europe'), (2, 'Vienna'); \
         INSERT INTO job_roles (id, name) VALUES (1, 'Designer')",
    );
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
        ("access_level", "light"),
        ("time_zone", "Europe/Atlantis"),
        ("company", "x"),
        ("teams", "y"),
        ("manager", "Nobody Here"),
    ];
    let page = browser.submit(&page, "/users", &fields);
    assert_eq!(page.status, 422);
    for field in ["first_name", "email", "time_zone", "company", "teams", "manager"] {
        assert!(!page.error_at(field).is_empty(), "{field}: {}", page.text());
    }
    assert_eq!((page.value_of("last_name"), page.value_of("title")), ("Marchetti".into(), "Copy".into()));
    assert!(page.has("option[value=light][selected]"));
    assert!(page.has("details[open] #time_zone"), "what is wrong is not hidden");
    let page = browser.get("/users/new");
    let fields = [("first_name", "Ada"), ("last_name", "Two"), ("email", &*ada.email.to_uppercase())];
    let page = browser.submit(&page, "/users", &fields);
    assert_eq!(page.status, 422);
    assert!(page.error_at("email").contains("Ada Lindqvist uses this address already"), "{}", page.text());
}

#[test]
fn nobody_new_is_given_what_is_retired_or_a_manager_who_is_off() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let olaf = app.person("Olaf Brandt").deactivated().create();
    units(&app);
    app.tamper("UPDATE teams SET retired_at = 1 WHERE id = 3");
    let mut browser = Browser::signed_in(&app, &ada);
    for (field, value) in [("team", "3"), ("teams", "3"), ("team", "4711"), ("manager", &*olaf.email)] {
        let page = browser.get("/users/new");
        let fields = [("first_name", "A"), ("last_name", "B"), ("email", "a@example.test"), (field, value)];
        let page = browser.submit(&page, "/users", &fields);
        assert_eq!(page.status, 422, "{field} {value}: {}", page.text());
        assert!(!page.error_at(field).is_empty(), "{field} {value}: {}", page.text());
    }
}

#[test]
fn without_a_free_seat_the_numbers_and_the_way_on_are_said() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.write(|conn| seats::set_owned(conn, LicenseType::Light, Some(0)));
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users/new");
    let fields = [("first_name", "Cleo"), ("last_name", "M"), ("email", "c@example.test"), ("access_level", "light")];
    let page = ada.submit(&page, "/users", &fields);
    assert_eq!(page.status, 422);
    assert!(page.error_at("access_level").contains("Light"), "{}", page.text());
    assert_eq!(page.attribute("#access_level-error a", "href").as_deref(), Some("/licenses"));
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
                        ("access_level", "light"),
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
    let fields = [
        ("csrf", &*csrf),
        ("first_name", "A"),
        ("last_name", "B"),
        ("email", "x@example.test"),
        ("access_level", "light"),
    ];
    assert_eq!(emil.post_raw("/users", &[], &fields).status, 403);
}

#[test]
fn what_is_wrong_is_listed_by_the_names_of_the_fields_in_their_order() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut ada = Browser::signed_in(&app, &ada);
    let fields = [
        ("first_name", ""),
        ("last_name", ""),
        ("email", "no address"),
        ("time_zone", "Mars"),
        ("manager", "Nobody Atall"),
    ];
    let edit = format!("/users/{}", bert.id);
    for (form, action) in [("/users/new", "/users"), (&format!("{edit}/edit"), edit.as_str())] {
        let page = ada.get(form);
        let page = ada.submit(&page, action, &fields);
        assert_eq!(page.status, 422);
        let html = page.html();
        let links = scraper::Selector::parse(".notice li a").expect("a selector");
        let links: Vec<_> = html.select(&links).map(|link| (link.text().collect(), link.attr("href"))).collect();
        let expected = [
            ("First name", "#first_name"),
            ("Last name", "#last_name"),
            ("Email", "#email"),
            ("Time zone", "#time_zone"),
            ("Reports to", "#manager"),
        ];
        let expected: Vec<_> = expected.map(|(name, at)| (String::from(name), Some(at))).into();
        assert_eq!(links, expected, "{form}: {}", page.text());
        assert!(page.text_of(".notice li:first-child").starts_with("First name : This"), "{}", page.text());
        for (_, at) in expected {
            assert!(page.has(at.unwrap_or_default()), "{at:?} leads to its field");
        }
    }
}
