//! Reads entries as a list: filtered, the latest first, from a place on. Each filter is a stretch of one index.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::super::Path;
use crate::db::dialect::among;
use crate::db::schema::{audit_details, audit_entries, operations};
use crate::db::{Conn, MultiBackend, OperationId, Result, Timestamp, UserId};

/// Which entries are meant. Nothing is set: all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub act: Option<String>,
    pub actor: Option<UserId>,
    pub user: Option<UserId>,
    pub operation: Option<OperationId>,
    pub path: Option<Path>,
    /// From this moment on.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// Where a reading begins. A place is the time of an entry and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    Latest,
    Before((i64, i64)),
    /// Away from there into the future: the nearest first.
    After((i64, i64)),
}

/// An entry with what belongs to it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub number: i64,
    pub at: Timestamp,
    pub act: String,
    pub actor: Option<UserId>,
    pub user: Option<UserId>,
    pub operation: Option<OperationId>,
    /// `None`: from before it was kept.
    pub path: Option<Path>,
    /// JSON. `None`: erased with the person.
    pub details: Option<String>,
    /// The reason of its operation.
    pub reason: String,
}

impl Entry {
    pub fn place(&self) -> (i64, i64) {
        (self.at.micros(), self.number)
    }
}

type Row = (i64, Timestamp, String, Option<UserId>, Option<UserId>, Option<OperationId>, String);

/// Up to `limit` entries, the latest first; after a place, the nearest first.
pub fn read(conn: &mut Conn, filter: &Filter, from: From, limit: i64) -> Result<Vec<Entry>> {
    let rows: Vec<Row> = matching(conn, filter, from)?
        .limit(limit)
        .select((
            audit_entries::seq,
            audit_entries::at,
            audit_entries::act,
            audit_entries::actor_id,
            audit_entries::user_id,
            audit_entries::operation_id,
            audit_entries::path,
        ))
        .load(conn)?;
    let numbers: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let mut details: HashMap<i64, String> = audit_details::table
        .filter(among(audit_details::seq, &numbers))
        .select((audit_details::seq, audit_details::details))
        .load(conn)?
        .into_iter()
        .collect();
    let mut in_operations: Vec<OperationId> = rows.iter().filter_map(|row| row.5).collect();
    in_operations.sort_unstable();
    in_operations.dedup();
    let reasons: HashMap<OperationId, String> = operations::table
        .filter(among(operations::id, &in_operations))
        .select((operations::id, operations::reason))
        .load(conn)?
        .into_iter()
        .collect();
    let entry = |(number, at, act, actor, user, operation, path): Row| Entry {
        details: details.remove(&number),
        reason: operation.and_then(|id| reasons.get(&id).cloned()).unwrap_or_default(),
        path: Path::parse(&path),
        number,
        at,
        act,
        actor,
        user,
        operation,
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// The acts that are in the log, found by leaps along their index.
pub fn acts(conn: &mut Conn) -> Result<Vec<String>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        act: String,
    }
    let sql = "WITH RECURSIVE found(act) AS (SELECT min(act) FROM audit_entries UNION ALL \
               SELECT (SELECT min(e.act) FROM audit_entries e WHERE e.act > found.act) FROM found WHERE found.act IS NOT NULL) \
               SELECT act FROM found WHERE act IS NOT NULL";
    let found: Vec<Found> = diesel::sql_query(sql).load(conn)?;
    Ok(found.into_iter().map(|found| found.act).collect())
}

/// A filter that has an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    User,
    Operation,
    Actor,
    Act,
    Path,
}

impl By {
    fn column(self) -> &'static str {
        match self {
            By::User => "user_id",
            By::Operation => "operation_id",
            By::Actor => "actor_id",
            By::Act => "act",
            By::Path => "path",
        }
    }

    /// Written so that no database takes its index.
    fn hidden(self) -> String {
        match self {
            By::User | By::Operation | By::Actor => format!("audit_entries.{} + 0", self.column()),
            By::Act | By::Path => format!("audit_entries.{} || ''", self.column()),
        }
    }
}

/// What a filter asks of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Id(i64),
    Word(String),
}

