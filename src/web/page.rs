//! What every page shows around its own content, and how a page or a part of it is answered.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use jiff::tz::TimeZone;

use super::csrf::{self, Binding};
use super::error::{Answer, Error};
use super::site::Site;
use super::{assets, text};
use crate::db::Timestamp;

/// Who is signed in, as far as the frame of a page shows it. The sign-in room puts it into the request.
#[derive(Debug, Clone)]
pub struct Who {
    pub id: i64,
    pub session_id: i64,
    pub name: String,
    pub initials: String,
    pub organization: String,
    /// Has a password of their own. Who still has a first one sees no menus: no page but one opens to them.
    pub is_settled: bool,
    /// May open Users and Setup.
    pub administers: bool,
    /// May create work and own documents.
    pub works: bool,
    /// Their own zone, or the organization's; `None`: neither chose one.
    pub time_zone: Option<TimeZone>,
    /// What the organization chose: its zone, and the days that deleted people stay in the recycle bin.
    pub organization_zone: Option<TimeZone>,
    pub bin_days: Option<i64>,
    /// People who are off and still have duties: a number in Setup's menu.
    pub duties_left_behind: i64,
    /// Messages that were not read yet.
    pub unread: i64,
}

/// The random cookie that binds the forms of somebody who is not signed in.
#[derive(Debug, Clone)]
pub struct VisitorCookie(pub String);

pub struct Page {
    pub who: Option<Who>,
    pub now: Timestamp,
    pub zone: TimeZone,
    /// The zone of people who have not chosen one.
    pub organization_zone: TimeZone,
    /// Days in the recycle bin, after which deleted people are erased by themselves; 0: never.
    pub bin_days: i64,
    /// Path and query of this request.
    pub address: String,
    /// The id of the element that htmx will fill, if htmx asks.
    target: Option<String>,
    binding: Binding,
    site: Data<Site>,
}

impl Page {
    pub fn of(request: &HttpRequest) -> Result<Page, Error> {
        let site = request.app_data::<Data<Site>>().ok_or_else(|| Error::fault("no site in the request"))?.clone();
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let extensions = request.extensions();
        let who = extensions.get::<Who>().cloned();
        let chosen_zone = who.as_ref().and_then(|who| who.organization_zone.clone());
        let visitor = extensions.get::<VisitorCookie>().map(|cookie| cookie.0.clone()).unwrap_or_default();
        let is_htmx = header("HX-Request").is_some() && header("HX-Boosted").is_none();
        Ok(Page {
            now: site.clock.now(),
            zone: who.as_ref().and_then(|who| who.time_zone.clone()).unwrap_or_else(|| site.time_zone.clone()),
            organization_zone: chosen_zone.unwrap_or_else(|| site.time_zone.clone()),
            bin_days: who.as_ref().and_then(|who| who.bin_days).unwrap_or(site.erase_after_days),
            address: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            target: is_htmx.then(|| header("HX-Target").unwrap_or_default().to_owned()),
            binding: match &who {
                Some(who) => Binding::Session(who.session_id),
                None => Binding::Visitor(visitor),
            },
            who,
            site,
        })
    }

    pub fn site(&self) -> &Site {
        &self.site
    }

    /// True if htmx asks for the element with this id.
    pub fn wants(&self, target: &str) -> bool {
        self.target.as_deref() == Some(target)
    }

    pub fn is_fragment(&self) -> bool {
        self.target.is_some()
    }

    pub fn html(&self, template: &impl Template) -> Answer {
        self.html_with(StatusCode::OK, template)
    }

    /// The page with another status: 422 for a form to correct, 409 for a plan that moved.
    pub fn html_with(&self, status: StatusCode, template: &impl Template) -> Answer {
        Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(template.render()?))
    }

    /// On to another page of ours after a change (303), by way of htmx if htmx asked.
    pub fn go_to(&self, address: &str) -> Answer {
        Ok(if self.is_fragment() {
            HttpResponse::Ok().insert_header(("HX-Redirect", address)).finish()
        } else {
            HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
        })
    }

    /// On to a page of which htmx, if it asked, takes the part that belongs into its target (303 for both).
    pub fn show_at(&self, address: &str) -> Answer {
        Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish())
    }

    pub fn check_token(&self, token: &str) -> Result<(), Error> {
        if csrf::is_valid(&self.site.keys, &self.binding, token) {
            return Ok(());
        }
        Err(Error::forbidden("This page is from an earlier sign-in. Go back, reload it, and send the form again."))
    }

    // What templates call.

    /// What was just done, if the address says so (`?done=password`): a message at the top of the page it led to.
    pub fn done(&self) -> Option<&'static str> {
        let (_, query) = self.address.split_once('?')?;
        match query.split('&').find_map(|pair| pair.strip_prefix("done="))? {
            "password" => Some("Your password is changed. Other browsers in which you were signed in are signed out."),
            "filter" => Some("The filter is saved. Choose it in the menu Filter."),
            "view" => Some("The view is saved. Choose it in the menu View."),
            "preferences" => Some("The preferences are saved, and hold from now on."),
            _ => None,
        }
    }

    pub fn token(&self) -> String {
        csrf::token(&self.site.keys, &self.binding)
    }

    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// `aria-current` for a link of the menu: true if this page is at or below `path`.
    pub fn is_at(&self, path: &str) -> bool {
        let here = self.address.split('?').next().unwrap_or_default();
        here == path || here.strip_prefix(path).is_some_and(|rest| rest.starts_with('/') || path == "/")
    }

    pub fn number(&self, n: &i64) -> String {
        text::number(*n)
    }

    pub fn day(&self, at: &Timestamp) -> String {
        text::day(*at, self.now, &self.zone)
    }

    pub fn moment(&self, at: &Timestamp) -> String {
        text::moment(*at, self.now, &self.zone)
    }

    pub fn recently(&self, at: &Timestamp) -> String {
        if at.is_never() { "never".into() } else { text::recently(*at, self.now, &self.zone) }
    }
}

/// For one value in a query.
pub fn percent_encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The address if it is one of ours (`/users?q=x`), else `fallback`: nobody is led to another site.
pub fn local_address<'a>(address: &'a str, fallback: &'a str) -> &'a str {
    let is_local = address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains('\\')
        && !address.chars().any(char::is_control);
    if is_local { address } else { fallback }
}
