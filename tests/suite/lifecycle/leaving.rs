//! Leaving on a date: access ends by the clock, the seat is free when the operation has run, and it can be moved.

use super::{confirm, plan, state};
use crate::support::{Browser, PASSWORD, PageSeen, SignedUp, TestApp};
use diesel::prelude::*;
use roster::db::schema::users;
use roster::db::{Timestamp, UserId};
use roster::lifecycle::leaving::Leaving;
use roster::users::State;

/// Chooses the date in the plan, as its form without scripts does.
fn on(browser: &mut Browser, page: &PageSeen, date: &str, time: &str) -> PageSeen {
    let action = page.attribute("#plan", "action").expect("a plan’s page");
    let fields = [("when", "date"), ("leave_date", date), ("leave_time", time), ("update", "1")];
    browser.submit(page, &action, &fields)
}

/// Plans that somebody leaves.
fn leaves(browser: &mut Browser, people: &[&SignedUp], date: &str, time: &str) -> PageSeen {
    let page = plan(browser, "deactivate", people);
    let page = on(browser, &page, date, time);
    confirm(browser, &page, &[])
}

fn leaves_at(app: &TestApp, user: UserId) -> Option<Timestamp> {
    app.read(|conn| Ok(users::table.find(user).select(users::leaves_at).first(conn)?))
}

/// Runs what is due, as the worker would.
pub fn run_what_is_due(app: &TestApp) {
    use roster::operations::{engine, store};
    let runner = roster::lifecycle::run::Lifecycle { chain: app.site.chain.clone() };
    let now = app.site.clock.now();
    app.write(|conn| {
        while let Some(id) = store::take_lease(conn, "test", now, now.plus_seconds(60))? {
            while !engine::run_batch(conn, &runner, id, now)? {}
        }
        Ok(())
    });
    // The application's own worker may be at one of them.
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while app.read(|conn| store::is_any_due(conn, now)) {
        assert!(std::time::Instant::now() < patience, "what is due comes to an end");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn access_ends_at_that_instant_even_if_nothing_runs() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let catalogue = app.project("Spring catalogue").create();
    let task = app.task(&catalogue, "Headlines").create();
    let mut berts = Browser::signed_in(&app, &bert);
    app.tamper(&format!(
        "UPDATE users SET leaves_at = {}, leaves_zone = 'UTC' WHERE id = {}",
        app.site.clock.now().plus_seconds(3_600).micros(),
        bert.id
    ));
    app.site.clock.advance_seconds(3_599);
    assert_eq!(berts.get("/my-area").status, 200);
    app.site.clock.advance_seconds(1);
    assert!(berts.get("/my-area").address.starts_with("/sign-in"));
    let door = berts.get("/sign-in");
    let refused = berts.submit(&door, "/sign-in", &[("email", &bert.email), ("password", PASSWORD)]);
    assert_eq!(refused.status, 422);
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get(&format!("/work-items/{}?find=bert", task.id));
    page.must_say("Nobody");
    let user = bert.id.to_string();
    let token = page.value_of("csrf");
    let address = format!("/work-items/{}/assignments", task.id);
    let answer = browser.post_raw(&address, &[], &[("csrf", &token), ("user", &user)]);
    assert_eq!(answer.status, 422);
    assert_eq!(state(&app, &bert), State::Active, "nothing has run");
}

#[test]
fn a_planned_departure_is_carried_out_at_its_moment_and_its_planner_is_told() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mia = app.person("Mia Sato").create();
    let bert = app.person("Bert Cooper").manager(&mia).create();
    let catalogue = app.project("Spring catalogue").owned_by(&bert).create();
    app.task(&catalogue, "Headlines").assigned_to(&bert).create();
    let _berts = Browser::signed_in(&app, &bert);
    let mut browser = Browser::signed_in(&app, &ada);
    leaves(&mut browser, &[&bert], "2026-11-26", "18:00");
    assert_eq!(state(&app, &bert), State::Active);
    browser.get("/users").must_say("Leaves 26 Nov, 18:00");
    browser.get(&format!("/users/{}", bert.id)).must_say("Leaves 26 Nov, 18:00 UTC");
    browser.get("/departures").must_say("Bert Cooper").must_say("26 Nov, 18:00 UTC").must_say("Ada Lindqvist");
    browser.get("/licenses").must_say("free on 26 November: 1");
    run_what_is_due(&app);
    assert_eq!(state(&app, &bert), State::Active, "not yet");
    app.site.clock.advance_seconds(32 * 3_600);
    run_what_is_due(&app);
    assert_eq!((state(&app, &bert), leaves_at(&app, bert.id)), (State::Deactivated, None));
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/messages");
    page.must_say("1 message").must_say("Bert Cooper has left as planned.");
    let receipt = browser.get(&page.link("See the receipt"));
    receipt.must_say("All promises kept").must_say("Open assignments handed over 1 of 1");
    let read = browser.submit(&page, "/messages/read", &[]);
    assert!(!read.text().contains("1 message"), "{}", read.text());
}

