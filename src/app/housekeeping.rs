//! Takes away what nobody needs any more: plans that were never confirmed, sessions that ran out, old failed attempts,
//! and for good those whose days in the recycle bin are over.

use std::time::Duration;

use actix_web::web::Data;

use crate::db::{Conn, Error, Lane};
use crate::edits;
use crate::imports;
use crate::lifecycle::erase;
use crate::lifecycle::store::{erasing, plans};
use crate::sign_in;
use crate::web::Site;

const EVERY: Duration = Duration::from_secs(600);

/// Runs for as long as the process does. What fails is logged and done the next time.
pub async fn keep_tidy(site: Data<Site>) {
    loop {
        if let Err(error) = tidy(&site).await {
            tracing::warn!(%error, "tidying up is tried again later");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// One round.
pub async fn tidy(site: &Site) -> Result<(), Error> {
    let now = site.clock.now();
    let prune = move |conn: &mut Conn| {
        plans::prune(conn, now)?;
        edits::store::prune(conn, now)?;
        imports::store::prune(conn, now)?;
        sign_in::store::prune(conn, now)?;
        sign_in::throttle::prune(conn, now)
    };
    site.db.write(Lane::Work, prune).await?;
    empty_the_bin(site).await?;
    remove_files(site).await
}

/// Those whose time is over are erased by an operation that nobody confirms.
async fn empty_the_bin(site: &Site) -> Result<(), Error> {
    let (now, days, chain) = (site.clock.now(), site.erase_after_days, site.chain.clone());
    if days == 0 || site.db.read(move |conn| erasing::due(conn, now.plus_days(-days), 1)).await?.is_empty() {
        return Ok(());
    }
    let begin = move |conn: &mut Conn| erase::by_itself(conn, &chain, days, now);
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
