//! The leaver list: whoever was pasted is found exactly, likely or not at all, and goes straight into a plan.

use super::{confirm, state};
use crate::support::{Browser, PageSeen, SignedUp, TestApp};
use roster::lifecycle::leavers::{self, Found};
use roster::users::State;

/// Pastes a list, as the form without scripts does.
fn paste(browser: &mut Browser, people: &str) -> PageSeen {
    let page = browser.get("/leavers");
    browser.upload_with(&page, "/leavers", &[("people", people)], "file", ("", b""))
}

fn find(app: &TestApp, text: &str) -> Found {
    let list = leavers::read(text).expect("a list that is short enough");
    app.read(|conn| leavers::find(conn, list, app.site.clock.now()))
}

/// The names of exact matches.
fn exact(found: &Found) -> Vec<String> {
    found.exact.iter().map(|exact| exact.person.name()).collect()
}

/// Each entry that is not sure, with its candidates and why.
fn likely(found: &Found) -> Vec<(String, Vec<(String, &'static str)>)> {
    let of = |unsure: &leavers::Unsure| {
        let candidates = unsure.candidates.iter().map(|(person, why)| (person.name(), why.in_words()));
        (unsure.text.clone(), candidates.collect())
    };
    found.unsure.iter().map(of).collect()
}

fn number(app: &TestApp, person: &SignedUp, number: &str) {
    app.tamper(&format!("UPDATE users SET employee_number = '{number}' WHERE id = {}", person.id));
}

/// Presses a button of the result with what is ticked there, and gets to the plan.
fn go_on(browser: &mut Browser, page: &PageSeen, button: (&str, &str)) -> PageSeen {
    browser.submit(page, "/plans", &[button])
}

#[test]
fn a_pasted_list_goes_straight_into_the_leave_plan() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marsh").create());
    let dan = app.person("Dan Holt").create();
    number(&app, &dan, "10417");
    let mut browser = Browser::signed_in(&app, &ada);
    let page = paste(&mut browser, "bert cooper\r\nCLEO.MARSH@example.test\r\n10417\r\nNobody Atall");
    page.must_say("3 exact, 1 not found").must_say("Not found: 1").must_say("“Nobody Atall”").must_say("line 4");
    assert_eq!(page.count("input[name=id][checked]"), 3, "exact matches are ticked");
    let plan = go_on(&mut browser, &page, ("act", "deactivate"));
    assert_eq!(plan.text_of(".sheet__foot .button--primary"), "Deactivate 3");
    let done = confirm(&mut browser, &plan, &[("reason", "Leavers of November")]);
    assert!(done.address.starts_with("/leavers?rest=Nobody%20Atall&operation="), "{}", done.address);
    done.must_say("3 users deactivated").must_say("Still on your list");
    assert_eq!(done.text_of("textarea").trim(), "Nobody Atall", "what is left is not lost");
    for person in [&bert, &cleo, &dan] {
        assert_eq!(state(&app, person), State::Deactivated, "{}", person.name);
    }
}

#[test]
fn a_leave_date_for_the_list_is_a_plan_with_a_date() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = paste(&mut browser, "Bert Cooper");
    let plan = go_on(&mut browser, &page, ("later", "1"));
    plan.must_say("Leaves 26 Nov, 18:00");
}

#[test]
fn nothing_is_stored_until_the_plan_is_made() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    paste(&mut browser, "Bert Cooper");
    let plans: i64 = app.read(|conn| {
        use diesel::prelude::*;
        Ok(roster::db::schema::plans::table.count().get_result(conn)?)
    });
    assert_eq!((plans, state(&app, &bert)), (0, State::Active));
}

#[test]
fn a_name_is_exact_only_if_one_person_has_it() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Bert Cooper").create();
    app.person("Bert Cooper").email("bert2@example.test").create();
    app.person("Bert Cooper").email("bert3@example.test").deactivated().create();
    let found = find(&app, "Bert Cooper");
    assert_eq!((exact(&found).len(), found.unsure.len()), (0, 1));
    assert!(found.unsure[0].is_several);
    assert_eq!(found.unsure[0].candidates.len(), 3, "all of them are listed");
    let mut browser = Browser::signed_in(&app, &ada);
    let page = paste(&mut browser, "Bert Cooper");
    page.must_say("Several").must_say("bert2@example.test");
    assert_eq!(page.count("input[name=id]"), 2, "whoever is off cannot be ticked");
    assert_eq!(page.count("input[name=id][checked]"), 0);
}

