//! What holds for every page there is. A page that is not in the list below fails the first test.

use crate::support::{Browser, PageSeen, SignedUp, TestApp};
use crate::{edits, imports, lifecycle};
use roster::licenses::AccessLevel;

/// Who may open a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Everybody,
    SignedIn,
    Administrators,
}

/// One page: the route as `routes.rs` has it, where to find an example, and who may open it.
#[derive(Debug)]
pub struct PageAt {
    pub route: &'static str,
    pub address: String,
    pub door: Door,
    /// Ids of the elements that htmx may ask for alone.
    pub fragments: &'static [&'static str],
}

/// Addresses that are no pages of this kind: answers to machines, the start that only leads on, downloads and pictures, and
/// the links of the first administrator and of new people, which have tests of their own.
const NO_PAGES: [&str; 16] = [
    "/audit-log.csv",
    "/audit-log.json",
    "/imports/sample.csv",
    "/imports/sample.xlsx",
    "/reports/{id}/result.csv",
    "/operations/{id}/result.csv",
    "/",
    "/healthz",
    "/readyz",
    "/setup/{token}",
    "/welcome/{token}",
    "/users/{id}/photo",
    "/users.csv",
    "/users.xlsx",
    "/users.json",
    "/documents/{id}",
];

/// An organization in which every page has something to show.
pub struct World {
    pub app: TestApp,
    pub ada: SignedUp,
    /// Has a Light license, and so no business in Users and Setup.
    pub emil: SignedUp,
    pub pages: Vec<PageAt>,
}

