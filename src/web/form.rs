//! A posted form: read within limits, checked to come from our own page, with room for a message at each field.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;

use super::error::Error;
use super::page::Page;

/// Bytes of the largest form: some ten thousand ticked rows. Set where the application is built.
pub const LIMIT: usize = 1 << 20;

/// The fields of a POST. A key that comes several times (checkboxes) fills a `Vec`. The token was checked.
pub struct Form<T>(pub T);

/// Fields in the order they were sent, for forms whose fields are known only as they come.
pub type Fields = Vec<(String, String)>;

/// The first value of a field; empty if it was not sent.
pub fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// A form that is only a button: nothing but its token.
#[derive(Debug, Deserialize)]
pub struct Button {}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let page = Page::of(&request)?;
            let body = read(&request, page.site().patience, payload).await?;
            let pairs: Vec<(String, String)> = serde_html_form::from_bytes(&body)
                .map_err(|_| Error::BadRequest("This form cannot be read.".into()))?;
            // No page sends one, and PostgreSQL keeps none.
            if pairs.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
                return Err(Error::BadRequest("This form holds a character that cannot be kept.".into()));
            }
            let token = pairs.iter().find(|(name, _)| name == "csrf").map_or("", |(_, token)| token);
            page.check_token(token)?;
            serde_html_form::from_bytes(&body).map(Form).map_err(|error| {
                tracing::info!(%error, "a form that no page of ours sends");
                Error::BadRequest("This form lacks a field, or has one that cannot be read. Reload the page.".into())
            })
        })
    }
}

async fn read(request: &HttpRequest, patience: Duration, mut payload: Payload) -> Result<Bytes, Error> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Error::BadRequest("Expected a form.".into()));
    }
    match tokio::time::timeout(patience, Bytes::from_request(request, &mut payload)).await {
        Err(_) => Err(Error::TooSlow),
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE => Err(
            Error::TooLarge("This form is too large. Select fewer people at once, or all that match a filter.".into()),
        ),
        Ok(Err(_)) => Err(Error::BadRequest("This form did not arrive as it was sent. Send it again.".into())),
    }
}

/// A message beside each field that needs correcting. Empty: the form is right.
#[derive(Debug, Default, Clone)]
pub struct FieldErrors(BTreeMap<&'static str, String>);

impl FieldErrors {
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.entry(field).or_insert_with(|| message.into());
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For templates: the message at this field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }

    pub fn all(&self) -> impl Iterator<Item = (&&'static str, &String)> {
        self.0.iter()
    }
}
