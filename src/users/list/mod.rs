//! The Users list: who is shown, in which order, and all who match, for a selection or a file.

mod filter;
mod search;
mod store;

pub use filter::{By, Filter, Show, Sort};
pub use search::Words;
pub use store::{Row, chunk, count, ids, page};
