//! Editing one person: what is typed is never lost, also if somebody else changed the person meanwhile.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use super::field_view::Offer;
use super::form::{Known, PersonForm, Refusal, Texts, administrator};
use crate::db::{Conn, Error as DbError, Lane, UserId};
use crate::edits::{self, run::Edits};
use crate::sign_in::Administrator;
use crate::users::details::Details;
use crate::users::edit::EditRefusal;
use crate::users::fields::Field;
use crate::web::{Answer, Error, FieldErrors, Fields, Form, Page, Site};

#[derive(Template)]
#[template(path = "users/edit.html")]
struct Edit {
    page: Page,
    person: Details,
    form: PersonForm,
    /// What the person was like when the form was opened, for whoever saves after somebody else.
    opened: String,
    refusal: Option<String>,
    /// Where what was opened, what is now and what was typed are not the same.
    different: Vec<Different>,
}

/// A field of a person whom two people edited.
struct Different {
    field: Field,
    before: String,
    theirs: String,
    yours: String,
    /// The one who sees this changed it, and it stays in the form.
    is_yours: bool,
}

/// What was sent with the fields: which state of the person they were typed over.
struct Over {
    version: i64,
    opened: Option<Texts>,
}

impl Over {
    fn sent(fields: &Fields) -> Result<Over, Error> {
        let text = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
        let version = text("version").parse();
        let version = version.map_err(|_| Error::BadRequest("This form lacks its version. Reload the page.".into()))?;
        Ok(Over { version, opened: serde_json::from_str(text("opened")).ok() })
    }
}

impl Edit {
    /// The page of somebody who is not deleted. `typed`: what stands in the form; else how the person is.
    async fn of(page: Page, site: &Site, user: UserId, typed: Option<Texts>) -> Result<Edit, Error> {
        let read = move |conn: &mut Conn| Ok::<_, DbError>((Known::read(conn, user)?, Offer::read(conn)?));
        let (Known { person, typed: has }, offer) = site.db.read(read).await?;
        Ok(Edit {
            page,
            opened: serde_json::to_string(&has).map_err(Error::fault)?,
            form: PersonForm {
                typed: typed.unwrap_or_else(|| has.clone()),
                offer,
                errors: FieldErrors::default(),
                has,
                is_active: person.is_active(),
            },
            person,
            refusal: None,
            different: Vec::new(),
        })
    }

    /// Both versions side by side; in the form stand one's own changes on top of the other's.
    fn compare(&mut self, opened: Option<Texts>) {
        let (now, yours) = (&self.form.has, &self.form.typed);
        // Whoever does not say what they opened means all that they sent.
        let opened = opened.unwrap_or_else(|| now.clone());
        let changed = yours.differing(&opened);
        let differs = |field: &&Field| changed.contains(field) || opened.texts(**field) != now.texts(**field);
        let words = |field: Field, typed: &Texts| self.form.offer.in_words(field, typed.texts(field));
        let row = |field: &Field| Different {
            field: *field,
            before: words(*field, &opened),
            theirs: words(*field, now),
            yours: words(*field, if changed.contains(field) { yours } else { &opened }),
            is_yours: changed.contains(field) && yours.texts(*field) != now.texts(*field),
        };
        self.different = Field::ALL.iter().filter(differs).map(row).collect();
        self.form.typed = yours.onto(&opened, now);
    }
}

/// `GET /users/{id}/edit`
pub async fn edit(Administrator(viewer): Administrator, site: Data<Site>, id: Path<UserId>) -> Answer {
    let edit = Edit::of(viewer.page, &site, id.into_inner(), None).await?;
    edit.page.html(&edit)
}

/// `POST /users/{id}`
pub async fn update(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    form: Form<Fields>,
) -> Answer {
    let (user, actor, now, over) = (id.into_inner(), viewer.id, site.clock.now(), Over::sent(&form.0)?);
    let (typed, chain, version) = (Texts::sent(&form.0), site.chain.clone(), over.version);
    let (asked, opened) = (typed.clone(), over.opened.clone());
    let write = move |conn: &mut Conn| {
        let actor = administrator(conn, actor, now)?;
        let known = Known::read(conn, user)?;
        // A manager who leaves hands their reports over, without another version of each. One who only has another address
        // by now is the same manager: that matters only to whoever chose another one.
        let is_chosen = |opened: &Texts| opened.text(Field::Manager) != asked.text(Field::Manager);
        let is_other = opened.as_ref().is_some_and(|opened| {
            opened.differing(&known.typed).iter().any(|field| *field != Field::Manager || is_chosen(opened))
        });
        if known.person.version != version || is_other {
            return Err(Refusal::Stale);
        }
        let mut changed = asked.differing(&known.typed);
        if opened.is_some_and(|opened| opened.text(Field::Manager) == asked.text(Field::Manager)) {
            changed.remove(&Field::Manager);
        }
        if !known.person.is_active() {
            changed.remove(&Field::Level);
        }
        let set = asked.values(conn, changed, now)?;
        Ok(edits::one(conn, &Edits { chain }, &actor, Some(user), set, now)?)
    };
    let refusal = match site.db.write(Lane::Administration, write).await {
        Ok((operation, _)) => return viewer.page.go_to(&format!("/users/{user}?operation={operation}")),
        Err(Refusal::Nothing) => return viewer.page.go_to(&format!("/users/{user}")),
        Err(Refusal::Page(error)) => return Err(error),
        Err(refusal) => refusal,
    };
    let mut edit = Edit::of(viewer.page, &site, user, Some(typed)).await?;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    match refusal {
        Refusal::Form(errors) => edit.form.errors = errors,
        Refusal::Whole(sentence) => edit.refusal = Some(sentence),
        _ => {
            edit.compare(over.opened);
            status = StatusCode::CONFLICT;
        }
    }
    edit.page.html_with(status, &edit)
}

/// A refusal that is said on the page of a form; the others are answers of their own.
pub fn said(refusal: EditRefusal) -> Result<EditRefusal, Error> {
    match refusal {
        EditRefusal::Database(error) => Err(error.into()),
        EditRefusal::ActorIsOff => Err(Error::SignIn { then: "/users".into() }),
        EditRefusal::MayNot | EditRefusal::PersonAboveOwn => Err(Error::forbidden(refusal.to_string())),
        refusal => Ok(refusal),
    }
}