#[test]
fn the_same_time_on_the_clock_is_another_moment_in_each_zone_and_is_shown_beside_utc() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, yuki) = (app.person("Bert Cooper").create(), app.person("Yuki Mori").create());
    app.tamper(&format!("UPDATE users SET time_zone = 'America/New_York' WHERE id = {}", bert.id));
    app.tamper(&format!("UPDATE users SET time_zone = 'Asia/Tokyo' WHERE id = {}", yuki.id));
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert, &yuki]);
    let page = on(&mut browser, &page, "2026-12-01", "18:00");
    page.must_say("Leaves 1 Dec, 18:00 America/New_York (23:00 UTC)");
    page.must_say("Leaves 1 Dec, 18:00 Asia/Tokyo (09:00 UTC)");
    assert_eq!(page.text_of(".sheet__foot .button--primary"), "Deactivate 2 on 1 Dec");
    confirm(&mut browser, &page, &[]);
    let (berts, yukis) = (leaves_at(&app, bert.id).expect("Bert"), leaves_at(&app, yuki.id).expect("Yuki"));
    assert_eq!(berts.seconds_since(yukis), 14 * 3_600);
    app.site.clock.advance_seconds(6 * 86_400);
    run_what_is_due(&app);
    assert_eq!((state(&app, &yuki), state(&app, &bert)), (State::Deactivated, State::Active));
    app.site.clock.advance_seconds(86_400);
    run_what_is_due(&app);
    assert_eq!(state(&app, &bert), State::Deactivated);
}

#[test]
fn a_local_time_that_does_not_exist_is_the_one_as_much_later() {
    // On these days the clocks of these places jump over midnight.
    for (zone, on, utc) in [
        ("America/Santiago", "2027-09-05T00:00", "2027-09-05T04:00"),
        ("Africa/Cairo", "2027-04-30T00:00", "2027-04-29T22:00"),
        ("Asia/Beirut", "2027-03-28T00:00", "2027-03-27T22:00"),
        // This one exists twice: the first counts.
        ("Europe/Berlin", "2027-10-31T02:30", "2027-10-31T00:30"),
    ] {
        let kept = format!("{on}[UTC]");
        let leaving = Leaving::parse(&kept).expect("a moment");
        assert_eq!(leaving.to_text(), kept);
        let at = leaving.moment(zone).in_zone(&jiff::tz::TimeZone::UTC);
        assert_eq!(at.strftime("%Y-%m-%dT%H:%M").to_string(), utc, "{zone}");
    }
}

#[test]
fn a_zone_that_is_changed_afterwards_does_not_move_the_promised_moment() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    app.tamper(&format!("UPDATE users SET time_zone = 'Europe/Berlin' WHERE id = {}", bert.id));
    let mut browser = Browser::signed_in(&app, &ada);
    leaves(&mut browser, &[&bert], "2026-12-01", "18:00");
    let promised = leaves_at(&app, bert.id);
    app.tamper(&format!("UPDATE users SET time_zone = 'Asia/Tokyo' WHERE id = {}", bert.id));
    assert_eq!(leaves_at(&app, bert.id), promised);
    browser.get("/departures").must_say("1 Dec, 18:00 Europe/Berlin (17:00 UTC)");
}

