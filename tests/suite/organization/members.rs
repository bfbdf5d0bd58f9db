//! Who belongs: home and further, several at once, a page at a time, and what the audit log keeps of it.

use roster::users::units::{As, Unit};

use super::{add, add_by_page, audit, further, homes, names, unit};
use crate::edits::undo::undo;
use crate::lifecycle::{confirm, plan};
use crate::support::{Browser, TestApp};

#[test]
fn several_people_are_found_ticked_and_added_at_once() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let design = unit(&app, &ada, Unit::Team, "Design");
    let (bert, bertha) = (app.person("Bert Cooper").create(), app.person("Bertha Holm").create());
    let mut browser = Browser::signed_in(&app, &ada);
    let address = format!("/teams/{design}");
    let page = browser.get(&format!("{address}?find=bert"));
    assert_eq!(page.count("#matches input[name=id]"), 2);
    assert_eq!(page.count("#matches input[checked]"), 0, "nobody is ticked where there is a choice");
    let page = add_by_page(&mut browser, &address, "bert", &[&bert, &bertha], false);
    page.must_say("2 users changed");
    assert_eq!(names(&page), ["Bert Cooper", "Bertha Holm"]);
    assert_eq!((homes(&app, &bert).0[1], further(&app, &bert).0), (None, vec![design]));
    // Adding them again changes nothing and says so.
    add_by_page(&mut browser, &address, "bert", &[&bert], false).must_say("Nobody was changed");
    // The only one who is found is ticked already.
    let page = browser.get(&format!("{address}?find=lindqvist%40example"));
    assert_eq!(page.count("#matches input[name=id][checked]"), 1);
    let page = browser.get(&format!("{address}?find=bertha"));
    page.must_say("Member");
    assert_eq!(page.count("#matches input[name=id]:not([disabled])"), 0);
    browser.get(&format!("{address}?find=zzz")).must_say("Nobody active is called that");
}

#[test]
fn a_company_and_a_job_role_are_one_each_and_adding_moves() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    for (kind, place) in [(Unit::Company, 0), (Unit::JobRole, 3)] {
        let [old, new] = ["Old one", "New one"].map(|name| unit(&app, &ada, kind, name));
        add(&app, &ada, (kind, old), As::Home, &[&bert]).expect("added");
        let version = homes(&app, &bert).1;
        let page = browser.get(&format!("{}?find=bert", kind.address(new)));
        page.must_say("now: Old one").must_say("whoever has another one moves here");
        assert!(!page.has("#matches input[name=home]"));
        add_by_page(&mut browser, &kind.address(new), "bert", &[&bert], false).must_say("1 user changed");
        assert_eq!((homes(&app, &bert).0[place], homes(&app, &bert).1), (Some(new), version + 1));
        browser.get(&kind.address(old)).must_say("Nobody belongs to it");
    }
    let (act, about, details) = audit(&app).pop().expect("an entry");
    assert_eq!((act.as_str(), about), ("user.edited", Some(bert.id)));
    assert_eq!(details["before"], serde_json::json!({"job_role": "Old one"}));
    assert_eq!(details["after"], serde_json::json!({"job_role": "New one"}));
    app.read(|conn| Ok(app.site.chain.verify(conn)?.expect("the chain verifies")));
}

