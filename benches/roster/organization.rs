//! The organizations that are measured: made up by rule, loaded through the product's own loader, copied for each run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use roster::audit::Chain;
use roster::clock::Clock;
use roster::db::{Address, Db, Lane, run_migrations};
use roster::kick_start::{self, InMemory};
use roster::licenses::AccessLevel;
use roster::secrets::Keys;
use roster::users::create::{NewUser, create};
use roster::users::password;
use roster::web::Site;

/// A change of what is made up changes this, so that older copies are not used.
const VERSION: u32 = 1;
/// Rows of history that one person has: somebody who was always there.
const VETERAN_ROWS: usize = 100_000;

pub const ADMINISTRATOR: &str = "administrator@bench.test";
pub const PASSWORD: &str = "plum tree by the river";
/// A surname that twelve people have, whatever the size.
pub const RARE: &str = "quillfeather";

/// A loaded organization that is never changed: runs act on copies.
pub struct Organization {
    pub users: usize,
    pub address: Address,
    folder: PathBuf,
}

pub fn site(address: &Address, folder: &Path) -> Site {
    let keys = Keys::new([7; 32]);
    Site {
        db: Db::open(address, 6),
        clock: Clock::default(),
        chain: Chain::new(&keys),
        keys,
        public_url: None,
        trusted_proxies: Vec::new(),
        time_zone: jiff::tz::TimeZone::UTC,
        uploads: folder.join("uploads"),
        upload_limit: 1 << 20,
        session_hours: 12,
        erase_after_days: 30,
        lease_seconds: 60,
        patience: std::time::Duration::from_secs(30),
        time_limit: std::time::Duration::from_secs(60),
        hashing: Arc::new(tokio::sync::Semaphore::new(2)),
        hash_cost: argon2::Params::new(8, 1, 1, None).expect("a light hash"),
        wake_worker: Arc::default(),
    }
}

impl Organization {
    /// Loads it, or takes the one that an earlier run loaded. `server`: the PostgreSQL server, else SQLite.
    pub fn of(users: usize, server: Option<&str>, folder: &Path) -> Organization {
        let name = format!("roster_bench_{VERSION}_{users}");
        let address = address(&name, server, folder);
        let organization = Organization { users, address, folder: folder.to_owned() };
        if at_hand(&name, server, folder).is_none() {
            organization.load(server, &name);
        }
        organization
    }

    fn load(&self, server: Option<&str>, name: &str) {
        // Under another name until it is whole.
        let half = format!("{name}_half");
        let address = match server {
            Some(server) => {
                run(server, &format!("DROP DATABASE IF EXISTS {half}"));
                run(server, &format!("CREATE DATABASE {half}"));
                at(server, &half)
            }
            None => {
                let path = self.folder.join(format!("{half}.db"));
                let _ = std::fs::remove_file(&path);
                Address::Sqlite(path)
            }
        };
        run_migrations(&address).expect("migrations");
        let site = site(&address, &self.folder);
        let now = site.clock.now();
        create_administrator(&site);
        let source = made_up(self.users);
        kick_start::load(&site, &source, now, &mut |_| {}, |_| Ok(())).expect("it loads");
        drop(site);
        let mut conn = address.connect().expect("a connection");
        let key = match server {
            Some(_) => "convert_to('session ' || id, 'UTF8')",
            None => "CAST('session ' || id AS BLOB)",
        };
        conn.batch_execute(&SESSIONS.replace("%KEY%", key)).expect("sessions");
        match (&address, server) {
            (Address::Sqlite(path), _) => {
                conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE").expect("one file");
                drop(conn);
                std::fs::rename(path, self.address.sqlite_path().expect("a path")).expect("the whole file");
            }
            (Address::Postgres(_), Some(server)) => {
                // As the server's own vacuum leaves it after a while.
                conn.batch_execute("VACUUM ANALYZE").expect("a vacuum");
                drop(conn);
                run(server, &format!("ALTER DATABASE {half} RENAME TO {name}"));
            }
            (Address::Postgres(_), None) => unreachable!("PostgreSQL has a server"),
        }
    }

    /// A copy to act on, as the organization is.
    pub fn copy(&self, server: Option<&str>) -> Address {
        match (&self.address, server) {
            (Address::Postgres(url), Some(server)) => {
                let name = url.rsplit('/').next().expect("a name");
                run(server, "DROP DATABASE IF EXISTS roster_bench_run WITH (FORCE)");
                run(server, &format!("CREATE DATABASE roster_bench_run TEMPLATE {name} STRATEGY FILE_COPY"));
                at(server, "roster_bench_run")
            }
            _ => {
                let path = self.folder.join("run.db");
                for ending in ["run.db", "run.db-wal", "run.db-shm"] {
                    let _ = std::fs::remove_file(self.folder.join(ending));
                }
                std::fs::copy(self.address.sqlite_path().expect("a path"), &path).expect("a copy");
                Address::Sqlite(path)
            }
        }
    }

