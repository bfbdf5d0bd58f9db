//! The list as a file.

use roster::licenses::AccessLevel;

use crate::support::{Browser, TestApp};

#[test]
fn the_file_has_everybody_who_matches_in_the_order_of_the_list() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Bert Cooper").level(AccessLevel::Light).title("Writer, \"copy\"").create();
    app.person("Berta Off").deactivated().create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users?filter=all&q=bert&sort=-name");
    let file = ada.get(&page.link("Export"));
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].contains("attachment"));
    let lines: Vec<&str> = file.body.lines().collect();
    assert_eq!(lines[0], "id,first_name,last_name,title,email,access_level,license,last_sign_in,status");
    assert!(lines[1].contains("Berta,Off,") && lines[1].ends_with(",,,Deactivated"), "{}", lines[1]);
    assert!(lines[2].contains("\"Writer, \"\"copy\"\"\",bert.cooper@example.test,Light,Light,,Active"), "{}", lines[2]);
    assert_eq!(lines.len(), 3);
}

#[test]
fn no_cell_begins_like_a_formula() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    for (name, title) in [("=cmd X", "+1"), ("-minus Y", "@sum")] {
        app.person(name).title(title).create();
    }
    let file = Browser::signed_in(&app, &ada).get("/users.csv?filter=active");
    for cell in ["'=cmd", "'+1", "'-minus", "'@sum"] {
        assert!(file.body.contains(&format!(",{cell},")), "{cell} in {}", file.body);
    }
}

#[test]
fn a_file_longer_than_a_chunk_is_whole() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.write(|conn| {
        use diesel::RunQueryDsl;
        let sql = "INSERT INTO users (first_name, last_name, email, state, access_level, last_access_level, created_at, \
                   state_changed_at, name_key, email_key) \
                   WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) \
                   SELECT 'Same', 'Name', 'p' || i || '@example.test', 'active', 'external', 'external', 1, 1, \
                   'same name', 'p' || i || '@example.test' FROM n";
        diesel::sql_query(sql).execute(conn)?;
        Ok(())
    });
    let file = Browser::signed_in(&app, &ada).get("/users.csv?filter=active");
    assert_eq!(file.body.lines().count(), 2502);
}

#[test]
fn only_administrators_get_the_file() {
    let app = TestApp::start();
    let emil = app.person("Emil Hansen").level(AccessLevel::Light).create();
    assert_eq!(Browser::signed_in(&app, &emil).get("/users.csv").status, 403);
}
