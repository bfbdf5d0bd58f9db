//! Setup -> Departures: who leaves when, planned by whom, and the way to move or cancel it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::super::leaving::{self, Refusal};
use super::super::run::Lifecycle;
use super::super::store::departures::{self, Departure, Listed};
use super::super::words;
use super::administrator;
use crate::db::{Lane, UserId};
use crate::sign_in::Administrator;
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Button, Error, FieldErrors, Form, Page, Site, text};

#[derive(Deserialize, Default)]
pub struct Where {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
}

#[derive(Template)]
#[template(path = "lifecycle/departures.html")]
struct DeparturesPage {
    page: Page,
    list: Rows<Row>,
    errors: FieldErrors,
    /// Whose date was typed, and what, while it is wrong.
    typed: Option<(UserId, String, String)>,
}

struct Row {
    departure: Departure,
    initials: String,
    when: String,
    /// The moment is over, and nothing has run yet.
    is_overdue: bool,
    by: String,
    date: String,
    time: String,
}

impl DeparturesPage {
    fn is_wrong(&self, user: &UserId) -> bool {
        self.typed.as_ref().is_some_and(|(of, ..)| of == user)
    }
}

/// `GET /departures`
pub async fn index(administrator: Administrator, site: Data<Site>, query: Query<Where>) -> Answer {
    answer(administrator.0.page, &site, query.into_inner(), FieldErrors::default(), None).await
}

async fn answer(
    page: Page,
    site: &Site,
    place: Where,
    errors: FieldErrors,
    typed: Option<(UserId, String, String)>,
) -> Answer {
    let Where { from, toward } = place;
    let list = site.db.read(move |conn| departures::list(conn, from.as_deref(), toward)).await.map_err(Error::from)?;
    let list = list.map(|listed| row(&page, listed, typed.as_ref()));
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let template = DeparturesPage { page, list, errors, typed };
    template.page.html_with(status, &template)
}

fn row(page: &Page, (departure, by): Listed, typed: Option<&(UserId, String, String)>) -> Row {
    let zone = TimeZone::get(&departure.zone).unwrap_or(TimeZone::UTC);
    let local = departure.at.in_zone(&zone);
    let typed = typed.filter(|(of, ..)| *of == departure.user);
    let (date, time) = match typed {
        Some((_, date, time)) => (date.clone(), time.clone()),
        None => (local.strftime("%Y-%m-%d").to_string(), local.strftime("%H:%M").to_string()),
    };
    Row {
        initials: text::initials(&departure.first_name, &departure.last_name),
        when: words::moment(departure.at, &zone, page.now, &page.zone),
        is_overdue: departure.at <= page.now,
        by: by.map_or_else(|| "Roster".into(), |(first, last)| format!("{first} {last}")),
        date,
        time,
        departure,
    }
}

#[derive(Deserialize)]
pub struct Moved {
    #[serde(default)]
    leave_date: String,
    #[serde(default)]
    leave_time: String,
}

/// `POST /departures/{user}`: another date and time.
pub async fn update(administrator: Administrator, site: Data<Site>, user: Path<UserId>, form: Form<Moved>) -> Answer {
    let Form(Moved { leave_date, leave_time }) = form;
    let (user, actor, now, chain) = (user.into_inner(), administrator.id, site.clock.now(), site.chain.clone());
    let typed = (user, leave_date.clone(), leave_time.clone());
    let moved = site
        .db
        .write(Lane::Administration, move |conn| {
            let actor = self::administrator(conn, actor, now)?;
            match leaving::move_to(conn, &chain, &actor, user, (&leave_date, &leave_time), now) {
                Err(Refusal::Invalid(sentence)) => Ok(Err(sentence)),
                other => Ok::<_, Error>(Ok(other?)),
            }
        })
        .await?;
    match moved {
        Ok(()) => administrator.page.go_to("/departures"),
        Err(sentence) => {
            let mut errors = FieldErrors::default();
            errors.add("leave_date", sentence);
            answer(administrator.0.page, &site, Where::default(), errors, Some(typed)).await
        }
    }
}

/// `POST /departures/{user}/cancel`: they stay.
pub async fn destroy(
    administrator: Administrator,
    site: Data<Site>,
    user: Path<UserId>,
    _form: Form<Button>,
) -> Answer {
    let (user, actor, now) = (user.into_inner(), administrator.id, site.clock.now());
    let runner = Lifecycle { chain: site.chain.clone() };
    site.db
        .write(Lane::Administration, move |conn| {
            let actor = self::administrator(conn, actor, now)?;
            Ok::<_, Error>(leaving::cancel(conn, &runner, &actor, user, now)?)
        })
        .await?;
    administrator.page.go_to("/departures")
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Gone => {
                Error::Gone("This departure is not planned any more: it has happened, or was cancelled.".into())
            }
            Refusal::MayNot => Error::forbidden("This person has rights that you do not have."),
            Refusal::Invalid(sentence) => Error::BadRequest(sentence),
            Refusal::Database(error) => error.into(),
        }
    }
}
