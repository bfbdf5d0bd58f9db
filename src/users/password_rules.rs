//! Which passwords will do: length first, none that everybody tries, nothing that is known of the person. Nobody has to
//! mix capitals, digits and signs.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::names::fold;
use crate::db::{Conn, Result};
use crate::preferences;

/// Bytes a password may have, so that nobody makes us hash a novel.
const MAX_LENGTH: usize = 256;

/// Behind the head of the file with its license: one on each line, lower case.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let (_, list) = include_str!("common_passwords.txt").split_once("\n\n").unwrap_or_default();
    list.lines().collect()
});

/// How many passwords are refused because everybody tries them.
pub fn common_passwords() -> i64 {
    COMMON.len() as i64
}

/// What the organization asks of a password, as it stood when it was read.
#[derive(Debug, Clone)]
pub struct Rules {
    pub min_length: usize,
    organization: String,
}

/// What is known of whoever will have the password.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub email: &'a str,
}

impl Rules {
    pub fn read(conn: &mut Conn) -> Result<Rules> {
        let min_length = preferences::password_length(conn)?;
        Ok(Rules { min_length, organization: preferences::organization_name(conn)? })
    }

    /// The same, for an organization that is just being named.
    pub fn of(self, organization: &str) -> Rules {
        Rules { organization: organization.to_owned(), ..self }
    }

    /// For the hint at the field.
    pub fn hint(&self) -> String {
        format!("At least {} characters. A few words in a row are easy to remember.", self.min_length)
    }

    /// What is wrong with a new password, in words for the field; `None` if it will do.
    pub fn problem(&self, password: &str, known: &Known<'_>) -> Option<String> {
        if password.chars().count() < self.min_length {
            let least = self.min_length;
            return Some(format!("Use at least {least} characters. A few words in a row are easy to remember."));
        }
        if password.len() > MAX_LENGTH {
            return Some(format!("Use at most {MAX_LENGTH} characters."));
        }
        let mut characters: Vec<char> = password.chars().collect();
        characters.sort_unstable();
        characters.dedup();
        if characters.len() < 4 {
            return Some("This repeats the same few characters. Use a few words in a row.".into());
        }
        if is_common(password) {
            return Some("This is among the passwords that everybody tries first. Use a few words in a row.".into());
        }
        self.is_known(password, known).then(|| {
            "A name, an address or the organization’s name is too easy to guess. Use a few words in a row.".into()
        })
    }

    fn is_known(&self, password: &str, known: &Known<'_>) -> bool {
        let Known { first_name, last_name, email } = *known;
        let mailbox = email.split('@').next().unwrap_or_default();
        let (full, turned) = (format!("{first_name}{last_name}"), format!("{last_name}{first_name}"));
        let password = squeezed(password);
        [first_name, last_name, &full, &turned, email, mailbox, &self.organization].map(squeezed).iter().any(|word| {
            !word.is_empty() && (*word == password || (!core(word).is_empty() && core(word) == core(&password)))
        })
    }
}

/// On the list, whatever the case and whatever digits and signs stand around it: `Password2026!` is `password`.
fn is_common(password: &str) -> bool {
    let folded: String = password.trim().nfkc().flat_map(char::to_lowercase).collect();
    COMMON.contains(folded.as_str()) || COMMON.contains(core(&folded))
}

/// Letters and digits alone, without case and accents.
fn squeezed(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Without the digits and signs around it; empty if there is nothing else.
fn core(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphabetic())
}
