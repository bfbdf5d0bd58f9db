//! A work item: its status, who is assigned, and what people left on it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::{beside_field, documents, place, upload};
use crate::db::{Lane, UserId, WorkItemId};
use crate::licenses::Rights;
use crate::sign_in::Viewer;
use crate::users::find;
use crate::users::list::Row;
use crate::web::pagination::Rows;
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site, text};
use crate::work::documents::Place;
use crate::work::store::entries::{Entry, Note};
use crate::work::store::{self, documents as stored_documents, items::Item};
use crate::work::{Person, Status, access, assigning, items};

#[derive(Template)]
#[template(path = "work/item.html", blocks = ["matches"])]
pub(super) struct ShowPage {
    page: Page,
    item: Item,
    assignees: Vec<Person>,
    notes: Vec<Note>,
    older_notes: Option<i64>,
    entries: Vec<Entry>,
    entry_count: i64,
    minutes: i64,
    rows: Rows<stored_documents::Line>,
    base: String,
    sees_all: bool,
    works: bool,
    downloads: bool,
    find: String,
    matches: Option<Vec<Row>>,
    pub(super) errors: FieldErrors,
    pub(super) typed: Typed,
    limit: String,
}

/// What was typed into the page's forms, kept when one of them is refused.
#[derive(Default)]
pub(super) struct Typed {
    pub hours: String,
    pub day: String,
    pub body: String,
}

#[derive(Deserialize, Default)]
pub struct Looking {
    find: Option<String>,
    older_than: Option<i64>,
    #[serde(default)]
    after: String,
    #[serde(default)]
    before: String,
}

#[derive(Deserialize)]
pub struct NewStatus {
    status: String,
}

#[derive(Deserialize)]
pub struct Assignee {
    user: UserId,
    find: Option<String>,
}

impl ShowPage {
    fn size(&self, bytes: &i64) -> String {
        crate::web::text::size(*bytes)
    }

    pub(super) fn answer(&self, status: StatusCode) -> Answer {
        self.page.html_with(status, self)
    }

    fn upload_to(&self) -> String {
        format!("/work-items/{}/documents", self.item.id)
    }

    fn shows_all_entries(&self) -> bool {
        self.entries.len() as i64 == self.entry_count
    }

    fn is_assigned(&self, id: &UserId) -> bool {
        self.assignees.iter().any(|person| person.id == *id)
    }

    /// A day as it stands in the database, as people read it.
    fn civil_day(&self, day: &str) -> String {
        let this_year = self.page.now.in_zone(&self.page.zone).year();
        match day.parse::<jiff::civil::Date>() {
            Ok(date) if date.year() == this_year => date.strftime("%-d %b").to_string(),
            Ok(date) => date.strftime("%-d %b %Y").to_string(),
            Err(_) => day.to_owned(),
        }
    }
}

/// `GET /work-items/{id}`; with `find`, also the people who could be assigned.
pub async fn show(viewer: Viewer, site: Data<Site>, path: Path<i64>, query: Query<Looking>) -> Answer {
    let template = prepare(viewer, &site, WorkItemId(*path), query.into_inner()).await?;
    if template.page.wants("matches") {
        return template.page.html(&template.as_matches());
    }
    template.page.html(&template)
}

/// `POST /work-items/{id}/status`
pub async fn set_status(viewer: Viewer, site: Data<Site>, path: Path<i64>, form: Form<NewStatus>) -> Answer {
    let item = WorkItemId(*path);
    let status =
        Status::parse(&form.0.status).ok_or_else(|| Error::BadRequest("Choose one of the statuses.".into()))?;
    let (user, now) = (viewer.id, viewer.page.now);
    site.db.write(Lane::Work, move |conn| items::set_status(conn, user, item, status, now)).await?;
    viewer.page.go_to(&format!("/work-items/{item}"))
}

/// `POST /work-items/{id}/assignments`
pub async fn assign(viewer: Viewer, site: Data<Site>, path: Path<i64>, form: Form<Assignee>) -> Answer {
    let item = WorkItemId(*path);
    let Form(Assignee { user, find }) = form;
    let (actor, now) = (viewer.id, site.clock.now());
    let done = site.db.write(Lane::Work, move |conn| assigning::assign(conn, actor, item, user, now)).await;
    match beside_field(done)? {
        Ok(()) => viewer.page.go_to(&format!("/work-items/{item}")),
        Err(errors) => {
            let find = Some(find.unwrap_or_default());
            let template = prepare(viewer, &site, item, Looking { find, ..Looking::default() }).await?;
            let template = ShowPage { errors, ..template };
            template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
    }
}

/// `POST /work-items/{id}/assignments/end`
pub async fn end_assignment(viewer: Viewer, site: Data<Site>, path: Path<i64>, form: Form<Assignee>) -> Answer {
    let item = WorkItemId(*path);
    let (actor, user, now) = (viewer.id, form.0.user, site.clock.now());
    site.db.write(Lane::Work, move |conn| assigning::end(conn, actor, item, user, now)).await?;
    viewer.page.go_to(&format!("/work-items/{item}"))
}

/// `POST /work-items/{id}/documents`
pub async fn create_document(
    viewer: Viewer,
    site: Data<Site>,
    path: Path<i64>,
    multipart: actix_multipart::Multipart,
) -> Answer {
    let item = WorkItemId(*path);
    match upload::receive(&viewer, &site, multipart, Place::WorkItem(item)).await? {
        Ok(()) => viewer.page.go_to(&format!("/work-items/{item}#documents")),
        Err(errors) => {
            let template = ShowPage { errors, ..prepare(viewer, &site, item, Looking::default()).await? };
            template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
    }
}

pub(super) async fn prepare(viewer: Viewer, site: &Site, id: WorkItemId, looking: Looking) -> Result<ShowPage, Error> {
    let user = viewer.id;
    let Looking { find, older_than, after, before } = looking;
    let day = viewer.page.now.in_zone(&viewer.page.zone).date().to_string();
    let now = viewer.page.now;
    let (page, limit) = (viewer.page, documents::limit(site));
    let read = site.db.read(move |conn| -> crate::work::Result<_> {
        let actor = access::reader(conn, user, now)?;
        access::see_item(conn, &actor, id)?;
        let item = store::items::find(conn, id)?;
        let assignees = store::items::assignees_of(conn, [id])?.remove(&id).unwrap_or_default();
        let (notes, more) = store::entries::notes(conn, id, older_than)?;
        let sees_all = actor.may(Rights::SEE_WORK);
        let (entries, entry_count, minutes) =
            if sees_all { store::entries::hours(conn, id)? } else { (Vec::new(), 0, 0) };
        let (place, toward) = place::<()>(&after, &before);
        let rows = stored_documents::list(conn, Place::WorkItem(id), user, place.map(|place| place.1), toward)?;
        let works = actor.may(Rights::DO_WORK);
        let matches = match &find {
            Some(text) if works => Some(find::active(conn, text, now)?),
            _ => None,
        };
        Ok(ShowPage {
            older_notes: notes.iter().map(|note| note.id).min().filter(|_| more),
            downloads: access::may_download(conn, &actor, Some(id))?,
            base: format!("/work-items/{id}?"),
            find: find.unwrap_or_default(),
            errors: FieldErrors::default(),
            typed: Typed { day, ..Typed::default() },
            page,
            item,
            assignees,
            notes,
            entries,
            entry_count,
            minutes,
            rows,
            sees_all,
            works,
            matches,
            limit,
        })
    });
    Ok(read.await?)
}
