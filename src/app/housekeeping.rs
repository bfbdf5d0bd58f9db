//! Takes away what nobody needs any more: plans that were never confirmed, sessions that ran out, old failed attempts.

use std::time::Duration;

use actix_web::web::Data;

use crate::db::{Conn, Error, Lane};
use crate::lifecycle::store::plans;
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
        sign_in::store::prune(conn, now)?;
        sign_in::throttle::prune(conn, now)
    };
    site.db.write(Lane::Work, prune).await
}
