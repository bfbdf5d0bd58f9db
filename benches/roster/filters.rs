//! Filters, groups, searches and dormant users: a page of each at 10,000 people beside the same page at 1,000,000, as a
//! browser gets it.
//!
//! What is compared is Roster with itself: whether a page that costs little stays cheap.

use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use roster::db::{Address, Conn, Timestamp, run_migrations};
use roster::lifecycle::leavers;
use roster::users::list::{self, Filter, Grouping, Sort};
use roster::web::page::percent_encode;
use roster::web::pagination::Toward;

use super::http::{self, Server};
use super::measure::{Meter, median};
use super::organization::{at_hand, create_administrator, database, remove, site};

const SIZES: [i64; 2] = [10_000, 1_000_000];
/// How often a page is asked for, and how often in one reading of the clock.
const RUNS: usize = 7;
const TIMES: u32 = 3;
/// How often the larger may cost what the smaller costs.
const TARGET: f64 = 2.0;

/// Filters as in the address of the list: each field, with values that few, some and very many people have.
const FILTERS: [&str; 39] = [
    "filter=active",
    "filter=all",
    "filter=deactivated",
    "filter=never-signed-in",
    "filter=no-sign-in-90-days",
    "level=system_administrator",
    "level=standard",
    "level=external",
    "license=contributor&filter=all",
    "company=7",
    "company=none",
    "team=3",
    "team=none",
    "group=5",
    "job_role=11",
    "manager=5",
    "manager=999999999",
    "signed_in_from=2026-11-01",
    "signed_in_before=2021-01-01",
    "signed_in_before=2025-01-01",
    "created_from=2026-11-01",
    "created_before=2018-01-01",
    "created_before=2024-01-01",
    "leaving_before=2026-12-31",
    "filter=deactivated&off_since=2026-11-01",
    "filter=deactivated&off_since=2026-10-01&off_before=2026-11-01",
    "filter=all&off_since=2022-01-01",
    "filter=deactivated&off_by=7",
    "filter=deactivated&off_why=number+77",
    "filter=deactivated&off_why=number",
    "q=first12+last7",
    "q=last",
    "q=la",
    "q=zzyzx",
    "q=last&team=3",
    "company=7&level=external",
    "team=3&company=7",
    "team=3&q=fi",
    "filter=all&q=p77",
];

/// Each case with the processor time at each size: of the server and of the database's processes.
struct Case {
    what: String,
    taken: Vec<Duration>,
}

impl Case {
    fn growth(&self) -> f64 {
        self.taken[1].as_secs_f64() / self.taken[0].as_secs_f64()
    }
}

/// Prints the table, the worst first.
pub fn filters(server: Option<&str>, folder: &Path) {
    let mut cases: Vec<Case> = Vec::new();
    let is_kept = std::env::var("ROSTER_BENCH_KEEP").is_ok();
    for people in SIZES {
        let name = format!("roster_bench_filters_{people}");
        let known = at_hand(&name, server, folder).filter(|_| is_kept);
        let is_known = known.is_some();
        let address = known.unwrap_or_else(|| database(&name, server, folder));
        run_migrations(&address).expect("migrations");
        let mut conn = address.connect().expect("a connection");
        if !is_known {
            eprintln!("  {people} people: loading");
            fill(&mut conn, people);
            create_administrator(&site(&address, folder));
        }
        settle(&mut conn);
        for (what, taken) in measured(&mut conn, &address, folder) {
            match cases.iter_mut().find(|case| case.what == what) {
                Some(case) => case.taken.push(taken),
                None => cases.push(Case { what, taken: vec![taken] }),
            }
        }
        drop(conn);
        if !is_kept {
            remove(&name, server, folder);
        }
    }
    // Of a rare value the smaller organization has no further pages.
    cases.retain(|case| case.taken.len() == SIZES.len());
    cases.sort_by(|a, b| b.growth().total_cmp(&a.growth()));
    let within = cases.iter().filter(|case| case.growth() <= TARGET).count();
    println!("| {within} of {} within {TARGET} times | 10,000 | 1,000,000 | larger / smaller |", cases.len());
    println!("|---|---|---|---|");
    let ms = |taken: Duration| format!("{:.2} ms", taken.as_secs_f64() * 1000.0);
    for case in &cases {
        println!("| {} | {} | {} | **{:.2}** |", case.what, ms(case.taken[0]), ms(case.taken[1]), case.growth());
    }
    println!();
}

