//! Setup, Organization: companies, teams, groups and job roles in four tabs; each is created, renamed and retired here.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::members;
use crate::db::{self, Lane};
use crate::sign_in::{Administrator, Viewer};
use crate::users::units::change::{self, LONGEST, NewName, UnitRefusal};
use crate::users::units::{self, Named, Unit, list};
use crate::web::page::percent_encode;
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Button, Error, FieldErrors, Form, Page, Site, text};

#[derive(Deserialize)]
pub struct View {
    #[serde(default)]
    q: String,
    /// The retired ones instead of those in use.
    retired: Option<String>,
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
}

#[derive(Template)]
#[template(path = "users/units.html", blocks = ["rows"])]
struct Index {
    page: Page,
    unit: Unit,
    /// How many of each kind are in use.
    tally: Vec<(Unit, i64)>,
    retired: usize,
    view: View,
    list: Rows<Named>,
    people: HashMap<i64, i64>,
    base: String,
}

/// The name of a new one, or of one that is there.
#[derive(Template)]
#[template(path = "users/unit.html")]
struct Naming {
    page: Page,
    unit: Unit,
    there: Option<Named>,
    typed: Typed,
    errors: FieldErrors,
}

#[derive(Deserialize, Default)]
pub struct Typed {
    #[serde(default)]
    name: String,
    /// What it was called when the page was opened.
    #[serde(default)]
    was: String,
}

/// From here on the list says "200+": fifty units are counted for a page of it.
const COUNTED: i64 = 200;

/// Up to `most` people as a number, more as "200+".
pub fn people(active: i64, most: i64) -> String {
    if active >= most { format!("{}+", text::number(most)) } else { text::number(active) }
}

/// `GET /teams` and so on
pub async fn index(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    path: Path<Unit>,
    view: Query<View>,
) -> Answer {
    let (unit, view) = (path.into_inner(), view.into_inner());
    let (q, is_retired, from, toward) = (view.q.clone(), view.retired.is_some(), view.from.clone(), view.toward);
    let read = move |conn: &mut db::Conn| {
        let all = units::all(conn, unit)?;
        let retired = all.iter().filter(|one| one.is_retired).count();
        let rows = list::page(all, &q, is_retired, from.as_deref(), toward);
        let ids: Vec<i64> = rows.rows.iter().map(|one| one.id).collect();
        Ok::<_, db::Error>((rows, retired, units::active_members(conn, unit, &ids, COUNTED)?, units::tally(conn)?))
    };
    let (list, retired, people, tally) = site.db.read(read).await?;
    let which = if is_retired_shown(&view) { "retired=1&" } else { "" };
    let base = format!("/{}?{which}q={}&", unit.as_str(), percent_encode(&view.q));
    let index = Index { page: viewer.page, unit, tally, retired, view, list, people, base };
    if index.page.wants("rows") { index.page.html(&index.as_rows()) } else { index.page.html(&index) }
}

fn is_retired_shown(view: &View) -> bool {
    view.retired.is_some()
}

/// `GET /teams/new`
pub async fn new(Administrator(viewer): Administrator, path: Path<Unit>) -> Answer {
    let naming = Naming {
        page: viewer.page,
        unit: path.into_inner(),
        there: None,
        typed: Typed::default(),
        errors: FieldErrors::default(),
    };
    naming.page.html(&naming)
}

/// `POST /teams`
pub async fn create(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    path: Path<Unit>,
    form: Form<Typed>,
) -> Answer {
    let (unit, typed, chain, actor, now) = (path.into_inner(), form.0, site.chain.clone(), viewer.id, site.clock.now());
    let name = typed.name.clone();
    let write = move |conn: &mut db::Conn| change::create(conn, &chain, actor, unit, &name, now);
    match site.db.write(Lane::Administration, write).await {
        Ok(id) => viewer.page.go_to(&format!("{}?done=created", unit.address(id))),
        Err(refusal) => refused(viewer.page, unit, None, typed, said(refusal, unit)?),
    }
}

/// `GET /teams/5/edit`
pub async fn edit(Administrator(viewer): Administrator, site: Data<Site>, path: Path<(Unit, i64)>) -> Answer {
    let (unit, id) = path.into_inner();
    let there = site.db.read(move |conn| units::find(conn, unit, id)).await?;
    let typed = Typed { name: there.name.clone(), was: there.name.clone() };
    let naming = Naming { page: viewer.page, unit, there: Some(there), typed, errors: FieldErrors::default() };
    naming.page.html(&naming)
}

