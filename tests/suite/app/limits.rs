//! Too slow, too large, and a panic: each has a clear answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::{App, test as drive, web};
use diesel::connection::SimpleConnection;
use roster::web::door;

use crate::support::{Browser, TestApp};

/// Sends bytes as they are and reads what comes until the connection is closed.
fn raw(app: &TestApp, request: &str) -> String {
    let mut stream = TcpStream::connect(app.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn post(length: usize) -> String {
    format!(
        "POST /sign-in HTTP/1.1\r\nHost: roster\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\nemail=ada"
    )
}

#[test]
fn a_form_that_is_too_large_is_refused_with_a_page() {
    let answer = raw(&TestApp::start(), &post(2 << 20));
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("This form is too large") && answer.contains("content-security-policy"), "{answer}");
}

#[test]
fn a_form_that_never_arrives_is_given_up_with_a_page() {
    let app = TestApp::start_with(|site| site.patience = Duration::from_millis(300));
    let answer = raw(&app, &post(100));
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("Too slow") && answer.contains("content-security-policy"), "{answer}");
}

#[test]
fn a_panic_is_an_incident_and_not_a_dropped_connection() {
    async fn panics() -> &'static str {
        panic!("on purpose")
    }
    let app = TestApp::start();
    let site = app.site.clone();
    actix_web::rt::System::new().block_on(async move {
        let service = App::new().app_data(site).wrap(from_fn(door::guard)).route("/", web::get().to(panics));
        let service = drive::init_service(service).await;
        let error = drive::try_call_service(&service, drive::TestRequest::get().uri("/").to_request()).await;
        let answer = error.expect_err("a panic").error_response();
        assert_eq!(answer.status(), 500);
        assert!(answer.headers().contains_key("content-security-policy"));
        let body = actix_web::body::to_bytes(answer.into_body()).await.unwrap_or_default();
        let body = String::from_utf8_lossy(&body);
        assert!(body.contains("Incident") && !body.contains("on purpose"), "{body}");
    });
}

#[test]
fn whoever_would_wait_too_long_gets_an_answer_and_the_change_goes_on() {
    let app = TestApp::start_with(|site| site.time_limit = Duration::from_millis(500));
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/account");
    let mut other = app.database.connect().expect("a connection");
    let hold = match app.database.sqlite_path() {
        Some(_) => "BEGIN IMMEDIATE",
        None => "BEGIN; LOCK TABLE users IN EXCLUSIVE MODE",
    };
    other.batch_execute(hold).expect("the lock");
    let answer = browser.submit(&page, "/account", &[("time_zone", "Europe/Vienna")]);
    assert_eq!(answer.status, 503);
    answer.must_say("This takes too long").must_say("it may still be made");
    assert!(answer.headers.contains_key("content-security-policy"));
    other.batch_execute("ROLLBACK").expect("unlocked");
    let is_saved = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        browser.get("/account").value_of("time_zone") == "Europe/Vienna"
    });
    assert!(is_saved);
}

#[test]
fn a_form_that_says_it_is_compressed_and_is_not_is_refused() {
    let answer = raw(&TestApp::start(), &post(9).replace("Content-Length", "Content-Encoding: gzip\r\nContent-Length"));
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[test]
fn a_page_that_is_only_watched_is_asked_with_head() {
    let app = TestApp::start();
    for path in ["/healthz", "/readyz", "/sign-in"] {
        let answer = raw(&app, &format!("HEAD {path} HTTP/1.1\r\nHost: roster\r\nConnection: close\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{path}: {answer}");
    }
}

#[test]
fn a_document_whose_sender_no_longer_waits_keeps_its_file() {
    let app = TestApp::start_with(|site| site.time_limit = Duration::from_millis(200));
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/my-area");
    let mut other = app.database.connect().expect("a connection");
    let hold = match app.database.sqlite_path() {
        Some(_) => "BEGIN IMMEDIATE",
        None => "BEGIN; LOCK TABLE users IN EXCLUSIVE MODE",
    };
    other.batch_execute(hold).expect("the lock");
    let answer = browser.upload(&page, "/my-area/documents", "file", "brief.txt", b"all of it");
    assert_eq!(answer.status, 503, "{}", answer.text());
    other.batch_execute("ROLLBACK").expect("unlocked");
    let is_there = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        browser.get("/my-area").text().contains("brief.txt")
    });
    assert!(is_there);
    assert_eq!(browser.get("/documents/1").text(), "all of it");
}
