//! The real program: what it prints at its first start, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Browser, fresh_database};
use roster::db::Address;

struct Process {
    child: Child,
    base: String,
    /// The path of the first administrator's page.
    link: Option<String>,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn url(address: &Address) -> String {
    match address {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    }
}

fn start(folder: &tempfile::TempDir, database: &Address) -> Process {
    let mut child = Command::new(env!("CARGO_BIN_EXE_roster"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("DATABASE_URL", url(database))
        .env("ROSTER_UPLOADS", folder.path().join("uploads"))
        .env("ROSTER_KEY_FILE", folder.path().join("roster.key"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
    let first = lines.next().expect("a line");
    let base = first.strip_prefix("Roster is at ").expect("its address").to_owned();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || lines.for_each(|line| drop(tell.send(line))));
    let mut link = None;
    while let Ok(line) = told.recv_timeout(Duration::from_millis(500)) {
        link = link.or_else(|| line.trim().strip_prefix(&base).map(str::to_owned));
    }
    Process { child, base, link }
}

#[test]
fn the_first_start_prints_a_link_and_a_later_one_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = fresh_database(&folder);
    let process = start(&folder, &database);
    let link = process.link.clone().expect("a link on an empty database");
    let mut browser = Browser::at(&process.base);
    let page = browser.get(&link);
    let fields = [
        ("organization", "Northwind Studio"),
        ("first_name", "Ada"),
        ("last_name", "Lindqvist"),
        ("email", "ada@example.test"),
        ("password", "seven swans on a lake"),
        ("again", "seven swans on a lake"),
    ];
    browser.submit(&page, &link, &fields);
    browser.get("/account").must_say("Ada Lindqvist");
    drop(process);
    let again = start(&folder, &database);
    assert_eq!(again.link, None);
}

#[cfg(unix)]
#[test]
fn a_request_under_way_is_finished_when_the_process_is_told_to_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = start(&folder, &fresh_database(&folder));
    let address = process.base.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).expect("a connection");
    let head = "POST /sign-in HTTP/1.1\r\nHost: roster\r\nConnection: close\r\n\
                Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\nemail=ada&";
    stream.write_all(head.as_bytes()).expect("half of a request");
    std::thread::sleep(Duration::from_millis(300));
    let told = Command::new("kill").args(["-TERM", &process.child.id().to_string()]).status().expect("kill");
    assert!(told.success());
    std::thread::sleep(Duration::from_millis(700));
    assert!(TcpStream::connect(&address).is_err(), "nobody new is let in");
    stream.write_all(b"password=x").expect("the other half");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 403"), "the page that a form without its token gets: {answer}");
    let until = Instant::now() + Duration::from_secs(20);
    while process.child.try_wait().expect("a state").is_none() {
        assert!(Instant::now() < until, "the process ends");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(process.child.wait().expect("its end").success());
}
