//! "Verified up to entry N": the chain is read again in the background, and how far it was as written is kept, sealed.
//!
//! New entries are read as they come. Once a day, after a finding, and when somebody asks, everything is read again
//! from the start: so an old entry that is edited later is found too.

use super::chain::{Found, READ, Stretch};
use super::store::marks::{self, ASKED, Mark, VERIFIED};
use super::{Chain, Finding, Point};
use crate::db::{Conn, Db, Error, Lane, Result, Timestamp};

/// Entries that are read while a page waits: some tenths of a second.
pub const AT_ONCE: i64 = 20_000;
/// Everything is read again after this long.
const WHOLE_EVERY_SECONDS: i64 = 86_400;
/// A request that nobody carried out is forgotten: its process ended.
const ASKED_SECONDS: i64 = 3_600;
/// Slices between two notes of how far it is.
const NOTED_EVERY: usize = 20;

/// What is known of the chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Up to which entry it is as written, and when that was last looked at. `None`: never yet.
    pub verified: Option<(i64, Timestamp)>,
    /// When all of it was last read.
    pub whole_at: Option<Timestamp>,
    /// What is wrong, and since when that is known.
    pub finding: Option<(String, Timestamp)>,
    /// Entries behind the verified ones.
    pub newer: i64,
    /// Up to this entry they were removed under the retention; 0: none was.
    pub removed: i64,
    /// Somebody asked, and it is being read now.
    pub is_running: bool,
}

pub fn standing(conn: &mut Conn, chain: &Chain, now: Timestamp) -> Result<Standing> {
    let last = marks::last_entry(conn)?;
    let mut standing = Standing { newer: last, is_running: is_asked(conn, now)?, ..Standing::default() };
    match chain.start(conn)? {
        Ok(start) => standing.removed = start.entries,
        Err(finding) => standing.finding = Some((finding.0, now)),
    }
    match marks::read(conn, VERIFIED)? {
        Some(mark) if chain.is_sealed(&mark) => {
            standing.newer = (last - mark.entries.max(standing.removed)).max(0);
            standing.verified = Some((mark.entries, mark.at));
            standing.whole_at = mark.whole_at;
            if !mark.finding.is_empty() {
                standing.finding.get_or_insert((mark.finding, mark.at));
            }
        }
        Some(_) => {
            let edited = "the note of the last verification was edited, or belongs to another key".to_owned();
            standing.finding.get_or_insert((edited, now));
        }
        None => standing.newer = last - standing.removed,
    }
    Ok(standing)
}

fn is_asked(conn: &mut Conn, now: Timestamp) -> Result<bool> {
    Ok(marks::read(conn, ASKED)?.is_some_and(|mark| now.seconds_since(mark.at) < ASKED_SECONDS))
}

/// Notes that somebody wants all of it read. False: that is under way already. In a write.
pub fn ask(conn: &mut Conn, now: Timestamp) -> Result<bool> {
    if is_asked(conn, now)? {
        return Ok(false);
    }
    marks::write(conn, &mark(ASKED, Point::default(), now))?;
    Ok(true)
}

/// Reads what came since, or everything if it is time for that. Blocks; each slice is a short reading transaction.
pub fn go_on(db: &Db, chain: &Chain, now: Timestamp) -> Result<()> {
    let (known, is_asked) =
        db.read_now(|conn| Ok::<_, Error>((marks::read(conn, VERIFIED)?, marks::read(conn, ASKED)?.is_some())))?;
    let known = known.filter(|mark| chain.is_sealed(mark));
    let is_old = |mark: &Mark| mark.whole_at.is_none_or(|at| now.seconds_since(at) >= WHOLE_EVERY_SECONDS);
    match known {
        Some(mark) if !is_asked && mark.finding.is_empty() && !is_old(&mark) => {
            let point = Point { entries: mark.entries, link: mark.link };
            Pass { db, chain, now, whole_at: mark.whole_at, is_whole: false }.run(point)
        }
        _ => whole(db, chain, now),
    }
}

/// Reads everything from the start. Blocks; each slice is a short reading transaction.
pub fn whole(db: &Db, chain: &Chain, now: Timestamp) -> Result<()> {
    Pass { db, chain, now, whole_at: Some(now), is_whole: true }.run(Point::default())
}

/// One reading of the chain, from a point to its end.
struct Pass<'a> {
    db: &'a Db,
    chain: &'a Chain,
    now: Timestamp,
    whole_at: Option<Timestamp>,
    is_whole: bool,
}

impl Pass<'_> {
    fn run(&self, from: Point) -> Result<()> {
        let (mut point, mut limit) = (from, READ);
        for slice in 1.. {
            let read = self.db.read_now(|conn| self.read(conn, &point, limit))?;
            match read {
                // Ever shorter, to come as close to it as the entries before allow.
                Err(_) if limit > 1 => limit /= 2,
                Err(finding) => return self.note(point, finding.0, true),
                Ok(Stretch { to, is_end: true }) => return self.note(to, String::new(), true),
                Ok(stretch) => point = stretch.to,
            }
            if !self.is_whole && slice % NOTED_EVERY == 0 {
                self.note(point.clone(), String::new(), false)?;
            }
        }
        Ok(())
    }

    fn read(&self, conn: &mut Conn, from: &Point, limit: i64) -> Result<Found<Stretch>> {
        let start = match self.chain.start(conn)? {
            Ok(start) => start,
            Err(finding) => return Ok(Err(finding)),
        };
        // Entries may have been removed under the retention while others were read.
        let from = if start.entries > from.entries { &start } else { from };
        let read = self.chain.read_on(conn, from, limit, |_| true)?;
        let known = marks::read(conn, VERIFIED)?.filter(|mark| self.chain.is_sealed(mark)).map_or(0, |m| m.entries);
        Ok(match read {
            Ok(Stretch { to, is_end: true }) if to.entries < known => {
                Err(Finding(format!("entries {} to {known} were there before and are missing", to.entries + 1)))
            }
            read => read,
        })
    }

    /// Keeps how far it is, unless somebody else is further or has found something.
    fn note(&self, to: Point, finding: String, is_over: bool) -> Result<()> {
        self.db.write_now(Lane::Work, |conn| {
            if self.is_whole && is_over {
                marks::remove(conn, ASKED)?;
            }
            let known = marks::read(conn, VERIFIED)?.filter(|mark| self.chain.is_sealed(mark));
            if to == Point::default() && finding.is_empty() && known.is_none() {
                return Ok(()); // nothing to speak of yet
            }
            let is_behind = |mark: &Mark| !mark.finding.is_empty() || mark.entries > to.entries;
            if !self.is_whole && finding.is_empty() && known.as_ref().is_some_and(is_behind) {
                return Ok(());
            }
            if !finding.is_empty() {
                tracing::error!(finding, "the audit log is not as it was written");
            }
            // What was found first stays: since when it is known matters.
            let at =
                known.filter(|mark| !finding.is_empty() && mark.finding == finding).map_or(self.now, |mark| mark.at);
            let new = Mark { whole_at: self.whole_at, finding, ..mark(VERIFIED, to, at) };
            marks::write(conn, &self.chain.sealed(new))
        })
    }
}

fn mark(name: &str, Point { entries, link }: Point, at: Timestamp) -> Mark {
    Mark { name: name.into(), entries, link, at, whole_at: None, finding: String::new(), seal: Vec::new() }
}
