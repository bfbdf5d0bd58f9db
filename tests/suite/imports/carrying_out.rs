//! What a confirmed file does: exactly what the page showed, all of it or nothing, and back again.

use diesel::prelude::*;
use roster::db::UserId;
use roster::db::schema::{audit_entries, import_lines, imports, operations, users};
use roster::edits;
use roster::edits::run::Edits;
use roster::licenses::{AccessLevel, LicenseType, seats};
use roster::operations::Progress;
use roster::users::{State, actor};

use super::{fixture, lines, rows, uploaded};
use crate::edits::{confirm, used};
use crate::support::{Browser, SignedUp, TestApp};

fn somebody(app: &TestApp, email: &str) -> Option<(UserId, State, String, Option<AccessLevel>, Option<UserId>)> {
    let columns = (users::id, users::state, users::title, users::access_level, users::manager_id);
    app.read(|conn| Ok(users::table.filter(users::email.eq(email)).select(columns).first(conn).optional()?))
}

fn title(app: &TestApp, person: &SignedUp) -> String {
    app.read(|conn| Ok(users::table.find(person.id).select(users::title).first(conn)?))
}

fn start(app: &TestApp) -> Browser {
    let ada = app.person("Ada Lindqvist").administrator().create();
    Browser::signed_in(app, &ada)
}

#[test]
fn new_people_come_others_change_and_nothing_happens_before_it_is_confirmed() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let bert = app.person("Bert Cooper").title("Editor").create();
    let cleo = app.person("Cleo Abara").title("Author").create();
    let page = lines(
        &mut ada,
        &[
            "First name,Last name,Email,Access level,Title",
            "Zoë,Ostermann,zoe@example.test, light ,Intern",
            &format!(",,{},,Chief editor", bert.email.to_uppercase()),
            &format!("Cleo,Abara,{},Standard,Author", cleo.email),
        ],
    );
    page.must_say("All 5 columns are imported").must_say("New 1").must_say("Change 1").must_say("Create 1, change 1");
    let seen = rows(&page);
    assert!(
        seen[0].contains("row 2") && seen[0].contains("Access level: Light") && seen[0].ends_with("New"),
        "{seen:?}"
    );
    assert!(seen[1].contains("Title: Editor → Chief editor") && seen[1].ends_with("Change"), "{seen:?}");
    assert!(seen[2].ends_with("Unchanged"), "{seen:?}");
    assert_eq!((somebody(&app, "zoe@example.test"), title(&app, &bert).as_str()), (None, "Editor"));
    confirm(&mut ada, &page).must_say("1 user created, 1 changed");
    let (_, state, title_of, level, _) = somebody(&app, "zoe@example.test").expect("created");
    assert_eq!((state, title_of.as_str(), level), (State::Active, "Intern", Some(AccessLevel::Light)));
    assert_eq!((title(&app, &bert).as_str(), title(&app, &cleo).as_str()), ("Chief editor", "Author"));
    assert_eq!(used(&app, LicenseType::Light), 1);
}

#[test]
fn an_import_is_undone_and_the_whole_story_is_in_the_audit_log() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let bert = app.person("Bert Cooper").title("Editor").create();
    let file = [
        "Email,First name,Last name,Access level,Title",
        "new@example.test,New,One,Light,A",
        &format!("{},,,,B", bert.email),
    ];
    let page = lines(&mut ada, &file);
    confirm(&mut ada, &page).must_say("1 user created, 1 changed");
    let operation = ada.get("/operations").attribute("main a.table__name", "href").expect("an operation");
    let page = ada.get(&operation);
    page.must_say("Import of 2 people");
    let plan = ada.submit(&page, "/edits/undo", &[("act", "undo_edit")]);
    confirm(&mut ada, &plan).must_say("1 user changed");
    assert_eq!(somebody(&app, "new@example.test").expect("in the bin").1, State::Deleted);
    assert_eq!(title(&app, &bert), "Editor");
    assert_eq!(used(&app, LicenseType::Light), 0);
    let acts: Vec<String> = app.read(|conn| {
        let of_operations = audit_entries::table.filter(audit_entries::operation_id.is_not_null());
        Ok(of_operations.order(audit_entries::seq).select(audit_entries::act).load(conn)?)
    });
    for act in ["user.created", "user.edited", "user.deleted"] {
        assert!(acts.iter().any(|found| found == act), "{act} in {acts:?}");
    }
}

