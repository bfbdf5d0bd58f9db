//! What somebody typed into a search, as words that must all be found in a name or an address.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use crate::db::dialect;
use crate::db::{Conn, MultiBackend, Result};
use crate::users::names;

/// Words of a search that count; nobody types more.
const MOST_WORDS: usize = 8;
/// From here on a word is found through its trigrams.
const LONG: usize = 3;

/// The words of a search, folded as the keys are. A word of one or two characters stands at the beginning of the name,
/// or of the address if nobody's name begins so; beside other words, at the beginning of any part of either.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Found anywhere. Each in one form, or two where the address would be written differently (accents).
    long: Vec<Vec<String>>,
    /// Found at the beginning of a whole key: only if there is no long word to go by.
    first: Option<String>,
    /// Found at the beginning of a part.
    short: Vec<String>,
}

impl Words {
    pub fn of(text: &str) -> Self {
        let mut words = Words::default();
        for word in text.split_whitespace().take(MOST_WORDS) {
            let mut forms = vec![names::fold(word), names::email_key(word)];
            forms.retain(|form| !form.is_empty());
            forms.dedup();
            match forms.first() {
                None => {}
                Some(form) if form.chars().count() < LONG => words.short.push(form.clone()),
                // Compatibility forms may fold into several words; one that is shorter than a trigram finds nothing.
                Some(_) => words.long.push(forms.into_iter().filter(|form| form.chars().count() >= LONG).collect()),
            }
        }
        if words.long.is_empty() && !words.short.is_empty() {
            words.first = Some(words.short.remove(0));
        }
        words
    }

    pub fn is_empty(&self) -> bool {
        *self == Words::default()
    }

    pub fn has_long_word(&self) -> bool {
        !self.long.is_empty()
    }

    /// The word that the name or the address begins with, if there is no long word to go by.
    pub fn first(&self) -> Option<&str> {
        self.first.as_deref()
    }

    /// Users of any state in whose name or address all long words are found, and whether these are all: no more than
    /// `limit` are looked for. Of all, some may not be meant; `conditions` tell.
    pub fn find(&self, conn: &mut Conn, limit: i64) -> Result<(Vec<i64>, bool)> {
        #[derive(QueryableByName)]
        struct Hit {
            #[diesel(sql_type = BigInt)]
            id: i64,
        }
        let (hits, is_all): (Vec<Hit>, bool) = dialect::search_users(conn, &self.long, limit)?;
        Ok((hits.into_iter().map(|hit| hit.id).collect(), is_all))
    }

    /// The same as conditions on a row of `users`, for reading along an index. They leave no hit of `find` out, and add
    /// the short words, which `find` does not look at; the first one is up to the caller.
    pub fn conditions(&self, conn: &Conn) -> Vec<Condition> {
        let position = dialect::position(conn);
        let anywhere = "users.name_key || ' ' || users.email_key";
        let mut conditions: Vec<Condition> = Vec::new();
        for forms in &self.long {
            let of = |form: &String| {
                let start = diesel::dsl::sql::<Bool>(&format!("{position}({anywhere}, "));
                start.bind::<diesel::sql_types::Text, _>(form.clone()).sql(") > 0")
            };
            match forms.as_slice() {
                [one, other] => conditions.push(Box::new(of(one).or(of(other)))),
                forms => conditions.extend(forms.iter().map(|form| Box::new(of(form)) as Condition)),
            }
        }
        for word in &self.short {
            let start = diesel::dsl::sql::<Bool>(&format!("{position}(' ' || {anywhere}, "));
            conditions.push(Box::new(start.bind::<diesel::sql_types::Text, _>(format!(" {word}")).sql(") > 0")));
        }
        conditions
    }
}

pub type Condition = Box<dyn BoxableExpression<crate::db::schema::users::table, MultiBackend, SqlType = Bool>>;
