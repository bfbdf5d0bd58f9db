//! What happened, who did it and why: written in the transaction that does it, in a chain that shows any tampering.

pub mod acts;
mod chain;
pub mod changes;
mod event;
pub mod pages;
pub mod retention;
pub mod store;
pub mod verification;

pub use chain::{Chain, Finding, Point, Verified};
pub use event::{Event, Path};
