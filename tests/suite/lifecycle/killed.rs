//! kill -9 at any moment: after a restart the operation finishes, no row done twice, none lost.
//!
//! `ROSTER_KILLS=100` kills so often on each database; without it a few times.

use std::process::Child;
use std::time::{Duration, Instant, SystemTime};

use crate::support::program::{roster, start, url_of};
use crate::support::{fresh_database, postgres_server};
use diesel::prelude::*;
use diesel::sql_query;
use roster::audit::Chain;
use roster::db::schema::operations;
use roster::db::{Address, Db, Lane, Timestamp, UserId};
use roster::lifecycle::run::Lifecycle;
use roster::lifecycle::store::plans;
use roster::lifecycle::{Act, Confirmation, Confirmed, Request, Selection, confirm, make};
use roster::operations::Progress;
use roster::secrets::Keys;
use roster::users::actor;
use tempfile::TempDir;

/// Kills where no number is given.
const SHORT: usize = 3;
/// More than are done at once, in some batches.
const PEOPLE: i64 = 6_000;

/// An organization whose first user takes everybody else off and hands their work to the second. Nothing has run yet.
struct Prepared {
    folder: TempDir,
    address: Address,
    db: Db,
}

fn prepared() -> Prepared {
    let folder = tempfile::tempdir().expect("a folder");
    let address = fresh_database(&folder);
    let db = Db::open(&address, 2);
    let number = "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < ";
    let run = |sql: String| {
        let written = db.write_now(Lane::Work, |conn| Ok::<_, roster::db::Error>(sql_query(&sql).execute(conn)?));
        written.expect("rows");
    };
    run("UPDATE license_types SET seats_owned = NULL, seats_used = 0".into());
    run(format!(
        "INSERT INTO users (id, first_name, last_name, email, state, access_level, last_access_level, created_at, \
         state_changed_at, name_key, email_key) {number}{}) SELECT i, 'First', 'Last', 'u' || i || '@example.test', \
         'active', CASE WHEN i = 1 THEN 'system_administrator' ELSE 'light' END, \
         CASE WHEN i = 1 THEN 'system_administrator' ELSE 'light' END, 5, 5, 'first last', 'u' || i || '@example.test' \
         FROM number",
        PEOPLE + 2
    ));
    run("UPDATE users SET manager_id = 2 WHERE id > 2".into());
    run("INSERT INTO passwords (user_id, hash, changed_at) VALUES (1, 'x', 5)".into());
    run(format!("UPDATE license_types SET seats_used = {} WHERE license_type = 'light'", PEOPLE + 1));
    run("UPDATE license_types SET seats_used = 1 WHERE license_type = 'standard'".into());
    run(format!("UPDATE user_counts SET users = {} WHERE state = 'active'", PEOPLE + 2));
    run("INSERT INTO projects (id, name, name_key, created_at) VALUES (1, 'P', 'p', 5)".into());
    run(format!(
        "INSERT INTO work_items (id, kind, project_id, title, status, created_at) {number}{PEOPLE}) \
         SELECT i, 'task', 1, 'T', 'open', 5 FROM number"
    ));
    run(format!(
        "INSERT INTO assignments (work_item_id, user_id, assigned_at) {number}{PEOPLE}) SELECT i, i + 2, 5 FROM number"
    ));
    let chain = Chain::new(&Keys::new([7; 32]));
    let now = Timestamp::now();
    db.write_now(Lane::Administration, |conn| {
        let actor = actor::present(conn, UserId(1), now)?.expect("the administrator");
        let everybody = Selection::Ticked((3..=PEOPLE + 2).map(UserId).collect());
        let request = Request {
            act: Act::Deactivate,
            selection: everybody,
            return_to: "/".into(),
            reason: String::new(),
            undoes: None,
            leaving: None,
        };
        let plan = make(conn, &actor, &request, now)?.expect("a plan");
        let fingerprint = plans::find(conn, &plan, now)?.fingerprint;
        let confirmation = Confirmation { plan, fingerprint, reason: String::new(), typed_number: String::new() };
        let done = confirm(conn, &Lifecycle { chain: chain.clone() }, &actor, &confirmation, now)?;
        assert!(matches!(done, Confirmed::Operation(_)), "{done:?}");
        Ok::<_, roster::db::Error>(())
    })
    .expect("an operation");
    Prepared { folder, address, db }
}

impl Prepared {
    fn serve(&self) -> Child {
        let key = self.folder.path().join("roster.key");
        if !key.exists() {
            std::fs::write(&key, "07".repeat(32)).expect("a key file");
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(&key, mode).expect("a closed key file");
        }
        let mut command = roster(&[]);
        command.env("DATABASE_URL", url_of(&self.address)).env("ROSTER_KEY_FILE", key);
        command.env("ROSTER_UPLOADS", self.folder.path().join("uploads")).env("ROSTER_LEASE_SECONDS", "1");
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        start(&mut command)
    }

    fn progress(&self) -> (Progress, i64, bool) {
        self.db
            .read_now(|conn| {
                let row: (Progress, i64, Option<String>) =
                    operations::table.select((operations::state, operations::done, operations::receipt)).first(conn)?;
                Ok::<_, roster::db::Error>((row.0, row.1, row.2.is_some()))
            })
            .expect("the operation")
    }

