//! What tests share: the running application, people in it, and a browser without scripts.

mod app;
mod browser;
mod people;

pub use app::TestApp;
pub use browser::{Browser, PageSeen, SignedUp};
pub use people::{PASSWORD, Person};
