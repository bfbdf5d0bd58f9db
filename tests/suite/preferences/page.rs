//! The page: what is in force, what is refused, and two administrators at once.

use diesel::prelude::*;
use roster::db::schema::{audit_details, audit_entries, settings};
use roster::licenses::AccessLevel;

use super::{Studio, save};
use crate::support::{Browser, TestApp};

#[test]
fn where_nothing_is_chosen_the_servers_own_settings_are_in_force_and_the_page_says_so() {
    let app = TestApp::start_with(|site| {
        site.session_hours = 8;
        site.time_zone = jiff::tz::TimeZone::get("Europe/Vienna").expect("a zone");
    });
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/preferences");
    page.must_say("In force: Europe/Vienna, the default that ROSTER_TIME_ZONE gives.")
        .must_say("In force: 8 hours, the default that ROSTER_SESSION_HOURS gives.")
        .must_say("In force: 30 days, the default that ROSTER_ERASE_AFTER_DAYS gives.")
        .must_say("In force: 12 characters, the default.")
        .must_say("In force: for ever, the default.");
    let page = save(&mut browser, &[("session_hours", "24"), ("time_zone", "Asia/Tokyo")]);
    page.must_say("The preferences are saved")
        .must_say("In force: 24 hours. Empty the field for the default that ROSTER_SESSION_HOURS gives, 8 hours.")
        .must_say("In force: Asia/Tokyo.");
    let page = save(&mut browser, &[("session_hours", ""), ("time_zone", "")]);
    page.must_say("In force: 8 hours, the default").must_say("In force: Europe/Vienna, the default");
    let kept: Vec<String> =
        app.read(|conn| Ok(settings::table.order(settings::name).select(settings::name).load(conn)?));
    assert_eq!(kept, ["organization_name"], "a choice that is taken back leaves nothing");
}

#[test]
fn a_change_is_in_the_audit_log_with_before_and_after_of_what_changed_and_nothing_else() {
    let mut studio = Studio::new();
    studio.choose(&[("session_hours", "24")]);
    studio.choose(&[("session_hours", "48"), ("erase_after_days", "60")]);
    studio.choose(&[]);
    let entries: Vec<(String, Option<i64>, String)> = studio.app.read(|conn| {
        Ok(audit_entries::table
            .inner_join(audit_details::table.on(audit_details::seq.eq(audit_entries::seq)))
            .order(audit_entries::seq)
            .select((audit_entries::act, audit_entries::actor_id, audit_details::details))
            .load(conn)?)
    });
    assert_eq!(entries.len(), 2, "saving what is there already is no change: {entries:?}");
    let (act, actor, details) = &entries[1];
    assert_eq!((act.as_str(), *actor), ("preferences.changed", Some(studio.ada.id.0)));
    assert_eq!(
        details,
        r#"{"before":{"session_hours":"24","erase_after_days":null},"after":{"session_hours":"48","erase_after_days":"60"}}"#
    );
    let verified = studio.app.read(|conn| studio.app.site.chain.verify(conn)).expect("whole");
    assert_eq!(verified.entries, 2);
}

