//! What somebody did, and what waits for them, kind by kind.

use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::{Head, Missing, Tab};
use crate::db::{Conn, UserId};
use crate::history::{self, History, Kind, Line, When};
use crate::sign_in::Administrator;
use crate::web::page::percent_encode;
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Error, Page, Site, text};

#[derive(Deserialize)]
pub struct View {
    #[serde(default)]
    tab: String,
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
}

#[derive(Template)]
#[template(path = "users/profile/work.html", blocks = ["history"])]
struct WorkPage {
    page: Page,
    head: Head,
    history: History,
    /// The open entries of each kind of duty.
    waiting: Vec<(&'static dyn Kind, i64)>,
    kind: &'static dyn Kind,
    lines: Rows<Line>,
}

/// `GET /users/{id}/work`
pub async fn show(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    view: Query<View>,
) -> Answer {
    let (user, View { tab, from, toward }) = (id.into_inner(), view.into_inner());
    let kind = history::everything().find(|kind| kind.key() == tab).or(history::kinds().first().copied());
    let kind = kind.ok_or_else(|| Error::fault("there is no kind of history"))?;
    let read = move |conn: &mut Conn| {
        let head = Head::read(conn, user, Tab::Work, None)?;
        let history = history::count(conn, &[user])?.remove(&user).unwrap_or_default();
        let waiting = history::duty::count_of(conn, user)?;
        Ok::<_, Missing>((head, history, waiting, kind.list(conn, user, from.as_deref(), toward)?))
    };
    match site.db.read(read).await {
        Ok((head, history, waiting, lines)) => {
            let work = WorkPage { page: viewer.page, head, history, waiting, kind, lines };
            if work.page.wants("history") { work.page.html(&work.as_history()) } else { work.page.html(&work) }
        }
        Err(missing) => missing.answer(viewer.page),
    }
}

// What the template asks.
impl WorkPage {
    /// Every kind of history, and the kinds of duty of which there is something.
    fn kinds(&self) -> Vec<&'static dyn Kind> {
        let waiting = self.waiting.iter().filter(|(kind, entries)| *entries > 0 || self.is_shown(kind));
        history::kinds().iter().copied().chain(waiting.map(|(kind, _)| *kind)).collect()
    }

    fn is_shown(&self, kind: &&'static dyn Kind) -> bool {
        kind.key() == self.kind.key()
    }

    fn entries(&self, kind: &&'static dyn Kind) -> String {
        let waiting = self.waiting.iter().find(|(duty, _)| duty.key() == kind.key()).map(|(_, entries)| *entries);
        text::number(waiting.unwrap_or_else(|| self.history.of(*kind).entries()))
    }

    fn tab(&self, kind: &&'static dyn Kind) -> String {
        format!("/users/{}/work?tab={}", self.head.person.id, kind.key())
    }

    fn turned(&self, place: &str, toward: &str) -> String {
        format!("{}&from={}&toward={toward}", self.tab(&self.kind), percent_encode(place))
    }

    fn second(&self) -> Option<String> {
        self.kind.second(self.history.of(self.kind))
    }

    fn when(&self, when: &When) -> String {
        match when {
            When::Moment(at) => self.page.day(at),
            When::Day(day) => day.clone(),
        }
    }
}
