//! Dormant users: who has not signed in for long, the evidence, the seats, exemptions, and the way into the leave plan.

use super::{confirm, state};
use crate::support::{Browser, PageSeen, Person, SignedUp, TestApp};
use diesel::prelude::*;
use roster::db::Timestamp;
use roster::db::schema::audit_entries;
use roster::licenses::AccessLevel;
use roster::users::State;

fn days_ago(app: &TestApp, days: i64) -> Timestamp {
    app.site.clock.now().plus_days(-days)
}

fn last_seen<'a>(app: &'a TestApp, name: &str, days: i64) -> Person<'a> {
    app.person(name).last_signed_in(days_ago(app, days))
}

fn ada(app: &TestApp) -> SignedUp {
    last_seen(app, "Ada Lindqvist", 1).administrator().create()
}

/// The names in the list, as shown.
fn listed(page: &PageSeen) -> Vec<String> {
    let html = page.html();
    let selector = scraper::Selector::parse("form[action='/plans'] tbody .table__name").expect("a selector");
    html.select(&selector).map(|name| name.text().collect::<String>()).collect()
}

fn exempt(browser: &mut Browser, person: &SignedUp, until: &str, reason: &str) -> PageSeen {
    let page = browser.get("/dormant");
    let id = person.id.to_string();
    let form = browser.submit_to(&page, "/plans", "/dormant/exemptions", &[("id", &id)]);
    browser.submit(&form, "/dormant/exemptions", &[("exempt_until", until), ("exempt_reason", reason)])
}

fn acts(app: &TestApp) -> Vec<String> {
    app.read(|conn| Ok(audit_entries::table.order(audit_entries::seq).select(audit_entries::act).load(conn)?))
}

#[test]
fn the_list_has_whoever_did_not_sign_in_for_so_long_the_longest_first() {
    let app = TestApp::start();
    let ada = ada(&app);
    last_seen(&app, "Bert Cooper", 100).create();
    last_seen(&app, "Cleo Marsh", 300).create();
    last_seen(&app, "Dan Holt", 89).create();
    last_seen(&app, "Eve Gone", 200).deactivated().create();
    app.person("Finn Never").create();
    let newcomer = app.person("Gus New").create();
    let made = days_ago(&app, 10).micros();
    app.tamper(&format!("UPDATE users SET created_at = {made} WHERE id = {}", newcomer.id));
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/dormant");
    assert_eq!(listed(&page), ["Finn Never", "Cleo Marsh", "Bert Cooper"], "never counts from the creation");
    page.must_say("17 Aug, 100 days ago").must_say("never, in 400 days");
    assert_eq!(listed(&browser.get("/dormant?sort=name")), ["Bert Cooper", "Cleo Marsh", "Finn Never"]);
    assert_eq!(listed(&browser.get("/dormant?days=60")).len(), 4);
    assert_eq!(listed(&browser.get("/dormant?days=180")), ["Finn Never", "Cleo Marsh"]);
    assert_eq!(browser.get("/dormant?days=91").status, 400);
    assert_eq!(browser.get("/dormant?license=gold").status, 400);
}

#[test]
fn seats_that_could_be_reclaimed_are_counted_per_license_and_the_filter_narrows_both() {
    let app = TestApp::start();
    let ada = ada(&app);
    for name in ["Bert Cooper", "Cleo Marsh"] {
        last_seen(&app, name, 100).create();
    }
    last_seen(&app, "Dan Holt", 100).level(AccessLevel::Light).create();
    let mut browser = Browser::signed_in(&app, &ada);
    let seats = |page: &PageSeen| page.text_of(".counts");
    assert_eq!(seats(&browser.get("/dormant")), "Standard 2 Light 1");
    let light = browser.get("/dormant?license=light");
    assert_eq!((seats(&light), listed(&light)), ("Light 1".into(), vec!["Dan Holt".to_owned()]));
    assert_eq!(seats(&browser.get("/dormant?count=all")), "Standard 2 Light 1");
    exempt(&mut browser, &dan_of(&app), "2026-12-31", "Sabbatical");
    assert_eq!(seats(&browser.get("/dormant")), "Standard 2", "nobody who is exempt");
}

