//! The page kit: what every page needs and no feature owns.

pub mod assets;
pub mod csrf;
pub mod door;
pub mod error;
mod file;
pub mod form;
pub mod page;
pub mod pagination;
pub mod site;
pub mod table_file;
pub mod text;
pub mod upload;

pub use error::{Answer, Error};
pub use form::{Button, FieldErrors, Fields, Form, field};
pub use page::{Page, Who};
pub use site::Site;
