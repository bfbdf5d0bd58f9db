//! A generated organization of 300 users: what is counted for its selections is what its generator says.

use std::collections::HashMap;

use diesel::prelude::*;
use roster::db::UserId;
use roster::db::schema::users;
use roster::history::{self, History, kinds};
use roster::kick_start::{Folder, load};
use serde_json::Value;

use crate::support::TestApp;

const ORGANIZATION: &[u8] = include_bytes!("../../fixtures/organization-300.tar.gz");

#[test]
fn the_counts_are_those_of_the_generator() {
    let app = TestApp::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(ORGANIZATION));
    archive.unpack(folder.path()).expect("the fixture unpacks");
    let source = Folder(folder.path().to_owned());
    load(&app.site, &source, app.site.clock.now(), &mut |_| {}, |_| Ok(())).expect("a right folder");

    let selections = std::fs::read(folder.path().join("selections.json")).expect("selections.json");
    let selections: Value = serde_json::from_slice(&selections).expect("JSON");
    // The address ends in the folder's own id.
    let people: Vec<(UserId, String)> =
        app.read(|conn| Ok(users::table.select((users::id, users::email)).load(conn)?));
    let ids: HashMap<i64, UserId> = people
        .iter()
        .map(|(id, email)| (email.split('@').next().unwrap().rsplit('.').next().unwrap().parse().unwrap(), *id))
        .collect();
    let of = |value: &Value| -> Vec<UserId> {
        let list = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        list.iter().map(|id| ids[&id.as_i64().expect("an id")]).collect()
    };
    let count = |who: &[UserId]| app.read(|conn| history::count(conn, who));
    let check = |who: &Value, expected: &Value, what: &str| {
        let mut together = History::default();
        count(&of(who)).values().for_each(|one| together.include(one));
        let minutes = kinds().iter().find(|kind| kind.key() == "hours").map(|kind| together.of(*kind).1);
        assert_eq!(minutes, expected["minutes"].as_i64(), "minutes of {what}");
        for kind in kinds() {
            assert_eq!(Some(together.of(*kind).entries()), expected[kind.key()].as_i64(), "{} of {what}", kind.key());
        }
    };
    let expected = &selections["history"];
    check(&selections["veteran"], &expected["veteran"], "the veteran");
    check(&selections["none"], &expected["none"], "people without history");
    for id in selections["average"].as_array().expect("a list") {
        check(id, &expected["average"][id.to_string()], &format!("user {id}"));
    }
    for (place, who) in selections["mixed100"].as_array().expect("a list").iter().enumerate() {
        check(who, &expected["mixed100"][place], &format!("selection {place}"));
        let with_history = count(&of(who)).values().filter(|one| !one.is_empty()).count() as i64;
        assert_eq!(Some(with_history), expected["with_history"]["mixed100"][place].as_i64(), "with history");
    }
    assert_eq!(of(&selections["mixed100"][0]).len(), 100, "the fixture is big enough");
}
