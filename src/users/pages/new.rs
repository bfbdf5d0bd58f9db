//! A new user: from nothing or from somebody who is there already; they get in by a link that is shown once.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::field_view::Offer;
use super::form::{Known, PHOTO, PersonForm, Refusal, Texts, administrator};
use super::link::Shown;
use super::new_form::Sent;
use crate::db::{Conn, Error as DbError, Lane, OperationId, Timestamp, UserId};
use crate::edits::plan::Shortage;
use crate::edits::{self, run::Edits, words};
use crate::licenses::{AccessLevel, seats};
use crate::sign_in::{Administrator, link};
use crate::users::edit::EditRefusal;
use crate::users::fields::{Field, Value};
use crate::users::find::{self, Found};
use crate::users::photo;
use crate::users::store::former::{self, Former};
use crate::web::{Answer, Error, FieldErrors, Page, Site};

/// What somebody new has in common with the person they are copied from.
const COPIED: [Field; 9] = [
    Field::Level,
    Field::Title,
    Field::TimeZone,
    Field::Company,
    Field::Team,
    Field::Teams,
    Field::Group,
    Field::Groups,
    Field::JobRole,
];

/// Shown on demand.
const MORE: &[Field] =
    &[Field::Title, Field::EmployeeNumber, Field::Phone, Field::Mobile, Field::About, Field::TimeZone];
const PLACE: &[Field] =
    &[Field::Company, Field::JobRole, Field::Team, Field::Group, Field::Teams, Field::Groups, Field::Manager];

#[derive(Template)]
#[template(path = "users/new.html")]
struct New {
    page: Page,
    form: PersonForm,
    refusal: Option<String>,
    /// Whom the form was copied from, and what of theirs was left out.
    copied: Option<Copied>,
    /// Deleted people who had the address.
    former: Vec<Former>,
    /// A photo was chosen. No browser keeps it in a form that comes back.
    had_photo: bool,
}

struct Copied {
    name: String,
    left_out: Vec<String>,
}

#[derive(Template)]
#[template(path = "users/created.html")]
struct Created {
    page: Page,
    id: UserId,
    operation: OperationId,
    name: String,
    email: String,
    link: Shown,
}

#[derive(Deserialize)]
pub struct From {
    from: Option<UserId>,
}

/// `GET /users/new`, or `/users/new?from=ID` for somebody like this one.
pub async fn new(Administrator(viewer): Administrator, site: Data<Site>, query: Query<From>) -> Answer {
    let (from, now) = (query.into_inner().from, site.clock.now());
    let read = move |conn: &mut Conn| {
        let offer = Offer::read(conn)?;
        let copied = from.map(|from| copy(conn, from, &offer, now)).transpose()?;
        Ok::<_, DbError>((offer, copied))
    };
    let (offer, copied) = site.db.read(read).await?;
    let (typed, copied) = match copied {
        Some((typed, copied)) => (typed, Some(copied)),
        None => (blank(), None),
    };
    let new = New { copied, ..New::of(viewer.page, typed, offer) };
    new.page.html(&new)
}

fn blank() -> Texts {
    let mut typed = Texts::default();
    typed.set(Field::Level, AccessLevel::Standard.as_str());
    typed
}

/// What is copied from somebody, off or not; what nobody new can be given is left out, and named.
fn copy(conn: &mut Conn, from: UserId, offer: &Offer, now: Timestamp) -> Result<(Texts, Copied), DbError> {
    let Known { person, typed: theirs } = Known::read(conn, from)?;
    let (mut typed, mut left_out) = (blank(), Vec::new());
    for field in COPIED {
        typed.copy(&theirs, field);
        for unit in offer.of(field).iter().filter(|unit| unit.is_retired && theirs.has(field, unit.id)) {
            typed.leave_out(field, unit.id);
            left_out.push(format!("{} ({})", unit.name, field.name().to_lowercase()));
        }
    }
    typed.set(Field::Level, person.level.unwrap_or(person.last_level).as_str());
    if let Some(manager) = &person.manager_email {
        match find::typed(conn, manager, find::Scope::Active, now)? {
            Found::One(_) => typed.set(Field::Manager, manager),
            _ => left_out.push(format!("{} (manager)", person.manager_name.clone().unwrap_or_default())),
        }
    }
    Ok((typed, Copied { name: person.name(), left_out }))
}

