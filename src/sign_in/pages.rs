//! Signing in and out.

use actix_session::Session;
use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::{hashing, session};
use crate::users;
use crate::web::page::local_address;
use crate::web::{Answer, Error, Form, Page, Site, door};

#[derive(Template)]
#[template(path = "sign_in/new.html")]
struct NewPage {
    page: Page,
    email: String,
    next: String,
    refusal: Option<String>,
}

#[derive(Deserialize)]
pub struct Where {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub struct Attempt {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`
pub async fn new(request: HttpRequest, query: Query<Where>) -> Answer {
    let page = Page::of(&request)?;
    if page.who.is_some() {
        return page.go_to(local_address(&query.next, "/"));
    }
    let next = query.into_inner().next;
    let template = NewPage { page, email: String::new(), next, refusal: None };
    template.page.html(&template)
}

/// `POST /sign-in`
pub async fn create(request: HttpRequest, site: Data<Site>, session: Session, form: Form<Attempt>) -> Answer {
    let page = Page::of(&request)?;
    let Form(Attempt { email, password, next }) = form;
    let now = site.clock.now();
    let key = users::names::email_key(&email);
    let found = site.db.read(move |conn| users::password::of_active(conn, &key)).await?;
    let (user, hash) = found.map_or((None, None), |(user, hash)| (Some(user), Some(hash)));
    let is_right = hashing::is_right(&site, password, hash).await?;
    let (true, Some(user)) = (is_right, user) else {
        let refusal = Some("This email and password do not open anything here.".to_owned());
        let template = NewPage { page, email, next, refusal };
        return template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
    };
    site.db.write(crate::db::Lane::Work, move |conn| users::password::note_sign_in(conn, user, now)).await?;
    session.renew();
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let keep = |name: &str, value: &str| session.insert(name, value).map_err(Error::fault);
    session.insert(session::USER, user).map_err(Error::fault)?;
    keep(session::ADDRESS, &door::client_address(&request))?;
    keep(session::USER_AGENT, &agent.chars().take(200).collect::<String>())?;
    page.go_to(local_address(&next, "/"))
}

/// `POST /sign-out`
pub async fn destroy(request: HttpRequest, session: Session, _form: Form<()>) -> Answer {
    session.purge();
    Page::of(&request)?.go_to("/sign-in")
}