/// An administrator who asks for pages.
struct Asking {
    server: Server,
    cookie: String,
}

impl Asking {
    /// What one page takes, the median of some.
    fn page(&self, conn: &mut Conn, path: &str) -> Duration {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nAccept-Encoding: gzip\r\n\r\n",
            self.server.address, self.cookie
        );
        let mut stream = TcpStream::connect(self.server.address).expect("a connection");
        let mut runs: Vec<Duration> = (0..=RUNS)
            .map(|_| {
                let before = self.server.cpu(conn);
                for _ in 0..TIMES {
                    let answer = http::ask(&mut stream, request.as_bytes());
                    // 422: nobody is called so, said beside the field.
                    let is_page = answer.starts_with(b"HTTP/1.1 200") || answer.starts_with(b"HTTP/1.1 422");
                    assert!(is_page, "{path}: {}", String::from_utf8_lossy(&answer));
                }
                (self.server.cpu(conn) - before) / TIMES
            })
            .skip(1) // the first one warms up
            .collect();
        runs.sort_unstable();
        runs[RUNS / 2]
    }
}

fn measured(conn: &mut Conn, address: &Address, folder: &Path) -> Vec<(String, Duration)> {
    let now = Timestamp::now();
    let server = Server::of(address, folder);
    let asking = Asking { cookie: http::sign_in(server.address), server };
    let mut cases = Vec::new();
    let mut case = |what: String, taken: Duration| {
        eprintln!("    {what}: {taken:?}");
        cases.push((what, taken));
    };
    for query in FILTERS {
        let filter = Filter::from_query(query).expect("a filter");
        for sort in ["name", "email", "-last-sign-in"] {
            let path = format!("/users?{query}&sort={sort}");
            case(format!("{query}, by {sort}"), asking.page(conn, &path));
            let mut from = None;
            for _ in 0..3 {
                let page = list::page(conn, &filter, Sort::parse(sort), from.as_deref(), Toward::Next, now);
                from = page.expect("a page").next.or(from);
            }
            if let Some(from) = from {
                case(format!("{query}, by {sort}, fourth page"), asking.page(conn, &format!("{path}&from={from}")));
            }
        }
    }
    for by in Grouping::ALL {
        for query in ["filter=active", "filter=all&q=last7"] {
            let path = format!("/users?{query}&grouping={}", by.as_str());
            case(format!("{query}, grouped by {}", by.as_str()), asking.page(conn, &path));
        }
    }
    for (days, license) in [("90", "standard"), ("365", "light"), ("180", "")] {
        for sort in ["name", "last-sign-in"] {
            let path = format!("/dormant?days={days}&license={license}&sort={sort}");
            case(format!("dormant for {days} days, {license} by {sort}"), asking.page(conn, &path));
        }
    }
    let meter = Meter::of(conn);
    for text in ["first12 last7", "last7", "la", "nobody at all", "p77@example.test"] {
        let path = format!("/audit-log?user={}", percent_encode(text));
        case(format!("audit log of “{text}”"), asking.page(conn, &path));
        let find = |conn: &mut Conn| leavers::find(conn, leavers::read(text).expect("a list"), now).expect("people");
        find(conn);
        let runs: Vec<_> = (0..RUNS).map(|_| meter.run(|| drop(find(conn)))).collect();
        case(format!("likely leaver “{text}”, without its page"), median(&runs).cpu);
    }
    cases
}

/// As the database is a while after it was loaded: everything in its file, and PostgreSQL knows the people. No parallel worker
/// does what would not be measured.
fn settle(conn: &mut Conn) {
    let settled = match conn {
        Conn::Sqlite(_) => conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)"),
        Conn::Postgres(_) => {
            let alone = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET max_parallel_workers_per_gather = 0', \
                         current_database()); END $$";
            let here = "SET max_parallel_workers_per_gather = 0";
            ["VACUUM ANALYZE", alone, here].iter().try_for_each(|sql| conn.batch_execute(sql))
        }
    };
    settled.expect("a settled database");
}

