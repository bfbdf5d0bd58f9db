//! The yardstick: the fewest bare SQL statements that read the same facts, or leave the same rows.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use roster::db::Conn;

#[derive(QueryableByName)]
#[allow(dead_code, reason = "read for the reading's sake")]
pub struct Listed {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = Text)]
    first_name: String,
    #[diesel(sql_type = Text)]
    last_name: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<Text>)]
    access_level: Option<String>,
    #[diesel(sql_type = BigInt)]
    last_sign_in_at: i64,
    #[diesel(sql_type = Text)]
    pub name_key: String,
    #[diesel(sql_type = Text)]
    email_key: String,
}

const LISTED: &str = "SELECT id, first_name, last_name, title, email, state, access_level, last_sign_in_at, name_key, \
    email_key FROM users WHERE state = 'active'";
const IN_ORDER: &str = "ORDER BY name_key, id LIMIT 51";

pub fn first_page(conn: &mut Conn) -> Vec<Listed> {
    diesel::sql_query(format!("{LISTED} {IN_ORDER}")).load(conn).expect("a page")
}

pub fn deep_page(conn: &mut Conn, name_key: &str, id: i64) -> Vec<Listed> {
    let query = diesel::sql_query(format!("{LISTED} AND (name_key, id) > ($1, $2) {IN_ORDER}"));
    query.bind::<Text, _>(name_key).bind::<BigInt, _>(id).load(conn).expect("a page")
}

/// For a word that few or none have: through the trigrams.
pub fn search_few(conn: &mut Conn, word: &str) -> Vec<Listed> {
    let (found, word) = match conn {
        Conn::Sqlite(_) => ("SELECT rowid FROM user_search WHERE user_search MATCH $1", format!("\"{word}\"")),
        Conn::Postgres(_) => ("SELECT user_id FROM user_search WHERE search_key LIKE $1", format!("%{word}%")),
    };
    // The state so that its index is not taken: the few who are found are read, then sorted.
    let listed = LISTED.replace("state = 'active'", "state || '' = 'active'");
    let query = diesel::sql_query(format!("{listed} AND id IN ({found}) {IN_ORDER}"));
    query.bind::<Text, _>(word).load(conn).expect("a page")
}

/// For a word that many have: along the index of the order.
pub fn search_many(conn: &mut Conn, word: &str) -> Vec<Listed> {
    let position = match conn {
        Conn::Sqlite(_) => "instr",
        Conn::Postgres(_) => "strpos",
    };
    let is_hit = format!("{position}(name_key || ' ' || email_key, $1) > 0");
    diesel::sql_query(format!("{LISTED} AND {is_hit} {IN_ORDER}")).bind::<Text, _>(word).load(conn).expect("a page")
}

/// `column IN (these ids)` with the ids as the first parameter, as each database likes it best.
fn among(conn: &Conn, column: &str) -> String {
    match conn {
        Conn::Sqlite(_) => format!("{column} IN (SELECT value FROM json_each($1))"),
        Conn::Postgres(_) => format!("{column} IN (SELECT unnest(CAST($1 AS bigint[])))"),
    }
}

pub fn list_of(conn: &Conn, ids: &[i64]) -> String {
    let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    match conn {
        Conn::Sqlite(_) => format!("[{ids}]"),
        Conn::Postgres(_) => format!("{{{ids}}}"),
    }
}

