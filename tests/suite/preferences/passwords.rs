//! Which passwords will do: the organization's length, none of the common ones, no names; on every path.

use roster::preferences::{Setting, store};
use roster::sign_in::setup;
use roster::users::password_rules::{Known, Rules, common_passwords};

use super::Studio;
use crate::support::program::run_with;
use crate::support::{Browser, PASSWORD, PageSeen, TestApp};

/// Each with a part of its sentence: too short, everybody's, one's own name, the organization's.
const REFUSED: [(&str, &str); 5] = [
    ("gray heron pond", "Use at least 16 characters"),
    ("1!Passw0rd!2026..", "everybody tries first"),
    ("PASSWORD12345678", "everybody tries first"),
    ("Cleo Marchetti 27", "too easy to guess"),
    ("Northwind-Studio", "too easy to guess"),
];
const FINE: &str = "gray heron on a pond";

fn rules(app: &TestApp) -> Rules {
    app.read(Rules::read)
}

fn studio() -> Studio {
    let mut studio = Studio::new();
    studio.choose(&[("password_length", "16")]);
    studio
}

/// Each refused password stands at the field; the last one will do.
fn walk(field: &str, mut choose: impl FnMut(&str) -> PageSeen) {
    for (password, sentence) in REFUSED {
        let page = choose(password);
        assert_eq!(page.status, 422, "{password}");
        assert!(page.error_at(field).contains(sentence), "{password}: {}", page.error_at(field));
    }
    let page = choose(FINE);
    assert_eq!(page.error_at(field), "", "{}", page.text());
}

#[test]
fn one_s_own_password_is_as_the_organization_asks() {
    let studio = studio();
    let cleo = studio.app.person("Cleo Marchetti").create();
    let mut browser = Browser::signed_in(&studio.app, &cleo);
    browser.get("/account/password").must_say("At least 16 characters.");
    walk("new", |password| {
        let page = browser.get("/account/password");
        let fields = [("current", PASSWORD), ("new", password), ("again", password)];
        browser.submit(&page, "/account/password", &fields)
    });
}

#[test]
fn the_password_that_a_new_user_chooses_by_their_link_is_as_the_organization_asks() {
    let mut studio = studio();
    let cleo = studio.app.person("Cleo Marchetti").without_password().create();
    let address = format!("/users/{}/link", cleo.id);
    let page = studio.browser.get(&address);
    let page = studio.browser.submit(&page, &address, &[]);
    let link = page.attribute("#link", "value").expect("a link");
    let link = link[link.find("/welcome/").expect("an address of ours")..].to_owned();
    let mut browser = Browser::new(&studio.app);
    walk("password", |password| {
        let page = browser.get(&link);
        browser.submit(&page, &link, &[("password", password), ("again", password)])
    });
}

#[test]
fn a_new_first_password_is_as_the_organization_asks() {
    let mut studio = studio();
    let cleo = studio.app.person("Cleo Marchetti").create();
    let address = format!("/users/{}/password", cleo.id);
    walk("password", |password| {
        let page = studio.browser.get(&address);
        studio.browser.submit(&page, &address, &[("password", password)])
    });
}

#[test]
fn the_first_administrators_password_is_as_the_rules_ask() {
    let app = TestApp::start();
    app.write(|conn| store::set(conn, Setting::PasswordLength, Some("16")));
    let now = app.site.clock.now();
    let token = app.write(|conn| setup::make_link(conn, now)).expect("a link, as nobody is there");
    let link = format!("/setup/{token}");
    let mut browser = Browser::new(&app);
    browser.get(&link).must_say("At least 16 characters.");
    walk("password", |password| {
        let page = browser.get(&link);
        let fields = [
            ("organization", "Northwind Studio"),
            ("first_name", "Cleo"),
            ("last_name", "Marchetti"),
            ("email", "cleo@example.test"),
            ("password", password),
            ("again", password),
        ];
        browser.submit(&page, &link, &fields)
    });
}

#[test]
fn the_command_line_asks_the_same_of_a_password() {
    let studio = studio();
    let cleo = studio.app.person("Cleo Marchetti").create();
    let new = ["--email", "c@example.test", "--first-name", "Cleo", "--last-name", "Marchetti"];
    let back = ["--email", cleo.email.as_str(), "--reactivate"];
    for arguments in [&new[..], &back[..]] {
        let arguments = [&["admin", "create"], arguments].concat();
        for (password, sentence) in REFUSED {
            run_with(&mut studio.app.roster(&arguments), &format!("{password}\n")).must_end_with(1).must_say(sentence);
        }
        run_with(&mut studio.app.roster(&arguments), &format!("{FINE}\n")).must_end_with(0);
    }
}

#[test]
fn no_password_has_to_mix_signs_and_long_ones_are_not_taken_for_names() {
    let studio = Studio::new();
    let rules = rules(&studio.app).of("Northwind");
    assert!(common_passwords() > 5_000);
    let known = Known { first_name: "Ann", last_name: "Li", email: "a7@example.test" };
    let said = |password: &str| rules.problem(password, &known);
    for fine in ["gray heron pond", "annual northwind sale", "lili und ann im boot", "日本の静かな池と青鷺の影絵"]
    {
        assert_eq!(said(fine), None, "{fine}");
    }
    for refused in
        ["aaaaaaaaaaaa", "annli1234567", "LI ANN 20262026", "A7@example.test", "northwind!!!2026", "Sunshine20262026"]
    {
        assert!(said(refused).is_some(), "{refused}");
    }
    let nobody = Known { first_name: "", last_name: "", email: "" };
    assert_eq!(rules.clone().of("4711").problem("9 1234 8765 0", &nobody), None, "digits alone are nobody's name");
}
