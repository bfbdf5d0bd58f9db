//! Changes of what is known about people: somebody new, other details, an update on their profile; for one or for many.
//! Planned, shown, confirmed, carried out and undone, as everything that is done to people.

mod assess;
pub mod confirm;
mod details;
pub mod form;
mod known;
pub mod members;
pub mod pages;
pub mod plan;
mod proof;
pub mod run;
pub mod store;
pub mod typed;
pub mod undo;
pub mod words;

use crate::db::text_enum;

pub use confirm::{Confirmed, Missing, confirm};
pub use form::{Refused, one};
pub use plan::{Plan, Row, Wanted};

text_enum! {
    /// What an administrator asks for. The words are those of operations, beside the acts of the lifecycle.
    pub enum Act {
        /// Somebody new.
        Create = "create",
        /// Other details.
        Edit = "edit",
        /// New people and other details, from a file.
        Import = "import",
        /// Something to say on people's profiles.
        PostUpdate = "post_update",
        /// Takes back what one of the others did.
        UndoEdit = "undo_edit",
        /// The same for an import: all in one batch, because what some free, others take.
        UndoImport = "undo_import",
    }
}

text_enum! {
    /// What a plan does to one person.
    pub enum Step {
        Create = "create",
        Change = "change",
        Post = "post",
        /// The opposite of creating: into the recycle bin.
        Remove = "remove",
        /// The opposite of posting.
        TakeBack = "take_back",
        /// Everything is as it shall be already.
        Unchanged = "unchanged",
        /// Left as they are; the row says why.
        Skip = "skip",
        /// What a file says cannot be; the row says what.
        Error = "error",
    }
}

text_enum! {
    /// Why somebody is left as they are; or, beside a change, why a part of what was asked for is left out.
    pub enum Why {
        Gone = "gone",
        Deleted = "deleted",
        BeyondYourRights = "beyond_your_rights",
        OwnLevel = "own_level",
        LastAdministrator = "last_administrator",
        IsOff = "is_off",
        AddressTaken = "address_taken",
        NumberTaken = "number_taken",
        ManagerInACircle = "manager_in_a_circle",
        ManagerIsOff = "manager_is_off",
        /// The company, team, group or job role is retired or gone.
        UnitIsGone = "unit_is_gone",
        TouchedSince = "touched_since",
        /// Somebody new who signed in or has history by now.
        UsedSince = "used_since",
        ChangedMeanwhile = "changed_meanwhile",
        Unchanged = "unchanged",
        Error = "error",
        /// As the lifecycle says it, for what was not reached.
        Cancelled = "cancelled",
    }
}

impl Act {
    pub fn is_undo(self) -> bool {
        matches!(self, Act::UndoEdit | Act::UndoImport)
    }
}

impl Step {
    /// True if something is done.
    pub fn is_done(self) -> bool {
        matches!(self, Step::Create | Step::Change | Step::Post | Step::Remove | Step::TakeBack)
    }
}
