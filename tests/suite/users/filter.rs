//! The filter: whom each field finds, alone and with every order, and the dialog in which it is filled in.

use diesel::prelude::*;
use roster::db::schema::users;
use roster::db::{Conn, Result, UserId};
use roster::licenses::AccessLevel;
use roster::users::list::{self, Filter, Sort};
use roster::web::pagination::Toward;

use crate::support::{Browser, SignedUp, TestApp, steps_of};

const SORTS: [&str; 6] = ["name", "-name", "email", "-email", "last-sign-in", "-last-sign-in"];

/// The first names whom this query finds, by name. Pages, selections and counts agree in every order.
fn found(app: &TestApp, query: &str) -> Vec<String> {
    let filter = Filter::from_query(query).expect("a filter");
    let now = app.site.clock.now();
    let mut by_name = Vec::new();
    for sort in SORTS {
        let rows = app.read(|conn| {
            let mut rows: Vec<list::Row> = Vec::new();
            let mut from: Option<String> = None;
            loop {
                let page = list::page(conn, &filter, Sort::parse(sort), from.as_deref(), Toward::Next, now)?;
                rows.extend(page.rows);
                match page.next {
                    Some(next) => from = Some(next),
                    None => break,
                }
            }
            let mut ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
            let mut in_order = everybody(conn, sort)?;
            in_order.retain(|id| ids.contains(id));
            assert_eq!(ids, in_order, "{query} {sort}: the order");
            ids.sort_unstable();
            assert_eq!(ids, list::ids(conn, &filter, now)?, "{query} {sort}: the list and its selection agree");
            assert_eq!(ids.len() as i64, list::count(conn, &filter, now)?, "{query} {sort}: the count agrees");
            Ok(rows)
        });
        if sort == "name" {
            by_name = rows.into_iter().map(|row| row.first_name).collect();
        }
    }
    by_name
}

fn everybody(conn: &mut Conn, sort: &str) -> Result<Vec<UserId>> {
    let key = match sort.trim_start_matches('-') {
        "name" => "name_key",
        "email" => "email_key",
        _ => "last_sign_in_at",
    };
    let down = if sort.starts_with('-') { "DESC" } else { "ASC" };
    let order = diesel::dsl::sql::<diesel::sql_types::Text>(&format!("{key} {down}, id {down}"));
    Ok(users::table.order(order).select(users::id).load(conn)?)
}

fn set(app: &TestApp, person: &SignedUp, what: &str) {
    app.tamper(&format!("UPDATE users SET {what} WHERE id = {}", person.id));
}

struct Studio {
    app: TestApp,
    ada: SignedUp,
    bert: SignedUp,
    emil: SignedUp,
}

/// Ada manages; Bert, Cleo and Dora work; Emil and Farah are off, Emil by an operation of Ada's.
fn studio() -> Studio {
    let app = TestApp::start();
    let now = app.site.clock.now();
    let ada = app.person("Ada Lindqvist").administrator().last_signed_in(now).create();
    let bert = app.person("Bert Cooper").level(AccessLevel::Light).last_signed_in(now.plus_days(-1)).create();
    let bert_reports = app.person("Cleo Marchetti").manager(&ada).last_signed_in(now.plus_days(-120)).create();
    let dora = app.person("Dora Okafor").level(AccessLevel::Contributor).manager(&ada).create();
    let emil = app.person("Emil Hansen").create();
    app.person("Farah Nazari").deactivated().create();
    app.tamper(
        "INSERT INTO companies (id, name) VALUES (1, 'Northwind'), (2, 'Southwind');
         INSERT INTO teams (id, name) VALUES (1, 'Copy'), (2, 'Motion');
         INSERT INTO groups (id, name) VALUES (1, 'Vienna');
         INSERT INTO job_roles (id, name) VALUES (1, 'Writer')",
    );
    set(&app, &bert, "company_id = 1, team_id = 1, group_id = 1, job_role_id = 1");
    set(&app, &bert_reports, "company_id = 2, team_id = 2, created_at = 1767225600000000"); // 2026-01-01
    set(&app, &dora, "leaves_at = 1796083200000000"); // 2026-12-01
    app.tamper(&format!("INSERT INTO team_members (team_id, user_id) VALUES (1, {})", dora.id));
    let mut browser = Browser::signed_in(&app, &ada);
    let plan = crate::lifecycle::plan(&mut browser, "deactivate", &[&emil]);
    crate::lifecycle::confirm(&mut browser, &plan, &[("reason", "Contract ENDED, as agreed")]);
    Studio { app, ada, bert, emil }
}