fn dan_of(app: &TestApp) -> SignedUp {
    use roster::db::schema::users;
    let id = app.read(|conn| Ok(users::table.filter(users::name_key.eq("dan holt")).select(users::id).first(conn)?));
    SignedUp { id, name: "Dan Holt".into(), email: "dan.holt@example.test".into() }
}

#[test]
fn each_person_has_the_evidence_of_their_last_work_and_what_waits_for_them() {
    let app = TestApp::start();
    let ada = ada(&app);
    let bert = last_seen(&app, "Bert Cooper", 100).create();
    last_seen(&app, "Cleo Marsh", 100).create();
    let catalogue = app.project("Spring catalogue").create();
    let task = app.task(&catalogue, "Headlines").assigned_to(&bert).create();
    app.hours(&bert, &task, 60, "2026-03-01");
    app.hours(&bert, &task, 60, "2026-05-02");
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/dormant");
    page.must_say("hours 2 May").must_say("1 open assignment").must_say("nothing").must_not_say("Worked on");
    app.hours(&bert, &task, 60, "2026-11-03");
    app.note(&bert, &task, "Done by mail.");
    app.document(&bert, "brief.txt").on(&task).create();
    app.task(&catalogue, "Captions").created_by(&bert).create();
    let page = browser.get("/dormant");
    page.must_say("note 20 Nov, document 15 Nov, hours 3 Nov, work item 16 Oct");
    page.must_say("Worked on 20 Nov through somebody else or another system");
}

#[test]
fn the_list_turns_its_pages_by_key_in_both_orders() {
    let app = TestApp::start();
    let ada = ada(&app);
    app.tamper("UPDATE license_types SET seats_owned = NULL");
    // Some share the moment, so that pages meet in the middle of it.
    for n in 0..120 {
        let levels = [AccessLevel::Standard, AccessLevel::Light, AccessLevel::ExternalUser];
        let days = 100 + n / 40;
        last_seen(&app, &format!("Person N{n:03}"), days).level(levels[(n % 3) as usize]).without_password().create();
    }
    let mut browser = Browser::signed_in(&app, &ada);
    for start in ["/dormant", "/dormant?sort=name", "/dormant?license=light&days=30"] {
        let (mut page, mut seen) = (browser.get(start), Vec::new());
        let first = listed(&page);
        loop {
            seen.extend(listed(&page));
            match page.attribute("a[rel=next]", "href") {
                Some(next) => page = browser.get(&next),
                None => break,
            }
        }
        let mut each: Vec<String> = seen.clone();
        each.sort_unstable();
        each.dedup();
        let all = if start.contains("light") { 40 } else { 120 };
        assert_eq!((seen.len(), each.len()), (all, all), "{start}: everybody once");
        while let Some(previous) = page.attribute("a[rel=prev]", "href") {
            page = browser.get(&previous);
        }
        assert_eq!(listed(&page), first, "{start}: and back again");
    }
    assert_eq!(browser.get("/dormant?from=nonsense").status, 200);
}

#[test]
fn ticked_people_go_into_the_plan_with_the_reason_in_place() {
    let app = TestApp::start();
    let ada = ada(&app);
    let (bert, cleo) = (last_seen(&app, "Bert Cooper", 100).create(), last_seen(&app, "Cleo Marsh", 100).create());
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/dormant");
    let id = bert.id.to_string();
    let plan = browser.submit(&page, "/plans", &[("selection", "ticked"), ("id", &id)]);
    assert_eq!(plan.value_of("reason"), "No sign-in since 27 August 2026");
    assert_eq!(plan.text_of(".sheet__foot .button--primary"), "Deactivate 1");
    let done = confirm(&mut browser, &plan, &[]);
    assert_eq!(state(&app, &bert), State::Deactivated);
    assert!(done.address.starts_with("/dormant?days=90&operation="), "{}", done.address);
    done.must_say("1 user deactivated");
    assert_eq!(listed(&done), ["Cleo Marsh"]);
    let page = browser.get("/dormant");
    let id = cleo.id.to_string();
    browser.submit(&page, "/plans", &[("later", "1"), ("id", &id)]).must_say("Leaves 26 Nov, 18:00");
    let nothing = browser.submit(&page, "/plans", &[("selection", "ticked")]);
    nothing.must_say("Nobody is ticked.");
}