    fn holder(&self) -> Option<String> {
        let holder = self.db.read_now(|conn| {
            Ok::<_, roster::db::Error>(operations::table.select(operations::lease_holder).first(conn)?)
        });
        holder.expect("the operation")
    }

    /// Until the server that was just started works on it; so that the kill falls into its work.
    fn wait_until_held_by_another(&self) {
        let (before, begun) = (self.holder(), Instant::now());
        while self.holder() == before && self.progress().0 == Progress::Running {
            assert!(begun.elapsed() < Duration::from_secs(30), "nobody takes it");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn wait_for_the_end(&self) {
        let begun = Instant::now();
        while !matches!(self.progress(), (Progress::Done, _, true)) {
            assert!(begun.elapsed() < Duration::from_secs(90), "it does not end: {:?}", self.progress());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What an uninterrupted run must have in common with this one; moments of this run are all the same.
    fn result(&self) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            row: String,
        }
        let moment =
            |column: &str| format!("CASE WHEN {column} > 5 THEN 'now' ELSE COALESCE(CAST({column} AS TEXT), '-') END");
        let queries = [
            format!(
                "SELECT 'user ' || id || state || COALESCE(access_level, '-') || version || {} AS row FROM users",
                moment("state_changed_at")
            ),
            "SELECT 'seats ' || license_type || seats_used AS row FROM license_types".into(),
            "SELECT 'count ' || state || users AS row FROM user_counts".into(),
            format!(
                "SELECT 'assignment ' || work_item_id || ' ' || user_id || {} || {} AS row FROM assignments",
                moment("assigned_at"),
                moment("ended_at")
            ),
            "SELECT 'row ' || user_id || step || COALESCE(outcome, '-') AS row FROM operation_rows".into(),
            "SELECT 'handover ' || object_id || ' ' || from_user || ' ' || to_user || how AS row FROM handovers".into(),
            "SELECT 'entry ' || act || user_id || ' ' || COUNT(*) AS row FROM audit_entries GROUP BY act, user_id".into(),
            "SELECT 'operation ' || total || ' ' || done || ' ' || skipped || ' ' || failed || result AS row FROM operations"
                .into(),
        ];
        let mut all = Vec::new();
        for query in queries {
            let rows: Vec<Row> =
                self.db.read_now(|conn| Ok::<_, roster::db::Error>(sql_query(&query).load(conn)?)).expect("the tables");
            all.extend(rows.into_iter().map(|row| row.row));
        }
        all.sort();
        all
    }
}

fn kills_wanted() -> usize {
    std::env::var("ROSTER_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(SHORT)
}

/// Up to `limit`, as good as any.
fn random(limit: u64) -> u64 {
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock").subsec_nanos();
    u64::from(nanos).wrapping_mul(6_364_136_223_846_793_005).rotate_left(31) % limit
}

#[test]
fn killed_at_any_moment_it_finishes_as_if_nothing_had_happened() {
    let uninterrupted = prepared();
    let mut server = uninterrupted.serve();
    uninterrupted.wait_for_the_end();
    let _ = (server.kill(), server.wait());
    let expected = uninterrupted.result();
    let (mut kills, mut while_running) = (0, 0);
    while kills < kills_wanted() {
        let interrupted = prepared();
        while interrupted.progress().0 == Progress::Running && kills < kills_wanted() {
            let before = interrupted.progress().1;
            let mut server = interrupted.serve();
            interrupted.wait_until_held_by_another();
            std::thread::sleep(Duration::from_millis(random(700)));
            server.kill().expect("SIGKILL");
            server.wait().expect("it is dead");
            kills += 1;
            let (state, done, _) = interrupted.progress();
            while_running += usize::from(state == Progress::Running && done >= before);
        }
        let mut server = interrupted.serve();
        interrupted.wait_for_the_end();
        let _ = (server.kill(), server.wait());
        let found = interrupted.result();
        let differs = expected.iter().zip(&found).find(|(one, other)| one != other);
        assert!(expected == found, "after {kills} kills: {differs:?}");
        let chain = Chain::new(&Keys::new([7; 32]));
        interrupted
            .db
            .read_now(|conn| Ok::<_, roster::db::Error>(chain.verify(conn)?.expect("the chain")))
            .expect("verified");
    }
    println!("{kills} kills, {while_running} of them while the operation was running");
}

#[test]
fn another_process_takes_over_when_the_lease_has_run_out() {
    if postgres_server().is_none() {
        return; // one process serves one file
    }
    let organization = prepared();
    let mut first = organization.serve();
    let begun = Instant::now();
    while organization.progress().1 == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    // Dead, or in the long form only hanging: then the database has to take its locks away first.
    let hangs = kills_wanted() > SHORT;
    let signal = |name: &str, process: &Child| {
        let sent = std::process::Command::new("kill").args([name, &process.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    };
    signal(if hangs { "-STOP" } else { "-KILL" }, &first);
    let mut second = organization.serve();
    organization.wait_for_the_end();
    let result = organization.result();
    if hangs {
        signal("-CONT", &first);
        std::thread::sleep(Duration::from_secs(3));
        assert_eq!(organization.result(), result, "whoever lost the lease does nothing any more");
    }
    let _ = (first.kill(), first.wait(), second.kill(), second.wait());
}
