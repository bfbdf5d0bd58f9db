//! Editing 10,000 people at once and creating 50,000 from rows, each beside the fewest bare statements that leave the same
//! rows: the plan with before and after, the operation, the people, the audit log.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use roster::audit::Chain;
use roster::db::dialect::reserve_user_ids;
use roster::db::{Address, Conn, Timestamp, UserId};
use roster::edits::confirm::{self, Making};
use roster::edits::run::Edits;
use roster::edits::{Act, Confirmed, Row, Step, Wanted, store};
use roster::operations::engine::run_batch;
use roster::secrets::Keys;
use roster::users::fields::{Field, Value, Values};

use super::measure::{Compared, Meter, Taken};
use super::organization::Organization;
use super::{Line, administrator, around_the_veteran};

const NEW: i64 = 50_000;

pub fn edits(organization: &Organization, server: Option<&str>) -> Vec<Line> {
    let cases: [(&str, fn(&Address, &Organization, bool) -> (Taken, Left)); 2] =
        [("edit 10,000 people", edit), ("create 50,000 people from rows", create)];
    let lines = cases.into_iter().map(|(what, once)| {
        let (mut of_ours, mut of_bare, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..3 {
            for is_ours in [true, false] {
                let address = organization.copy(server);
                let (taken, after) = once(&address, organization, is_ours);
                if is_ours { &mut of_ours } else { &mut of_bare }.push(taken);
                left.push(after);
            }
        }
        assert!(left.iter().all(|after| *after == left[0]), "the same rows are left: {left:?}");
        Line { what: what.into(), figures: vec![Compared::of(&of_ours, &of_bare)], target: 2.0 }
    });
    lines.collect()
}

fn inside<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> roster::db::Result<T>) -> T {
    conn.transaction::<_, roster::db::Error, _>(work).expect("a transaction")
}

/// Confirms the plan and runs it to its end.
fn carry_out(conn: &mut Conn, plan: &str, now: Timestamp) {
    let (runner, actor) = (Edits { chain: Chain::new(&Keys::new([7; 32])) }, administrator(conn));
    let operation = inside(conn, |conn| {
        let shown = store::find(conn, plan, now)?.fingerprint;
        match confirm::confirm(conn, &runner, &actor, (plan, &shown, ""), now)? {
            Confirmed::Operation(id) => Ok(id),
            other => panic!("{other:?}"),
        }
    });
    while !inside(conn, |conn| run_batch(conn, &runner, operation, now)) {}
}

fn edit(address: &Address, organization: &Organization, is_ours: bool) -> (Taken, Left) {
    let mut conn = address.connect().expect("a connection");
    let (meter, now) = (Meter::of(&mut conn), Timestamp::now());
    let people = around_the_veteran(organization, 10_000);
    let actor = administrator(&mut conn);
    let taken = if is_ours {
        meter.run(|| {
            let plan = confirm::new(Act::Edit, actor.id, "ticked".into(), "/users", now);
            inside(&mut conn, |conn| confirm::choose(conn, &plan, &people));
            let set = Values::from([(Field::Title, Value::of_text("Bench"))]);
            inside(&mut conn, |conn| {
                let mut plan = store::find(conn, &plan.id, now)?;
                confirm::ask(conn, &actor, &mut plan, Wanted { set, ..Wanted::default() }, now)
            });
            carry_out(&mut conn, &plan.id, now);
        })
    } else {
        let ids: Vec<i64> = people.iter().map(|id| id.0).collect();
        let list = super::bare::list_of(&conn, &ids);
        meter.run(|| {
            inside(&mut conn, |conn| {
                bare_edit(conn, &list);
                Ok(())
            })
        })
    };
    (taken, left(&mut conn))
}

fn new_person(n: i64) -> Values {
    let text = |field: Field, text: String| (field, Value::of_text(&text));
    Values::from([
        text(Field::FirstName, format!("New{n}")),
        text(Field::LastName, "Person".into()),
        text(Field::Email, format!("new{n}@bench.test")),
        text(Field::Level, "external".into()),
        text(Field::Title, "Bench".into()),
    ])
}

