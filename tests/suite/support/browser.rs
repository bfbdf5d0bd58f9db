//! A browser without scripts: gets pages, finds forms and links in them, fills in and submits, keeps cookies.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, Selector};

use super::{PASSWORD, TestApp};
use roster::db::UserId;

#[derive(Clone)]
pub struct Browser {
    base: String,
    cookies: BTreeMap<String, String>,
    agent: ureq::Agent,
}

/// An answer as the browser sees it, after redirects.
pub struct PageSeen {
    pub status: u16,
    /// Path and query of the page that came in the end.
    pub address: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// As it came, for files.
    pub bytes: Vec<u8>,
}

fn css(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|error| panic!("{selector}: {error}"))
}

fn squeezed(element: ElementRef) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl PageSeen {
    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// The visible text, with single spaces.
    pub fn text(&self) -> String {
        self.text_of("body")
    }

    /// The text of all elements that match, with single spaces.
    pub fn text_of(&self, selector: &str) -> String {
        let html = self.html();
        let words: Vec<&str> = html.select(&css(selector)).flat_map(|element| element.text()).collect();
        words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn has(&self, selector: &str) -> bool {
        self.html().select(&css(selector)).next().is_some()
    }

    pub fn count(&self, selector: &str) -> usize {
        self.html().select(&css(selector)).count()
    }

    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.html().select(&css(selector)).next()?.value().attr(name).map(str::to_owned)
    }

    /// What a field holds.
    pub fn value_of(&self, field: &str) -> String {
        self.attribute(&format!("[name={field}]"), "value").unwrap_or_default()
    }

    /// The message beside a field.
    pub fn error_at(&self, field: &str) -> String {
        self.text_of(&format!("#{field}-error"))
    }

    /// The address behind a link with this text.
    pub fn link(&self, text: &str) -> String {
        let html = self.html();
        let selector = css("a[href]");
        let link = html.select(&selector).find(|element| squeezed(*element).contains(text));
        let link = link.unwrap_or_else(|| panic!("no link “{text}” in: {}", self.text()));
        link.value().attr("href").unwrap_or_default().to_owned()
    }

    /// The address to which a button of the Users list with this text goes on.
    #[track_caller]
    pub fn leads_to(&self, text: &str) -> String {
        let html = self.html();
        let selector = css("button[name=go]");
        let found = html.select(&selector).find(|button| squeezed(*button) == text);
        let found = found.or_else(|| html.select(&selector).find(|button| squeezed(*button).contains(text)));
        let button = found.unwrap_or_else(|| panic!("no button “{text}” in: {}", self.text()));
        button.value().attr("value").unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn must_say(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "expected “{text}” in ({} {}): {}", self.status, self.address, self.text());
        self
    }

    #[track_caller]
    pub fn must_not_say(&self, text: &str) -> &Self {
        assert!(!self.text().contains(text), "did not expect “{text}” in: {}", self.text());
        self
    }
}

impl Browser {
    pub fn new(app: &TestApp) -> Browser {
        Browser::at(&app.url(""))
    }

    pub fn at(base: &str) -> Browser {
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build();
        Browser { base: base.to_owned(), cookies: BTreeMap::new(), agent: config.into() }
    }

    /// A browser in which this person has signed in.
    pub fn signed_in(app: &TestApp, user: &SignedUp) -> Browser {
        let mut browser = Browser::new(app);
        browser.sign_in(user);
        browser
    }

    #[track_caller]
    pub fn sign_in(&mut self, user: &SignedUp) -> PageSeen {
        let page = self.get("/sign-in");
        let page = self.submit(&page, "/sign-in", &[("email", &user.email), ("password", PASSWORD)]);
        assert_ne!(page.status, 422, "{} cannot sign in: {}", user.email, page.text());
        page
    }

