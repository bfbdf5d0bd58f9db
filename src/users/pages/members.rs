//! One company, team, group or job role: who belongs to it, a page at a time, and people added and removed.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use crate::db::{self, Lane, OperationId, UserId};
use crate::edits::members::{self, Refusal};
use crate::edits::run::Edits;
use crate::lifecycle::pages::plans::result_address;
use crate::lifecycle::pages::result::{self, ResultNotice};
use crate::sign_in::Administrator;
use crate::users::list::Row;
use crate::users::store::photos;
use crate::users::units::members::{Standing, standings};
use crate::users::units::{self, As, Member, Named, Unit};
use crate::users::{State, find, photo};
use crate::web::page::{local_address, percent_encode};
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site, text};

/// From here on the page of one says "1,000+".
const COUNTED: i64 = 1_000;

#[derive(Deserialize, Default)]
pub struct View {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
    /// People to add are looked for.
    find: Option<String>,
    /// What was done to the unit, said on the way back from it.
    #[serde(default)]
    done: String,
    /// What was done to its people.
    operation: Option<i64>,
}

#[derive(Template)]
#[template(path = "users/members.html", blocks = ["matches"])]
struct Show {
    page: Page,
    unit: Unit,
    there: Named,
    active: i64,
    list: Rows<Member>,
    matches: Option<Vec<Match>>,
    /// The digests of the photos of all of them.
    photos: HashMap<UserId, String>,
    result: Option<ResultNotice>,
    view: View,
    /// What was ticked in a form that is refused.
    chosen: Chosen,
    errors: FieldErrors,
    refusal: Option<String>,
}

/// Somebody whom a search for people to add found.
struct Match {
    row: Row,
    standing: Standing,
}

#[derive(Deserialize, Default)]
pub struct Chosen {
    #[serde(default)]
    id: Vec<UserId>,
    /// As their home team or group.
    home: Option<String>,
    find: Option<String>,
    /// The page of members on which people were ticked.
    #[serde(default)]
    return_to: String,
}

/// `GET /teams/5`; with `find`, also the people who could be added.
pub async fn show(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    path: Path<(Unit, i64)>,
    view: Query<View>,
) -> Answer {
    let show = Show::of(viewer.page, &site, path.into_inner(), view.into_inner()).await?;
    if show.page.wants("matches") { show.page.html(&show.as_matches()) } else { show.page.html(&show) }
}

/// `POST /teams/5/members`: adds people, or makes it the home of those who are in it.
pub async fn create(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    path: Path<(Unit, i64)>,
    form: Form<Chosen>,
) -> Answer {
    let (unit, chosen) = (path.into_inner(), form.0);
    let (runner, actor, now, ids) = (Edits { chain: site.chain.clone() }, viewer.id, site.clock.now(), chosen.ids());
    let how = if chosen.home.is_some() { As::Home } else { As::Further };
    let write = move |conn: &mut db::Conn| members::add(conn, &runner, actor, unit, how, &ids, now);
    let done = site.db.write(Lane::Administration, write).await;
    let field = if chosen.find.is_some() { "user" } else { "members" };
    answer(viewer.page, &site, unit, chosen, field, done).await
}

/// `POST /teams/5/members/remove`
pub async fn destroy(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    path: Path<(Unit, i64)>,
    form: Form<Chosen>,
) -> Answer {
    let (unit, chosen) = (path.into_inner(), form.0);
    let (runner, actor, now, ids) = (Edits { chain: site.chain.clone() }, viewer.id, site.clock.now(), chosen.ids());
    let write = move |conn: &mut db::Conn| members::remove(conn, &runner, actor, unit, &ids, now);
    let done = site.db.write(Lane::Administration, write).await;
    answer(viewer.page, &site, unit, chosen, "members", done).await
}

