//! A file chosen, its columns, its rows, the receipt, and back again.

use super::look::must_look_right;
use super::{Window, key};
use crate::support::{SignedUp, TestApp};

fn studio() -> (TestApp, SignedUp) {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    (app, ada)
}

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/import/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn upload<'a>(window: &'a Window, name: &str) -> &'a Window {
    window.go("/imports/new");
    window.fill_in("file", &fixture(name)).click("Upload and check")
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn the_workbook_that_libreoffice_wrote_is_imported_and_undone() {
    let (app, ada) = studio();
    let window = Window::signed_in(&app, &ada);
    window.go("/users");
    window.click("Import Users…").must_say("Sample as .xlsx");
    window.fill_in("file", &fixture("people.xlsx")).click("Upload and check");
    window.must_say("8 of 9 columns are imported, not Started").must_say("Create 3");
    must_look_right(&window, "the rows of an import");
    window.click("8 of 9 columns").choose("column-4", "Do not import");
    must_look_right(&window, "the columns of an import");
    window.click("Check again").must_say("7 of 9 columns are imported");
    assert!(!window.text().contains("Editor, “news”"), "a column that is left aside changes nothing");
    window.click("7 of 9 columns").choose("column-4", "Title").click("Check again").must_say("Editor, “news”");
    window.fill_in("reason", "The new season").click("Create 3").must_say("3 users created");
    must_look_right(&window, "the result of an import");
    window.click("See who and why").must_say("All promises kept").must_say("The new season");
    must_look_right(&window, "the receipt of an import");
    window.go("/users");
    window.must_say("Zoë Österreicher").must_say("Björn Sjöberg").must_say("François Lefèvre");

    window.click("Main Menu").click("Operations").click("Import of 3 people").click("Undo…");
    window.until("the plan is open", || window.has("dialog[open] #plan"));
    must_look_right(&window, "the plan of an import's undo");
    window.click("Remove 3").must_say("3 users removed again, into the recycle bin");
    must_look_right(&window, "the receipt of an undo");
    window.go("/users");
    assert!(!window.text().contains("Zoë"), "{}", window.text());
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn a_row_with_an_error_is_shown_with_its_cell_and_is_left_out_on_purpose() {
    let (app, ada) = studio();
    let zoe = app.person("Zoë Österreicher").email("zoe@example.test").deactivated().create();
    let window = Window::signed_in(&app, &ada);
    upload(&window, "people-semicolons.csv").must_say("1 row has errors.");
    window.must_say("D2: This person is deactivated. Activate them to give them an access level.");
    assert!(!window.has("[formaction$='/operation']"), "nothing can be confirmed yet");
    must_look_right(&window, "an import with an error");
    window.click("Leave these rows out").must_say("They are left out.");
    window.until("the rest can be confirmed", || window.has("[formaction$='/operation']"));
    must_look_right(&window, "an import without the error");
    window.click("New 2").must_say("Björn Sjöberg");
    window.click("Create 2").must_say("2 users created");
    window.go(&format!("/users/{}", zoe.id));
    assert!(!window.text().contains("Editor, “news”"), "{}", window.text());
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_alone_columns_are_mapped_and_the_rows_confirmed() {
    let (app, ada) = studio();
    let window = Window::signed_in(&app, &ada);
    upload(&window, "people-1252.csv").must_say("Create 3");
    window.tab_to(".mapping summary").press(key::ENTER).tab_to("#column-3").press("d");
    window.tab_to(".mapping button").press(key::ENTER).must_say("No column gives the access level");
    must_look_right(&window, "an import that lacks the access level");
    window.tab_to("#default_level").press("l").tab_to(".mapping button").press(key::ENTER).must_say("Create 3");
    window.tab_to("[formaction$='/operation']").press(key::ENTER).must_say("3 users created");
    window.tab_to(".notice__acts a").press(key::ENTER).must_say("All promises kept");
    window.tab_to("button[value=undo_edit]").press(key::ENTER).must_say("Remove 3");
    window.tab_to("dialog .sheet__foot .button--danger").press(key::ENTER);
    window.must_say("3 users removed again");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn a_file_that_cannot_be_read_is_answered_beside_the_field() {
    let (app, ada) = studio();
    let window = Window::signed_in(&app, &ada);
    upload(&window, "people.xls").must_say("the old kind (.xls). Save it as .xlsx or .csv");
    assert!(window.has("#file[aria-invalid=true][aria-describedby~=file-error]"));
    must_look_right(&window, "a file that cannot be read");
    window.fill_in("file", &fixture("people.xlsx")).fill_in("sheet", "Leute").click("Upload and check");
    window.must_say("This workbook has no sheet called “Leute”. It has: People, Notes.");
    must_look_right(&window, "a sheet that is not there");
    window.fill_in("file", &fixture("people.xlsx")).fill_in("sheet", "notes").click("Upload and check");
    window.must_say("1 row from the sheet “Notes”");
    must_look_right(&window, "an import of which little is known");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_scripts_switched_off_a_file_is_imported_and_undone() {
    let (app, ada) = studio();
    let window = Window::without_scripts(&app).sign_in(&ada);
    app.person("Zoë Österreicher").email("zoe@example.test").deactivated().create();
    upload(&window, "people.xlsx").must_say("1 row has errors.");
    window.click("Leave these rows out").must_say("They are left out.");
    window.click("Create 2").must_say("2 users created");
    window.click("See who and why").must_say("All promises kept").click("Undo…");
    window.click("Remove 2").must_say("2 users removed again, into the recycle bin");
}
