//! `roster audit verify`.

use roster::audit::Event;

use crate::support::TestApp;
use crate::support::program::run;

fn with_three_entries() -> TestApp {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let now = app.site.clock.now();
    let events: Vec<Event> = (0..3).map(|_| Event::new("user.edited", None).about(ada.id)).collect();
    app.write(|conn| app.site.chain.record(conn, now, &events));
    app
}

#[test]
fn an_untouched_chain_verifies_and_its_head_is_printed() {
    let app = with_three_entries();
    let ended = run(&mut app.roster(&["audit", "verify"]));
    ended.must_end_with(0).must_say("is as it was written").must_say("entries: 3").must_say("head: ");
}

#[test]
fn an_edited_a_removed_and_a_cut_off_entry_are_found() {
    for (sql, finding) in [
        ("UPDATE audit_entries SET act = 'user.erased' WHERE seq = 2", "entry 2 was edited"),
        ("DELETE FROM audit_details WHERE seq = 2; DELETE FROM audit_entries WHERE seq = 2", "entry 2 was removed"),
        ("DELETE FROM audit_details WHERE seq = 3; DELETE FROM audit_entries WHERE seq = 3", "entries 3 to 3 were"),
        ("UPDATE audit_details SET details = '{\"x\":1}' WHERE seq = 1", "the details of entry 1 were edited"),
        ("UPDATE audit_head SET entries = 2", "the head of the chain was edited"),
    ] {
        let app = with_three_entries();
        app.tamper(sql);
        run(&mut app.roster(&["audit", "verify"])).must_end_with(1).must_say(finding);
    }
}

#[test]
fn without_a_database_or_a_key_it_says_that_it_could_not_look() {
    let app = with_three_entries();
    let mut command = app.roster(&["audit", "verify"]);
    run(command.env("ROSTER_KEY_FILE", app.folder.path().join("none"))).must_end_with(2).must_say("cannot be read");
    assert!(!app.folder.path().join("none").exists(), "looking makes no key");
}