#[test]
fn all_that_match_are_sent_as_the_filter_and_frozen_when_the_plan_is_made() {
    let app = TestApp::start();
    let ada = last_seen(&app, "Ada Lindqvist", 200).administrator().create();
    let (bert, cleo) = (last_seen(&app, "Bert Cooper", 100).create(), last_seen(&app, "Cleo Marsh", 100).create());
    let dan = last_seen(&app, "Dan Holt", 100).level(AccessLevel::Light).create();
    let eve = last_seen(&app, "Eve Adams", 100).create();
    let mut browser = Browser::signed_in(&app, &ada);
    exempt(&mut browser, &eve, "2026-12-31", "Parental leave");
    // Nobody signs in without a sign-in: back to how it was.
    let long_ago = days_ago(&app, 200).micros();
    app.tamper(&format!("UPDATE users SET last_sign_in_at = {long_ago} WHERE id = {}", ada.id));
    let page = browser.get("/dormant?license=standard");
    let plan = browser.submit(&page, "/plans", &[("selection", "all")]);
    plan.must_not_say("Dan Holt").must_not_say("Eve Adams");
    let late = last_seen(&app, "Finn Late", 100).create();
    assert_eq!(plan.text_of(".sheet__foot .button--primary"), "Deactivate 2", "and not oneself");
    confirm(&mut browser, &plan, &[]);
    let states = [&ada, &bert, &cleo, &dan, &eve, &late].map(|person| state(&app, person));
    use State::{Active, Deactivated};
    assert_eq!(states, [Active, Deactivated, Deactivated, Active, Active, Active]);
    let forged = browser.post_raw(
        "/plans",
        &[],
        &[("csrf", &page.value_of("csrf")), ("act", "deactivate"), ("selection", "all"), ("days", "1")],
    );
    assert_eq!(forged.status, 400);
}

#[test]
fn an_exempt_person_is_in_neither_list_nor_plan_until_the_day_is_over() {
    let app = TestApp::start();
    let ada = ada(&app);
    let (bert, cleo) = (last_seen(&app, "Bert Cooper", 100).create(), last_seen(&app, "Cleo Marsh", 110).create());
    // Their own zone decides when the day is over: 31 December ends at 23:00 UTC in Vienna.
    app.tamper(&format!("UPDATE users SET time_zone = 'Europe/Vienna' WHERE id = {}", ada.id));
    let mut browser = Browser::signed_in(&app, &ada);
    let done = exempt(&mut browser, &bert, "2026-12-31", "Parental leave");
    done.must_say("1 person is exempt from now on.");
    assert_eq!(listed(&done), ["Cleo Marsh"]);
    let tab = browser.get("/dormant/exemptions");
    tab.must_say("Bert Cooper").must_say("31 Dec").must_say("Parental leave").must_say("Ada Lindqvist");
    assert_eq!(state(&app, &cleo), State::Active);
    let day_in_seconds = 86_400;
    app.site.clock.advance_seconds(36 * day_in_seconds + 13 * 3_600 - 1);
    let mut browser = Browser::signed_in(&app, &ada);
    assert!(!listed(&browser.get("/dormant")).contains(&"Bert Cooper".to_owned()), "the last day is not over");
    app.site.clock.advance_seconds(1);
    assert!(listed(&browser.get("/dormant")).contains(&"Bert Cooper".to_owned()), "by the clock, nothing ran");
    browser.get("/dormant/exemptions").must_say("Nobody is exempt");
    assert!(acts(&app).contains(&"user.dormancy_exempted".to_owned()));
}

