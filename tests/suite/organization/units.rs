//! The units themselves: names, counts, lists, and who may change them.

use diesel::prelude::*;
use roster::db::schema::users;
use roster::licenses::AccessLevel;
use roster::users::units::{As, Unit};

use super::{add, audit, unit};
use crate::lifecycle::deactivate;
use crate::support::{Browser, TestApp};

#[test]
fn each_kind_is_created_renamed_retired_and_brought_back() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    for (word, one) in [("companies", "company"), ("teams", "team"), ("groups", "group"), ("job-roles", "job role")] {
        browser.get(&format!("/{word}")).must_say(&format!("No {} yet", word.replace('-', " ")));
        let page = browser.get(&format!("/{word}/new"));
        let page = browser.submit(&page, &format!("/{word}"), &[("name", "  Harbor   Lights ")]);
        page.must_say("Harbor Lights").must_say(&format!("The {one} is created"));
        let address = page.address.split('?').next().expect("a path").to_owned();
        let page = browser.get(&format!("{address}/edit"));
        let page = browser.submit(&page, &address, &[("name", "Harbor Nights")]);
        page.must_say("Harbor Nights").must_say("The new name is saved");
        let page = browser.submit(&page, &format!("{address}/retire"), &[]);
        page.must_say("Nobody is added to a retired");
        assert!(!page.has("#find-people"), "nobody is looked for");
        browser.get(&format!("/{word}")).must_not_say("Harbor Nights");
        browser.get(&format!("/{word}?retired=1")).must_say("Harbor Nights");
        let page = browser.submit(&page, &format!("{address}/bring-back"), &[]);
        page.must_say("In use again");
        browser.get(&format!("/{word}")).must_say("Harbor Nights");
    }
    let acts: Vec<String> = audit(&app).into_iter().map(|(act, ..)| act).collect();
    for one in ["company", "team", "group", "job_role"] {
        for what in ["created", "renamed", "retired", "brought_back"] {
            assert_eq!(acts.iter().filter(|act| **act == format!("{one}.{what}")).count(), 1, "{one}.{what}");
        }
    }
    let renamed = audit(&app).into_iter().find(|(act, ..)| act == "team.renamed").expect("an entry").2;
    assert_eq!(
        (&renamed["before"]["name"], &renamed["after"]["name"]),
        (&"Harbor Lights".into(), &"Harbor Nights".into())
    );
}

#[test]
fn no_two_in_use_have_one_name_whatever_its_case_and_accents() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let team = unit(&app, &ada, Unit::Team, "Création");
    unit(&app, &ada, Unit::Group, "Création");
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/teams/new");
    let page = browser.submit(&page, "/teams", &[("name", "CREATION")]);
    assert_eq!((page.status, page.value_of("name")), (422, "CREATION".into()));
    assert_eq!(page.error_at("name"), "There is a team of this name already.");
    // One's own name in another spelling is no other's.
    let page = browser.get(&format!("/teams/{team}/edit"));
    let page = browser.submit(&page, &format!("/teams/{team}"), &[("name", "creation")]);
    assert_eq!(page.status, 200, "{}", page.text());
    // A retired one's name is free; then it does not come back.
    browser.submit(&page, &format!("/teams/{team}/retire"), &[]);
    let other = unit(&app, &ada, Unit::Team, "Creation");
    let page = browser.get(&format!("/teams/{team}"));
    let page = browser.submit(&page, &format!("/teams/{team}/bring-back"), &[]);
    assert_eq!(page.status, 422);
    page.must_say("There is a team of this name already");
    // And nobody is renamed into the way of another one.
    let third = unit(&app, &ada, Unit::Team, "Copy");
    let page = browser.get(&format!("/teams/{third}/edit"));
    let page = browser.submit(&page, &format!("/teams/{third}"), &[("name", " creatiON ")]);
    assert_eq!((page.status, page.value_of("name")), (422, " creatiON ".into()));
    assert_ne!(other, team);
}

#[test]
fn a_name_that_will_not_do_is_said_beside_the_field() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/groups/new");
    let long = "x".repeat(101);
    for (typed, said) in
        [("", "Enter a name."), ("   ", "Enter a name."), ("a\u{7}b", "cannot be shown"), (&*long, "at most 100")]
    {
        let page = browser.submit(&page, "/groups", &[("name", typed)]);
        assert_eq!(page.status, 422, "{typed}");
        assert!(page.error_at("name").contains(said), "{typed}: {}", page.text());
        assert_eq!(page.value_of("name"), typed);
    }
    browser.get("/groups").must_say("No groups yet");
}

#[test]
fn a_rename_that_meets_another_one_loses_neither() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let id = unit(&app, &ada, Unit::Company, "Bluefin");
    let (mut browser, address) = (Browser::signed_in(&app, &ada), format!("/companies/{id}"));
    let (first, second) = (browser.get(&format!("{address}/edit")), browser.get(&format!("{address}/edit")));
    browser.submit(&first, &address, &[("name", "Bluefin Bank")]);
    let page = browser.submit(&second, &address, &[("name", "Blue Fin")]);
    assert_eq!((page.status, page.value_of("name")), (409, "Blue Fin".into()));
    assert!(page.error_at("name").contains("it is called “Bluefin Bank” now"), "{}", page.text());
    browser.submit(&page, &address, &[]).must_say("Blue Fin");
}

