//! Undoing edits: everything that nobody touched since goes back.

use diesel::prelude::*;
use roster::db::schema::{notes, users};
use roster::licenses::LicenseType;

use super::{ask, choose, confirm, edit, three, title, used};
use crate::support::{Browser, PageSeen, SignedUp, TestApp};

/// Presses Undo on the result of an operation, and comes to the plan.
pub fn undo(browser: &mut Browser, result: &PageSeen) -> PageSeen {
    let page = browser.get(&result.link("See who and why"));
    let action = "/edits/undo";
    browser.submit(&page, action, &[("act", "undo_edit")])
}

fn change_title(app: &TestApp, person: &SignedUp, title: &str) {
    app.write(|conn| Ok(diesel::update(users::table.find(person.id)).set(users::title.eq(title)).execute(conn)?));
}

#[test]
fn details_levels_and_seats_go_back() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let fields = [("tick", "title"), ("title", "Author"), ("tick", "access_level"), ("access_level", "light")];
    let result = edit(&mut ada, &[&bert, &cleo], &fields);
    assert_eq!(used(&app, LicenseType::Light), 2);
    let plan = undo(&mut ada, &result);
    plan.must_say("Author → Editor").must_say("Light → Standard");
    confirm(&mut ada, &plan).must_say("2 users changed");
    assert_eq!((title(&app, bert.id), title(&app, cleo.id)), ("Editor".into(), String::new()));
    assert_eq!((used(&app, LicenseType::Light), used(&app, LicenseType::Standard)), (0, 3));
}

#[test]
fn what_somebody_changed_since_is_left_alone() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let fields = [("tick", "title"), ("title", "Author"), ("tick", "phone"), ("phone", "123")];
    let result = edit(&mut ada, &[&bert, &cleo], &fields);
    change_title(&app, &bert, "Boss");
    let plan = undo(&mut ada, &result);
    plan.must_say("Only in part: Somebody changed them since.");
    confirm(&mut ada, &plan);
    assert_eq!((title(&app, bert.id), title(&app, cleo.id)), ("Boss".into(), String::new()));
}

#[test]
fn what_is_changed_after_the_undo_was_shown_is_shown_again() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let result = edit(&mut ada, &[&bert, &cleo], &[("tick", "title"), ("title", "Author")]);
    let plan = undo(&mut ada, &result);
    change_title(&app, &bert, "Boss");
    let moved = confirm(&mut ada, &plan);
    assert_eq!(moved.status, 409);
    confirm(&mut ada, &moved).must_say("1 user changed.").must_say("1 skipped: changed by somebody since.");
    assert_eq!(title(&app, bert.id), "Boss");
}

#[test]
fn an_update_is_taken_back() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let page = choose(&mut ada, "updates", &[&bert, &cleo]);
    let plan = ask(&mut ada, &page, &[("body", "Badges are at the desk.")]);
    let result = confirm(&mut ada, &plan);
    let plan = undo(&mut ada, &result);
    confirm(&mut ada, &plan).must_say("2 users relieved of the update.");
    let left: i64 = app.read(|conn| Ok(notes::table.count().get_result(conn)?));
    assert_eq!(left, 0);
}

#[test]
fn an_undo_is_not_undone_and_leads_nowhere_twice() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let result = edit(&mut ada, &[&bert, &cleo], &[("tick", "title"), ("title", "Author")]);
    let before = ada.get(&result.link("See who and why"));
    let plan = undo(&mut ada, &result);
    let undone = confirm(&mut ada, &plan);
    assert!(!undone.has("form[action='/edits/undo']"), "{}", undone.text());
    let after = ada.get(&before.address);
    after.must_say("undone by operation 2");
    assert!(!after.has("form[action='/edits/undo']"), "all of it was taken back");
    ada.get(&after.link("operation 2")).must_say("undoes operation 1");
    // From a page that was open before.
    let again = ada.submit(&before, "/edits/undo", &[("act", "undo_edit")]);
    again.must_not_say("Change 2").must_say("2 changed by somebody since");
}

#[test]
fn nobody_who_is_off_by_now_comes_back_into_a_team_by_an_undo() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    app.tamper("INSERT INTO teams (id, name) VALUES (7, 'Copy')");
    app.tamper(&format!("UPDATE users SET team_id = 7 WHERE id IN ({}, {})", bert.id, cleo.id));
    let result = edit(&mut ada, &[&bert, &cleo], &[("tick", "team"), ("team", "")]);
    result.must_say("2 users changed");
    crate::lifecycle::deactivate(&mut ada, &[&cleo]);
    let plan = undo(&mut ada, &result);
    plan.must_say("nothing → Copy").must_say("1 off");
    confirm(&mut ada, &plan).must_say("1 user changed");
    let teams: Vec<Option<i64>> = app.read(|conn| {
        let of = users::table.filter(users::id.eq_any([bert.id, cleo.id])).order(users::id);
        Ok(of.select(users::team_id).load(conn)?)
    });
    assert_eq!(teams, [Some(7), None]);
}

