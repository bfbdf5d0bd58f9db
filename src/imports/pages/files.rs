//! Choosing a file of people, and the sample of one.

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use askama::Template;

use super::preview;
use crate::imports::intake::{self, Refusal};
use crate::imports::sample;
use crate::sign_in::Administrator;
use crate::spreadsheet;
use crate::web::{Answer, Error, FieldErrors, Page, Site, upload};
use crate::work::documents::clean_name;

#[derive(Template)]
#[template(path = "imports/new.html")]
struct New {
    page: Page,
    /// The name of a sheet, as typed.
    sheet: String,
    errors: FieldErrors,
}

impl New {
    fn limits(&self) -> String {
        let limits = spreadsheet::LIMITS;
        let rows = self.page.number(&(limits.rows as i64));
        format!("Up to {} and {rows} rows.", upload::limit_in_words(limits.bytes as usize))
    }
}

/// `GET /imports/new`
pub async fn new(Administrator(viewer): Administrator) -> Answer {
    let new = New { page: viewer.page, sheet: String::new(), errors: FieldErrors::default() };
    new.page.html(&new)
}

/// `POST /imports`
pub async fn create(Administrator(viewer): Administrator, site: Data<Site>, multipart: Multipart) -> Answer {
    let limit = spreadsheet::LIMITS.bytes as usize;
    let again = |page: Page, sheet: String, field: &'static str, message: String| {
        let mut errors = FieldErrors::default();
        errors.add(field, message);
        let new = New { page, sheet, errors };
        new.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &new)
    };
    let mut arrived = match upload::receive(&viewer.page, &site, multipart, limit).await? {
        Ok(arrived) => arrived,
        Err(message) => return again(viewer.page, String::new(), "file", message),
    };
    let sheet = arrived.fields.remove("sheet").unwrap_or_default();
    let (wanted, name, db) = (sheet.clone(), clean_name(&arrived.name), site.db.clone());
    let (actor, now) = (viewer.id, site.clock.now());
    let reading = tokio::task::spawn_blocking(move || {
        let file = arrived.file.reopen().map_err(spreadsheet::Refusal::from)?;
        intake::take_in(&db, file, &name, Some(&wanted), actor, now)
    });
    match reading.await.map_err(Error::fault)? {
        Ok(import) => {
            let address = format!("/imports/{}", import.id);
            preview::arrived(&site, import, viewer.id).await?;
            viewer.page.go_to(&address)
        }
        Err(Refusal::Database(error)) => Err(error.into()),
        Err(Refusal::File(spreadsheet::Refusal::Io(error))) => Err(Error::fault(error)),
        Err(refusal @ Refusal::MayNot) => Err(Error::forbidden(refusal.to_string())),
        Err(refusal @ Refusal::File(spreadsheet::Refusal::NoSuchSheet { .. })) => {
            again(viewer.page, sheet, "sheet", refusal.to_string())
        }
        Err(refusal) => again(viewer.page, sheet, "file", refusal.to_string()),
    }
}

/// `GET /imports/sample.xlsx`
pub async fn sample_xlsx(_: Administrator) -> Answer {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(download("roster-sample.xlsx", kind, sample::xlsx().map_err(Error::fault)?))
}

/// `GET /imports/sample.csv`
pub async fn sample_csv(_: Administrator) -> Answer {
    Ok(download("roster-sample.csv", "text/csv; charset=utf-8", sample::csv().map_err(Error::fault)?))
}

fn download(name: &str, kind: &'static str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes)
}
