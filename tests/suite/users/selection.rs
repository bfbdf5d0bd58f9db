//! What is ticked goes along from page to page, without scripts.

use diesel::prelude::*;
use roster::db::schema::plans;
use roster::users::list::ticks;

use crate::support::{Browser, PageSeen, SignedUp, TestApp};

struct Studio {
    app: TestApp,
    ada: SignedUp,
    people: Vec<SignedUp>,
}

/// Ada, and sixty others: more than a page.
fn studio() -> Studio {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let person = |i: i32| {
        let person = app.person(&format!("Person {i:02}")).without_password();
        person.level(roster::licenses::AccessLevel::ExternalUser).create()
    };
    let people = (0..60).map(person).collect();
    Studio { app, ada, people }
}

#[test]
fn ticks_survive_paging_sorting_and_a_changed_search_and_are_counted() {
    let Studio { app, ada, people } = studio();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users");
    let page = ada.go_on(&page, "Next", &[&people[0], &people[1]]);
    page.must_say("2 selected, 2 not shown here");
    let page = ada.go_on(&page, "Email", &[&people[55]]);
    page.must_say("3 selected, 1 not shown here");
    assert_eq!(page.count("[data-tick][checked]"), 2, "those on this page are ticked");
    let page = ada.send_ticks(&page, "/users/selection", &[&people[0], &people[1]], &[("search", "person 5")]);
    page.must_say("3 selected, 2 not shown here");
    assert!(page.address.contains("sort=email") && page.address.contains("q=person"), "{}", page.address);
    assert!(page.has(&format!("[data-tick][checked][value='{}']", people[55].id)));
    // Unticked here: it is not any more, and the others stay.
    let page = ada.send_ticks(&page, "/users/selection", &[], &[("search", "")]);
    page.must_say("2 selected");
    let page = ada.go_on(&page, "Deactivated", &[&people[0]]);
    page.must_say("1 selected, 1 not shown here").must_say("There is no deactivated user here");
    let page = ada.send_ticks(&page, "/users/selection/clear", &[], &[("go", "/users")]);
    page.must_say("Nothing selected");
    assert_eq!(page.count("[data-tick][checked]"), 0);
}

#[test]
fn an_act_is_for_everybody_who_is_ticked_on_whatever_page() {
    let Studio { app, ada, people } = studio();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users");
    let page = ada.go_on(&page, "Next", &[&people[0], &people[1]]);
    let plan = ada.send_ticks(&page, "/plans", &[&people[55]], &[("act", "deactivate")]);
    plan.must_say("Deactivate 3").must_say("Person 00").must_say("Person 01").must_say("Person 55");
    let done = crate::lifecycle::confirm(&mut ada, &plan, &[]);
    done.must_say("3 users deactivated").must_say("Nothing selected");
    assert!(!done.address.contains("picked"), "what is done is not ticked any more: {}", done.address);
}

#[test]
fn one_who_is_ticked_elsewhere_is_edited_or_copied() {
    let Studio { app, ada, people } = studio();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users");
    let page = ada.go_on(&page, "Next", &[&people[3]]);
    let edited = ada.send_ticks(&page, "/edits/new", &[], &[]);
    assert_eq!(edited.address, format!("/users/{}/edit", people[3].id));
    ada.send_ticks(&page, "/edits/new", &[&people[4]], &[]).must_say("2 people");
    ada.send_ticks(&page, "/updates/new", &[&people[4]], &[]).must_say("2 people");
    let copied = ada.send_ticks(&page, "/users/copy", &[], &[]);
    assert_eq!(copied.address, format!("/users/new?from={}", people[3].id));
    ada.send_ticks(&page, "/users/copy", &[&people[4]], &[]).must_say("More than one person is ticked");
    let page = ada.get("/users");
    ada.send_ticks(&page, "/users/copy", &[], &[]).must_say("Tick the one person to copy first");
}

#[test]
fn all_that_match_stay_selected_on_other_pages_of_the_same_list_only() {
    let Studio { app, ada, mut people } = studio();
    let mut browser = Browser::signed_in(&app, &ada);
    people.push(ada);
    let ada = &mut browser;
    let page = ada.get("/users?selection=all");
    let page = ada.go_on(&page, "Next", &on_page(&page, &people));
    page.must_say("All that match selected");
    let page = ada.go_on(&page, "Name", &on_page(&page, &people));
    page.must_say("All that match selected");
    let page = ada.send_ticks(&page, "/users/selection", &[], &[("search", "person 1")]);
    page.must_say("Nothing selected");
}

