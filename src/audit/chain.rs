//! The keyed chain: each entry is authenticated together with the one before it.
//!
//! The key is not in the database. Who edits, removes or cuts off entries there cannot make the links fit. The details
//! and their salt lie in a second table: an erasure removes them, and the chain still verifies over the digest.

use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::Event;
use super::store::marks::{self, Mark};
use crate::db::dialect::{Cell, Kind, Rows, on};
use crate::db::schema::{audit_details, audit_entries, audit_head};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::secrets::{Authenticator, Keys, randoms};

/// Entries read at a time when verifying, so that a million need no more memory than a few thousand.
pub const READ: i64 = 5_000;

/// Writes and verifies entries with this installation's key.
#[derive(Clone)]
pub struct Chain {
    key: Authenticator,
}

#[derive(Debug, Clone, Queryable)]
struct Entry {
    seq: i64,
    at: Timestamp,
    act: String,
    actor_id: Option<UserId>,
    user_id: Option<UserId>,
    operation_id: Option<OperationId>,
    digest: Vec<u8>,
    link: Vec<u8>,
    /// Empty in entries from before it was kept.
    path: String,
}

const ENTRY: [(&str, Kind); 9] = [
    ("seq", Kind::Number),
    ("at", Kind::Number),
    ("act", Kind::Text),
    ("actor_id", Kind::Number),
    ("user_id", Kind::Number),
    ("operation_id", Kind::Number),
    ("digest", Kind::Bytes),
    ("link", Kind::Bytes),
    ("path", Kind::Text),
];

const DETAILS: [(&str, Kind); 3] = [("seq", Kind::Number), ("salt", Kind::Bytes), ("details", Kind::Text)];

impl Entry {
    fn cells(&self) -> [Cell<'_>; ENTRY.len()] {
        [
            Cell::Number(self.seq),
            Cell::Number(self.at.micros()),
            Cell::text(&self.act),
            Cell::number(self.actor_id.map(|id| id.0)),
            Cell::number(self.user_id.map(|id| id.0)),
            Cell::number(self.operation_id.map(|id| id.0)),
            Cell::Bytes(&self.digest),
            Cell::Bytes(&self.link),
            Cell::text(&self.path),
        ]
    }
}

/// A place in the chain: up to which entry, and the link of that one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Point {
    pub entries: i64,
    pub link: Vec<u8>,
}

/// Entries that were read and are as they were written.
pub struct Stretch {
    pub to: Point,
    /// The last entry there is was reached, and it is the one the head names.
    pub is_end: bool,
}

/// The first thing found wrong, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding(pub String);

/// What holds, or the first thing that does not.
pub type Found<T> = std::result::Result<T, Finding>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// With those that were removed under the retention.
    pub entries: i64,
    /// Up to this entry they were removed under the retention; 0: none was.
    pub removed: i64,
    /// The last link in hexadecimal: kept elsewhere, it also shows a whole database that was put back.
    pub head: String,
}

impl Chain {
    pub fn new(keys: &Keys) -> Self {
        Chain { key: Authenticator::new(&keys.derive("audit")) }
    }

