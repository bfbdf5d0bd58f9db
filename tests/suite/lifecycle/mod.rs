//! The documented flow: plans, what they do to people, and the rules that hold on every path.

mod activate;
pub mod batches;
mod contract;
mod delete;
mod dormant;
mod erase;
mod handover;
mod killed;
mod leavers;
pub mod leaving;
mod left_behind;
mod plans;
mod races;
mod receipt;
mod rules;
mod steering;
mod undo;

use crate::support::{Browser, PageSeen, SignedUp, TestApp};
use diesel::prelude::*;
use roster::db::schema::users;
use roster::users::State;

/// Ticks people and chooses an act, as the Users list's form does.
pub fn plan(browser: &mut Browser, act: &str, people: &[&SignedUp]) -> PageSeen {
    let ids: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
    let token = browser.get("/recycle-bin").value_of("csrf");
    let mut fields =
        vec![("csrf", token.as_str()), ("act", act), ("selection", "ticked"), ("return_to", "/recycle-bin")];
    fields.extend(ids.iter().map(|id| ("id", id.as_str())));
    let made = browser.post_raw("/plans", &[], &fields);
    assert_eq!(made.status, 303, "{}", made.text());
    browser.get(&made.headers["location"])
}

/// Presses the plan's primary button.
pub fn confirm(browser: &mut Browser, plan: &PageSeen, fields: &[(&str, &str)]) -> PageSeen {
    let action = plan.attribute("#plan", "action").expect("a plan's page");
    browser.submit_to(plan, &action, &format!("{action}/operation"), fields)
}

pub fn state(app: &TestApp, person: &SignedUp) -> State {
    app.read(|conn| Ok(users::table.find(person.id).select(users::state).first(conn)?))
}

pub fn deactivate(browser: &mut Browser, people: &[&SignedUp]) -> PageSeen {
    let page = plan(browser, "deactivate", people);
    confirm(browser, &page, &[])
}
