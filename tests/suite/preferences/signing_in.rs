//! How long a sign-in lasts.

use diesel::prelude::*;
use roster::app::housekeeping::tidy;
use roster::db::schema::sessions;

use super::Studio;
use crate::support::Browser;

const HOUR: i64 = 3_600;

#[test]
fn a_shorter_lifetime_ends_older_sessions_at_once() {
    let mut studio = Studio::new();
    let cleo = studio.app.person("Cleo Marchetti").create();
    let (mut early, clock) = (Browser::signed_in(&studio.app, &cleo), studio.app.site.clock.clone());
    clock.advance_seconds(3 * HOUR);
    let mut late = Browser::signed_in(&studio.app, &cleo);
    studio.browser = Browser::signed_in(&studio.app, &studio.ada);
    studio.choose(&[("session_hours", "2")]);
    assert!(early.get("/account").address.starts_with("/sign-in"), "three hours old");
    assert_eq!(late.get("/account").address, "/account");
    clock.advance_seconds(2 * HOUR - 1);
    assert_eq!(late.get("/account").address, "/account");
    clock.advance_seconds(1);
    assert!(late.get("/account").address.starts_with("/sign-in"));
}

#[test]
fn a_longer_lifetime_holds_for_sessions_that_are_open_already() {
    let mut studio = Studio::new();
    let cleo = studio.app.person("Cleo Marchetti").create();
    let (mut browser, clock) = (Browser::signed_in(&studio.app, &cleo), studio.app.site.clock.clone());
    studio.choose(&[("session_hours", "720")]);
    clock.advance_seconds(720 * HOUR - 1);
    assert_eq!(browser.get("/account").address, "/account");
    clock.advance_seconds(1);
    assert!(browser.get("/account").address.starts_with("/sign-in"));
}

#[test]
fn the_cookie_outlives_the_longest_session() {
    let studio = Studio::new();
    let mut browser = Browser::new(&studio.app);
    let page = browser.get("/sign-in");
    let fields = [
        ("csrf", page.value_of("csrf")),
        ("email", studio.ada.email.clone()),
        ("password", crate::support::PASSWORD.into()),
        ("next", String::new()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut request = ureq::post(studio.app.url("/sign-in")).config().max_redirects(0).build();
    request = request.header("Cookie", format!("roster-visitor={}", browser.cookie("roster-visitor").expect("one")));
    let answer = request.send_form(fields).expect("an answer");
    let cookies = answer.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().expect("text").to_owned());
    let session: Vec<String> = cookies.filter(|cookie| cookie.starts_with("roster-session=")).collect();
    assert!(session.len() == 1 && session[0].contains("Max-Age=2592000"), "{session:?}");
}

#[test]
fn sessions_that_ran_out_are_tidied_away_by_the_chosen_lifetime() {
    let mut studio = Studio::new();
    studio.choose(&[("session_hours", "2")]);
    let rows = |studio: &Studio| -> i64 { studio.app.read(|conn| Ok(sessions::table.count().get_result(conn)?)) };
    let tidy_up = |studio: &Studio| {
        actix_web::rt::System::new().block_on(async { tidy(&studio.app.site).await.expect("tidied") });
    };
    tidy_up(&studio);
    assert_eq!(rows(&studio), 1);
    studio.app.site.clock.advance_seconds(2 * HOUR);
    tidy_up(&studio);
    assert_eq!(rows(&studio), 0);
}
