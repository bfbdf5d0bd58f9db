//! Nobody who is off is added, and nobody to what is retired, on any path; whoever is in it stays.

use roster::users::State;
use roster::users::units::{As, Unit};

use super::{add, add_by_page, audit, further, homes, unit};
use crate::lifecycle::{confirm, deactivate, plan, state};
use crate::support::{Browser, SignedUp, TestApp};

/// Deactivated, past their leave date although nothing ran yet, deleted, and never there.
fn people_who_are_off(app: &TestApp) -> [(SignedUp, &'static str); 3] {
    let off = app.person("Emil Hansen").deactivated().create();
    let left = app.person("Lena Vogt").create();
    app.tamper(&format!("UPDATE users SET leaves_at = 5, leaves_zone = 'UTC' WHERE id = {}", left.id));
    let gone = app.person("Dora Gone").create();
    app.tamper(&format!(
        "UPDATE users SET state = 'deleted', access_level = NULL, deleted_from = 'active', deleted_at = 5 WHERE id = {}",
        gone.id
    ));
    [
        (off, "Emil Hansen is deactivated and cannot be"),
        (left, "Lena Vogt is deactivated and cannot be"),
        (gone, "This person is not there any more."),
    ]
}

#[test]
fn somebody_who_is_off_is_not_added_by_any_page_to_any_kind() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let off = people_who_are_off(&app);
    let mut browser = Browser::signed_in(&app, &ada);
    for kind in Unit::ALL.iter().copied() {
        let id = unit(&app, &ada, kind, "Design");
        let entries = audit(&app).len();
        for (who, why) in &off {
            for home in [false, true] {
                // Bert, who could be added, is not either: all or nobody.
                let page = add_by_page(&mut browser, &kind.address(id), "bert", &[&bert, who], home);
                assert_eq!(page.status, 422, "{kind:?} {}", who.name);
                assert!(page.error_at("user").starts_with(why), "{kind:?}: {}", page.error_at("user"));
                page.must_not_say("Dora");
                assert_eq!(page.count("#matches input[name=id][checked]"), 1, "Bert is still ticked");
            }
        }
        for (who, _) in &off {
            assert_eq!((homes(&app, who).0, further(&app, who)), ([None; 4], (vec![], vec![])), "{kind:?}");
        }
        assert_eq!((homes(&app, &bert).0, further(&app, &bert)), ([None; 4], (vec![], vec![])));
        assert_eq!(audit(&app).len(), entries);
    }
    let page = browser.get("/teams/1?find=emil");
    page.must_say("Nobody active is called that");
}

#[test]
fn somebody_who_is_off_is_not_added_by_the_form_of_their_profile() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let [(emil, _), (lena, _), _] = people_who_are_off(&app);
    let company = unit(&app, &ada, Unit::Company, "Northwind").to_string();
    let team = unit(&app, &ada, Unit::Team, "Design").to_string();
    let mut browser = Browser::signed_in(&app, &ada);
    for who in [&emil, &lena] {
        for (field, value) in [("company", &company), ("team", &team)] {
            let page = browser.get(&format!("/users/{}/edit", who.id));
            let page = browser.submit(&page, &format!("/users/{}", who.id), &[(field, value), ("title", "Kept")]);
            assert_eq!(page.status, 422, "{field}");
            let said = format!("Nobody who is off is added to a {field}. Activate them first.");
            assert_eq!(page.error_at(field), said);
            assert_eq!(page.value_of("title"), "Kept");
        }
        assert_eq!(homes(&app, who).0, [None; 4]);
    }
}

#[test]
fn an_edit_of_many_people_adds_the_active_ones_alone() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let [(emil, _), (lena, _), _] = people_who_are_off(&app);
    let mut browser = Browser::signed_in(&app, &ada);
    for (field, kind) in [
        ("company", Unit::Company),
        ("team", Unit::Team),
        ("group", Unit::Group),
        ("job_role", Unit::JobRole),
        ("teams", Unit::Team),
        ("groups", Unit::Group),
    ] {
        let id = unit(&app, &ada, kind, field).to_string();
        crate::edits::edit(&mut browser, &[&bert, &emil, &lena], &[("tick", field), (field, &id)]);
    }
    for off in [&emil, &lena] {
        assert_eq!((homes(&app, off).0, further(&app, off)), ([None; 4], (vec![], vec![])), "{}", off.name);
    }
    assert!(homes(&app, &bert).0.iter().all(Option::is_some), "{:?}", homes(&app, &bert));
    assert_eq!((further(&app, &bert).0.len(), further(&app, &bert).1.len()), (1, 1));
}

