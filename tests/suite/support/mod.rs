//! What tests share: the running application, people in it, their work, and a browser without scripts.

mod app;
mod browser;
mod people;
pub mod program;
mod steps;
mod work;

pub use app::{EmptyDatabase, TestApp, empty_database, fresh_database, postgres_server};
pub use browser::{Browser, PageSeen, SignedUp};
pub use people::{PASSWORD, Person};
pub use steps::steps_of;
pub use work::WorkItem;