#[test]
fn a_team_and_a_group_tell_home_from_further_and_change_one_into_the_other() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    for (kind, place) in [(Unit::Team, 1), (Unit::Group, 2)] {
        let [copy, design] = ["Copy", "Design"].map(|name| unit(&app, &ada, kind, name));
        let one = kind.noun();
        let page = add_by_page(&mut browser, &kind.address(copy), "bert", &[&bert], true);
        page.must_say(&format!("Home {one}"));
        let page = add_by_page(&mut browser, &kind.address(design), "bert", &[&bert], false);
        page.must_say("Further member");
        let further_of = |of: (Vec<i64>, Vec<i64>)| if place == 1 { of.0 } else { of.1 };
        assert_eq!((homes(&app, &bert).0[place], further_of(further(&app, &bert))), (Some(copy), vec![design]));
        // Another home: the old one stays one of theirs.
        let id = bert.id.to_string();
        let (version, form) = (homes(&app, &bert).1, format!("{}/members/remove", kind.address(design)));
        let to = format!("{}/members", kind.address(design));
        let page = browser.submit_to(&page, &form, &to, &[("id", &id), ("home", "1")]);
        page.must_say("1 user changed");
        assert_eq!((homes(&app, &bert).0[place], further_of(further(&app, &bert))), (Some(design), vec![copy]));
        assert_eq!(homes(&app, &bert).1, version + 1);
        let (act, _, details) = audit(&app).pop().expect("an entry");
        assert_eq!(
            (act.as_str(), &details["before"][one], &details["after"][one]),
            ("user.edited", &"Copy".into(), &"Design".into())
        );
        // Taken back, and done once more: it is an operation like all others.
        let plan = undo(&mut browser, &page);
        let page = crate::edits::confirm(&mut browser, &plan);
        page.must_say("1 user changed");
        assert_eq!((homes(&app, &bert).0[place], further_of(further(&app, &bert))), (Some(copy), vec![design]));
        let page = browser.get(&kind.address(design));
        let page = browser.submit_to(&page, &form, &to, &[("id", &id), ("home", "1")]);
        // Removed from both.
        let page = browser.submit(&page, &form, &[("id", &id)]);
        page.must_say("1 user changed");
        let page = browser.get(&kind.address(copy));
        let form = format!("{}/members/remove", kind.address(copy));
        browser.submit(&page, &form, &[("id", &id)]).must_say("Nobody belongs to it");
        assert_eq!((homes(&app, &bert).0[place], further_of(further(&app, &bert))), (None, vec![]));
        let (act, about, details) = audit(&app).pop().expect("an entry");
        assert_eq!((act.as_str(), about), ("user.edited", Some(bert.id)));
        let field = format!("{one}s");
        assert_eq!(
            (&details["before"][&field], &details["after"][&field]),
            (&serde_json::json!(["Copy"]), &serde_json::Value::Null)
        );
    }
}

#[test]
fn members_go_on_page_by_page_in_one_order_however_they_belong() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let design = unit(&app, &ada, Unit::Team, "Design");
    let people: Vec<_> = (0..120)
        .map(|n| app.person(&format!("Person {n:03}")).level(roster::licenses::AccessLevel::ExternalUser).create())
        .collect();
    let (even, odd): (Vec<_>, Vec<_>) = people.iter().enumerate().partition(|(n, _)| n % 2 == 0);
    let those = |of: &[(usize, &crate::support::SignedUp)]| of.iter().map(|(_, one)| one.id).collect::<Vec<_>>();
    let of = |ids: Vec<roster::db::UserId>, how| {
        let (now, runner) = (app.site.clock.now(), super::Edits { chain: app.site.chain.clone() });
        let lane = roster::db::Lane::Administration;
        let added = app
            .site
            .db
            .write_now(lane, |conn| super::rule::add(conn, &runner, ada.id, (Unit::Team, design), how, &ids, now));
        assert!(added.expect("added").is_some());
    };
    of(those(&even), As::Home);
    of(those(&odd), As::Further);
    let mut browser = Browser::signed_in(&app, &ada);
    let mut seen = Vec::new();
    let mut page = browser.get(&format!("/teams/{design}"));
    let mut pages = vec![names(&page)];
    for _ in 0..2 {
        page = browser.get(&page.link("Next"));
        pages.push(names(&page));
    }
    pages.iter().for_each(|page| seen.extend(page.clone()));
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
    assert_eq!(seen, people.iter().map(|one| one.name.clone()).collect::<Vec<_>>());
    assert!(!page.body.contains("rel=\"next\""));
    for wanted in pages.iter().rev().skip(1) {
        page = browser.get(&page.link("Previous"));
        assert_eq!(&names(&page), wanted);
    }
    // What is ticked on a page further on leads back to that page.
    let second = browser.get(&page.link("Next"));
    let id = people[60].id.to_string();
    let after = browser.submit(&second, &format!("/teams/{design}/members/remove"), &[("id", &id)]);
    after.must_say("1 user changed").must_say("Person 061").must_not_say("Person 060");
    assert_eq!(names(&after).first().map(String::as_str), Some("Person 050"));
}

