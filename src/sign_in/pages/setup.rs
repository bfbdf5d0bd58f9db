//! The page behind the one-time link: names the organization and makes its first administrator.

use actix_session::Session;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

use super::sessions;
use crate::db::{self, Conn, Lane, Timestamp};
use crate::licenses::AccessLevel;
use crate::sign_in::hashing;
use crate::sign_in::setup::{self, SetupRefusal};
use crate::users::create::{CreateRefusal, NewUser};
use crate::users::email;
use crate::users::password_rules::{Known, Rules};
use crate::web::{Answer, FieldErrors, Form, Page, Site};

/// Characters of a name.
const NAME_LENGTH: usize = 100;

#[derive(Template)]
#[template(path = "sign_in/setup.html")]
struct NewPage {
    page: Page,
    token: String,
    values: FirstOne,
    rules: Rules,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "sign_in/setup_stale.html")]
struct StalePage {
    page: Page,
}

#[derive(Deserialize, Default)]
pub struct FirstOne {
    organization: String,
    first_name: String,
    last_name: String,
    email: String,
    password: String,
    again: String,
}

/// `GET /setup/{token}`
pub async fn new(request: HttpRequest, site: Data<Site>, token: Path<String>) -> Answer {
    let (page, token, now) = (Page::of(&request)?, token.into_inner(), site.clock.now());
    let asked = token.clone();
    let Some(rules) = site.db.read(move |conn| rules_if_open(conn, &asked, now)).await? else { return stale(page) };
    let template = NewPage { page, token, values: FirstOne::default(), rules, errors: FieldErrors::default() };
    template.page.html(&template)
}

/// `POST /setup/{token}`
pub async fn create(
    request: HttpRequest,
    site: Data<Site>,
    token: Path<String>,
    session: Session,
    form: Form<FirstOne>,
) -> Answer {
    let (page, token, now) = (Page::of(&request)?, token.into_inner(), site.clock.now());
    let Form(values) = form;
    let asked = token.clone();
    let Some(rules) = site.db.read(move |conn| rules_if_open(conn, &asked, now)).await? else { return stale(page) };
    let rules = rules.of(&values.organization);
    let mut errors = problems(&rules, &values);
    if errors.is_empty() {
        match found(&site, &token, &values).await {
            Ok(user) => {
                sessions::begin(&request, &session, user)?;
                return page.go_to("/");
            }
            Err(SetupRefusal::Stale) => return stale(page),
            Err(SetupRefusal::NotCreated(CreateRefusal::Database(error)) | SetupRefusal::Database(error)) => {
                return Err(error.into());
            }
            Err(SetupRefusal::NotCreated(refusal)) => errors.add("email", refusal.to_string()),
        }
    }
    let template = NewPage { page, token, values, rules, errors };
    template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
}

async fn found(site: &Data<Site>, token: &str, values: &FirstOne) -> Result<crate::db::UserId, SetupRefusal> {
    let hash = hashing::hash(site, values.password.clone()).await;
    let hash = hash.map_err(|error| crate::db::Error::Other(error.to_string()))?;
    let first = NewUser {
        first_name: values.first_name.clone(),
        last_name: values.last_name.clone(),
        email: values.email.clone(),
        title: String::new(),
        level: AccessLevel::SystemAdministrator,
        password_hash: Some(hash),
        must_change: false,
    };
    let (token, organization) = (token.to_owned(), values.organization.trim().to_owned());
    let (chain, now) = (site.chain.clone(), site.clock.now());
    let write = move |conn: &mut crate::db::Conn| setup::use_link(conn, &chain, &token, &organization, &first, now);
    site.db.write(Lane::Administration, write).await
}

/// What passwords must be like, if the link may still make the first administrator.
fn rules_if_open(conn: &mut Conn, token: &str, now: Timestamp) -> db::Result<Option<Rules>> {
    Ok(if setup::is_open(conn, token, now)? { Some(Rules::read(conn)?) } else { None })
}

fn problems(rules: &Rules, values: &FirstOne) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let named = [
        ("organization", &values.organization, "Enter the name of your organization."),
        ("first_name", &values.first_name, "Enter your first name."),
        ("last_name", &values.last_name, "Enter your last name."),
    ];
    for (field, value, message) in named {
        match value.trim().chars().count() {
            0 => errors.add(field, message),
            1..=NAME_LENGTH => {}
            _ => errors.add(field, format!("Use at most {NAME_LENGTH} characters.")),
        }
    }
    if let Some(problem) = email::problem(&values.email) {
        errors.add("email", problem);
    }
    let known = Known { first_name: &values.first_name, last_name: &values.last_name, email: &values.email };
    if let Some(problem) = rules.problem(&values.password, &known) {
        errors.add("password", problem);
    } else if values.password != values.again {
        errors.add("again", "This differs from the password above.");
    }
    errors
}

fn stale(page: Page) -> Answer {
    let template = StalePage { page };
    template.page.html_with(StatusCode::GONE, &template)
}