/// `POST /users`
pub async fn create(
    Administrator(viewer): Administrator,
    request: HttpRequest,
    site: Data<Site>,
    sent: Sent,
) -> Answer {
    let (typed, actor, now, chain) = (Texts::sent(&sent.fields), viewer.id, site.clock.now(), site.chain.clone());
    // Asked before: whoever had the address stays in the recycle bin.
    let starts_fresh = sent.fields.iter().any(|(name, _)| name == "fresh");
    let (had_photo, photo) = (sent.photo.is_some(), sent.photo);
    let wrong = photo.as_ref().and_then(|photo| photo.as_ref().err().cloned());
    let asked = typed.clone();
    let write = move |conn: &mut Conn| {
        let actor = administrator(conn, actor, now)?;
        let set = asked.values(conn, Field::ALL.iter().copied(), now)?;
        let level = set.get(&Field::Level).and_then(Value::level);
        no_seat(conn, level)?;
        let former = former::of_address(conn, asked.text(Field::Email))?;
        let (operation, id) =
            edits::one(conn, &Edits { chain: chain.clone() }, &actor, None, set, now).map_err(Refusal::from)?;
        // Known only now: all else is right, and this is the one question left.
        if !former.is_empty() && !starts_fresh {
            return Err(NotCreated::Ask(former));
        }
        match &photo {
            Some(Ok(picture)) => photo::change(conn, &chain, actor.id, id, picture, now)?,
            Some(Err(why)) => return Err(no_photo(why).into()),
            None => {}
        }
        Ok((operation, id, link::make(conn, &chain, actor.id, id, now)?))
    };
    match site.db.write(Lane::Administration, write).await {
        Ok((operation, id, link)) => {
            let name = format!("{} {}", typed.text(Field::FirstName), typed.text(Field::LastName));
            let (link, email) = (Shown::of(&request, &site, &link), typed.text(Field::Email).to_owned());
            let created = Created { page: viewer.page, id, operation, name, email, link };
            created.page.html(&created)
        }
        Err(refusal) => {
            let mut new = refused(viewer.page, &site, typed, refusal).await?;
            new.had_photo = had_photo;
            wrong.into_iter().for_each(|why| new.form.errors.add(PHOTO, why));
            new.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &new)
        }
    }
}

/// Beside the field in which it was chosen.
fn no_photo(why: &str) -> Refusal {
    let mut errors = FieldErrors::default();
    errors.add(PHOTO, why);
    Refusal::Form(errors)
}

/// Said before anything is planned: of many who ask at once for the last seats, most are answered so.
fn no_seat(conn: &mut Conn, level: Option<AccessLevel>) -> Result<(), Refusal> {
    let Some(license) = level.map(AccessLevel::license_type) else { return Ok(()) };
    match seats::of(conn, license)?.free() {
        Some(free @ ..=0) => {
            let mut errors = FieldErrors::default();
            errors.add(Field::Level.as_str(), words::shortage(&Shortage { license, needed: 1, free }));
            Err(Refusal::Form(errors))
        }
        _ => Ok(()),
    }
}

/// Why nobody was created.
enum NotCreated {
    Because(Refusal),
    /// Somebody deleted had the address: restore them, or start fresh?
    Ask(Vec<Former>),
}

impl<T> std::convert::From<T> for NotCreated
where
    Refusal: std::convert::From<T>,
{
    fn from(refusal: T) -> Self {
        NotCreated::Because(refusal.into())
    }
}

impl std::convert::From<EditRefusal> for Refusal {
    fn from(refusal: EditRefusal) -> Self {
        match refusal {
            EditRefusal::Database(error) => error.into(),
            refusal => Refusal::Whole(refusal.to_string()),
        }
    }
}

async fn refused(page: Page, site: &Site, typed: Texts, refusal: NotCreated) -> Result<New, Error> {
    let mut new = New::of(page, typed, site.db.read(Offer::read).await?);
    match refusal {
        NotCreated::Because(Refusal::Page(error)) => return Err(error),
        NotCreated::Because(Refusal::Form(errors)) => new.form.errors = errors,
        NotCreated::Because(Refusal::Whole(sentence)) => new.refusal = Some(sentence),
        NotCreated::Because(Refusal::Stale | Refusal::Nothing) => return Err(Error::fault("somebody new is not new")),
        NotCreated::Ask(former) => new.former = former,
    }
    Ok(new)
}

impl New {
    fn of(page: Page, typed: Texts, offer: Offer) -> New {
        let has = Texts::default();
        let form = PersonForm { typed, offer, errors: FieldErrors::default(), has, is_active: true };
        New { page, form, refusal: None, copied: None, former: Vec::new(), had_photo: false }
    }
}
