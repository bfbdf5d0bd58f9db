//! The list of kinds. One file each.

mod assignments;
mod created_objects;
mod documents;
mod hours;
mod notes;

use super::Kind;

/// Every kind, in the order of the pages.
pub fn kinds() -> &'static [&'static dyn Kind] {
    &[&assignments::Assignments, &hours::Hours, &notes::Notes, &documents::Documents, &created_objects::CreatedObjects]
}

/// The kind with this key, as addresses name it.
pub fn by_key(key: &str) -> Option<&'static dyn Kind> {
    kinds().iter().copied().find(|kind| kind.key() == key)
}

/// Where a list sorted by `columns`, newest first, goes on: `(columns) < (place)`, or `>` toward the newer ones.
macro_rules! beyond {
    ($columns:literal, $toward:expr, $key:expr, $sql_type:ty, $id:expr) => {{
        let text = match $toward {
            $crate::web::pagination::Toward::Next => concat!("(", $columns, ") < ("),
            $crate::web::pagination::Toward::Previous => concat!("(", $columns, ") > ("),
        };
        diesel::dsl::sql::<diesel::sql_types::Bool>(text)
            .bind::<$sql_type, _>($key)
            .sql(", ")
            .bind::<diesel::sql_types::BigInt, _>($id)
            .sql(")")
    }};
}
use beyond;
