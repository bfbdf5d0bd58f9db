//! Finding people by parts of a name or an address.

use diesel::prelude::*;
use roster::db::Conn;
use roster::db::schema::users;
use roster::users::find::anybody;
use roster::users::list::{self, Filter};

use crate::support::{TestApp, steps_of};

fn found(app: &TestApp, q: &str) -> Vec<String> {
    let filter = Filter { q: q.into(), ..Filter::default() };
    let now = app.site.clock.now();
    let by_name = list::Sort::BY_NAME;
    let rows = app.read(|conn| {
        let rows = list::page(conn, &filter, by_name, None, roster::web::pagination::Toward::Next, now)?;
        let mut shown: Vec<_> = rows.rows.iter().map(|row| row.id).collect();
        shown.sort_unstable();
        assert_eq!(shown, list::ids(conn, &filter, now)?, "the list and its selection agree on “{q}”");
        assert_eq!(shown.len() as i64, list::count(conn, &filter, now)?);
        Ok(rows.rows)
    });
    rows.into_iter().map(|row| format!("{} {}", row.first_name, row.last_name)).collect()
}

#[test]
fn every_word_must_be_found_in_the_name_or_the_address() {
    let app = TestApp::start();
    for name in ["Élodie Åström", "Bert Cooper", "Berta Cooperman", "Zoë O'Hara", "Under_score Hundred%"] {
        app.person(name).create();
    }
    assert_eq!(
        found(&app, ""),
        ["Bert Cooper", "Berta Cooperman", "Élodie Åström", "Under_score Hundred%", "Zoë O'Hara"]
    );
    assert_eq!(found(&app, "elodie"), ["Élodie Åström"]);
    assert_eq!(found(&app, "ÅSTRÖM"), ["Élodie Åström"]);
    assert_eq!(found(&app, "oope"), ["Bert Cooper", "Berta Cooperman"]);
    assert_eq!(found(&app, "coop rta"), ["Berta Cooperman"]);
    assert_eq!(found(&app, "cooper zoe"), Vec::<String>::new());
    assert_eq!(found(&app, "o'h"), ["Zoë O'Hara"]);
    assert_eq!(found(&app, "bert.cooper@"), ["Bert Cooper"]);
}

#[test]
fn signs_with_a_meaning_of_their_own_are_plain_text() {
    let app = TestApp::start();
    for name in ["Under_score Hundred%", "Underxscore Hundredx", "Quo\"te Dash-Star*"] {
        app.person(name).create();
    }
    assert_eq!(found(&app, "r_s"), ["Under_score Hundred%"]);
    assert_eq!(found(&app, "red%"), ["Under_score Hundred%"]);
    assert_eq!(found(&app, "o\"t"), ["Quo\"te Dash-Star*"]);
    assert_eq!(found(&app, "tar*"), ["Quo\"te Dash-Star*"]);
    assert_eq!(found(&app, "under\0scor"), ["Under_score Hundred%", "Underxscore Hundredx"], "controls separate words");
    for nothing in ["%%%", "___", "\"\"\"", "'''", "\\\\\\", "AND", "NEAR(a b)", "((("] {
        assert_eq!(found(&app, nothing), Vec::<String>::new(), "{nothing}");
    }
}

#[test]
fn one_or_two_characters_stand_at_the_beginning() {
    let app = TestApp::start();
    for name in ["Ola Berg", "Olga Nord", "Nora Olsen"] {
        app.person(name).create();
    }
    assert_eq!(found(&app, "o"), ["Ola Berg", "Olga Nord"]);
    assert_eq!(found(&app, "Ol"), ["Ola Berg", "Olga Nord"]);
    assert_eq!(found(&app, "o n"), ["Olga Nord"]);
    assert_eq!(found(&app, "nora ol"), ["Nora Olsen"]);
    // Nobody's name begins so, but an address does.
    app.person("Per Quist").email("x7@example.test").create();
    assert_eq!(found(&app, "x7"), ["Per Quist"]);
    assert_eq!(found(&app, "_"), Vec::<String>::new());
    assert_eq!(found(&app, "%"), Vec::<String>::new());
}

#[test]
fn a_word_that_fits_very_many_is_found_as_one_that_fits_few() {
    let app = TestApp::start();
    for i in 0..230 {
        app.person(&format!("Common Number{i:03}"))
            .without_password()
            .level(roster::licenses::AccessLevel::ExternalUser)
            .create();
    }
    assert_eq!(found(&app, "number12").len(), 10);
    let filter = Filter { q: "common".into(), ..Filter::default() };
    let now = app.site.clock.now();
    assert_eq!(app.read(|conn| list::ids(conn, &filter, now)).len(), 230);
    assert_eq!(app.read(|conn| list::count(conn, &filter, now)), 230);
}

#[test]
fn anybody_is_found_in_any_state_by_their_ids() {
    let app = TestApp::start();
    for name in ["Bert Cooper", "Cleo Marsh", "Bert Cooper", "Bo Cooperman"] {
        app.person(name).email(&format!("{}@example.test", roster::secrets::random_token::<8>())).create();
    }
    let ids: Vec<roster::db::UserId> =
        app.read(|conn| Ok(users::table.order(users::id).select(users::id).load(conn)?));
    app.tamper(&format!(
        "UPDATE users SET state = 'deleted', deleted_from = 'active', deleted_at = 1, access_level = NULL, \
         email = 'gone@example.test', email_key = 'gone@example.test' WHERE id = {}",
        ids[0]
    ));
    let found = |text: &str, limit: i64| -> Vec<roster::db::UserId> {
        app.read(|conn| Ok(anybody(conn, text, limit)?.into_iter().map(|(_, id)| id).collect()))
    };
    assert_eq!(found("bert COOPER", 10), [ids[0], ids[2]], "the whole name");
    assert_eq!(found("bert cooper", 1), [ids[0]]);
    assert_eq!(found("Gone@Example.test", 10), [ids[0]], "the address");
    assert_eq!(found("ooper", 10), [ids[0], ids[2], ids[3]], "a part");
    assert_eq!(found("b", 10), [ids[0], ids[2], ids[3]], "the beginning");
    assert_eq!(found("nobody", 10), []);
}

#[test]
fn an_address_is_found_though_very_many_have_its_mailbox_in_theirs() {
    let app = TestApp::start();
    app.tamper(
        "INSERT INTO users (first_name, last_name, email, state, access_level, last_access_level, created_at, \
         state_changed_at, name_key, email_key) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) \
         SELECT 'Maxine', 'N' || i, 'maxine' || i || '@example.test', 'active', 'external', 'external', 1, 1, \
         'maxine n' || i, 'maxine' || i || '@example.test' FROM n",
    );
    let max = app.person("Max Moritz").email("max@northwind.example").create();
    let is_found = app.read(|conn| anybody(conn, "max@northwind", 10));
    assert_eq!(is_found, [("Max Moritz".to_owned(), max.id)]);
    assert_eq!(found(&app, "max@northwind"), ["Max Moritz"]);
}

#[test]
fn anybody_is_looked_up_along_an_index() {
    let app = TestApp::start();
    app.person("Bert Cooper").create();
    app.read(|conn| {
        for text in ["bert.cooper@example.test", "nobody at all", "zz"] {
            let asked = steps_of(conn, |conn| anybody(conn, text, 10))?;
            assert!(matches!(conn, Conn::Postgres(_)) || asked.len() >= 2, "{asked:?}");
            for (asked, steps) in asked {
                assert!(!steps.iter().any(|step| step.starts_with("SCAN users")), "{asked}\n{steps:#?}");
            }
        }
        Ok(())
    });
}
