//! Every refusal that is not part of a page's own form: which status, which words, and what to do now.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

use super::page::percent_encode;
use crate::db;

/// What a handler gives back.
pub type Answer = Result<HttpResponse, Error>;

#[derive(Debug, Clone)]
pub enum Error {
    /// Sign in first, then go on to this local address.
    SignIn {
        then: String,
    },
    /// The first password must be replaced before anything else.
    ChangePassword,
    /// You may not do this; the sentence says why.
    Forbidden(String),
    NotFound,
    /// It was here and is no more; the sentence says what to do.
    Gone(String),
    /// Nonsense that no page of ours sends.
    BadRequest(String),
    /// An address of which a part cannot be read; the sentence says which.
    BadAddress {
        text: String,
        /// Where it goes on without that part, and the words of the link there.
        way_on: (String, &'static str),
    },
    TooLarge(String),
    TooSlow,
    /// We did not answer within the time limit. A change that had begun goes on.
    TookTooLong,
    /// The database is away.
    Away(String),
    /// A fault of ours. The text goes to the log, the person gets a number to quote.
    Fault(String),
}

impl Error {
    pub fn forbidden(sentence: impl Into<String>) -> Self {
        Error::Forbidden(sentence.into())
    }

    pub fn fault(cause: impl fmt::Display) -> Self {
        Error::Fault(cause.to_string())
    }
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::NotFound => Error::NotFound,
            db::Error::Away(cause) => Error::Away(cause),
            other => Error::Fault(other.to_string()),
        }
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Error::Fault(format!("a template failed: {error}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Forbidden(text) | Error::BadRequest(text) | Error::TooLarge(text) | Error::Gone(text) => {
                f.write_str(text)
            }
            Error::BadAddress { text, .. } => f.write_str(text),
            Error::Away(cause) | Error::Fault(cause) => f.write_str(cause),
            other => write!(f, "{other:?}"),
        }
    }
}

#[derive(Template)]
#[template(path = "error.html", blocks = ["notice"])]
struct ErrorPage {
    title: &'static str,
    text: String,
    incident: Option<String>,
    retry: bool,
    way_on: Option<(String, &'static str)>,
}

impl ErrorPage {
    fn asset(&self, name: &str) -> &'static str {
        super::assets::address(name)
    }
}

impl Error {
    fn page(&self) -> ErrorPage {
        let plain =
            |title, text: &str| ErrorPage { title, text: text.to_owned(), incident: None, retry: false, way_on: None };
        match self {
            Error::SignIn { .. } | Error::ChangePassword => plain("Sign in", "Sign in to go on."),
            Error::Forbidden(text) => plain("You may not do this", text),
            Error::NotFound => plain("Nothing here", "This page does not exist, or it has moved."),
            Error::Gone(text) => plain("No longer here", text),
            Error::BadRequest(text) => plain("That did not work", text),
            Error::BadAddress { text, way_on } => {
                ErrorPage { way_on: Some(way_on.clone()), ..plain("This address cannot be read", text) }
            }
            Error::TooLarge(text) => plain("Too large", text),
            Error::TooSlow => plain("Too slow", "The upload stopped half way. Check your connection and try again."),
            Error::TookTooLong => plain(
                "This takes too long",
                "If you sent a change, it may still be made: look whether it was before you send it again.",
            ),
            Error::Away(_) => ErrorPage {
                retry: true,
                ..plain("Back in a moment", "Roster cannot reach its database. Nothing is lost. Try again shortly.")
            },
            Error::Fault(cause) => {
                let incident = crate::secrets::random_token::<5>();
                tracing::error!(incident, cause, "a request failed");
                ErrorPage {
                    incident: Some(incident),
                    ..plain(
                        "Something went wrong",
                        "Nothing was changed. Try again; if it happens again, tell us this number.",
                    )
                }
            }
        }
    }

    /// The answer to a request of htmx: a notice in the page's own place for messages, or a move to another page.
    pub fn as_fragment(&self) -> HttpResponse {
        match self {
            Error::SignIn { then } => {
                let to = format!("/sign-in?next={}", percent_encode(then));
                HttpResponse::Ok().insert_header(("HX-Redirect", to)).finish()
            }
            Error::ChangePassword => HttpResponse::Ok().insert_header(("HX-Redirect", "/account/password")).finish(),
            other => match other.page().as_notice().render() {
                Ok(html) => HttpResponse::build(other.status_code())
                    .insert_header(("HX-Retarget", "#messages"))
                    .insert_header(("HX-Reswap", "innerHTML show:top"))
                    .content_type("text/html; charset=utf-8")
                    .body(html),
                Err(_) => HttpResponse::InternalServerError().finish(),
            },
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Error::SignIn { .. } | Error::ChangePassword => StatusCode::SEE_OTHER,
            Error::Forbidden(_) => StatusCode::FORBIDDEN,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Gone(_) => StatusCode::GONE,
            Error::BadRequest(_) | Error::BadAddress { .. } => StatusCode::BAD_REQUEST,
            Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Error::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Error::Away(_) | Error::TookTooLong => StatusCode::SERVICE_UNAVAILABLE,
            Error::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Error::SignIn { then } => {
                let to =
                    if then == "/" { "/sign-in".into() } else { format!("/sign-in?next={}", percent_encode(then)) };
                HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
            }
            Error::ChangePassword => {
                HttpResponse::SeeOther().insert_header((header::LOCATION, "/account/password")).finish()
            }
            other => {
                let mut response = HttpResponse::build(other.status_code());
                response.content_type("text/html; charset=utf-8");
                if matches!(other, Error::Away(_)) {
                    response.insert_header((header::RETRY_AFTER, "5"));
                }
                match other.page().render() {
                    Ok(html) => response.body(html),
                    Err(_) => response.body("Something went wrong."),
                }
            }
        }
    }
}
