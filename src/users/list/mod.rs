//! The Users list: who is shown, what of them, in which order; all who match, for a selection or a file; who is ticked.

pub mod column;
pub mod grouping;
pub mod ticks;
pub mod value;

mod filter;
mod search;
mod sort;
mod store;
mod words;

pub use column::{Column, Columns};
pub use filter::{Filter, Show, Unknown};
pub use grouping::Grouping;
pub use search::Words;
pub use sort::{By, Sort};
pub use store::names::Names;
pub use store::{Row, chunk, count, groups, ids, page, people, picked, saved, these};
pub use ticks::Ticks;
pub use words::Said;