/// Those of them who are on the page.
fn on_page<'a>(page: &PageSeen, people: &'a [SignedUp]) -> Vec<&'a SignedUp> {
    let shown = page.value_of("shown");
    people.iter().filter(|person| shown.split(',').any(|id| id == person.id.to_string())).collect()
}

/// What can be done with a selection, with the button's field.
const ACTS: [(&str, (&str, &str)); 6] = [
    ("/plans", ("act", "deactivate")),
    ("/plans", ("act", "delete")),
    ("/edits/new", ("button", "")),
    ("/updates/new", ("button", "")),
    ("/users/export", ("format", "csv")),
    ("/users/copy", ("button", "")),
];

fn plans(app: &TestApp) -> i64 {
    app.read(|conn| Ok(plans::table.count().get_result(conn)?))
}

#[test]
fn all_that_match_without_somebody_of_the_page_is_not_acted_on_and_the_ticks_stay() {
    let Studio { app, ada, mut people } = studio();
    let mut browser = Browser::signed_in(&app, &ada);
    people.push(ada);
    let page = browser.get("/users?selection=all");
    let all = on_page(&page, &people);
    let but_one: Vec<&SignedUp> = all.iter().copied().filter(|person| person.id != people[0].id).collect();
    let next = page.leads_to("Next");
    let next = ("/users/selection", ("go", next.as_str()));
    for (path, button) in ACTS.into_iter().chain([next]) {
        let back = browser.send_ticks(&page, path, &but_one, &[button]);
        back.must_say("All that match and single exceptions cannot be combined.");
        back.must_say(&format!("{} selected", but_one.len())).must_not_say("not shown here");
        assert_eq!(back.count("[data-tick][checked]"), but_one.len(), "{path}: the ticks are kept");
        assert!(!back.has(&format!("[data-tick][checked][value='{}']", people[0].id)), "{path}");
    }
    assert_eq!(plans(&app), 0);
    let plan = browser.send_ticks(&page, "/plans", &all, &[("act", "deactivate")]);
    assert!(plan.address.starts_with("/plans/"), "with all of them ticked it is for all that match: {}", plan.address);
}

#[test]
fn a_selection_of_which_nothing_is_kept_any_more_is_not_acted_on() {
    let Studio { app, ada, people } = studio();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users");
    let page = ada.go_on(&page, "Next", &[&people[0], &people[1]]);
    let word = page.value_of("picked");
    ada.send_ticks(&page, "/users/selection/clear", &[], &[("go", "/users")]); // as in another tab
    let elsewhere = ("/users/selection", ("go", "/users?filter=all"));
    for (path, button) in ACTS.into_iter().chain([elsewhere]) {
        let back = ada.send_ticks(&page, path, &[&people[55]], &[button]);
        back.must_say("The ticks of other pages are not kept any more.").must_say("1 selected");
        assert_ne!(back.value_of("picked"), word, "{path}");
        let nobody = ada.send_ticks(&page, path, &[], &[button]);
        nobody.must_say("The ticks of other pages are not kept any more.").must_say("Nothing selected");
    }
    assert_eq!(plans(&app), 0);
    let list = ada.get(&format!("/users?picked={word}"));
    list.must_say("The ticks of other pages are not kept any more.").must_say("Nothing selected");
    let plan = ada.send_ticks(&list, "/plans", &[&people[0]], &[("act", "deactivate")]);
    assert!(plan.address.starts_with("/plans/"), "the way on is open again: {}", plan.address);
}

