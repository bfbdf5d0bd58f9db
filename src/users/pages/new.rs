//! A new user: name, address, access level with its free seats, and a first password that is shown once.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use super::{first_password, name_problem};
use crate::db::{self, Lane, UserId};
use crate::licenses::seats::{self, Seats};
use crate::licenses::{AccessLevel, LicenseType};
use crate::sign_in::{Administrator, hashing};
use crate::users::create::{self, CreateRefusal, NewUser};
use crate::users::email;
use crate::users::password_rules::{Known, Rules};
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site, text};

#[derive(Deserialize, Default)]
pub struct Typed {
    first_name: String,
    last_name: String,
    email: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    level: String,
    /// Empty: one is made.
    #[serde(default)]
    password: String,
}

#[derive(Template)]
#[template(path = "users/new.html")]
struct New {
    page: Page,
    typed: Typed,
    levels: Vec<Level>,
    errors: FieldErrors,
    has_no_seat: bool,
}

#[derive(Template)]
#[template(path = "users/created.html")]
struct Created {
    page: Page,
    id: UserId,
    name: String,
    email: String,
    password: String,
}

/// An access level to choose, with what its license has left.
pub struct Level {
    pub level: AccessLevel,
    pub seats: String,
}

/// All access levels, each with its free seats in words.
pub fn levels(seats: &[Seats]) -> Vec<Level> {
    let words = |license_type: LicenseType| {
        let seats = seats.iter().find(|seats| seats.license_type == license_type);
        match seats.and_then(|seats| seats.owned.map(|owned| (owned, seats.used))) {
            Some((owned, used)) => {
                let free = text::number(owned - used);
                format!("{free} of {} {} seats free", text::number(owned), license_type.name())
            }
            None => format!("{} seats are unlimited", license_type.name()),
        }
    };
    AccessLevel::ALL.iter().map(|level| Level { level: *level, seats: words(level.license_type()) }).collect()
}

/// `GET /users/new`
pub async fn new(Administrator(viewer): Administrator, site: Data<Site>) -> Answer {
    let typed = Typed { level: AccessLevel::Standard.as_str().into(), ..Typed::default() };
    form(viewer.page, &site, typed, FieldErrors::default(), false).await
}

/// `POST /users`
pub async fn create(Administrator(viewer): Administrator, site: Data<Site>, form: Form<Typed>) -> Answer {
    let (typed, now, actor) = (form.0, site.clock.now(), viewer.id);
    let rules = site.db.read(Rules::read).await?;
    let mut errors = problems(&rules, &typed);
    let level = AccessLevel::parse(&typed.level);
    let (true, Some(level)) = (errors.is_empty(), level) else {
        return self::form(viewer.page, &site, typed, errors, false).await;
    };
    let password = first_password(&typed.password);
    let new = NewUser {
        first_name: typed.first_name.clone(),
        last_name: typed.last_name.clone(),
        email: typed.email.clone(),
        title: typed.title.clone(),
        level,
        password_hash: Some(hashing::hash(&site, password.clone()).await?),
        must_change: true,
    };
    let chain = site.chain.clone();
    let write = move |conn: &mut db::Conn| create::create(conn, &chain, Some(actor), &new, now);
    match site.db.write(Lane::Administration, write).await {
        Ok(id) => {
            let name = format!("{} {}", typed.first_name.trim(), typed.last_name.trim());
            let created = Created { page: viewer.page, id, name, email: typed.email.trim().to_owned(), password };
            created.page.html(&created)
        }
        Err(CreateRefusal::Database(error)) => Err(error.into()),
        Err(refusal) => {
            errors.add(refusal.field().unwrap_or("level"), refusal.to_string());
            let has_no_seat = matches!(refusal, CreateRefusal::NoFreeSeat { .. });
            self::form(viewer.page, &site, typed, errors, has_no_seat).await
        }
    }
}

fn problems(rules: &Rules, typed: &Typed) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let mut check = |field: &'static str, problem: Option<String>| {
        if let Some(problem) = problem {
            errors.add(field, problem);
        }
    };
    check("first_name", name_problem(&typed.first_name, true));
    check("last_name", name_problem(&typed.last_name, true));
    check("title", name_problem(&typed.title, false));
    check("email", email::problem(&typed.email));
    check("level", AccessLevel::parse(&typed.level).is_none().then(|| "Choose an access level.".into()));
    if !typed.password.is_empty() {
        let known = Known { first_name: &typed.first_name, last_name: &typed.last_name, email: &typed.email };
        check("password", rules.problem(&typed.password, &known));
    }
    errors
}

async fn form(
    page: Page,
    site: &Site,
    typed: Typed,
    errors: FieldErrors,
    has_no_seat: bool,
) -> Result<actix_web::HttpResponse, Error> {
    let seats = site.db.read(seats::all).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let new = New { page, typed, levels: levels(&seats), errors, has_no_seat };
    new.page.html_with(status, &new)
}
