//! The command line: one file per command.

pub mod admin;
pub mod audit;
pub mod backup;
pub mod demo;
pub mod doctor;
pub mod load;
pub mod serve;

use std::process::ExitCode;

/// The exit code of a command that looks for faults and could not even look.
const COULD_NOT_LOOK: u8 = 2;

fn could_not_look(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    COULD_NOT_LOOK.into()
}
