//! The house is built as it is drawn: who may call whom, what stands where, twin databases, templates without surprises.

mod acts;
mod databases;
mod floors;
mod templates;

use std::path::{Path, PathBuf};

/// A file below a folder of the repository.
struct Source {
    /// `users/store.rs`
    path: String,
    text: String,
}

impl Source {
    /// Its lines of code with their numbers; comments say what they like.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(number, line)| (number + 1, line.trim_start()));
        lines.filter(|(_, line)| !line.starts_with("//"))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files with this ending below a folder, in the order of their names.
fn files(folder: &str, ending: &str) -> Vec<Source> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let start = root().join(folder);
    let mut paths = Vec::new();
    walk(&start, &mut paths);
    paths.sort();
    let paths = paths.into_iter().filter(|path| path.extension().is_some_and(|found| found == ending));
    paths
        .map(|path| Source {
            path: path.strip_prefix(&start).expect("below the folder").to_string_lossy().replace('\\', "/"),
            text: std::fs::read_to_string(&path).expect("a text"),
        })
        .collect()
}

/// Fails with everything that was found, not only the first.
#[track_caller]
fn nothing(rule: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{rule}\n{}", found.join("\n"));
}
