//! A list as its address says it: who is shown, in which order, in which columns, grouped by what.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;

use crate::users::list::{Columns, Filter, Grouping, Sort, Unknown};
use crate::web::Error;
use crate::web::page::percent_encode;

/// Characters of an address that a refusal repeats.
const SHOWN: usize = 60;

/// The filter of an address. One that cannot be read is refused, with the word that is wrong: nobody sees, takes along
/// or acts on others than they meant.
pub struct Asked(pub Filter);

impl FromRequest for Asked {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Filter::from_query(request.query_string()).map(Asked).map_err(|Unknown(words)| {
            let words: String = words.chars().take(SHOWN).collect();
            let text = format!("No list of users can be filtered by “{words}”.");
            Error::BadAddress { text, way_on: ("/users".into(), "Show the list without a filter") }
        }))
    }
}

/// What an address says beside the filter.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Looks {
    #[serde(default)]
    pub sort: String,
    /// `name,email,team`
    #[serde(default)]
    pub columns: String,
    #[serde(default)]
    pub grouping: String,
}

#[derive(Debug, Clone)]
pub struct Listing {
    pub filter: Filter,
    pub sort: Sort,
    pub columns: Columns,
    pub grouping: Option<Grouping>,
}

impl Listing {
    pub fn of(filter: Filter, looks: &Looks) -> Self {
        Listing {
            filter,
            sort: Sort::parse(&looks.sort),
            columns: Columns::parse(&looks.columns),
            grouping: Grouping::parse(&looks.grouping),
        }
    }

    /// What it shows of people and how, without who they are. Empty if it is as usual.
    pub fn view_query(&self) -> String {
        let mut parts = Vec::new();
        if self.sort != Sort::BY_NAME {
            parts.push(format!("sort={}", self.sort.as_str()));
        }
        if !self.columns.is_standard() {
            parts.push(format!("columns={}", self.columns.as_words()));
        }
        if let Some(grouping) = self.grouping {
            parts.push(format!("grouping={}", grouping.as_str()));
        }
        parts.join("&")
    }

    /// For behind a question mark.
    pub fn query(&self) -> String {
        match self.view_query() {
            view if view.is_empty() => self.filter.query(),
            view => format!("{}&{view}", self.filter.query()),
        }
    }

    /// The list from its beginning.
    pub fn address(&self) -> String {
        format!("/users?{}", self.query())
    }

    pub fn with_filter(&self, filter: Filter) -> Self {
        Listing { filter, ..self.clone() }
    }

    /// The same people, shown as a saved view says.
    pub fn with_view(&self, query: &str) -> Self {
        let looks: Looks = serde_html_form::from_str(query).unwrap_or_default();
        Listing::of(self.filter.clone(), &looks)
    }
}

/// An address with one thing more in its query.
pub fn with(address: &str, name: &str, value: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{name}={}", percent_encode(value))
}
