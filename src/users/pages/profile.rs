//! One person: who they are, in which state and why, and in tabs what they did.

use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use crate::db::{self, OperationId, UserId};
use crate::history::{self, History, Kind, Line, When};
use crate::lifecycle::pages::result::{self, ResultNotice};
use crate::lifecycle::words;
use crate::sign_in::Administrator;
use crate::users::State;
use crate::users::details::{self, Cause, Details};
use crate::users::units::{self, Unit};
use crate::web::page::percent_encode;
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Page, Site, text};

#[derive(Deserialize)]
pub struct View {
    #[serde(default)]
    tab: String,
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
    /// What an operation did, said on the way back from it.
    operation: Option<OperationId>,
}

#[derive(Template)]
#[template(path = "users/show.html", blocks = ["history"])]
struct Show {
    page: Page,
    person: Details,
    cause: Option<Cause>,
    company: Option<String>,
    team: Option<String>,
    history: History,
    /// The open entries of each kind of duty.
    waiting: Vec<(&'static dyn Kind, i64)>,
    kind: &'static dyn Kind,
    lines: Rows<Line>,
    result: Option<ResultNotice>,
}

#[derive(Template)]
#[template(path = "users/deleted.html")]
struct Deleted {
    page: Page,
}

/// `GET /users/{id}`
pub async fn show(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    view: Query<View>,
) -> Answer {
    let (user, View { tab, from, toward, operation }) = (id.into_inner(), view.into_inner());
    let kind = history::everything().find(|kind| kind.key() == tab).or(history::kinds().first().copied());
    let kind = kind.ok_or_else(|| crate::web::Error::fault("there is no kind of history"))?;
    let read = move |conn: &mut db::Conn| {
        let person = details::of(conn, user)?;
        if person.state == State::Deleted {
            return Ok(None);
        }
        let company = units::name_of(conn, Unit::Company, person.company_id)?;
        let team = units::name_of(conn, Unit::Team, person.team_id)?;
        let history = history::count(conn, &[user])?.remove(&user).unwrap_or_default();
        let waiting = history::duty::count_of(conn, user)?;
        let lines = kind.list(conn, user, from.as_deref(), toward)?;
        let cause = details::cause(conn, &person)?;
        let result = operation.map(|id| result::notice(conn, id)).transpose()?.flatten();
        Ok::<_, db::Error>(Some((person, cause, company, team, (history, waiting), lines, result)))
    };
    let page = viewer.page;
    let Some((person, cause, company, team, (history, waiting), lines, result)) = site.db.read(read).await? else {
        let deleted = Deleted { page };
        return deleted.page.html(&deleted);
    };
    let show = Show { page, person, cause, company, team, history, waiting, kind, lines, result };
    if show.page.wants("history") { show.page.html(&show.as_history()) } else { show.page.html(&show) }
}

// What the template asks.
impl Show {
    /// The tabs: every kind of history, and the kinds of duty of which there is something.
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
        format!("/users/{}?tab={}", self.person.id, kind.key())
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

    /// "Leaves 1 Dec, 18:00 Europe/Vienna (17:00 UTC)", or, past that moment, "Left 1 Dec, being deactivated".
    fn leaves_in_words(&self) -> Option<String> {
        let at = self.person.leaves_at?;
        let zone = jiff::tz::TimeZone::get(&self.person.leaves_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        if at <= self.page.now {
            return Some(format!("Left {}, being deactivated", text::moment(at, self.page.now, &zone)));
        }
        Some(format!("Leaves {}", words::moment(at, &zone, self.page.now, &self.page.zone)))
    }

    /// The state in one line: since when, by whom, and why.
    fn state_in_words(&self) -> String {
        let person = &self.person;
        if person.is_active() {
            let signed_in = match person.last_sign_in_at {
                at if at.is_never() => "never signed in".to_owned(),
                at => format!("last signed in {}", self.page.recently(&at)),
            };
            let title = if person.title.is_empty() { String::new() } else { format!("{} · ", person.title) };
            return format!("{title}{signed_in}");
        }
        let Some(cause) = &self.cause else {
            return format!("Deactivated on {}", self.long_day(person.state_changed_at));
        };
        let by = if cause.by.is_empty() { String::new() } else { format!(" by {}", cause.by) };
        let why = if cause.reason.is_empty() { String::new() } else { format!(": {}", cause.reason) };
        format!("Deactivated{by} on {}{why}", self.long_day(cause.at))
    }

    fn long_day(&self, at: db::Timestamp) -> String {
        at.in_zone(&self.page.zone).strftime("%-d %B %Y").to_string()
    }
}
