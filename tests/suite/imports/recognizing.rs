//! Who a row is about, and what an empty cell and a dash mean.

use diesel::prelude::*;
use roster::db::schema::users;

use super::{lines, rows};
use crate::edits::confirm;
use crate::support::{Browser, SignedUp, TestApp};

fn start(app: &TestApp) -> (Browser, SignedUp) {
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").title("Editor").create();
    app.tamper("UPDATE users SET employee_number = '007', phone = '123' WHERE first_name = 'Bert'");
    (Browser::signed_in(app, &ada), bert)
}

fn of(app: &TestApp, person: &SignedUp) -> (String, String, String, String) {
    let columns = (users::email, users::title, users::phone, users::employee_number);
    app.read(|conn| Ok(users::table.find(person.id).select(columns).first(conn)?))
}

#[test]
fn people_are_recognized_by_id_else_by_address_else_by_employee_number() {
    let app = TestApp::start();
    let (mut ada, bert) = start(&app);
    for (head, line) in [
        ("ID,Email", format!("{},b@example.test", bert.id)),
        ("E-mail,Title", "B@EXAMPLE.test,Author".into()),
        ("Employee ID,Email", "007,bert@example.test".into()),
        ("Email,Employee number", "bert@example.test,8".into()),
    ] {
        let page = lines(&mut ada, &[head, &line]);
        assert!(
            rows(&page)[0].contains("Bert Cooper") && rows(&page)[0].ends_with("Change"),
            "{head}: {:?}",
            rows(&page)
        );
        confirm(&mut ada, &page).must_say("1 user changed");
    }
    let (email, title, _, number) = of(&app, &bert);
    assert_eq!((email.as_str(), title.as_str(), number.as_str()), ("bert@example.test", "Author", "8"));
}

#[test]
fn what_contradicts_itself_is_an_error_of_its_cell() {
    let app = TestApp::start();
    let (mut ada, _) = start(&app);
    let cleo = app.person("Cleo Abara").create();
    let page = lines(&mut ada, &["Email,Employee number", &format!("{},007", cleo.email)]);
    page.must_say("B2: Bert Cooper (bert.cooper@example.test) has this employee number.");
    let page = lines(&mut ada, &["ID,Title", "99999,x", "abc,y"]);
    page.must_say("A2: Nobody has the ID 99999.").must_say("A3: Nobody has the ID abc.");
    let page = lines(&mut ada, &["ID,Email", &format!("{},bert.cooper@example.test", cleo.id)]);
    page.must_say("B2: Somebody who is not deleted uses this address already.");
}

#[test]
fn an_empty_cell_leaves_and_a_dash_empties() {
    let app = TestApp::start();
    let (mut ada, bert) = start(&app);
    let page = lines(&mut ada, &["Email;Title;Phone;Employee number", &format!("{};;-;", bert.email)]);
    page.must_say("Phone: 123 → nothing").must_not_say("Title: Editor");
    confirm(&mut ada, &page).must_say("1 user changed");
    let (_, title, phone, number) = of(&app, &bert);
    assert_eq!((title.as_str(), phone.as_str(), number.as_str()), ("Editor", "", "007"));
}

#[test]
fn names_of_units_are_taken_without_regard_to_case_and_stray_spaces() {
    let app = TestApp::start();
    let (mut ada, bert) = start(&app);
    app.tamper("INSERT INTO teams (name) VALUES ('Design Studio')");
    app.tamper("INSERT INTO teams (name) VALUES ('Print')");
    app.tamper("INSERT INTO job_roles (name) VALUES ('Éditeur')");
    let page = lines(
        &mut ada,
        &[
            "Email\tHome team\tFurther teams\tRole\tTime zone",
            &format!("{}\t design  STUDIO\tprint;Design studio\tediteur\teurope/vienna", bert.email),
        ],
    );
    page.must_say("Home team: nothing → Design Studio")
        .must_say("Job role: nothing → Éditeur")
        .must_say("Europe/Vienna");
    confirm(&mut ada, &page).must_say("1 user changed");
    let found: (Option<i64>, Option<i64>, String) = app.read(|conn| {
        Ok(users::table.find(bert.id).select((users::team_id, users::job_role_id, users::time_zone)).first(conn)?)
    });
    assert_eq!(found, (Some(1), Some(1), "Europe/Vienna".into()));
}