/// Back where they came from, with what was done; or the page again, with why nothing was.
async fn answer(
    page: Page,
    site: &Site,
    (unit, id): (Unit, i64),
    chosen: Chosen,
    field: &'static str,
    done: Result<Option<OperationId>, Refusal>,
) -> Answer {
    match done {
        Ok(operation) => page.go_to(&chosen.back(&unit.address(id), operation)),
        Err(refusal) => {
            let refusal = said(refusal, unit, id)?;
            not_done(page, site, (unit, id), chosen, field, &refusal).await
        }
    }
}

/// The page again, with why it could not be brought back.
pub async fn refused(page: Page, site: &Site, unit: (Unit, i64), refusal: &str) -> Answer {
    let show = Show { refusal: Some(refusal.to_owned()), ..Show::of(page, site, unit, View::default()).await? };
    show.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &show)
}

/// The page again, with what was ticked and why nothing was done.
async fn not_done(
    page: Page,
    site: &Site,
    unit: (Unit, i64),
    chosen: Chosen,
    field: &'static str,
    refusal: &Refusal,
) -> Answer {
    // The page of members on which they were ticked: its place is in the address.
    let (_, query) = chosen.return_to.split_once('?').unwrap_or_default();
    let view = Query::<View>::from_query(query).map(Query::into_inner).unwrap_or_default();
    let view = View { find: chosen.find.clone(), done: String::new(), ..view };
    let mut errors = FieldErrors::default();
    errors.add(field, refusal.to_string());
    let show = Show { chosen, errors, ..Show::of(page, site, unit, view).await? };
    show.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &show)
}

/// A refusal that is said on the page of the form; the others are answers of their own.
fn said(refusal: Refusal, unit: Unit, id: i64) -> Result<Refusal, Error> {
    match refusal {
        Refusal::Database(error) => Err(error.into()),
        Refusal::ActorIsOff => Err(Error::SignIn { then: unit.address(id) }),
        Refusal::MayNot | Refusal::PersonAboveOwn(_) => Err(Error::forbidden(refusal.to_string())),
        refusal => Ok(refusal),
    }
}

impl Chosen {
    fn ids(&self) -> Vec<UserId> {
        let mut ids = self.id.clone();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Where they came from, with what was done; without an operation there was nothing to do.
    fn back(&self, here: &str, operation: Option<OperationId>) -> String {
        let back = Some(local_address(&self.return_to, here)).filter(|back| back.starts_with(here)).unwrap_or(here);
        match operation {
            Some(operation) => result_address(back, false, operation),
            None => format!("{back}{}done=nothing", if back.contains('?') { '&' } else { '?' }),
        }
    }
}

impl Show {
    async fn of(page: Page, site: &Site, (unit, id): (Unit, i64), view: View) -> Result<Show, Error> {
        let (from, toward, find, now) = (view.from.clone(), view.toward, view.find.clone(), page.now);
        let operation = view.operation.map(OperationId);
        let read = move |conn: &mut db::Conn| {
            let there = units::find(conn, unit, id)?;
            let active = units::active_members(conn, unit, &[id], COUNTED)?.remove(&id).unwrap_or(0);
            let list = units::members_page(conn, unit, id, from.as_deref(), toward)?;
            let matches = match find.filter(|find| !find.trim().is_empty()) {
                Some(find) => Some(matches(conn, unit, id, &find, now)?),
                None => None,
            };
            let result = operation.map(|id| result::notice(conn, id)).transpose()?.flatten();
            let found = matches.iter().flatten().map(|one| one.row.id);
            let photos = photos::digests(conn, &list.rows.iter().map(|row| row.id).chain(found).collect::<Vec<_>>())?;
            Ok::<_, db::Error>((there, active, list, matches, photos, result))
        };
        let (there, active, list, matches, photos, result) = site.db.read(read).await?;
        let (chosen, errors) = (Chosen::default(), FieldErrors::default());
        let refusal = None;
        Ok(Show { page, unit, there, active, list, matches, photos, result, view, chosen, errors, refusal })
    }
}

fn matches(conn: &mut db::Conn, unit: Unit, id: i64, text: &str, now: db::Timestamp) -> db::Result<Vec<Match>> {
    let found = find::active(conn, text, now)?;
    let ids: Vec<UserId> = found.iter().map(|row| row.id).collect();
    let standings = standings(conn, unit, id, &ids)?;
    let of = |row: Row| {
        let standing = standings.iter().find(|(user, _)| *user == row.id).map(|(_, standing)| standing.clone());
        Match { row, standing: standing.unwrap_or(Standing::Elsewhere(None)) }
    };
    Ok(found.into_iter().map(of).collect())
}

// What the template asks.
impl Show {
    fn address(&self) -> String {
        self.unit.address(self.there.id)
    }

