//! A window of a real browser, as somebody with a mouse, a keyboard and eyes uses it. Everything waits until it can be
//! done, ten seconds at most, and never for a fixed time. A test that fails leaves a picture in `target/browser/`.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::driver::{Driver, Refused};
use crate::support::{PASSWORD, SignedUp, TestApp};

const PATIENCE: Duration = Duration::from_secs(10);

pub struct Window {
    driver: Driver,
    base: String,
    scripts: bool,
    /// Answers that are no fault, though the browser notes them.
    expected: RefCell<Vec<u16>>,
}

/// Keys without a letter, as WebDriver writes them.
pub mod key {
    pub const TAB: &str = "\u{E004}";
    pub const ENTER: &str = "\u{E007}";
    pub const ESCAPE: &str = "\u{E00C}";
    pub const SPACE: &str = " ";
    pub const DOWN: &str = "\u{E015}";
    pub const SHIFT: &str = "\u{E008}";
}

impl Window {
    pub fn open(app: &TestApp) -> Window {
        Window::new(app, true)
    }

    /// A browser in which scripts are switched off for every site.
    pub fn without_scripts(app: &TestApp) -> Window {
        Window::new(app, false)
    }

    fn new(app: &TestApp, scripts: bool) -> Window {
        let window =
            Window { driver: Driver::start(scripts), base: app.url(""), scripts, expected: RefCell::default() };
        window.resize(1440, 900);
        window.expect_status(422).expect_status(409);
        window
    }

    /// An answer that the test asks for: the browser notes it, and that is no fault.
    pub fn expect_status(&self, status: u16) -> &Self {
        self.expected.borrow_mut().push(status);
        self
    }

    pub fn signed_in(app: &TestApp, person: &SignedUp) -> Window {
        Window::open(app).sign_in(person)
    }

    pub fn sign_in(self, person: &SignedUp) -> Window {
        self.go("/sign-in");
        self.fill_in("email", &person.email);
        self.fill_in("password", PASSWORD);
        self.press(key::ENTER);
        self.until("the sign-in page is left", || !self.address().starts_with("/sign-in"));
        self
    }

    // Where one is, what one sees

    pub fn go(&self, path: &str) {
        self.told("url", json!({ "url": format!("{}{path}", self.base) }));
    }

    /// Path and query of the page.
    pub fn address(&self) -> String {
        let url = self.asked(self.driver.get("url"));
        let url = url.as_str().unwrap_or_default();
        url.strip_prefix(&self.base).unwrap_or(url).to_owned()
    }

    /// The visible text.
    pub fn text(&self) -> String {
        self.text_of("body")
    }

