//! An addition meets a deactivation: whichever is first, nobody who is off is added.

use std::sync::Barrier;
use std::time::Duration;

use roster::db::Lane;
use roster::edits::members::{self as rule, Refusal};
use roster::edits::run::Edits;
use roster::users::State;
use roster::users::find;
use roster::users::units::{As, Unit};

use super::{further, homes, unit};
use crate::lifecycle::{confirm, plan, state};
use crate::support::{Browser, TestApp};

#[test]
fn an_addition_racing_a_deactivation_never_slips_past_it() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let design = unit(&app, &ada, Unit::Team, "Design");
    for round in 0..24 {
        let how = if round % 2 == 0 { As::Home } else { As::Further };
        let cleo = app.person(&format!("Cleo Number{round}")).create();
        let mut browser = Browser::signed_in(&app, &ada);
        let page = plan(&mut browser, "deactivate", &[&cleo]);
        let start = Barrier::new(2);
        let outcome = std::thread::scope(|threads| {
            threads.spawn(|| {
                start.wait();
                confirm(&mut browser, &page, &[]);
            });
            start.wait();
            std::thread::sleep(Duration::from_millis(round % 8));
            let (now, runner) = (app.site.clock.now(), Edits { chain: app.site.chain.clone() });
            app.site.db.write_now(Lane::Administration, |conn| {
                rule::add(conn, &runner, ada.id, (Unit::Team, design), how, &[cleo.id], now)?;
                std::thread::sleep(Duration::from_millis(3));
                // Whoever was added stays active until this is committed.
                Ok::<_, Refusal>(find::candidate(conn, cleo.id, now)?.expect("Cleo").1)
            })
        });
        let is_member = homes(&app, &cleo).0[1].is_some() || !further(&app, &cleo).0.is_empty();
        match outcome {
            Ok(state) => assert_eq!((state, is_member), (State::Active, true), "round {round}"),
            Err(Refusal::Off(_, _, 0)) => assert!(!is_member, "round {round}"),
            Err(error) => panic!("{error:?}"),
        }
        assert_eq!(state(&app, &cleo), State::Deactivated);
    }
}

#[test]
fn an_addition_holds_the_rows_of_its_people() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let cleo = app.person("Cleo Marchetti").create();
    let design = unit(&app, &ada, Unit::Team, "Design");
    // As a write of another lane would change her, which takes no lock but that of the row.
    let (added, tried) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let (now, runner) = (app.site.clock.now(), Edits { chain: app.site.chain.clone() });
            let done = app.site.db.write_now(Lane::Administration, |conn| {
                let done = rule::add(conn, &runner, ada.id, (Unit::Team, design), As::Further, &[cleo.id], now);
                added.wait();
                tried.wait();
                std::thread::sleep(Duration::from_millis(100));
                assert_eq!(find::candidate(conn, cleo.id, now)?.expect("Cleo").1, State::Active);
                done
            });
            assert!(done.expect("added").is_some());
        });
        added.wait();
        threads.spawn(|| {
            let off = format!("UPDATE users SET state = 'deactivated', access_level = NULL WHERE id = {}", cleo.id);
            app.tamper(&off);
        });
        tried.wait();
    });
    assert_eq!((state(&app, &cleo), further(&app, &cleo).0), (State::Deactivated, vec![design]));
}
