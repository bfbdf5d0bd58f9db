//! One thing that happened, before it becomes an entry of the chain.

use serde::Serialize;

use crate::db::{OperationId, UserId, text_enum};

text_enum! {
    /// How an act came.
    pub enum Path {
        Page = "page",
        CommandLine = "command_line",
        Import = "import",
        /// By the clock: a departure, an erasure by age.
        Schedule = "schedule",
        /// A one-time link, opened by somebody who is not signed in.
        Link = "link",
    }
}

impl Path {
    pub fn name(self) -> &'static str {
        match self {
            Path::Page => "Page",
            Path::CommandLine => "Command line",
            Path::Import => "Import",
            Path::Schedule => "Schedule",
            Path::Link => "One-time link",
        }
    }
}

/// An event. `act` is a short word such as `user.deactivated`, with its sentence in `acts.rs`; the details hold what an
/// erasure must be able to take away (names, reason, before and after).
#[derive(Debug, Clone)]
pub struct Event {
    pub act: &'static str,
    /// `None`: the system itself, or the command line.
    pub actor: Option<UserId>,
    pub user: Option<UserId>,
    pub operation: Option<OperationId>,
    pub path: Path,
    pub details: String,
}

impl Event {
    /// Something that was done on a page, until `by_path` says otherwise.
    pub fn new(act: &'static str, actor: Option<UserId>) -> Self {
        Event { act, actor, user: None, operation: None, path: Path::Page, details: "{}".into() }
    }

    pub fn about(mut self, user: UserId) -> Self {
        self.user = Some(user);
        self
    }

    pub fn in_operation(mut self, operation: OperationId) -> Self {
        self.operation = Some(operation);
        self
    }

    pub fn by_path(mut self, path: Path) -> Self {
        self.path = path;
        self
    }

    /// The details, as JSON.
    pub fn with(mut self, details: &impl Serialize) -> Self {
        self.details = serde_json::to_string(details).unwrap_or_else(|_| "{}".into());
        self
    }
}
