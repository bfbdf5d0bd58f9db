//! `roster doctor`: each invariant is broken once, and the line that finds it is named.

use diesel::prelude::*;
use roster::audit::Event;
use roster::db::Address;
use roster::db::schema::documents;
use roster::licenses::AccessLevel;

use crate::support::program::{Ended, run};
use crate::support::{Browser, TestApp};

/// Ada administers, Ivo is deactivated, Noor is active.
fn organization() -> TestApp {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Ivo Marsh").deactivated().create();
    app.person("Noor Haddad").level(AccessLevel::Light).create();
    let now = app.site.clock.now();
    app.write(|conn| app.site.chain.record(conn, now, &[Event::new("user.edited", None).about(ada.id)]));
    app
}

fn doctor(app: &TestApp) -> Ended {
    run(&mut app.roster(&["doctor"]))
}

fn is_sqlite(app: &TestApp) -> bool {
    matches!(app.database, Address::Sqlite(_))
}

/// SQL for either database, on constraints that would refuse it.
fn tamper_against_constraints(app: &TestApp, drop_on_postgres: &str, sql: &str) {
    if is_sqlite(app) {
        app.tamper(&format!("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; {sql}"));
    } else {
        app.tamper(&format!("{drop_on_postgres}; {sql}"));
    }
}

#[test]
fn a_sound_organization_gets_a_line_for_each_check_and_nothing_is_wrong() {
    let app = organization();
    let ended = doctor(&app);
    ended.must_end_with(0).must_say("All is right").must_not_say("warning");
    let lines = ended.out.lines().filter(|line| line.starts_with("ok ")).count();
    assert_eq!(lines, roster::app::doctor::CHECKS.len());
}

#[test]
fn an_empty_organization_is_a_warning() {
    let app = TestApp::start();
    doctor(&app).must_end_with(0).must_say("warning An administrator can sign in: there is nobody yet");
}

#[test]
fn each_broken_counter_and_key_is_found() {
    for (sql, line) in [
        (
            "UPDATE license_types SET seats_used = 4 WHERE license_type = 'light'",
            "WRONG Seats in use are those that active users hold: Light: the counter says 4, active users hold 1",
        ),
        (
            "UPDATE user_counts SET users = 7 WHERE state = 'active'",
            "WRONG Users are counted right, state by state: Active: the counter says 7, there are 2",
        ),
        (
            "UPDATE users SET name_key = 'nobody' WHERE first_name = 'Noor'",
            "WRONG Sort keys are folded from names and addresses: not true of user 3",
        ),
        (
            "UPDATE users SET email = 'IVO@example.test' WHERE first_name = 'Ivo'",
            "WRONG Sort keys are folded from names and addresses: not true of user 2",
        ),
        ("DELETE FROM passwords", "WRONG An administrator can sign in: none can: `roster admin create`"),
        ("UPDATE audit_entries SET act = 'x'", "WRONG The audit log is as it was written: entry 1 was edited"),
        (
            "DELETE FROM __diesel_schema_migrations WHERE version LIKE '20261123%'",
            "WRONG The database has this program's migrations: 3 are missing",
        ),
        (
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')",
            "WRONG The database has this program's migrations: 1 of a newer Roster",
        ),
    ] {
        let app = organization();
        app.tamper(sql);
        doctor(&app).must_end_with(1).must_say(line).must_say("Something is wrong: 1 of ");
    }
}

#[test]
fn a_session_of_somebody_who_is_off_is_found() {
    let app = organization();
    let sam = app.person("Sam Okafor").create();
    let _browser = Browser::signed_in(&app, &sam);
    app.tamper("UPDATE users SET state = 'deactivated', access_level = NULL WHERE first_name = 'Sam'");
    doctor(&app).must_end_with(1).must_say("WRONG Only active users have sessions: not true of user 4");
}

