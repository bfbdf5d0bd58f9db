//! Checks of people: counters beside what they count, keys beside what they are folded from.

use super::{Finding, Found, Installation, some_of};
use crate::db::{Conn, UserId};
use crate::licenses::seats;
use crate::sign_in;
use crate::users::store::consistency;
use crate::users::{State, counts, names};

pub fn seats_are_held(conn: &mut Conn, _: &Installation) -> Found {
    let held = consistency::active_by_level(conn)?;
    let wrong = seats::all(conn)?.into_iter().filter_map(|seats| {
        let of_type = held.iter().filter(|(level, _)| level.license_type() == seats.license_type);
        let held: i64 = of_type.map(|(_, people)| people).sum();
        let name = seats.license_type.name();
        (held != seats.used)
            .then(|| Finding::Wrong(format!("{name}: the counter says {}, active users hold {held}", seats.used)))
    });
    Ok(wrong.collect())
}

pub fn seats_are_owned(conn: &mut Conn, _: &Installation) -> Found {
    let wrong = seats::all(conn)?.into_iter().filter_map(|seats| {
        let owned = seats.owned.filter(|owned| seats.used > *owned)?;
        Some(Finding::Wrong(format!("{}: {} used, {owned} owned", seats.license_type.name(), seats.used)))
    });
    Ok(wrong.collect())
}

pub fn counts(conn: &mut Conn, _: &Installation) -> Found {
    let counted = counts::read(conn)?;
    let there = consistency::by_state(conn)?;
    let pairs =
        [(State::Active, counted.active), (State::Deactivated, counted.deactivated), (State::Deleted, counted.deleted)];
    let wrong = pairs.into_iter().filter_map(|(state, counter)| {
        let there = there.iter().find(|(of, _)| *of == state).map_or(0, |(_, people)| *people);
        (there != counter)
            .then(|| Finding::Wrong(format!("{}: the counter says {counter}, there are {there}", state.name())))
    });
    Ok(wrong.collect())
}

pub fn levels(conn: &mut Conn, _: &Installation) -> Found {
    Ok(named("user", &consistency::with_a_wrong_level(conn)?))
}

pub fn emails(conn: &mut Conn, _: &Installation) -> Found {
    let shared = consistency::shared_addresses(conn)?;
    Ok(if shared.is_empty() { Vec::new() } else { vec![Finding::Wrong(some_of(&shared))] })
}

pub fn administrators(conn: &mut Conn, _: &Installation) -> Found {
    if consistency::administrators_who_can_sign_in(conn)? > 0 {
        return Ok(Vec::new());
    }
    let anybody = consistency::by_state(conn)?.iter().any(|(_, people)| *people > 0);
    Ok(vec![if anybody {
        Finding::Wrong("none can: `roster admin create` is the way back in".into())
    } else {
        Finding::Warning("there is nobody yet: open the link that `roster serve` prints".into())
    }])
}

pub fn keys(conn: &mut Conn, _: &Installation) -> Found {
    let mut wrong = Vec::new();
    consistency::for_each(conn, |user| {
        let name_key = names::name_key(&user.first_name, &user.last_name);
        if user.name_key != name_key || user.email_key != names::email_key(&user.email) {
            wrong.push(user.id);
        }
    })?;
    Ok(named("user", &wrong))
}

pub fn search(conn: &mut Conn, _: &Installation) -> Found {
    Ok(named("user", &consistency::not_searchable(conn)?))
}

pub fn sessions(conn: &mut Conn, _: &Installation) -> Found {
    Ok(named("user", &sign_in::store::who_is_off_but_has_sessions(conn)?))
}

fn named(what: &str, ids: &[UserId]) -> Vec<Finding> {
    match ids {
        [] => Vec::new(),
        [one] => vec![Finding::Wrong(format!("not true of {what} {one}"))],
        many => vec![Finding::Wrong(format!("not true of {what}s {}", some_of(many)))],
    }
}
