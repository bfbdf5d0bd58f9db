//! Companies, teams, groups and job roles: the units themselves, who belongs to them, and who may not be added.

mod members;
mod off;
mod races;
mod units;

use diesel::prelude::*;
use roster::db::schema::{audit_details, audit_entries, group_members, team_members, users};
use roster::db::{Lane, OperationId, UserId};
use roster::edits::members::{self as rule, Refusal};
use roster::edits::run::Edits;
use roster::users::units::change;
use roster::users::units::{As, Unit};

use crate::support::{Browser, PageSeen, SignedUp, TestApp};

/// One of this kind and name, as this administrator creates it.
fn unit(app: &TestApp, ada: &SignedUp, unit: Unit, name: &str) -> i64 {
    let (now, chain) = (app.site.clock.now(), app.site.chain.clone());
    let made =
        app.site.db.write_now(Lane::Administration, |conn| change::create(conn, &chain, ada.id, unit, name, now));
    made.expect("a unit")
}

/// Adds people by the rule, as this administrator.
fn add(
    app: &TestApp,
    ada: &SignedUp,
    unit: (Unit, i64),
    how: As,
    people: &[&SignedUp],
) -> Result<Option<OperationId>, Refusal> {
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    let (now, runner) = (app.site.clock.now(), Edits { chain: app.site.chain.clone() });
    app.site.db.write_now(Lane::Administration, |conn| rule::add(conn, &runner, ada.id, unit, how, &ids, now))
}

/// The company, home team, home group and job role of somebody, and the version of their row.
fn homes(app: &TestApp, who: &SignedUp) -> ([Option<i64>; 4], i64) {
    app.read(|conn| {
        let columns = (users::company_id, users::team_id, users::group_id, users::job_role_id, users::version);
        type Row = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, i64);
        let (company, team, group, role, version): Row = users::table.find(who.id).select(columns).first(conn)?;
        Ok(([company, team, group, role], version))
    })
}

/// The teams and the groups to which somebody belongs beside the home ones.
fn further(app: &TestApp, who: &SignedUp) -> (Vec<i64>, Vec<i64>) {
    app.read(|conn| {
        let teams = team_members::table.filter(team_members::user_id.eq(who.id)).order(team_members::team_id);
        let groups = group_members::table.filter(group_members::user_id.eq(who.id)).order(group_members::group_id);
        let teams = teams.select(team_members::team_id).load(conn)?;
        Ok((teams, groups.select(group_members::group_id).load(conn)?))
    })
}

/// The acts in the audit log from this one on, with whom each is about and its details.
fn audit(app: &TestApp) -> Vec<(String, Option<UserId>, serde_json::Value)> {
    let rows: Vec<(String, Option<UserId>, String)> = app.read(|conn| {
        let columns = (audit_entries::act, audit_entries::user_id, audit_details::details);
        Ok(audit_details::table
            .inner_join(audit_entries::table)
            .order(audit_entries::seq)
            .select(columns)
            .load(conn)?)
    });
    rows.into_iter()
        .map(|(act, user, details)| (act, user, serde_json::from_str(&details).expect("details are JSON")))
        .collect()
}

/// Looks for people to add, and adds all of these by the page.
fn add_by_page(browser: &mut Browser, address: &str, find: &str, people: &[&SignedUp], home: bool) -> PageSeen {
    let page = browser.get(&format!("{address}?find={find}"));
    let ids: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    if home {
        fields.push(("home", "1"));
    }
    browser.submit(&page, &format!("{address}/members"), &fields)
}

/// The names in the table of members, in their order.
fn names(page: &PageSeen) -> Vec<String> {
    let html = page.html();
    let selector = scraper::Selector::parse("#members tbody .table__name").expect("a selector");
    html.select(&selector).map(|element| element.text().collect()).collect()
}
