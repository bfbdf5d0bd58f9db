//! Edits of many people: planned with before and after, carried out once, proved, undone.

pub mod undo;

use diesel::prelude::*;
use roster::db::UserId;
use roster::db::schema::{audit_details, audit_entries, notes, teams, users};
use roster::licenses::{AccessLevel, LicenseType, seats};

use crate::support::{Browser, PageSeen, SignedUp, TestApp};

/// Ticks people and chooses Edit or Update, as the Users list's form does.
pub fn choose(browser: &mut Browser, what: &str, people: &[&SignedUp]) -> PageSeen {
    let ids: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
    let token = browser.get("/recycle-bin").value_of("csrf");
    let mut fields = vec![("csrf", token.as_str()), ("return_to", "/users")];
    fields.extend(ids.iter().map(|id| ("id", id.as_str())));
    let made = browser.post_raw(&format!("/{what}/new"), &[], &fields);
    assert_eq!(made.status, 303, "{}", made.text());
    browser.get(&made.headers["location"])
}

/// Fills the form of the fields in, and comes to the plan.
pub fn ask(browser: &mut Browser, page: &PageSeen, fields: &[(&str, &str)]) -> PageSeen {
    let action = page.attribute("#plan", "action").expect("the fields of a plan");
    browser.submit(page, &action, fields)
}

pub fn confirm(browser: &mut Browser, plan: &PageSeen) -> PageSeen {
    let action = plan.attribute("#plan", "action").expect("a plan's page");
    browser.submit_to(plan, &action, &format!("{action}/operation"), &[])
}

pub fn edit(browser: &mut Browser, people: &[&SignedUp], fields: &[(&str, &str)]) -> PageSeen {
    let page = choose(browser, "edits", people);
    let plan = ask(browser, &page, fields);
    confirm(browser, &plan)
}

pub fn title(app: &TestApp, person: UserId) -> String {
    app.read(|conn| Ok(users::table.find(person).select(users::title).first(conn)?))
}

fn level(app: &TestApp, person: &SignedUp) -> Option<AccessLevel> {
    app.read(|conn| Ok(users::table.find(person.id).select(users::access_level).first(conn)?))
}

pub fn used(app: &TestApp, license: LicenseType) -> i64 {
    app.read(|conn| seats::of(conn, license)).used
}

/// An administrator, signed in, and two people.
pub fn three(app: &TestApp) -> (Browser, SignedUp, SignedUp) {
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").title("Editor").create();
    let cleo = app.person("Cleo Abara").create();
    (Browser::signed_in(app, &ada), bert, cleo)
}

#[test]
fn only_the_fields_that_are_ticked_change() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let page = choose(&mut ada, "edits", &[&bert, &cleo]);
    page.must_say("Edit 2 people");
    let forgotten = ask(&mut ada, &page, &[("tick", "title"), ("title", "Author"), ("phone", "123")]);
    assert_eq!((forgotten.status, forgotten.value_of("phone").as_str()), (422, "123"));
    assert_eq!(forgotten.error_at("phone"), "You filled this in, but did not tick it. Tick it, or empty it.");
    let plan = ask(&mut ada, &page, &[("tick", "title"), ("title", "Author")]);
    plan.must_say("Title: Editor → Author").must_say("Title: nothing → Author").must_not_say("123");
    assert_eq!(title(&app, bert.id), "Editor", "nothing has changed yet");
    confirm(&mut ada, &plan).must_say("2 users changed.");
    assert_eq!((title(&app, bert.id), title(&app, cleo.id)), ("Author".into(), "Author".into()));
    let phone: String = app.read(|conn| Ok(users::table.find(bert.id).select(users::phone).first(conn)?));
    assert_eq!(phone, "");
}

#[test]
fn what_is_typed_is_kept_letter_by_letter_for_one_and_for_many() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let typed = r#"Head of "R\D", 'ops' $1 ?2 {x} 𝄞 ß"#;
    let result = edit(&mut ada, &[&bert, &cleo], &[("tick", "title"), ("title", typed)]);
    assert_eq!([title(&app, bert.id), title(&app, cleo.id)], [typed, typed], "what they have alike is said once");
    let plan = undo::undo(&mut ada, &result);
    confirm(&mut ada, &plan);
    assert_eq!([title(&app, bert.id), title(&app, cleo.id)], ["Editor", ""], "what they have each");
}

