//! People from a spreadsheet: read, seen through a mapping of its columns, checked line by line, and made a plan.

pub mod check;
pub mod intake;
pub mod line;
pub mod mapping;
pub mod pages;
pub mod recognize;
pub mod resolve;
pub mod sample;
pub mod store;
pub mod target;

use crate::db::{Timestamp, UserId};
use crate::licenses::AccessLevel;

pub use mapping::{Heading, Headings, Mapping};
pub use target::Target;

/// Lines that are read and checked at a time: each slice takes a fixed number of statements.
pub const SLICE: i64 = 2_500;
/// Bytes of text that such a slice may hold, and one that is written: long texts make it shorter.
pub const SLICE_BYTES: usize = 1 << 20;
/// Hours after which a file that nobody confirmed goes away.
pub const KEPT_HOURS: i64 = 24;

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: String,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub file_name: String,
    /// The sheet that was read, and all there are. A CSV file has none.
    pub sheet: String,
    pub sheets: Vec<String>,
    pub headings: Headings,
    pub mapping: Mapping,
    /// For new people in whose row none stands.
    pub default_level: Option<AccessLevel>,
    /// Lines below the headings in which something stands.
    pub lines: i64,
    /// What would come of it, with this mapping.
    pub plan: Option<String>,
}
