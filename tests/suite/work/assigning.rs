//! Assigning: active people only, whatever is posted and whenever.

use std::sync::Barrier;

use diesel::prelude::*;
use roster::db::schema::assignments;
use roster::db::{Conn, Lane, WorkItemId};
use roster::licenses::AccessLevel;
use roster::lifecycle::run::Lifecycle;
use roster::lifecycle::store::plans;
use roster::lifecycle::{self, Act, Confirmation, Confirmed, Request, Selection};
use roster::users::actor::{self, Actor};
use roster::users::{State, find};
use roster::work::{Error, assigning};

use super::delete;
use crate::lifecycle::{deactivate, state};
use crate::support::{Browser, SignedUp, TestApp};

fn open_assignments(conn: &mut Conn, user: &SignedUp) -> roster::db::Result<i64> {
    Ok(assignments::table
        .filter(assignments::user_id.eq(user.id))
        .filter(assignments::ended_at.is_null())
        .count()
        .get_result(conn)?)
}

#[test]
fn the_picker_offers_active_people_by_parts_of_name_or_email() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    app.person("Cleo Marchetti").deactivated().create();
    app.person("Clement Märtens").title("Copywriter").create();
    let gone = app.person("Clementine Gone").create();
    delete(&app, &gone);
    let project = app.project("Spring catalogue").owned_by(&ada).create();
    app.task(&project, "Headlines").create();
    let mut browser = Browser::signed_in(&app, &ada);
    for (typed, found) in [
        ("cle", "Clement Märtens"),
        ("C", "Clement Märtens"),
        ("MARTENS", "Clement Märtens"),
        ("mart%20cle", "Clement Märtens"),
        ("lindqvist%40example", "Ada Lindqvist"),
        ("ad", "Ada Lindqvist"),
        ("marchetti", "Nobody active"),
        ("%25%25%25", "Nobody active"),
        ("___", "Nobody active"),
        ("%22%20OR%20%22", "Nobody active"),
        ("a%00b", ""),
        ("%5C%5C%5C", "Nobody active"),
    ] {
        let page = browser.get(&format!("/work-items/1?find={typed}"));
        assert_eq!(page.status, 200, "{typed}");
        let matches = page.text_of("#matches");
        assert!(matches.contains(found), "{typed}: {matches}");
        assert!(!matches.contains("Cleo") && !matches.contains("Gone"), "{typed}: {matches}");
    }
    for n in 0..30 {
        app.person(&format!("Zora Number{n}")).level(AccessLevel::ExternalUser).create();
    }
    assert_eq!(browser.get("/work-items/1?find=zora").count("#matches li"), 20);
}

#[test]
fn somebody_who_is_off_is_refused_by_name_and_the_deleted_without() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let cleo = app.person("Cleo Marchetti").deactivated().create();
    let gone = app.person("Dora Gone").create();
    delete(&app, &gone);
    let project = app.project("Spring catalogue").owned_by(&ada).create();
    app.task(&project, "Headlines").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/work-items/1?find=ada");
    let mut post = |id: &str| browser.submit(&page, "/work-items/1/assignments", &[("user", id)]);
    let answer = post(&cleo.id.to_string());
    assert_eq!(answer.status, 422);
    assert_eq!(answer.error_at("user"), "Cleo Marchetti is deactivated and cannot be assigned new work.");
    for nobody in [gone.id.to_string(), "4711".into(), "-1".into()] {
        let answer = post(&nobody);
        assert_eq!(answer.status, 422);
        assert!(answer.error_at("user").contains("not there any more"));
        answer.must_not_say("Dora");
    }
    assert_eq!(post("x").status, 400);
    assert_eq!(app.read(|conn| Ok(assignments::table.count().get_result::<i64>(conn)?)), 0);
}

#[test]
fn assigning_twice_ending_twice_and_assigning_again_all_do() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let bert = app.person("Bert Cooper").create();
    let project = app.project("Spring catalogue").owned_by(&ada).create();
    app.task(&project, "Headlines").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let id = bert.id.to_string();
    let page = browser.get("/work-items/1?find=bert");
    for _ in 0..2 {
        browser.submit(&page, "/work-items/1/assignments", &[("user", &id)]).must_say("Bert Cooper Remove");
    }
    let assigned = browser.get("/work-items/1");
    for _ in 0..2 {
        browser.submit(&assigned, "/work-items/1/assignments/end", &[("user", &id)]).must_say("Unassigned");
    }
    browser.submit(&page, "/work-items/1/assignments", &[("user", &id)]).must_say("Bert Cooper Remove");
    assert_eq!(app.read(|conn| Ok(assignments::table.count().get_result::<i64>(conn)?)), 1);
}