#[test]
fn a_user_whom_the_search_does_not_know_is_found() {
    let app = organization();
    let key = if is_sqlite(&app) { "rowid" } else { "user_id" };
    app.tamper(&format!("DELETE FROM user_search WHERE {key} = 2"));
    doctor(&app).must_end_with(1).must_say("WRONG Every user is found by the search: not true of user 2");
}

#[test]
fn more_seats_used_than_owned_are_found_although_the_database_refuses_them() {
    let app = organization();
    let sql = "UPDATE license_types SET seats_owned = 0 WHERE license_type = 'light'";
    tamper_against_constraints(&app, "ALTER TABLE license_types DROP CONSTRAINT seats_used_within_owned", sql);
    doctor(&app).must_end_with(1).must_say("WRONG No more seats are used than owned: Light: 1 used, 0 owned");
}

#[test]
fn a_wrong_access_level_is_found_although_the_database_refuses_it() {
    let app = organization();
    let sql = "UPDATE users SET access_level = 'light' WHERE first_name = 'Ivo'";
    tamper_against_constraints(&app, "ALTER TABLE users DROP CONSTRAINT active_has_a_level", sql);
    doctor(&app).must_end_with(1).must_say("WRONG Active users have an access level, others none: not true of user 2");
}

#[test]
fn a_shared_address_is_found_although_the_database_refuses_it() {
    let app = organization();
    app.tamper(
        "DROP INDEX users_one_live_email; UPDATE users SET email = 'ada.lindqvist@example.test', \
         email_key = 'ada.lindqvist@example.test' WHERE first_name = 'Noor'",
    );
    doctor(&app).must_end_with(1).must_say("WRONG No two users share an email address: ada.lindqvist@example.test");
}

#[test]
fn a_reference_that_leads_nowhere_is_found() {
    let app = organization();
    if is_sqlite(&app) {
        app.tamper("PRAGMA foreign_keys = OFF; UPDATE users SET team_id = 99 WHERE id = 2");
        doctor(&app).must_end_with(1).must_say("Every reference leads somewhere: row 2 of users names a row of teams");
    } else {
        app.tamper("ALTER TABLE users DISABLE TRIGGER users_search_write");
        doctor(&app).must_end_with(1).must_say("leads somewhere: users: the trigger users_search_write is off");
    }
}

const OPERATION: &str = "INSERT INTO operations (id, plan_id, act, state, started_by, reason, created_at, total, done, result) \
     VALUES (7, 'p', 'deactivate', 'running', 1, '', 0, 2, 1, '{}'); \
     INSERT INTO operation_rows (operation_id, user_id, step, outcome) \
     VALUES (7, 2, 'deactivate', 'done'), (7, 3, 'deactivate', NULL);";

#[test]
fn an_operation_that_nobody_carries_out_is_a_warning() {
    let mut app = organization();
    app.stop();
    app.tamper(OPERATION);
    doctor(&app)
        .must_end_with(0)
        .must_say("warning Running operations are being carried out: operation 7 waits with 1 to do");
}

#[test]
fn somebody_who_left_by_the_clock_and_whom_no_operation_takes_out_is_found() {
    let mut app = organization();
    app.stop();
    let left = "UPDATE users SET leaves_at = 1, leaves_zone = 'UTC', leave_operation_id = 7 WHERE id = 3";
    app.tamper(&format!("{OPERATION} {left}"));
    doctor(&app)
        .must_end_with(0)
        .must_say("warning Departures that are due have happened: users 3 have left and wait: a running server");
    app.tamper("UPDATE operations SET state = 'stopped' WHERE id = 7");
    doctor(&app)
        .must_end_with(1)
        .must_say("WRONG Departures that are due have happened: users 3 have left, but no operation carries it out");
}