/// People with a spread that follows neither their ids nor one another, as by a generator of Lehmer's, and what they are in.
fn fill(conn: &mut Conn, people: i64) {
    let numbers = |n: i64| {
        format!("WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {n})")
    };
    let mut sql = String::from("UPDATE license_types SET seats_owned = NULL; ");
    for (table, word, count) in
        [("companies", "Company", 40), ("teams", "Team", 20), ("groups", "Group", 30), ("job_roles", "Role", 200)]
    {
        sql += &format!("INSERT INTO {table} (id, name) {} SELECT i, '{word} ' || i FROM n; ", numbers(count));
    }
    sql += &format!(
        "INSERT INTO users (id, first_name, last_name, email, state, access_level, last_access_level, created_at, \
         state_changed_at, last_sign_in_at, name_key, email_key, company_id, team_id, group_id, job_role_id, leaves_at, \
         employee_number, title) {} \
         , g AS (SELECT i, (i * 48271 + 7) % 2147483647 AS x FROM n) \
         , h AS (SELECT i, x * 69621 % 2147483647 % {people} AS a, x * 39373 % 2147483647 % {people} AS b, \
         x * 62089 % 2147483647 % {people} AS c, x * 50331 % 2147483647 % {people} AS d FROM g) \
         SELECT i, 'First' || (a % 5000), 'Last' || (b % 20000), 'p' || d || '.' || i || '@example.test', \
         CASE WHEN c % 10 = 0 THEN 'deactivated' ELSE 'active' END, \
         CASE WHEN c % 10 = 0 THEN NULL WHEN a % 500 = 0 THEN 'system_administrator' WHEN a % 100 < 25 THEN 'standard' \
         WHEN a % 100 < 70 THEN 'light' WHEN a % 100 < 85 THEN 'contributor' ELSE 'external' END, 'light', \
         1500000000000000 + a * (295000000000000 / {people}), 1600000000000000 + b * (195000000000000 / {people}), \
         CASE WHEN b % 20 = 0 THEN 0 ELSE 1600000000000000 + c * (195000000000000 / {people}) END, \
         'first' || (a % 5000) || ' last' || (b % 20000), 'p' || d || '.' || i || '@example.test', \
         1 + a % 40, CASE WHEN b % 50 = 0 THEN NULL ELSE 1 + b % 20 END, 1 + c % 30, 1 + a % 200, \
         CASE WHEN c % 10 <> 0 AND a % 1000 = 1 THEN 1796083200000000 END, 'E' || i, 'Engineer' FROM h; ",
        numbers(people)
    );
    sql += &format!(
        "INSERT INTO operations (id, plan_id, act, state, started_by, reason, created_at, total, result) {} \
         SELECT i, 'x' || i, 'deactivate', 'done', 1 + i % 50, 'reason number ' || i, 1, 0, '{{}}' FROM n; ",
        numbers(people / 100)
    );
    sql += &format!(
        "UPDATE users SET manager_id = 1 + (id * 31) % 100 WHERE id > 100; \
         UPDATE users SET state_operation_id = 1 + id % ({people} / 100) WHERE state = 'deactivated' AND (id / 7) % 2 = 0; \
         INSERT INTO team_members (team_id, user_id) SELECT 1 + (id / 10) % 20, id FROM users WHERE id % 10 = 0 \
         AND (team_id IS NULL OR team_id <> 1 + (id / 10) % 20); \
         UPDATE user_counts SET users = (SELECT count(*) FROM users WHERE users.state = user_counts.state); "
    );
    let indexes = indexes(conn);
    for index in &indexes {
        conn.batch_execute(&format!("DROP INDEX {}", index.name)).expect("without indexes");
    }
    conn.batch_execute(&sql).expect("people");
    for index in &indexes {
        conn.batch_execute(&index.definition).expect("an index");
    }
    if let Conn::Postgres(_) = conn {
        let next = format!("SELECT setval(pg_get_serial_sequence('users', 'id'), {people})");
        conn.batch_execute(&next).expect("the next number");
    }
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Of people and their search keys: made anew at the end, which takes a third of the time.
fn indexes(conn: &mut Conn) -> Vec<Index> {
    let sql = match conn {
        Conn::Sqlite(_) => {
            "SELECT name, sql AS definition FROM sqlite_master WHERE type = 'index' AND tbl_name = 'users' AND sql IS NOT NULL"
        }
        Conn::Postgres(_) => {
            "SELECT CAST(indexname AS text) AS name, indexdef AS definition FROM pg_indexes \
             WHERE tablename IN ('users', 'user_search') AND indexname NOT LIKE '%_pkey'"
        }
    };
    sql_query(sql).load(conn).expect("the indexes")
}
