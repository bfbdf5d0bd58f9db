//! Every form and every page of the whole map: forged requests are refused, safe headers are on every answer.

use crate::support::{Browser, PASSWORD, SignedUp, TestApp};

/// All addresses of a method, read from the map itself, so that a new one is covered from its first day.
fn routes(method: &str) -> Vec<String> {
    let map = include_str!("../../../src/app/routes.rs");
    let marker = format!("{method}().to(");
    let lines: Vec<&str> = map.split(".route(").filter(|route| route.contains(&marker)).collect();
    let path = |route: &&str| route.split('"').nth(1).unwrap_or_default().to_owned();
    lines.iter().map(path).map(|path| fill_in(&path)).filter(|path| !path.starts_with("/static")).collect()
}

/// `/users/{id}` -> `/users/1`
fn fill_in(path: &str) -> String {
    let mut out = String::new();
    for part in path.split_inclusive('}') {
        match part.split_once('{') {
            // `{unit:companies|teams}` takes the first of its words.
            Some((before, hole)) => match hole.trim_end_matches('}').split_once(':') {
                Some((_, words)) => out.extend([before, words.split('|').next().unwrap_or_default()]),
                None => out.extend([before, "1"]),
            },
            None => out.push_str(part),
        }
    }
    out
}

/// The `Set-Cookie` lines of opening the sign-in page and signing in.
pub fn cookies_of_a_sign_in(app: &TestApp, user: &SignedUp) -> Vec<String> {
    let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into();
    let mut page = agent.get(app.url("/sign-in")).call().expect("a page");
    let lines = |headers: &ureq::http::HeaderMap| -> Vec<String> {
        headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("text").to_owned()).collect()
    };
    let mut cookies = lines(page.headers());
    let visitor = cookies[0].split(';').next().expect("a cookie").to_owned();
    let body = page.body_mut().read_to_string().expect("a page");
    let token = body.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
    let answer = agent
        .post(app.url("/sign-in"))
        .header("Cookie", visitor)
        .send_form([("csrf", token), ("email", &user.email), ("password", PASSWORD)])
        .expect("an answer");
    assert_eq!(answer.status(), 303);
    cookies.extend(lines(answer.headers()));
    cookies
}

fn multipart(browser: &mut Browser, path: &str, token: &str) -> u16 {
    let form = format!("<form action='{path}'><input name='csrf' value='{token}'></form>");
    let page = crate::support::PageSeen {
        status: 200,
        address: path.into(),
        headers: Default::default(),
        body: form,
        bytes: Vec::new(),
    };
    browser.upload(&page, path, "file", "a.txt", b"text").status
}

#[test]
fn the_map_is_read() {
    assert!(routes("post").contains(&"/sign-in".to_owned()));
    assert!(routes("get").contains(&"/account".to_owned()));
}

#[test]
fn every_post_without_its_token_is_refused() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.project("Spring catalog").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let foreign = Browser::new(&app).get("/sign-in").value_of("csrf");
    for path in routes("post") {
        for token in ["", "nonsense", foreign.as_str()] {
            let mut status = browser.post_raw(&path, &[], &[("csrf", token)]).status;
            if status == 400 {
                status = multipart(&mut browser, &path, token); // an upload
            }
            assert_eq!(status, 403, "{path} with the token “{token}”");
        }
    }
    assert_eq!(browser.get("/account").status, 200, "still signed in");
}

#[test]
fn every_post_from_another_site_is_refused() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let token = browser.get("/account").value_of("csrf");
    for path in routes("post") {
        for header in [
            ("Origin", "https://evil.test"),
            ("Origin", "null"),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
        ] {
            let answer = browser.post_raw(&path, &[header], &[("csrf", &token)]);
            assert_eq!(answer.status, 403, "{path} with {header:?}");
            answer.must_say("sent from another site");
        }
    }
}

#[test]
fn a_post_from_our_own_page_is_taken() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let token = browser.get("/account").value_of("csrf");
    let origin = app.url("");
    for header in [("Origin", origin.as_str()), ("Sec-Fetch-Site", "same-origin")] {
        assert_eq!(browser.post_raw("/account", &[header], &[("csrf", &token), ("time_zone", "UTC")]).status, 303);
    }
}

