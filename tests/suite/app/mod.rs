//! The process: is it up, what if the database is away, how does it end.

mod addresses;
mod away;
mod limits;
mod process;
