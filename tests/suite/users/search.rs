//! Finding people by parts of a name or an address.

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
