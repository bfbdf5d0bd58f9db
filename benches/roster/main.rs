//! Measures what an administrator waits for, each beside the fewest bare SQL statements that do the same.
//!
//! `cargo bench` runs it on SQLite, and on PostgreSQL too if `ROSTER_TEST_POSTGRES` names a server on this machine.
//! `docs/benchmark.md` says what the figures mean.

mod bare;
mod edits;
mod erasing;
mod filters;
mod http;
mod measure;
mod organization;

use diesel::prelude::*;
use measure::{Compared, Meter, by_turns};
use organization::{Organization, id};
use roster::audit::Chain;
use roster::db::{Address, Conn, Timestamp, UserId};
use roster::lifecycle::run::Lifecycle;
use roster::lifecycle::store::plans;
use roster::lifecycle::{self, Act, Changes, Confirmation, Confirmed, Request, Selection, Step};
use roster::operations::engine::run_batch;
use roster::secrets::Keys;
use roster::users::actor::{self, Actor};
use roster::users::list::{self, Filter, Sort};
use roster::web::pagination::{Place, Toward};

/// One line of the table, with a figure per size.
struct Line {
    what: String,
    figures: Vec<Compared>,
    target: f64,
}

fn main() {
    // `cargo bench` adds an argument of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", address, folder] => return http::serve(address, folder),
        ["answer", file] => return http::serve_file(file),
        _ => {}
    }
    let wanted = |what: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == what);
    let sizes: Vec<usize> = [10_000, 100_000]
        .into_iter()
        .filter(|n| std::env::var("ROSTER_BENCH_USERS").map_or(true, |only| only == n.to_string()))
        .collect();
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let server = std::env::var("ROSTER_TEST_POSTGRES").ok();
    let only = std::env::var("ROSTER_BENCH_DATABASE").ok();
    let databases = [("SQLite", None), ("PostgreSQL", server.as_deref())].into_iter().filter(|(name, server)| {
        (*name == "SQLite" || server.is_some()) && only.as_ref().is_none_or(|only| only.eq_ignore_ascii_case(name))
    });
    for (database, server) in databases {
        println!("\n## {database}\n");
        if wanted("filters") {
            filters::filters(server, folder);
        }
        if arguments.iter().all(|argument| argument == "filters") && !arguments.is_empty() {
            continue; // they have organizations of their own
        }
        eprintln!("{database}: loading");
        let organizations: Vec<Organization> =
            sizes.iter().map(|users| Organization::of(*users, server, folder)).collect();
        if wanted("lists") {
            print("Users list", &sizes, side_by_side(&organizations, lists));
        }
        if wanted("plans") {
            print("Plans", &sizes, side_by_side(&organizations, |organization| plans_of(organization, server)));
        }
        if wanted("acts") {
            print("Acts", &sizes, side_by_side(&organizations, |organization| acts(organization, server)));
        }
        if wanted("edits") {
            print("Edits", &sizes, side_by_side(&organizations, |organization| edits::edits(organization, server)));
        }
        if wanted("erase") {
            for organization in &organizations {
                erasing::erase(organization, server, folder);
            }
        }
        if wanted("requests") {
            for organization in &organizations {
                http::requests(organization, server, folder);
            }
        }
        if std::env::var("ROSTER_BENCH_KEEP").is_err() {
            organization::clean_up(server, &organizations);
        }
    }
}

/// The same lines for each size, put beside one another.
fn side_by_side(organizations: &[Organization], measure: impl Fn(&Organization) -> Vec<Line>) -> Vec<Line> {
    let mut all: Vec<Line> = Vec::new();
    for organization in organizations {
        for (n, line) in measure(organization).into_iter().enumerate() {
            eprintln!("  {} ({}): {}", line.what, organization.users, shown(&line.figures[0]));
            match all.get_mut(n) {
                Some(known) => known.figures.extend(line.figures),
                None => all.push(line),
            }
        }
    }
    all
}

fn shown(figure: &Compared) -> String {
    let ms = |taken: measure::Taken| format!("{:.2}", taken.cpu.as_secs_f64() * 1000.0);
    format!("{} / {} ms = **{:.2}**", ms(figure.ours), ms(figure.bare), figure.ratio())
}

fn print(title: &str, sizes: &[usize], lines: Vec<Line>) {
    let head: Vec<String> = sizes.iter().map(|users| format!("{users} users: ours / bare = ratio")).collect();
    println!("| {title} | {} | larger / smaller | target |", head.join(" | "));
    println!("|---|{}---|---|", "---|".repeat(sizes.len()));
    for line in lines {
        let figures: Vec<String> = line.figures.iter().map(shown).collect();
        let growth = match line.figures.as_slice() {
            [small, .., large] => format!("{:.2}", large.ours.cpu.as_secs_f64() / small.ours.cpu.as_secs_f64()),
            _ => "-".into(),
        };
        println!("| {} | {} | {growth} | {} |", line.what, figures.join(" | "), line.target);
    }
    println!();
}