/// The facts of the chosen people, with all of their history: what a plan is made from. `$1`: their ids.
fn facts(conn: &Conn) -> String {
    let [of_users, user_id, author_id, owner_id, created_by] =
        ["users.id", "user_id", "author_id", "owner_id", "created_by"].map(|column| among(conn, column));
    let created = ["projects", "work_items", "reports", "dashboards"]
        .map(|table| format!("SELECT created_by FROM {table} WHERE {created_by}"))
        .join(" UNION ALL ");
    let part = |key: &str, of: &str| format!("COALESCE(',\"{key}\":[' || {of}.n || ',' || {of}.m || ']', '')");
    let history = [("assignments", "a"), ("created", "c"), ("documents", "d"), ("hours", "h"), ("notes", "t")]
        .map(|(key, of)| part(key, of))
        .join(" || ");
    format!(
        "WITH a AS (SELECT user_id, COUNT(*) AS n, \
           SUM(CASE WHEN ended_at IS NULL AND status <> 'done' THEN 1 ELSE 0 END) AS m \
           FROM assignments JOIN work_items ON work_items.id = work_item_id WHERE {user_id} GROUP BY user_id), \
         h AS (SELECT user_id, COUNT(*) AS n, SUM(minutes) AS m FROM hours WHERE {user_id} GROUP BY user_id), \
         t AS (SELECT author_id AS user_id, COUNT(*) AS n, 0 AS m FROM notes WHERE {author_id} GROUP BY author_id), \
         d AS (SELECT owner_id AS user_id, COUNT(*) AS n, SUM(CASE WHEN project_id IS NULL THEN 1 ELSE 0 END) AS m \
           FROM documents WHERE {owner_id} GROUP BY owner_id), \
         c AS (SELECT created_by AS user_id, COUNT(*) AS n, 0 AS m FROM ({created}) AS made GROUP BY created_by), \
         s AS (SELECT user_id, COUNT(*) AS n FROM sessions WHERE {user_id} GROUP BY user_id), \
         facts AS (SELECT users.id, first_name, last_name, name_key, email_key, state, \
           COALESCE(access_level, last_access_level) AS level, COALESCE(s.n, 0) AS sessions, \
           '{{' || LTRIM({history}, ',') || '}}' AS history \
           FROM users LEFT JOIN a ON a.user_id = users.id LEFT JOIN h ON h.user_id = users.id \
           LEFT JOIN t ON t.user_id = users.id LEFT JOIN d ON d.user_id = users.id \
           LEFT JOIN c ON c.user_id = users.id LEFT JOIN s ON s.user_id = users.id WHERE {of_users})"
    )
}

/// Three statements: the plan, all of its members from their facts, and what waits for them.
pub fn plan(conn: &mut Conn, plan: &str, act: &str, ids: &[i64]) {
    diesel::sql_query(
        "INSERT INTO plans (id, act, created_by, created_at, expires_at, selection, return_to, free_seats, fingerprint, \
         members) VALUES ($1, $2, 1, 0, 4102444800000000, 'ticked', '/users', '{}', '', $3)",
    )
    .bind::<Text, _>(plan)
    .bind::<Text, _>(act)
    .bind::<BigInt, _>(ids.len() as i64)
    .execute(conn)
    .expect("a plan");
    let step = match act {
        "delete" => "CASE WHEN history = '{}' THEN 'delete' WHEN state = 'active' THEN 'deactivate' ELSE 'skip' END",
        _ => "CASE WHEN state = 'active' THEN 'deactivate' ELSE 'skip' END",
    };
    let refusal = match act {
        "delete" => "CASE WHEN state = 'deactivated' AND history <> '{}' THEN 'off_with_history' END",
        _ => "CASE WHEN state = 'deactivated' THEN 'already_off' END",
    };
    let facts = facts(conn);
    diesel::sql_query(format!(
        "INSERT INTO plan_members (plan_id, user_id, name_key, state, access_level, has_history, history, sessions, \
         step, refusal, chosen) {facts} SELECT $2, id, name_key, state, level, history <> '{{}}', history, sessions, \
         {step}, {refusal}, FALSE FROM facts",
    ))
    .bind::<Text, _>(list_of(conn, ids))
    .bind::<Text, _>(plan)
    .execute(conn)
    .expect("members");
    let duties = duties(conn);
    let text = numbered(conn)(&format!(
        "INSERT INTO plan_duties (plan_id, user_id, duty, entries, digest, pressing, choice, receiver_id, chosen, problem) \
         SELECT $2, found.user_id, duty, entries, digest, 0, 'manager', NULL, FALSE, NULL FROM ({duties}) AS found \
         JOIN plan_members ON plan_id = $2 AND plan_members.user_id = found.user_id AND step <> 'skip'"
    ));
    diesel::sql_query(text).bind::<Text, _>(list_of(conn, ids)).bind::<Text, _>(plan).execute(conn).expect("duties");
}

/// `$2` is the second parameter wherever it stands; in SQLite that is written `?2`.
fn numbered(conn: &Conn) -> fn(&str) -> String {
    match conn {
        Conn::Sqlite(_) => |sql| sql.replace('$', "?"),
        Conn::Postgres(_) => str::to_owned,
    }
}

