//! Where the files come from: a folder, or memory, as the demo organization does.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// Files by name. Opened twice: to be checked, then to be loaded.
pub trait Source {
    /// The names of all CSV files there are.
    fn csv_files(&self) -> io::Result<Vec<String>>;
    /// `None`: there is no such file.
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>>;
    /// The size of a document's content, by its path below `files/`; `None`: there is no such file.
    fn document_bytes(&self, path: &str) -> io::Result<Option<u64>>;
    /// The content itself.
    fn document(&self, path: &str) -> io::Result<Box<dyn Read + '_>>;
}

/// A folder of the disk.
pub struct Folder(pub PathBuf);

impl Folder {
    /// Only downwards: a path that leaves `files/` names no document.
    fn document_path(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(path);
        let downwards = path.components().all(|part| matches!(part, Component::Normal(_)));
        (downwards && path.components().next().is_some()).then(|| self.0.join("files").join(path))
    }
}

impl Source for Folder {
    fn csv_files(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.0)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".csv") {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        match File::open(self.0.join(name)) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn document_bytes(&self, path: &str) -> io::Result<Option<u64>> {
        let Some(path) = self.document_path(path) else { return Ok(None) };
        match std::fs::metadata(path) {
            Ok(data) => Ok(data.is_file().then_some(data.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn document(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let path = self.document_path(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(File::open(path)?))
    }
}

/// Files that were never on a disk.
#[derive(Default)]
pub struct InMemory {
    pub files: BTreeMap<String, Vec<u8>>,
    pub documents: BTreeMap<String, Vec<u8>>,
}

impl Source for InMemory {
    fn csv_files(&self) -> io::Result<Vec<String>> {
        Ok(self.files.keys().cloned().collect())
    }

    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        Ok(self.files.get(name).map(|bytes| Box::new(bytes.as_slice()) as Box<dyn Read>))
    }

    fn document_bytes(&self, path: &str) -> io::Result<Option<u64>> {
        Ok(self.documents.get(path).map(|bytes| bytes.len() as u64))
    }

    fn document(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let bytes = self.documents.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(bytes.as_slice()))
    }
}
