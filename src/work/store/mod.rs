//! What the work side reads and writes.

pub mod documents;
pub mod entries;
pub mod items;
pub mod projects;
pub mod reports;

use crate::db::schema::users;

/// The columns of a `PersonRow`.
pub(super) const PERSON: (users::id, users::first_name, users::last_name, users::title, users::state) =
    (users::id, users::first_name, users::last_name, users::title, users::state);
