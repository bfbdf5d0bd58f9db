//! Filters, groups, searches and dormant users: a page of each at 10,000 people beside the same page at 1,000,000.
//!
//! What is compared is Roster with itself: whether a page that costs little stays cheap.

use std::path::Path;

use diesel::connection::SimpleConnection;
use roster::db::{Conn, Timestamp, run_migrations};
use roster::lifecycle::dormant::Dormant;
use roster::lifecycle::leavers;
use roster::lifecycle::store::dormant::{self, Order};
use roster::users::find;
use roster::users::list::{self, Filter, Grouping, Sort, grouping, groups};
use roster::users::units;
use roster::web::pagination::Toward;

use super::measure::{Meter, Taken, median};
use super::organization::{database, remove};

const NAME: &str = "roster_bench_filters";
const SIZES: [i64; 2] = [10_000, 1_000_000];
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

/// Each case with what it took at each size.
struct Case {
    what: String,
    taken: Vec<Taken>,
}

impl Case {
    fn growth(&self) -> f64 {
        self.taken[1].cpu.as_secs_f64() / self.taken[0].cpu.as_secs_f64()
    }
}

/// Prints the table, the worst first.
pub fn filters(server: Option<&str>, folder: &Path) {
    let mut cases: Vec<Case> = Vec::new();
    for people in SIZES {
        eprintln!("  {people} people: loading");
        let address = database(NAME, server, folder);
        run_migrations(&address).expect("migrations");
        let mut conn = address.connect().expect("a connection");
        fill(&mut conn, people);
        for (what, taken) in measured(&mut conn) {
            match cases.iter_mut().find(|case| case.what == what) {
                Some(case) => case.taken.push(taken),
                None => cases.push(Case { what, taken: vec![taken] }),
            }
        }
    }
    // Of a rare value the smaller organization has no further pages.
    cases.retain(|case| case.taken.len() == SIZES.len());
    remove(NAME, server, folder);
    cases.sort_by(|a, b| b.growth().total_cmp(&a.growth()));
    let within = cases.iter().filter(|case| case.growth() <= TARGET).count();
    println!("| {within} of {} within {TARGET} times | 10,000 | 1,000,000 | larger / smaller |", cases.len());
    println!("|---|---|---|---|");
    let ms = |taken: Taken| format!("{:.2} ms", taken.cpu.as_secs_f64() * 1000.0);
    for case in &cases {
        println!("| {} | {} | {} | **{:.2}** |", case.what, ms(case.taken[0]), ms(case.taken[1]), case.growth());
    }
    println!();
}

fn measured(conn: &mut Conn) -> Vec<(String, Taken)> {
    let now = Timestamp::now();
    let meter = Meter::of(conn);
    let mut cases = Vec::new();
    let mut measure = |conn: &mut Conn, what: String, work: &mut dyn FnMut(&mut Conn)| {
        work(conn);
        let runs: Vec<Taken> = (0..9).map(|_| meter.run(|| work(conn))).collect();
        eprintln!("    {what}: {:?}", median(&runs).cpu);
        cases.push((what, median(&runs)));
    };
    for query in FILTERS {
        let filter = Filter::from_query(query).expect("a filter");
        for sort in ["name", "email", "-last-sign-in"] {
            let by = Sort::parse(sort);
            let page = |conn: &mut Conn, from: Option<&str>| {
                list::page(conn, &filter, by, from, Toward::Next, now).expect("a page").next
            };
            let mut from = None;
            measure(conn, format!("{query}, by {sort}"), &mut |conn| from = page(conn, None));
            if from.is_some() {
                for _ in 0..2 {
                    from = page(conn, from.as_deref()).or(from);
                }
                measure(conn, format!("{query}, by {sort}, fourth page"), &mut |conn| {
                    drop(page(conn, from.as_deref()))
                });
            }
        }
    }
    for by in Grouping::ALL {
        for query in ["filter=active", "filter=all&q=last7"] {
            let filter = Filter::from_query(query).expect("a filter");
            measure(conn, format!("{query}, grouped by {}", by.as_str()), &mut |conn| {
                let units = by.units().map(|kind| units::all(conn, kind).expect("units")).unwrap_or_default();
                let some: Vec<_> = by.groups(&filter, &units).into_iter().take(grouping::UNITS).collect();
                drop(groups::read(conn, *by, some, Sort::BY_NAME, false, now).expect("groups"));
            });
        }
    }
    for (days, license) in [("90", "standard"), ("365", "light"), ("180", "")] {
        let which = Dormant::parse(days, license).expect("dormant");
        for order in [Order::Name, Order::LastSignIn] {
            let what = format!("dormant for {days} days, {license} {order:?}");
            measure(conn, what, &mut |conn| {
                drop(dormant::page(conn, which, order, None, Toward::Next, now).expect("a page"));
            });
        }
    }
    for text in ["first12 last7", "last7", "la", "nobody at all", "p77@example.test"] {
        measure(conn, format!("anybody called “{text}”"), &mut |conn| {
            drop(find::anybody(conn, text, 20).expect("people"));
        });
        measure(conn, format!("likely leaver “{text}”"), &mut |conn| {
            drop(leavers::find(conn, leavers::read(text).expect("a list"), now).expect("people"));
        });
    }
    cases
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
    conn.batch_execute(&sql).expect("people");
    if let Conn::Postgres(_) = conn {
        // What a parallel worker does would not be measured.
        conn.batch_execute("VACUUM ANALYZE; ").expect("statistics");
        conn.batch_execute("SET max_parallel_workers_per_gather = 0").expect("a setting");
    }
}
