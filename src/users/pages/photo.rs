//! A person's photo: shown to administrators, on whose pages it stands; changed and taken away by them.

use std::io::{Read, Seek};

use actix_multipart::Multipart;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use tempfile::NamedTempFile;

use super::edit::said;
use crate::db::{Conn, Lane, UserId};
use crate::sign_in::Administrator;
use crate::users::details::{self, Details};
use crate::users::edit::EditRefusal;
use crate::users::photo::{self, LIMIT, Picture};
use crate::users::store::photos;
use crate::web::{Answer, Button, Error, FieldErrors, Form, Page, Site, upload};

#[derive(Deserialize)]
pub struct Version {
    /// The digest of the photo that the page shows: with it, browsers keep the answer for a day.
    #[serde(default)]
    v: String,
}

/// `GET /users/{id}/photo`: nothing else is ever served from here than the three kinds of pictures.
pub async fn show(
    _: Administrator,
    request: HttpRequest,
    site: Data<Site>,
    id: Path<UserId>,
    version: Query<Version>,
) -> Answer {
    let user = id.into_inner();
    let photo = site.db.read(move |conn| photos::find(conn, user)).await?.ok_or(Error::NotFound)?;
    let tag = format!("\"{}\"", photo.digest);
    let cache = if version.v == photo.digest { "private, max-age=86400" } else { "private, no-cache" };
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known == Some(tag.as_str());
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, cache));
    if is_known {
        return Ok(answer.finish());
    }
    let name = photo.content_type.replace('/', ".");
    answer.insert_header((header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")));
    Ok(answer.content_type(photo.content_type).body(photo.bytes))
}

#[derive(Template)]
#[template(path = "users/photo.html")]
struct EditPage {
    page: Page,
    person: Details,
    errors: FieldErrors,
}

impl EditPage {
    async fn of(page: Page, site: &Site, user: UserId) -> Result<EditPage, Error> {
        let person = site.db.read(move |conn| details::of(conn, user)).await?;
        if person.is_deleted() {
            return Err(Error::NotFound);
        }
        Ok(EditPage { page, person, errors: FieldErrors::default() })
    }

    fn refused(mut self, why: String) -> Answer {
        self.errors.add("file", why);
        self.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}

/// `GET /users/{id}/photo/edit`
pub async fn edit(Administrator(viewer): Administrator, site: Data<Site>, id: Path<UserId>) -> Answer {
    let template = EditPage::of(viewer.page, &site, id.into_inner()).await?;
    template.page.html(&template)
}

/// `POST /users/{id}/photo`
pub async fn update(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    multipart: Multipart,
) -> Answer {
    let (user, actor, now) = (id.into_inner(), viewer.id, site.clock.now());
    let picture = match receive(&viewer.page, &site, multipart).await? {
        Ok(picture) => picture,
        Err(why) => return EditPage::of(viewer.page, &site, user).await?.refused(why),
    };
    let chain = site.chain.clone();
    let write = move |conn: &mut Conn| photo::change(conn, &chain, actor, user, &picture, now);
    answer(viewer.page, user, site.db.write(Lane::Administration, write).await)
}

/// `POST /users/{id}/photo/remove`
pub async fn destroy(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    _form: Form<Button>,
) -> Answer {
    let (user, actor, now, chain) = (id.into_inner(), viewer.id, site.clock.now(), site.chain.clone());
    let write = move |conn: &mut Conn| photo::remove(conn, &chain, actor, user, now);
    answer(viewer.page, user, site.db.write(Lane::Administration, write).await)
}

fn answer(page: Page, user: UserId, outcome: Result<(), EditRefusal>) -> Answer {
    match outcome {
        Ok(()) => page.go_to(&format!("/users/{user}")),
        Err(refusal) => Err(Error::forbidden(said(refusal)?.to_string())),
    }
}

/// The picture in the form. The inner error is a sentence beside the field.
async fn receive(page: &Page, site: &Site, multipart: Multipart) -> Result<Result<Picture, String>, Error> {
    match upload::receive(page, site, multipart, LIMIT).await? {
        Ok(upload) => in_file(upload.file).await,
        Err(why) => Ok(Err(why)),
    }
}

/// The picture in a file that arrived. The inner error is a sentence beside its field.
pub async fn in_file(mut file: NamedTempFile) -> Result<Result<Picture, String>, Error> {
    let read = move || {
        let mut bytes = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut bytes).map(|_| bytes)
    };
    let bytes = tokio::task::spawn_blocking(read).await.map_err(Error::fault)?;
    Ok(photo::read(bytes.map_err(Error::fault)?))
}
