//! Finishes what is too large for one request, in the same process. A lease lets another process go on if this one dies.

use std::sync::Arc;
use std::time::Duration;

use super::engine::{Runner, run_batch};
use super::store;
use crate::clock::Clock;
use crate::db::{Conn, Db, Error, Lane, OperationId};
use crate::secrets::random_token;

/// A process that is silent for so long has died.
const LEASE_SECONDS: i64 = 60;
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub struct Worker {
    pub db: Db,
    pub clock: Clock,
    pub runner: Arc<dyn Runner>,
    pub wake: Arc<tokio::sync::Notify>,
}

impl Worker {
    /// Runs for as long as the process does. Whatever goes wrong is logged and tried again.
    pub async fn run(self) {
        let holder = random_token::<10>();
        loop {
            match self.run_next(&holder).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the worker tries again shortly"),
            }
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Takes one operation and runs it to its end. False: there was none.
    async fn run_next(&self, holder: &str) -> Result<bool, Error> {
        // A look first: a writing transaction every two seconds for nothing would disturb the others.
        let now = self.clock.now();
        if !self.db.read(move |conn| store::is_any_due(conn, now)).await? {
            return Ok(false);
        }
        let name = holder.to_owned();
        let take = move |conn: &mut Conn| store::take_lease(conn, &name, now, now.plus_seconds(LEASE_SECONDS));
        let Some(id) = self.db.write(Lane::Administration, take).await? else { return Ok(false) };
        while !self.run_one_batch(id, holder).await? {}
        Ok(true)
    }

    async fn run_one_batch(&self, id: OperationId, holder: &str) -> Result<bool, Error> {
        let (name, now, runner) = (holder.to_owned(), self.clock.now(), self.runner.clone());
        let batch = move |conn: &mut Conn| {
            if !store::renew_lease(conn, id, &name, now.plus_seconds(LEASE_SECONDS))? {
                return Ok(true);
            }
            run_batch(conn, runner.as_ref(), id, now)
        };
        self.db.write(Lane::Administration, batch).await
    }
}