#[test]
fn an_exemption_wants_a_day_within_two_years_and_a_reason() {
    let app = TestApp::start();
    let ada = ada(&app);
    let bert = last_seen(&app, "Bert Cooper", 100).create();
    let mut browser = Browser::signed_in(&app, &ada);
    for (until, reason, field, why) in [
        ("", "Leave", "exempt_until", "Give the last day"),
        ("soon", "Leave", "exempt_until", "Give the last day"),
        ("2026-11-24", "Leave", "exempt_until", "This day is over."),
        ("2028-11-26", "Leave", "exempt_until", "within the next two years"),
        ("9999-12-31", "Leave", "exempt_until", "within the next two years"),
        ("2026-12-31", "  ", "exempt_reason", "Say why"),
        ("2026-12-31", &"x".repeat(501), "exempt_reason", "At most 500"),
    ] {
        let page = exempt(&mut browser, &bert, until, reason);
        assert_eq!(page.status, 422, "{until} {reason}");
        assert!(page.error_at(field).contains(why), "{until} {reason}: {}", page.text());
        let (kept_until, kept_reason) = (page.value_of("exempt_until"), page.value_of("exempt_reason"));
        assert_eq!((kept_until.as_str(), kept_reason.as_str()), (until, reason));
    }
    assert_eq!(listed(&browser.get("/dormant")), ["Bert Cooper"]);
    assert_eq!(exempt(&mut browser, &bert, "2028-11-25", "Leave").status, 200);
    let page = browser.get("/dormant/exemptions");
    let token = page.value_of("csrf");
    let nobody = browser.post_raw("/dormant/exemptions", &[], &[("csrf", &token)]);
    assert_eq!(nobody.headers["location"], "/dormant?nothing=1");
}

#[test]
fn an_exemption_is_changed_or_ended_early_and_both_are_in_the_audit_log() {
    let app = TestApp::start();
    let ada = ada(&app);
    let bert = last_seen(&app, "Bert Cooper", 100).create();
    let mut browser = Browser::signed_in(&app, &ada);
    exempt(&mut browser, &bert, "2026-12-31", "Leave");
    let page = browser.get("/dormant/exemptions");
    let form = browser.submit(&page, "/dormant/exemptions", &[]);
    assert_eq!(form.value_of("exempt_reason"), "Leave");
    assert_eq!(form.value_of("exempt_until"), "2026-12-31", "as it is");
    let page = browser.submit(&form, "/dormant/exemptions", &[("exempt_until", "2027-01-31")]);
    let page = if page.address.starts_with("/dormant/exemptions") { page } else { browser.get("/dormant/exemptions") };
    page.must_say("31 Jan 2027").must_not_say("31 Dec");
    let end = format!("/dormant/exemptions/{}/end", bert.id);
    let ended = browser.submit(&page, &end, &[]);
    ended.must_say("Nobody is exempt");
    assert_eq!(listed(&browser.get("/dormant")), ["Bert Cooper"]);
    let token = browser.get("/account").value_of("csrf");
    assert_eq!(browser.post_raw(&end, &[], &[("csrf", &token)]).status, 410, "once is enough");
    let of_exemptions: Vec<String> = acts(&app).into_iter().filter(|act| act.contains("dormancy")).collect();
    assert_eq!(of_exemptions, ["user.dormancy_exempted", "user.dormancy_exempted", "user.dormancy_exemption_ended"]);
}

