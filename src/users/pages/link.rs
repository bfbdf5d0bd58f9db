//! A new one-time link for somebody who has no password, or forgot it: shown once, to be passed on.

use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use askama::Template;

use super::edit::said;
use crate::db::{Conn, Lane, Timestamp, UserId};
use crate::sign_in::Administrator;
use crate::sign_in::link::{self, Link};
use crate::users::details::{self, Details};
use crate::web::{Answer, Button, Error, Form, Page, Site};

/// A link as it is passed on.
pub struct Shown {
    pub address: String,
    pub expires_at: Timestamp,
}

impl Shown {
    /// The whole address: as browsers reach us, or as the administrator's own browser just did.
    pub fn of(request: &HttpRequest, site: &Site, link: &Link) -> Shown {
        let host = || request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        let base = site.public_url.clone().unwrap_or_else(|| format!("http://{}", host()));
        Shown { address: format!("{base}/welcome/{}", link.token), expires_at: link.expires_at }
    }
}

#[derive(Template)]
#[template(path = "users/link.html")]
struct LinkPage {
    page: Page,
    person: Details,
    has_password: bool,
    /// Until when the link they have works.
    open_until: Option<Timestamp>,
    refusal: Option<String>,
    link: Option<Shown>,
}

impl LinkPage {
    async fn of(page: Page, site: &Site, user: UserId) -> Result<LinkPage, Error> {
        let now = page.now;
        let read = move |conn: &mut Conn| {
            let open_until = link::valid_until(conn, user, now)?;
            Ok::<_, crate::db::Error>((details::of(conn, user)?, details::has_password(conn, user)?, open_until))
        };
        let (person, has_password, open_until) = site.db.read(read).await?;
        if !person.is_active() {
            return Err(Error::NotFound);
        }
        Ok(LinkPage { page, person, has_password, open_until, refusal: None, link: None })
    }
}

/// `GET /users/{id}/link`
pub async fn new(Administrator(viewer): Administrator, site: Data<Site>, id: Path<UserId>) -> Answer {
    let template = LinkPage::of(viewer.page, &site, id.into_inner()).await?;
    template.page.html(&template)
}

/// `POST /users/{id}/link`
pub async fn create(
    Administrator(viewer): Administrator,
    request: HttpRequest,
    site: Data<Site>,
    id: Path<UserId>,
    _form: Form<Button>,
) -> Answer {
    let (user, actor, now, chain) = (id.into_inner(), viewer.id, site.clock.now(), site.chain.clone());
    let mut template = LinkPage::of(viewer.page, &site, user).await?;
    let write = move |conn: &mut Conn| link::make(conn, &chain, actor, user, now);
    match site.db.write(Lane::Administration, write).await {
        Ok(link) => {
            template.link = Some(Shown::of(&request, &site, &link));
            template.page.html(&template)
        }
        Err(refusal) => {
            template.refusal = Some(said(refusal)?.to_string());
            template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
    }
}
