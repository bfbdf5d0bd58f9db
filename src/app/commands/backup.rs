//! `roster backup FILE`: one file with the database as it is at one moment, and the uploaded documents.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::app::config::Settings;
use crate::db::{Address, copy};

#[derive(Args, Debug)]
pub struct Backup {
    /// The file to write: a tar archive, compressed if its name ends in .gz or .tgz. It must not exist yet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// What the archive holds, for the sentence at the end.
#[derive(Default)]
struct Contents {
    database_bytes: u64,
    documents: u64,
    document_bytes: u64,
}

const RESTORE: &str = "How to restore this backup of Roster: stop Roster, unpack the archive in an empty folder, then

- SQLite: put roster.db where DATABASE_URL names it (with no file of that name plus -wal or -shm beside it);
- PostgreSQL: make an empty database, then pg_restore --no-owner --no-privileges --dbname=ADDRESS roster.dump;

put the folder roster-uploads where ROSTER_UPLOADS names it, and the key file, which was kept apart from this backup,
where ROSTER_KEY_FILE names it. Then run: roster doctor
";

/// Writes the backup under a temporary name beside its own, and gives it its name when it is whole.
pub fn run(settings: &Settings, backup: &Backup) -> Result<(), String> {
    let cannot =
        |error: &dyn std::fmt::Display| format!("The backup {} cannot be made: {error}", backup.file.display());
    settings.check_database_is_there()?;
    if backup.file.exists() {
        return Err(cannot(&"this file is there already, and a backup is never overwritten"));
    }
    let folder = match backup.file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Readable by its owner only, and gone if anything fails.
    let temporary = || tempfile::Builder::new().prefix(".roster-backup-").tempfile_in(folder);
    let mut archive = temporary().map_err(|error| cannot(&error))?;
    let copied = temporary().map_err(|error| cannot(&error))?;
    copy::copy_to(&settings.database_url, copied.path())?;

    let packed = if is_compressed(&backup.file) {
        let gzip = GzEncoder::new(BufWriter::new(archive.as_file_mut()), Compression::new(4));
        pack(settings, copied.path(), gzip).and_then(|(gzip, contents)| {
            gzip.finish()?.flush()?;
            Ok(contents)
        })
    } else {
        pack(settings, copied.path(), BufWriter::new(archive.as_file_mut())).and_then(|(mut file, contents)| {
            file.flush()?;
            Ok(contents)
        })
    };
    let contents = packed.map_err(|error| cannot(&error))?;
    archive.as_file().sync_all().map_err(|error| cannot(&error))?;
    let file = archive.persist_noclobber(&backup.file).map_err(|error| cannot(&error.error))?;
    let bytes = file.metadata().map_or(0, |metadata| metadata.len());
    report(settings, backup, &contents, bytes);
    Ok(())
}

fn is_compressed(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz") || ending.eq_ignore_ascii_case("tgz"))
}

/// The database first, the documents after it: one that is uploaded meanwhile is at worst one too many.
fn pack<W: Write>(settings: &Settings, database: &Path, out: W) -> io::Result<(W, Contents)> {
    let mut contents = Contents::default();
    let mut tar = tar::Builder::new(out);
    append(&mut tar, "RESTORE.txt", RESTORE.len() as u64, RESTORE.as_bytes())?;
    let name = match settings.database_url {
        Address::Sqlite(_) => "roster.db",
        Address::Postgres(_) => "roster.dump",
    };
    let file = File::open(database)?;
    contents.database_bytes = file.metadata()?.len();
    append(&mut tar, name, contents.database_bytes, file)?;
    pack_folder(&mut tar, &settings.uploads_folder(), Path::new("roster-uploads"), &mut contents)?;
    Ok((tar.into_inner()?, contents))
}

/// Files that go away meanwhile are left out: their documents were removed after the copy of the database.
fn pack_folder<W: Write>(
    tar: &mut tar::Builder<W>,
    folder: &Path,
    name: &Path,
    contents: &mut Contents,
) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        // Uploads that are still under way have such names.
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let (path, name) = (entry.path(), name.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            pack_folder(tar, &path, &name, contents)?;
        } else if kind.is_file() {
            let file = match File::open(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                file => file?,
            };
            let bytes = file.metadata()?.len();
            append(tar, &name, bytes, file)?;
            contents.documents += 1;
            contents.document_bytes += bytes;
        }
    }
    Ok(())
}

fn append<W: Write>(
    tar: &mut tar::Builder<W>,
    name: impl AsRef<Path>,
    bytes: u64,
    content: impl Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(now());
    // Exactly as many bytes as the header says, whatever happens to the file meanwhile.
    tar.append_data(&mut header, name, content.take(bytes).chain(io::repeat(0)).take(bytes))
}

fn now() -> u64 {
    u64::try_from(crate::db::Timestamp::now().micros() / 1_000_000).unwrap_or_default()
}

fn report(settings: &Settings, backup: &Backup, contents: &Contents, bytes: u64) {
    println!(
        "Backed up the database ({}) and {} uploaded {} ({}) to {} ({}).",
        size(contents.database_bytes),
        contents.documents,
        if contents.documents == 1 { "document" } else { "documents" },
        size(contents.document_bytes),
        backup.file.display(),
        size(bytes),
    );
    println!(
        "The key file {} is not inside, so that a stolen backup cannot forge the audit log or sessions. Keep a copy \
         of it in another place: without it the audit log of a restored database cannot be verified.",
        settings.key_path().display()
    );
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} bytes"),
        10_000..=9_999_999 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
