//! The names and addresses of people, looked for in texts.

use std::collections::HashMap;

use diesel::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, Result, UserId};
use crate::users::names::fold;

/// What some people are called.
pub struct Names {
    /// First names, last names and addresses, as words in a row, by the first word of each.
    parts: HashMap<String, Vec<Vec<String>>>,
}

impl Names {
    pub fn of(conn: &mut Conn, ids: &[UserId]) -> Result<Names> {
        let people: Vec<(String, String, String)> = users::table
            .filter(among(users::id, ids))
            .select((users::first_name, users::last_name, users::email))
            .load(conn)?;
        let mut parts: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for name in people.iter().flat_map(|(first, last, email)| [first, last, email]) {
            let name = words(name);
            if let Some(first) = name.first() {
                parts.entry(first.clone()).or_default().push(name);
            }
        }
        Ok(Names { parts })
    }

    /// True if one of these names or addresses is in a text.
    pub fn are_in(&self, text: &str) -> bool {
        let said = words(text);
        let begins =
            |at: usize| self.parts.get(&said[at]).is_some_and(|names| names.iter().any(|n| said[at..].starts_with(n)));
        (0..said.len()).any(begins)
    }
}

/// The words of a text, folded as for the search. Only whole words name somebody: a "client" is not of the Li family. In scripts
/// without spaces each sign is a word.
fn words(text: &str) -> Vec<String> {
    let text = fold(text);
    let parts = text.split_word_bounds().flat_map(|part| part.split(|sign: char| !sign.is_alphanumeric()));
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
