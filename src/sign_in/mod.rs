//! Who is at the door: sessions, passwords, and what the person asking may open.

pub mod admission;
pub mod device;
pub mod ending;
pub mod hashing;
pub mod link;
pub mod own_password;
pub mod pages;
pub mod session;
pub mod setup;
pub mod store;
pub mod throttle;
pub mod viewer;

pub use viewer::{Administrator, Viewer};
