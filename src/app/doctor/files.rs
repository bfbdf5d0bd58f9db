//! Checks of what lies beside the database: the key file and the uploaded documents.

use super::{Finding, Found, Installation};
use crate::app::key_file as key;
use crate::db::{Conn, Error};

pub fn key_file(_: &mut Conn, installation: &Installation) -> Found {
    let open = key::too_open(&installation.key_file).map_err(|error| Error::Other(error.to_string()))?;
    Ok(open.map(Finding::Wrong).into_iter().collect())
}