impl World {
    pub fn new() -> World {
        let app = TestApp::start();
        let ada = app.person("Ada Lindqvist").administrator().title("Studio Director").create();
        let emil = app.person("Emil Hansen").level(AccessLevel::Light).title("Designer").create();
        let cleo = app.person("Cleo Marchetti").title("Contractor, copy").create();
        let hugo = app.person("Hugo Test").level(AccessLevel::Light).create();
        let nils = app.person("Nils Okonkwo").title("Motion designer").deactivated().create();
        let (project, item) = app.history_of_every_kind(&cleo);
        let report = app.report(&ada, "Hours of the studio");
        let mut browser = Browser::signed_in(&app, &ada);
        let made = lifecycle::plan(&mut browser, "delete", &[&hugo]);
        lifecycle::confirm(&mut browser, &made, &[]);
        let plan = lifecycle::plan(&mut browser, "delete", &[&cleo, &emil]).address;
        let operation = browser.get("/operations").attribute("main a.table__name", "href").expect("an operation");
        let fields = edits::choose(&mut browser, "edits", &[&cleo, &emil]);
        let edit = edits::ask(&mut browser, &fields, &[("tick", "title"), ("title", "Author")]).address;
        app.tamper("INSERT INTO companies (name) VALUES ('Northwind')");
        app.tamper("INSERT INTO teams (name) VALUES ('Design')");
        app.tamper("INSERT INTO team_members (team_id, user_id) SELECT teams.id, users.id FROM teams, users");
        let (company, team, rename) = ("/companies/1", "/teams/1?find=emil", "/teams/1/edit");
        let (company, team, rename) = (company.to_owned(), team.to_owned(), rename.to_owned());
        let import =
            imports::uploaded(&mut browser, "people.csv", b"Email,First name\nnew@example.test,Nova\n").address;
        let page = |route, address: String, door, fragments| PageAt { route, address, door, fragments };
        let pages = vec![
            page("/sign-in", "/sign-in".into(), Door::Everybody, &[]),
            page("/account", "/account".into(), Door::SignedIn, &[]),
            page("/account/password", "/account/password".into(), Door::SignedIn, &[]),
            page("/help/deactivate-or-delete", "/help/deactivate-or-delete".into(), Door::SignedIn, &[]),
            page("/plans/{id}/lists/{kind}", format!("{plan}/lists/notes"), Door::Administrators, &[]),
            page("/plans/{id}", plan, Door::Administrators, &["dialog", "plan"]),
            page("/edits/{id}/fields", fields.address, Door::Administrators, &["dialog", "plan"]),
            page("/edits/{id}", edit, Door::Administrators, &["dialog", "plan"]),
            page("/operations", "/operations".into(), Door::Administrators, &[]),
            page("/operations/{id}", operation, Door::Administrators, &["progress"]),
            page("/audit-log", format!("/audit-log?user={}", hugo.id), Door::Administrators, &[]),
            page("/departures", "/departures".into(), Door::Administrators, &[]),
            page("/messages", "/messages".into(), Door::SignedIn, &[]),
            page("/duties", "/duties".into(), Door::Administrators, &[]),
            page("/leavers", "/leavers".into(), Door::Administrators, &[]),
            page("/dormant", "/dormant?days=30".into(), Door::Administrators, &[]),
            page("/dormant/exemptions", "/dormant/exemptions".into(), Door::Administrators, &[]),
            page("/recycle-bin", "/recycle-bin".into(), Door::Administrators, &[]),
            page("/users", "/users?filter=all".into(), Door::Administrators, &["list"]),
            page("/users", "/users?filter=active&q=nobody+of+this+name".into(), Door::Administrators, &["list"]),
            page("/users", "/users?filter=deactivated&selection=all".into(), Door::Administrators, &["list"]),
            page("/users", "/users?filter=all&grouping=access_level".into(), Door::Administrators, &["list"]),
            page(
                "/users",
                "/users?filter=all&columns=email,name,manager,off_since&level=light".into(),
                Door::Administrators,
                &["list"],
            ),
            page("/users/filter", "/users/filter?filter=all".into(), Door::Administrators, &["dialog"]),
            page("/users/view", "/users/view?columns=name,team".into(), Door::Administrators, &["dialog"]),
            page("/users/saved", "/users/saved?filter=all&kind=view".into(), Door::Administrators, &[]),
            page("/users/new", "/users/new".into(), Door::Administrators, &[]),
            page("/users/new", format!("/users/new?from={}", cleo.id), Door::Administrators, &[]),
            page("/users/{id}", format!("/users/{}", emil.id), Door::Administrators, &[]),
            page("/users/{id}", format!("/users/{}", nils.id), Door::Administrators, &[]),
            page("/users/{id}/work", format!("/users/{}/work", cleo.id), Door::Administrators, &["history"]),
            page("/users/{id}/updates", format!("/users/{}/updates", emil.id), Door::Administrators, &[]),
            page("/users/{id}/organization", format!("/users/{}/organization", emil.id), Door::Administrators, &[]),
            page("/users/{id}/activity", format!("/users/{}/activity", cleo.id), Door::Administrators, &[]),
            page("/users/{id}/sessions", format!("/users/{}/sessions", emil.id), Door::Administrators, &[]),
            page("/users/{id}/photo/edit", format!("/users/{}/photo/edit", emil.id), Door::Administrators, &[]),
            page("/users/{id}/link", format!("/users/{}/link", emil.id), Door::Administrators, &[]),
            page("/users/{id}/edit", format!("/users/{}/edit", emil.id), Door::Administrators, &[]),
            page("/users/{id}/password", format!("/users/{}/password", emil.id), Door::Administrators, &[]),
            page("/licenses", "/licenses".into(), Door::Administrators, &[]),
            page("/{unit:companies|teams|groups|job-roles}", "/companies".into(), Door::Administrators, &["rows"]),
            page("/{unit:companies|teams|groups|job-roles}", "/teams?q=des".into(), Door::Administrators, &["rows"]),
            page("/{unit:companies|teams|groups|job-roles}/new", "/groups/new".into(), Door::Administrators, &[]),
            page("/{unit:companies|teams|groups|job-roles}/{id}", company, Door::Administrators, &["matches"]),
            page("/{unit:companies|teams|groups|job-roles}/{id}", team, Door::Administrators, &["matches"]),
            page("/{unit:companies|teams|groups|job-roles}/{id}/edit", rename, Door::Administrators, &[]),
            page("/preferences", "/preferences".into(), Door::Administrators, &[]),
            page("/imports/new", "/imports/new".into(), Door::Administrators, &[]),
            page("/imports/{id}", import, Door::Administrators, &[]),
            page("/projects", "/projects".into(), Door::SignedIn, &["rows"]),
            page("/projects/new", "/projects/new".into(), Door::SignedIn, &[]),
            page("/projects/{id}", format!("/projects/{}?show=hours", project.id), Door::SignedIn, &[]),
            page("/work-items/{id}", format!("/work-items/{}?find=ada", item.id), Door::SignedIn, &["matches"]),
            page("/reports", "/reports".into(), Door::SignedIn, &[]),
            page("/reports/{id}", format!("/reports/{report}"), Door::SignedIn, &[]),
            page("/my-area", "/my-area".into(), Door::SignedIn, &[]),
        ];
        World { app, ada, emil, pages }
    }

    fn behind(&self, doors: &[Door]) -> impl Iterator<Item = &PageAt> {
        let doors = doors.to_vec();
        self.pages.iter().filter(move |page| doors.contains(&page.door))
    }
}

/// The GET routes in `routes.rs`: `.route("/users/{id}", get().to(...))`.
fn routes() -> Vec<String> {
    let text = include_str!("../../src/app/routes.rs").split_whitespace().collect::<String>();
    let entries = text.split(".route(\"").skip(1).filter_map(|rest| rest.split_once("\","));
    let gets = entries.filter(|(_, handler)| handler.starts_with("get()") || handler.starts_with("web::get()"));
    gets.map(|(path, _)| path.to_owned()).filter(|path| !path.starts_with("/static/")).collect()
}

