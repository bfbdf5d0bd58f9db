//! How an act came is kept with its entry.

use diesel::prelude::*;
use roster::audit::Event;
use roster::db::schema::{audit_entries, audit_head};
use roster::secrets::{Keys, authenticate};

use super::tidy_up;
use crate::lifecycle::{confirm, plan};
use crate::support::program::{run, run_with};
use crate::support::{Browser, TestApp};

/// Act and path of every entry.
fn paths(app: &TestApp) -> Vec<(String, String)> {
    let columns = (audit_entries::act, audit_entries::path);
    app.read(|conn| Ok(audit_entries::table.order(audit_entries::seq).select(columns).load(conn)?))
}

fn has(app: &TestApp, act: &str, path: &str) -> bool {
    paths(app).contains(&(act.to_owned(), path.to_owned()))
}

#[test]
fn an_act_on_a_page_and_one_on_the_command_line_are_told_apart() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "deactivate", &[&bert]);
    confirm(&mut browser, &page, &[]);
    assert!(has(&app, "user.deactivated", "page"), "{:?}", paths(&app));
    let mut command = app.roster(&["admin", "create", "--email", &bert.email, "--reactivate", "--password-stdin"]);
    run_with(&mut command, "a good long password\n").must_end_with(0);
    assert!(has(&app, "user.made_administrator", "command_line"), "{:?}", paths(&app));
}

#[test]
fn what_happens_by_the_clock_came_by_schedule() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let page = plan(&mut browser, "delete", &[&bert]);
    confirm(&mut browser, &page, &[]).must_say("1 user deleted");
    app.site.clock.advance_seconds(31 * 86_400);
    tidy_up(&app);
    assert!(has(&app, "recycle_bin.emptied", "schedule"), "{:?}", paths(&app));
    let begun = std::time::Instant::now();
    while !has(&app, "user.erased", "schedule") {
        assert!(begun.elapsed().as_secs() < 30, "{:?}", paths(&app));
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// As the version before this column wrote them.
#[test]
fn entries_from_before_paths_were_kept_still_verify() {
    let app = TestApp::start();
    let key = Keys::new([7; 32]).derive("audit");
    let now = app.site.clock.now();
    let digest = vec![1_u8; 32];
    let link = authenticate(
        &key,
        &[
            &[],
            &1_i64.to_be_bytes(),
            &now.micros().to_be_bytes(),
            b"user.edited",
            &[],
            &7_i64.to_be_bytes(),
            &[],
            &digest,
        ],
    );
    let seal = authenticate(&key, &[b"head", &1_i64.to_be_bytes(), &link]);
    app.write(|conn| {
        diesel::insert_into(audit_entries::table)
            .values((
                audit_entries::seq.eq(1),
                audit_entries::at.eq(now),
                audit_entries::act.eq("user.edited"),
                audit_entries::user_id.eq(7),
                audit_entries::digest.eq(&digest),
                audit_entries::link.eq(link.to_vec()),
            ))
            .execute(conn)?;
        diesel::insert_into(audit_head::table)
            .values((
                audit_head::id.eq(1),
                audit_head::entries.eq(1),
                audit_head::link.eq(link.to_vec()),
                audit_head::seal.eq(seal.to_vec()),
            ))
            .execute(conn)?;
        app.site.chain.record(conn, now, &[Event::new("user.edited", None)])
    });
    assert_eq!(app.read(|conn| app.site.chain.verify(conn)).expect("whole").entries, 2);
    run(&mut app.roster(&["audit", "verify"])).must_end_with(0).must_say("entries: 2");
}
