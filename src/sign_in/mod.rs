//! Who is at the door: sessions, passwords, and what the person asking may open.

pub mod hashing;
pub mod pages;
pub mod session;
pub mod store;
pub mod viewer;

pub use viewer::{Administrator, Viewer};
