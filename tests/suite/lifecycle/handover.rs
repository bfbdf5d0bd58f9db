//! The leave plan: who takes over what, chosen and checked before anything runs, and carried out exactly so.

use super::{confirm, plan, state};
use crate::support::{Browser, PageSeen, SignedUp, TestApp, WorkItem};
use diesel::prelude::*;
use roster::db::UserId;
use roster::db::schema::{assignments, projects};
use roster::licenses::AccessLevel;
use roster::users::State;

/// Ada administers; Mia manages Bert, who has two open tasks, one that is done, and a project.
struct Team {
    app: TestApp,
    ada: SignedUp,
    mia: SignedUp,
    bert: SignedUp,
    headlines: WorkItem,
}

fn team() -> Team {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mia = app.person("Mia Sato").create();
    let bert = app.person("Bert Cooper").manager(&mia).create();
    let catalogue = app.project("Spring catalogue").owned_by(&bert).create();
    let headlines = app.task(&catalogue, "Headlines").assigned_to(&bert).create();
    app.task(&catalogue, "Photos").assigned_to(&bert).create();
    app.task(&catalogue, "Paper").assigned_to(&bert).done().create();
    Team { app, ada, mia, bert, headlines }
}

/// Changes the plan as its form without scripts does.
fn choose(browser: &mut Browser, page: &PageSeen, fields: &[(&str, &str)]) -> PageSeen {
    let action = page.attribute("#plan", "action").expect("a plan's page");
    let mut all = vec![("update", "1")];
    all.extend(fields);
    browser.submit(page, &action, &all)
}

fn open_work(app: &TestApp, person: &SignedUp) -> i64 {
    app.read(|conn| {
        let open =
            assignments::table.filter(assignments::user_id.eq(person.id)).filter(assignments::ended_at.is_null());
        Ok(open.count().get_result(conn)?)
    })
}

fn owners(app: &TestApp) -> Vec<Option<UserId>> {
    app.read(|conn| Ok(projects::table.order(projects::id).select(projects::owner_id).load(conn)?))
}

#[test]
fn the_manager_takes_over_unless_somebody_says_otherwise() {
    let Team { app, ada, mia, bert, .. } = team();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    page.must_say("2 open assignments").must_say("2 go to Mia Sato").must_say("1 goes to Mia Sato");
    confirm(&mut browser, &page, &[]).must_say("1 user deactivated");
    assert_eq!((open_work(&app, &mia), owners(&app)), (2, vec![Some(mia.id)]));
    assert_eq!(open_work(&app, &bert), 1, "what is done is nobody's duty and stays");
}

#[test]
fn what_is_chosen_is_what_is_done_kind_by_kind_and_person_by_person() {
    let Team { app, ada, mia, bert, .. } = team();
    let cleo = app.person("Cleo Marchetti").create();
    let dora = app.person("Dora Nagy").create();
    let folder = app.project("Autumn folder").owned_by(&dora).create();
    app.task(&folder, "Texts").assigned_to(&dora).create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert, &dora]);
    page.must_say("3 open assignments of 2 people").must_say("1 stays: no manager who can take over");
    let own = format!("goes-open_assignments-{}", dora.id);
    let page = choose(
        &mut browser,
        &page,
        &[("goes-owned_projects", "person"), ("to-owned_projects", &cleo.email), (&own, "nobody")],
    );
    page.must_say("2 go to Cleo Marchetti").must_say("1 with nobody (unassign)");
    confirm(&mut browser, &page, &[]).must_say("2 users deactivated");
    assert_eq!(owners(&app), [Some(cleo.id), Some(cleo.id)]);
    assert_eq!((open_work(&app, &mia), open_work(&app, &dora)), (2, 0));
}

#[test]
fn leaving_it_as_it_is_moves_nothing() {
    let Team { app, ada, mia, bert, .. } = team();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    let leave = [("goes-open_assignments", "leave"), ("goes-owned_projects", "leave")];
    let page = choose(&mut browser, &page, &leave);
    page.must_say("2 stay as is").must_say("1 stays as is");
    confirm(&mut browser, &page, &[]);
    assert_eq!((open_work(&app, &mia), open_work(&app, &bert), owners(&app)), (0, 3, vec![Some(bert.id)]));
}