/// The real act: a plan for one person, made and not yet confirmed.
struct Deactivation {
    actor: Actor,
    confirmation: Confirmation,
    runner: Lifecycle,
}

impl Deactivation {
    fn of(app: &TestApp, administrator: &SignedUp, whom: &SignedUp) -> Deactivation {
        let now = app.site.clock.now();
        let request = Request {
            act: Act::Deactivate,
            selection: Selection::Ticked(vec![whom.id]),
            return_to: "/users".into(),
            reason: String::new(),
            undoes: None,
            leaving: None,
        };
        app.write(|conn| {
            let actor =
                actor::present(conn, administrator.id, roster::db::Timestamp::NEVER)?.expect("an administrator");
            let plan = lifecycle::make(conn, &actor, &request, now)?.expect("a plan");
            let fingerprint = plans::find(conn, &plan, now)?.fingerprint;
            let confirmation = Confirmation { plan, fingerprint, reason: String::new(), typed_number: String::new() };
            Ok(Deactivation { actor, confirmation, runner: Lifecycle { chain: app.site.chain.clone() } })
        })
    }

    fn run(&self, app: &TestApp, before_the_commit: impl FnOnce()) {
        let now = app.site.clock.now();
        let confirmed = app.site.db.write_now(Lane::Administration, |conn| {
            let confirmed = lifecycle::confirm(conn, &self.runner, &self.actor, &self.confirmation, now);
            before_the_commit();
            confirmed
        });
        assert!(matches!(confirmed, Ok(Confirmed::Operation(_))), "{confirmed:?}");
    }
}

fn wait(milliseconds: u64) {
    std::thread::sleep(std::time::Duration::from_millis(milliseconds));
}

#[test]
fn an_assignment_racing_a_deactivation_never_slips_past_it() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let project = app.project("Spring catalogue").owned_by(&ada).create();
    let item = app.task(&project, "Headlines").create();
    for round in 0..64 {
        let cleo = app.person(&format!("Cleo Number{round}")).level(AccessLevel::ExternalUser).create();
        let deactivation = Deactivation::of(&app, &ada, &cleo);
        let start = Barrier::new(2);
        let outcome = std::thread::scope(|threads| {
            threads.spawn(|| {
                start.wait();
                deactivation.run(&app, || {});
            });
            start.wait();
            wait(round % 8);
            let now = app.site.clock.now();
            app.site.db.write_now(Lane::Work, |conn| {
                assigning::assign(conn, ada.id, item.id, cleo.id, now)?;
                wait(3);
                // Whoever was assigned stays active until this is committed.
                Ok::<_, Error>(find::candidate(conn, cleo.id, roster::db::Timestamp::NEVER)?.expect("Cleo").1)
            })
        });
        let open = app.read(|conn| open_assignments(conn, &cleo));
        match outcome {
            Ok(state) => assert_eq!((state, open), (State::Active, 1), "round {round}"),
            Err(Error::Invalid { field: "user", .. }) => assert_eq!(open, 0, "round {round}"),
            Err(error) => panic!("{error:?}"),
        }
        assert_eq!(state(&app, &cleo), State::Deactivated);
    }
}

#[test]
fn an_assignment_waits_for_a_deactivation_that_has_begun() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").create();
    let project = app.project("Spring catalogue").owned_by(&ada).create();
    let item: WorkItemId = app.task(&project, "Headlines").create().id;
    let deactivation = Deactivation::of(&app, &ada, &cleo);
    let begun = Barrier::new(2);
    let outcome = std::thread::scope(|threads| {
        threads.spawn(|| {
            deactivation.run(&app, || {
                begun.wait();
                wait(300);
            });
        });
        begun.wait();
        let now = app.site.clock.now();
        app.site.db.write_now(Lane::Work, |conn| assigning::assign(conn, ada.id, item, cleo.id, now))
    });
    assert!(matches!(outcome, Err(Error::Invalid { field: "user", .. })), "{outcome:?}");
}

#[test]
fn whoever_is_deactivated_between_page_and_post_does_nothing_more() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let project = app.project("Spring catalogue").owned_by(&ada).create();
    let item = app.task(&project, "Headlines").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/work-items/1");
    let olga = app.person("Olga Admin").administrator().create();
    deactivate(&mut Browser::signed_in(&app, &olga), &[&ada]);
    let answer = browser.submit(&page, "/work-items/1/notes", &[("body", "still here")]);
    assert!(answer.address.starts_with("/sign-in"), "{}", answer.address);
    // And in the middle of a request: the rule asks again.
    let now = app.site.clock.now();
    let outcome = app.site.db.write_now(Lane::Work, |conn| assigning::assign(conn, ada.id, item.id, ada.id, now));
    assert!(matches!(outcome, Err(Error::SignedOut)), "{outcome:?}");
}
