//! The documents' content on its way into the uploads folder; taken back if the load fails.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::source::Source;
use crate::secrets::random_token;

pub struct Files<'a> {
    source: &'a dyn Source,
    uploads: &'a Path,
    copied: Vec<PathBuf>,
}

impl<'a> Files<'a> {
    pub fn new(source: &'a dyn Source, uploads: &'a Path) -> Self {
        Files { source, uploads, copied: Vec::new() }
    }

    /// Copies one document; returns its name in the uploads folder.
    pub fn copy(&mut self, path: &str) -> io::Result<String> {
        let name = random_token::<20>();
        let target = self.uploads.join(&name);
        let mut file = File::options().write(true).create_new(true).open(&target)?;
        self.copied.push(target);
        io::copy(&mut self.source.document(path)?, &mut file)?;
        Ok(name)
    }

    /// Removes what was copied: the load failed.
    pub fn take_back(self) {
        for path in self.copied {
            if let Err(error) = std::fs::remove_file(&path) {
                tracing::warn!(path = %path.display(), %error, "a document of a failed load could not be removed");
            }
        }
    }
}
