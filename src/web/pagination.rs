//! Pages by key: where a page ends is where the next begins, however long the list is.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Rows on a page of any list.
pub const ROWS: usize = 50;

/// A place in a sorted list: the sort key and the id of a row. It travels in the address as an opaque word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place<K>(pub K, pub i64);

impl<K: Serialize + serde::de::DeserializeOwned> Place<K> {
    pub fn to_word(&self) -> String {
        BASE64URL_NOPAD.encode(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// `None` if it is not a place: the list then starts at the beginning.
    pub fn from_word(word: &str) -> Option<Self> {
        let place: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(word.as_bytes()).ok()?).ok()?;
        if has_nul(&place) { None } else { serde_json::from_value(place).ok() }
    }
}

/// In no key: PostgreSQL takes no text with it.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Which way to read on from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Toward {
    #[default]
    Next,
    Previous,
}

/// One page of rows, with the places before and after it if there is more.
#[derive(Debug)]
pub struct Rows<T> {
    pub rows: Vec<T>,
    pub previous: Option<String>,
    pub next: Option<String>,
}

impl<T> Rows<T> {
    /// From up to `ROWS + 1` rows as the query gave them (walking backwards for `Previous`); the extra row only tells
    /// that there is more.
    pub fn cut<K: Serialize + serde::de::DeserializeOwned>(
        mut rows: Vec<T>,
        toward: Toward,
        started_inside: bool,
        place: impl Fn(&T) -> Place<K>,
    ) -> Self {
        let more = rows.len() > ROWS;
        rows.truncate(ROWS);
        if toward == Toward::Previous {
            rows.reverse();
        }
        let (has_previous, has_next) = match toward {
            Toward::Next => (started_inside, more),
            Toward::Previous => (more, true),
        };
        let word = |row: Option<&T>| row.map(|row| place(row).to_word());
        Rows {
            previous: if has_previous { word(rows.first()) } else { None },
            next: if has_next { word(rows.last()) } else { None },
            rows,
        }
    }

    /// The same page with its rows turned into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Rows<U> {
        Rows { rows: self.rows.into_iter().map(f).collect(), previous: self.previous, next: self.next }
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows { rows: Vec::new(), previous: None, next: None }
    }
}

/// A query for the page of a list that is sorted by one id, newest first, and whether it goes on from a place.
macro_rules! newest_first {
    ($query:expr, $id:expr, $from:expr, $toward:expr) => {{
        use $crate::web::pagination::{Place, ROWS, Toward};
        let place = $from.and_then(Place::<i64>::from_word);
        let query = $query.limit(ROWS as i64 + 1).into_boxed::<$crate::db::MultiBackend>();
        let query = match ($toward, &place) {
            (Toward::Next, Some(Place(_, id))) => query.filter($id.lt(*id)),
            (Toward::Previous, Some(Place(_, id))) => query.filter($id.gt(*id)),
            (_, None) => query,
        };
        let query = match $toward {
            Toward::Next => query.order($id.desc()),
            Toward::Previous => query.order($id.asc()),
        };
        (query, place.is_some())
    }};
}
pub(crate) use newest_first;