#[test]
fn whoever_is_erased_before_it_is_said_what_shall_change_is_not_in_the_plan() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let page = choose(&mut ada, "edits", &[&bert, &cleo]);
    app.tamper(&format!("DELETE FROM passwords WHERE user_id = {0}; DELETE FROM users WHERE id = {0}", cleo.id));
    let plan = ask(&mut ada, &page, &[("tick", "title"), ("title", "Author")]);
    plan.must_say("Bert Cooper").must_not_say("Cleo Abara");
    confirm(&mut ada, &plan);
    assert_eq!(title(&app, bert.id), "Author");
}

#[test]
fn one_person_who_is_ticked_has_a_form_of_their_own() {
    let app = TestApp::start();
    let (mut ada, bert, _) = three(&app);
    let page = choose(&mut ada, "edits", &[&bert]);
    assert_eq!(page.address, format!("/users/{}/edit", bert.id));
}

#[test]
fn a_form_without_a_tick_or_with_nonsense_keeps_what_was_typed() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let page = choose(&mut ada, "edits", &[&bert, &cleo]);
    let none = ask(&mut ada, &page, &[]);
    assert_eq!(none.status, 422);
    none.must_say("Tick at least one field.");
    let fields =
        [("tick", "time_zone"), ("time_zone", "Mars/Olympus"), ("tick", "manager"), ("manager", "Nobody Here")];
    let wrong = ask(&mut ada, &page, &fields);
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.error_at("time_zone"), "There is no such time zone. Enter one like Europe/Vienna.");
    assert_eq!(wrong.error_at("manager"), "Nobody active has this name or address.");
    assert_eq!(wrong.value_of("time_zone"), "Mars/Olympus");
    assert!(wrong.has("[name=tick][value=manager][checked]"));
}

#[test]
fn a_level_takes_a_seat_for_each_and_nobody_is_changed_without_enough() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    app.write(|conn| seats::set_owned(conn, LicenseType::Light, Some(1)));
    let page = choose(&mut ada, "edits", &[&bert, &cleo]);
    let plan = ask(&mut ada, &page, &[("tick", "access_level"), ("access_level", "light")]);
    plan.must_say("2 Light needed, 1 free.");
    let refused = confirm(&mut ada, &plan);
    assert_eq!(refused.status, 422);
    assert_eq!(level(&app, &bert), Some(AccessLevel::Standard));
    app.write(|conn| seats::set_owned(conn, LicenseType::Light, Some(2)));
    confirm(&mut ada, &plan).must_say("2 users changed, 2 licenses freed, 2 licenses taken.");
    assert_eq!((level(&app, &bert), level(&app, &cleo)), (Some(AccessLevel::Light), Some(AccessLevel::Light)));
    assert_eq!((used(&app, LicenseType::Light), used(&app, LicenseType::Standard)), (2, 1));
}

#[test]
fn nobody_changes_their_own_access_level_among_many() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = choose(&mut browser, "edits", &[&ada, &bert]);
    let plan = ask(&mut browser, &page, &[("tick", "access_level"), ("access_level", "light")]);
    plan.must_say("You cannot change your own access level.");
    confirm(&mut browser, &plan).must_say("1 user changed").must_say("1 skipped: your own access level.");
    assert_eq!(level(&app, &ada), Some(AccessLevel::SystemAdministrator));
}

#[test]
fn somebody_who_is_off_gets_no_level_and_no_team_but_other_details() {
    let app = TestApp::start();
    let (mut ada, bert, _) = three(&app);
    let off = app.person("Dora Mensah").deactivated().create();
    let team = team(&app, "Blue");
    let page = choose(&mut ada, "edits", &[&bert, &off]);
    let fields = [("tick", "team"), ("team", team.as_str()), ("tick", "access_level"), ("access_level", "light")];
    let plan = ask(&mut ada, &page, &fields);
    plan.must_say("Is off: gets no access level");
    confirm(&mut ada, &plan).must_say("1 skipped: off.");
    let row: (Option<i64>, Option<AccessLevel>) =
        app.read(|conn| Ok(users::table.find(off.id).select((users::team_id, users::access_level)).first(conn)?));
    assert_eq!(row, (None, None));
    edit(&mut ada, &[&bert, &off], &[("tick", "title"), ("title", "Guest")]).must_say("2 users changed.");
    assert_eq!(title(&app, off.id), "Guest");
}

