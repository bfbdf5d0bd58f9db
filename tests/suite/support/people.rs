//! Builders of named people.

use diesel::prelude::*;
use roster::db::schema::users;
use roster::db::{Conn, Timestamp, UserId};
use roster::licenses::{AccessLevel, seats};
use roster::users::{State, counts, names, password};

use super::TestApp;
use super::app::today;
use super::browser::SignedUp;

/// Everybody's password in tests.
pub const PASSWORD: &str = "plum tree by the river";

pub struct Person<'a> {
    app: &'a TestApp,
    first_name: String,
    last_name: String,
    title: String,
    email: Option<String>,
    level: AccessLevel,
    state: State,
    has_password: bool,
    last_sign_in_at: Timestamp,
    manager: Option<UserId>,
}

impl<'a> Person<'a> {
    pub fn new(app: &'a TestApp, name: &str) -> Self {
        let (first_name, last_name) = name.split_once(' ').unwrap_or((name, ""));
        Person {
            app,
            first_name: first_name.into(),
            last_name: last_name.into(),
            title: String::new(),
            email: None,
            level: AccessLevel::Standard,
            state: State::Active,
            has_password: true,
            last_sign_in_at: Timestamp::NEVER,
            manager: None,
        }
    }

    pub fn administrator(self) -> Self {
        self.level(AccessLevel::SystemAdministrator)
    }

    pub fn level(mut self, level: AccessLevel) -> Self {
        self.level = level;
        self
    }

    pub fn title(mut self, title: &str) -> Self {
        self.title = title.into();
        self
    }

    /// Else it is made of the name.
    pub fn email(mut self, email: &str) -> Self {
        self.email = Some(email.into());
        self
    }

    pub fn deactivated(mut self) -> Self {
        self.state = State::Deactivated;
        self
    }

    pub fn without_password(mut self) -> Self {
        self.has_password = false;
        self
    }

    pub fn last_signed_in(mut self, at: Timestamp) -> Self {
        self.last_sign_in_at = at;
        self
    }

    pub fn manager(mut self, manager: &SignedUp) -> Self {
        self.manager = Some(manager.id);
        self
    }

    pub fn create(self) -> SignedUp {
        let app = self.app;
        let name = format!("{} {}", self.first_name, self.last_name);
        let made = || format!("{}@example.test", name.to_lowercase().replace(' ', "."));
        let email = self.email.clone().unwrap_or_else(made);
        let id = app.write(|conn: &mut Conn| {
            let id: i64 = diesel::insert_into(users::table)
                .values((
                    users::first_name.eq(&self.first_name),
                    users::last_name.eq(&self.last_name),
                    users::email.eq(&email),
                    users::title.eq(&self.title),
                    users::state.eq(self.state),
                    users::access_level.eq((self.state == State::Active).then_some(self.level)),
                    users::last_access_level.eq(self.level),
                    users::created_at.eq(today().plus_days(-400)),
                    users::state_changed_at.eq(today().plus_days(-400)),
                    users::last_sign_in_at.eq(self.last_sign_in_at),
                    users::name_key.eq(names::name_key(&self.first_name, &self.last_name)),
                    users::email_key.eq(names::email_key(&email)),
                    users::manager_id.eq(self.manager),
                ))
                .returning(users::id)
                .get_result(conn)?;
            counts::add(conn, self.state, 1)?;
            if self.state == State::Active {
                seats::use_more(conn, self.level.license_type(), 1)?;
            }
            if self.has_password {
                let hash = password::hash(PASSWORD, &app.site.hash_cost)?;
                password::set(conn, UserId(id), &hash, false, today())?;
            }
            Ok(UserId(id))
        });
        SignedUp { id, name, email }
    }
}