#[test]
fn likely_people_are_listed_with_the_reason_and_wait_for_a_tick() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Bert Cooper").title("Copywriter").create();
    app.person("Barbara Cooper").create();
    app.person("Cleo Anna Marsh").email("cm@example.test").create();
    app.person("Zoë Holt").email("zoe@example.test").create();
    for (typed, name, why) in [
        ("Bret Cooper", "Bert Cooper", "spelled almost alike"),
        ("Bert Coper", "Bert Cooper", "spelled almost alike"),
        ("Bert Vooper", "Bert Cooper", "spelled almost alike"),
        ("Cooper Bert", "Bert Cooper", "first and last name swapped"),
        ("Cleo Marsh", "Cleo Anna Marsh", "same first and last name, more or fewer between"),
        ("Zara Holt", "Zoë Holt", "same last name and initial"),
        ("Z. Holt", "Zoë Holt", "same last name and initial"),
        ("Holt", "Zoë Holt", "one of the names"),
        ("zoe@old.example", "Zoë Holt", "same mailbox at another domain"),
        ("zoee@example.test", "Zoë Holt", "spelled almost alike"),
        ("bert.cooper@old.example", "Bert Cooper", "same mailbox at another domain"),
        ("zoe.holt@old.example", "Zoë Holt", "the name in the address"),
        ("Zoe Holt <zh@old.example>", "Zoë Holt", "this name, another address"),
    ] {
        let found = find(&app, typed);
        let all = likely(&found);
        assert_eq!(exact(&found).len(), 0, "{typed}");
        assert_eq!(all.len(), 1, "{typed}: {found:?}");
        assert_eq!(all[0].1.first(), Some(&(name.to_owned(), why)), "{typed}: {:?}", all[0].1);
    }
    let mut browser = Browser::signed_in(&app, &ada);
    let page = paste(&mut browser, "Bert Coper");
    page.must_say("“Bert Coper” Likely").must_say("Copywriter").must_say("Active");
    assert_eq!((page.count("input[name=id]"), page.count("input[name=id][checked]")), (1, 0));
    let nobody = go_on(&mut browser, &page, ("act", "deactivate"));
    nobody.must_say("Nobody was ticked.");
}

#[test]
fn a_name_with_the_last_name_first_and_a_row_of_a_spreadsheet_are_one_person() {
    let app = TestApp::start();
    app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    app.person("Anna Maria van der Berg").email("amb@example.test").create();
    app.person("Cleo Marsh").create();
    number(&app, &bert, "10417");
    for one in [
        "Cooper, Bert",
        "Bert\tCooper\t10417",
        "Cooper;Bert",
        "bert.cooper@example.test, Bert Cooper, 10417",
        "\"Cooper, Bert\" <bert.cooper@example.test>",
        "Name;Employee number;Left\nCooper, Bert;10417;2026-11-30",
        "First name,Last name\nBert,Cooper",
    ] {
        let found = find(&app, one);
        assert_eq!(exact(&found), ["Bert Cooper"], "{one}: {found:?}");
        assert_eq!((found.unsure.len(), found.none.len()), (0, 0), "{one}: {found:?}");
    }
    assert_eq!(exact(&find(&app, "van der Berg, Anna Maria")), ["Anna Maria van der Berg"]);
    let two = find(&app, "Cleo Marsh, Bert Cooper");
    assert_eq!(exact(&two), ["Bert Cooper", "Cleo Marsh"], "a comma between two people");
    let mixed = find(&app, "cleo.marsh@example.test, Bert Cooper");
    assert_eq!(exact(&mixed), ["Bert Cooper", "Cleo Marsh"], "an address and somebody else’s name");
}

#[test]
fn what_names_somebody_twice_is_merged_and_said() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Bert Cooper").create();
    let text = "Bert Cooper\nbert.cooper@example.test\nBERT COOPER\nNobody Atall\nnobody atall";
    let found = find(&app, text);
    assert_eq!((found.exact.len(), found.none.len(), found.merged), (1, 1, 3));
    assert_eq!(found.none[0].1, [4, 5]);
    let mut browser = Browser::signed_in(&app, &ada);
    let page = paste(&mut browser, text);
    page.must_say("3 entries name people who are on the list already").must_say("lines 4 and 5");
    assert_eq!(page.count("input[name=id]"), 1);
}

