//! Which people a list shows: what the address says, and the same in words.

use serde::{Deserialize, Deserializer, Serialize};

use crate::db::text_enum;
use crate::licenses::LicenseType;
use crate::web::page::percent_encode;

text_enum! {
    /// The filters of the Users list, in the order of its menu. Nobody sees deleted people there.
    pub enum Show {
        Active = "active",
        Deactivated = "deactivated",
        NeverSignedIn = "never-signed-in",
        NoSignInFor90Days = "no-sign-in-90-days",
        All = "all",
    }
}

impl Show {
    pub fn name(self) -> &'static str {
        match self {
            Show::Active => "Active",
            Show::Deactivated => "Deactivated",
            Show::NeverSignedIn => "Never signed in",
            Show::NoSignInFor90Days => "No sign-in for 90 days",
            Show::All => "All",
        }
    }

    /// True if people who are off can be among those shown.
    pub fn has_people_who_are_off(self) -> bool {
        matches!(self, Show::Deactivated | Show::All)
    }
}

/// Characters of a search that count; nobody types more.
const LONGEST_SEARCH: usize = 200;

/// Who is meant: by a list, by "all that match", by a file. Read from an address or a form, written back into one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    #[serde(rename = "filter", default = "active", deserialize_with = "active_if_empty")]
    pub show: Show,
    /// Parts of names or addresses; every word must match.
    #[serde(default)]
    pub q: String,
    /// Only people whose access level takes a seat of this type.
    #[serde(default, deserialize_with = "none_if_empty", skip_serializing_if = "Option::is_none")]
    pub license: Option<LicenseType>,
}

fn active() -> Show {
    Show::Active
}

fn active_if_empty<'de, D: Deserializer<'de>>(from: D) -> Result<Show, D::Error> {
    word(from, Show::parse).map(|show| show.unwrap_or(Show::Active))
}

fn none_if_empty<'de, D: Deserializer<'de>>(from: D) -> Result<Option<LicenseType>, D::Error> {
    word(from, LicenseType::parse)
}

/// An empty word is none; one that is not known is an error, so that nobody acts on others than they meant.
fn word<'de, D: Deserializer<'de>, T>(from: D, parse: fn(&str) -> Option<T>) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Ok(None);
    }
    parse(&text).map(Some).ok_or_else(|| serde::de::Error::custom(format!("unknown filter: {text}")))
}

impl Default for Filter {
    fn default() -> Self {
        Filter { show: Show::Active, q: String::new(), license: None }
    }
}

impl Filter {
    /// What was typed, without what cannot be part of a name.
    pub fn searched(&self) -> String {
        let text: String = self.q.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_SEARCH).collect();
        text.trim().to_owned()
    }

    /// `filter=active&q=bert`, for behind a question mark.
    pub fn query(&self) -> String {
        let mut query = format!("filter={}", self.show.as_str());
        let searched = self.searched();
        if !searched.is_empty() {
            query.push_str(&format!("&q={}", percent_encode(&searched)));
        }
        if let Some(license) = self.license {
            query.push_str(&format!("&license={}", license.as_str()));
        }
        query
    }

    /// `Active users that match “bert”`
    pub fn in_words(&self) -> String {
        let who = match self.show {
            Show::Active => "Active users",
            Show::Deactivated => "Deactivated users",
            Show::NeverSignedIn => "Users who never signed in",
            Show::NoSignInFor90Days => "Users without a sign-in for 90 days",
            Show::All => "All users",
        };
        let license = self.license.map_or_else(String::new, |license| format!(" with a {} license", license.name()));
        match self.searched() {
            searched if searched.is_empty() => format!("{who}{license}"),
            searched => format!("{who}{license} that match “{searched}”"),
        }
    }
}

/// By what a list is sorted: `name`, `-name` from the end, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub by: By,
    pub descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Name,
    Email,
    LastSignIn,
}

impl Sort {
    pub const BY_NAME: Sort = Sort { by: By::Name, descending: false };

    /// By name, if it is no order that there is.
    pub fn parse(text: &str) -> Self {
        let (word, descending) = text.strip_prefix('-').map_or((text, false), |word| (word, true));
        let by = match word {
            "name" => By::Name,
            "email" => By::Email,
            "last-sign-in" => By::LastSignIn,
            _ => return Sort::BY_NAME,
        };
        Sort { by, descending }
    }

    pub fn as_str(self) -> &'static str {
        match (self.by, self.descending) {
            (By::Name, false) => "name",
            (By::Name, true) => "-name",
            (By::Email, false) => "email",
            (By::Email, true) => "-email",
            (By::LastSignIn, false) => "last-sign-in",
            (By::LastSignIn, true) => "-last-sign-in",
        }
    }

    pub fn in_words(self) -> &'static str {
        match self.by {
            By::Name => "by name",
            By::Email => "by email",
            By::LastSignIn => "by last sign-in",
        }
    }
}
