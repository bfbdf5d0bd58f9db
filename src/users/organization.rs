//! The organization's own name: a preference, shown in the head of every page.

use crate::db::{Conn, Result};
use crate::preferences::{Setting, store};

pub use crate::preferences::organization_name as name;

pub fn set_name(conn: &mut Conn, name: &str) -> Result<()> {
    store::set(conn, Setting::OrganizationName, Some(name))
}
