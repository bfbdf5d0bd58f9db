//! The suite: drives the real application over HTTP, like a browser without scripts. `ROSTER_TEST_POSTGRES` chooses
//! PostgreSQL (the address of a server where databases may be created); without it each test has its own SQLite file.

mod support;

mod browser;
mod house;
mod kick_start;
mod pages;

mod app;
mod audit;
mod commands;
mod lifecycle;
mod sign_in;
mod users;
