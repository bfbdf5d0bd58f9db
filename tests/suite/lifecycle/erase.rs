//! Erase: what names somebody is gone for good, everywhere, and the audit chain still verifies.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{confirm, plan};
use crate::support::{Browser, PageSeen, SignedUp, TestApp};
use diesel::prelude::*;
use roster::app::housekeeping::tidy;
use roster::db::schema::{operations, users};
use roster::db::{Address, OperationId};
use roster::operations::Progress;

/// Nobody else’s name or address has any of these words in it.
const NAME: &str = "Zebulon Quixworthy";
const ADDRESS: &str = "zq7.unmistakable@example.test";

struct World {
    app: TestApp,
    ada: SignedUp,
    zeb: SignedUp,
}

/// Zebulon was deleted in spite of a history of every kind, and of duties, by an administrator who named him.
fn world() -> World {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let zeb = app.person(NAME).email(ADDRESS).create();
    let mia = app.person("Mia Sato").manager(&zeb).create();
    app.history_of_every_kind(&zeb);
    app.document(&zeb, "plans.txt").containing(b"own area").create();
    app.project("Owned").owned_by(&zeb).create();
    app.tamper(&format!("UPDATE assignments SET assigned_by = {}", zeb.id));
    app.tamper(&format!(
        "INSERT INTO saved_lists (owner_id, kind, name, name_key, query, is_shared, saved_at) \
         VALUES ({}, 'filter', 'Where is he', 'where is he', 'filter=all&q=quixworthy%20test', TRUE, 1)",
        ada.id
    ));
    Browser::signed_in(&app, &zeb);
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&zeb]);
    let action = page.attribute("#plan", "action").expect("a plan");
    let step = format!("step-{}", zeb.id);
    let fields = [(step.as_str(), "delete"), ("goes-owned_projects", "leave"), ("goes-direct_reports", "leave")];
    let page = browser.submit(&page, &action, &[fields.as_slice(), &[("update", "1")]].concat());
    let reason = format!("{NAME} was only a test");
    confirm(&mut browser, &page, &[("reason", &reason), ("number", "1")]).must_say("1 user deleted");
    let _ = mia;
    World { app, ada, zeb }
}

fn erase(browser: &mut Browser, people: &[&SignedUp]) -> PageSeen {
    let page = plan(browser, "erase", people);
    confirm(browser, &page, &[("number", &people.len().to_string())])
}

/// Waits for the worker.
pub fn until_over(app: &TestApp, id: i64) {
    let begun = Instant::now();
    loop {
        let state: Progress =
            app.read(|conn| Ok(operations::table.find(OperationId(id)).select(operations::state).first(conn)?));
        let has_receipt: Option<String> =
            app.read(|conn| Ok(operations::table.find(OperationId(id)).select(operations::receipt).first(conn)?));
        if state == Progress::Done && has_receipt.is_some() {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not end: {state:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub fn latest(app: &TestApp) -> i64 {
    app.read(|conn| Ok(operations::table.order(operations::id.desc()).select(operations::id).first(conn)?))
}

/// Files of a folder that hold one of these texts, in any case.
fn files_naming(folder: &Path, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_naming(&path, words));
            continue;
        }
        let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).to_lowercase();
        for word in words {
            if text.contains(&word.to_lowercase()) {
                found.push(format!("{} in {}", word, path.display()));
            }
        }
    }
    found
}

#[test]
fn nothing_in_the_database_files_and_uploads_names_somebody_who_was_erased() {
    let World { app, ada, zeb } = world();
    let words = ["Zebulon", "Quixworthy", ADDRESS, "plans.txt"];
    let mut browser = Browser::signed_in(&app, &ada);
    erase(&mut browser, &[&zeb]);
    until_over(&app, latest(&app));
    actix_web::rt::System::new().block_on(async { tidy(&app.site).await.expect("tidied") });
    let named: Vec<String> = app
        .every_row()
        .into_iter()
        .filter(|row| words.iter().any(|word| row.to_lowercase().contains(&word.to_lowercase())))
        .collect();
    assert_eq!(named, Vec::<String>::new());
    if let Address::Sqlite(path) = &app.database {
        actix_web::rt::System::new().block_on(app.site.db.forget_what_was_deleted());
        let folder = path.parent().expect("a folder");
        assert_eq!(files_naming(folder, &words), Vec::<String>::new());
    }
    assert_eq!(files_naming(&app.site.uploads, &words), Vec::<String>::new());
    assert_eq!(
        files_naming(&app.site.uploads, &["own area"]),
        Vec::<String>::new(),
        "the file of the own area is gone"
    );
    app.read(|conn| Ok(app.site.chain.verify(conn)?.expect("the chain still verifies")));
}