#[test]
fn behind_a_public_address_that_address_is_the_origin() {
    let app = TestApp::start_with(|site| site.public_url = Some("https://roster.example.test".into()));
    let ada = app.person("Ada Lindqvist").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let token = browser.get("/account").value_of("csrf");
    let mut status = |origin: &str| {
        browser.post_raw("/account", &[("Origin", origin)], &[("csrf", &token), ("time_zone", "UTC")]).status
    };
    assert_eq!(status("https://roster.example.test"), 303);
    assert_eq!(status("http://roster.example.test"), 403);
}

#[test]
fn safe_headers_are_on_every_answer() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut paths = routes("get");
    paths.extend(["/nothing", "/static/1/missing.css", "/%ff", "/users/x"].map(str::to_owned));
    for mut browser in [Browser::new(&app), Browser::signed_in(&app, &ada)] {
        for path in &paths {
            let page = browser.get(path);
            assert!(page.status < 500, "{path}: {} {}", page.status, page.text());
            let policy = &page.headers["content-security-policy"];
            assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
            assert!(!policy.contains("unsafe"), "{path}");
            assert_eq!(page.headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(page.headers["referrer-policy"], "same-origin", "{path}");
            assert!(page.headers.contains_key("x-request-id"), "{path}");
            assert!(
                !page.body.contains("style=\"") && !page.body.contains(" onclick="),
                "{path}: inline style or script"
            );
        }
    }
}

#[test]
fn a_nul_in_an_address_or_a_form_is_refused_and_never_a_fault() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let token = browser.get("/account").value_of("csrf");
    for path in routes("get").iter().filter(|path| path.contains('{')) {
        let (start, end) = (path.rfind('{').unwrap_or(0), path.rfind('}').unwrap_or(0));
        for nul in ["%00", "1%00"] {
            let path = format!("{}{nul}{}", fill_in(&path[..start]), &path[end + 1..]);
            assert_eq!(browser.get(&path).status, 404, "{path}");
        }
    }
    for path in routes("post").iter().filter(|path| !path.ends_with("/documents")) {
        let fields = [("csrf", token.as_str()), ("reason", "a\0b"), ("email", "a\0b"), ("password", "a\0b")];
        assert_eq!(browser.post_raw(&fill_in(path), &[], &fields).status, 400, "{path}");
    }
    let mut visitor = Browser::new(&app);
    let token = visitor.get("/sign-in").value_of("csrf");
    let fields = [("csrf", token.as_str()), ("email", "a\0b"), ("password", "x"), ("next", "")];
    assert_eq!(visitor.post_raw("/sign-in", &[], &fields).status, 400);
    for path in ["/users", "/users.csv", "/projects", "/work-items/1", "/my-area", "/operations", "/recycle-bin"] {
        for name in ["q", "find", "after", "before", "from", "sort", "filter", "operation", "tick"] {
            let status = browser.get(&format!("{path}?{name}=a%00b")).status;
            assert!(status < 500, "{path} {name}: {status}");
        }
    }
}

#[test]
fn a_forged_place_in_a_list_is_none_whatever_is_in_it() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.history_of_every_kind(&ada);
    app.tamper("INSERT INTO teams (id, name) VALUES (1000, 'Copy')");
    let mut browser = Browser::signed_in(&app, &ada);
    let word = |json: &str| data_encoding::BASE64URL_NOPAD.encode(json.as_bytes());
    for forged in [r#"["a\u0000b",1]"#, r#"["\u0000",-1]"#, r#"[{"a\u0000":1},1]"#, "[", r#"["a",1,2]"#] {
        for list in [
            "/users?from=",
            "/users?sort=email&from=",
            "/dormant?sort=name&from=",
            "/teams?from=",
            "/teams/1000?from=",
            "/projects?after=",
            &format!("/users/{}/organization?from=", ada.id),
            &format!("/users/{}/work?tab=hours&from=", ada.id),
            "/audit-log?from=",
        ] {
            let (there, first) = (format!("{list}{}", word(forged)), browser.get(list).text());
            let page = browser.get(&there);
            assert_eq!((page.status, page.text()), (200, first), "{there}: {forged}");
        }
    }
}
