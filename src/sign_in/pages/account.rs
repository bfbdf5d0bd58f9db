//! One's own details, and the time zone in which times are shown.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use crate::db::Lane;
use crate::preferences::zones;
use crate::sign_in::Viewer;
use crate::sign_in::viewer::SignedIn;
use crate::users::{actor, store};
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site};

#[derive(Template)]
#[template(path = "account/show.html")]
struct ShowPage {
    page: Page,
    signed_in: SignedIn,
    time_zone: String,
    organization_zone: String,
    zones: &'static [String],
    saved: bool,
    errors: FieldErrors,
}

#[derive(Deserialize)]
pub struct Shown {
    #[serde(default)]
    saved: String,
}

#[derive(Deserialize)]
pub struct Details {
    #[serde(default)]
    time_zone: String,
}

/// `GET /account`
pub async fn show(request: HttpRequest, viewer: Viewer, query: Query<Shown>) -> Answer {
    let (_, signed_in) = Viewer::even_with_first_password(&request)?;
    let template = page_of(viewer.page, signed_in, !query.saved.is_empty());
    template.page.html(&template)
}

/// `POST /account`
pub async fn update(request: HttpRequest, viewer: Viewer, site: Data<Site>, form: Form<Details>) -> Answer {
    let zone = form.0.time_zone.trim().to_owned();
    if !zone.is_empty() && !zones::is_zone(&zone) {
        let (_, signed_in) = Viewer::even_with_first_password(&request)?;
        let mut template = page_of(viewer.page, signed_in, false);
        template.errors.add("time_zone", "There is no such time zone. Choose one from the list, or leave it empty.");
        template.time_zone = zone;
        return template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
    }
    let now = site.clock.now();
    let save = move |conn: &mut crate::db::Conn| {
        if actor::present_to_change(conn, viewer.id, now)?.is_none() {
            return Err(Error::SignIn { then: "/account".into() });
        }
        Ok(store::set_time_zone(conn, viewer.id, &zone)?)
    };
    site.db.write(Lane::Work, save).await?;
    viewer.page.go_to("/account?saved=1")
}

fn page_of(page: Page, signed_in: SignedIn, saved: bool) -> ShowPage {
    ShowPage {
        organization_zone: page.organization_zone.iana_name().unwrap_or("UTC").to_owned(),
        time_zone: signed_in.time_zone.clone(),
        page,
        signed_in,
        zones: zones::all(),
        saved,
        errors: FieldErrors::default(),
    }
}
