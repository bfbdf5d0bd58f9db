//! What happens to people's accounts: planned, shown, confirmed, carried out. The heart of Roster.

mod activate;
pub mod change;
mod changes;
pub mod confirm;
mod deactivate;
mod delete;
pub mod dormant;
pub mod erase;
pub mod guard;
mod handover;
pub mod leavers;
pub mod leaving;
mod messages;
pub mod pages;
pub mod plan;
pub mod receipt;
pub mod receivers;
mod restore;
pub mod run;
pub mod selection;
pub mod steering;
pub mod store;
pub mod undo;
pub mod words;

use crate::db::text_enum;

pub use change::{Changes, Handing, change};
pub use confirm::{Confirmation, Confirmed, Missing, Request, confirm, make};
pub use guard::Refusal;
pub use selection::Selection;

text_enum! {
    /// What an administrator asks for.
    pub enum Act {
        Deactivate = "deactivate",
        Activate = "activate",
        Delete = "delete",
        Restore = "restore",
        /// Takes back what an operation did.
        Undo = "undo",
        /// Duties go to somebody else, and nothing else changes: for people who are off already.
        HandOver = "hand_over",
        Erase = "erase",
    }
}

text_enum! {
    /// What a plan does to one user: asked for one act, it may do another, or leave them as they are.
    pub enum Step {
        Deactivate = "deactivate",
        Activate = "activate",
        Delete = "delete",
        Restore = "restore",
        HandOver = "hand_over",
        /// The opposite of handing over: for undoing.
        GiveBack = "give_back",
        Erase = "erase",
        Skip = "skip",
    }
}
