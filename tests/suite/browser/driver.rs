//! Chromium by way of chromedriver: a process of its own for each test, spoken to as the WebDriver standard has it.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// What chromedriver answers when it cannot do something: `stale element reference`, `no such element` ...
#[derive(Debug)]
pub struct Refused {
    pub error: String,
    pub message: String,
}

pub type Result<T = Value> = std::result::Result<T, Refused>;

pub struct Driver {
    process: Child,
    /// Kept open: chromedriver would stumble over a closed one.
    _output: BufReader<ChildStdout>,
    agent: ureq::Agent,
    base: String,
    session: String,
}

/// The name under which the standard hands elements around.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Driver {
    /// Starts chromedriver on a free port, and in it a browser with an empty profile.
    pub fn start(scripts: bool) -> Driver {
        let program = std::env::var("ROSTER_TEST_CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".into());
        let attempt = |_| {
            let mut process = Command::new(&program)
                .arg("--port=0")
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| panic!("{program} cannot be started ({error}); ./tests/run installs it"));
            let mut output = BufReader::new(process.stdout.take().expect("its output"));
            match port_in(&mut output) {
                Some(port) => Some((process, output, port)),
                None => {
                    let _ = process.wait();
                    None
                }
            }
        };
        // The free port that it chose may be taken a moment later by another test's server: then it ends.
        let (process, output, port) = (0..5).find_map(attempt).expect("chromedriver starts");
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let base = format!("http://127.0.0.1:{port}");
        let mut driver = Driver { process, _output: output, agent: config.into(), base, session: String::new() };
        let answer = driver.call("POST", "/session", Some(&capabilities(scripts)));
        let answer = answer.unwrap_or_else(|refused| panic!("Chromium does not start: {}", refused.message));
        driver.session = format!("/session/{}", answer["sessionId"].as_str().expect("a session"));
        driver
    }

    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result {
        let request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        let answer = match body {
            Some(body) => {
                self.agent.run(request.header("Content-Type", "application/json").body(body.to_string()).expect("JSON"))
            }
            None => self.agent.run(request.body(()).expect("a request")),
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("chromedriver is gone: {error}"));
        let text = answer.body_mut().with_config().limit(64 << 20).read_to_string().expect("an answer");
        let mut json: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"));
        let value = json["value"].take();
        if answer.status().is_success() {
            return Ok(value);
        }
        let word = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Err(Refused { error: word("error"), message: word("message") })
    }

    pub fn post(&self, command: &str, body: Value) -> Result {
        self.call("POST", &format!("{}/{command}", self.session), Some(&body))
    }

    pub fn get(&self, command: &str) -> Result {
        self.call("GET", &format!("{}/{command}", self.session), None)
    }

    /// All elements that match the XPath, as their ids.
    pub fn elements(&self, xpath: &str) -> Result<Vec<String>> {
        let found = self.post("elements", json!({ "using": "xpath", "value": xpath }))?;
        let found = found.as_array().cloned().unwrap_or_default();
        Ok(found.iter().filter_map(|element| element[ELEMENT].as_str().map(str::to_owned)).collect())
    }

    /// Runs a script in the page, outside its content security policy.
    pub fn script(&self, script: &str, arguments: Value) -> Result {
        self.post("execute/sync", json!({ "script": script, "args": arguments }))
    }

    /// The same for a script that calls its last argument when it is done.
    pub fn script_that_calls_back(&self, script: &str, arguments: Value) -> Result {
        self.post("execute/async", json!({ "script": script, "args": arguments }))
    }

    /// A command of Chromium's own, beyond the standard.
    pub fn chromium(&self, command: &str, parameters: Value) -> Result {
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": parameters }))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Ends Chromium too, which killing chromedriver alone would not.
        let request = ureq::http::Request::builder().method("DELETE").uri(format!("{}{}", self.base, self.session));
        if let Ok(request) = request.body(()) {
            let _ = self.agent.run(request);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `None`: it ended without one.
fn port_in(output: &mut impl BufRead) -> Option<u16> {
    let mut said = String::new();
    while output.read_line(&mut said).is_ok_and(|bytes| bytes > 0) {
        let started = said.lines().last().and_then(|line| line.split_once("successfully on port "));
        if let Some((_, port)) = started {
            return Some(port.trim_end_matches('.').parse().expect("a port"));
        }
    }
    None
}

fn capabilities(scripts: bool) -> Value {
    let mut options = json!({
        "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
            "--force-prefers-reduced-motion", "--lang=en-US", "--window-size=1440,900",
        ],
        "prefs": { "credentials_enable_service": false },
    });
    if !scripts {
        options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    if let Ok(chromium) = std::env::var("ROSTER_TEST_CHROMIUM") {
        options["binary"] = json!(chromium);
    }
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": options,
    } } })
}
