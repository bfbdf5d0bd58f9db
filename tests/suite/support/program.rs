//! The real program: its commands run to their end, its server until the test is over.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use roster::db::Address;

use super::TestApp;

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    #[track_caller]
    pub fn must_end_with(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }

    /// Somewhere in what was said, line breaks counted as spaces.
    #[track_caller]
    pub fn must_say(&self, text: &str) -> &Self {
        let said = format!("{} {}", self.out, self.err);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(text), "expected “{text}” in: {said}");
        self
    }

    #[track_caller]
    pub fn must_not_say(&self, text: &str) -> &Self {
        assert!(!self.out.contains(text) && !self.err.contains(text), "{}\n{}", self.out, self.err);
        self
    }
}

/// The program with nothing of this process's settings.
pub fn roster(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roster"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ROSTER_") || name == "DATABASE_URL") {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Ended {
    let output = command.output().expect("the program runs");
    ended(output)
}

/// Runs a command that reads `input`.
pub fn run_with(command: &mut Command, input: &str) -> Ended {
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the program runs");
    // A command that refuses before it reads has closed its end already.
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    ended(child.wait_with_output().expect("the program ends"))
}

fn ended(output: std::process::Output) -> Ended {
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// An address as `DATABASE_URL` has it.
pub fn url_of(address: &Address) -> String {
    match address {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    }
}

impl TestApp {
    /// A command on this application's database, documents and key.
    pub fn roster(&self, arguments: &[&str]) -> Command {
        let key = self.folder.path().join("roster.key");
        if !key.exists() {
            std::fs::write(&key, "07".repeat(32)).expect("a key file");
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(&key, mode).expect("a closed key file");
        }
        let mut command = roster(arguments);
        command.env("DATABASE_URL", url_of(&self.database));
        command.env("ROSTER_KEY_FILE", key).env("ROSTER_UPLOADS", &self.site.uploads);
        command
    }
}

/// A server of its own process. It is ended with the test.
pub struct Serving {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub address: String,
}

/// Starts `roster serve` on a free port; `wait_until_ready` says when it answers.
pub fn start(command: &mut Command) -> Child {
    command.args(["serve", "--listen", "127.0.0.1:0"]).spawn().expect("the program runs")
}

/// Waits for the line that names the address. Panics with what was said if the program ends instead.
pub fn wait_until_ready(mut child: Child) -> Serving {
    let mut lines = BufReader::new(child.stdout.take().expect("its output"));
    let mut said = String::new();
    loop {
        let start = said.len();
        if lines.read_line(&mut said).expect("readable output") == 0 {
            let mut err = String::new();
            let _ = child.stderr.take().expect("its errors").read_to_string(&mut err);
            let _ = child.wait();
            panic!("the server did not come up: {said} {err}");
        }
        if let Some(address) = said[start..].trim().strip_prefix("Roster is at ") {
            let address = address.to_owned();
            // Whatever else it says must not fill the pipes.
            let mut err = child.stderr.take().expect("its errors");
            std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
            std::thread::spawn(move || std::io::copy(&mut err, &mut std::io::sink()));
            return Serving { child, address };
        }
    }
}

#[cfg(target_os = "linux")]
impl Serving {
    /// The most memory that the process has used.
    pub fn peak_megabytes(&self) -> u64 {
        peak_megabytes(self.child.id())
    }
}

/// The most memory that a process has used.
#[cfg(target_os = "linux")]
pub fn peak_megabytes(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("the process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") >> 10
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