    pub fn text_of(&self, css: &str) -> String {
        let text = self.script("return document.querySelector(arguments[0])?.innerText ?? ''", json!([css]));
        text.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Waits until the page shows this text.
    #[track_caller]
    pub fn must_say(&self, text: &str) -> &Self {
        self.until(&format!("the page says “{text}”"), || self.text().contains(text));
        self
    }

    pub fn has(&self, css: &str) -> bool {
        self.script("return document.querySelector(arguments[0]) !== null", json!([css])) == json!(true)
    }

    /// The focused element matches this selector.
    pub fn is_focused(&self, css: &str) -> bool {
        self.script("return document.activeElement?.matches(arguments[0]) ?? false", json!([css])) == json!(true)
    }

    /// The focused element in words, for messages and for tests that follow the focus.
    pub fn focused(&self) -> String {
        let script = "const e = document.activeElement; \
             return e ? `<${e.tagName.toLowerCase()}> ${(e.innerText || e.getAttribute('aria-label') || e.name || '').trim()}` : ''";
        self.script(script, json!([])).as_str().unwrap_or_default().to_owned()
    }

    // The mouse

    /// Clicks the link or button that says this. Of several, the one in an open dialog, else the first that is shown.
    #[track_caller]
    pub fn click(&self, text: &str) -> &Self {
        assert!(!text.contains('"'), "no quotes in {text}");
        let says = format!("[contains(normalize-space(.), \"{text}\")]");
        let named = format!("*[self::a or self::button or self::summary or self::label]{says}");
        self.click_xpath(&format!("//dialog[@open]//{named}"), &format!("//{named}"), text)
    }

    /// Clicks the button that opens this menu.
    #[track_caller]
    pub fn click_opener(&self, menu: &str) -> &Self {
        let xpath = format!("//button[@popovertarget=\"{menu}\"]");
        self.click_xpath(&xpath, &xpath, menu)
    }

    /// Ticks the row of this person in a list.
    #[track_caller]
    pub fn tick(&self, name: &str) -> &Self {
        let xpath = format!("//input[@type=\"checkbox\"][@aria-label=\"Select {name}\"]");
        self.click_xpath(&xpath, &xpath, name)
    }

    #[track_caller]
    fn click_xpath(&self, first: &str, else_this: &str, what: &str) -> &Self {
        let mut last = String::from("there is none");
        let clicked = self.try_until(|| {
            let mut elements = self.driver.elements(first).unwrap_or_default();
            if elements.is_empty() {
                elements = self.driver.elements(else_this).unwrap_or_default();
            }
            elements.iter().any(|element| match self.driver.post(&format!("element/{element}/click"), json!({})) {
                Ok(_) => true,
                Err(refused) => {
                    last = format!("{}: {}", refused.error, refused.message.lines().next().unwrap_or_default());
                    false
                }
            })
        });
        assert!(clicked, "cannot click “{what}” at {}: {last}\n{}", self.address(), self.text());
        self
    }

    /// Replaces what the field with this name holds.
    #[track_caller]
    pub fn fill_in(&self, name: &str, text: &str) -> &Self {
        let xpath = format!("//*[@name=\"{name}\"][not(@type=\"hidden\")]");
        let filled = self.try_until(|| {
            let elements = self.driver.elements(&xpath).unwrap_or_default();
            elements.iter().any(|element| {
                let tell = |command, body| self.driver.post(&format!("element/{element}/{command}"), body);
                tell("clear", json!({})).is_ok() && tell("value", json!({ "text": text })).is_ok()
            })
        });
        assert!(filled, "no field “{name}” at {}: {}", self.address(), self.text());
        self
    }

    /// Chooses what says this from the list with this name.
    #[track_caller]
    pub fn choose(&self, name: &str, option: &str) -> &Self {
        let xpath = format!("//select[@name=\"{name}\"]/option[contains(normalize-space(.), \"{option}\")]");
        self.click_xpath(&xpath, &xpath, option)
    }

    // The keyboard

    /// Presses keys one after the other, wherever the focus is.
    pub fn press(&self, keys: &str) -> &Self {
        let keys: Vec<String> = keys.chars().map(String::from).collect();
        let strokes: Vec<_> =
            keys.iter().flat_map(|key| [("keyDown", key.as_str()), ("keyUp", key.as_str())]).collect();
        self.strokes(&strokes)
    }

    fn strokes(&self, strokes: &[(&str, &str)]) -> &Self {
        let strokes: Vec<Value> = strokes.iter().map(|(kind, key)| json!({ "type": kind, "value": key })).collect();
        self.told("actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }));
        self
    }

    /// Goes on with Tab until the focus is on what matches.
    #[track_caller]
    pub fn tab_to(&self, css: &str) -> &Self {
        self.press_until_focused(css, || self.press(key::TAB))
    }

    /// Goes back with Shift and Tab until the focus is on what matches.
    #[track_caller]
    pub fn tab_back_to(&self, css: &str) -> &Self {
        self.press_until_focused(css, || {
            self.strokes(&[("keyDown", key::SHIFT), ("keyDown", key::TAB), ("keyUp", key::TAB), ("keyUp", key::SHIFT)])
        })
    }

    /// Goes down an open menu until the focus is on what matches.
    #[track_caller]
    pub fn arrow_down_to(&self, css: &str) -> &Self {
        self.press_until_focused(css, || self.press(key::DOWN))
    }

    #[track_caller]
    fn press_until_focused<'a>(&'a self, css: &str, press: impl Fn() -> &'a Self) -> &'a Self {
        let mut path = Vec::new();
        for _ in 0..120 {
            if self.is_focused(css) {
                return self;
            }
            press();
            path.push(self.focused());
        }
        panic!("the keys do not lead to {css} at {}, but to {path:#?}", self.address());
    }

    // How it looks

    /// The size of the window's inside. A phone: 390 by 844.
    pub fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.asked(self.driver.chromium("Emulation.setDeviceMetricsOverride", size));
    }

    pub fn set_dark(&self, dark: bool) {
        let scheme = json!({ "name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" } });
        self.asked(self.driver.chromium("Emulation.setEmulatedMedia", json!({ "features": [scheme] })));
    }

