//! The keyed chain: each entry is authenticated together with the one before it.
//!
//! The key is not in the database. Who edits, removes or cuts off entries there cannot make the links fit. The details
//! and their salt lie in a second table: an erasure removes them, and the chain still verifies over the digest.

use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::Event;
use crate::db::dialect::{insert_all, on};
use crate::db::schema::{audit_details, audit_entries, audit_head};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::secrets::{Keys, authenticate, random};

/// Entries read at a time when verifying, so that a million need no more memory than a few thousand.
const READ: i64 = 5_000;

/// Writes and verifies entries with this installation's key.
#[derive(Clone)]
pub struct Chain {
    key: [u8; 32],
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = audit_entries)]
struct Entry {
    seq: i64,
    at: Timestamp,
    act: String,
    actor_id: Option<UserId>,
    user_id: Option<UserId>,
    operation_id: Option<OperationId>,
    digest: Vec<u8>,
    link: Vec<u8>,
}

#[derive(Insertable)]
#[diesel(table_name = audit_details)]
struct Details {
    seq: i64,
    salt: Vec<u8>,
    details: String,
}

/// The end of the chain: how many entries there are, and the last link.
struct Head {
    entries: i64,
    link: Vec<u8>,
}

/// The first thing found wrong, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding(pub String);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub entries: i64,
    /// The last link in hexadecimal: kept elsewhere, it also shows a whole database that was put back.
    pub head: String,
}

impl Chain {
    pub fn new(keys: &Keys) -> Self {
        Chain { key: keys.derive("audit") }
    }

    /// Appends events. The caller's transaction must be in the administrative lane, so that there is one head at a time.
    pub fn record(&self, conn: &mut Conn, now: Timestamp, events: &[Event]) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let Head { mut entries, mut link } = self.stored_head(conn)?;
        let salts: Vec<[u8; 16]> = events.iter().map(|_| random()).collect();
        let mut rows = Vec::with_capacity(events.len());
        let mut details = Vec::with_capacity(events.len());
        for (event, salt) in events.iter().zip(salts) {
            entries += 1;
            let mut entry = Entry {
                seq: entries,
                at: now,
                act: event.act.to_owned(),
                actor_id: event.actor,
                user_id: event.user,
                operation_id: event.operation,
                digest: digest(&salt, &event.details),
                link: Vec::new(),
            };
            entry.link = self.link(&link, &entry);
            link.clone_from(&entry.link);
            rows.push(entry);
            details.push(Details { seq: entries, salt: salt.to_vec(), details: event.details.clone() });
        }
        insert_all!(conn, audit_entries::table, rows)?;
        insert_all!(conn, audit_details::table, details)?;
        self.store_head(conn, &Head { entries, link })
    }

    /// Reads the whole chain. `Err(Finding)` names the first entry that does not fit.
    pub fn verify(&self, conn: &mut Conn) -> Result<std::result::Result<Verified, Finding>> {
        let found = |text: String| Ok(Err(Finding(text)));
        let stored: Option<(i64, Vec<u8>, Vec<u8>)> = audit_head::table
            .select((audit_head::entries, audit_head::link, audit_head::seal))
            .first(conn)
            .optional()?;
        let (entries, head, seal) = stored.unwrap_or_else(|| (0, Vec::new(), self.seal(0, &[])));
        if seal != self.seal(entries, &head) {
            return found("the head of the chain was edited, or belongs to another key".into());
        }
        let (mut last, mut link) = (0, Vec::new());
        loop {
            let rows: Vec<(Entry, Option<(Vec<u8>, String)>)> = audit_entries::table
                .left_join(audit_details::table)
                .filter(audit_entries::seq.gt(last))
                .order(audit_entries::seq)
                .limit(READ)
                .select((audit_entries::all_columns, (audit_details::salt, audit_details::details).nullable()))
                .load(conn)?;
            if rows.is_empty() {
                break;
            }
            for (entry, details) in rows {
                if entry.seq != last + 1 {
                    return found(format!("entry {} was removed", last + 1));
                }
                if entry.link != self.link(&link, &entry) {
                    return found(format!("entry {} was edited", entry.seq));
                }
                if details.is_some_and(|(salt, details)| digest(&salt, &details) != entry.digest) {
                    return found(format!("the details of entry {} were edited", entry.seq));
                }
                last = entry.seq;
                link = entry.link;
            }
        }
        if last != entries {
            return found(format!("entries {} to {entries} were removed from the end", last + 1));
        }
        if link != head {
            return found("the last entry is not the one the head names".into());
        }
        Ok(Ok(Verified { entries, head: data_encoding::HEXLOWER.encode(&head) }))
    }

    fn stored_head(&self, conn: &mut Conn) -> Result<Head> {
        let stored: Option<(i64, Vec<u8>)> =
            audit_head::table.select((audit_head::entries, audit_head::link)).first(conn).optional()?;
        Ok(stored.map_or(Head { entries: 0, link: Vec::new() }, |(entries, link)| Head { entries, link }))
    }

    fn store_head(&self, conn: &mut Conn, head: &Head) -> Result<()> {
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
        let id = |id: Option<i64>| id.map_or_else(Vec::new, |id| id.to_be_bytes().to_vec());
        let parts: [&[u8]; 8] = [
            before,
            &entry.seq.to_be_bytes(),
            &entry.at.micros().to_be_bytes(),
            entry.act.as_bytes(),
            &id(entry.actor_id.map(|id| id.0)),
            &id(entry.user_id.map(|id| id.0)),
            &id(entry.operation_id.map(|id| id.0)),
            &entry.digest,
        ];
        authenticate(&self.key, &parts).to_vec()
    }

    fn seal(&self, entries: i64, link: &[u8]) -> Vec<u8> {
        authenticate(&self.key, &[b"head", &entries.to_be_bytes(), link]).to_vec()
    }
}

fn digest(salt: &[u8], details: &str) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(details.as_bytes());
    hasher.finalize().to_vec()
}