#[test]
fn somebody_who_is_half_erased_and_whom_no_operation_erases_is_found() {
    let mut app = organization();
    app.stop();
    app.tamper(
        "UPDATE users SET erasing_since = 1, state = 'deleted', deleted_from = 'deactivated', deleted_at = 1 WHERE id = 2; \
         UPDATE user_counts SET users = 0 WHERE state = 'deactivated'; UPDATE user_counts SET users = 1 WHERE state = 'deleted'",
    );
    app.tamper(
        &OPERATION
            .replace("'deactivate', 'done'), (7, 3,", "'erase', NULL), (7, 3,")
            .replace("2, 1, '{}'", "2, 0, '{}'"),
    );
    doctor(&app).must_end_with(0).must_not_say("half erased");
    app.tamper("UPDATE operations SET state = 'stopped' WHERE id = 7");
    doctor(&app).must_end_with(1).must_say("WRONG Who is being erased will be gone: users 2 are half erased");
}

#[test]
fn an_operation_whose_counts_differ_from_its_rows_is_found() {
    let mut app = organization();
    app.stop();
    app.tamper(&format!("{OPERATION} UPDATE operations SET done = 2, state = 'done'"));
    doctor(&app)
        .must_end_with(1)
        .must_say("WRONG Operations count what their rows say: operation 7 says 2 done, its rows say 1")
        .must_say("operation 7 is over, but 1 are not done");
}

#[test]
fn a_document_without_its_file_and_one_cut_short_are_found() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.document(&ada, "whole.txt").containing(b"all of it").create();
    doctor(&app).must_end_with(0);
    let lost = app.document(&ada, "lost.txt").containing(b"gone").create();
    std::fs::remove_file(file_of(&app, lost)).expect("a file to lose");
    let cut = app.document(&ada, "cut.txt").containing(b"half of it is gone").create();
    std::fs::write(file_of(&app, cut), "half").expect("a file to cut");
    doctor(&app).must_end_with(1).must_say(
        "WRONG Every document has its file: no file for 2 (“lost.txt”); a file of another size for 3 (“cut.txt”)",
    );
}

fn file_of(app: &TestApp, document: i64) -> std::path::PathBuf {
    let query = documents::table.find(document).select(documents::stored_as.assume_not_null());
    let name: String = app.read(|conn| Ok(query.first(conn)?));
    app.site.uploads.join(name)
}

#[test]
fn an_old_file_that_no_document_names_is_a_warning() {
    let app = organization();
    let stray = std::fs::File::create(app.site.uploads.join("stray")).expect("a file");
    doctor(&app).must_end_with(0).must_not_say("stray");
    let yesterday = std::time::SystemTime::now() - std::time::Duration::from_secs(86_400);
    stray.set_modified(yesterday).expect("an older file");
    doctor(&app).must_end_with(0).must_say("warning Every file belongs to a document: stray");
}

#[test]
fn a_key_file_that_others_may_read_is_found() {
    let app = organization();
    let mut command = app.roster(&["doctor"]);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(app.folder.path().join("roster.key"), mode).expect("an open key file");
    run(&mut command).must_end_with(1).must_say("WRONG The key file is closed to others").must_say("has the mode 644");
}

#[test]
fn another_key_is_not_this_installations() {
    let app = organization();
    let other = app.folder.path().join("other.key");
    std::fs::write(&other, "08".repeat(32)).expect("a key file");
    let ended = run(app.roster(&["doctor"]).env("ROSTER_KEY_FILE", &other));
    ended.must_end_with(1).must_say("the head of the chain was edited, or belongs to another key");
}

#[test]
fn a_database_that_is_away_cannot_be_looked_at() {
    let app = organization();
    let mut command = app.roster(&["doctor"]);
    run(command.env("DATABASE_URL", "postgres://ada:hush-hush@127.0.0.1:1/x"))
        .must_end_with(2)
        .must_not_say("hush-hush");
    run(command.env("DATABASE_URL", "sqlite:/nowhere/x.db")).must_end_with(2).must_say("There is no database");
}
