//! One thing that happened, before it becomes an entry of the chain.

use serde::Serialize;

use crate::db::{OperationId, UserId};

/// An event. `act` is a short word such as `user.deactivated`; the details hold what an erasure must be able to take
/// away (names, reason, before and after).
#[derive(Debug, Clone)]
pub struct Event {
    pub act: &'static str,
    /// `None`: the system itself, or the command line.
    pub actor: Option<UserId>,
    pub user: Option<UserId>,
    pub operation: Option<OperationId>,
    pub details: String,
}

impl Event {
    pub fn new(act: &'static str, actor: Option<UserId>) -> Self {
        Event { act, actor, user: None, operation: None, details: "{}".into() }
    }

    pub fn about(mut self, user: UserId) -> Self {
        self.user = Some(user);
        self
    }

    pub fn in_operation(mut self, operation: OperationId) -> Self {
        self.operation = Some(operation);
        self
    }

    /// The details, as JSON.
    pub fn with(mut self, details: &impl Serialize) -> Self {
        self.details = serde_json::to_string(details).unwrap_or_else(|_| "{}".into());
        self
    }
}
