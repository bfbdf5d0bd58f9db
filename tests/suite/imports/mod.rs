//! Importing people from spreadsheets.

mod files;

use crate::support::{Browser, PageSeen};

/// The page after sending this file.
pub fn uploaded(browser: &mut Browser, name: &str, bytes: &[u8]) -> PageSeen {
    let page = browser.get("/imports/new");
    browser.upload(&page, "/imports", "file", name, bytes)
}

pub fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/import/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
