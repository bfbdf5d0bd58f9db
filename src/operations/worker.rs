//! Finishes what is too large for one request, in the same process. A lease lets another process go on if this one dies.

use std::sync::Arc;
use std::time::Duration;

use super::Row;
use super::engine::{Pace, Runner, run_batch, run_row};
use super::store;
use crate::clock::Clock;
use crate::db::{Conn, Db, Error, Lane, OperationId, UserId};
use crate::secrets::random_token;

/// A batch that was refused so often is run row by row.
const ATTEMPTS: i64 = 3;
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub struct Worker {
    pub db: Db,
    pub clock: Clock,
    pub runner: Arc<dyn Runner>,
    pub wake: Arc<tokio::sync::Notify>,
    /// A process that is silent for so long has died.
    pub lease_seconds: i64,
}

impl Worker {
    /// Runs for as long as the process does. Whatever goes wrong is logged and tried again.
    pub async fn run(self) {
        let holder = random_token::<10>();
        if let Err(error) = self.prove_what_was_left().await {
            tracing::warn!(%error, "receipts are made later");
        }
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

    /// A process that died between an operation's end and its receipt left that to the next one.
    async fn prove_what_was_left(&self) -> Result<(), Error> {
        while let Some(id) = self.db.read(store::unproved).await? {
            self.prove(id).await?;
        }
        Ok(())
    }

    /// Takes one operation and runs it to its end. False: there was none.
    async fn run_next(&self, holder: &str) -> Result<bool, Error> {
        // A look first: a writing transaction every two seconds for nothing would disturb the others.
        let now = self.clock.now();
        if !self.db.read(move |conn| store::is_any_due(conn, now)).await? {
            return Ok(false);
        }
        let name = holder.to_owned();
        let until = now.plus_seconds(self.lease_seconds);
        let take = move |conn: &mut Conn| store::take_lease(conn, &name, now, until);
        let Some(id) = self.db.write(Lane::Administration, take).await? else { return Ok(false) };
        let rests = self.db.read(move |conn| store::find(conn, id)).await.map(|it| self.runner.pace(&it).rests)?;
        loop {
            let begun = std::time::Instant::now();
            match self.run_one_batch(id, holder).await {
                Ok(true) => break,
                Ok(false) => {}
                // The database is away or busy: nothing is wrong with the rows.
                Err(error @ Error::Away(_)) => return Err(error),
                Err(error) => self.after_refusal(id, holder, error).await?,
            }
            if rests {
                tokio::time::sleep(begun.elapsed()).await;
            }
        }
        self.prove(id).await?;
        if rests {
            self.db.forget_what_was_deleted().await;
        }
        Ok(true)
    }

    /// Checks what an operation promised once it has ended: by reading first, so that nobody waits for it.
    async fn prove(&self, id: OperationId) -> Result<(), Error> {
        let (now, runner) = (self.clock.now(), self.runner.clone());
        let read = move |conn: &mut Conn| {
            let operation = store::find(conn, id)?;
            if !operation.is_over() || operation.receipt.is_some() {
                return Ok(None);
            }
            let receipt = runner.prove(conn, &operation, now)?;
            Ok::<_, Error>(Some((operation, receipt)))
        };
        let Some((operation, receipt)) = self.db.read(read).await? else { return Ok(()) };
        let runner = self.runner.clone();
        let write = move |conn: &mut Conn| {
            let receipt = runner.prove_by_trying(conn, &operation, receipt, now)?;
            store::set_receipt(conn, id, &receipt)
        };
        self.db.write(Lane::Work, write).await
    }

    /// The database refused a batch. After some attempts its rows are run one by one: the one that is refused alone has
    /// failed, and the others go on. All or none: then all have failed.
    async fn after_refusal(&self, id: OperationId, holder: &str, error: Error) -> Result<(), Error> {
        tracing::error!(%error, operation = id.0, "a batch was refused");
        let attempts = self.db.write(Lane::Administration, move |conn| store::count_attempt(conn, id)).await?;
        if attempts < ATTEMPTS {
            return Ok(());
        }
        let (now, runner) = (self.clock.now(), self.runner.clone());
        let next = move |conn: &mut Conn| {
            let operation = store::find(conn, id)?;
            let pace = runner.pace(&operation);
            let rows = store::pending(conn, id, now, pace.batch.try_into().unwrap_or(i64::MAX))?;
            Ok::<_, Error>((pace == Pace::WHOLE, rows))
        };
        let (is_whole, rows) = self.db.read(next).await?;
        let mut failed: Vec<UserId> = Vec::new();
        for row in &rows {
            if is_whole || self.run_alone(id, holder, row.clone()).await.is_err() {
                failed.push(row.user);
            }
        }
        let write = move |conn: &mut Conn| {
            store::fail(conn, id, &failed)?;
            store::forget_attempts(conn, id)
        };
        self.db.write(Lane::Administration, write).await
    }

    async fn run_alone(&self, id: OperationId, holder: &str, row: Row) -> Result<(), Error> {
        let (name, now, runner) = (holder.to_owned(), self.clock.now(), self.runner.clone());
        let until = now.plus_seconds(self.lease_seconds);
        let alone = move |conn: &mut Conn| {
            if !store::renew_lease(conn, id, &name, until)? {
                return Ok(());
            }
            run_row(conn, runner.as_ref(), id, &row, now)
        };
        self.db.write(Lane::Administration, alone).await
    }

    async fn run_one_batch(&self, id: OperationId, holder: &str) -> Result<bool, Error> {
        let (name, now, runner) = (holder.to_owned(), self.clock.now(), self.runner.clone());
        let until = now.plus_seconds(self.lease_seconds);
        let batch = move |conn: &mut Conn| {
            if !store::renew_lease(conn, id, &name, until)? {
                return Ok(true);
            }
            run_batch(conn, runner.as_ref(), id, now)
        };
        self.db.write(Lane::Administration, batch).await
    }
}
