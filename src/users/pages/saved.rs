//! Saved filters and views: the current one under a name, for oneself or for all administrators.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::listing::{Asked, Listing, Looks, with};
use crate::db::{Lane, UserId};
use crate::licenses::Rights;
use crate::sign_in::Administrator;
use crate::users::actor;
use crate::users::list::saved::{self, Kind, New, Saved};
use crate::users::list::{Filter, Names};
use crate::web::page::local_address;
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site};

/// Characters of a name, and of the address that is saved.
const LONGEST_NAME: usize = 60;
const LONGEST_QUERY: usize = 2_000;

#[derive(Template)]
#[template(path = "users/saved.html")]
struct SavedPage {
    page: Page,
    me: UserId,
    listing: Listing,
    filter_in_words: String,
    saved: Vec<Saved>,
    typed: Typed,
    errors: FieldErrors,
}

#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    shared: String,
    /// The list that is on the page, as the part of its address behind the question mark.
    #[serde(default)]
    query: String,
}

/// `GET /users/saved`
pub async fn index(
    administrator: Administrator,
    site: Data<Site>,
    filter: Asked,
    looks: Query<Looks>,
    typed: Query<Typed>,
) -> Answer {
    let listing = Listing::of(filter.0, &looks);
    answer(administrator, &site, listing, typed.into_inner(), FieldErrors::default()).await
}

async fn answer(
    Administrator(viewer): Administrator,
    site: &Site,
    listing: Listing,
    typed: Typed,
    errors: FieldErrors,
) -> Answer {
    let (me, filter) = (viewer.id, listing.filter.clone());
    let read = move |conn: &mut crate::db::Conn| {
        let names = Names::of_filter(conn, &filter)?;
        Ok::<_, crate::db::Error>((saved::offered(conn, me)?, filter.in_words(&names)))
    };
    let (saved, filter_in_words) = site.db.read(read).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SavedPage { page: viewer.page, me, listing, filter_in_words, saved, typed, errors };
    page.page.html_with(status, &page)
}

/// `POST /users/saved`: in place of the one of the same name, if there is one.
pub async fn create(administrator: Administrator, site: Data<Site>, form: Form<Typed>) -> Answer {
    let (typed, me, now) = (form.0, administrator.id, site.clock.now());
    let nonsense = || Error::BadRequest("This cannot be saved. Reload the page.".into());
    let kind = Kind::parse(&typed.kind).ok_or_else(nonsense)?;
    let filter = Filter::from_query(&typed.query).map_err(|_| nonsense())?;
    let looks: Looks = serde_html_form::from_str(&typed.query).map_err(|_| nonsense())?;
    let listing = Listing::of(filter, &looks);
    let query = match kind {
        Kind::Filter => listing.filter.query(),
        Kind::View => listing.view_query(),
    };
    let name = typed.name.trim().to_owned();
    let mut errors = FieldErrors::default();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        errors.add("name", format!("Give it a name of up to {LONGEST_NAME} characters."));
    } else if query.len() > LONGEST_QUERY {
        errors.add("name", "This is too long to be saved.");
    }
    if !errors.is_empty() {
        return answer(administrator, &site, listing, typed, errors).await;
    }
    let is_shared = !typed.shared.is_empty();
    let is_full = site
        .db
        .write(Lane::Work, move |conn| {
            // One after the other for each owner: names are theirs once, and there is an end to how many.
            allowed(actor::present_to_change(conn, me, now)?.as_ref())?;
            if saved::others(conn, me, kind, &name)? >= saved::MOST {
                return Ok(true);
            }
            saved::save(conn, me, &New { kind, name: &name, query: &query, is_shared }, now)?;
            Ok::<_, Error>(false)
        })
        .await?;
    if is_full {
        errors.add("name", format!("You have saved {} already. Delete one first.", saved::MOST));
        return answer(administrator, &site, listing, typed, errors).await;
    }
    // On to what was saved: whoever saved a filter sees that filter, by its name.
    administrator.page.go_to(&with(&listing.address(), "done", kind.as_str()))
}

fn allowed(actor: Option<&actor::Actor>) -> Result<&actor::Actor, Error> {
    let rights = Rights::ADMINISTER_USERS.and(Rights::ADMINISTER_SETUP);
    actor.filter(|actor| actor.may(rights)).ok_or_else(|| Error::forbidden("Only System Administrators may do this."))
}

#[derive(Deserialize)]
pub struct Deleted {
    #[serde(default)]
    return_to: String,
}

/// `POST /users/saved/{id}/delete`: one's own; a shared one may go by any administrator.
pub async fn destroy(administrator: Administrator, site: Data<Site>, id: Path<i64>, form: Form<Deleted>) -> Answer {
    let (id, me, now) = (id.into_inner(), administrator.id, site.clock.now());
    site.db
        .write(Lane::Work, move |conn| {
            let actor = actor::present_for_write(conn, me, now)?;
            let actor = allowed(actor.as_ref())?;
            match saved::find(conn, id)? {
                Some((owner, is_shared)) if owner == Some(actor.id) || is_shared => {
                    Ok::<_, Error>(saved::delete(conn, id)?)
                }
                _ => Err(Error::NotFound), // somebody's private one is nobody else's to know of
            }
        })
        .await?;
    administrator.page.go_to(local_address(&form.0.return_to, "/users/saved"))
}

// What the template asks.
impl SavedPage {
    fn of_kind(&self, kind: &str) -> Vec<&Saved> {
        self.saved.iter().filter(|saved| saved.kind.as_str() == kind).collect()
    }

    fn is_mine(&self, saved: &&Saved) -> bool {
        saved.owner == Some(self.me)
    }

    fn address_of(&self, saved: &&Saved) -> String {
        match saved.kind {
            Kind::Filter => Filter::from_query(&saved.query)
                .map_or_else(|_| "/users".into(), |filter| self.listing.with_filter(filter).address()),
            Kind::View => self.listing.with_view(&saved.query).address(),
        }
    }

    fn columns_in_words(&self) -> String {
        let names: Vec<&str> = self.listing.columns.shown().iter().map(|column| column.name()).collect();
        names.join(", ")
    }
}
