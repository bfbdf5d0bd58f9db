//! The engine that carries a confirmed plan out: in batches, with an outcome for each user, to the end. It knows no act.

pub mod engine;
pub mod store;
pub mod worker;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::db::text_enum;
use crate::db::{OperationId, Timestamp, UserId};

text_enum! {
    pub enum Progress {
        /// Confirmed, and waits for its moment.
        Scheduled = "scheduled",
        Running = "running",
        Done = "done",
        /// It ended before all was done; `stopped_because` says why. It can be resumed.
        Stopped = "stopped",
        /// An administrator ended it. What was done stays; the rest is as it was.
        Cancelled = "cancelled",
    }
}

text_enum! {
    pub enum Outcome {
        Done = "done",
        Skipped = "skipped",
        /// The database refused it, again and again.
        Failed = "failed",
    }
}

/// An operation, as its page and the list show it.
#[derive(Debug, Clone, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = crate::db::schema::operations)]
pub struct Operation {
    pub id: OperationId,
    pub plan_id: String,
    pub act: String,
    pub state: Progress,
    pub stopped_because: Option<String>,
    /// `None`: Roster itself.
    pub started_by: Option<UserId>,
    /// Who answers for it now: whoever resumed it, else whoever started it.
    pub run_by: Option<UserId>,
    pub reason: String,
    pub created_at: Timestamp,
    /// The next moment at which there is something to do, while it is scheduled.
    pub starts_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub total: i64,
    pub done: i64,
    pub skipped: i64,
    pub failed: i64,
    result: String,
    /// JSON, in words of the act: each promise, checked again after the run.
    pub receipt: Option<String>,
    /// The operation that this one undoes.
    pub undoes: Option<OperationId>,
}

impl Operation {
    /// What was done, in numbers, by names that only the act knows.
    pub fn tally(&self) -> Tally {
        serde_json::from_str(&self.result).unwrap_or_default()
    }

    pub fn is_running(&self) -> bool {
        self.state == Progress::Running
    }

    /// True if nothing more will happen by itself.
    pub fn is_over(&self) -> bool {
        matches!(self.state, Progress::Done | Progress::Stopped | Progress::Cancelled)
    }

    pub fn to_do(&self) -> i64 {
        self.total - self.done - self.skipped - self.failed
    }
}

/// Numbers by name, added up batch by batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally(BTreeMap<String, i64>);

impl Tally {
    pub fn add(&mut self, name: impl Into<String>, n: i64) {
        if n != 0 {
            *self.0.entry(name.into()).or_default() += n;
        }
    }

    pub fn of(&self, name: &str) -> i64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// The sum of all whose name begins so.
    pub fn under(&self, prefix: &str) -> i64 {
        self.0.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, n)| n).sum()
    }

    pub fn include(&mut self, other: &Tally) {
        for (name, n) in &other.0 {
            self.add(name.clone(), *n);
        }
    }
}

/// One user of an operation that is still to do: a step and what it needs to know, in words of the act.
#[derive(Debug, Clone, diesel::Queryable)]
pub struct Row {
    pub user: UserId,
    pub step: String,
    pub argument: Option<String>,
    /// Not before this moment.
    pub due_at: Option<Timestamp>,
    /// The version of the user's row when the operation was confirmed.
    pub before_version: Option<i64>,
}

/// What a runner says of a batch. Rows it does not mention are still to do: their next part is the next batch's.
#[derive(Debug, Default)]
pub struct Report {
    pub done: Vec<UserId>,
    /// With the reason, as a word that the act can put into a sentence.
    pub skipped: Vec<(UserId, &'static str)>,
    pub tally: Tally,
    /// Set if nothing of this batch was done and nothing more may be: why.
    pub stopped: Option<String>,
}
