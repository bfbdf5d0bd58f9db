//! The pages of Users: the list, one person, a new one.

pub mod edit;
pub mod export;
pub mod field_view;
pub mod filter;
pub mod form;
pub mod link;
pub mod list;
pub mod listing;
pub mod members;
pub mod new;
pub mod new_form;
pub mod password;
pub mod photo;
pub mod profile;
pub mod saved;
pub mod selection;
pub mod units;
pub mod view;

mod cells;

use crate::secrets::random_token;

/// The password as typed, or a random one that can be read out: `kq3v-7apd-…`, 80 bits.
fn first_password(typed: &str) -> String {
    if !typed.is_empty() {
        return typed.to_owned();
    }
    let word = random_token::<10>();
    let parts: Vec<&str> = [0, 4, 8, 12].iter().filter_map(|at| word.get(*at..*at + 4)).collect();
    parts.join("-")
}