    /// Appends events. The caller's transaction must be in the administrative lane, so that there is one head at a time.
    pub fn record(&self, conn: &mut Conn, now: Timestamp, events: &[Event]) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let Point { mut entries, mut link } = stored_head(conn)?;
        let salts: Vec<[u8; 16]> = randoms(events.len());
        let mut rows = Vec::with_capacity(events.len());
        let mut details = Vec::with_capacity(events.len() * DETAILS.len());
        for (event, salt) in events.iter().zip(&salts) {
            entries += 1;
            let mut entry = Entry {
                seq: entries,
                at: now,
                act: event.act.to_owned(),
                actor_id: event.actor,
                user_id: event.user,
                operation_id: event.operation,
                digest: digest(salt, &event.details),
                link: Vec::new(),
                path: event.path.as_str().to_owned(),
            };
            entry.link = self.link(&link, &entry);
            link.clone_from(&entry.link);
            rows.push(entry);
            details.extend([Cell::Number(entries), Cell::Bytes(salt), Cell::text(&event.details)]);
        }
        Rows::new(&ENTRY, rows.iter().flat_map(Entry::cells).collect()).insert(conn, "audit_entries")?;
        Rows::new(&DETAILS, details).insert(conn, "audit_details")?;
        self.store_head(conn, &Point { entries, link })
    }

    /// Reads the whole chain. `Err(Finding)` names the first entry that does not fit.
    pub fn verify(&self, conn: &mut Conn) -> Result<Found<Verified>> {
        let start = match self.start(conn)? {
            Ok(start) => start,
            Err(finding) => return Ok(Err(finding)),
        };
        let (removed, mut point) = (start.entries, start);
        loop {
            match self.read_on(conn, &point, READ, |_| true)? {
                Err(finding) => return Ok(Err(finding)),
                Ok(Stretch { to: Point { entries, link }, is_end: true }) => {
                    return Ok(Ok(Verified { entries, removed, head: data_encoding::HEXLOWER.encode(&link) }));
                }
                Ok(stretch) => point = stretch.to,
            }
        }
    }

    /// Where the chain begins: at nothing, or at the sealed end of what was removed under the retention.
    pub fn start(&self, conn: &mut Conn) -> Result<Found<Point>> {
        Ok(match marks::read(conn, marks::START)? {
            None => Ok(Point::default()),
            Some(mark) if self.is_sealed(&mark) => Ok(Point { entries: mark.entries, link: mark.link }),
            Some(_) => Err(Finding("the start of the chain was edited, or belongs to another key".into())),
        })
    }

    /// Reads up to `limit` entries behind a point, as long as `goes_on` for the time of the next one.
    pub fn read_on(
        &self,
        conn: &mut Conn,
        from: &Point,
        limit: i64,
        goes_on: impl Fn(Timestamp) -> bool,
    ) -> Result<Found<Stretch>> {
        let found = |text: String| Ok(Err(Finding(text)));
        let Ok(head) = self.head(conn)? else {
            return found("the head of the chain was edited, or belongs to another key".into());
        };
        let rows: Vec<(Entry, Option<(Vec<u8>, String)>)> = audit_entries::table
            .left_join(audit_details::table)
            .filter(audit_entries::seq.gt(from.entries))
            .order(audit_entries::seq)
            .limit(limit)
            .select((audit_entries::all_columns, (audit_details::salt, audit_details::details).nullable()))
            .load(conn)?;
        if from.entries > head.entries {
            return found(format!(
                "entries {} to {} were there before and are missing",
                head.entries + 1,
                from.entries
            ));
        }
        let is_end = (rows.len() as i64) < limit;
        let mut to = from.clone();
        for (entry, details) in rows {
            if !goes_on(entry.at) {
                return Ok(Ok(Stretch { to, is_end: false }));
            }
            if entry.seq != to.entries + 1 {
                return found(format!("entry {} was removed", to.entries + 1));
            }
            if entry.link != self.link(&to.link, &entry) {
                return found(format!("entry {} was edited", entry.seq));
            }
            if details.is_some_and(|(salt, details)| digest(&salt, &details) != entry.digest) {
                return found(format!("the details of entry {} were edited", entry.seq));
            }
            to = Point { entries: entry.seq, link: entry.link };
        }
        if is_end && to.entries < head.entries {
            return found(format!("entries {} to {} were removed from the end", to.entries + 1, head.entries));
        }
        if is_end && to.entries > head.entries {
            return found(format!("the head of the chain names entry {}, which is not the last", head.entries));
        }
        if is_end && to != head {
            return found("the last entry is not the one the head names".into());
        }
        Ok(Ok(Stretch { to, is_end }))
    }

    /// The end of the chain as it was written; `Err`: it was edited.
    fn head(&self, conn: &mut Conn) -> Result<std::result::Result<Point, ()>> {
        let columns = (audit_head::entries, audit_head::link, audit_head::seal);
        let stored: Option<(i64, Vec<u8>, Vec<u8>)> = audit_head::table.select(columns).first(conn).optional()?;
        Ok(match stored {
            Some((entries, link, seal)) if seal == self.seal(entries, &link) => Ok(Point { entries, link }),
            Some(_) => Err(()),
            None => Ok(Point::default()),
        })
    }

    fn store_head(&self, conn: &mut Conn, head: &Point) -> Result<()> {
        let values = (
            audit_head::entries.eq(head.entries),
            audit_head::link.eq(&head.link),
            audit_head::seal.eq(self.seal(head.entries, &head.link)),
        );
        on!(conn, c => diesel::insert_into(audit_head::table)
            .values((audit_head::id.eq(1), values.clone()))
            .on_conflict(audit_head::id)
            .do_update()
            .set(values)
            .execute(c))?;
        Ok(())
    }

    fn link(&self, before: &[u8], entry: &Entry) -> Vec<u8> {
        let id = |id: Option<i64>| id.map(i64::to_be_bytes);
        let (seq, at) = (entry.seq.to_be_bytes(), entry.at.micros().to_be_bytes());
        let (actor, user) = (id(entry.actor_id.map(|id| id.0)), id(entry.user_id.map(|id| id.0)));
        let operation = id(entry.operation_id.map(|id| id.0));
        let [actor, user, operation] = [&actor, &user, &operation].map(|id| id.as_ref().map_or(&[][..], |id| &id[..]));
        let parts =
            [before, &seq, &at, entry.act.as_bytes(), actor, user, operation, &entry.digest, entry.path.as_bytes()];
        // Entries from before the path was kept are authenticated without it.
        let parts = if entry.path.is_empty() { &parts[..parts.len() - 1] } else { &parts[..] };
        self.key.authenticate(parts).to_vec()
    }

    fn seal(&self, entries: i64, link: &[u8]) -> Vec<u8> {
        self.key.authenticate(&[b"head", &entries.to_be_bytes(), link]).to_vec()
    }

    /// The mark with its seal: nobody without the key makes another one.
    pub(super) fn sealed(&self, mut mark: Mark) -> Mark {
        mark.seal = self.seal_of(&mark);
        mark
    }

    pub(super) fn is_sealed(&self, mark: &Mark) -> bool {
        mark.seal == self.seal_of(mark)
    }

    fn seal_of(&self, mark: &Mark) -> Vec<u8> {
        let (entries, at) = (mark.entries.to_be_bytes(), mark.at.micros().to_be_bytes());
        let whole_at = mark.whole_at.map_or(0, Timestamp::micros).to_be_bytes();
        let parts: [&[u8]; 7] =
            [b"mark", mark.name.as_bytes(), &entries, &mark.link, &at, &whole_at, mark.finding.as_bytes()];
        self.key.authenticate(&parts).to_vec()
    }
}

fn stored_head(conn: &mut Conn) -> Result<Point> {
    let stored: Option<(i64, Vec<u8>)> =
        audit_head::table.select((audit_head::entries, audit_head::link)).first(conn).optional()?;
    Ok(stored.map_or(Point::default(), |(entries, link)| Point { entries, link }))
}

fn digest(salt: &[u8], details: &str) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(details.as_bytes());
    hasher.finalize().to_vec()
}
