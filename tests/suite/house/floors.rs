//! Who may call whom. This is the map of the house: change it on purpose.

use super::{Source, files, nothing};

/// From the top: each room calls only rooms below it.
const FLOORS: [&str; 15] = [
    "app",
    "demo",
    "kick_start",
    "imports",
    "edits",
    "lifecycle",
    "history",
    "work",
    "sign_in",
    "users",
    "licenses",
    "operations",
    "preferences",
    "audit",
    "db",
];

/// The page kit knows no feature: of the house it sees these alone. Everybody may use it.
const WEB_SEES: [&str; 4] = ["audit", "clock", "secrets", "db"];

/// Beside the database at the bottom, for everybody.
const CELLAR: [&str; 3] = ["clock", "secrets", "spreadsheet"];

/// The web framework and the templates: pages, the page kit, where all is put together, and the door.
fn may_speak_http(path: &str) -> bool {
    is_in(path, "pages") || starts(path, &["web/", "app/", "sign_in/session.rs", "sign_in/viewer.rs"])
}

/// The query builder and the tables: stores, the database room, and files that are a store by nature.
fn may_speak_sql(path: &str) -> bool {
    const STORES: [&str; 13] = [
        "db/",
        "audit/chain.rs",
        "history/",
        "licenses/seats.rs",
        "sign_in/viewer.rs", // the session's user as a row
        "users/actor.rs",
        "users/counts.rs",
        "users/details.rs",
        "users/find.rs",
        "users/list/search.rs", // conditions of a query
        "users/password.rs",
        "users/record/",
        "users/standing.rs",
    ];
    is_in(path, "store") || starts(path, &STORES)
}

/// `users/store.rs`, `users/store/find.rs`
fn is_in(path: &str, role: &str) -> bool {
    path.split('/').any(|part| part == role || part.strip_suffix(".rs") == Some(role))
}

fn starts(path: &str, with: &[&str]) -> bool {
    with.iter().any(|start| path.starts_with(start))
}

/// `users/store.rs` -> `users`; `clock.rs` -> `clock`
fn room(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

fn may_call(caller: &str, called: &str) -> bool {
    let floor = |room: &str| FLOORS.iter().position(|floor| *floor == room);
    if caller == called || CELLAR.contains(&called) || matches!(caller, "main" | "lib") {
        return true;
    }
    match (caller, called) {
        ("web", called) => WEB_SEES.contains(&called),
        // Clock and secrets know the types of the database room, and nothing else.
        (caller, called) if CELLAR.contains(&caller) => called == "db",
        ("audit" | "db", "web") => false,
        (_, "web") => true,
        (caller, called) => floor(caller).zip(floor(called)).is_some_and(|(caller, called)| caller < called),
    }
}

/// Pages stand above all rules: they may show several features, ask who is at the door, and use the page kit, which
/// the rules of the audit room may not.
fn may_show(path: &str, called: &str) -> bool {
    let is_page = is_in(path, "pages") && !path.starts_with("web/");
    is_page && ((FLOORS.contains(&called) && called != "app") || called == "web")
}

/// The rooms that a line names: `crate::users::State` -> `users`.
fn rooms_named(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(""))
}

/// Lines of `files` that hold one of these words, where `may` does not allow it.
fn strays(words: &[&str], may: fn(&str) -> bool) -> Vec<String> {
    let strangers = files("src", "rs").into_iter().filter(|file| !may(&file.path));
    let line = |file: &Source, number: usize, line: &str| format!("src/{}:{number}: {line}", file.path);
    strangers
        .flat_map(|file| {
            // A row may say of itself that it is one.
            let code = file.code().filter(|(_, code)| !code.starts_with("#[derive(") && !code.starts_with("#[diesel("));
            let found = code.filter(|(_, code)| words.iter().any(|word| has_word(code, word)));
            found.map(|(number, code)| line(&file, number, code)).collect::<Vec<_>>()
        })
        .collect()
}

/// `actix` is in `actix_web::App`, not in `factix`.
fn has_word(line: &str, word: &str) -> bool {
    let before = |at: usize| line[..at].chars().next_back();
    line.match_indices(word).any(|(at, _)| !before(at).is_some_and(|c| c.is_alphanumeric() || c == '_'))
}

#[test]
fn rooms_call_only_downwards() {
    let mut found = Vec::new();
    for file in files("src", "rs") {
        for (number, line) in file.code() {
            for called in rooms_named(line) {
                // Of a macro: `$crate::db::Conn`. A group would hide the rooms it names.
                if called.is_empty() {
                    found.push(format!("src/{}:{number}: one `use` per room, please: {line}", file.path));
                } else if !may_call(room(&file.path), called) && !may_show(&file.path, called) {
                    found.push(format!("src/{}:{number}: {} may not call {called}", file.path, room(&file.path)));
                }
            }
        }
    }
    nothing("Calls that go upwards, or to a room that is not on the map:", found);
}

#[test]
fn rules_do_not_call_pages() {
    nothing(
        "Calls of pages from below:",
        strays(&["pages::"], |path| is_in(path, "pages") || path.starts_with("app/")),
    );
}

#[test]
fn rules_know_neither_http_nor_templates() {
    nothing("HTTP or HTML outside pages:", strays(&["actix", "askama"], may_speak_http));
}

#[test]
fn sql_is_spoken_in_stores_alone() {
    nothing("Queries outside stores:", strays(&["diesel::", "schema::"], may_speak_sql));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = files("src", "rs").into_iter().chain(files("tests/suite", "rs"));
    let silent = silent.filter(|file| !file.text.starts_with("//! "));
    nothing("Files that do not open with a `//!` sentence:", silent.map(|file| file.path).collect());
}

#[test]
fn files_stay_readable() {
    // The list of all tables is one thing, however long.
    let read = files("src", "rs").into_iter().filter(|file| file.path != "db/schema.rs");
    let long = read.map(|file| (file.text.lines().count(), file.path));
    let long = long.filter(|(lines, _)| *lines > 400).map(|(lines, path)| format!("src/{path}: {lines} lines"));
    nothing("Files that want to be two:", long.collect());
}
