//! Finding people by parts of a name or an address.

use std::sync::{Arc, Mutex};

use diesel::connection::{Connection, InstrumentationEvent};
use diesel::prelude::*;
use roster::db::Conn;
use roster::db::schema::users;
use roster::users::find::anybody;
use roster::users::list::{self, Filter};

use crate::support::TestApp;

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
fn anybody_is_looked_up_along_an_index() {
    let app = TestApp::start();
    app.person("Bert Cooper").create();
    // Only SQLite says how it would go about a statement without its values.
    app.read(|conn| {
        let Conn::Sqlite(_) = conn else { return Ok(()) };
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = asked.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                let query = query.to_string();
                let text = query.split("-- binds").next().unwrap_or_default().trim().to_owned();
                noted.lock().expect("not poisoned").push(text);
            }
        });
        for text in ["bert.cooper@example.test", "nobody at all", "zz"] {
            anybody(conn, text, 10)?;
        }
        conn.set_instrumentation(|_: InstrumentationEvent<'_>| ());
        let asked = asked.lock().expect("not poisoned").clone();
        assert!(asked.len() >= 10, "{asked:?}");
        for text in asked.iter().filter(|text| text.contains("`users`")) {
            let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(conn)?;
            let steps: Vec<String> = steps.into_iter().map(|step| step.detail).collect();
            assert!(!steps.iter().any(|step| step.starts_with("SCAN users")), "{text}\n{steps:#?}");
        }
        Ok(())
    });
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}
