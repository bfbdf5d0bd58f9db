//! Who is there: the people, their state, and what they are called.

pub mod actor;
pub mod counts;
pub mod create;
pub mod details;
pub mod edit;
pub mod email;
pub mod fields;
pub mod find;
pub mod list;
pub mod names;
pub mod pages;
pub mod password;
pub mod password_rules;
pub mod photo;
pub mod record;
pub mod reinstate;
pub mod standing;
pub mod store;
pub mod units;

use crate::db::text_enum;

text_enum! {
    /// What an account is. "Never signed in" and "leaving" are marks on an active user, not states.
    pub enum State {
        Active = "active",
        Deactivated = "deactivated",
        Deleted = "deleted",
    }
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Active => "Active",
            State::Deactivated => "Deactivated",
            State::Deleted => "Deleted",
        }
    }
}
