//! What is read beside the chain itself: entries as a list, the names in them, and the sealed marks.

pub mod entries;
pub mod marks;
pub mod names;
