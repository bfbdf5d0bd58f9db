//! Whoever leaves: pasted as a list, or found dormant; and from there into the leave plan.

use super::look::must_look_right;
use super::{Window, key};
use crate::support::{SignedUp, TestApp};

struct Studio {
    app: TestApp,
    ada: SignedUp,
}

/// Bert and Cleo were last here long ago, Dan never; Ada was here today.
fn studio() -> Studio {
    let app = TestApp::start();
    let long_ago = app.site.clock.now().plus_days(-200);
    let ada = app.person("Ada Lindqvist").administrator().last_signed_in(app.site.clock.now()).create();
    app.person("Bert Cooper").title("Copywriter").last_signed_in(long_ago).create();
    app.person("Cleo Marsh").last_signed_in(long_ago).create();
    let dan = app.person("Dan Holt").create();
    app.tamper(&format!("UPDATE users SET employee_number = '10417' WHERE id = {}", dan.id));
    Studio { app, ada }
}

const LIST: &str = "bert cooper\n10417\nCleo Mrash\nNobody Atall";
const CLEO: &str = "Cleo Marsh, cleo.marsh@example.test";

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn pasted_leavers_are_found_and_go_straight_into_the_leave_plan() {
    let studio = studio();
    let window = Window::signed_in(&studio.app, &studio.ada);
    window.go("/users");
    super::list::open_menu(&window, "more");
    window.click("Leaver list…").must_say("Nothing changes yet, and the list is not kept.");
    window.click("Find them").must_say("Nobody was looked for.");
    must_look_right(&window, "a leaver list that is empty");
    window.fill_in("people", LIST).click("Find them").must_say("2 exact, 1 to look at, 1 not found");
    window.must_say("“Cleo Mrash” Likely tick whoever is meant").must_say("spelled almost alike");
    window.must_say("Not found: 1").must_say("“Nobody Atall”").must_say("2 selected");
    must_look_right(&window, "the matches of a leaver list");
    window.tick(CLEO).must_say("3 selected");
    window.click("Deactivate the ticked people…").must_say("Deactivate 3");
    must_look_right(&window, "the plan of leavers");
    window.fill_in("reason", "Leavers of November").click("Deactivate 3").must_say("3 users deactivated");
    assert!(window.address().starts_with("/leavers"), "{}", window.address());
    must_look_right(&window, "the leaver list with its result");
    window.click("See who and why").must_say("All promises kept").must_say("Leavers of November");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn by_keyboard_alone_pasted_leavers_get_a_leave_date() {
    let studio = studio();
    let window = Window::signed_in(&studio.app, &studio.ada);
    window.go("/leavers");
    window.tab_to("#people").press(&LIST.replace('\n', key::ENTER));
    window.tab_to("main .button--primary").press(key::ENTER).must_say("2 exact, 1 to look at, 1 not found");
    window.tab_to(&format!("[aria-label='Select {CLEO}']")).press(key::SPACE).must_say("3 selected");
    window.tab_back_to("[name=later]").press(key::ENTER).must_say("Leaves 26 Nov, 18:00");
    window.until("the focus is in the dialog", || window.is_focused("dialog *"));
    must_look_right(&window, "the plan of leavers with a date");
    window.tab_to("dialog .sheet__foot .button--primary").press(key::ENTER);
    window.must_say("It is carried out at the moment of each person");
    window.go("/departures");
    window.must_say("Bert Cooper").must_say("Cleo Marsh").must_say("Dan Holt");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn somebody_dormant_is_exempt_until_a_day_and_the_others_go_into_the_leave_plan() {
    let studio = studio();
    let window = Window::signed_in(&studio.app, &studio.ada);
    window.click("Main Menu").click("Dormant users").must_say("Seats that could be reclaimed");
    window.must_say("Standard 3");
    must_look_right(&window, "dormant users");
    window.click("Exempt…").must_say("Nobody is ticked.");
    window.tick("Bert Cooper").must_say("1 selected").click("Exempt…").must_say("Exempt 1 person");
    window.tab_to("#exempt_until").press("11242026").tab_to("#exempt_reason").press("Parental leave").press(key::ENTER);
    window.must_say("This day is over.");
    must_look_right(&window, "an exemption that is wrong");
    window.tab_to("#exempt_until").press("12312026").press(key::ENTER).must_say("1 person is exempt from now on.");
    window.must_say("Standard 2");
    must_look_right(&window, "dormant users with somebody exempt");
    window.click("See the exemptions").must_say("Bert Cooper").must_say("Parental leave").must_say("31 Dec");
    must_look_right(&window, "the exemptions");

    window.go("/dormant");
    window.tick("Cleo Marsh").click("Deactivate…").must_say("Deactivate 1");
    must_look_right(&window, "the plan of somebody dormant");
    window.press(key::ESCAPE);
    window.until("the plan is closed", || !window.has("dialog[open]"));
    window.click("Deactivate all that match…").must_say("Deactivate 2").click("Deactivate 2");
    window.must_say("2 users deactivated").must_say("Nobody is dormant");
    must_look_right(&window, "nobody dormant any more");
    window.go("/dormant/exemptions");
    window.click("End now").must_say("Nobody is exempt");
    window.go("/dormant");
    window.must_say("Bert Cooper");
}

#[test]
#[ignore = "needs Chromium: ./tests/run"]
fn with_scripts_switched_off_leavers_and_dormant_people_go_into_the_leave_plan() {
    let studio = studio();
    let window = Window::without_scripts(&studio.app).sign_in(&studio.ada);
    window.go("/leavers");
    window.fill_in("people", LIST).click("Find them").must_say("2 exact, 1 to look at, 1 not found");
    window.click("Deactivate the ticked people…").must_say("Deactivate 2").click("Deactivate 2");
    window.must_say("2 users deactivated");
    window.click("Dormant users").tick("Cleo Marsh").click("Set a leave date…").must_say("Leaves 26 Nov, 18:00");
}
