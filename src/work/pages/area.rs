//! My area: one's own documents, and the open work one is assigned to.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::{documents, place, upload};
use crate::licenses::Rights;
use crate::sign_in::Viewer;
use crate::web::pagination::Rows;
use crate::web::{Answer, Error, FieldErrors, Page, Site};
use crate::work::access;
use crate::work::documents::Place;
use crate::work::store::{self, documents as stored_documents, items::Mine};

#[derive(Template)]
#[template(path = "work/area.html")]
struct AreaPage {
    page: Page,
    work: Rows<Mine>,
    rows: Rows<stored_documents::Line>,
    base: &'static str,
    works: bool,
    downloads: bool,
    errors: FieldErrors,
    limit: String,
}

#[derive(Deserialize, Default)]
pub struct Paging {
    #[serde(default)]
    after: String,
    #[serde(default)]
    before: String,
    #[serde(default)]
    work_after: String,
    #[serde(default)]
    work_before: String,
}

impl AreaPage {
    fn size(&self, bytes: &i64) -> String {
        crate::web::text::size(*bytes)
    }
}

/// `GET /my-area`
pub async fn show(viewer: Viewer, site: Data<Site>, query: Query<Paging>) -> Answer {
    let template = prepare(viewer, &site, query.into_inner()).await?;
    template.page.html(&template)
}

/// `POST /my-area/documents`
pub async fn create_document(viewer: Viewer, site: Data<Site>, multipart: actix_multipart::Multipart) -> Answer {
    match upload::receive(&viewer, &site, multipart, Place::OwnArea).await? {
        Ok(()) => viewer.page.go_to("/my-area"),
        Err(errors) => {
            let template = AreaPage { errors, ..prepare(viewer, &site, Paging::default()).await? };
            template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
    }
}

async fn prepare(viewer: Viewer, site: &Site, paging: Paging) -> Result<AreaPage, Error> {
    let (user, now) = (viewer.id, viewer.page.now);
    let read = site.db.read(move |conn| -> crate::work::Result<_> {
        let actor = access::reader(conn, user, now)?;
        let (at, toward) = place::<i64>(&paging.work_after, &paging.work_before);
        let work = store::items::open_of(conn, user, at, toward)?;
        let (at, toward) = place::<()>(&paging.after, &paging.before);
        let rows = stored_documents::list(conn, Place::OwnArea, user, at.map(|at| at.1), toward)?;
        Ok((actor, work, rows))
    });
    let (actor, work, rows) = read.await?;
    Ok(AreaPage {
        base: "/my-area?",
        works: actor.may(Rights::DO_WORK),
        downloads: true,
        errors: FieldErrors::default(),
        limit: documents::limit(site),
        page: viewer.page,
        work,
        rows,
    })
}