    /// The id of the person with the longest history.
    pub fn veteran(&self) -> i64 {
        id(self.users / 2)
    }
}

/// Users are numbered in the order of the file, behind the administrator.
pub fn id(number: usize) -> i64 {
    number as i64 + 1
}

/// Every fifth active person is signed in somewhere.
const SESSIONS: &str = "INSERT INTO sessions (key_digest, user_id, data, created_at, expires_at, address, user_agent) \
    SELECT %KEY%, id, '{}', 0, 4102444800000000, '192.0.2.1', 'Mozilla/5.0' \
    FROM users WHERE state = 'active' AND id % 5 = 0";

/// Somebody who can sign in.
pub fn create_administrator(site: &Site) {
    let administrator = NewUser {
        first_name: "Ada".into(),
        last_name: "Administrator".into(),
        email: ADMINISTRATOR.into(),
        title: String::new(),
        level: AccessLevel::SystemAdministrator,
        password_hash: Some(password::hash(PASSWORD, &site.hash_cost).expect("a hash")),
        must_change: false,
    };
    let made = site
        .db
        .write_now(Lane::Administration, |conn| create(conn, &site.chain, None, &administrator, site.clock.now()));
    made.expect("an administrator");
}

fn address(name: &str, server: Option<&str>, folder: &Path) -> Address {
    match server {
        Some(server) => at(server, name),
        None => Address::Sqlite(folder.join(format!("{name}.db"))),
    }
}

/// The database of this name, if an earlier run left it.
pub fn at_hand(name: &str, server: Option<&str>, folder: &Path) -> Option<Address> {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let address = address(name, server, folder);
    let is_there = match server {
        None => address.sqlite_path().is_some_and(Path::exists),
        Some(server) => {
            let mut conn = Address::Postgres(server.to_owned()).connect().expect("the PostgreSQL server");
            let sql = format!("SELECT count(*) AS n FROM pg_database WHERE datname = '{name}'");
            diesel::sql_query(sql).get_result::<Found>(&mut conn).expect("the databases").n > 0
        }
    };
    is_there.then_some(address)
}

/// An empty database of this name, instead of an older one.
pub fn database(name: &str, server: Option<&str>, folder: &Path) -> Address {
    remove(name, server, folder);
    if let Some(server) = server {
        run(server, &format!("CREATE DATABASE {name}"));
    }
    address(name, server, folder)
}