fn create(address: &Address, _: &Organization, is_ours: bool) -> (Taken, Left) {
    let mut conn = address.connect().expect("a connection");
    let (meter, now) = (Meter::of(&mut conn), Timestamp::now());
    let actor = administrator(&mut conn);
    let taken = if is_ours {
        meter.run(|| {
            let mut plan = confirm::new(Act::Import, actor.id, "people.xlsx".into(), "/users", now);
            inside(&mut conn, |conn| {
                let ids = reserve_user_ids(conn, NEW)?;
                let new_people: HashSet<i64> = ids.iter().copied().collect();
                let mut making = Making::begin(conn, &actor, &mut plan, new_people, now)?;
                for chunk in ids.chunks(2_500) {
                    let rows = chunk.iter().map(|id| Row {
                        step: Step::Create,
                        after: new_person(*id),
                        ..Row::of(*id, UserId(*id), format!("New{id} Person"))
                    });
                    making.add(conn, rows.collect())?;
                }
                making.finish(conn, &actor, now)
            });
            carry_out(&mut conn, &plan.id, now);
        })
    } else {
        meter.run(|| {
            inside(&mut conn, |conn| {
                bare_create(conn);
                Ok(())
            })
        })
    };
    (taken, left(&mut conn))
}

fn bytes(conn: &Conn, n: u32) -> &'static str {
    match conn {
        Conn::Sqlite(_) if n == 32 => "randomblob(32)",
        Conn::Sqlite(_) => "randomblob(16)",
        Conn::Postgres(_) if n == 32 => "sha256(convert_to(CAST(random() AS text), 'UTF8'))",
        Conn::Postgres(_) => "decode(md5(CAST(random() AS text)), 'hex')",
    }
}

const PLAN: &str = "INSERT INTO edit_plans (id, act, created_by, created_at, expires_at, selection, return_to, wanted, \
    fingerprint, operation_id) VALUES ('bare', 'edit', 1, 0, 4102444800000000, 'ticked', '/users', '{}', '', 1)";
const OPERATION: &str = "INSERT INTO operations (id, plan_id, act, state, started_by, reason, created_at, finished_at, \
    total, done, result) SELECT 1, 'bare', 'edit', 'done', 1, '', 5, 5, COUNT(*), COUNT(*), '{}' FROM edit_rows";
const ROWS: &str = "INSERT INTO operation_rows (operation_id, user_id, step, outcome, before_version) \
    SELECT 1, user_id, step, 'done', version FROM edit_rows WHERE plan_id = 'bare'";

