//! Puts the parts together: settings, routes, start-up, and what the worker can run.

pub mod commands;
pub mod config;
pub mod doctor;
pub mod housekeeping;
pub mod key_file;
mod left_behind;
pub mod pages;
pub mod request_log;
pub mod routes;
pub mod startup;
pub mod wrong_setting;
