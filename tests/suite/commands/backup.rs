//! `roster backup`: made while the server writes, and restored as the manual says.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::prelude::*;
use roster::audit::Event;
use roster::db::schema::documents;
use roster::db::{Address, Conn, Lane};

use crate::support::program::{roster, run, start, url_of, wait_until_ready};
use crate::support::{Browser, TestApp, empty_database};

/// Unpacks as the manual says; gives the names in the archive.
fn unpack(archive: &Path, into: &Path) {
    let done = Command::new("tar").arg("xf").arg(archive).arg("-C").arg(into).status().expect("tar runs");
    assert!(done.success());
}

/// Writes an audit entry and a document, each in its own transaction, until told to stop.
fn keep_writing(app: &TestApp, stop: &AtomicBool) -> usize {
    let ada = app.person("Ada Lindqvist").administrator().create();
    let now = app.site.clock.now();
    let mut written = 0;
    while !stop.load(Ordering::SeqCst) {
        let event = [Event::new("user.edited", None).about(ada.id)];
        app.write(|conn| app.site.chain.record(conn, now, &event));
        app.document(&ada, &format!("{written}.txt")).containing(format!("document {written}").as_bytes()).create();
        written += 1;
    }
    written
}

#[test]
fn a_backup_made_while_others_write_is_whole_when_restored() {
    let app = TestApp::start();
    let archive = app.folder.path().join("backup.tar.gz");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| keep_writing(&app, &stop));
        // Some of it first.
        let enough = |conn: &mut Conn| Ok(documents::table.count().get_result::<i64>(conn)? >= 5);
        while !app.read(enough) {
            std::thread::yield_now();
        }
        let ended = run(app.roster(&["backup"]).arg(&archive));
        stop.store(true, Ordering::SeqCst);
        assert!(writer.join().expect("the writer") >= 5);
        ended.must_end_with(0).must_say("Backed up the database").must_say("roster.key is not inside");
    });

    let place = tempfile::tempdir().expect("a folder");
    unpack(&archive, place.path());
    assert!(!place.path().join("roster.key").exists());
    assert!(std::fs::read_to_string(place.path().join("RESTORE.txt")).expect("a text").contains("roster doctor"));
    std::fs::copy(app.folder.path().join("roster.key"), place.path().join("roster.key")).expect("the key, kept apart");
    let restored = restore(place.path());
    let command = |arguments: &[&str]| {
        let mut command = roster(arguments);
        command.current_dir(place.path()).env("DATABASE_URL", url_of(&restored.address));
        command
    };
    run(&mut command(&["audit", "verify"])).must_end_with(0);
    run(&mut command(&["doctor"])).must_end_with(0).must_say("ok Every document has its file");
    let mut conn = restored.address.connect().expect("the restored database");
    let kept: Vec<(String, String)> = documents::table
        .select((documents::name, documents::stored_as.assume_not_null()))
        .load(&mut conn)
        .expect("documents");
    assert!(kept.len() >= 5);
    for (name, stored_as) in kept {
        let content = std::fs::read_to_string(place.path().join("roster-uploads").join(stored_as)).expect("its file");
        assert_eq!(content, format!("document {}", name.trim_end_matches(".txt")));
    }
    let serving = wait_until_ready(start(&mut command(&[])));
    let mut browser = Browser::at(&serving.address);
    let page = browser.get("/sign-in");
    let signed_in = [("email", "ada.lindqvist@example.test"), ("password", crate::support::PASSWORD)];
    let page = browser.submit(&page, "/sign-in", &signed_in);
    assert_ne!(page.status, 422, "{}", page.text());
}

/// Puts the unpacked database where a server finds it.
fn restore(place: &Path) -> crate::support::EmptyDatabase {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = empty_database(&folder);
    match &mut database.address {
        Address::Sqlite(path) => *path = place.join("roster.db"),
        Address::Postgres(url) => {
            let mut programs = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed").flatten();
            let program = programs.next().expect("a version").path().join("bin/pg_restore");
            let mut command = Command::new(program);
            command.args(["--no-owner", "--no-privileges", "--exit-on-error"]).arg(format!("--dbname={url}"));
            assert!(command.arg(place.join("roster.dump")).status().expect("pg_restore runs").success());
        }
    }
    database
}

#[test]
fn a_file_that_is_there_is_never_overwritten_and_nothing_is_left_of_a_failure() {
    let app = TestApp::start();
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("backup.tar");
    std::fs::write(&file, "last week's").expect("a file");
    run(app.roster(&["backup"]).arg(&file)).must_end_with(1).must_say("never overwritten");
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), "last week's");
    let elsewhere = place.path().join("backup2.tar");
    let mut command = app.roster(&["backup"]);
    run(command.arg(&elsewhere).env("DATABASE_URL", "postgres://ada:hush-hush@127.0.0.1:1/x"))
        .must_end_with(1)
        .must_say("cannot be copied")
        .must_not_say("hush-hush");
    assert_eq!(std::fs::read_dir(place.path()).expect("the folder").count(), 1);
    run(app.roster(&["backup"]).arg(place.path().join("none/backup.tar"))).must_end_with(1).must_say("cannot be made");
}

#[test]
fn a_backup_is_readable_by_its_owner_only() {
    let app = TestApp::start();
    app.site
        .db
        .write_now(Lane::Work, |conn| roster::preferences::set_organization_name(conn, "Example"))
        .expect("a name");
    let file = app.folder.path().join("backup.tar");
    run(app.roster(&["backup"]).arg(&file)).must_end_with(0);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).expect("the file").permissions());
    assert_eq!(mode & 0o777, 0o600);
}