#[test]
fn whoever_goes_off_stays_marked_and_is_still_there_when_they_come_back() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let emil = app.person("Emil Hansen").create();
    let [design, copy] = ["Design", "Copy"].map(|name| unit(&app, &ada, Unit::Team, name));
    let company = unit(&app, &ada, Unit::Company, "Northwind");
    add(&app, &ada, (Unit::Team, design), As::Home, &[&emil]).expect("added");
    add(&app, &ada, (Unit::Team, copy), As::Further, &[&emil]).expect("added");
    add(&app, &ada, (Unit::Company, company), As::Home, &[&emil]).expect("added");
    let mut browser = Browser::signed_in(&app, &ada);
    deactivate(&mut browser, &[&emil]);
    assert_eq!(state(&app, &emil), State::Deactivated);
    for address in [Unit::Team.address(design), Unit::Team.address(copy), Unit::Company.address(company)] {
        browser.get(&address).must_say("Emil Hansen").must_say("Deactivated").must_say("0 active members");
    }
    // Added again, where they are already, they are not being added; another home would be one more.
    assert_eq!(add(&app, &ada, (Unit::Team, design), As::Home, &[&emil]).expect("nothing to do"), None);
    assert_eq!(add(&app, &ada, (Unit::Team, copy), As::Further, &[&emil]).expect("nothing to do"), None);
    add(&app, &ada, (Unit::Team, copy), As::Home, &[&emil]).expect_err("off");
    // Their form is saved with what they have.
    let page = browser.get(&format!("/users/{}/edit", emil.id));
    browser.submit(&page, &format!("/users/{}", emil.id), &[("title", "Away")]).must_say("Away");
    let page = plan(&mut browser, "activate", &[&emil]);
    confirm(&mut browser, &page, &[]);
    assert_eq!(state(&app, &emil), State::Active);
    assert_eq!((homes(&app, &emil).0, further(&app, &emil).0), ([Some(company), Some(design), None, None], vec![copy]));
    // And whoever is off can be taken out.
    deactivate(&mut browser, &[&emil]);
    let page = browser.get(&Unit::Team.address(design));
    let form = format!("{}/members/remove", Unit::Team.address(design));
    browser.submit(&page, &form, &[("id", &emil.id.to_string())]).must_say("Nobody belongs to it");
}

#[test]
fn nobody_is_added_to_what_is_retired_and_whoever_has_it_keeps_it() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marchetti").create());
    let mut browser = Browser::signed_in(&app, &ada);
    for kind in Unit::ALL.iter().copied() {
        let id = unit(&app, &ada, kind, "Design");
        add(&app, &ada, (kind, id), As::Home, &[&bert]).expect("added");
        let open = browser.get(&format!("{}?find=cleo", kind.address(id)));
        browser.submit(&open, &format!("{}/retire", kind.address(id)), &[]).must_say("Bert Cooper");
        // Posted from a page that was open before.
        let page = browser.submit(&open, &format!("{}/members", kind.address(id)), &[("id", &cleo.id.to_string())]);
        assert_eq!(page.status, 422, "{kind:?}");
        add(&app, &ada, (kind, id), As::Further, &[&cleo]).expect_err("retired");
    }
    assert_eq!((homes(&app, &cleo).0, further(&app, &cleo)), ([None; 4], (vec![], vec![])));
    // In the form of their profile it is offered only to whoever has it.
    let page = browser.get(&format!("/users/{}/edit", cleo.id));
    page.must_not_say("Design");
    let team = homes(&app, &bert).0[1].expect("a team").to_string();
    let page = browser.submit(&page, &format!("/users/{}", cleo.id), &[("team", &team)]);
    assert_eq!(page.error_at("team"), "This team does not exist any more, or is retired.");
    let before = homes(&app, &bert).0;
    let page = browser.get(&format!("/users/{}/edit", bert.id));
    page.must_say("Design (retired)");
    browser.submit(&page, &format!("/users/{}", bert.id), &[("title", "Writer")]).must_say("Design");
    assert_eq!(homes(&app, &bert).0, before);
}

#[test]
fn of_several_who_are_off_the_first_is_named_and_the_others_are_counted() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let off = ["Emil Hansen", "Fred Olsen", "Gina Toth"].map(|name| app.person(name).deactivated().create());
    let member = app.person("Mei Chen").create();
    let design = unit(&app, &ada, Unit::Team, "Design");
    add(&app, &ada, (Unit::Team, design), As::Home, &[&member]).expect("added");
    deactivate(&mut Browser::signed_in(&app, &ada), &[&member]);
    let said =
        |people: &[&SignedUp], how| add(&app, &ada, (Unit::Team, design), how, people).expect_err("nobody").to_string();
    // Whoever is in it already is not being added, off or not.
    for how in [As::Home, As::Further] {
        let one = said(&[&member, &off[0]], how);
        assert_eq!(one, "Emil Hansen is deactivated and cannot be added to a team.");
        let three = said(&[&off[0], &off[1], &off[2]], how);
        assert_eq!(three, format!("{one} 2 others cannot be added either."));
    }
    app.tamper(&format!("UPDATE teams SET retired_at = 5 WHERE id = {design}"));
    assert_eq!(said(&[&ada], As::Home), "Design is retired. Nobody is added to a retired team.");
    assert_eq!(add(&app, &ada, (Unit::Team, design), As::Home, &[&member]).expect("nothing to do"), None);
}
