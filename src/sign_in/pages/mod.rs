//! The pages at the door: signing in and out, one's own account, and the first administrator's page.

pub mod account;
pub mod links;
pub mod passwords;
pub mod sessions;
pub mod setup;
