//! How a person shows on the work side: by name, marked if they are off, blank once they are deleted.

use crate::db::UserId;
use crate::users::State;
use crate::web::text;

/// Id, first name, last name, title and state, as the stores join them; none if nobody is there.
pub type PersonRow = Option<(UserId, String, String, String, State)>;

/// Somebody whose name may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub initials: String,
    pub title: String,
    pub is_off: bool,
}

impl Person {
    /// None if there is nobody to name: the person is deleted, or erased.
    pub fn shown(row: PersonRow) -> Option<Person> {
        let (id, first_name, last_name, title, state) = row?;
        (state != State::Deleted).then(|| Person {
            id,
            initials: text::initials(&first_name, &last_name),
            name: format!("{first_name} {last_name}").trim().to_owned(),
            title,
            is_off: state == State::Deactivated,
        })
    }

    /// One of the eight colors of the round picture.
    pub fn color(&self) -> i64 {
        text::avatar(self.id.0)
    }
}
