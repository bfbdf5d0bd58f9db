//! The kick-start: a whole organization, loaded from a folder of CSV files into one that has nobody yet but its first
//! administrator. Everything is checked first; what is loaded then is loaded wholly or not at all.

mod check;
mod fields;
mod files;
mod format;
mod ids;
mod load;
mod people;
mod problems;
mod references;
mod source;
mod store;
mod table;
mod work;

pub use load::{Loaded, load};
pub use problems::{Problem, Problems, Refusal};
pub use source::{Folder, InMemory, Source};

/// What the terminal is told while it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Rows of a file that were checked so far; `done`: there are no more.
    Checked { file: &'a str, rows: u64, done: bool },
    /// Rows of a file that were loaded so far.
    Loaded { file: &'a str, rows: u64, done: bool },
}