#[test]
fn what_others_see_stays_without_a_name_and_sums_stay_the_same() {
    let World { app, ada, zeb } = world();
    let hours = |app: &TestApp| -> i64 {
        use roster::db::schema::hours;
        app.read(|conn| Ok(hours::table.select(hours::minutes).load::<i64>(conn)?.into_iter().sum()))
    };
    let before = hours(&app);
    let mut browser = Browser::signed_in(&app, &ada);
    erase(&mut browser, &[&zeb]);
    let id = latest(&app);
    until_over(&app, id);
    assert_eq!(hours(&app), before);
    let there: i64 = app.read(|conn| Ok(users::table.filter(users::id.eq(zeb.id)).count().get_result(conn)?));
    assert_eq!(there, 0);
    let page = browser.get(&format!("/operations/{id}"));
    page.must_say("1 user erased").must_say("entries cut").must_say("All promises kept");
    page.must_say("People who are gone for good 1 of 1");
    assert!(!page.text().contains("Undo"), "{}", page.text());
}

#[test]
fn erasing_needs_the_number_typed_and_says_that_nothing_comes_back() {
    let World { app, ada, zeb } = world();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "erase", &[&zeb]);
    page.must_say("This cannot be undone.").must_say("Type how many are erased: 1");
    for typed in ["", "0", "2", "yes"] {
        let refused = confirm(&mut browser, &page, &[("number", typed)]);
        assert_eq!(refused.status, 422, "{typed}");
    }
    let there: i64 = app.read(|conn| Ok(users::table.filter(users::id.eq(zeb.id)).count().get_result(conn)?));
    assert_eq!(there, 1);
}

#[test]
fn only_deleted_people_are_erased() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, nils) = (app.person("Bert Cooper").create(), app.person("Nils Okonkwo").deactivated().create());
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "erase", &[&bert, &nils]);
    page.must_say("Is not in the recycle bin.");
    assert_eq!(confirm(&mut browser, &page, &[("number", "2")]).status, 422);
}

#[test]
fn whose_days_are_over_is_erased_by_itself_once() {
    let World { app, zeb, .. } = world();
    let tidy_up = || actix_web::rt::System::new().block_on(async { tidy(&app.site).await.expect("tidied") });
    app.site.clock.advance_seconds(29 * 86_400);
    tidy_up();
    let first = latest(&app);
    app.site.clock.advance_seconds(2 * 86_400);
    tidy_up();
    tidy_up();
    assert_eq!(latest(&app), first + 1, "one operation, however often it looks");
    until_over(&app, first + 1);
    let there: i64 = app.read(|conn| Ok(users::table.filter(users::id.eq(zeb.id)).count().get_result(conn)?));
    assert_eq!(there, 0);
}

#[test]
fn with_the_setting_at_zero_nobody_is_erased_by_themselves() {
    let app = TestApp::start_with(|site| site.erase_after_days = 0);
    let ada = app.person("Ada Lindqvist").administrator().create();
    let hugo = app.person("Hugo Test").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&hugo]);
    confirm(&mut browser, &page, &[]);
    app.site.clock.advance_seconds(4_000 * 86_400);
    actix_web::rt::System::new().block_on(async { tidy(&app.site).await.expect("tidied") });
    assert_eq!(latest(&app), 1);
}

#[test]
fn somebody_who_is_being_erased_is_not_restored() {
    let World { app, ada, zeb } = world();
    app.tamper(&format!("UPDATE users SET erasing_since = 1 WHERE id = {}", zeb.id));
    let mut browser = Browser::signed_in(&app, &ada);
    browser.get("/recycle-bin").must_say("being erased");
    plan(&mut browser, "restore", &[&zeb]).must_say("Is being erased and cannot come back.");
}

#[test]
fn a_short_name_takes_away_what_names_it_and_no_other_word() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (li, bert, cleo) =
        (app.person("An Li").create(), app.person("Bert Cooper").create(), app.person("Cleo Marchetti").create());
    let mut browser = Browser::signed_in(&app, &ada);
    let dora = app.person("Dora Holm").create();
    for (person, reason) in [
        (&bert, "The client plan, and another end"),
        (&cleo, "Asked for by (Li), twice"),
        (&dora, "See AN.LI@example.test: she knows"),
    ] {
        let page = plan(&mut browser, "deactivate", &[person]);
        confirm(&mut browser, &page, &[("reason", reason)]);
    }
    let page = plan(&mut browser, "delete", &[&li]);
    confirm(&mut browser, &page, &[]).must_say("1 user deleted");
    erase(&mut browser, &[&li]);
    until_over(&app, latest(&app));
    let reasons: Vec<String> =
        app.read(|conn| Ok(operations::table.order(operations::id).select(operations::reason).limit(3).load(conn)?));
    assert_eq!(reasons, ["The client plan, and another end", "", ""]);
}

