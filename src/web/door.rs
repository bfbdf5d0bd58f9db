//! What holds for every request and answer: where it may come from, and the headers that keep a browser safe.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::web::{Data, PathConfig, QueryConfig, ServiceConfig};
use actix_web::{HttpMessage, HttpRequest, ResponseError};
use tracing_actix_web::RequestId;

use super::error::Error;
use super::page::{VisitorCookie, Who};
use super::site::Site;
use crate::secrets::random_token;

const VISITOR_COOKIE: &str = "roster-visitor";

/// An upload may take this many times as long as another request: lines are slow.
const UPLOADS_WAIT: u32 = 15;

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Middleware, outermost: safe headers on every answer, refusals of our own as pages or, for htmx, as fragments.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let is_htmx = request.headers().contains_key("HX-Request");
    let is_https = request.app_data::<Data<Site>>().is_some_and(|site| site.is_https());
    let request_id = request.extensions().get::<RequestId>().copied();
    let outcome = match check_origin(&request).and_then(|()| check_path(&request)) {
        Ok(()) => {
            let limit = time_limit(&request);
            let answer = tokio::time::timeout(limit, caught(next.call(request))).await;
            answer.unwrap_or_else(|_| Err(Error::TookTooLong.into()))
        }
        Err(error) => Ok(request.error_response(error)),
    };
    let mut response = match outcome {
        Ok(response) => response,
        Err(error) => {
            let error = known(&error);
            let mut answer = if is_htmx { error.as_fragment() } else { error.error_response() };
            add_headers(answer.headers_mut(), is_https, request_id);
            return Err(InternalError::from_response(error, answer).into());
        }
    };
    if let Some(error) = response.response().error() {
        let is_ours = error.as_error::<Error>().is_some();
        if is_htmx || !is_ours {
            let error = known(error);
            response = response.into_response(if is_htmx { error.as_fragment() } else { error.error_response() });
        }
    }
    add_headers(response.headers_mut(), is_https, request_id);
    Ok(response)
}

/// Nobody waits for ever. What the request began in the database is not cut off: it ends as it would have.
fn time_limit(request: &ServiceRequest) -> Duration {
    let limit = request.app_data::<Data<Site>>().map_or(Duration::from_secs(60), |site| site.time_limit);
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") { limit * UPLOADS_WAIT } else { limit }
}

/// A panic becomes an incident like any other fault; without this the browser would only see the connection drop.
async fn caught<B: MessageBody + 'static>(
    answer: impl Future<Output = Result<ServiceResponse<B>, actix_web::Error>>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut answer = std::pin::pin!(answer);
    let outcome =
        std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        });
    match outcome.await {
        Ok(answer) => answer.map(ServiceResponse::map_into_boxed_body),
        Err(panic) => {
            let words = panic.downcast_ref::<String>().map(String::as_str);
            let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
            Err(Error::Fault(format!("a panic: {words}")).into())
        }
    }
}

/// An address that holds something else than its page asks for: a path that leads nowhere is no page, a query that
/// cannot be read is refused with the way to the page without it.
pub fn addresses(config: &mut ServiceConfig) {
    config.app_data(PathConfig::default().error_handler(|_, _| Error::NotFound.into()));
    config.app_data(QueryConfig::default().error_handler(|_, request| {
        let page = request.path().trim_end_matches(".csv").trim_end_matches(".json").trim_end_matches(".xlsx");
        let text = "Behind the question mark of this address stands something that this page does not know.".into();
        Error::BadAddress { text, way_on: (page.to_owned(), "Open the page without it") }.into()
    }));
}

/// An error of the framework becomes one of ours.
fn known(error: &actix_web::Error) -> Error {
    if let Some(ours) = error.as_error::<Error>() {
        return ours.clone();
    }
    let response = error.as_response_error();
    match response.status_code().as_u16() {
        404 => Error::NotFound,
        408 => Error::TooSlow,
        413 => Error::TooLarge("This is more than the server takes.".into()),
        400..=499 => Error::BadRequest("This request cannot be read.".into()),
        _ => Error::fault(error),
    }
}

/// A change is only taken from our own pages. Old browsers send neither header; the form's token still holds.
fn check_origin(request: &ServiceRequest) -> Result<(), Error> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let refused = || Error::forbidden("This form was sent from another site. Open Roster and send it from there.");
    if let Some(site) = header("Sec-Fetch-Site") {
        return if matches!(site, "same-origin" | "none") { Ok(()) } else { Err(refused()) };
    }
    let Some(origin) = header("Origin") else { return Ok(()) };
    let ours = request.app_data::<Data<Site>>().and_then(|site| site.public_url.clone());
    let same = match ours {
        Some(public_url) => origin.eq_ignore_ascii_case(&public_url),
        None => origin.split_once("://").is_some_and(|(_, host)| Some(host) == header("Host")),
    };
    if same { Ok(()) } else { Err(refused()) }
}

/// No address of ours has a NUL in it, and PostgreSQL cannot be asked for one.
fn check_path(request: &ServiceRequest) -> Result<(), Error> {
    if request.path().contains("%00") { Err(Error::NotFound) } else { Ok(()) }
}

fn add_headers(headers: &mut HeaderMap, is_https: bool, request_id: Option<RequestId>) {
    let is_html = headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.insert(name, header::HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    if is_https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    }
    let id = request_id.and_then(|id| header::HeaderValue::from_str(&id.to_string()).ok());
    if let Some(id) = id {
        headers.insert(header::HeaderName::from_static("x-request-id"), id);
    }
    if is_html {
        headers.append(header::VARY, header::HeaderValue::from_static("HX-Request, HX-Target"));
    }
}

/// Middleware: whoever is not signed in gets a random cookie with the first page, to bind its forms to the browser.
pub async fn know_visitor(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let known = request.cookie(VISITOR_COOKIE).map(|cookie| cookie.value().to_owned());
    let fresh = known.is_none().then(random_token::<20>);
    if let Some(value) = known.or_else(|| fresh.clone()) {
        request.extensions_mut().insert(VisitorCookie(value));
    }
    let mut response = next.call(request).await?;
    let is_signed_in = response.request().extensions().get::<Who>().is_some();
    if let (Some(value), false) = (fresh, is_signed_in) {
        let secure = is_secure(response.request());
        let cookie = Cookie::build(VISITOR_COOKIE, value).path("/").http_only(true).secure(secure);
        response.response_mut().add_cookie(&cookie.same_site(SameSite::Lax).finish())?;
    }
    Ok(response)
}

/// True if browsers reach us by https, so that cookies may be kept from anything less.
pub fn is_secure(request: &HttpRequest) -> bool {
    request.app_data::<Data<Site>>().is_some_and(|site| site.is_https())
}

/// The address of the browser: the connection's, or, behind a trusted proxy, the last one it did not vouch for.
pub fn client_address(request: &HttpRequest) -> String {
    let Some(peer) = request.peer_addr().map(|peer| peer.ip()) else { return String::new() };
    let Some(site) = request.app_data::<Data<Site>>() else { return peer.to_string() };
    let is_trusted = |ip: &std::net::IpAddr| site.trusted_proxies.iter().any(|net| net.contains(ip));
    if !is_trusted(&peer) {
        return peer.to_string();
    }
    let forwarded = request.headers().get_all("X-Forwarded-For").filter_map(|value| value.to_str().ok());
    let hops: Vec<std::net::IpAddr> =
        forwarded.flat_map(|value| value.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    hops.iter().rev().find(|hop| !is_trusted(hop)).unwrap_or(&peer).to_string()
}