/// `POST /teams/5`: another name.
pub async fn update(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    path: Path<(Unit, i64)>,
    form: Form<Typed>,
) -> Answer {
    let ((unit, id), mut typed, chain, actor, now) =
        (path.into_inner(), form.0, site.chain.clone(), viewer.id, site.clock.now());
    let new = NewName { was: typed.was.clone(), name: typed.name.clone() };
    let write = move |conn: &mut db::Conn| change::rename(conn, &chain, actor, (unit, id), &new, now);
    match site.db.write(Lane::Administration, write).await {
        Ok(()) => viewer.page.go_to(&format!("{}?done=renamed", unit.address(id))),
        Err(refusal) => {
            let refusal = said(refusal, unit)?;
            let there = site.db.read(move |conn| units::find(conn, unit, id)).await?;
            if let UnitRefusal::Renamed(_, now) = &refusal {
                typed.was.clone_from(now);
            }
            refused(viewer.page, unit, Some(there), typed, refusal)
        }
    }
}

/// `POST /teams/5/retire`
pub async fn retire(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    path: Path<(Unit, i64)>,
    _: Form<Button>,
) -> Answer {
    let ((unit, id), chain, actor, now) = (path.into_inner(), site.chain.clone(), viewer.id, site.clock.now());
    let write = move |conn: &mut db::Conn| change::retire(conn, &chain, actor, unit, id, now);
    let done = site.db.write(Lane::Administration, write).await;
    after(viewer, &site, (unit, id), "retired", done).await
}

/// `POST /teams/5/bring-back`
pub async fn bring_back(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    path: Path<(Unit, i64)>,
    _: Form<Button>,
) -> Answer {
    let ((unit, id), chain, actor, now) = (path.into_inner(), site.chain.clone(), viewer.id, site.clock.now());
    let write = move |conn: &mut db::Conn| change::bring_back(conn, &chain, actor, unit, id, now);
    let done = site.db.write(Lane::Administration, write).await;
    after(viewer, &site, (unit, id), "brought-back", done).await
}

async fn after(
    viewer: Viewer,
    site: &Site,
    (unit, id): (Unit, i64),
    done: &str,
    outcome: Result<(), UnitRefusal>,
) -> Answer {
    match outcome {
        Ok(()) => viewer.page.go_to(&format!("{}?done={done}", unit.address(id))),
        Err(refusal) => {
            let refusal = said(refusal, unit)?.to_string();
            members::refused(viewer.page, site, (unit, id), &refusal).await
        }
    }
}

/// A refusal that is said on the page of the form; the others are answers of their own.
fn said(refusal: UnitRefusal, unit: Unit) -> Result<UnitRefusal, Error> {
    match refusal {
        UnitRefusal::Database(error) => Err(error.into()),
        UnitRefusal::ActorIsOff => Err(Error::SignIn { then: format!("/{}", unit.as_str()) }),
        UnitRefusal::MayNot => Err(Error::forbidden(refusal.to_string())),
        refusal => Ok(refusal),
    }
}

fn refused(page: Page, unit: Unit, there: Option<Named>, typed: Typed, refusal: UnitRefusal) -> Answer {
    let is_stale = matches!(refusal, UnitRefusal::Renamed(..));
    let mut errors = FieldErrors::default();
    errors.add("name", refusal.to_string());
    let naming = Naming { page, unit, there, typed, errors };
    naming.page.html_with(if is_stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }, &naming)
}

// What the templates ask.
impl Index {
    fn is_shown(&self, unit: &Unit) -> bool {
        *unit == self.unit
    }

    fn shows_retired(&self) -> bool {
        is_retired_shown(&self.view)
    }

    fn has_retired(&self) -> bool {
        self.retired > 0
    }

    fn people(&self, one: &Named) -> String {
        people(self.people.get(&one.id).copied().unwrap_or(0), COUNTED)
    }

    fn what_it_is(&self) -> &'static str {
        match self.unit {
            Unit::Company => "Whom people work for. Everybody has one at most.",
            Unit::Team => "Who works together. Everybody has one home team at most, and any number of others.",
            Unit::Group => "A department, a location, a circle: one home group at most, and any number of others.",
            Unit::JobRole => "What people do. Everybody has one at most.",
        }
    }
}

impl Naming {
    fn longest(&self) -> usize {
        LONGEST
    }
}
