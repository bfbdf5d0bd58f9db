//! The demo: starts by itself, keeps what was done, and tells the story it is meant to tell.

use std::path::Path;

use clap::Parser;
use diesel::prelude::*;
use roster::app::commands::demo::{Demo, open, run};
use roster::app::config::Settings;
use roster::db::schema::{operations, passwords, users};
use roster::db::{Conn, Lane, UserId};
use roster::demo::{ADMINISTRATOR, PASSWORD};
use roster::history::{self, kinds};
use roster::licenses::{AccessLevel, LicenseType, seats};
use roster::users::password_rules::{Known, Rules};
use roster::users::units::{self, Unit};
use roster::users::{State, counts, password};
use roster::web::Site;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    demo: Demo,
}

fn line(arguments: &[&str]) -> Line {
    let all = std::iter::once("roster").chain(arguments.iter().copied());
    Line::try_parse_from(all).expect("arguments that are right")
}

fn opened(dir: &Path, fresh: bool) -> Result<(Site, std::fs::File), String> {
    open(&line(&[]).settings, dir, fresh)
}

fn read<T>(site: &Site, f: impl FnOnce(&mut Conn) -> roster::db::Result<T>) -> T {
    site.db.read_now(f).expect("a read")
}

fn id(site: &Site, email: &str) -> UserId {
    let query = users::table.filter(users::email_key.eq(email)).select(users::id);
    read(site, |conn| Ok(query.first(conn)?))
}

fn rename(site: &Site, title: &str) {
    let ada = id(site, ADMINISTRATOR);
    let write = |conn: &mut Conn| -> roster::db::Result<()> {
        diesel::update(users::table.find(ada)).set(users::title.eq(title)).execute(conn)?;
        Ok(())
    };
    site.db.write_now(Lane::Administration, write).expect("a write");
}

fn title(site: &Site) -> String {
    let ada = id(site, ADMINISTRATOR);
    read(site, |conn| Ok(users::table.find(ada).select(users::title).first(conn)?))
}

#[test]
fn a_demo_keeps_what_was_done_until_a_fresh_one_is_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dir = folder.path().join("demo");
    let (site, lock) = opened(&dir, false).expect("a demo");
    rename(&site, "Retired");
    let refusal = opened(&dir, true).err().expect("it is running");
    assert!(refusal.contains("Stop it before you start over"), "{refusal}");
    drop((site, lock));
    let (site, lock) = opened(&dir, false).expect("the demo again");
    assert_eq!(title(&site), "Retired");
    drop((site, lock));
    let (site, _lock) = opened(&dir, true).expect("a fresh demo");
    assert_eq!(title(&site), "Studio Director");
}

#[test]
fn a_folder_with_other_things_in_it_is_never_touched() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("demo.db"), "mine").expect("a file");
    let refusal = opened(folder.path(), true).err().expect("not a demo's folder");
    assert!(refusal.contains("has other things in it"), "{refusal}");
    assert_eq!(std::fs::read_to_string(folder.path().join("demo.db")).expect("a file"), "mine");
}

#[test]
fn a_demo_listens_on_this_machine_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dir = folder.path().join("demo");
    let line = line(&["--listen", "0.0.0.0:8080", "--dir", &dir.to_string_lossy()]);
    let refusal = run(&line.settings, &line.demo).expect_err("not a loopback address");
    assert!(refusal.contains("not a loopback address"), "{refusal}");
    assert!(!dir.exists());
}

#[test]
fn the_demo_makes_its_point() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (site, _lock) = opened(&folder.path().join("demo"), false).expect("a demo");
    let history_of = |email: &str| {
        let who = id(&site, email);
        read(&site, |conn| history::count(conn, &[who])).remove(&who).unwrap_or_default()
    };
    let cleo = history_of("cleo.marchetti@northwind.example");
    let tallies: Vec<(&str, i64)> = kinds().iter().map(|kind| (kind.key(), cleo.of(*kind).entries())).collect();
    for expected in [("assignments", 37), ("hours", 212), ("notes", 64), ("documents", 18), ("created", 21)] {
        assert!(tallies.contains(&expected), "{expected:?} in {tallies:?}");
    }
    let words = cleo.in_words();
    for part in ["9 of them open", "486.5 hours", "3 in their own area"] {
        assert!(words.contains(part), "“{part}” in: {words}");
    }
    for nobody in
        ["gita.rao@northwind.example", "hugo.test@northwind.example", "cleo.marchetti@northwind-studio.example"]
    {
        assert!(history_of(nobody).is_empty(), "{nobody}");
    }
    assert!(history_of("magnus.thorvaldsen@northwind.example").entries() > 2_000);
    for unit in Unit::ALL {
        assert!(read(&site, |conn| units::all(conn, *unit)).len() >= 5, "{unit:?}");
    }
    for (license, free) in [(LicenseType::Standard, 2), (LicenseType::Light, 2), (LicenseType::Contributor, 1)] {
        assert_eq!(read(&site, |conn| seats::of(conn, license)).free(), Some(free), "{license:?}");
    }
    assert_eq!(read(&site, |conn| Ok(operations::table.count().get_result::<i64>(conn)?)), 3);
    read(&site, |conn| Ok(site.chain.verify(conn)?.expect("the chain verifies")));
}

#[test]
fn the_demos_counters_are_right_and_everybody_has_the_password() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (site, _lock) = opened(&folder.path().join("demo"), false).expect("a demo");
    let people: Vec<(State, Option<AccessLevel>)> =
        read(&site, |conn| Ok(users::table.select((users::state, users::access_level)).load(conn)?));
    let in_state = |state| people.iter().filter(|(other, _)| *other == state).count() as i64;
    let counted = read(&site, counts::read);
    assert_eq!(counted.active, in_state(State::Active));
    assert_eq!(counted.deactivated, in_state(State::Deactivated));
    assert_eq!(counted.deleted, in_state(State::Deleted));
    for license in LicenseType::ALL {
        let used = people.iter().filter(|(_, level)| level.is_some_and(|level| level.license_type() == *license));
        assert_eq!(read(&site, |conn| seats::of(conn, *license)).used, used.count() as i64, "{license:?}");
    }
    let hashes: Vec<String> = read(&site, |conn| Ok(passwords::table.select(passwords::hash).load(conn)?));
    assert_eq!(hashes.len(), people.len());
    assert!(password::is_right(PASSWORD, &hashes[0]));
    let nobody = Known { first_name: "", last_name: "", email: "" };
    assert_eq!(read(&site, Rules::read).problem(PASSWORD, &nobody), None);
}