#[test]
fn the_list_counts_active_members_once_each() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let [design, copy] = ["Design", "Copy"].map(|name| unit(&app, &ada, Unit::Team, name));
    let [bert, cleo, emil, gone] =
        ["Bert Cooper", "Cleo Marchetti", "Emil Hansen", "Dora Gone"].map(|name| app.person(name).create());
    add(&app, &ada, (Unit::Team, design), As::Home, &[&bert, &emil, &gone]).expect("added");
    add(&app, &ada, (Unit::Team, design), As::Further, &[&cleo]).expect("added");
    add(&app, &ada, (Unit::Team, copy), As::Further, &[&bert]).expect("added");
    let mut browser = Browser::signed_in(&app, &ada);
    deactivate(&mut browser, &[&emil]);
    app.tamper(&format!("UPDATE users SET state = 'deleted', access_level = NULL, deleted_from = 'active', deleted_at = 5 WHERE id = {}", gone.id));
    // Somebody whose home it is may have been left as a further member too: still one person.
    app.tamper(&format!("INSERT INTO team_members (team_id, user_id) VALUES ({design}, {})", bert.id));
    let page = browser.get("/teams");
    page.must_say("Copy 1").must_say("Design 2");
    let page = browser.get(&format!("/teams/{design}"));
    page.must_say("2 active members").must_say("Emil Hansen").must_not_say("Dora");
    assert_eq!(super::names(&page), ["Bert Cooper", "Cleo Marchetti", "Emil Hansen"]);
}

#[test]
fn a_long_list_goes_on_by_name_and_is_searched_without_accents() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    for n in 0..120 {
        app.tamper(&format!("INSERT INTO job_roles (name) VALUES ('Rôle {n:03}')"));
    }
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/job-roles");
    assert_eq!(page.count("main tbody tr"), 50);
    let second = browser.get(&page.link("Next"));
    second.must_say("Rôle 050").must_say("Rôle 099").must_not_say("Rôle 049");
    let third = browser.get(&second.link("Next"));
    third.must_say("Rôle 119").must_not_say("Rôle 099");
    assert_eq!(third.count("main tbody tr"), 20);
    let back = browser.get(&third.link("Previous"));
    assert_eq!(back.text_of("main tbody"), second.text_of("main tbody"));
    let page = browser.get("/job-roles?q=ROLE+11");
    assert_eq!(page.count("main tbody tr"), 10);
    browser.get("/job-roles?q=%25").must_say("Nothing here is called");
    browser.get("/job-roles?from=nonsense").must_say("Rôle 000");
}

#[test]
fn whoever_does_not_administer_changes_nothing() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let emil = app.person("Emil Hansen").level(AccessLevel::Light).create();
    let id = unit(&app, &ada, Unit::Team, "Design");
    let mut browser = Browser::signed_in(&app, &emil);
    let csrf = browser.get("/account/password").value_of("csrf");
    let me = emil.id.to_string();
    let fields = [("csrf", &*csrf), ("name", "Mine"), ("was", "Design"), ("id", &*me)];
    for path in ["", "/retire", "/bring-back", "/members", "/members/remove"] {
        assert_eq!(browser.post_raw(&format!("/teams/{id}{path}"), &[], &fields).status, 403, "{path}");
    }
    assert_eq!(browser.post_raw("/teams", &[], &fields).status, 403);
    // And by the rules themselves: the page's door is not the only check.
    let (now, chain) = (app.site.clock.now(), app.site.chain.clone());
    use roster::edits::members::Refusal;
    use roster::users::units::change::{self, UnitRefusal};
    let made = app.site.db.write_now(roster::db::Lane::Administration, |conn| {
        change::create(conn, &chain, emil.id, Unit::Team, "Mine", now)
    });
    assert!(matches!(made, Err(UnitRefusal::MayNot)), "{made:?}");
    let added = add(&app, &emil, (Unit::Team, id), As::Home, &[&emil]);
    assert!(matches!(added, Err(Refusal::MayNot)), "{added:?}");
    // An administrator who is off by now is nobody.
    app.tamper(&format!("UPDATE users SET leaves_at = 5 WHERE id = {}", ada.id));
    let added = add(&app, &ada, (Unit::Team, id), As::Home, &[&emil]);
    assert!(matches!(added, Err(Refusal::ActorIsOff)), "{added:?}");
    let homes = users::table.filter(users::team_id.is_not_null()).count();
    assert_eq!(app.read(|conn| Ok(homes.get_result::<i64>(conn)?)), 0);
}

#[test]
fn nonsense_in_the_address_is_answered_not_feared() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let id = unit(&app, &ada, Unit::Team, "Design");
    let mut browser = Browser::signed_in(&app, &ada);
    for (address, status) in [
        ("/teams/4711", 404),
        ("/teams/4711/edit", 404),
        ("/groups/99999999999999999999", 404),
        ("/teams/x", 404),
        ("/squads", 404),
        (&*format!("/teams/{id}?from=bm9uc2Vuc2U&toward=previous"), 200),
        (&*format!("/teams/{id}?from=WyJhXHUwMDAwYiIsMV0"), 200),
        (&*format!("/teams/{id}?find=%25%27%22&n=-5&done=added"), 200),
        (&*format!("/teams/{id}?toward=sideways"), 400),
    ] {
        assert_eq!(browser.get(address).status, status, "{address}");
    }
    let csrf = browser.get("/teams/new").value_of("csrf");
    for path in ["/teams/4711/retire", "/teams/4711/bring-back", "/teams/4711/members/remove", "/teams/4711/members"] {
        assert_eq!(browser.post_raw(path, &[], &[("csrf", &*csrf), ("id", "1")]).status, 404, "{path}");
    }
    assert_eq!(browser.post_raw("/teams/4711", &[], &[("csrf", &*csrf), ("name", "x")]).status, 404);
    let members = format!("/teams/{id}/members");
    assert_eq!(browser.post_raw(&members, &[], &[("csrf", &*csrf), ("id", "x")]).status, 400);
    assert_eq!(browser.post_raw(&members, &[], &[("id", "1")]).status, 403);
}
