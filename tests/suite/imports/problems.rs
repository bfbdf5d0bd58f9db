//! What is wrong in a file: each with the address of its cell, in words.

use diesel::prelude::*;
use roster::db::schema::users;
use roster::licenses::AccessLevel;

use super::{lines, rows};
use crate::edits::confirm;
use crate::lifecycle;
use crate::support::{Browser, TestApp};

const HEAD: &str =
    "First name,Last name,Email,Access level,Employee number,Time zone,Company,Team,Further teams,Reports to";

fn start(app: &TestApp) -> Browser {
    let ada = app.person("Ada Lindqvist").administrator().create();
    Browser::signed_in(app, &ada)
}

/// Of one line, what the page says of it.
#[track_caller]
fn says(browser: &mut Browser, line: &str, words: &str) {
    let page = lines(browser, &[HEAD, line]);
    let seen = rows(&page);
    assert!(seen[0].contains(words), "“{words}” in {seen:?}");
    assert!(seen[0].ends_with("Error"), "{seen:?}");
}

#[test]
fn each_problem_stands_with_its_cell_and_what_to_do() {
    let app = TestApp::start();
    let mut ada = start(&app);
    app.tamper("INSERT INTO companies (name) VALUES ('Northwind')");
    app.tamper("INSERT INTO companies (name) VALUES ('  NORTHWIND ')");
    app.tamper("INSERT INTO teams (name) VALUES ('Design')");
    app.tamper("INSERT INTO teams (name, retired_at) VALUES ('Old', 1)");
    let long = "x".repeat(201);
    let cases = [
        (",Two,n@example.test,Light", "A2: Somebody new needs a first name."),
        ("New,Two,,Light", "C2: Nobody is recognized by this row"),
        ("New,Two,no address,Light", "C2: “no address” is not an email address."),
        ("New,Two,n@example.test,", "D2: Somebody new needs an access level."),
        ("New,Two,n@example.test,-", "D2: Access level cannot be emptied."),
        ("New,Two,n@example.test,Lite", "D2: No access level is called “Lite”."),
        (&*format!("{long},Two,n@example.test,Light"), "A2: Use at most 200 characters."),
        ("New,Two,n@example.test,Light,#REF!", "E2: The formula in this cell failed (#REF!)."),
        ("New,Two,n@example.test,Light,,Vienna", "F2: There is no time zone “Vienna”. Write one like Europe/Vienna."),
        ("New,Two,n@example.test,Light,,,Northwind", "G2: More than one company is called “Northwind”."),
        ("New,Two,n@example.test,Light,,,Southwind", "G2: No company is called “Southwind”. Create it in Setup first."),
        ("New,Two,n@example.test,Light,,,,old", "H2: This team does not exist any more, or is retired."),
        ("New,Two,n@example.test,Light,,,,,design ; Nobody", "I2: No team is called “Nobody”."),
        (
            "New,Two,n@example.test,Light,,,,,,x@example.test",
            "J2: Nobody has the email address “x@example.test”, in Roster or in this file.",
        ),
        ("New,Two,n@example.test,Light,,,,,,Some One", "J2: Nobody is called “Some One”, in Roster or in this file."),
        ("New,Two,n@example.test,Light,,,,,,New Two", "J2: Nobody reports to themselves"),
    ];
    for (line, words) in cases {
        says(&mut ada, line, words);
    }
}

#[test]
fn two_rows_about_the_same_person_are_found() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let bert = app.person("Bert Cooper").create();
    app.tamper("UPDATE users SET employee_number = '7' WHERE first_name = 'Bert'");
    let page = lines(
        &mut ada,
        &[
            "Email,Employee number,First name,Last name,Access level,Title",
            "a@example.test,1,A,One,Light,",
            " A@Example.test ,2,A,Two,Light,",
            "b@example.test,1,B,One,Light,",
            &format!("{},,,,,Chief", bert.email),
            ",7,,,,Boss",
        ],
    );
    let seen = rows(&page);
    assert_eq!(seen.len(), 3, "the errors first: {seen:?}");
    assert!(seen[0].contains("row 3") && seen[0].contains("A3: The same email address as in row 2."), "{seen:?}");
    assert!(seen[1].contains("B4: The same employee number as in row 2."), "{seen:?}");
    assert!(seen[2].contains("B6: Row 5 is about the same person, Bert Cooper."), "{seen:?}");
    let all = ada.press(&page, "#plan", "All 5", &[("reason", "From the old system")]);
    assert_eq!((rows(&all).len(), all.value_of("reason").as_str()), (5, "From the old system"));
    assert_eq!(all.address, format!("{}?only=all", page.address));
}

