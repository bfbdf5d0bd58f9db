//! The file with this installation's secret: made at the first start, readable by its owner only, never in a backup.

use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::secrets::random;

/// The secret. Errors are sentences for the terminal.
pub fn read(path: &Path) -> Result<[u8; 32], String> {
    match std::fs::read_to_string(path) {
        Ok(text) => decode(path, &text),
        Err(error) => Err(format!("The key file {} cannot be read: {error}", path.display())),
    }
}

/// `read`; where there is none, one is made. Two processes that start at the same moment get the same.
pub fn read_or_make(path: &Path) -> Result<[u8; 32], String> {
    if !path.exists() {
        make(path).map_err(|error| format!("The key file {} cannot be made: {error}", path.display()))?;
    }
    read(path)
}

/// 64 hexadecimal digits.
fn decode(path: &Path, text: &str) -> Result<[u8; 32], String> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| format!("The key file {} is not usable: expected 64 hexadecimal digits", path.display()))
}

/// Written under another name and put in place whole, so that nobody reads half a key, and none is ever replaced.
fn make(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".roster-key").tempfile_in(folder)?;
    writeln!(file, "{}", data_encoding::HEXLOWER.encode(&random::<32>()))?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

/// What is wrong with who may read the file, in words; `None` if only its owner (and perhaps its group) may.
pub fn too_open(path: &Path) -> std::io::Result<Option<String>> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path)?.permissions());
        Ok((mode & 0o027 != 0).then(|| {
            format!("{} has the mode {:o}: others may read or write it; chmod 600 it", path.display(), mode & 0o777)
        }))
    }
    #[cfg(not(unix))]
    {
        std::fs::metadata(path).map(|_| None)
    }
}
