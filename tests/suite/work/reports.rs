//! Saved reports: they run with somebody's rights, say whose, and stop with a clear page when that person is off.

use crate::support::{Browser, SignedUp, TestApp};
use roster::licenses::AccessLevel;

struct World {
    app: TestApp,
    ada: SignedUp,
    bert: SignedUp,
    cleo: SignedUp,
}

/// Bert logged six hours in two months on a task of the catalogue, Cleo two on one of the folder.
fn world() -> World {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marchetti").create());
    let (catalogue, folder) = (app.project("Spring catalogue").create(), app.project("Autumn folder").create());
    let headlines = app.task(&catalogue, "Headlines").assigned_to(&bert).create();
    let texts = app.task(&folder, "Texts").assigned_to(&cleo).create();
    app.hours(&bert, &headlines, 240, "2026-10-05");
    app.hours(&bert, &headlines, 120, "2026-11-05");
    app.hours(&cleo, &texts, 120, "2026-11-06");
    World { app, ada, bert, cleo }
}

fn make(browser: &mut Browser, name: &str, groups_by: &str) -> crate::support::PageSeen {
    let page = browser.get("/reports");
    browser.submit(&page, "/reports", &[("name", name), ("groups_by", groups_by)])
}

#[test]
fn hours_are_summed_by_person_project_and_month_with_a_chart_and_a_file() {
    let World { app, bert, .. } = world();
    let mut browser = Browser::signed_in(&app, &bert);
    let page = make(&mut browser, "Who did what", "person");
    page.must_say("runs with the rights of Bert Cooper").must_say("Bert Cooper 6").must_say("Cleo Marchetti 2");
    page.must_say("All 8");
    assert_eq!(page.count(".chart rect"), 2);
    make(&mut browser, "Where", "project").must_say("Spring catalogue 6").must_say("Autumn folder 2");
    make(&mut browser, "When", "month").must_say("2026-11 4").must_say("2026-10 4");
    let file = browser.get("/reports/1/result.csv");
    assert_eq!(file.body.replace('\r', ""), "what,hours\nBert Cooper,6\nCleo Marchetti,2\n");
    let wrong = make(&mut browser, "", "year");
    assert_eq!((wrong.status, wrong.error_at("name").is_empty()), (422, false));
}

#[test]
fn a_report_stops_when_the_person_it_runs_as_is_off_and_says_what_to_do() {
    let World { app, ada, bert, cleo } = world();
    let mut berts = Browser::signed_in(&app, &bert);
    make(&mut berts, "Who did what", "person");
    app.tamper(&format!("UPDATE users SET leaves_at = 5 WHERE id = {}", bert.id));
    let mut cleos = Browser::signed_in(&app, &cleo);
    let page = cleos.get("/reports/1");
    assert_eq!(page.status, 409);
    page.must_say("This report has stopped").must_say("Bert Cooper, who is off").must_say("Ask a System Administrator");
    page.must_not_say("Cleo Marchetti 2");
    let mut browser = Browser::signed_in(&app, &ada);
    browser.get("/reports/1").must_say("Hand it over under Duties");
}

#[test]
fn what_it_shows_is_what_the_person_it_runs_as_may_see() {
    let World { app, ada, cleo, .. } = world();
    let guest = app.person("Xenia Orlova").level(AccessLevel::ExternalUser).create();
    app.tamper(&format!("INSERT INTO assignments (work_item_id, user_id, assigned_at) VALUES (1, {}, 5)", guest.id));
    let mut cleos = Browser::signed_in(&app, &cleo);
    make(&mut cleos, "Who did what", "person");
    app.tamper(&format!("UPDATE reports SET runs_as = {}", guest.id));
    cleos.get("/reports/1").must_say("Bert Cooper 6").must_not_say("Cleo Marchetti 2");
    let mut guests = Browser::signed_in(&app, &guest);
    assert_eq!(guests.get("/reports/1").status, 403);
    let _ = ada;
}

#[test]
fn a_report_that_others_run_does_not_stop_without_somebody_saying_so() {
    let World { app, ada, bert, cleo } = world();
    let mut berts = Browser::signed_in(&app, &bert);
    make(&mut berts, "Who did what", "person");
    Browser::signed_in(&app, &cleo).get("/reports/1").must_say("Cleo Marchetti 2");
    let mut browser = Browser::signed_in(&app, &ada);
    let page = crate::lifecycle::plan(&mut browser, "deactivate", &[&bert]);
    page.must_say("1 report that other people run would stop.");
    assert_eq!(crate::lifecycle::confirm(&mut browser, &page, &[]).status, 422);
    let action = page.attribute("#plan", "action").expect("a plan");
    let fields = [("goes-reports", "person"), ("to-reports", cleo.email.as_str()), ("update", "1")];
    let page = browser.submit(&page, &action, &fields);
    crate::lifecycle::confirm(&mut browser, &page, &[]).must_say("1 user deactivated");
    browser.get("/reports/1").must_say("runs with the rights of Cleo Marchetti").must_say("Bert Cooper Deactivated 6");
}
