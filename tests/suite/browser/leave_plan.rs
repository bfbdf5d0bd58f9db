//! The leave plan, as an administrator lives with it: who takes over, on which day, undone, erased.

use super::flow::{open_plan, result, studio, to_users};
use super::look::must_look_right;
use super::{Window, key};
use crate::lifecycle::batches::crowd;
use crate::lifecycle::leaving::run_what_is_due;

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_a_departure_gets_its_day_and_its_successor_and_comes_to_pass() {
    let studio = studio();
    let hal = studio.app.person("Hal Norton").create();
    let window = studio.window();
    window.go("/users");
    open_plan(&window, &["Cleo Marchetti"], "Deactivate…");
    window.must_say("Who takes over");
    window.tab_to("#goes-open_assignments").press("s");
    window.must_say("Give the name or address of who takes over.");
    window.tab_to("#to-open_assignments").press("hal norton").press(key::TAB);
    window.must_say("to Hal Norton");
    window.tab_back_to("#when-now").press(key::DOWN).tab_to("#leave-date").press("12012026");
    window.must_say("What ends then");
    assert!(window.is_focused("#leave-date"), "the focus stays on the day: {}", window.focused());
    must_look_right(&window, "the plan of a departure");
    window.tab_to("dialog .sheet__foot .button--primary").press(key::ENTER);
    result(&window, "It is carried out at the moment of each person");

    window.click("Main Menu").click("Departures").must_say("Cleo Marchetti");
    must_look_right(&window, "the coming departures");
    studio.app.site.clock.advance_seconds(10 * 86_400);
    run_what_is_due(&studio.app);
    let window = studio.window();
    window.go("/messages");
    window.must_say("Cleo Marchetti").click("See the receipt").must_say("All promises kept");
    must_look_right(&window, "the receipt of a departure");
    window.go(&format!("/users/{}", hal.id));
    window.must_say("Hal Norton");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_alone_a_deactivation_is_undone() {
    let studio = studio();
    let window = studio.window();
    window.go("/users");
    open_plan(&window, &["Cleo Marchetti"], "Deactivate…");
    window.click("Deactivate 1");
    result(&window, "1 user deactivated");
    window.tab_to(".notice__acts a").press(key::ENTER);
    window.must_say("All promises kept");
    window.tab_to("button[value=undo]").press(key::ENTER);
    window.must_say("1 will be as before");
    window.tab_to(".sheet__foot .button--primary").press(key::ENTER);
    window.must_say("Undo of 1 person");
    window.go("/users");
    window.must_say("Cleo Marchetti");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn what_somebody_who_is_off_still_holds_is_found_in_the_menu_and_handed_over() {
    let studio = studio();
    studio.app.person("Hal Norton").create();
    let window = studio.window();
    window.go("/users");
    open_plan(&window, &["Cleo Marchetti"], "Deactivate…");
    window.tab_to("#handing-open_assignments").press(key::ENTER).must_say("Open assignments by person");
    window.go("/users");
    open_plan(&window, &["Cleo Marchetti"], "Deactivate…");
    window.click("Deactivate 1");
    result(&window, "1 user deactivated");
    window.click("Main Menu").click("Duties").must_say("Cleo Marchetti");
    must_look_right(&window, "duties held by people who are off");
    window.click("Hand over…").must_say("Nobody is ticked");
    window.tick("Cleo Marchetti").click("Hand over…").must_say("Who takes over");
    must_look_right(&window, "the plan of a handover");
    for kind in ["open_assignments", "owned_projects", "reports"] {
        window.tab_to(&format!("#goes-{kind}")).press("s");
        window.until("a name is asked for", || window.has(&format!("#to-{kind}[aria-invalid=true]")));
        window.tab_to(&format!("#to-{kind}")).press("Hal Norton").press(key::TAB);
        window.until("the name is known", || !window.has(&format!("#to-{kind}[aria-invalid=true]")));
    }
    window.click("Hand over for 1");
    window.must_say("Nothing waits for anybody who is off");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_scripts_switched_off_a_departure_wants_its_day_and_is_undone() {
    let studio = studio();
    let window = Window::without_scripts(&studio.app).sign_in(&studio.ada);
    to_users(&window);
    window.tick("Cleo Marchetti").click("More").click("Deactivate…").must_say("Who takes over");
    window.click("On a date").click("Update").must_say("Give the day as YYYY-MM-DD.");
    window.click("Now").click("Update").must_say("What ends now");
    window.click("Deactivate 1").must_say("1 user deactivated");
    window.click("See who and why").must_say("All promises kept");
    window.click("Undo…").must_say("1 will be as before");
    window.click("Activate 1").must_say("Undo of 1 person");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn somebody_deleted_is_erased_only_after_the_number_is_typed() {
    let studio = studio();
    let window = studio.window();
    to_users(&window);
    open_plan(&window, &["Hugo Test"], "Delete…");
    window.click("Delete 1");
    result(&window, "1 user deleted");
    window.click("Main Menu").click("Recycle Bin").must_say("Hugo Test");
    window.tick("Hugo Test").click("Erase now…").must_say("Nobody can restore this person afterwards");
    must_look_right(&window, "the plan of an erasure");
    window.click("Erase 1");
    window.until("the number is asked for", || window.has("#number[aria-invalid=true]"));
    window.fill_in("number", "1").click("Erase 1").must_say("1 user erased");
    window.go("/recycle-bin");
    assert!(!window.text().contains("Hugo Test"), "{}", window.text());
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_scripts_switched_off_somebody_is_erased() {
    let studio = studio();
    let window = Window::without_scripts(&studio.app).sign_in(&studio.ada);
    to_users(&window);
    window.tick("Hugo Test").click("More").click("Delete…").click("Delete 1").must_say("1 user deleted");
    window.click("Main Menu").click("Recycle Bin").must_say("Hugo Test");
    window.tick("Hugo Test").click("Erase now…").must_say("Nobody can restore this person afterwards");
    window.click("Erase 1").must_say("Type how many");
    window.fill_in("number", "1").click("Erase 1").must_say("Erasure of 1 person");
    window.until("it is over", || {
        window.go(&window.address());
        window.text().contains("1 user erased")
    });
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_and_without_scripts_the_next_people_of_a_plan_come_with_the_reason_that_was_typed() {
    for scripts in [true, false] {
        let studio = studio();
        crowd(&studio.app, 60);
        let window = if scripts { Window::open(&studio.app) } else { Window::without_scripts(&studio.app) };
        let window = window.sign_in(&studio.ada);
        window.go("/users?q=crowd&selection=all");
        window.click("More").click("Delete…").must_say("Delete 60 users?");
        // Enter keeps what was typed, and switches nobody.
        window.fill_in("reason", "Season’s end").press(key::ENTER);
        window.until("the reason is kept", || window.text().contains("changed the reason"));
        window.must_say("Delete 60 users?").click("Show the 60 people");
        window.fill_in("reason", "Season is over").tab_back_to(".plan__next .button--link").press(key::ENTER);
        window.until("the list went on", || window.has("details.plan__more[open]") && !window.has(".plan__next"));
        window.click("Delete 60").must_say("60 users deleted");
        window.click("See who and why").must_say("Season is over");
    }
}
