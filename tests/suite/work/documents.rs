//! Documents: what comes back is what was sent, under a harmless name, and nothing is left of a refused upload.

use diesel::prelude::*;
use roster::db::schema::documents;

use super::{deactivate, delete};
use crate::support::{Browser, TestApp};

fn files(app: &TestApp) -> usize {
    std::fs::read_dir(&app.site.uploads).expect("the folder").count()
}

#[test]
fn a_document_comes_back_as_it_was_sent_as_a_file_to_keep() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let project = app.project("Spring catalogue").owned_by(&ada).create();
    app.task(&project, "Headlines").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let content: Vec<u8> = (0..700_000_u32).map(|n| b'a' + (n % 23) as u8).collect();
    for (n, (at, action)) in [
        ("/work-items/1", "/work-items/1/documents"),
        ("/projects/1?show=documents", "/projects/1/documents"),
        ("/my-area", "/my-area/documents"),
    ]
    .into_iter()
    .enumerate()
    {
        let page = browser.get(at);
        let page = browser.upload(&page, action, "file", "Prüfung.html", &content);
        page.must_say("Prüfung.html").must_say("700 kB");
        let file = browser.get(&format!("/documents/{}", n + 1));
        assert_eq!(file.status, 200);
        assert!(file.body.as_bytes() == content, "{at}: other content");
        let header = |name: &str| file.headers.get(name).cloned().unwrap_or_default();
        assert_eq!(header("content-type"), "application/octet-stream");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-length"), "700000");
        assert_eq!(
            header("content-disposition"),
            "attachment; filename=\"Pr_fung.html\"; filename*=UTF-8''Pr%C3%BCfung%2Ehtml"
        );
    }
    assert_eq!(files(&app), 3);
}

#[test]
fn hostile_names_lead_nowhere() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let long = format!("{}.txt", "x".repeat(300));
    for name in ["../../etc/passwd", "..", "<script>alert(1)</script>", &long] {
        let page = browser.get("/my-area");
        let page = browser.upload(&page, "/my-area/documents", "file", name, b"content");
        assert_eq!(page.status, 200, "{name}");
    }
    let page = browser.get("/my-area");
    let answer = browser.upload(&page, "/my-area/documents", "file", "a\r\nb", b"content");
    assert!(answer.status < 500, "{}", answer.status);
    let names: Vec<String> =
        app.read(|conn| Ok(documents::table.select(documents::name).order(documents::id).load(conn)?));
    assert_eq!(names[0], "passwd");
    assert_eq!(names[1], "document");
    assert_eq!(names[3].chars().count(), 200);
    assert!(names.iter().all(|name| !name.is_empty() && !name.contains(['/', '\\', '\r', '\n'])), "{names:?}");
    let stored: Vec<Option<String>> = app.read(|conn| Ok(documents::table.select(documents::stored_as).load(conn)?));
    assert!(stored.iter().flatten().all(|name| name.chars().all(|c| c.is_ascii_alphanumeric())));
}

#[test]
fn nothing_is_left_of_an_upload_that_is_refused() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/my-area");
    let too_large = vec![0; (1 << 20) + 1];
    let answer = browser.upload(&page, "/my-area/documents", "file", "large.bin", &too_large);
    assert_eq!(answer.status, 422);
    assert_eq!(answer.error_at("file"), "This file is too large: at most 1 MB.");
    let answer = browser.upload(&page, "/my-area/documents", "file", "empty.txt", b"");
    assert_eq!((answer.status, answer.error_at("file").as_str()), (422, "This file is empty."));
    let answer = browser.upload(&page, "/my-area/documents", "file", "", b"");
    assert_eq!((answer.status, answer.error_at("file").as_str()), (422, "Choose a file first."));
    let token = page.value_of("csrf");
    assert_eq!(browser.upload_raw("/work-items/99/documents", &token, "lost.txt", b"content").status, 404);
    assert_eq!(browser.upload_raw("/my-area/documents", "forged", "forged.txt", b"content").status, 403);
    assert_eq!(files(&app), 0);
    let exactly = vec![7; 1 << 20];
    assert_eq!(browser.upload(&page, "/my-area/documents", "file", "exact.bin", &exactly).status, 200);
    assert_eq!(files(&app), 1);
}

#[test]
fn documents_of_whoever_left_stay_in_projects_and_those_of_the_deleted_go_from_view() {
    let app = TestApp::start();
    let admin = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").create();
    let project = app.project("Spring catalogue").owned_by(&admin).create();
    let shared = app.document(&cleo, "brief.txt").in_project(&project).containing(b"brief").create();
    let own = app.document(&cleo, "own.txt").containing(b"own").create();
    let mut browser = Browser::signed_in(&app, &admin);
    deactivate(&app, &cleo);
    assert_eq!(browser.get(&format!("/documents/{own}")).status, 200);
    delete(&app, &cleo);
    assert_eq!(browser.get(&format!("/documents/{own}")).status, 404);
    assert_eq!(browser.get(&format!("/documents/{shared}")).status, 200);
    let page = browser.get("/projects/1?show=documents");
    page.must_say("brief.txt").must_say("blank").must_not_say("Cleo");
}
