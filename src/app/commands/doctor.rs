//! `roster doctor`: looks at every invariant and says, line by line, whether it holds. It changes nothing.

use std::process::ExitCode;

use clap::Args;

use super::could_not_look;
use crate::app::config::Settings;
use crate::app::doctor::{Check, Finding, Installation, examine};
use crate::db;

#[derive(Args, Debug)]
pub struct Doctor {}

/// Ends with 0 if all is right, 1 if something is wrong, 2 if it could not look.
pub fn run(settings: &Settings) -> ExitCode {
    let site = match settings.open_existing() {
        Ok(site) => site,
        Err(sentence) => return could_not_look(&sentence),
    };
    let installation = Installation {
        chain: site.chain.clone(),
        uploads: site.uploads.clone(),
        key_file: settings.key_path(),
        now: site.clock.now(),
    };
    let (mut looked, mut wrong) = (0, 0);
    let tell = |check: &Check, findings: &[Finding]| {
        looked += 1;
        wrong += usize::from(print(check, findings));
    };
    // One read transaction: a server that goes on writing meanwhile does not make counters and rows differ.
    match site.db.read_now(|conn| examine(conn, &installation, tell)) {
        Ok(()) if wrong == 0 => {
            println!("All is right: {looked} checks.");
            ExitCode::SUCCESS
        }
        Ok(()) => {
            println!("Something is wrong: {wrong} of {looked} checks.");
            ExitCode::FAILURE
        }
        Err(db::Error::Away(cause)) => could_not_look(&format!("The database cannot be opened: {cause}")),
        Err(error) => could_not_look(&format!("The next check could not be made: {error}")),
    }
}

/// One line; true if it says that something is wrong.
fn print(check: &Check, findings: &[Finding]) -> bool {
    let (mut words, mut is_wrong) = (Vec::new(), false);
    for finding in findings {
        match finding {
            Finding::Wrong(text) => {
                is_wrong = true;
                words.push(text.as_str());
            }
            Finding::Warning(text) => words.push(text),
        }
    }
    match words.as_slice() {
        [] => println!("ok       {}", check.name),
        words if is_wrong => println!("WRONG    {}: {}", check.name, words.join("; ")),
        words => println!("warning  {}: {}", check.name, words.join("; ")),
    }
    is_wrong
}