#[test]
fn each_field_finds_whom_it_names_in_every_order() {
    let Studio { app, ada, .. } = studio();
    for (query, expected) in [
        ("level=light", &["Bert"][..]),
        ("level=standard&filter=all", &["Cleo"]),
        ("license=standard", &["Ada", "Cleo"]),
        ("company=1", &["Bert"]),
        ("company=none&filter=all", &["Ada", "Dora", "Emil", "Farah"]),
        ("team=1", &["Bert", "Dora"]),
        ("team=2", &["Cleo"]),
        ("team=none", &["Ada"]),
        ("group=1", &["Bert"]),
        ("group=none", &["Ada", "Cleo", "Dora"]),
        ("job_role=1", &["Bert"]),
        ("job_role=none", &["Ada", "Cleo", "Dora"]),
        (&format!("manager={}", ada.id), &["Cleo", "Dora"]),
        ("signed_in_from=2026-11-24", &["Ada", "Bert"]),
        ("signed_in_before=2026-11-24", &["Cleo"]), // who never signed in did not before that day either
        ("signed_in_from=2026-11-24&signed_in_before=2026-11-25", &["Bert"]),
        ("created_from=2026-01-01", &["Cleo"]),
        ("created_before=2026-01-01", &["Ada", "Bert", "Dora"]),
        ("leaving_before=2026-12-02", &["Dora"]),
        ("leaving_before=2026-12-01", &[]),
        ("filter=deactivated&off_since=2026-11-25", &["Emil"]),
        ("filter=all&off_since=2025-01-01", &["Emil", "Farah"]),
        ("filter=deactivated&off_before=2026-11-26", &["Emil", "Farah"]),
        ("filter=deactivated&off_before=2026-11-25", &["Farah"]),
        ("filter=all&off_since=2026-11-01&off_before=2026-12-01", &["Emil"]), // the leavers of a month
        ("filter=all&off_since=2026-12-01&off_before=2026-11-01", &[]),
        ("off_before=2027-01-01", &[]),
        (&format!("filter=deactivated&off_by={}", ada.id), &["Emil"]),
        ("filter=deactivated&off_why=contract+ended", &["Emil"]),
        ("filter=deactivated&off_why=fired", &[]),
        ("filter=deactivated&off_why=%25", &[]),
        ("company=1&level=light&q=bert", &["Bert"]),
        ("company=1&level=standard", &[]),
        ("filter=deactivated&level=light", &[]),
        ("level=light&license=standard", &[]),
        ("filter=never-signed-in&team=1", &["Dora"]),
        ("team=1&q=b", &["Bert"]),
        ("off_since=2025-01-01", &[]), // nobody active is off
    ] {
        assert_eq!(found(&app, query), expected, "{query}");
    }
}

/// Ada, whose number is 1, and 900 of whom each word of a filter fits very many. Every fifth one is off, each by an operation
/// of their own.
fn many() -> TestApp {
    let app = TestApp::start();
    app.tamper(
        "INSERT INTO companies (id, name) VALUES (1, 'Northwind'), (2, 'Southwind');
         INSERT INTO teams (id, name) VALUES (1, 'Copy'), (2, 'Motion');",
    );
    let ada = app.person("Ada Lindqvist").administrator().create();
    assert_eq!(ada.id.0, 1);
    let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)";
    app.tamper(&format!(
        "INSERT INTO operations (id, plan_id, act, state, started_by, reason, created_at, total, result) \
         {numbers} SELECT i, 'plan ' || i, 'deactivate', 'done', 1, 'reason number ' || i, 1, 0, '{{}}' FROM n; \
         INSERT INTO users (first_name, last_name, email, state, access_level, last_access_level, created_at, \
         state_changed_at, last_sign_in_at, name_key, email_key, company_id, team_id, manager_id, state_operation_id, \
         leaves_at) \
         {numbers} SELECT 'P' || i, 'Same', 'p' || i || '@example.test', \
         CASE WHEN i % 5 = 0 THEN 'deactivated' ELSE 'active' END, CASE WHEN i % 5 <> 0 THEN 'external' END, \
         'external', 1, 1, i % 7, 'p' || (i % 50) || ' same', 'p' || i || '@example.test', \
         CASE WHEN i % 90 = 0 THEN 2 WHEN i % 2 = 0 THEN 1 END, CASE WHEN i % 3 = 0 THEN 1 END, 1, \
         CASE WHEN i % 5 = 0 THEN i END, CASE WHEN i % 100 = 1 THEN 1796083200000000 END FROM n; \
         INSERT INTO team_members (team_id, user_id) SELECT 2, id FROM users WHERE id % 4 = 0 AND id > 1"
    ));
    app
}

