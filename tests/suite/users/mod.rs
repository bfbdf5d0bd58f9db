//! The Users list, the pages of one person, and their rules.

mod search;