/// Pages of the Users list as its page reads them.
fn lists(organization: &Organization) -> Vec<Line> {
    let mut conn = organization.address.connect().expect("a connection");
    let meter = Meter::of(&mut conn);
    let conn = std::cell::RefCell::new(conn);
    let now = Timestamp::now();
    let mut lines = Vec::new();
    let mut compare = |what: &str, q: &str, from: Option<&str>, bare: &dyn Fn(&mut Conn) -> Vec<bare::Listed>| {
        let filter = Filter { q: q.into(), ..Filter::default() };
        let ours = |conn: &mut Conn| {
            let page = list::page(conn, &filter, Sort::BY_NAME, from, Toward::Next, now).expect("a page");
            page.rows.iter().map(|row| row.id.0).collect::<Vec<_>>()
        };
        let ids = |rows: Vec<bare::Listed>| rows.iter().take(50).map(|row| row.id).collect::<Vec<_>>();
        let found = ours(&mut conn.borrow_mut());
        assert_eq!(found, ids(bare(&mut conn.borrow_mut())), "{what}: the same people");
        let figure =
            by_turns(&meter, 15, 40, || drop(ours(&mut conn.borrow_mut())), || drop(bare(&mut conn.borrow_mut())));
        lines.push(Line { what: what.into(), figures: vec![figure], target: 3.0 });
    };
    let middle: (String, i64) = {
        use roster::db::schema::users;
        let middle = users::table.order((users::name_key, users::id)).offset(organization.users as i64 / 2);
        middle.select((users::name_key, users::id)).first(&mut *conn.borrow_mut()).expect("somebody")
    };
    let place = Place(middle.0.clone(), middle.1).to_word();
    compare("first page", "", None, &bare::first_page);
    compare("page in the middle", "", Some(&place), &|conn| bare::deep_page(conn, &middle.0, middle.1));
    compare("search, many hits all over", "son", None, &|conn| bare::search_many(conn, "son"));
    compare("search, many hits in one place", "anders", None, &|conn| bare::search_many(conn, "anders"));
    compare("search, few hits", organization::RARE, None, &|conn| bare::search_few(conn, organization::RARE));
    compare("search, no hits", "zzyzx", None, &|conn| bare::search_few(conn, "zzyzx"));
    lines
}

/// The ids of so many people in the middle of the organization, the veteran among them.
pub fn around_the_veteran(organization: &Organization, people: usize) -> Vec<UserId> {
    let first = (organization.users / 2 - people / 2).max(1);
    (first..first + people).map(|number| UserId(id(number))).collect()
}

pub fn administrator(conn: &mut Conn) -> Actor {
    actor::present(conn, UserId(1), Timestamp::now()).expect("a read").expect("the administrator")
}

pub fn make(conn: &mut Conn, actor: &Actor, act: Act, people: &[UserId]) -> String {
    let selection = Selection::Ticked(people.to_vec());
    let request =
        Request { act, selection, return_to: "/users".into(), reason: String::new(), undoes: None, leaving: None };
    let plan =
        conn.transaction::<_, roster::db::Error, _>(|conn| lifecycle::make(conn, actor, &request, Timestamp::now()));
    plan.expect("a plan").expect("people")
}

fn plans_of(organization: &Organization, server: Option<&str>) -> Vec<Line> {
    let address = organization.copy(server);
    let mut conn = address.connect().expect("a connection");
    let meter = Meter::of(&mut conn);
    let actor = administrator(&mut conn);
    let conn = std::cell::RefCell::new(conn);
    let veteran = UserId(organization.veteran());
    let ordinary = |n: usize| around_the_veteran(organization, n + 1).into_iter().filter(move |id| *id != veteran);
    let cases: [(&str, Vec<UserId>, usize, u32); 4] = [
        ("1 person", vec![UserId(veteran.0 + 1)], 9, 50),
        ("100 people", ordinary(100).collect(), 9, 10),
        ("10,000 people", around_the_veteran(organization, 10_000), 5, 1),
        ("the veteran", vec![veteran], 9, 3),
    ];
    let mut lines = Vec::new();
    for (act, verb) in [(Act::Deactivate, "deactivate"), (Act::Delete, "delete")] {
        for (who, people, runs, times) in &cases {
            let ids: Vec<i64> = people.iter().map(|id| id.0).collect();
            let mut number = 0;
            let ours = || make(&mut conn.borrow_mut(), &actor, act, people);
            let mut bare = || {
                number += 1;
                let plan = format!("{verb} {who} {number}");
                let conn = &mut *conn.borrow_mut();
                let done = conn.transaction::<_, diesel::result::Error, _>(|conn| {
                    bare::plan(conn, &plan, verb, &ids);
                    Ok(())
                });
                done.expect("a plan");
                plan
            };
            let (one, other) = (ours(), bare());
            let said = |plan: &str| bare::said(&mut conn.borrow_mut(), plan);
            assert_eq!(said(&one), said(&other), "the same plan");
            let figure = by_turns(&meter, *runs, *times, || drop(ours()), || drop(bare()));
            lines.push(Line { what: format!("plan to {verb} {who}"), figures: vec![figure], target: 2.0 });
        }
    }
    lines
}