#[test]
fn the_name_stands_in_the_head_of_every_page() {
    let mut studio = Studio::new();
    studio.choose(&[("organization_name", "Southwind & Sons")]);
    let page = studio.browser.get("/projects");
    assert_eq!(page.text_of(".header__organization"), "Southwind & Sons");
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_everything_typed_is_kept() {
    let mut studio = Studio::new();
    let long = "x".repeat(101);
    for (field, nonsense) in [
        ("organization_name", " "),
        ("organization_name", &long),
        ("time_zone", "Europe/Viena"),
        ("time_zone", "Etc/GMT+3"),
        ("time_zone", "posixrules"),
        ("session_hours", "0"),
        ("session_hours", "721"),
        ("session_hours", "-5"),
        ("session_hours", "soon"),
        ("session_hours", "1.5"),
        ("session_hours", "99999999999999999999"),
        ("password_length", "7"),
        ("password_length", "65"),
        ("erase_after_days", "3651"),
        ("erase_after_days", "-1"),
        ("audit_retention_days", "29"),
        ("audit_retention_days", "36501"),
    ] {
        let other = if field == "session_hours" { "password_length" } else { "session_hours" };
        let page = save(&mut studio.browser, &[(other, "9"), (field, nonsense)]);
        assert_eq!(page.status, 422, "{field} {nonsense}");
        assert_ne!(page.error_at(field), "", "{field} {nonsense}");
        assert_eq!(page.attribute(&format!("#{field}"), "aria-invalid").as_deref(), Some("true"));
        assert_eq!((page.value_of(field).trim(), page.value_of(other).as_str()), (nonsense.trim(), "9"));
        page.must_say("The preferences were not saved.");
    }
    let kept: i64 = studio.app.read(|conn| Ok(settings::table.count().get_result(conn)?));
    assert_eq!(kept, 0, "all or nothing");
    let refused = studio.browser.post_raw("/preferences", &[], &[("csrf", "forged")]);
    assert_eq!(refused.status, 403);
    let token = studio.browser.get("/preferences").value_of("csrf");
    assert_eq!(studio.browser.post_raw("/preferences", &[], &[("csrf", &token), ("time_zone", "UTC")]).status, 400);
}

#[test]
fn an_administrator_with_an_old_form_is_shown_both_values_and_nothing_is_lost() {
    let mut studio = Studio::new();
    studio.choose(&[]);
    let bert = studio.app.person("Bert Cooper").administrator().create();
    let mut bert = Browser::signed_in(&studio.app, &bert);
    let old = bert.get("/preferences");
    studio.choose(&[("session_hours", "24"), ("time_zone", "Asia/Tokyo")]);
    let wrong = bert.submit(&old, "/preferences", &[("session_hours", "many")]);
    assert_eq!(wrong.status, 422);
    let told = bert.submit(&wrong, "/preferences", &[("session_hours", "6"), ("password_length", "16")]);
    assert_eq!(told.status, 409, "a correction in between does not make the form newer");
    told.must_say("Session lifetime: now “24 hours”, you entered “6 hours”")
        .must_say("Time zone: now “Asia/Tokyo”, it was “the default, UTC”")
        .must_not_say("Minimum password length: now");
    let fields = ["session_hours", "password_length", "time_zone"].map(|field| told.value_of(field));
    assert_eq!(fields, ["6", "16", "Asia/Tokyo"], "what was entered stays; what was not touched follows");
    assert_eq!(bert.get("/preferences").value_of("session_hours"), "24", "nothing was saved");
    bert.submit(&told, "/preferences", &[]).must_say("The preferences are saved");
    let page = studio.browser.get("/preferences");
    let fields = ["session_hours", "password_length", "time_zone"].map(|field| page.value_of(field));
    assert_eq!(fields, ["6", "16", "Asia/Tokyo"], "saving again is a decision");
}

#[test]
fn two_forms_that_arrive_at_the_same_moment_are_one_change_and_one_conflict() {
    let mut studio = Studio::new();
    studio.choose(&[]);
    let page = studio.browser.get("/preferences");
    let (mut one, mut two) = (studio.browser.clone(), studio.browser.clone());
    let mut statuses = std::thread::scope(|scope| {
        let first = scope.spawn(|| one.submit(&page, "/preferences", &[("session_hours", "24")]).status);
        let second = scope.spawn(|| two.submit(&page, "/preferences", &[("session_hours", "48")]).status);
        [first.join().expect("an answer"), second.join().expect("an answer")]
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[test]
fn nobody_but_who_administers_saves_preferences() {
    let mut studio = Studio::new();
    let emil = studio.app.person("Emil Hansen").level(AccessLevel::Light).create();
    let mut emil = Browser::signed_in(&studio.app, &emil);
    let token = emil.get("/account").value_of("csrf");
    let fields = [("csrf", token.as_str()), ("organization_name", "Mine"), ("shown_organization_name", "")];
    assert_eq!(emil.post_raw("/preferences", &[], &fields).status, 403);
    let page = studio.browser.get("/preferences");
    studio.app.tamper(&format!("UPDATE users SET access_level = 'light' WHERE id = {}", studio.ada.id));
    let refused = studio.browser.submit(&page, "/preferences", &[("organization_name", "Mine")]);
    assert_eq!(refused.status, 403, "as they are now, not as they were when they opened the page");
    let kept: i64 = studio.app.read(|conn| Ok(settings::table.count().get_result(conn)?));
    assert_eq!(kept, 0);
}

#[test]
fn another_process_holds_to_a_change_at_once() {
    let mut studio = Studio::new();
    let folder = tempfile::tempdir().expect("a folder");
    let other = TestApp::start_on(studio.app.database.clone(), folder);
    let mut there = Browser::new(&other);
    there.set_cookie("roster-session", studio.browser.cookie("roster-session").expect("a session"));
    there.get("/recycle-bin").must_say("kept for 30 days");
    studio.choose(&[("organization_name", "Southwind"), ("erase_after_days", "90"), ("time_zone", "Asia/Tokyo")]);
    let page = there.get("/recycle-bin");
    page.must_say("kept for 90 days");
    assert_eq!(page.text_of(".header__organization"), "Southwind");
    assert_eq!(there.get("/account").attribute("#time_zone", "placeholder").as_deref(), Some("Asia/Tokyo"));
}
