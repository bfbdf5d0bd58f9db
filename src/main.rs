//! The command line of Roster: one line per command.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use roster::app::commands::{admin, audit, backup, demo, doctor, load, serve};
use roster::app::config::Settings;
use roster::app::wrong_setting;

/// Administers the people of a work-management system.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Try Roster with a sample organization, on this machine only
    Demo(demo::Demo),
    /// Load an organization from a folder of CSV files, into one that has nobody but its first administrator
    Load(load::Load),
    /// Run Roster for an organization
    Serve(serve::Serve),
    /// Create administrators
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Write the database and the uploaded documents into one file, while Roster runs
    Backup(backup::Backup),
    /// Look at the audit log
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Look at everything that must always be true; changes nothing
    ///
    /// Prints a line for each check. Ends with 0 if all is right, 1 if something is wrong, 2 if it could not look.
    Doctor(doctor::Doctor),
}

fn main() -> ExitCode {
    let cli = match Cli::command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => wrong_setting::named(error, &Cli::command()).exit(),
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("ROSTER_LOG").unwrap_or_else(|_| "warn,roster=info".into()),
        )
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let result = match cli.command {
        Command::Demo(demo) => demo::run(&cli.settings, &demo),
        Command::Load(load) => load::run(&cli.settings, &load),
        Command::Serve(serve) => serve::run(&cli.settings, &serve),
        Command::Admin(admin) => admin::run(&cli.settings, &admin),
        Command::Backup(backup) => backup::run(&cli.settings, &backup),
        Command::Audit(audit) => return audit::run(&cli.settings, &audit),
        Command::Doctor(_) => return doctor::run(&cli.settings),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