fn run(conn: &mut Conn, sql: &str) {
    diesel::sql_query(sql).execute(conn).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn audit(conn: &mut Conn, act: &str) {
    let (link, salt) = (bytes(conn, 32), bytes(conn, 16));
    run(
        conn,
        &format!(
            "INSERT INTO audit_entries (seq, at, act, actor_id, user_id, operation_id, digest, link) \
             SELECT (SELECT entries FROM audit_head) + ROW_NUMBER() OVER (ORDER BY user_id), 5, '{act}', 1, user_id, 1, \
             {link}, {link} FROM edit_rows WHERE plan_id = 'bare'"
        ),
    );
    run(
        conn,
        &format!(
            "INSERT INTO audit_details (seq, salt, details) SELECT seq, {salt}, '{{\"name\":\"' || name || '\",\"before\":' \
             || before || ',\"after\":' || after || '}}' FROM audit_entries JOIN edit_rows \
             ON plan_id = 'bare' AND edit_rows.user_id = audit_entries.user_id WHERE operation_id = 1"
        ),
    );
    run(conn, "UPDATE audit_head SET entries = entries + (SELECT COUNT(*) FROM edit_rows) WHERE id = 1");
}

/// The people are read for the plan, and once more before they are changed.
fn bare_edit(conn: &mut Conn, list: &str) {
    run(conn, PLAN);
    let (theirs, one) = match conn {
        Conn::Sqlite(_) => ("(SELECT value FROM json_each(?1))", "json_object('title', title)"),
        Conn::Postgres(_) => {
            ("(SELECT unnest(CAST($1 AS bigint[])))", "CAST(json_build_object('title', title) AS text)")
        }
    };
    let rows = format!(
        "INSERT INTO edit_rows (plan_id, n, user_id, name, step, version, before, after) \
         SELECT 'bare', ROW_NUMBER() OVER (ORDER BY name_key, id), id, first_name || ' ' || last_name, 'change', version, \
         {one}, '{{\"title\":\"Bench\"}}' FROM users WHERE id IN {theirs}"
    );
    diesel::sql_query(rows).bind::<Text, _>(list).execute(conn).expect("rows");
    #[derive(QueryableByName)]
    #[allow(dead_code, reason = "read for the reading's sake")]
    struct Now {
        #[diesel(sql_type = BigInt)]
        id: i64,
        #[diesel(sql_type = BigInt)]
        version: i64,
        #[diesel(sql_type = Text)]
        title: String,
        #[diesel(sql_type = Text)]
        state: String,
    }
    let now = format!("SELECT id, version, title, state FROM users WHERE id IN {theirs}");
    let now: Vec<Now> = diesel::sql_query(now).bind::<Text, _>(list).load(conn).expect("the people");
    drop(now);
    run(conn, OPERATION);
    run(conn, ROWS);
    let update = format!("UPDATE users SET title = 'Bench', version = version + 1 WHERE id IN {theirs}");
    diesel::sql_query(update).bind::<Text, _>(list).execute(conn).expect("people");
    audit(conn, "user.edited");
}

fn bare_create(conn: &mut Conn) {
    run(conn, PLAN);
    let series = match conn {
        Conn::Sqlite(_) => {
            format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {NEW}) SELECT i FROM n")
        }
        Conn::Postgres(_) => format!("SELECT i FROM generate_series(1, {NEW}) AS n(i)"),
    };
    let ids = "(SELECT MAX(id) FROM users) + i";
    run(
        conn,
        &format!(
            "INSERT INTO edit_rows (plan_id, n, user_id, name, step, takes, version, before, after) \
             SELECT 'bare', i, {ids}, 'New' || i || ' Person', 'create', 'external', 0, '{{}}', \
             '{{\"first_name\":\"New' || i || '\",\"last_name\":\"Person\",\"email\":\"new' || i || '@bench.test\",\
             \"access_level\":\"external\",\"title\":\"Bench\"}}' FROM ({series}) AS s"
        ),
    );
    run(conn, OPERATION);
    run(conn, ROWS);
    run(
        conn,
        "INSERT INTO users (id, first_name, last_name, email, title, state, access_level, last_access_level, created_at, \
         state_changed_at, name_key, email_key) SELECT user_id, 'New' || n, 'Person', 'new' || n || '@bench.test', 'Bench', \
         'active', 'external', 'external', 5, 5, 'new' || n || ' person', 'new' || n || '@bench.test' FROM edit_rows",
    );
    run(conn, &format!("UPDATE license_types SET seats_used = seats_used + {NEW} WHERE license_type = 'external'"));
    run(conn, &format!("UPDATE user_counts SET users = users + {NEW} WHERE state = 'active'"));
    audit(conn, "user.created");
}

/// What both must leave behind alike, as numbers.
#[derive(Debug, PartialEq, Eq, QueryableByName)]
struct Left {
    #[diesel(sql_type = BigInt)]
    titled: i64,
    #[diesel(sql_type = BigInt)]
    active: i64,
    #[diesel(sql_type = BigInt)]
    seats: i64,
    #[diesel(sql_type = BigInt)]
    rows: i64,
    #[diesel(sql_type = BigInt)]
    outcomes: i64,
    #[diesel(sql_type = BigInt)]
    entries: i64,
    #[diesel(sql_type = BigInt)]
    details: i64,
}

fn left(conn: &mut Conn) -> Left {
    let sql = "SELECT (SELECT COUNT(*) FROM users WHERE title = 'Bench') AS titled, \
        (SELECT users FROM user_counts WHERE state = 'active') AS active, \
        (SELECT CAST(SUM(seats_used) AS BIGINT) FROM license_types) AS seats, \
        (SELECT COUNT(*) FROM edit_rows) AS rows, \
        (SELECT COUNT(*) FROM operation_rows WHERE outcome = 'done') AS outcomes, \
        (SELECT COUNT(*) FROM audit_entries) AS entries, \
        (SELECT COUNT(*) FROM audit_details WHERE length(details) > 40) AS details";
    diesel::sql_query(sql).get_result(conn).expect("what is left")
}
