//! Every page and everything that opens over it: accessible and within the window, on a desk and on a phone, light and dark.

use super::{Window, axe};
use crate::pages::{Door, World};
use crate::support::TestApp;

const SIZES: [(u32, u32); 2] = [(1440, 900), (390, 844)];

/// Looks at what the window shows in every size and scheme.
pub fn must_look_right(window: &Window, what: &str) {
    for (width, height) in SIZES {
        window.resize(width, height);
        for dark in [false, true] {
            window.set_dark(dark);
            let scheme = if dark { "dark" } else { "light" };
            axe::must_be_accessible(window, &format!("{what}, {width} wide, {scheme}"));
        }
        window.must_fit();
    }
    window.resize(SIZES[0].0, SIZES[0].1);
    window.set_dark(false);
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn every_page_is_accessible_and_fits() {
    let world = World::new();
    let (visitor, ada) = (Window::open(&world.app), Window::signed_in(&world.app, &world.ada));
    for page in &world.pages {
        let window = if page.door == Door::Everybody { &visitor } else { &ada };
        window.go(&page.address);
        must_look_right(window, page.route);
    }
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn a_new_organization_is_accessible_and_fits() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let window = Window::signed_in(&app, &ada);
    for path in ["/users", "/operations", "/recycle-bin", "/licenses"] {
        window.go(path);
        must_look_right(&window, path);
    }
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn every_menu_is_accessible_and_fits() {
    let world = World::new();
    let window = Window::signed_in(&world.app, &world.ada);
    for page in &world.pages {
        window.go(&page.address);
        let menus = window.script(
            "return [...document.querySelectorAll('[popovertarget]')].map(button => button.getAttribute('popovertarget'))",
            serde_json::json!([]),
        );
        for menu in menus.as_array().into_iter().flatten().filter_map(|menu| menu.as_str()) {
            // The menus of the frame are the same everywhere: once is enough.
            if matches!(menu, "main-menu" | "account-menu") && page.route != "/account" {
                continue;
            }
            for (width, height) in SIZES {
                window.resize(width, height);
                window.click_opener(menu);
                window.until("the menu is open", || window.has(&format!("#{menu}:popover-open")));
                for dark in [false, true] {
                    window.set_dark(dark);
                    axe::must_be_accessible(&window, &format!("the menu {menu} at {width}"));
                }
                window.must_fit();
                window.set_dark(false);
                window.press(super::key::ESCAPE);
                window.until("the menu is closed", || !window.has(&format!("#{menu}:popover-open")));
            }
        }
    }
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn refusals_are_accessible_and_fit() {
    let world = World::new();
    let window = Window::signed_in(&world.app, &world.emil);
    window.expect_status(404).expect_status(403);
    window.go("/nothing/here");
    must_look_right(&window, "an unknown address");
    window.go("/account/password");
    window.fill_in("current", "wrong").fill_in("new", "short").fill_in("again", "other");
    window.click("Change password");
    window.until("the form is refused", || window.has("[aria-invalid=true]"));
    must_look_right(&window, "a refused form");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn these_tests_see_what_is_wrong() {
    let world = World::new();
    let window = Window::open(&world.app);
    window.go("/sign-in");
    let add = "const text = document.createElement('p'); text.textContent = 'hardly to be read';
        text.style.color = '#ccc'; text.style.background = '#ddd'; text.style.width = '2000px'; document.querySelector('main').append(text);
        document.querySelector('main').insertAdjacentHTML('beforeend', '<i style=\"color: red\"></i>')";
    window.script(add, serde_json::json!([]));
    let seen = axe::violations(&window);
    assert!(seen.iter().any(|text| text.starts_with("color-contrast")), "{seen:#?}");
    assert!(!window.what_is_too_wide().is_empty());
    let complaints = window.complaints();
    assert!(complaints.iter().any(|text| text.contains("Content Security Policy")), "{complaints:#?}");
}
