//! Choosing a file: what can be read is shown with its columns, what cannot is refused with what to do.

use diesel::prelude::*;
use roster::db::schema::{import_lines, imports};

use super::{fixture, uploaded};
use crate::support::{Browser, TestApp};

fn kept(app: &TestApp) -> (i64, i64) {
    app.read(|conn| Ok((imports::table.count().get_result(conn)?, import_lines::table.count().get_result(conn)?)))
}

#[test]
fn files_that_libreoffice_wrote_load_with_their_columns_recognized() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    for name in [
        "people.xlsx",
        "people-utf8.csv",
        "people-bom.csv",
        "people-semicolons.csv",
        "people-1252.csv",
        "people-utf16.csv",
    ] {
        let page = uploaded(&mut browser, name, &fixture(name));
        assert_eq!(page.status, 200, "{name}: {}", page.text());
        page.must_say(&format!("Import {name}")).must_say("3 rows").must_say("Zoë · Björn · François");
        let chosen = |column: usize| page.attribute(&format!("#column-{column} option[selected]"), "value");
        let fields = ["first_name", "last_name", "email", "access_level", "title", "employee_number", "phone"];
        for (column, field) in fields.iter().enumerate() {
            assert_eq!(chosen(column).as_deref(), Some(*field), "{name}");
        }
        assert_eq!((chosen(7), chosen(8).as_deref()), (None, Some("manager")), "{name}");
    }
    assert_eq!(std::fs::read_dir(&app.site.uploads).expect("the folder").count(), 0);
}

/// The beginning of a workbook with a password: a container with an entry of this name.
fn protected() -> Vec<u8> {
    let mut bytes = fixture("people.xls")[..512].to_vec();
    bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

#[test]
fn another_sheet_is_read_if_it_is_named() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/imports/new");
    let page = browser.upload_with(
        &page,
        "/imports",
        &[("sheet", " notes ")],
        "file",
        ("people.xlsx", &fixture("people.xlsx")),
    );
    page.must_say("1 row from the sheet “Notes”").must_say("other@example.test");
    let page = browser.get("/imports/new");
    let page =
        browser.upload_with(&page, "/imports", &[("sheet", "Leute")], "file", ("people.xlsx", &fixture("people.xlsx")));
    assert_eq!(page.status, 422);
    assert_eq!(page.error_at("sheet"), "This workbook has no sheet called “Leute”. It has: People, Notes.");
    assert_eq!(page.value_of("sheet"), "Leute");
}

#[test]
fn what_cannot_be_read_is_refused_with_what_to_do_and_nothing_is_kept() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let half = fixture("people.xlsx")[..3000].to_vec();
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("people.xls", fixture("people.xls"), "the old kind (.xls). Save it as .xlsx or .csv"),
        // Told by what is in it, not by its name.
        ("people.xlsx", fixture("people.ods"), "OpenDocument spreadsheet (.ods). Save it as .xlsx or .csv"),
        ("protected.xlsx", protected(), "protected by a password"),
        ("people.xlsx", half, "This workbook is damaged"),
        ("people.csv", Vec::new(), "This file is empty."),
        ("people.csv", b" \n\n ; ;\n".to_vec(), "Nothing stands in this sheet."),
        ("people.csv", b"Email,First name\n".to_vec(), "Only a first row stands in this file."),
        ("people.csv", b"%PDF-1.7 ...".to_vec(), "This is not a spreadsheet."),
        ("people.csv", b"a,b\n\0\x01\x02".to_vec(), "This is not a spreadsheet."),
    ];
    for (name, bytes, words) in cases {
        let page = uploaded(&mut browser, name, &bytes);
        assert_eq!(page.status, 422, "{words}");
        assert!(page.error_at("file").contains(words), "{words}: {}", page.error_at("file"));
    }
    let page = browser.get("/imports/new");
    let page = browser.upload(&page, "/imports", "file", "", b"");
    assert_eq!(page.error_at("file"), "Choose a file first.");
    assert_eq!(kept(&app), (0, 0));
}

#[test]
fn whoever_does_not_administer_imports_nobody() {
    let app = TestApp::start();
    let emil = app.person("Emil Hansen").create();
    let mut browser = Browser::signed_in(&app, &emil);
    let token = browser.get("/account/password").value_of("csrf");
    assert_eq!(browser.upload_raw("/imports", &token, "people.csv", b"Email\nx@example.test\n").status, 403);
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    assert_eq!(browser.upload_raw("/imports", "forged", "people.csv", b"Email\nx@example.test\n").status, 403);
    let page = uploaded(&mut browser, "people.csv", b"Email\nx@example.test\n");
    let mut emil = Browser::signed_in(&app, &emil);
    assert_eq!(emil.get(&page.address).status, 403);
    assert_eq!(browser.get("/imports/abc").status, 410);
}

#[test]
fn a_file_that_nobody_confirms_goes_away() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    for _ in 0..6 {
        uploaded(&mut browser, "people.csv", b"Email\nx@example.test\ny@example.test\n");
        app.site.clock.advance_seconds(1);
    }
    assert_eq!(kept(&app), (4, 8), "the newest few of each administrator");
    app.site.clock.advance_seconds(25 * 3600);
    let tidy = roster::app::housekeeping::tidy(&app.site);
    actix_web::rt::System::new().block_on(tidy).expect("tidied");
    assert_eq!(kept(&app), (0, 0));
}

#[test]
fn the_mapping_is_changed_and_two_columns_are_never_the_same() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = uploaded(&mut browser, "people.csv", b"Adresse,Rufname,Mail\na@example.test,Ana,b@example.test\n");
    let action = page.address.clone();
    assert_eq!(page.attribute("#column-2 option[selected]", "value").as_deref(), Some("email"));
    let page =
        browser.submit(&page, &action, &[("column-0", "email"), ("column-1", "first_name"), ("column-2", "email")]);
    assert_eq!(page.status, 422);
    page.must_say("Columns A and C are both “Email”. Keep one.");
    let page = browser.submit(&page, &action, &[("column-2", "")]);
    assert_eq!(page.status, 200);
    assert_eq!(page.attribute("#column-0 option[selected]", "value").as_deref(), Some("email"));
    let page = browser.submit(&page, &action, &[("column-0", "")]);
    page.must_say("Say which column is the email address, the ID or the employee number");
    assert_eq!(browser.submit(&page, &action, &[("column-0", "password")]).status, 400);
}

#[test]
fn the_sample_files_are_read_back_with_every_column_recognized() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    for name in ["sample.xlsx", "sample.csv"] {
        let bytes = browser.get(&format!("/imports/{name}")).bytes;
        let page = uploaded(&mut browser, name, &bytes);
        page.must_say("2 rows").must_say("00123 · 00124");
        let columns = page.count("select[id^=column-]");
        assert_eq!(columns, roster::users::fields::Field::ALL.len());
        assert_eq!(page.count("select[id^=column-] option[selected]"), columns, "{name}");
    }
}