#[test]
fn a_departure_is_moved_or_cancelled_with_an_entry_in_the_audit_log() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marchetti").create());
    let mut browser = Browser::signed_in(&app, &ada);
    leaves(&mut browser, &[&bert, &cleo], "2026-12-01", "18:00");
    let page = browser.get("/departures");
    let move_bert = format!("/departures/{}", bert.id);
    let wrong = browser.submit(&page, &move_bert, &[("leave_date", "2020-01-01")]);
    assert_eq!(wrong.status, 422);
    wrong.must_say("This day is over.");
    let page = browser.submit(&wrong, &move_bert, &[("leave_date", "2026-12-24"), ("leave_time", "12:00")]);
    page.must_say("24 Dec, 12:00 UTC");
    let page = browser.submit(&page, &format!("/departures/{}/cancel", cleo.id), &[]);
    page.must_not_say("Cleo Marchetti");
    app.site.clock.advance_seconds(10 * 86_400);
    run_what_is_due(&app);
    assert_eq!((state(&app, &bert), state(&app, &cleo)), (State::Active, State::Active));
    app.site.clock.advance_seconds(30 * 86_400);
    run_what_is_due(&app);
    assert_eq!((state(&app, &bert), state(&app, &cleo)), (State::Deactivated, State::Active));
    let acts: Vec<String> = app.read(|conn| {
        use roster::db::schema::audit_entries;
        Ok(audit_entries::table.order(audit_entries::seq).select(audit_entries::act).load(conn)?)
    });
    for act in ["user.leave_planned", "user.leave_moved", "user.leave_cancelled", "user.deactivated"] {
        assert!(acts.iter().any(|found| found == act), "{act}: {acts:?}");
    }
}

#[test]
fn nobody_gets_a_second_date_and_a_moment_that_is_over_is_refused() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    for (date, time, why) in [
        ("", "18:00", "Give the day as YYYY-MM-DD."),
        ("2026-12-01", "25:00", "Give the time as HH:MM."),
        ("2026-11-01", "18:00", "This day is over."),
        ("2036-11-01", "18:00", "within the next two years"),
    ] {
        let wrong = on(&mut browser, &page, date, time);
        assert_eq!((wrong.status, wrong.value_of("leave_date").as_str()), (422, date));
        wrong.must_say(why);
    }
    let today = on(&mut browser, &page, "2026-11-25", "09:00");
    let refused = confirm(&mut browser, &today, &[]);
    assert_eq!(refused.status, 422);
    refused.must_say("This moment is over for 1 person.");
    leaves(&mut browser, &[&bert], "2026-12-01", "18:00");
    let page = plan(&mut browser, "deactivate", &[&bert]);
    let page = on(&mut browser, &page, "2026-12-02", "18:00");
    page.must_say("Has a leave date already.");
}

#[test]
fn deactivating_now_wins_over_the_date_and_coming_back_forgets_it() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    leaves(&mut browser, &[&bert], "2026-12-01", "18:00");
    let page = plan(&mut browser, "deactivate", &[&bert]);
    confirm(&mut browser, &page, &[]);
    let page = plan(&mut browser, "activate", &[&bert]);
    confirm(&mut browser, &page, &[]);
    app.site.clock.advance_seconds(10 * 86_400);
    run_what_is_due(&app);
    assert_eq!((state(&app, &bert), leaves_at(&app, bert.id)), (State::Active, None));
    let page = Browser::signed_in(&app, &ada).get("/messages");
    page.must_not_say("carried out").must_not_say("has left");
}

#[test]
fn an_operation_ends_with_the_last_departure_that_is_cancelled_and_has_its_receipt() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let cleo = app.person("Cleo Marsh").create();
    let mut browser = Browser::signed_in(&app, &ada);
    leaves(&mut browser, &[&bert, &cleo], "2026-12-01", "18:00");
    let page = browser.get("/departures");
    browser.submit(&page, &format!("/departures/{}", cleo.id), &[("leave_date", "2026-12-20")]);
    app.site.clock.advance_seconds(10 * 86_400);
    run_what_is_due(&app);
    let mut browser = Browser::signed_in(&app, &ada);
    browser.get("/operations/1").must_say("Scheduled").must_not_say("All promises kept");
    let page = browser.get("/departures");
    browser.submit(&page, &format!("/departures/{}/cancel", cleo.id), &[]);
    browser.get("/operations/1").must_not_say("Scheduled").must_say("All promises kept");
}

#[test]
fn a_departure_happens_even_if_its_planner_has_left_before() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let eve = app.person("Eve Holt").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut eves = Browser::signed_in(&app, &eve);
    leaves(&mut eves, &[&bert], "2026-12-01", "18:00");
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&eve]);
    confirm(&mut browser, &page, &[]);
    app.site.clock.advance_seconds(10 * 86_400);
    run_what_is_due(&app);
    assert_eq!(state(&app, &bert), State::Deactivated);
}

#[test]
fn the_last_administrator_without_a_date_is_never_taken_off() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let eve = app.person("Eve Holt").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    leaves(&mut browser, &[&eve], "2026-12-01", "18:00");
    let mut eves = Browser::signed_in(&app, &eve);
    plan(&mut eves, "deactivate", &[&ada]).must_say("This is the last administrator who can sign in.");
}