    /// This page of the members, without what was said on it.
    fn here(&self) -> String {
        let toward = if self.view.toward == Toward::Previous { "previous" } else { "next" };
        match &self.view.from {
            Some(from) => format!("{}?from={}&toward={toward}", self.address(), percent_encode(from)),
            None => self.address(),
        }
    }

    fn active_in_words(&self) -> String {
        let noun = if self.active == 1 { "active member" } else { "active members" };
        format!("{} {noun}", super::units::people(self.active, COUNTED))
    }

    fn has_left(&self, member: &Member) -> bool {
        member.state == State::Active && member.leaves_at.is_some_and(|at| at <= self.page.now)
    }

    fn is_off(&self, member: &Member) -> bool {
        member.state != State::Active
    }

    fn photo_of(&self, id: &UserId) -> Option<String> {
        self.photos.get(id).map(|digest| photo::address(*id, digest))
    }

    fn is_ticked(&self, id: &UserId) -> bool {
        self.chosen.id.contains(id)
    }

    fn find(&self) -> &str {
        self.view.find.as_deref().unwrap_or_default()
    }

    /// Ticked before they are sent: those who were, or the only one whom the search found.
    fn is_match_ticked(&self, one: &Match) -> bool {
        self.is_ticked(&one.row.id) || self.matches.as_ref().is_some_and(|all| all.len() == 1)
    }

    /// Why somebody need not be added, or where they are now.
    fn standing(&self, one: &Match) -> Option<String> {
        let unit = self.unit.noun();
        match &one.standing {
            Standing::Home if self.unit.has_further() => Some(format!("Home {unit}")),
            Standing::Home => Some("Here already".into()),
            Standing::Further => Some("Member".into()),
            Standing::Elsewhere(_) => None,
        }
    }

    /// Where adding moves somebody from.
    fn from(&self, one: &Match) -> Option<String> {
        match &one.standing {
            Standing::Elsewhere(Some(other)) if self.unit.has_further() => {
                Some(format!("home {}: {other}", self.unit.noun()))
            }
            Standing::Elsewhere(Some(other)) => Some(format!("now: {other}")),
            _ => None,
        }
    }

    fn is_elsewhere(&self, one: &Match) -> bool {
        matches!(one.standing, Standing::Elsewhere(_))
    }

    fn nobody_can_be_added(&self) -> bool {
        self.matches.as_ref().is_none_or(|all| !all.iter().any(|one| self.is_elsewhere(one)))
    }

    /// For the links to the pages before and after this one.
    fn base(&self) -> String {
        format!("{}?", self.address())
    }

    fn done_in_words(&self) -> Option<String> {
        let unit = self.unit.noun();
        match self.view.done.as_str() {
            "created" => Some(format!("The {unit} is created. Now add its people.")),
            "renamed" => Some("The new name is saved.".into()),
            "retired" => Some("Retired. Whoever is in it stays; nobody new is added.".into()),
            "brought-back" => Some("In use again. People can be added.".into()),
            "nothing" => Some("Nobody was changed: it is as you ask already.".into()),
            _ => None,
        }
    }
}
