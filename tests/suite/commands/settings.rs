//! A wrong setting is named, by flag and variable, before anything starts.

use crate::support::program::{roster, run};

#[test]
fn a_wrong_setting_is_named_by_its_flag_and_its_variable() {
    for (variable, value, sentences) in [
        ("DATABASE_URL", "postgress://ada:hush-hush@db/roster", ["--database-url <URL>", "postgres://USER@HOST/NAME"]),
        ("DATABASE_URL", "roster.db", ["'DATABASE_URL'", "sqlite:PATH"]),
        ("DATABASE_URL", "sqlite:", ["'DATABASE_URL'", "sqlite:PATH"]),
        ("ROSTER_LISTEN", "8080", ["--listen <ADDRESS>", "ROSTER_LISTEN"]),
        ("ROSTER_PUBLIC_URL", "roster.example.com", ["ROSTER_PUBLIC_URL", "expected https://HOST"]),
        ("ROSTER_TIME_ZONE", "Europe/Wien", ["ROSTER_TIME_ZONE", "such as Europe/Vienna"]),
        ("ROSTER_TRUSTED_PROXIES", "10.0.0.0/99", ["ROSTER_TRUSTED_PROXIES", "10.0.0.0/8"]),
        ("ROSTER_SESSION_HOURS", "0", ["ROSTER_SESSION_HOURS", "1..=720"]),
        ("ROSTER_LEASE_SECONDS", "0", ["ROSTER_LEASE_SECONDS", "1..=3600"]),
        ("ROSTER_ERASE_AFTER_DAYS", "-1", ["ROSTER_ERASE_AFTER_DAYS", "0..=3650"]),
        ("ROSTER_ERASE_AFTER_DAYS", "soon", ["--erase-after-days <DAYS>", "invalid digit"]),
    ] {
        let ended = run(roster(&["serve"]).env(variable, value));
        ended.must_end_with(2).must_say(sentences[0]).must_say(sentences[1]).must_not_say("hush-hush");
    }
}

#[test]
fn help_does_not_show_what_the_variables_hold() {
    let ended = run(roster(&["--help"]).env("DATABASE_URL", "postgres://ada:hush-hush@db/roster"));
    ended
        .must_end_with(0)
        .must_say("[env: DATABASE_URL]")
        .must_say("[default: sqlite:roster.db]")
        .must_not_say("hush-hush");
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("roster.db").display());
    let serve = |name: &str, value: &str| {
        run(roster(&["serve", "--listen", "127.0.0.1:0"]).env("DATABASE_URL", &database).env(name, value))
    };
    let here = folder.path().display().to_string();
    serve("ROSTER_KEY_FILE", &here).must_end_with(1).must_say(&format!("The key file {here} cannot be read"));
    let garbage = folder.path().join("garbage");
    std::fs::write(&garbage, "not a key").expect("a file");
    serve("ROSTER_KEY_FILE", &garbage.display().to_string())
        .must_end_with(1)
        .must_say("expected 64 hexadecimal digits");
    serve("DATABASE_URL", &format!("sqlite:{here}/none/roster.db"))
        .must_end_with(1)
        .must_say("of the database does not exist");
    serve("DATABASE_URL", &format!("sqlite:{}", garbage.display())).must_end_with(1).must_say("is not a database");
    serve("DATABASE_URL", "postgres://ada:hush-hush@127.0.0.1:1/roster")
        .must_end_with(1)
        .must_say("The PostgreSQL database of DATABASE_URL cannot be opened")
        .must_not_say("hush-hush");
}

#[test]
fn commands_that_only_look_make_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [&["doctor"] as &[&str], &["audit", "verify"], &["backup", "b.tar"]] {
        let ended = run(roster(arguments).current_dir(folder.path()));
        ended.must_say("There is no database roster.db.");
        assert_ne!(ended.code, 0);
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

/// Every word between `before` and `after`.
fn between<'a>(text: &'a str, before: &str, after: char) -> Vec<&'a str> {
    let parts = text.split(before).skip(1);
    let mut words: Vec<&str> = parts.filter_map(|part| part.split(after).next()).map(str::trim).collect();
    words.sort_unstable();
    words
}

#[test]
fn the_manual_lists_every_setting_with_its_default() {
    let help = run(&mut roster(&["serve", "--help"])).out;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let manual = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/manual/running.md")).expect("it");
    let table = manual.split_once("## Settings").expect("a chapter on settings").1;
    let mut listed = between(table, "\n| `", '`');
    listed.retain(|name| *name != "ROSTER_LOG"); // a matter of the log, not of clap
    assert_eq!(listed, between(&help, "[env: ", ']'));
    let by_clap = help.split(" --").filter(|part| part.contains("[env: "));
    for part in by_clap {
        let (name, defaults) = (between(part, "[env: ", ']')[0], between(part, "[default: ", ']'));
        let row = table.lines().find(|line| line.starts_with(&format!("| `{name}`"))).expect("its row");
        for default in defaults.iter().filter(|default| !default.contains(' ')) {
            assert!(row.contains(&format!("| `{default}` |")), "{row} should say {default}");
        }
    }
}