    /// Nothing is wider than the window. Wide tables would have to scroll by themselves.
    #[track_caller]
    pub fn must_fit(&self) {
        let wide = self.what_is_too_wide();
        assert!(wide.is_empty(), "wider than the window at {}: {wide:#?}", self.address());
    }

    pub fn what_is_too_wide(&self) -> Vec<String> {
        let wide = self.script(
            "const page = document.scrollingElement; const room = page.clientWidth; \
             if (page.scrollWidth <= room) return []; \
             const right = (element) => Math.round(element.getBoundingClientRect().right); \
             return [`the page: ${page.scrollWidth} in ${room}`, ...[...document.body.querySelectorAll('*')] \
                 .filter((element) => right(element) > room).slice(0, 8) \
                 .map((element) => `<${element.tagName.toLowerCase()} class='${element.getAttribute('class')}'> to ${right(element)}`)]",
            json!([]),
        );
        wide.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    }

    // Waiting, and what lies beneath

    /// Waits until it is so.
    #[track_caller]
    pub fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        let came = self.try_until(is_so);
        assert!(came, "waited in vain until {what}; at {}: {}", self.address(), self.text());
    }

    fn try_until(&self, mut is_so: impl FnMut() -> bool) -> bool {
        let end = Instant::now() + PATIENCE;
        loop {
            if is_so() {
                return true;
            }
            if Instant::now() > end {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    #[track_caller]
    pub fn script(&self, script: &str, arguments: Value) -> Value {
        self.asked(self.driver.script(script, arguments))
    }

    #[track_caller]
    pub fn script_that_calls_back(&self, script: &str, arguments: Value) -> Value {
        self.asked(self.driver.script_that_calls_back(script, arguments))
    }

    #[track_caller]
    fn told(&self, command: &str, body: Value) {
        self.asked(self.driver.post(command, body));
    }

    #[track_caller]
    fn asked(&self, answer: Result<Value, Refused>) -> Value {
        answer.unwrap_or_else(|refused| panic!("{}: {}", refused.error, refused.message))
    }

    /// What the browser complained about since this was last asked: errors of scripts, breaches of the content security policy, files not found.
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.driver.post("se/log", json!({ "type": "browser" })).unwrap_or_default();
        let entries = entries.as_array().cloned().unwrap_or_default();
        // The browser's own words, and htmx's.
        let is_expected = |text: &str| {
            let expected = self.expected.borrow();
            expected.iter().any(|status| {
                text.contains(&format!("a status of {status}")) || text.contains(&format!("Error Code {status}"))
            })
        };
        let texts = entries.iter().filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")));
        texts
            .filter_map(|entry| entry["message"].as_str().map(str::to_owned))
            .filter(|text| !is_expected(text))
            .collect()
    }

    /// Saves a picture of the window below `target/browser/`.
    pub fn picture(&self, name: &str) {
        let Ok(Value::String(picture)) = self.driver.get("screenshot") else { return };
        let Ok(bytes) = data_encoding::BASE64.decode(picture.as_bytes()) else { return };
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/browser");
        let file = folder.join(format!("{}.png", name.replace("::", "-").replace(['/', '?'], "_")));
        if std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, bytes)).is_ok() {
            eprintln!("A picture of the browser is in {}", file.display());
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.picture(std::thread::current().name().unwrap_or("test"));
        } else if self.scripts {
            let complaints = self.complaints();
            assert!(complaints.is_empty(), "the browser complains: {complaints:#?}");
        }
    }
}
