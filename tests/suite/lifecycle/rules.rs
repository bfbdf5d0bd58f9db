//! The rules that no path gets around.

use super::{confirm, deactivate, plan, state};
use crate::support::{Browser, TestApp};
use roster::db::{Timestamp, UserId};
use roster::history::History;
use roster::licenses::AccessLevel;
use roster::lifecycle::Act;
use roster::lifecycle::guard::{Bounds, Facts, Refusal, judge};
use roster::users::State;

fn somebody(id: i64, level: AccessLevel) -> Facts {
    Facts {
        user: UserId(id),
        name: "Somebody".into(),
        name_key: "somebody".into(),
        email_key: "somebody@example.test".into(),
        state: State::Active,
        deleted_from: None,
        level,
        sessions: 0,
        has_history: false,
        history: History::default(),
        version: 1,
        state_changed_at: Timestamp::NEVER,
        state_operation: None,
        is_being_erased: false,
        leaves_at: None,
        leave_operation: None,
        time_zone: String::new(),
        undone: None,
    }
}

fn acting(actor: i64, level: AccessLevel, administrators: &[i64]) -> Bounds {
    Bounds {
        actor: Some(UserId(actor)),
        rights: level.rights(),
        administrators: administrators.iter().map(|id| UserId(*id)).collect(),
        undoes: None,
        leaving: None,
    }
}

#[test]
fn nobody_acts_on_somebody_whose_rights_are_not_within_their_own() {
    let bounds = acting(1, AccessLevel::Light, &[9]);
    for act in [Act::Deactivate, Act::Delete] {
        let verdict = judge(act, &somebody(2, AccessLevel::SystemAdministrator), &bounds, None);
        assert_eq!(verdict, Err(Refusal::BeyondYourRights));
        assert!(judge(act, &somebody(2, AccessLevel::Contributor), &bounds, None).is_ok());
    }
}

#[test]
fn of_all_administrators_in_a_selection_one_stays() {
    let everybody = [somebody(5, AccessLevel::SystemAdministrator), somebody(6, AccessLevel::SystemAdministrator)];
    let from_the_command_line = Bounds { actor: None, ..acting(1, AccessLevel::SystemAdministrator, &[5, 6]) };
    assert_eq!(from_the_command_line.administrator_to_keep(&everybody), Some(UserId(5)));
    let by_one_of_them = acting(5, AccessLevel::SystemAdministrator, &[5, 6]);
    assert_eq!(by_one_of_them.administrator_to_keep(&everybody), None, "the actor stays anyway");
}

#[test]
fn nobody_deactivates_or_deletes_themselves() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Ben Okafor").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    for act in ["deactivate", "delete"] {
        let page = plan(&mut browser, act, &[&ada]);
        page.must_say(&format!("You cannot {act} yourself."));
        let answer = confirm(&mut browser, &page, &[(&format!("step-{}", ada.id), act)]);
        assert_eq!(answer.status, 422);
        answer.must_say("This plan changes nobody.");
    }
    assert_eq!(state(&app, &ada), State::Active);
}

#[test]
fn somebody_else_than_an_administrator_reaches_no_plan_operation_or_recycle_bin() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marchetti").create());
    let mut adas = Browser::signed_in(&app, &ada);
    let page = plan(&mut adas, "deactivate", &[&cleo]);
    let mut browser = Browser::signed_in(&app, &bert);
    for path in [page.address.as_str(), "/operations", "/operations/1", "/recycle-bin"] {
        assert_eq!(browser.get(path).status, 403, "{path}");
    }
    let token = browser.get("/operations").value_of("csrf");
    let token = if token.is_empty() { browser.get("/account/password").value_of("csrf") } else { token };
    let fields = [("csrf", token.as_str()), ("act", "deactivate"), ("id", "1"), ("fingerprint", "x")];
    for path in ["/plans".to_owned(), page.address.clone(), format!("{}/operation", page.address)] {
        assert_eq!(browser.post_raw(&path, &[], &fields).status, 403, "{path}");
    }
    assert_eq!(state(&app, &cleo), State::Active);
}

#[test]
fn an_administrator_who_was_deactivated_confirms_nothing_more() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let ben = app.person("Ben Okafor").administrator().create();
    let cleo = app.person("Cleo Marchetti").create();
    let mut bens = Browser::signed_in(&app, &ben);
    let page = plan(&mut bens, "deactivate", &[&cleo]);
    deactivate(&mut Browser::signed_in(&app, &ada), &[&ben]);
    let answer = confirm(&mut bens, &page, &[]);
    assert!(answer.address.starts_with("/sign-in"), "{} {}", answer.status, answer.address);
    assert_eq!(state(&app, &cleo), State::Active);
}