pub fn remove(name: &str, server: Option<&str>, folder: &Path) {
    match server {
        Some(server) => run(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")),
        None => {
            for ending in ["db", "db-wal", "db-shm"] {
                let _ = std::fs::remove_file(folder.join(format!("{name}.{ending}")));
            }
        }
    }
}

fn at(server: &str, name: &str) -> Address {
    let (base, _) = server.rsplit_once('/').expect("postgres://USER@HOST/DATABASE");
    Address::Postgres(format!("{base}/{name}"))
}

fn run(server: &str, sql: &str) {
    let mut conn = Address::Postgres(server.to_owned()).connect().expect("the PostgreSQL server");
    conn.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Takes the copies away again; the loaded ones only from PostgreSQL.
pub fn clean_up(server: Option<&str>, organizations: &[Organization]) {
    if let Some(server) = server {
        run(server, "DROP DATABASE IF EXISTS roster_bench_run WITH (FORCE)");
        for organization in organizations {
            if let Address::Postgres(url) = &organization.address {
                run(server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.rsplit('/').next().unwrap_or("")));
            }
        }
    }
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const FIRST: [&str; 16] = [
    "Ada", "Anders", "Berta", "Carlos", "Dina", "Emil", "Fatma", "Gustav", "Hanna", "Ivan", "Jana", "Kofi", "Lena",
    "Marek", "Nora", "Omar",
];
const SYLLABLES: [&str; 12] = ["al", "ber", "cor", "dan", "el", "fis", "gar", "hol", "in", "kra", "lin", "mor"];
const ENDS: [&str; 6] = ["son", "berg", "mann", "ez", "ova", "sen"];
const KINDS: [(&str, f64); 8] = [
    ("hours", 0.55),
    ("tasks", 0.71),
    ("notes", 0.83),
    ("issues", 0.91),
    ("documents", 0.96),
    ("reports", 0.98),
    ("projects", 0.99),
    ("dashboards", 1.0),
];

/// Three in ten people left nothing; the others a heavy-tailed share (some ten rows on average); one in eight is off.
fn made_up(users: usize) -> InMemory {
    let mut dice = Dice(users as u64);
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut sizes: Vec<usize> = (0..=users).map(|_| size_of_history(&mut dice)).collect();
    sizes[0] = 0;
    sizes[users / 2] = VETERAN_ROWS;
    files.insert("users.csv".into(), people(users, &sizes, &mut dice).into_bytes());
    // How many rows of each kind each person has: first all of them, so that rows can point at rows further down.
    let counts: Vec<[usize; 8]> = sizes.iter().map(|size| split(*size, &mut dice)).collect();
    let total = |kind: usize| counts.iter().map(|count| count[kind]).sum::<usize>().max(1);
    let (tasks, projects) = (total(1), total(6));
    for (kind, (name, _)) in KINDS.iter().enumerate() {
        let mut text = String::from(match *name {
            "hours" => "id,user_id,task_id,minutes,spent_on\n",
            "tasks" => "id,title,project_id,assignee_id,creator_id,status,created_at\n",
            "notes" => "id,author_id,task_id,body,created_at\n",
            "issues" => "id,title,project_id,reporter_id,status,created_at\n",
            "documents" => "id,owner_id,project_id,name,bytes,created_at\n",
            _ => "id,owner_id,name,created_at\n",
        });
        let mut row = 0;
        for (user, count) in counts.iter().enumerate() {
            for _ in 0..count[kind] {
                row += 1;
                let (task, project, at) = (1 + dice.below(tasks), 1 + dice.below(projects), moment(&mut dice));
                let _ = match *name {
                    "hours" => writeln!(text, "{row},{user},{task},{},{}", 15 * (1 + row % 32), &at[..10]),
                    "tasks" => {
                        let creator = if dice.share() < 0.6 { user } else { 1 + dice.below(users) };
                        let status = ["open", "doing", "done"][row % 3];
                        writeln!(text, "{row},Task {row}: prepare,{project},{user},{creator},{status},{at}")
                    }
                    "notes" => {
                        writeln!(text, "{row},{user},{task},Note {row}. Checked with the customer; see it.,{at}")
                    }
                    "issues" => {
                        let status = ["open", "closed"][row % 2];
                        writeln!(text, "{row},Issue {row}: unexpected,{project},{user},{status},{at}")
                    }
                    "documents" => {
                        let project = if row % 5 == 0 { String::new() } else { project.to_string() };
                        writeln!(text, "{row},{user},{project},document-{row}.pdf,{},{at}", 1000 + row % 900_000)
                    }
                    _ => writeln!(text, "{row},{user},{name} {row},{at}"),
                };
            }
        }
        files.insert(format!("{name}.csv"), text.into_bytes());
    }
    InMemory { files, ..InMemory::default() }
}

fn people(users: usize, sizes: &[usize], dice: &mut Dice) -> String {
    let mut text = String::from("id,first_name,last_name,email,title,access_level,active,created_at,last_login_at\n");
    for (user, history) in sizes.iter().enumerate().skip(1) {
        let first = dice.of(&FIRST);
        let last = format!("{}{}{}", dice.of(&SYLLABLES), dice.of(&SYLLABLES), dice.of(&ENDS));
        let last = if user % (users / 12) == 5 && user < users / 12 * 12 { RARE } else { &last };
        let level = match dice.below(10) {
            0..=4 => "Standard",
            5..=6 => "Light",
            7..=8 => "Contributor",
            _ => "External User",
        };
        let level = if user == users / 2 { "Standard" } else { level };
        let active = u8::from(user == users / 2 || dice.share() >= 0.12);
        let never = *history == 0 && dice.share() < 0.6;
        let last_login = if never { String::new() } else { moment(dice) };
        let _ = writeln!(
            text,
            "{user},{first},{last},{}.{last}.{user}@bench.test,Engineer,{level},{active},2020-01-01 08:00:00,{last_login}",
            first.to_lowercase()
        );
    }
    text
}

/// Pareto: at least three rows, at most 5,000.
fn size_of_history(dice: &mut Dice) -> usize {
    if dice.share() < 0.3 {
        return 0;
    }
    (3.0 * (1.0 - dice.share()).powf(-1.0 / 1.2)).min(5000.0) as usize
}

fn split(rows: usize, dice: &mut Dice) -> [usize; 8] {
    let mut counts = [0; 8];
    for _ in 0..rows {
        let share = dice.share();
        let kind = KINDS.iter().position(|(_, up_to)| share < *up_to).unwrap_or(0);
        counts[kind] += 1;
    }
    counts
}

fn moment(dice: &mut Dice) -> String {
    let (year, month, day) = (2020 + dice.below(6), 1 + dice.below(12), 1 + dice.below(28));
    format!("{year}-{month:02}-{day:02} {:02}:{:02}:00", dice.below(24), dice.below(60))
}
