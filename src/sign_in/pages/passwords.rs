//! Changing one's own password; with a first password, the only page that opens.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use crate::db::Lane;
use crate::sign_in::own_password::{self, Change};
use crate::sign_in::viewer::SignedIn;
use crate::sign_in::{Viewer, hashing, throttle};
use crate::users::password_rules::{Known, Rules};
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site};

#[derive(Template)]
#[template(path = "account/password.html")]
struct EditPage {
    page: Page,
    email: String,
    is_first: bool,
    rules: Rules,
    errors: FieldErrors,
}

#[derive(Deserialize)]
pub struct Passwords {
    current: String,
    new: String,
    again: String,
}

/// `GET /account/password`
pub async fn edit(request: HttpRequest, site: Data<Site>) -> Answer {
    let rules = site.db.read(Rules::read).await?;
    let template = page_of(&request, rules, FieldErrors::default())?;
    template.page.html(&template)
}

/// `POST /account/password`
pub async fn update(request: HttpRequest, site: Data<Site>, form: Form<Passwords>) -> Answer {
    let (viewer, signed_in) = Viewer::even_with_first_password(&request)?;
    let Form(Passwords { current, new, again }) = form;
    let now = site.clock.now();
    let rules = site.db.read(Rules::read).await?;
    let mut errors = problems(&rules, &signed_in, &current, &new, &again);
    if !errors.is_empty() {
        return refused(&request, StatusCode::UNPROCESSABLE_ENTITY, rules, errors);
    }
    let buckets = throttle::buckets_of_user(&site.keys, viewer.id);
    let begun = site.db.write(Lane::Work, move |conn| throttle::begin(conn, &buckets, now)).await?;
    if let Err(wait) = begun {
        errors.add("current", wait.sentence());
        return refused(&request, StatusCode::TOO_MANY_REQUESTS, rules, errors);
    }
    let stored = site.db.read(move |conn| own_password::stored(conn, viewer.id, now)).await?;
    if !hashing::is_right(&site, current, stored.clone()).await? {
        errors.add("current", "This is not your current password.");
        return refused(&request, StatusCode::UNPROCESSABLE_ENTITY, rules, errors);
    }
    let (user, session_id, compared_with) = (viewer.id, viewer.session_id, stored.unwrap_or_default());
    let change = Change { user, session_id, compared_with, new_hash: hashing::hash(&site, new).await? };
    let for_write = site.clone();
    let write =
        move |conn: &mut crate::db::Conn| own_password::change(conn, &for_write.chain, &for_write.keys, &change, now);
    if !site.db.write(Lane::Administration, write).await? {
        return Err(Error::SignIn { then: "/account/password".into() });
    }
    viewer.page.go_to("/?done=password")
}

fn problems(rules: &Rules, who: &SignedIn, current: &str, new: &str, again: &str) -> FieldErrors {
    let mut errors = FieldErrors::default();
    if current.is_empty() {
        errors.add("current", "Enter your current password.");
    }
    let known = Known { first_name: &who.first_name, last_name: &who.last_name, email: &who.email };
    if let Some(problem) = rules.problem(new, &known) {
        errors.add("new", problem);
    } else if new == current {
        errors.add("new", "This is your current password. Choose another.");
    }
    if errors.of("new").is_none() && new != again {
        errors.add("again", "This differs from the new password above.");
    }
    errors
}

/// Passwords are not given back to the page: they are typed again.
fn refused(request: &HttpRequest, status: StatusCode, rules: Rules, errors: FieldErrors) -> Answer {
    let template = page_of(request, rules, errors)?;
    template.page.html_with(status, &template)
}

fn page_of(request: &HttpRequest, rules: Rules, errors: FieldErrors) -> Result<EditPage, Error> {
    let (viewer, signed_in) = Viewer::even_with_first_password(request)?;
    let is_first = signed_in.must_change_password == Some(true);
    Ok(EditPage { page: viewer.page, email: signed_in.email, is_first, rules, errors })
}