    pub fn cookie(&self, name: &str) -> Option<&String> {
        self.cookies.get(name)
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.into(), value.into());
    }

    pub fn get(&mut self, path: &str) -> PageSeen {
        self.get_with(path, &[])
    }

    /// A GET with headers of its own, such as htmx sends. Redirects are followed.
    pub fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> PageSeen {
        let mut path = path.to_owned();
        for _ in 0..10 {
            let page = self.request("GET", &path, headers, None);
            match page.headers.get("location") {
                Some(location) if (300..400).contains(&page.status) => path = location.clone(),
                _ => return page,
            }
        }
        panic!("redirected in circles at {path}");
    }

    /// A file as it is.
    pub fn get_bytes(&mut self, path: &str) -> Vec<u8> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.agent.get(format!("{}{path}", self.base)).header("Cookie", cookies.join("; "));
        let mut response = request.call().unwrap_or_else(|error| panic!("GET {path}: {error}"));
        response.body_mut().with_config().limit(50 << 20).read_to_vec().expect("a body")
    }

    /// A POST exactly as given, the answer as it comes: no redirect is followed, no token added.
    pub fn post_raw(&mut self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> PageSeen {
        let body = serde_html_form::to_string(fields).expect("a form");
        self.request("POST", path, headers, Some(("application/x-www-form-urlencoded", body.into_bytes())))
    }

    /// Sends the page's form for `action`, with the fields it holds and those given in place of them; follows the answer.
    #[track_caller]
    pub fn submit(&mut self, page: &PageSeen, action: &str, fields: &[(&str, &str)]) -> PageSeen {
        let filled = filled_in(page, action, fields);
        let filled: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let target = if action.is_empty() { page.address.as_str() } else { action };
        let answer = self.post_raw(target, &[], &filled);
        self.follow(answer)
    }

    /// Sends the page's form for `action` to the address that one of its buttons names instead.
    #[track_caller]
    pub fn submit_to(&mut self, page: &PageSeen, action: &str, target: &str, fields: &[(&str, &str)]) -> PageSeen {
        let filled = filled_in(page, action, fields);
        let filled: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = self.post_raw(target, &[], &filled);
        self.follow(answer)
    }

    /// Presses a button of this form that sends it elsewhere, with the fields as they are and those given in place of them.
    #[track_caller]
    pub fn press(&mut self, page: &PageSeen, form: &str, text: &str, fields: &[(&str, &str)]) -> PageSeen {
        let html = page.html();
        let buttons = css(&format!("{form} button[formaction]"));
        let button = html.select(&buttons).find(|button| squeezed(*button).contains(text));
        let button = button.unwrap_or_else(|| panic!("no button “{text}” in: {}", page.text()));
        let target = button.value().attr("formaction").unwrap_or_default();
        self.submit_to(page, &page.attribute(form, "action").unwrap_or_default(), target, fields)
    }

    /// Sends a form with one file (multipart), with the fields the page's form holds.
    #[track_caller]
    pub fn upload(&mut self, page: &PageSeen, action: &str, field: &str, name: &str, bytes: &[u8]) -> PageSeen {
        self.upload_with(page, action, &[], field, (name, bytes))
    }

    /// The same, with other values in the form's fields. A file without a name is none.
    #[track_caller]
    pub fn upload_with(
        &mut self,
        page: &PageSeen,
        action: &str,
        fields: &[(&str, &str)],
        field: &str,
        (name, bytes): (&str, &[u8]),
    ) -> PageSeen {
        let boundary = "roster-test-boundary";
        let mut body = Vec::new();
        for (name, value) in filled_in(page, action, fields) {
            if name != field {
                let part =
                    format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
                body.extend_from_slice(part.as_bytes());
            }
        }
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        let answer = self.request("POST", action, &[], Some((&kind, body)));
        self.follow(answer)
    }

    /// Sends a file with this token and nothing else; no redirect is followed.
    pub fn upload_raw(&mut self, path: &str, token: &str, name: &str, bytes: &[u8]) -> PageSeen {
        let mut body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b--\r\n");
        self.request("POST", path, &[], Some(("multipart/form-data; boundary=b", body)))
    }

    /// Presses a button of the Users list that goes on, with these people ticked.
    #[track_caller]
    pub fn go_on(&mut self, page: &PageSeen, text: &str, ticked: &[&SignedUp]) -> PageSeen {
        let to = page.leads_to(text);
        self.send_ticks(page, "/users/selection", ticked, &[("go", &to)])
    }

    /// Sends the form of the Users list to one of its addresses, with these people ticked and nobody else on the page.
    #[track_caller]
    pub fn send_ticks(&mut self, page: &PageSeen, to: &str, ticked: &[&SignedUp], more: &[(&str, &str)]) -> PageSeen {
        let ids: Vec<String> = ticked.iter().map(|person| person.id.to_string()).collect();
        let mut fields = filled_in(page, "/plans", more);
        fields.retain(|(name, _)| name != "id");
        fields.extend(ids.into_iter().map(|id| ("id".to_owned(), id)));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = self.post_raw(to, &[], &fields);
        self.follow(answer)
    }

    /// Sends a form that only asks (GET), with the fields it holds and those given in place of them.
    #[track_caller]
    pub fn ask(&mut self, page: &PageSeen, action: &str, fields: &[(&str, &str)]) -> PageSeen {
        let query = serde_html_form::to_string(filled_in(page, action, fields)).expect("a query");
        self.get(&format!("{action}?{query}"))
    }

    fn follow(&mut self, answer: PageSeen) -> PageSeen {
        match answer.headers.get("location") {
            Some(location) if answer.status == 303 => self.get(&location.clone()),
            _ => answer,
        }
    }

    fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<(&str, Vec<u8>)>,
    ) -> PageSeen {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("Cookie", cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let result = match body {
            Some((kind, body)) => self.agent.run(request.header("Content-Type", kind).body(body).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        };
        let mut response = result.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        for cookie in response.headers().get_all("set-cookie") {
            let text = cookie.to_str().expect("a readable cookie");
            let (pair, rest) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a cookie");
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let status = response.status().as_u16();
        let bytes = response.body_mut().with_config().limit(50 << 20).read_to_vec().expect("a body");
        PageSeen {
            status,
            address: path.to_owned(),
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }
}

/// The fields of the form with this action as a browser would send them, with `fields` in place of its own of that name.
#[track_caller]
fn filled_in(page: &PageSeen, action: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let html = page.html();
    // The frame of the page has a form of its own for searching people, which leads to the same address as some.
    let form = html
        .select(&css("form[method=post]"))
        .chain(html.select(&css("form")))
        .find(|form| form.value().attr("action").unwrap_or_default() == action)
        .unwrap_or_else(|| panic!("no form for {action} in ({} {}): {}", page.status, page.address, page.text()));
    let mut filled: Vec<(String, String)> = Vec::new();
    for element in form.select(&css("input[name], textarea[name], select[name]")) {
        let name = element.value().attr("name").unwrap_or_default();
        if fields.iter().any(|(given, _)| *given == name) || element.value().attr("disabled").is_some() {
            continue;
        }
        let value = match element.value().name() {
            "textarea" => element.text().collect(),
            "select" => {
                let options: Vec<_> = element.select(&css("option")).collect();
                let chosen =
                    options.iter().find(|option| option.value().attr("selected").is_some()).or(options.first());
                chosen.and_then(|option| option.value().attr("value")).unwrap_or_default().to_owned()
            }
            _ => {
                let kind = element.value().attr("type").unwrap_or("text");
                if matches!(kind, "checkbox" | "radio") && element.value().attr("checked").is_none() {
                    continue;
                }
                element.value().attr("value").unwrap_or_default().to_owned()
            }
        };
        filled.push((name.to_owned(), value));
    }
    filled.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    filled
}

/// A person who exists, as tests pass them around.
#[derive(Debug, Clone)]
pub struct SignedUp {
    pub id: UserId,
    pub name: String,
    pub email: String,
}
