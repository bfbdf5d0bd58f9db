//! The Users list, the pages of one person, and their rules.

mod create;
mod edit;
mod export;
mod list;
mod manager;
mod profile;
mod search;