#[test]
fn somebody_who_is_off_is_changed_but_gets_no_level_and_no_team() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let nils = app.person("Nils Okonkwo").level(AccessLevel::Light).deactivated().create();
    app.tamper("INSERT INTO teams (name) VALUES ('Design')");
    let page = lines(&mut ada, &["Email,Access level,Title", &format!("{},Standard,", nils.email)]);
    page.must_say("B2: This person is deactivated. Activate them to give them an access level.");
    let page = lines(&mut ada, &["Email,Team", &format!("{},Design", nils.email)]);
    page.must_say("B2: Nobody who is off is added to a team.");
    // The level they had asks for nothing: so it stands in exported files.
    let page = lines(&mut ada, &["Email,Access level,Title", &format!("{},light,Author", nils.email)]);
    confirm(&mut ada, &page).must_say("1 user changed");
    let title: String = app.read(|conn| Ok(users::table.find(nils.id).select(users::title).first(conn)?));
    assert_eq!(title, "Author");
}

#[test]
fn nobody_loses_their_own_level_and_the_last_administrator_stays_one() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let page = lines(&mut ada, &["Email,Access level", "ada.lindqvist@example.test,Light"]);
    page.must_say("B2: You cannot change your own access level.");
    // Ada cannot sign in any more, Bea and Cem can: not both of them are taken away.
    app.person("Bea Two").administrator().create();
    app.person("Cem Three").administrator().create();
    app.tamper("DELETE FROM passwords WHERE user_id = (SELECT id FROM users WHERE first_name = 'Ada')");
    let page = lines(&mut ada, &["Email,Access level", "bea.two@example.test,Light", "cem.three@example.test,Light"]);
    let seen = rows(&page);
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].contains("B3: This is the last System Administrator who can sign in."), "{seen:?}");
}

#[test]
fn an_address_in_the_recycle_bin_is_noted() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let hugo = app.person("Hugo Test").create();
    let plan = lifecycle::plan(&mut ada, "delete", &[&hugo]);
    lifecycle::confirm(&mut ada, &plan, &[]);
    let page =
        lines(&mut ada, &["Email,First name,Last name,Access level", &format!("{},Hugo,Test,Light", hugo.email)]);
    page.must_say(
        "A2: Somebody with this email address is in the recycle bin. Restore them there if they are the same",
    );
    page.must_say("Create 1");
    confirm(&mut ada, &page).must_say("1 user created");
    let page = lines(&mut ada, &["ID,Title", &format!("{},Author", hugo.id)]);
    page.must_say("A2: Hugo Test is in the recycle bin. Restore them first.");
}

#[test]
fn who_reports_to_whom_is_looked_at_for_the_whole_file() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let bert = app.person("Bert Cooper").create();
    let cleo = app.person("Cleo Abara").manager(&bert).create();
    let dora = app.person("Dora Emm").create();
    // Bert under Cleo would be a circle, if the same file did not put Cleo under Dora.
    let head = "Email,Reports to,First name,Last name,Access level";
    let page = lines(&mut ada, &[head, &format!("{},{}", bert.email, cleo.email), &format!("{},Dora Emm", cleo.email)]);
    page.must_say("Change 2").must_not_say("Error");
    confirm(&mut ada, &page).must_say("2 users changed");
    let manager =
        |id| app.read(|conn| Ok(users::table.find(id).select(users::manager_id).first::<Option<i64>>(conn)?));
    assert_eq!((manager(bert.id), manager(cleo.id)), (Some(cleo.id.0), Some(dora.id.0)));
    let page =
        lines(&mut ada, &[head, "x@example.test,y@example.test,X,X,Light", "y@example.test,x@example.test,Y,Y,Light"]);
    let seen = rows(&page);
    assert!(
        seen.iter().all(|row| row.contains("Nobody reports to themselves, nor to somebody who reports to them.")),
        "{seen:?}"
    );
    assert_eq!(seen.len(), 2, "{seen:?}");
    // Somebody new with an error takes those along who would report to them, and those who would report to those.
    let page = lines(
        &mut ada,
        &[
            head,
            "x@example.test,y@example.test,X,X,Light",
            "y@example.test,z@example.test,Y,Y,Light",
            "z@example.test,,Z,,Light",
        ],
    );
    let seen = rows(&page);
    assert_eq!(seen.len(), 3, "{seen:?}");
    assert!(seen[0].contains("B2: The manager stands in row 3 of this file, which has an error."), "{seen:?}");
    assert!(seen[1].contains("B3: The manager stands in row 4 of this file, which has an error."), "{seen:?}");
    assert!(seen[2].contains("D4: Somebody new needs a last name."), "{seen:?}");
}

