//! Northwind Studio, the organization of the demo: sixty people, two years of work, and the cases that make somebody
//! think twice before deleting. It is a kick-start folder that was never on a disk, and is loaded like any other.

mod belonging;
mod chance;
mod csv;
mod folder;
mod history;
mod people;
mod projects;
mod sentences;
mod special;
mod store;
mod story;

pub use folder::folder;
pub use history::{BEGUN, add_operations};

/// The demo's administrator.
pub const ADMINISTRATOR: &str = "ada.lindqvist@northwind.example";
/// Everybody's password in the demo.
pub const PASSWORD: &str = "paper boat on the lake";
