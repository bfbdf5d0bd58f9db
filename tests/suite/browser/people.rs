//! The Users list and the forms of people, as somebody with scripts, a mouse and eyes uses them.

use serde_json::json;

use super::{Window, key};
use crate::support::{SignedUp, TestApp};
use roster::licenses::AccessLevel;

/// Ada, and sixty others: more than a page.
fn studio() -> (TestApp, SignedUp) {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    for i in 0..60 {
        let person = app.person(&format!("Person {i:02}")).without_password();
        person.level(AccessLevel::ExternalUser).create();
    }
    (app, ada)
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn what_comes_in_place_of_a_plan_is_in_sight_and_has_the_focus() {
    let (app, ada) = studio();
    let window = Window::signed_in(&app, &ada);
    window.go("/users");
    window.tick("Person 03").tick("Person 04").click("Edit").must_say("Tick what shall change");
    let in_sight = || {
        let script = "const box = document.activeElement.getBoundingClientRect(); \
                      return document.activeElement !== document.body && box.top >= 0 && box.bottom <= innerHeight";
        window.script(script, json!([])) == json!(true)
    };
    window.click("Show what will change").must_say("Tick at least one field.");
    window.until("the error has the focus", || window.is_focused("#plan [role=alert]"));
    assert!(in_sight(), "the error is in sight");
    window.fill_in("title", "Author").click("Show what will change").must_say("You can undo this for 30 days");
    window.until("the heading has the focus", || window.is_focused("#plan h1"));
    assert!(in_sight(), "the preview begins in sight");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn the_longest_names_fit_every_page_that_shows_them() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let window = Window::signed_in(&app, &ada);
    let long = "W".repeat(150);
    window.go("/users/new");
    window.fill_in("first_name", &long).fill_in("last_name", &long).fill_in("email", "long@example.test");
    window.press(key::ENTER).must_say("was created");
    let fits = |what: &str| {
        for (width, height) in [(1440, 900), (390, 844)] {
            window.resize(width, height);
            let wide = window.what_is_too_wide();
            assert!(wide.is_empty(), "{what} at {width}: {wide:#?}");
        }
        window.resize(1440, 900);
    };
    fits("the page of a creation");
    let id: i64 = app.read(|conn| {
        use diesel::prelude::*;
        use roster::db::schema::users::dsl;
        Ok(dsl::users.filter(dsl::email.eq("long@example.test")).select(dsl::id).first(conn)?)
    });
    app.tamper(&format!(
        "INSERT INTO teams (id, name) VALUES (1, 'Copy'); UPDATE users SET title = '{long}', team_id = 1, \
         manager_id = {} WHERE id = {id}",
        ada.id
    ));
    app.tamper(&format!(
        "INSERT INTO saved_lists (owner_id, kind, name, name_key, query, is_shared, saved_at) \
         VALUES ({}, 'filter', '{}', 'w', 'filter=all', FALSE, 1)",
        ada.id,
        &long[..60]
    ));
    let pages = ["", "/edit", "/activity", "/organization", "/updates", "/work", "/sessions", "/photo/edit", "/link"];
    let theirs = pages.map(|page| format!("/users/{id}{page}"));
    let others = [
        "/users".to_owned(),
        "/users?filter=all".to_owned(),
        "/users/saved".to_owned(),
        "/users?grouping=team".to_owned(),
        "/users?columns=name,title,created,manager".to_owned(),
        "/teams/1".to_owned(),
        "/audit-log".to_owned(),
        "/operations".to_owned(),
        "/operations/1".to_owned(),
        format!("/users/{}/organization", ada.id),
        format!("/users/new?from={id}"),
    ];
    for page in theirs.iter().chain(&others) {
        window.go(page);
        fits(page);
    }
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn the_columns_of_groups_stand_below_each_other() {
    let (app, ada) = studio();
    app.person("Bartholomew Featherstonehaugh").title("Executive Creative Director").create();
    let window = Window::signed_in(&app, &ada);
    window.go("/users?grouping=access_level");
    let lefts = "return [...document.querySelectorAll('.group table')].map((table) => \
                 [...table.querySelectorAll('th')].map((th) => Math.round(th.getBoundingClientRect().left)).join())";
    let lefts = window.script(lefts, json!([]));
    let lefts = lefts.as_array().cloned().unwrap_or_default();
    assert!(lefts.len() >= 3 && lefts.windows(2).all(|pair| pair[0] == pair[1]), "{lefts:#?}");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn the_line_of_the_selection_has_neither_holes_nor_an_empty_line() {
    let (app, ada) = studio();
    let window = Window::signed_in(&app, &ada);
    let height = |window: &Window| {
        let script = "return document.querySelector('.toolbar__selection').getBoundingClientRect().height";
        window.script(script, json!([])).as_f64().unwrap_or_default()
    };
    window.resize(390, 844);
    window.go("/users");
    let nothing = height(&window);
    assert!(nothing < 40.0, "one line, not {nothing} px");
    window.tick("Person 03").must_say("1 selected");
    assert_eq!(height(&window), nothing, "no row jumps under the pointer");
    window.resize(1440, 900);
    window.go("/users?selection=all");
    let script = "const box = (css) => document.querySelector(css).getBoundingClientRect(); \
                  return box('[data-selection-clear]').left - box('[data-selection-count]').right";
    let gap = window.script(script, json!([])).as_f64().unwrap_or_default();
    assert!(gap < 40.0, "“Clear” is {gap} px away");
}