#[test]
fn every_page_is_in_the_list() {
    let world = World::new();
    let listed: Vec<&str> = world.pages.iter().map(|page| page.route).chain(NO_PAGES).collect();
    for route in routes() {
        assert!(listed.contains(&route.as_str()), "{route} is not in the list of tests/suite/pages.rs");
    }
    for route in listed {
        assert!(routes().iter().any(|known| known == route), "{route} is no route");
    }
}

#[test]
fn every_page_has_a_title_one_heading_and_safe_headers() {
    let world = World::new();
    let (mut visitor, mut ada) = (Browser::new(&world.app), Browser::signed_in(&world.app, &world.ada));
    for page in &world.pages {
        let browser = if page.door == Door::Everybody { &mut visitor } else { &mut ada };
        let seen = browser.get(&page.address);
        assert_eq!(seen.status, 200, "{page:?}: {}", seen.text());
        assert!(seen.text_of("title").len() > " · Roster".len(), "{page:?} has no title of its own");
        assert_eq!(seen.count("main h1"), 1, "{page:?}: a page has one heading");
        assert!(!seen.text_of("main h1").is_empty(), "{page:?}: the heading is empty");
        let header = |name: &str| seen.headers.get(name).cloned().unwrap_or_default();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{page:?}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{page:?}: {policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{page:?}");
        assert_eq!(header("referrer-policy"), "same-origin", "{page:?}");
        assert_eq!(header("cache-control"), "no-store", "{page:?}");
    }
}

#[test]
fn every_page_asks_visitors_to_sign_in_and_then_leads_back() {
    let world = World::new();
    for page in world.behind(&[Door::SignedIn, Door::Administrators]) {
        let mut visitor = Browser::new(&world.app);
        let seen = visitor.get(&page.address);
        assert!(seen.address.starts_with("/sign-in"), "{page:?} is open to visitors: {}", seen.text());
        let seen =
            visitor.submit(&seen, "/sign-in", &[("email", &world.ada.email), ("password", crate::support::PASSWORD)]);
        let (path, _) = page.address.split_once('?').unwrap_or((&page.address, ""));
        assert_eq!((seen.status, seen.address.split('?').next()), (200, Some(path)), "{page:?}");
    }
}

#[test]
fn no_fragment_is_given_to_visitors() {
    let world = World::new();
    for page in world.behind(&[Door::SignedIn, Door::Administrators]) {
        for target in page.fragments {
            let seen = fragment(&mut Browser::new(&world.app), page, target);
            let redirect = seen.headers.get("hx-redirect").cloned().unwrap_or_default();
            assert!(redirect.starts_with("/sign-in"), "{page:?} {target}: {redirect} {}", seen.body);
        }
    }
}

#[test]
fn users_and_setup_are_closed_to_whoever_does_not_administer() {
    let world = World::new();
    let mut emil = Browser::signed_in(&world.app, &world.emil);
    for page in world.behind(&[Door::Administrators]) {
        let seen = emil.get(&page.address);
        assert_eq!(seen.status, 403, "{page:?}: {}", seen.text());
        assert_eq!(seen.count("h1"), 1, "{page:?}");
    }
    for page in world.behind(&[Door::SignedIn]) {
        let seen = emil.get(&page.address);
        assert_eq!(seen.status, 200, "{page:?}: {}", seen.text());
    }
}

#[test]
fn a_fragment_is_the_same_part_of_the_page() {
    let world = World::new();
    let mut ada = Browser::signed_in(&world.app, &world.ada);
    for page in &world.pages {
        for target in page.fragments {
            let whole = ada.get(&page.address);
            let part = fragment(&mut ada, page, target);
            assert_eq!(part.status, 200, "{page:?} {target}: {}", part.text());
            assert!(!part.body.contains("<html"), "{page:?}: the whole page came as {target}");
            let (whole, part) = (without_tokens(&whole.body), without_tokens(&part.body));
            assert!(whole.contains(part.trim()), "{page:?} {target} differs from the page:\n{part}");
        }
    }
}

fn fragment(browser: &mut Browser, page: &PageAt, target: &str) -> PageSeen {
    browser.get_with(&page.address, &[("HX-Request", "true"), ("HX-Target", target)])
}

/// Tokens are masked anew each time.
fn without_tokens(html: &str) -> String {
    let mut parts = html.split("name=\"csrf\" value=\"");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('"').map_or("", |(_, rest)| rest));
    }
    text
}

#[test]
fn an_unknown_address_is_a_page_that_says_so() {
    let app = TestApp::start();
    let seen = Browser::new(&app).get("/nothing/here");
    assert_eq!(seen.status, 404);
    seen.must_say("Nothing here");
    assert_eq!(seen.count("h1"), 1);
}
