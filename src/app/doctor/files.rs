//! Checks of what lies beside the database: the key file and the uploaded documents.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

use super::{Finding, Found, Installation, some_of, store};
use crate::app::key_file as key;
use crate::db::{Conn, Error};

/// A file this young may belong to an upload that is under way.
const YOUNG: Duration = Duration::from_secs(3_600);

pub fn key_file(_: &mut Conn, installation: &Installation) -> Found {
    let open = key::too_open(&installation.key_file).map_err(|error| Error::Other(error.to_string()))?;
    Ok(open.map(Finding::Wrong).into_iter().collect())
}

pub fn documents(conn: &mut Conn, installation: &Installation) -> Found {
    let (mut missing, mut cut) = (Vec::new(), Vec::new());
    store::for_each_document(conn, |document| {
        let label = format!("{} (“{}”)", document.id, document.name);
        match std::fs::metadata(installation.uploads.join(&document.stored_as)) {
            Ok(file) if i64::try_from(file.len()) == Ok(document.bytes) => {}
            Ok(_) => cut.push(label),
            Err(_) => missing.push(label),
        }
    })?;
    let mut found = Vec::new();
    if !missing.is_empty() {
        found.push(Finding::Wrong(format!("no file for {}", some_of(&missing))));
    }
    if !cut.is_empty() {
        found.push(Finding::Wrong(format!("a file of another size for {}", some_of(&cut))));
    }
    Ok(found)
}

/// Files that no document names take room and do no harm.
pub fn strays(conn: &mut Conn, installation: &Installation) -> Found {
    let mut known = HashSet::new();
    store::for_each_document(conn, |document| {
        known.insert(document.stored_as);
    })?;
    let entries = match std::fs::read_dir(&installation.uploads) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound && known.is_empty() => return Ok(Vec::new()),
        Err(error) => {
            return Ok(vec![Finding::Wrong(format!("{} cannot be read: {error}", installation.uploads.display()))]);
        }
    };
    let names = entries.flatten().filter(|entry| !is_young(entry)).map(|entry| entry.file_name());
    let strays: Vec<String> =
        names.map(|name| name.to_string_lossy().into_owned()).filter(|name| !known.contains(name)).collect();
    Ok(if strays.is_empty() { Vec::new() } else { vec![Finding::Warning(some_of(&strays))] })
}

fn is_young(entry: &std::fs::DirEntry) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    modified.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age < YOUNG))
}