#[test]
fn the_workbook_that_libreoffice_wrote_is_imported() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let page = uploaded(&mut ada, "people.xlsx", &fixture("people.xlsx"));
    page.must_say("8 of 9 columns are imported, not Started").must_say("Create 3");
    confirm(&mut ada, &page).must_say("3 users created");
    let björn = somebody(&app, "björn@example.test").expect("created");
    assert_eq!((björn.2.as_str(), björn.3), ("Head of desk and of news", Some(AccessLevel::Standard)));
    for email in ["zoe@example.test", "francois@example.test"] {
        assert_eq!(somebody(&app, email).expect("created").4, Some(björn.0), "{email} reports to Björn");
    }
    let numbers: Vec<String> = app.read(|conn| {
        let numbered = users::table.filter(users::employee_number.ne("")).order(users::employee_number);
        Ok(numbered.select(users::employee_number).load(conn)?)
    });
    assert_eq!(numbers, ["00123", "00124", "42"]);
    let again = uploaded(&mut ada, "people.xlsx", &fixture("people.xlsx"));
    again.must_say("Unchanged").must_not_say("Create 3");
    assert!(rows(&again).iter().all(|row| row.ends_with("Unchanged")), "{:?}", rows(&again));
}

#[test]
fn the_sample_file_is_imported_as_it_is() {
    let app = TestApp::start();
    let mut ada = start(&app);
    for name in ["sample.xlsx", "sample.csv"] {
        let bytes = ada.get_bytes(&format!("/imports/{name}"));
        uploaded(&mut ada, name, &bytes).must_say("Create 2");
    }
}

#[test]
fn an_exported_file_changes_nobody() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let bert = app.person("Bert Cooper").title("=Editor").create();
    app.person("Cleo Abara").manager(&bert).deactivated().create();
    app.tamper("UPDATE users SET phone = '+43 1 555'");
    for format in ["csv", "xlsx"] {
        let bytes = ada.get_bytes(&format!(
            "/users.{format}?filter=all&columns=name,title,email,phone,access_level,manager,status"
        ));
        let page = uploaded(&mut ada, &format!("users.{format}"), &bytes);
        let seen = rows(&page);
        assert_eq!(seen.len(), 3, "{}", page.text());
        assert!(seen.iter().all(|row| row.ends_with("Unchanged")), "{format}: {seen:?}");
        page.must_not_say("Error");
    }
}

#[test]
fn nothing_runs_while_rows_have_errors_unless_they_are_left_out() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let page = lines(
        &mut ada,
        &["Email,First name,Last name,Access level", "a@example.test,A,One,Standart", "b@example.test,B,Two,Light"],
    );
    page.must_say("1 row has errors.").must_say("D2: No access level is called “Standart”. Known: System Administrator, Standard, Light, Contributor, External User.");
    assert!(!page.has(".sheet__foot button[formaction]"), "no button while there are errors");
    let action = page.attribute("#plan", "action").expect("a plan");
    let forced = ada.submit_to(&page, &action, &format!("{action}/operation"), &[]);
    assert_eq!(forced.status, 422);
    assert_eq!(somebody(&app, "b@example.test"), None);
    let page = ada.submit(&page, &action, &[("leave_errors_out", "1")]);
    assert!(page.address.starts_with("/imports/"), "{}", page.address);
    confirm(&mut ada, &page).must_say("1 user created");
    assert_eq!((somebody(&app, "a@example.test"), used(&app, LicenseType::Light)), (None, 1));
    assert!(somebody(&app, "b@example.test").is_some());
    // Somebody who never was is no part of the operation either.
    let operation = ada.get("/operations").attribute("main a.table__name", "href").expect("an operation");
    ada.get(&operation).must_say("Import of 1 person").must_say("Skipped 0").must_not_say("Erased");
}