#[derive(QueryableByName)]
#[allow(dead_code, reason = "read for the reading's sake")]
struct Fact {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    first_name: String,
    #[diesel(sql_type = Text)]
    last_name: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Text)]
    level: String,
    #[diesel(sql_type = BigInt)]
    sessions: i64,
}

#[derive(QueryableByName)]
#[allow(dead_code, reason = "read for the reading's sake")]
struct DutyFact {
    #[diesel(sql_type = Text)]
    duty: String,
    #[diesel(sql_type = BigInt)]
    user_id: i64,
    #[diesel(sql_type = BigInt)]
    entries: i64,
    #[diesel(sql_type = BigInt)]
    digest: i64,
}

/// What waits for the chosen people, so that what changed since it was shown is noticed. `$1`: their ids.
fn duties(conn: &Conn) -> String {
    let of = |duty: &str, column: &str, object: &str, from: &str| {
        format!(
            "SELECT '{duty}' AS duty, {column} AS user_id, COUNT(*) AS entries, CAST(SUM({object}) AS BIGINT) AS digest \
             FROM {from} AND {} GROUP BY {column}",
            among(conn, column)
        )
    };
    [
        of(
            "open_assignments",
            "user_id",
            "work_item_id",
            "assignments JOIN work_items ON work_items.id = work_item_id WHERE ended_at IS NULL AND status <> 'done'",
        ),
        of("owned_projects", "owner_id", "id", "projects WHERE owner_id IS NOT NULL"),
        of("reports", "runs_as", "id", "reports WHERE runs_as IS NOT NULL"),
        of("direct_reports", "manager_id", "id", "users WHERE manager_id IS NOT NULL AND state <> 'deleted'"),
    ]
    .join(" UNION ALL ")
}

