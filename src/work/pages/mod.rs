//! The pages of the work side.

pub mod area;
pub mod documents;
pub mod items;
pub mod notes;
pub mod projects;
pub mod reports;
pub mod upload;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Error;
use crate::web::pagination::{Place, Toward};
use crate::web::{self, FieldErrors};

/// A refusal that belongs beside a field stays with the page; any other is an answer of its own.
fn beside_field<T>(result: super::Result<T>) -> Result<Result<T, FieldErrors>, web::Error> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Invalid { field, message }) => {
            let mut errors = FieldErrors::default();
            errors.add(field, message);
            Ok(Err(errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// Where a list goes on: after or before a place.
fn place<K: Serialize + DeserializeOwned>(after: &str, before: &str) -> (Option<Place<K>>, Toward) {
    match Place::from_word(before) {
        Some(place) => (Some(place), Toward::Previous),
        None => (Place::from_word(after), Toward::Next),
    }
}
