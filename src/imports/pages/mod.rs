//! The pages of an import: choosing a file, and what would come of it.

pub mod files;
pub mod preview;
