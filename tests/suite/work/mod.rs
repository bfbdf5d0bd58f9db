//! The work side: who sees and does what, who can be assigned, what stays when people leave.

mod assigning;
mod documents;
mod leaving;
mod pages;
mod reports;
mod rights;

use diesel::prelude::*;
use roster::db::schema::users;
use roster::users::State;

use crate::support::{SignedUp, TestApp};

/// As the lifecycle does it to the row: no access level any more.
fn deactivate(app: &TestApp, user: &SignedUp) {
    app.write(|conn| {
        let off = (users::state.eq(State::Deactivated), users::access_level.eq(None::<String>));
        diesel::update(users::table.find(user.id)).set(off).execute(conn)?;
        Ok(())
    });
}

fn delete(app: &TestApp, user: &SignedUp) {
    app.write(|conn| {
        let deleted = (
            users::state.eq(State::Deleted),
            users::access_level.eq(None::<String>),
            users::deleted_from.eq("active"),
            users::deleted_at.eq(1),
        );
        diesel::update(users::table.find(user.id)).set(deleted).execute(conn)?;
        Ok(())
    });
}
