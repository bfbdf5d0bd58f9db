//! Setup -> Audit Log: every entry in plain words, filtered, as a page and as a file; and whether the chain is whole.

pub mod export;
mod filter_form;
pub mod log;
pub mod verification;
pub mod wording;