#[test]
fn a_manager_in_a_row_with_an_error_is_told_from_one_who_is_nowhere() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let bert = app.person("Bert Cooper").create();
    let page = lines(
        &mut ada,
        &[
            "Email,Reports to,First name,Last name,Access level",
            &format!("{},Nora Reyes,,,", bert.email),
            "x@example.test,Olga Berg,X,X,Light",
            "y@example.test,Nobody Atall,Y,Y,Light",
            "nora@example.test,,Nora,Reyes,Lite",
            "olga at example,,Olga,Berg,Light",
        ],
    );
    let seen = rows(&page);
    assert!(seen[0].contains("B2: The manager stands in row 5 of this file, which has an error."), "{seen:?}");
    assert!(seen[1].contains("B3: The manager stands in row 6 of this file, which has an error."), "{seen:?}");
    assert!(seen[2].contains("B4: Nobody is called “Nobody Atall”, in Roster or in this file."), "{seen:?}");
}

#[test]
fn an_error_reaches_everybody_below_it_however_many_there_are() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let mut file = vec!["Email,Reports to,First name,Last name,Access level".to_owned()];
    // Forty above one another, the last of whom has an error; and forty above two who report to each other.
    for group in ["a", "b"] {
        let line = |n: usize| format!("{group}{n}@example.test,{group}{}@example.test,P,{group}{n},Light", n + 1);
        file.extend((0..40).map(line));
    }
    file.push("a40@example.test,,A,Forty,Lite".into());
    file.push("b40@example.test,b39@example.test,B,Forty,Light".into());
    file.push("good@example.test,,Good,One,Light".into());
    let file: Vec<&str> = file.iter().map(String::as_str).collect();
    let page = lines(&mut ada, &file);
    page.must_say("82 rows have errors.").must_say("New 1");
    let action = page.attribute("#plan", "action").expect("a plan");
    let page = ada.submit(&page, &action, &[("leave_errors_out", "1")]);
    confirm(&mut ada, &page).must_say("1 user created");
}

#[test]
fn nobody_gets_the_employee_number_of_somebody_else() {
    const TAKEN: &str = "Somebody else has this employee number.";
    let app = TestApp::start();
    let mut ada = start(&app);
    let bert = app.person("Bert Cooper").create();
    let cleo = app.person("Cleo Abara").create();
    app.tamper("UPDATE users SET employee_number = '7' WHERE first_name = 'Bert'");
    let new = [
        ("first_name", "Nia"),
        ("last_name", "New"),
        ("email", "nia@example.test"),
        ("access_level", "light"),
        ("employee_number", "7"),
    ];
    let form = ada.get("/users/new");
    let refused = ada.submit(&form, "/users", &new);
    assert_eq!(refused.status, 422);
    refused.must_say(TAKEN);
    let form = ada.get(&format!("/users/{}/edit", cleo.id));
    let refused = ada.submit(&form, &format!("/users/{}", cleo.id), &[("employee_number", "7")]);
    assert_eq!(refused.status, 422);
    refused.must_say(TAKEN);
    // Somebody who takes it after the file was shown.
    let page = lines(&mut ada, &["Email,Employee number", &format!("{},8", cleo.email)]);
    page.must_say("Change 1");
    app.tamper("UPDATE users SET employee_number = '8' WHERE first_name = 'Ada'");
    let moved = confirm(&mut ada, &page);
    assert_eq!(moved.status, 409);
    moved.must_say(TAKEN);
    // Whoever has it keeps it, and who is in the recycle bin holds nothing.
    let form = ada.get(&format!("/users/{}/edit", bert.id));
    let kept = ada.submit(&form, &format!("/users/{}", bert.id), &[("title", "Boss"), ("employee_number", "7")]);
    assert!(kept.status == 200, "{}", kept.text());
    let plan = lifecycle::plan(&mut ada, "delete", &[&bert]);
    lifecycle::confirm(&mut ada, &plan, &[]);
    let form = ada.get("/users/new");
    ada.submit(&form, "/users", &new).must_say("Nia New was created");
}