fn team(app: &TestApp, name: &str) -> String {
    let id: i64 = app.write(|conn| {
        Ok(diesel::insert_into(teams::table).values(teams::name.eq(name)).returning(teams::id).get_result(conn)?)
    });
    id.to_string()
}

#[test]
fn a_retired_team_is_not_offered_and_refused_when_it_is_sent_all_the_same() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let team = team(&app, "Blue");
    app.write(|conn| Ok(diesel::update(teams::table).set(teams::retired_at.eq(1)).execute(conn)?));
    let page = choose(&mut ada, "edits", &[&bert, &cleo]);
    page.must_not_say("Blue");
    let plan = ask(&mut ada, &page, &[("tick", "team"), ("team", &team)]);
    plan.must_say("does not exist any more, or is retired");
    assert_eq!(confirm(&mut ada, &plan).status, 422);
}

#[test]
fn nobody_comes_to_report_to_themselves_through_others() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").manager(&ada).create();
    let cleo = app.person("Cleo Abara").manager(&bert).create();
    let dora = app.person("Dora Mensah").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let fields = [("tick", "manager"), ("manager", cleo.email.as_str())];
    let result = edit(&mut browser, &[&ada, &bert, &cleo, &dora], &fields);
    result.must_say("1 user changed.").must_say("3 skipped: would report to themselves.");
}

#[test]
fn a_version_that_an_undo_puts_back_is_not_taken_for_the_one_that_was_shown() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let bea = app.person("Bea Quist").administrator().create();
    let mut bea = Browser::signed_in(&app, &bea);
    let off = crate::lifecycle::plan(&mut bea, "deactivate", &[&cleo]);
    let off = crate::lifecycle::confirm(&mut bea, &off, &[]);
    let page = choose(&mut ada, "edits", &[&bert, &cleo]);
    let plan = ask(&mut ada, &page, &[("tick", "title"), ("title", "Author")]);
    let operation = bea.get(&off.link("See who and why"));
    let back = bea.submit(&operation, "/plans", &[("act", "undo")]);
    crate::lifecycle::confirm(&mut bea, &back, &[]);
    let page = bea.get(&format!("/users/{}/edit", cleo.id));
    bea.submit(&page, &format!("/users/{}", cleo.id), &[("title", "Boss")]).must_say("Boss");
    let moved = confirm(&mut ada, &plan);
    assert_eq!(moved.status, 409, "{}", moved.text());
    moved.must_say("Boss → Author");
    assert_eq!(title(&app, cleo.id), "Boss");
}

#[test]
fn what_was_asked_of_all_and_is_gone_because_it_named_somebody_is_given_to_nobody() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let page = choose(&mut ada, "edits", &[&bert, &cleo]);
    let plan = ask(&mut ada, &page, &[("tick", "title"), ("title", "Stands in for Hans")]);
    // As an erasure of Hans leaves it.
    app.tamper("UPDATE edit_plans SET wanted = '{}'");
    let moved = confirm(&mut ada, &plan);
    assert_eq!(moved.status, 409);
    moved.must_say("Nothing to do").must_not_say("Stands in");
    assert_eq!(title(&app, cleo.id), "");
}

#[test]
fn a_plan_of_somebody_who_changed_meanwhile_does_not_run() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let page = choose(&mut ada, "edits", &[&bert, &cleo]);
    let plan = ask(&mut ada, &page, &[("tick", "title"), ("title", "Author")]);
    let boss = (users::title.eq("Boss"), users::version.eq(users::version + 1));
    app.write(|conn| Ok(diesel::update(users::table.find(bert.id)).set(boss).execute(conn)?));
    let moved = confirm(&mut ada, &plan);
    assert_eq!(moved.status, 409);
    moved.must_say("Nothing ran").must_say("1 person is not as the plan showed them").must_say("Boss → Author");
    assert_eq!(title(&app, cleo.id), "");
    confirm(&mut ada, &moved).must_say("2 users changed.");
}

