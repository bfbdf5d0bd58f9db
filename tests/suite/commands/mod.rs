//! The command line, as the real program.

mod admin;
mod audit;
mod backup;
mod doctor;
mod serve;
mod settings;
