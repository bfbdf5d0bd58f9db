//! `roster serve`: runs Roster for an organization.

use std::net::TcpListener;

use actix_web::web::Data;
use clap::Args;

use crate::app::config::Settings;
use crate::app::startup;
use crate::db::{self, Lane, run_migrations};
use crate::sign_in::setup;
use crate::web::Site;

#[derive(Args, Debug)]
pub struct Serve {
    /// Address and port to listen on
    #[arg(
        long,
        env = "ROSTER_LISTEN",
        hide_env_values = true,
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS"
    )]
    pub listen: std::net::SocketAddr,
}

pub fn run(settings: &Settings, serve: &Serve) -> Result<(), String> {
    let site = settings.open()?;
    run_migrations(&settings.database_url).map_err(|error| cannot_open(settings, &error))?;
    let listener = TcpListener::bind(serve.listen)
        .map_err(|error| format!("Cannot listen on {}: {error}. Choose another with --listen.", serve.listen))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("Roster is at http://{address}");
    let now = site.clock.now();
    let link = site.db.write_now(Lane::Administration, |conn| setup::make_link(conn, now));
    if let Some(token) = link.map_err(|error| cannot_open(settings, &error))? {
        let base = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        println!("Nobody is here yet. Create the first administrator (once, within {} hours):", setup::HOURS);
        println!("  {base}/setup/{token}");
    }
    serve_until_told(site, listener)
}

/// Serves until SIGTERM or SIGINT, then finishes what is under way.
pub fn serve_until_told(site: Site, listener: TcpListener) -> Result<(), String> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let run = async move { startup::serve(Data::new(site), listener, workers)?.await };
    actix_web::rt::System::new().block_on(run).map_err(|error| format!("The server stopped: {error}"))
}

/// A database that cannot be opened or migrated, in words for the terminal.
pub fn cannot_open(settings: &Settings, error: &db::Error) -> String {
    match &settings.database_url {
        db::Address::Sqlite(path) => format!("The database {} cannot be opened: {error}", path.display()),
        // Not the address itself: it may hold a password.
        db::Address::Postgres(_) => format!("The PostgreSQL database of DATABASE_URL cannot be opened: {error}"),
    }
}
