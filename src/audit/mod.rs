//! What happened, who did it and why: written in the transaction that does it, in a chain that shows any tampering.

mod chain;
mod event;

pub use chain::{Chain, Finding, Verified};
pub use event::Event;