#[test]
fn many_further_members_are_found_along_the_names_in_the_same_order() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let all = unit(&app, &ada, Unit::Group, "Everybody");
    app.tamper(
        "INSERT INTO users (first_name, last_name, email, state, access_level, last_access_level, created_at, \
         state_changed_at, name_key, email_key) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE \
         i < 3100) SELECT 'Many', CAST(10000 + i AS TEXT), CAST(i AS TEXT) || '@many.test', 'active', 'external', 'external', \
         1, 1, 'many ' || CAST(10000 + i AS TEXT), CAST(i AS TEXT) || '@many.test' FROM n",
    );
    app.tamper(&format!(
        "INSERT INTO group_members (group_id, user_id) SELECT {all}, id FROM users WHERE first_name = 'Many'"
    ));
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get(&format!("/groups/{all}"));
    page.must_say("1,000+ active members");
    assert_eq!((names(&page).len(), names(&page)[0].as_str()), (50, "Many 10001"));
    let next = browser.get(&page.link("Next"));
    assert_eq!((names(&next).len(), names(&next)[0].as_str()), (50, "Many 10051"));
    assert_eq!(names(&browser.get(&next.link("Previous"))), names(&page));
    browser.get("/groups").must_say("Everybody 200+");
}

#[test]
fn nobody_ticked_is_said_and_nothing_is_changed() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let design = unit(&app, &ada, Unit::Team, "Design");
    let (bert, bertha) = (app.person("Bert Cooper").create(), app.person("Bertha Holm").create());
    add(&app, &ada, (Unit::Team, design), As::Home, &[&bert]).expect("added");
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get(&format!("/teams/{design}"));
    let page = browser.submit(&page, &format!("/teams/{design}/members/remove"), &[]);
    assert_eq!((page.status, page.error_at("members").as_str()), (422, "Nobody is ticked. Tick the people first."));
    let page = browser.get(&format!("/teams/{design}?find=b"));
    let page = browser.submit(&page, &format!("/teams/{design}/members"), &[]);
    assert_eq!((page.status, page.error_at("user").as_str()), (422, "Nobody is ticked. Tick the people first."));
    assert_eq!(page.value_of("find"), "b", "what was looked for is still there");
    // Somebody who is not in it, ticked by hand, stays where they are.
    let id = bertha.id.to_string();
    let page = browser.get(&format!("/teams/{design}"));
    let before = audit(&app).len();
    browser.submit(&page, &format!("/teams/{design}/members/remove"), &[("id", &id)]).must_say("Nobody was changed");
    assert_eq!(audit(&app).len(), before);
}

#[test]
fn deleted_people_are_no_members_until_they_are_restored() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let [design, copy] = ["Design", "Copy"].map(|name| unit(&app, &ada, Unit::Team, name));
    let hugo = app.person("Hugo Test").create();
    add(&app, &ada, (Unit::Team, design), As::Home, &[&hugo]).expect("added");
    add(&app, &ada, (Unit::Team, copy), As::Further, &[&hugo]).expect("added");
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&hugo]);
    confirm(&mut browser, &page, &[]);
    for team in [design, copy] {
        browser.get(&format!("/teams/{team}")).must_say("Nobody belongs to it").must_not_say("Hugo");
    }
    let page = plan(&mut browser, "restore", &[&hugo]);
    confirm(&mut browser, &page, &[]);
    browser.get(&format!("/teams/{design}")).must_say("Hugo Test").must_say("Home team");
    browser.get(&format!("/teams/{copy}")).must_say("Hugo Test").must_say("Further member");
}

#[test]
fn who_was_deleted_meanwhile_does_not_keep_the_others_from_being_removed() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, hugo) = (app.person("Bert Cooper").create(), app.person("Hugo Test").create());
    let design = unit(&app, &ada, Unit::Team, "Design");
    add(&app, &ada, (Unit::Team, design), As::Home, &[&bert, &hugo]).expect("added");
    let mut browser = Browser::signed_in(&app, &ada);
    let open = browser.get(&format!("/teams/{design}"));
    let page = plan(&mut browser, "delete", &[&hugo]);
    confirm(&mut browser, &page, &[]);
    let ids = [bert.id.to_string(), hugo.id.to_string()];
    let ticked = [("id", ids[0].as_str()), ("id", ids[1].as_str())];
    browser.submit(&open, &format!("/teams/{design}/members/remove"), &ticked).must_say("1 user changed");
    assert_eq!((homes(&app, &bert).0[1], homes(&app, &hugo).0[1]), (None, Some(design)));
}
