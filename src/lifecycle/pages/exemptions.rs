//! Who is exempt from dormancy: the list, new ones for whoever is ticked, and their early end.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::super::dormant::{self, Refusal};
use super::super::store::exemptions::{self, Listed, Person};
use super::administrator;
use crate::db::{Lane, Timestamp, UserId};
use crate::sign_in::Administrator;
use crate::users::State;
use crate::web::page::local_address;
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Button, Error, FieldErrors, Form, Page, Site, text};

/// People who are named when several are exempted.
const NAMED: usize = 50;

#[derive(Deserialize)]
pub struct Where {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
}

#[derive(Template)]
#[template(path = "lifecycle/exemptions.html")]
struct ExemptionsPage {
    page: Page,
    list: Rows<Row>,
}

struct Row {
    person: Person,
    initials: String,
    until: String,
    /// The last day, as a field for a date takes it.
    until_day: String,
    reason: String,
    by: String,
    made: Timestamp,
    is_off: bool,
}

/// `GET /dormant/exemptions`
pub async fn index(administrator: Administrator, site: Data<Site>, query: Query<Where>) -> Answer {
    let Where { from, toward } = query.into_inner();
    let now = site.clock.now();
    let list = site.db.read(move |conn| exemptions::list(conn, from.as_deref(), toward, now)).await?;
    let page = administrator.0.page;
    let template = ExemptionsPage { list: list.map(|listed| row(&page, listed)), page };
    template.page.html(&template)
}

fn row(page: &Page, (person, exemption, by): Listed) -> Row {
    // The end is the first moment of the day after.
    let last = exemption.ends_at.plus_seconds(-1);
    Row {
        initials: text::initials(&person.first_name, &person.last_name),
        until: text::day(last, page.now, &page.zone),
        until_day: last.in_zone(&page.zone).strftime("%Y-%m-%d").to_string(),
        reason: exemption.reason,
        by: by.map_or_else(|| "somebody who is gone".into(), |(first, last)| format!("{first} {last}")),
        made: exemption.exempted_at,
        is_off: person.state != State::Active,
        person,
    }
}

/// What was typed for an exemption. A list's own fields come with it and are not read.
#[derive(Deserialize, Default)]
pub struct Typed {
    #[serde(default)]
    id: Vec<UserId>,
    #[serde(default)]
    return_to: String,
    #[serde(default)]
    exempt_until: String,
    #[serde(default)]
    exempt_reason: String,
    /// The form itself was sent, not the button that leads to it.
    exempt: Option<String>,
}

#[derive(Template)]
#[template(path = "lifecycle/exempt.html")]
struct ExemptPage {
    page: Page,
    typed: Typed,
    people: Vec<Person>,
    errors: FieldErrors,
}

impl ExemptPage {
    fn named(&self) -> &[Person] {
        &self.people[..self.people.len().min(NAMED)]
    }

    /// "and 12 more", if they are not all named.
    fn unnamed(&self) -> Option<String> {
        let more = self.people.len().saturating_sub(NAMED) as i64;
        (more > 0).then(|| format!("and {} more", text::number(more)))
    }

    fn how_many(&self) -> String {
        text::count(self.people.len() as i64, "person", "people")
    }
}

/// `POST /dormant/exemptions`: asks until when and why, or, once that is said, exempts those people.
pub async fn create(administrator: Administrator, site: Data<Site>, form: Form<Typed>) -> Answer {
    let Form(mut typed) = form;
    typed.return_to = local_address(&typed.return_to, "/dormant").to_owned();
    if typed.id.is_empty() {
        return administrator.page.go_to(&and(&typed.return_to, "nothing=1"));
    }
    if typed.exempt.is_none() {
        return ask(administrator.0.page, &site, typed, FieldErrors::default()).await;
    }
    let now = site.clock.now();
    let (ends_at, reason) = match read(&typed, now, &administrator.page.zone) {
        Ok(read) => read,
        Err(errors) => return ask(administrator.0.page, &site, typed, errors).await,
    };
    let (ids, actor, chain) = (typed.id.clone(), administrator.id, site.chain.clone());
    let exempted = site
        .db
        .write(Lane::Administration, move |conn| {
            let actor = self::administrator(conn, actor, now)?;
            Ok::<_, Error>(dormant::exempt(conn, &chain, &actor, &ids, (ends_at, &reason), now)?)
        })
        .await?;
    administrator.page.go_to(&and(&typed.return_to, &format!("exempted={exempted}")))
}

/// Until when, and why. Errors: what is wrong, beside the fields.
fn read(typed: &Typed, now: Timestamp, zone: &TimeZone) -> Result<(Timestamp, String), FieldErrors> {
    let mut errors = FieldErrors::default();
    let ends_at = dormant::read_end(&typed.exempt_until, now, zone).map_err(|why| errors.add("exempt_until", why));
    let reason = dormant::read_reason(&typed.exempt_reason).map_err(|why| errors.add("exempt_reason", why));
    ends_at.and_then(|ends_at| Ok((ends_at, reason?))).map_err(|()| errors)
}

fn and(address: &str, said: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let kept = query.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && !["operation", "nothing", "exempted"].contains(&name)
    });
    format!("{path}?{}", kept.chain([said]).collect::<Vec<_>>().join("&"))
}

async fn ask(page: Page, site: &Site, typed: Typed, errors: FieldErrors) -> Answer {
    let ids = typed.id.clone();
    let people = site.db.read(move |conn| exemptions::active(conn, &ids)).await.map_err(Error::from)?;
    if people.is_empty() {
        return Err(Refusal::Nobody.into());
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let template = ExemptPage { page, typed, people, errors };
    template.page.html_with(status, &template)
}

/// `POST /dormant/exemptions/{user}/end`
pub async fn destroy(
    administrator: Administrator,
    site: Data<Site>,
    user: Path<UserId>,
    _form: Form<Button>,
) -> Answer {
    let (user, actor, now, chain) = (user.into_inner(), administrator.id, site.clock.now(), site.chain.clone());
    site.db
        .write(Lane::Administration, move |conn| {
            let actor = self::administrator(conn, actor, now)?;
            Ok::<_, Error>(dormant::end(conn, &chain, &actor, user, now)?)
        })
        .await?;
    administrator.page.go_to("/dormant/exemptions")
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Gone => Error::Gone("This exemption has ended already.".into()),
            Refusal::Nobody => {
                Error::BadRequest("None of these people is active and within your own rights. Reload the list.".into())
            }
            Refusal::MayNot => Error::forbidden("This person has rights that you do not have."),
            Refusal::Database(error) => error.into(),
        }
    }
}
