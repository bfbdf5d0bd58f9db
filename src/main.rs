//! The command line of Roster: one line per command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use roster::app::commands::{load, serve};
use roster::app::config::Settings;

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
    /// Load an organization from a folder of CSV files, into one that has nobody but its first administrator
    Load(load::Load),
    /// Run Roster for an organization
    Serve(serve::Serve),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("ROSTER_LOG").unwrap_or_else(|_| "warn,roster=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let result = match cli.command {
        Command::Load(load) => load::run(&cli.settings, &load),
        Command::Serve(serve) => serve::run(&cli.settings, &serve),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
