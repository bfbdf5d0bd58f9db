//! The suite: drives the real application over HTTP, like a browser without scripts. `ROSTER_TEST_POSTGRES` chooses
//! PostgreSQL (the address of a server where databases may be created); without it each test has its own SQLite file.

mod support;

mod app;
mod audit;
mod browser;
mod commands;
mod demo;
mod edits;
mod house;
mod imports;
mod kick_start;
mod licenses;
mod lifecycle;
mod organization;
mod pages;
mod preferences;
mod sign_in;
mod spreadsheet;
mod users;
mod work;
