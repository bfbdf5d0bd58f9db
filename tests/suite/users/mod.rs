//! The Users list, the pages of one person, and their rules.

mod create;
mod edit;
mod export;
mod filter;
mod grouping;
mod link;
mod list;
mod manager;
mod photo;
mod profile;
mod saved;
mod search;
mod selection;
mod sessions;
mod view;
