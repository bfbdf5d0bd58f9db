//! Why something on the work side is refused.

use crate::db;
use crate::web;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Whoever asks is not active any more.
    #[error("signed out")]
    SignedOut,
    /// The access level does not allow it; the sentence says who may.
    #[error("{0}")]
    Forbidden(&'static str),
    /// A field is wrong; the sentence stands beside it.
    #[error("{message}")]
    Invalid { field: &'static str, message: String },
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl Error {
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Error::Invalid { field, message: message.into() }
    }

    /// Hidden from whoever asks, or not there: the answer is the same.
    pub fn not_found() -> Self {
        Error::Database(db::Error::NotFound)
    }
}

impl From<Error> for web::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::SignedOut => web::Error::SignIn { then: "/".into() },
            Error::Forbidden(sentence) => web::Error::forbidden(sentence),
            Error::Invalid { message, .. } => web::Error::BadRequest(message),
            Error::Database(error) => error.into(),
        }
    }
}
