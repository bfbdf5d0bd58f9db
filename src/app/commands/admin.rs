//! `roster admin create`: the first administrator, another one, or the way back in for a locked-out organization.

use std::io::{BufRead, IsTerminal, Write};

use clap::{Args, Subcommand};

use super::serve::cannot_open;
use crate::app::config::Settings;
use crate::db::{self, Conn, Lane, run_migrations};
use crate::licenses::AccessLevel;
use crate::sign_in;
use crate::users::create::{CreateRefusal, NewUser, create};
use crate::users::password_rules::{Known, Rules};
use crate::users::{State, email, password, reinstate, store};
use crate::web::Site;

#[derive(Subcommand, Debug)]
pub enum Admin {
    /// Create a System Administrator, or give one back to an organization that is locked out
    ///
    /// The password is asked for on the terminal, or read from the first line of the standard input if that is not a
    /// terminal. If somebody who is not deleted has the address, they can be made an active System Administrator with
    /// the new password instead: you are asked, or say so with --reactivate.
    Create(Create),
}

#[derive(Args, Debug)]
pub struct Create {
    /// The address to sign in with
    #[arg(long, value_name = "EMAIL")]
    pub email: String,
    /// The first name of somebody who is not there yet
    #[arg(long, value_name = "NAME")]
    pub first_name: Option<String>,
    /// The last name of somebody who is not there yet
    #[arg(long, value_name = "NAME")]
    pub last_name: Option<String>,
    /// Make the user who has this address an active System Administrator with the new password
    #[arg(long)]
    pub reactivate: bool,
    /// Read the password from the standard input even if that is a terminal
    #[arg(long)]
    pub password_stdin: bool,
}

pub fn run(settings: &Settings, command: &Admin) -> Result<(), String> {
    let Admin::Create(form) = command;
    if let Some(problem) = email::problem(&form.email) {
        return Err(format!("--email: {problem}"));
    }
    let site = settings.open()?;
    run_migrations(&settings.database_url).map_err(|error| cannot_open(settings, &error))?;
    let live = site.db.read_now(|conn| store::find_live(conn, &form.email)).map_err(|error| failed(&error))?;
    match live {
        Some(live) => bring_back(&site, form, &live),
        None => create_new(&site, form),
    }
}

fn create_new(site: &Site, form: &Create) -> Result<(), String> {
    let name = |given: &Option<String>, flag: &str| match given.as_deref().map(str::trim) {
        Some(name) if !name.is_empty() => Ok(name.to_owned()),
        _ => Err(format!("Nobody has the address {} yet: a new administrator needs {flag}.", form.email)),
    };
    let (first_name, last_name) = (name(&form.first_name, "--first-name")?, name(&form.last_name, "--last-name")?);
    let password = ask_password(site, form, &first_name, &last_name)?;
    let new = NewUser {
        first_name,
        last_name,
        email: form.email.trim().to_owned(),
        title: String::new(),
        level: AccessLevel::SystemAdministrator,
        password_hash: Some(hashed(site, &password)?),
        must_change: false,
    };
    let now = site.clock.now();
    site.db
        .write_now(Lane::Administration, |conn| create(conn, &site.chain, None, &new, now))
        .map_err(|refusal| refused(&refusal))?;
    println!("{} {} is now a System Administrator and signs in as {}.", new.first_name, new.last_name, new.email);
    Ok(())
}

fn bring_back(site: &Site, form: &Create, live: &store::Live) -> Result<(), String> {
    let name = format!("{} {}", live.first_name, live.last_name);
    let level = live.level.map_or_else(String::new, |level| format!(", {}", level.name()));
    let who = format!("{name} ({}{level}) has the address {}.", live.state.name().to_lowercase(), form.email.trim());
    if !form.reactivate && !is_confirmed(&who)? {
        return Err(format!(
            "{who} Nothing was changed. With --reactivate they become an active System Administrator with the new \
             password."
        ));
    }
    let hash = hashed(site, &ask_password(site, form, &live.first_name, &live.last_name)?)?;
    let now = site.clock.now();
    let write = |conn: &mut Conn| -> Result<i64, CreateRefusal> {
        // Once more: between the question and the answer somebody else may have changed them.
        let live = store::find_live(conn, &form.email)?.ok_or(db::Error::NotFound)?;
        reinstate::make_administrator(conn, &site.chain, &live, &hash, now)?;
        Ok(sign_in::store::end_all(conn, &[live.id])?)
    };
    let ended = site.db.write_now(Lane::Administration, write).map_err(|refusal| refused(&refusal))?;
    let was = if live.state == State::Active { "" } else { "active again, " };
    println!("{name} is now {was}a System Administrator, and signs in as {} with the new password.", form.email.trim());
    if ended > 0 {
        println!("Sessions that were open under the old password: {ended} ended.");
    }
    Ok(())
}

/// Asks on the terminal; without one the answer is no.
fn is_confirmed(who: &str) -> Result<bool, String> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("{who} Make them an active System Administrator with a new password? [y/N] ");
    std::io::stdout().flush().map_err(|error| error.to_string())?;
    Ok(matches!(first_line()?.trim(), "y" | "Y" | "yes"))
}

/// On a terminal without echo and twice; else the first line of the standard input. It must be as the organization asks.
fn ask_password(site: &Site, form: &Create, first_name: &str, last_name: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("The password cannot be read: {error}");
    let password = if form.password_stdin || !std::io::stdin().is_terminal() {
        first_line()?
    } else {
        let first = rpassword::prompt_password("Password: ").map_err(failed)?;
        if rpassword::prompt_password("Once more: ").map_err(failed)? != first {
            return Err("The two passwords differ. Nothing was changed.".into());
        }
        first
    };
    let rules = site.db.read_now(Rules::read).map_err(|error| self::failed(&error))?;
    match rules.problem(&password, &Known { first_name, last_name, email: &form.email }) {
        Some(problem) => Err(format!("The password will not do. {problem}")),
        None => Ok(password),
    }
}

fn first_line() -> Result<String, String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| format!("Nothing can be read: {error}"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn hashed(site: &Site, password: &str) -> Result<String, String> {
    password::hash(password, &site.hash_cost).map_err(|error| failed(&error))
}

fn refused(refusal: &CreateRefusal) -> String {
    match refusal {
        CreateRefusal::Database(error) => failed(error),
        CreateRefusal::NoFreeSeat { .. } => format!(
            "{refusal} Nobody there to do that? Name somebody who holds a Standard seat: --email THEIRS --reactivate."
        ),
        _ => refusal.to_string(),
    }
}

fn failed(error: &db::Error) -> String {
    format!("The database cannot do that now: {error}")
}
