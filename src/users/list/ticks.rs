//! Who is ticked: on the page that was sent, and on the pages before it.

use super::store::picked;
use crate::db::{Conn, Result, Timestamp, UserId};

/// People that can be ticked one by one. Whoever means more takes all that match a filter.
pub const MOST: usize = 5_000;

/// The ticks of a form of the Users list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticks {
    /// The word under which the ticks of other pages are kept.
    pub picked: Option<String>,
    /// Who was on the page, ticked or not.
    shown: Vec<UserId>,
    ticked: Vec<UserId>,
    /// All that match were meant.
    pub is_all: bool,
}

/// An id that is none: no page of ours sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this selection cannot be read")]
pub struct Unreadable;

impl Ticks {
    /// Out of the fields `id` (ticked), `shown` (on the page), `picked` and `selection` of a form.
    pub fn of(fields: &[(String, String)]) -> std::result::Result<Self, Unreadable> {
        let mut ticks = Ticks::default();
        for (name, value) in fields {
            match name.as_str() {
                "id" => ticks.ticked.push(value.parse().map_err(|_| Unreadable)?),
                "shown" => {
                    for id in value.split(',').filter(|id| !id.is_empty()) {
                        ticks.shown.push(id.parse().map_err(|_| Unreadable)?);
                    }
                }
                "picked" => ticks.picked = Some(value.clone()).filter(|word| !word.is_empty()),
                "selection" => ticks.is_all = value == "all",
                _ => {}
            }
        }
        Ok(ticks)
    }

    /// All that match were meant, but somebody on the page is not ticked: that is neither all nor these.
    pub fn is_mixed(&self) -> bool {
        self.is_all && self.shown.iter().any(|id| !self.ticked.contains(id))
    }

    /// Everybody who is ticked, on whatever page, each once. Only the owner's own. `None`: the ticks of other pages are
    /// not kept any more, so nobody knows who was meant.
    pub fn everybody(&self, conn: &mut Conn, owner: UserId) -> Result<Option<Vec<UserId>>> {
        let kept = match &self.picked {
            Some(word) => picked::read(conn, owner, word)?,
            None => Some(Vec::new()),
        };
        let Some(mut all) = kept else { return Ok(None) };
        all.retain(|id| !self.shown.contains(id));
        all.extend(&self.ticked);
        all.sort_unstable();
        all.dedup();
        Ok(Some(all))
    }

    /// Keeps them for the next page, and gives back the word for its address; `None` if nobody is ticked. More than
    /// `MOST` are not kept: then it stays as it was.
    pub fn keep(&self, conn: &mut Conn, owner: UserId, now: Timestamp) -> Result<Kept> {
        let Some(all) = self.everybody(conn, owner)? else {
            let on_page = Ticks { picked: None, ..self.clone() };
            return Ok(match on_page.keep(conn, owner, now)? {
                Kept::As(word) | Kept::TooMany(word) | Kept::OfPage(word) => Kept::OfPage(word),
            });
        };
        if all.len() > MOST {
            return Ok(Kept::TooMany(self.picked.clone()));
        }
        match &self.picked {
            None if all.is_empty() => Ok(Kept::As(None)),
            Some(word) if all.is_empty() => {
                picked::forget(conn, owner, word)?;
                Ok(Kept::As(None))
            }
            word => picked::keep(conn, owner, word.as_deref(), &all, now).map(|word| Kept::As(Some(word))),
        }
    }

    /// True if nothing would be kept and nothing is: no reason to ask the database.
    pub fn are_none(&self) -> bool {
        self.picked.is_none() && self.ticked.is_empty()
    }
}

/// What came of keeping a selection: its word, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    As(Option<String>),
    TooMany(Option<String>),
    /// The ticks of other pages were gone: those of this page alone.
    OfPage(Option<String>),
}
