//! Who is asking, as a type in the handler's signature: a `Viewer` is signed in, an `Administrator` may administer.

use std::future::{Ready, ready};

use actix_session::SessionExt;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use diesel::Queryable;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::session::{AWAY, VIEWER};
use crate::db::UserId;
use crate::licenses::{AccessLevel, Rights};
use crate::preferences::Setting;
use crate::web::{Error, Page, Who, text};

/// The session's user as the lookup found them.
#[derive(Debug, Clone, Serialize, Deserialize, Queryable)]
pub struct SignedIn {
    pub session_id: i64,
    pub user_id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub access_level: AccessLevel,
    pub time_zone: String,
    pub must_change_password: Option<bool>,
    pub organization: Option<String>,
    /// The organization's zone and its days in the recycle bin, as they are kept; `None`: not chosen.
    pub organization_zone: Option<String>,
    pub bin_days: Option<String>,
    pub unread: i64,
}

impl SignedIn {
    fn who(&self) -> Who {
        let rights = self.access_level.rights();
        let organization_zone = self.organization_zone.as_deref().and_then(zone);
        Who {
            id: self.user_id.0,
            session_id: self.session_id,
            name: format!("{} {}", self.first_name, self.last_name),
            initials: text::initials(&self.first_name, &self.last_name),
            organization: self.organization.clone().unwrap_or_default(),
            is_settled: self.must_change_password != Some(true),
            administers: rights.include(Rights::ADMINISTER_USERS),
            works: rights.include(Rights::DO_WORK),
            duties_left_behind: 0,
            unread: self.unread,
            time_zone: zone(&self.time_zone).or_else(|| organization_zone.clone()),
            organization_zone,
            bin_days: Setting::EraseAfterDays.number(self.bin_days.as_deref()),
        }
    }
}

fn zone(name: &str) -> Option<TimeZone> {
    if name.is_empty() { None } else { TimeZone::get(name).ok() }
}

/// Middleware, inside the session's: tells the page kit who is signed in.
pub async fn introduce(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    // One wait for the database is enough: no handler asks again.
    if let Some(cause) = request.get_session().entries().get(AWAY) {
        return Err(Error::Away(cause.clone()).into());
    }
    if let Ok(Some(signed_in)) = request.get_session().get::<SignedIn>(VIEWER) {
        request.extensions_mut().insert(signed_in.who());
        request.extensions_mut().insert(signed_in);
    }
    next.call(request).await
}

/// Somebody who is signed in and has a password of their own. What they may do is decided in the rules.
pub struct Viewer {
    pub id: UserId,
    pub session_id: i64,
    pub level: AccessLevel,
    pub page: Page,
}

impl Viewer {
    pub fn may(&self, rights: Rights) -> bool {
        self.level.rights().include(rights)
    }

    /// Also for somebody who must change their password first: only the page where they do it takes this.
    pub fn even_with_first_password(request: &HttpRequest) -> Result<(Viewer, SignedIn), Error> {
        let page = Page::of(request)?;
        let signed_in = request.extensions().get::<SignedIn>().cloned();
        let Some(signed_in) = signed_in else {
            // A page inside a table helps nobody: after signing in, go to the page, not to the fragment.
            let is_page = request.method() == actix_web::http::Method::GET && !page.is_fragment();
            return Err(Error::SignIn { then: if is_page { page.address } else { "/".into() } });
        };
        let viewer =
            Viewer { id: signed_in.user_id, session_id: signed_in.session_id, level: signed_in.access_level, page };
        Ok((viewer, signed_in))
    }

    fn of(request: &HttpRequest) -> Result<Viewer, Error> {
        let (viewer, signed_in) = Viewer::even_with_first_password(request)?;
        if signed_in.must_change_password == Some(true) { Err(Error::ChangePassword) } else { Ok(viewer) }
    }
}

impl FromRequest for Viewer {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Viewer::of(request))
    }
}

/// A viewer who may open Users and Setup. The rules check again, inside the transaction.
pub struct Administrator(pub Viewer);

impl std::ops::Deref for Administrator {
    type Target = Viewer;

    fn deref(&self) -> &Viewer {
        &self.0
    }
}

impl FromRequest for Administrator {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Viewer::of(request).and_then(|viewer| {
            if viewer.may(Rights::ADMINISTER_USERS.and(Rights::ADMINISTER_SETUP)) {
                return Ok(Administrator(viewer));
            }
            Err(Error::forbidden("Only System Administrators open this page. Ask one of them."))
        }))
    }
}
