//! Many at once: what must stay true when requests meet.

use std::sync::Barrier;

use super::{confirm, plan, state};
use crate::support::{Browser, SignedUp, TestApp};
use roster::licenses::{LicenseType, seats};
use roster::users::State;

#[test]
fn of_two_administrators_who_deactivate_each_other_exactly_one_succeeds() {
    for _ in 0..5 {
        let app = TestApp::start();
        let ada = app.person("Ada Lindqvist").administrator().create();
        let ben = app.person("Ben Okafor").administrator().create();
        let start = Barrier::new(2);
        let (ada_sees, ben_sees) = std::thread::scope(|scope| {
            let one = |who: SignedUp, whom: SignedUp| {
                let (app, start) = (&app, &start);
                move || {
                    let mut browser = Browser::signed_in(app, &who);
                    let page = plan(&mut browser, "deactivate", &[&whom]);
                    start.wait();
                    confirm(&mut browser, &page, &[])
                }
            };
            let first = scope.spawn(one(ada.clone(), ben.clone()));
            let second = scope.spawn(one(ben.clone(), ada.clone()));
            (first.join().expect("Ada"), second.join().expect("Ben"))
        });
        let states = [state(&app, &ada), state(&app, &ben)];
        let off = states.iter().filter(|state| **state == State::Deactivated).count();
        assert_eq!(off, 1, "Ada saw {}, Ben saw {}", ada_sees.address, ben_sees.address);
    }
}

#[test]
fn of_64_parallel_activations_for_10_seats_exactly_10_succeed() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let people: Vec<SignedUp> =
        (0..64).map(|n| app.person(&format!("Person Number{n}")).deactivated().create()).collect();
    app.write(|conn| seats::set_owned(conn, LicenseType::Standard, Some(11)));
    let mut browser = Browser::signed_in(&app, &ada);
    let plans: Vec<_> = people.iter().map(|person| plan(&mut browser, "activate", &[person])).collect();
    let start = Barrier::new(plans.len());
    std::thread::scope(|scope| {
        for page in &plans {
            let (mut browser, start) = (browser.clone(), &start);
            scope.spawn(move || {
                start.wait();
                let mut page = confirm(&mut browser, page, &[]);
                // The free seats moved meanwhile: look at the plan as it is now and confirm it again, as a person would.
                while page.status == 409 {
                    page = confirm(&mut browser, &page, &[]);
                }
            });
        }
    });
    let active = people.iter().filter(|person| state(&app, person) == State::Active).count();
    assert_eq!(active, 10);
    assert_eq!(app.read(|conn| seats::of(conn, LicenseType::Standard)).used, 11);
}
