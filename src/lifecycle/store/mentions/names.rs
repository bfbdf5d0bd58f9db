//! The names and addresses of people, looked for in texts.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, Result, UserId};
use crate::users::names::fold;

/// What some people are called.
pub struct Names {
    /// First names, last names and addresses, as words in a row, by the first word of each.
    parts: HashMap<String, Vec<Vec<String>>>,
    /// The first name, the last name and the address of each, as words.
    people: Vec<[Vec<String>; 3]>,
}

impl Names {
    pub fn of(conn: &mut Conn, ids: &[UserId]) -> Result<Names> {
        let people: Vec<(String, String, String)> = users::table
            .filter(among(users::id, ids))
            .select((users::first_name, users::last_name, users::email))
            .load(conn)?;
        let people = people.into_iter().map(|(first, last, email)| [words(&first), words(&last), words(&email)]);
        let people: Vec<[Vec<String>; 3]> = people.collect();
        let mut parts: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for name in people.iter().flatten() {
            if let Some(first) = name.first() {
                parts.entry(first.clone()).or_default().push(name.clone());
            }
        }
        Ok(Names { parts, people })
    }

    /// True if one of these names or addresses is in a text.
    pub fn are_in(&self, text: &str) -> bool {
        let said = words(text);
        let begins =
            |at: usize| self.parts.get(&said[at]).is_some_and(|names| names.iter().any(|n| said[at..].starts_with(n)));
        (0..said.len()).any(begins)
    }

    /// The same for the texts of a JSON; what is none is a text itself.
    pub fn are_in_json(&self, json: &str) -> bool {
        texts(json).iter().any(|text| self.are_in(text))
    }

    /// The same for an address of a page, where what was typed is written otherwise.
    pub fn are_in_address(&self, address: &str) -> bool {
        self.are_in(&percent_decode_str(&address.replace('+', " ")).decode_utf8_lossy())
    }

    /// True if a row of somebody's data is about one of these people: it has their address, or both their names. One name
    /// alone is many people's.
    pub fn are_whole_in(&self, cells: &[String]) -> bool {
        let cells: Vec<Vec<String>> = cells.iter().map(|cell| words(cell)).collect();
        let said: HashSet<&String> = cells.iter().flatten().collect();
        // Nearly all rows end here.
        let is_there =
            |part: &Vec<String>| part.iter().all(|word| said.contains(word)) && cells.iter().any(|c| is_part(part, c));
        self.people.iter().any(|[first, last, email]| is_there(email) || (is_there(last) && is_there(first)))
    }
}

/// True if `part` stands in `text`, word for word.
fn is_part(part: &[String], text: &[String]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|window| window == part)
}

/// All texts in a JSON, as they were before they were written into it.
pub fn texts(json: &str) -> Vec<String> {
    fn gather(value: Value, to: &mut Vec<String>) {
        match value {
            Value::String(text) => to.push(text),
            Value::Array(values) => values.into_iter().for_each(|value| gather(value, to)),
            Value::Object(fields) => fields.into_iter().for_each(|(_, value)| gather(value, to)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut found = Vec::new();
    match serde_json::from_str(json) {
        Ok(value) => gather(value, &mut found),
        Err(_) => found.push(json.to_owned()),
    }
    found
}

/// The words of a text, folded as for the search. Only whole words name somebody: a "client" is not of the Li family. In scripts
/// without spaces each sign is a word.
fn words(text: &str) -> Vec<String> {
    let text = fold(text);
    let parts = text.split_word_bounds().flat_map(|part| part.split(|sign: char| !sign.is_alphanumeric()));
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
