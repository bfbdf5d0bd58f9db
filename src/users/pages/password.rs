//! A new first password for somebody who forgot theirs: shown once, to be changed at the next sign-in.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

use super::edit::said;
use super::first_password;
use crate::db::{self, Lane, UserId};
use crate::sign_in::{Administrator, hashing, store};
use crate::users::details::{self, Details};
use crate::users::edit;
use crate::users::password_rules::{Known, Rules};
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site};

#[derive(Deserialize)]
pub struct Typed {
    /// Empty: one is made.
    #[serde(default)]
    password: String,
}

#[derive(Template)]
#[template(path = "users/password.html")]
struct Password {
    page: Page,
    person: Details,
    rules: Rules,
    errors: FieldErrors,
    /// The one that was set: shown this once.
    set: Option<String>,
}

impl Password {
    async fn of(page: Page, site: &Site, user: UserId) -> Result<Password, Error> {
        let read = move |conn: &mut db::Conn| Ok::<_, db::Error>((details::of(conn, user)?, Rules::read(conn)?));
        let (person, rules) = site.db.read(read).await?;
        if !person.is_active() {
            return Err(Error::NotFound);
        }
        Ok(Password { page, person, rules, errors: FieldErrors::default(), set: None })
    }
}

/// `GET /users/{id}/password`
pub async fn edit(Administrator(viewer): Administrator, site: Data<Site>, id: Path<UserId>) -> Answer {
    let template = Password::of(viewer.page, &site, id.into_inner()).await?;
    template.page.html(&template)
}

/// `POST /users/{id}/password`
pub async fn update(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    form: Form<Typed>,
) -> Answer {
    let (user, actor, now) = (id.into_inner(), viewer.id, site.clock.now());
    let mut template = Password::of(viewer.page, &site, user).await?;
    let typed = form.0.password;
    let Details { first_name, last_name, email, .. } = &template.person;
    let problem = template.rules.problem(&typed, &Known { first_name, last_name, email });
    if let Some(problem) = problem.filter(|_| !typed.is_empty()) {
        template.errors.add("password", problem);
        return template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
    }
    let password = first_password(&typed);
    let hash = hashing::hash(&site, password.clone()).await?;
    let chain = site.chain.clone();
    let write = move |conn: &mut db::Conn| {
        edit::set_first_password(conn, &chain, actor, user, &hash, now)?;
        store::end_all(conn, &[user])?;
        Ok(())
    };
    match site.db.write(Lane::Administration, write).await {
        Ok(()) => {
            template.set = Some(password);
            template.page.html(&template)
        }
        Err(refusal) => {
            template.errors.add("password", said(refusal)?.to_string());
            template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
    }
}
