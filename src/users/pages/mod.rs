//! The pages of Users: the list, one person, a new one.

pub mod edit;
pub mod export;
pub mod filter;
pub mod list;
pub mod listing;
pub mod members;
pub mod new;
pub mod password;
pub mod profile;
pub mod saved;
pub mod selection;
pub mod units;
pub mod view;

mod cells;

use crate::secrets::random_token;

/// Characters of a name, a title, a phone number.
const LONGEST: usize = 200;

/// What is wrong with a name or a title, in words for the field; `None` if it will do.
fn name_problem(text: &str, is_needed: bool) -> Option<String> {
    let text = text.trim();
    if is_needed && text.is_empty() {
        return Some("This cannot be empty.".into());
    }
    if text.chars().count() > LONGEST {
        return Some(format!("Use at most {LONGEST} characters."));
    }
    text.chars().any(char::is_control).then(|| "This holds a character that cannot be shown.".into())
}

/// The password as typed, or a random one that can be read out: `kq3v-7apd-…`, 80 bits.
fn first_password(typed: &str) -> String {
    if !typed.is_empty() {
        return typed.to_owned();
    }
    let word = random_token::<10>();
    let parts: Vec<&str> = [0, 4, 8, 12].iter().filter_map(|at| word.get(*at..*at + 4)).collect();
    parts.join("-")
}
