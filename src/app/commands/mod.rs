//! The command line: one file per command.

pub mod load;
pub mod serve;
