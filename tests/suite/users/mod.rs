//! The Users list, the pages of one person, and their rules.

mod create;
mod edit;
mod export;
mod filter;
mod grouping;
mod list;
mod manager;
mod profile;
mod saved;
mod search;
mod selection;
mod view;
