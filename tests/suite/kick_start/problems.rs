//! Every problem is named with file, line and column, and then nothing is loaded.

use diesel::prelude::*;
use roster::db::schema::{license_types, users};
use roster::kick_start::{Problems, Refusal};
use roster::users::counts;

use super::folder::{change, load_into, small};
use crate::support::TestApp;

#[track_caller]
fn problems(refusal: Refusal) -> Problems {
    match refusal {
        Refusal::Problems(problems) => problems,
        other => panic!("expected problems, got: {other}"),
    }
}

/// File, what is there, what it becomes, and the message.
const SLIPS: &[(&str, &str, &str, &str)] = &[
    ("users.csv", "title,phone", "titel,phone", "users.csv, line 1, titel: unknown column"),
    ("users.csv", "title,phone", "title,title", "users.csv, line 1, title: this column is there twice"),
    ("teams.csv", "id,name", "id", "teams.csv, line 1, name: this column is missing"),
    ("teams.csv", "3,Design", "3,Design,x", "teams.csv, line 2: has 3 values, the header names 2 columns"),
    ("users.csv", "\n5,Zo", "\nfive,Zo", "users.csv, line 3, id: “five” is not a whole number"),
    ("users.csv", "\n4,Marco", "\n5,Marco", "users.csv, line 4, id: 5 is there twice"),
    ("users.csv", "\n4,Marco", "\n-4,Marco", "users.csv, line 4, id: “-4” is not a whole number"),
    ("users.csv", "marco@", "ZOE@", "users.csv, line 4, email: “zoe@example.test” is the address of line 3 too"),
    ("users.csv", "marco@example.test", "marco", "users.csv, line 4, email: “marco” is not an email address"),
    ("users.csv", "marco@example.test", "", "users.csv, line 4, email: is empty"),
    ("users.csv", "Light,1", "Lite,1", "users.csv, line 3, access_level: “Lite” is unknown"),
    ("users.csv", "Light,1", "Light,yes", "users.csv, line 3, active: “yes” is neither 1"),
    (
        "users.csv",
        "2024-02-01 09:00:00",
        "2024-02-30 09:00:00",
        "users.csv, line 3, created_at: “2024-02-30 09:00:00” is",
    ),
    ("users.csv", "2026-11-20 08:00:00", "yesterday", "users.csv, line 2, last_login_at: “yesterday” is not a date"),
    (
        "users.csv",
        "4,Marco,Bellini,marco@example.test,Freelancer,,7",
        "4,Marco,Bellini,marco@example.test,Freelancer,,8",
        "users.csv, line 4, company_id: companies.csv has no row with id “8”",
    ),
    ("users.csv", "\n5,Zoë,Ångström", "\n5,,", "users.csv, line 3, first_name: is empty, and so is last_name"),
    ("groups.csv", "2,Creative", "2,", "groups.csv, line 2, name: is empty"),
    ("job_roles.csv", "\n6,Designer", "\n6,Designer\n6,Writer", "job_roles.csv, line 3, id: 6 is there twice"),
    ("team_members.csv", "8,4", "9,4", "team_members.csv, line 3, team_id: teams.csv has no row with id “9”"),
    ("team_members.csv", "8,4", "8,44", "team_members.csv, line 3, user_id: users.csv has no row with id “44”"),
    ("team_members.csv", "8,4", "8,5", "team_members.csv, line 3, user_id: this user belongs to it already"),
    ("group_members.csv", "1,2", "1,2\n1,2", "group_members.csv, line 3, user_id: this user belongs to it already"),
    ("group_members.csv", "1,2", ",2", "group_members.csv, line 2, user_id: is empty"),
    ("licenses.csv", "Light,1", "Light,many", "licenses.csv, line 3, seats: “many” is not a whole number"),
    ("licenses.csv", "Light,1", "Light,0", "licenses.csv, line 3, seats: 0 Light seats, but 1 active users need one"),
    ("licenses.csv", "Light,1", "Standard,1", "licenses.csv, line 3, license_type: Standard is there twice"),
    ("licenses.csv", "Light,1", "Gold,1", "licenses.csv, line 3, license_type: “Gold” is unknown"),
    ("projects.csv", "Festival,5", "Festival,6", "projects.csv, line 2, owner_id: users.csv has no row with id “6”"),
    ("tasks.csv", "doing", "started", "tasks.csv, line 2, status: “started” is unknown; there are open, doing, done"),
    ("tasks.csv", "poster,9", "poster,8", "tasks.csv, line 2, project_id: projects.csv has no row with id “8”"),
    ("issues.csv", "closed", "done", "issues.csv, line 2, status: “done” is unknown; there are open, doing, closed"),
    ("assignments.csv", ",2,5,1", ",2,4,1", "assignments.csv, line 3, user_id: this user is assigned to it already"),
    ("assignments.csv", "2,,4,1", "2,2,4,1", "assignments.csv, line 2, issue_id: names an issue although"),
    ("assignments.csv", "2025-02-05", "2025-02-01", "assignments.csv, line 2, ended_at: is before assigned_at"),
    ("hours.csv", "2,90", "2,0", "hours.csv, line 2, minutes: “0” is not a whole number from 1"),
    ("hours.csv", "2,90", ",90", "hours.csv, line 2, task_id: is empty"),
    ("hours.csv", "2025-02-02", "2.2.2025", "hours.csv, line 2, spent_on: “2.2.2025” is not a day"),
    ("notes.csv", "\"First draft\nis up.\"", "", "notes.csv, line 2, body: is empty"),
    ("documents.csv", "4000", "-1", "documents.csv, line 3, bytes: “-1” is not a whole number"),
    ("documents.csv", ",poster.txt\n", ",../poster.txt\n", "documents.csv, line 2, file: there is no file"),
    ("reports.csv", "Hours by month", "", "reports.csv, line 2, name: is empty"),
    ("organization.csv", "Studio", "\nOther", "organization.csv, line 3, name: the organization has a name already"),
];

