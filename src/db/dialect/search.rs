//! Finding parts of texts: people through the trigrams of their search keys, which each database keeps in its own way.

use diesel::deserialize::QueryableByName;
use diesel::pg::Pg;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{PgConnection, RunQueryDsl, SqliteConnection};

use crate::db::{Conn, Result};

/// The function that finds one text in another: `position(text, part) > 0`. Neither database guesses that such a
/// condition is rare, so a walk along an index stays one.
pub fn position(conn: &Conn) -> &'static str {
    match conn {
        Conn::Postgres(_) => "strpos",
        Conn::Sqlite(_) => "instr",
    }
}

/// Users (`id`) in whose search key each of `words` is found in one of its forms, through trigrams: each form has
/// three characters or more. In no order; and whether these are all. If they are not, no more than `limit`. If they are, there
/// may be four times as many, of whom some have only a part of the words: the caller looks at the keys.
pub fn search_users<T>(conn: &mut Conn, words: &[Vec<String>], limit: i64) -> Result<(Vec<T>, bool)>
where
    T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
{
    let mut found: Vec<T> = match conn {
        Conn::Postgres(c) => like(c, words, limit)?,
        Conn::Sqlite(c) => {
            let rare = rarest_trigrams(c, words)?;
            if !rare.is_empty() {
                // Looking at some more keys costs less than finding whole words.
                let candidates = matching(c, &rare.join(" AND "), 4 * limit)?;
                if candidates.len() as i64 <= 4 * limit {
                    return Ok((candidates, true));
                }
            }
            let either = |forms: &Vec<String>| forms.iter().map(|form| quoted(form)).collect::<Vec<_>>().join(" OR ");
            let wanted = words.iter().map(|forms| format!("({})", either(forms))).collect::<Vec<_>>();
            matching(c, &wanted.join(" AND "), limit)?
        }
    };
    let is_all = found.len() as i64 <= limit;
    found.truncate(limit as usize);
    Ok((found, is_all))
}

/// One more than `limit`, if there are more.
fn like<T>(conn: &mut PgConnection, words: &[Vec<String>], limit: i64) -> Result<Vec<T>>
where
    T: QueryableByName<Pg> + 'static,
{
    let (mut wanted, mut patterns) = (Vec::new(), Vec::new());
    for forms in words {
        let mut either = Vec::new();
        for form in forms {
            patterns.extend([pattern(mailbox(form)), form.clone()]);
            let (part, whole) = (patterns.len() - 1, patterns.len());
            either.push(format!("(search_key LIKE ${part} AND strpos(search_key, ${whole}) > 0)"));
        }
        wanted.push(format!("({})", either.join(" OR ")));
    }
    let sql = format!("SELECT user_id AS id FROM user_search WHERE {} LIMIT {}", wanted.join(" AND "), limit + 1);
    let query = diesel::sql_query(sql).into_boxed::<Pg>();
    Ok(patterns.iter().fold(query, |query, pattern| query.bind::<Text, _>(pattern)).load(conn)?)
}

/// The same through FTS5.
fn matching<T>(conn: &mut SqliteConnection, wanted: &str, limit: i64) -> Result<Vec<T>>
where
    T: QueryableByName<Sqlite> + 'static,
{
    let sql = "SELECT rowid AS id FROM user_search WHERE user_search MATCH ? LIMIT ?";
    Ok(diesel::sql_query(sql).bind::<Text, _>(wanted).bind::<BigInt, _>(limit + 1).load(conn)?)
}

/// What the index is asked for. Of an address, the mailbox: the trigrams of the host are in very many keys, and PostgreSQL
/// reads their lists.
fn mailbox(word: &str) -> &str {
    match word.split_once('@') {
        Some((mailbox, _)) if mailbox.chars().filter(|c| c.is_alphanumeric()).count() >= 3 => mailbox,
        _ => word,
    }
}

