//! Checks of the database as such, and of the audit log in it.

use super::{Finding, Found, Installation, some_of};
use crate::db::{Conn, Standing, integrity, standing};

pub fn migrations(conn: &mut Conn, _: &Installation) -> Found {
    let Standing { missing, unknown } = standing(conn)?;
    let mut found = Vec::new();
    if missing > 0 {
        found.push(Finding::Wrong(format!("{missing} are missing: start `roster serve` once, which applies them")));
    }
    if unknown > 0 {
        found.push(Finding::Wrong(format!("{unknown} of a newer Roster are in it: use that version")));
    }
    Ok(found)
}

pub fn pages(conn: &mut Conn, _: &Installation) -> Found {
    Ok(integrity::broken_pages(conn)?.into_iter().map(Finding::Wrong).collect())
}

pub fn references(conn: &mut Conn, _: &Installation) -> Found {
    let broken = integrity::broken_references(conn)?;
    Ok(if broken.is_empty() { Vec::new() } else { vec![Finding::Wrong(some_of(&broken))] })
}

pub fn audit(conn: &mut Conn, installation: &Installation) -> Found {
    let verified = installation.chain.verify(conn)?;
    Ok(verified.err().map(|finding| Finding::Wrong(finding.0)).into_iter().collect())
}
