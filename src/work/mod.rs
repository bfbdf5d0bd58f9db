//! The work people do: projects, tasks and issues, hours, notes and documents. It stays when people leave.

pub mod access;
pub mod assigning;
pub mod documents;
pub mod entries;
mod error;
pub mod items;
pub mod pages;
mod person;
pub mod projects;
pub mod reports;
pub mod store;

pub use error::{Error, Result};
pub use person::{Person, PersonRow};

use crate::db::text_enum;

text_enum! {
    /// What a work item is.
    pub enum Kind {
        Task = "task",
        Issue = "issue",
    }
}

text_enum! {
    /// How far a work item is.
    pub enum Status {
        Open = "open",
        Doing = "doing",
        Done = "done",
    }
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Task => "Task",
            Kind::Issue => "Issue",
        }
    }
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Status::Open => "Open",
            Status::Doing => "In progress",
            Status::Done => "Done",
        }
    }

    /// The tone of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            Status::Open => "info",
            Status::Doing => "warning",
            Status::Done => "success",
        }
    }
}
