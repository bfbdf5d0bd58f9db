//! Receives the form of somebody new: its fields, and a photo if one was chosen.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use super::photo::in_file;
use crate::users::photo::{LIMIT, Picture};
use crate::web::upload::{self, Limits};
use crate::web::{Error, Fields, Form, Page};

/// Bytes of a text, and how many fields: each further team and group is one.
const LIMITS: Limits = Limits { file: LIMIT, field: 8 * 1024, fields: 1_000 };

/// What was sent; the token was checked. The error is a sentence to stand beside the photo's field.
pub struct Sent {
    pub fields: Fields,
    pub photo: Option<Result<Picture, String>>,
}

impl FromRequest for Sent {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let form = Form::<Fields>::from_request(request, payload);
            return Box::pin(async { Ok(Sent { fields: form.await?.0, photo: None }) });
        }
        let (request, multipart) = (request.clone(), Multipart::from_request(request, payload));
        Box::pin(async move {
            let multipart = multipart.await.map_err(|_| Error::BadRequest("This form cannot be read.".into()))?;
            let page = Page::of(&request)?;
            let sent = upload::form(&page, page.site(), multipart, LIMITS).await?;
            let mut fields = Fields::new();
            for (name, text) in sent.fields {
                let text = text.ok_or_else(|| Error::TooLarge("A text in this form is too long.".into()))?;
                if text.contains('\0') {
                    return Err(Error::BadRequest("This form holds a character that cannot be kept.".into()));
                }
                fields.push((name, text));
            }
            let photo = match sent.file {
                None => None,
                Some(Ok(stored)) => Some(in_file(stored.file).await?),
                Some(Err(why)) => Some(Err(why)),
            };
            Ok(Sent { fields, photo })
        })
    }
}