#[test]
fn seats_are_counted_in_total_before_anything_happens() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let light = app.person("Lea Light").level(AccessLevel::Light).create();
    app.write(|conn| seats::set_owned(conn, LicenseType::Light, Some(3)));
    let new: Vec<String> = (0..4).map(|n| format!("p{n}@example.test,P,{n},Light")).collect();
    let mut file = vec!["Email,First name,Last name,Access level"];
    file.extend(new.iter().map(String::as_str));
    let page = lines(&mut ada, &file);
    page.must_say("4 Light needed, 2 free");
    let refused = confirm(&mut ada, &page);
    assert_eq!(refused.status, 422);
    assert_eq!((used(&app, LicenseType::Light), somebody(&app, "p0@example.test")), (1, None));
    // Whoever gets another level in the same file frees a seat.
    app.write(|conn| seats::set_owned(conn, LicenseType::Light, Some(4)));
    let moves = format!("{},,,Contributor", light.email);
    file.push(&moves);
    let page = lines(&mut ada, &file);
    page.must_not_say("needed,");
    confirm(&mut ada, &page).must_say("4 users created, 1 changed");
    assert_eq!(used(&app, LicenseType::Light), 4);
}

#[test]
fn whoever_changed_since_the_preview_makes_it_ask_again() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let bert = app.person("Bert Cooper").title("Editor").create();
    let page = lines(
        &mut ada,
        &[
            "Email,Title,First name,Last name,Access level",
            &format!("{},Chief,,,", bert.email),
            "n@example.test,T,N,N,Light",
        ],
    );
    app.tamper("UPDATE users SET title = 'Author' WHERE title = 'Editor'");
    let moved = confirm(&mut ada, &page);
    assert_eq!(moved.status, 409);
    moved.must_say("Nothing ran").must_say("Title: Author → Chief");
    assert_eq!((title(&app, &bert).as_str(), somebody(&app, "n@example.test")), ("Author", None));
    confirm(&mut ada, &moved).must_say("1 user created, 1 changed");
    // The file is done with: its page leads to what became of it, and its lines are not kept.
    let again = ada.get(&page.address);
    assert!(again.address.starts_with("/operations/"), "{}", again.address);
    actix_web::rt::System::new().block_on(roster::app::housekeeping::tidy(&app.site)).expect("tidied");
    assert_eq!(app.read(|conn| Ok(import_lines::table.count().get_result::<i64>(conn)?)), 0);
    let kept: (String, String, String) = app.read(|conn| {
        Ok(imports::table.select((imports::file_name, imports::headings, imports::mapping)).first(conn)?)
    });
    assert_eq!(kept, (String::new(), "[]".to_owned(), "{}".to_owned()), "no name and no example is kept");
    assert!(ada.get(&page.address).address.starts_with("/operations/"));
    // A day later the page says what is true of every file.
    app.site.clock.advance_seconds(25 * 3600);
    let bea = app.person("Bea Two").administrator().create();
    let gone = Browser::signed_in(&app, &bea).get(&page.address);
    assert_eq!(gone.status, 410);
    gone.must_say("files are kept for a day").must_not_say("never confirmed");
}