#[test]
fn people_who_are_off_are_said_so_and_cannot_be_ticked() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let (gone, past) = (app.person("Nils Okonkwo").deactivated().create(), app.person("Pia Lund").create());
    let deleted = app.person("Hugo Test").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let plan = super::plan(&mut browser, "delete", &[&deleted]);
    confirm(&mut browser, &plan, &[]);
    let now = app.site.clock.now().micros();
    app.tamper(&format!("UPDATE users SET leaves_at = {now}, leaves_zone = 'UTC' WHERE id = {}", past.id));
    let page = paste(&mut browser, &format!("{}\nPia Lund\nHugo Test", gone.email));
    page.must_say("3 off already").must_say("Off already: 3").must_say("Deactivated").must_say("Access ended");
    page.must_say("In the recycle bin");
    assert_eq!(page.count("input[name=id]"), 0);
    page.must_not_say("Deactivate the ticked people");
}

#[test]
fn whoever_contradicts_themselves_is_not_taken_for_exact() {
    let app = TestApp::start();
    app.person("Ada Lindqvist").administrator().create();
    let (bert, cleo) = (app.person("Bert Cooper").create(), app.person("Cleo Marsh").create());
    number(&app, &cleo, "10417");
    let found = find(&app, "Name;Employee number\nBert Cooper;10417");
    assert_eq!((exact(&found).len(), found.unsure.len()), (0, 1));
    assert_eq!(found.unsure[0].candidates.len(), 2);
    number(&app, &bert, "10417");
    assert_eq!(exact(&find(&app, "Name;Employee number\nBert Cooper;10417")), ["Bert Cooper"], "both agree on him");
    assert!(find(&app, "10417").unsure[0].is_several, "a number that two people have");
}

#[test]
fn bad_lists_are_refused_beside_the_field_and_what_was_typed_stays() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let mut browser = Browser::signed_in(&app, &ada);
    let empty = paste(&mut browser, " \n ");
    assert_eq!(empty.status, 422);
    assert!(empty.error_at("people").contains("Paste at least one name"));
    let many = "Bert Cooper\n".repeat(10_000);
    let page = paste(&mut browser, &many);
    assert_eq!(page.status, 422);
    assert!(page.error_at("people").contains("10,000 entries. Up to 2,000"), "{}", page.error_at("people"));
    assert_eq!(page.text_of("textarea").matches("Bert").count(), 10_000, "the list is still there");
    let huge = paste(&mut browser, &"x".repeat((1 << 20) + 1));
    assert_eq!(huge.status, 422);
    let form = browser.get("/leavers");
    let both = browser.upload_with(&form, "/leavers", &[("people", "Bert Cooper")], "file", ("l.txt", b"Cleo Marsh"));
    assert_eq!(both.status, 422);
    assert!(both.error_at("file").contains("not both"));
    assert_eq!(both.text_of("textarea"), "Bert Cooper");
    let binary = browser.upload(&form, "/leavers", "file", "l.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    assert_eq!(binary.status, 422);
    let odd = paste(&mut browser, "\0\u{1}\"'; DROP TABLE users; --\n%_%\n<script>alert(1)</script>@\n,,,;;;\n\"\"\"");
    assert_eq!(odd.status, 200, "{}", odd.text());
    assert!(!odd.body.contains("<script>alert"));
}

#[test]
fn a_file_is_read_and_its_text_can_be_changed_afterwards() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Jörg Weiß").email("jw@example.test").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/leavers");
    let found = browser.upload(&page, "/leavers", "file", "leavers.csv", b"Nachname;Name\nx;J\xF6rg Wei\xDF\n");
    found.must_say("1 exact").must_say("Jörg Weiß");
    assert!(found.text_of("textarea").contains("Jörg Weiß"));
}

