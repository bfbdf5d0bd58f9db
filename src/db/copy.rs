//! A copy of the whole database as it is at one moment, made while others go on reading and writing.

use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Integer, Text};
use percent_encoding::percent_decode_str;

use super::{Address, Conn};

/// Copies the database to `target`, which must not be there yet or be empty. Errors are sentences for the terminal.
pub fn copy_to(address: &Address, target: &Path) -> Result<(), String> {
    let cannot = |error: &dyn std::fmt::Display| format!("The database cannot be copied: {error}");
    let mut conn = address.connect().map_err(|error| cannot(&error))?;
    match (&mut conn, address) {
        (Conn::Sqlite(c), _) => {
            let copied = sql_query("VACUUM INTO ?").bind::<Text, _>(target.to_string_lossy()).execute(c);
            copied.map(|_| ()).map_err(|error| cannot(&error))
        }
        (Conn::Postgres(c), Address::Postgres(url)) => {
            let server: Setting = sql_query("SELECT CAST(current_setting('server_version_num') AS integer) AS number")
                .get_result(c)
                .map_err(|error| cannot(&error))?;
            dump(url, find_pg_dump(server.number / 10_000)?, target)
        }
        (Conn::Postgres(_), Address::Sqlite(_)) => Err(cannot(&"the address is another database's")),
    }
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Integer)]
    number: i32,
}

/// The password goes by the environment: what is in the arguments is seen in the list of processes.
fn dump(url: &str, program: PathBuf, target: &Path) -> Result<(), String> {
    let (address, password) = without_password(url);
    let mut command = Command::new(&program);
    command.arg("--format=custom");
    command.arg(format!("--dbname={address}")).arg("--file").arg(target).stdin(std::process::Stdio::null());
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let output = command.output().map_err(|error| format!("{} cannot be run: {error}", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("The database cannot be copied: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// The address as libpq reads it (`user:password@` or `?password=`), with the password taken out of it.
fn without_password(url: &str) -> (String, Option<String>) {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut password = None;
    let (url, query) = url.split_once('?').map_or((url, None), |(url, query)| (url, Some(query)));
    let mut address = url.to_owned();
    if let Some((scheme, rest)) = url.split_once("://")
        && let Some((user, host)) = rest.split_once('@').filter(|(user, _)| !user.contains('/'))
        && let Some((user, secret)) = user.split_once(':')
    {
        password = Some(decode(secret));
        address = format!("{scheme}://{user}@{host}");
    }
    let mut others = Vec::new();
    for part in query.into_iter().flat_map(|query| query.split('&')) {
        match part.split_once('=') {
            Some(("password", secret)) => password = Some(decode(secret)),
            _ => others.push(part),
        }
    }
    if !others.is_empty() {
        address = format!("{address}?{}", others.join("&"));
    }
    (address, password)
}

/// The pg_dump of the server's own major version, else the next newer one: an older one refuses the server.
fn find_pg_dump(server: i32) -> Result<PathBuf, String> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    folders.extend(installed.map(|version| version.path().join("bin")));
    let programs = folders.into_iter().map(|folder| folder.join("pg_dump")).filter(|program| program.is_file());
    let fitting = programs.filter_map(|program| Some((major_version(&program)?, program)));
    fitting.filter(|(version, _)| *version >= server).min().map(|(_, program)| program).ok_or_else(|| {
        format!(
            "Backing up this PostgreSQL server takes pg_dump {server} or newer, which is neither on the PATH nor in \
             /usr/lib/postgresql. On Debian and Ubuntu: apt-get install postgresql-client-{server}"
        )
    })
}

/// `pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` -> 15
fn major_version(program: &Path) -> Option<i32> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split_once("(PostgreSQL) ")?.1;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn the_password_is_taken_out_of_the_address() {
        for (url, address, password) in [
            ("postgres://roster@db/roster", "postgres://roster@db/roster", None),
            ("postgres://roster:p%40ss@db:5432/roster", "postgres://roster@db:5432/roster", Some("p@ss")),
            ("postgres:///roster?password=a%26b&sslmode=require", "postgres:///roster?sslmode=require", Some("a&b")),
            ("postgresql://r:x@/roster?host=/run/pg", "postgresql://r@/roster?host=/run/pg", Some("x")),
        ] {
            assert_eq!(without_password(url), (address.to_owned(), password.map(str::to_owned)), "{url}");
        }
    }
}