#[test]
fn a_typed_reason_comes_along_to_other_rows_of_the_plan() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    crate::lifecycle::batches::crowd(&app, 60);
    let token = ada.get("/recycle-bin").value_of("csrf");
    let made = ada.post_raw("/edits/new", &[], &[("csrf", token.as_str()), ("selection", "all"), ("filter", "active")]);
    let page = ada.get(&made.headers["location"]);
    let plan = ask(&mut ada, &page, &[("tick", "title"), ("title", "Editor")]);
    let changed = ada.press(&plan, "#plan", "Change 62", &[("reason", "New titles")]);
    assert_eq!(changed.text_of(".tabs [aria-current]"), "Change 62");
    assert_eq!((changed.count(".plan__row"), changed.value_of("reason").as_str()), (50, "New titles"));
    let next = ada.press(&changed, "#plan", "Show the next ones", &[("reason", "Other titles")]);
    assert_eq!((next.count(".plan__row"), next.value_of("reason").as_str()), (12, "Other titles"));
    let operation = confirm(&mut ada, &next);
    ada.get(&operation.link("See who and why")).must_say("Other titles");
    assert_eq!((title(&app, bert.id), title(&app, cleo.id)), ("Editor".into(), "Editor".into()));
}

#[test]
fn confirming_twice_leads_to_the_same_operation() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let page = choose(&mut ada, "edits", &[&bert, &cleo]);
    let plan = ask(&mut ada, &page, &[("tick", "title"), ("title", "Author")]);
    let first = confirm(&mut ada, &plan).address;
    assert_eq!(confirm(&mut ada, &plan).address, first);
    let version: i64 = app.read(|conn| Ok(users::table.find(bert.id).select(users::version).first(conn)?));
    assert_eq!(version, 2, "changed once");
}

#[test]
fn each_change_is_in_the_audit_log_with_before_and_after() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let team = team(&app, "Blue");
    edit(&mut ada, &[&bert, &cleo], &[("tick", "title"), ("title", "Author"), ("tick", "team"), ("team", &team)]);
    let details: Vec<String> = app.read(|conn| {
        Ok(audit_entries::table
            .inner_join(audit_details::table)
            .filter(audit_entries::act.eq("user.edited"))
            .order(audit_entries::seq)
            .select(audit_details::details)
            .load(conn)?)
    });
    assert_eq!(details.len(), 2);
    assert!(details[0].contains(r#""before":{"team":null,"title":"Editor"}"#), "{}", details[0]);
    assert!(details[0].contains(r#""after":{"team":"Blue","title":"Author"}"#), "{}", details[0]);
}

#[test]
fn the_receipt_says_how_many_are_as_planned() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let done = edit(&mut ada, &[&bert, &cleo], &[("tick", "title"), ("title", "Author")]);
    let operation = ada.get(&done.link("See who and why"));
    operation.must_say("Edit of 2 people").must_say("People whose details are as planned").must_say("2 of 2");
}

#[test]
fn an_update_stands_on_each_profile_and_in_the_authors_history() {
    let app = TestApp::start();
    let (mut ada, bert, cleo) = three(&app);
    let page = choose(&mut ada, "updates", &[&bert, &cleo]);
    let empty = ask(&mut ada, &page, &[("body", "  ")]);
    assert_eq!(empty.status, 422);
    assert_eq!(empty.error_at("body"), "Write something first.");
    let plan = ask(&mut ada, &page, &[("body", "Badges are at the desk.")]);
    plan.must_say("Badges are at the desk.");
    confirm(&mut ada, &plan).must_say("2 users given the update.");
    let about: Vec<Option<UserId>> =
        app.read(|conn| Ok(notes::table.order(notes::id).select(notes::about_user_id).load(conn)?));
    assert_eq!(about, [Some(bert.id), Some(cleo.id)]);
}

#[test]
fn more_than_a_thousand_people_are_edited_in_the_background() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    crate::lifecycle::batches::crowd(&app, 1_200);
    let token = browser.get("/recycle-bin").value_of("csrf");
    let fields = [("csrf", token.as_str()), ("selection", "all"), ("filter", "active"), ("q", "crowd")];
    let made = browser.post_raw("/edits/new", &[], &fields);
    let page = browser.get(&made.headers["location"]);
    let plan = ask(&mut browser, &page, &[("tick", "title"), ("title", "Author")]);
    plan.must_say("Edit 1,200 people").must_say("Change 1,200");
    assert_eq!(plan.count(".plan__row"), 50);
    browser.press(&plan, "#plan", "Show the next ones", &[]).must_say("Change 1,200");
    let operation = confirm(&mut browser, &plan).address;
    for _ in 0..300 {
        let page = browser.get(&operation);
        if page.text().contains("1,200 users changed.") && page.text().contains("1,200 of 1,200") {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("the worker did not come to it: {}", browser.get(&operation).text());
}
