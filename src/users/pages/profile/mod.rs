//! One person: who they are, in which state and why, and in tabs what there is to know about them.

pub mod activity;
pub mod details;
pub mod organization;
pub mod sessions;
pub mod updates;
pub mod work;

use askama::Template;
use jiff::tz::TimeZone;

use crate::db::{self, Conn, OperationId, Timestamp, UserId};
use crate::lifecycle::Act;
use crate::lifecycle::pages::result::{self, ResultNotice};
use crate::lifecycle::words;
use crate::users::State;
use crate::users::details::{self as rows, Cause, Details};
use crate::web::{Answer, Error, Page, text};

/// The tabs of a profile, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Details,
    Work,
    Updates,
    Organization,
    Activity,
    Sessions,
}

impl Tab {
    const ALL: [Tab; 6] = [Tab::Details, Tab::Work, Tab::Updates, Tab::Organization, Tab::Activity, Tab::Sessions];

    fn title(self) -> &'static str {
        match self {
            Tab::Details => "Details",
            Tab::Work => "Work",
            Tab::Updates => "Updates",
            Tab::Organization => "Organization",
            Tab::Activity => "Activity",
            Tab::Sessions => "Sessions",
        }
    }

    fn address(self, user: UserId) -> String {
        match self {
            Tab::Details => format!("/users/{user}"),
            tab => format!("/users/{user}/{}", tab.title().to_lowercase()),
        }
    }
}

/// What stands above every tab: the person, their state and why, and what can be done.
pub struct Head {
    pub person: Details,
    tab: Tab,
    cause: Option<Cause>,
    leaving: Option<Cause>,
    result: Option<ResultNotice>,
}

/// Why there is no profile to show.
pub enum Missing {
    /// They are in the recycle bin.
    Deleted(Box<Head>),
    Database(db::Error),
}

impl From<db::Error> for Missing {
    fn from(error: db::Error) -> Self {
        Missing::Database(error)
    }
}

#[derive(Template)]
#[template(path = "users/deleted.html")]
struct Deleted {
    page: Page,
    state: String,
}

impl Missing {
    pub fn answer(self, page: Page) -> Answer {
        match self {
            Missing::Database(error) => Err(Error::from(error)),
            Missing::Deleted(head) => {
                let deleted = Deleted { state: head.state_in_words(&page), page };
                deleted.page.html(&deleted)
            }
        }
    }
}

impl Head {
    /// `operation`: what it did is said on the way back from it.
    pub fn read(conn: &mut Conn, user: UserId, tab: Tab, operation: Option<OperationId>) -> Result<Head, Missing> {
        let person = rows::of(conn, user)?;
        let cause = rows::cause(conn, &person)?;
        let leaving = rows::cause_of_leaving(conn, &person)?;
        let result = operation.map(|id| result::notice(conn, id)).transpose()?.flatten();
        let head = Head { person, tab, cause, leaving, result };
        if head.person.is_deleted() { Err(Missing::Deleted(Box::new(head))) } else { Ok(head) }
    }

    // What the templates ask.

    fn tabs(&self) -> [Tab; 6] {
        Tab::ALL
    }

    fn is_shown(&self, tab: &Tab) -> bool {
        self.tab == *tab
    }

    /// "Leaves 1 Dec, 18:00 Europe/Vienna (17:00 UTC)", or, past that moment, "Left 1 Dec, being deactivated".
    fn leaves_in_words(&self, page: &Page) -> Option<String> {
        let (at, zone) = (self.person.leaves_at?, self.zone_of_leaving());
        if at <= page.now {
            return Some(format!("Left {}, being deactivated", text::moment(at, page.now, &zone)));
        }
        Some(format!("Leaves {}", words::moment(at, &zone, page.now, &page.zone)))
    }

    fn zone_of_leaving(&self) -> TimeZone {
        TimeZone::get(&self.person.leaves_zone).unwrap_or(TimeZone::UTC)
    }

    /// The operation behind the state line.
    fn operation(&self) -> Option<OperationId> {
        let cause = if self.person.leaves_at.is_some() { &self.leaving } else { &self.cause };
        cause.as_ref().map(|cause| cause.operation)
    }

    /// The state in one readable line: since when, by whom, and why.
    pub fn state_in_words(&self, page: &Page) -> String {
        let person = &self.person;
        match person.state {
            State::Active if person.leaves_at.is_some() => self.leaving_in_words(page),
            State::Active if person.last_sign_in_at.is_never() => {
                format!("Never signed in, here since {}", long_day(page, &person.created_at))
            }
            State::Active => format!("Active, last signed in {}", page.recently(&person.last_sign_in_at)),
            State::Deactivated => self.done("Deactivated", page, person.state_changed_at),
            State::Deleted => self.done("Deleted", page, person.deleted_at.unwrap_or(person.state_changed_at)),
        }
    }

    fn leaving_in_words(&self, page: &Page) -> String {
        let Some(at) = self.person.leaves_at else { return String::new() };
        let zone = self.zone_of_leaving();
        let moment = at.in_zone(&zone).strftime("%-d %B %Y, %H:%M");
        let verb = if at <= page.now { "Left" } else { "Leaving" };
        let by = self.leaving.as_ref().filter(|cause| !cause.by.is_empty());
        let by = by.map_or_else(String::new, |cause| format!(", set by {}", cause.by));
        format!("{verb} on {moment} ({}){by}{}", zone.iana_name().unwrap_or("UTC"), why(&self.leaving))
    }

    /// "Deactivated by Ann Owen on 3 March 2026: contract ended"
    fn done(&self, verb: &str, page: &Page, at: Timestamp) -> String {
        let by = self.cause.as_ref().filter(|cause| !cause.by.is_empty());
        let by = by.map_or_else(String::new, |cause| format!(" by {}", cause.by));
        let was_restored = self.cause.as_ref().is_some_and(|cause| cause.act == Act::Restore.as_str());
        let verb = if was_restored { "Restored, without access," } else { verb };
        format!("{verb}{by} on {}{}", long_day(page, &at), why(&self.cause))
    }
}

fn why(cause: &Option<Cause>) -> String {
    cause.as_ref().filter(|cause| !cause.reason.is_empty()).map_or_else(String::new, |c| format!(": {}", c.reason))
}

fn long_day(page: &Page, at: &Timestamp) -> String {
    at.in_zone(&page.zone).strftime("%-d %B %Y").to_string()
}
