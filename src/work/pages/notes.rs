//! Writing a note, and logging hours.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::beside_field;
use super::items::{Looking, Typed, prepare};
use crate::db::{Lane, WorkItemId};
use crate::sign_in::Viewer;
use crate::web::{Answer, Form, Site};
use crate::work::entries;

#[derive(Deserialize)]
pub struct NewNote {
    #[serde(default)]
    body: String,
}

#[derive(Deserialize)]
pub struct NewHours {
    #[serde(default)]
    hours: String,
    #[serde(default)]
    day: String,
}

/// `POST /work-items/{id}/notes`
pub async fn create(viewer: Viewer, site: Data<Site>, path: Path<i64>, form: Form<NewNote>) -> Answer {
    let item = WorkItemId(*path);
    let Form(NewNote { body }) = form;
    let (user, now, typed) = (viewer.id, site.clock.now(), body.clone());
    let done = site.db.write(Lane::Work, move |conn| entries::write_note(conn, user, item, &typed, now)).await;
    match beside_field(done)? {
        Ok(()) => viewer.page.go_to(&format!("/work-items/{item}")),
        Err(errors) => {
            let mut template = prepare(viewer, &site, item, Looking::default()).await?;
            template.errors = errors;
            template.typed.body = body;
            template.answer(StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// `POST /work-items/{id}/hours`
pub async fn log_hours(viewer: Viewer, site: Data<Site>, path: Path<i64>, form: Form<NewHours>) -> Answer {
    let item = WorkItemId(*path);
    let Form(NewHours { hours, day }) = form;
    let (zone, now) = (viewer.page.zone.clone(), viewer.page.now);
    let (user, typed) = (viewer.id, (hours.clone(), day.clone()));
    let log = move |conn: &mut crate::db::Conn| entries::log_hours(conn, user, item, &typed.0, &typed.1, &zone, now);
    match beside_field(site.db.write(Lane::Work, log).await)? {
        Ok(()) => viewer.page.go_to(&format!("/work-items/{item}")),
        Err(errors) => {
            let mut template = prepare(viewer, &site, item, Looking::default()).await?;
            template.errors = errors;
            template.typed = Typed { hours, day, ..Typed::default() };
            template.answer(StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}
