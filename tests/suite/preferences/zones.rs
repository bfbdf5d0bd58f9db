//! The organization's time zone holds for everybody who chose none of their own.

use diesel::prelude::*;
use roster::db::Timestamp;
use roster::db::schema::users;

use super::Studio;
use crate::lifecycle::{confirm, plan};
use crate::support::SignedUp;

fn leaves(studio: &Studio, person: &SignedUp) -> (Option<Timestamp>, String) {
    studio
        .app
        .read(|conn| Ok(users::table.find(person.id).select((users::leaves_at, users::leaves_zone)).first(conn)?))
}

#[test]
fn a_leave_date_is_meant_in_the_organizations_zone_unless_the_person_has_their_own() {
    let mut studio = Studio::new();
    let (bert, yuki) = (studio.app.person("Bert Cooper").create(), studio.app.person("Yuki Mori").create());
    studio.app.tamper(&format!("UPDATE users SET time_zone = 'Asia/Tokyo' WHERE id = {}", yuki.id));
    studio.choose(&[("time_zone", "America/New_York")]);
    let page = plan(&mut studio.browser, "deactivate", &[&bert, &yuki]);
    let action = page.attribute("#plan", "action").expect("a plan's page");
    let when = [("when", "date"), ("leave_date", "2026-12-01"), ("leave_time", "18:00"), ("update", "1")];
    let page = studio.browser.submit(&page, &action, &when);
    page.must_say("Leaves 1 Dec, 18:00 America/New_York").must_say("Leaves 1 Dec, 18:00 Asia/Tokyo");
    confirm(&mut studio.browser, &page, &[]);
    let ((berts, zone), (yukis, _)) = (leaves(&studio, &bert), leaves(&studio, &yuki));
    assert_eq!(zone, "America/New_York");
    assert_eq!(berts.expect("Bert").seconds_since(yukis.expect("Yuki")), 14 * 3_600);
}

#[test]
fn times_are_shown_in_it_to_people_without_a_zone_of_their_own() {
    let mut studio = Studio::new();
    let cleo = studio.app.person("Cleo Marchetti").create();
    let page = plan(&mut studio.browser, "delete", &[&cleo]);
    confirm(&mut studio.browser, &page, &[]);
    studio.browser.get("/recycle-bin").must_say("10:00");
    studio.choose(&[("time_zone", "Asia/Tokyo")]);
    studio.browser.get("/recycle-bin").must_say("19:00").must_not_say("10:00");
    studio.app.tamper(&format!("UPDATE users SET time_zone = 'Europe/Vienna' WHERE id = {}", studio.ada.id));
    studio.browser.get("/recycle-bin").must_say("11:00").must_not_say("19:00");
}

#[test]
fn a_zone_that_the_database_does_not_know_any_more_is_passed_over() {
    let mut studio = Studio::new();
    studio
        .app
        .tamper("INSERT INTO settings (name, value) VALUES ('time_zone', 'Mars/Olympus'), ('session_hours', 'x')");
    let page = studio.browser.get("/account");
    assert_eq!((page.status, page.attribute("#time_zone", "placeholder").as_deref()), (200, Some("UTC")));
    assert_eq!(studio.browser.get("/preferences").value_of("time_zone"), "Mars/Olympus", "to be put right there");
}