/// Every open assignment of these people goes to the first user, and what moved is written down for an undo.
pub fn hand_over(conn: &mut Conn, ids: &[i64]) {
    let list = list_of(conn, ids);
    let open = format!("ended_at IS NULL AND {}", among(conn, "user_id"));
    for sql in [
        format!(
            "INSERT INTO handovers (operation_id, duty, object_id, from_user, to_user, at, how, before) \
             SELECT 1, 'open_assignments', work_item_id, user_id, 1, 5, 'moved', NULL FROM assignments \
             JOIN work_items ON work_items.id = work_item_id AND work_items.status <> 'done' WHERE {open}"
        ),
        format!(
            "UPDATE assignments SET ended_at = 5 WHERE {open} AND EXISTS (SELECT 1 FROM work_items \
             WHERE work_items.id = work_item_id AND work_items.status <> 'done')"
        ),
        "INSERT INTO assignments (work_item_id, user_id, assigned_by, assigned_at) \
         SELECT DISTINCT object_id, 1, 1, 5 FROM handovers WHERE operation_id = 1 AND $1 <> '' ON CONFLICT DO NOTHING"
            .into(),
    ] {
        diesel::sql_query(&sql).bind::<Text, _>(&list).execute(conn).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// Nobody has a manager or a duty, but the active ones of these have twelve open assignments each, and the first user as manager.
pub fn with_open_assignments(conn: &mut Conn, ids: &[i64]) {
    use diesel::connection::SimpleConnection;
    let (first, last, twelve) = (ids[0], ids[ids.len() - 1], "(SELECT id FROM users ORDER BY id LIMIT 12)");
    let sql = format!(
        "UPDATE users SET manager_id = NULL; UPDATE users SET manager_id = 1 WHERE id BETWEEN {first} AND {last}; \
         UPDATE projects SET owner_id = NULL; UPDATE reports SET runs_as = NULL; \
         UPDATE assignments SET ended_at = 1 WHERE ended_at IS NULL; \
         INSERT INTO work_items (project_id, kind, title, status, created_at) SELECT (SELECT MIN(id) FROM projects), \
           'task', 'Bench', 'open', users.id FROM users JOIN {twelve} AS twelve ON TRUE \
           WHERE users.state = 'active' AND users.id BETWEEN {first} AND {last}; \
         INSERT INTO assignments (work_item_id, user_id, assigned_at) SELECT id, created_at, 1 FROM work_items \
           WHERE title = 'Bench'; ANALYZE"
    );
    conn.batch_execute(&sql).expect("open assignments");
}

/// An operation on the members of a stored plan whose step it is: the facts and the duties are read once more, since the
/// act must not trust the plan; then everything the run leaves is written, each table at once. The chain's links are random bytes.
pub fn act(conn: &mut Conn, plan: &str, step: &str, ids: &[i64]) {
    let now = 1_795_600_800_000_000i64;
    let list = list_of(conn, ids);
    let read = if step == "delete" {
        format!("{} SELECT id, first_name, last_name, state, level, sessions FROM facts", facts(conn))
    } else {
        format!(
            "SELECT users.id, first_name, last_name, state, COALESCE(access_level, last_access_level) AS level, \
             COUNT(sessions.id) AS sessions FROM users LEFT JOIN sessions ON sessions.user_id = users.id \
             WHERE {} GROUP BY users.id",
            among(conn, "users.id")
        )
    };
    let read: Vec<Fact> = diesel::sql_query(read).bind::<Text, _>(&list).load(conn).expect("the facts");
    assert_eq!(read.len(), ids.len());
    let duties: Vec<DutyFact> = diesel::sql_query(duties(conn)).bind::<Text, _>(&list).load(conn).expect("the duties");
    drop(duties);
    let numbered = numbered(conn);
    let mut run = |sql: &str| {
        let query = diesel::sql_query(numbered(sql)).bind::<Text, _>(plan).bind::<BigInt, _>(now).bind::<Text, _>(step);
        query.execute(conn).unwrap_or_else(|error| panic!("{sql}: {error}"))
    };
    run("INSERT INTO operations (id, plan_id, act, state, started_by, reason, created_at, finished_at, total, done, \
         result) SELECT 1, id, $3, 'done', 1, 'they left', $2, $2, members, members, '{}' FROM plans WHERE id = $1");
    let chosen = "SELECT user_id FROM plan_members WHERE plan_id = $1 AND step = $3 AND $2 > 0";
    run("INSERT INTO operation_rows (operation_id, user_id, step, argument, outcome, reason, before_version, \
         before_changed_at, before_operation_id) SELECT 1, user_id, step, \
         CASE WHEN step = 'delete' AND has_history THEN '{\"in_spite_of_history\":true}' END, \
         CASE WHEN step = $3 THEN 'done' ELSE 'skipped' END, refusal, version, state_changed_at, state_operation_id \
         FROM plan_members JOIN users ON users.id = user_id WHERE plan_id = $1 AND $2 > 0");
    run("UPDATE license_types SET seats_used = seats_used - (SELECT COUNT(*) FROM plan_members WHERE plan_id = $1 \
         AND step = $3 AND $2 > 0 AND state = 'active' AND license_type = CASE access_level \
         WHEN 'system_administrator' THEN 'standard' ELSE access_level END)");
    for state in ["active", "deactivated"] {
        run(&format!(
            "UPDATE user_counts SET users = users - (SELECT COUNT(*) FROM plan_members WHERE plan_id = $1 \
             AND step = $3 AND $2 > 0 AND state = '{state}') WHERE state = '{state}'"
        ));
    }
    let to = if step == "delete" { "deleted" } else { "deactivated" };
    run(&format!(
        "UPDATE user_counts SET users = users + (SELECT COUNT(*) FROM plan_members WHERE plan_id = $1 \
         AND step = $3 AND $2 > 0) WHERE state = '{to}'"
    ));
    let change = match step {
        "delete" => "deleted_from = state, state = 'deleted', deleted_at = $2,",
        _ => "state = 'deactivated',",
    };
    run(&format!(
        "UPDATE users SET {change} last_access_level = COALESCE(access_level, last_access_level), access_level = NULL, \
         state_changed_at = $2, state_operation_id = 1, version = version + 1 WHERE id IN ({chosen})"
    ));
    run(&format!("DELETE FROM sessions WHERE user_id IN ({chosen})"));
    let bytes = |conn: &Conn, n: u32| match conn {
        Conn::Sqlite(_) => format!("randomblob({n})"),
        Conn::Postgres(_) if n == 32 => "sha256(convert_to(CAST(random() AS text), 'UTF8'))".into(),
        Conn::Postgres(_) => "decode(md5(CAST(random() AS text)), 'hex')".into(),
    };
    let (salt, link) = (bytes(conn, 16), bytes(conn, 32));
    let mut run = |sql: String| {
        let query =
            diesel::sql_query(numbered(&sql)).bind::<Text, _>(plan).bind::<BigInt, _>(now).bind::<Text, _>(step);
        query.execute(conn).unwrap_or_else(|error| panic!("{sql}: {error}"))
    };
    run(format!(
        "INSERT INTO audit_entries (seq, at, act, actor_id, user_id, operation_id, digest, link) \
         SELECT (SELECT entries FROM audit_head) + ROW_NUMBER() OVER (ORDER BY user_id), $2, 'user.{to}', 1, user_id, 1, \
         {link}, {link} FROM plan_members WHERE plan_id = $1 AND step = $3"
    ));
    run(format!(
        "INSERT INTO audit_details (seq, salt, details) \
         SELECT seq, {salt}, '{{\"after\":{{\"email\":null,\"level\":null,\"state\":\"{to}\"}},\"before\":{{\"level\":\"' || \
         plan_members.access_level || '\",\"state\":\"' || plan_members.state || '\"}},\"name\":\"' || first_name || ' ' || last_name || '\"}}' \
         FROM audit_entries JOIN plan_members ON plan_id = $1 AND plan_members.user_id = audit_entries.user_id \
         AND step = $3 AND $2 > 0 JOIN users ON users.id = audit_entries.user_id \
         WHERE audit_entries.operation_id = 1"
    ));
    run("UPDATE audit_head SET entries = entries + (SELECT COUNT(*) FROM audit_details WHERE $1 <> '' AND $2 > 0 \
         AND $3 <> '') WHERE id = 1"
        .into());
    run("UPDATE plans SET operation_id = 1 WHERE id = $1 AND $2 > 0 AND $3 <> ''".into());
}

/// What both must leave behind alike, as numbers.
#[derive(Debug, PartialEq, Eq, QueryableByName)]
pub struct Left {
    #[diesel(sql_type = BigInt)]
    pub active: i64,
    #[diesel(sql_type = BigInt)]
    pub handovers: i64,
    #[diesel(sql_type = BigInt)]
    pub open_assignments: i64,
    #[diesel(sql_type = BigInt)]
    pub deactivated: i64,
    #[diesel(sql_type = BigInt)]
    pub deleted: i64,
    #[diesel(sql_type = BigInt)]
    pub seats: i64,
    #[diesel(sql_type = BigInt)]
    pub sessions: i64,
    #[diesel(sql_type = BigInt)]
    pub outcomes: i64,
    #[diesel(sql_type = BigInt)]
    pub entries: i64,
    #[diesel(sql_type = BigInt)]
    pub details: i64,
}

pub fn left(conn: &mut Conn) -> Left {
    let sql = "SELECT (SELECT COUNT(*) FROM users WHERE state = 'active') AS active, \
        (SELECT COUNT(*) FROM handovers) AS handovers, \
        (SELECT COUNT(*) FROM assignments WHERE ended_at IS NULL) AS open_assignments, \
        (SELECT COUNT(*) FROM users WHERE state = 'deactivated') AS deactivated, \
        (SELECT COUNT(*) FROM users WHERE state = 'deleted') AS deleted, \
        (SELECT CAST(SUM(seats_used) AS BIGINT) FROM license_types) AS seats, \
        (SELECT COUNT(*) FROM sessions) AS sessions, \
        (SELECT COUNT(*) FROM operation_rows WHERE outcome IS NOT NULL) AS outcomes, \
        (SELECT COUNT(*) FROM audit_entries) AS entries, \
        (SELECT COUNT(*) FROM audit_details WHERE length(details) > 90) AS details";
    diesel::sql_query(sql).get_result(conn).expect("what is left")
}

/// Members of a plan in a form that tells whether two plans say the same.
#[derive(Debug, PartialEq, Eq, QueryableByName)]
pub struct Said {
    #[diesel(sql_type = BigInt)]
    user_id: i64,
    #[diesel(sql_type = Text)]
    history: String,
    #[diesel(sql_type = Text)]
    step: String,
    #[diesel(sql_type = Nullable<Text>)]
    refusal: Option<String>,
    #[diesel(sql_type = BigInt)]
    sessions: i64,
    #[diesel(sql_type = Integer)]
    has_history: i32,
}

pub fn said(conn: &mut Conn, plan: &str) -> Vec<Said> {
    let sql = "SELECT user_id, history, step, refusal, sessions, CAST(has_history AS INTEGER) AS has_history \
        FROM plan_members WHERE plan_id = $1 ORDER BY user_id";
    diesel::sql_query(sql).bind::<Text, _>(plan).load(conn).expect("members")
}