/// A plan for which some rows are left out keeps what it showed: nothing is weighed for that, and so nothing moves unseen.
#[test]
fn leaving_rows_out_weighs_nothing_and_confirming_does() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let bert = app.person("Bert Cooper").title("Editor").create();
    let page =
        lines(&mut ada, &["Email,Title,Access level", &format!("{},Chief,", bert.email), "n@example.test,,Lite"]);
    let action = page.attribute("#plan", "action").expect("a plan");
    app.tamper("UPDATE users SET title = 'Author' WHERE title = 'Editor'");
    let left_out = ada.submit(&page, &action, &[("leave_errors_out", "1")]);
    left_out.must_say("They are left out.");
    let all = ada.press(&left_out, "#plan", "All 2", &[]);
    all.must_say("Title: Editor → Chief");
    // What was shown before was another plan.
    let other = ada.submit_to(&page, &action, &format!("{action}/operation"), &[]);
    assert_eq!(other.status, 409);
    other.must_say("The plan was changed in another window");
    app.tamper("UPDATE users SET title = 'Writer' WHERE title = 'Author'");
    let moved = confirm(&mut ada, &other);
    assert_eq!(moved.status, 409);
    moved.must_say("Nothing ran");
    confirm(&mut ada, &moved).must_say("1 user changed");
    assert_eq!(title(&app, &bert), "Chief");
}

#[test]
fn a_changed_mapping_checks_all_rows_again() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let page = lines(&mut ada, &["Mail,Login,Rufname,Nachname", "a@example.test,b@example.test,A,One"]);
    page.must_say("Say what the columns are.");
    let action = page.address.clone();
    let page = ada.submit(&page, &action, &[("column-0", "email"), ("column-2", "first_name")]);
    page.must_say("Error").must_say("Somebody new needs an access level.");
    let page = ada.submit(&page, &action, &[("default_level", "contributor")]);
    page.must_say("Create 1").must_say("Access level: Contributor").must_say("a@example.test");
    let page = ada.submit(&page, &action, &[("column-0", ""), ("column-1", "email")]);
    page.must_say("b@example.test").must_not_say("Email: a@example.test");
    confirm(&mut ada, &page).must_say("1 user created");
    assert!(somebody(&app, "b@example.test").is_some() && somebody(&app, "a@example.test").is_none());
}