#[test]
fn an_update_is_taken_back_once_and_the_receipt_counts_whom_it_was_taken_from() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let page = choose(&mut ada, "updates", &[&bert, &cleo]);
    let plan = ask(&mut ada, &page, &[("body", "Badges are at the desk.")]);
    let result = confirm(&mut ada, &plan);
    let gone = crate::lifecycle::plan(&mut ada, "delete", &[&cleo]);
    crate::lifecycle::confirm(&mut ada, &gone, &[]);
    let before = ada.get(&result.link("See who and why"));
    let plan = undo(&mut ada, &result);
    let undone = confirm(&mut ada, &plan);
    undone.must_say("1 user relieved of the update.").must_say("Updates taken back 1 of 1");
    let again = ada.submit(&before, "/edits/undo", &[("act", "undo_edit")]);
    again.must_not_say("Take back from").must_say("1 changed by somebody since");
}

/// Creates somebody through the form; the page after it.
fn create(browser: &mut Browser, name: &str, level: &str) -> PageSeen {
    let page = browser.get("/users/new");
    let email = format!("{}@example.test", name.to_lowercase());
    let fields = [("first_name", name), ("last_name", "New"), ("email", &email), ("access_level", level)];
    browser.submit(&page, "/users", &fields)
}

fn undo_creation(browser: &mut Browser, created: &PageSeen) -> PageSeen {
    let page = browser.get(&created.link("See the operation"));
    browser.submit(&page, "/edits/undo", &[("act", "undo_edit")])
}

fn id_of(app: &TestApp, first_name: &str) -> roster::db::UserId {
    app.read(|conn| Ok(users::table.filter(users::first_name.eq(first_name)).select(users::id).first(conn)?))
}

#[test]
fn a_creation_is_undone_into_the_recycle_bin_with_its_seat() {
    let app = TestApp::start();
    let (mut ada, ..) = three(&app);
    let created = create(&mut ada, "Dora", "light");
    assert_eq!(used(&app, LicenseType::Light), 1);
    let plan = undo_creation(&mut ada, &created);
    confirm(&mut ada, &plan).must_say("1 user removed again, into the recycle bin");
    assert_eq!(used(&app, LicenseType::Light), 0);
    ada.get("/recycle-bin").must_say("Dora New");
}

#[test]
fn somebody_new_whom_others_report_to_by_now_stays() {
    let app = TestApp::start();
    let (mut ada, bert, _) = three(&app);
    let created = create(&mut ada, "Dora", "light");
    let dora = id_of(&app, "Dora");
    app.write(|conn| {
        Ok(diesel::update(users::table.find(bert.id)).set(users::manager_id.eq(Some(dora))).execute(conn)?)
    });
    undo_creation(&mut ada, &created).must_say("Has signed in or has history by now");
}

#[test]
fn undoing_a_creation_leaves_the_last_administrator_who_can_sign_in() {
    let app = TestApp::start();
    let (mut ada, ..) = three(&app);
    let created = create(&mut ada, "Dora", "system_administrator");
    let dora = id_of(&app, "Dora");
    app.write(|conn| {
        let hash = roster::users::password::hash("plum tree by the river", &app.site.hash_cost)?;
        roster::users::password::set(conn, dora, &hash, false, app.site.clock.now())
    });
    let later = app.site.clock.now().plus_days(3).micros();
    app.tamper(&format!("UPDATE users SET leaves_at = {later}, leaves_zone = 'UTC' WHERE first_name = 'Ada'"));
    undo_creation(&mut ada, &created).must_say("the last System Administrator who can sign in");
}

#[test]
fn managers_go_back_whatever_the_order_of_their_names() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let zoe = app.person("Zoe Last").create();
    let anna = app.person("Anna First").manager(&zoe).create();
    let dora = app.person("Dora Middle").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let file =
        ["Email,Manager".to_owned(), format!("{},{}", anna.email, dora.email), format!("{},{}", zoe.email, anna.email)];
    let page = crate::imports::lines(&mut browser, &file.each_ref().map(String::as_str));
    confirm(&mut browser, &page).must_say("2 users changed");
    let operation = browser.get("/operations").attribute("main a.table__name", "href").expect("an operation");
    let page = browser.get(&operation);
    let plan = browser.submit(&page, "/edits/undo", &[("act", "undo_edit")]);
    plan.must_not_say("report to themselves");
    confirm(&mut browser, &plan).must_say("2 users changed");
    let managers: Vec<Option<roster::db::UserId>> = app.read(|conn| {
        let two = users::table.filter(users::id.eq_any([anna.id, zoe.id])).order(users::name_key);
        Ok(two.select(users::manager_id).load(conn)?)
    });
    assert_eq!(managers, [Some(zoe.id), None]);
}