#[test]
fn nobody_takes_over_who_is_off_leaves_too_or_may_not() {
    let Team { app, ada, bert, .. } = team();
    let off = app.person("Olaf Brandt").deactivated().create();
    let light = app.person("Xenia Orlova").level(AccessLevel::ExternalUser).create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    for (typed, why) in [
        ("Nobody Atall", "Nobody active has this name or address."),
        (off.email.as_str(), "Nobody active has this name or address."),
        (bert.email.as_str(), "This person leaves too. Choose somebody who stays."),
        (light.email.as_str(), "This person’s access level does not allow it."),
    ] {
        let page = choose(&mut browser, &page, &[("goes-owned_projects", "person"), ("to-owned_projects", typed)]);
        page.must_say(why);
        assert_eq!(page.value_of("to-owned_projects"), typed);
        let refused = confirm(&mut browser, &page, &[]);
        assert_eq!(refused.status, 422);
        refused.must_say("cannot go to whom you named");
        assert_eq!(state(&app, &bert), State::Active);
    }
}

#[test]
fn two_people_of_one_name_are_told_apart_by_their_address() {
    let Team { app, ada, bert, .. } = team();
    app.person("Kim Berg").email("kim.one@example.test").create();
    let second = app.person("Kim Berg").email("kim.two@example.test").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    let page = choose(&mut browser, &page, &[("goes-owned_projects", "person"), ("to-owned_projects", "kim berg")]);
    page.must_say("More than one person fits. Give the email address.");
    let page = choose(&mut browser, &page, &[("to-owned_projects", "KIM.two@example.test")]);
    confirm(&mut browser, &page, &[]);
    assert_eq!(owners(&app), [Some(second.id)]);
}

#[test]
fn a_manager_who_leaves_too_passes_it_to_the_one_above() {
    let Team { app, ada, mia, bert, .. } = team();
    let zoe = app.person("Zoe Adler").create();
    app.tamper(&format!("UPDATE users SET manager_id = {} WHERE id = {}", zoe.id, mia.id));
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert, &mia]);
    page.must_say("2 go to Zoe Adler");
    confirm(&mut browser, &page, &[]);
    assert_eq!(open_work(&app, &zoe), 2);
}

#[test]
fn work_that_came_after_the_plan_is_shown_before_it_moves() {
    let Team { app, ada, mia, bert, headlines } = team();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    app.tamper(&format!("UPDATE assignments SET ended_at = 5 WHERE work_item_id = {}", headlines.id));
    let moved = confirm(&mut browser, &page, &[]);
    assert_eq!(moved.status, 409);
    moved.must_say("Bert Cooper: 1 open assignment now.");
    assert_eq!(open_work(&app, &mia), 0);
    confirm(&mut browser, &moved, &[]).must_say("1 user deactivated");
    assert_eq!(open_work(&app, &mia), 1);
}

#[test]
fn a_choice_without_an_update_is_shown_before_it_runs() {
    let Team { app, ada, bert, .. } = team();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    let shown = confirm(&mut browser, &page, &[("goes-open_assignments", "leave")]);
    assert_eq!(shown.status, 409);
    shown.must_say("Your choices are part of the plan now.").must_say("2 stay as is");
    assert_eq!(state(&app, &bert), State::Active);
}

#[test]
fn another_administrator_sees_the_same_plan_may_change_it_and_is_named() {
    let Team { app, ada, mia, bert, .. } = team();
    let eve = app.person("Eve Holt").administrator().create();
    let (mut adas, mut eves) = (Browser::signed_in(&app, &ada), Browser::signed_in(&app, &eve));
    let page = plan(&mut adas, "deactivate", &[&bert]);
    let same = eves.get(&page.attribute("#plan", "action").expect("its address"));
    same.must_say("2 go to Mia Sato");
    choose(&mut eves, &same, &[("goes-open_assignments", "leave")]).must_say("Eve Holt chose who takes over");
    let moved = confirm(&mut adas, &page, &[]);
    assert_eq!(moved.status, 409);
    moved.must_say("Eve Holt chose who takes over.").must_say("2 stay as is");
    assert_eq!((state(&app, &bert), open_work(&app, &mia)), (State::Active, 0));
}

#[test]
fn what_was_handed_over_is_in_the_audit_log() {
    let Team { app, ada, bert, .. } = team();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    confirm(&mut browser, &page, &[]);
    let details: Vec<String> = app.read(|conn| {
        use roster::db::schema::audit_details;
        Ok(audit_details::table.select(audit_details::details).load(conn)?)
    });
    assert!(details.iter().any(|text| text.contains(r#""open_assignments":2"#)), "{details:?}");
}

#[test]
fn every_count_of_the_plan_leads_to_its_list() {
    let Team { app, ada, bert, .. } = team();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    let list = browser.get(&page.link("2 open assignments"));
    list.must_say("Bert Cooper").must_say("2");
    let entries = browser.get(&list.link("Bert Cooper"));
    entries.must_say("Headlines").must_say("Photos").must_not_say("Paper");
}
