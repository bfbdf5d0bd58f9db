//! Takes away what nobody needs any more: plans that were never confirmed, sessions that ran out, old failed attempts,
//! for good those whose days in the recycle bin are over, and old entries of the audit log. And verifies that log.

use std::time::{Duration, Instant};

use actix_web::web::Data;

use crate::audit::{retention, verification};
use crate::db::{Conn, Error, Lane};
use crate::edits;
use crate::imports;
use crate::lifecycle::erase;
use crate::lifecycle::store::{erasing, plans};
use crate::preferences::{audit_retention_days, erase_after_days};
use crate::sign_in;
use crate::users::list;
use crate::web::Site;

const EVERY: Duration = Duration::from_secs(600);
/// A process that just began has people waiting for it.
const FIRST: Duration = Duration::from_secs(30);

/// Runs for as long as the process does. What fails is logged and done the next time.
pub async fn keep_tidy(site: Data<Site>) {
    tokio::time::sleep(FIRST).await;
    loop {
        if let Err(error) = tidy(&site).await {
            tracing::warn!(%error, "tidying up is tried again later");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// One round.
pub async fn tidy(site: &Site) -> Result<(), Error> {
    let (now, hours) = (site.clock.now(), site.session_hours);
    let prune = move |conn: &mut Conn| {
        plans::prune(conn, now)?;
        imports::store::prune(conn, now)?;
        list::picked::prune(conn, now)?;
        list::saved::prune(conn)?;
        sign_in::store::prune(conn, now, hours)?;
        sign_in::throttle::prune(conn, now)
    };
    site.db.write(Lane::Work, prune).await?;
    while site.db.write(Lane::Work, move |conn| edits::store::prune(conn, now)).await? {}
    empty_the_bin(site).await?;
    remove_files(site).await?;
    shorten_the_log(site).await?;
    verify_the_log(site).await
}

/// Entries of the audit log that the retention lets go, slice by slice, with a rest in which others come in between.
async fn shorten_the_log(site: &Site) -> Result<(), Error> {
    let now = site.clock.now();
    let due = move |conn: &mut Conn| {
        let days = audit_retention_days(conn)?;
        retention::due(conn, days, now)
    };
    let mut under_way = site.db.read(due).await?;
    while let Some(round) = under_way {
        let (chain, begun) = (site.chain.clone(), Instant::now());
        let prune = move |conn: &mut Conn| {
            let days = audit_retention_days(conn)?;
            retention::prune(conn, &chain, days, round, now)
        };
        under_way = site.db.write(Lane::Administration, prune).await?;
        if under_way.is_some() {
            tokio::time::sleep(begun.elapsed()).await;
        }
    }
    Ok(())
}

async fn verify_the_log(site: &Site) -> Result<(), Error> {
    let (db, chain, now) = (site.db.clone(), site.chain.clone(), site.clock.now());
    let read = tokio::task::spawn_blocking(move || verification::go_on(&db, &chain, now)).await;
    read.unwrap_or_else(|panic| Err(Error::Other(format!("verifying panicked: {panic}"))))
}

/// Those whose time is over are erased by an operation that nobody confirms.
async fn empty_the_bin(site: &Site) -> Result<(), Error> {
    let (now, default, chain) = (site.clock.now(), site.erase_after_days, site.chain.clone());
    let is_due = move |conn: &mut Conn| match erase_after_days(conn, default)? {
        0 => Ok(false),
        days => Ok::<_, Error>(!erasing::due(conn, now.plus_days(-days), 1)?.is_empty()),
    };
    if !site.db.read(is_due).await? {
        return Ok(());
    }
    let begin = move |conn: &mut Conn| match erase_after_days(conn, default)? {
        0 => Ok(None),
        days => erase::by_itself(conn, &chain, days, now),
    };
    if site.db.write(Lane::Administration, begin).await?.is_some() {
        site.wake_worker.notify_one();
    }
    Ok(())
}

/// Files of documents that are gone. One that cannot be removed stays on the list for the next time.
async fn remove_files(site: &Site) -> Result<(), Error> {
    let doomed = site.db.read(erasing::doomed_files).await?;
    if doomed.is_empty() {
        return Ok(());
    }
    let uploads = site.uploads.clone();
    let removed = doomed.into_iter().filter(|name| match std::fs::remove_file(uploads.join(name)) {
        Ok(()) => true,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => {
            tracing::warn!(%error, name, "a file of an erased document cannot be removed yet");
            false
        }
    });
    let removed: Vec<String> = removed.collect();
    site.db.write(Lane::Work, move |conn| erasing::forget_files(conn, &removed)).await
}
