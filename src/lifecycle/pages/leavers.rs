//! The leaver list: names, addresses or employee numbers are pasted, people found, and whom one ticks goes into a plan.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::super::leavers::{self, Found, List, Match, Unsure};
use super::super::store::leavers::Person;
use super::leavers_form::{self, Sent};
use super::result::{ResultNotice, notice};
use crate::db::{Error as DbError, OperationId};
use crate::sign_in::Administrator;
use crate::users::State;
use crate::web::page::percent_encode;
use crate::web::text::{self, number};
use crate::web::{Answer, Error, FieldErrors, Page, Site};

/// Characters of an address for what is left of a list.
const LONGEST_REST: usize = 4_000;

#[derive(Deserialize)]
pub struct Where {
    /// What an operation did, said on the way back from it.
    operation: Option<i64>,
    /// An act was chosen with nothing ticked.
    nothing: Option<String>,
    /// Entries of a list that are left after an act.
    #[serde(default)]
    rest: String,
}

#[derive(Template)]
#[template(path = "lifecycle/leavers.html")]
struct LeaversPage {
    page: Page,
    /// What was pasted, or stands in the file.
    people: String,
    errors: FieldErrors,
    found: Option<Found>,
    result: Option<ResultNotice>,
    nothing_ticked: bool,
}

impl LeaversPage {
    fn new(page: Page, people: String) -> LeaversPage {
        let (errors, found, result) = (FieldErrors::default(), None, None);
        LeaversPage { page, people, errors, found, result, nothing_ticked: false }
    }

    fn most(&self) -> String {
        number(leavers::MOST as i64)
    }

    /// "12 exact, 3 to look at, 1 off already, 4 not found"
    fn in_short(&self, found: &Found) -> String {
        let parts = [
            (found.exact.len(), "exact"),
            (found.unsure.len(), "to look at"),
            (found.off.len(), "off already"),
            (found.none.len(), "not found"),
        ];
        let parts = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", number(*n as i64)));
        parts.collect::<Vec<_>>().join(", ")
    }

    fn number(&self, n: usize) -> String {
        number(n as i64)
    }

    fn merged(&self, found: &Found) -> String {
        text::count(found.merged, "entry names somebody who is", "entries name people who are")
    }

    fn ticked(&self, found: &Found) -> String {
        text::count(found.exact.len() as i64, "exact match ticked", "exact matches ticked")
    }

    fn initials(&self, person: &Person) -> String {
        text::initials(&person.first_name, &person.last_name)
    }

    fn is_off(&self, person: &Person) -> bool {
        person.is_off(self.page.now)
    }

    fn state(&self, person: &Person) -> &'static str {
        match person.state {
            State::Deleted => "In the recycle bin",
            State::Active if self.is_off(person) => "Access ended",
            state => state.name(),
        }
    }

    /// "line 4", "lines 4 and 9"
    fn lines(&self, lines: &[usize]) -> String {
        let shown: Vec<String> = lines.iter().take(5).map(|line| number(*line as i64)).collect();
        let more = if lines.len() > 5 { " and more" } else { "" };
        format!("{} {}{more}", if lines.len() == 1 { "line" } else { "lines" }, text::list(&shown))
    }

    /// What was typed for somebody, if it is not simply their name.
    fn said(&self, found: &Match) -> String {
        let mut texts = found.texts.clone();
        texts.dedup();
        texts.truncate(3);
        texts.join("; ")
    }

    /// This page with the entries that an act on the ticked people leaves: those to look at, and those not found. Nothing is
    /// stored, so they travel in the address, as far as it may be so long.
    fn return_to(&self, found: &Found) -> String {
        let unsure = found.unsure.iter().map(|unsure| unsure.text.as_str());
        let rest: Vec<&str> = unsure.chain(found.none.iter().map(|(text, _)| text.as_str())).collect();
        match percent_encode(&rest.join("\n")) {
            rest if rest.is_empty() || rest.len() > LONGEST_REST => "/leavers".into(),
            rest => format!("/leavers?rest={rest}"),
        }
    }

    fn is_anybody_to_tick(&self, found: &Found) -> bool {
        !found.exact.is_empty() || found.unsure.iter().any(|unsure| self.can_be_ticked(unsure))
    }

    fn can_be_ticked(&self, unsure: &Unsure) -> bool {
        unsure.candidates.iter().any(|(person, _)| !self.is_off(person))
    }
}

/// `GET /leavers`
pub async fn new(administrator: Administrator, site: Data<Site>, query: Query<Where>) -> Answer {
    let Where { operation, nothing, rest } = query.into_inner();
    let result = site
        .db
        .read(move |conn| Ok::<_, DbError>(operation.map(|id| notice(conn, OperationId(id))).transpose()?.flatten()))
        .await?;
    let mut template = LeaversPage::new(administrator.0.page, rest);
    (template.result, template.nothing_ticked) = (result, nothing.is_some());
    template.page.html(&template)
}

/// `POST /leavers`: looks for everybody on the list. Nothing is stored.
pub async fn find(administrator: Administrator, site: Data<Site>, multipart: Multipart) -> Answer {
    let sent = leavers_form::read(&administrator.page, &site, multipart).await?;
    let read = read(&sent);
    let mut template = LeaversPage::new(administrator.0.page, sent.people);
    let list = match read {
        Ok((list, from_file)) => {
            template.people = from_file.unwrap_or(template.people);
            list
        }
        Err((field, sentence)) => {
            template.errors.add(field, sentence);
            return template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
        }
    };
    let now = template.page.now;
    let found = site.db.read(move |conn| leavers::find(conn, list, now)).await.map_err(Error::from)?;
    template.found = Some(found);
    template.page.html(&template)
}

/// The list, and its text if it came in a file. Errors: the field and a sentence.
fn read(sent: &Sent) -> Result<(List, Option<String>), (&'static str, String)> {
    let is_pasted = !sent.people.trim().is_empty();
    match &sent.file {
        _ if sent.is_too_large => {
            Err(("people", format!("This is too long for a list: at most {} people.", number(leavers::MOST as i64))))
        }
        Some(Err(sentence)) => Err(("file", sentence.clone())),
        Some(Ok(_)) if is_pasted => Err(("file", "Paste a list or choose a file, not both.".into())),
        Some(Ok(text)) => match leavers::read(text) {
            Ok(list) => Ok((list, Some(text.clone()))),
            Err(error) => Err(("file", too_many(&error))),
        },
        None if is_pasted => match leavers::read(&sent.people) {
            Ok(list) => Ok((list, None)),
            Err(error) => Err(("people", too_many(&error))),
        },
        None => Err(("people", "Paste at least one name, email or employee number, or choose a file.".into())),
    }
}

fn too_many(leavers::TooMany(people): &leavers::TooMany) -> String {
    let (people, most) = (number(*people as i64), number(leavers::MOST as i64));
    format!("This list has {people} entries. Up to {most} are looked up at once: split it.")
}