#[test]
fn a_file_may_be_a_workbook_or_a_text_in_any_encoding() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Jörg Weiß").email("jw@example.test").create();
    app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = browser.get("/leavers");
    let utf_16: Vec<u8> = "\u{FEFF}Jörg Weiß".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in ["Jörg Weiß".as_bytes(), b"\xEF\xBB\xBFJ\xC3\xB6rg Wei\xC3\x9F", b"J\xF6rg Wei\xDF", &utf_16] {
        browser.upload(&page, "/leavers", "file", "l.txt", bytes).must_say("1 exact").must_say("jw@example.test");
    }
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let rows = [(0, 0, "Team"), (0, 1, "First name"), (0, 3, "Last name"), (0, 4, "Email")];
    let rows = rows.into_iter().chain([(1, 1, "Jörg"), (1, 3, "Weiß"), (4, 0, "x"), (4, 1, "Bert"), (4, 3, "Cooper")]);
    let sheet = workbook.add_worksheet();
    for (row, column, text) in rows.chain([(5, 4, "nobody@example.test")]) {
        sheet.write_string(row, column, text).expect("a cell");
    }
    workbook.add_worksheet().write_string(0, 0, "Ada Lindqvist").expect("a cell");
    let bytes = workbook.save_to_buffer().expect("a workbook");
    let found = browser.upload(&page, "/leavers", "file", "leavers.xlsx", &bytes);
    found
        .must_say("2 exact, 1 not found")
        .must_say("“nobody@example.test” line 6")
        .must_not_say("Nobody was looked for");
    assert_eq!(found.count("input[name=id][checked]"), 2, "the first sheet alone is read: {}", found.text());
    for (bytes, why) in [
        (&b"PK\x03\x04..."[..], "damaged"),
        (b"and\0 more", "neither a text file nor a workbook"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "old kind"),
        (&[b'x'; (1 << 20) + 1], "at most 1 MB"),
    ] {
        let refused = browser.upload(&page, "/leavers", "file", "l.xlsx", bytes);
        assert_eq!(refused.status, 422, "{why}");
        assert!(refused.error_at("file").contains(why), "{why}: {}", refused.error_at("file"));
    }
}

#[test]
fn of_many_with_one_name_some_are_listed_who_is_active_first() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    for n in 0..30 {
        app.person("Bert Cooper").email(&format!("bert{n}@example.test")).deactivated().create();
    }
    app.person("Bert Cooper").email("active@example.test").create();
    let found = find(&app, "Bert Cooper");
    let unsure = &found.unsure[0];
    assert_eq!((unsure.candidates.len(), unsure.has_more, unsure.is_several), (20, true, true));
    assert_eq!(unsure.candidates[0].0.email, "active@example.test");
    let page = paste(&mut Browser::signed_in(&app, &ada), "Bert Cooper");
    page.must_say("choose who is meant; and more: search for them");
    assert_eq!(page.count("input[name=id]"), 1);
}

#[test]
fn a_list_without_a_token_and_one_of_somebody_who_may_not_is_refused() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let forged = Browser::signed_in(&app, &ada).upload_raw("/leavers", "forged", "l.txt", b"Bert Cooper");
    assert_eq!(forged.status, 403);
    let mut berts = Browser::signed_in(&app, &bert);
    assert_eq!(berts.get("/leavers").status, 403);
    let token = berts.get("/my-area").value_of("csrf");
    assert_eq!(berts.upload_raw("/leavers", &token, "l.txt", b"Bert Cooper").status, 403);
}

#[test]
fn two_thousand_people_are_found_at_once() {
    let app = TestApp::start();
    app.person("Ada Lindqvist").administrator().create();
    app.tamper("UPDATE license_types SET seats_owned = NULL");
    app.write(|conn| {
        use diesel::prelude::*;
        for n in 0..1_990 {
            let text = format!(
                "INSERT INTO users (first_name, last_name, email, state, last_access_level, created_at, \
                 state_changed_at, name_key, email_key) VALUES ('Person', 'N{n}', 'p{n}@example.test', 'deactivated', \
                 'standard', 0, 0, 'person n{n}', 'p{n}@example.test')"
            );
            diesel::sql_query(text).execute(conn)?;
        }
        Ok(())
    });
    let half = |n: usize| if n.is_multiple_of(2) { format!("p{n}@example.test\n") } else { format!("Person N{n}\n") };
    let text: String = (0..1_990).map(half).chain((0..10).map(|n| format!("Lost Soul{n}\n"))).collect();
    let found = find(&app, &text);
    assert_eq!((found.off.len(), found.none.len() + found.unsure.len()), (1_990, 10));
}