#[test]
fn a_name_in_the_address_to_return_to_goes_however_it_is_written_there() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (hans, bert) = (app.person("Hans Müller").create(), app.person("Bert Cooper").create());
    let mut browser = Browser::signed_in(&app, &ada);
    plan(&mut browser, "deactivate", &[&bert]);
    app.tamper("UPDATE plans SET return_to = '/users?filter=all&q=bert+m%C3%BCller'");
    app.tamper(&format!(
        "INSERT INTO edit_plans (id, act, created_by, created_at, expires_at, selection, return_to, wanted, fingerprint) \
         VALUES ('p', 'edit', {0}, 1, 9000000000000000, '', '/users?q=M%C3%BCller', '{{\"set\":{{\"about\":\"See\\nMüller\"}}}}', ''), \
         ('q', 'edit', {0}, 1, 9000000000000000, '', '/users?q=Miller', '{{}}', '')",
        ada.id
    ));
    let page = plan(&mut browser, "delete", &[&hans]);
    confirm(&mut browser, &page, &[]).must_say("1 user deleted");
    erase(&mut browser, &[&hans]);
    until_over(&app, latest(&app));
    let left: Vec<(String, String)> = app.read(|conn| {
        use roster::db::schema::{edit_plans, plans};
        let naming = plans::table.filter(plans::return_to.like("%ller%")).count().get_result::<i64>(conn)?;
        assert_eq!(naming, 0);
        let columns = (edit_plans::return_to, edit_plans::wanted);
        Ok(edit_plans::table.order(edit_plans::id).select(columns).load(conn)?)
    });
    let kept = |address: &str| (address.to_owned(), "{}".to_owned());
    assert_eq!(left, [kept("/users"), kept("/users?q=Miller")]);
}

#[test]
fn a_file_that_nobody_confirmed_says_nothing_more_of_whoever_is_erased() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let zeb = app.person(NAME).email(ADDRESS).create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&zeb]);
    confirm(&mut browser, &page, &[]).must_say("1 user deleted");
    let file = [
        "First name,Last name,Email,Access level",
        "Zebulon,Quixworthy,not an address,Light",
        &format!("Zeb,Q,{ADDRESS},Light"),
        "Zebulon,Other,zebulon.other@example.test,Light",
    ];
    crate::imports::lines(&mut browser, &file);
    erase(&mut browser, &[&zeb]);
    until_over(&app, latest(&app));
    let rows = app.every_row();
    for word in ["Quixworthy", ADDRESS] {
        let naming: Vec<&String> = rows.iter().filter(|row| row.contains(word)).collect();
        assert_eq!(naming, Vec::<&String>::new());
    }
    let other = rows.iter().filter(|row| row.contains("zebulon.other@example.test")).count();
    assert!(other >= 2, "a namesake stays, in the lines and in the plan: {other}");
}

#[test]
fn saved_filters_that_search_for_somebody_go_and_those_with_a_keyword_of_their_name_stay() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let paris = app.person("Paris Light").create();
    for (name, query) in [
        ("Zone", "filter=all&created_before=2026-01-01&zone=Europe%2FParis"),
        ("Level", "filter=active&level=light"),
        ("Other", "filter=active&q=lighthouse"),
        ("Search", "filter=active&q=anna+light"),
        ("Because", "filter=deactivated&off_why=as%20Paris%20said"),
        ("Those of Paris", "filter=active"),
    ] {
        app.tamper(&format!(
            "INSERT INTO saved_lists (owner_id, kind, name, name_key, query, is_shared, saved_at) \
             VALUES ({}, 'filter', '{name}', '{name}', '{query}', TRUE, 1)",
            ada.id
        ));
    }
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&paris]);
    confirm(&mut browser, &page, &[]).must_say("1 user deleted");
    erase(&mut browser, &[&paris]);
    until_over(&app, latest(&app));
    let left: Vec<String> = app.read(|conn| {
        use roster::db::schema::saved_lists;
        Ok(saved_lists::table.order(saved_lists::id).select(saved_lists::name).load(conn)?)
    });
    assert_eq!(left, ["Zone", "Level", "Other"]);
}

#[test]
fn on_postgresql_dead_rows_leave_every_table_that_says_something_of_people() {
    let app = TestApp::start();
    let Address::Postgres(_) = &app.database else { return };
    actix_web::rt::System::new().block_on(app.site.db.forget_what_was_deleted());
    let named = "'users', 'user_search', 'passwords', 'sessions', 'sign_in_links', 'photos', 'messages', 'notes', \
                 'documents', 'saved_lists', 'dormant_exemptions', 'operations', 'audit_details', 'plans', \
                 'plan_members', 'plan_duties', 'plan_changes', 'edit_plans', 'edit_rows', 'imports', 'import_lines'";
    let sql = format!(
        "SELECT CAST(relname AS text) AS name FROM pg_stat_user_tables \
         WHERE relname IN ({named}) AND last_vacuum IS NULL"
    );
    // The statistics may lag behind.
    let begun = Instant::now();
    loop {
        let left: Vec<Table> = app.read(|conn| Ok(diesel::sql_query(&sql).load(conn)?));
        if left.is_empty() {
            return;
        }
        let left: Vec<String> = left.into_iter().map(|table| table.name).collect();
        assert!(begun.elapsed() < Duration::from_secs(10), "not vacuumed: {left:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}
