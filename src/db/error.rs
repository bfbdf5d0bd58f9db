//! What can go wrong below every feature: the database is away, refuses a row, or does not know it.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection could be had, or it was lost. It may be back in a moment.
    #[error("the database is away: {0}")]
    Away(String),
    #[error("no such row")]
    NotFound,
    /// A UNIQUE constraint: somebody else has this value. The text names the constraint or its columns.
    #[error("taken: {0}")]
    Taken(String),
    /// A CHECK constraint, such as seats used within seats owned. The text names it.
    #[error("check failed: {0}")]
    Check(String),
    #[error("{0}")]
    Other(String),
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Error::NotFound,
            DieselError::DatabaseError(kind, info) => {
                let text = match info.constraint_name() {
                    Some(name) => format!("{name}: {}", info.message()),
                    None => info.message().to_owned(),
                };
                match kind {
                    DatabaseErrorKind::UniqueViolation => Error::Taken(text),
                    DatabaseErrorKind::CheckViolation => Error::Check(text),
                    DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => Error::Away(text),
                    _ if means_away(&text) => Error::Away(text),
                    _ => Error::Other(text),
                }
            }
            DieselError::BrokenTransactionManager => Error::Away("the connection broke".into()),
            other => Error::Other(other.to_string()),
        }
    }
}

/// libpq and SQLite report a lost server, a busy file or a lock that is held only in words.
fn means_away(text: &str) -> bool {
    const SIGNS: [&str; 7] = [
        "terminating connection",
        "server closed the connection",
        "no connection to the server",
        "could not receive data",
        "the database system is",
        "database is locked",
        "due to lock timeout",
    ];
    SIGNS.iter().any(|sign| text.contains(sign))
}
