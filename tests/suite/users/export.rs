//! The list as a file.

use roster::licenses::AccessLevel;
use roster::web::table_file::{self, Cell};

use crate::support::{Browser, TestApp};

#[test]
fn the_file_has_everybody_who_matches_in_the_order_of_the_list() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Bert Cooper").level(AccessLevel::Light).title("Writer, \"copy\"").create();
    app.person("Berta Off").deactivated().create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users?filter=all&q=bert&sort=-name");
    let file = ada.get(&page.link("CSV"));
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].contains("attachment"));
    let lines: Vec<&str> = file.body.lines().collect();
    assert_eq!(lines[0], "id,first_name,last_name,title,email,access_level,license,last_sign_in (UTC),status");
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
fn every_format_has_the_columns_of_the_view() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert =Cooper").level(AccessLevel::Light).manager(&ada).create();
    app.tamper("INSERT INTO teams (id, name) VALUES (1, 'Copy')");
    app.tamper(&format!(
        "UPDATE users SET team_id = 1, last_sign_in_at = 1795561200000000, phone = '+43 1' WHERE id = {}",
        bert.id
    ));
    app.tamper(&format!("UPDATE users SET time_zone = 'Europe/Vienna' WHERE id = {}", ada.id));
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users?level=light&columns=name,team,phone,last_sign_in,manager");
    let csv = ada.get(&page.link("CSV"));
    let head = "id,first_name,last_name,team,phone,last_sign_in (Europe/Vienna),manager";
    let row = format!("{},Bert,'=Cooper,Copy,'+43 1,2026-11-25T00:00:00+01:00,Ada Lindqvist", bert.id);
    assert_eq!(csv.body.lines().collect::<Vec<_>>(), [head, &row]);

    let json = ada.get(&page.link("JSON"));
    assert_eq!(json.headers["content-type"], "application/json");
    let rows: serde_json::Value = serde_json::from_str(&json.body).expect("JSON");
    assert_eq!(rows[0]["last_name"], "=Cooper");
    assert_eq!(rows[0]["id"], bert.id.0);
    assert_eq!(rows[0]["last_sign_in (Europe/Vienna)"], "2026-11-25T00:00:00+01:00");
    let at = |name: &str| json.body.find(name).expect("a name");
    assert!(at("\"team\"") < at("\"phone\"") && at("\"phone\"") < at("\"manager\""), "the order of the view");
    let nobody = ada.get("/users.json?level=contributor");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&nobody.body).expect("JSON"), serde_json::json!([]));

    let xlsx = ada.get_bytes(&page.link("XLSX"));
    let sheets = sheets(xlsx);
    assert_eq!(sheets.len(), 1);
    assert_eq!(sheets[0][0], head.split(',').collect::<Vec<_>>());
    let moment = sheets[0][0].iter().position(|name| name.starts_with("last_sign_in")).expect("a column");
    assert_eq!(sheets[0][1][moment], "46351", "25 November 2026 as a workbook counts days");
    assert_eq!(sheets[0][1][..5], [&*bert.id.to_string(), "Bert", "=Cooper", "Copy", "+43 1"]);
}

/// The cells of each sheet as text; a formula would not be one.
fn sheets(bytes: Vec<u8>) -> Vec<Vec<Vec<String>>> {
    use calamine::Reader;
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let names = book.sheet_names();
    let text = |cell: &calamine::Data| cell.to_string();
    let mut sheet = |name: &String| {
        assert!(book.worksheet_formula(name).expect("a sheet").is_empty(), "no formula");
        let range = book.worksheet_range(name).expect("a sheet");
        range.rows().map(|row| row.iter().map(text).collect()).collect()
    };
    names.iter().map(&mut sheet).collect()
}

#[test]
fn more_rows_than_a_sheet_holds_go_to_further_sheets() {
    use std::io::Read;
    for (rows, expected) in [(0, vec![1]), (3, vec![4]), (6, vec![4, 4]), (7, vec![4, 4, 2])] {
        let mut chunks = (1..=rows).map(|i| vec![vec![Cell::Number(i), Cell::Text("=1+1".into())]]);
        let next = || Ok(chunks.next().unwrap_or_default());
        let head = ["id".to_owned(), "text".to_owned()];
        let mut bytes = Vec::new();
        let mut file = table_file::workbook(&head, next, 3, || true).expect("a workbook");
        file.read_to_end(&mut bytes).expect("a file");
        let sheets = sheets(bytes);
        assert_eq!(sheets.iter().map(Vec::len).collect::<Vec<_>>(), expected, "{rows} rows");
    }
}

#[test]
fn those_who_are_ticked_on_whatever_page_are_a_file_of_their_own() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let emil = app.person("Emil Hansen").deactivated().create();
    app.person("Zoe Second").create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users?filter=deactivated&columns=name");
    let page = ada.go_on(&page, "Active", &[&emil]);
    let file = ada.send_ticks(&page, "/users/export", &[&bert], &[("format", "csv")]);
    let expected =
        ["id,first_name,last_name".to_owned(), format!("{},Bert,Cooper", bert.id), format!("{},Emil,Hansen", emil.id)];
    assert_eq!(file.body.lines().collect::<Vec<_>>(), expected);
    let page = ada.get("/users");
    ada.send_ticks(&page, "/users/export", &[], &[("format", "csv")]).must_say("Nobody is ticked");
    assert_eq!(ada.send_ticks(&page, "/users/export", &[&bert], &[("format", "exe")]).status, 400);
}

#[test]
fn only_administrators_get_the_file() {
    let app = TestApp::start();
    let emil = app.person("Emil Hansen").level(AccessLevel::Light).create();
    let mut emil = Browser::signed_in(&app, &emil);
    for format in ["csv", "xlsx", "json"] {
        assert_eq!(emil.get(&format!("/users.{format}")).status, 403);
    }
}
