//! Erasing, while others go on: how long per row, and how long the slowest other request takes meanwhile.

use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use roster::db::schema::{operations, users};
use roster::db::{Conn, OperationId, Timestamp, UserId};
use roster::lifecycle::{self, Act, Confirmed};
use roster::operations::Progress;

use crate::http::{Server, ask, sign_in};
use crate::organization::Organization;
use crate::{administrator, around_the_veteran, confirmation, make, runner};

/// Twice as many, twice the rows: the time per row shall stay.
const SIZES: [usize; 3] = [250, 500, 1_000];

pub fn erase(organization: &Organization, server: Option<&str>, folder: &Path) {
    println!(
        "| {} users: erased | rows cut | time | per 1,000 rows | other requests meanwhile | slowest |",
        organization.users
    );
    println!("|---|---|---|---|---|---|");
    for people in SIZES {
        let database = organization.copy(server);
        let mut conn = database.connect().expect("a connection");
        let chosen = around_the_veteran(organization, people);
        delete(&mut conn, &chosen);
        let served = Server::of(&database, folder);
        let cookie = sign_in(served.address);
        let page = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n\r\n", served.address);
        let mut stream = TcpStream::connect(served.address).expect("a connection");
        ask(&mut stream, page("/users").as_bytes());
        let began = Instant::now();
        let operation = begin(&mut conn, &chosen);
        // Reading alone does not wait for a writer: each round also signs somebody in, which writes.
        let (mut asked, mut slowest) = (0, Duration::ZERO);
        let ended = loop {
            let round = Instant::now();
            let answer = ask(&mut stream, page("/users").as_bytes());
            assert!(answer.starts_with(b"HTTP/1.1 200"));
            slowest = slowest.max(round.elapsed());
            let round = Instant::now();
            sign_in(served.address);
            slowest = slowest.max(round.elapsed());
            asked += 3;
            if is_over(&mut conn, operation) {
                break began.elapsed();
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        assert_eq!(people_left(&mut conn, &chosen), 0, "they are gone");
        let cut = rows_cut(&mut conn, operation);
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "| {people} people | {cut} | {:.1} s | {:.1} ms | {asked} | {:.0} ms |",
            ended.as_secs_f64(),
            ms(ended) * 1000.0 / cut as f64,
            ms(slowest)
        );
    }
    println!();
}

/// Into the recycle bin, without an operation: what is measured comes after.
fn delete(conn: &mut Conn, chosen: &[UserId]) {
    use roster::licenses::AccessLevel;
    use roster::users::State;
    let ids: Vec<i64> = chosen.iter().map(|id| id.0).collect();
    let row = (
        users::deleted_from.eq(State::Deactivated),
        users::state.eq(State::Deleted),
        users::deleted_at.eq(Timestamp::now()),
        users::access_level.eq(None::<AccessLevel>),
    );
    diesel::update(users::table.filter(users::id.eq_any(ids))).set(row).execute(conn).expect("deleted");
    roster::users::counts::add(conn, State::Deleted, chosen.len() as i64).expect("counted");
}

fn begin(conn: &mut Conn, chosen: &[UserId]) -> OperationId {
    let actor = administrator(conn);
    let plan = make(conn, &actor, Act::Erase, chosen);
    let now = Timestamp::now();
    let confirmation = confirmation(conn, &plan, now);
    let confirmed = conn
        .transaction::<_, roster::db::Error, _>(|conn| lifecycle::confirm(conn, &runner(), &actor, &confirmation, now));
    match confirmed.expect("confirmed") {
        Confirmed::Operation(operation) => operation,
        other => panic!("{other:?}"),
    }
}

fn is_over(conn: &mut Conn, operation: OperationId) -> bool {
    let state: Progress =
        operations::table.find(operation).select(operations::state).first(conn).expect("the operation");
    state == Progress::Done
}

fn rows_cut(conn: &mut Conn, operation: OperationId) -> i64 {
    let tally: String = operations::table.find(operation).select(operations::result).first(conn).expect("its result");
    let tally: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&tally).expect("numbers");
    tally.iter().filter(|(key, _)| key.starts_with("cut.")).filter_map(|(_, n)| n.as_i64()).sum()
}

fn people_left(conn: &mut Conn, chosen: &[UserId]) -> i64 {
    let ids: Vec<i64> = chosen.iter().map(|id| id.0).collect();
    users::table.filter(users::id.eq_any(ids)).count().get_result(conn).expect("a number")
}
