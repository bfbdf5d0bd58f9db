//! Setup, Preferences: what the organization chooses for itself holds at once, in every process.

mod keeping;
mod page;
mod passwords;
mod signing_in;
mod zones;

use crate::support::{Browser, PageSeen, SignedUp, TestApp};

/// An organization with one administrator, who has signed in.
struct Studio {
    app: TestApp,
    ada: SignedUp,
    browser: Browser,
}

impl Studio {
    fn new() -> Studio {
        let app = TestApp::start();
        let ada = app.person("Ada Lindqvist").administrator().create();
        let browser = Browser::signed_in(&app, &ada);
        Studio { app, ada, browser }
    }

    /// Saves these preferences, which must be right.
    #[track_caller]
    fn choose(&mut self, fields: &[(&str, &str)]) -> PageSeen {
        let seen = save(&mut self.browser, fields);
        assert_eq!((seen.status, seen.error_at("erase_after_days").as_str()), (200, ""), "{}", seen.text());
        seen
    }
}

/// Fills in a fresh form; the organization has a name.
#[track_caller]
fn save(browser: &mut Browser, fields: &[(&str, &str)]) -> PageSeen {
    let page = browser.get("/preferences");
    let named = fields.iter().any(|(name, _)| *name == "organization_name");
    let name: &[(&str, &str)] = if named { &[] } else { &[("organization_name", "Northwind Studio")] };
    browser.submit(&page, "/preferences", &[name, fields].concat())
}
