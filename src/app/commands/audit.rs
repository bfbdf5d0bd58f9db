//! `roster audit verify`: shows that nobody edited, removed or cut off an entry of the audit log.

use std::process::ExitCode;

use clap::Subcommand;

use super::{COULD_NOT_LOOK, could_not_look};
use crate::app::config::Settings;
use crate::audit::Verified;
use crate::db;

#[derive(Subcommand, Debug)]
pub enum Audit {
    /// Read the whole audit chain and say whether every entry is as it was written
    ///
    /// Prints the number of entries, up to which of them were removed under the retention, and the head: the last link.
    /// Keep a printed head somewhere else; a later one with fewer entries shows that an older database was put back.
    /// Ends with 0 if all is right, 1 if something was found, 2 if the log could not be read.
    Verify,
}

pub fn run(settings: &Settings, command: &Audit) -> ExitCode {
    match command {
        Audit::Verify => verify(settings),
    }
}

fn verify(settings: &Settings) -> ExitCode {
    let site = match settings.open_existing() {
        Ok(site) => site,
        Err(sentence) => return could_not_look(&sentence),
    };
    match site.db.read_now(|conn| site.chain.verify(conn)) {
        Ok(Ok(Verified { entries, removed, head })) => {
            println!("The audit log is as it was written.");
            println!("entries: {entries}");
            if removed > 0 {
                println!("removed under the retention: 1 to {removed}");
            }
            println!("head: {head}");
            ExitCode::SUCCESS
        }
        Ok(Err(finding)) => {
            println!("The audit log is not as it was written: {}.", finding.0);
            ExitCode::FAILURE
        }
        Err(db::Error::Away(cause)) => could_not_look(&format!("The database cannot be opened: {cause}")),
        Err(error) => {
            eprintln!("The audit log cannot be read: {error}");
            COULD_NOT_LOOK.into()
        }
    }
}