/// Each filter beside what it means.
const MANY: [(&str, &str); 40] = [
    ("filter=active", "state = 'active'"),
    ("filter=deactivated", "state = 'deactivated'"),
    ("filter=all", "TRUE"),
    ("filter=never-signed-in", "state = 'active' AND last_sign_in_at = 0"),
    ("filter=no-sign-in-90-days", "state = 'active'"),
    ("company=1", "state = 'active' AND company_id = 1"),
    ("company=1&filter=all", "company_id = 1"),
    ("company=none", "state = 'active' AND company_id IS NULL"),
    ("team=1", "state = 'active' AND team_id = 1"),
    ("team=2&filter=all", "id IN (SELECT user_id FROM team_members)"),
    ("team=2&company=1", "state = 'active' AND company_id = 1 AND id IN (SELECT user_id FROM team_members)"),
    ("team=none&filter=all", "team_id IS NULL AND id NOT IN (SELECT user_id FROM team_members)"),
    ("level=external", "access_level = 'external'"),
    ("level=system_administrator&filter=all", "access_level = 'system_administrator'"),
    ("company=1&team=1", "state = 'active' AND company_id = 1 AND team_id = 1"),
    ("created_before=1990-01-01", "state = 'active' AND last_name = 'Same'"),
    ("signed_in_before=1990-01-01", "state = 'active' AND last_sign_in_at > 0"),
    ("signed_in_before=1990-01-01&filter=all&company=1", "company_id = 1 AND last_sign_in_at > 0"),
    ("company=1&q=p1", "state = 'active' AND company_id = 1 AND name_key LIKE 'p1%'"),
    ("q=same&company=1", "state = 'active' AND company_id = 1"),
    ("q=same&filter=all", "last_name = 'Same'"),
    ("q=p12&filter=all", "name_key || email_key LIKE '%p12%'"),
    ("q=p&filter=all", "last_name = 'Same'"),
    ("filter=deactivated&off_why=number", "state = 'deactivated'"),
    ("filter=all&off_why=NUMBER+25", "state = 'deactivated' AND state_operation_id IN (25, 250, 255)"),
    ("filter=all&off_why=number&company=1", "state = 'deactivated' AND company_id = 1"),
    ("filter=deactivated&off_before=1990-01-01", "state = 'deactivated'"),
    ("filter=deactivated&off_since=1990-01-01", "FALSE"),
    ("manager=1", "state = 'active' AND manager_id = 1"),
    ("manager=1&filter=all&off_by=1", "state = 'deactivated'"),
    ("company=2&filter=deactivated&off_by=1", "company_id = 2"),
    ("company=2&filter=all&q=p", "company_id = 2"),
    ("company=1&filter=never-signed-in", "state = 'active' AND company_id = 1 AND last_sign_in_at = 0"),
    ("company=1&filter=no-sign-in-90-days", "state = 'active' AND company_id = 1"),
    ("level=external&filter=no-sign-in-90-days&team=1", "access_level = 'external' AND team_id = 1"),
    ("manager=1&filter=deactivated", "state = 'deactivated'"),
    ("leaving_before=2030-01-01", "leaves_at IS NOT NULL"),
    ("leaving_before=2030-01-01&q=p", "leaves_at IS NOT NULL"),
    ("leaving_before=2030-01-01&q=same&team=2", "leaves_at IS NOT NULL AND id IN (SELECT user_id FROM team_members)"),
    ("q=p77&filter=all&off_by=1", "state = 'deactivated' AND email_key LIKE 'p77%'"),
];

