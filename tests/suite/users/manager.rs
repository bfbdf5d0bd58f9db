//! Whom somebody reports to: chosen on their page, never in a circle, and loaded with the organization.

use crate::support::{Browser, PageSeen, SignedUp, TestApp};
use diesel::prelude::*;
use roster::db::UserId;
use roster::db::schema::users;
use roster::users::find::{self, Found, Scope};

fn manager_of(app: &TestApp, person: &SignedUp) -> Option<UserId> {
    app.read(|conn| Ok(users::table.find(person.id).select(users::manager_id).first(conn)?))
}

fn choose(browser: &mut Browser, person: &SignedUp, typed: &str) -> PageSeen {
    let page = browser.get(&format!("/users/{}/edit", person.id));
    browser.submit(&page, &format!("/users/{}", person.id), &[("manager", typed)])
}

#[test]
fn a_manager_is_typed_by_name_or_address_and_shown_on_the_profile() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (mia, bert) = (app.person("Mia Sato").create(), app.person("Bert Cooper").create());
    let mut browser = Browser::signed_in(&app, &ada);
    choose(&mut browser, &bert, "mia sato").must_say("Reports to Mia Sato");
    assert_eq!(manager_of(&app, &bert), Some(mia.id));
    browser.get(&format!("/users/{}", mia.id)).must_say("Managers, direct reports");
    browser.get(&format!("/users/{}/work?tab=direct_reports", mia.id)).must_say("Direct reports 1");
    browser.get(&format!("/users/{}/organization", mia.id)).must_say("Bert Cooper");
    choose(&mut browser, &bert, &ada.email);
    assert_eq!(manager_of(&app, &bert), Some(ada.id));
    choose(&mut browser, &bert, "");
    assert_eq!(manager_of(&app, &bert), None);
}

#[test]
fn nobody_reports_to_themselves_or_in_a_circle_or_to_somebody_unknown() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").create();
    let bert = app.person("Bert Cooper").manager(&cleo).create();
    let dora = app.person("Dora Nagy").manager(&bert).create();
    app.person("Olaf Brandt").deactivated().create();
    app.person("Kim Berg").email("kim.one@example.test").create();
    app.person("Kim Berg").email("kim.two@example.test").create();
    let mut browser = Browser::signed_in(&app, &ada);
    for (typed, why) in [
        ("Cleo Marchetti", "Nobody reports to themselves"),
        ("Dora Nagy", "nor to somebody who reports to them"),
        ("Olaf Brandt", "Nobody active has this name or address."),
        ("Kim Berg", "More than one person fits."),
    ] {
        let page = choose(&mut browser, &cleo, typed);
        assert_eq!((page.status, page.value_of("manager").as_str()), (422, typed));
        assert!(page.error_at("manager").contains(why), "{}", page.error_at("manager"));
    }
    assert_eq!((manager_of(&app, &cleo), manager_of(&app, &dora)), (None, Some(bert.id)));
}

#[test]
fn a_manager_who_leaves_hands_their_people_over_or_somebody_must_say_so() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mia = app.person("Mia Sato").create();
    let bert = app.person("Bert Cooper").manager(&mia).create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = crate::lifecycle::plan(&mut browser, "deactivate", &[&mia]);
    page.must_say("Choose first").must_say("1 person would have a manager who is off.");
    let refused = crate::lifecycle::confirm(&mut browser, &page, &[]);
    assert_eq!(refused.status, 422);
    refused.must_say("Say below who takes over first: 1 person cannot simply leave.");
    let action = page.attribute("#plan", "action").expect("a plan");
    let fields = [("goes-direct_reports", "person"), ("to-direct_reports", "Ada Lindqvist"), ("update", "1")];
    let page = browser.submit(&refused, &action, &fields);
    crate::lifecycle::confirm(&mut browser, &page, &[]).must_say("1 user deactivated");
    assert_eq!(manager_of(&app, &bert), Some(ada.id));
}

#[test]
fn whoever_is_past_their_leave_date_is_not_meant_by_a_part_of_their_name() {
    let app = TestApp::start();
    app.person("Ada Lindqvist").administrator().create();
    let gone = app.person("Bert Cooper").create();
    app.tamper(&format!("UPDATE users SET leaves_at = 1 WHERE id = {}", gone.id));
    let now = app.site.clock.now();
    let typed = |text: &str, scope: Scope| app.read(|conn| find::typed(conn, text, scope, now));
    for text in ["Bert Cooper", &gone.email, "coop"] {
        assert_eq!(typed(text, Scope::Active), Found::Nobody, "{text}");
        assert_eq!(typed(text, Scope::Live), Found::One(gone.id), "{text}: a filter finds them");
    }
    let other = app.person("Berta Cooper").create();
    assert_eq!(typed("coop", Scope::Active), Found::One(other.id));
    assert_eq!(typed("coop", Scope::Live), Found::Several);
    app.tamper(&format!("UPDATE users SET leaves_at = NULL, last_access_level = access_level, access_level = NULL, state = 'deleted', deleted_from = 'active', deleted_at = 1 WHERE id = {}", gone.id));
    assert_eq!(typed("coop", Scope::Live), Found::One(other.id), "nobody is meant who is in the recycle bin");
}
