//! Roster administers the people of a work-management system. This is the table of contents of the house; each room
//! calls only those below it.

pub mod app;
pub mod audit;
pub mod clock;
pub mod db;
pub mod demo;
pub mod edits;
pub mod history;
pub mod imports;
pub mod kick_start;
pub mod licenses;
pub mod lifecycle;
pub mod operations;
pub mod preferences;
pub mod secrets;
pub mod sign_in;
pub mod spreadsheet;
pub mod users;
pub mod web;
pub mod work;