fn acts(organization: &Organization, server: Option<&str>) -> Vec<Line> {
    let cases = [
        (Act::Deactivate, Step::Deactivate, false, "deactivate 10,000 people"),
        (Act::Delete, Step::Delete, false, "delete 10,000 people"),
        (Act::Deactivate, Step::Deactivate, true, "deactivate them, handing over their 106,176 open assignments"),
    ];
    let lines = cases.into_iter().map(|(act, step, has_duties, what)| {
        let (mut of_ours, mut of_bare) = (Vec::new(), Vec::new());
        let mut left = Vec::new();
        for _ in 0..3 {
            for is_ours in [true, false] {
                let address = organization.copy(server);
                let (taken, after) = act_once(organization, &address, (act, step), has_duties, is_ours);
                if is_ours { &mut of_ours } else { &mut of_bare }.push(taken);
                left.push(after);
            }
        }
        assert!(left.iter().all(|after| *after == left[0]), "the same rows are left: {left:?}");
        let figure = Compared::of(&of_ours, &of_bare);
        Line { what: what.into(), figures: vec![figure], target: 2.0 }
    });
    lines.collect()
}

/// A plan as it is, with everything that a form would ask for.
pub fn confirmation(conn: &mut Conn, id: &str, now: Timestamp) -> Confirmation {
    let plan = plans::find(conn, id, now).expect("the plan");
    let groups = plans::groups(conn, id).expect("its numbers");
    let is_typed = |step: Step, has_history| step == Step::Erase || (step == Step::Delete && has_history);
    let typed: i64 = groups.iter().filter(|g| is_typed(g.step, g.has_history)).map(|g| g.users).sum();
    Confirmation {
        plan: id.to_owned(),
        fingerprint: plan.fingerprint,
        reason: "they left".into(),
        typed_number: typed.to_string(),
    }
}

pub fn runner() -> Lifecycle {
    Lifecycle { chain: Chain::new(&Keys::new([7; 32])) }
}

/// A plan for 10,000 people, on a copy; then, measured, the act: confirmed and run to its end, or bare.
fn act_once(
    organization: &Organization,
    address: &Address,
    (act, step): (Act, Step),
    has_duties: bool,
    is_ours: bool,
) -> (measure::Taken, bare::Left) {
    let mut conn = address.connect().expect("a connection");
    let meter = Meter::of(&mut conn);
    let actor = administrator(&mut conn);
    let people = around_the_veteran(organization, 10_000);
    let numbers: Vec<i64> = people.iter().map(|id| id.0).collect();
    if has_duties {
        bare::with_open_assignments(&mut conn, &numbers);
    }
    let now = Timestamp::now();
    let id = make(&mut conn, &actor, act, &people);
    let inside = |conn: &mut Conn, work: &mut dyn FnMut(&mut Conn) -> roster::db::Result<()>| {
        conn.transaction::<_, roster::db::Error, _>(work).expect("a transaction");
    };
    if act == Act::Delete {
        // Everybody, in spite of their history: the dearest case.
        let changes =
            Changes { all_with_history: Some(Step::Delete), reason: "they left".into(), ..Changes::default() };
        inside(&mut conn, &mut |conn| lifecycle::change(conn, &actor, &id, &changes, now).map(|_| ()));
    }
    let confirmation = confirmation(&mut conn, &id, now);
    let runner = runner();
    let taken = if is_ours {
        meter.run(|| {
            let mut operation = None;
            inside(&mut conn, &mut |conn| {
                match lifecycle::confirm(conn, &runner, &actor, &confirmation, now)? {
                    Confirmed::Operation(id) => operation = Some(id),
                    other => panic!("{other:?}"),
                }
                Ok(())
            });
            let operation = operation.expect("an operation");
            let mut is_over = false;
            while !is_over {
                inside(&mut conn, &mut |conn| {
                    is_over = run_batch(conn, &runner, operation, now)?;
                    Ok(())
                });
            }
        })
    } else {
        meter.run(|| {
            inside(&mut conn, &mut |conn| {
                bare::act(conn, &id, step.as_str(), &numbers);
                if has_duties {
                    bare::hand_over(conn, &numbers);
                }
                Ok(())
            });
        })
    };
    (taken, bare::left(&mut conn))
}