/// For LIKE: a text anywhere.
fn pattern(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// As FTS5 takes a phrase.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Trigrams that are looked for instead of whole words.
const RAREST: usize = 3;
/// Of a longer search not every trigram is weighed.
const WEIGHED: usize = 20;

/// FTS5 reads the list of each trigram of a phrase, and some trigrams are in every key. So the few that are rarest are found
/// out, by how far their lists have come at a place near the beginning. Nothing if there is only one, or a word has more than one
/// form.
fn rarest_trigrams(conn: &mut SqliteConnection, words: &[Vec<String>]) -> Result<Vec<String>> {
    let mut trigrams: Vec<String> = Vec::new();
    for forms in words {
        let [word] = forms.as_slice() else { return Ok(Vec::new()) };
        let letters: Vec<char> = word.chars().collect();
        trigrams.extend(letters.windows(3).map(|three| quoted(&three.iter().collect::<String>())));
    }
    trigrams.sort_unstable();
    trigrams.dedup();
    trigrams.truncate(WEIGHED);
    if trigrams.len() < 2 {
        return Ok(Vec::new());
    }
    #[derive(QueryableByName)]
    struct Weighed {
        #[diesel(sql_type = Integer)]
        at: i32,
        #[diesel(sql_type = Nullable<BigInt>)]
        place: Option<i64>,
    }
    let one = |at: usize| {
        format!(
            "SELECT {at} AS at, (SELECT rowid FROM user_search WHERE user_search MATCH ? LIMIT 1 OFFSET 500) AS place"
        )
    };
    let all = (0..trigrams.len()).map(one).collect::<Vec<_>>().join(" UNION ALL ");
    // A list that ends before the place has none: the rarest of all.
    let sql = format!("SELECT at, place FROM ({all}) AS weighed ORDER BY place IS NOT NULL, place DESC LIMIT {RAREST}");
    let query = diesel::sql_query(sql).into_boxed::<Sqlite>();
    let rarest: Vec<Weighed> = trigrams.iter().fold(query, |query, text| query.bind::<Text, _>(text)).load(conn)?;
    let place = |weighed: &Weighed| weighed.place.unwrap_or(i64::MAX);
    // One that is much more frequent than the rarest costs more than it leaves out.
    let worth = rarest.first().map_or(0, place) / 4;
    let rarest = rarest.iter().filter(|weighed| place(weighed) >= worth);
    Ok(rarest.filter_map(|weighed| trigrams.get(weighed.at as usize).cloned()).collect())
}

/// For written SQL: the search keys joined with their people, to look for parts (`is_found`) and then at the rows.
pub fn search_joined(conn: &Conn) -> &'static str {
    match conn {
        Conn::Postgres(_) => "user_search JOIN users ON users.id = user_search.user_id",
        // In this order: what is found first, and not people first.
        Conn::Sqlite(_) => "user_search CROSS JOIN users ON users.id = user_search.rowid",
    }
}

/// For written SQL over `search_joined`: true where each of `parts` is in the search key, through trigrams; each has
/// three characters or more. What is bound is added to `texts`, which are parameters `$1` and so on.
pub fn is_found(conn: &mut Conn, parts: &[String], texts: &mut Vec<String>) -> Result<String> {
    let mut bound = |text: String| {
        texts.push(text);
        texts.len()
    };
    let conditions: Vec<String> = match conn {
        Conn::Postgres(_) => {
            parts.iter().map(|part| format!("user_search.search_key LIKE ${}", bound(pattern(part)))).collect()
        }
        Conn::Sqlite(c) => {
            let words: Vec<Vec<String>> = parts.iter().map(|part| vec![part.clone()]).collect();
            let rare = rarest_trigrams(c, &words)?;
            if rare.is_empty() {
                let phrases: Vec<String> = parts.iter().map(|part| quoted(part)).collect();
                vec![format!("user_search MATCH ${}", bound(phrases.join(" AND ")))]
            } else {
                let key = "users.name_key || ' ' || users.email_key";
                let candidates = format!("user_search MATCH ${}", bound(rare.join(" AND ")));
                let whole = parts.iter().map(|part| format!("instr({key}, ${}) > 0", bound(part.clone())));
                std::iter::once(candidates).chain(whole).collect()
            }
        }
    };
    Ok(conditions.join(" AND "))
}
