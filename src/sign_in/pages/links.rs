//! The page behind a one-time link: whoever it was given to chooses a password, and is signed in.

use actix_session::Session;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::sessions;
use crate::db::{Conn, Lane};
use crate::preferences;
use crate::sign_in::link::{self, Invited};
use crate::sign_in::throttle::{self, Wait};
use crate::sign_in::{hashing, session};
use crate::users::password_rules::{Known, Rules};
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site, door};

#[derive(Template)]
#[template(path = "sign_in/link.html")]
struct LinkPage {
    page: Page,
    token: String,
    organization: String,
    rules: Rules,
    invited: Invited,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "sign_in/link_over.html")]
struct OverPage {
    page: Page,
    wait: Option<String>,
}

#[derive(Deserialize)]
pub struct Chosen {
    password: String,
    again: String,
}

/// What a link leads to.
enum Found {
    Somebody(Invited, String, Rules),
    Nobody,
    NotYet(Wait),
}

/// Every look at a link that opens nothing is counted, so that nobody tries them out. One that opens is never kept
/// waiting for what others tried from the same address: it is too long to be guessed.
async fn look_up(request: &HttpRequest, site: &Data<Site>, token: &str) -> Result<Found, Error> {
    let (now, token) = (site.clock.now(), token.to_owned());
    let buckets = throttle::buckets_of_address(&site.keys, &door::client_address(request));
    let look = move |conn: &mut Conn| {
        let Some(invited) = link::whose(conn, &token, now)? else {
            let tried = throttle::begin(conn, &buckets, now)?;
            return Ok(tried.map_or_else(Found::NotYet, |()| Found::Nobody));
        };
        let name = preferences::organization_name(conn)?;
        Ok::<_, crate::db::Error>(Found::Somebody(invited, name, Rules::read(conn)?))
    };
    Ok(site.db.write(Lane::Work, look).await?)
}

/// `GET /welcome/{token}`: looking does not use the link up.
pub async fn new(request: HttpRequest, site: Data<Site>, token: Path<String>) -> Answer {
    let (page, token) = (Page::of(&request)?, token.into_inner());
    match look_up(&request, &site, &token).await? {
        Found::Somebody(invited, organization, rules) => {
            let template = LinkPage { page, token, organization, rules, invited, errors: FieldErrors::default() };
            template.page.html(&template)
        }
        Found::Nobody => over(page),
        Found::NotYet(wait) => slowed(page, wait),
    }
}

/// `POST /welcome/{token}`
pub async fn create(
    request: HttpRequest,
    site: Data<Site>,
    token: Path<String>,
    session: Session,
    form: Form<Chosen>,
) -> Answer {
    let (page, token, now) = (Page::of(&request)?, token.into_inner(), site.clock.now());
    let (invited, organization, rules) = match look_up(&request, &site, &token).await? {
        Found::Somebody(invited, organization, rules) => (invited, organization, rules),
        Found::Nobody => return over(page),
        Found::NotYet(wait) => return slowed(page, wait),
    };
    let Form(Chosen { password, again }) = form;
    let errors = problems(&rules, &invited, &password, &again);
    if !errors.is_empty() {
        let template = LinkPage { page, token, organization, rules, invited, errors };
        return template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
    }
    let hash = hashing::hash(&site, password).await?;
    let (chain, chosen) = (site.chain.clone(), hash.clone());
    let write = move |conn: &mut Conn| link::use_up(conn, &chain, &token, &chosen, now);
    let Some(user) = site.db.write(Lane::Administration, write).await? else { return over(page) };
    sessions::begin(&request, &session, user)?;
    session.insert(session::COMPARED_WITH, hash).map_err(Error::fault)?;
    page.go_to("/")
}

fn problems(rules: &Rules, invited: &Invited, password: &str, again: &str) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let Invited { first_name, last_name, email, .. } = invited;
    if let Some(problem) = rules.problem(password, &Known { first_name, last_name, email }) {
        errors.add("password", problem);
    } else if password != again {
        errors.add("again", "This differs from the password above.");
    }
    errors
}

/// The same page for a link that never was, was used, is too old, or belongs to somebody who is off.
fn over(page: Page) -> Answer {
    let template = OverPage { page, wait: None };
    template.page.html_with(StatusCode::NOT_FOUND, &template)
}

fn slowed(page: Page, wait: Wait) -> Result<HttpResponse, Error> {
    let template = OverPage { page, wait: Some(wait.sentence()) };
    let mut answer = template.page.html_with(StatusCode::TOO_MANY_REQUESTS, &template)?;
    answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(wait.0));
    Ok(answer)
}
