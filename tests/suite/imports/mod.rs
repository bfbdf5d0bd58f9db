//! Importing people from spreadsheets.

mod carrying_out;
mod files;
mod problems;
mod recognizing;

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

/// The page of a file with these lines.
pub fn lines(browser: &mut Browser, lines: &[&str]) -> PageSeen {
    uploaded(browser, "people.csv", lines.join("\n").as_bytes())
}

/// What the page says of each row: `row 3: Error C3: …`.
pub fn rows(page: &PageSeen) -> Vec<String> {
    let html = page.html();
    let select = |css: &str| scraper::Selector::parse(css).expect("a selector");
    let text = |element: scraper::ElementRef| {
        element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    html.select(&select(".plan__row")).map(text).collect()
}
