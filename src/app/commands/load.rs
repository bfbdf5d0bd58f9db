//! `roster load DIR`: brings a whole organization in from a folder of CSV files.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;

use super::serve::cannot_open;
use crate::app::config::Settings;
use crate::db::run_migrations;
use crate::kick_start::{self, Folder, Loaded, Progress, Refusal};
use crate::web::text;

#[derive(Args, Debug)]
pub struct Load {
    /// Folder of CSV files: users.csv and, as far as there are any, companies, teams, licenses, projects and so on
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

pub fn run(settings: &Settings, load: &Load) -> Result<(), String> {
    if !load.folder.is_dir() {
        return Err(format!("{} is not a folder.", load.folder.display()));
    }
    run_migrations(&settings.database_url).map_err(|error| cannot_open(settings, &error))?;
    let site = settings.open()?;
    let source = Folder(load.folder.clone());
    let now = site.clock.now();
    let loaded = kick_start::load(&site, &source, now, &mut show, |_| Ok(())).map_err(refusal)?;
    print!("{}", summary(&loaded));
    Ok(())
}

/// Why nothing was loaded, for the terminal.
fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::Problems(problems) => {
            let count = text::count(problems.total as i64, "problem", "problems");
            format!("{problems}{count} found. Nothing was loaded.")
        }
        Refusal::Database(error) => format!("The database refused: {error}. Nothing was loaded."),
        sentence => sentence.to_string(),
    }
}

fn summary(loaded: &Loaded) -> String {
    let rows: u64 = loaded.rows.values().sum();
    let mut lines = format!("Loaded {} rows.\n", text::number(rows as i64));
    for (license_type, seats) in &loaded.raised {
        lines += &format!(
            "There are now {} {} seats: as many as the people who are active need.\n",
            text::number(*seats),
            license_type.name()
        );
    }
    if loaded.needs_a_password {
        lines += "Nobody has a password yet. Give a System Administrator one: roster admin create --reactivate --email ADDRESS\n";
    }
    lines
}

/// On a terminal one line per file that counts up; else a line when a file is through.
fn show(progress: Progress) {
    let (verb, file, rows, done) = match progress {
        Progress::Checked { file, rows, done } => ("Checked", file, rows, done),
        Progress::Loaded { file, rows, done } => ("Loaded ", file, rows, done),
    };
    let mut out = std::io::stdout();
    let is_terminal = out.is_terminal();
    // A terminal that is gone does not stop the load.
    let _ = match (is_terminal, done) {
        (true, false) => write!(out, "\r{verb} {file:<16} {:>12} rows", text::number(rows as i64)),
        (true, true) => writeln!(out, "\r{verb} {file:<16} {:>12} rows", text::number(rows as i64)),
        (false, true) => writeln!(out, "{verb} {file:<16} {:>12} rows", text::number(rows as i64)),
        (false, false) => Ok(()),
    };
    let _ = out.flush();
}
