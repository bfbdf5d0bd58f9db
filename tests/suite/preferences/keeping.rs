//! How long deleted people and audit entries are kept.

use diesel::prelude::*;
use roster::app::housekeeping::tidy;
use roster::db::schema::{operations, settings};

use super::{Studio, save};
use crate::lifecycle::{confirm, plan};
use crate::support::Browser;

const DAY: i64 = 86_400;

/// How many operations there are after a round of tidying up.
fn operations_after_tidying(studio: &Studio) -> i64 {
    actix_web::rt::System::new().block_on(async { tidy(&studio.app.site).await.expect("tidied") });
    studio.app.read(|conn| Ok(operations::table.count().get_result(conn)?))
}

/// Hugo is in the recycle bin; that is operation 1.
fn with_somebody_deleted() -> Studio {
    let mut studio = Studio::new();
    let hugo = studio.app.person("Hugo Test").create();
    let page = plan(&mut studio.browser, "delete", &[&hugo]);
    page.must_say("recycle bin for 30 days");
    confirm(&mut studio.browser, &page, &[]);
    studio
}

#[test]
fn deleted_people_are_erased_after_the_chosen_days() {
    let mut studio = with_somebody_deleted();
    studio.choose(&[("erase_after_days", "60"), ("session_hours", "720")]);
    studio.browser.get("/recycle-bin").must_say("deleted users, kept for 60 days");
    studio.app.site.clock.advance_seconds(59 * DAY);
    assert_eq!(operations_after_tidying(&studio), 1);
    studio.app.site.clock.advance_seconds(DAY);
    assert_eq!(operations_after_tidying(&studio), 2);
}

#[test]
fn with_zero_days_nobody_is_erased_by_themselves() {
    let mut studio = with_somebody_deleted();
    studio.choose(&[("erase_after_days", "0")]);
    studio.browser.get("/recycle-bin").must_say("kept until somebody erases them");
    let bert = studio.app.person("Bert Cooper").create();
    plan(&mut studio.browser, "delete", &[&bert]).must_say("stay in the recycle bin and can be restored");
    studio.app.site.clock.advance_seconds(4_000 * DAY);
    assert_eq!(operations_after_tidying(&studio), 1);
}

#[test]
fn fewer_days_that_would_erase_people_within_minutes_want_a_tick() {
    let mut studio = with_somebody_deleted();
    studio.choose(&[("session_hours", "720")]);
    studio.app.site.clock.advance_seconds(10 * DAY);
    let page = save(&mut studio.browser, &[("erase_after_days", "7"), ("password_length", "16")]);
    assert_eq!(page.status, 422);
    assert_eq!(
        page.error_at("erase_after_days"),
        "1 deleted user has been in the recycle bin for longer, and would be erased for good within minutes."
    );
    assert_eq!((page.value_of("erase_after_days"), page.value_of("password_length")), ("7".into(), "16".into()));
    assert_eq!(studio.browser.get("/preferences").value_of("password_length"), "", "all or nothing");
    assert_eq!(operations_after_tidying(&studio), 1);
    let again = studio.browser.submit(&page, "/preferences", &[]);
    assert_eq!(again.status, 422, "not ticked");
    studio.browser.submit(&again, "/preferences", &[("erased", "1")]).must_say("The preferences are saved");
    assert_eq!(operations_after_tidying(&studio), 2);
    studio.choose(&[("password_length", "17")]);
}

#[test]
fn the_days_of_the_audit_log_stand_where_its_rule_reads_them() {
    let mut studio = Studio::new();
    let kept = |studio: &Studio| -> Option<String> {
        let row = settings::table.find("audit_retention_days").select(settings::value);
        studio.app.read(|conn| Ok(row.first(conn).optional()?))
    };
    studio.choose(&[("audit_retention_days", "1,095")]);
    assert_eq!(kept(&studio).as_deref(), Some("1095"));
    studio.choose(&[("audit_retention_days", "0")]).must_say("In force: for ever.");
    assert_eq!(kept(&studio).as_deref(), Some("0"));
    studio.choose(&[("audit_retention_days", "")]);
    assert_eq!(kept(&studio), None);
}

#[test]
fn fewer_days_that_would_remove_audit_entries_want_a_tick_beside_that_of_the_recycle_bin() {
    let mut studio = with_somebody_deleted();
    studio.choose(&[("session_hours", "720")]);
    studio.app.site.clock.advance_seconds(29 * DAY);
    studio.choose(&[("erase_after_days", "60")]);
    studio.app.site.clock.advance_seconds(6 * DAY);
    studio.browser = Browser::signed_in(&studio.app, &studio.ada);
    let page = save(&mut studio.browser, &[("audit_retention_days", "30"), ("erase_after_days", "7")]);
    assert_eq!(page.status, 422);
    assert_ne!(page.error_at("erase_after_days"), "");
    assert!(page.error_at("audit_retention_days").contains("entries are older, and would be removed for good"));
    let entries = page.attribute("[name=removed]", "value").expect("a box");
    let page = studio.browser.submit(&page, "/preferences", &[("erased", "1")]);
    assert_eq!((page.status, page.error_at("erase_after_days").as_str()), (422, ""), "one is not enough");
    assert!(page.has("[name=erased][checked]"), "what was ticked stays ticked");
    let page = studio.browser.submit(&page, "/preferences", &[("removed", &entries)]);
    page.must_say("The preferences are saved");
}