#[test]
fn a_selection_is_its_owners_alone() {
    let Studio { app, ada, people } = studio();
    let zoe = app.person("Zoe Second").administrator().create();
    let (mut ada, mut zoe) = (Browser::signed_in(&app, &ada), Browser::signed_in(&app, &zoe));
    let page = ada.get("/users");
    let page = ada.go_on(&page, "Next", &[&people[0], &people[1]]);
    let word = page.value_of("picked");
    assert!(!word.is_empty());
    let seen = zoe.get(&format!("/users?picked={word}"));
    seen.must_say("Nothing selected");
    zoe.send_ticks(&seen, "/plans", &[], &[("act", "deactivate")]).must_say("Nobody is ticked");
    // Nor does anybody write into it, or clear it.
    let hers = zoe.go_on(&seen, "Next", &[&people[5]]);
    assert_ne!(hers.value_of("picked"), word);
    zoe.send_ticks(&seen, "/users/selection/clear", &[], &[("go", "/users")]);
    ada.get(&format!("/users?picked={word}")).must_say("2 selected");
}

#[test]
fn forged_and_oversized_selections_are_refused_cleanly() {
    let Studio { app, ada, people } = studio();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users");
    let send = |ada: &mut Browser, more: &[(&str, &str)]| ada.send_ticks(&page, "/users/selection", &[], more);
    assert_eq!(send(&mut ada, &[("shown", "1,x")]).status, 400);
    for go in ["https://evil.test/", "//evil.test", "/account", "/users-of-another"] {
        let answer = send(&mut ada, &[("go", go)]);
        assert!(answer.address.starts_with("/users") && answer.address != "/account", "{go}: {}", answer.address);
    }
    let page = ada.go_on(&page, "Next", &[&people[0]]);
    let many: Vec<String> = (1..=ticks::MOST as i64 + 1).map(|id| id.to_string()).collect();
    let csrf = page.value_of("csrf");
    let word = page.value_of("picked");
    let mut fields = vec![("csrf", csrf.as_str()), ("go", "/users?filter=all"), ("picked", word.as_str())];
    fields.extend(many.iter().map(|id| ("id", id.as_str())));
    let answer = ada.post_raw("/users/selection", &[], &fields);
    let page = ada.get(&answer.headers["location"]);
    page.must_say("cannot be ticked one by one").must_say("1 selected");
}

#[test]
fn a_selection_goes_away_after_two_days() {
    let Studio { app, ada, people } = studio();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/users");
    let page = browser.go_on(&page, "Next", &[&people[0]]);
    let word = page.value_of("picked");
    app.site.clock.advance_seconds(3 * 86_400);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(roster::app::housekeeping::tidy(&app.site)).expect("tidied");
    assert_eq!(app.read(|conn| roster::users::list::picked::read(conn, ada.id, &word)), None);
}

#[test]
fn a_copy_of_several_is_refused_and_their_ticks_stay() {
    let Studio { app, ada, people } = studio();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users");
    let back = ada.send_ticks(&page, "/users/copy", &[&people[0], &people[1]], &[]);
    back.must_say("More than one person is ticked").must_say("2 selected").must_not_say("not shown here");
    for person in &people[..2] {
        assert!(back.has(&format!("[data-tick][checked][value='{}']", person.id)), "{}", person.name);
    }
    let page = ada.go_on(&back, "Next", &[&people[0], &people[1]]);
    let back = ada.send_ticks(&page, "/users/copy", &[&people[55]], &[]);
    back.must_say("More than one person is ticked").must_say("3 selected, 2 not shown here");
}

#[test]
fn whoever_thinks_better_of_an_act_comes_back_to_the_same_selection_and_place() {
    let Studio { app, ada, mut people } = studio();
    let mut browser = Browser::signed_in(&app, &ada);
    people.push(ada);
    let page = browser.get("/users?counted=61&selection=all");
    let page = browser.go_on(&page, "Next", &on_page(&page, &people));
    let plan = browser.send_ticks(&page, "/edits/new", &on_page(&page, &people), &[]);
    let back = browser.get(&plan.link("Cancel"));
    back.must_say("All 61 that match selected");
    assert_eq!(back.value_of("shown"), page.value_of("shown"), "the same page");
    // After the act nobody is selected, and the count may be another one.
    let plan = browser.send_ticks(&page, "/updates/new", &on_page(&page, &people), &[]);
    let action = plan.address.trim_end_matches("/fields").to_owned();
    let plan = browser.submit(&plan, &action, &[("body", "Moved to the new house")]);
    let done = browser.submit_to(&plan, &action, &format!("{action}/operation"), &[]);
    assert!(!done.address.contains("counted") && !done.address.contains("selection"), "{}", done.address);
}
