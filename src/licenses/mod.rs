//! Access levels, the license each hangs on, and the seats there are. It never reads users.

mod access_levels;
pub mod pages;
pub mod seats;

pub use access_levels::{AccessLevel, LicenseType, Rights};
