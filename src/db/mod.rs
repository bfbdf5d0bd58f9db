//! Where everything is kept: SQLite by default, PostgreSQL for the big ones, one code for both.

mod any_connection;
pub mod copy;
pub mod dialect;
mod error;
pub mod integrity;
mod migrate;
mod pool;
pub mod schema;
mod types;

pub use any_connection::{Conn, MultiBackend};
pub use error::{Error, Result};
pub use migrate::{Standing, is_migrated, run_migrations, standing};
pub use pool::{Address, Db, Lane, savepoint, tried};
pub(crate) use types::text_enum;
pub use types::{OperationId, ProjectId, Timestamp, UserId, WorkItemId};
