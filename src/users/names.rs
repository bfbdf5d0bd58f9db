//! Keys by which people are sorted and found: folded here, so that both databases sort and search alike.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Without case, accents, doubled spaces and control characters: `"  Ästhétique  Ö "` -> `"asthetique o"`.
pub fn fold(text: &str) -> String {
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    plain
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The key of a person in lists: first name, then last, as the name is shown.
pub fn name_key(first_name: &str, last_name: &str) -> String {
    fold(&format!("{first_name} {last_name}"))
}

/// The key of an address: without case, but with accents, because those are different mailboxes.
pub fn email_key(email: &str) -> String {
    email.trim().nfkc().flat_map(char::to_lowercase).collect()
}
