//! `roster serve`: starting, alone and twice.

use crate::support::program::{roster, run, start, url_of, wait_until_ready};
use crate::support::{Browser, TestApp, empty_database};

#[test]
fn two_servers_that_start_at_the_same_moment_on_an_empty_database_both_come_up() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().expect("a folder");
        let database = empty_database(&folder);
        let begin = || start(roster(&[]).current_dir(folder.path()).env("DATABASE_URL", url_of(&database.address)));
        let both: Vec<_> = (0..2).map(|_| begin()).collect();
        let both: Vec<_> = both.into_iter().map(wait_until_ready).collect();
        for serving in &both {
            assert_eq!(Browser::at(&serving.address).get("/sign-in").status, 200);
        }
    }
}

#[test]
fn an_older_program_does_not_start_on_a_newer_database() {
    let app = TestApp::start();
    app.tamper("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')");
    run(&mut app.roster(&["serve", "--listen", "127.0.0.1:0"])).must_end_with(1).must_say("a newer Roster");
}