fn wanted(filter: &Filter) -> Vec<(By, Wanted)> {
    let id = |by, id: Option<i64>| id.map(|id| (by, Wanted::Id(id)));
    let word = |by, word: Option<&str>| word.map(|word| (by, Wanted::Word(word.to_owned())));
    let all = [
        id(By::User, filter.user.map(|id| id.0)),
        id(By::Operation, filter.operation.map(|id| id.0)),
        id(By::Actor, filter.actor.map(|id| id.0)),
        word(By::Act, filter.act.as_deref()),
        word(By::Path, filter.path.map(Path::as_str)),
    ];
    all.into_iter().flatten().collect()
}

type Query = audit_entries::BoxedQuery<'static, MultiBackend>;

fn matching(conn: &mut Conn, filter: &Filter, from: From) -> Result<Query> {
    let wanted = wanted(filter);
    let along = rarest(conn, filter, &wanted)?;
    let mut query = audit_entries::table.into_boxed::<MultiBackend>();
    for (by, wanted) in wanted {
        let column = if Some(by) == along { format!("audit_entries.{}", by.column()) } else { by.hidden() };
        let equals = sql::<Bool>(&format!("{column} = "));
        query = match wanted {
            Wanted::Id(id) => query.filter(equals.bind::<BigInt, _>(id)),
            Wanted::Word(word) => query.filter(equals.bind::<Text, _>(word)),
        };
    }
    // One bound on each side, the closer one: of two, a database takes either, and reads up to the other.
    let (mut since, mut until) = (filter.since, filter.until);
    let place = |sign: &str| sql::<Bool>(&format!("(audit_entries.at, audit_entries.seq) {sign} ("));
    match from {
        From::Before((at, number)) if until.is_none_or(|until| at < until.micros()) => {
            until = None;
            query = query.filter(place("<").bind::<BigInt, _>(at).sql(", ").bind::<BigInt, _>(number).sql(")"));
        }
        From::After((at, number)) if since.is_none_or(|since| at >= since.micros()) => {
            since = None;
            query = query.filter(place(">").bind::<BigInt, _>(at).sql(", ").bind::<BigInt, _>(number).sql(")"));
        }
        _ => {}
    }
    if let Some(since) = since {
        query = query.filter(audit_entries::at.ge(since));
    }
    if let Some(until) = until {
        query = query.filter(audit_entries::at.lt(until));
    }
    Ok(match from {
        From::After(_) => query.order((audit_entries::at.asc(), audit_entries::seq.asc())),
        From::Latest | From::Before(_) => query.order((audit_entries::at.desc(), audit_entries::seq.desc())),
    })
}

/// Of several filters the one with the fewest entries, along whose index the others are looked at.
fn rarest(conn: &mut Conn, filter: &Filter, wanted: &[(By, Wanted)]) -> Result<Option<By>> {
    if let [] | [_] = wanted {
        return Ok(wanted.first().map(|(by, _)| *by));
    }
    let mut best: Option<(i64, By)> = None;
    for (by, wanted) in wanted {
        let entries = count(conn, filter, *by, wanted)?;
        if best.is_none_or(|(fewest, _)| entries < fewest) {
            best = Some((entries, *by));
        }
        if entries < FEW {
            break;
        }
    }
    Ok(best.map(|(_, by)| by))
}

/// So few that they are read in no time.
const FEW: i64 = 1_000;
/// Counting further costs more than it helps.
const MANY: i64 = 50_000;

fn count(conn: &mut Conn, filter: &Filter, by: By, wanted: &Wanted) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        entries: i64,
    }
    let sql = format!(
        "SELECT count(*) AS entries FROM (SELECT 1 FROM audit_entries WHERE {} = $1 AND at >= $2 AND at < $3 \
         LIMIT {MANY}) AS counted",
        by.column()
    );
    let since = filter.since.map_or(i64::MIN, Timestamp::micros);
    let until = filter.until.map_or(i64::MAX, Timestamp::micros);
    let query = diesel::sql_query(sql);
    let counted: Counted = match wanted {
        Wanted::Id(id) => {
            query.bind::<BigInt, _>(*id).bind::<BigInt, _>(since).bind::<BigInt, _>(until).get_result(conn)?
        }
        Wanted::Word(word) => {
            query.bind::<Text, _>(word).bind::<BigInt, _>(since).bind::<BigInt, _>(until).get_result(conn)?
        }
    };
    Ok(counted.entries)
}
