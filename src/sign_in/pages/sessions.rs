//! Signing in and out.

use actix_session::Session;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::db::{Lane, UserId};
use crate::sign_in::admission::admit;
use crate::sign_in::throttle::{self, Wait};
use crate::sign_in::{hashing, session};
use crate::users;
use crate::web::page::local_address;
use crate::web::{Answer, Button, Error, Form, Page, Site, door};

/// The same words for a wrong password, an unknown address and an account that is off.
const REFUSED: &str = "Email or password is not right, or the account is off.";

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
    let cookie = throttle::cookie_name(&site.keys, &key);
    let known = request.cookie(&cookie);
    let address = door::client_address(&request);
    let buckets = throttle::buckets(&site.keys, &key, known.as_ref().map(|cookie| cookie.value()), &address);

    let counted = buckets.clone();
    let begun = site.db.write(Lane::Work, move |conn| throttle::begin(conn, &counted, now)).await?;
    if let Err(wait) = begun {
        let template = NewPage { page, email, next, refusal: Some(wait.sentence()) };
        return slowed(template.page.html_with(StatusCode::TOO_MANY_REQUESTS, &template)?, wait);
    }
    let lookup = key.clone();
    let found = site.db.read(move |conn| users::password::of_active(conn, &lookup, now)).await?;
    let is_right = hashing::is_right(&site, password, found.as_ref().map(|(_, hash)| hash.clone())).await?;
    let admitted = match found {
        Some((user, hash)) if is_right => {
            let compared_with = hash.clone();
            let done = site.db.write(Lane::Work, move |conn| admit(conn, user, &hash, &buckets, now)).await?;
            done.then_some((user, compared_with))
        }
        _ => None,
    };
    let Some((user, compared_with)) = admitted else {
        site.db.write(Lane::Work, move |conn| throttle::prune(conn, now)).await?;
        let template = NewPage { page, email, next, refusal: Some(REFUSED.into()) };
        return template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
    };
    begin(&request, &session, user)?;
    session.insert(session::COMPARED_WITH, compared_with).map_err(Error::fault)?;
    let mut answer = page.go_to(local_address(&next, "/"))?;
    if known.is_none() {
        answer.add_cookie(&known_browser(&site, cookie, &key)).map_err(Error::fault)?;
    }
    Ok(answer)
}

/// `POST /sign-out`
pub async fn destroy(request: HttpRequest, session: Session, _form: Form<Button>) -> Answer {
    session.purge();
    Page::of(&request)?.go_to("/sign-in")
}

/// Begins a session under a new key; one that the browser had before ends.
pub fn begin(request: &HttpRequest, session: &Session, user: UserId) -> Result<(), Error> {
    session.renew();
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let keep = |name: &str, value: &str| session.insert(name, value).map_err(Error::fault);
    session.insert(session::USER, user).map_err(Error::fault)?;
    keep(session::ADDRESS, &door::client_address(request))?;
    keep(session::USER_AGENT, &agent.chars().take(200).collect::<String>())
}

/// Says of a browser for a year that it signed in to this account.
fn known_browser(site: &Site, name: String, email_key: &str) -> Cookie<'static> {
    Cookie::build(name, throttle::cookie_value(&site.keys, email_key))
        .path("/sign-in")
        .http_only(true)
        .secure(site.is_https())
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .finish()
}

fn slowed(mut answer: HttpResponse, Wait(seconds): Wait) -> Answer {
    answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    Ok(answer)
}