#[test]
fn a_filter_that_fits_very_many_is_found_as_one_that_fits_few() {
    let app = many();
    for (query, means) in MANY {
        let sql = format!("SELECT first_name AS name FROM users WHERE {means} ORDER BY name_key, id");
        let meant: Vec<Named> = app.read(|conn| Ok(diesel::sql_query(&sql).load(conn)?));
        let meant: Vec<String> = meant.into_iter().map(|named| named.name).collect();
        let found = found(&app, query);
        assert_eq!(found.len(), meant.len(), "{query}");
        assert!(found == meant, "{query}: {found:?}\n{meant:?}");
    }
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// Else a page of a million people would read them all.
#[test]
fn a_page_is_read_along_indexes_and_no_row_of_somebody_else_is_looked_at() {
    let app = many();
    let now = app.site.clock.now();
    app.read(|conn| {
        for (query, _) in MANY {
            let filter = Filter::from_query(query).expect("a filter");
            for sort in SORTS {
                let page = |conn: &mut Conn| list::page(conn, &filter, Sort::parse(sort), None, Toward::Next, now);
                for (text, steps) in steps_of(conn, page)? {
                    let seen = format!("{query} {sort}: {text}\n{steps:#?}");
                    let is_any = |part: &str| steps.iter().any(|step| step.contains(part));
                    assert!(!steps.iter().any(|step| step.starts_with("SCAN users")), "{seen}");
                    let is_sorted = is_any("B-TREE");
                    // Nobody sorts all people of a state, or all whose names begin so.
                    let is_of_all = |step: &String| {
                        step.contains("SEARCH users") && (step.ends_with("(state=?)") || step.contains("_key>"))
                    };
                    assert!(!is_sorted || !steps.iter().any(is_of_all), "{seen}");
                    let is_covered = |step: &String| !step.contains("SEARCH users") || step.contains("COVERING INDEX");
                    let is_walk = text.contains("CASE WHEN") && !is_sorted;
                    assert!(!is_walk || steps.iter().all(is_covered), "{seen}");
                }
            }
        }
        for query in ["signed_in_before=1990-01-01&filter=all", "signed_in_before=1990-01-01", "company=2&filter=all"] {
            let filter = Filter::from_query(query).expect("a filter");
            for (text, steps) in steps_of(conn, |conn| list::count(conn, &filter, now))? {
                assert!(!steps.iter().any(|step| step.starts_with("SCAN users")), "{query}: {text}\n{steps:#?}");
            }
        }
        Ok(())
    });
}

#[test]
fn the_days_of_a_filter_begin_in_its_zone() {
    let Studio { app, bert, .. } = studio();
    set(&app, &bert, "last_sign_in_at = 1795561200000000"); // 2026-11-24 23:00 UTC, the 25th in Vienna
    assert_eq!(found(&app, "level=light&signed_in_from=2026-11-25&zone=UTC"), Vec::<String>::new());
    assert_eq!(found(&app, "level=light&signed_in_from=2026-11-25&zone=Europe/Vienna"), ["Bert"]);
}

#[test]
fn a_word_that_no_filter_knows_shows_nobody() {
    let Studio { app, ada, .. } = studio();
    let mut ada = Browser::signed_in(&app, &ada);
    for query in
        ["level=king", "company=x", "team=-1", "manager=ann", "created_from=2026-02-30", "zone=Mars", "off_since=1"]
    {
        assert_eq!(ada.get(&format!("/users?{query}")).status, 400, "{query}");
        assert_eq!(ada.get(&format!("/users.csv?{query}")).status, 400, "{query}");
    }
    for name in ["q", "off_why", "picked", "from", "columns", "grouping"] {
        assert_eq!(ada.get(&format!("/users?filter=all&{name}=a%00b")).status, 200, "{name}");
        assert_eq!(ada.get(&format!("/users/filter?apply=1&manager_is=a%00b&{name}=a%00b")).status, 422, "{name}");
    }
}

#[test]
fn a_filter_is_written_as_it_is_read() {
    let query = "filter=all&q=bert&level=light&license=light&company=3&team=none&group=4&job_role=5&manager=6\
                 &signed_in_from=2026%2D01%2D01&signed_in_before=2026%2D02%2D01&created_from=2026%2D01%2D01\
                 &created_before=2026%2D02%2D01&leaving_before=2026%2D02%2D01&off_since=2026%2D01%2D01\
                 &off_before=2026%2D02%2D01&off_by=7\
                 &off_why=contract&zone=Europe%2FVienna";
    let filter = Filter::from_query(query).expect("a filter");
    assert_eq!(filter.query(), query);
    let names: Vec<&str> = filter.fields().iter().map(|(name, _)| *name).collect();
    assert_eq!(names, Filter::FIELDS, "every field says something here");
}

#[test]
fn the_dialog_leads_to_the_list_and_chips_lead_back() {
    let Studio { app, ada, .. } = studio();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users?sort=-name&columns=name,team");
    let page = ada.get(&page.leads_to("More filters…"));
    let fields = [("company", "1"), ("level", "light"), ("manager_is", ""), ("created_before", "2026-11-01")];
    let page = ada.ask(&page, "/users/filter", &fields);
    assert_eq!(page.text_of("a.table__name"), "Bert Cooper");
    assert!(page.address.contains("columns=name,team") && page.address.contains("sort=-name"), "{}", page.address);
    page.must_say("Company: Northwind").must_say("Access level: Light").must_say("Created before 1 Nov 2026");
    let page = ada.get(&page.leads_to("Remove: Access level: Light"));
    page.must_not_say("Access level: Light").must_say("Company: Northwind");
    let page = ada.get(&page.leads_to("Remove all"));
    assert_eq!(page.count("a.table__name"), 4, "{}", page.address);
}

#[test]
fn people_are_typed_by_name_or_address_and_stand_in_the_address_as_ids() {
    let Studio { app, ada, emil, .. } = studio();
    let id = ada.id;
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users/filter");
    let page = ada.ask(&page, "/users/filter", &[("manager_is", "ada lind")]);
    assert!(page.address.contains(&format!("manager={id}")), "{}", page.address);
    page.must_say("Reports to Ada Lindqvist");
    let page = ada.get(&page.leads_to("More filters…"));
    assert_eq!(page.value_of("manager_is"), "ada.lindqvist@example.test");
    // “By whom” asks for people who are off, so that is what is shown.
    let page = ada.ask(&page, "/users/filter", &[("manager_is", ""), ("off_by_is", "Ada Lindqvist")]);
    page.must_say("Filter: Deactivated").must_say("Deactivated by Ada Lindqvist").must_say(&emil.name);
}

#[test]
fn what_is_wrong_with_a_filter_stands_beside_its_field_and_nothing_typed_is_lost() {
    let Studio { app, ada, .. } = studio();
    app.person("Ada Second").create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users/filter?q=kept");
    let fields = [("manager_is", "Nobody Atall"), ("created_from", "yesterday"), ("off_by_is", "ada"), ("team", "1")];
    let page = ada.ask(&page, "/users/filter", &fields);
    assert_eq!(page.status, 422);
    assert!(page.error_at("manager_is").contains("Nobody here is called “Nobody Atall”"), "{}", page.text());
    assert!(page.error_at("off_by_is").contains("Several people match"), "{}", page.text());
    assert!(page.error_at("created_from").contains("no date"), "{}", page.text());
    assert_eq!(
        (page.value_of("manager_is"), page.value_of("created_from")),
        ("Nobody Atall".into(), "yesterday".into())
    );
    assert!(page.has("[name=team] option[value='1'][selected]"));
    assert_eq!(page.attribute("#filters [name=q]", "value").as_deref(), Some("kept"));
}

#[test]
fn all_that_match_a_filter_are_planned_for_and_the_plan_names_it() {
    let Studio { app, ada, .. } = studio();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users?team=1&level=light&selection=all");
    let plan = ada.submit(&page, "/plans", &[("act", "deactivate")]);
    plan.must_say("Bert Cooper").must_not_say("Dora Okafor").must_not_say("Cleo Marchetti");
    let stored: String = app.read(|conn| {
        use diesel::prelude::*;
        Ok(roster::db::schema::plans::table
            .order(roster::db::schema::plans::created_at.desc())
            .filter(roster::db::schema::plans::operation_id.is_null())
            .select(roster::db::schema::plans::selection)
            .first(conn)?)
    });
    assert_eq!(stored, "all that match: Active users (access level: Light; team: Copy)");
}

#[test]
fn the_leavers_of_a_month_are_found_by_the_dialog() {
    let Studio { app, ada, .. } = studio();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users/filter");
    let page = ada.ask(&page, "/users/filter", &[("off_since", "2026-11-01"), ("off_before", "2026-12-01")]);
    page.must_say("Filter: Deactivated").must_say("Off since 1 Nov 2026").must_say("Off before 1 Dec 2026");
    assert_eq!(page.text_of("a.table__name"), "Emil Hansen");
    let page = ada.get("/users/filter");
    let page = ada.ask(&page, "/users/filter", &[("off_before", "2026-11-01")]);
    assert_eq!(page.text_of("a.table__name"), "Farah Nazari", "who is off is meant: {}", page.address);
}