#[test]
fn every_slip_is_named_with_its_place_and_nothing_is_loaded() {
    let app = TestApp::start();
    let seats_before = app.read(|conn| Ok(license_types::table.count().get_result::<i64>(conn)?));
    for (file, from, to, message) in SLIPS {
        let mut folder = small();
        change(&mut folder, file, from, to);
        let found = problems(load_into(&app.site, &folder).expect_err(message));
        let text = found.to_string();
        assert!(text.contains(message), "expected “{message}”, found: {text}");
    }
    assert_eq!(app.read(|conn| Ok(users::table.count().get_result::<i64>(conn)?)), 0);
    assert_eq!(app.read(counts::read), counts::Counts::default());
    assert_eq!(app.read(|conn| Ok(license_types::table.count().get_result::<i64>(conn)?)), seats_before);
    assert_eq!(std::fs::read_dir(&app.site.uploads).expect("the uploads").count(), 0);
}

#[test]
fn values_that_are_not_utf_8_or_too_long_are_named() {
    let app = TestApp::start();
    let mut folder = small();
    folder.files.insert("teams.csv".into(), b"id,name\n3,D\xe9sign\n".to_vec());
    let long = "x".repeat(101);
    change(&mut folder, "companies.csv", "Northwind", &long);
    let text = problems(load_into(&app.site, &folder).expect_err("two slips")).to_string();
    assert!(text.contains("teams.csv, line 2, name: is not UTF-8"), "{text}");
    assert!(text.contains("companies.csv, line 2, name: has 101 characters; at most 100 fit"), "{text}");
}

#[test]
fn a_hundred_problems_are_listed_and_the_rest_counted() {
    let app = TestApp::start();
    let mut folder = small();
    let rows: String = (1..=130).map(|id| format!("{id},4,2,x,2025-02-02\n")).collect();
    folder.files.insert("hours.csv".into(), format!("id,user_id,task_id,minutes,spent_on\n{rows}").into());
    let found = problems(load_into(&app.site, &folder).expect_err("130 slips"));
    assert_eq!((found.listed.len(), found.total), (100, 130));
    assert!(found.to_string().ends_with("... and 30 more.\n"), "{found}");
}

#[test]
fn a_folder_without_users_or_with_a_mistyped_file_is_refused() {
    let app = TestApp::start();
    let mut folder = small();
    let notes = folder.files.remove("notes.csv").expect("notes");
    folder.files.insert("note.csv".into(), notes);
    folder.files.remove("users.csv");
    let text = problems(load_into(&app.site, &folder).expect_err("two slips")).to_string();
    assert!(text.contains("users.csv: this file is missing"), "{text}");
    assert!(text.contains("note.csv: unknown file"), "{text}");
}

#[test]
fn an_organization_with_nobody_needs_an_administrator_in_the_folder() {
    let app = TestApp::start();
    let mut folder = small();
    change(&mut folder, "users.csv", "System Administrator", "Standard");
    let text = problems(load_into(&app.site, &folder).expect_err("nobody administers")).to_string();
    assert!(text.contains("nobody is an active System Administrator"), "{text}");
}