#[test]
fn many_rows_come_in_slices_and_are_all_carried_out_or_none() {
    let app = TestApp::start();
    let mut ada = start(&app);
    app.write(|conn| seats::set_owned(conn, LicenseType::Contributor, None));
    let mut file = String::from("Email,First name,Last name,Access level,Reports to\n");
    for n in 0..6_000 {
        // Each reports to the last of the file, who is new too.
        file.push_str(&format!("p{n}@example.test,Person,{n},Contributor,p5999@example.test\n"));
    }
    let file = file.replace(
        "p5999@example.test,Person,5999,Contributor,p5999@example.test",
        "p5999@example.test,Person,5999,Contributor,",
    );
    let page = uploaded(&mut ada, "many.csv", file.as_bytes());
    page.must_say("Create 6,000");
    let next = ada.press(&page, "#plan", "Show the next ones", &[]);
    assert_eq!(rows(&next).len(), 50);
    let page = ada.get(&page.address);
    let progress = confirm(&mut ada, &page);
    assert!(progress.address.starts_with("/operations/"), "{}", progress.address);
    for _ in 0..600 {
        match used(&app, LicenseType::Contributor) {
            6_000 => break,
            some => assert_eq!(some, 0, "all or none"),
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let last = somebody(&app, "p5999@example.test").expect("created");
    let led: i64 = app.read(|conn| Ok(users::table.filter(users::manager_id.eq(last.0)).count().get_result(conn)?));
    assert_eq!(led, 5_999);
}

/// A file of more than one slice of new people; the first of them has the address that is given.
fn many(first: &str, more: &[&str]) -> String {
    let mut file = String::from("Email,First name,Last name,Access level,Reports to\n");
    file.push_str(&format!("{first},Person,0,Contributor,\n"));
    for n in 1..2_600 {
        file.push_str(&format!("p{n}@example.test,Person,{n},Contributor,\n"));
    }
    more.iter().for_each(|line| file.push_str(line));
    file
}

/// Waits until the worker is done with the only operation there is, and gives its state and why it stopped.
fn ended(app: &TestApp) -> (Progress, Option<String>) {
    for _ in 0..600 {
        let (state, because): (Progress, Option<String>) = app
            .read(|conn| Ok(operations::table.select((operations::state, operations::stopped_because)).first(conn)?));
        if state != Progress::Running {
            return (state, because);
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("it runs and runs");
}

#[test]
fn when_one_of_many_new_people_cannot_come_any_more_nobody_comes() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.write(|conn| seats::set_owned(conn, LicenseType::Contributor, None));
    let page = uploaded(&mut Browser::signed_in(&app, &ada), "many.csv", many("zoe@example.test", &[]).as_bytes());
    page.must_say("Create 2,600");
    let plan = page.attribute("#plan", "action").expect("a plan").replace("/edits/", "");
    // Confirmed, and not yet begun, when somebody else gets the address.
    app.write(|conn| {
        let (now, runner) = (app.site.clock.now(), Edits { chain: app.site.chain.clone() });
        let actor = actor::present(conn, ada.id, now)?.expect("Ada");
        let confirmed = edits::confirm(conn, &runner, &actor, (&plan, &page.value_of("fingerprint"), ""), now)?;
        assert!(matches!(confirmed, edits::Confirmed::Operation(_)), "{confirmed:?}");
        Ok(diesel::sql_query(
            "INSERT INTO users (first_name, last_name, email, state, access_level, last_access_level, created_at, \
             state_changed_at, name_key, email_key) VALUES ('Zoe', 'First', 'zoe@example.test', 'active', 'external', \
             'external', 1, 1, 'zoe first', 'zoe@example.test')",
        )
        .execute(conn)?)
    });
    app.site.wake_worker.notify_one();
    let (state, because) = ended(&app);
    assert_eq!(state, Progress::Stopped);
    assert_eq!(because.as_deref(), Some("1 person changed since it was confirmed. Nothing was done: make a new plan."));
    assert_eq!(used(&app, LicenseType::Contributor), 0);
    assert!(somebody(&app, "p1@example.test").is_none());
}

#[test]
fn somebody_who_is_here_gets_a_manager_who_comes_with_the_same_large_file() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let bert = app.person("Bert Cooper").create();
    app.write(|conn| seats::set_owned(conn, LicenseType::Contributor, None));
    let file = many("zoe@example.test", &[&format!("{},,,,p2599@example.test\n", bert.email)]);
    let page = uploaded(&mut ada, "many.csv", file.as_bytes());
    page.must_say("Create 2,600, change 1");
    confirm(&mut ada, &page);
    assert_eq!(ended(&app), (Progress::Done, None));
    let manager = somebody(&app, "p2599@example.test").expect("created").0;
    assert_eq!(somebody(&app, &bert.email).expect("Bert").4, Some(manager));
}

#[test]
fn an_undo_leaves_the_new_manager_of_somebody_who_stays() {
    let app = TestApp::start();
    let mut ada = start(&app);
    let file = [
        "Email,First name,Last name,Access level,Reports to",
        "m@example.test,Mona,Manager,Light,",
        "r@example.test,Rita,Report,Light,m@example.test",
    ];
    let page = lines(&mut ada, &file);
    confirm(&mut ada, &page).must_say("2 users created");
    app.tamper("UPDATE users SET last_sign_in_at = 5 WHERE email = 'r@example.test'");
    let operation = ada.get("/operations").attribute("main a.table__name", "href").expect("an operation");
    let page = ada.get(&operation);
    let plan = ada.submit(&page, "/edits/undo", &[("act", "undo_edit")]);
    plan.must_say("Left as they are: 2 in use by now").must_not_say("Removed");
}
