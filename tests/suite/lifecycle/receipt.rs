//! The receipt: each promise is checked against the database again, and a broken one is red.

use super::{confirm, plan};
use crate::support::{Browser, PageSeen, SignedUp, TestApp};

/// Bert leaves: signed in once, with a task that goes to Mia, and history of every kind.
struct Leaving {
    app: TestApp,
    ada: SignedUp,
    bert: SignedUp,
}

fn leaving() -> Leaving {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mia = app.person("Mia Sato").create();
    let bert = app.person("Bert Cooper").manager(&mia).create();
    app.history_of_every_kind(&bert);
    Browser::signed_in(&app, &bert);
    Leaving { app, ada, bert }
}

fn deactivate(app: &TestApp, ada: &SignedUp, bert: &SignedUp) -> PageSeen {
    let mut browser = Browser::signed_in(app, ada);
    let page = plan(&mut browser, "deactivate", &[bert]);
    let result = confirm(&mut browser, &page, &[]);
    browser.get(&result.link("See who and why"))
}

/// A statement that lets the database ignore each change of a kind: `("DELETE", "sessions")`.
fn ignore(app: &TestApp, what: &str, table: &str) {
    if crate::support::postgres_server().is_some() {
        app.tamper("CREATE FUNCTION ignore_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'");
        app.tamper(&format!(
            "CREATE TRIGGER ignore_it BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION ignore_it()"
        ));
    } else {
        app.tamper(&format!("CREATE TRIGGER ignore_it BEFORE {what} ON {table} BEGIN SELECT RAISE(IGNORE); END"));
    }
}

#[test]
fn every_promise_that_was_kept_is_on_the_receipt_with_its_numbers() {
    let Leaving { app, ada, bert } = leaving();
    let page = deactivate(&app, &ada, &bert);
    page.must_say("All promises kept");
    page.must_say("People who have no access any more 1 of 1").must_say("Sessions ended 1 of 1");
    page.must_say("Licenses counted right 1 of 1").must_say("People whose history is untouched 1 of 1");
    page.must_say("A new assignment, really tried for one of them refused");
    page.must_say("Open assignments handed over 1 of 1");
}

#[test]
fn trying_an_assignment_leaves_nothing_behind() {
    let Leaving { app, ada, bert } = leaving();
    let before = app.work_tables();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    let leave = [("goes-open_assignments", "leave"), ("goes-owned_projects", "leave"), ("update", "1")];
    let action = page.attribute("#plan", "action").expect("a plan");
    let page = browser.submit(&page, &action, &leave);
    confirm(&mut browser, &page, &[]);
    assert_eq!(app.work_tables(), before);
}

#[test]
fn a_session_that_did_not_end_is_red_and_says_what_to_do() {
    let Leaving { app, ada, bert } = leaving();
    ignore(&app, "DELETE", "sessions");
    let page = deactivate(&app, &ada, &bert);
    page.must_say("A promise is broken").must_say("Sessions ended 0 of 1").must_say("Some sessions are still open");
    assert_eq!(page.count(".receipt li[data-tone=danger]"), 1);
}

#[test]
fn a_duty_that_stayed_behind_is_red_and_leads_to_where_it_is_handed_over() {
    let Leaving { app, ada, bert } = leaving();
    ignore(&app, "INSERT", "handovers");
    let page = deactivate(&app, &ada, &bert);
    page.must_say("Open assignments handed over 0 of 1").must_say("Some stayed behind");
}

#[test]
fn a_wrong_count_of_licenses_is_red() {
    let Leaving { app, ada, bert } = leaving();
    app.tamper("UPDATE license_types SET seats_used = seats_used + 1 WHERE license_type = 'standard'");
    deactivate(&app, &ada, &bert).must_say("Licenses counted right 0 of 1").must_say("Run “roster doctor”");
}

#[test]
fn history_that_is_lost_during_the_run_is_red() {
    let Leaving { app, ada, bert } = leaving();
    if crate::support::postgres_server().is_some() {
        app.tamper(
            "CREATE FUNCTION lose_it() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN DELETE FROM notes; RETURN NULL; END'",
        );
        app.tamper("CREATE TRIGGER lose_it AFTER UPDATE OF state ON users FOR EACH ROW EXECUTE FUNCTION lose_it()");
    } else {
        app.tamper("CREATE TRIGGER lose_it AFTER UPDATE OF state ON users BEGIN DELETE FROM notes; END");
    }
    let page = deactivate(&app, &ada, &bert);
    page.must_say("People whose history is untouched 0 of 1").must_say("Compare with your backup");
}