#[test]
fn nobody_is_exempted_who_is_off_and_by_nobody_who_may_not() {
    let app = TestApp::start();
    let ada = ada(&app);
    let nils = last_seen(&app, "Nils Okonkwo", 100).deactivated().create();
    let bert = last_seen(&app, "Bert Cooper", 100).create();
    let mut browser = Browser::signed_in(&app, &ada);
    let token = browser.get("/account").value_of("csrf");
    let fields = |id: &str, token: &str| {
        [("csrf", token), ("exempt", "1"), ("id", id), ("exempt_until", "2026-12-31"), ("exempt_reason", "Leave")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let post = |browser: &mut Browser, id: &str, token: &str| {
        let fields = fields(id, token);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post_raw("/dormant/exemptions", &[], &fields).status
    };
    assert_eq!(post(&mut browser, &nils.id.to_string(), &token), 400);
    assert_eq!(post(&mut browser, "999999", &token), 400);
    assert_eq!(post(&mut browser, "nonsense", &token), 400);
    let mut berts = Browser::signed_in(&app, &bert);
    let token = berts.get("/my-area").value_of("csrf");
    assert_eq!(post(&mut berts, &nils.id.to_string(), &token), 403);
    assert_eq!(berts.get("/dormant").status, 403);
    assert!(!acts(&app).iter().any(|act| act.contains("dormancy")));
}

#[test]
fn whoever_is_erased_leaves_no_exemption_behind_and_no_name_in_one() {
    let app = TestApp::start();
    let ada = ada(&app);
    let (bert, cleo) = (last_seen(&app, "Bert Cooper", 100).create(), last_seen(&app, "Cleo Marsh", 100).create());
    let eve = last_seen(&app, "Eve Adams", 1).administrator().create();
    let mut eves = Browser::signed_in(&app, &eve);
    exempt(&mut eves, &bert, "2027-06-30", "Leave");
    exempt(&mut eves, &cleo, "2027-06-30", "Covers for Bert Cooper");
    let mut browser = Browser::signed_in(&app, &ada);
    let plan = super::plan(&mut browser, "delete", &[&bert, &eve]);
    confirm(&mut browser, &plan, &[]);
    let plan = super::plan(&mut browser, "erase", &[&bert, &eve]);
    confirm(&mut browser, &plan, &[("number", "2")]);
    super::erase::until_over(&app, super::erase::latest(&app));
    let page = browser.get("/dormant/exemptions");
    page.must_say("Cleo Marsh").must_say("somebody who is gone").must_not_say("Bert Cooper").must_not_say("Eve Adams");
    let left: i64 = app.read(|conn| Ok(roster::db::schema::dormant_exemptions::table.count().get_result(conn)?));
    assert_eq!(left, 1);
}

#[test]
fn the_audit_log_forgets_an_exemption_whose_reason_names_whoever_is_erased_and_no_other() {
    let app = TestApp::start();
    let ada = ada(&app);
    let (bert, cleo) = (last_seen(&app, "Bert Cooper", 100).create(), last_seen(&app, "Cleo Marsh", 100).create());
    let dan = last_seen(&app, "Dan Holt", 100).create();
    let mut browser = Browser::signed_in(&app, &ada);
    exempt(&mut browser, &cleo, "2027-06-30", "Covers for \"Bert Cooper\"");
    exempt(&mut browser, &dan, "2027-06-30", "On leave");
    let plan = super::plan(&mut browser, "delete", &[&bert]);
    confirm(&mut browser, &plan, &[]);
    let plan = super::plan(&mut browser, "erase", &[&bert]);
    confirm(&mut browser, &plan, &[("number", "1")]);
    super::leaving::run_what_is_due(&app);
    let naming: Vec<String> = app.every_row().into_iter().filter(|row| row.contains("Cooper")).collect();
    assert_eq!(naming, Vec::<String>::new());
    let kept = |person: &SignedUp| -> i64 {
        let entries = audit_entries::table.inner_join(roster::db::schema::audit_details::table);
        let about = entries
            .filter(audit_entries::act.eq("user.dormancy_exempted"))
            .filter(audit_entries::user_id.eq(person.id));
        app.read(|conn| Ok(about.count().get_result(conn)?))
    };
    assert_eq!((kept(&cleo), kept(&dan)), (0, 1));
    app.read(|conn| Ok(app.site.chain.verify(conn)?.expect("the chain still verifies")));
}
