//! One's own details, and the time zone in which times are shown.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use crate::db::{Conn, Lane};
use crate::preferences::zones;
use crate::sign_in::Viewer;
use crate::sign_in::ending::{self, Which};
use crate::sign_in::store::{self as sessions, Begun};
use crate::sign_in::viewer::SignedIn;
use crate::users::edit::EditRefusal;
use crate::users::{actor, store};
use crate::web::pagination::{Rows, Toward};
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
    list: Rows<Begun>,
    own: Option<i64>,
    /// How many sessions were ended a moment ago.
    ended: Option<i64>,
}

#[derive(Deserialize, Default)]
pub struct Shown {
    #[serde(default)]
    saved: String,
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
    ended: Option<i64>,
}

#[derive(Deserialize)]
pub struct Chosen {
    /// One session; without it, all the others.
    session: Option<i64>,
}

#[derive(Deserialize)]
pub struct Details {
    #[serde(default)]
    time_zone: String,
}

/// `GET /account`
pub async fn show(request: HttpRequest, viewer: Viewer, site: Data<Site>, query: Query<Shown>) -> Answer {
    let (_, signed_in) = Viewer::even_with_first_password(&request)?;
    let template = page_of(viewer, &site, signed_in, query.into_inner()).await?;
    template.page.html(&template)
}

/// `POST /account`
pub async fn update(request: HttpRequest, viewer: Viewer, site: Data<Site>, form: Form<Details>) -> Answer {
    let zone = form.0.time_zone.trim().to_owned();
    if !zone.is_empty() && !zones::is_zone(&zone) {
        let (_, signed_in) = Viewer::even_with_first_password(&request)?;
        let mut template = page_of(viewer, &site, signed_in, Shown::default()).await?;
        template.errors.add("time_zone", "There is no such time zone. Choose one from the list, or leave it empty.");
        template.time_zone = zone;
        return template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
    }
    let now = site.clock.now();
    let save = move |conn: &mut Conn| {
        if actor::present_to_change(conn, viewer.id, now)?.is_none() {
            return Err(Error::SignIn { then: "/account".into() });
        }
        Ok(store::set_time_zone(conn, viewer.id, &zone)?)
    };
    site.db.write(Lane::Work, save).await?;
    viewer.page.go_to("/account?saved=1")
}

/// `POST /account/sessions/end`: one of one's own sessions, or all but the one in use.
pub async fn end_sessions(viewer: Viewer, site: Data<Site>, form: Form<Chosen>) -> Answer {
    let (user, now, chain) = (viewer.id, site.clock.now(), site.chain.clone());
    let which = form.0.session.map_or(Which::AllBut(viewer.session_id), Which::One);
    let write = move |conn: &mut Conn| ending::end(conn, &chain, user, user, which, now);
    match site.db.write(Lane::Administration, write).await {
        Ok(ended) => viewer.page.go_to(&format!("/account?ended={ended}")),
        Err(EditRefusal::Database(error)) => Err(error.into()),
        Err(_) => Err(Error::SignIn { then: "/account".into() }),
    }
}

async fn page_of(viewer: Viewer, site: &Site, signed_in: SignedIn, shown: Shown) -> Result<ShowPage, Error> {
    let (user, now, Shown { saved, from, toward, ended }) = (viewer.id, site.clock.now(), shown);
    let hours = site.session_hours;
    let list = site.db.read(move |conn| sessions::of_user(conn, user, from.as_deref(), toward, (now, hours))).await?;
    Ok(ShowPage {
        organization_zone: viewer.page.organization_zone.iana_name().unwrap_or("UTC").to_owned(),
        time_zone: signed_in.time_zone.clone(),
        page: viewer.page,
        signed_in,
        zones: zones::all(),
        saved: !saved.is_empty(),
        errors: FieldErrors::default(),
        list,
        own: Some(viewer.session_id),
        ended,
    })
}

// What the template asks.
impl ShowPage {
    fn is_own(&self, session: &Begun) -> bool {
        self.own == Some(session.id)
    }
}
